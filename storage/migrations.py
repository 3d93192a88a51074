"""The database's shape, as ordered and named migrations.

Each migration and the record that it was applied are one transaction: a crash in between leaves
neither. A migration that was released is never edited; a change of shape is a new one at the end.

Every instant is a whole number of microseconds since 1970 in UTC: exact, small, and in order.
Columns beside a row's JSON (`data`) are there for keys, indexes and comparisons only.
"""

from collections.abc import Sequence

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from storage.port import SchemaTooNew, StoreError
from storage.trail import Shape


def _run(db: Database, statements: str) -> None:
    # One by one: `executescript` would commit the transaction that the migration runs in.
    for statement in statements.split(";"):
        if statement.strip():
            db.conn.execute(statement)


def _the_record(db: Database) -> None:
    # `number` is short, for the terms of the index. `current` maps each member to their newest
    # answer's id, in the order they first spoke. Every page that an answer touches costs its commit
    # some time, so there is no index that another one can stand in for.
    _run(
        db,
        """
        CREATE TABLE committees (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
            revision INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT;
        CREATE TABLE members (
            number INTEGER PRIMARY KEY, committee TEXT NOT NULL, id TEXT NOT NULL,
            email TEXT NOT NULL, active INTEGER NOT NULL, data TEXT NOT NULL,
            UNIQUE (committee, id)
        ) STRICT;
        CREATE TABLE addresses (
            platform TEXT NOT NULL, tenant TEXT NOT NULL, user TEXT NOT NULL,
            committee TEXT NOT NULL, member TEXT NOT NULL,
            PRIMARY KEY (platform, tenant, user, committee)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX addresses_by_member ON addresses (committee, member);
        CREATE TABLE walks (
            number INTEGER PRIMARY KEY, committee TEXT NOT NULL, id TEXT NOT NULL,
            data TEXT NOT NULL, UNIQUE (committee, id)
        ) STRICT;
        CREATE TABLE items (
            number INTEGER PRIMARY KEY, committee TEXT NOT NULL, question TEXT NOT NULL,
            status TEXT NOT NULL, waits INTEGER NOT NULL, current TEXT NOT NULL,
            data TEXT NOT NULL, UNIQUE (committee, question)
        ) STRICT;
        CREATE INDEX items_waiting ON items (committee) WHERE waits = 1;
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY, committee TEXT NOT NULL, question TEXT NOT NULL,
            member TEXT NOT NULL, revision INTEGER NOT NULL, said TEXT NOT NULL,
            at INTEGER NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL,
            UNIQUE (committee, question, member, revision)
        ) STRICT;
        CREATE VIRTUAL TABLE answers_fts USING fts5 (
            terms, columnsize=0, tokenize="ascii tokenchars '_'"
        );
        CREATE TABLE counter (
            one INTEGER PRIMARY KEY CHECK (one = 1), rev INTEGER NOT NULL, indexed INTEGER NOT NULL
        ) STRICT;
        INSERT INTO counter (one, rev, indexed) VALUES (1, 0, 0);
        CREATE TABLE register (
            number INTEGER PRIMARY KEY, committee TEXT NOT NULL, subject TEXT NOT NULL,
            data TEXT NOT NULL, UNIQUE (committee, subject)
        ) STRICT;
        CREATE TABLE audit (
            committee TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (committee, n)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE banks (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL,
            at INTEGER NOT NULL, data TEXT NOT NULL, UNIQUE (name, version)
        ) STRICT
        """,
    )


def _inbox_and_outbox(db: Database) -> None:
    # `once` holds the deliveries that came in (promise 0) and, for ever, the keys that were
    # promised (promise 1), with the message that keeps each. They stand in one table because a promise's key often
    # begins with its delivery's id, so that both are on one page. Rows of the outbox are never
    # deleted: their ids only grow, and are the order of a lane.
    _run(
        db,
        """
        CREATE TABLE once (
            key TEXT NOT NULL, promise INTEGER NOT NULL, message INTEGER NOT NULL,
            at INTEGER NOT NULL, PRIMARY KEY (key, promise)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY, state TEXT NOT NULL, due_at INTEGER NOT NULL,
            lease_until INTEGER, owner TEXT NOT NULL, attempts INTEGER NOT NULL, key TEXT NOT NULL,
            slot TEXT NOT NULL, committee TEXT NOT NULL, platform TEXT NOT NULL,
            tenant TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL,
            ref TEXT NOT NULL, created_at INTEGER NOT NULL, payload TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX outbox_slot ON outbox (slot) WHERE state = 'due' AND slot <> '';
        CREATE INDEX outbox_pending ON outbox (platform, tenant, channel)
            WHERE state IN ('due', 'leased')
        """,
    )


def _rooms_and_people(db: Database) -> None:
    _run(
        db,
        """
        CREATE TABLE messages (
            platform TEXT NOT NULL, tenant TEXT NOT NULL, channel TEXT NOT NULL,
            thread TEXT NOT NULL, id INTEGER NOT NULL, rev INTEGER NOT NULL, ref TEXT NOT NULL,
            member TEXT NOT NULL, only_for TEXT NOT NULL, text TEXT NOT NULL,
            payload TEXT NOT NULL, reactions TEXT NOT NULL, at INTEGER NOT NULL,
            edited_at INTEGER, deleted INTEGER NOT NULL,
            PRIMARY KEY (platform, tenant, channel, thread, id)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX messages_by_ref ON messages (platform, tenant, channel, thread, ref);
        CREATE INDEX messages_by_rev ON messages (platform, tenant, channel, thread, rev);
        CREATE TABLE people (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, email TEXT NOT NULL,
            owner INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT;
        CREATE INDEX people_by_email ON people (email) WHERE email <> '';
        CREATE TABLE sessions (
            token_hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE invitations (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, committee TEXT NOT NULL,
            member TEXT NOT NULL, expires_at INTEGER NOT NULL, revoked INTEGER NOT NULL,
            used_at INTEGER
        ) STRICT;
        CREATE INDEX invitations_by_member ON invitations (committee, member);
        CREATE TABLE sign_ins (
            token_hash TEXT PRIMARY KEY, person TEXT NOT NULL, expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID
        """,
    )


