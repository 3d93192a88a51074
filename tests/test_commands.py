"""Commands as text, the same everywhere: what they mean, what they are not, and "did you mean"."""

import re
from datetime import date
from typing import Any

import pytest

from bot.core import commands, dates, helping, listings
from bot.core.effects import Notice
from bot.core.events import (
    AskedFor,
    Assigned,
    Event,
    Held,
    NotApplicable,
    Parked,
    Passed,
    PausedWalk,
    Queried,
    ResumedWalk,
    Skipped,
    Started,
    Told,
    Typed,
    WentBack,
    WentNext,
    Withdrawn,
)  # fmt: skip
from bot.core.naming import find_phase, find_questions
from questions.loader import read_bank
from questions.model import Bank
from storage.people import Place
from storage.records import Stage, Status
from tests.harness import Harness, short_bank
from tests.walk_rooms import Room, garden, own, shared


def meaning(room: Room, text: str, who: str = "Ana", about: str = "") -> Event:
    """What typed words mean in a walk."""
    event = Typed(**room.h.base(who, room.id), text=text, ref="m1", about=about)
    return commands.meaning(event, room.h.state, room.h.bank, room.h.clock())


def outside(h: Harness, text: str, name: str = "Ana") -> Event:
    """What typed words mean in the channel."""
    event = Typed(**h.base(name), text=text, ref="m1", place=h.channel)
    return commands.meaning(event, h.state, h.bank, h.clock())


# -- every command ---------------------------------------------------------------------------------

EVERY = {
    "help": Queried, "start Running it": Started, "next": WentNext, "back": WentBack,
    "skip no need": Skipped, "na not here": NotApplicable, "park": Parked, "park too early": Parked,
    "holds": Held, "withdraw": Withdrawn, "why": Queried, "status": Queried,
    "status mine": Queried, "status team": Queried, "status planning": Queried, "gaps": Queried,
    "ask 3": AskedFor, "ask cake": AskedFor, "assign cake @Ben": Assigned,
    "assign planning @Ben by 12 June": Assigned, "find cake": Queried, "export": Queried,
    "pause": PausedWalk, "resume": ResumedWalk,
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), EVERY.items(), ids=list(EVERY))
@pytest.mark.parametrize("prefix", ["/convenor ", "/", "@convenor ", "/Convenor  "])
def test_every_command_with_its_prefix(prefix: str, text: str, kind: type[Event]) -> None:
    """In a thread, however it is addressed."""
    assert isinstance(meaning(shared(), prefix + text), kind)


@pytest.mark.parametrize(("text", "kind"), EVERY.items(), ids=list(EVERY))
def test_every_command_in_the_channel(text: str, kind: type[Event]) -> None:
    """Outside of a thread everything said to the bot is a command; numbers count in a thread."""
    assert isinstance(outside(Harness(), text), Told if text == "ask 3" else kind)


def test_the_help_knows_every_command() -> None:
    """Each command is listed with its use, and explained by itself."""
    h = Harness()
    h.command("Olu", "help")
    notice = h.channel_notice("Olu")
    listed = [line.text.split()[0].rstrip(":") for line in notice.groups[0].lines]
    assert sorted([*listed, "here", "more"]) == sorted(commands.READERS)  # these two end others
    for name in listed:
        h.command("Olu", f"help {name}")
        assert h.channel_notice("Olu").text.startswith(name)


# -- words that are answers ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["next", "Next", "next.", "back", "help", "status", "why", "?"])
def test_a_bare_word_is_a_command(text: str) -> None:
    """In a thread, when it is all that was typed."""
    assert not isinstance(meaning(shared(), text), Typed)


@pytest.mark.parametrize(
    "text",
    [
        "Next year we want to fly",
        "Back to the roots",
        "help the neighbours",
        "skip the cake and have more music",
        "Find partners",
        "start with the children",
        "Ask the mayor",
        "no",
        "find",
        "continue",
        "go on",
        "resume",
        "still holds",
        "status quo",
        "search",
    ],
)
def test_an_answer_is_an_answer(text: str) -> None:
    """Words that begin like a command are what somebody says."""
    assert isinstance(meaning(shared(), text), Typed)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("skip: we have none", Skipped), ("na: no water here", NotApplicable),
        ("N/A: no water", NotApplicable), ("park: ask the mayor", Parked), ("ask 2", AskedFor),
        ("status team", Queried), ("help assign", Queried), ("assign cake @Ben", Assigned),
    ],
)  # fmt: skip
def test_what_is_hardly_an_answer_needs_no_slash(text: str, kind: type[Event]) -> None:
    """A colon, a number or a name makes it clear enough."""
    assert isinstance(meaning(shared(), text), kind)


