"""Rooms without threads, words with a mention, and deletions that are undone: as Teams has them."""

from typing import Any

from bot.core.desk import Handled
from bot.core.effects import Notice, Say
from bot.core.events import Deleted, Displaced, Edited, Started, Typed
from questions.values import plain
from storage.people import Place
from storage.records import Said, Stage
from tests.test_walk_elsewhere import HOME, Elsewhere

CHAT = HOME


class Chat(Elsewhere):
    """Ben in his own chat, in which each phase he goes through asks."""

    def own(self, phase: str, name: str = "Ben") -> str:
        """Begin an own walk."""
        base = self.base(name)
        self.handle(Started(**base, phase=phase, own=True, place=self.room(name)))
        return f"{self.committee}.{phase}.{self.ids[name]}"

    def words(self, text: str, ref: str, **fields: Any) -> Handled:
        """Ben types in his chat."""
        base = self.base("Ben") | {"place": self.room("Ben"), "threads": False} | fields
        return self.handle(Typed(**base, text=text, ref=ref))

    def mine(self, question: str, name: str = "Ben") -> str:
        """What somebody's answer says."""
        answer = self.item(question).answers.get(self.ids[name])
        return plain(self.bank.questions[question], answer.value) if answer and answer.value else ""


def test_words_in_a_chat_answer_what_was_asked_there_last() -> None:
    """Of two walks the one that asked last; the other one once that is done, or pauses."""
    h = Chat()
    plan = h.own("plan")
    run = h.own("run")
    h.words("A good memory", "m1")
    assert h.mine("run.aim") == "A good memory"
    h.words("pause", "m2")
    assert h.walk(run).stage is Stage.PAUSED
    h.words("To meet people", "m3")
    assert h.mine("plan.why") == "To meet people"
    assert h.walk(plan).current == "plan.place"


def test_an_answer_may_begin_like_a_command() -> None:
    """In a chat everything stands side by side: only what can be nothing else is a command."""
    h = Chat()
    h.own("plan")
    for n, text in enumerate((
        "Start with the people we know, and find out what they need",
        "find out what our members need from such a day",
        "next year we want to be more",
    )):  # fmt: skip
        h.words(text, f"m{n}")
        kept = [
            p.text for i in h.state.items.values() for a in i.responses.values() for p in a.parts
        ]
        kept += [note.text for item in h.state.items.values() for note in item.notes]
        assert text in kept


def test_clear_commands_work_in_a_chat() -> None:
    """A bare word, a phase by its name, a few words to find."""
    h = Chat()
    h.own("plan")
    for text in ("gaps", "status mine", "status running it", "find price", "help"):
        before = len(h.said(h.room("Ben"), h.ids["Ben"]))
        h.words(text, f"m-{text}")
        assert len(h.said(h.room("Ben"), h.ids["Ben"])) == before + 1, text
    assert h.mine("plan.why") == ""
    h.words("start running it", "m-start")
    assert h.walk(f"{h.committee}.run.{h.ids['Ben']}").stage is Stage.ASKING


def test_in_a_group_chat_words_are_for_the_committees_walk() -> None:
    """They name the bot, and are an answer all the same."""
    h = Chat()
    walk = h.start("plan")
    base = h.base("Ben") | {"place": HOME, "threads": False, "addressed": True}
    h.handle(Typed(**base, text="To meet people", ref="m1"))
    assert h.mine("plan.why") == "To meet people"
    h.handle(Typed(**h.base("Ana") | {"place": HOME, "threads": False}, text="next", ref="m2"))
    assert h.walk(walk).current == "plan.place"


def test_with_a_mention_in_a_thread_an_answer_is_an_answer() -> None:
    """And a command a command: where plain replies are not heard, both need one."""
    h = Chat()
    walk = h.start("plan")
    h.handle(Typed(**h.base("Ben", walk), text="To meet people", ref="m1", addressed=True))
    assert h.mine("plan.why") == "To meet people"
    place = h.walk(walk).place
    h.handle(Typed(**h.base("Ben", walk), text="find meet people", ref="m2", addressed=True))
    assert any("found" in said or "meet" in said for said in h.said(place, h.ids["Ben"]))
    assert h.mine("plan.why") == "To meet people"


# -- deletions that are undone ------------------------------------------------------------------------


