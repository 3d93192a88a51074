"""What is done in Slack with a button, a form or a command, as events and as views to show.

A button's value and a view's metadata come from outside: the committee they name has to be one in
which this user of this workspace has a seat, and at home where it was pressed; the service checks
the rest. What opens a form is answered at once, since Slack's trigger lasts three seconds.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core import access, buttons
from bot.core.errors import Misuse, Problem, Refused
from bot.core.events import (
    Answered,
    Assigned,
    Event,
    NotApplicable,
    Reviewed,
    Skipped,
    Started,
    Told,
    Typed,
)
from bot.core.service import Service
from bot.slack import forms, reading, starting
from bot.slack.forms import About
from bot.slack.people import PLATFORM, Seat, seat_in, seats
from bot.slack.values import Pressed, unpack
from storage.records import Place, Treatment

# -- words ---------------------------------------------------------------------------------------

NO_SEAT = (
    "You are in no committee here yet. “/convenor start” begins one in this channel; to join one, "
    "ask its chair."
)
SEVERAL = (
    "You are in several committees: {names}. Please say it in the channel of the one you mean."
)
IN_MESSAGES = "I've answered in your messages with me."
BAD_DATE = "Please pick a day from the calendar."
NOT_HERE = "That belongs to a committee that you are not in."

Result = dict[str, Any]
"""What goes back as the answer's body; empty for a plain 200."""


class Acting:
    """Turns interactive payloads and slash commands into events and views."""

    def __init__(
        self,
        service: Service,
        client_of: Callable[[str], AsyncWebClient | None],
        run: Callable[..., Awaitable[Any]],
    ) -> None:
        """Take `run`, which calls a function of the service in a thread."""
        self._service, self._client_of, self._run = service, client_of, run

    def _client(self, team: str) -> AsyncWebClient:
        client = self._client_of(team)
        if client is None:
            raise Misuse(f"no workspace {team}")
        return client

    # -- commands -------------------------------------------------------------------------------

    async def command(self, body: dict[str, Any]) -> Result:
        """A slash command. Returns what its author alone is told at once."""
        team, channel = str(body["team_id"]), str(body["channel_id"])
        user, text = str(body["user_id"]), str(body.get("text") or "").strip()
        mine = await self._run(seats, self._service, team, user)
        homes = await self._run(self._service.store.read().at_home, PLATFORM, team, channel)
        here = [seat for seat in mine if seat.committee in homes]
        if text.casefold() == "start" or (not homes and not mine and text.casefold() == "start"):
            return await self._start(team, channel, user, str(body["trigger_id"]), here)
        seat = here[0] if here else mine[0] if len(mine) == 1 else None
        if seat is None:
            names = ", ".join(s.desk.committee.name for s in mine)
            return _alone(SEVERAL.format(names=names) if mine else NO_SEAT)
        place = _room(team, channel) if here else seat.direct(team)
        key = f"slack:{team}:t:{body['trigger_id']}"
        await self._run(
            self._service.handle,
            Typed(
                id=key, committee=seat.committee, member=seat.member.id,
                text=f"/convenor {text}", ref=key, place=place,
            ),
        )  # fmt: skip
        return {} if here or channel.startswith("D") else _alone(IN_MESSAGES)

    async def _start(
        self, team: str, channel: str, user: str, trigger: str, here: list[Seat]
    ) -> Result:
        if here:
            seat = here[0]
            try:
                access.require(seat.desk.state, seat.member, "lead")
            except Refused as refusal:
                return _alone(refusal.sentence)
            view = forms.phase_view(seat.committee, seat.desk.bank)
        else:
            view = forms.start_view(channel, user, starting.banks())
        await self._client(team).views_open(trigger_id=trigger, view=view)
        return {}

    # -- buttons --------------------------------------------------------------------------------

    async def press(self, body: dict[str, Any]) -> None:
        """A button, or a line of a menu."""
        team, user = str(body["team"]["id"]), str(body["user"]["id"])
        action = body["actions"][0]
        chosen = action.get("selected_option") or action
        pressed = unpack(chosen.get("value"))
        mine = await self._run(seats, self._service, team, user)
        channel = str((body.get("channel") or {}).get("id", ""))
        try:
            seat = seat_in(mine, pressed.committee)
        except Misuse:
            await self._not_here(team, channel, user)
            raise
        _check_home(seat, team, channel)
        place = _room(team, channel) if _is_home(seat, team, channel) else seat.direct(team)
        ids: dict[str, Any] = {
            "id": f"slack:{team}:t:{body['trigger_id']}",
            "committee": seat.committee,
            "member": seat.member.id,
            "walk": pressed.walk,
        }
        try:
            view = await self._run(self._view, seat, pressed)
            if view is not None:
                client = self._client(team)
                await client.views_open(trigger_id=body["trigger_id"], view=view)
            elif pressed.action != "open":
                where = seat.direct(team) if pressed.action == "own" else place
                await self._run(self._service.handle, self._event(ids, pressed, where))
        except Refused as refusal:
            told = Told(
                **{**ids, "id": f"{ids['id']}:told"},
                sentence=refusal.sentence,
                place=None if pressed.walk else place,
            )
            await self._run(self._service.handle, told)

    def _event(self, ids: dict[str, Any], pressed: Pressed, place: Place) -> Event:
        return buttons.event(
            pressed.action, **ids, question=pressed.question, value=pressed.value, place=place
        )

    def _view(self, seat: Seat, pressed: Pressed) -> dict[str, Any] | None:
        """The view that a button opens; None for one that says something by itself."""
        desk, question = seat.desk, pressed.question
        if pressed.action in ("answer", "skip", "na", "assign", "review"):
            access.require(desk.state, seat.member, "answer")
            if question not in desk.bank.questions:
                raise Misuse(f"no question {question}")
        prompt = desk.bank.questions[question].prompt if question in desk.bank.questions else ""
        match pressed.action:
            case "answer":
                form = self._service.form(seat.committee, seat.member.id, question)
                return forms.question_view(seat.committee, pressed.walk, question, form)
            case "skip" | "na":
                return forms.reason_view(
                    seat.committee, pressed.walk, question, pressed.action, prompt
                )
            case "assign":
                return forms.assign_view(
                    seat.committee, pressed.walk, question, prompt, reading.people(desk)
                )
            case "review":
                return reading.review_view(seat, pressed.walk, question)
            case "record" | "outline":
                return reading.phase_view(desk, pressed.value, answers=pressed.action == "record")
            case "open" if question:
                return reading.question_view(desk, question)
        return None

    async def _not_here(self, team: str, channel: str, user: str) -> None:
        if channel and not channel.startswith("D"):
            await self._client(team).chat_postEphemeral(channel=channel, user=user, text=NOT_HERE)

    # -- forms ----------------------------------------------------------------------------------

    async def submit(self, body: dict[str, Any]) -> Result:
        """A form that was sent. Returns the problems at their fields, or nothing."""
        team, user = str(body["team"]["id"]), str(body["user"]["id"])
        view = body["view"]
        what, held = forms.about(view.get("private_metadata")), forms.sent(view.get("state"))
        key = f"slack:{team}:v:{view['id']}"
        try:
            if what.purpose == "start" and not what.committee:
                client = self._client(team)
                await starting.found(
                    self._service, client, self._run, team, what.channel, user, held, key
                )
                return {}
            mine = await self._run(seats, self._service, team, user)
            seat = seat_in(mine, what.committee)
            event = _meant(seat, what, held, key)
            await self._run(self._service.handle, event)
        except Refused as refusal:
            shown = forms.problems_at(refusal.problems, refusal.sentence, held)
            return {"response_action": "errors", "errors": shown}
        return {}