def _other_platforms(db: Database) -> None:
    # `homes` finds the committee of a channel, `outbox_refs` the message that a platform shows under
    # an id of its own. The hosted rooms' ids are their keys, so these rows need no place in it.
    _run(
        db,
        """
        ALTER TABLE outbox ADD COLUMN unsure INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX outbox_refs ON outbox (platform, tenant, channel, ref)
            WHERE ref <> '' AND platform <> 'web';
        CREATE TABLE homes (
            platform TEXT NOT NULL, tenant TEXT NOT NULL, channel TEXT NOT NULL,
            committee TEXT NOT NULL, PRIMARY KEY (platform, tenant, channel, committee)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO homes (platform, tenant, channel, committee)
            SELECT DISTINCT value ->> 'platform', value ->> 'tenant', value ->> 'channel', committees.id
            FROM committees, json_each(committees.data, '$.home');
        CREATE TABLE amendments (
            platform TEXT NOT NULL, tenant TEXT NOT NULL, channel TEXT NOT NULL, ref TEXT NOT NULL,
            stamp TEXT NOT NULL, text TEXT NOT NULL, deleted INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (platform, tenant, channel, ref)
        ) STRICT, WITHOUT ROWID
        """,
    )


def _installations(db: Database) -> None:
    _run(
        db,
        """
        CREATE TABLE installations (
            platform TEXT NOT NULL, tenant TEXT NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (platform, tenant)
        ) STRICT, WITHOUT ROWID
        """,
    )


def _references(db: Database) -> None:
    # How the rooms and people of a platform are reached whose bots speak only where they were let in.
    _run(
        db,
        """
        CREATE TABLE conversation_references (
            platform TEXT NOT NULL, tenant TEXT NOT NULL, room TEXT NOT NULL,
            account TEXT NOT NULL, parent TEXT NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (platform, tenant, room)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX references_by_account ON conversation_references (platform, tenant, account)
            WHERE account <> ''
        """,
    )


def _forgotten(db: Database) -> None:
    # `erased` marks revisions whose words are gone, or had none that could go: they are passed over.
    _run(
        db,
        """
        ALTER TABLE answers ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE forgotten (
            committee TEXT NOT NULL, member TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (committee, member)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE backups (
            name TEXT PRIMARY KEY, at INTEGER NOT NULL, digest TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    )


def _calendar(db: Database) -> None:
    # When each committee has to be looked at next, whether or not something will be due then: one
    # small row, so that a tick costs what is due and not what there is.
    _run(
        db,
        """
        CREATE TABLE habits (
            number INTEGER PRIMARY KEY, committee TEXT NOT NULL, member TEXT NOT NULL,
            data TEXT NOT NULL, UNIQUE (committee, member)
        ) STRICT;
        CREATE TABLE calendar (committee TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX calendar_by_time ON calendar (at);
        INSERT INTO calendar (committee, at) SELECT id, 0 FROM committees
        """,
    )


def _copies(db: Database) -> None:
    # Where each copy was made: its manifest there is noted when somebody is forgotten.
    _run(
        db,
        """
        CREATE TABLE copies (
            folder TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, digest TEXT NOT NULL,
            PRIMARY KEY (folder, name)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO copies (folder, name, at, digest) SELECT '', name, at, digest FROM backups;
        DROP TABLE backups;
        ALTER TABLE copies RENAME TO backups
        """,
    )


STEPS = (
    ("0001-the-record", _the_record),
    ("0002-inbox-and-outbox", _inbox_and_outbox),
    ("0003-rooms-and-people", _rooms_and_people),
    ("0004-other-platforms", _other_platforms),
    ("0005-installations", _installations),
    ("0006-references", _references),
    ("0007-forgotten", _forgotten),
    ("0008-calendar", _calendar),
    ("0009-copies", _copies),
)
migrations = Migrations("convenor")
for _name, _step in STEPS:
    migrations(name=_name)(_step)


APPLIED = (
    f"SELECT name FROM [{Migrations.migrations_table}] WHERE migration_set = 'convenor' ORDER BY id"  # noqa: S608 -- a constant
)


def shape(applied: Sequence[str]) -> Shape:
    """What the names of the applied migrations mean to this version."""
    known = [name for name, _ in STEPS]
    return Shape(
        applied=tuple(applied),
        missing=tuple(name for name in known if name not in applied),
        unknown=tuple(name for name in applied if name not in known),
    )


def migrate(db: Database) -> None:
    """Bring the database to this version's shape. The caller holds the write lock.

    Raises SchemaTooNew where a newer Convenor wrote it, StoreError where another program did.
    """
    applied = {done.name for done in migrations.applied(db)}
    if newer := sorted(applied - {name for name, _ in STEPS}):
        raise SchemaTooNew(
            f"A newer Convenor wrote this database (it has {newer[-1]}). "
            "Start that version again, or restore the backup from before the upgrade."
        )
    if not applied and set(db.table_names()) - {Migrations.migrations_table}:
        raise StoreError(
            "This database belongs to another program. Give Convenor a file of its own."
        )
    if migrations.pending(db):
        migrations.apply(db)
