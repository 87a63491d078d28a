-- Where each part of a pilot target stands, and which reports it owed. Small, so made anew of the ledger whenever that moved.
delete from pilot_standing;
delete from pilot_reports;
delete from pilot_milestone_parts;

-- The versions of targets that are in force where a ledger was last seen; before the first is valid, the first.
create or replace temp table targets_in_force as
with seen as (select max(as_of) as as_of from sources where kind = 'pilot_observations')
select t.* from pilot_targets t, seen
qualify row_number() over (
    partition by target_code order by coalesce(valid_from <= cast(seen.as_of as date), true) desc,
    case when coalesce(valid_from <= cast(seen.as_of as date), true) then valid_from end desc nulls last, valid_from
) = 1;

-- Who carries a target: as assigned, as the ledger brings it by itself, or nobody yet.
create or replace temp table target_parts as
with assigned as (select distinct target_code, unit_code, division_code from pilot_assignments),
observed as (select target_code, unit_code, division_code from pilot_observations where is_latest),
every_part as (select *, true as is_assigned from assigned union all select *, false from (from observed except from assigned))
select * from every_part
union all
select target_code, null, null, false from targets_in_force where target_code not in (select target_code from every_part);

insert into pilot_standing by name
with ledger as (
    -- A part that was never reported waits for the ledger last seen.
    select source_code from sources where kind = 'pilot_observations' and as_of is not null order by as_of desc, source_code limit 1
),
hits as (
    select target_code, unit_code, division_code, count(*) filter (where value > 0) as hit_count, max(observed_on) filter (where value > 0) as hit_on
    from pilot_observations group by all
),
confident as (
    select target_code, unit_code, division_code, arg_max(confidence_code, (observed_on, observation_key)) as confidence_code,
        max(observed_on) as confidence_on
    from pilot_observations where confidence_code is not null group by all
),
known as (
    select
        p.target_code, p.unit_code, p.division_code, l.district_code, l.town_code, l.community_code, p.is_assigned,
        coalesce(o.source_code, (from ledger)) as source_code, o.observation_key, o.batch_id, o.row_number,
        t.label, t.label_en, t.block, coalesce(t.kind, 'target') as kind, t.measure_unit, coalesce(t.better, 'up') as better,
        t.baseline_value, t.target_value, t.weight, t.valid_from, t.start_on, t.due_on,
        f.confidence_code, f.confidence_on, o.observed_on, o.submitted_at, o.value,
        coalesce(t.kind, 'target') = 'negative' as is_negative, o.observation_key is not null as is_reported,
        o.progress_pct as delivered_pct,
        at_most_100(100.0 * case
            when t.target_value <> coalesce(t.baseline_value, 0) then
                (o.value - coalesce(t.baseline_value, 0)) / (t.target_value - coalesce(t.baseline_value, 0))
        end) as attainment_pct,
        case when coalesce(t.better, 'up') = 'up' then o.value >= t.target_value else o.value <= t.target_value end as has_reached,
        h.hit_count, h.hit_on
    from target_parts p
    join targets_in_force t using (target_code)
    left join pilot_observations o on o.is_latest and o.target_code = p.target_code
        and o.unit_code is not distinct from p.unit_code and o.division_code is not distinct from p.division_code
    left join hits h on h.target_code = p.target_code
        and h.unit_code is not distinct from p.unit_code and h.division_code is not distinct from p.division_code
    left join confident f on f.target_code = p.target_code
        and f.unit_code is not distinct from p.unit_code and f.division_code is not distinct from p.division_code
    left join division_levels l on l.division_code = p.division_code
),
measured as (
    select k.*, s.as_of,
        not is_negative and coalesce(has_reached or delivered_pct >= 100, false) as is_done,
        -- The last day of the period whose report is due by now.
        greatest(k.observed_on, last_period_end(cast(s.as_of as date) - c.report_days - 1, c.report_months)) as seen_on,
        c.yellow_below, c.red_below
    from known k cross join city c
    left join sources s on s.source_code = k.source_code
),
timed as (
    select *,
        case when is_negative then null when is_done then 100.0 else at_most_100(coalesce(delivered_pct, attainment_pct)) end as progress_pct,
        least(due_on, greatest(start_on, seen_on)) as elapsed_on
    from measured
),
judged as (
    select *, case when due_on > start_on then 100.0 * (elapsed_on - start_on) / (due_on - start_on) end as elapsed_pct from timed
)
select
    * exclude (is_negative, delivered_pct, has_reached, seen_on, yellow_below, red_below, hit_count, hit_on, attainment_pct),
    case when not is_negative then attainment_pct end as attainment_pct,
    progress_pct - elapsed_pct as gap_pct,
    case
        when progress_pct - elapsed_pct is null then null
        when progress_pct - elapsed_pct < red_below then 'red'
        when progress_pct - elapsed_pct < yellow_below then 'yellow'
        else 'green'
    end as lamp_code,
    coalesce(due_on < cast(as_of as date), false) as is_due,
    case when is_negative then coalesce(hit_count, 0) end as hit_count, case when is_negative then hit_on end as hit_on,
    is_negative and coalesce(hit_count, 0) > 0 as is_hit