def _meant(seat: Seat, what: About, held: dict[str, str | tuple[str, ...]], key: str) -> Event:
    """The event of a sent form."""
    ids: dict[str, Any] = {
        "id": key, "committee": seat.committee, "member": seat.member.id, "walk": what.walk,
    }  # fmt: skip

    def word(name: str) -> str:
        value = held.get(name, "")
        return value if isinstance(value, str) else ""

    match what.purpose:
        case "form":
            return Answered(**ids, answers=forms.answers(what.asked, held))
        case "reason":
            kind = Skipped if what.action == "skip" else NotApplicable
            return kind(**ids, question=what.question, reason=word("text"))
        case "assign":
            return Assigned(
                **ids, question=what.question, to=word("to"), due=_day(word("due"), "due")
            )
        case "start":
            return Started(**ids, phase=word("phase"))
        case "review":
            treatment = word("treatment")
            return Reviewed(
                **ids,
                subject=what.question,
                effect=word("effect"),
                confusion=word("confusion"),
                confusion_with=word("confusion_with"),
                treatment=Treatment(treatment) if treatment in set(Treatment) else None,
                action=word("action"),
                owner=word("owner"),
                due=_day(word("due"), "due"),
            )
    raise Misuse(f"nothing to send in {what.purpose}")


def _day(text: str, at: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(BAD_DATE, (Problem(field=at, sentence=BAD_DATE),)) from None


def _room(team: str, channel: str) -> Place:
    return Place(platform=PLATFORM, tenant=team, channel=channel)


def _is_home(seat: Seat, team: str, channel: str) -> bool:
    return _room(team, channel) in seat.desk.committee.home


def _check_home(seat: Seat, team: str, channel: str) -> None:
    """A card stands in its committee's channel, in one's own messages, or on one's own page."""
    if channel and not channel.startswith("D") and not _is_home(seat, team, channel):
        raise Misuse(f"a card of {seat.committee} in another channel")


def _alone(text: str) -> Result:
    return {"response_type": "ephemeral", "text": text}
