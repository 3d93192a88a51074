"""*Record as an answer…*: a message is put to a question, from the app's action in its menu.

Teams hands the message over with the request that opens the dialog, and again with the one that sends
it (https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/\
create-task-module); what a dialog's data says comes from outside and holds ids only. Whoever wrote the
message is told, and can change it or take it back.
"""

from typing import Any

from bot.core import quoting
from bot.core.desk import Seat
from bot.core.errors import Misuse, Refused
from bot.core.events import Recorded
from bot.core.seats import NOT_HERE
from bot.core.sent import word
from bot.core.service import Service
from bot.core.words import short
from bot.teams.activities import Activity
from bot.teams.dialogs import shows
from bot.teams.frame import BLANK, Draft
from bot.teams.inputs import sent
from bot.teams.listening import Listening
from bot.teams.people import room, seat_at
from bot.teams.pieces import Element, card, words
from bot.teams.quote_card import quote_card
from bot.teams.rooms import Rooms
from bot.teams.text import from_markup, tidy
from bot.teams.values import About, unpack
from storage.people import Place

# -- words ---------------------------------------------------------------------------------------

NO_COMMITTEE = "No committee works here, so there is no question that it could answer."

COMMAND = "record"


class Quoting:
    """Opens the dialog, and takes what it sends."""

    def __init__(self, service: Service, listening: Listening, rooms: Rooms) -> None:
        self._service, self._listening, self._rooms = service, listening, rooms

    async def ask(self, activity: Activity) -> dict[str, Any]:
        """The dialog: the message, and the questions that it may answer. Raises Misuse."""
        try:
            seat = self._seat(activity)
            return shows(self._form(activity, seat), quoting.HEADING)
        except Refused as refusal:
            return _word(refusal.sentence)

    def _form(
        self,
        activity: Activity,
        seat: Seat,
        draft: Draft = BLANK,
    ) -> Element:
        payload = _payload(activity)
        author = self._author(activity, seat, payload)
        return quote_card(
            seat.desk,
            seat.member,
            author.member if author else None,
            _said(payload),
            About(),
            draft=draft,
        )

    async def take(self, activity: Activity) -> dict[str, Any] | None:
        """The dialog was sent. Raises Misuse."""
        value = activity.value if isinstance(activity.value, dict) else {}
        pressed = unpack("save", value.get("data"))
        payload = _payload(activity)
        try:
            seat = self._seat(activity)
            if seat.committee != pressed.about.committee:
                raise Misuse("a dialog of another committee")
            author, said = self._author(activity, seat, payload), _said(payload)
            if author is None:
                raise Refused(quoting.NOT_A_MEMBER)
            event = Recorded(
                id=f"teams:{activity.tenant}:i:{activity.id}",
                committee=seat.committee,
                member=seat.member.id,
                question=word(sent(pressed.held), "question"),
                author=author.member.id,
                text=said,
                ref=str(payload.get("id") or ""),
                link=_link(payload),
                place=self._place(activity, seat),
            )
            handled = await self._service.take(event, hand_back=True)
        except Refused as refusal:
            try:
                seat = self._seat(activity)
                again = self._form(activity, seat, Draft.refused(pressed.held, refusal))
                return shows(again, quoting.HEADING)
            except Refused as worse:
                return _word(worse.sentence)
        done = [getattr(say.content, "text", "") for say in handled.back]
        return _word(" ".join(filter(None, done))) if any(done) else None

    def _seat(self, activity: Activity) -> Seat:
        """The seat of whoever chose it, in the committee that is at home here. Raises Refused.

        An app's action is offered in chats, too, that Convenor is no part of: there is none.
        """
        homes = self._listening.homes(activity)
        for committee in homes:
            seat = seat_at(self._service, activity.tenant, activity.who.user, committee)
            if seat is not None:
                return seat
        alone = self._listening.alone(activity) if self._own_chat(activity) else None
        if alone is not None:
            return alone
        raise Refused(NOT_HERE if homes else NO_COMMITTEE)

    def _place(self, activity: Activity, seat: Seat) -> Place:
        """Where it was chosen: a room of the committee's, else the member's own chat."""
        here = room(activity.tenant, activity.room)
        return here if here in seat.desk.committee.home else seat.direct(activity.tenant)

    def _own_chat(self, activity: Activity) -> bool:
        """Whether this is the chat that whoever chose it has with Convenor; chats of two look alike."""
        known = self._rooms.person(activity.tenant, activity.who.user)
        return activity.where == "personal" and bool(
            known and known.conversation == activity.conversation
        )

    def _author(self, activity: Activity, seat: Seat, payload: dict[str, Any]) -> Seat | None:
        who = payload.get("from")
        user = (who.get("user") or {}) if isinstance(who, dict) else {}
        found = str(user.get("id") or "") if isinstance(user, dict) else ""
        return seat_at(self._service, activity.tenant, found, seat.committee)


def _payload(activity: Activity) -> dict[str, Any]:
    """The message that the action was chosen on. Raises Misuse."""
    value = activity.value
    found = value.get("messagePayload") if isinstance(value, dict) else None
    if not isinstance(found, dict) or not isinstance(value, dict):
        raise Misuse("an action without its message")
    if value.get("commandId") != COMMAND:
        raise Misuse("an action that is none of ours")
    return found


def _said(payload: dict[str, Any]) -> str:
    """What a message says."""
    body = payload.get("body")
    content = body.get("content") if isinstance(body, dict) else ""
    if not isinstance(content, str):
        return ""
    plain = isinstance(body, dict) and body.get("contentType") == "text"
    return tidy(content) if plain else from_markup(content)


def _link(payload: dict[str, Any]) -> str:
    """Where the message can be read; only an address of Teams' own."""
    link = str(payload.get("linkToMessage") or "")
    return link if link.startswith("https://teams.microsoft.com/l/message/") else ""


def _word(text: str) -> dict[str, Any]:
    """A dialog that says one thing."""
    return shows(card(list(words(text)), short(text, 200)), quoting.HEADING)
