"""Renews the page of alerts by itself: whenever the book of alerts changes, and every minute for the ages it tells."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update

from dashboard import ids
from dashboard.alert_cards import alert_parts
from dashboard.alerts.book import revision_of
from dashboard.request import current_store, current_view


def register(app: Dash) -> None:
    @app.callback(
        Output(ids.ALERTS, "children"), Output(ids.ALERTS_SHOWN, "data"),
        Input(ids.ALERTS_TICK, "n_intervals"), State(ids.ALERTS_SHOWN, "data"),
    )  # fmt: skip
    def renew(_ticks: object, shown: object) -> Any:
        view, store = current_view(), current_store()
        now = view.city.now()
        state = f"{revision_of(store, now)} {now:%d %H:%M} {view.profile.code} {view.language}"
        return (no_update, no_update) if state == shown else (alert_parts(view, store, now), state)
