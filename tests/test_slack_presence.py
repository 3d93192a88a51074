"""Members who come, go and change in Slack, and channels that are shared with another organisation."""

from typing import Any

import pytest

from bot.core.around import ONLY_CHAIR
from bot.core.events import MemberKept
from bot.slack.people import profile
from bot.slack.values import pack_ours
from storage.people import Role
from tests.local_slack import until
from tests.slack_api import BOT, Answer
from tests.slack_office import CHANNEL, Office, api, bot, message, pressed, user, value
from tests.test_slack_strangers import (
    DANA,
    button,
    change,
    fair,
    join,
    knocks,
    leave,
    member,
    whispers,
)

__all__ = ["api", "bot", "fair"]

BEN = user("Ben")
GONE_WORDS = "You are no longer in this committee. Ana can let you back in."


# -- coming and going ------------------------------------------------------------------------------


def test_a_closed_account_is_away_and_nothing_of_it_is_lost(bot: Office, fair: str) -> None:
    """Its answers stand; opened again, its owner is back as who they were."""
    thread = bot.thread(fair)
    bot.say("T1", BEN, "To meet", thread)
    before = member(bot, fair, "Ben")
    change(bot, BEN, "Ben", deleted=True)
    ben = member(bot, fair, "Ben")
    assert (ben.active, ben.left) == (False, True)
    assert bot.said(fair) == {"Ben": "To meet"}
    assert len(bot.store.read().history(fair)) == 1
    bot.api.members[CHANNEL] = [BOT, user("Ana"), BEN]
    change(bot, BEN, "Ben", email=before.email)
    assert member(bot, fair, "Ben") == before.evolve(zone="Europe/Berlin")
    bot.say("T1", BEN, "And to eat", thread)
    assert bot.said(fair)["Ben"].endswith("And to eat")
    assert not knocks(bot)


def test_who_left_the_channel_is_not_back_by_a_new_status(bot: Office, fair: str) -> None:
    """A user_change tells nothing of the channel, so Slack is asked who is there."""
    leave(bot, BEN)
    assert member(bot, fair, "Ben").left
    bot.api.members[CHANNEL] = [BOT, user("Ana")]
    change(bot, BEN, "Benjamin")
    assert not member(bot, fair, "Ben").active
    join(bot, BEN)
    assert member(bot, fair, "Ben").active
    assert not knocks(bot)


def test_leaving_and_coming_back_keeps_everything(bot: Office, fair: str) -> None:
    """What is said while one is away is refused in a whisper; a delivery twice is one."""
    thread = bot.thread(fair)
    event = {"type": "member_left_channel", "user": BEN, "channel": CHANNEL}
    for _ in range(2):
        bot.event("T1", event, "Ev-left")
    assert bot.say("T1", BEN, "Still here", thread).status_code == 200
    assert not bot.said(fair)
    assert [c.args["text"] for c in whispers(bot, BEN)] == [GONE_WORDS]
    join(bot, BEN)
    bot.event("T1", event, "Ev-left")
    assert member(bot, fair, "Ben").active
    bot.say("T1", BEN, "Here again", thread)
    assert bot.said(fair) == {"Ben": "Here again"}


def test_other_channels_are_nobodys_leaving(bot: Office, fair: str) -> None:
    """Only the committee's own channel counts."""
    bot.event("T1", {"type": "member_left_channel", "user": BEN, "channel": "C0OTHER"})
    assert member(bot, fair, "Ben").active


def test_the_only_chair_stays_chair(bot: Office, fair: str) -> None:
    """They are told how to hand over, and can lead on; a second chair may go."""
    leave(bot, user("Ana"))
    ana, ben = member(bot, fair, "Ana"), member(bot, fair, "Ben")
    assert ana.active
    direct = f"D{user('Ana')[1:]}"
    until(lambda: bot.api.to("chat.postMessage", channel=direct, text=ONLY_CHAIR), "Ana is told")
    made = ben.evolve(role=Role.CHAIR)
    bot.service.handle(MemberKept(id="web:1", committee=fair, member=ana.id, who=made))
    leave(bot, user("Ana"))
    assert not member(bot, fair, "Ana").active


