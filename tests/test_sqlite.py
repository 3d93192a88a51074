"""The SQLite engine: how it is set up, what it costs in commits, and what it says when things break."""

import multiprocessing
import os
import random
import signal
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from storage import (
    migrations,
    sqlite_file,
    sqlite_outbox,
    sqlite_read,
    sqlite_rooms,
    sqlite_save,
    sqlite_search,
    sqlite_state,
    sqlite_write,
)
from storage.port import SchemaTooNew, StoreBusy, StoreCorrupt, StoreError, StoreFull, Transaction
from storage.records import State
from storage.sqlite import SqliteStore, open_store
from tests import builders as make
from tests.builders import NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database will be."""
    return tmp_path / "convenor.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """A record in a file, with one committee."""
    opened = open_store(f"sqlite:///{path}")
    opened.write(lambda tx: tx.save(None, make.state()))
    yield opened
    opened.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for locks only a moment."""
    monkeypatch.setattr(sqlite_file, "PATIENCE", 0.02)
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.02)


def answered(tx: Transaction, words: str = "some words", member: str = "ana") -> State:
    """Add an answer to the committee's current state."""
    before = tx.state("c1")
    known = before.items["plan.audience"].responses.get(member)
    revision = known.revision + 1 if known else 1
    after = make.with_answer(before, make.answer(words, member=member, revision=revision))
    tx.save(before, after)
    return after


# -- set-up ---------------------------------------------------------------------------------------------


def test_commits_are_durable_and_readers_only_read(store: SqliteStore) -> None:
    """WAL and FULL on the writer; readers can neither write nor checkpoint."""
    writer = store.write(lambda tx: _pragmas(tx._connection))
    assert writer == {"journal_mode": "wal", "synchronous": 2, "query_only": 0} | {
        "wal_autocheckpoint": sqlite_file.CHECKPOINT_PAGES
    }
    with store._lender.reading() as connection:
        reader = _pragmas(connection)
    assert reader == {
        "journal_mode": "wal",
        "synchronous": 2,
        "query_only": 1,
        "wal_autocheckpoint": 0,
    }


def _pragmas(connection: sqlite3.Connection) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "query_only", "wal_autocheckpoint")
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


