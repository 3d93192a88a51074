"""Backing up and restoring for real: with writes going on, after a wreck, and while a server runs."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import convenor
from storage.keeping import Backup, Forgotten
from storage.manifest import manifest_path, write_manifest
from storage.port import Store, StoreBusy, Transaction
from storage.restoring import restoring
from storage.sqlite import open_store
from tests import builders as make
from tests.builders import NOW

ROOT = Path(__file__).parent.parent
RUN = "from bot.cli import main; main()"
URL = "sqlite:///convenor.db"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nothing configured but the database in it."""
    for name in list(os.environ):
        if name.startswith(("CONVENOR_", "SLACK_", "MICROSOFT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str, said: str | None = None) -> Result:
    """Run a command as a shell does."""
    result = CliRunner().invoke(convenor, args, input=said)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def done(*args: str, said: str | None = None) -> str:
    """Run one that has to succeed; returns what it said."""
    result = run(*args, said=said)
    assert result.exit_code == 0, result.output
    return result.stderr


def fault(*args: str) -> str:
    """Run one that has to fail; returns its one line."""
    result = run(*args)
    assert result.exit_code == 1, result.output
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


def answered(tx: Transaction, words: str) -> None:
    """One more answer by Ana."""
    before = tx.state("c1")
    known = before.items["plan.audience"].responses.get("ana")
    given = make.answer(words, revision=known.revision + 1 if known else 1)
    tx.save(before, make.with_answer(before, given))


def with_words(*words: str) -> None:
    """A database with a committee and these answers."""
    with closing(open_store(URL)) as store:
        store.write(lambda tx: tx.save(None, make.state()))
        for each in words:
            store.write(lambda tx, each=each: answered(tx, each))  # type: ignore[misc]


def everything(path: Path) -> list[str]:
    """All rows of a database, but for what restoring itself notes."""
    with closing(sqlite3.connect(path)) as db:
        return [line for line in db.iterdump() if '"backups"' not in line]


def wreck(path: Path) -> None:
    """Write nonsense all over a database."""
    path.write_bytes(b"nonsense" * 10_000)
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def test_a_copy_made_amid_writes_comes_back_whole(home: Path) -> None:
    """After the wreck, the record is as at one moment of the original: each answer up to it."""
    with_words()
    stop, enough = threading.Event(), threading.Event()

    def keep_writing(store: Store) -> None:
        n = 0
        while not stop.is_set():
            store.write(lambda tx: answered(tx, f"word{n}"))  # noqa: B023  # called at once
            n += 1
            if n > 20:
                enough.set()

    with closing(open_store(URL)) as store, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(keep_writing, store)
        try:
            assert enough.wait(30)
            done("backup", "copy.db")
        finally:
            stop.set()
        writing.result(10)
        original = store.read().history("c1", limit=100_000)
    wreck(home / "convenor.db")
    said = done("restore", "copy.db", "--yes")
    with closing(open_store(URL)) as store:
        found = store.read().history("c1", limit=100_000)
        assert len(found) >= 20
        assert found == original[: len(found)]
        assert store.read().state("c1").committee.revision == len(found)
        assert store.read().search("c1", f"word{len(found) - 1}")
    assert f"1 committee, 3 members, {len(found)} answers" in said
    assert "can't be read" in said, "who was forgotten after the copy is not known from a wreck"


def test_all_that_was_there_comes_back(home: Path) -> None:
    """Row by row; what was written since is kept beside it, and its late commits with it."""
    with_words("one", "two")
    done("backup", "copy.db")
    before = everything(home / "convenor.db")
    with_words_too = open_store(URL)
    with_words_too.write(lambda tx: answered(tx, "three"))
    with_words_too.close()
    said = done("restore", "copy.db", "--yes")
    assert everything(home / "convenor.db") == before
    kept = next(home.glob("convenor.db.before-restore-*Z"))
    assert kept.name in said
    with closing(open_store(f"sqlite:///{kept}")) as store:
        assert len(store.read().history("c1")) == 3
    assert stat.S_IMODE((home / "convenor.db").stat().st_mode) == 0o600
    left = {path.name for path in home.iterdir()} - {
        kept.name,
        f"{kept.name}.lock",
        f"{kept.name}.open",
    }
    assert left == {
        "convenor.db",
        "convenor.db.lock",
        "convenor.db.open",
        "copy.db",
        "copy.db.json",
    }


def test_a_log_that_was_left_behind_does_not_get_into_the_copy(home: Path) -> None:
    """A process that was killed leaves commits in the -wal: kept with the old one, not with the new."""
    with_words("one")
    done("backup", "copy.db")
    code = (
        "import os\nfrom tests.test_restore import *\n"
        "store = open_store(URL)\nstore.write(lambda tx: answered(tx, 'late'))\nos._exit(9)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT)}, check=False
    )
    assert killed.returncode == 9
    assert (home / "convenor.db-wal").stat().st_size
    done("restore", "copy.db", "--yes")
    assert not (home / "convenor.db-wal").exists()
    with closing(open_store(URL)) as store:
        assert len(store.read().history("c1")) == 1
    kept = next(home.glob("convenor.db.before-restore-*Z"))
    with closing(open_store(f"sqlite:///{kept}")) as store:
        assert len(store.read().history("c1")) == 2


def test_the_manifest_describes_the_copy(home: Path) -> None:
    """When, by which version, in which shape, its hash and size, how much, and nobody's name."""
    with_words("one", "two")
    done("backup", "copy.db")
    text = manifest_path(home / "copy.db").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    assert found["size"] == (home / "copy.db").stat().st_size
    assert found["counts"] == {"committees": 1, "members": 3, "answers": 2}
    assert "0007-forgotten" in found["migrations"]
    assert len(found["sha256"]) == 64
    assert found["forgotten"] == []
    assert "ana" not in text.casefold()
    with closing(open_store(URL)) as store:
        (noted,) = store.read().backups()
        assert (noted.name, noted.digest) == ("copy.db", found["sha256"])


def test_a_copy_that_is_not_what_was_made_is_refused(home: Path) -> None:
    """Changed, cut short, damaged without a manifest, or no copy at all: nothing is touched."""
    with_words("one")
    done("backup", "copy.db")
    before = (home / "convenor.db").read_bytes()
    good = (home / "copy.db").read_bytes()
    (home / "copy.db").write_bytes(good[:-4096])
    assert "manifest" in fault("restore", "copy.db", "--yes")
    (home / "copy.db").write_bytes(good[:5000] + b"x" * 3000 + good[8000:])
    assert "manifest" in fault("restore", "copy.db", "--yes")
    manifest_path(home / "copy.db").unlink()
    assert "damaged" in fault("restore", "copy.db", "--yes")
    manifest_path(home / "copy.db").write_text("[]")
    assert "manifest" in fault("restore", "copy.db", "--yes")
    assert "no file" in fault("restore", "missing.db", "--yes")
    assert "itself" in fault("restore", "convenor.db", "--yes")
    assert (home / "convenor.db").read_bytes() == before
    assert not list(home.glob(".*"))


def test_a_copy_of_a_newer_convenor_is_refused(home: Path) -> None:
    """One sentence; the database stays."""
    with_words("one")
    done("backup", "copy.db")
    manifest_path(home / "copy.db").unlink()
    with closing(sqlite3.connect("copy.db")) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('convenor', '9999-later', '')"
        )
    assert "newer Convenor" in fault("restore", "copy.db", "--yes")
    assert not list(home.glob("*before-restore*"))


def test_a_running_server_is_not_replaced_under(home: Path) -> None:
    """Seen reliably, idle or not; once it has stopped, or was killed, the restore goes through."""
    with_words("one")
    done("backup", "copy.db")
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with subprocess.Popen(
            [sys.executable, "-c", RUN, "run", "--port", "0"],
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout
            assert "sign in" in process.stdout.readline()
            assert "Stop it" in fault("restore", "copy.db", "--yes")
            (home / "link.db").unlink(missing_ok=True)
            (home / "link.db").symlink_to("convenor.db")
            with pytest.raises(StoreBusy), restoring("sqlite:///link.db", home / "copy.db"):
                pass
            process.send_signal(sign)
            process.wait(30)
        done("restore", "copy.db", "--yes")
        for kept in home.glob("*before-restore*"):
            kept.unlink()


def test_it_asks_first(home: Path) -> None:
    """And does nothing on a no."""
    with_words("one")
    done("backup", "copy.db")
    assert "Nothing was changed" in done("restore", "copy.db", said="n\n")
    assert not list(home.glob("*before-restore*"))
    done("restore", "copy.db", said="y\n")
    assert list(home.glob("*before-restore*"))


def test_what_was_due_is_looked_up_before_it_is_sent_again(home: Path) -> None:
    """It may have gone out after the copy was made."""
    with_words("one")
    with closing(open_store(URL)) as store:
        store.write(lambda tx: tx.promise(make.promised()))
    done("backup", "copy.db")
    done("restore", "copy.db", "--yes")
    with closing(open_store(URL)) as store:
        (claimed,) = store.write(lambda tx: tx.claim(NOW, "me", NOW))
        assert claimed.unsure


def test_the_list_of_copies_outlives_a_restore(home: Path) -> None:
    """What the present database knows of copies is carried over into the restored one."""
    with_words("one")
    done("backup", "copy.db")
    done("backup", "later.db")
    done("restore", "copy.db", "--yes")
    with closing(open_store(URL)) as store:
        assert [backup.name for backup in store.read().backups()] == ["copy.db", "later.db"]


def test_the_list_of_copies_in_a_file_of_an_older_convenor_is_carried_over(home: Path) -> None:
    """It did not know yet where they were made."""
    with_words("one")
    done("backup", "copy.db")
    with closing(sqlite3.connect("convenor.db")) as older:
        older.executescript(
            "CREATE TABLE old (name TEXT PRIMARY KEY, at INTEGER NOT NULL, digest TEXT NOT NULL);"
            "INSERT INTO old SELECT name, at, digest FROM backups; DROP TABLE backups;"
            "ALTER TABLE old RENAME TO backups;"
            "DELETE FROM _sqlite_migrations WHERE name = '0009-copies'"
        )
    done("restore", "copy.db", "--yes")
    with closing(open_store(URL)) as store:
        assert [backup.name for backup in store.read().backups()] == ["copy.db"]


# -- what the store keeps of it ---------------------------------------------------------------------

pytest_plugins = ("tests.stores",)


def test_the_store_remembers_copies_and_whom_it_forgot(store: Store) -> None:
    """In order; the first time somebody was forgotten counts, and the newest copy of a name."""
    first = Forgotten(committee="c1", member="ana", at=NOW)
    other = Forgotten(committee="c2", member="ana", at=make.now(minutes=-1))
    again = first.evolve(at=make.now(minutes=5))
    store.write(lambda tx: [tx.note_forgotten(one) for one in (first, other, again)])  # type: ignore[func-returns-value]
    assert store.read().forgotten() == (other, first)
    old = Backup(name="a.db", at=NOW, digest="1")
    new, late = old.evolve(at=make.now(days=1), digest="2"), old.evolve(name="b.db")
    store.write(lambda tx: [tx.note_backup(one) for one in (old, late, new)])  # type: ignore[func-returns-value]
    assert store.read().backups() == (late, new)
    there = old.evolve(folder="/elsewhere", at=make.now(days=2))
    store.write(lambda tx: tx.note_backup(there))
    assert store.read().backups() == (late, new, there)


def test_the_store_says_how_much_it_holds(store: Store) -> None:
    """Revisions count, not only current answers."""
    assert store.read().counts().committees == 0
    store.write(lambda tx: tx.save(None, make.state()))
    for words in ("one", "two"):
        store.write(lambda tx, words=words: answered(tx, words))  # type: ignore[misc]
    counts = store.read().counts()
    assert (counts.committees, counts.members, counts.answers) == (1, 3, 2)


def test_a_manifest_holds_who_was_forgotten(tmp_path: Path) -> None:
    """By id alone, so that a later restore of an older copy knows it."""
    with closing(open_store(f"sqlite:///{tmp_path}/x.db")) as store:
        gone = Forgotten(committee="c1", member="ana", at=NOW)
        store.write(lambda tx: tx.note_forgotten(gone))
        store.backup(tmp_path / "copy.db")
        made = write_manifest(store, tmp_path / "copy.db", datetime.now(UTC), "1.0")  # noqa: TID251
        assert made.forgotten == (gone,)
