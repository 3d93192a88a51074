"""What Slack delivers counts once, whatever is lost, repeated or late on the way."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from questions.reading import UNREADABLE
from storage.port import StoreBusy, StoreError, StoreFull
from storage.sqlite import open_store
from tests.local_slack import PATIENCE, until
from tests.slack_api import BOT, SlackApi
from tests.slack_office import (
    CHANNEL,
    Failing,
    Office,
    api,
    bot,
    envelope,
    message,
    office,
    pressed,
    user,
    value,
)

__all__ = ["api", "bot"]

AGAIN = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}


@pytest.fixture
def fair(bot: Office) -> str:
    """The committee of Ana and Ben, whose thread stands."""
    committee = bot.found("T1", "Ana", "Ben")
    bot.thread(committee)
    bot.quiet("T1")
    return committee


# -- the commit comes first ------------------------------------------------------------------------


def test_the_answer_goes_out_after_the_commit(bot: Office, fair: str) -> None:
    """While the commit takes its time Slack gets no 200, though others are served meanwhile."""
    entered, gate, right = threading.Event(), threading.Event(), bot.store.submit

    def slowly(work: Any) -> Any:
        entered.set()
        done: Future[Any] = Future()

        def later() -> None:
            assert gate.wait(PATIENCE)
            done.set_result(right(work).result())

        threading.Thread(target=later).start()
        return done

    bot.store.submit = slowly  # type: ignore[method-assign]
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(bot.say, "T1", user("Ben"), "To meet", bot.thread(fair))
        assert entered.wait(PATIENCE)
        for _ in range(5):
            assert bot.post({"type": "url_verification", "challenge": "x"}).status_code == 200
        assert not answer.done()
        assert not bot.said(fair)
        gate.set()
        assert answer.result(PATIENCE).status_code == 200
    assert bot.said(fair) == {"Ben": "To meet"}


@pytest.mark.parametrize("error", [StoreError("x"), StoreFull("x"), StoreBusy("x")])
def test_a_failed_commit_is_delivered_again(bot: Office, fair: str, error: StoreError) -> None:
    """Slack gets 503 and comes again; then it counts, and once."""
    sent = envelope("T1", message(user("Ben"), "To meet", bot.thread(fair)))
    with Failing(bot.store, error) as failing:
        assert bot.post(sent).status_code == 503
        assert bot.post(sent, **AGAIN).status_code == 503
        assert failing.failed == 2
    assert not bot.said(fair)
    assert bot.post(sent, **AGAIN).status_code == 200
    assert bot.said(fair) == {"Ben": "To meet"}
    revision = bot.state(fair).committee.revision
    assert bot.post(sent, **AGAIN).status_code == 200
    assert bot.state(fair).committee.revision == revision


def test_a_failed_commit_fails_buttons_and_forms_too(bot: Office, fair: str) -> None:
    """Whoever pressed sees that it did not work, and nothing half done stands there."""
    walk = f"{fair}.plan"
    press = pressed("T1", user("Ben"), value(fair, "park", question="plan.why", walk=walk))
    with Failing(bot.store, StoreFull("x")) as failing:
        assert bot.post(press).status_code == 503
        about = {"purpose": "form", "committee": fair, "walk": walk, "asked": ["plan.why"]}
        answer = bot.submit("T1", user("Ben"), about, {"plan.why:text": "Fun"})
        assert answer.status_code == 503
        assert bot.command("T1", user("Ben"), "status").status_code == 503
        assert failing.failed == 3
    assert not bot.said(fair)


def test_a_fault_of_ours_is_no_200(bot: Office, fair: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack comes again, and its answer shows nothing of what went wrong."""

    def broken(_event: object) -> Any:
        raise ValueError("what Ben answered")

    with monkeypatch.context() as patched:
        patched.setattr(bot.service, "submit", broken)
        answer = bot.say("T1", user("Ben"), "To meet", bot.thread(fair))
    assert (answer.status_code, answer.content) == (500, b"")


# -- the same twice --------------------------------------------------------------------------------


def test_another_process_knows_what_was_delivered(api: SlackApi, tmp_path: Path) -> None:
    """A redelivery that reaches a second process on the same record changes nothing."""
    url = f"sqlite:///{tmp_path / 'convenor.db'}"
    one, two = open_store(url), open_store(url)
    with office(api, one) as first, office(api, two) as second:
        first.install("T1", "xoxb-one")
        fair = first.found("T1", "Ana", "Ben")
        sent = envelope("T1", message(user("Ben"), "To meet", first.thread(fair)), "Ev77")
        assert first.post(sent).status_code == 200
        revision = first.state(fair).committee.revision
        assert second.post(sent, **AGAIN).status_code == 200
        assert second.state(fair).committee.revision == revision
        assert len(one.read().history(fair)) == 1
        first.quiet("T1")
        assert len(api.to("reactions.add")) == 1
    one.close()
    two.close()


def test_a_form_that_is_sent_twice_counts_once(bot: Office, fair: str) -> None:
    """The same view answers once; a new one is a new answer."""
    about = {"purpose": "form", "committee": fair, "walk": f"{fair}.plan", "asked": ["plan.why"]}
    for _ in range(2):
        answer = bot.submit("T1", user("Ben"), about, {"plan.why:text": "Fun"}, id="V-same")
        assert (answer.status_code, answer.content) == (200, b"")
    assert len(bot.store.read().history(fair)) == 1
    bot.submit("T1", user("Ben"), about, {"plan.why:text": "More fun"})
    assert bot.said(fair) == {"Ben": "More fun"}


