"""What a chair does in Teams beside the walk: who is in it, and its settings."""

from typing import Any

import pytest

from bot.core.access import NOT_ACTIVE, ONLY_CHAIR
from bot.core.around import LAST_CHAIR
from bot.core.chairing import BAD_COUNT, WENT
from bot.teams.commanding import IN_CHAT
from storage.people import MoveOn, Pace, Role
from tests import teams_cards
from tests.teams_doors import PERSONAL
from tests.teams_wire import Message
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")


@pytest.fixture
def thread(teams: World) -> str:
    """Ana's committee of three; the conversation of its thread."""
    return teams.start()


def members(teams: World, name: str = "Ana") -> Message:
    """The list of members, in somebody's own chat."""
    teams.say(name, "members", PERSONAL)
    return teams.find("Members", teams.direct(name))


def change(teams: World, card: Message, who: str, label: str) -> dict[str, Any]:
    """Choose something for somebody from the list; returns the list as it is then."""
    ours = {m.name: m.id for m in teams.state.members.values()}
    actions = [c.action for c in teams_cards.controls(card.card(teams.places.people["Ana"]))]
    action = next(
        a for a in actions
        if a["title"] == label and a["data"]["convenor"].get("question") == ours[who]
    )  # fmt: skip
    value = {"action": action, "trigger": "manual"}
    answer = teams.playground.invoke(
        "Ana", "adaptiveCard/action", value, card.conversation, card.id
    )
    shown: dict[str, Any] = answer["value"]
    return shown


def test_the_chair_changes_what_members_do(teams: World, thread: str) -> None:
    """Roles, letting go and back; each time the list is shown as it is then."""
    card = members(teams)
    shown = change(teams, card, "Ben", "Let them read along only")
    assert "reads along" in teams_cards.words(shown)
    assert teams.state.members[teams.member("Ben")].role is Role.OBSERVER
    shown = change(teams, card, "Chi", "Let them go")
    assert "no longer in it" in teams_cards.words(shown)
    assert WENT.format(name="Chi", committee="Fair") in teams_cards.words(shown)
    assert not teams.state.members[teams.member("Chi")].active
    teams.say("Chi", "To meet", thread)
    teams.find(NOT_ACTIVE.format(chairs="Ana"), teams.direct("Chi"))
    shown = change(teams, members(teams), "Chi", "Let them back in")
    assert "no longer in" not in teams_cards.words(shown)
    assert teams.state.members[teams.member("Chi")].active
    change(teams, members(teams), "Chi", "Let them lead, too")
    assert teams.state.members[teams.member("Chi")].role is Role.CHAIR


def test_the_last_chair_can_not_leave_the_lead(teams: World, thread: str) -> None:
    """The list says so, and stays."""
    card = members(teams)
    for label in ("Let them answer", "Let them go"):
        shown = change(teams, card, "Ana", label)
        assert LAST_CHAIR in teams_cards.words(shown)
        assert "leads" in teams_cards.words(shown)
    assert teams.state.members[teams.member("Ana")].role is Role.CHAIR


def test_people_of_the_team_are_added_from_the_list(teams: World, thread: str) -> None:
    """Those who are not in it are offered, and welcomed once they are."""
    teams.playground.wire.away -= {teams.places.people[n] for n in ("Dev", "Eve")}
    card = members(teams)
    aad = teams.places.aad
    answer = teams.playground.press("Ana", card, "Add", {"people": [aad["Dev"], aad["Eve"]]})
    assert "Dev" in teams_cards.words(answer["value"])
    assert {m.name for m in teams.state.members.values()} == {"Ana", "Ben", "Chi", "Dev", "Eve"}
    teams.find("let you into Fair", teams.direct("Dev"))
    offered = [e for e in answer["value"]["body"] if e.get("id") == "people"]
    assert not offered


def test_who_is_added_in_a_dialog_of_the_channel_is_not_announced_there(
    teams: World, thread: str
) -> None:
    """The list shows it to whoever added them; they are welcomed in their own chat."""
    teams.playground.wire.away -= {teams.places.people[n] for n in ("Dev", "Eve")}
    before = len(teams.texts(teams.places.channel))
    about = {"committee": teams.state.committee.id}
    people = ",".join(teams.places.aad[n] for n in ("Dev", "Eve"))
    data = {"convenor": about, "verb": "add", "people": people}
    shown = teams.playground.invoke("Ana", "task/submit", {"data": data}, thread)
    assert "Dev" in teams_cards.words(shown["task"]["value"]["card"]["content"])
    for name in ("Dev", "Eve"):
        teams.find("let you into Fair", teams.direct(name))
    teams.quiet()
    assert len(teams.texts(teams.places.channel)) == before
    assert not any("is in Fair now" in text for text in teams.texts(teams.direct("Ana")))


