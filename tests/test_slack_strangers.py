"""Who is in the channel without being in the committee, and who comes, goes and changes there."""

from functools import partial
from typing import Any

import pytest

from bot.core.admitting import AN_APP
from bot.core.events import MemberKept
from bot.core.starting import NO_BOTS
from bot.slack import starting
from bot.slack.strangers import GONE
from storage.people import Member
from tests.local_slack import until
from tests.slack_api import BOT, Call
from tests.slack_office import CHANNEL, Office, api, bot, message, user, value

__all__ = ["api", "bot"]

DANA = user("Dana")
KINDS: dict[str, dict[str, Any]] = {
    "colleague": {},
    "guest": {"is_restricted": True},
    "single-channel guest": {"is_ultra_restricted": True},
    "foreign": {"team_id": "T9", "is_stranger": False},
    "stranger": {"is_stranger": True},
}
TOLD = "what you write here is not recorded"


@pytest.fixture
def fair(bot: Office) -> str:
    """Ana's committee with Ben; its thread stands, and all is quiet."""
    committee = bot.found("T1", "Ana", "Ben")
    bot.thread(committee)
    bot.quiet("T1")
    return committee


def member(bot: Office, committee: str, name: str) -> Member:
    """A member by name."""
    return next(m for m in bot.state(committee).members.values() if m.name == name)


def knocks(bot: Office, who: str = "Ana") -> list[Call]:
    """What somebody was told in their own messages of those who came."""
    return [
        c
        for c in bot.api.to("chat.postMessage", channel=f"D{user(who)[1:]}")
        if "where Fair works" in c.args["text"]
    ]


def whispers(bot: Office, who: str) -> list[Call]:
    """What was said to somebody alone."""
    return bot.api.to("chat.postEphemeral", user=who)


def button(call: Call, label: str) -> str:
    """The value of a button on a message."""
    row = next(b for b in call.args["blocks"] if b["type"] == "actions")
    return str(next(e for e in row["elements"] if e["text"]["text"] == label)["value"])


def join(bot: Office, who: str, team: str = "T1", **more: Any) -> None:
    """Somebody joins the channel."""
    event = {"type": "member_joined_channel", "user": who, "channel": CHANNEL, "team": team}
    assert bot.event("T1", event, **more).status_code == 200


def leave(bot: Office, who: str) -> None:
    """Somebody leaves the channel."""
    bot.event("T1", {"type": "member_left_channel", "user": who, "channel": CHANNEL})


def change(bot: Office, who: str, name: str, **more: Any) -> None:
    """Slack says how a user is now."""
    bot.api.person("T1", who, name, **more)
    sent = bot.event("T1", {"type": "user_change", "user": bot.api.users["T1", who]})
    assert sent.status_code == 200


# -- whoever is not in -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_is_not_in_is_told_and_the_chair_lets_them_in(
    bot: Office, fair: str, kind: str
) -> None:
    """Nothing is recorded for them; one whisper, one message to the chair, and then they count."""
    bot.api.person("T1", DANA, "Dana", **KINDS[kind])
    thread = bot.thread(fair)
    revision = bot.state(fair).committee.revision
    join(bot, DANA)
    for text in ("To meet", "To meet again"):
        assert bot.say("T1", DANA, text, thread).status_code == 200
    assert bot.state(fair).committee.revision == revision
    assert not bot.store.read().history(fair)
    (told,) = whispers(bot, DANA)
    assert TOLD in told.args["text"]
    assert "Ana" in told.args["text"]
    assert told.args["thread_ts"] == thread
    until(lambda: knocks(bot), "the chair is told")
    (asked,) = knocks(bot)
    words = {
        "colleague": "not in the committee yet",
        "guest": "is a guest",
        "single-channel guest": "is a guest",
    }
    assert words.get(kind, "comes from another organisation") in asked.args["text"]
    assert not knocks(bot, "Ben")

    admit = button(asked, "Let Dana in")
    bot.press("T1", user("Ben"), admit)
    assert "Dana" not in {m.name for m in bot.state(fair).members.values()}
    until(lambda: whispers(bot, user("Ben")), "Ben is told who may")
    assert "Only the chair" in whispers(bot, user("Ben"))[0].args["text"]

    for _ in range(2):
        assert bot.press("T1", user("Ana"), admit).status_code == 200
    assert [m.name for m in bot.state(fair).members.values()].count("Dana") == 1
    assert member(bot, fair, "Dana").active
    welcome = f"D{DANA[1:]}"
    until(lambda: bot.api.to("chat.postMessage", channel=welcome), "Dana is welcomed")
    assert bot.say("T1", DANA, "To meet at last", thread).status_code == 200
    assert bot.said(fair) == {"Dana": "To meet at last"}
    bot.quiet("T1")
    assert len(knocks(bot)) == 1
    assert len(whispers(bot, DANA)) == 1
    settled = bot.api.to("chat.update", channel=f"D{user('Ana')[1:]}")[-1]
    assert settled.args["text"].startswith("Dana is in Fair ")
    assert "Let Dana in" not in str(settled.args)


def test_every_chair_is_told_once_by_whatever_process(bot: Office, fair: str) -> None:
    """Two chairs get one message each, however often somebody comes and speaks."""
    ben = member(bot, fair, "Ben")
    ana = member(bot, fair, "Ana")
    event = MemberKept(id="web:1", committee=fair, member=ana.id, who=ben.evolve(role=ana.role))
    bot.service.handle(event)
    bot.api.person("T1", DANA, "Dana")
    for _ in range(3):
        join(bot, DANA)
        bot.say("T1", DANA, "Hello", bot.thread(fair))
        bot.slack._listening._strangers._told.clear()  # as in a process that was started anew
    until(lambda: knocks(bot) and knocks(bot, "Ben"), "both are told")
    bot.quiet("T1", f"@{ana.id}")
    bot.quiet("T1", f"@{ben.id}")
    assert len(knocks(bot)) == len(knocks(bot, "Ben")) == len(whispers(bot, DANA)) == 1


