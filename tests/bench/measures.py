"""The measurements: throughput beside raw commits, latency at two sizes, start-up."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

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

TOGETHER = 64
Figures = dict[str, Any]


@contextmanager
def opened(path: Path) -> Iterator[tuple[Store, Service]]:
    """A record on the disk, and the service on it."""
    store = open_store(f"sqlite:///{path}")
    try:
        yield store, Service(store, clock)
    finally:
        store.close()


def throughput(folder: Path, rounds: int) -> Figures:
    """Durable answers a second through the whole service, and raw commits, in turns."""
    bank = bundled_banks()["microcredential"]
    raw = RawCommits(folder / "raw.db")
    raws, singles, shared, delivered = [], [], [], []
    with opened(folder / "throughput.db") as (store, service):
        _one_by_one(service, replies(service, bank, 2))  # warm
        for _ in range(rounds):
            raws.append(rate(lambda: raw.commit(400)))
            alone = replies(service, bank, 12)
            singles.append(rate(lambda lines=alone: _one_by_one(service, lines)))  # type: ignore[misc]
            crowd = replies(service, bank, TOGETHER)
            shared.append(rate(lambda lines=crowd: _together(service, lines)))  # type: ignore[misc]
            deliver_hosted(store, clock(), "bench")
            served = replies(service, bank, 6)
            delivered.append(
                rate(lambda lines=served: _one_by_one(service, lines, store))  # type: ignore[misc]
            )
    raw.close()
    return {
        "raw commits/s": median(raws),
        "answers/s, one at a time": median(singles),
        "answers/s, 64 members at once": median(shared),
        "answers/s, one at a time, replies delivered after each": median(delivered),
        "one at a time / raw (aim: 0.5)": median(s / r for s, r in zip(singles, raws, strict=True)),
        "64 at once / raw (aim: 1)": median(s / r for s, r in zip(shared, raws, strict=True)),
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


def sizes(folder: Path, small: int, large: int) -> Figures:
    """What an answer, the gaps and a search cost with few and with many answers stored."""
    found: dict[int, Figures] = {}
    for size in (small, large):
        with opened(folder / f"size-{size}.db") as (store, service):
            print(f"  storing {size:,} answers …", file=sys.stderr)
            fill(store, service, bundled_banks()["microcredential"], size)
            found[size] = _at_size(store, service)
    figures: Figures = {}
    for name in found[small]:
        figures[f"{name}, {small:,} stored"] = found[small][name]
        figures[f"{name}, {large:,} stored"] = found[large][name]
        figures[f"{name}, ratio"] = found[large][name] / found[small][name]
    return figures


def _at_size(store: Store, service: Service) -> Figures:
    bank = bundled_banks()["microcredential"]
    _one_by_one(service, replies(service, bank, 2))  # warm
    times = []
    for line in replies(service, bank, 18):
        for event in line:
            begin = time.perf_counter()
            service.handle(event)
            times.append(time.perf_counter() - begin)
    middle, slow = quantiles(times)
    committee = event.committee
    reader = store.read()
    state = reader.state(committee)
    return {
        "answer p50 ms (aim: 1.3)": middle * 1000,
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


def start_up(folder: Path) -> Figures:
    """From the command to the first ready answer, and the memory then."""
    times, memory = [], 0.0
    command = str(Path(sys.executable).with_name("convenor"))
    for n in range(3):
        environment = {**os.environ, "CONVENOR_DATABASE_URL": f"sqlite:///{folder / f'up-{n}.db'}"}
        begin = time.perf_counter()
        process = subprocess.Popen(
            [command, "run", "--port", "8197"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert process.stdout is not None
            link = next(m[0] for line in process.stdout if (m := re.search(r"http://\S+", line)))
            _until_ready(link.partition("/signin")[0])
            times.append(time.perf_counter() - begin)
            memory = psutil.Process(process.pid).memory_info().rss / 2**20
        finally:
            process.terminate()
            process.wait(timeout=20)
    return {"start-up s (aim: 1)": median(times), "memory MB (aim: 120)": memory}


def _until_ready(base: str) -> None:
    for _ in range(1000):
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.005)
    raise RuntimeError("it did not become ready")
