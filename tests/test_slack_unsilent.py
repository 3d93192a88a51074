"""Nobody is left without an answer: when Slack refuses, and when somebody speaks to Convenor anywhere."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.core.events import Started
from bot.core.founding import TAKEN
from bot.core.walking import walk_id
from bot.slack.adapter import SORRY
from bot.slack.listening import NOBODY_HERE
from bot.slack.which import NO_SEAT, SEVERAL
from storage.people import Pace, Role, Settings
from tests.local_slack import until
from tests.slack_api import BOT
from tests.slack_office import CHANNEL, Office, api, bot, message, user, value
from tests.test_slack_strangers import button, join, knocks, whispers

__all__ = ["api", "bot"]
ANA, BEN = user("Ana"), user("Ben")


@pytest.fixture
def fair(bot: Office) -> str:
    """Ana's committee with Ben; its thread stands, and all is quiet."""
    committee = bot.found("T1", "Ana", "Ben")
    bot.thread(committee)
    bot.quiet("T1")
    return committee


def begin(bot: Office, view: str = "V1", name: str = "Ball", **more: str) -> dict[str, object]:
    """Ben sends the start form for another channel; returns the answer."""
    bot.api.members["C0BALL"] = [BOT]
    bot.api.person("T1", BEN, "Ben")
    about = {"purpose": "start", "channel": "C0BALL"}
    values = {"name": name, "members": {"selected_users": [BEN]}, **more}
    blocks = [{"type": "input", "block_id": "name"}]
    sent = bot.submit("T1", BEN, about, values, id=view, blocks=blocks)
    assert sent.status_code == 200
    return dict(sent.json()) if sent.text else {}


# -- when Slack refuses ----------------------------------------------------------------------------


def test_a_form_that_slack_would_not_let_through_stays_open(bot: Office) -> None:
    """What was typed is not lost, and the first field says what to do."""
    bot.api.failing["users.info"] = "user_not_found"
    assert begin(bot) == {"response_action": "errors", "errors": {"name": SORRY}}
    assert not bot.store.read().at_home("slack", "T1", "C0BALL")
    bot.api.failing.clear()
    assert begin(bot) == {}
    assert bot.store.read().at_home("slack", "T1", "C0BALL")


def test_a_command_that_slack_would_not_let_through_is_answered(bot: Office, fair: str) -> None:
    """An expired trigger, for one."""
    bot.api.failing["views.open"] = "expired_trigger_id"
    assert bot.command("T1", ANA, "members").json()["text"] == SORRY


def test_a_press_that_slack_would_not_let_through_is_answered(bot: Office, fair: str) -> None:
    """By a whisper where it was pressed."""
    bot.api.failing["views.open"] = "expired_trigger_id"
    bot.press("T1", BEN, value(fair, "answer", question="plan.why"))
    until(lambda: [c for c in whispers(bot, BEN) if c.args["text"] == SORRY], "Ben is told")


@pytest.mark.parametrize(("code", "status"), [("ratelimited", 503), ("user_not_found", 200)])
def test_an_event_comes_again_where_that_helps(
    bot: Office, fair: str, code: str, status: int
) -> None:
    """Slack was too busy: it delivers once more, and the chair is told after all."""
    bot.api.person("T1", user("Dana"), "Dana")
    joined = {"type": "member_joined_channel", "user": user("Dana"), "channel": CHANNEL}
    bot.api.failing["users.info"] = code
    assert bot.event("T1", joined, "Ev1").status_code == status
    bot.api.failing.clear()
    assert bot.event("T1", joined, "Ev1").status_code == 200
    until(lambda: knocks(bot), "the chair is told")


# -- one committee a channel -----------------------------------------------------------------------


def test_a_start_form_that_is_sent_twice_starts_one(bot: Office) -> None:
    """The second answer is the first one's."""
    assert begin(bot) == begin(bot) == {}
    assert len(bot.store.read().at_home("slack", "T1", "C0BALL")) == 1


