"""A committee's pace: together in the thread, each in their own messages, or both."""

from collections.abc import Sequence

import pytest

from bot.core import owing, standing
from bot.core.effects import Button, Content, Notice, QuestionCard, StartCard, SummaryCard
from bot.core.events import Started
from questions.model import Bank
from storage.people import Address, Pace, Place, Role, Settings
from storage.records import Stage, Status
from tests.harness import Harness
from tests.walk_rooms import garden, join, keep, pace

TOGETHER, OWN, BOTH = (Settings(pace=each) for each in Pace)
NAMES = ("Ana", "Ben", "Chi")


def at(settings: Settings, bank: Bank | None = None) -> Harness:
    """A committee with this pace."""
    return Harness(bank, settings=settings)


def starts(contents: Sequence[Content]) -> list[StartCard]:
    """The posts that open a phase."""
    return [c for c in contents if isinstance(c, StartCard)]


def owner_walk(h: Harness, name: str, phase: str = "share") -> str:
    """The id of somebody's own walk, which is there."""
    walk = standing.own_walk(h.state, phase, h.ids[name])
    assert walk is not None, f"{name} has no walk"
    return walk.id


def go_through(h: Harness, name: str) -> Notice:
    """Somebody answers all of the garden's last phase; returns what closes their walk."""
    walk = owner_walk(h, name)
    for words in ("All", "Friday"):
        h.say(name, words, walk)
    assert h.walk(walk).stage is Stage.DONE
    return h.notice(walk, name)


def actions(buttons: Sequence[Button]) -> list[tuple[str, str]]:
    """What buttons do, and on what."""
    return [(b.action, b.value) for b in buttons]


# -- both ------------------------------------------------------------------------------------------


def test_without_a_choice_it_is_both() -> None:
    """Settings that were stored before there was a choice mean what they always meant."""
    assert Settings.model_validate_json('{"move_on": "count"}').pace is Pace.BOTH
    h = at(BOTH)
    walk = h.start("plan")
    [card] = starts(h.in_channel())
    assert card.walk == walk
    assert [b.action for b in card.buttons] == ["own", "outline"]
    h.start("plan", "Ben", own=True)
    assert len(h.state.walks) == 2


# -- together --------------------------------------------------------------------------------------


def test_together_the_start_offers_no_own_pace() -> None:
    """Neither as a button nor in its words."""
    h = at(TOGETHER)
    h.start("plan")
    [card] = starts(h.in_channel())
    assert [b.action for b in card.buttons] == ["outline"]
    assert "in this thread" in card.text
    assert "pace" not in card.text


def test_together_an_own_walk_is_led_to_the_thread() -> None:
    """A sentence, and the way into the thread; nothing begins."""
    h = at(TOGETHER)
    shared = h.start("plan")
    before = h.state
    h.start("plan", "Ben", own=True)
    assert h.state == before
    notice = h.direct("Ben")[-1]
    assert isinstance(notice, Notice)
    assert notice.text == "Fair goes through Planning together, where all can read along."
    assert [(b.action, b.walk, b.value) for b in notice.buttons] == [("open", shared, "plan")]


def test_together_before_the_start_says_who_can_start() -> None:
    """The chair gets a button for it."""
    h = at(TOGETHER)
    h.command("Ben", "start plan own")
    notice = h.channel_notice("Ben")
    assert notice.text.endswith("It is not open yet; Ana can start it.")
    assert [(b.action, b.value, b.lead) for b in notice.buttons] == [("start", "plan", True)]
    h.click("Ana", notice.buttons[0])
    assert standing.shared_walk(h.state, "plan")


