"""Every read of the record, on whatever connection runs it: a reader's, or a transaction's own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from questions.model import Bank
from storage import words as spelling
from storage.doors import Invitation, Person, Session
from storage.migrations import APPLIED, shape
from storage.people import Address, Committee, Member, Place
from storage.port import NotFound
from storage.records import Answer, Item, State
from storage.sqlite_keeping import KeepingReads
from storage.sqlite_references import ReferenceReads
from storage.sqlite_rows import (
    INVITATION_COLUMNS,
    MESSAGE_COLUMNS,
    Many,
    Rows,
    answers,
    at_place,
    instant,
    invitation_row,
    message_row,
    micros,
    parse,
)
from storage.sqlite_search import FIND, hits
from storage.trail import Amendment, Audit, Hit, Installation, Message, Shape

NO_BANK = "There is no bank {0} in version {1}."
NO_MESSAGE = "There is no such message."
NO_PERSON = "There is no such person."
NO_INVITATION = "There is no such invitation."

_audit, _members, _people = Many(Audit), Many(Member), Many(Person)

_AT = "platform = ? AND tenant = ? AND channel = ? AND thread = ?"

_MEMBERSHIPS = """
    SELECT members.data FROM addresses
    JOIN members ON members.committee = addresses.committee AND members.id = addresses.member
    WHERE platform = ? AND tenant = ? AND user = ? ORDER BY members.number
"""
LATEST_LOOK = timedelta(days=3)
"""Nobody plans to look at a committee later than this: such a row is one of a clock that was wrong."""
_DUE = """
    SELECT committee FROM calendar WHERE at <= ?1
    UNION ALL SELECT committee FROM calendar WHERE at > ?2
    LIMIT ?3
"""
_HISTORY = {
    (False, False): "SELECT data FROM answers WHERE committee = ?1 ORDER BY id LIMIT ?4",
    (True, False): """
        SELECT data FROM answers WHERE committee = ?1 AND question = ?2 ORDER BY id LIMIT ?4
    """,
    (False, True): """
        SELECT data FROM answers WHERE committee = ?1 AND member = ?3 ORDER BY id LIMIT ?4
    """,
    (True, True): """
        SELECT data FROM answers WHERE committee = ?1 AND question = ?2 AND member = ?3
        ORDER BY id LIMIT ?4
    """,
}
_STANDING = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages WHERE {_AT} AND only_for IN ('', ?)
    ORDER BY id DESC LIMIT ?
"""  # noqa: S608 -- constants
_CHANGED = f"""
    SELECT {MESSAGE_COLUMNS} FROM messages INDEXED BY messages_by_rev
    WHERE {_AT} AND only_for IN ('', ?) AND rev > ? ORDER BY id DESC LIMIT ?
"""  # noqa: S608 -- constants
_UNDELIVERED = f"SELECT count(*) FROM outbox WHERE {_AT} AND state IN ('due', 'leased')"  # noqa: S608 -- constants
_DEPTH = """
    SELECT count(*), min(created_at) FROM outbox INDEXED BY outbox_pending
    WHERE state IN ('due', 'leased') AND state = 'due'
"""
_DELIVERED = """
    SELECT ref FROM once JOIN outbox ON outbox.id = once.message
    WHERE once.key = ? AND once.promise = 1 AND state = 'done'
"""
_AT_HOME = """
    SELECT committees.id FROM homes JOIN committees ON committees.id = homes.committee
    WHERE platform = ? AND tenant = ? AND channel = ? ORDER BY number DESC
"""
_KEY_AT = """
    SELECT key FROM outbox INDEXED BY outbox_refs
    WHERE platform = ? AND tenant = ? AND channel = ? AND ref = ? AND ref <> ''
        AND platform <> 'web' ORDER BY id LIMIT 1
"""
_PENDING = """
    SELECT count(*) FROM outbox INDEXED BY outbox_pending
    WHERE state IN ('due', 'leased') AND platform = ? AND tenant = ? AND channel = ?
"""
_OPENING = """
    SELECT min(created_at) FROM outbox INDEXED BY outbox_pending
    WHERE state IN ('due', 'leased') AND platform = ? AND tenant = ? AND channel = ?
        AND thread IN ('', key) AND due_at <= ? AND (state = 'leased' OR attempts > 0)
"""
_AMENDMENT = """
    SELECT stamp, text, deleted FROM amendments
    WHERE platform = ? AND tenant = ? AND channel = ? AND ref = ?
"""
_INVITATIONS = f"""
    SELECT {INVITATION_COLUMNS} FROM invitations WHERE number IN (
        SELECT max(number) FROM invitations WHERE committee = ? GROUP BY member
    ) ORDER BY number
"""  # noqa: S608 -- constants


