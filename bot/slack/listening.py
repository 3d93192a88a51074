"""What is said in Slack: messages, their edits and deletions, comings and goings, as events.

It decides nothing: it finds the committee, the member and the walk's thread that a message belongs
to, and hands it on. Whatever is nobody's business of ours is passed over.
"""

from typing import Any

from bot.core.errors import Misuse, Refused
from bot.core.events import Deleted, Edited, Event, MemberKept, PresenceKept, Typed
from bot.core.service import Service
from bot.slack.people import PLATFORM, Seat, name_of, profile, seats
from bot.slack.text import decode
from storage.records import Place

SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""The subtypes of messages that people type."""
BOT = "Convenor"


class TryLater(Exception):
    """The message can't be placed before something of ours is known to stand; Slack sends it again."""


class Listening:
    """Turns Events API payloads into events. `bots` are our own user ids, by workspace."""

    def __init__(self, service: Service, bots: dict[str, str]) -> None:
        self._service, self._bots = service, bots

    def take(self, body: dict[str, Any]) -> None:
        """Handle one delivery, durably. Raises TryLater, StoreError."""
        team, event = str(body.get("team_id", "")), body.get("event") or {}
        handler = HANDLERS.get(str(event.get("type", "")))
        for made in handler(self, team, event, str(body.get("event_id", ""))) if handler else ():
            try:
                self._service.handle(made)
            except (Refused, Misuse):
                continue  # not theirs to do; `Typed` words are answered by the service itself

    # -- messages -------------------------------------------------------------------------------

    def _message(self, team: str, event: dict[str, Any], _delivery: str) -> list[Event]:
        subtype = event.get("subtype")
        if subtype == "message_changed":
            return self._changed(team, event)
        if subtype == "message_deleted":
            return self._deleted(team, event)
        user = str(event.get("user", ""))
        if subtype not in SPOKEN or event.get("bot_id") or user == self._bots.get(team):
            return []
        channel, ts = str(event["channel"]), str(event["ts"])
        found = self._where(team, channel, user, str(event.get("thread_ts", "")))
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
        def name(user: str) -> str:
            return BOT if user == self._bots.get(team) else name_of(seat.desk, team, user)

        text = decode(str(message.get("text") or ""), name)
        files = (
            f"{f.get('name', '')} ({f['permalink']})"
            for f in message.get("files") or ()
            if f.get("permalink")
        )
        return "\n".join(filter(None, (text, *files)))

    def _changed(self, team: str, event: dict[str, Any]) -> list[Event]:
        message = event.get("message") or {}
        before = event.get("previous_message") or {}
        user = str(message.get("user", ""))
        if message.get("bot_id") or user == self._bots.get(team) or "edited" not in message:
            return []
        if message.get("text") == before.get("text"):
            return []  # a preview was added
        channel, ts = str(event["channel"]), str(message["ts"])
        found = self._where(team, channel, user, str(message.get("thread_ts", "")))
        if found is None:
            return []
        seat, walk, place = found
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
        if not user or before.get("bot_id") or user == self._bots.get(team):
            return []
        found = self._where(team, channel, user, str(before.get("thread_ts", "")))
        if found is None:
            return []
        seat, walk, place = found
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
        self, team: str, channel: str, user: str, thread: str
    ) -> tuple[Seat, str, Place] | None:
        """The seat that a user speaks from, the walk whose thread it is ("" for none), the place."""
        mine = seats(self._service, team, user)
        reader = self._service.store.read()
        if channel.startswith("D"):
            for seat in mine:
                room = seat.direct(team)
                key = reader.key_at(PLATFORM, team, room.channel, thread) if thread else ""
                if key in seat.desk.state.walks:
                    return seat, key, room
            here = mine[:1]
        else:
            homes = reader.at_home(PLATFORM, team, channel)
            here = tuple(s for s in mine if s.committee in homes)[:1]
        if not here:
            return None
        seat = here[0]
        if channel.startswith("D"):
            room = seat.direct(team)
        else:
            room = Place(platform=PLATFORM, tenant=team, channel=channel)
        if not thread:
            return seat, "", room
        key = reader.key_at(PLATFORM, team, room.channel, thread)
        if key in seat.desk.state.walks:
            return seat, key, room
        if not key and reader.pending(PLATFORM, team, room.channel):
            raise TryLater  # it may be the thread that we are just opening
        return seat, "", room.evolve(thread=f"ts:{thread}")

    # -- people ---------------------------------------------------------------------------------

    def _came(self, team: str, event: dict[str, Any], delivery: str) -> list[Event]:
        return self._presence(team, event, delivery, here=True)

    def _went(self, team: str, event: dict[str, Any], delivery: str) -> list[Event]:
        return self._presence(team, event, delivery, here=False)

    def _presence(
        self, team: str, event: dict[str, Any], delivery: str, *, here: bool
    ) -> list[Event]:
        homes = self._service.store.read().at_home(PLATFORM, team, str(event.get("channel", "")))
        return [
            PresenceKept(
                id=f"slack:{team}:{delivery}:{seat.committee}",
                committee=seat.committee,
                member=seat.member.id,
                here=here,
            )
            for seat in seats(self._service, team, str(event.get("user", "")))
            if seat.committee in homes
        ]

    def _changed_user(self, team: str, event: dict[str, Any], delivery: str) -> list[Event]:
        who = profile(event["user"], team)
        gone = bool(event["user"].get("deleted"))
        found: list[Event] = []
        for seat in seats(self._service, team, who.user):
            base: dict[str, Any] = {"committee": seat.committee, "member": seat.member.id}
            key = f"slack:{team}:{delivery}:{seat.committee}"
            if gone:
                found.append(PresenceKept(id=key, **base, here=False))
                continue
            known = seat.member
            after = known.evolve(name=who.name, zone=who.zone, email=who.email or known.email)
            if after != known and known.active:
                found.append(MemberKept(id=key, **base, who=after))
        return found


HANDLERS = {
    "message": Listening._message,
    "member_joined_channel": Listening._came,
    "member_left_channel": Listening._went,
    "user_change": Listening._changed_user,
}
"""The events that are listened to; App Home is opened in bot.slack.home."""
