"""Putting a copy in the database's place: looked at first, whole or not at all, nothing destroyed.

The copy is read once, into a file beside the database, so that what was looked at is what is put in
place. What was there is kept beside it. Nobody has the database open meanwhile (see InUse).
"""

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from questions.model import Frozen
from storage.keeping import Backup, Forgotten
from storage.manifest import Look, Manifest, digest_of, neighbours, read_manifest
from storage.port import Store, StoreCorrupt, StoreError
from storage.sqlite import open_store
from storage.sqlite_file import InUse, WriteLock, path_of, prepare, translate

IN_MEMORY = "CONVENOR_DATABASE_URL names a database in memory; there is no place to restore to."
NO_COPY = "There is no file '{name}'."
ITSELF = "'{name}' is the database itself. Name a backup of it."
OTHER_BYTES = (
    "'{name}' is not what its manifest describes: it was changed or is cut short. Nothing was "
    "restored. Use another backup."
)
FAULTY = "'{name}' is damaged: SQLite's own check finds faults. Nothing was restored. Use another backup."
BESIDE = ("-wal", "-shm", "-journal")
_HAS_LISTS = "SELECT 1 FROM sqlite_master WHERE name = 'backups'"
_UNSURE = "UPDATE outbox SET unsure = 1 WHERE state IN ('due', 'leased')"


class Known(Frozen):
    """What the database that is replaced, and the manifests around the copy, know besides."""

    forgotten: tuple[Forgotten, ...] = ()
    backups: tuple[Backup, ...] = ()
    readable: bool = True
    """Whether the present database could be asked."""


class Restoring:
    """A copy that was looked at and found good, as a store of its own that is not in place yet."""

    def __init__(self, database: Path, part: Path, manifest: Manifest | None, known: Known) -> None:
        self._database, self._part = database, part
        self.manifest, self.known = manifest, known
        self.store: Store = open_store(f"sqlite:///{part}")

    def put_in_place(self, stamp: str) -> str:
        """Replace the database; returns the name under which the present one is kept, "" for none.

        Raises StoreError. `stamp` tells it from others that were kept.
        """
        self.store.close()
        database = self._database
        kept = database.with_name(f"{database.name}.before-restore-{stamp}")
        try:
            lock = WriteLock(database)
            try:
                with lock.held():
                    # Moved by the copy's own recovery, a log of the former database would ruin it:
                    # it has to be gone before the copy takes the name.
                    there = database.exists()
                    if there:
                        _keep(database, kept)
                    for end in BESIDE:
                        _beside(database, end).unlink(missing_ok=True)
                    self._part.replace(database)
                    _sync(database.parent)
            finally:
                lock.close()
        except OSError as error:
            raise translate(error, database) from error
        return kept.name if there else ""


@contextlib.contextmanager
def restoring(url: str, copy: Path) -> Iterator[Restoring]:
    """Look at a copy and make ready to put it in the place of the database that the URL names.

    Raises StoreBusy while anybody has that open, StoreCorrupt for a copy that is not whole,
    SchemaTooNew for one of a newer Convenor, StoreError otherwise; then all is as it was.
    """
    path = path_of(url)
    if path is None:
        raise StoreError(IN_MEMORY)
    if not copy.is_file():
        raise StoreError(NO_COPY.format(name=copy))
    if path.exists() and copy.samefile(path):
        raise StoreError(ITSELF.format(name=copy))
    database = path.resolve()
    part = database.with_name(f".{database.name}.{secrets.token_hex(4)}.part")
    with contextlib.ExitStack() as after:
        try:
            prepare(part)
            after.callback(_clear, part)
            in_use = InUse(database, alone=True)
            after.callback(in_use.close)
            manifest = read_manifest(copy)
            shutil.copyfile(copy, part)
            _look(copy, part, manifest)
            made = Restoring(database, part, manifest, _known(database, copy))
        except (OSError, sqlite3.Error) as error:
            raise translate(error, copy) from error
        after.callback(made.store.close)
        yield made


def _look(copy: Path, part: Path, manifest: Manifest | None) -> None:
    if manifest is not None and (
        part.stat().st_size != manifest.size or digest_of(part) != manifest.sha256
    ):
        raise StoreCorrupt(OTHER_BYTES.format(name=copy.name))
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise StoreCorrupt(FAULTY.format(name=copy.name))
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
            # What was due when the copy was made may have gone out since: look before sending.
            columns = {row[1] for row in connection.execute("PRAGMA table_info(outbox)")}
            if "unsure" in columns:
                connection.execute(_UNSURE)
    _sync(part)


def _known(database: Path, copy: Path) -> Known:
    """Who was forgotten by the present database's list, and by the manifests beside the copy."""
    found = neighbours(copy)
    forgotten = {f for manifest in found for f in (*manifest.forgotten, *manifest.since)}
    if not database.exists():
        return Known(forgotten=_sorted(forgotten))
    # Not as a store: that would bring it up to date, and this is being replaced.
    try:
        with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
            if not connection.execute(_HAS_LISTS).fetchone():
                return Known(forgotten=_sorted(forgotten))
            look = Look(connection)
            forgotten |= set(look.forgotten())
            return Known(forgotten=_sorted(forgotten), backups=look.backups())
    except sqlite3.Error:
        return Known(forgotten=_sorted(forgotten), readable=False)


def _sorted(forgotten: Iterable[Forgotten]) -> tuple[Forgotten, ...]:
    """Each member once, as they were forgotten first."""
    first: dict[tuple[str, str], Forgotten] = {}
    for one in sorted(forgotten, key=lambda f: (f.at, f.committee, f.member)):
        first.setdefault((one.committee, one.member), one)
    return tuple(first.values())


def _keep(database: Path, kept: Path) -> None:
    """Give the present database a second name, with what was not yet moved into it."""
    for end in ("", *BESIDE):
        source, target = _beside(database, end), _beside(kept, end)
        if end == "-shm" or not source.exists():
            continue
        try:
            os.link(source, target)
        except OSError:  # a file system without links
            shutil.copyfile(source, target)
            target.chmod(0o600)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _clear(part: Path) -> None:
    for end in ("", *BESIDE, ".lock", ".open"):
        _beside(part, end).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
