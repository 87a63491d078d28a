-- When each stage of a ticket is due. Set-wise: equi-joins on the day a clock starts and on the number of the workday it ends.
-- work_day and day count from the day after and end when that day ends; work_hour and hour run from the moment itself.
-- A limit of nothing ends at that moment, or with the same day: where the office has closed for it, with the next that is worked.
create or replace temp table stage_deadlines as
with started as (
    select t.ticket_key, l.stage_code, l.amount, l.unit,
        case l.stage_code
            when 'accept' then t.reported_at
            when 'sign' then t.dispatched_at
            else coalesce(t.accepted_at, t.reported_at)
        end as start_at
    from winning_tickets t
    join category_limits l on l.category_code = t.category_code
    -- A stage that a source never reports is not late: it is not known, and has no deadline.
    join source_columns c on c.source_code = t.source_code and c.column_name = case l.stage_code
        when 'accept' then 'accepted_at' when 'dispatch' then 'dispatched_at' when 'sign' then 'signed_at' else 'closing_times' end
),
placed as (
    select s.*, d.day_on, d.is_workday, d.workday_no,
        d.work_seconds_before + worked_on(d.is_workday, s.start_at) + cast(s.amount * 3600 as bigint) as work_target
    from started s
    join calendar_days d on d.day_on = cast(s.start_at as date)
),
aimed as (
    select *,
        case unit
            when 'work_day' then workday_no + case
                when amount > 0 then cast(ceil(amount) as integer)
                when is_workday and start_at <= cast(day_on as timestamp) + to_seconds(office_closes()) then 0
                else 1
            end
            when 'work_hour' then cast(ceil(work_target / work_day_seconds()) as integer)
        end as target_no
    from placed
)
select a.ticket_key, a.stage_code, a.unit,
    case a.unit
        when 'hour' then a.start_at + to_seconds(cast(a.amount * 3600 as bigint))
        when 'day' then date_trunc('day', a.start_at) + to_days(cast(ceil(a.amount) as integer) + 1) - to_seconds(1)
        when 'work_day' then cast(w.day_on as timestamp) + to_seconds(office_closes())
        when 'work_hour' then case when a.amount = 0 then a.start_at else cast(w.day_on as timestamp)
            + to_seconds(second_at(a.work_target - (a.target_no - 1) * work_day_seconds())) end
    end as due_at
from aimed a
left join calendar_days w on w.workday_no = a.target_no and w.is_workday;
