-- A duplicate may come before what it repeats, so links are settled for all tickets at every load.
update tickets set duplicate_root = r.duplicate_root, is_counted = r.duplicate_root is null and not tickets.is_deleted
from ticket_roots r
where r.ticket_key = tickets.ticket_key and r.duplicate_root is distinct from tickets.duplicate_root;

delete from unmatched_names where kind = 'ticket';

insert into unmatched_names by name
select batch_id, source_code, 'ticket' as kind, left(mask_unless_code(substr(duplicate_of, length(source_code) + 2)), 200) as name,
    count(*) as row_count
from tickets
where duplicate_of is not null and duplicate_of not in (select ticket_key from tickets)
group by all;
