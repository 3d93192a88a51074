"""Around the walks: handing over, members, settings, and a bank that changes under running walks."""

from datetime import date
from typing import Any

import pytest

from bot.core.effects import Notice
from bot.core.errors import Misuse, Refused
from bot.core.events import Assigned, BankMoved, MemberKept, SettingsKept
from questions.model import Bank, Question, TextQuestion, YesNoQuestion
from storage.people import Member, MoveOn, Place, Role, Settings
from storage.records import Stage, Status
from tests.harness import Harness, short_bank
from tests.walk_rooms import Room, choose, garden, hand, join, keep, own, shared

# -- handing over ----------------------------------------------------------------------------------


def test_who_is_handed_a_question_is_told() -> None:
    """One message with the question, the day, and the way to answer; the asker hears that it is done."""
    h = Harness()
    h.command("Ana", "assign cake @Chi by 12 June")
    item = h.item("plan.cake")
    assert item.assignment is not None
    assert (item.assignment.member, item.assignment.due) == (h.ids["Chi"], date(2026, 6, 12))
    [told] = h.direct("Chi")
    assert isinstance(told, Notice)
    assert told.text == "Ana asked you to answer “Will there be cake?” by 12 Jun."
    assert h.channel_notice("Ana").text == "Chi now has “Will there be cake?”, due 12 Jun."
    assert (told.buttons[0].action, told.buttons[0].question) == ("answer", "plan.cake")


def test_the_card_says_whose_it_is() -> None:
    """In the thread, with the day."""
    room = shared()
    room.h.handle(Assigned(
        **room.h.base("Ana"), question="plan.why", to=room.h.ids["Chi"], due=date(2026, 6, 12)
    ))  # fmt: skip
    assert "Chi has this one, due 12 Jun" in room.card.context


def test_a_phase_is_handed_over_in_one_go() -> None:
    """Its open questions, in one message; what is answered already is left alone."""
    h = Harness()
    h.form("Ben", run__stalls={"entries": "cake"})
    hand(h, "Chi", phase="run")
    held = [i.question for i in h.state.items.values() if i.assignment]
    assert held == ["run.aim", "run.days"]
    [told] = h.direct("Chi")
    assert isinstance(told, Notice)
    assert told.text == "Ana asked you to answer 2 questions."


def test_giving_back_and_handing_on() -> None:
    """Chi gives hers back; Ben takes it himself; the chair hands it on."""
    h = Harness()
    hand(h, "Chi", "plan.cake")
    hand(h, "", "plan.cake", by="Chi")
    assert h.item("plan.cake").assignment is None
    hand(h, "Ben", "plan.cake", by="Ben")
    hand(h, "Chi", "plan.cake")
    assignment = h.item("plan.cake").assignment
    assert assignment is not None
    assert assignment.member == h.ids["Chi"]


def test_nothing_is_handed_to_who_cannot_answer() -> None:
    """Observers, leavers and strangers; a phase without open questions; a phase that is not there."""
    h = Harness()
    keep(h, "Chi", active=False)
    with pytest.raises(Refused, match="Olu only reads along"):
        hand(h, "Olu", "plan.cake")
    with pytest.raises(Refused, match="don't know that member"):
        hand(h, "Chi", "plan.cake")
    with pytest.raises(Misuse):
        h.handle(Assigned(**h.base("Ana"), phase="moon", to=h.ids["Ben"]))
    with pytest.raises(Misuse):
        h.handle(Assigned(**h.base("Ana"), question="moon", to=h.ids["Ben"]))


# -- members ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.MEMBER}])
def test_the_last_chair_stays(change: dict[str, Any]) -> None:
    """A committee needs one; with a second one it may."""
    h = Harness()
    with pytest.raises(Refused, match="needs a chair"):
        keep(h, "Ana", **change)
    keep(h, "Ben", role=Role.CHAIR)
    keep(h, "Ana", **change)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"email": "BEN@example.org"}, "email"),
    ],
)
def test_a_members_details_are_checked(change: dict[str, Any], field: str) -> None:
    """At their field, with a sentence; nothing is kept."""
    h = Harness()
    before = h.state
    with pytest.raises(Refused) as refused:
        keep(h, "Chi", **change)
    assert [p.field for p in refused.value.problems] == [field]
    assert h.state == before


def test_a_member_of_another_committee_is_misuse() -> None:
    """The id belongs elsewhere."""
    h = Harness()
    who = Member(id="zoe", committee="elsewhere", name="Zoe")
    with pytest.raises(Misuse):
        h.handle(MemberKept(**h.base("Ana"), who=who))