def test_whom_the_chair_let_go_is_told_and_stays_out(bot: Office, fair: str) -> None:
    """Coming back to the channel, a new name and words in the thread change nothing."""
    ana, ben = member(bot, fair, "Ana"), member(bot, fair, "Ben")
    out = ben.evolve(active=False)
    bot.service.handle(MemberKept(id="web:1", committee=fair, member=ana.id, who=out))
    revision = bot.state(fair).committee.revision
    bot.api.members[CHANNEL] = [BOT, user("Ana"), BEN]
    thread = bot.thread(fair)
    join(bot, BEN)
    change(bot, BEN, "Benjamin")
    for text in ("To meet", "@Convenor status"):
        assert bot.say("T1", BEN, text, thread).status_code == 200
    assert bot.say("T1", BEN, f"<@{BOT}> status").status_code == 200
    assert bot.state(fair).committee.revision == revision
    assert not bot.store.read().history(fair)
    told = whispers(bot, BEN)
    assert [c.args["text"] for c in told] == [GONE_WORDS] * 3
    assert told[0].args["thread_ts"] == thread
    assert not knocks(bot)


def test_whom_the_chair_let_go_is_shown_no_members(bot: Office, fair: str) -> None:
    """Though the list still stands open, with its controls."""
    ana, ben = member(bot, fair, "Ana"), member(bot, fair, "Ben")
    out = ben.evolve(active=False)
    bot.service.handle(MemberKept(id="web:1", committee=fair, member=ana.id, who=out))
    open_list = {"view": {"id": "V1", "type": "modal", "callback_id": "members"}}
    bot.press("T1", BEN, pack_ours("role", fair, ana.id, "observer 0"), **open_list)
    assert [c.args["text"] for c in whispers(bot, BEN)] == [GONE_WORDS]
    assert not [call for view in ("open", "update", "push") for call in bot.api.to(f"views.{view}")]


# -- names, zones, addresses -----------------------------------------------------------------------


def test_a_new_name_and_zone_are_followed(bot: Office, fair: str) -> None:
    """In every committee of theirs; a change that says no zone keeps the one that was known."""
    second = bot.found("T1", "Ben", channel="C0OTHER", name="Ball")
    change(bot, BEN, "Benny", tz="America/New_York", email="benny@example.org", locale="en-US")
    for committee in (fair, second):
        found = member(bot, committee, "Benny")
        assert (found.zone, found.email) == ("America/New_York", "benny@example.org")
        assert found.locale == "en-US"
    event = {"type": "user_change", "user": {"id": BEN, "real_name": "Benno"}}
    bot.event("T1", event)
    assert member(bot, fair, "Benno").zone == "America/New_York"
    assert member(bot, fair, "Benno").locale == "en-US"
    assert member(bot, fair, "Benno").email == "benny@example.org"


def test_an_address_that_another_has_does_not_hold_up_the_name(bot: Office, fair: str) -> None:
    """It stays theirs."""
    old = member(bot, fair, "Ben").email
    change(bot, BEN, "Benny", email=member(bot, fair, "Ana").email.upper())
    assert member(bot, fair, "Benny").email == old


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"profile": {"real_name": "  Ben \n Li\u202e "}}, "Ben Li"),
        ({"profile": {"real_name": "\x00\u2066"}, "real_name": "Ben"}, "Ben"),
        ({"profile": {"real_name": "\u200b"}, "real_name": "", "name": "ben"}, "ben"),
        ({"profile": {"real_name": "\ud83d"}, "name": None}, "U1"),
        ({"profile": None, "real_name": "x" * 300}, "x" * 120),
        ({}, "U1"),
    ],
)
def test_whatever_the_name_somebody_can_be_kept(given: Answer, name: str) -> None:
    """Signs that no committee takes are left out; at last the id has to do."""
    assert profile({"id": "U1", **given}, "T1").name == name


def test_odd_zones_and_addresses_are_left_out() -> None:
    """… instead of keeping their owner out."""
    found = profile({"id": "U1", "tz": "Mars/North", "profile": {"email": "x" * 300}}, "T1")
    assert (found.zone, found.email) == ("UTC", "")


@pytest.mark.parametrize(
    ("given", "foreign"),
    [
        ({}, False),
        ({"team_id": "T1"}, False),
        ({"team_id": "T9"}, True),
        ({"team_id": "T1", "is_stranger": True}, True),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, False),
        ({"team_id": "T9", "enterprise_user": {"teams": ["T9"]}}, True),
    ],
)
def test_who_is_of_another_organisation(given: Answer, foreign: bool) -> None:
    """A large organisation has several workspaces: theirs is not foreign."""
    assert profile({"id": "U1", **given}, "T1").foreign is foreign


# -- channels that are shared with another organisation --------------------------------------------


