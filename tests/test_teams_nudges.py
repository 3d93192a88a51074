"""Nudges and digests in Teams: in one's own chat, answered right there; in the channel with its bars."""

from collections.abc import Iterator
from datetime import time

import pytest

from tests.local_slack import until
from tests.month import Shifted, tick
from tests.playground import Playground
from tests.teams_issuer import Issuer
from tests.teams_world import World, short_first, world

pytestmark = pytest.mark.xdist_group("teams")


@pytest.fixture
def ahead(
    running_playground: Playground, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, Shifted]]:
    """The bot in Teams, by a clock that can be put forward."""
    short_first(monkeypatch)
    clock = Shifted()
    monkeypatch.setattr("tests.teams_world.clock", clock)
    with world(running_playground, issuer) as made:
        yield made, clock


def test_a_nudge_is_answered_where_it_stands_and_the_digest_follows(
    ahead: tuple[World, Shifted],
) -> None:
    """The nudge comes once, into the member's own chat; a click records; the digest tells of it."""
    teams, clock = ahead
    teams.start(members=[teams.places.aad["Ana"], teams.places.aad["Ben"]])
    teams.say("Ben", "status", teams.direct("Ben"))
    teams.quiet()
    clock.to(1, time(9, 45))
    clock.to(2, time(9, 45))  # whatever day it is today, another one than the start's
    assert tick(teams.service) >= 2
    assert tick(teams.service) == 0
    teams.find("wait for you", teams.direct("Ben"))
    teams.click("Ben", "Yes", "Will there be cake?", teams.direct("Ben"))
    until(lambda: teams.said("plan.cake").keys() == {"Ben"}, "the click is recorded")
    teams.find("✔ Will there be cake?", teams.direct("Ben"))
    clock.to(0, time(9, 5))
    tick(teams.service)
    digest = teams.find("1 answered: Ben 1")
    teams.find("Planning 1 of 4", digest.conversation)
    teams.find("Answered since", digest.conversation)
    assert tick(teams.service) == 0
