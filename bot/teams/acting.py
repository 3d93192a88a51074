"""What is pressed on a card in Teams, and sent with one, as events; and what whoever pressed is shown.

The answer to `Action.Execute` is a card that takes the pressed one's place for this person alone, or a
word shown for a moment (https://learn.microsoft.com/adaptive-cards/authoring-cards/\
universal-action-model). What everybody sees is edited by the dispatcher. The ids on a card come from
outside: the committee has to be one in which this user of this tenant has a seat; the service checks
the rest.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bot.core import access, buttons
from bot.core.chairing import settings_event
from bot.core.desk import Handled, Seat, seat_in
from bot.core.effects import Update
from bot.core.errors import Misuse, Refused
from bot.core.events import ResumedWalk
from bot.core.seats import NOT_HERE
from bot.core.sending import TYPED
from bot.core.service import Service
from bot.core.targets import ToMember
from bot.teams import dialogs, forms, personal, reading
from bot.teams.activities import Activity
from bot.teams.chairing import Chairing
from bot.teams.fresh import Fresh
from bot.teams.inputs import sent
from bot.teams.listening import Listening
from bot.teams.opening import form_again, opened
from bot.teams.own_card import FRESH
from bot.teams.pages import is_page, page_of
from bot.teams.people import room, seats
from bot.teams.pieces import CARD, Element
from bot.teams.render import render
from bot.teams.returning import back_of
from bot.teams.rooms import Rooms
from bot.teams.settling import Settling
from bot.teams.starting import Starting
from bot.teams.strangers import Strangers
from bot.teams.values import Pressed, unpack
from bot.teams.voice import SORRY, TROUBLES, Voice
from storage.people import Place

# -- words ---------------------------------------------------------------------------------------

IN_CHAT = "It goes on in your chat with me."
DONE, TITLE = "Done.", "Convenor"
THERE = (
    "{phase} is in its own thread, under the post with which it began in the committee's channel."
)
IN_HERE = "{phase} goes on here in the chat. “status” shows what waits."
FORGOTTEN = "I don't have those words any more. Please type them again."

MESSAGE = "application/vnd.microsoft.activity.message"
AUTOMATIC = "automatic"
"""What a request says that nobody has pressed."""


class Shown(NamedTuple):
    """What whoever pressed something is shown."""

    card: Element | None = None
    """In the pressed one's place, for them alone."""
    word: str = ""
    """For a moment, where there is no card."""
    open: bool = False
    """Whether the card is to be filled in or read, rather than what came of it."""