def shared(team: str, *installed: str) -> dict[str, Any]:
    """An event's wrapper in a shared channel: named for `team`, said to the `installed` ones."""
    return {
        "team_id": team,
        "authorizations": [{"team_id": each} for each in installed[:1]],
        "is_ext_shared_channel": True,
    }


def test_somebody_of_another_organisation_speaks_in_our_channel(bot: Office, fair: str) -> None:
    """However Slack names the payload: told once, let in by the chair, counted, and forms work."""
    bot.api.person("T1", DANA, "Dana", team_id="T9")
    thread = bot.thread(fair)
    theirs = {"user_team": "T9", "source_team": "T9", "team": "T9"}
    for wrapper in (shared("T9", "T1"), shared("T1", "T1"), shared("T9", "T1")):
        sent = message(DANA, "To meet", thread, **theirs)
        assert bot.event(wrapper.pop("team_id"), sent, **wrapper).status_code == 200
    assert not bot.said(fair)
    assert len(whispers(bot, DANA)) == 1
    until(lambda: knocks(bot), "the chair is told")
    bot.press("T1", user("Ana"), button(knocks(bot)[0], "Let Dana in"))
    wrapper = shared("T9", "T1")
    sent = message(DANA, "To meet at last", thread, **theirs)
    bot.event(wrapper.pop("team_id"), sent, **wrapper)
    assert bot.said(fair) == {"Dana": "To meet at last"}
    # A button's payload is named for us, and a form's for them.
    walk = f"{fair}.plan"
    press = pressed("T1", DANA, value(fair, "answer", walk=walk, question="plan.why"))
    press["user"]["team_id"] = "T9"
    assert bot.post(press).status_code == 200
    assert len(bot.api.to("views.open", "T1")) == 1
    about = {"purpose": "form", "committee": fair, "walk": walk, "asked": ["plan.why"]}
    answer = bot.submit("T9", DANA, about, {"plan.why:text": "By form"}, app_installed_team_id="T1")
    assert (answer.status_code, answer.content) == (200, b"")
    assert bot.said(fair) == {"Dana": "By form"}


def test_the_workspace_that_let_us_in_counts_over_the_one_that_is_named(
    bot: Office, fair: str
) -> None:
    """An event of a channel that another organisation owns is named for that one."""
    sent = message(BEN, "To meet", bot.thread(fair))
    assert bot.event("T9", sent, authorizations=[{"team_id": "T1"}]).status_code == 200
    assert bot.said(fair) == {"Ben": "To meet"}
    for named in ([], [{"team_id": "T9"}], [{"team_id": None}], None):
        other = message(BEN, "Not to meet", bot.thread(fair))
        assert bot.event("T9", other, authorizations=named).status_code == 200
    assert bot.said(fair) == {"Ben": "To meet"}


def test_a_shared_channel_is_the_committees_that_lives_there(bot: Office) -> None:
    """Where both organisations let Convenor in, one payload comes for both, named for either."""
    bot.install("T2", "xoxb-two")
    theirs = bot.found("T2", "Zoe", "Yun")
    thread = bot.thread(theirs)
    sent = message(user("Yun"), "To meet", thread, team="T2")
    wrapper = shared("T1", "T1")
    assert bot.event(wrapper.pop("team_id"), sent, **wrapper).status_code == 200
    assert bot.said(theirs) == {"Yun": "To meet"}
    # In a channel that is not shared the same id is another channel.
    other = message(user("Yun"), "Not to meet", thread, team="T2")
    assert bot.event("T1", other).status_code == 200
    assert bot.said(theirs) == {"Yun": "To meet"}


def test_two_committees_in_one_shared_channel_have_their_own_threads(bot: Office) -> None:
    """The thread says whose it is."""
    bot.install("T2", "xoxb-two")
    ours = bot.found("T1", "Ana", "Ben")
    bot.thread(ours)
    bot.api._sent["T2"] = 50  # in one channel no two messages have the same id
    theirs = bot.found("T2", "Zoe", "Yun")
    sent = message(user("Yun"), "To meet", bot.thread(theirs))
    wrapper = shared("T1", "T1")
    assert bot.event(wrapper.pop("team_id"), sent, **wrapper).status_code == 200
    assert bot.said(theirs) == {"Yun": "To meet"}
    sent = message(user("Ben"), "To eat", bot.thread(ours))
    wrapper = shared("T2", "T2")
    assert bot.event(wrapper.pop("team_id"), sent, **wrapper).status_code == 200
    assert bot.said(ours) == {"Ben": "To eat"}