from judged
order by target_code, unit_code, division_code;

insert into pilot_reports by name
with periods as (
    select p.*, cast(unnest(generate_series(
        period_begin(p.start_on, c.report_months), least(p.due_on, cast(p.as_of as date)), to_months(c.report_months)
    )) as date) as begins_on, c.report_months, c.report_days
    from pilot_standing p cross join city c
    where p.as_of is not null and p.start_on is not null and p.due_on is not null
),
owed as (select *, cast(begins_on + to_months(report_months) - interval 1 day as date) as period_on from periods),
reported as (
    -- The first report of a period says when it was submitted, and in which delivery.
    select w.target_code, w.unit_code, w.division_code, w.period_on, o.batch_id, o.row_number,
        coalesce(o.submitted_at, o.updated_at) as submitted_at
    from owed w
    join pilot_observations o on o.target_code = w.target_code and o.unit_code is not distinct from w.unit_code
        and o.division_code is not distinct from w.division_code and o.observed_on between w.begins_on and w.period_on
    qualify row_number() over (
        partition by w.target_code, w.unit_code, w.division_code, w.period_on
        order by coalesce(o.submitted_at, o.updated_at) nulls last, o.observation_key
    ) = 1
)
select
    w.target_code, w.unit_code, w.division_code, w.district_code, w.town_code, w.community_code, w.source_code, w.label, w.label_en,
    w.block, w.kind, r.batch_id, r.row_number, w.period_on,
    -- A limit in days ends when its last day ends.
    w.period_on + to_days(w.report_days + 1) - interval 1 second as report_due_at,
    r.submitted_at, r.submitted_at is not null as is_submitted,
    coalesce(r.submitted_at < w.period_on + to_days(w.report_days + 1), false) as is_on_time
from owed w
left join reported r on r.target_code = w.target_code and r.unit_code is not distinct from w.unit_code
    and r.division_code is not distinct from w.division_code and r.period_on = w.period_on
order by w.period_on, w.target_code, w.unit_code, w.division_code;

insert into pilot_milestone_parts by name
with owed as (
    select p.target_code, m.milestone_code, p.unit_code, p.division_code, m.progress_pct as needed_pct,
        -- A report speaks of its whole period: what it reaches counts as reached within that.
        cast(period_begin(m.due_on, c.report_months) + to_months(c.report_months) - interval 1 day as date) as period_on,
        greatest(p.observed_on, last_period_end(cast(p.as_of as date) - c.report_days - 1, c.report_months)) as seen_on,
        p.baseline_value, p.target_value, p.better
    from pilot_standing p join pilot_milestones m using (target_code) cross join city c
    where p.kind <> 'negative'
),
reported as (
    -- The same arithmetic as of where a part stands, for each of its reports.
    select w.*, o.observed_on, case
        when case when w.better = 'up' then o.value >= w.target_value else o.value <= w.target_value end then 100.0
        else coalesce(o.progress_pct, 100.0 * case
            when w.target_value <> coalesce(w.baseline_value, 0) then
                (o.value - coalesce(w.baseline_value, 0)) / (w.target_value - coalesce(w.baseline_value, 0))
        end) end as reached_pct
    from owed w
    left join pilot_observations o on o.target_code = w.target_code
        and o.unit_code is not distinct from w.unit_code and o.division_code is not distinct from w.division_code
),
fallen as (
    select target_code, milestone_code, unit_code, division_code, any_value(period_on) as period_on, any_value(seen_on) as seen_on,
        max(observed_on) filter (where reached_pct < needed_pct) as below_on,
        list(observed_on order by observed_on) filter (where reached_pct >= needed_pct) as above
    from reported group by all
),
-- Since when it has held: what was reached and lost again counts from when it was reached anew.
held as (select *, list_filter(above, lambda day: below_on is null or day > below_on)[1] as reached_on from fallen)
select
    target_code, milestone_code, unit_code, division_code, reached_on, reached_on is not null as is_reached,
    coalesce(reached_on > period_on, period_on <= seen_on, false) as is_late
from held
order by target_code, milestone_code, unit_code, division_code;

drop table targets_in_force;
drop table target_parts;
