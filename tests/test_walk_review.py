"""The review round: effect, confusion, what will be done, for each answer; kept as a register."""

from datetime import date

import pytest

from bot.core.errors import Misuse, Refused
from bot.core.events import Passed, Treated
from bot.teams.render import render
from storage.people import MoveOn, Settings
from storage.records import Stage, Status, Step, Treatment
from tests import teams_cards
from tests.harness import Harness
from tests.walk_rooms import OpenRoom, Room, both, garden, keep, own, shared


def round_of(open_room: OpenRoom = shared, settings: Settings | None = None) -> Room:
    """A walk that has come to its round: two subjects answered, cake skipped."""
    room = open_room(settings=settings)
    for text in ("To meet", "2"):
        for name in room.people:
            room.say(text, name)
        if settings and settings.move_on is MoveOn.CHAIR:
            room.say("next")
    room.press("Skip…", text="no cake this year")
    if settings and settings.move_on is MoveOn.CHAIR and room.stage() is Stage.ASKING:
        room.say("next")
    assert room.stage() is Stage.REVIEWING
    return room


def step(room: Room) -> tuple[str, Step]:
    """The answer looked at, and the step."""
    assert room.walk.review is not None
    return room.walk.review.subject, room.walk.review.step


@both
def test_the_round_begins_when_the_questions_are_done(open_room: OpenRoom) -> None:
    """Its first card opens it, names whose experience it is about, and shows the answer."""
    room = round_of(open_room)
    [card] = room.reviews()
    assert card.intro.startswith("Planning is answered.")
    assert "the guests" in card.ask
    assert (card.prompt, card.answer) == ("Why do we hold a fair?", "To meet")
    assert (card.n, card.total) == (1, 2)
    assert [b.label for b in card.buttons][:2] == ["Nothing to note", "Write…"]


@both
def test_nothing_to_note_is_one_click(open_room: OpenRoom) -> None:
    """Each person's click; an answer without a note costs no more, and the walk ends."""
    room = round_of(open_room)
    for subject in ("plan.why", "plan.place"):
        for name in room.people:
            assert step(room) == (subject, Step.EFFECT)
            room.press("Nothing to note", name)
    assert room.stage() is Stage.DONE
    assert room.h.state.mitigations == {}
    assert room.h.item("plan.review").status is Status.ANSWERED


@both
@pytest.mark.parametrize("word", ["nothing", "No.", "nothing to note", "-"])
def test_nothing_by_a_word(open_room: OpenRoom, word: str) -> None:
    """Typed, it is the click, and no note."""
    room = round_of(open_room)
    room.answer(word)
    assert step(room) == ("plan.place", Step.EFFECT)
    assert room.h.state.mitigations == {}


@both
def test_effect_confusion_response_action(open_room: OpenRoom) -> None:
    """The small steps on one card, all in plain words, and the register line they make."""
    room = round_of(open_room)
    room.answer("Guests may come too late")
    assert step(room) == ("plan.why", Step.CONFUSION)
    room.answer("The harbour party")
    assert step(room) == ("plan.why", Step.RESPONSE)
    room.say("act")
    assert step(room) == ("plan.why", Step.ACTION)
    room.say("put up signs, Chi, by 12 June")
    assert step(room) == ("plan.place", Step.EFFECT)
    entry = room.h.state.mitigations["plan.why"]
    assert {n.text for n in entry.said(Step.EFFECT)} == {"Guests may come too late"}
    assert {n.text for n in entry.said(Step.CONFUSION)} == {"The harbour party"}
    assert (entry.treatment, entry.action) == (Treatment.ACT, "put up signs")
    assert entry.owner == room.h.ids["Chi"]
    assert entry.due == date(2026, 6, 12)
    assert room.reviews()[0].outcome == "Act: put up signs (Chi, by 12 Jun)"
    assert len(room.reviews()) == 2


@both
@pytest.mark.parametrize(
    ("said", "treatment"),
    [("influence", Treatment.INFLUENCE), ("Monitor.", Treatment.MONITOR), ("m", Treatment.MONITOR)],
)
def test_influence_and_monitor_settle_it(
    open_room: OpenRoom, said: str, treatment: Treatment
) -> None:
    """No action is asked for; the next answer follows."""
    room = round_of(open_room)
    room.answer("Too late")
    room.answer("no")
    room.say(said)
    assert room.h.state.mitigations["plan.why"].treatment is treatment
    assert step(room) == ("plan.place", Step.EFFECT)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("influence: talk to the board", "Influence: talk to the board"),
        ("Monitor the queue, Ben, by 12 June", "Monitor: the queue (Ben, by 12 Jun)"),
        ("act put up: signs", "Act: put up: signs"),
    ],
)
def test_what_is_said_with_the_treatment_is_kept(said: str, outcome: str) -> None:
    """With each of the three, an owner and a date included."""
    room = round_of()
    room.answer("Too late")
    room.answer("no")
    room.say(said)
    assert room.reviews()[0].outcome == outcome
    assert step(room) == ("plan.place", Step.EFFECT)


