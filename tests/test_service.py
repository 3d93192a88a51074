"""The shell: one event, one transaction; what comes twice, what does not belong, what cannot be kept."""

import logging
from concurrent.futures import wait
from datetime import date
from typing import Any

import pytest

from bot.core import engine
from bot.core.desk import Handled
from bot.core.effects import Notice
from bot.core.errors import Misuse, Refused
from bot.core.events import EVENT, Answered, AskedFor, Event, Queried, Typed, WentNext
from bot.core.outbox import deliver_hosted
from bot.core.service import Service
from storage.people import Place
from tests.harness import Harness
from tests.walk_rooms import garden, keep, shared

# -- twice -----------------------------------------------------------------------------------------


def test_a_delivery_that_comes_twice_counts_once() -> None:
    """Platforms redeliver: the second time nothing is kept, promised or answered."""
    h = Harness()
    walk = h.start("plan")
    event = Typed(**h.base("Ben", walk), text="To meet", ref="m1")
    assert not h.handle(event).duplicate
    after = h.state
    shown = h.contents(walk, "Ben")
    again = h.handle(event)
    assert (again.duplicate, again.effects) == (True, ())
    assert h.state == after
    assert h.contents(walk, "Ben") == shown
    assert len(h.store.read().history(h.committee)) == 1


def test_a_refused_reply_is_answered_once() -> None:
    """The word goes out through the outbox; a redelivery is silent."""
    h = Harness()
    walk = h.start("plan")
    event = WentNext(**h.base("Ben", walk))
    typed = Typed(**h.base("Ben", walk), text="next", ref="m1")
    handled = h.handle(typed)
    assert handled.refusal == "Only the chair can do that. You could ask Ana."
    assert h.handle(typed) == Handled(duplicate=True)
    notices = [c for c in h.contents(walk, "Ben") if isinstance(c, Notice)]
    assert [n.text for n in notices] == [handled.refusal]
    with pytest.raises(Refused, match="Only the chair"):
        h.handle(event)


def test_a_refused_click_may_come_again() -> None:
    """Nothing of it was kept, so the same delivery is no duplicate once it is allowed."""
    h = Harness()
    walk = h.start("plan")
    event = WentNext(**h.base("Ben", walk))
    with pytest.raises(Refused):
        h.handle(event)
    from storage.people import Role

    keep(h, "Ben", role=Role.CHAIR)
    assert not h.handle(event).duplicate
    assert h.walk(walk).current == "plan.place"


# -- ids that do not belong together ---------------------------------------------------------------


def two() -> tuple[Harness, Harness]:
    """Two committees in one store, both with a walk."""
    one = Harness()
    other = Harness(garden(), store=one.store)
    one.start("plan")
    other.handle(AskedFor(**other.base("Ana"), question="ground.for"))
    return one, other


def foreign(one: Harness, other: Harness) -> list[Event]:
    """Events of one committee with an id of the other's, or of nowhere."""
    base = {
        "id": "x1", "committee": one.committee, "member": one.ids["Ana"],
        "walk": f"{one.committee}.plan",
    }  # fmt: skip
    typed = base | {"kind": "typed", "text": "hello", "ref": "m9"}
    answered = base | {"kind": "answered", "answers": {"plan.why": {"text": "x"}}}
    raw: list[dict[str, Any]] = [
        typed | {"member": other.ids["Ana"]},
        typed | {"committee": other.committee},
        typed | {"walk": f"{other.committee}.ground"},
        typed | {"walk": ""},
        typed | {"walk": "", "place": other.channel},
        typed | {"committee": "nowhere"},
        answered | {"answers": {"ground.for": {"text": "x"}}},
        answered | {"walk": "nowhere"},
        base | {"kind": "asked_for", "question": "moon"},
    ]
    return [EVENT.validate_python(fields) for fields in raw]


def test_foreign_ids_are_misuse_and_leave_nothing() -> None:
    """Another committee's member, walk, question or room: refused, nothing kept, the id unused."""
    one, other = two()
    before = one.state, other.state
    for event in foreign(one, other):
        with pytest.raises(Misuse):
            one.service.handle(event)
        assert (one.state, other.state) == before
    walk = f"{one.committee}.plan"
    good = Typed(
        id="x1", committee=one.committee, member=one.ids["Ana"], walk=walk, text="Hi", ref="m9"
    )
    assert not one.service.handle(good).duplicate


