"""What is done in Slack with a button, a shortcut or a form, as events and as views to show.

A button's value and a view's metadata come from outside: the committee they name has to be one in
which this user of this workspace has a seat; the service checks the rest. What opens a form is
answered at once, since Slack's trigger lasts three seconds.
"""

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core import access, buttons
from bot.core.chairing import off_list, went
from bot.core.changing import TAKEN_BACK
from bot.core.desk import Seat, seat_in
from bot.core.errors import Misuse, Refused
from bot.core.events import ResumedWalk, Told, Typed
from bot.core.forms import TAKE_BACK
from bot.core.seats import NOT_HERE
from bot.core.service import Service
from bot.core.words import short
from bot.slack import chairing, forms, quoting, reading, starting
from bot.slack.commanding import IN_MESSAGES
from bot.slack.listening import Listening, spoken
from bot.slack.needs import RECORD_SHORTCUT, START_SHORTCUT
from bot.slack.opening import opened
from bot.slack.people import PLATFORM, room, seats
from bot.slack.refusals import code_of
from bot.slack.settling import take_away
from bot.slack.strangers import Strangers
from bot.slack.values import Pressed, unpack
from storage.people import Place

# -- words ---------------------------------------------------------------------------------------

NO_COMMITTEE = "No committee works in this channel, so there is no question that it could answer."
THERE = (
    "{phase} is in its own thread, under the post with which it began in the committee's channel."
)

TOO_HIGH = "push_limit_reached"
"""Slack lays three views on one another at most."""

Result = dict[str, Any]
"""What goes back as the answer's body; empty for a plain 200."""