def test_a_member_keeps_their_own_zone() -> None:
    """And a name with blanks is put right."""
    h = Harness()
    keep(h, "Ben", by="Ben", zone="Asia/Tokyo", name=" Benedict ")
    ben = h.state.members[h.ids["Ben"]]
    assert (ben.name, ben.zone) == ("Benedict", "Asia/Tokyo")


def test_who_joins_reopens_what_all_had_passed() -> None:
    """All three skipped it; the fourth has not been asked."""
    h = Harness()
    for name in ("Ana", "Ben", "Chi"):
        mine = h.start("plan", name, own=True)
        h.press(name, mine, "Skip…", "no idea")
    assert h.item("plan.why").status is Status.SKIPPED
    join(h, "Dev")
    assert h.item("plan.why").status is Status.OPEN


# -- settings --------------------------------------------------------------------------------------


def test_settings_are_checked() -> None:
    """A name and a zone that exists."""
    h = Harness()
    for name, zone, field in ((" ", "UTC", "name"), ("Fair", "Nowhere", "zone")):
        with pytest.raises(Refused) as refused:
            h.handle(SettingsKept(**h.base("Ana"), name=name, zone=zone, settings=Settings()))
        assert [p.field for p in refused.value.problems] == [field]


def test_days_are_the_committees() -> None:
    """A day on a card is the committee's local one."""
    room = shared("share", garden())
    h = room.h
    kept = Settings(move_on=MoveOn.EVERYONE)
    h.handle(SettingsKept(**h.base("Ana"), name="Fair", zone="Pacific/Kiritimati", settings=kept))
    h.clock.advance(hours=10)
    h.form("Ana", grow__for={"text": "All"})
    room.say("/ask share.for")
    local = h.clock().day + 1
    assert f"({local} " in room.card.context[0]


def test_keeping_what_is_kept_changes_nothing() -> None:
    """The same settings again are no change, and no new revision."""
    h = Harness()
    before = h.state
    choose(h, MoveOn.EVERYONE, 2)
    assert h.state.committee.revision == before.committee.revision


# -- another version of the bank -------------------------------------------------------------------


def version(
    old: Bank,
    *,
    without: tuple[str, ...] = (),
    add: dict[str, tuple[Question, ...]] | None = None,
    replace: dict[str, Question] | None = None,
) -> Bank:
    """The next version of a bank: questions taken out, put at a phase's front, or replaced."""
    phases = []
    for phase in old.phases:
        kept = [(replace or {}).get(q.id, q) for q in phase.questions if q.id not in without]
        fresh = (add or {}).get(phase.id, ())
        if kept or fresh:
            phases.append(phase.model_copy(update={"questions": (*fresh, *kept)}))
    data = old.model_copy(update={"version": "2", "phases": tuple(phases)}).model_dump()
    return Bank.model_validate(data)


def move(h: Harness, bank: Bank, by: str = "Ana") -> None:
    """The chair chooses the new version."""
    h.handle(BankMoved(**h.base(by), bank=bank))
    h.bank = bank


NEW = TextQuestion(id="plan.who", prompt="Who comes?")


def test_what_was_added_is_asked() -> None:
    """It stands before the current question: asked before the end, and counted."""
    room = shared()
    room.answer("To meet")
    move(room.h, version(room.h.bank, add={"plan": (NEW,)}))
    assert room.h.state.committee.bank_version == "2"
    assert room.current == "plan.place"
    assert (room.card.n, room.card.total) == (3, 4)
    room.answer("2")
    room.answer("yes")
    assert room.current == "plan.who"


def test_what_was_removed_is_closed_and_its_answers_stay() -> None:
    """The walk that stood there goes on; a return of the question brings the answers back."""
    room = shared()
    first = room.h.bank
    room.say("To meet", "Ben")
    move(room.h, version(first, without=("plan.why",)))
    item = room.h.item("plan.why")
    assert not item.applies
    assert len(item.answers) == 1
    assert room.current == "plan.place"
    move(room.h, first)
    assert room.h.item("plan.why").applies
    assert room.h.item("plan.why").status is Status.ANSWERED
    room.say("/ask plan.why")
    assert [c.folded for c in room.cards_of("plan.why")] == [True, False]


def test_a_question_of_another_kind_keeps_what_was_said() -> None:
    """Text becomes yes/no: the words stay and are shown; a new answer is read anew."""
    room = shared()
    room.answer("To meet")
    changed = YesNoQuestion(id="plan.why", prompt="Is it for meeting?")
    move(room.h, version(room.h.bank, replace={"plan.why": changed}))
    assert room.h.answer_text("plan.why", "Ben") == "To meet"
    room.say("back")
    room.say("yes", "Ben")
    assert room.h.answer_text("plan.why", "Ben") == "Yes"