def test_an_option_of_that_name_is_chosen() -> None:
    """ "park" is the city park where that is an option, and a command elsewhere."""
    room = shared()
    assert isinstance(meaning(room, "park"), Parked)
    room.say("/ask plan.place")
    assert isinstance(meaning(room, "park"), Typed)
    assert isinstance(meaning(room, "/park"), Parked)
    assert isinstance(meaning(room, "next"), WentNext)


def test_go_on_when_it_is_paused() -> None:
    """There "continue" can mean nothing else."""
    room = shared()
    room.say("pause")
    for text in ("resume", "continue", "go on"):
        assert isinstance(meaning(room, text), ResumedWalk)


def test_still_holds_where_something_can_hold() -> None:
    """Only a linked question takes the bare words as the click."""
    room = shared("share", garden())
    assert isinstance(meaning(room, "still holds"), Held)


def test_nothing_in_the_round() -> None:
    """In the review round "nothing" is the click; about an earlier question it is words."""
    room = shared()
    room.answer("To meet")
    room.say("next")
    room.say("next")
    assert room.stage() is Stage.REVIEWING
    assert isinstance(meaning(room, "Nothing to note."), Passed)
    assert isinstance(meaning(room, "nothing", about="plan.why"), Typed)
    assert isinstance(meaning(room, "nothing much"), Typed)


def test_a_reason_on_the_next_line() -> None:
    """A line break after the command is as good as a blank."""
    event = meaning(shared(), "/skip\nwe have none")
    assert isinstance(event, Skipped)
    assert event.reason == "we have none"


# -- did you mean ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("nxt", "next"), ("stauts", "status"), ("asign cake", "assign"), ("resum", "resume")],
)
def test_a_typo_gets_did_you_mean(typo: str, meant: str) -> None:
    """With a slash or in the channel; never with anything done."""
    for event in (meaning(shared(), f"/{typo}"), outside(Harness(), typo)):
        assert isinstance(event, Told)
        assert f"Did you mean “{meant}”?" in event.sentence


def test_an_unknown_word_leads_to_help() -> None:
    """Nothing is near: the sentence says where to look."""
    event = outside(Harness(), "/hullabaloo")
    assert isinstance(event, Told)
    assert event.sentence == "I don't know “hullabaloo”. “help” lists what I understand."
    assert event.buttons == ()


def test_an_answer_in_the_channel_is_led_to_its_thread() -> None:
    """Words that are no command: a button to each thread that is open, to nobody else's own."""
    room = shared()
    room.h.start("run", "Ben", own=True)
    said = "Hullabaloo. People come for the music"
    for name, labels in (
        ("Ben", ["Open Planning", "Open Running it, at my own pace"]),
        ("Chi", ["Open Planning"]),
    ):
        event = outside(room.h, said, name)
        assert isinstance(event, Told)
        assert event.sentence == (
            "Only commands work here; “help” lists them. An answer goes into its thread:"
        )
        assert [b.label for b in event.buttons] == labels
        assert {b.action for b in event.buttons} == {"open"}
        assert event.buttons[0].walk == room.id
    room.h.command("Chi", said)
    told = room.h.channel_notice("Chi")
    assert [(b.action, b.walk) for b in told.buttons] == [("open", room.id)]
    greeting = outside(room.h, "Hello there friends")
    assert isinstance(greeting, Told)
    assert greeting.buttons
    before = outside(Harness(), said)
    assert isinstance(before, Told)
    assert before.sentence.endswith("once the phase has begun.")


def test_a_refusal_comes_back_to_who_asked() -> None:
    """Through the room they are in, for them alone; nothing has changed."""
    h = Harness()
    before = h.state
    handled = h.command("Ben", "start planning")
    assert handled.refusal == "Only the chair can do that. You could ask Ana."
    assert h.channel_notice("Ben").text == handled.refusal
    assert [c for c in h.in_channel("Chi") if isinstance(c, Notice)] == []
    assert h.state == before


@pytest.mark.parametrize("text", ["next", "back", "pause", "resume", "skip why not", "holds"])
def test_what_belongs_into_a_thread_says_so(text: str) -> None:
    """In the channel there is no question to move: a word on where to say it."""
    handled = Harness().command("Ana", text)
    assert handled.refusal == "That belongs in a phase's thread. Open one, and say it there."


