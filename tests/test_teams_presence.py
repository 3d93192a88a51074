"""Where Convenor is in Teams: added and removed, and teams and channels that change around it."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.admitting import BACK, LOST
from tests.local_slack import until
from tests.teams_doors import PERSONAL
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")

SET_UP = "A new committee"


def shown(teams: World, words: str, where: str = "") -> int:
    """How many messages show these words there."""
    return sum(words in text for text in teams.texts(where))


def added(teams: World, kind: str, where: str) -> None:
    """One of the two activities by which Teams says that the app was added."""
    sent = teams.playground.activity("Ana", where, kind)
    assert teams.playground.deliver(sent).status == 200


def happened(teams: World, event: str, **more: Any) -> dict[str, Any]:
    """What Teams says of a change, as it does: in the team's first channel, by nobody it names."""
    places = teams.places
    sent = teams.playground.activity("Ana", places.team, "channelRenamed")
    sent["from"] = {"id": "29:somebody"}
    sent["channelData"] |= {"eventType": event, **more}
    if event.startswith("team"):
        del sent["channelData"]["channel"]
    else:
        sent["channelData"]["channel"] = {"id": places.channel, **more.get("channel", {})}
    assert teams.playground.deliver(sent).status == 200
    return sent


# -- the app ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("botAdded", "install"), ("install", "botAdded")])
@pytest.mark.parametrize("room", ["team", "group"])
def test_added_to_a_room_it_shows_one_set_up_card(
    teams: World, order: tuple[str, str], room: str
) -> None:
    """Teams tells it twice, in any order; what was said first counts."""
    where = getattr(teams.places, room)
    for kind in order:
        added(teams, kind, where)
    card = teams.find(SET_UP, where)
    assert shown(teams, SET_UP) == 1
    assert {"Ana", "Ben", "Chi"} <= set(card.words().splitlines())
    assert "Dev" not in card.words()


@pytest.mark.parametrize("room", ["team", "group"])
def test_added_again_on_the_same_day_it_shows_the_card_again(teams: World, room: str) -> None:
    """Each time once, as long as no committee is there."""
    where = getattr(teams.places, room)
    for times in (1, 2, 3):
        teams.playground.install(where=where)
        assert shown(teams, SET_UP) == times
        teams.playground.uninstall(where=where)


def test_added_with_another_channel_open_it_shows_the_card_there(teams: World) -> None:
    """Whoever added it had that channel before them."""
    sent = teams.playground.activity("Ana", teams.places.team, "install")
    sent["channelData"]["settings"] = {"selectedChannel": {"id": teams.places.channel}}
    assert teams.playground.deliver(sent).status == 200
    bare = teams.playground.activity("Ana", teams.places.team, "botAdded")
    del bare["channelData"]["settings"]
    assert teams.playground.deliver(bare).status == 200
    teams.find(SET_UP, teams.places.channel)
    assert shown(teams, SET_UP) == 1
    teams.click("Ana", "Start", SET_UP, inputs={"name": "Fair"})
    assert teams.state.committee.home[0].channel == teams.places.channel


def test_added_for_oneself_it_says_what_waits(teams: World) -> None:
    """Who is in no committee learns how to begin; a member sees their open questions."""
    teams.playground.install("Ben", PERSONAL)
    chat = teams.direct("Ben")
    assert "You are in no committee yet" in teams.find("Your questions", chat).words()
    assert len(teams.texts(chat)) == 1
    teams.start()
    teams.playground.install("Chi", PERSONAL)
    home = teams.find("Your questions", teams.direct("Chi"))
    assert "Why do we hold a fair?" in home.words()
    assert shown(teams, "Your questions", teams.direct("Chi")) == 1


def test_added_where_a_committee_is_it_is_quiet(teams: World) -> None:
    """Whether in its channel or in another one of the team."""
    teams.start()
    before = len(teams.texts(""))
    teams.playground.install()
    assert len(teams.texts("")) == before


def test_removed_nothing_is_sent_until_it_is_back(teams: World) -> None:
    """What came meanwhile goes out then."""
    thread = teams.start()
    teams.click("Ben", "My own pace", "is starting")
    teams.find("Why do we hold a fair?", teams.direct("Ben"))
    teams.playground.uninstall()
    calls = len(teams.playground.wire.calls)
    teams.say("Ben", "To meet the neighbours", PERSONAL)  # one's own chat goes on
    teams.find("Where will it be?", teams.direct("Ben"))
    until(lambda: _waits(teams), "the card in the channel waits")
    paths = [call.path for call in teams.playground.wire.calls[calls:]]
    assert not [path for path in paths if teams.places.channel in path]

    teams.playground.install()
    teams.find("To meet the neighbours", thread)
    until(lambda: not _waits(teams), "all went out")
    assert not shown(teams, SET_UP)


