"""What is said in Slack: messages, their edits and deletions, comings and goings, as events.

It decides nothing: it finds the committee, the member and the walk's thread that a message belongs
to, and hands it on. Whatever is nobody's business of ours is passed over.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from bot.core import pacing
from bot.core.desk import Seat
from bot.core.errors import Misuse, Refused
from bot.core.events import Deleted, Edited, Event, Typed
from bot.core.service import Service
from bot.slack.people import PLATFORM, name_of, room, seat_at, seats
from bot.slack.presence import Presence
from bot.slack.strangers import Strangers
from bot.slack.text import decode
from bot.slack.which import NO_SEAT, alone, which
from storage.people import Place

SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""The subtypes of messages that people type."""
BOT = "Convenor"
IN_MESSAGES = (
    "Everybody answers this phase in their own messages with me, so this was not recorded. Your "
    "question waits there; a plain answer will do."
)
NOBODY_HERE = "No committee works in this channel. “/convenor start” begins one here."
FRESH = 1.0
"""Seconds for which it holds who is at home in a channel: every message asks."""

log = logging.getLogger(__name__)


class TryLater(Exception):
    """The message can't be placed before something of ours is known to stand; Slack sends it again."""


class Listening:
    """Turns Events API payloads into events. `bot_of` gives our own user id in a workspace."""

    def __init__(
        self, service: Service, bot_of: Callable[[str], str], strangers: Strangers
    ) -> None:
        self._service, self._bot_of, self._strangers = service, bot_of, strangers
        self._presence = Presence(service, strangers)
        self._keys: dict[tuple[str, str, str], str] = {}
        self._homes: dict[tuple[str, str], tuple[float, tuple[str, ...]]] = {}

    async def take(self, body: dict[str, Any]) -> None:
        """Handle one delivery, durably. Raises TryLater, StoreError."""
        team, event = str(body.get("team_id", "")), body.get("event") or {}
        delivery = str(body.get("event_id", ""))
        made: Iterable[Event] = ()
        match event.get("type"):
            case "message":
                await self._learn(
                    team, str(event.get("channel", "")), event.get("message") or event
                )
                made = self._message(team, event)
                if not made:
                    await self._not_ours(team, event)
            case "member_joined_channel":
                made = self._presence.moved(team, event, delivery, here=True)
                if not made and event["user"] != self._bot_of(team):
                    await self._strangers.came(team, str(event["channel"]), str(event["user"]))
            case "member_left_channel":
                made = self._presence.moved(team, event, delivery, here=False)
            case "user_change":
                made = await self._presence.changed(team, event, delivery)
        for each in made:
            await self._hand_on(team, event, each)

    async def _hand_on(self, team: str, event: dict[str, Any], made: Event) -> None:
        try:
            await self._service.take(made)
        except Refused as refusal:
            if isinstance(made, Typed):  # somebody who was let go, or who may only read
                await self._strangers.tell(
                    team, str(event["channel"]), str(event["user"]), refusal.sentence,
                    str(event.get("thread_ts", "")),
                )  # fmt: skip
        except Misuse as error:
            log.warning("misuse kind=%s %s", made.kind, error)

    async def _learn(self, team: str, channel: str, message: dict[str, Any]) -> None:
        """Ask for the names of people who are mentioned and in no committee: no id is recorded."""
        if message.get("thread_ts") or channel.startswith("D"):
            await self._strangers.learn(team, str(message.get("text") or ""))

    async def _not_ours(self, team: str, event: dict[str, Any]) -> None:
        """Whoever speaks to Convenor, or in a thread of ours, gets an answer, member or not."""
        user, channel = str(event.get("user", "")), str(event.get("channel", ""))
        thread, text = str(event.get("thread_ts", "")), str(event.get("text") or "")
        direct = channel.startswith("D")
        mentioned = text.lstrip().startswith(f"<@{self._bot_of(team)}")
        if not _typed(event) or user == self._bot_of(team) or not (direct or mentioned or thread):
            return  # nearly all that is said in a channel
        if direct:
            mine = [seat for seat in seats(self._service, team, user) if seat.member.active]
            said = which(mine, team, text, self.names, said=True) if mine else alone(NO_SEAT)
            await self._strangers.say(team, channel, user, said)
            return
        homes = self._homes_at(team, channel)
        if mentioned and not homes:
            await self._strangers.tell(team, channel, user, NOBODY_HERE)
        for committee in homes:
            seat = seat_at(self._service, team, user, committee)
            key = self._key_at(room(team, channel), thread)
            apart = pacing.opens_for_all(key)
            if seat is not None and apart:
                await self._strangers.tell(team, channel, user, IN_MESSAGES, thread)
            elif seat is None and mentioned:
                await self._strangers.pressed(team, channel, user, committee)
            elif seat is None and (apart or key in self._service.look(committee).state.walks):
                await self._strangers.spoke(team, channel, user, committee, thread)

    # -- messages -------------------------------------------------------------------------------

    def _message(self, team: str, event: dict[str, Any]) -> list[Event]:
        subtype = event.get("subtype")
        if subtype == "message_changed":
            return self._changed(team, event)
        if subtype == "message_deleted":
            return self._deleted(team, event)
        user = str(event.get("user", ""))
        if not _typed(event) or user == self._bot_of(team):
            return []
        channel, ts = str(event["channel"]), str(event["ts"])
        found = self._where(team, channel, user, event)
        if found is None:
            return []
        seat, walk, place = found
        text = self._text(seat, team, event)
        if not walk and not channel.startswith("D") and not text.casefold().startswith("@convenor"):
            return []  # people talking among themselves
        return [
            Typed(
                id=f"slack:{team}:{channel}:{ts}",
                committee=seat.committee,
                member=seat.member.id,
                walk=walk,
                text=text,
                ref=ts,
                place=None if walk else place,
            )
        ]

    def _text(self, seat: Seat, team: str, message: dict[str, Any]) -> str:
        return spoken(message, self.names(seat, team))

    def names(self, seat: Seat, team: str) -> Callable[[str], str]:
        """What a mentioned user is called in a committee."""

        def name(user: str) -> str:
            if user == self._bot_of(team):
                return BOT
            return name_of(seat.desk, team, user) or self._strangers.called(team, user)

        return name

    def _changed(self, team: str, event: dict[str, Any]) -> list[Event]:
        message = event.get("message") or {}
        before = event.get("previous_message") or {}
        user = str(message.get("user", ""))
        if message.get("bot_id") or user == self._bot_of(team) or "edited" not in message:
            return []
        if message.get("text") == before.get("text"):
            return []  # a preview was added
        channel, ts = str(event["channel"]), str(message["ts"])
        found = self._where(team, channel, user, message)
        if found is None:
            return []
        seat, walk, place = found
        if not _spoken_to_us(seat, walk, channel, ts):
            return []  # people talking among themselves: nothing of it is kept
        stamp = str(message["edited"].get("ts", ""))
        return [
            Edited(
                id=f"slack:{team}:{channel}:{ts}:{stamp}",
                committee=seat.committee,
                member=seat.member.id,
                walk=walk,
                ref=ts,
                text=self._text(seat, team, message),
                stamp=stamp,
                place=place,
            )
        ]

    def _deleted(self, team: str, event: dict[str, Any]) -> list[Event]:
        before = event.get("previous_message") or {}
        user, channel = str(before.get("user", "")), str(event["channel"])
        ts = str(event.get("deleted_ts") or before.get("ts", ""))
        if not user or before.get("bot_id") or user == self._bot_of(team):
            return []
        found = self._where(team, channel, user, before)
        if found is None:
            return []
        seat, walk, place = found
        if not _spoken_to_us(seat, walk, channel, ts):
            return []
        return [
            Deleted(
                id=f"slack:{team}:{channel}:{ts}:deleted",
                committee=seat.committee,
                member=seat.member.id,
                walk=walk,
                ref=ts,
                place=place,
            )
        ]

    def _where(
        self, team: str, channel: str, user: str, message: dict[str, Any]
    ) -> tuple[Seat, str, Place] | None:
        """The seat that a user speaks from, the walk whose thread it is ("" for none), the place."""
        thread = str(message.get("thread_ts", ""))
        reader = self._service.store.read()
        if channel.startswith("D"):
            mine = sorted(seats(self._service, team, user), key=lambda s: not s.member.active)
            for seat in mine:
                place = seat.direct(team)
                key = self._key_at(place, thread)
                if key in seat.desk.state.walks:
                    return seat, key, place
            here = mine if thread or len([s for s in mine if s.member.active]) < 2 else []
            rooms = [seat.direct(team) for seat in here]
        else:
            homes = self._homes_at(team, channel)
            found = (seat_at(self._service, team, user, committee) for committee in homes)
            here = [seat for seat in found if seat is not None][:1]
            rooms = [room(team, channel)]
        if not here:
            return None
        seat, place = here[0], rooms[0]
        if not thread:
            return seat, "", place
        key = self._key_at(place, thread)
        if key in seat.desk.state.walks:
            return seat, key, place
        # Slack says who began a thread: one of theirs is none of ours.
        may_be_ours = message.get("parent_user_id") in (None, "", self._bot_of(team))
        if (
            not key
            and may_be_ours
            and any(reader.pending(PLATFORM, team, r.channel) for r in rooms)
        ):
            raise TryLater  # it may be the thread that we are just opening
        return seat, "", place.evolve(thread=f"ts:{thread}")

    def _homes_at(self, team: str, channel: str) -> tuple[str, ...]:
        """The committees at home in a channel; what is known of one holds for a moment."""
        known_at, homes = self._homes.get((team, channel), (-FRESH, ()))
        if time.monotonic() - known_at >= FRESH:
            homes = self._service.store.read().at_home(PLATFORM, team, channel)
            if homes:
                self._homes[team, channel] = (time.monotonic(), homes)
        return homes

    def _key_at(self, place: Place, thread: str) -> str:
        """The key of the message that opens a thread; one that is known never changes."""
        at = (place.tenant, place.channel, thread)
        if thread and at not in self._keys:
            key = self._service.store.read().key_at(PLATFORM, *at)
            if not key:
                return ""
            self._keys[at] = key
        return self._keys.get(at, "")


def _spoken_to_us(seat: Seat, walk: str, channel: str, ref: str) -> bool:
    """Whether a message was meant for Convenor, or put to a question by hand.

    In a walk's thread and in one's messages it may be an answer, which its edit may overtake.
    """
    if walk or channel.startswith("D"):
        return True
    mine = (item.responses.get(seat.member.id) for item in seat.desk.state.items.values())
    return any(part.ref == ref for answer in mine if answer for part in answer.parts)


def _typed(event: dict[str, Any]) -> bool:
    """Whether a message event is something that a person typed."""
    return event.get("subtype") in SPOKEN and not event.get("bot_id") and "user" in event


def spoken(message: dict[str, Any], name: Callable[[str], str]) -> str:
    """What a person's message says, with the addresses of the files on it."""
    text = decode(str(message.get("text") or ""), name)
    files = (
        f"{f.get('name', '')} ({f['permalink']})"
        for f in message.get("files") or ()
        if f.get("permalink")
    )
    return "\n".join(filter(None, (text, *files)))