def test_the_file_is_its_owners_alone(store: SqliteStore, path: Path) -> None:
    """It holds people's words and the workspace's secrets."""
    for file in path.parent.glob("convenor.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_close_leaves_one_whole_file(store: SqliteStore, path: Path) -> None:
    """After the last close everything is in the database itself; closing again is nothing."""
    store.close()
    store.close()
    assert not path.with_name("convenor.db-wal").exists()
    with closing(open_store(f"sqlite:///{path}")) as again:
        assert again.read().state("c1") == make.state()


@pytest.mark.parametrize("url", ["", "convenor.db", "sqlite:", "sqlite:///", "postgres://x/y"])
def test_an_url_of_another_kind_is_refused(url: str) -> None:
    """The sentence shows what a right one looks like."""
    with pytest.raises(StoreError, match=r"sqlite:///convenor\.db"):
        open_store(url)


def test_no_statement_reads_a_whole_table(store: SqliteStore) -> None:
    """The work of each hot statement is the same however much is stored."""
    connection = store._writer.conn
    modules = (sqlite_outbox, sqlite_rooms, sqlite_save, sqlite_search, sqlite_state, sqlite_write)
    statements = {
        text
        for module in (*modules, sqlite_read)
        for name, value in vars(module).items()
        for text in (value.values() if isinstance(value, dict) else [value])
        if isinstance(text, str)
        and name.isupper()
        and text.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
    }
    assert len(statements) > 30
    for statement in sorted(statements):
        # Numbered parameters count by the highest number, others by their marks.
        numbered = max((n for n in range(1, 10) if f"?{n}" in statement), default=0)
        values = [None] * (numbered or statement.count("?"))
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        for *_, step in plan:
            whole = step.startswith("SCAN") and "VIRTUAL TABLE" not in step
            small = any(
                name in step for name in ("counter", "json_each", "newest", "found", "CONSTANT")
            )
            pending = "outbox_pending" in step
            assert not whole or small or pending, f"{step}: {statement}"


# -- commits --------------------------------------------------------------------------------------------


def test_works_that_wait_together_share_a_commit(store: SqliteStore) -> None:
    """Two hundred works that stood in line need two commits, not two hundred."""
    commits: list[str] = []
    go, started = threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        started.set()
        go.wait(10)
        tx.first_time("first", NOW)

    with ThreadPoolExecutor(1) as pool:
        leading = pool.submit(store.write, first)
        started.wait(10)
        store._writer.conn.set_trace_callback(
            lambda sql: commits.append(sql) if sql == "COMMIT" else None
        )
        futures = [store.submit(_note(f"d{n}")) for n in range(200)]
        go.set()
        leading.result(10)
        assert all(future.result(10) for future in futures)
    store._writer.conn.set_trace_callback(None)
    assert len(commits) == 2


def _note(delivery: str) -> Callable[[Transaction], bool]:
    return lambda tx: tx.first_time(delivery, NOW)


def test_a_state_at_hand_is_handed_out_again(store: SqliteStore) -> None:
    """The same object for reader and writer, and after a save the very one that was saved."""
    first = store.read().state("c1")
    assert store.write(lambda tx: tx.state("c1")) is first
    after = store.write(answered)
    assert store.read().state("c1") is after
    assert store.write(lambda tx: tx.state("c1")) is after


def test_two_stores_on_one_file_see_each_others_commits(store: SqliteStore, path: Path) -> None:
    """A cached state is not used once another connection has saved a newer one."""
    with closing(open_store(f"sqlite:///{path}")) as other:
        seen, change = store.read().state("c1"), store.change()
        after = other.write(answered)
        assert store.change() != change
        assert store.read().state("c1") == after != seen
        third = store.write(lambda tx: answered(tx, "more", "ben"))
        assert other.write(lambda tx: tx.state("c1")) == third
        assert len(other.read().history("c1")) == 2


def _answer_many(path: Path, member: str, count: int) -> None:
    with closing(open_store(f"sqlite:///{path}")) as store:
        for n in range(count):
            store.write(lambda tx, n=n: answered(tx, f"{member}{n}", member))  # type: ignore[misc]


def test_two_processes_that_write_at_once_lose_nothing(store: SqliteStore, path: Path) -> None:
    """Each builds on the other's revisions; the file stays whole."""
    processes = [
        multiprocessing.get_context("spawn").Process(target=_answer_many, args=(path, who, 60))
        for who in ("ana", "ben")
    ]
    for process in processes:
        process.start()
    for n in range(60):
        store.write(lambda tx, n=n: answered(tx, f"chi{n}", "chi"))  # type: ignore[misc]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert store.read().state("c1").committee.revision == 180
    for who in ("ana", "ben", "chi"):
        history = store.read().history("c1", member=who)
        assert [a.revision for a in history] == list(range(1, 61))
        assert [hit.member for hit in store.read().search("c1", f"{who}59")] == [who]
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_caller_who_is_interrupted_stops_nobody(store: SqliteStore) -> None:
    """An interrupt inside a work undoes that commit, tells its neighbours, and writing goes on."""

    def interrupted(tx: Transaction) -> None:
        answered(tx)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.write(interrupted)
    assert store.read().history("c1") == ()
    store.write(answered)
    assert store.submit(lambda tx: answered(tx, "again")).result(10).committee.revision == 2


def test_a_caller_who_stops_waiting_is_not_waited_for(store: SqliteStore) -> None:
    """Interrupted in line, its work is done all the same, and those behind it get their turn."""
    line, interrupted = store._line, threading.Event()

    def leads(tx: Transaction) -> None:
        while not line._waiting:
            os.sched_yield()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        assert interrupted.wait(10)

    started = threading.Event()

    def first(tx: Transaction) -> None:
        started.set()
        leads(tx)

    with ThreadPoolExecutor(1) as pool:
        leading = pool.submit(store.write, first)
        started.wait(10)
        with pytest.raises(KeyboardInterrupt):
            store.write(lambda tx: tx.first_time("abandoned", NOW))
        interrupted.set()
        behind = store.submit(lambda tx: tx.first_time("behind", NOW))
        leading.result(10)
        assert behind.result(10)
    assert not store.write(lambda tx: tx.first_time("abandoned", NOW))


# -- migrations -------------------------------------------------------------------------------------------


def test_each_migration_is_recorded_with_its_change(tmp_path: Path) -> None:
    """A migration that breaks half-way leaves neither tables nor its record, and can be tried again."""

    def breaks(db: Database) -> None:
        db.conn.execute("CREATE TABLE half (x)")
        raise sqlite3.OperationalError("broken")

    broken = Migrations("convenor")
    for name, step in (*migrations.STEPS, ("9999-breaks", breaks)):
        broken(name=name)(step)
    db = Database(str(tmp_path / "x.db"), execute_plugins=False)
    with pytest.raises(sqlite3.OperationalError):
        broken.apply(db)
    assert "half" not in db.table_names()
    assert [m.name for m in migrations.migrations.applied(db)] == [n for n, _ in migrations.STEPS]
    migrations.migrate(db)
    assert not migrations.migrations.pending(db)
    db.close()


def test_a_database_of_a_newer_version_is_refused(store: SqliteStore, path: Path) -> None:
    """It is left as it is, and the sentence says what to do."""
    store.close()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('convenor', '9999-from-the-future', '2030')"
        )
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew, match="9999-from-the-future"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_another_programs_database_is_refused(path: Path) -> None:
    """Convenor adds no tables to it."""
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("CREATE TABLE songs (title)")
    with pytest.raises(StoreError, match="another program"):
        open_store(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT name FROM sqlite_schema").fetchall() == [("songs",)]


# -- what breaks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"not a database, " * 1000, b"\x00" * 8192, random.Random(7).randbytes(8192)],
    ids=["words", "zeros", "noise"],
)
def test_garbage_is_corrupt(path: Path, content: bytes) -> None:
    """A file that never was a database is said to be damaged, and is not touched."""
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt, match="restore your newest backup"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_truncated_database_is_corrupt(store: SqliteStore, path: Path) -> None:
    """Half a file is found out when it is opened."""
    store.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreCorrupt):
        open_store(f"sqlite:///{path}").read().state("c1")