def test_nobody_speaks_in_somebody_elses_room() -> None:
    """Ben's own walk, and Ben's messages, are closed to Ana's words."""
    h = Harness()
    mine = h.start("plan", "Ben", own=True)
    with pytest.raises(Misuse):
        h.say("Ana", "hello", mine)
    room = Place(platform="web", tenant="local", channel=f"@{h.ids['Ben']}")
    with pytest.raises(Misuse):
        h.handle(Typed(**h.base("Ana"), text="status", ref="m1", place=room))
    assert h.item("plan.why").responses == {}


# -- words that cannot be kept ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\u200b", "a\x00b", "a" * 1_000_000, "half \ud83d of it", "\ufffe"],
    ids=["empty", "blank", "invisible", "nul", "a megabyte", "a lone surrogate", "no character"],
)
def test_what_no_store_can_keep_is_refused_with_nothing_kept(text: str) -> None:
    """One clear sentence; no message, no note, no inbox row; the same delivery may come again."""
    h = Harness()
    walk = h.start("plan")
    before = h.state
    shown = h.messages(h.walk(walk).place, "Ben")
    event = Typed.model_construct(**h.base("Ben", walk), text=text, ref="m1", place=None, about="")
    with pytest.raises(Refused) as refused:
        h.service.handle(event)
    assert refused.value.sentence.endswith(".")
    assert len(refused.value.sentence) < 200
    assert h.state == before
    assert h.messages(h.walk(walk).place, "Ben") == shown
    assert not h.service.handle(event.model_copy(update={"text": "To meet"})).duplicate


@pytest.mark.parametrize(
    "text", ["\u202eevil\u202c", "=1+1", "<!channel>", "'; DROP TABLE--", "🎪"]
)
def test_odd_words_are_words(text: str) -> None:
    """Kept as they were typed."""
    h = Harness()
    walk = h.start("plan")
    h.say("Ben", text, walk)
    assert h.answer_text("plan.why", "Ben") == text


def test_reasons_and_notes_of_the_round_are_checked_too() -> None:
    """Every door where words come in."""
    h = Harness()
    walk = h.start("plan")
    bad = "a\x00b"
    with pytest.raises(Refused):
        h.press("Ben", walk, "Skip…", bad)
    with pytest.raises(Refused):
        h.press("Ben", walk, "Discuss later", bad)
    with pytest.raises(Refused):
        h.review("Ben", walk, "plan.why", effect=bad)
    with pytest.raises(Refused):
        h.review("Ben", walk, "plan.why", confusion_with=bad)
    with pytest.raises(Refused):
        h.review("Ben", walk, "plan.why", effect="fine", treatment="act", action=bad)
    with pytest.raises(Refused):
        keep(h, "Ben", name="B\x00en")
    with pytest.raises(Refused):
        keep(h, "Ben", email="\ud800@example.org")
    with pytest.raises(Refused):
        h.handle(Queried.model_construct(
            **h.base("Ben"), kind="queried", what="help", words="\ud800", place=None
        ))  # fmt: skip
    assert h.state.mitigations == {}


# -- what is logged --------------------------------------------------------------------------------

SECRET = "the moon is made of cheese"


def test_no_words_of_anybody_stand_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Ids only: not an answer, a reason, a note, a name of the round, nor a refused word."""
    caplog.set_level(logging.DEBUG)
    h = Harness()
    walk = h.start("plan")
    h.say("Ben", SECRET, walk)
    h.press("Chi", walk, "Skip…", SECRET)
    h.say("Ana", f"/park {SECRET}", walk)
    h.say("Ben", f"{SECRET} or not", walk)
    h.command("Ben", SECRET)
    h.say("Ben", f"/find {SECRET}", walk)
    with pytest.raises(Misuse):
        h.handle(Answered(**h.base("Ana", walk), answers={"moon": {"text": SECRET}}))
    h.review("Ben", walk, "plan.why", effect=SECRET)
    assert "handled kind=" in caplog.text
    for word in ("cheese", "moon is"):
        assert word not in caplog.text


def test_the_audit_says_what_changed_without_words() -> None:
    """Ids and statuses: who did what, and nothing of what was said."""
    h = Harness()
    walk = h.start("plan")
    h.say("Ben", SECRET, walk)
    h.form("Ben", walk, plan__place={"option": "park"})
    h.press("Ana", walk, "Skip…", SECRET)
    lines = h.store.read().audit(h.committee)
    assert "cheese" not in "".join(line.model_dump_json() for line in lines)
    details = [line.detail for line in lines]
    assert "plan.why open->answered" in details
    assert any("plan.permit opened" in d for d in details)
    assert any(d.startswith("plan.why answered->skipped") for d in details)
    assert {line.by for line in lines} == {h.ids["Ana"], h.ids["Ben"]}


def test_the_difference_holds_no_words() -> None:
    """However a committee has changed."""
    room = shared()
    before = room.h.state
    room.say(SECRET, "Ben")
    room.say("next")
    room.press("Discuss later", "Chi", SECRET)
    said = engine.difference(before, room.h.state)
    assert said == "plan.why open->answered; plan.place open->parked"


# -- reading ---------------------------------------------------------------------------------------


def test_find_answers_where_it_was_asked() -> None:
    """In the thread, in the channel, or with neither in one's own messages; for the asker alone."""
    h = Harness()
    walk = h.start("plan")
    h.say("Ben", "To meet", walk)
    h.handle(Queried(**h.base("Chi", walk), what="find", words="meet"))
    assert h.notice(walk, "Chi").text == "1 answer for “meet”."
    h.handle(Queried(**h.base("Chi"), what="find", words="meet", place=h.channel))
    assert h.channel_notice("Chi").text == "1 answer for “meet”."
    assert [c for c in h.in_channel("Ben") if isinstance(c, Notice)] == []
    h.handle(Queried(**h.base("Chi"), what="find", words="meet"))
    [notice] = h.direct("Chi")
    assert isinstance(notice, Notice)
    assert notice.text == "1 answer for “meet”."