def test_an_own_walk_from_before_goes_on() -> None:
    """The committee turns to going together: who is on their way finishes it, and comes back to it."""
    h = at(BOTH, garden())
    walk = h.start("share", "Ben", own=True)
    pace(h, Pace.TOGETHER)
    h.say("Ben", "All", walk)
    h.start("share", "Ben", own=True)
    assert h.walk(walk).current == "share.day"
    h.say("Ben", "Friday", walk)
    closing = h.notice(walk, "Ben")
    assert closing.text == "That's all of Sharing it for you: 2 answered."
    assert "own" not in [b.action for b in closing.buttons]
    shared = h.start("ground")
    h.start("share", "Ben", own=True)
    assert shared in h.state.walks


def test_the_open_starts_offer_what_the_pace_has() -> None:
    """When the pace changes, the post that opened a thread is edited, not posted again."""
    h = at(BOTH)
    h.start("plan")
    pace(h, Pace.TOGETHER)
    [card] = starts(h.in_channel())
    assert [b.action for b in card.buttons] == ["outline"]
    pace(h, Pace.BOTH)
    [card] = starts(h.in_channel())
    assert [b.action for b in card.buttons] == ["own", "outline"]


# -- each at their own pace ------------------------------------------------------------------------


def test_own_starts_a_walk_for_every_voice() -> None:
    """Each gets the start and the first question in their messages; the channel one post, no thread."""
    h = at(OWN)
    h.start("plan")
    assert standing.shared_walk(h.state, "plan") is None
    for name in NAMES:
        [card] = starts(h.direct(name))
        walk = owner_walk(h, name, "plan")
        assert card.walk == walk
        assert "at your own pace" in card.text
        assert h.card(walk).question == "plan.why"
    assert h.direct("Olu") == []
    [post] = starts(h.in_channel())
    assert "in their own messages with me, at their own pace" in post.text
    assert "summary when everyone is through" in post.text
    assert "thread" not in post.text
    assert actions(post.buttons) == [("own", "plan"), ("outline", "plan")]
    [message] = h.messages(h.channel)
    assert message.ref == f"{h.committee}.plan:own"


def test_the_posts_button_leads_to_ones_walk() -> None:
    """It puts the present question again, where it is answered."""
    h = at(OWN)
    h.start("plan")
    [post] = starts(h.in_channel())
    h.click("Ben", post.buttons[0])
    assert h.walk(owner_walk(h, "Ben", "plan")).cards["plan.why"] == 2


def test_a_walk_of_ones_own_from_before_is_kept() -> None:
    """Who had gone ahead goes on where they are; the others begin."""
    h = at(OWN)
    mine = h.start("plan", "Ben", own=True)
    h.say("Ben", "To meet", mine)
    assert starts(h.in_channel()) == []
    h.start("plan")
    assert h.walk(mine).current == "plan.place"
    assert len(starts(h.direct("Ben"))) == len(starts(h.direct("Chi"))) == 1
    assert len(starts(h.in_channel())) == 1


def test_started_again_says_that_it_is_under_way() -> None:
    """With a button for one's own walk; nothing is posted twice."""
    h = at(OWN)
    h.start("plan")
    before = h.state
    h.command("Ana", "start plan")
    assert h.state == before
    notice = h.channel_notice("Ana")
    assert notice.text == "Planning is already under way."
    assert actions(notice.buttons) == [("own", "plan")]
    assert len(starts(h.in_channel())) == 1


def test_started_again_begins_for_those_who_joined() -> None:
    """Who came while the pace was another one gets theirs; the asker is told, the channel is not."""
    h = at(OWN)
    h.start("plan")
    pace(h, Pace.BOTH)
    join(h, "Dev")
    assert standing.own_walk(h.state, "plan", h.ids["Dev"]) is None
    pace(h, Pace.OWN)
    h.command("Ana", "start plan")
    owner_walk(h, "Dev", "plan")
    assert (
        h.channel_notice("Ana").text
        == "Dev can now answer Planning, in their own messages with me."
    )
    assert len(starts(h.in_channel())) == 1
    assert len(starts(h.direct("Ben"))) == 1


