"""Slack events: how many a second and how fast, beside a bare Bolt app that does nothing.

Each server has a process of its own, and the two are measured in turns (see tests.bench.turns).
"""

import asyncio
from contextlib import ExitStack
from pathlib import Path

from tests.bench import slack_sites
from tests.bench.apart import running
from tests.bench.crowd import kept
from tests.bench.slack_load import reply
from tests.bench.turns import Words, answers, figures, measure

WORDS = Words(
    one="an event",
    many="events",
    bare="bare Bolt",
    done="200",
    ratio="at least 0.5",
    slow="under 50",
)


def slack_events(folder: Path, members: int, rounds: int, waves: int) -> dict[str, float]:
    """Events a second, and the time until the 200, for a bare Bolt app and for Convenor."""
    with ExitStack() as stack:
        api = stack.enter_context(running(slack_sites.web_api))
        bolt = stack.enter_context(running(slack_sites.bare))
        url = f"http://127.0.0.1:{api.port}/api/"
        ours = stack.enter_context(running(slack_sites.convenor, folder, url, members))
        theirs, own = asyncio.run(measure(bolt, ours, reply, members, rounds, waves))
    if kept(folder, "slack") != answers(members, rounds, waves):
        raise RuntimeError("not every event became an answer")
    return figures(WORDS, theirs, own, members)