@pytest.mark.parametrize("said", ["In two weeks we know", "a sign", "I would wait", "x"])
def test_a_sentence_is_no_treatment(said: str) -> None:
    """Words that only begin like one of the three are kept, and decide nothing."""
    room = round_of()
    room.answer("Too late")
    room.answer("no")
    room.say(said)
    assert step(room) == ("plan.why", Step.RESPONSE)
    assert [n.text for n in room.h.item("plan.review").notes] == [said]


def test_a_response_that_fits_nothing_is_kept() -> None:
    """A friendly word with the three buttons; the words are a note."""
    room = round_of()
    room.answer("Too late")
    room.answer("no")
    room.say("let us see", "Ben")
    notice = room.h.notice(room.id, "Ben")
    assert [b.label for b in notice.buttons] == ["Act", "Influence", "Monitor"]
    assert [n.text for n in room.h.item("plan.review").notes] == ["let us see"]
    room.h.click("Ben", notice.buttons[2])
    assert room.h.state.mitigations["plan.why"].treatment is Treatment.MONITOR


def test_the_shared_round_waits_like_the_walk() -> None:
    """Everyone is heard on the effect; the card says who is to go."""
    room = round_of()
    room.say("Too late", "Ben")
    assert step(room) == ("plan.why", Step.EFFECT)
    assert room.h.review_card(room.id).waiting == ("Ana", "Chi")
    room.press("Nothing to note", "Ana")
    room.press("Nothing to note", "Chi")
    assert step(room) == ("plan.why", Step.CONFUSION)


def test_the_chairs_next_moves_the_round() -> None:
    """A step on where somebody noted something, past the answer where nobody did."""
    room = round_of()
    room.say("Too late", "Ben")
    room.press("Next")
    assert step(room) == ("plan.why", Step.CONFUSION)
    room.say("next")
    assert step(room) == ("plan.why", Step.RESPONSE)
    room.say("next")
    assert step(room) == ("plan.place", Step.EFFECT)
    room.say("next")
    assert room.stage() is Stage.DONE


def test_with_the_chair_the_round_waits_for_next() -> None:
    """Everyone has clicked, and the chair leads on."""
    room = round_of(settings=Settings(move_on=MoveOn.CHAIR))
    room.answer("nothing")
    assert step(room) == ("plan.why", Step.EFFECT)
    room.press("Next")
    assert step(room) == ("plan.place", Step.EFFECT)


def test_a_leaver_is_not_waited_for_in_the_round() -> None:
    """Chi is the last to be heard, and leaves."""
    room = round_of()
    room.say("Too late", "Ana")
    room.press("Nothing to note", "Ben")
    keep(room.h, "Chi", active=False)
    assert step(room) == ("plan.why", Step.CONFUSION)


@both
def test_the_form_takes_it_all_at_once(open_room: OpenRoom) -> None:
    """Effect, confusion with what, treatment, action, owner and date in one go."""
    room = round_of(open_room)
    for name in room.people:
        room.h.review(
            name, room.id, "plan.why",
            effect="Too late", confusion="Same week", confusion_with="The harbour party",
            treatment="act", action="put up signs", owner=room.h.ids["Chi"], due=date(2026, 6, 1),
        )  # fmt: skip
    entry = room.h.state.mitigations["plan.why"]
    assert (entry.confusion_with, entry.action) == ("The harbour party", "put up signs")
    assert len(entry.said(Step.EFFECT)) == len(room.people)
    assert step(room) == ("plan.place", Step.EFFECT)


def test_the_form_of_an_earlier_answer_changes_the_register_alone() -> None:
    """Write… on a folded card: the round stays where it is; one's former note is replaced."""
    room = round_of()
    room.answer("nothing")
    room.h.review("Ben", room.id, "plan.why", effect="Too late")
    room.h.review("Ben", room.id, "plan.why", effect="Far too late")
    assert step(room) == ("plan.place", Step.EFFECT)
    assert [n.text for n in room.h.state.mitigations["plan.why"].notes] == ["Far too late"]
    first = room.reviews()[0]
    assert first.folded
    assert [s.words for s in first.lines] == ["Far too late"]
    assert (first.n, first.total) == (1, 2)


