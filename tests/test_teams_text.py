"""Shown as typed: in Microsoft's own renderer, with markdown on, nothing that people wrote comes alive."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from bot.core.effects import Notice
from bot.core.words import short
from bot.teams import pieces as kit
from bot.teams.inert import inert, typed, unmarked
from bot.teams.render import render
from tests.card_page import CardPage
from tests.conftest import NewPage
from tests.contents import CLEAN, COMMITTEE, MARKED, ODD, brief, seen

LINES = ("- a", "+ a", "1. a", "12) a", "---", "> a", "# a", "| a | b |", "=", "-")
DATES = "{{DATE(2026-05-12T07:40:00Z)}}"


def block(text: str) -> dict[str, object]:
    """A card with a text in which markdown is read."""
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": text, "wrap": True}],
    }


def test_every_text_is_shown_as_it_was_typed(new_page: NewPage) -> None:
    """Whatever is in it, in as many elements and cards as it needs."""
    page = CardPage(new_page())
    texts = (*ODD, *CLEAN)
    cards = [[piece.card for piece in render(COMMITTEE, Notice(text=text))] for text in texts]
    found = iter(page.well([card for pieces in cards for card in pieces]))
    for text, pieces in zip(texts, cards, strict=True):
        whole = "".join(next(found) for _ in pieces)
        assert seen(typed(whole)) == seen(text)


def test_what_would_come_alive_does_so_where_markdown_is_read(new_page: NewPage) -> None:
    """Else the test above would show nothing."""
    (shown,) = CardPage(new_page()).show(block(MARKED))
    for tag in ("<strong", "<em", "<code", "<a ", "<img", "<at", "<b"):
        assert any(each.startswith(tag) for each in shown.alive), tag
    assert DATES not in shown.text


@pytest.mark.parametrize("text", [*LINES, *map(short, (*ODD, *CLEAN))], ids=brief)
def test_what_a_card_is_called_where_it_is_not_shown_is_as_typed(text: str) -> None:
    """A client that is too old for cards reads it as markdown."""
    read = MarkdownIt("commonmark").enable(["strikethrough", "table"]).render(unmarked(text))
    assert not re.search(r"<(?!/?p>)", read)
    assert typed(html.unescape(re.sub(r"</?p>", "", read))).split() == text.split()


@pytest.mark.parametrize("braces", range(1, 6))
def test_no_number_of_braces_makes_a_date(braces: int) -> None:
    """However many stand in a row."""
    text = "{" * braces + "DATE(2026-05-12T07:40:00Z)}}"
    assert "{{" not in inert(text)
    assert typed(inert(text)) == text


def test_a_long_text_is_split_where_a_reader_would_end_it() -> None:
    """Between words, and nothing is lost."""
    text = "word " * 2000
    runs = [element["inlines"][0]["text"] for element in kit.words(text)]
    assert "".join(runs) == text
    assert all(run.endswith("word ") for run in runs)
