-- What a source no longer holds. Where each delivery is the whole stock, a row that is missing in a later one is deleted as of
-- that delivery's arrival. A delivery that is not surely whole (broken rows, another count than its sender's, nothing in it)
-- deletes nothing. Whatever became of a row — duplicate, rejected — its number was there.
create or replace temp table last_seen_{kind} as
select {key}, source_code, last_seen_at, last_seen_batch
from (
    select *, row_number() over (partition by {key} order by last_seen_at desc, last_seen_batch desc) as newness
    from (
        select c.{key}, c.source_code, b.received_at as last_seen_at, b.batch_id as last_seen_batch
        from conformed_{kind} c
        join incoming b on b.batch_id = c.batch_id
        join delivering d on d.source_code = c.source_code and d.is_whole_stock
        where c.{key} is not null
        union all
        select {key}, source_code, last_seen_at, last_seen_batch from {kind}
        where last_seen_at is not null and {key} in (select {key} from touched_{kind})
    )
)
where newness = 1;

create or replace temp table whole_deliveries_{kind} as
select b.source_code, b.received_at, b.batch_id,
    row_number() over (partition by b.source_code order by b.received_at desc, b.batch_id desc) = 1 as is_newest
from load_batches b
join delivering d on d.source_code = b.source_code and d.is_whole_stock
where b.kind = '{kind}' and b.received_count > 0 and b.broken_count = 0 and coalesce(b.control_count, b.received_count) = b.received_count;

create or replace temp table gone_{kind} as
with missing as (
    select l.* from last_seen_{kind} l
    join whole_deliveries_{kind} w on w.source_code = l.source_code and w.is_newest
    where w.received_at > l.last_seen_at or (w.received_at = l.last_seen_at and w.batch_id > l.last_seen_batch)
)
select m.{key}, min(w.received_at) as absent_at
from missing m
join whole_deliveries_{kind} w on w.source_code = m.source_code
where w.received_at > m.last_seen_at or (w.received_at = m.last_seen_at and w.batch_id > m.last_seen_batch)
group by m.{key};

-- The winning versions, and whether they are still there.
create or replace temp {shape} states_{kind} as
select w.*, l.last_seen_at, l.last_seen_batch, w.delivered_deleted or g.absent_at is not null as is_deleted,
    case when w.delivered_deleted then least(w.updated_at, g.absent_at) else g.absent_at end as deleted_at
from winning_{kind} w
left join last_seen_{kind} l on l.{key} = w.{key}
left join gone_{kind} g on g.{key} = w.{key};
