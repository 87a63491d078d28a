-- When each stage of a ticket is due. Set-wise: equi-joins on the day a clock starts and on the number of the workday it ends.
-- work_day and day count from the day after and end when that day ends; work_hour and hour run from the moment itself.
-- A limit of nothing ends at that moment, or with the same day: where the office has closed for it, with the next that is worked.
-- `worked` is how many seconds had been worked, since the calendar begins, when the clock started.

-- The number of the workday on which a limit ends; null where it does not run on workdays.
create or replace temp macro due_workday(unit, amount, start_at, is_workday, workday_no, worked) as
    case unit
        when 'work_day' then workday_no + case
            when amount > 0 then cast(ceil(amount) as integer)
            when is_workday and epoch(start_at - date_trunc('day', start_at)) <= office_closes() then 0
            else 1
        end
        when 'work_hour' then cast(ceil((worked + cast(amount * 3600 as bigint)) / work_day_seconds()) as integer)
    end;

create or replace temp macro due_moment(unit, amount, start_at, worked, workday_no, workday_on) as
    case
        when worked is null then null
        when unit = 'hour' then start_at + to_seconds(cast(amount * 3600 as bigint))
        when unit = 'day' then date_trunc('day', start_at) + to_days(cast(ceil(amount) as integer) + 1) - to_seconds(1)
        when unit = 'work_day' then cast(workday_on as timestamp) + to_seconds(office_closes())
        when unit = 'work_hour' then case when amount = 0 then start_at else cast(workday_on as timestamp)
            + to_seconds(second_at(worked + cast(amount * 3600 as bigint) - (workday_no - 1) * work_day_seconds())) end
    end;

create or replace temp table workdays as select workday_no, day_on from calendar_days where is_workday;

-- The limits of a category beside each other. A stage that a source never reports is not late: it is not known, and has no deadline.
create or replace temp table stage_limits as
select c.source_code, l.category_code,
    max(l.amount) filter (l.stage_code = 'accept') as accept_amount, max(l.unit) filter (l.stage_code = 'accept') as accept_unit,
    max(l.amount) filter (l.stage_code = 'dispatch') as dispatch_amount, max(l.unit) filter (l.stage_code = 'dispatch') as dispatch_unit,
    max(l.amount) filter (l.stage_code = 'sign') as sign_amount, max(l.unit) filter (l.stage_code = 'sign') as sign_unit,
    max(l.amount) filter (l.stage_code = 'close') as close_amount, max(l.unit) filter (l.stage_code = 'close') as close_unit
from category_limits l
join source_columns c on c.column_name = case l.stage_code
    when 'accept' then 'accepted_at' when 'dispatch' then 'dispatched_at' when 'sign' then 'signed_at' else 'closing_times' end
group by all;

create or replace temp {shape} limited_tickets as
with begun as (
    select t.*, l.* exclude (source_code, category_code), coalesce(t.accepted_at, t.reported_at) as taken_at
    from states_tickets t
    left join stage_limits l on l.source_code = t.source_code and l.category_code = t.category_code
),
started as (
    select b.*,
        r.is_workday as reported_on_workday, r.workday_no as reported_no, r.work_seconds_before + worked_on(r.is_workday, b.reported_at) as worked_at_report,
        k.is_workday as taken_on_workday, k.workday_no as taken_no, k.work_seconds_before + worked_on(k.is_workday, b.taken_at) as worked_at_taking,
        d.is_workday as dispatched_on_workday, d.workday_no as dispatched_no,
        d.work_seconds_before + worked_on(d.is_workday, b.dispatched_at) as worked_at_dispatch
    from begun b
    left join calendar_days r on r.day_on = cast(b.reported_at as date)
    left join calendar_days k on k.day_on = cast(b.taken_at as date)
    left join calendar_days d on d.day_on = cast(b.dispatched_at as date)
),
aimed as (
    select *,
        due_workday(accept_unit, accept_amount, reported_at, reported_on_workday, reported_no, worked_at_report) as accept_no,
        due_workday(dispatch_unit, dispatch_amount, taken_at, taken_on_workday, taken_no, worked_at_taking) as dispatch_no,
        due_workday(sign_unit, sign_amount, dispatched_at, dispatched_on_workday, dispatched_no, worked_at_dispatch) as sign_no,
        due_workday(close_unit, close_amount, taken_at, taken_on_workday, taken_no, worked_at_taking) as close_no
    from started
)
select a.*, a.close_unit in ('work_day', 'work_hour') as is_work_limit,
    due_moment(a.accept_unit, a.accept_amount, a.reported_at, a.worked_at_report, a.accept_no, wa.day_on) as accept_due_at,
    due_moment(a.dispatch_unit, a.dispatch_amount, a.taken_at, a.worked_at_taking, a.dispatch_no, wd.day_on) as dispatch_due_at,
    due_moment(a.sign_unit, a.sign_amount, a.dispatched_at, a.worked_at_dispatch, a.sign_no, ws.day_on) as sign_due_at,
    due_moment(a.close_unit, a.close_amount, a.taken_at, a.worked_at_taking, a.close_no, wc.day_on) as close_due_at
from aimed a
left join workdays wa on wa.workday_no = a.accept_no
left join workdays wd on wd.workday_no = a.dispatch_no
left join workdays ws on ws.workday_no = a.sign_no
left join workdays wc on wc.workday_no = a.close_no;
