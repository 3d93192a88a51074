"""A committee in a group chat: no threads, and words to Convenor stand beside everybody else's."""

import pytest

from bot.teams.listening import NOBODY_HERE
from tests.local_slack import until
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")


@pytest.fixture
def group(teams: World) -> str:
    """The group chat, in which Ana's committee of three has begun."""
    where = teams.places.group
    teams.playground.install(where=where)
    teams.click("Ana", "Start", "A new committee", where, inputs={"name": "Fair"})
    teams.find("Why do we hold a fair?", where)
    teams.quiet()
    return where


def test_words_with_a_mention_are_answers(teams: World, group: str) -> None:
    """They can be edited, deleted and put back; the card says who has answered."""
    said = teams.say("Ben", "To meet the neighbours", group, mention=True)
    teams.find("Ben has answered", group)
    teams.playground.edit("Ben", said, "To meet our neighbours")
    teams.find("To meet our neighbours", group)
    teams.playground.delete("Ben", said)
    until(lambda: not teams.said("plan.why"), "it is taken back")
    teams.playground.edit("Ben", said, "To meet our neighbours", undelete=True)
    until(lambda: "Ben" in teams.said("plan.why"), "it is back")
    for name in ("Ana", "Chi"):
        teams.say(name, "To meet people", group, mention=True)
    teams.find("Where will it be?", group)
    teams.click("Ben", "School yard", "Where will it be?", group)
    assert teams.said("plan.place").keys() == {"Ben"}
    filled = {"plan.place:option": "park"}
    teams.fill("Chi", "Answer…", "Where will it be?", filled, group)
    assert teams.said("plan.place").keys() == {"Ben", "Chi"}


def test_plain_words_are_nobodys_business(teams: World, group: str) -> None:
    """Even where they reach Convenor, and whatever becomes of them."""
    before = len(teams.texts(group))
    said = teams.say("Ben", "Who brings the cups?", group)
    assert not teams.said("plan.why")
    teams.playground.edit("Ben", said, "Who brings cups?")
    teams.playground.delete("Ben", said)
    teams.playground.edit("Ben", said, "Who brings cups?", undelete=True)
    teams.say("Ben", "gaps", group)
    teams.say("Ana", "next", group)
    assert not teams.said("plan.why")
    assert not teams.item("plan.why").notes
    assert len(teams.texts(group)) == before


def test_commands_are_answered_in_the_chat(teams: World, group: str) -> None:
    """To whoever asked; words that fit nowhere are kept as a note."""
    for text, shown in (("gaps", "Still missing"), ("status", "Planning"), ("help", "gaps")):
        teams.say("Ben", text, group, mention=True)
        teams.find(shown, group)
    teams.say("Ana", "next", group, mention=True)
    teams.find("Where will it be?", group)
    teams.say("Chi", "maybe", group, mention=True)
    until(lambda: teams.item("plan.place").notes, "it is kept")


def test_where_no_committee_is_it_says_how_to_begin(teams: World) -> None:
    """Only if it was spoken to, and once for each time."""
    where = teams.places.group
    teams.say("Ben", "Hello everybody", where)
    assert not teams.texts(where)
    said = teams.say("Ben", "gaps", where, mention=True)
    teams.find(NOBODY_HERE, where)
    message = next(m for m in teams.playground.wire.messages if m.id == said)
    teams.playground.deliver(message.activity)
    assert len(teams.texts(where)) == 1
    post = teams.say("Ben", "gaps", mention=True)
    teams.find(NOBODY_HERE, teams.playground.thread_of(post))
