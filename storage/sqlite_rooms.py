"""The hosted rooms' messages, and the people at the web's door, as a transaction writes them."""

import json
from datetime import datetime

from storage.doors import Invitation, Person, Session, SignIn
from storage.people import Place
from storage.sqlite_rows import (
    MESSAGE_COLUMNS,
    STRINGS,
    Connection,
    at_place,
    instant,
    maybe_micros,
    micros,
)
from storage.trail import Amendment, Installation, Message

_AT = "platform = ? AND tenant = ? AND channel = ? AND thread = ?"
_STANDS = f"SELECT 1 FROM messages WHERE {_AT} AND ref = ?"  # noqa: S608 -- constants
_COUNT = "UPDATE counter SET rev = rev + 1"
_REV = "SELECT rev FROM counter"
_POST = f"""
    INSERT INTO messages (platform, tenant, channel, thread, {MESSAGE_COLUMNS})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 -- the columns are constants
_NOW = f"SELECT reactions FROM messages WHERE {_AT} AND ref = ?"  # noqa: S608 -- constants
_AMEND = f"""
    UPDATE messages SET rev = ?, reactions = ?, text = coalesce(?, text),
        payload = coalesce(?, payload), edited_at = coalesce(?, edited_at),
        deleted = coalesce(?, deleted)
    WHERE {_AT} AND ref = ?
"""  # noqa: S608 -- constants
_PERSON = """
    INSERT INTO people (id, email, owner, data) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE
    SET email = excluded.email, owner = excluded.owner, data = excluded.data
"""
_SESSION = """
    INSERT INTO sessions (token_hash, expires_at, data) VALUES (?, ?, ?)
    ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at, data = excluded.data
"""
_INVITATION = """
    INSERT INTO invitations (id, committee, member, expires_at, revoked, used_at)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE
    SET committee = excluded.committee, member = excluded.member,
        expires_at = excluded.expires_at, revoked = excluded.revoked, used_at = excluded.used_at
"""
_REVOKE_OLDER = """
    UPDATE invitations SET revoked = 1
    WHERE committee = ? AND member = ? AND number < (SELECT number FROM invitations WHERE id = ?)
