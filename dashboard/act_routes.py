"""The one road by which a browser acts: an act, the job it asked for, the file that job made, the profile at work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, send_file

from dashboard import jobs
from dashboard.acts import Acting, ActRefused, perform
from dashboard.profiles import PROFILES, VISITOR
from dashboard.request import A_YEAR, PROFILE, current_settings, current_store, current_view, is_local, profile
from dashboard.texts import Text
from dashboard.warehouse import NoSnapshot

# A page of another site cannot send this header without asking first, and is told no.
MARK = "X-Act"
DOWNLOADS = "downloads"
STATES = {
    jobs.WAITING: Text("等待装载程序", "Waiting for the loader"),
    jobs.RUNNING: Text("正在执行", "At work"),
    jobs.DONE: Text("已完成", "Done"),
    jobs.FAILED: Text("未完成", "Failed"),
    jobs.CANCELLED: Text("已取消", "Cancelled"),
}


def register(server: Flask) -> None:
    server.add_url_rule("/act/<code>", view_func=act, methods=["POST"])
    server.add_url_rule("/profile/<code>", view_func=choose_profile, methods=["POST"])
    server.add_url_rule("/job/<int:number>", view_func=job_state)
    server.add_url_rule("/job/<int:number>/file", view_func=job_file)


def act(code: str) -> Response:
    """Do one act: JSON form in; `{message, job_id}` or `{error}` out."""
    _must_be_ours()
    try:
        view = current_view()
        _ = view.engine
    except NoSnapshot as error:
        return _answer(409, {"error": str(error)})
    acting = Acting(profile(), request.remote_addr or "", view, current_store())
    try:
        done = perform(code, request.get_json(silent=True), acting)
    except ActRefused as refusal:
        return _answer(refusal.status, {"error": view.say(refusal.message)})
    return _answer(200, {"message": view.say(done.message), "job_id": done.job_id})


def choose_profile(code: str) -> Response:
    """Remember in this browser as whom it acts; only on the machine itself."""
    _must_be_ours()
    if not is_local() or code not in PROFILES:
        abort(403)
    response = _answer(200, {})
    response.set_cookie(PROFILE, code, max_age=A_YEAR, samesite="Strict", httponly=True)
    return response


def job_state(number: int) -> Response:
    """How far a job is."""
    job = _job(number)
    language = current_view().language
    state: dict[str, Any] = {
        "state": job.state, "is_ended": job.state in jobs.ENDED, "text": STATES[job.state].in_(language), "progress": job.progress or "",
        "error": job.error or "", "file": job.result.get("file", ""),
    }  # fmt: skip
    return _answer(200, state)


def job_file(number: int) -> Response:
    """The file a job made, once, for whoever may ask for jobs."""
    name = _job(number).result.get("file", "")
    path = current_settings().city_people / DOWNLOADS / Path(name).name
    if not name or not path.is_file():
        abort(404)
    response = send_file(path, as_attachment=True, download_name=path.name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response


def _job(number: int) -> jobs.Job:
    if profile() is VISITOR:
        abort(403)
    job = jobs.job(current_store(), number)
    if job is None or job.requested_by != profile().code:
        abort(404)
    return job


def _must_be_ours() -> None:
    origin = request.headers.get("Origin")
    if MARK not in request.headers or (origin and origin.rpartition("//")[2] != request.host):
        abort(403)


def _answer(status: int, body: dict[str, Any]) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
