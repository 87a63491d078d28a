-- The wide table the reader asks: everything about time, limits and repeats made once.
-- A ticket is worked on again with all its neighbours in sight, whatever the reason why it is.
create or replace temp table seen_groups as
select distinct repeat_group from (
    select unnest([person_group(caller_hash, category_code), place_group(community_code, address, category_code)]) as repeat_group
    from winning_tickets where (select count(*) from tickets) > 0
) where repeat_group is not null;

-- A chain is one group's tickets no more than 30 days apart; who is in two chains repeats the one that began first.
create or replace temp table repeats as
with context as (
    select w.ticket_key, w.reported_at, person_group(w.caller_hash, w.category_code) as person,
        place_group(w.community_code, w.address, w.category_code) as place
    from states_tickets w
    where not w.is_deleted
    union all
    select ticket_key, reported_at, person_group(caller_hash, category_code), place_group(community_code, address, category_code)
    from tickets
    where ticket_key not in (select ticket_key from touched_tickets) and not is_deleted
        and (person_group(caller_hash, category_code) in (select repeat_group from seen_groups)
            or place_group(community_code, address, category_code) in (select repeat_group from seen_groups))
),
grouped as (
    select ticket_key, reported_at, person as repeat_group from context where person is not null
    union all select ticket_key, reported_at, place from context where place is not null
),
marked as (
    select *, coalesce(lag(reported_at) over (partition by repeat_group order by reported_at, ticket_key) >= reported_at - interval 30 day, false)
        as follows
    from grouped
    -- Most groups are one ticket: they are told by a number, and whoever shares one by chance follows nobody.
    where hash(repeat_group) in (select hash(repeat_group) as number from grouped group by number having count(*) > 1)
),
chained as (
    select *, sum(case when follows then 0 else 1 end) over (
        partition by repeat_group order by reported_at, ticket_key rows between unbounded preceding and current row
    ) as chain_no
    from marked
),
begun as (
    select ticket_key, follows, first_value(ticket_key) over first_of as repeat_of, first_value(reported_at) over first_of as begun_at
    from chained
    window first_of as (partition by repeat_group, chain_no order by reported_at, ticket_key)
)
select ticket_key, repeat_of
from (
    select ticket_key, repeat_of, row_number() over (partition by ticket_key order by begun_at, repeat_of) as place_no from begun where follows
)
where place_no = 1;

create or replace temp {shape} derived_tickets as
with timed as (
    select t.* exclude (close_due_at),
        case when t.status_code = 'withdrawn' or t.is_deleted then null else coalesce(t.delivered_due_at, t.close_due_at) end as close_due_at,
        o.duplicate_root, r.repeat_of,
        s.as_of, r.ticket_key is not null as is_repeat,
        not t.is_deleted and o.duplicate_root is null as is_counted,
        t.has_closing_times and t.status_code = 'open' and t.completed_at is null and not t.is_deleted as is_open,
        t.has_closing_times and t.completed_at is not null and t.status_code <> 'withdrawn' and not t.is_deleted as is_completed,
        case when not t.is_secret then coalesce(length(t.assisting_codes) - length(replace(t.assisting_codes, ';', '')) + 1, 0) end as assisting_count,
        -- Where the clock of a ticket stops: completion, withdrawal, or how far its source has been seen.
        case
            when not t.has_closing_times or t.is_deleted then null
            when t.completed_at is not null then t.completed_at
            when t.status_code = 'withdrawn' then least(t.updated_at, s.as_of)
            when t.status_code = 'open' then s.as_of
        end as seen_until
    from limited_tickets t
    join sources s on s.source_code = t.source_code
    left join ticket_roots o on o.ticket_key = t.ticket_key
    left join repeats r on r.ticket_key = t.ticket_key
),
clocked as (
    select t.*,
        -- Not simply greatest(…, 0): that is zero where nothing is known of the end.
        case when t.seen_until is not null then greatest(date_diff('second', t.reported_at, t.seen_until), 0) end as elapsed_seconds,
        case when t.seen_until is not null then greatest(e.work_seconds_before + worked_on(e.is_workday, t.seen_until)
            - t.worked_at_report, 0) end as elapsed_work_seconds,
        -- Share of the limit used, on the clock the limit itself runs on.
        case
            when not t.is_open then null
            when t.is_work_limit then 100.0 * (e.work_seconds_before + worked_on(e.is_workday, t.seen_until)
                - t.worked_at_report)
                / nullif(d.work_seconds_before + worked_on(d.is_workday, t.close_due_at)
                - t.worked_at_report, 0)
            else 100.0 * date_diff('second', t.reported_at, t.as_of)
                / nullif(date_diff('second', t.reported_at, t.close_due_at), 0)
        end as limit_used_pct
    from timed t
    left join calendar_days e on e.day_on = cast(t.seen_until as date)
    left join calendar_days d on d.day_on = cast(t.close_due_at as date)
)
select * exclude (as_of, seen_until, is_work_limit),
    coalesce(close_due_at, case when delivered_on_time is not null then reported_at end) as close_base_at,
    coalesce(is_open and close_due_at <= as_of, false) as is_overdue,
    coalesce(is_open and close_due_at > as_of and limit_used_pct >= 75, false) as is_due_soon,
    case
        when not is_open then null
        when elapsed_seconds < 86400 then '0-1'
        when elapsed_seconds < 3 * 86400 then '1-3'
        when elapsed_seconds < 7 * 86400 then '3-7'
        when elapsed_seconds < 15 * 86400 then '7-15'
        when elapsed_seconds < 30 * 86400 then '15-30'
        else '30+'
    end as age_band,
    case
        when rated_at is not null then 'rated'
        when closed_at is not null then 'closed'
        when verified_at is not null then 'verified'
        when resolved_at is not null then 'resolved'
        when signed_at is not null then 'signed'
        when dispatched_at is not null then 'dispatched'
        when filed_at is not null then 'filed'
        when accepted_at is not null then 'accepted'
        else 'reported'
    end as stage_code,
    coalesce(rated_at, closed_at, verified_at, resolved_at, signed_at, dispatched_at, filed_at, accepted_at, reported_at) as stage_at,
    case
        when close_due_at is null then delivered_on_time
        when is_completed then completed_at <= close_due_at
        when is_open and close_due_at <= as_of then false
        when not is_open then delivered_on_time
    end as is_closed_on_time,
    stage_on_time(accepted_at, accept_due_at, as_of) as is_accepted_on_time,
    stage_on_time(dispatched_at, dispatch_due_at, as_of) as is_dispatched_on_time,
    stage_on_time(signed_at, sign_due_at, as_of) as is_signed_on_time
from clocked;
