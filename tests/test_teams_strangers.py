"""Who is in a team without being in its committee, and who joins, leaves and comes back."""

import uuid
from typing import Any

import pytest

from bot.core.access import ONLY_CHAIR
from bot.core.admitting import NOT_IN
from bot.core.seats import NOT_HERE
from bot.teams.starting import NO_GUESTS
from tests import teams_cards
from tests.local_slack import until
from tests.teams_doors import PERSONAL
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")

GUEST = {"userRole": "guest"}
FOREIGN = {"tenantId": str(uuid.uuid5(uuid.NAMESPACE_DNS, "other.example.org"))}
COLLEAGUE = "not in the committee yet"
KINDS = {
    "colleague": ({}, COLLEAGUE),
    "guest": (GUEST, "is a guest"),
    "of another tenant": (FOREIGN, "comes from another organisation"),
    "anonymous": ({"userRole": "anonymous"}, "comes from another organisation"),
}


def told(teams: World, name: str, words: str = "where Fair works") -> int:
    """How often somebody was told this in their own chat."""
    return sum(words in text for text in teams.texts(teams.direct(name)))


def names(teams: World, *, active: bool = True) -> set[str]:
    """Who is in the committee."""
    return {m.name for m in teams.state.members.values() if m.active is active}


@pytest.fixture
def thread(teams: World) -> str:
    """Ana's committee of three; the conversation of its thread."""
    return teams.start()


# -- whoever is not in -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_joins_the_team_waits_for_the_chair(teams: World, thread: str, kind: str) -> None:
    """One message to the chair with a button; until it is pressed nothing of theirs is recorded."""
    more, words = KINDS[kind]
    teams.playground.wire.told[teams.places.people["Dev"]] = more
    for _ in range(2):
        teams.playground.add_member("Dev")
    asked = teams.find("Let Dev in", teams.direct("Ana"))
    assert words in asked.words()
    for text in ("To meet", "To meet again"):
        teams.say("Dev", text, thread)
    teams.find(NOT_IN.format(chairs="Ana"), teams.direct("Dev"))
    assert "plan.why" not in teams.state.items or not teams.said("plan.why")
    assert names(teams) == {"Ana", "Ben", "Chi"}

    answer = teams.playground.press("Ana", asked, "Let Dev in")
    teams.find("let you into Fair", teams.direct("Dev"))
    settled = "Dev is in Fair now. Ana let them in."
    # For Ana at once, and then as it stands there.
    assert settled in teams_cards.words(answer["value"])
    until(lambda: settled in asked.words(), "it says what became of it")
    assert not list(teams_cards.controls(asked.card()))
    teams.say("Dev", "To meet at last", thread)
    until(lambda: "Dev" in teams.said("plan.why"), "Dev's answers count")
    assert names(teams) == {"Ana", "Ben", "Chi", "Dev"}
    assert told(teams, "Dev", "what you write here is not recorded") == 1
    assert told(teams, "Ana", "is in Fair now") == 1
    assert told(teams, "Ana") == 0  # it stands in its place
    assert told(teams, "Ben") == 0


def test_a_stranger_who_presses_something_learns_who_can_let_them_in(
    teams: World, thread: str
) -> None:
    """In the room of the committee; and a form is not opened for them."""
    teams.playground.add_member("Dev")
    words = NOT_IN.format(chairs="Ana")
    assert teams.click("Dev", "Discuss later", "Why do we hold a fair?", thread)["value"] == words
    dialog = teams.click("Dev", "Answer…", "Why do we hold a fair?", thread)
    assert dialog.answer == {"task": {"type": "message", "value": words}}
    post = teams.say("Dev", "gaps", mention=True)
    teams.find(words, teams.direct("Dev"))
    assert not [t for t in teams.texts(teams.playground.thread_of(post)) if "missing" in t]
    assert told(teams, "Ana") == 1


def test_people_talking_among_themselves_are_left_alone(teams: World, thread: str) -> None:
    """Neither answered nor told of, whoever they are."""
    teams.playground.wire.away -= {teams.places.people["Dev"]}
    calls = len(teams.playground.wire.calls)
    post = teams.say("Dev", "Lunch?")
    teams.say("Ben", "Now?", teams.playground.thread_of(post))
    said = teams.say("Ben", "Or later?")
    teams.playground.edit("Ben", said, "Or at two?")
    teams.playground.delete("Ben", said)
    assert len(teams.playground.wire.calls) == calls
    assert not any(item.responses or item.notes for item in teams.state.items.values())


def test_what_a_stranger_changes_changes_nothing(teams: World, thread: str) -> None:
    """Their edits and deletions are nobody's."""
    teams.playground.add_member("Dev")
    said = teams.say("Dev", "To meet", thread)
    teams.playground.edit("Dev", said, "To meet people")
    teams.playground.delete("Dev", said)
    teams.playground.edit("Dev", said, "To meet people", undelete=True)
    assert not any(item.responses or item.notes for item in teams.state.items.values())


def test_only_the_chair_lets_people_in(teams: World, thread: str) -> None:
    """A member's made-up button does not, nor one for somebody who is not in the team."""
    teams.playground.add_member("Dev")
    asked = teams.find("Let Dev in", teams.direct("Ana"))
    (made,) = [
        e for e in _actions(asked.card()) if e.get("verb") == "admit"
    ]  # as it stands on Ana's card

    def press(name: str, data: dict[str, Any]) -> str:
        value = {"action": {"type": "Action.Execute", "verb": "admit", "data": data}}
        answer = teams.playground.invoke(
            name, "adaptiveCard/action", value, teams.places.channel, asked.id
        )
        return str(answer["value"])

    assert press("Ben", made["data"]) == ONLY_CHAIR.format(chairs="Ana")
    assert press("Dev", made["data"]) == NOT_IN.format(chairs="Ana")
    assert names(teams) == {"Ana", "Ben", "Chi"}
    for user in (teams.places.aad["Eve"], "nobody", "../../members", teams.places.bot, "29:x"):
        ours = made["data"]["convenor"] | {"value": user}
        assert "let in" in press("Ana", {"convenor": ours})
    assert names(teams) == {"Ana", "Ben", "Chi"}