class Acting:
    """Turns pressed controls into events, and into what is shown."""

    def __init__(
        self,
        service: Service,
        starting: Starting,
        chairing: Chairing,
        strangers: Strangers,
        listening: Listening,
        rooms: Rooms,
        voice: Voice,
        room: Callable[[Element], Element],
    ) -> None:
        """Take `room`, which makes a card one that stands in a conversation."""
        self._service, self._starting, self._chairing = service, starting, chairing
        self._strangers, self._listening = strangers, listening
        self._fresh = Fresh(service, listening, rooms)
        self._settling = Settling(service, listening.waiting, voice)
        self._rooms, self._room = rooms, room

    async def press(self, activity: Activity) -> dict[str, Any]:
        """A control on a card. Raises Misuse, StoreError."""
        action = activity.value.get("action") if isinstance(activity.value, dict) else None
        if not isinstance(action, dict):
            raise Misuse("a control without an action")
        pressed = unpack(action.get("verb"), action.get("data"))
        by_itself = activity.value.get("trigger") == AUTOMATIC or pressed.about.value == FRESH
        if pressed.verb == "show" and by_itself:
            shown = Shown(self._fresh.card(activity, pressed.about))
        else:
            shown = await self._act(activity, pressed)
        if shown.card is not None:
            return {"statusCode": 200, "type": CARD, "value": self._room(shown.card)}
        return {"statusCode": 200, "type": MESSAGE, "value": shown.word or DONE}

    async def dialog(self, activity: Activity) -> dict[str, Any] | None:
        """A control that opens a dialog, or one in it. Returns None for one that is to close.

        Raises Misuse, StoreError.
        """
        value = activity.value if isinstance(activity.value, dict) else {}
        pressed = dialogs.pressed(value.get("data"))
        shown = await self._act(activity, pressed)
        if pressed.verb == "show":
            return None  # back to the card, which is still there
        if shown.card is not None and shown.open:
            return dialogs.goes_on(shown.card, TITLE)
        return dialogs.says(shown.word) if shown.word else None

    async def _act(self, activity: Activity, pressed: Pressed) -> Shown:
        try:
            if pressed.verb == "found":
                return Shown(await self._starting.found(activity, pressed))
            mine = seats(self._service, activity.tenant, activity.who.user)
            try:
                seat = seat_in(mine, pressed.about.committee)
            except Misuse:
                return Shown(word=await self._not_theirs(activity, pressed))
            return await self._by(activity, mine, seat, pressed)
        except Refused as refusal:
            return Shown(word=refusal.sentence)
        except TROUBLES:
            return Shown(word=SORRY)

    async def _not_theirs(self, activity: Activity, pressed: Pressed) -> str:
        """Somebody pressed what is not for them: where they could be let in, that is said."""
        if pressed.about.committee in self._listening.homes(activity):
            return await self._strangers.not_in(activity, pressed.about.committee)
        return NOT_HERE

    async def _by(
        self, activity: Activity, mine: Sequence[Seat], seat: Seat, pressed: Pressed
    ) -> Shown:
        ids: dict[str, Any] = {
            "id": f"teams:{activity.tenant}:i:{activity.id}",
            "committee": seat.committee,
            "member": seat.member.id,
        }
        if _members(pressed):
            number = page_of(pressed.about).number if is_page(pressed.about.value) else 1
            lately = pressed.verb == "page"
            listed = await self._chairing.members(seat, activity.tenant, number, lately=lately)
            return Shown(listed, open=True)
        shown = opened(self._service, mine, seat, pressed)
        if shown is not None:
            return Shown(shown, open=True)
        match pressed.verb:
            case "show":
                access.require(seat.desk.state, seat.member, "read")
                return Shown(
                    personal.again(seat, pressed.about, self._rooms.reached(activity)),
                    personal.NOT_THERE,
                )
            case "save":
                return await self._save(activity, seat, pressed, ids)
            case "role":
                return Shown(await self._chairing.role(activity, seat, pressed, ids), open=True)
            case "add":
                place = self._place(activity, seat)
                listed = await self._chairing.add(activity, seat, pressed, ids["id"], place)
                return Shown(listed, open=True)
            case "admit":
                return await self._admit(activity, seat, pressed, ids["id"])
            case "open":
                return await self._lead_to(activity, seat, pressed, ids)
            case "said":
                settled = await self._settling.said(activity, seat, pressed.about)
                return Shown(settled, "" if settled else FORGOTTEN)
        return await self._do(activity, seat, pressed, ids)

    async def _admit(self, activity: Activity, seat: Seat, pressed: Pressed, key: str) -> Shown:
        """Whoever knocked is let in; in a room that is told to whoever pressed it, alone.

        What became of it takes the place of the word about the knock, for every chair.
        """
        place, who, knock = self._place(activity, seat), pressed.about.value, pressed.about.question
        public = activity.where != "personal"
        handled = await self._strangers.admit(
            seat, activity.tenant, who, key, place, knock=knock, hand_back=public
        )
        mine = ToMember(member=seat.member.id)
        for effect in handled.effects:
            if isinstance(effect, Update) and effect.to == mine:
                return Shown(render(seat.committee, effect.content)[0].card)
        return self._after(activity, seat, pressed, handled)

    # -- places ---------------------------------------------------------------------------------

    def _place(self, activity: Activity, seat: Seat) -> Place:
        """Where a control was pressed: the committee's room, else the member's own chat."""
        here = room(activity.tenant, activity.room)
        if activity.where == "personal" or here not in seat.desk.committee.home:
            return seat.direct(activity.tenant)
        return here.evolve(thread=f"{TYPED}{activity.chain}" if activity.chain else "")

    # -- the core's own actions -----------------------------------------------------------------

    async def _do(
        self, activity: Activity, seat: Seat, pressed: Pressed, ids: dict[str, Any]
    ) -> Shown:
        """What is pressed in a thread is answered there; a word for one alone at once."""
        about = pressed.about
        if about.subject and is_page(about.value):
            return await self._do_on_page(activity, pressed, ids)
        in_thread = about.walk in seat.desk.state.walks
        own = pressed.verb == "own"
        place = None if in_thread and not own else self._place(activity, seat)
        if own:
            place = seat.direct(activity.tenant)
        event = buttons.event(
            pressed.verb, **ids, walk=about.walk, question=about.question, value=about.value, place=place
        )  # fmt: skip
        public = activity.where != "personal"
        handled = await self._service.take(event, hand_back=public)
        if pressed.verb == "command" and about.question:  # which of two was meant
            return Shown(await self._settling.meant(activity, seat, about))
        return self._after(activity, seat, pressed, handled)

    async def _do_on_page(self, activity: Activity, pressed: Pressed, ids: dict[str, Any]) -> Shown:
        """What is pressed on a page that one reads is answered by the page, as it is then."""
        about = pressed.about
        event = buttons.event(pressed.verb, **ids, question=about.subject)
        await self._service.take(event, hand_back=True)
        mine = seats(self._service, activity.tenant, activity.who.user)
        again = Pressed(verb="page", about=about.model_copy(update={"subject": ""}))
        return Shown(reading.page(mine, again, self._service.clock()), open=True)

    def _after(self, activity: Activity, seat: Seat, pressed: Pressed, handled: Handled) -> Shown:
        """What whoever pressed is shown: what is for them alone, else the card as it is now."""
        fresh = Seat(self._service.look(seat.committee), seat.member)
        back = back_of(pressed) if pressed.verb in ("save", "withdraw") else pressed.about
        if handled.back:
            said = [say.content for say in handled.back]
            alone = personal.told(fresh, said, back or pressed.about)
            if isinstance(alone, str):
                return Shown(word=alone)
            return Shown(alone, open=True)
        elsewhere = activity.where != "personal" and personal.goes_to_chat(handled, fresh)
        if pressed.verb == "own" and elsewhere:
            return Shown(word=IN_CHAT)
        card = personal.again(fresh, back, self._rooms.reached(activity)) if back else None
        card = card or personal.saved(fresh, pressed.about, self._service.clock())
        if card is not None:
            return Shown(card)
        return Shown(word=IN_CHAT if elsewhere else "")

    async def _lead_to(
        self, activity: Activity, seat: Seat, pressed: Pressed, ids: dict[str, Any]
    ) -> Shown:
        """To a thread for which no address was known when the button was made."""
        walk = seat.desk.state.walks.get(pressed.about.walk)
        if walk is None:
            raise Misuse("no walk to lead to")
        if walk.member == seat.member.id:
            await self._service.take(ResumedWalk(**ids, walk=walk.id))  # its card, further down
            return Shown(word="" if activity.where == "personal" else IN_CHAT)
        phase = seat.desk.bank.phase_by_id.get(walk.phase)
        wording = IN_HERE if activity.where == "groupChat" else THERE
        return Shown(word=wording.format(phase=phase.title if phase else seat.desk.committee.name))

    # -- forms ----------------------------------------------------------------------------------

    async def _save(
        self, activity: Activity, seat: Seat, pressed: Pressed, ids: dict[str, Any]
    ) -> Shown:
        """A form was sent: its problems go back to their fields, with all that was typed.

        Not for whoever may read no more: a form tells what others said meanwhile. Raises Refused for them.
        """
        access.require(seat.desk.state, seat.member, "read")
        try:
            if pressed.about.form == "settings":
                held = sent(pressed.held)
                event = settings_event(seat.desk.committee, ids, held)
                handled = await self._service.take(event, hand_back=True)
            else:
                public = activity.where != "personal"
                meant = forms.meant(ids, pressed)
                handled = await self._service.take(meant, hand_back=public)
        except Refused as refusal:
            again = form_again(self._service, seat, pressed, refusal)
            return Shown(again, "" if again else refusal.sentence, open=True)
        return self._after(activity, seat, pressed, handled)


def _members(pressed: Pressed) -> bool:
    """Whether a control leads to the list of members, or to another page of it."""
    value = pressed.about.value
    turned = pressed.verb == "page" and is_page(value)
    return pressed.verb == "members" or (turned and page_of(pressed.about).what == "members")
