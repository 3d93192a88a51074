"""*Record as an answer…* on a message of Teams: one's own, another's, and those that can't be."""

from typing import Any

import pytest

from bot.core.access import ONLY_MEMBERS
from bot.core.events import MemberKept
from bot.core.quoting import NO_WORDS, NOT_A_MEMBER, THEIRS, THERE_ALREADY
from bot.core.seats import NOT_HERE
from bot.teams.quoting import NO_COMMITTEE
from questions.answers import MAX_TEXT
from storage.people import Role
from storage.records import How
from tests import teams_cards
from tests.local_slack import until
from tests.teams_pressing import Dialog
from tests.teams_wire import Message
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")


@pytest.fixture
def thread(teams: World) -> str:
    """Ana's committee of three; the conversation of its thread."""
    return teams.start()


def said(teams: World, name: str, text: str, where: str = "") -> Message:
    """Something that people say among themselves."""
    made = teams.say(name, text, where)
    return next(m for m in teams.playground.wire.messages if m.id == made)


def record(teams: World, name: str, message: Message, question: str) -> Any:
    """Put a message to a question; what the bot answers."""
    dialog = teams.playground.shortcut(name, message)
    return teams.playground.submit(name, dialog, "Record", {"question": question})


def word(answer: dict[str, Any]) -> str:
    """What a dialog says."""
    return teams_cards.words(answer["task"]["value"]["card"]["content"])


def test_ones_own_message_becomes_ones_answer(teams: World, thread: str) -> None:
    """It shows on the card with a link, and its edits and deletion count from now on."""
    message = said(teams, "Ben", "To meet our neighbours")
    dialog = teams.playground.shortcut("Ben", message)
    shown = teams_cards.words(dialog.card)
    assert "Ben wrote:" in shown
    assert "To meet our neighbours" in shown
    assert "Recorded for Ben" in word(
        teams.playground.submit("Ben", dialog, "Record", {"question": "plan.why"})
    )
    teams.find("To meet our neighbours", thread)
    answer = teams.item("plan.why").answers[teams.member("Ben")]
    assert answer.how is How.QUOTE
    assert answer.parts[0].link.startswith("https://teams.microsoft.com/l/message/")
    teams.playground.edit("Ben", message.id, "To meet all our neighbours")
    teams.find("To meet all our neighbours", thread)
    teams.playground.delete("Ben", message.id)
    until(lambda: not teams.said("plan.why"), "it is taken back")


def test_anothers_message_is_their_answer_and_they_are_told(teams: World, thread: str) -> None:
    """They may take it back; what they said themselves nobody puts anything in the place of."""
    message = said(teams, "Chi", "To meet our neighbours")
    assert "Recorded for Chi" in word(record(teams, "Ana", message, "plan.why"))
    assert teams.item("plan.why").answers[teams.member("Chi")].by == teams.member("Ana")
    told = teams.find("Ana recorded a message of yours", teams.direct("Chi"))
    again = record(teams, "Ana", message, "plan.why")
    assert THERE_ALREADY in word(again)
    other = said(teams, "Chi", "Or to learn something")
    assert THEIRS.format(name="Chi") in word(record(teams, "Ana", other, "plan.why"))
    teams.playground.press("Chi", told, "Take it back")
    until(lambda: not teams.said("plan.why"), "Chi took it back")


def test_what_can_not_be_recorded_is_said(teams: World, thread: str) -> None:
    """A stranger's words, none at all, an app's; and nothing is kept."""
    before = teams.state
    teams.playground.wire.away -= {teams.places.people["Dev"]}
    cases = (
        ("Ben", said(teams, "Dev", "To meet"), NOT_A_MEMBER),
        ("Ben", said(teams, "Ben", "   "), NO_WORDS),
        ("Ben", teams.find("is starting"), NOT_A_MEMBER),
        ("Dev", said(teams, "Ben", "To meet"), NOT_HERE),
    )
    for who, message, sentence in cases:
        dialog = teams.playground.shortcut(who, message)
        assert sentence in teams_cards.words(dialog.card), sentence
    assert teams.state == before


def test_a_problem_stands_on_the_dialog_and_it_can_be_sent_again(teams: World, thread: str) -> None:
    """What does not fit its question; another question can be chosen."""
    message = said(teams, "Ben", "To meet people")
    dialog = teams.playground.shortcut("Ben", message)
    answer = teams.playground.submit("Ben", dialog, "Record", {"question": "plan.place"})
    again = Dialog(answer, dialog.sends, dialog.value, dialog.where)
    assert "To meet people" in teams_cards.words(again.card)
    chosen = next(e for e in teams_cards.elements(again.card) if e.get("id") == "question")
    assert chosen["value"] == "plan.place"
    assert not teams.said("plan.place")
    done = teams.playground.submit("Ben", again, "Record", {"question": "plan.why"})
    assert "Recorded for Ben" in word(done)


def test_a_long_message_is_recorded_whole_or_not_at_all(teams: World, thread: str) -> None:
    """The dialog shows as much as it has room for."""
    fits = said(teams, "Ben", "ярмарка " * (MAX_TEXT // 8))
    assert "Recorded for Ben" in word(record(teams, "Ben", fits, "plan.why"))
    kept = teams.said("plan.why")["Ben"].text
    assert kept.split() == ["ярмарка"] * (MAX_TEXT // 8)


def test_observers_record_nothing(teams: World, thread: str) -> None:
    """They only read along."""
    state = teams.state
    chi, ana = state.members[teams.member("Chi")], teams.member("Ana")
    event = MemberKept(
        id="web:1", committee=state.committee.id, member=ana, who=chi.evolve(role=Role.OBSERVER)
    )
    teams.service.handle(event)
    dialog = teams.playground.shortcut("Chi", said(teams, "Ben", "To meet"))
    assert ONLY_MEMBERS.format(chairs="Ana") in teams_cards.words(dialog.card)
    answer = record(teams, "Ben", said(teams, "Ben", "To meet"), "plan.why")
    assert "Recorded for Ben" in word(answer)


def test_where_no_committee_is_there_is_nothing_to_record(teams: World) -> None:
    """It says so."""
    dialog = teams.playground.shortcut("Ben", said(teams, "Ben", "To meet"))
    assert NO_COMMITTEE in teams_cards.words(dialog.card)
