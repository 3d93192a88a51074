"""The manifest beside a copy of the database: what the copy is, and how to tell that it is whole."""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from questions.model import Frozen
from storage.keeping import Backup, Counts, Forgotten
from storage.port import Store, StoreError
from storage.sqlite_file import prepare, translate
from storage.sqlite_read import Reads
from storage.sqlite_rows import Rows, instant

BAD_MANIFEST = "{path} can't be read as a manifest. Move it away to restore without it."
CHUNK = 1024 * 1024


class Manifest(Frozen):
    """What stands in FILE.json."""

    at: datetime
    convenor: str
    """The version that made it."""
    migrations: tuple[str, ...]
    sha256: str
    size: int
    """In bytes."""
    counts: Counts
    forgotten: tuple[Forgotten, ...] = ()
    """Whose words were erased by then: ids, nobody's name."""
    since: tuple[Forgotten, ...] = ()
    """Who was forgotten after it was made: their words are in it still, and a restore erases them."""


def manifest_path(copy: Path) -> Path:
    """Where the manifest of a copy stands."""
    return copy.with_name(copy.name + ".json")


def digest_of(path: Path) -> str:
    """A file's SHA-256. Raises OSError."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def write_manifest(store: Store, copy: Path, at: datetime, version: str) -> Manifest:
    """Describe a copy that was just made of the store, beside it and in the store. Raises StoreError.

    Nothing may write to the copy before.
    """
    try:
        digest, size = digest_of(copy), copy.stat().st_size
        with _looking(copy) as look:
            made = Manifest(
                at=at,
                convenor=version,
                migrations=look.shape().applied,
                sha256=digest,
                size=size,
                counts=look.counts(),
                forgotten=look.forgotten(),
            )
        _write(made, manifest_path(copy))
    except (OSError, sqlite3.Error) as error:
        raise translate(error, copy) from error
    noted = Backup(name=copy.name, folder=str(copy.absolute().parent), at=at, digest=digest)
    store.write(lambda tx: tx.note_backup(noted))
    return made


def _write(manifest: Manifest, target: Path) -> None:
    """Put a manifest in its place, whole. Raises OSError."""
    part = target.with_name(f".{target.name}.part")
    try:
        prepare(part)
        part.write_text(json.dumps(manifest.model_dump(mode="json"), indent=2) + "\n", "utf-8")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def mark(backup: Backup, forgotten: Sequence[Forgotten]) -> bool:
    """Note in a copy's manifest who was forgotten since it was made.

    Returns False where the manifest is no more where it was, is none, is another copy's, or can't be
    written: what it says can then be known from the record alone.
    """
    copy = Path(backup.folder) / backup.name
    try:
        manifest = read_manifest(copy) if backup.folder else None
        if manifest is None or manifest.sha256 != backup.digest:
            return False
        known = {(one.committee, one.member) for one in (*manifest.forgotten, *manifest.since)}
        fresh = tuple(one for one in forgotten if (one.committee, one.member) not in known)
        if fresh:
            _write(
                manifest.model_copy(update={"since": (*manifest.since, *fresh)}),
                manifest_path(copy),
            )
    except (OSError, StoreError):
        return False
    return True


class Look(Reads):
    """Reads of a database file that is not open as a store, on any connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        return self._connection.execute(sql, parameters).fetchall()

    def backups(self) -> tuple[Backup, ...]:
        """The copies that were made, the oldest first; as far as an older version's file tells."""
        if any(column[1] == "folder" for column in self._all("PRAGMA table_info(backups)")):
            return super().backups()
        rows = self._all("SELECT name, at, digest FROM backups ORDER BY at, name")
        return tuple(Backup(name=name, at=instant(at), digest=digest) for name, at, digest in rows)


@contextlib.contextmanager
def _looking(copy: Path) -> Iterator[Look]:
    """Look into a copy without changing a byte of it, or of what is beside it."""
    address = f"file:{quote(str(copy.absolute()))}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        yield Look(connection)


def read_manifest(copy: Path) -> Manifest | None:
    """The manifest of a copy, None where there is none. Raises StoreError where it is no manifest."""
    path = manifest_path(copy)
    if not path.exists():
        return None
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise StoreError(BAD_MANIFEST.format(path=path.name)) from error


def neighbours(copy: Path) -> tuple[Manifest, ...]:
    """The manifests of all copies in the same folder; what is none is passed over."""
    found = []
    for path in sorted(copy.absolute().parent.glob("*.json")):
        try:
            found.append(Manifest.model_validate_json(path.read_bytes()))
        except (OSError, ValidationError):
            continue
    return tuple(found)