def test_a_newcomer_gets_what_is_under_way() -> None:
    """A new voice, or one that is back, joins in; an observer, and a phase nobody opened, do not."""
    h = at(OWN)
    h.start("plan")
    h.start("run", "Ben", own=True)
    join(h, "Dev")
    join(h, "Eva", Role.OBSERVER)
    assert h.card(owner_walk(h, "Dev", "plan")).question == "plan.why"
    assert standing.own_walk(h.state, "run", h.ids["Dev"]) is None
    assert standing.own_walk(h.state, "plan", h.ids["Eva"]) is None
    keep(h, "Eva", role=Role.MEMBER)
    owner_walk(h, "Eva", "plan")
    keep(h, "Dev", active=False)
    keep(h, "Dev", active=True)
    assert len(starts(h.direct("Dev"))) == 1


def test_a_newcomer_does_not_undo_what_is_done() -> None:
    """A phase whose summary was posted stays finished, and begins for nobody by itself."""
    h = at(OWN, garden())
    h.start("share")
    for name in NAMES:
        go_through(h, name)
    join(h, "Dev")
    assert standing.own_walk(h.state, "share", h.ids["Dev"]) is None
    assert next(r for r in standing.progress(h.state, h.bank) if r.phase == "share").finished
    h.start("share")
    closing = go_through(h, "Dev")
    assert closing.text.endswith("The summary for everyone is posted.")
    assert len(h.summaries()) == 1
    assert "Dev" in str(h.summaries()[0].lines)


def test_the_summary_comes_when_the_last_one_is_through() -> None:
    """Until then each is told that it follows; then it stands in the channel, and stays true."""
    h = at(OWN, garden())
    h.start("share")
    for name in ("Ana", "Ben"):
        closing = go_through(h, name)
        assert closing.text.endswith("The summary for everyone follows when all are through.")
        assert h.summaries() == []
        assert not any(row.finished for row in standing.progress(h.state, h.bank))
    closing = go_through(h, "Chi")
    assert closing.text.endswith("2 answered. The summary for everyone is posted.")
    [card] = h.summaries()
    assert card.walk == ""
    assert "start" in [b.action for b in card.buttons]
    assert [r.phase for r in standing.progress(h.state, h.bank) if r.finished] == ["share"]
    h.form("Ben", share__for={"text": "The neighbours"})
    [card] = h.summaries()
    assert "The neighbours" in str(card.lines)


def test_the_last_one_waited_for_leaves() -> None:
    """Then everyone is through."""
    h = at(OWN, garden())
    h.start("share")
    for name in ("Ana", "Ben"):
        go_through(h, name)
    keep(h, "Chi", active=False)
    assert len(h.summaries()) == 1


def test_the_next_phase_is_the_next_of_ones_own() -> None:
    """From the end of a walk on to the phase that is not done, and from there to the summary."""
    h = at(OWN)
    h.start("plan")
    mine = owner_walk(h, "Ben", "plan")
    for _ in range(12):
        if h.walk(mine).stage is Stage.DONE:
            break
        h.say("Ben", "next", mine)
    closing = h.notice(mine, "Ben")
    assert actions(closing.buttons) == [("record", "plan"), ("own", "run")]


def test_nobody_answered_anything() -> None:
    """Everyone passes: the phase is through, and its review has nothing to look at."""
    h = at(OWN)
    h.start("plan")
    for name in NAMES:
        mine = owner_walk(h, name, "plan")
        while h.walk(mine).stage is not Stage.DONE:
            h.press(name, mine, "Skip…", "no idea")
    assert h.item("plan.review").status is Status.NA
    [card] = h.summaries()
    assert "open" not in card.text


def test_started_again_when_it_is_done() -> None:
    """A word, the record, and one's own walk for what has become open since."""
    h = at(OWN, garden())
    h.start("share")
    for name in NAMES:
        go_through(h, name)
    h.command("Ana", "start share")
    notice = h.channel_notice("Ana")
    assert notice.text == "Sharing it is done. Any answer can still be changed in the record."
    assert actions(notice.buttons) == [("record", "share"), ("own", "share")]