def _waits(teams: World) -> int:
    places = teams.places
    return teams.store.read().pending("teams", places.tenant, places.channel)


def test_a_person_without_the_app_gets_what_waited_when_they_add_it_again(teams: World) -> None:
    """Their own chat ended, and nobody else's."""
    teams.start()
    teams.playground.install("Ben", PERSONAL)
    teams.playground.uninstall("Ben", PERSONAL)
    before = len(teams.texts(teams.direct("Ben")))
    teams.say("Ana", "assign cake @Ben", mention=True)
    teams.find("Ben now has")
    ben = f"@{teams.member('Ben')}"
    assert teams.store.read().pending("teams", teams.places.tenant, ben)
    assert len(teams.texts(teams.direct("Ben"))) == before
    teams.playground.install("Ben", PERSONAL)
    teams.find("Ana asked you to answer", teams.direct("Ben"))


# -- teams and channels ----------------------------------------------------------------------------


def test_a_renamed_channel_is_the_same_one(teams: World) -> None:
    """Its name is learned, and the team's first channel keeps its own; so is its team's."""
    thread = teams.start()
    teams.playground.install()
    rooms = teams.teams.rooms
    tenant, places = teams.places.tenant, teams.places
    happened(teams, "channelRenamed", channel={"name": "Summer planning"})
    happened(teams, "teamRenamed", team={"id": places.team, "name": "Fair & Co"})
    renamed, first = rooms.room(tenant, places.channel), rooms.room(tenant, places.team)
    assert renamed
    assert renamed.name == "Summer planning"
    assert first
    assert first.name != "Summer planning"
    assert first.team == renamed.team == "Fair & Co"
    teams.say("Ben", "To meet the neighbours", thread)
    teams.find("To meet the neighbours", thread)


def test_a_deleted_channel_is_told_once_and_comes_back(teams: World) -> None:
    """Nothing is sent there meanwhile, and what was said is safe."""
    thread = teams.start()
    lost, back = LOST.format(committee="Fair"), BACK.format(committee="Fair")
    teams.click("Ben", "My own pace", "is starting")
    teams.find("Why do we hold a fair?", teams.direct("Ben"))
    sent = happened(teams, "channelDeleted")
    teams.playground.deliver(sent)
    chair = teams.direct("Ana")
    teams.find(lost, chair)
    happened(teams, "channelDeleted")
    teams.say("Ben", "To meet the neighbours", PERSONAL)
    teams.find("Where will it be?", teams.direct("Ben"))
    assert not shown(teams, "To meet the neighbours", thread)
    assert shown(teams, lost, chair) == 1
    assert not shown(teams, lost, teams.direct("Ben"))
    happened(teams, "channelRestored")
    teams.find(back, chair)
    teams.find("To meet the neighbours", thread)


@pytest.mark.parametrize("told", [("teamDeleted", "teamHardDeleted"), ("teamHardDeleted",)])
def test_a_deleted_team_takes_its_channels_along(teams: World, told: tuple[str, ...]) -> None:
    """Its chairs are told once, though Teams tells it twice; restored, all goes on."""
    thread = teams.start()
    lost = LOST.format(committee="Fair")
    for n, event in enumerate(told):
        happened(teams, event)
        if not n:
            teams.find(lost, teams.direct("Ana"))
    teams.find(lost, teams.direct("Ana"))
    reference = teams.teams.rooms.room(teams.places.tenant, teams.places.channel)
    assert reference
    assert reference.ended == "team_deleted"
    happened(teams, "teamRestored")
    teams.find(BACK.format(committee="Fair"), teams.direct("Ana"))
    assert shown(teams, lost, teams.direct("Ana")) == 1
    teams.say("Ben", "To meet the neighbours", thread)
    teams.find("To meet the neighbours", thread)


@pytest.mark.parametrize("spelled", [str, str.lower])
def test_an_archived_team_is_left_in_peace(teams: World, spelled: Callable[[str], str]) -> None:
    """Nobody is told, and nothing is posted, until it is used again; however the events are spelled."""
    thread = teams.start()
    teams.click("Ben", "My own pace", "is starting")
    teams.find("Why do we hold a fair?", teams.direct("Ben"))
    happened(teams, spelled("teamArchived"))
    teams.say("Ben", "To meet the neighbours", PERSONAL)
    teams.find("Where will it be?", teams.direct("Ben"))
    until(lambda: _waits(teams), "the card in the channel waits")
    assert not shown(teams, "To meet the neighbours", thread)
    happened(teams, spelled("teamUnarchived"))
    teams.find("To meet the neighbours", thread)
    assert not shown(teams, "Fair is back", teams.direct("Ana"))
