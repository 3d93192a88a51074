"""A committee at home on another platform: events in any order, comings and goings, where things go."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.desk import Handled
from bot.core.effects import EFFECT, Effect, Notice, React, Say
from bot.core.errors import Misuse, NotAllowed
from bot.core.events import Deleted, Edited, Event, PresenceKept, Started, Typed
from bot.core.service import NewMember
from questions.values import plain
from storage.people import Place, Role
from tests.harness import Harness
from tests.walk_rooms import hand, keep

HOME = Place(platform="slack", tenant="T1", channel="C1")


class Elsewhere(Harness):
    """The usual people, in a channel of Slack; what is promised to them there is kept, in order."""

    def __init__(self) -> None:
        super().__init__()
        people = [NewMember(name=name) for name in ("Ana", "Ben", "Chi")]
        people[0] = NewMember(name="Ana", role=Role.CHAIR)
        state = self.service.found("Abroad", self.bank, people, home=HOME)
        self.committee = state.committee.id
        self.ids = {m.name: m.id for m in state.members.values()}
        self.sent: list[tuple[Place, Effect]] = []

    def handle(self, event: Event) -> Handled:
        """Hand one event to the service, and see what it promised to Slack."""
        handled = self.service.handle(event)
        now = self.clock.advance(seconds=1)
        for message in self.store.write(lambda tx: tx.claim(now, "test", now)):
            assert message.place.platform == "slack"
            assert self.store.write(lambda tx, m=message: tx.delivered(m.id, "test", m.key))  # type: ignore[misc]
            self.sent.append((message.place, EFFECT.validate_json(message.payload)))
        return handled

    def said(self, place: Place, only_for: str = "") -> list[str]:
        """The notices that were promised to a place, for everybody or for one."""
        return [
            effect.content.text
            for at, effect in self.sent
            if at == place and isinstance(effect, Say) and isinstance(effect.content, Notice)
            if effect.only_for == only_for
        ]

    def room(self, name: str) -> Place:
        """A member's direct messages."""
        return HOME.evolve(channel=f"@{self.ids[name]}")

    def typed(self, text: str, walk: str = "", place: Place | None = None, **fields: Any) -> Typed:
        """Ben types the message m1."""
        base = self.base("Ben", walk) | {"ref": "m1"} | fields
        return Typed(**base, text=text, place=place)

    def edited(self, n: int, text: str, walk: str = "", place: Place | None = None) -> Edited:
        """Ben's n-th edit of it."""
        stamp = f"1747042800.{n:06}"
        return Edited(**self.base("Ben", walk), ref="m1", text=text, stamp=stamp, place=place)

    def deleted(self, walk: str = "", place: Place | None = None) -> Deleted:
        """Ben deletes it."""
        return Deleted(**self.base("Ben", walk), ref="m1", place=place)

    def end(self, question: str) -> tuple[list[str], list[str], str, bool]:
        """What stands of Ben at a question: the answer, the notes; its status; the mark on m1."""
        item, ben = self.item(question), self.ids["Ben"]
        asked = self.bank.questions[question]
        marks = [e.on for _, e in self.sent if isinstance(e, React) and e.ref == "m1"]
        return (
            [plain(asked, a.value) for who, a in item.answers.items() if who == ben and a.value],
            [note.text for note in item.notes if note.ref == "m1"],
            item.status,
            marks[-1:] == [True],
        )


# -- where things go -------------------------------------------------------------------------------


def test_a_committee_is_at_home_in_its_channel() -> None:
    """Start, cards and summary are promised there, the cards in the walk's thread; none to the web."""
    h = Elsewhere()
    assert h.state.committee.home == (HOME,)
    assert h.store.read().at_home("slack", "T1", "C1") == (h.committee,)
    walk = h.start("plan")
    thread = HOME.evolve(thread=walk)
    (at, start), (under, _) = h.sent
    assert isinstance(start, Say)
    assert (at, start.key) == (HOME, walk)
    assert (under, h.walk(walk).place) == (thread, thread)
    for _ in range(3):
        h.handle(h.typed("next", walk, member=h.ids["Ana"], ref=h.event_id()))
    assert h.state.committee.summarised == ("plan",)
    posted = [e.content.type for at, e in h.sent if at == HOME and isinstance(e, Say)]
    assert posted == ["start", "summary"]