def test_observers_may_ask_where_things_stand() -> None:
    """Help, status, gaps, find and export are for everyone who reads."""
    room = shared()
    for text in ("help", "status", "gaps", "find cake", "export", "why"):
        handled = room.h.say("Olu", f"/{text}", room.id)
        assert handled.refusal == "", text


# -- which phase, which question, whom, when -------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "phase"),
    [("1", "plan"), ("2", "run"), ("Planning", "plan"), ("running", "run"), ("PLAN", "plan"),
     ("run", "run"), ("3", None), ("0", None), ("²", None), ("", None), ("x", None)],
)  # fmt: skip
def test_a_phase_by_number_id_or_beginning(name: str, phase: str | None) -> None:
    """And none where nothing fits."""
    assert find_phase(short_bank(), name) == phase


@pytest.mark.parametrize(
    ("words", "found"),
    [("1", ("plan.why",)), ("3", ("plan.cake",)), ("4", ()), ("9", ()), ("²", ()), ("cake", ("plan.cake",)),
     ("plan.cake", ("plan.cake",)), ("PLAN.CAKE", ("plan.cake",)), ("permit", ("plan.permit",)),
     ("unicorn", ()), ("stalls need", ("run.stalls",)), ("!", ())],
)  # fmt: skip
def test_a_question_by_number_id_or_words(words: str, found: tuple[str, ...]) -> None:
    """Numbers are those on the cards: they count what applies."""
    room = shared()
    assert find_questions(room.h.state, room.h.bank, room.id, words) == found


def test_several_questions_fit() -> None:
    """A button for each asks, or hands over, what was meant; nothing has to be typed again."""
    room = shared()
    event = meaning(room, "/ask will")
    assert isinstance(event, Told)
    assert event.sentence == "Several questions fit “will”. Which one is it?"
    labels = ["Where will it be?", "Will there be cake?"]
    assert [button.label for button in event.buttons] == labels
    room.say("/assign will @ben by 12 June", "Ana")
    told = room.h.notice(room.id, "Ana")
    assert told.text == "Several questions fit “will”. Which one is it? A press hands it to Ben."
    room.h.click("Ana", told.buttons[1])
    handed = room.h.item("plan.cake").assignment
    assert handed is not None
    assert (handed.member, handed.due) == (room.h.ids["Ben"], date(2026, 6, 12))


def test_a_great_many_questions_fit() -> None:
    """The first few have buttons, and it is said that there are more."""
    h = Harness(read_bank("microcredential"))
    event = outside(h, "ask the")
    assert isinstance(event, Told)
    assert re.match(r"\d+ questions fit “the”\. These are the first", event.sentence)
    assert len(event.buttons) == commands.MOST


@pytest.mark.parametrize("bank", [short_bank(), read_bank("microcredential")])
def test_every_example_of_the_help_works(bank: Bank) -> None:
    """As it stands there: it is understood, and needs no second question."""
    h = Harness(bank)
    h.command("Ben", "help")
    lines = [line.text for line in h.channel_notice("Ben").groups[0].lines]
    assert not [line for line in lines if set(line) & set("[]|{}")]
    for line in lines:
        meant = outside(h, line, "Ben")
        answer = isinstance(meant, Typed) and line.startswith("answer")
        assert answer or not isinstance(meant, Told | Typed), line
    told = outside(h, "assign cake", "Ben")
    assert isinstance(told, Told)
    order = told.sentence.removeprefix("To whom? As in: ").removesuffix(".")
    assert isinstance(outside(h, order, "Ben"), Assigned)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (
            Place(platform="teams", tenant="t", channel="19:c"),
            "these, with @Convenor in front. Add",
        ),
        (Place(platform="teams", tenant="t", channel="@ana"), "or say one of these."),
        (
            Place(platform="slack", tenant="t", channel="C1"),
            "with /convenor or @Convenor in front. Add",
        ),
        (Place(platform="web", tenant="t", channel="c"), "with / in front. Add"),
    ],
)
def test_the_help_says_how_it_is_said_there(place: Place, says: str) -> None:
    """With what stands in front just there, and of no other platform."""
    h = Harness()
    notice = helping.help_with(h.state, h.bank, h.ids["Ana"], "", place)
    assert says in notice.text
    others = {"slack", "terminal", "teams"}
    assert not others & set(notice.text.casefold().split())


