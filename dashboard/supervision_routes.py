"""Supervision slips as files: one in any format, or many in an archive; who took them away stands in the audit."""

from __future__ import annotations

import io
import zipfile

from flask import Flask, Response, abort, request, send_file
from sqlalchemy import Engine

from dashboard.acts.supervision import WRITERS
from dashboard.profiles import VISITOR
from dashboard.reports.formats import FORMATS
from dashboard.reports.plates import Printable
from dashboard.reports.supervision import slip_of, supervision_report
from dashboard.request import current_store, current_view
from dashboard.store import audit
from dashboard.store import supervision as book
from dashboard.store.supervision_tables import SupervisionSlip
from dashboard.supervision_cards.log import chosen_of
from dashboard.supervision_cards.slip import slip_asked
from dashboard.supervision_cards.words import PATH, SHORT
from dashboard.view import View

MOST_PACKED = 300
# Signs no file system takes, or that would lead elsewhere.
UNFIT = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def register(server: Flask) -> None:
    server.add_url_rule(f"{PATH}/<int:number>.<form>", view_func=slip_file)
    server.add_url_rule(f"{PATH}.zip", view_func=slip_files)


def slip_file(number: int, form: str) -> Response:
    """One slip as a file."""
    view, store = _seen_by(current_view()), current_store()
    held = slip_asked(view, store, str(number))
    if held is None or form not in FORMATS:
        abort(404)
    data = slip_bytes(view, store, held, form)
    _note(view, store, held.number, form)
    return _fresh(send_file(io.BytesIO(data), mimetype=FORMATS[form].mime, as_attachment=True, download_name=slip_name(held, form)))


def slip_files() -> Response:
    """The slips an address asks for, the newest first, in one archive."""
    view, store = _seen_by(current_view()), current_store()
    form = request.args.get("form", "docx")
    if form not in FORMATS:
        abort(404)
    chosen = chosen_of(view, request.args.to_dict())
    held, _ = book.slips(store, unit=chosen["of_unit"], kind=chosen["of_kind"], state=chosen["state"], count=MOST_PACKED)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for slip in held:
            archive.writestr(slip_name(slip, form), slip_bytes(view, store, slip, form))
    _note(view, store, f"{len(held)} slips", form)
    made.seek(0)
    called = f"督办催办_{view.today:%Y%m%d}.zip"
    return _fresh(send_file(made, mimetype="application/zip", as_attachment=True, download_name=called))


def slip_bytes(view: View, store: Engine, held: SupervisionSlip, form: str) -> bytes:
    """A slip as it was issued, whatever has come since."""
    listed = book.listed(store, [held.slip_id]).get(held.slip_id, [])
    report = supervision_report(view, slip_of(held, listed), number=held.number, made_on=held.made_at.date())
    return FORMATS[form].render(Printable(report, ()))


def slip_name(held: SupervisionSlip, form: str) -> str:
    """`督〔2026〕12号_市人社局.docx`, as a file may be called."""
    return f"{held.number}_{SHORT[held.kind].zh}_{held.unit_label[:60].translate(UNFIT).strip(' .')}{FORMATS[form].suffix}"


def _seen_by(view: View) -> View:
    if view.profile is VISITOR or not (view.profile in WRITERS or (view.profile.of_unit and view.unit)):
        abort(403)
    return view


def _note(view: View, store: Engine, what: str, form: str) -> None:
    audit.note(
        store, done_at=view.now, who=" ".join(filter(None, (view.profile.code, view.unit))), role_code=view.profile.code,
        address=request.remote_addr or "", act_code="download_slip", subject=what, outcome=audit.DONE, text=form,
    )  # fmt: skip


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