def test_a_form_with_a_mistake_can_be_sent_again(bot: Office, fair: str) -> None:
    """What was refused is not remembered as done."""
    about = {"purpose": "reason", "committee": fair, "question": "plan.why", "action": "skip"}
    answer = bot.submit("T1", user("Ana"), about, {"text": " "}, id="V-same")
    assert answer.json()["response_action"] == "errors"
    assert bot.submit("T1", user("Ana"), about, {"text": "No time"}, id="V-same").content == b""
    assert bot.state(fair).items["plan.why"].status.value == "skipped"


def test_a_command_or_a_press_that_comes_twice_counts_once(bot: Office, fair: str) -> None:
    """Slack's trigger is the same, and so is the answer: one."""
    for _ in range(2):
        assert bot.command("T1", user("Ben"), "status", trigger_id="7.7.a").status_code == 200
    sent = pressed("T1", user("Ana"), value(fair, "next", walk=f"{fair}.plan"))
    for _ in range(2):
        assert bot.post(sent).status_code == 200
    bot.quiet("T1")
    assert len(bot.api.to("chat.postEphemeral")) == 1
    assert bot.state(fair).walks[f"{fair}.plan"].current == "plan.place"


def test_words_that_no_record_can_keep_are_refused_at_once(bot: Office, fair: str) -> None:
    """Slack gets its 200 and need not come again; whoever said it is told, and alone."""
    answer = bot.command("T1", user("Ben"), "find \x00")
    assert (answer.status_code, answer.json()["response_type"]) == (200, "ephemeral")
    assert bot.say("T1", user("Ben"), "To \x00 meet", bot.thread(fair)).status_code == 200
    (told,) = bot.api.to("chat.postEphemeral", user=user("Ben"))
    assert told.args["text"] == UNREADABLE
    assert not bot.store.read().history(fair)


# -- out of order ----------------------------------------------------------------------------------


def _edit(text: str, stamp: str, sent: dict[str, Any]) -> dict[str, Any]:
    after = {**sent, "text": text, "edited": {"user": sent["user"], "ts": stamp}}
    return {
        "type": "message", "subtype": "message_changed", "channel": CHANNEL, "ts": stamp,
        "message": after, "previous_message": sent,
    }  # fmt: skip


def _deletion(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "message", "subtype": "message_deleted", "channel": CHANNEL, "ts": "9.9",
        "deleted_ts": sent["ts"], "previous_message": sent,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("order", "left"),
    [
        ("said first second", {"Ben": "second"}),
        ("first said second", {"Ben": "second"}),
        ("second first said", {"Ben": "second"}),
        ("said second first", {"Ben": "second"}),
        ("second said first", {"Ben": "second"}),
        ("said first deleted", {}),
        ("said deleted first", {}),
        ("deleted said first", {}),
        ("deleted first said", {}),
        ("first deleted said", {}),
        ("deleted said", {}),
        ("said first first", {"Ben": "first"}),
        ("said deleted deleted", {}),
    ],
)
def test_whatever_the_order_the_end_is_the_same(
    bot: Office, fair: str, order: str, left: dict[str, str]
) -> None:
    """An edit or a deletion may come before its message, or before an older edit."""
    sent = message(user("Ben"), "as said", bot.thread(fair))
    events = {
        "said": sent,
        "first": _edit("first", "1900000001.1", sent),
        "second": _edit("second", "1900000002.1", sent),
        "deleted": _deletion(sent),
    }
    for name in order.split():
        assert bot.event("T1", events[name]).status_code == 200
    assert bot.said(fair) == left


# -- threads ---------------------------------------------------------------------------------------


def test_a_reply_waits_until_its_thread_is_known(bot: Office) -> None:
    """While the opening message is on its way a reply may be to it, so Slack is to come again."""
    bot.api.failing["chat.postMessage"] = "internal_error"
    fair = bot.found("T1", "Ana", "Ben")
    until(lambda: bot.api.to("chat.postMessage"), "it was tried")
    unknown = message(user("Ben"), "To meet", "1700000077.000100")
    assert bot.event("T1", unknown).status_code == 503
    assert bot.event("T1", {**unknown, "parent_user_id": BOT}).status_code == 503
    # A thread that somebody else began is none of ours, however long the outbox is stuck.
    assert bot.event("T1", {**unknown, "parent_user_id": user("Ana")}).status_code == 200
    assert not bot.said(fair)


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"user": BOT},
        {"subtype": "channel_topic"},
        {"subtype": "bot_message", "bot_id": "B1"},
        {"thread_ts": "1600000000.000100"},
        {"thread_ts": ""},
    ],
)
def test_what_is_no_answer_is_passed_over(bot: Office, fair: str, more: dict[str, str]) -> None:
    """Bots, our own words, the channel's business, and people talking among themselves."""
    revision = bot.state(fair).committee.revision
    calls = len(bot.api.calls)
    event = {**message(user("Ben"), "To meet", bot.thread(fair)), **more}
    assert bot.event("T1", event).status_code == 200
    assert bot.state(fair).committee.revision == revision
    assert len(bot.api.calls) == calls
