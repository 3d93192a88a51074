"""Two tenants in one Convenor, with the same ids in both: nothing of one is seen or done in the other."""

from typing import Any

import pytest

from bot.app import clock
from bot.config import Settings
from bot.core.seats import NOT_HERE
from bot.core.service import Service
from bot.platforms import platforms
from bot.teams.bot import Setup
from bot.teams.values import OURS
from storage.sqlite import open_store
from tests.local_slack import until
from tests.teams_issuer import APP_ID
from tests.teams_office import CHANNEL, GROUP, ONE, TEAM, TWO, Office, account, both, chat

__all__ = ["both"]


@pytest.fixture
def fairs(both: Office) -> dict[str, str]:
    """The same people in the same channel of each tenant, with a committee in each."""
    return {tenant: both.found(tenant=tenant, name=f"Fair of {tenant[0]}") for tenant in (ONE, TWO)}


def threads(bot: Office, fairs: dict[str, str]) -> dict[str, str]:
    """The threads, which have the same id in both, too."""
    found = {tenant: bot.thread(committee) for tenant, committee in fairs.items()}
    assert found[ONE] == found[TWO]
    bot.quiet()
    return found


def test_the_same_thread_in_two_tenants_is_two_threads(both: Office, fairs: dict[str, str]) -> None:
    """Answers, edits and deletions count where they were made; each tenant hears of its own."""
    thread = threads(both, fairs)[ONE]
    one = both.message("Ben", "To meet", thread, tenant=ONE)
    two = both.message("Ben", "To sell", thread, tenant=TWO) | {"id": one["id"]}
    for sent in (one, two):
        assert both.send(sent).status == 200
    assert both.said(fairs[ONE]) == {"Ben": "To meet"}
    assert both.said(fairs[TWO]) == {"Ben": "To sell"}
    edit = two | {"type": "messageUpdate", "text": "To sell jam", "timestamp": "2026-05-12T08"}
    assert both.send(edit).status == 200
    gone = one | {"type": "messageDelete", "timestamp": "2026-05-12T08"}
    assert both.send(gone).status == 200
    assert both.said(fairs[ONE]) == {}
    assert both.said(fairs[TWO]) == {"Ben": "To sell jam"}
    both.quiet()
    assert "jam" not in both.words(tenant=ONE)
    until(lambda: "jam" in both.words(tenant=TWO), "the own tenant sees it")


def test_controls_work_in_their_own_tenant_only(both: Office, fairs: dict[str, str]) -> None:
    """Somebody of the other tenant has no seat there, though their id is the same."""
    thread = threads(both, fairs)[ONE]
    rows = both.dump()
    for verb in ("park", "answer", "record", "members", "settings", "own", "next", "show"):
        about = {"committee": fairs[ONE], "walk": f"{fairs[ONE]}.plan", "question": "plan.why"}
        sent = both.pressed("Ana", verb, {OURS: about}, thread, tenant=TWO)
        status, body = both.send(sent)
        assert status == 200
        assert body["value"] == NOT_HERE, verb
    assert both.dump() == rows


def test_a_walk_of_ones_own_stays_in_its_tenant(both: Office, fairs: dict[str, str]) -> None:
    """One's chat has the same id in both; words there are for the walk of their own tenant."""
    threads(both, fairs)
    about = {"committee": fairs[ONE], "walk": f"{fairs[ONE]}.plan", "value": "plan"}
    assert both.press("Chi", "own", CHANNEL, tenant=ONE, **about).status == 200
    both.quiet()
    both.say("Chi", "To meet", chat("Chi"), tenant=TWO)
    both.say("Chi", "gaps", chat("Chi"), tenant=TWO)
    both.quiet()
    assert both.said(fairs[ONE]) == both.said(fairs[TWO]) == {}
    assert "Why do we hold a fair?" in both.words(chat("Chi"), ONE)
    assert "Still missing" not in both.words(chat("Chi"), ONE)
    both.say("Chi", "To meet", chat("Chi"), tenant=ONE)
    assert both.said(fairs[ONE]) == {"Chi": "To meet"}
    assert both.said(fairs[TWO]) == {}