def test_the_help_promises_nothing_that_is_not_so_there() -> None:
    """Answers where none is asked for, and to show to everybody what everybody sees."""
    h = Harness()
    room = Place(platform="teams", tenant="t", channel="19:c")
    chat = Place(platform="teams", tenant="t", channel="@ana")
    at_home = Queried(**h.base("Ana"), what="help", place=room)
    assert listings.answer(h.state, h.bank, at_home, h.clock()).text == (
        "Say one of these, with @Convenor in front. An answer goes where its question stands."
    )
    alone = at_home.model_copy(update={"place": chat})
    assert listings.answer(h.state, h.bank, alone, h.clock()).text == (
        "Say one of these. An answer goes where its question stands."
    )
    walk = h.start("plan")
    asked = at_home.model_copy(update={"walk": walk, "place": room.evolve(thread=walk)})
    assert listings.answer(h.state, h.bank, asked, h.clock()).text == (
        "Answer in plain words, or say one of these, with @Convenor in front. "
        "Add “share” to show everybody what I say."
    )


@pytest.mark.parametrize(
    ("text", "question", "due"),
    [
        ("assign cake @Ben", "plan.cake", None),
        ("assign cake to @Ben by 12 June", "plan.cake", date(2026, 6, 12)),
        ("assign cake Ben by Friday", "plan.cake", date(2026, 5, 8)),
        ("assign @Ben cake", "plan.cake", None),
        ("assign 3 @ben by 2026-07-01", "plan.cake", date(2026, 7, 1)),
        ("assign this @Ben", "plan.why", None),
        ("assign it to me", "plan.why", None),
    ],
)
def test_assign_in_a_persons_words(text: str, question: str, due: date | None) -> None:
    """Which question, whom and by when, in the order people say it."""
    event = meaning(shared(), f"/{text}", "Ben")
    assert isinstance(event, Assigned), event
    assert event.question == question
    assert event.due == due


def test_assign_a_phase() -> None:
    """Its open questions go to one person."""
    event = meaning(shared(), "/assign Running it @Chi")
    assert isinstance(event, Assigned)
    assert (event.phase, event.question) == ("run", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("assign", "To whom?"),
        ("assign cake", "To whom?"),
        ("assign cake @Zoe", "I don't know “Zoe” here. There are: Ana, Ben, Chi, Olu."),
        ("assign unicorn @Ben", "I find no question for “unicorn”"),
        ("assign cake @Ben by whenever", "I can't read “whenever” as a date"),
        ("ask", "Which question?"),
        ("find", "Find what?"),
        ("start", "Which phase? There are: Planning, Running it."),
        ("status moon", "Which phase?"),
        ("na", "What is the reason?"),
    ],
)
def test_what_is_missing_is_asked_for(text: str, says: str) -> None:
    """Half a command gets a sentence with what would work."""
    event = meaning(shared(), f"/{text}")
    assert isinstance(event, Told)
    assert event.sentence.startswith(says), event.sentence


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-12", date(2026, 6, 12)), ("12 June", date(2026, 6, 12)),
        ("June 12", date(2026, 6, 12)), ("Friday", date(2026, 5, 15)),
        ("next Friday", date(2026, 5, 15)), ("tomorrow", date(2026, 5, 13)),
        ("in 2 weeks", date(2026, 5, 26)), ("12 May", date(2026, 5, 12)),
        ("11 May", date(2027, 5, 11)), ("12 May 2027", date(2027, 5, 12)), ("soon", None),
    ],
)  # fmt: skip
def test_dates_as_people_say_them(text: str, day: date | None) -> None:
    """From a Tuesday in May, in the future where that is left open."""
    from datetime import UTC, datetime

    now = datetime(2026, 5, 12, 9, tzinfo=UTC)
    found = dates.date_in(text, now, "Europe/Berlin")
    assert found == day


def test_own_is_asked_for_in_words() -> None:
    """`start planning own`, or any start in one's own messages, is one's own walk."""
    h = Harness()
    event = outside(h, "start planning own")
    assert isinstance(event, Started)
    assert (event.phase, event.own) == ("plan", True)
    room = own()
    event = meaning(room, "/start running", "Ben")
    assert isinstance(event, Started)
    assert (event.phase, event.own) == ("run", True)


# -- what is answered ------------------------------------------------------------------------------


def test_status_is_mine_first() -> None:
    """What waits for me, then the phases, then the team."""
    room = shared()
    room.say("To meet", "Ben")
    room.say("status", "Ben")
    notice = room.h.notice(room.id, "Ben")
    assert [g.heading for g in notice.groups] == ["Waiting for you", "Phases", "Team"]
    assert notice.groups[0].lines[0].question == "plan.place"
    assert [line.detail for line in notice.groups[1].lines] == ["1 of 3", "0 of 3"]
    assert notice.groups[2].lines[1].detail == "1 answer, 2 questions waiting"


