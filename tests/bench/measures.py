"""The measurements: throughput beside raw commits, latency at two sizes, start-up."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx
import psutil

from bot.core import standing
from bot.core.events import Typed
from bot.core.outbox import deliver_hosted
from bot.core.service import Service
from questions.loader import bundled_banks
from storage.port import Store
from storage.sqlite import open_store
from tests.bench.machine import RawCommits, quantiles, rate
from tests.bench.people import clock, fill, replies

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


FULL = Scale(7, 2, 400, 12, 64, 1_000, 1_000_000, 18, 3)
QUICK = Scale(1, 2, 400, 12, 64, 1_000, 3_000, 18, 3)


def measure(folder: Path, scale: Scale) -> dict[str, Figures]:
    """Everything, in one run, on the disk of a folder."""
    return {
        "start-up": start_up(folder, scale.starts),
        "throughput": throughput(folder, scale),
        "sizes": sizes(folder, scale),
    }


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
    """What an answer, the gaps and a search cost with few and with many answers stored."""
    small, large = scale.small, scale.large
    found: dict[int, Figures] = {}
    for size in (small, large):
        with opened(folder / f"size-{size}.db") as (store, service):
            print(f"  storing {size:,} answers …", file=sys.stderr)
            fill(store, service, bundled_banks()["microcredential"], size)
            found[size] = _at_size(store, service, scale)
    figures: Figures = {}
    for name in found[small]:
        figures[f"{name}, {small:,} stored"] = found[small][name]
        figures[f"{name}, {large:,} stored"] = found[large][name]
        aim = " (aim: at most 1.3)" if name == "answer p50 ms" else ""
        figures[f"{name}, ratio{aim}"] = found[large][name] / found[small][name]
    return figures


def _at_size(store: Store, service: Service, scale: Scale) -> Figures:
    bank = bundled_banks()["microcredential"]
    _one_by_one(service, replies(service, bank, scale.warm))
    times = []
    for line in replies(service, bank, scale.probed):
        for event in line:
            begin = time.perf_counter()
            service.handle(event)
            times.append(time.perf_counter() - begin)
    middle, slow = quantiles(times)
    committee = event.committee
    reader = store.read()
    state = reader.state(committee)
    return {
        "answer p50 ms": middle * 1000,
        "answer p99 ms": slow * 1000,
        "rows of the gaps ms": _repeat(lambda: reader.waiting(committee)),
        "gaps ms": _repeat(lambda: standing.gaps(state, bank, date(2026, 5, 12))),
        "search ms": _repeat(lambda: reader.search(committee, "people week")),
    }


def _repeat(work: Any) -> float:
    times = []
    for _ in range(50):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return median(times) * 1000


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