def test_comings_and_goings_are_each_tenants_own(both: Office, fairs: dict[str, str]) -> None:
    """Who leaves one team is still in the other; a channel deleted here stands there."""
    threads(both, fairs)
    left = both.activity(
        "Ana", TEAM, tenant=ONE, type="conversationUpdate", membersRemoved=[account("Chi")]
    )
    assert both.send(left).status == 200
    active = {
        tenant: {m.name for m in both.state(committee).members.values() if m.active}
        for tenant, committee in fairs.items()
    }
    assert active == {ONE: {"Ana", "Ben"}, TWO: {"Ana", "Ben", "Chi"}}
    gone = both.activity("Ana", TEAM, tenant=ONE, type="conversationUpdate")
    gone["channelData"] |= {"eventType": "channelDeleted", "channel": {"id": CHANNEL}}
    assert both.send(gone).status == 200
    rooms = both.teams.rooms
    ours, theirs = rooms.room(ONE, CHANNEL), rooms.room(TWO, CHANNEL)
    assert ours
    assert theirs
    assert (ours.ended, theirs.ended) == ("channel_deleted", "")
    until(lambda: "was deleted" in both.words(chat("Ana"), ONE), "the chair is told")
    assert "was deleted" not in both.words(tenant=TWO)


def test_the_connector_of_the_other_tenant_is_never_asked(
    both: Office, fairs: dict[str, str]
) -> None:
    """Whatever happens in one tenant is looked up and answered there."""
    threads(both, fairs)
    calls = len(both.connectors[TWO].calls)
    both.connectors[ONE].rosters[TEAM].append(account("Dev"))
    joined = both.activity("Ana", TEAM, type="conversationUpdate", membersAdded=[account("Dev")])
    assert both.send(joined).status == 200
    for sent in (
        both.message("Ana", "members", CHANNEL, mention=True),
        both.message("Dev", "gaps", CHANNEL, mention=True),
        both.message("Ben", "gaps", chat("Ben")),
        both.message("Ben", "start", GROUP, mention=True),
        both.message("Ben", "find fair", CHANNEL, mention=True),
    ):
        assert both.send(sent).status == 200
    both.quiet()
    assert len(both.connectors[TWO].calls) == calls
    assert "Let Dev in" in both.words(chat("Ana"), ONE)


def test_a_new_committee_is_of_its_tenant(both: Office) -> None:
    """The same set-up card in both, with the same id, founds one in each."""
    held: dict[str, Any] = {"name": "Fair", "chair": "ana-aad", "members": "ana-aad,ben-aad"}
    for tenant in (ONE, TWO):
        both.say("Ana", "start", CHANNEL, tenant=tenant, mention=True)
        (card,) = [m for m in both.messages(tenant=tenant) if "A new committee" in str(m.activity)]
        sent = both.pressed("Ana", "found", held | {OURS: {}}, tenant=tenant, on=card.id)
        assert both.send(sent).status == 200
    reader = both.store.read()
    homes = [committee.home[0].tenant for committee in reader.committees()]
    assert sorted(homes) == [ONE, TWO]


@pytest.mark.parametrize(("kind", "only"), [("SingleTenant", ONE), ("MultiTenant", "")])
def test_the_setting_says_which_tenant_is_served(kind: str, only: str) -> None:
    """A single-tenant app asks that tenant for its tokens, and serves nobody else."""
    store = open_store("sqlite://")
    settings = Settings(
        microsoft_app_id=APP_ID,
        microsoft_app_password="of-the-tests",
        microsoft_app_type=kind,
        microsoft_app_tenantid=ONE,
        public_url="https://convenor.example.org",
    )
    teams = platforms(settings, Service(store, clock), clock, "k" * 40).teams
    assert teams is not None
    assert (teams.setup.only, teams.setup.app.tenant) == (only, only)
    store.close()


def test_only_one_tenant_is_served_where_that_is_set(both: Office, fairs: dict[str, str]) -> None:
    """Everything of others is passed over: answered, and never looked at."""
    thread = threads(both, fairs)[ONE]
    both.teams.setup = Setup(both.teams.setup.app, only=ONE.upper())
    rows, calls = both.dump(), both.calls()
    assert both.send(both.message("Ben", "To sell", thread, tenant=TWO)) == (200, None)
    about = {"committee": fairs[TWO], "walk": f"{fairs[TWO]}.plan", "question": "plan.why"}
    assert both.press("Ana", "park", thread, tenant=TWO, **about) == (200, None)
    assert (both.dump(), both.calls()) == (rows, calls)
    both.say("Ben", "To meet", thread)
    assert both.said(fairs[ONE]) == {"Ben": "To meet"}
