-- Who works on a ticket: one unit leads, others assist.
delete from ticket_units where ticket_key in (select ticket_key from touched_tickets);

insert into ticket_units by name
select ticket_key, source_code, unit_code, 'lead' as role_code from states_tickets where unit_code is not null
union all
select t.ticket_key, t.source_code, a.unit_code, 'assist' as role_code
from states_tickets t
cross join unnest(string_split(t.assisting_codes, ';')) as a(unit_code)
where t.assisting_codes is not null;
