"""The head of a target: its name and lamp, what people say of its delivery beside it, and on what it rests."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.chart_tables import city_of, data_time
from dashboard.charts.lamps import LAMPS
from dashboard.components import attributes, number_path
from dashboard.dossier.found import Dossier, listed, named, names_of, neighbours
from dashboard.dossier.words import (
    BETTER,
    CONFIDENCE,
    FILES,
    KINDS,
    NOT_SAID,
    SIGNS,
    block_of,
    day,
    lamp_words,
    ledger_path,
    measured,
    name_of,
    number,
    target_path,
)  # fmt: skip
from dashboard.filters import Filters
from dashboard.forecast.asked import chances_by_target
from dashboard.forecast.words import METHOD, NONE, OF_MEDIAN, between, rounded
from dashboard.key_figures import key_figure
from dashboard.metrics import METRICS
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

BACK, BEFORE, AFTER = Text("← 返回台账", "← Back to the ledger"), Text("上一项", "Previous"), Text("下一项", "Next")
PRINT, PAPER = Text("打印", "Print"), Text("试点指标档案", "Pilot target dossier")
TAKE = {"csv": Text("下载填报记录 CSV", "Reports as CSV"), "xlsx": Text("下载填报记录 Excel", "Reports as Excel")}
SLOWEST = Text("按最慢的责任条亮灯", "lamp of its slowest part")
PARTS_AT = Text("{n} 条", "{n}")
CONFIDENT = Text("责任人自评把握", "Confidence of those who report")
NOT_MEASURED = Text("自评只作参照，不改变按序时测得的灯", "said by people, beside the lamp that is measured")
CHANCE, CHANCE_OF = Text("按期达标可能性", "Chance to reach it in time"), Text("{n} 期观测", "{n} observations")
STILL = Text("现已达标，到期仍达标的可能性", "Reached; chance that it still is when due")
LIES, HOW = Text("80% 区间 {span}", "80% interval {span}"), Text("预测方法", "How it is worked out")
BASELINE, TARGET, DUE, WEIGHT = Text("基期值", "Baseline"), Text("目标值", "Target"), Text("完成期限", "Due"), Text("权重", "Weight")
SINCE, BASIS, UNIT, DIRECTION = (
    Text("起始日期", "Begins"),
    Text("依据", "Basis"),
    Text("计量单位", "Measured in"),
    Text("方向", "Direction"),
)
CARRIERS, PLACES = Text("责任单位", "Responsible units"), Text("适用区划", "Applies to")
BY_MILESTONES = Text("不设数值，按里程碑推进", "no number: it goes by its milestones")
GATE = Text("负面清单：不得发生，触发一次即为触发", "negative list: must not happen; touched once is touched")
LEFT, TODAY, PAST = Text("还有 {n} 天", "{n} days left"), Text("今日到期", "due today"), Text("已过 {n} 天", "{n} days past")
FINISHED = Text("✓ 已完成", "✓ done")
NO_DUE = Text("未定期限，不计序时、不亮灯", "no due date: no schedule, no lamp")
MANY = Text("{n} 个：{first} 等", "{n}: {first} …")
HIT, CLEAR = Text("▲ 已触发", "▲ Touched"), Text("✓ 未触发", "✓ Clear")
HIT_SAID = Text("{n} 次，最近 {day}，{who}", "{n}×, last on {day}, {who}")
CLEAR_SAID = Text("{n} 个责任方历次填报均为零", "all reports of {n} parts were nil")
UNHEARD = Text("，其中 {n} 个从未填报", ", {n} of them never reported")
PARTS, DONE = Text("责任分解", "Parts"), Text("完成 {n} 条", "{n} done")
# The numbers of a target, each leading to its anatomy.
FIGURES = ("task_progress", "schedule_gap", "reports_on_time")
MOST_NAMED = 3


def bar_of(view: View, found: Dossier, wish: Filters) -> Component:
    """Where one came from, the targets before and after, and what can be taken away."""
    rows = listed(view.engine, view.scoped(wish, "pilots"))
    codes = rows["target_code"].tolist()
    # A target that the ledger's filters leave out stands among all.
    if found.code not in codes:
        rows = listed(view.engine, view.scoped(Filters(period=view.city.period), "pilots"))
        codes = rows["target_code"].tolist()
    names = {str(row["target_code"]): name_of(view, row) for row in rows.to_dict("records")}
    steps = []
    for text, code, mark in zip((BEFORE, AFTER), neighbours(codes, found.code), ("‹", "›"), strict=True):
        if code is not None:
            said: list[Component] = [html.B(mark), html.Span([view.say(text), " ", code])]
            steps.append(
                html.A(said if mark == "‹" else said[::-1], href=target_path(code, wish), title=names[code], className="act-button")
            )
    files = [
        html.A(view.say(TAKE[kind]), href=f"{path}?code={found.code}&lang={view.language}", className="act-button", download="")
        for kind, path in FILES.items()
    ]
    back = html.A(view.say(BACK), href=ledger_path(wish), className="act-button")
    press = html.Button(view.say(PRINT), className="act-button", **attributes(print="page"))
    return html.Nav([back, *steps, html.Span(className="gap"), *files, press], className="dossier-bar")


def paper_line(view: View) -> Component:
    """What stands above the sheet on paper: whose it is, how far the data reach, and that they are made up where they are."""
    said = [city_of(view), view.say(PAPER), f"{view.say(texts.DATA_TIME)} {data_time(view, 'pilots', Filters())}"]
    said += [view.say(texts.DEMO_SHORT)] if view.city.is_demo else []
    return html.P(" · ".join(said), className="dossier-paper")


def head_card(view: View, found: Dossier) -> Component:
    row = found.row
    chips = [block_of(view, row["block"]), view.say(KINDS[row["kind"]])]
    title = html.H2([html.Small(found.code), name_of(view, row)])
    name = html.Div([title, html.Div([html.Span(chip, className="chip") for chip in chips], className="dossier-chips")])
    state = _gate(view, found) if found.is_gate else _measured(view, found)
    return html.Section(
        [html.Div([name, *state], className="dossier-head"), html.Dl(_facts(view, found), className="dossier-facts")],
        className="card card-free dossier-card",
    )


def _measured(view: View, found: Dossier) -> list[Component]:
    """The lamp with how many parts stand at each; beside it what people say, and what is to be expected."""
    lamp = LAMPS[found.lamp]
    counts = found.parts["lamp_code"].fillna("none").value_counts()
    every = [
        html.Span([html.I(LAMPS[code].shape, className=f"is-{LAMPS[code].colour}"), f" {view.say(PARTS_AT).format(n=counts[code])}"],
                  title=view.say(LAMPS[code].word))
        for code in LAMPS if counts.get(code)
    ]  # fmt: skip
    # One part alone is the target itself.
    counted = [html.Div(every, className="dossier-counts"), html.Small(view.say(SLOWEST))] if len(found.parts) > 1 else []
    lit = html.Div([html.B(lamp_words(view, found.lamp), className=f"lamp is-{lamp.colour}"), *counted], className="dossier-lamp")
    return [lit, _confidence(view, found), *_chance(view, found)]


def _confidence(view: View, found: Dossier) -> Component:
    """What those who report say, never mixed with what is measured."""
    said = found.parts["confidence_code"].value_counts()
    told = [(view.say(text), int(said.get(code, 0))) for code, text in CONFIDENCE.items() if said.get(code)]
    silent = int(found.parts["confidence_code"].isna().sum())
    told += [(view.say(NOT_SAID), silent)] if silent and told else []
    # One part alone needs no count.
    words = [html.Span([word, *([html.B(f" {n}")] if len(found.parts) > 1 else [])]) for word, n in told] or [html.Span(view.say(NOT_SAID))]
    return html.Div(
        [html.Small(view.say(CONFIDENT)), html.Div(words, className="dossier-said"), html.Small(view.say(NOT_MEASURED))],
        className="dossier-confidence",
    )


def _chance(view: View, found: Dossier) -> list[Component]:
    """What its reports let one expect by the due date; why nothing, where nothing can be said."""
    frame = chances_by_target(view.engine, found.filters)
    if frame.empty:
        return []
    row = frame.iloc[0]
    method = view.say(METHOD) + (view.say(OF_MEDIAN) if len(found.parts) > 1 else "")
    stated = html.Details([html.Summary(view.say(HOW)), html.P(method)], className="dossier-method")
    if row["state"] in NONE:
        return [
            html.Div([html.Small(view.say(CHANCE)), html.B(MISSING), html.Small(view.say(NONE[row["state"]]))], className="dossier-chance")
        ]
    span = view.say(LIES).format(span=between(row["low"], row["high"]))
    told = html.Small(f"{span} · {view.say(CHANCE_OF).format(n=row['observed'])}")
    title = STILL if row["state"] == "reached" else CHANCE
    return [html.Div([html.Small(view.say(title)), html.B(rounded(row["chance"])), told, stated], className="dossier-chance")]


def _gate(view: View, found: Dossier) -> list[Component]:
    """Triggered or not, by whom and when; never a share."""
    hits = found.parts[found.parts["is_hit"]]
    if hits.empty:
        silent = int((~found.parts["is_reported"]).sum())
        said = view.say(CLEAR_SAID).format(n=len(found.parts)) + (view.say(UNHEARD).format(n=silent) if silent else "")
        return [html.Div([html.B(view.say(CLEAR), className="lamp is-good"), html.Small(said)], className="dossier-lamp")]
    last = hits.sort_values("hit_on").iloc[-1]
    who = named(view, names_of(view, "unit_code"), last["unit_code"], "unit_code")
    said = view.say(HIT_SAID).format(n=int(hits["hit_count"].sum()), day=day(last["hit_on"]), who=who)
    return [html.Div([html.B(view.say(HIT), className="lamp is-bad"), html.Small(said)], className="dossier-lamp")]


def figures_of(view: View, found: Dossier) -> Component:
    """Its numbers as the metrics define them, each a link to its anatomy."""
    wish = Filters(period=view.city.period, targets=(found.code,))
    cells = []
    for code in FIGURES[2:] if found.is_gate else FIGURES:
        figure = key_figure(view.engine, code, found.filters, view.theme("office"))
        link = html.A(figure.label, href=number_path(code, wish), title=view.say(METRICS[code].definition))
        cells.append(html.Div([html.Dt([link, html.Small(figure.period)]), html.Dd([figure.value, html.Small(figure.unit)])]))
    done = "" if found.is_gate else view.say(DONE).format(n=int(found.parts["is_done"].sum()))
    cells.append(html.Div([html.Dt(view.say(PARTS)), html.Dd([f"{len(found.parts)}", html.Small(done)])]))
    return html.Dl(cells, className="dossier-figures")


def _facts(view: View, found: Dossier) -> list[Component]:
    row = found.row
    facts: list[tuple[Text, Any]] = []
    if not found.is_gate and row["target_value"] is not None:
        sign = SIGNS[row["better"]]
        facts = [(BASELINE, measured(row["baseline_value"], row["measure_unit"])),
                 (TARGET, html.B(f"{sign} {measured(row['target_value'], row['measure_unit'])}")),
                 (DIRECTION, view.say(BETTER[row["better"]]))]  # fmt: skip
    else:
        facts = [(TARGET, view.say(GATE if found.is_gate else BY_MILESTONES))]
    facts += [(UNIT, row["measure_unit"])] if row["measure_unit"] else []
    facts += [(SINCE, day(row["start_on"])), (DUE, _due(view, found))]
    facts += [(WEIGHT, number(row["weight"]))] if row["weight"] else []
    facts += [
        (BASIS, name_of(view, row, "basis")), (CARRIERS, _listed(view, found, "unit_code")),
        (PLACES, _listed(view, found, "division_code")),
        (texts.DATA_TIME, data_time(view, "pilots", Filters())),
    ]  # fmt: skip
    return [html.Div([html.Dt(view.say(name)), html.Dd(said)]) for name, said in facts]


def _due(view: View, found: Dossier) -> Any:
    """The due date, and how many days are left of it or past."""
    due = found.row["due_on"]
    if due is None:
        return view.say(NO_DUE)
    left = (due.date() - view.today).days
    if not found.is_gate and bool(found.parts["is_done"].all()):
        return [day(due), " ", html.Span(view.say(FINISHED), className="is-good")]
    text = LEFT if left > 0 else TODAY if left == 0 else PAST
    late = left < 0 and not found.is_gate
    return [day(due), " ", html.Span(view.say(text).format(n=abs(left)), className="is-poor" if late else "faint")]


def _listed(view: View, found: Dossier, column: str) -> Any:
    """The names of its units or places; of many the first few, and all of them on hover."""
    names = names_of(view, column)
    codes = found.parts.sort_values("is_assigned", ascending=False, kind="stable")[column].dropna().drop_duplicates()
    told = [named(view, names, code, column) for code in (codes if column == "unit_code" else sorted(codes))]
    comma = "、" if view.language == "zh" else ", "
    if not told:
        return MISSING
    if len(told) <= 2 * MOST_NAMED:
        return comma.join(told)
    return html.Span(view.say(MANY).format(n=len(told), first=comma.join(told[:MOST_NAMED])), title=comma.join(told))
