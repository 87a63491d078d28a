-- Which of the tickets there are a batch touches: only they are worked on again; the others stay as they are in the copied snapshot.

-- A whole stock says of every ticket of its source that it is there, or that it is not.
create or replace temp table restocked as
select m.source_code from moved m join delivering d on d.source_code = m.source_code and d.is_whole_stock;

create or replace temp {shape} arrived as
select ticket_key, caller_hash, category_code, community_code, address
from conformed_tickets where reason_code is null and not is_duplicate;

-- Repeats look at neighbours: same person, or same place, with the same category.
create or replace temp table changed_groups as
select distinct repeat_group from (
    select unnest([person_group(caller_hash, category_code), place_group(community_code, address, category_code)]) as repeat_group from arrived
    -- There is nobody to be a neighbour of in a city that is built anew.
    where (select count(*) from tickets) > 0
    union all
    select unnest([person_group(t.caller_hash, t.category_code), place_group(t.community_code, t.address, t.category_code)])
    from tickets t where t.ticket_key in (select ticket_key from arrived) or t.source_code in (select source_code from restocked)
) where repeat_group is not null;

create or replace temp table touched_tickets as
select ticket_key from tickets where ticket_key in (select ticket_key from arrived)
union
select ticket_key from tickets where source_code in (select source_code from restocked)
union
-- A source that delivers again moves its clock: open tickets grow older, stages never reached become late, and a
-- withdrawal that was stamped a little ahead of that clock is seen whole.
select ticket_key from tickets
where source_code in (select source_code from moved)
    and (is_open or status_code = 'withdrawn'
        or (accept_due_at is not null and is_accepted_on_time is null)
        or (dispatch_due_at is not null and is_dispatched_on_time is null)
        or (sign_due_at is not null and is_signed_on_time is null))
union
-- A delivered deadline may lie beyond the calendar; whichever source makes the calendar reach it, the share used is then known.
select ticket_key from tickets where is_open and close_due_at is not null and limit_used_pct is null
union
select ticket_key from tickets
where person_group(caller_hash, category_code) in (select repeat_group from changed_groups)
    or place_group(community_code, address, category_code) in (select repeat_group from changed_groups);
