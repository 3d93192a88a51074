"""Convenor beside a bare bot that does nothing: measured in turns, and put into figures.

A whole committee answers a question in the walk's thread, all at once, from a process of its own, and
the walk moves on; then once more, one after another. Before each turn all that Convenor has to send is
sent, so that its sending takes nothing from the bare bot.
"""

import asyncio
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from tests.bench.apart import PATIENCE, Site
from tests.bench.load import Post, Wave, in_turn, together
from tests.bench.machine import quantiles

Write = Callable[[int, str, str], Post]
"""Makes what comes when a member, by their number, says something in a thread."""


class Turns(NamedTuple):
    """What was measured, round by round, for one side."""

    together: list[list[Wave]]
    alone: list[Wave]
    processor: list[float]
    """Seconds of the server's processor that a round took."""


class Words(NamedTuple):
    """How a platform's figures are named."""

    one: str
    """What comes, and is counted, with its article."""
    many: str
    bare: str
    done: str
    """What is waited for."""
    ratio: str
    """What the ratio is to be."""
    slow: str
    """What Convenor's slowest answers are to be; "" for no aim."""


async def measure(
    bare: Site, ours: Site, write: Write, members: int, rounds: int, waves: int
) -> tuple[Turns, Turns]:
    """So many rounds of so many waves, and one wave one by one, for either side."""
    turns = (Turns([], [], []), Turns([], [], []))

    async def posts() -> list[Post]:
        thread, text = await asked(ours)
        return [write(number, thread, text) for number in range(members)]

    for number in range(rounds + 1):
        for site, found in zip((bare, ours), turns, strict=True):
            before = site.stands()["cpu"]
            many = [await together(site.port, await posts()) for _ in range(waves)]
            one = await in_turn(site.port, await posts())
            await asked(ours)
            if number:  # the first round only warms up
                found.together.append(many)
                found.alone.append(one)
                found.processor.append(site.stands()["cpu"] - before)
    return turns


def answers(members: int, rounds: int, waves: int) -> int:
    """How many answers come to Convenor so."""
    return (rounds + 1) * (waves + 1) * members


async def asked(ours: Site) -> tuple[str, str]:
    """The thread, and a reply that fits its question, once nothing is left to send."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = ours.stands()
            if found["thread"] and not found["left"]:
                return found["thread"], found["text"]
            await asyncio.sleep(0.2)


def figures(words: Words, bare: Turns, ours: Turns, members: int) -> dict[str, float]:
    """What is shown."""
    many, done, crowd = words.many, words.done, f"{members} at once"
    sides = {words.bare: bare, "Convenor": ours}
    found = {
        f"{many}/s, {name}, {crowd}": median(map(_rate, side.together))
        for name, side in sides.items()
    }
    found[f"Convenor / {words.bare}, {crowd} (aim: {words.ratio})"] = median(
        _rate(own) / _rate(their) for own, their in zip(ours.together, bare.together, strict=True)
    )
    for name, side in sides.items():
        aim = f" (aim: {words.slow})" if side is ours and words.slow else ""
        middle, slow = quantiles(_times(side.together))
        found[f"{done} after p50 ms, {name}, {crowd}"] = middle
        found[f"{done} after p99 ms, {name}, {crowd}{aim}"] = slow
    for name, side in sides.items():
        middle, slow = quantiles(_times([side.alone]))
        found[f"{done} after p50 ms, {name}, one at a time"] = middle
        found[f"{done} after p99 ms, {name}, one at a time"] = slow
    for name, side in sides.items():
        number = len(_times([*side.together, side.alone]))
        sending = ", with all that it sends" if side is ours else ""
        found[f"processor ms {words.one}, {name}{sending}"] = sum(side.processor) * 1000 / number
    return found


def _times(waves: list[list[Wave]]) -> list[float]:
    """In milliseconds."""
    return [second * 1000 for some in waves for wave in some for second in wave.each]


def _rate(waves: list[Wave]) -> float:
    return sum(len(wave.each) for wave in waves) / sum(wave.took for wave in waves)
