"""The same activity, with the same ids, comes in two tenants: it is done in both, each in its own."""

from collections.abc import Callable

import pytest

from bot.teams.values import OURS
from storage.records import Status
from tests.local_slack import until
from tests.teams_office import (
    CHANNEL,
    GROUP,
    ONE,
    TEAM,
    TWO,
    Json,
    Office,
    account,
    both,
    chat,
    user,
)

__all__ = ["both"]

TENANTS = (ONE, TWO)
EDITED, DELETED = "2026-05-12T08:00:00.000Z", "2026-05-12T09:00:00.000Z"

Fairs = dict[str, str]


def twice(bot: Office, made: Callable[[str], Json]) -> None:
    """Send one activity in each tenant; both have the same id."""
    one, two = map(made, TENANTS)
    for each in (one, two | {"id": one["id"]}):
        assert bot.send(each).status == 200
    bot.quiet()


@pytest.fixture
def fairs(both: Office) -> Fairs:
    """A committee of the same people in the same channel of each tenant; their ids."""
    found = {tenant: both.found(tenant=tenant, name=f"Fair of {tenant[0]}") for tenant in TENANTS}
    both.quiet()
    return found


def test_words_their_edits_and_their_deletions(both: Office, fairs: Fairs) -> None:
    """Each is done to the answer of its own tenant."""
    threads = {both.thread(committee) for committee in fairs.values()}
    (thread,) = threads
    first = both.message("Ben", "To meet", thread)["id"]

    def said(tenant: str, text: str, **more: str) -> Json:
        return both.message("Ben", text, thread, tenant=tenant) | {"id": first, **more}

    twice(both, lambda t: said(t, "To meet"))
    assert [both.said(c) for c in fairs.values()] == [{"Ben": "To meet"}] * 2
    twice(both, lambda t: said(t, "To sell", type="messageUpdate", timestamp=EDITED))
    assert [both.said(c) for c in fairs.values()] == [{"Ben": "To sell"}] * 2
    twice(both, lambda t: said(t, "To sell", type="messageDelete", timestamp=DELETED))
    assert [both.said(c) for c in fairs.values()] == [{}] * 2


def test_controls(both: Office, fairs: Fairs) -> None:
    """Pressed in both, done in both."""

    def press(tenant: str) -> Json:
        ours = fairs[tenant]
        about = {"committee": ours, "walk": f"{ours}.plan", "question": "plan.why"}
        return both.pressed("Ben", "park", {OURS: about}, both.thread(ours), tenant=tenant)

    twice(both, press)
    found = [both.state(c).items["plan.why"].status for c in fairs.values()]
    assert found == [Status.PARKED] * 2


def test_messages_to_record(both: Office, fairs: Fairs) -> None:
    """*Record as an answer…* in both, recorded in both."""
    message = {
        "id": "5",
        "from": {"user": {"id": user("Ana")}},
        "body": {"contentType": "html", "content": "To meet"},
    }

    def record(tenant: str) -> Json:
        data = {OURS: {"committee": fairs[tenant], "form": "record"}, "question": "plan.why"}
        value = {"commandId": "record", "messagePayload": message, "data": data}
        name = "composeExtension/submitAction"
        return both.activity("Ana", tenant=tenant, type="invoke", name=name, value=value)

    twice(both, record)
    assert [both.said(c) for c in fairs.values()] == [{"Ana": "To meet"}] * 2


def test_commands(both: Office, fairs: Fairs) -> None:
    """Each is answered where it was asked."""
    twice(both, lambda t: both.message("Ben", "members", tenant=t, mention=True))

    def answered() -> bool:
        return all("Members" in both.words(chat("Ben"), tenant) for tenant in TENANTS)

    until(answered, "both are answered")


def test_the_app_is_added(both: Office) -> None:
    """Each tenant's channel gets its own set-up card."""
    twice(
        both,
        lambda t: both.activity("Ana", TEAM, tenant=t, type="installationUpdate", action="add"),
    )
    for tenant in TENANTS:
        assert "A new committee" in both.words(tenant=tenant)


def test_rosters(both: Office, fairs: Fairs) -> None:
    """Nobody of the other tenant's team is offered, although its list was read a moment ago."""
    both.connectors[TWO].rosters[CHANNEL].append(account("Zoe"))

    def members(tenant: str, verb: str, **about: str) -> str:
        data = {OURS: {"committee": fairs[tenant], **about}}
        return str(both.send(both.pressed("Ana", verb, data, chat("Ana"), tenant=tenant)).body)

    assert "Zoe" in members(TWO, "members")
    assert "Zoe" not in members(ONE, "page", value="members 1")


def test_words_that_wait(both: Office, fairs: Fairs) -> None:
    """What one wrote in the other tenant is recorded in none of this one's committees."""
    for tenant in TENANTS:
        both.found(tenant=tenant, channel=GROUP, name="Other")
    both.quiet()
    first = both.message("Ben", "", chat("Ben"))["id"]
    for tenant, text in ((ONE, "To meet"), (TWO, "To sell")):
        both.send(both.message("Ben", text, chat("Ben"), tenant=tenant) | {"id": first})
    ours = fairs[ONE]
    both.press("Ben", "own", chat("Ben"), committee=ours, value="plan")
    both.quiet()
    both.press("Ben", "said", chat("Ben"), committee=ours, value=first)
    assert both.said(ours) == {"Ben": "To meet"}
