"""The measurements: throughput beside raw commits, latency at two sizes, start-up, the platforms."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx
import psutil

from bot.core import owing
from bot.core.events import Typed
from bot.core.outbox import deliver_hosted
from bot.core.service import Service
from questions.loader import bundled_banks
from storage.port import Store
from storage.sqlite import open_store
from tests.bench.machine import RawCommits, quantiles, rate
from tests.bench.people import clock, fill, replies
from tests.bench.planning import planning
from tests.bench.slack import slack_events
from tests.bench.teams import teams_activities

Figures = dict[str, Any]


class Scale(NamedTuple):
    """How much is measured. Everything but `rounds` is for one round."""

    rounds: int
    warm: int
    """Members who answer before anything is measured."""
    commits: int
    """Raw ones."""
    alone: int
    """Members who answer one after another; each answers a whole phase."""
    together: int
    """Members who answer at once."""
    small: int
    large: int
    """Answers stored before the sizes are compared."""
    probed: int
    """Members whose answers are timed at each size."""
    starts: int
    crowd: int
    """Members of a committee on a platform, who all answer at once."""
    waves: int
    """Questions that they answer so."""
    few: int = 1_000
    many: int = 10_000
    """Committees among which a tick plans what is due."""
    due: int = 100
    """Those that are due."""


FULL = Scale(7, 2, 400, 12, 64, 1_000, 1_000_000, 18, 3, 50, 2)
QUICK = Scale(1, 2, 400, 12, 64, 1_000, 3_000, 18, 3, 50, 2, 20, 60, 5)


def measure(folder: Path, scale: Scale, only: str = "") -> dict[str, Figures]:
    """Everything (or `only` one of PARTS), in one run, on the disk of a folder."""
    return {name: part(folder, scale) for name, part in PARTS.items() if only in ("", name)}


@contextmanager
def opened(path: Path) -> Iterator[tuple[Store, Service]]:
    """A record on the disk, and the service on it."""
    store = open_store(f"sqlite:///{path}")
    try:
        yield store, Service(store, clock)
    finally:
        store.close()


def throughput(folder: Path, scale: Scale) -> Figures:
    """Durable answers a second through the whole service, and raw commits, in turns."""
    bank = bundled_banks()["microcredential"]
    raw = RawCommits(folder / "raw.db")
    raws, singles, shared, delivered = [], [], [], []
    with opened(folder / "throughput.db") as (store, service):
        _one_by_one(service, replies(service, bank, scale.warm))
        for _ in range(scale.rounds):
            raws.append(rate(lambda: raw.commit(scale.commits)))
            alone = replies(service, bank, scale.alone)
            singles.append(rate(lambda lines=alone: _one_by_one(service, lines)))  # type: ignore[misc]
            crowd = replies(service, bank, scale.together)
            shared.append(rate(lambda lines=crowd: _together(service, lines)))  # type: ignore[misc]
            deliver_hosted(store, clock(), "bench")
            served = replies(service, bank, max(1, scale.alone // 2))
            delivered.append(
                rate(lambda lines=served: _one_by_one(service, lines, store))  # type: ignore[misc]
            )
    raw.close()
    return {
        "raw commits/s": median(raws),
        "answers/s, one at a time": median(singles),
        f"answers/s, {scale.together} members at once": median(shared),
        "answers/s, one at a time, replies delivered after each": median(delivered),
        "one at a time / raw (aim: at least 0.5)": median(
            s / r for s, r in zip(singles, raws, strict=True)
        ),
        f"{scale.together} at once / raw (aim: above 1)": median(
            s / r for s, r in zip(shared, raws, strict=True)
        ),
    }


def _one_by_one(service: Service, lines: list[list[Typed]], deliver: Store | None = None) -> int:
    done = 0
    for line in lines:
        for event in line:
            service.handle(event)
            done += 1
            if deliver is not None:
                deliver_hosted(deliver, clock(), "bench")
    return done


def _together(service: Service, lines: list[list[Typed]]) -> int:
    def speak(line: list[Typed]) -> None:
        for event in line:
            service.handle(event)

    threads = [threading.Thread(target=speak, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(map(len, lines))


def sizes(folder: Path, scale: Scale) -> Figures:
    """What an answer, the gaps and a search cost with few and with many answers stored.

    Both records are filled first and then measured in turns, so that the machine's own swings fall
    on both sides.
    """
    small, large = scale.small, scale.large
    bank = bundled_banks()["microcredential"]
    with (
        opened(folder / f"size-{small}.db") as one,
        opened(folder / f"size-{large}.db") as other,
    ):
        for size, (store, service) in ((small, one), (large, other)):
            print(f"  storing {size:,} answers …", file=sys.stderr)
            fill(store, service, bank, size)
            _one_by_one(service, replies(service, bank, scale.warm))
        times: dict[str, tuple[list[float], list[float]]] = {}
        for _ in range(scale.probed):
            for side, (store, service) in enumerate((one, other)):
                for name, took in _at_size(store, service):
                    times.setdefault(name, ([], []))[side].append(took)
    figures: Figures = {}
    for name, (few, many) in times.items():
        figures[f"{name} ms, {small:,} stored"] = median(few) * 1000
        figures[f"{name} ms, {large:,} stored"] = median(many) * 1000
        aim = " (aim: at most 1.3)" if name == "answer p50" else ""
        figures[f"{name}, ratio{aim}"] = median(many) / median(few)
    return figures


def _at_size(store: Store, service: Service) -> Iterator[tuple[str, float]]:
    """One member's phase, timed answer by answer, then what one reads; in seconds."""
    bank = bundled_banks()["microcredential"]
    times = []
    for event in replies(service, bank, 1)[0]:
        begin = time.perf_counter()
        service.handle(event)
        times.append(time.perf_counter() - begin)
    middle, slow = quantiles(times)
    yield "answer p50", middle
    yield "answer p99", slow
    committee = event.committee
    reader = store.read()
    state = reader.state(committee)
    yield "rows of the gaps", _repeat(lambda: reader.waiting(committee))
    yield "gaps", _repeat(lambda: owing.gaps(state, bank, date(2026, 5, 12)))
    yield "search", _repeat(lambda: reader.search(committee, "people week"))