@pytest.mark.parametrize("effect", ["", "It takes longer."])
@pytest.mark.parametrize("only", ["action", "owner", "due"])
def test_an_action_on_the_form_means_to_act(effect: str, only: str) -> None:
    """Also where none of the three was chosen: nothing that stands on the form is dropped."""
    room = round_of(own)
    subject, _ = step(room)
    given = {"action": "Print a leaflet", "owner": room.h.ids["Chi"], "due": date(2026, 6, 12)}
    room.h.review("Ben", room.id, subject, effect=effect, **{only: given[only]})
    entry = room.h.state.mitigations[subject]
    assert entry.treatment is Treatment.ACT
    assert getattr(entry, only) == given[only]
    assert [note.text for note in entry.notes] == ([effect] if effect else [])
    assert step(room)[0] != subject  # it is settled


def test_an_action_on_the_form_leaves_what_was_chosen_before() -> None:
    """Whoever adds a day to what is monitored does not act."""
    room = round_of(own)
    subject, _ = step(room)
    room.h.review("Ben", room.id, subject, treatment=Treatment.MONITOR)
    room.h.review("Ben", "", subject, due=date(2026, 6, 12))
    entry = room.h.state.mitigations[subject]
    assert (entry.treatment, entry.due) == (Treatment.MONITOR, date(2026, 6, 12))


def test_an_empty_form_is_refused() -> None:
    """And so is an owner nobody knows."""
    room = round_of()
    with pytest.raises(Refused, match="One line is enough"):
        room.h.review("Ben", room.id, "plan.why")
    with pytest.raises(Refused, match="don't know that member"):
        room.h.review("Ben", room.id, "plan.why", effect="Late", owner="stranger")
    with pytest.raises(Misuse):
        room.h.review("Ben", room.id, "plan.review", effect="Late")
    assert room.h.state.mitigations == {}


def test_a_late_click_says_that_the_round_has_moved_on() -> None:
    """*Nothing to note* on the card before: a word, and nothing happens."""
    room = round_of()
    room.answer("nothing")
    late = Passed(**room.h.base("Ben", room.id), subject="plan.why")
    with pytest.raises(Refused, match="moved on"):
        room.h.handle(late)
    room.answer("nothing")
    assert room.stage() is Stage.DONE
    with pytest.raises(Refused, match="moved on"):
        room.h.handle(Passed(**room.h.base("Ben", room.id), subject="plan.place"))


def test_a_treatment_from_outside_of_any_walk() -> None:
    """The register on the record's page has the three clicks, too."""
    room = round_of()
    room.h.handle(Treated(**room.h.base("Ben"), subject="plan.why", treatment=Treatment.MONITOR))
    assert room.h.state.mitigations["plan.why"].treatment is Treatment.MONITOR
    assert step(room) == ("plan.why", Step.EFFECT)


# -- changing one's words --------------------------------------------------------------------------


def test_editing_and_deleting_a_note_of_the_round() -> None:
    """The register follows the message; nobody else's id touches it."""
    room = round_of()
    ref = room.say("Too late", "Ben")
    room.h.edit("Ben", room.id, ref, "Much too late")
    assert [n.text for n in room.h.state.mitigations["plan.why"].notes] == ["Much too late"]
    room.h.delete("Ben", room.id, ref)
    assert room.h.state.mitigations["plan.why"].notes == ()


# -- what happens meanwhile ------------------------------------------------------------------------


@both
def test_the_answer_looked_at_is_withdrawn(open_room: OpenRoom) -> None:
    """There is nothing to look at any more: on to the next answer."""
    room = round_of(open_room)
    for name in room.people:
        room.withdraw("plan.why", name)
    assert step(room) == ("plan.place", Step.EFFECT)
    assert room.walk.reviewed == ()


def test_the_answer_looked_at_is_closed_by_a_condition() -> None:
    """Its question is not asked any more: on to the next answer."""
    room = shared("ground", garden())
    for text in ("Everyone", "no", "rain", "tomatoes", "rakes"):
        room.answer(text)
    for _ in range(2):
        room.answer("nothing")
    assert step(room) == ("ground.tank", Step.EFFECT)
    room.form("Ana", ground__water={"yes": "yes"})
    room.form("Ben", ground__water={"yes": "yes"})
    room.form("Chi", ground__water={"yes": "yes"})
    assert step(room) == ("ground.beds", Step.EFFECT)


def test_the_answer_closes_while_the_round_is_paused() -> None:
    """Resumed, the round goes on with the next answer."""
    room = shared("ground", garden())
    for text in ("Everyone", "no", "rain", "tomatoes", "rakes"):
        room.answer(text)
    for _ in range(2):
        room.answer("nothing")
    room.say("pause")
    for name in room.people:
        room.form(name, ground__water={"yes": "yes"})
    assert room.stage() is Stage.PAUSED
    room.say("resume")
    assert step(room) == ("ground.beds", Step.EFFECT)


