"""What is answered where a request cannot be served: a readable page, a JSON sentence for acts, one short line for malformed posts."""

from __future__ import annotations

import json
from html import escape

from dash import Dash
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from dashboard import texts
from dashboard.request import CALLBACKS, language
from dashboard.texts import LANGUAGES, Text

# What scripts fetch and send for people: they show the sentence.
FOR_SCRIPTS = ("/act/", "/upload", "/profile/", "/job/")
# What only machines read: as it is.
DATA = (
    "/wall/frame", "/wall/token", "/wall/alerts", "/wall/health", "/wall/remote/state",
    "/geo/", "/token", "/health", "/age/", "/assets/", "/_",
)  # fmt: skip
ANYTHING = ("", "*/*")
SHEETS = ("tokens", "base")
MALFORMED = Text("请求格式有误", "The request cannot be understood")
PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
{sheets}</head><body><div class="office" data-status="{status}">
<header class="top"><a href="/" class="brand"><b>{house}</b></a></header>
<main class="sorry"><h1>{title}</h1><p>{hint}</p><p class="other" lang="{other_lang}">{other}</p><p><a href="/">{home}</a></p></main>
</div></body></html>
"""
# Status -> what happened, what to do.
SAID: dict[int, tuple[Text, Text]] = {
    400: (MALFORMED, Text("请检查网址或重新操作。", "Check the address, or try again.")),
    403: (
        Text("无权进行此操作", "This is not allowed here"),
        Text(
            "需在本机，或凭有效的设备链接，以相应身份操作。",
            "It takes the right profile: on the machine itself, or by a device link that holds.",
        ),
    ),
    404: (texts.NOT_FOUND, texts.NOT_FOUND_HINT),
    405: (Text("该网址不支持此操作", "This address does not do that"), texts.NOT_FOUND_HINT),
    410: (
        Text("此设备链接无效或已撤销", "This device link is not valid, or was revoked"),
        Text("请向数据管理员索取新的链接。", "Ask the data administrator for a new one."),
    ),
    413: (
        Text("提交的内容过大", "What was sent is too large"),
        Text("大文件请放入投递文件夹。", "Put large files into the drop folder."),
    ),
    422: (Text("填写有误", "Something is filled in wrongly"), Text("请改正后重新提交。", "Correct it and send it again.")),
    500: (
        Text("系统出错，暂时无法显示", "Something went wrong on the server"),
        Text("错误已记录，请稍后再试。", "The fault is recorded. Try again later."),
    ),
}
NOTHING_THERE = Text("没有所请求的内容", "What was asked for is not there")


def register(app: Dash) -> None:
    """Every refusal and fault of the server is answered here; what a fault was is in the log only."""
    app.server.register_error_handler(HTTPException, answer)


def answer(error: HTTPException) -> AnyResponse | HTTPException:
    """The answer for whoever asked: a page, a script, Dash's renderer, a machine."""
    status = error.code or 500
    if request.path == CALLBACKS and status < 500:
        return _malformed(error)
    if error.response is not None:
        return error
    if request.path.startswith(FOR_SCRIPTS) and (request.method == "POST" or not _wants_page(explicitly=True)):
        return Response(json.dumps({"error": sentence(status)}, ensure_ascii=False), status, mimetype="application/json")
    if _wants_page(explicitly=request.path.startswith(DATA)):
        return Response(page(status), status, mimetype="text/html")
    return error


def sentence(status: int) -> str:
    """What happened, in the language of the request."""
    return (NOTHING_THERE if status == 404 else _said(status)[0]).in_(language())


def page(status: int) -> str:
    """A page that stands on the style sheets alone: what happened and what to do, the other language below."""
    spoken = language()
    other = next(name for name in LANGUAGES if name != spoken)
    title, hint = _said(status)
    tags = {"zh": "zh-CN", "en": "en"}
    return PAGE.format(
        lang=tags[spoken], other_lang=tags[other], status=status, title=escape(title.in_(spoken)), hint=escape(hint.in_(spoken)),
        other=escape(_both(title, hint, other)), home=escape(texts.FIRST_PAGE.in_(spoken)),
        house=escape(texts.HALL.in_(spoken)),
        sheets="".join(f'<link rel="stylesheet" href="/assets/{name}.css">' for name in SHEETS),
    )  # fmt: skip


def _both(title: Text, hint: Text, spoken: str) -> str:
    return f"{title.in_(spoken)}。{hint.in_(spoken)}" if spoken == "zh" else f"{title.in_(spoken)}. {hint.in_(spoken)}"


def _said(status: int) -> tuple[Text, Text]:
    return SAID.get(status) or SAID[500 if status >= 500 else 400]


def _wants_page(*, explicitly: bool) -> bool:
    accepted = request.headers.get("Accept", "")
    return "text/html" in accepted or (not explicitly and accepted in ANYTHING)


def _malformed(error: HTTPException) -> Response:
    """One line in the log, without what was sent; as little in the answer."""
    current_app.logger.warning("malformed callback post from %s: %s", request.remote_addr, error.description or error.name)
    return Response(f"{MALFORMED.zh} / {MALFORMED.en}\n", 400, mimetype="text/plain")
