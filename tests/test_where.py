"""Commands that need a walk, typed where there is no thread: in the channel, or in one's own messages."""

from bot.core.effects import Notice
from bot.core.events import Typed
from storage.people import Place
from storage.records import Stage
from tests.harness import Harness


def in_direct(h: Harness, name: str, text: str) -> None:
    """Type something in one's own messages, in no thread."""
    base = h.base(name)
    place = Place(platform="web", tenant="local", channel=f"@{h.ids[name]}")
    h.handle(Typed(**base, text=text, ref=f"{base['id']}:m", place=place))


def test_the_one_phase_under_way_is_meant() -> None:
    """`/convenor next` in the channel moves the committee's thread, for who leads it."""
    h = Harness()
    walk = h.start("plan")
    h.command("Ana", "/convenor next")
    assert h.walk(walk).current == "plan.place"
    h.command("Ben", "next")
    assert h.channel_notice("Ben").text.startswith("Only the chair can do that.")
    h.command("Ben", "skip nobody knows")
    assert h.ids["Ben"] in h.item("plan.place").responded
    h.command("Ana", "pause")
    assert h.walk(walk).stage is Stage.PAUSED
    h.command("Ana", "resume")
    assert h.walk(walk).stage is Stage.ASKING


def test_of_several_phases_one_is_chosen_with_a_button() -> None:
    """Each has one, and pressing it does what was typed."""
    h = Harness()
    plan, run = h.start("plan"), h.start("run")
    h.command("Ana", "/convenor next")
    notice = h.channel_notice("Ana")
    assert "Which one is “next” for?" in notice.text
    assert [b.label for b in notice.buttons] == ["Planning", "Running it"]
    h.click("Ana", notice.buttons[1])
    assert h.walk(run).current == "run.stalls"
    assert h.walk(plan).current == "plan.why"


def test_in_ones_own_messages_ones_own_walk_is_meant() -> None:
    """And the committee's only where one has none."""
    h = Harness()
    shared = h.start("plan")
    own = h.start("run", "Ben", own=True)
    in_direct(h, "Ben", "next")
    assert h.walk(own).current == "run.stalls"
    assert h.walk(shared).current == "plan.why"
    in_direct(h, "Chi", "park the price")
    assert h.item("plan.why").ruling is not None


def test_somebody_elses_walk_is_never_meant() -> None:
    """Where nothing of one's own and nothing of the committee's is under way, that is said."""
    h = Harness()
    own = h.start("plan", "Ben", own=True)
    h.command("Ana", "next")
    assert h.walk(own).current == "plan.why"
    notice = h.channel_notice("Ana")
    assert isinstance(notice, Notice)
    assert "thread" in notice.text


def test_words_in_ones_own_messages_answer_ones_own_walk() -> None:
    """People forget the thread: where one own walk is asking, what is no command is an answer."""
    h = Harness()
    own = h.start("plan", "Ben", own=True)
    in_direct(h, "Ben", "To meet the neighbours")
    assert h.answer_text("plan.why", "Ben") == "To meet the neighbours"
    assert h.walk(own).current == "plan.place"
    in_direct(h, "Ben", "gaps")
    assert h.walk(own).current == "plan.place"
    in_direct(h, "Ben", "/nonsense")
    assert h.ids["Ben"] not in h.item("plan.place").answers


def test_words_are_no_answer_where_it_is_not_clear_to_what() -> None:
    """With two own walks, or none, or in the channel, the way into a thread is shown."""
    h = Harness()
    in_direct(h, "Chi", "To meet the neighbours")
    h.start("plan", "Ben", own=True)
    h.command("Ben", "To meet the neighbours")
    h.start("run", "Ben", own=True)
    in_direct(h, "Ben", "To meet the neighbours")
    assert not h.item("plan.why").answers
    assert not h.item("run.aim").answers


def test_words_to_a_question_that_was_handed_over_find_its_form() -> None:
    """Who answers the word that they were asked is led to that question, and to no other."""
    h = Harness()
    h.start("plan")
    h.command("Ana", "assign cake @Ben")
    in_direct(h, "Ben", "apple, I think")
    notice = h.direct("Ben")[-1]
    assert isinstance(notice, Notice)
    assert [(b.action, b.question) for b in notice.buttons] == [("answer", "plan.cake")]
