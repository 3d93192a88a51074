"""A message that was written elsewhere becomes its author's answer, put there by another's hand."""

from typing import Any

import pytest

from bot.core.desk import Handled
from bot.core.effects import Notice, React
from bot.core.errors import Misuse, NotAllowed, Refused
from bot.core.events import Deleted, Edited, Recorded
from bot.core.quoting import NO_ANSWERS, NO_VOICE, THERE_ALREADY
from questions.values import plain
from storage.records import How, Said, Status
from tests.harness import Harness

LINK = "https://chat.example/archives/C1/p1"


def put(h: Harness, by: str, author: str, question: str, text: str, ref: str = "q1") -> Handled:
    """Record a message of the channel."""
    base: dict[str, Any] = h.base(by)
    return h.handle(
        Recorded(
            **base, question=question, author=h.ids[author], text=text, ref=ref, link=LINK,
            place=h.channel,
        )
    )  # fmt: skip


def said(h: Harness, question: str, name: str) -> str:
    """A member's present answer, "" for none."""
    answer = h.item(question).answers.get(h.ids[name])
    return plain(h.bank.questions[question], answer.value) if answer and answer.value else ""


def test_it_is_the_authors_answer_with_who_put_it_there() -> None:
    """A revision of the author's, by the one who recorded it, with its address; the ✅ is on it."""
    h = Harness()
    handled = put(h, "Ana", "Ben", "plan.why", "For the neighbours")
    answer = h.item("plan.why").answers[h.ids["Ben"]]
    assert (answer.said, answer.how, answer.by) == (Said.ANSWER, How.QUOTE, h.ids["Ana"])
    assert answer.parts[0].link == LINK
    assert [e.ref for e in handled.effects if isinstance(e, React)] == ["q1"]
    told = h.direct("Ben")[-1]
    assert isinstance(told, Notice)
    assert "Ana recorded a message of yours" in told.text
    assert [b.action for b in told.buttons] == ["answer", "withdraw"]


def test_ones_own_message_is_recorded_without_telling_oneself() -> None:
    """Nobody gets a message about what they did."""
    h = Harness()
    put(h, "Ben", "Ben", "plan.why", "For the neighbours")
    assert said(h, "plan.why", "Ben") == "For the neighbours"
    assert not h.direct("Ben")


def test_it_moves_the_thread_on_like_any_answer() -> None:
    """Once all have answered, the walk goes on, though nobody spoke in it."""
    h = Harness(names=("Ana", "Ben"))
    walk = h.start("plan")
    h.say("Ana", "To meet", walk)
    put(h, "Ana", "Ben", "plan.why", "For the neighbours")
    assert h.walk(walk).current == "plan.place"


def test_only_the_author_adds_to_what_they_said() -> None:
    """What somebody answered is not changed by another's hand, and taking back takes back no more."""
    h = Harness()
    put(h, "Ana", "Ben", "plan.why", "For the neighbours", "q1")
    with pytest.raises(Refused, match="Ben has answered this already"):
        put(h, "Ana", "Ben", "plan.why", "For money", "q0")
    assert said(h, "plan.why", "Ben") == "For the neighbours"
    put(h, "Ben", "Ben", "plan.why", "and for cake", "q2")
    assert said(h, "plan.why", "Ben") == "For the neighbours\nand for cake"
    assert h.item("plan.why").answers[h.ids["Ben"]].revision == 2


def test_one_message_can_answer_two_questions_and_an_edit_changes_both() -> None:
    """The message is the author's: what becomes of it, becomes of both answers."""
    h = Harness()
    put(h, "Ana", "Ben", "plan.why", "For cake")
    put(h, "Ana", "Ben", "run.aim", "For cake")
    h.handle(Edited(**h.base("Ben"), ref="q1", text="For more cake", place=h.channel))
    assert said(h, "plan.why", "Ben") == said(h, "run.aim", "Ben") == "For more cake"
    h.handle(Deleted(**h.base("Ben"), ref="q1", place=h.channel))
    assert said(h, "plan.why", "Ben") == said(h, "run.aim", "Ben") == ""
    assert h.item("plan.why").status is Status.OPEN


@pytest.mark.parametrize(
    ("author", "question", "text", "why"),
    [
        ("Olu", "plan.why", "For cake", NO_VOICE.format(name="Olu")),
        ("Ben", "plan.review", "For cake", NO_ANSWERS),
        ("Ben", "plan.permit", "Ben", "not asked just now"),
        ("Ben", "plan.place", "the moon", "can't match"),
    ],
)
def test_what_cannot_be_recorded_is_said_at_the_question(
    author: str, question: str, text: str, why: str
) -> None:
    """An observer's words, the review, a closed question, words that fit no choice: all is as it was."""
    h = Harness()
    before = h.state
    with pytest.raises(Refused, match=why.replace("(", r"\(")[:30]) as refused:
        put(h, "Ana", author, question, text)
    assert [p.field for p in refused.value.problems] == ["question"]
    assert h.state == before


def test_the_same_message_is_recorded_once() -> None:
    """A second time for the same question is said; after taking it back it works again."""
    h = Harness()
    put(h, "Ana", "Ben", "plan.why", "For cake")
    with pytest.raises(Refused, match=THERE_ALREADY):
        put(h, "Chi", "Ben", "plan.why", "For cake")
    h.click("Ben", h.direct("Ben")[-1].buttons[1])
    assert not said(h, "plan.why", "Ben")
    put(h, "Chi", "Ben", "plan.why", "For cake")
    assert said(h, "plan.why", "Ben") == "For cake"


def test_who_reads_along_records_nothing_and_nobody_for_a_stranger() -> None:
    """Only those who answer put answers there, and only for members."""
    h = Harness()
    with pytest.raises(NotAllowed):
        put(h, "Olu", "Ben", "plan.why", "For cake")
    h.ids["Nia"] = "nobody"
    with pytest.raises(Misuse):
        put(h, "Ana", "Nia", "plan.why", "For cake")
