"""What is counted as a question: what people are asked. The review round is none, and is not lost."""

from datetime import timedelta

from bot.core import digest, export_markdown, listings, owing, own_page, standing, summaries
from bot.core.effects import Notice, StartCard
from bot.core.reading import phase_reading
from bot.core.register import Reader
from questions.model import Kind
from storage.records import Stage
from tests.walk_rooms import Room, shared


def status(room: Room) -> Notice:
    """What Ana is told of where things stand."""
    return listings.status(room.h.state, room.h.bank, room.h.ids["Ana"])


def looking() -> Room:
    """Planning, with everything answered and the review round to come."""
    room = shared()
    for text in ("To meet", "School yard", "yes"):
        room.answer(text)
    assert room.stage() is Stage.REVIEWING
    return room


def test_the_start_promises_what_will_be_asked() -> None:
    """As many questions as the list has, and as the cards count."""
    room = shared()
    [start] = [c for c in room.h.in_channel() if isinstance(c, StartCard)]
    reader = Reader(room.h.service.look(room.h.committee), room.h.state.members[room.h.ids["Ana"]], room.h.clock())  # fmt: skip
    _, passage = phase_reading(reader, "plan", answers=False).passages
    asked = [q.prompt for q in room.h.bank if q.prompt in passage.text]
    assert "3 questions" in start.text
    assert (start.count, room.card.total, len(asked)) == (3, 3, 3)


def test_every_number_adds_up_once_all_is_answered() -> None:
    """Summary, status, team, record, export and picture count the same three."""
    room = looking()
    for _ in range(9):
        room.say("next")
    assert room.stage() is Stage.DONE
    state, bank = room.h.state, room.h.bank
    [card] = room.h.summaries()
    assert card.text == "Planning is complete: 3 answered."
    assert len(card.lines) == 3
    row = standing.progress(state, bank)[0]
    assert (row.done, row.total, row.review) == (3, 3, False)
    assert status(room).groups[1].lines[0].detail == "3 of 3"
    assert status(room).groups[2].lines[0].detail == "3 answers"
    assert "3 of 3" in export_markdown.markdown(state, bank)
    assert digest.bars(state, bank)[0].total == 3
    page = own_page.own_page(state, bank, state.members[room.h.ids["Ana"]])
    assert page.progress[0].endswith("3 of 3")


def test_a_round_waits_for_whom_it_asks() -> None:
    """Status never says that nothing waits for somebody whom the round's card asks just now."""
    room = looking()
    mine = status(room).groups[0]
    assert [(line.text, line.detail) for line in mine.lines] == [
        ("A look at what could go wrong", "Planning")
    ]
    assert own_page.rounds(room.h.state, room.h.bank, room.h.ids["Ana"]) == (
        "A look at what could go wrong waits for you in Planning.",
    )
    page = own_page.own_page(room.h.state, room.h.bank, room.h.state.members[room.h.ids["Ana"]])
    assert not page.nothing
    room.say("nothing", "Ana")
    page = own_page.own_page(room.h.state, room.h.bank, room.h.state.members[room.h.ids["Ana"]])
    assert page.nothing
    assert "Nothing waits" in status(room).groups[0].lines[0].text


def test_a_round_to_come_is_shown_as_what_follows() -> None:
    """Status, one's page, the gaps and the phase's own list name it, beside the counts."""
    room = looking()
    state, bank = room.h.state, room.h.bank
    ana = state.members[room.h.ids["Ana"]]
    follows = "3 of 3, then a look at what could go wrong"
    assert status(room).groups[1].lines[0].detail == follows
    assert own_page.own_page(state, bank, ana).progress[0].endswith(follows)
    [group] = listings.status(state, bank, ana.id, "plan").groups
    assert [line.question for line in group.lines][-1] == "plan.review"
    gaps = listings.gaps(state, bank, room.h.clock())
    assert gaps.text == "Still missing: a look at what could go wrong."
    assert [line.text for line in gaps.groups[0].lines] == ["What could go wrong for the guests?"]
    quiet = digest.digest(state, bank, room.h.clock() + timedelta(days=7), room.h.clock())
    assert "Planning waits for a look at what could go wrong." in quiet.text
    week = digest.digest(state, bank, room.h.clock(), room.h.clock() - timedelta(days=7))
    assert "Planning waits for a look at what could go wrong" in str(week.groups[0])


def test_the_gaps_count_questions_and_rounds_apart() -> None:
    """Their number is that of the open questions, so that it fits what is done and in all."""
    room = shared()
    room.answer("To meet")
    gaps = listings.gaps(room.h.state, room.h.bank, room.h.clock())
    assert gaps.text == "Still missing: 2 questions and a look at what could go wrong."
    [group] = gaps.groups
    asked = [
        line for line in group.lines
        if line.question and room.h.bank.questions[line.question].kind is not Kind.REVIEW
    ]  # fmt: skip
    assert (group.done, group.total, len(asked)) == (1, 3, 2)


def test_a_round_put_aside_is_led_to_from_the_summary() -> None:
    """It is in no count, yet *Discuss the open one* leads there."""
    room = looking()
    room.say("/park the round", "Ana")
    state, bank = room.h.state, room.h.bank
    assert room.stage() is Stage.DONE
    [card] = room.h.summaries()
    assert card.text == "Planning is complete: 3 answered."
    assert [b.question for b in card.buttons if b.action == "open"] == ["plan.review"]
    assert summaries.counts(state, bank.phases[0]) == "3 answered"
    assert [gap.why for gap in owing.gaps(state, bank, room.h.clock().date())] == ["parked"]
