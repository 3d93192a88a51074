"""Commands in one's own walk, where answers need no mark: what is one, and where it is asked which is meant."""

import pytest

from bot.core import commands
from bot.core.effects import Button, Notice
from bot.core.events import Event, Told, Typed
from bot.core.listings import MEMBERS, OPEN_SETTINGS
from tests.test_commands import meaning
from tests.walk_rooms import Room, own, shared

CLEAR = {
    "away until friday": "went_away", "I'm away until 12 June": "went_away", "snooze": "snoozed",
    "snooze until friday": "snoozed", "fewer please": "asked_fewer", "status share": "queried",
    "gaps share": "queried", "status mine share": "queried", "find cake share": "queried",
    "status planning": "queried", "start planning": "started", "pause until friday": "hushed",
    "pause Chi": "hushed", "resume Chi": "hushed", "digest mine": "digest_asked",
    "assign cake to Chi by Friday": "assigned",
}  # fmt: skip
EITHER = (
    "hours",
    "Hours.",
    "fewer",
    "more",
    "here",
    "members",
    "settings",
    "holds",
    "find cake",
    "ask cake",
)
ANSWERS = (
    "Hours are long", "Fewer cakes", "More music", "Members of the choir", "Away from the road",
    "Here and there", "away games", "snooze buttons for all", "ask the mayor", "pause for tea",
    "resume talks", "assign mentors to newcomers", "Find somebody who knows the mayor",
    "export whatever we share", "help people share", "digest it slowly", "Start small",
)  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), CLEAR.items(), ids=list(CLEAR))
def test_a_line_that_can_be_nothing_else(text: str, kind: str) -> None:
    """Typed in one's own walk it is the command, also where any words would be an answer."""
    assert meaning(own(), text, "Ben").kind == kind


@pytest.mark.parametrize("text", ANSWERS)
def test_words_that_begin_like_one(text: str) -> None:
    """They are the answer."""
    assert isinstance(meaning(own(), text, "Ben"), Typed)


@pytest.mark.parametrize("text", EITHER)
def test_a_word_that_could_be_both_is_asked_about(text: str) -> None:
    """Nothing is recorded or done; each button does what it says, and nobody types anything again."""
    said = offered(text)
    assert said[1].text == f"“{text.rstrip('.')}” is one of my commands, too. Which do you mean?"
    mine, command = said[1].buttons
    assert (mine.label, command.label) == ("My answer", "The command")
    for button in (mine, command):
        room, notice = offered(text)
        at = room.current
        room.h.click("Ben", button.model_copy(update={"walk": room.id}))
        answers = room.h.item(at).answers
        assert bool(answers) is (button is mine)
        if answers:
            assert room.h.answer_text(at, "Ben") == text
            assert room.current != at
            room.h.click("Ben", button.model_copy(update={"walk": room.id}))
            assert room.h.answer_text(at, "Ben") == text  # pressed twice, said once
        else:
            assert room.h.notice(room.id, "Ben") != notice or room.current == "plan.cake"


def offered(text: str) -> tuple[Room, Notice]:
    """Ben's own walk, in which he typed this, and what was said to it."""
    room = own()
    room.say(text)
    assert not any(item.answers or item.notes for item in room.h.state.items.values())
    return room, room.h.notice(room.id, "Ben")


def test_the_answer_goes_to_the_question_it_was_typed_at() -> None:
    """Also once the walk has moved on."""
    room = own()
    first = room.current
    room.say("hours")
    mine = room.h.notice(room.id, "Ben").buttons[0]
    room.answer("To meet")
    room.h.click("Ben", mine)
    assert "hours" in room.h.answer_text(first, "Ben")
    assert room.current == "plan.place"
    assert not room.h.item("plan.place").answers


def my_answer(room: Room) -> Button:
    """The button that takes what was typed as the answer."""
    return room.h.notice(room.id, "Ben").buttons[0]