def _actions(node: Any) -> list[dict[str, Any]]:
    """All actions in a card, its overflow menus included."""
    if isinstance(node, list):
        return [found for each in node for found in _actions(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if str(node.get("type")).startswith("Action.") else []
    return own + [found for each in node.values() for found in _actions(each)]


def test_a_guest_chosen_on_the_set_up_card_waits_for_the_chair(teams: World) -> None:
    """They are announced, not let in; and they don't lead, unless they set it up themselves."""
    people, aad = teams.places.people, teams.places.aad
    teams.playground.wire.told |= {people["Chi"]: GUEST, people["Dev"]: FOREIGN}
    teams.playground.wire.away -= {people["Dev"]}
    teams.say("Ana", "start", mention=True)
    chosen = {"name": "Fair", "members": [aad[n] for n in ("Ana", "Ben", "Chi", "Dev")]}
    form = teams.find("A new committee").card()
    ticked = next(e for e in form["body"] if e.get("id") == "members")["value"].split(",")
    assert set(ticked) == {aad["Ana"], aad["Ben"]}
    again = teams.click("Ana", "Start", "A new committee", inputs={**chosen, "chair": aad["Chi"]})
    assert NO_GUESTS.format(name="Chi") in str(again["value"])
    again = teams.click("Ana", "Start", "A new committee", inputs={"chair": aad["Dev"]})
    assert NO_GUESTS.format(name="Dev") in str(again["value"])
    teams.click("Ana", "Start", "A new committee", inputs={"chair": aad["Ana"]})
    teams.thread()
    assert names(teams) == {"Ana", "Ben"}
    until(lambda: told(teams, "Ana") == 2, "the chair is told of both")


# -- coming and going ------------------------------------------------------------------------------


def test_who_leaves_the_team_is_not_waited_for_and_comes_back(teams: World, thread: str) -> None:
    """The walk moves on without them; back, they are who they were."""
    for name in ("Ana", "Ben"):
        teams.say(name, f"To meet, says {name}", thread)
    chi = teams.member("Chi")
    teams.playground.remove_member("Chi")
    teams.find("Where will it be?", thread)
    assert names(teams, active=False) == {"Chi"}
    teams.playground.add_member("Chi")
    assert names(teams) == {"Ana", "Ben", "Chi"}
    assert teams.member("Chi") == chi
    teams.say("Chi", "school", thread)
    until(lambda: "Chi" in teams.said("plan.place"), "Chi's answers count again")
    assert told(teams, "Ana") == 0


def test_who_left_is_told_so_when_they_go_on_writing(teams: World, thread: str) -> None:
    """Once for each message, in their own chat."""
    teams.playground.remove_member("Chi")
    said = teams.say("Chi", "To meet", thread)
    teams.find("no longer in this committee", teams.direct("Chi"))
    message = next(m for m in teams.playground.wire.messages if m.id == said)
    teams.playground.deliver(message.activity)
    assert told(teams, "Chi", "no longer in this committee") == 1
    assert not any(item.responses for item in teams.state.items.values())


def test_somebody_left_whom_teams_does_not_name(teams: World, thread: str) -> None:
    """An account that was never heard from: the roster tells who is still there."""
    teams.playground.wire.away |= {teams.places.people["Chi"]}
    sent = teams.playground.activity("Ana", teams.places.team, "userRemoved")
    sent["membersRemoved"] = [{"id": "29:an-account-of-long-ago"}]
    assert teams.playground.deliver(sent).status == 200
    assert names(teams, active=False) == {"Chi"}
    assert names(teams) == {"Ana", "Ben"}


def test_a_known_account_needs_no_roster(teams: World, thread: str) -> None:
    """What Teams calls somebody was kept from what they said before."""
    teams.say("Chi", "To meet", thread)
    sent = teams.playground.activity("Ana", teams.places.team, "userRemoved")
    sent["membersRemoved"] = [{"id": teams.places.people["Chi"]}]
    calls = len(teams.playground.wire.calls)
    assert teams.playground.deliver(sent).status == 200
    assert names(teams, active=False) == {"Chi"}
    rosters = [c for c in teams.playground.wire.calls[calls:] if c.path.endswith("members")]
    assert not rosters


def test_a_stranger_alone_with_the_bot_learns_how_to_begin(teams: World, thread: str) -> None:
    """They are in no committee, and see nothing of one."""
    teams.playground.wire.away -= {teams.places.people["Dev"]}
    teams.say("Dev", "gaps", PERSONAL)
    (said,) = teams.texts(teams.direct("Dev"))
    assert "You are in no committee here yet" in said
    card = teams.find("You are in no committee", teams.direct("Dev"))
    value = {
        "action": {
            "type": "Action.Execute",
            "verb": "record",
            "data": {"convenor": {"committee": teams.state.committee.id}},
        }
    }
    answer = teams.playground.invoke(
        "Dev", "adaptiveCard/action", value, card.conversation, card.id
    )
    assert answer["value"] == NOT_HERE