class Reads(ReferenceReads, KeepingReads):
    """The port's Reader, over two things that a subclass gives: running a query, and states."""

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        raise NotImplementedError

    def state(self, committee: str) -> State:
        """One committee's whole current state. Raises NotFound."""
        raise NotImplementedError

    def waiting(self, committee: str) -> tuple[Item, ...]:
        """The items that the committee still owes, with the current responses."""
        raise NotImplementedError

    def bank(self, name: str, version: str) -> Bank:
        """A stored bank. Raises NotFound."""
        rows = self._all("SELECT data FROM banks WHERE name = ? AND version = ?", (name, version))
        if not rows:
            raise NotFound(NO_BANK.format(name, version))
        return parse(Bank, rows[0][0])

    # -- committees -----------------------------------------------------------------------------

    def committees(self) -> tuple[Committee, ...]:
        """All committees, by name."""
        rows = self._all("SELECT revision, data FROM committees")
        found = (parse(Committee, data).evolve(revision=revision) for revision, data in rows)
        return tuple(sorted(found, key=lambda c: (c.name.casefold(), c.id)))

    def memberships(self, address: Address) -> tuple[Member, ...]:
        """The members (one a committee) that this address belongs to, oldest first."""
        key = (address.platform, address.tenant, address.user)
        return tuple(_members(row[0] for row in self._all(_MEMBERSHIPS, key)))

    def at_home(self, platform: str, tenant: str, channel: str) -> tuple[str, ...]:
        """The ids of the committees that are at home in a channel, the newest first."""
        return tuple(row[0] for row in self._all(_AT_HOME, (platform, tenant, channel)))

    def due(self, now: datetime, limit: int = 50) -> tuple[str, ...]:
        """The ids of the committees that have to be looked at by now, the longest due first."""
        latest = micros(now + LATEST_LOOK)
        return tuple(row[0] for row in self._all(_DUE, (micros(now), latest, limit)))

    def history(
        self, committee: str, question: str = "", member: str = "", limit: int = 1000
    ) -> tuple[Answer, ...]:
        """Every revision, oldest first, of a committee, optionally of one question or member."""
        sql = _HISTORY[bool(question), bool(member)]
        return tuple(
            answers(row[0] for row in self._all(sql, (committee, question, member, limit)))
        )

    def search(self, committee: str, words: str, limit: int = 20) -> tuple[Hit, ...]:
        """Current answers that contain all the words (prefixes count), best first."""
        wanted = spelling.asked(words)
        number = self._all("SELECT number FROM committees WHERE id = ?", (committee,))
        if not wanted or not number:
            return ()
        rows = self._all(FIND, (spelling.match(number[0][0], wanted), committee))
        return hits(rows, wanted, limit)

    def audit(self, committee: str, limit: int = 200) -> tuple[Audit, ...]:
        """The committee's log, newest first."""
        sql = "SELECT data FROM audit WHERE committee = ? ORDER BY n DESC LIMIT ?"
        return tuple(_audit(row[0] for row in self._all(sql, (committee, limit))))

    def bank_versions(self, name: str = "") -> tuple[tuple[str, str], ...]:
        """(name, version) of the stored banks, oldest first; of one name if given."""
        sql = "SELECT name, version FROM banks WHERE ?1 IN ('', name) ORDER BY number"
        return tuple((row[0], row[1]) for row in self._all(sql, (name,)))

    # -- hosted rooms and the outbox -------------------------------------------------------------

    def messages(
        self, place: Place, viewer: str = "", after_rev: int = 0, limit: int = 500
    ) -> tuple[Message, ...]:
        """What stands in a hosted place for this viewer, in order of posting."""
        where = (*at_place(place), viewer)
        if after_rev > 0:
            rows = self._all(_CHANGED, (*where, after_rev, limit))
        else:
            rows = self._all(_STANDING, (*where, limit))
        return tuple(message_row(place, row) for row in reversed(rows))

    def message(self, place: Place, ref: str) -> Message:
        """One message of a hosted place. Raises NotFound."""
        sql = f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE {_AT} AND ref = ?"  # noqa: S608 -- constants
        rows = self._all(sql, (*at_place(place), ref))
        if not rows:
            raise NotFound(NO_MESSAGE)
        return message_row(place, rows[0])

    def undelivered(self, place: Place) -> int:
        """How many outbox messages to exactly this place are due or leased."""
        return int(self._all(_UNDELIVERED, at_place(place))[0][0])

    def outbox_depth(self) -> tuple[int, datetime | None]:
        """How many messages are due, and the oldest one's creation time."""
        count, oldest = self._all(_DEPTH)[0]
        return int(count), None if oldest is None else instant(oldest)

    def delivered_ref(self, key: str) -> str:
        """The platform's id of the message that was sent under this key; "" if none (yet)."""
        rows = self._all(_DELIVERED, (key,))
        return str(rows[0][0]) if rows else ""

    def key_at(self, platform: str, tenant: str, channel: str, ref: str) -> str:
        """The key of the message that a platform shows under this id; "" if it is none of ours."""
        rows = self._all(_KEY_AT, (platform, tenant, channel, ref))
        return str(rows[0][0]) if rows else ""

    def pending(self, platform: str, tenant: str, channel: str) -> int:
        """How many outbox messages of a lane are due or leased."""
        return int(self._all(_PENDING, (platform, tenant, channel))[0][0])

    def opening(
        self, platform: str, tenant: str, channel: str, due_before: datetime
    ) -> datetime | None:
        """When the oldest message was promised that may just be opening a thread in a lane."""
        rows = self._all(_OPENING, (platform, tenant, channel, micros(due_before)))
        return None if rows[0][0] is None else instant(rows[0][0])

    def amendment(self, platform: str, tenant: str, channel: str, ref: str) -> Amendment | None:
        """The newest edit or deletion of a person's message that was noted, if any."""
        rows = self._all(_AMENDMENT, (platform, tenant, channel, ref))
        if not rows:
            return None
        return Amendment(stamp=rows[0][0], text=rows[0][1], deleted=bool(rows[0][2]))

    # -- people at the web's door ------------------------------------------------------------------

    def person(self, person: str) -> Person:
        """Raises NotFound."""
        rows = self._all("SELECT data FROM people WHERE id = ?", (person,))
        if not rows:
            raise NotFound(NO_PERSON)
        return parse(Person, rows[0][0])

    def person_by_email(self, email: str) -> Person | None:
        """The person with this address, compared without case; the first of several."""
        sql = "SELECT data FROM people WHERE email = ? AND email <> '' ORDER BY number LIMIT 1"
        rows = self._all(sql, (email.strip().casefold(),))
        return parse(Person, rows[0][0]) if rows else None

    def owner(self) -> Person | None:
        """The workspace's owner, once there is one."""
        rows = self._all("SELECT data FROM people WHERE owner = 1 ORDER BY number LIMIT 1")
        return parse(Person, rows[0][0]) if rows else None

    def session(self, token_hash: str) -> Session | None:
        """A session, expired or not."""
        rows = self._all("SELECT data FROM sessions WHERE token_hash = ?", (token_hash,))
        return parse(Session, rows[0][0]) if rows else None

    def invitation(self, invitation: str) -> Invitation:
        """Raises NotFound."""
        sql = f"SELECT {INVITATION_COLUMNS} FROM invitations WHERE id = ?"  # noqa: S608 -- constants
        rows = self._all(sql, (invitation,))
        if not rows:
            raise NotFound(NO_INVITATION)
        return invitation_row(rows[0])

    def invitations(self, committee: str) -> tuple[Invitation, ...]:
        """The committee's newest invitation of each member."""
        return tuple(invitation_row(row) for row in self._all(_INVITATIONS, (committee,)))

    def installation(self, platform: str, tenant: str) -> Installation | None:
        """The workspace with this id, ended or not."""
        rows = self._all(
            "SELECT data FROM installations WHERE platform = ? AND tenant = ?", (platform, tenant)
        )
        return parse(Installation, rows[0][0]) if rows else None

    def installations(self, platform: str) -> tuple[Installation, ...]:
        """Every workspace of a platform, by its id."""
        rows = self._all(
            "SELECT data FROM installations WHERE platform = ? ORDER BY tenant", (platform,)
        )
        return tuple(parse(Installation, data) for (data,) in rows)

    def shape(self) -> Shape:
        """Which migrations the store has been through."""
        return shape([row[0] for row in self._all(APPLIED)])

    def secret(self, name: str) -> str:
        """A secret the store keeps for the workspace; "" if none."""
        rows = self._all("SELECT value FROM secrets WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""