def test_a_query_changes_nothing() -> None:
    """No new revision of the committee."""
    h = Harness()
    before = h.state
    for words in ("help", "status", "gaps", "find x", "export"):
        h.command("Ben", words)
    assert h.state == before


def test_forms_are_for_those_who_may_answer() -> None:
    """Observers and strangers get no form; neither does the review question."""
    h = Harness()
    with pytest.raises(Refused, match="read along"):
        h.service.form(h.committee, h.ids["Olu"], "plan.why")
    with pytest.raises(Misuse):
        h.service.form(h.committee, "stranger", "plan.why")
    with pytest.raises(Misuse):
        h.service.form(h.committee, h.ids["Ben"], "moon")
    with pytest.raises(Refused, match="own cards"):
        h.service.form(h.committee, h.ids["Ben"], "plan.review")


# -- several at once -------------------------------------------------------------------------------


def test_many_at_once_all_count() -> None:
    """Three people answer at the same moment: all three are kept, and the walk moves on once."""
    h = Harness()
    walk = h.start("plan")
    futures = [
        h.service.submit(Typed(**h.base(name, walk), text="To meet", ref=f"m{name}"))
        for name in ("Ana", "Ben", "Chi")
    ]
    wait(futures)
    assert not any(f.result().duplicate for f in futures)
    deliver_hosted(h.store, h.clock(), "test")
    assert len(h.item("plan.why").answers) == 3
    assert h.walk(walk).current == "plan.place"
    assert h.walk(walk).cards == {"plan.why": 1, "plan.place": 1}


def test_a_refused_neighbour_harms_nobody() -> None:
    """Of two events that wait together one is refused; the other is kept."""
    h = Harness()
    walk = h.start("plan")
    good = h.service.submit(Typed(**h.base("Ben", walk), text="To meet", ref="m1"))
    bad = h.service.submit(AskedFor(**h.base("Ben", walk), question="moon"))
    also = h.service.submit(Typed(**h.base("Chi", walk), text="To eat", ref="m2"))
    wait([good, bad, also])
    assert isinstance(bad.exception(), Misuse)
    assert len(h.item("plan.why").answers) == 2


# -- founding --------------------------------------------------------------------------------------


def test_a_committee_is_checked_when_it_is_founded() -> None:
    """Every problem at its field, in one go."""
    from bot.core.service import NewMember
    from tests.harness import short_bank

    h = Harness()
    service: Service = h.service
    with pytest.raises(Refused) as refused:
        service.found(
            " ",
            short_bank(),
            [
                NewMember(name="Ana", email="a@example.org", zone="Nowhere"),
                NewMember(name=" ", email="A@example.org"),
            ],
        )
    fields = {p.field for p in refused.value.problems}
    assert fields == {"name", "chair", "zone", "email", "members"}


def test_a_due_date_survives_the_store() -> None:
    """What is saved is what is loaded."""
    h = Harness()
    h.command("Ana", "assign cake @Chi by 2026-07-01")
    other = Service(h.store, h.clock)
    assignment = other.look(h.committee).state.items["plan.cake"].assignment
    assert assignment is not None
    assert assignment.due == date(2026, 7, 1)
