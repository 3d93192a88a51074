"""A walk in one's own chat with Convenor, where nothing has a thread."""

from typing import Any

import pytest

from bot.teams.which import SEVERAL
from storage.records import Stage, Status
from tests import teams_cards
from tests.local_slack import until
from tests.teams_doors import PERSONAL
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")


def press(teams: World, name: str, label: str, words: str, inputs: Any = None) -> Any:
    """Press something in one's own chat."""
    return teams.click(name, label, words, teams.direct(name), inputs)


def test_a_whole_phase_at_ones_own_pace(teams: World) -> None:
    """Words, buttons, forms and commands, the review round, and the end."""
    teams.start()
    teams.click("Chi", "My own pace", "is starting")
    chat = teams.direct("Chi")
    teams.find("Why do we hold a fair?", chat)
    teams.say("Chi", "why", PERSONAL)
    teams.find("People come more gladly", chat)
    said = teams.say("Chi", "To meet people", PERSONAL)
    teams.find("Where will it be?", chat)
    teams.say("Chi", "somewhere near", PERSONAL)
    until(lambda: teams.item("plan.place").notes, "what does not fit is kept")
    press(teams, "Chi", "City park", "Where will it be?")
    teams.find("Who asks for the permit?", chat)
    teams.fill("Chi", "Skip…", "Who asks for the permit?", {"text": "Ask Ana"}, chat)
    teams.find("Will there be cake?", chat)
    teams.say("Chi", "yes, apple", PERSONAL)
    teams.find("a look at what could go wrong", chat)

    # What was said before can be changed and taken back while the walk is elsewhere.
    teams.playground.edit("Chi", said, "To meet more people")
    teams.find("To meet more people (edited)", chat)
    teams.playground.delete("Chi", said)
    until(lambda: not teams.said("plan.why"), "it is taken back")
    teams.playground.edit("Chi", said, "To meet people", undelete=True)
    until(lambda: "Chi" in teams.said("plan.why"), "it is back")

    walk = next(w.id for w in teams.state.walks.values() if w.member)
    for _ in range(12):
        if teams.state.walks[walk].stage is Stage.DONE:
            break
        teams.quiet()
        card: Any = [m for m in teams.playground.messages(chat) if m.sender == teams.places.bot][-1]
        found = [c.action["title"] for c in teams_cards.controls(card.card())]
        label = next(w for w in ("Nothing to note", "Monitor", "Next") if w in found)
        teams.playground.press("Chi", card, label)
    assert teams.state.walks[walk].stage is Stage.DONE
    assert teams.item("plan.permit").status is Status.OPEN  # nobody else has been asked yet


def test_two_phases_at_once(teams: World) -> None:
    """Words answer what was asked last; a pause hands over to the other one."""
    teams.start()
    chat = teams.direct("Ben")
    teams.click("Ben", "My own pace", "is starting")
    teams.find("Why do we hold a fair?", chat)
    teams.say("Ben", "start running it", PERSONAL)
    teams.find("What should guests take home?", chat)
    teams.say("Ben", "A jar of jam", PERSONAL)
    until(lambda: "Ben" in teams.said("run.aim"), "it was asked last")
    teams.find("Which stalls do we need?", chat)
    teams.say("Ben", "pause", PERSONAL)
    teams.say("Ben", "To meet people", PERSONAL)
    until(lambda: "Ben" in teams.said("plan.why"), "the other one goes on")
    press(teams, "Ben", "School yard", "Where will it be?")
    teams.say("Ben", "resume", PERSONAL)
    until(lambda: "Ben" in teams.said("plan.place"), "buttons say what they are about")


def test_somebody_in_two_committees_is_asked_which_one(teams: World) -> None:
    """Until one of them asks; what was typed is not typed again."""
    teams.start()
    teams.playground.install(where=teams.places.group)
    teams.click("Ana", "Start", "A new committee", teams.places.group, inputs={"name": "Bazaar"})
    teams.find("Why do we hold a fair?", teams.places.group)
    chat = teams.direct("Ben")
    said = teams.say("Ben", "gaps", PERSONAL)
    asked = teams.find(SEVERAL, chat)
    message = next(m for m in teams.playground.wire.messages if m.id == said)
    teams.playground.deliver(message.activity)
    assert sum(SEVERAL in text for text in teams.texts(chat)) == 1
    teams.playground.press("Ben", asked, "Bazaar")
    teams.find("Still missing", chat)

    # With a walk of its own one committee has asked, and plain words are for that one.
    teams.click("Ben", "My own pace", "Bazaar is starting", teams.places.group)
    teams.find("Why do we hold a fair?", chat)
    teams.say("Ben", "To sell things", PERSONAL)
    teams.find("Where will it be?", chat)
    reader = teams.store.read()
    said_in = {
        c.name: bool(reader.state(c.id).items["plan.why"].answers) for c in reader.committees()
    }
    assert said_in == {"Fair": False, "Bazaar": True}
