"""/convenor: what opens a form is opened at once, everything else is the core's to understand.

Slack's trigger for a form lasts three seconds, so the form is opened before anything else is done.
"""

from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core import access, plain_form
from bot.core.desk import Seat
from bot.core.errors import Refused
from bot.core.events import Typed
from bot.core.service import Service
from bot.slack import chairing, starting
from bot.slack.people import PLATFORM, room, seats
from bot.slack.plain import plain_view
from bot.slack.strangers import Strangers
from bot.slack.text import decode
from bot.slack.which import NO_SEAT, Names, alone, which

# -- words ---------------------------------------------------------------------------------------

NOT_IN = "You are not in {name} yet. I have told {chairs}, who can let you in."
IN_MESSAGES = "I've answered in your messages with me."

Result = dict[str, Any]
"""What goes back as the answer's body; empty for a plain 200."""


def _view(word: str, seat: Seat) -> dict[str, Any] | None:
    """What a word alone opens: the members, the settings (their own, for who sets none), my hours."""
    if word == "members":
        return chairing.members_view(seat)
    if word == "settings" and access.may(seat.member, "settings"):
        return chairing.settings_view(seat)
    if word in ("settings", "hours"):
        access.require(seat.desk.state, seat.member, "read")
        desk = seat.desk
        return plain_view(
            seat.committee, plain_form.form("hours", desk.state, desk.bank, seat.member.id)
        )
    return None


class Commanding:
    """Takes slash commands."""

    def __init__(
        self,
        service: Service,
        client_of: Callable[[str], AsyncWebClient],
        strangers: Strangers,
        names: Names,
    ) -> None:
        """Take `names`, which gives what a mentioned user is called in a seat's committee."""
        self._service, self._client_of, self._strangers = service, client_of, strangers
        self._names = names

    async def take(self, body: dict[str, Any]) -> Result:
        """A slash command. Returns what its author alone is told at once."""
        team, channel = str(body["team_id"]), str(body["channel_id"])
        user, text = str(body["user_id"]), str(body.get("text") or "").strip()
        every = seats(self._service, team, user)
        mine = [seat for seat in every if seat.member.active]
        homes = self._service.store.read().at_home(PLATFORM, team, channel)
        here = [seat for seat in mine if seat.committee in homes]
        word = text.casefold()
        try:
            if homes and not here:
                for gone in every:
                    if gone.committee in homes:  # whoever was let go is told who can help
                        access.require(gone.desk.state, gone.member, "read")
                return await self._not_in(team, user, homes[0])
            if word == "start" or (not mine and word.startswith("start")):
                return await self._start(team, channel, user, str(body["trigger_id"]), here)
            seat = here[0] if here else mine[0] if len(mine) == 1 else None
            if seat is None:
                return which(mine, team, text, self._names) if mine else alone(NO_SEAT)
            view = _view(word, seat)
            if view is not None:
                await self._open(team, str(body["trigger_id"]), view)
                return {}
        except Refused as refusal:
            return alone(refusal.sentence)
        await self._strangers.learn(team, text)
        key = f"slack:{team}:t:{body['trigger_id']}"
        place = room(team, channel) if here else seat.direct(team)
        await self._service.take(
            Typed(
                id=key, committee=seat.committee, member=seat.member.id,
                text=f"/convenor {decode(text, self._names(seat, team))}", ref=key, place=place,
            )
        )  # fmt: skip
        return {} if here or channel.startswith("D") else alone(IN_MESSAGES)

    async def _not_in(self, team: str, user: str, committee: str) -> Result:
        await self._strangers.knock(team, committee, user)
        desk = self._service.look(committee)
        asked = access.chairs(desk.state)
        return alone(NOT_IN.format(name=desk.committee.name, chairs=asked))

    async def _start(
        self, team: str, channel: str, user: str, trigger: str, here: list[Seat]
    ) -> Result:
        if here:
            seat = here[0]
            access.require(seat.desk.state, seat.member, "lead")
            view = starting.phase_view(seat.committee, seat.desk.bank)
        elif channel.startswith("D"):
            view = starting.start_view("", user)
        else:
            await starting.may_enter(self._client_of(team), channel)
            view = starting.start_view(channel, user)
        await self._open(team, trigger, view)
        return {}

    async def _open(self, team: str, trigger: str, view: dict[str, Any]) -> None:
        await self._client_of(team).views_open(trigger_id=trigger, view=view)
