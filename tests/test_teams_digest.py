"""A long digest's card in Teams: what is long stands hidden in it, and comes and goes at a press."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from bot.core.effects import Group, Line, Notice
from bot.teams.pieces import Element
from bot.teams.render import render
from bot.teams.speech import read_out
from tests.card_limits import check, inside, shown
from tests.card_page import CardPage
from tests.conftest import NewPage
from tests.contents import COMMITTEE, seen, texts

SHOW = r"""
json => {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(HOST);
  card.parse(json);
  document.body.replaceChildren(card.render());
}
"""
BIG = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def part(heading: str, count: int, text: str = "") -> Group:
    """A part of so many lines, of which three are shown."""
    lines = tuple(Line(text=f"{heading} {n}. {text}", question="q") for n in range(count))
    return Group(heading=heading, lines=lines[:3], rest=lines[3:40], left=max(count - 40, 0))


def card(*parts: Group) -> Element:
    """The one card of a digest of these parts."""
    (piece,) = render(COMMITTEE, Notice(text="A week", groups=parts))
    check(piece.card)
    return piece.card


def visible(page: Page, words: str) -> bool:
    """Whether some words can be seen."""
    return page.get_by_text(words, exact=True).is_visible()


def test_show_more_opens_one_part_and_show_less_closes_it(new_page: NewPage) -> None:
    """In Microsoft's own renderer; the other parts stay as they are."""
    made = card(part("Talk", 5), part("Due", 9), part("Short", 3))
    there = CardPage(new_page())
    there.well([made])
    page = there.page
    page.evaluate(SHOW, made)
    assert page.get_by_role("button", name="Show").count() == 2
    assert (visible(page, "Due 2. "), visible(page, "Due 3. ")) == (True, False)
    page.get_by_role("button", name="Show more (6)").click()
    assert (visible(page, "Due 8. "), visible(page, "Talk 4. ")) == (True, False)
    assert page.get_by_role("button", name="Show more (6)").count() == 0
    page.get_by_role("button", name="Show less").click()
    assert (visible(page, "Due 2. "), visible(page, "Due 8. ")) == (True, False)
    assert page.get_by_role("button", name="Show more (6)").is_visible()


def test_what_is_read_out_and_shown_instead_of_the_card_stays_short() -> None:
    """It says how many more there are; and what stands hidden is not read out of a card."""
    made = card(part("Talk", 5))
    for said in (made["speak"], made["fallbackText"]):
        assert "Talk 2. and 2 more" in " ".join(said.split())
        assert "Talk 3." not in said
    assert "Talk 2." in read_out(made["body"])
    assert "Talk 3." not in read_out(made["body"])


def test_a_digest_of_five_parts_of_forty_lines_is_one_card() -> None:
    """With as many of their lines as there is room for, and how many are left."""
    made = card(*(part(f"Part {n}", 45, "Ö" * 78) for n in range(5)))
    assert len(json.dumps(made)) < 64_000
    whole = shown(made)
    for n in range(5):
        there = sum(f"Part {n} {k}. " in whole for k in range(45))
        assert 3 < there < 45
        assert f"and {45 - there} more" in whole


@pytest.mark.parametrize("count", [4, 40, 41])
def test_every_line_has_its_place_where_there_is_room(count: int) -> None:
    """Beyond forty they are counted."""
    made = card(part("Talk", count))
    whole = shown(made)
    assert [f"Talk {n}. " in whole for n in range(count)] == [n < 40 for n in range(count)]
    assert ("and 1 more" in whole) == (count == 41)


@BIG
@given(st.lists(texts, min_size=1, max_size=40))
def test_whatever_the_lines_are_what_opens_stands_with_its_button(said: list[str]) -> None:
    """Of any length: each line is there whole, or is counted; no card grows too large."""
    rest = tuple(Line(text=text) for text in said)
    group = Group(heading="", lines=(Line(text="First"),), rest=rest)
    pieces = render(COMMITTEE, Notice(text="A week", groups=(group, group)))
    for piece in pieces:
        check(piece.card)
        toggles = [e for e in inside(piece.card) if e.get("type") == "Action.ToggleVisibility"]
        assert len(toggles) % 2 == 0
    found = [shown(e) for piece in pieces for e in inside(piece.card) if e.get("inlines")]
    left = [int(n[1]) for each in found if (n := re.fullmatch(r"and ([0-9]+) more", each))]
    whole = seen(shown(*(piece.card for piece in pieces)))
    assert len(left) in (0, 2)
    assert all(seen(text) in whole for text in said[: len(said) - (left or [0])[0]])