def test_an_own_walk_lives_in_its_owners_messages() -> None:
    """Its start and its cards are promised to "@member", wherever it was asked for."""
    for asked_here in (True, False):
        h = Elsewhere()
        button = Started(**h.base("Ben"), phase="plan", own=True, place=h.room("Ben"))
        h.handle(h.typed("start plan own", place=HOME) if asked_here else button)
        walk = f"{h.committee}.plan.{h.ids['Ben']}"
        thread = h.room("Ben").evolve(thread=walk)
        assert [at for at, _ in h.sent] == [h.room("Ben"), thread]
        h.handle(h.typed("To meet", walk))
        assert h.end("plan.why") == (["To meet"], [], "answered", True)
        assert {at for at, _ in h.sent} == {h.room("Ben"), thread}


def test_an_answer_goes_to_where_it_was_asked_for() -> None:
    """The channel, a thread of it that is no walk's, one's own messages: for the asker alone."""
    h = Elsewhere()
    ben = h.ids["Ben"]
    places = [HOME, HOME.evolve(thread="ts:17.4"), h.room("Ben"), h.room("Ben").evolve(thread="x")]
    for n, place in enumerate(places):
        for text in ("status", "next", "juggle", "find fair"):
            h.handle(h.typed(text, place=place, ref=f"{n}{text}"))
        assert len(h.said(place, ben)) == 4
        assert h.said(place) == []
    assert len(h.sent) == 16


def test_share_is_for_everybody_to_see() -> None:
    """Said after a question to the bot, in a walk and outside; not after what is refused."""
    h = Elsewhere()
    walk = h.start("plan")
    thread = h.walk(walk).place
    for n, text in enumerate(("status share", "gaps Share", "find fair share", "help share")):
        h.handle(h.typed(text, place=HOME, ref=f"a{n}"))
        h.handle(h.typed(f"/{text}", walk, ref=f"b{n}"))
        assert (len(h.said(HOME)), len(h.said(thread))) == (n + 1, n + 1)
    h.handle(h.typed("next share", place=HOME, ref="c"))
    assert (len(h.said(HOME)), len(h.said(HOME, h.ids["Ben"]))) == (4, 1)
    assert "“fair”" in h.said(HOME)[2]


def test_words_from_nowhere_are_misuse() -> None:
    """A channel, tenant or platform that is not the committee's, or somebody else's messages."""
    h = Elsewhere()
    web = Place(platform="web", tenant="local", channel=h.committee)
    places = (
        None, HOME.evolve(channel="C2"), HOME.evolve(tenant="T2"), HOME.evolve(platform="teams"),
        h.room("Ana"), web, web.evolve(channel=f"@{h.ids['Ben']}"),
    )  # fmt: skip
    for place in places:
        with pytest.raises(Misuse):
            h.handle(h.typed("status", place=place, id="x1"))
    assert h.sent == []
    assert not h.handle(h.typed("status", place=HOME, id="x1")).duplicate


def test_a_delivery_that_comes_twice_counts_once() -> None:
    """In whichever kind: nothing is kept, promised or marked the second time."""
    h = Elsewhere()
    walk = h.start("plan")
    ana = {"member": h.ids["Ana"], "ref": "m2"}
    for event in (
        h.typed("To meet", walk), h.edited(1, "To eat", walk), h.deleted(walk),
        h.typed("gaps", place=HOME, **ana), PresenceKept(**h.base("Chi"), here=False),
    ):  # fmt: skip
        assert not h.handle(event).duplicate
        before, sent = h.state, len(h.sent)
        assert h.handle(event) == Handled(duplicate=True)
        assert (h.state, len(h.sent)) == (before, sent)


# -- events in any order ---------------------------------------------------------------------------


class Ordered:
    """One message of Ben's at a question of the shared walk: what was said and done, in order."""

    def __init__(self, question: str, *texts: str, outside: bool = False) -> None:
        self.h, self.question = Elsewhere(), question
        self.walk = self.h.start("plan")
        if question == "plan.place":
            self.h.handle(self.h.typed("next", self.walk, member=self.h.ids["Ana"], ref="m0"))
        walk, place = ("", HOME) if outside else (self.walk, None)
        self.events: list[Event] = [self.h.typed(texts[0], walk, place)]
        for n, text in enumerate(texts[1:], start=9):
            self.events.append(self.h.edited(n, text, walk, place))
        self.events.append(self.h.deleted(walk, place))

    def after(self, order: Iterable[int]) -> tuple[Any, ...]:
        """What stands once the events came in this order; a number twice is a redelivery."""
        for n in order:
            self.h.handle(self.events[n])
        told = self.h.said(HOME, self.h.ids["Ben"])
        return *self.h.end(self.question), self.h.walk(self.walk).current, told


WORDS = ("City park", "School yard", "Somewhere else: the barn", "we shall see", "park or not")