@pytest.mark.parametrize(
    ("channel", "thread", "share", "who"),
    [
        ("19:fair@thread.v2", "", False, "Ben"),
        ("19:fair@thread.tacv2", "ts:17", False, "Ben"),
        ("19:fair@thread.tacv2", "walk", False, "you"),
        ("@ben", "", False, "you"),
        ("@ben", "", True, "Ben"),
    ],
)
def test_status_for_all_says_whose_it_is(channel: str, thread: str, share: bool, who: str) -> None:
    """Where everybody reads it: in a room of Teams, and where it was asked to be shared."""
    room = shared()
    place = Place(
        platform="teams",
        tenant="t",
        channel=channel,
        thread=room.id if thread == "walk" else thread,
    )
    event = Queried(
        **room.h.base("Ben", room.id), what="status", words="", place=place, share=share
    )
    notice = listings.answer(room.h.state, room.h.bank, event, room.h.clock())
    assert notice.groups[0].heading == f"Waiting for {who}"
    room.answer("To meet")
    for text in ("School yard", "yes"):
        room.answer(text)
    while room.stage() is Stage.REVIEWING:
        room.say("next")
    notice = listings.answer(room.h.state, room.h.bank, event, room.h.clock())
    assert notice.groups[0].lines[0].text == f"Nothing waits for {who}."


def test_gaps_have_owner_and_age() -> None:
    """What is to discuss, who is to answer, and what holds up most first."""
    room = shared()
    room.say("/ask plan.cake")
    room.press("Discuss later", "Ben")
    room.say("gaps", "Ben")
    [group] = room.h.notice(room.id, "Ben").groups
    details = {line.question: line.detail for line in group.lines}
    assert group.lines[0].question == "plan.place"
    assert details["plan.place"] == "open · holds up 1 question · everyone"
    assert details["plan.cake"].startswith("to discuss · since")
    assert room.h.item("plan.cake").status is Status.PARKED


@pytest.mark.parametrize("platform", ["web", "slack", "teams"])
def test_export_says_where_the_record_comes_from(platform: str) -> None:
    """From the workspace's page only to those who have it; the button is for reading."""
    h = Harness()
    place = Place(platform=platform, tenant="t", channel="@ben")
    event = Queried(**h.base("Ben"), what="export", place=place)
    notice = listings.answer(h.state, h.bank, event, h.clock())
    assert ("web workspace" in notice.text) == (platform == "web")
    assert "“convenor export”" in notice.text
    assert [button.label for button in notice.buttons] == ["Open the record"]


def test_find_marks_the_words() -> None:
    """With phase, author and day; the line leads to the question."""
    room = shared()
    room.say("To meet each other", "Ben")
    room.say("/find meet", "Chi")
    notice = room.h.notice(room.id, "Chi")
    [line] = notice.groups[0].lines
    assert line.text == "To meet each other"
    assert [line.text[start:end] for start, end in line.marks] == ["meet"]
    assert line.question == "plan.why"
    assert "Ben" in line.detail
    room.say("/find unicorn", "Chi")
    assert room.h.notice(room.id, "Chi").text.startswith("No answer has the words")


def test_why_says_the_longer_word() -> None:
    """Of the question asked just now."""
    room = shared()
    room.say("why", "Ben")
    assert room.h.notice(room.id, "Ben").text.startswith("People come more gladly")


def test_a_command_in_ones_own_messages() -> None:
    """In the direct messages outside of a walk everything is a command; the answer comes there."""
    h = Harness()
    place = Place(platform="web", tenant="local", channel=f"@{h.ids['Ben']}")
    h.handle(Typed(**h.base("Ben"), text="status mine", ref="m1", place=place))
    [notice] = h.direct("Ben")
    assert isinstance(notice, Notice)
    assert notice.groups[0].heading == "Waiting for you"


@pytest.mark.parametrize("command", ["skip", "na"])
@pytest.mark.parametrize("threads", [True, False])
def test_what_a_hint_says_works_where_it_is_said(command: str, threads: bool) -> None:
    """Who types the example of a reason into a thread, or a chat, leaves the question out."""
    h = Harness()
    walk = h.start("plan")
    hint = commands.REASON.format(command=command)
    example = hint.rpartition("as in: ")[2]
    base = h.base("Ben", walk if threads else "")
    where: dict[str, Any] = (
        {} if threads else {"place": h.walk(walk).place.evolve(thread=""), "threads": False}
    )
    h.handle(Typed(**base, text=example, ref="m1", **where))
    assert h.item("plan.why").responses[h.ids["Ben"]].reason == "nobody knows yet"
