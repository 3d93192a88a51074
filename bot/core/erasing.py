"""What takes the place of a person's words and name. Pure.

An erased answer stays an answer: its choice (an option, yes or no) says nothing about the person and
keeps what follows from it; the words, reasons and parts go. So every page, card, export and count that can show
an answer can show an erased one. Of what the bot itself wrote, whatever quotes the person or may do
so goes; the framework's own words stay.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any, Literal, TypeVar, get_origin

from pydantic import TypeAdapter, ValidationError

from bot.core.effects import CONTENT, EFFECT, Line, Notice, Saying
from bot.core.planned import HOSTED, is_planned
from bot.core.traces import ERASED, SOMEBODY, Traces
from questions.model import Frozen
from questions.values import (
    ListValue,
    ManyValue,
    OneValue,
    TextValue,
    Value,
    YesNoValue,
    said_words,
)
from storage.people import Member, Place
from storage.records import Answer, Entry, Item, State
from storage.trail import Message, OutboxMessage, Sending

OWN_WORDS = frozenset(
    "prompt help why intro ask phase heading label value key ref walk question subject member owner "
    "only_for emoji id committee to place action".split()
)
"""Fields of cards and effects that hold ids or the framework's own words."""

F = TypeVar("F", bound=Frozen)
M = TypeVar("M")


def gone(text: str) -> str:
    """Words that are no longer there, where there were any."""
    return ERASED if text else ""


def erased_value(value: Value | None) -> Value | None:
    """A value without words; the choice in it stays."""
    match value:
        case TextValue():
            return TextValue(text=ERASED)
        case ListValue():
            return ListValue(entries=(ERASED,))
        case OneValue(other=other, why=why) | ManyValue(other=other, why=why):
            return value.model_copy(update={"other": gone(other), "why": gone(why)})
        case YesNoValue(why=why):
            return value.model_copy(update={"why": gone(why)})
        case None:
            return None


def erased_answer(answer: Answer) -> Answer:
    """A revision without words; the very same object where it has none."""
    erased = answer.evolve(value=erased_value(answer.value), reason=gone(answer.reason), parts=())
    return answer if erased == answer else erased


def erased_member(member: Member, zone: str) -> Member:
    """A member without identity, no longer in the committee; the id stays."""
    return member.evolve(
        name=SOMEBODY, email="", zone=zone, locale="", addresses=(), active=False, left=False
    )


class Taken(Frozen):
    """Whose words they are: the member, and what they said to each question, for *still holds*."""

    member: str
    values: Mapping[str, tuple[Value, ...]]

    def erase(self, answer: Answer) -> Answer:
        """Erase a revision that is theirs, or that took their words over."""
        theirs = answer.member == self.member or (
            bool(answer.from_question)
            and answer.value in self.values.get(answer.from_question, ())
            and said_words(answer.value) != ""
        )
        return erased_answer(answer) if theirs else answer


def erased_state(state: State, taken: Taken) -> State:
    """The state without a member's words; what they did not touch is the very same object."""
    items = {name: _item(item, taken) for name, item in state.items.items()}
    entries = {name: _entry(entry, taken.member) for name, entry in state.mitigations.items()}
    return state.evolve(items=items, mitigations=entries)


def _item(item: Item, taken: Taken) -> Item:
    responses = {who: taken.erase(answer) for who, answer in item.responses.items()}
    notes = tuple(
        n.evolve(text=gone(n.text)) if n.member == taken.member else n for n in item.notes
    )
    ruling = item.ruling
    if ruling is not None and ruling.by == taken.member:
        ruling = ruling.evolve(reason=gone(ruling.reason))
    assignment = item.assignment
    if assignment is not None and assignment.member == taken.member:
        assignment = None
    changed = item.evolve(responses=responses, notes=notes, ruling=ruling, assignment=assignment)
    return item if changed == item else changed


def _entry(entry: Entry, member: str) -> Entry:
    notes = tuple(n.evolve(text=gone(n.text)) if n.member == member else n for n in entry.notes)
    changed = entry.evolve(notes=notes, owner="" if entry.owner == member else entry.owner)
    if entry.by == member:
        changed = changed.evolve(
            action=gone(entry.action), confusion_with=gone(entry.confusion_with)
        )
    return entry if changed == entry else changed


