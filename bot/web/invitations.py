"""Invitations: a member's way in from outside, by a signed link that their chair sends them.

A link gives the seat of exactly one member, and never more. Whoever opens it signed in keeps being
who they are and gets the seat as well; whoever is not becomes a new person of the workspace with
this seat alone, even if the member came in before from another browser. So a chair who can make
links for a member cannot reach that member's other committees with them.

A link works until it runs out, is taken back or is replaced, because people lose their cookies and
change their phones; each use is logged with its ids. The link holds the invitation's id and a
signature; whether it is still good stands in the store.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core import access
from bot.core.errors import Misuse, Refused
from bot.core.service import HOSTED
from bot.web.ground import Web
from bot.web.viewer import Seat
from storage.doors import Invitation, Person
from storage.people import Address, Member
from storage.port import NotFound, Reader, Transaction
from storage.records import State
from storage.trail import Audit

GONE = "{name} is no longer in this committee. Let them back in first, then invite them."
TAKEN = (
    "You are signed in as {you}, who is in this committee already. This link is for {name}: "
    "open it in another browser, or sign out first."
)
YOURSELF = "That is you. To leave this browser, sign out."

INVITATION_LIFE = timedelta(days=14)
BROWSERS = 10
"""A member may be signed in by links from so many browsers; the oldest gives way."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Welcome:
    """A good invitation, the committee and member it is for, and who is about to use it."""

    invitation: Invitation
    state: State
    member: Member
    person: Person
    """Who holds the seat after joining; before that, a guess that is not stored."""
    seated: bool
    """Whether this person holds the seat already."""


# -- the chair's side -----------------------------------------------------------------------------


def invite(web: Web, seat: Seat, member: str) -> str:
    """A fresh link for a member, good for 14 days; older ones stop working. For chairs.

    Raises NotAllowed, Misuse for a member of another committee, Refused for one who has left.
    """
    who = _of(seat, member)
    if not who.active:
        raise Refused(GONE.format(name=who.name))
    now = web.clock()
    invitation = Invitation(
        id=secrets.token_hex(8),
        committee=who.committee,
        member=who.id,
        expires_at=now + INVITATION_LIFE,
    )

    def work(tx: Transaction) -> None:
        tx.keep_invitation(invitation)
        tx.log(_line(seat, "invited", who, now))

    web.store.write(work)
    log.info("invited committee=%s member=%s invitation=%s", who.committee, who.id, invitation.id)
    return invitation_url(web, invitation)


def invitation_url(web: Web, invitation: Invitation) -> str:
    """The link of an invitation, to show it once more."""
    return f"{web.base_url}/join/{web.signer.seal('invitation', invitation.id)}"


def revoke(web: Web, seat: Seat, member: str) -> None:
    """Take a member's link back. Who came in by it stays in; see shut_out. For chairs."""
    who, now = _of(seat, member), web.clock()

    def work(tx: Transaction) -> None:
        current = _newest(tx, who)
        if current is not None and not current.revoked:
            tx.keep_invitation(current.evolve(revoked=True))
            tx.log(_line(seat, "invitation_revoked", who, now))

    web.store.write(work)
    log.info("revoked committee=%s member=%s", who.committee, who.id)


def shut_out(web: Web, seat: Seat, member: str) -> None:
    """Take the link back and end the seat of every browser that came in by one. For chairs.

    The member stays in the committee, and their answers with them; a new link lets them in again.
    """
    who, now = _of(seat, member), web.clock()
    if who.id == (seat.real or seat.member).id:
        raise Refused(YOURSELF)

    def work(tx: Transaction) -> None:
        current = _newest(tx, who)
        if current is not None:
            tx.keep_invitation(current.evolve(revoked=True))
        state = tx.state(who.committee)
        old = state.members[who.id]
        kept = tuple(a for a in old.addresses if a.platform != HOSTED)
        _seat(tx, state, old.evolve(addresses=kept), _line(seat, "shut_out", who, now))

    web.store.write(work)
    log.info("shut out committee=%s member=%s", who.committee, who.id)


def invitation_state(web: Web, committee: str) -> dict[str, Invitation]:
    """The newest invitation of each member who has had one, by member id."""
    return {i.member: i for i in web.store.read().invitations(committee)}


def usable(invitation: Invitation, now: datetime) -> bool:
    """Whether a link with this invitation would work now."""
    return not invitation.revoked and invitation.expires_at > now


def _of(seat: Seat, member: str) -> Member:
    access.require(seat.desk.state, seat.member, "invite")
    found = seat.desk.state.members.get(member)
    if found is None:
        raise Misuse(f"member {member} is not of committee {seat.desk.committee.id}")
    return found


def _newest(reader: Reader, member: Member) -> Invitation | None:
    found = (i for i in reader.invitations(member.committee) if i.member == member.id)
    return next(found, None)


def _line(seat: Seat, action: str, about: Member, now: datetime) -> Audit:
    return Audit(
        committee=about.committee, at=now, by=seat.member.id, action=action, detail=about.id
    )


# -- the invited side -----------------------------------------------------------------------------


def open_invitation(
    web: Web, reader: Reader, token: str, person: Person | None, now: datetime
) -> Welcome | None:
    """What a link offers to this person (None: nobody is signed in); None if it does not work.

    Raises Refused where the person is another member of the same committee.
    """
    content = web.signer.unseal("invitation", token)
    if not isinstance(content, str):
        return None
    try:
        invitation = reader.invitation(content)
        state = reader.state(invitation.committee)
    except NotFound:
        return None
    member = state.members.get(invitation.member)
    if member is None or not member.active or not usable(invitation, now):
        return None
    if person is None:
        person = Person(id=secrets.token_hex(6), name=member.name, email=member.email)
        return Welcome(invitation, state, member, person, seated=False)
    address = web.address(person.id)
    for other in state.members.values():
        if other.id != member.id and other.active and address in other.addresses:
            raise Refused(TAKEN.format(you=other.name, name=member.name))
    return Welcome(invitation, state, member, person, seated=address in member.addresses)


def accept(
    web: Web, tx: Transaction, token: str, person: Person | None, now: datetime
) -> Welcome | None:
    """Take the seat, in the caller's transaction; the same returns as open_invitation."""
    welcome = open_invitation(web, tx, token, person, now)
    if welcome is None:
        return None
    if person is None:
        tx.keep_person(welcome.person)
    tx.keep_invitation(welcome.invitation.evolve(used_at=now))
    if not welcome.seated:
        member = welcome.member
        addresses = _with(member.addresses, web.address(welcome.person.id))
        line = Audit(committee=member.committee, at=now, by=member.id, action="joined")
        _seat(tx, welcome.state, member.evolve(addresses=addresses), line)
    return welcome


def _with(addresses: tuple[Address, ...], new: Address) -> tuple[Address, ...]:
    hosted = [a for a in addresses if a.platform == HOSTED]
    dropped = set(hosted[: max(0, len(hosted) + 1 - BROWSERS)])
    return (*(a for a in addresses if a not in dropped), new)


def _seat(tx: Transaction, before: State, member: Member, line: Audit) -> None:
    # Not an event: nothing of the walk hangs on it, and it has to be one commit with the session.
    committee = before.committee.evolve(revision=before.committee.revision + 1)
    tx.save(before, before.with_member(member).evolve(committee=committee))
    tx.log(line)