class Acting:
    """Turns interactive payloads into events and views."""

    def __init__(
        self,
        service: Service,
        client_of: Callable[[str], AsyncWebClient],
        listening: Listening,
        strangers: Strangers,
    ) -> None:
        self._service, self._client_of = service, client_of
        self._listening, self._strangers = listening, strangers

    async def _open(self, team: str, body: dict[str, Any], view: dict[str, Any]) -> None:
        await self._client_of(team).views_open(trigger_id=body["trigger_id"], view=view)

    # -- shortcuts ------------------------------------------------------------------------------

    async def shortcut(self, body: dict[str, Any]) -> None:
        """The shortcut that starts a committee, or the one that records a message."""
        team, user = str(body["team"]["id"]), str(body["user"]["id"])
        match body.get("callback_id"):
            case name if name == START_SHORTCUT:
                await self._open(team, body, starting.start_view("", user))
            case name if name == RECORD_SHORTCUT:
                await self._record(team, user, body)

    async def _record(self, team: str, user: str, body: dict[str, Any]) -> None:
        channel, message = str(body["channel"]["id"]), body.get("message") or {}
        homes = self._service.store.read().at_home(PLATFORM, team, channel)
        here = [seat for seat in seats(self._service, team, user) if seat.committee in homes]
        if not here:
            said = NOT_HERE if homes else NO_COMMITTEE
            await self._open(team, body, forms.text_view(quoting.HEADING, (("", said),)))
            return
        seat = here[0]
        theirs = seats(self._service, team, str(message.get("user", "")))
        author = next((s for s in theirs if s.committee == seat.committee), None)
        text = spoken(message, self._listening.names(seat, team))
        try:
            view = quoting.quote_view(seat, author, channel, message, text)
        except Refused as refusal:
            view = forms.text_view(quoting.HEADING, (("", refusal.sentence),))
        await self._open(team, body, view)

    # -- buttons --------------------------------------------------------------------------------

    async def press(self, body: dict[str, Any]) -> None:
        """A button, or a line of a menu."""
        team, user = str(body["team"]["id"]), str(body["user"]["id"])
        action, shown = body["actions"][0], body.get("view") or {}
        if shown.get("callback_id") == "start":
            await self._other_bank(team, user, shown)
            return
        if shown.get("callback_id") and action.get("action_id") == "it":
            return  # a field of a form that was only touched
        chosen = action.get("selected_option") or action
        pressed = unpack(chosen.get("value"))
        if pressed.action == "found":
            await self._open(team, body, starting.start_view("", user))
            return
        channel = str((body.get("channel") or {}).get("id", ""))
        mine = seats(self._service, team, user)
        try:
            seat = seat_in(mine, pressed.committee)
        except Misuse:
            await self._not_theirs(team, channel, user, pressed.committee)
            raise
        at_home = room(team, channel) in seat.desk.committee.home
        place = room(team, channel) if at_home else seat.direct(team)
        ids: dict[str, Any] = {
            "id": f"slack:{team}:t:{body['trigger_id']}",
            "committee": seat.committee,
            "member": seat.member.id,
        }
        try:
            view = opened(self._service, mine, seat, pressed)
            if view is not None:
                await self._show(team, user, body, view)
            elif pressed.action == "role":
                await self._role(team, seat, ids, pressed, body)
            elif pressed.action == "admit":
                await self._strangers.admit(
                    seat, team, pressed.value, ids["id"], place, pressed.question
                )
            elif pressed.action == "said":
                await self._service.take(
                    Typed(**ids, text=pressed.value, ref="", place=seat.direct(team))
                )
            elif pressed.action == "open":
                await self._lead_to(seat, ids, pressed, team, channel, user)
            else:
                await self._do(seat, ids, pressed, place, body)
                await take_away(body, pressed.action)
                if pressed.action == "command" and not at_home:
                    await self._strangers.tell(team, _public(channel), user, IN_MESSAGES)
        except Refused as refusal:
            told = Told(
                **{**ids, "id": f"{ids['id']}:told"},
                walk=pressed.walk if pressed.walk in seat.desk.state.walks else "",
                sentence=refusal.sentence,
                place=None if pressed.walk else place,
            )
            await self._tell(team, channel, user, told)

    async def _not_theirs(self, team: str, channel: str, user: str, committee: str) -> None:
        """Somebody pressed what is not for them: where they could be let in, that is said."""
        homes = self._service.store.read().at_home(PLATFORM, team, channel)
        if committee in homes:
            await self._strangers.pressed(team, channel, user, committee)
        else:
            await self._strangers.tell(team, channel, user, NOT_HERE)

    async def _lead_to(
        self, seat: Seat, ids: dict[str, Any], pressed: Pressed, team: str, channel: str, user: str
    ) -> None:
        """To a thread for which no address was known when the button was made."""
        walk = seat.desk.state.walks.get(pressed.walk)
        if walk is None:
            return
        if walk.member == seat.member.id:
            await self._service.take(ResumedWalk(**ids, walk=walk.id))  # its card, further down
            return
        phase = seat.desk.bank.phase_by_id.get(walk.phase)
        where = THERE.format(phase=phase.title if phase else seat.desk.committee.name)
        await self._strangers.tell(team, channel, user, where)

    async def _do(
        self, seat: Seat, ids: dict[str, Any], pressed: Pressed, here: Place, body: dict[str, Any]
    ) -> None:
        """What is pressed in a thread is answered there, and on a page that one reads by the page."""
        if page := reading.open_page(body.get("view") or {}):
            await self._do_on(page, ids, pressed, body)
            return
        direct = seat.direct(str(body["team"]["id"]))
        in_thread = pressed.walk in seat.desk.state.walks
        place = direct if pressed.action == "own" else None if in_thread else here
        event = buttons.event(
            pressed.action, **ids, walk=pressed.walk, question=pressed.question,
            value=pressed.value, place=place,
        )  # fmt: skip
        await self._service.take(event)
        if pressed.action == "withdraw" and (body.get("view") or {}).get("callback_id") == "form":
            await self._taken_back(seat, pressed, body)

    async def _taken_back(self, seat: Seat, pressed: Pressed, body: dict[str, Any]) -> None:
        """Whoever took their answer back on its form has it no longer: the form says so."""
        said = TAKEN_BACK.format(prompt=short(seat.desk.prompt(pressed.question)))
        client = self._client_of(str(body["team"]["id"]))
        view = forms.text_view(TAKE_BACK, (("", said),))
        await client.views_update(view_id=body["view"]["id"], view=view)

    async def _do_on(
        self, page: Pressed, ids: dict[str, Any], pressed: Pressed, body: dict[str, Any]
    ) -> None:
        """Do what is pressed on a page, and show the page as it is then."""
        team, user = str(body["team"]["id"]), str(body["user"]["id"])
        event = buttons.event(pressed.action, **ids, question=pressed.question, value=pressed.value)
        await self._service.take(event, hand_back=True)
        fresh = seats(self._service, team, user)
        await self._show(team, user, body, reading.page(fresh, page, self._service.clock()))

    async def _tell(self, team: str, channel: str, user: str, told: Told) -> None:
        try:
            await self._service.take(told)
        except Refused as refusal:  # somebody who was let go may not even be told by the record
            await self._strangers.tell(team, channel, user, refusal.sentence)

    async def _show(self, team: str, user: str, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Open a view; one that is turned to in a view takes its place.

        Over a form that is being filled in it is laid on top: what was typed there is not lost.
        """
        client, shown = self._client_of(team), body.get("view") or {}
        if view["type"] == "home":
            await client.views_publish(user_id=user, view=view)
        elif shown.get("submit") and view["callback_id"] != shown.get("callback_id"):
            await self._push(client, body, view)
        elif shown.get("type") == "modal":
            await client.views_update(view_id=shown["id"], view=view)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _push(
        self, client: AsyncWebClient, body: dict[str, Any], view: dict[str, Any]
    ) -> None:
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=view)
        except SlackApiError as error:
            if code_of(error) != TOO_HIGH:
                raise
            await client.views_update(view_id=body["view"]["id"], view=view)

    async def _other_bank(self, team: str, user: str, shown: dict[str, Any]) -> None:
        """Another bank was chosen on the start form: it offers that one's phases."""
        about, held = forms.about(shown.get("private_metadata")), forms.sent(shown.get("state"))
        view = starting.start_view(about.channel, user, held)
        await self._client_of(team).views_update(view_id=shown["id"], view=view)

    async def _role(
        self, team: str, seat: Seat, ids: dict[str, Any], pressed: Pressed, body: dict[str, Any]
    ) -> None:
        """Somebody's part in the committee was changed in the list of its members.

        Raises Refused for whoever may read that list no more.
        """
        access.require(seat.desk.state, seat.member, "read")
        word, page = off_list(pressed.value)
        event = chairing.role_event(seat.desk.state, ids, pressed.question, word)
        said, gone = "", went(event, word)
        try:
            if event is not None:
                await self._service.take(event)
        except Refused as refusal:
            said, gone = refusal.sentence, None
        fresh = seat_in(seats(self._service, team, str(body["user"]["id"])), seat.committee)
        access.require(fresh.desk.state, fresh.member, "read")  # it may have been their own part
        view = chairing.members_view(fresh, page, said, gone)
        await self._show(team, str(body["user"]["id"]), body, view)


def _public(channel: str) -> str:
    """A channel in which a whisper can be said; "" for one's own messages, where nobody needs it."""
    return "" if channel.startswith("D") else channel
