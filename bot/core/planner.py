"""Planning what is due: each committee whose time has come, into the outbox, once for all processes.

Every process plans. A slot has one key for ever, so that it is promised once whoever comes first; and
the row that says when a committee is looked at next moves on in the same commit.
"""

import logging
import time
from datetime import datetime

from bot.core import clocks, schedule
from bot.core.planned import Planned
from bot.core.promises import places
from storage.port import NotFound, Store, Transaction
from storage.records import State
from storage.trail import OutboxMessage

TOGETHER = 25
"""Committees in one transaction, so that nobody's answer waits long for it."""
BREATH = 0.002
"""Seconds between two of them, in which another process's writer gets its turn."""

log = logging.getLogger(__name__)


def plan_due(store: Store, now: datetime, *, mail: bool = False) -> int:
    """Plan everything that is due by `now` (aware, UTC); returns how many slots were promised.

    `mail`: whether nudges go by e-mail, too. Raises StoreError; what was committed stays planned.
    """
    promised = 0
    while store.read().due(now, limit=1):
        promised += store.write(lambda tx: _plan(tx, now, mail=mail))
        time.sleep(BREATH)
    return promised


def _plan(tx: Transaction, now: datetime, *, mail: bool) -> int:
    return sum(plan_one(tx, each, now, mail=mail) for each in tx.due(now, limit=TOGETHER))


def plan_one(tx: Transaction, committee: str, now: datetime, *, mail: bool = False) -> int:
    """Plan what is due of one committee, and when it is looked at next; returns how many slots."""
    try:
        state = tx.state(committee)
        bank = tx.bank(state.committee.bank, state.committee.bank_version)
    except NotFound:
        log.error("nothing to plan for committee=%s", committee)
        tx.plan_at(committee, None)
        return 0
    theirs = clocks.at(state.committee, now)
    plan = schedule.plan(state, bank, theirs, mail=mail)
    tx.plan_at(committee, plan.look_at - clocks.ahead(state.committee))
    return sum(_promise(tx, state, due, theirs) for due in plan.due)


def _promise(tx: Transaction, state: State, due: Planned, now: datetime) -> int:
    """Put a slot into the outbox, for each place it goes to; returns how many are new."""
    found = 0
    for place in places(state, due.to):
        key = schedule.scoped(state, due.key, place) if due.to.to == "channel" else due.key
        message = OutboxMessage(
            key=key,
            committee=state.committee.id,
            place=place,
            payload=due.model_dump_json(),
            due_at=now,
            created_at=now,
        )
        if tx.promise(clocks.promised(state.committee, message)):
            log.info("planned key=%s", key)
            found += 1
    return found
