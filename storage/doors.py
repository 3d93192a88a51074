"""The rows of people at the web's door: who can sign in, from which browser, by which link. Frozen, pure."""

from datetime import datetime
from typing import Protocol

from storage.people import Row


class Person(Row):
    """Somebody who can sign in to the web workspace; the user of a ("web", "local", id) address."""

    id: str
    name: str = ""
    email: str = ""
    owner: bool = False
    """Whether this person may start committees."""


class Session(Row):
    """A signed-in browser. The cookie's token is kept as a hash only."""

    token_hash: str
    person: str
    personas: dict[str, str] = {}
    """In sample committees only: committee id -> the member whose eyes are borrowed."""
    expires_at: datetime


class Invitation(Row):
    """A member's way in: expiring, revocable, one at a time per member."""

    id: str
    committee: str
    member: str
    expires_at: datetime
    revoked: bool = False
    used_at: datetime | None = None


class SignIn(Row):
    """A single-use sign-in link, kept as a hash."""

    token_hash: str
    person: str
    expires_at: datetime


class DoorReader(Protocol):
    """Reads of them."""

    def person(self, person: str) -> Person:
        """Raises NotFound."""
        ...

    def person_by_email(self, email: str) -> Person | None:
        """The person with this address, compared without case."""
        ...

    def owner(self) -> Person | None:
        """The workspace's owner, once there is one."""
        ...

    def session(self, token_hash: str) -> Session | None:
        """A session, expired or not."""
        ...

    def invitation(self, invitation: str) -> Invitation:
        """Raises NotFound."""
        ...

    def invitations(self, committee: str) -> tuple[Invitation, ...]:
        """The committee's newest invitation of each member."""
        ...


class DoorWriter(Protocol):
    """Writes of them."""

    def keep_person(self, person: Person) -> None:
        """Insert or replace."""
        ...

    def keep_session(self, session: Session) -> None:
        """Insert or replace."""
        ...

    def drop_session(self, token_hash: str) -> None:
        """Sign a browser out."""
        ...

    def keep_invitation(self, invitation: Invitation) -> None:
        """Insert or replace; older invitations of the same member are revoked."""
        ...

    def keep_sign_in(self, sign_in: SignIn) -> None:
        """Insert a single-use link."""
        ...

    def take_sign_in(self, token_hash: str, now: datetime) -> SignIn | None:
        """Use a link up; None if it is unknown, used or expired."""
        ...