@pytest.mark.parametrize("open_room", [shared, own], ids=["shared", "own"])
def test_a_phase_that_is_gone_ends_its_walks(open_room: object) -> None:
    """Its walk is done; whatever is said there is kept, and nothing breaks."""
    assert callable(open_room)
    room: Room = open_room("run")
    room.answer("Friends")
    gone = tuple(q.id for q in room.h.bank.phase_by_id["run"].questions)
    move(room.h, version(room.h.bank, without=gone))
    assert room.stage() is Stage.DONE
    for text in ("hello", "back", "/next", "/resume", "/ask 1", "/status", "/skip x", "withdraw"):
        room.say(text)
    room.h.command("Ana", "gaps")
    assert room.stage() is Stage.DONE


def test_a_note_of_the_round_on_a_question_that_is_gone() -> None:
    """Its message is edited after the whole phase has gone: the register follows, no card does."""
    room = shared()
    for text in ("To meet", "2", "yes"):
        room.answer(text)
    ref = room.say("Too late", "Ben")
    gone = tuple(q.id for q in room.h.bank.phase_by_id["plan"].questions)
    move(room.h, version(room.h.bank, without=gone))
    room.h.edit("Ben", room.id, ref, "Far too late")
    assert [n.text for n in room.h.state.mitigations["plan.why"].notes] == ["Far too late"]


def test_a_paused_walk_follows_and_stays_paused() -> None:
    """Its question is gone: it waits at the next one."""
    room = shared()
    room.say("pause")
    move(room.h, version(room.h.bank, without=("plan.why",)))
    assert (room.stage(), room.current) == (Stage.PAUSED, "plan.place")
    room.say("resume")
    assert (room.stage(), room.current) == (Stage.ASKING, "plan.place")


def test_the_answer_looked_at_is_gone() -> None:
    """The round goes on with the next one."""
    room = shared()
    room.answer("To meet")
    room.answer("2")
    room.answer("yes")
    assert room.stage() is Stage.REVIEWING
    move(room.h, version(room.h.bank, without=("plan.why",)))
    assert room.walk.review is not None
    assert room.walk.review.subject == "plan.place"


def test_going_back_skips_what_is_gone() -> None:
    """The question before the removed one is asked."""
    room = shared()
    room.answer("To meet")
    room.answer("2")
    move(room.h, version(room.h.bank, without=("plan.place", "plan.permit")))
    room.say("back")
    assert room.current == "plan.why"


def test_a_done_phase_with_something_new_can_be_started_again() -> None:
    """The new question is a gap; starting the phase asks it, and the summary follows."""
    room = shared("share", garden())
    room.answer("All")
    room.answer("Friday")
    new = TextQuestion(id="share.cost", prompt="What does a share cost?")
    move(room.h, version(room.h.bank, add={"share": (new,)}))
    assert room.stage() is Stage.DONE
    assert room.h.item("share.cost").waits
    room.h.start("share")
    assert room.current == "share.cost"
    room.answer("Nothing")
    assert room.stage() is Stage.DONE
    [card] = room.h.summaries()
    assert [line.question for line in card.lines] == ["share.cost", "share.for", "share.day"]


def test_another_bank_is_no_new_version() -> None:
    """Only a version of the same bank is followed; and only the chair chooses."""
    h = Harness()
    with pytest.raises(Refused, match="another framework"):
        move(h, garden())
    with pytest.raises(Refused, match="Only the chair"):
        move(h, version(short_bank(), add={"plan": (NEW,)}), by="Ben")
    assert h.state.committee.bank_version == "1"


# -- more than one home ----------------------------------------------------------------------------


def test_updates_of_two_homes_do_not_replace_each_other() -> None:
    """The summary stands in the channels of two platforms; each gets its own update."""
    from bot.core.effects import Update
    from bot.core.promises import promises
    from bot.core.targets import InChannel

    h = Harness()
    second = Place(platform="slack", tenant="T1", channel="C1")
    committee = h.state.committee.evolve(home=(h.channel, second))
    state = h.state.evolve(committee=committee)
    update = Update(key="summary:x", to=InChannel(), content=Notice(text="Hello"))
    event = MemberKept(**h.base("Ana"), who=state.members[h.ids["Ana"]])
    made = list(promises(state, event, (update,), h.clock()))
    assert [m.place for m in made] == [h.channel, second]
    assert len({m.slot for m in made}) == len({m.key for m in made}) == 2
