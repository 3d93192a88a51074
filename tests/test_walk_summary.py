"""The phase's summary: once to the channel, with all that was said, and true from then on."""

from bot.core.effects import Notice
from bot.core.events import MemberKept
from storage.records import Stage, Status
from tests.harness import Harness
from tests.walk_rooms import Room, garden, keep, shared


def done() -> Room:
    """Planning, done: one answered by two, one skipped by the chair, one parked by Ben."""
    room = shared()
    room.say("To meet", "Ben")
    room.say("To raise money", "Chi")
    room.say("next")
    room.press("Skip…", "Ana", "the town decides")
    room.press("Discuss later", "Ben", "allergies")
    assert room.stage() is Stage.REVIEWING
    room.say("Too late", "Ben")
    room.say("next")
    room.say("The harbour party", "Chi")
    room.say("next")
    room.say("act: put up signs, Chi, by 12 June")
    assert room.stage() is Stage.DONE
    return room


def test_the_summary_is_posted_once() -> None:
    """To the channel, with the counts in one line."""
    room = done()
    [card] = room.h.summaries()
    assert card.text == "Planning is complete: 1 answered, 1 skipped, 1 to discuss."
    assert room.h.state.committee.summarised == ("plan",)


def test_it_has_every_question_with_answers_and_authors() -> None:
    """Who said what, what was skipped and why, what is to discuss."""
    room = done()
    lines = {line.question: line for line in room.h.summaries()[0].lines}
    assert list(lines) == ["plan.why", "plan.place", "plan.cake"]
    assert [(s.name, s.words) for s in lines["plan.why"].said] == [
        ("Ben", "To meet"), ("Chi", "To raise money"),
    ]  # fmt: skip
    assert (lines["plan.place"].status, lines["plan.place"].reason) == (
        Status.SKIPPED, "the town decides",
    )  # fmt: skip
    assert (lines["plan.cake"].status, lines["plan.cake"].reason) == (Status.PARKED, "allergies")


def test_it_has_the_register() -> None:
    """Effect, confusion and what is done about it."""
    [line] = done().h.summaries()[0].register_lines
    assert line.prompt == "Why do we hold a fair?"
    assert line.effect == "Too late"
    assert line.confusion == "The harbour party"
    assert line.outcome == "Act: put up signs (Chi, by 12 Jun)"


def test_it_leads_on() -> None:
    """To the record, to what is to discuss, and to the next phase."""
    buttons = done().h.summaries()[0].buttons
    assert [(b.action, b.label) for b in buttons] == [
        ("record", "Read it"),
        ("open", "Discuss the open one"),
        ("start", "Next: Running it"),
    ]


def test_the_thread_is_closed_with_a_word() -> None:
    """And the words typed there afterwards are kept as a note, with a way to the record."""
    room = done()
    last = room.h.notice(room.id, "Ben")
    assert last.text.startswith("Planning is complete")
    room.say("I forgot something", "Ben")
    notice = room.h.notice(room.id, "Ben")
    assert "kept your words as a note" in notice.text
    assert [n.text for i in room.h.state.items.values() for n in i.notes] == ["I forgot something"]


def test_a_change_afterwards_updates_it_in_place() -> None:
    """Answers, rulings and the register: the one post stays true, and no second one comes."""
    room = done()
    room.form("Ben", plan__cake={"yes": "yes"})
    room.h.review("Ben", room.id, "plan.why", effect="Far too late", treatment="monitor")
    [card] = room.h.summaries()
    assert card.text == "Planning is complete: 2 answered, 1 skipped."
    assert card.register_lines[0].effect == "Far too late"
    assert card.register_lines[0].outcome == "Monitor"


def test_what_opens_afterwards_is_led_to() -> None:
    """A changed answer opens a question in the done phase: the summary says so and leads there."""
    room = shared("ground", garden())
    for text in ("Everyone", "yes", "tomatoes", "rakes"):
        room.answer(text)
    room.say("/skip no time")
    assert room.stage() is Stage.DONE
    room.form("Ben", ground__water={"yes": "no"})
    [card] = room.h.summaries()
    assert card.text.endswith("1 open.")
    [button] = [b for b in card.buttons if b.question == "ground.tank"]
    assert (button.action, button.label) == ("open", "Answer the open one")
    room.h.start("ground")
    assert room.current == "ground.tank"
    room.answer("rain")
    assert room.stage() is Stage.DONE
    [card] = room.h.summaries()
    assert "open." not in card.text


def test_a_closed_question_is_not_in_it() -> None:
    """What does not apply is not in the list."""
    room = done()
    assert "plan.permit" not in [line.question for line in room.h.summaries()[0].lines]


def test_without_a_shared_walk_it_comes_when_all_own_walks_are_done() -> None:
    """The last one's last answer posts it."""
    h = Harness(garden())
    for name in ("Ana", "Ben", "Chi"):
        assert h.summaries() == []
        mine = h.start("share", name, own=True)
        h.say(name, "All", mine)
        h.say(name, "Friday", mine)
        assert h.walk(mine).stage is Stage.DONE
        [*_, last] = [c for c in h.contents(mine, name) if isinstance(c, Notice)]
        assert last.text == "That's all of Sharing it for you: 2 answered."
    assert len(h.summaries()) == 1


def test_the_last_one_waited_for_leaves() -> None:
    """Two own walks are done; the third member leaves, or was never going to: now it is complete."""
    h = Harness(garden())
    for name in ("Ana", "Ben"):
        mine = h.start("share", name, own=True)
        h.say(name, "All", mine)
        h.say(name, "Friday", mine)
    assert h.summaries() == []
    keep(h, "Chi", active=False)
    assert len(h.summaries()) == 1


def test_a_phase_that_is_gone_through_again_is_not_posted_again() -> None:
    """Back into a done phase and out again: the one summary is updated."""
    room = done()
    room.say("back")
    assert room.stage() is Stage.ASKING
    room.answer("yes")
    while room.stage() is not Stage.DONE:
        room.say("next")
    assert len(room.h.summaries()) == 1


def test_the_event_of_a_leaver_is_an_ordinary_one() -> None:
    """Nothing is posted when a leaver makes no phase complete."""
    h = Harness()
    h.start("plan", "Ben", own=True)
    who = h.state.members[h.ids["Chi"]].evolve(active=False)
    assert h.handle(MemberKept(**h.base("Ana"), who=who)).effects == ()