def test_everyones_question_waits_for_everyone() -> None:
    """What one has answered still waits for the others, who are on their own way."""
    h = at(OWN)
    h.start("plan")
    h.say("Ben", "To meet", owner_walk(h, "Ben", "plan"))
    assert h.item("plan.why").status is Status.ANSWERED
    assert "plan.why" in owing.waiting_for(h.state, h.bank, h.ids["Chi"])
    assert "plan.why" not in owing.waiting_for(h.state, h.bank, h.ids["Ben"])
    assert owing.waiting_for(h.state, h.bank, h.ids["Olu"]) == ()


def test_the_thread_from_before_goes_on() -> None:
    """The committee turns to own pace: a thread that is there is finished in the thread."""
    h = at(BOTH, garden())
    shared = h.start("share")
    pace(h, Pace.OWN)
    h.start("share")
    notice = h.direct("Ana")[-1]
    assert isinstance(notice, Notice)
    assert notice.buttons[0].walk == shared
    assert list(h.state.walks) == [shared]
    for words in ("All", "Friday"):
        for name in NAMES:
            h.say(name, words, shared)
    assert h.walk(shared).stage is Stage.DONE
    assert len(h.summaries()) == 1
    h.start("ground")
    assert standing.shared_walk(h.state, "ground") is None


@pytest.mark.parametrize("words", ["status", "gaps", "status plan", "help", "hello there friends"])
def test_no_command_leads_to_a_thread_that_is_not_there(words: str) -> None:
    """Every walk that a button or a card names is one's own."""
    h = at(OWN)
    h.start("plan")
    h.command("Ben", words)
    notice = h.channel_notice("Ben")
    mine = owner_walk(h, "Ben", "plan")
    assert {b.walk for b in notice.buttons} <= {"", mine}


def test_asking_for_a_question_leads_to_it() -> None:
    """Without a thread, to its form and to the record."""
    h = at(OWN)
    h.start("plan")
    h.command("Ben", "ask cake")
    assert [(b.action, b.walk) for b in h.channel_notice("Ben").buttons] == [
        ("answer", ""), ("open", ""),
    ]  # fmt: skip


def test_only_the_chair_begins_for_all() -> None:
    """A member begins their own with “own”."""
    h = at(OWN)
    assert h.command("Ben", "start plan").refusal.startswith("Only the chair")
    h.command("Ben", "start plan own")
    assert [walk.member for walk in h.state.walks.values()] == [h.ids["Ben"]]


def test_the_chair_begins_it_from_anywhere() -> None:
    """By the summary's button, which belongs to no walk."""
    h = at(OWN, garden())
    h.start("share")
    for name in NAMES:
        go_through(h, name)
    [card] = [c for c in h.in_channel() if isinstance(c, SummaryCard)]
    following = next(b for b in card.buttons if b.action == "start")
    h.click("Ana", following)
    for name in NAMES:
        owner_walk(h, name, following.value)


def test_each_walk_stands_in_its_owners_messages() -> None:
    """On the committee's first platform, whatever place the chair spoke in."""
    h = at(OWN)
    place = Place(platform="web", tenant="local", channel=f"@{h.ids['Ana']}")
    h.handle(Started(**h.base("Ana"), phase="plan", place=place))
    places = {w.member: w.place for w in h.state.walks.values()}
    assert {who: at.channel for who, at in places.items()} == {
        h.ids[name]: f"@{h.ids[name]}" for name in NAMES
    }
    keep(h, "Ben", addresses=(Address(platform="web", tenant="local", user="u1"),))
    assert isinstance(h.contents(owner_walk(h, "Ben", "plan"), "Ben")[0], QuestionCard)