def test_the_answer_is_its_messages_and_changes_with_it() -> None:
    """As any words do: ✅ stands on them, an edit revises them, and a deletion takes them back."""
    room = own()
    at, ref = room.current, room.say("members")
    room.h.click("Ben", my_answer(room))
    assert room.h.reactions(room.id, ref) == ("✅",)
    room.h.edit("Ben", room.id, ref, "members and guests")
    assert room.h.answer_text(at, "Ben") == "members and guests"
    room.h.delete("Ben", room.id, ref)
    assert not room.h.item(at).answers


def test_what_was_edited_meanwhile_is_the_answer() -> None:
    """The question which is meant was still open."""
    room = own()
    at, ref = room.current, room.say("members")
    room.h.edit("Ben", room.id, ref, "members and guests")
    room.h.click("Ben", my_answer(room))
    assert room.h.answer_text(at, "Ben") == "members and guests"


def test_what_was_deleted_meanwhile_is_no_answer() -> None:
    """Nobody says it any more."""
    room = own()
    at, ref = room.current, room.say("members")
    mine = my_answer(room)
    room.h.delete("Ben", room.id, ref)
    room.h.click("Ben", mine)
    assert not room.h.item(at).answers


def test_nobody_says_somebody_elses_words_again() -> None:
    """A button that names another one's message, or another walk, gives the words that stand on it alone."""
    room = shared()
    theirs = room.say("A secret", "Ana")
    own_walk = room.h.start("plan", "Ben", own=True)
    for n, walk in enumerate((room.id, own_walk)):
        said = Button(
            action="command",
            label="My answer",
            walk=walk,
            question="plan.why",
            value=f"answer#{theirs} mine {n}",
        )
        room.h.click("Ben", said)
        parts = room.h.item("plan.why").answers[room.h.ids["Ben"]].parts
        assert f"mine {n}" in [part.text for part in parts]
        assert not [part for part in parts if part.ref == theirs or "secret" in part.text]


@pytest.mark.parametrize("text", ["hours", "members", "more", "ask cake"])
def test_where_it_is_no_answer_it_is_the_command(text: str) -> None:
    """One of three places is asked for; a walk that pauses asks nothing."""
    room = own()
    room.answer("To meet")
    assert room.current == "plan.place"
    assert not asked(meaning(room, text, "Ben"))
    room.say("pause")
    assert not asked(meaning(room, text, "Ben"))


def asked(event: Event) -> bool:
    """Whether it is asked which is meant, or taken for a plain message."""
    return isinstance(event, Typed) or (isinstance(event, Told) and bool(event.buttons))


@pytest.mark.parametrize("text", [*EITHER, "away until friday", "pause Chi"])
def test_in_a_thread_among_people_it_is_an_answer(text: str) -> None:
    """There a command has a slash, or the bot's name."""
    assert isinstance(meaning(shared(), text), Typed)
    assert not isinstance(meaning(shared(), f"/{text}"), Typed)


def test_what_is_to_be_shared_is_a_command_there_too() -> None:
    """ "status share" is nobody's answer."""
    for text in ("status share", "gaps share", "status team share", "help share"):
        event = meaning(shared(), text)
        assert event.kind == "queried", text
        assert event.share


def test_said_by_name_in_a_thread() -> None:
    """@Convenor away until friday, where the name is no part of the text."""
    room = shared()
    event = Typed(**room.h.base("Ana", room.id), text="away until friday", ref="m1", addressed=True)
    meant = commands.meaning(event, room.h.state, room.h.bank, room.h.clock())
    assert meant.kind == "went_away"


def test_members_and_settings_are_commands_everywhere() -> None:
    """Who is in is listed, with the way to the list; settings lead the chair to their form, others to theirs."""
    h = shared().h
    h.command("Ben", "members")
    told = h.channel_notice("Ben")
    assert told.text == MEMBERS.format(committee=h.state.committee.name, count="4 members")
    assert [(line.text, line.detail) for line in told.groups[0].lines][:2] == [
        ("Ana", "leads"), ("Ben (you)", "answers"),
    ]  # fmt: skip
    assert told.buttons == (Button(action="members", label="Open the members"),)
    h.command("Ana", "settings")
    assert [b.label for b in h.channel_notice("Ana").buttons] == [OPEN_SETTINGS]
    h.command("Ben", "settings")
    assert [b.action for b in h.channel_notice("Ben").buttons] == ["hours"]