def test_a_damaged_page_is_corrupt_for_whoever_needs_it(store: SqliteStore, path: Path) -> None:
    """Reads and writes that meet it fail with the right word, and the process lives."""
    store.write(answered)
    with store._lender.reading() as connection:
        page = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'answers'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    store.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
    with closing(open_store(f"sqlite:///{path}")) as damaged:
        for attempt in (
            lambda: damaged.read().history("c1"),
            lambda: damaged.write(answered),
            lambda: damaged.submit(answered).result(10),
        ):
            with pytest.raises(StoreCorrupt):
                attempt()
        assert damaged.write(lambda tx: tx.first_time("d1", NOW))


def test_a_full_disk_keeps_what_was_there(store: SqliteStore) -> None:
    """The write fails as full, nothing of it is kept, and with space again it works."""
    connection = store._writer.conn
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    for write in (store.write, lambda work: store.submit(work).result(10)):
        with pytest.raises(StoreFull, match="disk is full"):
            write(lambda tx: answered(tx, "x" * 1_000_000))
    assert store.read().state("c1") == make.state()
    assert store.read().history("c1") == ()
    connection.execute("PRAGMA max_page_count = 1000000")
    store.write(lambda tx: answered(tx, "x" * 1_000_000))
    assert len(store.read().history("c1")) == 1


def test_a_full_disk_is_everybodys_or_one_works_alone(store: SqliteStore) -> None:
    """Of works in one commit each is either durable or told that the disk is full."""
    connection = store._writer.conn
    go, started = threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        started.set()
        go.wait(10)

    with ThreadPoolExecutor(1) as pool:
        leading = pool.submit(store.write, first)
        started.wait(10)
        small = store.submit(lambda tx: tx.first_time("small", NOW))
        large = store.submit(lambda tx: answered(tx, "x" * 1_000_000))
        last = store.submit(lambda tx: tx.first_time("last", NOW))
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")
        go.set()
        leading.result(10)
        assert isinstance(large.exception(10), StoreFull)
        kept = {"small": small.exception(10) is None, "last": last.exception(10) is None}
    connection.execute("PRAGMA max_page_count = 1000000")
    for delivery, was_kept in kept.items():
        assert store.write(_note(delivery)) is not was_kept
    assert store.read().history("c1") == ()


@pytest.mark.usefixtures("impatient")
def test_a_database_that_another_program_holds_is_busy(path: Path) -> None:
    """Writes say so after a while, reads go on, and later writes work."""
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.write(lambda tx: tx.save(None, make.state()))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreBusy, match="Another program"):
                store.write(answered)
            assert store.read().state("c1") == make.state()
            other.execute("ROLLBACK")
        store.write(answered)
        assert len(store.read().history("c1")) == 1


