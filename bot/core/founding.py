"""Starting a committee: its people, its bank and its first home, in one transaction."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from bot.core import engine
from bot.core.errors import Problem, Refused
from bot.core.outbox import LOCAL
from bot.core.planned import HOSTED
from questions.model import Bank, Frozen
from storage.doors import Person
from storage.people import Address, Committee, Member, Place, Role, Settings
from storage.port import Conflict, Store, Transaction
from storage.records import State
from storage.trail import Audit

TAKEN = "This channel has its committee already. Please use another channel."


class NewMember(Frozen):
    """Somebody who is to join."""

    name: str
    email: str = ""
    role: Role = Role.MEMBER
    zone: str = "UTC"
    locale: str = ""
    addresses: tuple[Address, ...] = ()


class Plan(Frozen):
    """What the committee is to be."""

    name: str
    zone: str
    settings: Settings = Settings()
    sample: bool = False
    home: Place | None = None
    """Its channel on another platform; None for a channel of its own in the workspace."""


def found(
    store: Store,
    now: datetime,
    plan: Plan,
    bank: Bank,
    members: Iterable[NewMember],
    delivery: str = "",
    founder: Person | None = None,
) -> State:
    """Start a committee at home in its own web channel, or where the plan says; the first chair among `members` leads.

    `founder` is kept with it. Raises Refused where the name is empty, nobody is chair, a zone is
    unknown, two members share an e-mail address, or the channel is another committee's; Conflict
    where this delivery was handled before.
    """
    key = secrets.token_hex(6)
    committee = Committee(
        id=key,
        name=plan.name.strip(),
        bank=bank.name,
        bank_version=bank.version,
        zone=plan.zone,
        settings=plan.settings,
        home=(plan.home or Place(platform=HOSTED, tenant=LOCAL, channel=key),),
        sample=plan.sample,
        created_at=now,
    )
    people = tuple(Member(id=secrets.token_hex(6), committee=key, **dict(new)) for new in members)
    state = engine.found(committee, people, bank)
    chair = next(m.id for m in people if m.role is Role.CHAIR)

    def work(tx: Transaction) -> State:
        if delivery and not tx.first_time(delivery, now):
            raise Conflict(f"delivery {delivery} was handled before")
        home = plan.home
        if home is not None and tx.at_home(home.platform, home.tenant, home.channel):
            raise Refused(TAKEN, (Problem(field="channel", sentence=TAKEN),))
        tx.add_bank(bank, now)
        tx.save(None, state)
        if founder is not None:
            tx.keep_person(founder)
        tx.log(Audit(committee=key, at=now, by=chair, action="founded"))
        return state

    return store.write(work)
