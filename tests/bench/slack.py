"""Slack events: how many a second and how fast, beside a bare Bolt app that does nothing.

A whole committee answers a question in the walk's thread, all at once, from a process of its own.
Each server has a process of its own, too, and the two are measured in turns; before each turn all
that Convenor has to send is sent, so that its sending takes nothing from the bare app.
"""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from storage.sqlite import open_store
from tests.bench import slack_sites
from tests.bench.machine import quantiles
from tests.bench.slack_load import Load, Wave

PATIENCE = 60.0
"""Seconds until a server that says nothing is given up."""


class Turns(NamedTuple):
    """What was measured, round by round, for one side."""

    together: list[list[Wave]]
    alone: list[Wave]
    processor: list[float]
    """Seconds of the server's processor that a round took."""


class Site:
    """A running server: its port, and how it stands."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.port = int(self._heard())

    def stands(self) -> dict[str, Any]:
        """What it says of itself."""
        self._pipe.send("how does it stand?")
        return dict(self._heard())

    def _heard(self) -> Any:
        if not self._pipe.poll(PATIENCE):
            raise RuntimeError("a server of the bench says nothing")
        return self._pipe.recv()


@contextmanager
def running(serve: Callable[..., None], *args: Any) -> Iterator[Site]:
    """A site in a process of its own."""
    apart = multiprocessing.get_context("spawn")
    pipe, other = apart.Pipe()
    process = apart.Process(target=serve, args=(other, *args), daemon=True)
    process.start()
    other.close()
    try:
        yield Site(pipe)
    finally:
        pipe.close()  # it stops then
        process.join(PATIENCE)
        process.kill()


def slack_events(folder: Path, members: int, rounds: int, waves: int) -> dict[str, float]:
    """Events a second, and the time until the 200, for a bare Bolt app and for Convenor."""
    with ExitStack() as stack:
        api = stack.enter_context(running(slack_sites.web_api))
        bolt = stack.enter_context(running(slack_sites.bare))
        url = f"http://127.0.0.1:{api.port}/api/"
        ours = stack.enter_context(running(slack_sites.convenor, folder, url, members))
        theirs, own = asyncio.run(_measure(bolt, ours, members, rounds, waves))
    if _answers(folder) != (rounds + 1) * (waves + 1) * members:
        raise RuntimeError("not every event became an answer")
    return _figures(theirs, own, members)


def _answers(folder: Path) -> int:
    """How many answers were kept."""
    with closing(open_store(f"sqlite:///{folder / 'slack.db'}")) as store:
        reader = store.read()
        items = reader.state(reader.committees()[0].id).items.values()
        return sum(len(item.answers) for item in items)


async def _measure(
    bolt: Site, ours: Site, members: int, rounds: int, waves: int
) -> tuple[Turns, Turns]:
    sides = ((bolt, Load(bolt.port, members)), (ours, Load(ours.port, members)))
    turns = (Turns([], [], []), Turns([], [], []))
    for number in range(rounds + 1):
        for (site, load), found in zip(sides, turns, strict=True):
            before = site.stands()["cpu"]
            many = [await load.together(*await _asked(ours)) for _ in range(waves)]
            one = await load.alone(*await _asked(ours))
            await _asked(ours)
            if number:  # the first round only warms up
                found.together.append(many)
                found.alone.append(one)
                found.processor.append(site.stands()["cpu"] - before)
    return turns


async def _asked(ours: Site) -> tuple[str, str]:
    """The thread, and a reply that fits its question, once nothing is left to send."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = ours.stands()
            if found["thread"] and not found["left"]:
                return found["thread"], found["text"]
            await asyncio.sleep(0.2)


def _figures(bolt: Turns, ours: Turns, members: int) -> dict[str, float]:
    crowd = f"{members} at once"
    sides = {"bare Bolt": bolt, "Convenor": ours}
    figures = {
        f"events/s, {name}, {crowd}": median(map(_rate, side.together))
        for name, side in sides.items()
    }
    figures[f"Convenor / bare Bolt, {crowd} (aim: at least 0.5)"] = median(
        _rate(own) / _rate(their) for own, their in zip(ours.together, bolt.together, strict=True)
    )
    for name, side in sides.items():
        aim = " (aim: under 50)" if side is ours else ""
        middle, slow = quantiles(_times(side.together))
        figures[f"200 after p50 ms, {name}, {crowd}"] = middle
        figures[f"200 after p99 ms, {name}, {crowd}{aim}"] = slow
    for name, side in sides.items():
        middle, slow = quantiles(_times([side.alone]))
        figures[f"200 after p50 ms, {name}, one at a time"] = middle
        figures[f"200 after p99 ms, {name}, one at a time"] = slow
    for name, side in sides.items():
        events = len(_times([*side.together, side.alone]))
        sending = ", with all that it sends" if side is ours else ""
        figures[f"processor ms an event, {name}{sending}"] = sum(side.processor) * 1000 / events
    return figures


def _times(waves: list[list[Wave]]) -> list[float]:
    """In milliseconds."""
    return [second * 1000 for some in waves for wave in some for second in wave.each]


def _rate(waves: list[Wave]) -> float:
    return sum(len(wave.each) for wave in waves) / sum(wave.took for wave in waves)