"""


_AMENDMENT = """
    INSERT INTO amendments (platform, tenant, channel, ref, stamp, text, deleted, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (platform, tenant, channel, ref) DO UPDATE
    SET stamp = excluded.stamp, text = excluded.text, deleted = excluded.deleted, at = excluded.at
    WHERE excluded.stamp > amendments.stamp AND (amendments.deleted = 0 OR amendments.stamp <> '')
        OR amendments.deleted = 0 AND excluded.deleted = 1 AND excluded.stamp = ''
"""


class Rooms:
    """The port's methods for hosted rooms and for people, over a transaction's connection."""

    _connection: Connection

    # -- rooms ------------------------------------------------------------------------------------

    def _rev(self) -> int:
        # Two plain statements take half the time of one with RETURNING.
        self._connection.execute(_COUNT)
        return int(self._connection.execute(_REV).fetchone()[0])

    def post(self, message: Message) -> bool:
        """Put a message in a hosted place; False if its (place, ref) stands there already.

        Its `id` and `rev` are the store's.
        """
        place = at_place(message.place)
        if self._connection.execute(_STANDS, (*place, message.ref)).fetchone():
            return False
        rev = self._rev()
        self._connection.execute(
            _POST,
            (
                *place,
                rev,
                rev,
                message.ref,
                message.member,
                message.only_for,
                message.text,
                message.payload,
                json.dumps(message.reactions, ensure_ascii=False),
                micros(message.at),
                maybe_micros(message.edited_at),
                message.deleted,
            ),
        )
        return True

    def amend(
        self,
        place: Place,
        ref: str,
        at: datetime,
        *,
        text: str | None = None,
        payload: str | None = None,
        add_reaction: str = "",
        drop_reaction: str = "",
        deleted: bool | None = None,
    ) -> bool:
        """Change a hosted message; False if it is not there. New words or content are an edit."""
        key = (*at_place(place), ref)
        row = self._connection.execute(_NOW, key).fetchone()
        if row is None:
            return False
        reactions = [r for r in STRINGS.validate_json(row[0]) if r != drop_reaction]
        if add_reaction and add_reaction not in reactions:
            reactions.append(add_reaction)
        edited = text is not None or payload is not None
        self._connection.execute(
            _AMEND,
            (
                self._rev(),
                json.dumps(reactions, ensure_ascii=False),
                text,
                payload,
                micros(at) if edited else None,
                deleted,
                *key,
            ),
        )
        return True

    # -- people -----------------------------------------------------------------------------------

    def keep_installation(self, installation: Installation) -> None:
        """Insert or replace."""
        self._connection.execute(
            "INSERT INTO installations (platform, tenant, data) VALUES (?, ?, ?) "
            "ON CONFLICT (platform, tenant) DO UPDATE SET data = excluded.data",
            (installation.platform, installation.tenant, installation.model_dump_json()),
        )

    def keep_person(self, person: Person) -> None:
        """Insert or replace."""
        email = person.email.strip().casefold()
        row = (person.id, email, person.owner, person.model_dump_json())
        self._connection.execute(_PERSON, row)

    def keep_session(self, session: Session) -> None:
        """Insert or replace."""
        row = (session.token_hash, micros(session.expires_at), session.model_dump_json())
        self._connection.execute(_SESSION, row)

    def drop_session(self, token_hash: str) -> None:
        """Sign a browser out."""
        self._connection.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))

    def keep_invitation(self, invitation: Invitation) -> None:
        """Insert or replace; older invitations of the same member are revoked."""
        self._connection.execute(
            _INVITATION,
            (
                invitation.id,
                invitation.committee,
                invitation.member,
                micros(invitation.expires_at),
                invitation.revoked,
                maybe_micros(invitation.used_at),
            ),
        )
        older = (invitation.committee, invitation.member, invitation.id)
        self._connection.execute(_REVOKE_OLDER, older)

    def keep_sign_in(self, sign_in: SignIn) -> None:
        """Insert a single-use link."""
        self._connection.execute(
            "INSERT INTO sign_ins (token_hash, person, expires_at) VALUES (?, ?, ?)",
            (sign_in.token_hash, sign_in.person, micros(sign_in.expires_at)),
        )

    def take_sign_in(self, token_hash: str, now: datetime) -> SignIn | None:
        """Use a link up; None if it is unknown, used or expired."""
        row = self._connection.execute(
            "DELETE FROM sign_ins WHERE token_hash = ? RETURNING person, expires_at", (token_hash,)
        ).fetchone()
        if row is None or row[1] <= micros(now):
            return None
        return SignIn(token_hash=token_hash, person=row[0], expires_at=instant(row[1]))

    def amend_early(
        self,
        platform: str,
        tenant: str,
        channel: str,
        ref: str,
        amendment: Amendment,
        at: datetime,
    ) -> bool:
        """Note an edit or a deletion; False if a newer one stands there already."""
        row = (platform, tenant, channel, ref, amendment.stamp, amendment.text, amendment.deleted)
        return self._connection.execute(_AMENDMENT, (*row, micros(at))).rowcount == 1

    def keep_secret(self, name: str, value: str) -> None:
        """Keep a workspace secret that was made at the first start."""
        self._connection.execute(
            "INSERT INTO secrets (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def sweep(self, before: datetime) -> int:
        """Forget inbox ids, amendments, sessions and links older than this; returns how many rows."""
        moment = (micros(before),)
        return sum(
            self._connection.execute(sql, moment).rowcount
            for sql in (
                "DELETE FROM once WHERE promise = 0 AND at < ?",
                "DELETE FROM amendments WHERE at < ?",
                "DELETE FROM sessions WHERE expires_at < ?",
                "DELETE FROM sign_ins WHERE expires_at < ?",
            )
        )
