"""Workspaces and committees stay apart: their people, tokens and channels, and what is made up."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.events import Answered, Fields, WentNext
from bot.core.seats import NOT_HERE
from storage.port import StoreFull
from tests.local_slack import until
from tests.slack_api import BOT
from tests.slack_office import CHANNEL, Office, api, bot, message, user, value

__all__ = ["api", "bot"]

OTHER = "C0OTHER"
REVOKED = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}}
UNINSTALLED = {"type": "app_uninstalled"}


@pytest.fixture
def two(bot: Office) -> Office:
    """The bot in two workspaces."""
    bot.install("T2", "xoxb-two")
    return bot


# -- the same ids in two workspaces ----------------------------------------------------------------


def test_the_same_ids_in_two_workspaces_are_two_of_everything(two: Office) -> None:
    """User, channel, thread and message ids are alike; committees, names, answers and tokens are not."""
    one, other = two.found("T1", "Ana", "Ben"), two.found("T2", "Ana", "Ben")
    assert two.thread(one) == two.thread(other)
    said = message(user("Ben"), "in the first", two.thread(one), ts="1800000001.1")
    assert two.event("T1", said, "Ev1").status_code == 200
    assert two.event("T2", {**said, "text": "in the second"}, "Ev1").status_code == 200
    assert two.said(one) == {"Ben": "in the first"}
    assert two.said(other) == {"Ben": "in the second"}
    changed = {"id": user("Ben"), "tz": "Europe/Paris", "profile": {"real_name": "Benno"}}
    two.event("T2", {"type": "user_change", "user": changed})
    assert {m.name for m in two.state(one).members.values()} == {"Ana", "Ben"}
    assert {m.name for m in two.state(other).members.values()} == {"Ana", "Benno"}
    two.event("T1", {"type": "member_left_channel", "user": user("Ben"), "channel": CHANNEL})
    assert [m.active for m in two.state(one).members.values()] == [True, False]
    assert all(m.active for m in two.state(other).members.values())


def test_each_workspace_is_spoken_to_with_its_token(two: Office) -> None:
    """Cards, ✅, whispers and pages go out with the token of where they belong."""
    one, other = two.found("T1", "Ana", "Ben"), two.found("T2", "Ana", "Ben")
    assert two.thread(one) == two.thread(other)
    two.quiet("T1")
    two.quiet("T2")
    for team, token in (("T1", "xoxb-one"), ("T2", "xoxb-two")):
        before = len(two.api.calls)
        two.say(team, user("Ben"), f"for {team}", two.thread(one))
        two.command(team, user("Ben"), "status")
        two.event(team, {"type": "app_home_opened", "tab": "home", "user": user("Ben")})
        two.quiet(team)
        new = two.api.calls[before:]
        assert {"reactions.add", "chat.postEphemeral", "views.publish"} <= {c.method for c in new}
        assert {c.token for c in new} == {token}
    shown = [str(c.args) for c in two.api.to("views.publish")]
    assert len(shown) == 2


def test_a_channel_of_another_workspace_is_no_home(two: Office) -> None:
    """Where only T1 has a committee, the same channel and thread in T2 record nothing."""
    one = two.found("T1", "Ana", "Ben")
    thread = two.thread(one)
    revision = two.state(one).committee.revision
    two.api.person("T2", user("Ben"), "Ben")
    assert two.say("T2", user("Ben"), "To meet", thread).status_code == 200
    joined = {"type": "member_joined_channel", "user": user("Zoe"), "channel": CHANNEL}
    assert two.event("T2", joined).status_code == 200
    assert two.command("T2", user("Ben"), "next").json()["response_type"] == "ephemeral"
    assert two.state(one).committee.revision == revision


# -- what is made up -------------------------------------------------------------------------------


@pytest.fixture
def three(two: Office) -> tuple[Office, str, str, str]:
    """Ben's committee, one beside it, and one in the other workspace in which a Ben is, too."""
    mine = two.found("T1", "Ana", "Ben")
    beside = two.found("T1", "Zoe", "Yun", channel=OTHER, name="Ball")
    far = two.found("T2", "Ben", "Ana", name="Far")
    for committee in (mine, beside, far):
        two.thread(committee)
    return two, mine, beside, far


