"""What pages are made of: escaping, nothing inline, the faces of contents, times and pictures."""

import html
import re
from datetime import UTC, date, datetime
from functools import partial

import pytest

from bot.core.effects import CONTENT, Content, Notice, Saying, SummaryCard, SummaryLine
from bot.core.standing import Progress
from bot.web import picture, wording
from storage.people import Place
from storage.port import Transaction
from storage.records import Status
from storage.trail import Message
from tests.web_harness import house
from tests.web_rooms import EARN, MODEL, PAGES, Rooms, rooms

__all__ = ["house", "rooms"]


# -- what pages are made of -----------------------------------------------------------------------

WORDS = [
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "{{ 7 * 7 }}",
    '" onmouseover="alert(1)',
    "x" * 3000,
    "a\x02b\x03c",
]


@pytest.mark.parametrize("words", WORDS)
def test_words_are_shown_as_typed(rooms: Rooms, words: str) -> None:
    """On every page that shows an answer, whatever it looks like."""
    rooms.start()
    rooms.press(rooms.ana, "next", walk=rooms.walk)
    rooms.say(rooms.ben, words)
    escaped = html.escape(words.strip(), quote=False)
    for path in (f"/t/{rooms.walk}", "/record", f"/record/{EARN}"):
        page = rooms.ana.get(rooms.base + path).text.replace("&#34;", '"').replace("&#39;", "'")
        assert escaped in page, path
        assert "<script>alert" not in page


def test_no_page_has_anything_inline(rooms: Rooms) -> None:
    """The policy allows neither inline styles nor scripts: no page carries one."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    for path in PAGES:
        page = rooms.ana.get(rooms.base + path.format(walk=rooms.walk)).text
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), path


@pytest.mark.parametrize(
    "path",
    [
        "/record/no.such",
        "/form/no.such",
        "/review/x",
        "/assign/x",
        "/outline/x",
        "/phase/x",
        "/t/x",
    ],
)
def test_what_is_not_there_is_a_friendly_page(rooms: Rooms, path: str) -> None:
    """Made-up ids never break a page."""
    answer = rooms.ana.get(rooms.base + path)
    assert answer.status_code == 404
    assert "Your committees" in answer.text


def posted(tx: Transaction, message: Message) -> bool:
    """Put a message in its room."""
    return tx.post(message)


def test_all_contents_have_a_face(rooms: Rooms) -> None:
    """A summary and a notice in the channel show their lines, reasons, marks and dates."""
    now = rooms.house.clock()
    said = Saying(member="m", name="Ben", choice="Stackable", words="as agreed", at=now)
    summary = SummaryCard(
        phase="Design and development",
        text="Design is complete: 1 answered, 1 skipped",
        lines=(
            SummaryLine(
                question=MODEL, prompt="Which model?", status=Status.ANSWERED, said=(said,)
            ),
            SummaryLine(
                question=EARN, prompt="How?", status=Status.SKIPPED, reason="Not ours to say"
            ),
        ),
    )
    channel = Place(platform="web", tenant="local", channel=rooms.id)
    contents: tuple[Content, ...] = (summary, Notice(text="A word from me"))
    for n, content in enumerate(contents):
        message = Message(
            place=channel, ref=f"k{n}", payload=CONTENT.dump_json(content).decode(), at=now
        )
        rooms.house.store.write(partial(posted, message=message))
    page = rooms.see(rooms.ben)
    for words in ("Design is complete", "Stackable as agreed", "Not ours to say", "A word from me"):
        assert words in page


# -- small words ----------------------------------------------------------------------------------

NOW = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        (datetime(2026, 5, 14, 7, 5, tzinfo=UTC), "Europe/Berlin", "9:05"),
        (datetime(2026, 5, 13, 23, 30, tzinfo=UTC), "Europe/Berlin", "1:30"),
        (datetime(2026, 5, 13, 23, 30, tzinfo=UTC), "UTC", "yesterday 23:30"),
        (datetime(2026, 5, 11, 9, 0, tzinfo=UTC), "UTC", "Mon 9:00"),
        (datetime(2026, 5, 1, 9, 0, tzinfo=UTC), "UTC", "1 May, 9:00"),
        (datetime(2025, 12, 31, 9, 0, tzinfo=UTC), "UTC", "31 Dec 2025, 9:00"),
        (datetime(2026, 5, 14, 7, 5, tzinfo=UTC), "Nowhere/Land", "7:05"),
    ],
)
def test_times_are_said_as_people_say_them(at: datetime, zone: str, said: str) -> None:
    """In the reader's zone; an unknown zone is read as UTC."""
    assert wording.clock(at, NOW, zone) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 5, 14), "today"),
        (date(2026, 5, 15), "tomorrow"),
        (date(2026, 5, 18), "Mon"),
        (date(2026, 5, 25), "in 11 days"),
        (date(2026, 6, 30), "30 Jun"),
        (date(2026, 5, 13), "a day late"),
        (date(2026, 5, 4), "10 days late"),
    ],
)
def test_due_days_are_said_as_people_say_them(day: date, said: str) -> None:
    """Near ones by their name, far ones by their date, late ones by how late."""
    assert wording.due(day, NOW, "UTC") == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana", "A"), ("Ana Duarte", "AD"), ("Ana Maria de Souza", "AS"), ("🦊", "?"), ("", "?")],
)
def test_initials(name: str, letters: str) -> None:
    """One letter or two, whatever the name."""
    assert wording.initials(name) == letters


def test_the_picture_says_the_same_in_words() -> None:
    """Its text alternative has every phase's numbers; titles are escaped."""
    rows = [
        Progress(phase="a", title="One <b>", done=3, total=4, parked=1),
        Progress(phase="b", title="Two", done=0, total=0),
    ]
    drawn = str(picture.bars(rows, "a"))
    assert 'aria-label="One &lt;b&gt; 3 of 4, 1 to discuss, Two 0 of 0"' in drawn
    assert "<b>" not in drawn
