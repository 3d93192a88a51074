"""What is said in Teams: messages, their edits and deletions, as events.

It decides nothing: it finds the committee, the member and the walk's thread that a message belongs to,
and hands it on. Whatever is nobody's business of ours is passed over. A channel's replies come here
without a mention only where the team consented (`ChannelMessage.Read.Group`).
"""

import logging
from functools import partial
from typing import NamedTuple

from bot.core import pacing
from bot.core.desk import Seat
from bot.core.errors import Misuse, Refused
from bot.core.events import Deleted, Edited, Event, MemberKept, Typed
from bot.core.sending import TYPED
from bot.core.service import Service
from bot.teams.activities import PLATFORM, Activity
from bot.teams.chains import Chains
from bot.teams.once import Once
from bot.teams.people import locale_of, room, seat_at, seats, zone_of
from bot.teams.strangers import Strangers
from bot.teams.text import said
from bot.teams.voice import Voice
from bot.teams.waiting import Waiting
from bot.teams.which import NO_SEAT, Asked, asked_last, refused_last, which, which_question
from storage.people import Place

# -- words ---------------------------------------------------------------------------------------

IN_MESSAGES = (
    "Everybody answers this phase in their own chat with me, so this was not recorded. Your question "
    "waits there; a plain answer will do."
)
NOBODY_HERE = "No committee works here. “@Convenor start” begins one."
HERE = "@convenor "
"""What a command begins with that was typed among people; the core knows it."""

log = logging.getLogger(__name__)


class Spot(NamedTuple):
    """Where a message stands, and who wrote it."""

    seat: Seat
    walk: str
    """The walk whose thread it is; "" for none."""
    place: Place
    threads: bool
    """Whether the room has threads."""


