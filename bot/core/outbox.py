"""Delivering what was promised.

The rooms that Convenor hosts itself live in the same store as the outbox, so their delivery is one
transaction: claim, post, mark as done. A crash before its commit leaves the promise standing, after
it the message is there: never lost, never twice, and no lease to wait for. A platform's sender works
with leases instead (claim, send, then done or later), through the same port.
"""

import time
from datetime import datetime, timedelta

from bot.core.due import Guard, compose
from bot.core.effects import EFFECT, Ask, Effect, React, Say, Update
from bot.core.planned import HOSTED, is_planned
from bot.core.watching import UNWATCHED, Watch
from storage.port import Store, Transaction
from storage.trail import Message, OutboxMessage

LOCAL = "local"
"""Their tenant."""
BATCH = 50
BREATH = 0.002
GUARD = Guard()
"""This process's."""
LEASE = timedelta(seconds=30)


def deliver_hosted(
    store: Store,
    now: datetime,
    owner: str,
    lane: tuple[str, str, str] | None = None,
    guard: Guard | None = None,
    watch: Watch = UNWATCHED,
) -> int:
    """Deliver all that is due to hosted rooms (of one lane, if given); returns how many messages.

    `guard` is the process's own against floods; `watch` is told what became of each.
    """
    total = 0
    held = guard or GUARD
    while True:
        done = store.write(lambda tx: _deliver_batch(tx, now, owner, lane, held))
        _tell(watch, done)
        total += len(done)
        if len(done) < BATCH:
            return total
        time.sleep(BREATH)  # another process's writer gets its turn


def _deliver_batch(
    tx: Transaction,
    now: datetime,
    owner: str,
    lane: tuple[str, str, str] | None,
    guard: Guard,
) -> list[bool]:
    """For each message whether it was said; a planned one may have had nothing to say."""
    claimed = tx.claim(now, owner, now + LEASE, limit=BATCH, lane=lane, platforms=(HOSTED,))
    done = []
    for message in claimed:
        ref = _deliver(tx, message, now, guard)
        tx.delivered(message.id, owner, ref)
        done.append(bool(ref))
    return done


def _tell(watch: Watch, done: list[bool]) -> None:
    """After the commit, since what is undone and run again counts once."""
    said = sum(done)
    if said:
        watch.sent(HOSTED, "delivered", said)
    if said < len(done):
        watch.sent(HOSTED, "nothing", len(done) - said)


def _deliver(tx: Transaction, message: OutboxMessage, now: datetime, guard: Guard) -> str:
    """Carry one effect out in a hosted room; returns the message's ref, "" for none."""
    effect: Effect | None
    if is_planned(message.key):
        effect = compose(tx, message, now, guard)
    else:
        effect = EFFECT.validate_json(message.payload)
    place = message.place
    match effect:
        case None:
            return ""
        case Ask(key=key, content=content) | Say(key=key, content=content):
            only_for = effect.only_for if isinstance(effect, Say) else ""
            tx.post(
                Message(
                    place=place,
                    ref=key,
                    only_for=only_for,
                    payload=content.model_dump_json(),
                    at=max(now, message.created_at),  # a sample's clock may be ahead
                )
            )
            return key
        case Update(key=key, content=content):
            tx.amend(place, key, now, payload=content.model_dump_json())
            return key
        case React(ref=ref, emoji=emoji, on=on):
            if on:
                tx.amend(place, ref, now, add_reaction=emoji)
            else:
                tx.amend(place, ref, now, drop_reaction=emoji)
            return ref
