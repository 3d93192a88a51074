"""A mail's words: the same in text and HTML, with nothing in them that comes alive or acts when followed."""

import re
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.effects import Action, Bar, Button, Group, Line, Notice, StartCard
from bot.mail.links import LATER, SEE, links, url
from bot.mail.render import Rendered, render

BASE = "https://convenor.example.org/c/c1"
WILD = "<b>x</b> & <img src=//evil.example/p.png> http://evil.example/a mailto:a@evil.example www.evil.example"


class Reader(HTMLParser):
    """What a mail program finds: tags, addresses, words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.words = ""
        self.feed(page)
        self.words = re.sub(r"\s+", " ", self.words.replace("\u200c", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            elif name in ("src", "background", "action") or name.startswith("on"):
                self.loads.append(value or "")

    def handle_data(self, data: str) -> None:
        self.words += data


def rendered(notice: Notice, committee: str = "Fair") -> Rendered:
    """A notice as a mail."""
    return render(notice, committee=committee, base=BASE)


def test_a_digest_has_its_heading_its_bars_and_its_lines() -> None:
    """In this order, in both parts; the subject is the heading; what is folded elsewhere is shown."""
    notice = Notice(
        heading="Your week in Fair",
        text="Three answers came in.",
        picture=(Bar(title="Plan", done=9, total=12, parked=1), Bar(title="Run", done=0, total=4)),
        groups=(Group(heading="Next", lines=(Line(text="Who teaches?"),), folded=True),),
    )
    mail = rendered(notice)
    said = (
        "Your week in Fair", "Three answers came in.", "Plan 9 of 12, 1 to discuss", "Run 0 of 4",
        "Next", "Who teaches?",
    )  # fmt: skip
    assert mail.subject == "Your week in Fair"
    assert mail.text.split("\n\n- ", 1)[0].startswith(
        "Your week in Fair\n\nThree answers came in.\n\n"
    )
    assert "\nPlan 9 of 12, 1 to discuss\nRun 0 of 4\n" in mail.text
    page = Reader(mail.html.partition("<body")[2])
    for words in (mail.text, page.words):
        at = [words.find(each) for each in said]
        assert -1 not in at
        assert at == sorted(at)
    assert 'width="75%"' in mail.html


def test_what_stands_behind_show_more_is_counted() -> None:
    """Nothing opens in a mail: the first lines, and how many more there are."""
    lines = tuple(Line(text=f"Line {n}.", question="q") for n in range(5))
    group = Group(heading="To discuss", lines=lines[:3], rest=lines[3:], left=4)
    more = Button(action="unfold", label="Show more", value="digest")
    mail = rendered(Notice(text="Five.", groups=(group,), unfold=more))
    for words in (mail.text, Reader(mail.html).words):
        assert "Line 2." in words
        assert "Line 3." not in words
        assert "and 6 more" in words
        assert "Show more" not in words


@given(text=st.text(max_size=80), name=st.text(max_size=30))
def test_whatever_people_write_stays_words(text: str, name: str) -> None:
    """No tag, no address and nothing to load comes of it."""
    for wild in (text, WILD):
        notice = Notice(
            text=f"Look. {wild}", heading=wild, picture=(Bar(title=wild, done=1, total=2),),
            groups=(Group(heading=wild, lines=(Line(text=wild, detail=wild, question="q"),)),),
        )  # fmt: skip
        page = Reader(rendered(notice, name or "Fair").html)
        assert {"script", "img", "b", "form", "iframe"}.isdisjoint(page.tags)
        assert page.loads == []
        assert all(each.startswith(f"{BASE}/") for each in page.links)


def test_typed_addresses_do_not_turn_into_links() -> None:
    """What mail programs look for is parted, unseen; the words are all there."""
    mail = rendered(Notice(text=WILD))
    shown = mail.html.partition("<body")[2]
    assert re.search(r"https?://evil|mailto:a|www\.evil|a@evil|evil\.example", shown) is None
    assert "http://evil.example/a" in Reader(mail.html).words


@pytest.mark.parametrize("action", get_args(Action))
def test_no_link_does_anything(action: Action) -> None:
    """Each leads to a page of the committee that a reader opens, never to what a form is sent to."""
    button = Button(action=action, label="x", question="q/1", walk="w", value="v?x=1")
    found = url(button, BASE)
    page = r"mine|hours|members|settings|record([/#][\w%]+)?|(form|assign|review|t|outline)/[\w%]+"
    assert re.fullmatch(f"{re.escape(BASE)}/({page})", found)


def test_what_acts_at_once_elsewhere_is_one_link_to_the_page() -> None:
    """And none of them is called as if pressing it did something."""
    buttons = (
        Button(action="done", label="Done", question="q", primary=True),
        Button(action="snooze", label="Tomorrow", value="tomorrow"),
        Button(action="snooze", label="Next week", value="week"),
        Button(action="away", label="I'm away…"),
        Button(action="fewer", label="Fewer, please"),
        Button(action="hours", label="My hours…"),
    )
    found = links(buttons, BASE)
    assert [(each.label, each.url) for each in found] == [
        (SEE, f"{BASE}/mine"),
        (LATER, f"{BASE}/mine"),
        ("My hours…", f"{BASE}/hours"),
    ]


def test_what_is_no_notice_is_said_in_plain_words() -> None:
    """A card has its say, too."""
    card = StartCard(walk="w", committee="Fair", phase="Plan", text="We begin.", count=3, minutes=9)
    assert "We begin." in render(card, committee="Fair", base=BASE).text