def test_a_deletion_that_is_undone_puts_the_answer_back() -> None:
    """As a further revision; also in a chat, where no thread says what it belonged to."""
    h = Chat()
    h.own("plan")
    h.words("To meet people", "m1")
    place = {"place": h.room("Ben")}
    h.handle(Deleted(**h.base("Ben") | place, ref="m1", stamp="2"))
    assert h.item("plan.why").responses[h.ids["Ben"]].said is Said.WITHDRAWN
    h.handle(Edited(**h.base("Ben") | place, ref="m1", text="To meet people", stamp="3"))
    assert h.mine("plan.why") == "To meet people"
    assert h.item("plan.why").responses[h.ids["Ben"]].revision == 3


def test_an_undone_deletion_stands_beside_what_was_said_since() -> None:
    """Nothing that was typed is lost."""
    h = Chat()
    walk = h.start("plan")
    h.handle(h.typed("To meet people", walk))
    h.handle(Deleted(**h.base("Ben", walk), ref="m1", stamp="2"))
    h.handle(Typed(**h.base("Ben", walk), text="And to learn", ref="m2"))
    h.handle(Edited(**h.base("Ben", walk), ref="m1", text="To meet people", stamp="3"))
    assert "To meet people" in h.mine("plan.why")
    assert "And to learn" in h.mine("plan.why")


def test_an_old_deletion_that_comes_late_takes_nothing_back() -> None:
    """It was undone before it was heard of."""
    h = Chat()
    walk = h.start("plan")
    h.handle(h.typed("To meet people", walk))
    h.handle(Edited(**h.base("Ben", walk), ref="m1", text="To meet more people", stamp="3"))
    h.handle(Deleted(**h.base("Ben", walk), ref="m1", stamp="2"))
    assert h.mine("plan.why") == "To meet more people"


def test_an_edit_in_a_chat_that_fits_no_longer_is_told_there() -> None:
    """The walk is found by its phase, and says what would fit."""
    h = Chat()
    h.own("plan")
    h.words("To meet people", "m1")
    question = h.bank.questions[h.walk(f"{h.committee}.plan.{h.ids['Ben']}").current]
    h.words("1", "m2")
    h.handle(
        Edited(
            **h.base("Ben") | {"place": h.room("Ben")}, ref="m2", text="no such place", stamp="2"
        )
    )
    assert h.mine(question.id) == ""
    thread = h.walk(f"{h.committee}.plan.{h.ids['Ben']}").place
    assert any("no such place" in said for said in h.said(thread))


# -- what only the acting member is told --------------------------------------------------------------


def test_a_word_for_one_alone_can_be_handed_back() -> None:
    """It is then promised to nobody; everything else is."""
    h = Chat()
    h.start("plan")
    event = Typed(**h.base("Ben") | {"place": HOME}, text="/convenor gaps", ref="m1")
    handled = h.service.submit(event, hand_back=True).result()
    (said,) = handled.back
    assert isinstance(said, Say)
    assert isinstance(said.content, Notice)
    assert said.only_for == h.ids["Ben"]
    assert h.store.read().pending(HOME.platform, HOME.tenant, HOME.channel) == 0
    shared = Typed(**h.base("Ben") | {"place": HOME}, text="/convenor gaps share", ref="m2")
    assert h.service.submit(shared, hand_back=True).result().back == ()
    assert h.store.read().pending(HOME.platform, HOME.tenant, HOME.channel) == 1


def test_the_chairs_are_told_of_a_channel_that_is_gone() -> None:
    """And when it is back; nothing changes for the walk."""
    h = Chat()
    h.start("plan")
    h.handle(Displaced(**h.base("Ana")))
    h.handle(Displaced(**h.base("Ana"), back=True))
    gone, back = h.said(h.room("Ana"))[-2:]
    assert "was deleted" in gone
    assert "is back" in back


def test_a_room_of_another_platform_is_told_apart() -> None:
    """A walk elsewhere is not the one that asked here."""
    h = Chat()
    h.own("plan")
    other = Place(platform="slack", tenant="T2", channel=h.room("Ben").channel)
    walks = h.state.walks.values()
    from bot.core import where

    assert where.asked_last(walks, other) is None
    assert where.asked_last(walks, None) is None
