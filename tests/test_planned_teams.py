"""Processes are killed again and again while nudges and digests go out to a Teams that fails.

Teams has no look-up: what was sent and not noted can't be told from what was never sent. A digest in
the channel is sent again then; what is for one member alone is not, and the record says so. The
connector asks to wait, fails, cuts connections, and loses the reply to what was done.
"""

import random
from contextlib import closing
from datetime import datetime, time
from multiprocessing.context import ForkServerContext
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.core.digest import DETAILS as IN_DETAIL
from bot.core.digest import HEADING, MY_HEADING, QUIET
from bot.core.nudging import GREETINGS
from storage.people import Place
from storage.references import Reference
from storage.sqlite import open_store
from tests import local_slack, teams_child
from tests.fake_connector import Standing
from tests.killed import Killed, warm
from tests.local_slack import until
from tests.month import Shifted
from tests.planned_month import BEGAN, copied, found, noted, on, planned, said, undisturbed
from tests.teams_far import CHANNEL, Troubled
from tests.teams_script import words

NAME, TENANT = "Fair", "tenant"
HOME = Place(platform="teams", tenant=TENANT, channel=CHANNEL)
PEOPLE = ("Ana", "Ben", "Chi", "Dev", "Eve", "Flo")
NINE = time(9, 45)
A_FEW = tuple(on(day, NINE) for day in (1, 4, 7))
ALL = tuple(on(day, NINE) for day in range(1, 22) if day % 7 not in (5, 6))
PATIENCE, LONG_ENOUGH = 90.0, 8.0
AIMS = (("before", "send"), ("after", "send"), ("after", "create"), ("before", "pagedmembers"))
MORNING = GREETINGS[1][1]
"""How a nudge begins at that hour."""
MINE, NUDGE, DIGEST, DETAILS = "own-digest", "nudge", "digest", "details"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole run may take longer than a click."""
    monkeypatch.setattr(local_slack, "PATIENCE", PATIENCE)


@pytest.fixture(scope="module")
def nursery() -> ForkServerContext:
    """A server that has everything imported forks the processes."""
    return warm("tests.teams_child")


def founded(path: Path, far: Troubled) -> dict[str, str]:
    """A committee in a channel that Teams let the bot into; its members' names by their ids."""
    far.rosters[CHANNEL] = [
        {"id": f"29:{name}", "aadObjectId": f"U0{name.upper()}", "name": name} for name in PEOPLE
    ]
    room = Reference(
        platform="teams", tenant=TENANT, room=CHANNEL, parent=CHANNEL, url=far.service_url,
        hears=True, at=BEGAN,
    )  # fmt: skip
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.write(lambda tx: tx.keep_reference(room))
        state = found(store, NAME, dict.fromkeys(PEOPLE, "UTC"), HOME)
    return {member.id: member.name for member in state.members.values()}


def kind_of(standing: Standing) -> str:
    """Which planned message this is; "" for none."""
    text = words(standing)
    if standing.conversation.startswith("a:"):
        if MY_HEADING.format(committee=NAME) in text:
            return MINE
        return NUDGE if text.startswith(MORNING) else ""
    if HEADING.format(committee=NAME) in text or QUIET in text:
        return DIGEST
    return DETAILS if text.startswith(IN_DETAIL) else ""


def kind_of_key(key: str) -> str:
    """Which planned message has this key."""
    return DETAILS if ":details@" in key else key.split(":")[3]


def lives_through(
    folder: Path, nursery: ForkServerContext, seed: int, steps: tuple[datetime, ...], kills: int
) -> None:
    """Kill so often at each step; hold each to what it was to bring."""
    rng, far, clock = random.Random(seed), Troubled(seed), Shifted()
    process = Killed(folder, far, nursery)
    try:
        people = founded(process.path, far)
        calm = copied(process.path, "calm.db")
        wanted = undisturbed(calm, "teams", steps)
        host = urlsplit(far.url).netloc
        for before, now, due in zip((BEGAN, *steps), steps, wanted, strict=False):
            with closing(open_store(process.url)) as store:
                said(store, before, now)
            clock.at(now)
            stood = len(far.standing)
            chats = nudged(due, people)
            # Of one nudge the reply does not come, and of a digest where all chats are open by then.
            far.fail("send", conversation="".join(chats[-2:-1]), status=502, done=True)
            far.fail("create", status=502, done=True)
            for number in range(kills):
                process.begin(teams_child.live, process.url, host, clock.ahead, process.log)
                within = rng.uniform(0.1, 2.0)
                if chats and not number:  # another one is sent, and not noted
                    process.aim("after", f"send {chats[-1]}", 1)
                    within = LONG_ENOUGH
                elif rng.random() < 0.8:
                    process.aim(*rng.choice(AIMS), rng.randint(1, 4))
                process.die(within)
            process.begin(teams_child.live, process.url, host, clock.ahead, process.log)
            until(lambda due=due: due.keys() <= planned(process.path).keys(), "all is planned")  # type: ignore[misc]
            until(lambda: process.left() == 0, "all is sent, or never will be")
            process.die(0)
            as_stated(process, far, due, far.standing[stood:], people)
        every = {key for due in wanted for key in due}
        promised = planned(process.path)
        assert every == {k for k, (state, ref) in promised.items() if ref or state == "failed"}
        assert noted(process.path) == noted(calm)
        lost = {key for key in every if promised[key][0] == "failed"}
        assert lost
        assert any(kind_of_key(key) == NUDGE for key in every - lost)
    finally:
        process.bury()
        far.close()


def nudged(due: dict[str, Place], people: dict[str, str]) -> list[str]:
    """The chats in which a nudge is due, in the members' order."""
    return [chat(p, people) for key, p in due.items() if kind_of_key(key) == NUDGE]


def chat(place: Place, people: dict[str, str]) -> str:
    """What Teams calls the chat or the channel of a place."""
    return f"a:29:{people[place.channel[1:]]}" if place.channel.startswith("@") else place.channel


def as_stated(
    process: Killed,
    far: Troubled,
    due: dict[str, Place],
    came: list[Standing],
    people: dict[str, str],
) -> None:
    """What one step brought: digests at least once, all else at most once, and each with its outcome."""
    promised = planned(process.path)
    for key, place in due.items():
        kind, (state, ref) = kind_of_key(key), promised[key]
        room = chat(place, people)
        mine = [s for s in came if s.conversation.startswith(room) and kind_of(s) == kind]
        if state == "done":
            assert ref in [standing.id for standing in mine], key
        else:
            assert (state, kind) in (("failed", NUDGE), ("failed", MINE)), key
        if kind in (NUDGE, MINE):
            assert len(mine) <= 1, key
    kinds = {(kind_of(s), s.conversation.partition(";")[0]) for s in came if kind_of(s)}
    assert kinds <= {(kind_of_key(key), chat(place, people)) for key, place in due.items()}


def test_what_is_planned_is_sent_as_stated_through_kill_9_and_a_teams_that_fails(
    tmp_path: Path, nursery: ForkServerContext
) -> None:
    """Digests at least once, nudges at most once, and of what is missing the record says that it failed."""
    lives_through(tmp_path, nursery, 1, A_FEW, kills=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 104))
def test_three_weeks_are_sent_as_stated_through_many_kills(
    tmp_path: Path, nursery: ForkServerContext, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Every working day of three weeks, with three kills on each."""
    monkeypatch.setattr(local_slack, "PATIENCE", 600.0)
    lives_through(tmp_path, nursery, seed, ALL, kills=3)
