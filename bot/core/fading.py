"""What fades with time, in committees that keep their words for so many days only.

Current answers stay. What a newer revision replaced (a withdrawal is one), what members typed in hosted
rooms, what was sent, and the lines of the log go once they are older. It is done in small
transactions, so that no answer waits long for it.
"""

import logging
from datetime import datetime, timedelta

from bot.core.erasing import erased_answer, rooms_of
from bot.core.planned import HOSTED
from bot.core.traces import ERASED
from storage.people import LEAST_KEEP_DAYS, Committee
from storage.port import Store

BATCH = 200

log = logging.getLogger(__name__)


def fade(store: Store, now: datetime) -> int:
    """Let what is old enough fade in every committee that wants it; returns how many rows."""
    return sum(_committee(store, committee, now) for committee in store.read().committees())


def _committee(store: Store, committee: Committee, now: datetime) -> int:
    days = committee.settings.keep_days
    if days < LEAST_KEEP_DAYS:
        return 0
    before = now - timedelta(days=days)
    rooms = rooms_of(store.read().state(committee.id), HOSTED)
    total = 0
    while True:
        count = store.write(lambda tx: tx.fade_answers(committee.id, before, erased_answer, BATCH))
        total += count
        if count < BATCH:
            break
    while True:
        count = store.write(lambda tx: tx.fade_rooms(committee.id, rooms, before, ERASED, BATCH))
        total += count
        if count < BATCH:
            break
    if total:
        log.info("faded committee=%s rows=%d", committee.id, total)
    return total
