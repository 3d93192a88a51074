"""Where Convenor is in Teams: the app is added or removed, teams and channels change around it.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

from typing import Literal

from bot.core import access
from bot.core.events import Displaced
from bot.core.service import Service
from bot.teams.activities import PLATFORM, Activity
from bot.teams.rooms import Rooms
from storage.references import Reference

# The names of events are in small letters here (bot.teams.activities.Event).
GONE = {
    "channeldeleted": "channel_deleted",
    "teamdeleted": "team_deleted",
    "teamharddeleted": "team_deleted",
}
ENDS = {**GONE, "teamarchived": "team_archived"}
UNARCHIVED = "teamunarchived"
BACK = frozenset({"channelrestored", "teamrestored", UNARCHIVED})
UPGRADED = "-upgrade"
"""How the actions end that tell of a new version of the app, which is there before and after."""
REMOVED = "removed"

Way = Literal["added", "removed", ""]
"""Whether the app was let in or taken out."""


class Presence:
    """Follows what is there."""

    def __init__(self, service: Service, rooms: Rooms) -> None:
        self._service, self._rooms = service, rooms

    def way(self, activity: Activity) -> Way:
        """Whether this says that the app was added somewhere, or removed."""
        if activity.type == "installationUpdate":
            if activity.action.endswith(UPGRADED):
                return ""
            added = activity.action.startswith("add")
            return "added" if added else "removed" if activity.action else ""
        if any(activity.is_us(each) for each in activity.added):
            return "added"
        return "removed" if any(activity.is_us(each) for each in activity.removed) else ""

    # -- the app --------------------------------------------------------------------------------

    async def ended(self, activity: Activity) -> None:
        """The app was removed: nothing is sent there until it is back."""
        for room in self._reached(activity):
            if room.ended != REMOVED:
                # What people consented to went with the app: whether it hears them has to show anew.
                gone = room.evolve(ended=REMOVED, hears=False, removals=room.removals + 1)
                await self._rooms.keep(gone, room)

    async def again(self, activity: Activity) -> None:
        """The app was added: a team's channels are all back with it."""
        for room in self._reached(activity):
            if room.ended == REMOVED:
                await self._rooms.keep(room.evolve(ended=""), room)

    def removals(self, activity: Activity) -> int:
        """How often the app was removed where it is added now."""
        return max((room.removals for room in self._reached(activity)), default=0)

    def _reached(self, activity: Activity) -> list[Reference]:
        """What is reached where an app was added or removed; a shared channel may let it in alone."""
        if activity.where == "personal":
            known = self._rooms.person(activity.tenant, activity.who.user)
            return [known] if known else []
        alone = self._rooms.room(activity.tenant, activity.of_one_channel or activity.room)
        if activity.of_one_channel:
            return [alone] if alone else []
        return [*self._rooms.team(activity.tenant, activity.team), *([alone] if alone else [])]

    # -- teams and channels ---------------------------------------------------------------------

    async def changed(self, activity: Activity) -> None:
        """A team or a channel was renamed, deleted, restored or archived."""
        tenant, event = activity.tenant, activity.event
        if event.startswith("channel"):
            found = self._rooms.room(tenant, activity.channel)
            rooms = [found] if found else []
        else:
            rooms = list(self._rooms.team(tenant, activity.team))
        for room in rooms:
            learned = room
            if event == "channelrenamed":
                learned = room.evolve(name=activity.channel_name or room.name)
            elif event == "teamrenamed":
                learned = room.evolve(team=activity.team_name or room.team)
            elif event in ENDS:
                learned = room.evolve(ended=ENDS[event])
            elif event in BACK:
                learned = room.evolve(ended="")
            told = room.ended in GONE.values()
            if event in BACK or (event in GONE and not told):
                await self._displaced(activity, room.room, back=event in BACK)
            await self._rooms.keep(learned, room)

    async def _displaced(self, activity: Activity, channel: str, *, back: bool) -> None:
        key = f"teams:{activity.tenant}:{activity.id or activity.at}:{activity.event}:{channel}"
        for committee in self._service.store.read().at_home(PLATFORM, activity.tenant, channel):
            chairs = access.leading(self._service.look(committee).state)
            if chairs and activity.event != UNARCHIVED:
                await self._service.take(
                    Displaced(
                        id=f"{key}:{committee}",
                        committee=committee,
                        member=chairs[0].id,
                        back=back,
                    )
                )
