"""One turn of the engine: the state as it becomes, and the effects gathered on the way.

A `Turn` lives inside one call of `engine.advance` and never leaves it, so the engine stays pure
while its handlers can be written as plain steps.
"""

from datetime import datetime
from typing import NamedTuple

from bot.core import cards, live
from bot.core.effects import Ask, Button, Content, Effect, Notice, React, Say, Update
from bot.core.errors import Misuse, Refused
from bot.core.events import Event
from bot.core.standing import item_of
from bot.core.targets import AtPlace, InThread, Target, ToMember
from bot.core.words import short
from questions.model import Bank, Phase, Question
from storage.people import Member, Place
from storage.records import Item, State, Walk

RECORDED = "✅"
NO_WALK = "That belongs in a phase's thread. Open one, and say it there."
NO_QUESTION = "There is no question here just now. “gaps” shows what is open."
ABOUT = "{committee} · {what}"
GONE = "This phase is no longer asked. What was said is kept in the record."


def answering_place(state: State, event: Event) -> Target:
    """Where an answer to the acting member goes: where they spoke, else to their own messages."""
    place = getattr(event, "place", None)
    if isinstance(place, Place):
        return AtPlace(place=place)
    if event.walk in state.walks:
        return InThread(walk=event.walk)
    return ToMember(member=event.member)


class Turn:
    """What a handler works with. `before` is the state as the event found it."""

    def __init__(self, state: State, event: Event, bank: Bank, now: datetime) -> None:
        self.before = state
        self.state = state
        self.event = event
        self.bank = bank
        self.now = now
        self._said: list[Effect | _Shown] = []

    # -- reading --------------------------------------------------------------------------------

    @property
    def me(self) -> Member:
        """The acting member."""
        return self.state.members[self.event.member]

    def walk(self) -> Walk:
        """The walk the event happened in. Raises Refused where there is none."""
        walk = self.state.walks.get(self.event.walk)
        if walk is None:
            raise Refused(NO_WALK)
        return walk

    def question(self, question: str = "") -> Question:
        """The named question, or the walk's present one. Raises Misuse or Refused.

        A walk in its review round is at its phase's review question.
        """
        if question:
            if question not in self.bank.questions:
                raise Misuse(f"no question {question} in bank {self.bank.name}")
            return self.bank.questions[question]
        walk = self.walk()
        if walk.current:
            return self.bank.questions[walk.current]
        review = self.phase(walk).review if walk.review else None
        if review is None:
            raise Refused(NO_QUESTION)
        return review

    def item(self, question: str) -> Item:
        """The committee's standing on a question."""
        return item_of(self.state, question)

    def phase(self, walk: Walk) -> Phase:
        """The phase a walk leads through. Raises Refused where the bank has it no longer."""
        phase = self.bank.phase_by_id.get(walk.phase)
        if phase is None:
            raise Refused(GONE)
        return phase

    # -- changing -------------------------------------------------------------------------------

    def put(self, item: Item) -> None:
        """Replace an item."""
        self.state = self.state.with_item(item)

    def put_walk(self, walk: Walk) -> Walk:
        """Replace a walk."""
        self.state = self.state.with_walk(walk)
        return walk

    # -- saying ---------------------------------------------------------------------------------

    def ask(self, walk: Walk, key: str, content: Content) -> None:
        """Post a card into a walk's thread."""
        self._said.append(Ask(key=key, to=InThread(walk=walk.id), content=content))

    def say(
        self,
        to: Target,
        name: str,
        content: Content,
        *,
        only_for: str = "",
        key: str = "",
        apart: bool = False,
    ) -> None:
        """Post a message; its key is the event's unless one is given."""
        key = key or f"{self.event.id}:{name}"
        self._said.append(Say(key=key, to=to, content=content, only_for=only_for, apart=apart))

    def update(self, to: Target, key: str, content: Content, *, only_for: str = "") -> None:
        """Replace a message's content; only the last of one turn goes out."""
        self._said = [
            e for e in self._said if not (isinstance(e, Update) and e.key == key and e.to == to)
        ]
        self._said.append(Update(key=key, to=to, content=content, only_for=only_for))

    def react(self, walk: Walk, ref: str, *, on: bool = True) -> None:
        """Put the ✅ on a member's message, or take it off."""
        if ref:
            self._said.append(React(to=InThread(walk=walk.id), ref=ref, emoji=RECORDED, on=on))

    def react_at(self, place: Place, ref: str) -> None:
        """Put the ✅ on a message that stands outside of any walk."""
        self._said.append(React(to=AtPlace(place=place), ref=ref, emoji=RECORDED))

    def about(self, walk: Walk, question: str = "") -> str:
        """What a word about a question of the committee's walk, or about all of it, is about."""
        if walk.member:
            return ""
        phase = self.bank.phase_by_id.get(walk.phase)
        title = phase.title if phase else walk.phase
        what = short(self.bank.questions[question].prompt, 100) if question else title
        return ABOUT.format(committee=self.state.committee.name, what=what)

    def reply(
        self,
        text: str,
        buttons: tuple[Button, ...] = (),
        *,
        content: Notice | None = None,
        place: Place | None = None,
        share: bool = False,
    ) -> None:
        """Answer the acting member alone (or, with `share`, everybody), where they are."""
        walk = self.state.walks.get(self.event.walk)
        about = self.about(walk) if walk and place is None else ""
        notice = content or Notice(text=text, about=about, buttons=buttons)
        to = AtPlace(place=place) if place else answering_place(self.state, self.event)
        self.say(to, "reply", notice, only_for="" if share else self.event.member)

    # -- cards ----------------------------------------------------------------------------------

    def show(self, walk: Walk, question: str) -> None:
        """Bring the live card of a question in a walk's thread up to date, if one stands there."""
        if question in walk.cards and question in self.bank.questions:
            self._show(_Shown(walk.id, question))

    def show_review(self, walk: Walk, subject: str) -> None:
        """Bring the live review card of a subject up to date, if one stands there."""
        name = f"review:{subject}"
        if name in walk.cards and subject in self.bank.questions:
            self._show(_Shown(walk.id, name))

    def _show(self, shown: "_Shown") -> None:
        if shown in self._said:
            self._said.remove(shown)
        self._said.append(shown)

    def effects(self) -> tuple[Effect, ...]:
        """What goes out, in order; every card as it is at the end of the turn, and once."""
        asked = {e.key: n for n, e in enumerate(self._said) if isinstance(e, Ask)}
        found: list[Effect] = []
        for n, effect in enumerate(self._said):
            if not isinstance(effect, _Shown):
                found.append(effect)
                continue
            walk = self.state.walks[effect.walk]
            key = cards.card_key(walk, effect.name)
            if effect.name in walk.cards and asked.get(key, -1) < n:
                content = self._card(walk, effect.name)
                if content is not None:
                    found.append(Update(key=key, to=InThread(walk=walk.id), content=content))
        return tuple(found)

    def _card(self, walk: Walk, name: str) -> Content | None:
        kind, _, subject = name.rpartition(":")
        if not kind:
            return live.question(self.state, self.bank, walk, name)
        return live.review(self.state, self.bank, walk, subject)


class _Shown(NamedTuple):
    """A card that is to be brought up to date once the turn is over."""

    walk: str
    name: str
