"""Teams, put together: what comes in through the door, what goes out through the dispatcher.

An activity is answered after what it changed was committed; what fails gives 5xx, upon which Teams sends
it again. Nothing of the walk is decided here.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from bot.core.dispatch import Dispatcher
from bot.core.service import Service
from bot.logs import whence
from bot.teams.acting import Acting
from bot.teams.activities import PLATFORM, Activity
from bot.teams.adapter import App, Connector, Gate
from bot.teams.asked import Asked
from bot.teams.attendance import Attendance
from bot.teams.chains import Chains, TryLater
from bot.teams.chairing import Chairing
from bot.teams.commanding import Commanding
from bot.teams.dialogs import for_room
from bot.teams.door import Again, Answer, Door, NotOurs
from bot.teams.listening import Listening
from bot.teams.once import Once
from bot.teams.pacing import Pace
from bot.teams.pieces import Element
from bot.teams.presence import ENDS, Presence
from bot.teams.quoting import Quoting
from bot.teams.reaching import Reaching
from bot.teams.rooms import Rooms
from bot.teams.rosters import Rosters, begins
from bot.teams.sender import TeamsSender
from bot.teams.starting import Starting
from bot.teams.strangers import Strangers
from bot.teams.text import said
from bot.teams.voice import TROUBLES, Voice
from storage.port import StoreError

EXECUTE, FETCH, SUBMIT, DIALOG = (
    "adaptiveCard/action",
    "composeExtension/fetchTask",
    "composeExtension/submitAction",
    ("task/fetch", "task/submit"),
)
DELETED = "softdeletemessage"
"""The event of a deletion; names of events are in small letters (bot.teams.activities.Event)."""

log = logging.getLogger(__name__)


class Setup(NamedTuple):
    """What is configured for Teams."""

    app: App
    dialogs: bool = True
    """Whether forms open in dialogs; the Agents Playground has none, and shows them in the card's place."""
    only: str = ""
    """The id of the one tenant that is served; "" for all that let the app in."""


class Teams:
    """One process's Teams. `start` and `stop` run on the server's loop."""

    def __init__(
        self,
        service: Service,
        clock: Callable[[], datetime],
        setup: Setup,
        owner: str,
        pace: Pace | None = None,
    ) -> None:
        store, self.setup, self._service = service.store, setup, service
        pace = pace or Pace()
        self.rooms = Rooms(store, clock, service.promised)
        reaching = Reaching(Connector(setup.app), self.rooms)
        room = for_room if setup.dialogs else _as_it_is
        voice = Voice(reaching, pace, room)
        self._once = once = Once(service)
        rosters, chains = Rosters(reaching, clock), Chains(service)
        strangers = Strangers(service, reaching, rosters, voice, once)
        starting = Starting(service, reaching, rosters, voice, strangers)
        chairing = Chairing(service, rosters, strangers)
        self._listening = Listening(service, chains, strangers, voice, once)
        asked = Asked(self.rooms, chains)
        self._commanding = Commanding(
            service, starting, chairing, voice, self._listening, asked, once
        )
        self._presence = Presence(service, self.rooms)
        self._attendance = Attendance(service, reaching, strangers)
        self._acting = Acting(
            service, starting, chairing, strangers, self._listening, self.rooms, voice, room
        )
        self._quoting = Quoting(service, self._listening, self.rooms)
        sender = TeamsSender(store, reaching, pace, room)
        self.dispatcher = Dispatcher(store, clock, sender, PLATFORM, owner, service.watch)
        self.door = Door(Gate(setup.app), self._take)

    async def start(self) -> None:
        """Begin to send."""
        self._service.when_promised(self.dispatcher.nudge)
        self.dispatcher.start()

    async def stop(self) -> None:
        """Finish what is being sent, and end."""
        await self.dispatcher.stop()

    # -- what comes in --------------------------------------------------------------------------

    async def _take(self, activity: Activity) -> Answer:
        """One activity of any kind. Returns what the answer's body is to be."""
        only = self.setup.only.casefold()
        if only and activity.tenant.casefold() != only:
            log.warning("another tenant type=%.40s", activity.type)
            return None
        try:
            return await self._one(activity)
        except (TryLater, StoreError, *TROUBLES) as error:
            log.error("not taken type=%.40s %s", activity.type, whence(error))
            raise Again from error

    async def _one(self, activity: Activity) -> Answer:
        begins()
        match activity.type:
            case "message" if activity.by_person:
                words, named = said(activity)
                channel = activity.where == "channel"
                await self.rooms.learn(activity, meant=named, hears=channel and not named)
                if not await self._commanding.takes(activity, words, named=named):
                    await self._listening.heard(activity, words, named=named)
            case "messageUpdate" if activity.by_person and activity.event != DELETED:
                await self._listening.changed(activity)
            case "messageDelete" if activity.by_person:
                await self._listening.deleted(activity)
            case "conversationUpdate" | "installationUpdate":
                await self._came_or_went(activity)
            case "invoke":
                return await self._invoked(activity)
            case _:
                pass  # typing, reactions, other bots' words, and what Teams may add: nothing of ours
        return None

    async def _came_or_went(self, activity: Activity) -> None:
        way = self._presence.way(activity)
        if way == "removed":
            await self._presence.ended(activity)
        else:
            if activity.event not in ENDS:
                await self.rooms.learn(activity, meant=way == "added")
            if way == "added":
                await self._presence.again(activity)
                await self._added(activity)
        if activity.added or activity.removed:
            await self._attendance.moved(activity)  # whoever came or went along with the app, too
        elif activity.event and not way:
            await self._presence.changed(activity)

    async def _added(self, activity: Activity) -> None:
        """The app was added: a room gets the set-up card, a person a welcome.

        Teams says it twice, so it is done once a day, and once more when the app was removed meanwhile.
        """

        async def greet() -> None:
            if activity.where == "personal":
                await self._commanding.welcome(activity)
            elif not self._attendance.homes(activity):
                channel = activity.selected or activity.of_one_channel or activity.room
                await self._commanding.offer(activity, channel)

        added = activity.of_one_channel or activity.team or activity.room
        day = f"{self._service.clock():%Y-%m-%d}:{self._presence.removals(activity)}"
        await self._once.do(f"teams:{activity.tenant}:added:{added}:{day}", greet)

    async def _invoked(self, activity: Activity) -> Answer:
        if not activity.by_person:
            raise NotOurs
        await self.rooms.learn(activity, meant=True)
        match activity.name:
            case name if name == EXECUTE:
                return await self._acting.press(activity)
            case name if name in DIALOG:
                return await self._acting.dialog(activity)
            case name if name == FETCH:
                return await self._quoting.ask(activity)
            case name if name == SUBMIT:
                return await self._quoting.take(activity)
        log.info("not ours invoke=%.60a", activity.name)
        raise NotOurs


def _as_it_is(card: Element) -> Element:
    return card


__all__ = ["App", "Setup", "Teams"]
