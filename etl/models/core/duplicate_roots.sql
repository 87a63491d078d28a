-- Groups of tickets linked by duplicate_of: at first each sees the next one, itself at the end of the links.
create or replace temp table linking as
select ticket_key, duplicate_of from winning_tickets where duplicate_of is not null
union all
select ticket_key, duplicate_of from tickets where duplicate_of is not null and ticket_key not in (select ticket_key from touched_tickets);

create or replace temp table linked as
with ends as (select ticket_key from linking union select duplicate_of from linking)
select ticket_key, duplicate_of, reported_at, is_deleted from states_tickets where ticket_key in (select ticket_key from ends)
union all
select ticket_key, duplicate_of, reported_at, is_deleted from tickets
where ticket_key in (select ticket_key from ends) and ticket_key not in (select ticket_key from touched_tickets);

create or replace temp table hops as
select l.ticket_key, coalesce(t.ticket_key, l.ticket_key) as seen_key, l.ticket_key as lowest_key
from linked l left join linked t on t.ticket_key = l.duplicate_of;
-- then
create or replace temp table hops as
select h.ticket_key, n.seen_key, least(h.lowest_key, n.lowest_key) as lowest_key
from hops h join hops n on n.ticket_key = h.seen_key;
-- then
-- Whoever is seen in the end stands at the end of the links or in a circle; its lowest key names the group.
create or replace temp table ticket_roots as
with grouped as (
    select l.ticket_key, l.reported_at, l.is_deleted, e.lowest_key as group_key, l.ticket_key in (select seen_key from hops) as is_end
    from linked l
    join hops h on h.ticket_key = l.ticket_key
    join hops e on e.ticket_key = h.seen_key
),
headed as (
    select ticket_key, first_value(ticket_key) over (
        partition by group_key order by is_deleted, is_end desc, reported_at, ticket_key
    ) as head_key
    from grouped
)
select ticket_key, case when head_key <> ticket_key then head_key end as duplicate_root from headed;