def test_a_stranger_who_talks_outside_of_the_walk_is_left_alone(bot: Office, fair: str) -> None:
    """What people say among themselves is nobody's business."""
    bot.api.person("T1", DANA, "Dana")
    bot.say("T1", DANA, "Lunch?")
    bot.say("T1", DANA, "Now?", "1600000000.000100")
    assert not whispers(bot, DANA)
    assert not bot.api.to("users.info")


def test_what_a_stranger_said_counts_for_nobody_later(bot: Office, fair: str) -> None:
    """Their edits and deletions change nothing, either."""
    bot.api.person("T1", DANA, "Dana")
    said = message(DANA, "To meet", bot.thread(fair))
    after = {**said, "text": "More", "edited": {"ts": "1900000000.1"}}
    base = {"type": "message", "channel": CHANNEL, "previous_message": said}
    bot.event("T1", {**base, "subtype": "message_changed", "message": after, "ts": "9.1"})
    bot.event("T1", {**base, "subtype": "message_deleted", "deleted_ts": said["ts"], "ts": "9.2"})
    assert not bot.store.read().history(fair)


def test_apps_are_never_members(bot: Office, fair: str) -> None:
    """They knock at no chair's door, and can't be let in by a made-up button, nor by the form."""
    bot.api.person("T1", "U0APP", "Polly", is_bot=True)
    bot.api.person("T1", "USLACKBOT", "Slackbot")
    join(bot, "U0APP")
    join(bot, BOT)
    bot.say("T1", "U0APP", "Beep", bot.thread(fair))
    for app in ("U0APP", "USLACKBOT"):
        bot.press("T1", user("Ana"), value(fair, "admit", value=app))
        name = bot.api.users["T1", app]["real_name"]
        until(partial(_told, bot, AN_APP.format(name=name)), "the chair is told")
        about = {"purpose": "members", "committee": fair}
        answer = bot.submit("T1", user("Ana"), about, {"people": {"selected_users": [app]}})
        assert answer.json()["errors"] == {"people": AN_APP.format(name=name)}
    assert len(bot.state(fair).members) == 2
    assert not knocks(bot)
    assert not whispers(bot, "U0APP")
    assert not bot.api.to("users.info", user=BOT)


def _told(bot: Office, words: str) -> bool:
    return any(words in str(c.args.get("text")) for c in tuple(bot.api.calls))


def test_a_closed_account_is_not_let_in(bot: Office, fair: str) -> None:
    """Nor is the chair asked about it."""
    bot.api.person("T1", DANA, "Dana", deleted=True)
    join(bot, DANA)
    bot.press("T1", user("Ana"), value(fair, "admit", value=DANA))
    until(lambda: _told(bot, GONE.format(name="Dana")), "the chair is told")
    assert len(bot.state(fair).members) == 2
    assert not knocks(bot)


def test_somebody_slack_does_not_know_changes_nothing(bot: Office, fair: str) -> None:
    """A made-up user id: 200, and nobody is let in."""
    assert bot.press("T1", user("Ana"), value(fair, "admit", value="U9")).status_code == 200
    assert len(bot.state(fair).members) == 2


def test_where_slack_is_not_reached_the_knock_comes_again(bot: Office, fair: str) -> None:
    """503, and the redelivery tells the chair."""
    bot.api.person("T1", DANA, "Dana")
    said = message(DANA, "Hello", bot.thread(fair))
    bot.api.failing["users.info"] = "!"
    assert bot.event("T1", said, "Ev1").status_code == 503
    bot.api.failing.clear()
    assert bot.event("T1", said, "Ev1").status_code == 200
    until(lambda: knocks(bot), "the chair is told")
    assert len(whispers(bot, DANA)) == 1


def test_guests_chosen_in_the_start_form_wait_for_the_chair(bot: Office) -> None:
    """They are announced, not let in; the chair is in even as a guest."""
    for name, more in (
        ("Ana", KINDS["guest"]),
        ("Ben", {}),
        ("Dana", KINDS["guest"]),
        ("Fay", KINDS["foreign"]),
    ):
        bot.api.person("T1", user(name), name, **more)
    bank, made = next(iter(starting.banks().items()))
    held = {
        "name": "Fair",
        "chair": {"selected_user": user("Ana")},
        "members": {"selected_users": [user(n) for n in ("Ana", "Ben", "Dana", "Fay")]},
        "bank": {"selected_option": {"value": bank}},
        "phase": {"selected_option": {"value": f"{bank}/{made.phases[0].id}"}},
    }
    about = {"purpose": "start", "channel": CHANNEL}
    answer = bot.submit("T1", user("Ana"), about, held)
    assert (answer.status_code, answer.content) == (200, b"")
    (committee,) = bot.store.read().committees()
    names = {m.name for m in bot.state(committee.id).members.values()}
    assert names == {"Ana", "Ben"}
    until(lambda: len(knocks(bot)) == 2, "the chair is told of both")
    assert bot.api.members[CHANNEL] == [BOT]
    bot.api.person("T1", "U0APP", "Polly", is_bot=True)
    held["members"] = {"selected_users": [user("Ana"), "U0APP"]}
    answer = bot.submit("T1", user("Ana"), {**about, "channel": "C0NEW"}, held)
    assert answer.json()["errors"] == {"members": NO_BOTS.format(name="Polly")}