@pytest.mark.usefixtures("impatient")
def test_a_convenor_that_keeps_the_write_lock_makes_others_wait(
    store: SqliteStore, path: Path
) -> None:
    """Neither a write nor an opening goes past the lock; both work once it is free."""
    lock = sqlite_file.WriteLock(path)
    lock.acquire()
    with pytest.raises(StoreBusy):
        store.write(answered)
    with pytest.raises(StoreBusy):
        open_store(f"sqlite:///{path}")
    assert store.read().state("c1") == make.state()
    lock.release()
    store.write(answered)
    open_store(f"sqlite:///{path}").close()
    lock.close()


def test_a_folder_or_a_missing_folder_is_said(tmp_path: Path) -> None:
    """Each with its own sentence."""
    with pytest.raises(StoreError, match="is a folder"):
        open_store(f"sqlite:///{tmp_path}")
    with pytest.raises(StoreError, match="folder is missing"):
        open_store(f"sqlite:///{tmp_path / 'no' / 'x.db'}")


def _as_nobody(path: Path, results: "multiprocessing.SimpleQueue[str]") -> None:
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        open_store(f"sqlite:///{path}").close()
        results.put("opened")
    except StoreError as error:
        results.put(str(error))


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_read_only_file_or_folder_is_said(what: str) -> None:
    """The sentence asks for the right to write."""
    # Root may write anywhere, so somebody else tries, in a folder whose parents let them in.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "convenor.db"
        if what == "file":
            open_store(f"sqlite:///{path}").close()
            path.chmod(0o444)
        folder.chmod(0o555)
        results: multiprocessing.SimpleQueue[str] = multiprocessing.get_context(
            "fork"
        ).SimpleQueue()
        process = multiprocessing.get_context("fork").Process(
            target=_as_nobody, args=(path, results)
        )
        process.start()
        process.join(30)
        folder.chmod(0o755)
        assert "only be read" in results.get()


def test_every_driver_error_becomes_a_store_error(store: SqliteStore) -> None:
    """An error that nobody thought of still comes out as the store's own, and writing goes on."""
    with pytest.raises(StoreError, match="could not be read or written"):
        store.write(lambda tx: tx._connection.execute("SELECT nonsense"))
    with pytest.raises(StoreError, match="only be read"), store._lender.reading() as connection:
        connection.execute("DELETE FROM items")
    store.write(answered)


# -- backup ------------------------------------------------------------------------------------------------


def test_a_backup_can_be_restored_while_writing_goes_on(store: SqliteStore, tmp_path: Path) -> None:
    """Each copy is whole, of one moment, its owner's alone, and a record like any other."""
    stop = threading.Event()

    def keep_writing() -> int:
        n = 0
        while not stop.is_set():
            store.write(lambda tx: answered(tx, f"word{n}"))  # noqa: B023 -- called at once
            n += 1
        return n

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(keep_writing)
        try:
            for n in range(5):
                store.backup(tmp_path / "copies.db")
                with closing(open_store(f"sqlite:///{tmp_path / 'copies.db'}")) as copy:
                    revision = copy.read().state("c1").committee.revision
                    history = copy.read().history("c1", limit=100_000)
                    assert len(history) == revision, n
                    copy.write(lambda tx: answered(tx, "in the copy", "ben"))
                    assert copy.read().search("c1", "copy")
        finally:
            stop.set()
        assert writing.result(10) > 0
    assert stat.S_IMODE((tmp_path / "copies.db").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_onto_the_database_itself_is_refused(store: SqliteStore, path: Path) -> None:
    """The record is not risked."""
    with pytest.raises(StoreError, match="the database itself"):
        store.backup(path)
    (path.parent / "link.db").symlink_to(path)
    with pytest.raises(StoreError, match="the database itself"):
        store.backup(path.parent / "link.db")
    assert store.read().state("c1") == make.state()


def test_a_backup_that_fails_leaves_the_old_one(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a complete copy takes the name."""
    target = tmp_path / "copy.db"
    store.backup(target)
    before = target.read_bytes()

    def fails(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(StoreFull):
        store.backup(target)
    assert target.read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))
