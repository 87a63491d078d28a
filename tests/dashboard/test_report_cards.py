"""The page of reports without a browser: what is chosen is said as it is read, and nothing that people write becomes markup."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import parse_qsl

import pytest
from dash import dcc, html

from dashboard.report_cards.choose import parts_of
from dashboard.report_cards.chosen import chosen_of, spans
from dashboard.report_cards.hands import anchor
from dashboard.report_cards.markup import markup
from dashboard.settings import Settings, read_city
from dashboard.view import View, view_of


@pytest.fixture
def view(demo: Settings) -> View:
    return view_of(read_city(demo.city_folder), demo.city_warehouse, "zh")


def test_hostile_words_stay_words() -> None:
    made = markup(html.Div([html.P("<script>alert(1)</script>"), None, 3], className='a" onclick="x', title="<b>", hidden=True))
    assert made == (
        '<div class="a&quot; onclick=&quot;x" hidden title="&lt;b&gt;"><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>3</div>'
    )  # fmt: skip
    for other in (html.Script("x"), html.Iframe(src="/"), dcc.Markdown("x")):
        with pytest.raises(ValueError, match="no plain element"):
            markup(other)


def test_a_choice_is_read_as_it_is_said(view: View) -> None:
    usual = chosen_of(view, {})
    assert usual.kind == "month", "the last whole month goes without saying"
    assert usual.span.until < view.today
    asked = {"kind": "special", "since": "2026-03-02", "until": "2026-04-05", "divisions": "150302,150303", "majors": "01", "in": "en"}
    chosen = chosen_of(view, asked)
    assert chosen_of(view, dict(parse_qsl(chosen.query("zh")))) == chosen
    assert chosen.form["wish"] == {"divisions": ["150302", "150303"], "majors": ["01"]}
    assert (chosen.form["on"], chosen.form["until"], chosen.form["language"]) == ("2026-03-02", "2026-04-05", "en")
    # What only a report over any days is narrowed by does not stay with another kind; nonsense is the usual.
    assert chosen_of(view, asked | {"kind": "week"}).wish.majors == ()
    assert chosen_of(view, {"kind": "no such", "since": "yesterday", "product": "x"}).span == usual.span


def test_periods_run_from_now_to_the_first_of_the_data(view: View) -> None:
    months = spans(view, "month")
    assert months[0].until >= view.today, "the running one stands first"
    assert all(later.since > earlier.until for later, earlier in pairwise(months))
    held = parts_of({"kind": "week", "period": "2026-10-01"}, (None, None, None), is_new_kind=True)
    assert "since" not in held, "another kind begins with its last whole period"


def test_anchors_are_names_of_places() -> None:
    assert anchor("par", "digest.1") == "rp-par-digest-1"