@given(data=st.data(), question=st.sampled_from(("plan.why", "plan.place")), deleted=st.booleans())
@settings(max_examples=60)
def test_the_events_of_a_message_end_the_same_in_any_order(
    data: st.DataObject, question: str, *, deleted: bool
) -> None:
    """As if they had come in order: the answer or the note, the status, the mark, the walk."""
    texts = data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
    count = len(texts) + deleted
    twice = data.draw(st.lists(st.integers(0, count - 1), max_size=3))
    order = data.draw(st.permutations([*range(count), *twice]))
    expected = Ordered(question, *texts).after(range(count))
    found = Ordered(question, *texts).after(order)
    if deleted:  # nobody sees the mark of a message that is gone
        expected, found = (x[:3] + x[4:] for x in (expected, found))
        assert expected[:3] == ([], [], "open")
    assert found == expected


@pytest.mark.parametrize("order", ["012", "102", "201", "2100", "1220", "3012", "2130", "0321"])
def test_the_newest_words_count_and_a_deletion_is_final(order: str) -> None:
    """An edit before its message, an older edit after a newer one, a deletion (3) before any."""
    found = Ordered("plan.why", "To meet", "To eat", "To dance").after(map(int, order))
    assert found[:3] == (([], [], "open") if "3" in order else (["To dance"], [], "answered"))


@pytest.mark.parametrize("order", ["012", "10", "100", "20", "210"])
def test_a_command_outside_any_thread_is_answered_as_it_stands(order: str) -> None:
    """Once, by its newest words; not at all once it is deleted (2), and later edits change nothing."""
    room = Ordered("plan.why", "juggle", "find fair", outside=True)
    told = room.after(map(int, order))[-1]
    assert ["“fair”" in text for text in told] == ([] if order[0] == "2" else [order[0] == "1"])


def test_an_id_is_a_message_of_its_own_channel_alone() -> None:
    """An edit in Ben's direct messages is not one of the message with that id in the channel."""
    room = Ordered("plan.why", "To meet")
    room.h.handle(room.h.edited(1, "To eat", place=room.h.room("Ben")))
    room.h.handle(room.h.deleted(place=room.h.room("Ben")))
    assert room.after([0])[:3] == (["To meet"], [], "answered")


# -- comings and goings ----------------------------------------------------------------------------


def here(h: Elsewhere, name: str, *, here: bool) -> bool:
    """The platform says that somebody is here, or is not; returns whether they are active then."""
    h.handle(PresenceKept(**h.base(name), here=here))
    return h.state.members[h.ids[name]].active


def test_who_leaves_is_away_and_comes_back() -> None:
    """What they said stays, what they were to answer is free, and nobody waits for them."""
    h = Elsewhere()
    walk = h.start("plan")
    hand(h, "Ben", "plan.cake")
    h.handle(h.typed("To meet", walk))
    h.handle(h.typed("To eat", walk, member=h.ids["Ana"], ref="m2"))
    before = h.state
    assert here(h, "Ben", here=True)
    assert h.state == before
    assert not here(h, "Ben", here=False)
    assert h.item("plan.cake").assignment is None
    assert h.end("plan.why")[0] == ["To meet"]
    with pytest.raises(NotAllowed, match="no longer"):
        h.handle(h.typed("Yes", walk, ref="m3"))
    assert h.walk(walk).current == "plan.why"
    h.handle(h.typed("To sing", walk, member=h.ids["Chi"], ref="m4"))
    assert h.walk(walk).current == "plan.place"
    assert not here(h, "Ben", here=False)
    assert here(h, "Ben", here=True)
    h.handle(h.typed("City park", walk, ref="m5"))
    assert h.ids["Ben"] in h.item("plan.place").answers


def test_a_committee_keeps_its_last_chair() -> None:
    """Who leaves as the only chair is told, and still leads; with another chair they may go."""
    h = Elsewhere()
    assert here(h, "Ana", here=False)
    (told,) = h.said(h.room("Ana"))
    assert told.startswith("You have left, and nobody else is chair.")
    keep(h, "Chi", role=Role.CHAIR)
    assert not here(h, "Chi", here=False)
    assert here(h, "Ana", here=False)
    assert here(h, "Chi", here=True)
    assert not here(h, "Ana", here=False)
    assert len(h.said(h.room("Ana"))) == 2


def test_whom_the_chair_let_go_stays_out() -> None:
    """Joining the channel is no way back in; the chair's word is."""
    h = Elsewhere()
    keep(h, "Ben", active=False)
    assert not here(h, "Ben", here=False)
    assert not here(h, "Ben", here=True)
    keep(h, "Ben", active=True)
    assert here(h, "Ben", here=False) is False
    keep(h, "Ben", active=True)  # back by the chair's word, then let go: it is as if never left
    keep(h, "Ben", active=False)
    assert not here(h, "Ben", here=True)