def _forged(
    mine: str, theirs: str, member: str
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Forms by name: what they are about, and what they hold."""
    walk = f"{theirs}.plan"
    asked = ["plan.why"]
    words = {"plan.why:text": "forged"}
    for name, committee in (("theirs", theirs), ("theirs in mine", mine)):
        base = {"committee": committee, "walk": walk, "question": "plan.why"}
        yield f"form {name}", {"purpose": "form", **base, "asked": asked}, words
        yield f"reason {name}", {"purpose": "reason", **base, "action": "skip"}, {"text": "x"}
        yield f"review {name}", {"purpose": "review", **base}, {"effect": "forged"}
        yield f"assign {name}", {"purpose": "assign", **base}, {"to": {"value": member}}
    base = {"committee": theirs}
    yield "start", {"purpose": "start", **base}, {"phase": "run"}
    yield "settings", {"purpose": "settings", **base}, {"name": "Forged", "zone": "UTC"}
    yield "members", {"purpose": "members", **base}, {"people": {"selected_users": [user("Ben")]}}
    about = {"purpose": "record", **base, "channel": CHANNEL, "asked": ["1.1", ""]}
    yield "record", about, {"question": "plan.why"}
    yield (
        "unknown question",
        {"purpose": "reason", "committee": mine, "question": "x.y"},
        {"text": "x"},
    )
    yield (
        "unknown walk",
        {"purpose": "form", "committee": mine, "walk": f"{mine}.nope", "asked": asked},
        words,
    )
    yield "no purpose", {"purpose": "rule", "committee": mine}, {}
    yield "nothing to send", {"purpose": "look", "committee": mine}, {}
    yield "no committee", {"purpose": "form", "asked": asked}, words


@pytest.mark.parametrize("whose", [1, 2])
def test_a_form_about_another_committee_changes_nothing(
    three: tuple[Office, str, str, str], whose: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever stands in a view's metadata: 200, a line in the log, and all committees as before."""
    bot, mine, *others = three
    theirs = others[whose - 1]
    member = next(m.id for m in bot.state(theirs).members.values() if m.name in ("Yun", "Ana"))
    before = _standing(bot, mine, *others)
    for name, about, held in _forged(mine, theirs, member):
        caplog.clear()
        answer = bot.submit("T1", user("Ben"), about, held)
        assert (answer.status_code, answer.content) == (200, b""), name
        assert "misuse kind=view_submission" in caplog.text, name
        assert _standing(bot, mine, *others) == before, name
    assert not bot.api.to("users.info")
    # A member of theirs, in a form about one's own committee.
    about = {"purpose": "assign", "committee": mine, "question": "plan.why"}
    refused = bot.submit("T1", user("Ana"), about, {"to": {"value": member}})
    assert refused.json()["response_action"] == "errors"
    about = {"purpose": "review", "committee": mine, "question": "plan.why"}
    bot.submit("T1", user("Ana"), about, {"owner": {"value": member}, "action": "forged"})
    assert _standing(bot, mine, *others) == before


@pytest.mark.parametrize("whose", [1, 2])
def test_a_button_about_another_committee_changes_and_shows_nothing(
    three: tuple[Office, str, str, str], whose: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever stands in a button's value; the one who pressed is told, and opens nothing."""
    bot, mine, *others = three
    theirs = others[whose - 1]
    member = next(iter(bot.state(theirs).members))
    before = _standing(bot, mine, *others)
    walk, q = f"{theirs}.plan", "plan.why"
    actions = (
        "answer", "skip", "na", "assign", "review", "record", "outline", "open", "next", "back",
        "pause", "holds", "own", "command", "admit",
    )  # fmt: skip
    values = [value(theirs, a, walk=walk, question=q, value="plan") for a in actions]
    values += [f"{a}|{theirs}||{member}|chair:0" for a in ("role", "members", "settings")]
    values += [f"page|{theirs}||plan|record 1", value("nobody", "next"), value("", "next")]
    for each in values:
        caplog.clear()
        assert bot.press("T1", user("Ben"), each).status_code == 200
        assert "misuse kind=block_actions" in caplog.text, each
        assert _standing(bot, mine, *others) == before, each
    told = bot.api.to("chat.postEphemeral", user=user("Ben"), text=NOT_HERE)
    assert len(told) == len(values)
    assert not [c for c in bot.api.calls if c.method.startswith("views.")]
    # In one's own committee, a walk that is another's.
    for action in ("next", "holds", "pause", "back"):
        caplog.clear()
        made = value(mine, action, walk=walk, question=q)
        assert bot.press("T1", user("Ana"), made).status_code == 200
        assert "misuse kind=block_actions" in caplog.text, action
        assert _standing(bot, mine, *others) == before, action
    # A member of another committee can't be given a part in one's own.
    bot.press("T1", user("Ana"), f"role|{mine}||{member}|observer:0")
    assert _standing(bot, mine, *others) == before


@pytest.mark.parametrize(
    "made",
    [
        "",
        "next",
        "|||",
        "nothing|a|b|c|d",
        "next|\x00|||",
        "x" * 3000,
        "next|" + "|" * 9,
        f"next|{'z' * 3000}|||",
    ],
)
def test_a_value_that_no_button_has_is_passed_over(
    bot: Office, made: str, caplog: pytest.LogCaptureFixture
) -> None:
    """200 and a line in the log."""
    fair = bot.found("T1", "Ana")
    before = bot.state(fair).committee.revision
    assert bot.press("T1", user("Ana"), made).status_code == 200
    assert "misuse kind=block_actions" in caplog.text
    assert all(len(record.getMessage()) < 300 for record in caplog.records)
    assert bot.state(fair).committee.revision == before


def test_metadata_that_no_form_has_is_passed_over(
    bot: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """200 and a line in the log."""
    bot.found("T1", "Ana")
    for made in ("", "{", "[]", "null", '{"purpose": 1}', '{"purpose": "form", "more": 1}'):
        caplog.clear()
        about = {"purpose": "form"}
        answer = bot.submit("T1", user("Ana"), about, {}, private_metadata=made)
        assert answer.status_code == 200
        assert "misuse kind=view_submission" in caplog.text


def _standing(bot: Office, *committees: str) -> list[tuple[int, int]]:
    reader = bot.store.read()
    return [(reader.state(c).committee.revision, len(reader.audit(c))) for c in committees]


# -- the end of a workspace ------------------------------------------------------------------------


@pytest.mark.parametrize("event", [REVOKED, UNINSTALLED])
def test_a_workspace_that_ended_gets_nothing_more(
    two: Office, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Its sends stop, and its late events; what was promised goes out when it is back."""
    one, other = two.found("T1", "Ana", "Ben"), two.found("T2", "Ana", "Ben")
    thread = two.thread(one)
    two.quiet("T1")
    assert two.event("T1", event).status_code == 200
    ended = two.store.read().installation("slack", "T1")
    assert ended is not None
    assert (ended.ended, ended.token) == (event["type"], "")
    before = len(two.api.to("chat.postMessage", "T1"))
    revision = two.state(one).committee.revision
    # Late events of the workspace that has gone.
    assert two.say("T1", user("Ben"), "To meet", thread).status_code == 200
    assert two.command("T1", user("Ben"), "status").status_code == 200
    assert two.press("T1", user("Ana"), value(one, "next", walk=f"{one}.plan")).status_code == 200
    assert two.event("T1", event).status_code == 200
    assert two.state(one).committee.revision == revision
    # Something is promised meanwhile, by another way in.
    _answered_on_the_web(two, one)
    until(lambda: "reason=no_workspace" in caplog.text, "the sending was put off")
    assert two.store.read().pending("slack", "T1", CHANNEL)
    assert len(two.api.to("chat.postMessage", "T1")) == before
    # The other workspace goes on.
    assert two.say("T2", user("Ben"), "To meet", two.thread(other)).status_code == 200
    assert two.said(other) == {"Ben": "To meet"}
    two.quiet("T2")
    # Installed anew, with another token.
    del two.api.teams["xoxb-one"]
    two.install("T1", "xoxb-new")
    two.quiet("T1")
    assert [c for c in two.api.to("chat.postMessage", "T1") if c.token == "xoxb-new"]
    assert two.say("T1", user("Ana"), "School yard", thread).status_code == 200
    assert two.said(one, "plan.place").keys() == {"Ana"}


def _answered_on_the_web(bot: Office, committee: str) -> None:
    members = {m.name: m.id for m in bot.state(committee).members.values()}
    base: dict[str, Any] = {"committee": committee, "walk": f"{committee}.plan"}
    answers: dict[str, Fields] = {"plan.why": {"text": "From the web"}}
    bot.service.handle(Answered(id="web:1", member=members["Ben"], answers=answers, **base))
    bot.service.handle(WentNext(id="web:2", member=members["Ana"], **base))


@pytest.mark.parametrize(
    "tokens",
    [{"oauth": [user("Ana")]}, {"oauth": [BOT], "bot": []}, {"bot": None}, {"bot": ["U9"]}, None],
)
def test_tokens_of_people_are_nothing_of_ours(bot: Office, tokens: Any) -> None:
    """Only the loss of the bot's own token ends anything."""
    assert bot.event("T1", {"type": "tokens_revoked", "tokens": tokens}).status_code == 200
    assert bot.slack.workspaces.installation("T1") is not None


def test_an_end_that_can_not_be_kept_is_told_again(
    bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack gets 503; until it is kept the workspace goes on."""

    def full(_work: Any) -> Any:
        raise StoreFull("x")

    with monkeypatch.context() as patched:
        patched.setattr(bot.store, "write", full)
        assert bot.event("T1", REVOKED).status_code == 503
    assert bot.slack.workspaces.client("T1") is not None
    assert bot.event("T1", REVOKED).status_code == 200
    assert bot.slack.workspaces.client("T1") is None


def test_a_workspace_that_never_let_us_in_is_told_nothing(
    bot: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A signed event for a team that is unknown: 200, a line in the log, no call."""
    assert bot.say("T9", user("Ben"), "Hello").status_code == 200
    assert "misuse kind=event_callback no workspace T9" in caplog.text
    assert not bot.api.calls