class Listening:
    """Turns message activities into events."""

    def __init__(
        self, service: Service, chains: Chains, strangers: Strangers, voice: Voice, once: Once
    ) -> None:
        self._service, self._chains = service, chains
        self._strangers, self._voice, self._once = strangers, voice, once
        self.waiting = Waiting()

    # -- messages -------------------------------------------------------------------------------

    async def heard(self, activity: Activity, words: str, *, named: bool) -> None:
        """A message with these words, `named` whether Convenor was. Raises TryLater, StoreError."""
        spot = await self._spot(activity, named=named)
        again = self._after_refusal(activity, words)
        if len(again) > 1:
            card, spoken = which_question(again, self.waiting.keep(activity, words))
            await self._once.answer(activity, partial(self._voice.show, activity, card, spoken))
            return
        for refused in again:
            place = refused.seat.direct(activity.tenant)
            spot = Spot(refused.seat, refused.walk.id, place, threads=False)
        if spot is None:
            await self._not_ours(activity, words, named=named)
            return
        if not self._spoken_to_us(spot, activity, named=named):
            return
        command = not spot.walk and spot.threads
        event = Typed(
            id=f"teams:{activity.tenant}:{activity.room}:{activity.id}",
            committee=spot.seat.committee,
            member=spot.seat.member.id,
            walk=spot.walk,
            text=f"{HERE}{words}" if command else words,
            ref=activity.id,
            place=None if spot.walk else spot.place,
            addressed=named,
            threads=spot.threads,
        )
        await self._hand_on(activity, event)
        await self._learn_zone(activity, spot.seat)

    async def changed(self, activity: Activity) -> None:
        """A message was edited, or its deletion was undone. Raises TryLater, StoreError."""
        words, named = said(activity)
        self.waiting.edited(activity, words)
        spot = await self._spot(activity)
        if spot is None or not self._spoken_to_us(spot, activity, named=named):
            return
        await self._hand_on(
            activity,
            Edited(
                id=f"teams:{activity.tenant}:{activity.room}:{activity.id}:{activity.at}",
                committee=spot.seat.committee,
                member=spot.seat.member.id,
                walk=spot.walk,
                ref=activity.id,
                text=words,
                stamp=activity.at,
                place=spot.place,
            ),
        )

    async def deleted(self, activity: Activity) -> None:
        """A message was deleted. Raises TryLater, StoreError."""
        self.waiting.deleted(activity)
        spot = await self._spot(activity)
        if spot is None or not self._spoken_to_us(spot, activity, named=not spot.threads):
            return
        await self._hand_on(
            activity,
            Deleted(
                id=f"teams:{activity.tenant}:{activity.room}:{activity.id}:deleted:{activity.at}",
                committee=spot.seat.committee,
                member=spot.seat.member.id,
                walk=spot.walk,
                ref=activity.id,
                stamp=activity.at,
                place=spot.place,
            ),
        )

    async def _hand_on(self, activity: Activity, event: Event) -> None:
        try:
            await self._service.take(event)
        except Refused as refusal:
            if isinstance(event, Typed):  # somebody who was let go, or who may only read
                await self._tell(activity, refusal.sentence, event.committee)
        except Misuse as error:
            log.warning("misuse kind=%s %s", event.kind, error)

    async def _learn_zone(self, activity: Activity, seat: Seat) -> None:
        """A member's zone and dates are those of their own client."""
        known = seat.member
        zone, locale = zone_of(activity) or known.zone, locale_of(activity) or known.locale
        if not known.active or (zone, locale) == (known.zone, known.locale):
            return
        await self._hand_on(
            activity,
            MemberKept(
                id=f"teams:{activity.tenant}:{activity.room}:{activity.id}:zone",
                committee=seat.committee,
                member=known.id,
                who=known.evolve(zone=zone, locale=locale),
            ),
        )

    # -- where it belongs -----------------------------------------------------------------------

    async def _spot(self, activity: Activity, *, named: bool = False) -> Spot | None:
        if activity.where == "personal":
            return self._in_chat(activity)
        seat = self.seat_here(activity)
        if seat is None:
            return None
        channel = activity.where == "channel"
        here = room(activity.tenant, activity.room)
        if not channel:
            return Spot(seat, "", here, threads=False)
        key = await self._chains.key_at(activity)
        if key in seat.desk.state.walks:
            return Spot(seat, key, here.evolve(thread=key), threads=True)
        if pacing.opens_for_all(key) and not named:
            return None
        place = here.evolve(thread=f"{TYPED}{activity.chain}" if activity.chain else "")
        return Spot(seat, "", place, threads=True)

    def _in_chat(self, activity: Activity) -> Spot | None:
        """One's own chat: whose answer it is already, whose walk asked last, or the only one."""
        every = seats(self._service, activity.tenant, activity.who.user)
        mine = [seat for seat in every if seat.member.active] or list(every)
        kept = (seat for seat in every if _holds(seat, activity.id))
        seat = next(kept, None) or asked_last(mine, activity.tenant)
        if seat is None and len(mine) == 1:
            seat = mine[0]
        if seat is None:
            return None
        return Spot(seat, "", seat.direct(activity.tenant), threads=False)

    def _after_refusal(self, activity: Activity, words: str) -> tuple[Asked, ...]:
        """What words in one's own chat are for, right after others of theirs fitted nothing elsewhere."""
        if activity.where != "personal":
            return ()
        every = seats(self._service, activity.tenant, activity.who.user)
        if any(_holds(seat, activity.id) for seat in every):
            return ()
        mine = [seat for seat in every if seat.member.active]
        return refused_last(mine, activity.tenant, words)

    def alone(self, activity: Activity) -> Seat | None:
        """In one's own chat: the seat that words there are meant for; None where that is not clear."""
        spot = self._in_chat(activity)
        return spot.seat if spot else None

    def seat_here(self, activity: Activity) -> Seat | None:
        """The seat of whoever did this, in the committee that is at home there; None for none."""
        for committee in self.homes(activity):
            seat = seat_at(self._service, activity.tenant, activity.who.user, committee)
            if seat is not None:
                return seat
        return None

    def homes(self, activity: Activity) -> tuple[str, ...]:
        """The committees at home where an activity happened."""
        return self._service.store.read().at_home(PLATFORM, activity.tenant, activity.room)

    def _spoken_to_us(self, spot: Spot, activity: Activity, *, named: bool) -> bool:
        """Whether a message is meant for Convenor; what people say among themselves is not.

        One that was put to a question by hand is heard of, too, when it changes.
        """
        alone = activity.where == "personal"
        return bool(spot.walk) or alone or named or _holds(spot.seat, activity.id)

    # -- those who are not in it ----------------------------------------------------------------

    async def _not_ours(self, activity: Activity, words: str, *, named: bool) -> None:
        """Whoever speaks to Convenor, or in a thread of ours, gets an answer, member or not."""
        if activity.where == "personal":
            mine = seats(self._service, activity.tenant, activity.who.user)
            here = [seat for seat in mine if seat.member.active]
            if here:
                card, spoken = which(here, self.waiting.keep(activity, words))
                await self._once.answer(activity, partial(self._voice.show, activity, card, spoken))
            else:
                await self._once.answer(activity, partial(self._voice.answer, activity, NO_SEAT))
            return
        homes = self.homes(activity)
        if not homes:
            if named:
                await self._once.answer(
                    activity, partial(self._voice.answer, activity, NOBODY_HERE)
                )
            return
        key = await self._chains.key_at(activity) if activity.where == "channel" else ""
        apart = pacing.opens_for_all(key)
        for committee in homes:
            seat = seat_at(self._service, activity.tenant, activity.who.user, committee)
            if seat is not None and apart:
                await self._tell(activity, IN_MESSAGES, committee)
            elif seat is None and named:
                await self._tell(activity, await self._strangers.not_in(activity, committee))
            elif seat is None and (apart or key in self._service.look(committee).state.walks):
                await self._strangers.spoke(activity, committee)

    async def _tell(self, activity: Activity, words: str, committee: str = "") -> None:
        """Say something to whoever wrote a message, in their own chat."""
        who = activity.tenant, activity.who.user
        tell = partial(self._voice.tell, *who, words, committee, url=activity.url)
        await self._once.answer(activity, tell)


def _holds(seat: Seat, ref: str) -> bool:
    """Whether a message is part of an answer or a note of this member's."""
    mine = seat.member.id
    for item in seat.desk.state.items.values():
        answer = item.responses.get(mine)
        if answer and any(part.ref == ref for part in answer.parts):
            return True
        if any(note.ref == ref and note.member == mine for note in item.notes):
            return True
    return False