def test_who_is_let_in_from_the_channel_is_told_to_the_chair_alone(
    teams: World, thread: str
) -> None:
    """For a moment, to whoever pressed it."""
    teams.playground.wire.away -= {teams.places.people["Dev"]}
    before = len(teams.texts(teams.places.channel))
    about = {"committee": teams.state.committee.id, "value": teams.places.aad["Dev"]}
    action = {"type": "Action.Execute", "verb": "admit", "data": {"convenor": about}}
    card = teams.find("is starting")
    value = {"action": action, "trigger": "manual"}
    answer = teams.playground.invoke("Ana", "adaptiveCard/action", value, thread, card.id)
    assert answer["value"] == "Dev is in Fair now."
    teams.quiet()
    assert len(teams.texts(teams.places.channel)) == before


def test_members_read_the_list_and_change_nothing(teams: World, thread: str) -> None:
    """It has no controls for them, and made-up ones are refused."""
    card = members(teams, "Ben")
    titles = {c.action["title"] for c in teams_cards.controls(card.card())}
    assert titles <= {"Back"}
    made = {"committee": teams.state.committee.id, "question": teams.member("Chi"), "value": "go:1"}
    value = {"action": {"type": "Action.Execute", "verb": "role", "data": {"convenor": made}}}
    answer = teams.playground.invoke(
        "Ben", "adaptiveCard/action", value, card.conversation, card.id
    )
    assert ONLY_CHAIR.format(chairs="Ana") in teams_cards.words(answer["value"])
    assert teams.state.members[teams.member("Chi")].active


def test_settings_are_changed_and_a_problem_stands_at_its_field(teams: World, thread: str) -> None:
    """Nothing that was typed is lost; what is right is kept at once."""
    teams.say("Ana", "settings", PERSONAL)
    card = teams.find("Settings", teams.direct("Ana"))
    typed = {"name": "Summer *fair*", "zone": "Mars/North", "pace": Pace.TOGETHER.value}
    again = teams.playground.press("Ana", card, "Save", typed)["value"]
    held = {e["id"]: e.get("value") for e in teams_cards.elements(again) if "id" in e}
    assert typed.items() <= held.items()
    assert teams.state.committee.name == "Fair"
    at = [e for e in again["body"] if e.get("id") == "zone"]
    assert at
    after = again["body"][again["body"].index(at[0]) + 1]
    assert "zone" in teams_cards.words({"body": [after]}).casefold()

    saved = teams.playground.press("Ana", card, "Save", {"zone": "Europe/Berlin"})
    assert saved["statusCode"] == 200
    committee = teams.state.committee
    assert (committee.name, committee.zone) == ("Summer *fair*", "Europe/Berlin")
    assert committee.settings.pace is Pace.TOGETHER


def test_a_number_that_is_none_is_said_at_its_field(teams: World, thread: str) -> None:
    """Clients check it too; what comes all the same is no error."""
    teams.say("Ana", "settings", PERSONAL)
    card = teams.find("Settings", teams.direct("Ana"))
    answer = teams.playground.press("Ana", card, "Save", {"count": "many"})
    assert BAD_COUNT in teams_cards.words(answer["value"])
    move = {"count": "2", "move_on": MoveOn.COUNT.value}
    teams.playground.press("Ana", card, "Save", move)
    assert teams.state.committee.settings.move_on_count == 2


def test_settings_are_the_chairs(teams: World, thread: str) -> None:
    """A member gets their own hours; in a channel the answer is for nobody else."""
    post = teams.say("Ben", "settings", mention=True)
    teams.find("My hours", teams.direct("Ben"))
    teams.find(IN_CHAT, teams.playground.thread_of(post))
    post = teams.say("Ana", "members", mention=True)
    teams.find(IN_CHAT, teams.playground.thread_of(post))
    teams.find("Members", teams.direct("Ana"))
    sent = next(m for m in teams.playground.wire.messages if m.id == post)
    before = len(teams.texts(teams.direct("Ana")))
    teams.playground.deliver(sent.activity)
    assert len(teams.texts(teams.direct("Ana"))) == before
