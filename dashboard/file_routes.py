"""Tables as files to take away: the numbers behind any chart, the register of risks, the ledger of pilot tasks."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from functools import partial
from itertools import islice

from flask import Flask, Response, abort, request, send_file

from dashboard import places, texts
from dashboard.chart_tables import (
    chart_head,
    chart_table,
    city_of,
    data_time,
    file_name,
    filters_in_words,
    period_in_words,
    period_name,
)
from dashboard.charts import CHARTS
from dashboard.dossier.found import dossier_of
from dashboard.dossier.observed import reports_file
from dashboard.dossier.words import CODE
from dashboard.dossier.words import FILES as TARGET_FILES
from dashboard.filters import Filters, one_of
from dashboard.metrics import METRICS, is_counted
from dashboard.number_rows import FILES, PART, part_of, rows_file
from dashboard.pilot_cards.files import ledger_file
from dashboard.pilot_cards.ledger import FILES as LEDGER
from dashboard.pilot_cards.reading import reading_in
from dashboard.request import current_view
from dashboard.risk_register import FILES as REGISTERS
from dashboard.risk_register import register_csv, register_file
from dashboard.table_files import CSV, MIME, Cell, TableFile, file_bytes
from dashboard.texts import Text
from dashboard.view import View

# As many rows are read on a page; the files hold all of them.
MOST_READ = 500
TIME, CUT = Text("数据时间 {}", "Data time {}"), Text("仅显示前 {n} 行，全部见文件", "The first {n} rows; the files hold all")


def register(server: Flask) -> None:
    for kind, path in REGISTERS.items():
        server.add_url_rule(path, f"risks_{kind}", partial(risks_file, kind))
    for kind, path in LEDGER.items():
        server.add_url_rule(path, f"pilots_{kind}", partial(pilots_file, kind))
    for kind, path in FILES.items():
        server.add_url_rule(path, f"number_{kind}", partial(number_file, kind))
    for kind, path in TARGET_FILES.items():
        server.add_url_rule(path, f"target_{kind}", partial(target_file, kind))
    server.add_url_rule("/chart/<name>.<any(csv, xlsx):kind>", view_func=chart_file)
    server.add_url_rule("/chart/<name>.json", view_func=chart_numbers)
    server.add_url_rule("/chart/<name>/words.json", view_func=chart_words)


def chart_file(name: str, kind: str) -> Response:
    """The numbers behind a chart, for the wish its address says."""
    view, wish = _asked(name)
    data = file_bytes(chart_table(view, name, wish), kind)
    called = f"{file_name(view, name, wish)}.{kind}"
    return _fresh(send_file(io.BytesIO(data), mimetype=MIME[kind], as_attachment=True, download_name=called))


def chart_numbers(name: str) -> Response:
    """The same table as texts, for a page to show."""
    view, wish = _asked(name)
    table = chart_table(view, name, wish)
    rows = [[_printed(cell) for cell in row] for row in islice(table.rows, MOST_READ + 1)]
    note = view.say(CUT).format(n=MOST_READ) if len(rows) > MOST_READ else ""
    said = {"title": table.title, "head": table.head[1:], "headings": table.headings, "rows": rows[:MOST_READ], "note": note}
    return _json(said | {"numbers": _number_columns(table)})


def chart_words(name: str) -> Response:
    """What is written around a picture of a chart: its title, period, filters, data time and imprint."""
    view, wish = _asked(name)
    chart = CHARTS[name]
    small = [places.imprint(view.engine, "district"), view.say(texts.DEMO) if view.city.is_demo else ""]
    said: dict[str, object] = {
        "title": f"{chart_head(view, chart, wish)[0][0]} · {city_of(view)}",
        "about": " · ".join([period_in_words(view, chart, wish), *filters_in_words(view, wish)]),
        "time": view.say(TIME).format(data_time(view, chart.kind, wish)),
        "imprint": view.say(texts.OUTLINES).format(small[0]) if small[0] else "", "demo": small[1],
        "file": f"{file_name(view, name, wish)}.png", "period": period_name(view, wish),
    }  # fmt: skip
    return _json(said)


def _asked(name: str) -> tuple[View, Filters]:
    """The view and the wish of a request for a chart; 404 where there is no such chart, or the city has not what it shows."""
    view = current_view()
    if name not in CHARTS or CHARTS[name].kind not in view.city.has:
        abort(404)
    query: dict[str, str | list[str]] = dict(request.args.to_dict(flat=False))
    return view, Filters.from_parts(query, view.city.period)


def _number_columns(table: TableFile) -> list[int]:
    return [place for place, heading in enumerate(table.headings) if heading in table.formats]


def _printed(cell: Cell) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell.isoformat() if isinstance(cell, date) else cell


def _json(said: dict[str, object]) -> Response:
    return _fresh(Response(json.dumps(said, ensure_ascii=False).encode("utf-8"), mimetype="application/json"))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def risks_file(kind: str) -> Response:
    """The register of risks for the wish its address says."""
    view = current_view()
    if "risks" not in view.city.has:
        abort(404)
    query: dict[str, str | list[str]] = dict(request.args.to_dict(flat=False))
    wish = Filters.from_parts(query, view.city.period)
    data = register_csv(view, wish).encode("utf-8") if kind == CSV else file_bytes(register_file(view, wish), kind)
    response = Response(data, mimetype=MIME[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="risks_{view.city.code}_{view.today:%Y%m%d}.{kind}"'
    return _fresh(response)


def pilots_file(kind: str) -> Response:
    """The ledger of pilot tasks in the reading and for the wish its address says."""
    view = current_view()
    if "pilots" not in view.city.has:
        abort(404)
    query: dict[str, str | list[str]] = dict(request.args.to_dict(flat=False))
    table = ledger_file(view, Filters.from_parts(query, view.city.period), reading_in(query))
    response = Response(file_bytes(table, kind), mimetype=MIME[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="pilots_{view.city.code}_{view.today:%Y%m%d}.{kind}"'
    return _fresh(response)


def number_file(kind: str) -> Response:
    """The rows behind a number, for the metric, the part and the wish its address says."""
    view = current_view()
    query: dict[str, str | list[str]] = dict(request.args.to_dict(flat=False))
    code = one_of(query, "metric")
    if code not in METRICS or not is_counted(METRICS[code], view.city.has):
        abort(404)
    part = part_of(one_of(query, PART))
    table = rows_file(view, code, Filters.from_parts(query, view.city.period), part)
    response = Response(file_bytes(table, kind), mimetype=MIME[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{code}_{part}_{view.city.code}_{view.today:%Y%m%d}.{kind}"'
    return _fresh(response)


def target_file(kind: str) -> Response:
    """All reports of one pilot target."""
    view, code = current_view(), request.args.get(CODE, "")
    found = dossier_of(view, code) if "pilots" in view.city.has else None
    if found is None:
        abort(404)
    response = Response(file_bytes(reports_file(view, found), kind), mimetype=MIME[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{code}_{view.city.code}_{view.today:%Y%m%d}.{kind}"'
    return _fresh(response)
