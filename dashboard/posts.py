"""What a browser posts to Dash, checked before any callback sees it: Dash itself takes it on trust."""

from __future__ import annotations

import json
from typing import Any

from dash import Dash
from flask import abort, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

from dashboard.request import CALLBACKS

Id = str | dict[str, str]
MANY = '["ALL"]'


class Part(BaseModel):
    """One property of one component: an input, a state or an output."""

    model_config = ConfigDict(strict=True)

    id: Id
    property: str
    value: Any = None


class Post(BaseModel):
    """The body of a post, as Dash's renderer writes it."""

    model_config = ConfigDict(strict=True)

    output: str
    outputs: Part | list[Part | list[Part]] | None = None
    inputs: list[Part | list[Part]]
    state: list[Part | list[Part]] = []
    changed: list[str] = Field(default=[], alias="changedPropIds")


def register(app: Dash) -> None:
    """Refuse with 400 what no page of ours posts. Dash must have its routes already: it fills its list of callbacks in before this."""

    def check() -> None:
        if request.path == CALLBACKS and request.method == "POST":
            post = _read()
            callback = app.callback_map.get(post.output)
            if callback is None:
                abort(400, "no such output")
            _must_fit(post, callback)

    app.server.before_request(check)


def _read() -> Post:
    """The body, if it has the form of a post. Aborts with 400, whatever is wrong with it."""
    try:
        body = request.get_json()
        # Half a character or a depth no page has would be met later, in the middle of an answer.
        json.dumps(body, ensure_ascii=False).encode()
        return Post.model_validate(body)
    except HTTPException as error:
        abort(400, f"{error.code} {error.name}")
    except ValidationError:
        abort(400, "not the form of a post")
    except (ValueError, RecursionError):
        abort(400, "text or depth that cannot be")


def _must_fit(post: Post, callback: dict[str, Any]) -> None:
    """The inputs, states and outputs are those the callback declares."""
    for name, sent in (("inputs", post.inputs), ("state", post.state)):
        declared = callback[name]
        if len(sent) != len(declared) or not all(map(_fits, sent, declared)):
            abort(400, f"other {name} than declared")
    outputs = post.outputs if isinstance(post.outputs, list) else [post.outputs]
    wanted = callback["output"] if isinstance(callback["output"], (list, tuple)) else [callback["output"]]
    if len(outputs) != len(wanted) or not all(_fits(out, spec.to_dict()) for out, spec in zip(outputs, wanted, strict=True)):
        abort(400, "other outputs than declared")
    if not all(map(_names_an_input, post.changed)):
        abort(400, "a changed property that cannot be")


def _fits(sent: Part | list[Part] | None, declared: dict[str, Any]) -> bool:
    """Whether a part is the declared one; a pattern for many takes a list of any length."""
    many = MANY in str(declared["id"])
    if many != isinstance(sent, list):
        return False
    parts = sent if isinstance(sent, list) else [sent]
    return all(part is not None and _is_one(part, declared) for part in parts)


def _is_one(part: Part, declared: dict[str, Any]) -> bool:
    name: Any = json.loads(declared["id"]) if str(declared["id"]).startswith("{") else declared["id"]
    if isinstance(name, dict):
        same = isinstance(part.id, dict) and name.keys() == part.id.keys()
        # A fixed key says which kind of component it is.
        alike = same and all(isinstance(value, list) or part.id[key] == value for key, value in name.items())
    else:
        alike = part.id == name
    return alike and part.property == declared["property"] and _can_be(part)


def _can_be(part: Part) -> bool:
    """The id a component says it has is its own; what the browser says of its address is text."""
    if part.property == "id":
        return bool(part.value == part.id)
    if part.property == "pathname":
        return isinstance(part.value, str) and part.value.startswith("/")
    return part.property != "search" or part.value is None or isinstance(part.value, str)


def _names_an_input(changed: str) -> bool:
    name = changed.rpartition(".")[0]
    if not name.startswith("{"):
        return bool(name)
    try:
        found = json.loads(name)
    except ValueError:
        return False
    return isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