def test_two_starts_at_once_make_one_committee(bot: Office) -> None:
    """The other is told that the channel is taken."""
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda n: begin(bot, f"V{n}"), range(4)))
    assert len(bot.store.read().at_home("slack", "T1", "C0BALL")) == 1
    refused = [answer for answer in said if answer]
    assert refused == [{"response_action": "errors", "errors": {"name": TAKEN}}] * 3


def test_a_start_that_broke_off_half_way_is_finished_by_sending_it_again(
    bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The committee was founded, its phase not begun."""
    handle = bot.service.handle

    def broken(event: object) -> object:
        if isinstance(event, Started):
            raise RuntimeError
        return handle(event)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(bot.service, "handle", broken)
        with pytest.raises(AssertionError):
            begin(bot)
    assert begin(bot) == {}
    (committee,) = bot.store.read().at_home("slack", "T1", "C0BALL")
    assert bot.state(committee).walks


def test_a_guest_leads_only_what_they_start_themselves(bot: Office) -> None:
    """Nobody hands the chair to somebody of another organisation."""
    bot.api.person("T1", user("Gil"), "Gil", is_restricted=True)
    said = begin(bot, chair={"type": "users_select", "selected_user": user("Gil")})  # type: ignore[arg-type]
    assert "guest" in str(said["errors"])
    assert not bot.store.read().at_home("slack", "T1", "C0BALL")


# -- whoever speaks to Convenor --------------------------------------------------------------------


def test_a_stranger_who_writes_to_convenor_gets_an_answer(bot: Office, fair: str) -> None:
    """In messages, by a mention in the committee's channel, and in another channel."""
    bot.api.person("T1", user("Dana"), "Dana")
    direct = {**message(user("Dana"), "hello"), "channel": "D0DANA", "channel_type": "im"}
    bot.event("T1", direct)
    assert bot.api.to("chat.postMessage", channel="D0DANA")[0].args["text"] == NO_SEAT
    bot.say("T1", user("Dana"), f"<@{BOT}> help")
    until(lambda: knocks(bot), "the chair is told")
    assert "not in this committee" in whispers(bot, user("Dana"))[0].args["text"]
    bot.event("T1", {**message(user("Dana"), f"<@{BOT}> help"), "channel": "C0ELSE"})
    assert whispers(bot, user("Dana"))[1].args["text"] == NOBODY_HERE


def test_a_stranger_who_presses_a_button_is_told_who_can_help(bot: Office, fair: str) -> None:
    """And the chair is, too."""
    bot.api.person("T1", user("Dana"), "Dana")
    bot.press("T1", user("Dana"), value(fair, "answer", question="plan.why"))
    until(lambda: knocks(bot), "the chair is told")
    assert "Ana" in whispers(bot, user("Dana"))[0].args["text"]
    button(knocks(bot)[0], "Let Dana in")


def test_in_messages_a_member_of_two_committees_is_asked_which(bot: Office, fair: str) -> None:
    """Nothing is done in one of them by chance."""
    bot.found("T1", "Ben", channel="C0OTHER", name="Ball")
    direct = {**message(BEN, "status"), "channel": "D0BEN", "channel_type": "im"}
    bot.event("T1", direct)
    (asked,) = [
        c for c in bot.api.to("chat.postMessage", channel="D0BEN") if c.args["text"] == SEVERAL
    ]
    assert button(asked, "Ball")


def test_no_id_of_anybody_is_recorded(bot: Office, fair: str) -> None:
    """A mentioned person who is in no committee is called by their name, or somebody."""
    bot.api.person("T1", user("Dana"), "Dana Scully")
    bot.say("T1", BEN, f"ask <@{user('Dana')}> and <@U0NOBODY> in <#C0OTHER>", bot.thread(fair))
    (answer,) = bot.state(fair).items["plan.why"].answers.values()
    assert answer.parts[0].text == "ask @Dana Scully and @somebody in #channel"


# -- where the answer stands -----------------------------------------------------------------------


def test_why_is_answered_in_the_thread_where_it_was_asked(bot: Office, fair: str) -> None:
    """And not in the channel's main view, where nobody looks."""
    walk = walk_id(fair, "plan")
    pressed = value(fair, "why", walk=walk, question="plan.why")
    bot.press("T1", BEN, pressed, channel={"id": CHANNEL})
    until(lambda: whispers(bot, BEN), "Ben is told")
    assert whispers(bot, BEN)[0].args["thread_ts"] == bot.thread(fair)


def test_a_button_to_ones_own_walk_puts_its_card_again(bot: Office, fair: str) -> None:
    """There is no address of one's own thread: its present question is asked once more."""
    ben = next(m.id for m in bot.state(fair).members.values() if m.role is not Role.CHAIR)
    bot.press("T1", BEN, value(fair, "own", value="plan"))
    bot.quiet("T1", f"@{ben}")
    before = len(bot.api.to("chat.postMessage", channel="D0BEN"))
    bot.press("T1", BEN, value(fair, "open", walk=walk_id(fair, "plan", ben)))
    bot.quiet("T1", f"@{ben}")
    again = bot.api.to("chat.postMessage", channel="D0BEN")[before:]
    assert ["Why do we hold a fair?" in c.args["text"] for c in again] == [True]


def test_a_chair_who_overlooked_somebody_is_told_again_another_day(bot: Office, fair: str) -> None:
    """Once a day for each person, however often they try."""
    bot.api.person("T1", user("Dana"), "Dana")
    join(bot, user("Dana"))
    bot.command("T1", user("Dana"), "gaps")
    bot.command("T1", user("Dana"), "status")
    bot.quiet("T1")
    assert len(knocks(bot)) == 1


# -- where an answer was meant to go ---------------------------------------------------------------


def test_a_reply_under_the_post_of_an_own_pace_phase_is_told_where_answers_go(bot: Office) -> None:
    """The post is no thread that asks: nothing is recorded, and that is said."""
    committee = bot.found("T1", "Ana", "Ben", settings=Settings(pace=Pace.OWN))
    key = f"{walk_id(committee, 'plan')}:own"
    post = until(lambda: bot.store.read().delivered_ref(key), "the post stands")
    bot.say("T1", BEN, "To meet the neighbours", post)
    assert "in their own messages" in whispers(bot, BEN)[0].args["text"]
    assert not bot.state(committee).items["plan.why"].answers


def test_an_edit_that_overtakes_an_unthreaded_answer_counts(bot: Office, fair: str) -> None:
    """In one's messages, too, events may come in any order."""
    bot.press("T1", BEN, value(fair, "own", value="plan"))
    said = {**message(BEN, "for fnu"), "channel": "D0BEN", "channel_type": "im"}
    edited = {
        "type": "message", "subtype": "message_changed", "channel": "D0BEN", "channel_type": "im",
        "message": {**said, "text": "for fun", "edited": {"ts": "1900000000.000001"}},
        "previous_message": said,
    }  # fmt: skip
    bot.event("T1", edited)
    bot.event("T1", said)
    assert bot.said(fair) == {"Ben": "for fun"}


def test_words_that_fit_two_committees_are_kept_for_the_chosen_one(bot: Office, fair: str) -> None:
    """Pressing one of them answers its own walk, with what was typed."""
    ball = bot.found("T1", "Ben", channel="C0OTHER", name="Ball")
    for committee in (fair, ball):
        bot.press("T1", BEN, value(committee, "own", value="plan"))
    direct = {**message(BEN, "for fun"), "channel": "D0BEN", "channel_type": "im"}
    bot.event("T1", direct)
    (asked,) = [
        c for c in bot.api.to("chat.postMessage", channel="D0BEN") if c.args["text"] == SEVERAL
    ]
    bot.press("T1", BEN, button(asked, "Ball"), channel={"id": "D0BEN"})
    (answer,) = bot.state(ball).items["plan.why"].answers.values()
    assert answer.parts[0].text == "for fun"
    assert not bot.state(fair).items["plan.why"].answers