def _repeat(work: Any) -> float:
    times = []
    for _ in range(15):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return median(times)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def start_up(folder: Path, starts: int) -> Figures:
    """From the command to the first ready answer, and the memory then."""
    times, memory = [], 0.0
    command = str(Path(sys.executable).with_name("convenor"))
    for n in range(starts):
        environment = {**os.environ, "CONVENOR_DATABASE_URL": f"sqlite:///{folder / f'up-{n}.db'}"}
        begin = time.perf_counter()
        with subprocess.Popen(
            [command, "run", "--port", str(_free_port())],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                assert process.stdout is not None
                found = (re.search(r"http://\S+", line) for line in process.stdout)
                link = next(match[0] for match in found if match)
                _until_ready(link.partition("/signin")[0])
                times.append(time.perf_counter() - begin)
                memory = psutil.Process(process.pid).memory_info().rss / 2**20
            finally:
                process.terminate()
    return {"start-up s (aim: under 1)": median(times), "memory MB (aim: under 120)": memory}


def _until_ready(base: str) -> None:
    for _ in range(1000):
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.005)
    raise RuntimeError("it did not become ready")


PARTS: dict[str, Callable[[Path, Scale], Figures]] = {
    "start-up": lambda folder, scale: start_up(folder, scale.starts),
    "throughput": throughput,
    "Slack": lambda folder, scale: slack_events(folder, scale.crowd, scale.rounds, scale.waves),
    "Teams": lambda folder, scale: teams_activities(folder, scale.crowd, scale.rounds, scale.waves),
    "sizes": sizes,
    "planning": lambda folder, scale: planning(
        folder, scale.few, scale.many, scale.due, scale.rounds
    ),
}
"""What is measured, by its name in the table."""