@both
def test_pausing_in_the_round(open_room: OpenRoom) -> None:
    """Words said meanwhile are kept beside the answer; the round goes on where it was."""
    room = round_of(open_room)
    room.say("pause")
    room.say("by the way", "Ben")
    assert [n.text for n in room.h.item("plan.why").notes] == ["by the way"]
    room.h.review("Ben", room.id, "plan.why", effect="Too late", treatment="monitor")
    assert room.stage() is Stage.PAUSED
    room.say("resume")
    assert step(room) == ("plan.why", Step.EFFECT)


@both
def test_skipping_the_round(open_room: OpenRoom) -> None:
    """With a reason: the chair for all, the owner for oneself; the walk ends."""
    room = round_of(open_room)
    room.say("/skip we know the risks")
    assert room.stage() is Stage.DONE
    review = room.h.item("plan.review")
    if room.lead == "Ana":
        assert review.status is Status.SKIPPED
        assert review.ruling is not None
        assert review.ruling.reason == "we know the risks"
    else:
        assert review.responses[room.h.ids["Ben"]].reason == "we know the risks"


def test_a_member_passes_on_the_whole_round() -> None:
    """Ben's skip counts for every answer of it; the others are still asked."""
    room = round_of()
    room.say("/skip not my field", "Ben")
    assert step(room) == ("plan.why", Step.EFFECT)
    assert room.h.review_card(room.id).waiting == ("Ana", "Chi")
    room.say("no", "Ana")
    room.say("no", "Chi")
    assert step(room) == ("plan.place", Step.EFFECT)
    assert room.h.review_card(room.id).waiting == ("Ana", "Chi")


def test_putting_the_round_aside() -> None:
    """`park`: the review question is to discuss, and the phase is done without it."""
    room = round_of()
    room.say("/park no time today", "Ben")
    assert room.h.item("plan.review").status is Status.PARKED
    assert room.stage() is Stage.DONE


def test_a_round_over_nothing_does_not_apply() -> None:
    """Everything was skipped: the review question says so."""
    room = shared()
    for _ in range(3):
        room.press("Skip…", text="not now")
    assert room.stage() is Stage.DONE
    assert room.h.item("plan.review").status is Status.NA


def test_ones_own_round_looks_at_ones_own_answers() -> None:
    """What only others said is theirs to look at."""
    h = Harness()
    h.form("Ana", plan__place={"option": "park"})
    mine = h.start("plan", "Ben", own=True)
    h.say("Ben", "To meet", mine)
    for _ in range(2):
        h.press("Ben", mine, "Skip…", "no idea")
    h.press("Ben", mine, "Skip…", "no idea")
    card = h.review_card(mine)
    assert (card.subject, card.n, card.total) == ("plan.why", 1, 1)
    assert card.waiting == ()


def test_the_register_is_shared_by_all_rounds() -> None:
    """What Ben noted in his own round stands on the committee's card."""
    room = round_of(own)
    room.say("Too late")
    h = room.h
    walk = h.start("plan")
    for name in ("Ana", "Chi"):
        h.form(name, walk, plan__why={"text": "To meet"}, plan__place={"option": "school"})
    for name in ("Ana", "Ben", "Chi"):
        if h.walk(walk).stage is Stage.ASKING:
            h.form(name, walk, plan__cake={"yes": "yes"})
    assert h.walk(walk).stage is Stage.REVIEWING
    assert [s.words for s in h.review_card(walk).lines] == ["Too late"]


def test_what_was_said_before_stands_above_the_next_question() -> None:
    """An effect is no answer to what it may be confused with; a folded card has all that was said."""
    room = round_of()
    room.say("Too late", "Ben")
    assert [s.words for s in room.h.review_card(room.id).lines] == ["Too late"]
    room.say("next")
    card = room.h.review_card(room.id)
    assert card.ask.startswith("Could it be confused")
    assert ([s.words for s in card.before], card.lines) == (["Too late"], ())
    shown = teams_cards.words(render("c0ffee123456", card)[0].card)
    assert shown.index("Too late") < shown.rindex("Could it be confused")
    room.say("The harbour party", "Chi")
    room.say("next")
    card = room.h.review_card(room.id)
    assert [s.words for s in card.before] == ["Too late", "The harbour party"]
    room.say("monitor")
    folded = room.reviews()[0]
    assert ([s.words for s in folded.lines], folded.before) == (
        ["Too late", "The harbour party"],
        (),
    )
