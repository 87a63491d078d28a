"""The one road by which a browser acts: an act, the job it asked for, the file that job made, the profile at work."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from flask import Flask, Response, abort, current_app, request, send_file
from sqlalchemy.exc import SQLAlchemyError

from dashboard import jobs
from dashboard.acts import Acting, ActRefused, perform
from dashboard.issuing import KINDS as REPORTS
from dashboard.phrases import said
from dashboard.profiles import COMMITTEE, DATA_ADMINISTRATOR, PROFILES, REPORT_CLERK, UNIT_MEMBER, VISITOR
from dashboard.request import (
    A_YEAR,
    LARGEST_EVIDENCE,
    LARGEST_UPLOAD,
    PROFILE,
    UNIT,
    acting_device,
    current_settings,
    current_store,
    current_view,
    is_local,
    is_unit,
    must_be_ours,
    profile,
)
from dashboard.texts import Text
from dashboard.warehouse import NoSnapshot

LARGEST_NUMBER = 2**31 - 1
COUNTS = Text("收到 {0} 行：采纳 {1}，重复 {2}，退回 {3}", "{0} rows: {1} accepted, {2} duplicates, {3} rejected")
STORE_AWAY = Text(
    "数据库正忙或正在升级，本次操作没有保存，请稍后再试",
    "The store is busy, out of reach or being upgraded: nothing was saved. Try again later.",
)
NOTHING_NEW = Text("该文件此前已装载，数据没有变化", "This file was loaded before; nothing changed")
WAITING_FOR_REPORTS = Text("等待生成报告", "Waiting for reports to be made")
STATES = {
    jobs.WAITING: Text("等待装载程序", "Waiting for the loader"),
    jobs.RUNNING: Text("正在执行", "At work"),
    jobs.DONE: Text("已完成", "Done"),
    jobs.FAILED: Text("未完成", "Failed"),
    jobs.CANCELLED: Text("已取消", "Cancelled"),
}


# Who may send a file, and how large: a delivery, evidence and forms, or a finished report.
LARGEST_UPLOADS = {DATA_ADMINISTRATOR.code: LARGEST_UPLOAD, UNIT_MEMBER.code: LARGEST_EVIDENCE, REPORT_CLERK.code: LARGEST_EVIDENCE}


def register(server: Flask) -> None:
    server.add_url_rule("/act/<code>", view_func=act, methods=["POST"])
    server.add_url_rule("/upload", view_func=upload, methods=["POST"])
    server.add_url_rule("/profile/<code>", view_func=choose_profile, methods=["POST"])
    server.add_url_rule("/job/<int:number>", view_func=job_state)
    server.add_url_rule("/job/<int:number>/file", view_func=job_file)


def act(code: str) -> Response:
    """Do one act: JSON form in; `{message, job_id}` (a `link` where one was made) or `{error}` out."""
    must_be_ours()
    try:
        view = current_view()
        _ = view.engine
    except NoSnapshot as error:
        return _answer(409, {"error": str(error)})
    try:
        address, held = request.remote_addr or "", current_settings()
        acting = Acting(view.profile, address, view, current_store(), acting_device(), held.uploads, held.evidence, held.reports)
        done = perform(code, request.get_json(silent=True), acting)
    except ActRefused as refusal:
        return _answer(refusal.status, {"error": view.say(refusal.message)})
    except (SQLAlchemyError, CommandError) as error:
        # Locked by another program, not to be reached, or left by another version: whoever acts keeps what they wrote.
        current_app.logger.warning("the people's store: %s", type(error).__name__)
        return _answer(503, {"error": view.say(STORE_AWAY)})
    link = {"link": done.link} if done.link else {}
    return _answer(200, {"message": view.say(done.message), "job_id": done.job_id, **link})


def upload() -> Response:
    """Keep a file a person sends, under a name nobody can guess, until an act says what it is: its bytes in, `{upload}` out."""
    must_be_ours()
    largest = LARGEST_UPLOADS.get(profile().code)
    if largest is None:
        abort(403)
    request.max_content_length = largest
    token = secrets.token_hex(16)
    folder = current_settings().uploads / token
    folder.mkdir(parents=True, mode=0o700)
    made = folder / f".{token}"
    try:
        with made.open("wb") as file:
            shutil.copyfileobj(request.stream, file, 1 << 20)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    made.replace(folder / file_name(request.args.get("name", "")))
    return _answer(200, {"upload": token})


def file_name(sent: str) -> str:
    """The name a person's file had, as far as it is a name and not a way somewhere."""
    name = "".join(sign for sign in sent.replace("\\", "/").rpartition("/")[2] if sign.isprintable() and sign not in '<>:"|?*')
    stem, dot, suffix = name.strip(" .").rpartition(".")
    return f"{(stem or suffix or 'file')[:80]}{dot}{suffix[:10] if dot else ''}"


def choose_profile(code: str) -> Response:
    """Remember in this browser as whom it acts, and for which unit; only on the machine itself."""
    must_be_ours()
    unit = request.args.get("unit", "")
    if not is_local() or code not in PROFILES or (unit and not is_unit(current_view(), unit)):
        abort(403)
    response = _answer(200, {})
    if unit and PROFILES[code].of_unit:
        response.set_cookie(UNIT, unit, max_age=A_YEAR, samesite="Strict", httponly=True)
    response.set_cookie(PROFILE, code, max_age=A_YEAR, samesite="Strict", httponly=True)
    return response


def job_state(number: int) -> Response:
    """How far a job is."""
    job = _job(number)
    language = current_view().language
    state: dict[str, Any] = {
        "state": job.state, "is_ended": job.state in jobs.ENDED, "text": _state_text(job).in_(language), "progress": job.progress or "",
        "error": said(job.error or "", language), "file": job.result.get("file", ""), "lines": _lines(job, language),
    }  # fmt: skip
    return _answer(200, state)


def _state_text(job: jobs.Job) -> Text:
    return WAITING_FOR_REPORTS if job.kind in REPORTS and job.state == jobs.WAITING else STATES[job.state]


def _lines(job: jobs.Job, language: str) -> list[str]:
    """What came of a load, for the person who sent the file."""
    if "counts" not in job.result:
        return []
    counted = (COUNTS if job.result["is_new"] else NOTHING_NEW).in_(language).format(*(f"{number:,}" for number in job.result["counts"]))
    return [counted, *(said(line, language) for line in (*job.result["warnings"], *job.result["refused"]))]


def job_file(number: int) -> Response:
    """The file a job made, once, for whoever may ask for jobs."""
    name = _job(number).result.get("file", "")
    path = current_settings().downloads / Path(name).name
    if not name or not path.is_file():
        abort(404)
    response = send_file(path, as_attachment=True, download_name=path.name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response


def _job(number: int) -> jobs.Job:
    if profile() is VISITOR:
        abort(403)
    # A number no database holds names no job.
    job = jobs.job(current_store(), number) if number <= LARGEST_NUMBER else None
    # How far a report is, all may know who work on it.
    is_shared = job is not None and job.kind in REPORTS and profile() in (REPORT_CLERK, COMMITTEE)
    if job is None or not (is_shared or job.requested_by == (acting_device() or profile().code)):
        abort(404)
    return job


def _answer(status: int, body: dict[str, Any]) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
