"""What the figures were measured on, and how: a line of facts, and small timing tools."""

import os
import platform
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median


def facts() -> dict[str, str]:
    """The machine, without its name: cores, processor, Python, SQLite, file system."""
    return {
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def rate(work: Callable[[], int]) -> float:
    """How many a second: `work` returns how many it did."""
    begin = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - begin)


def quantiles(times: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    ordered = sorted(times)
    return median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


class RawCommits:
    """The yardstick: one small row, one durable commit, straight through the driver."""

    def __init__(self, path: Path) -> None:
        self._rows = sqlite3.connect(path, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = FULL")
        self._rows.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, text TEXT)")

    def commit(self, count: int) -> int:
        """So many commits, one after another; returns how many."""
        for _ in range(count):
            self._rows.execute("BEGIN IMMEDIATE")
            self._rows.execute("INSERT INTO answers (text) VALUES ('because people ask for it')")
            self._rows.execute("COMMIT")
        return count

    def close(self) -> None:
        """Close the file."""
        self._rows.close()