class Forgetting:
    """The storage.erasing.Rewording that takes one member out of a committee's rooms and outbox."""

    def __init__(self, taken: Taken, traces: Traces) -> None:
        self._taken, self._traces = taken, traces

    def answer(self, answer: Answer) -> Answer:
        """Theirs, and what took their words over."""
        return self._taken.erase(answer)

    def message(self, message: Message) -> Message:
        """Their own words, what the bot wrote of them, and what it told them alone."""
        if message.member == self._taken.member:
            said = message.text not in ("", ERASED)
            return message.evolve(text=ERASED) if said else message
        if message.member:
            # Others' words are theirs, whomever they name; but a command is nobody's statement.
            text = self._traces.reworded(message.text) if message.only_for else message.text
            return message if text == message.text else message.evolve(text=text)
        alone = message.only_for == self._taken.member or self._to_them(message.place)
        payload = self._payload(message.payload, CONTENT, alone=alone)
        return message if payload == message.payload else message.evolve(payload=payload)

    def promise(self, message: OutboxMessage) -> OutboxMessage:
        """What is still to be sent goes without the person, and not to them; what was sent is not
        needed any more."""
        if message.state in (Sending.DONE, Sending.FAILED):
            return message.evolve(payload="")
        if message.place.platform != HOSTED and self._to_them(message.place):
            return message.evolve(payload="", state=Sending.FAILED)
        if is_planned(message.key):
            return message  # it holds ids alone: its words are found when it is sent
        payload = self._payload(message.payload, EFFECT)
        return message if payload == message.payload else message.evolve(payload=payload)

    def words(self, text: str) -> str:
        """What somebody wrote on a platform, where it is the person's."""
        return ERASED if self._traces.are(text) or self._traces.quoted(text) else text

    def _to_them(self, place: Place) -> bool:
        return place.channel == f"@{self._taken.member}"

    def _payload(self, payload: str, kind: TypeAdapter[Any], *, alone: bool = False) -> str:
        if not payload:
            return payload
        try:
            old = kind.validate_json(payload)
        except ValidationError:
            return payload  # of no kind that any page can show
        new = Notice(text=ERASED) if alone and isinstance(old, Notice) else self._model(old)
        return payload if new == old else str(new.model_dump_json())

    def _model(self, model: F) -> F:
        if isinstance(model, Saying):
            return self._saying(model)  # type: ignore[return-value]  # F is Saying here
        changes: dict[str, Any] = {}
        for name, field in type(model).model_fields.items():
            if name not in OWN_WORDS and get_origin(field.annotation) is not Literal:
                old = getattr(model, name)
                new = self._any(old)
                if new != old:
                    changes[name] = new
        if isinstance(model, Line) and "text" in changes:
            changes["marks"] = ()
        return model.model_copy(update=changes) if changes else model

    def _any(self, value: Any) -> Any:
        if isinstance(value, str) and not isinstance(value, Enum):
            return self._traces.reworded(value)
        if isinstance(value, Frozen):
            return self._model(value)
        if isinstance(value, tuple):
            return tuple(self._any(each) for each in value)
        return value

    def _saying(self, said: Saying) -> Saying:
        if said.member != self._taken.member:
            return said.model_copy(
                update={"words": ERASED if self._traces.are(said.words) else said.words}
            )
        return said.model_copy(
            update={"name": SOMEBODY, "words": gone(said.words), "link": ""}
            | ({"choice": ERASED} if self._traces.quoted(said.choice) else {})
        )


def texts_of(
    member: str, history: Iterable[Answer], state: State, messages: Iterable[Message]
) -> Iterable[str]:
    """Everything that a member ever wrote in a committee, as far as the record has it."""
    for answer in history:
        if answer.member != member:
            continue
        yield answer.reason
        yield from (part.text for part in answer.parts)
        if answer.value is not None:
            yield said_words(answer.value)
            yield str(getattr(answer.value, "other", ""))
            yield from getattr(answer.value, "entries", ())
    for item in state.items.values():
        yield from (note.text for note in item.notes if note.member == member)
        if item.ruling is not None and item.ruling.by == member:
            yield item.ruling.reason
    for entry in state.mitigations.values():
        yield from (note.text for note in entry.notes if note.member == member)
        if entry.by == member:
            yield from (entry.action, entry.confusion_with)
    yield from (message.text for message in messages if message.member == member)


def rooms_of(state: State, platform: str) -> Collection[tuple[str, str, str]]:
    """The hosted rooms of a committee: its channel, and each member's own messages."""
    home = [place for place in state.committee.home if place.platform == platform]
    own = [(place.platform, place.tenant, f"@{m}") for place in home for m in state.members]
    return {(place.platform, place.tenant, place.channel) for place in home}.union(own)
