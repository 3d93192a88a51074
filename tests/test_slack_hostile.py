"""What people type is shown as typed, and pings nobody, wherever the bot shows it in Slack."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.slack.text import escape
from tests.local_slack import CHANNEL
from tests.slack_world import World, control, text_of

pytestmark = [pytest.mark.usefixtures("slack_there"), pytest.mark.xdist_group("slack")]

LIVE = re.compile(r"<(!|@|#|https?:)")
TYPED = [
    "<!channel> look here",
    "<!here> and <!everyone>",
    "<@U0BEN> should know",
    "a < b && c > d",
    "&lt;b&gt; as typed",
    "*bold* _it_ ~no~ `code` > quote",
    ":tada: is no picture here",
    "[link](https://evil.example) <https://evil.example|bank>",
    "</script><script>alert(1)</script>",
    "line one\nline two\n\n• three",
    "\u202ebackwards\u202c and a null \u2028 line",
]


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """All text objects in blocks."""
    if isinstance(part, dict):
        if part.get("type") in ("plain_text", "mrkdwn"):
            yield part
        for value in part.values():
            yield from objects(value)
    elif isinstance(part, list):
        for each in part:
            yield from objects(each)


def harmless(shown: dict[str, Any]) -> None:
    """Nothing alive in a message's words for notifications, nor in any of its text objects."""
    assert not LIVE.search(str(shown.get("text") or ""))
    for made in objects(shown.get("blocks")):
        if made["type"] == "plain_text":
            assert not LIVE.search(made["text"])
            assert not made.get("emoji", True)
        else:  # the bank's own headings, and links that are ours
            assert made.get("verbatim", False)


@pytest.mark.parametrize("typed", TYPED)
def test_an_answer_is_shown_as_typed(slack: World, typed: str) -> None:
    """On the card, in the search, the listing, the form, the record and the summary."""
    ws = slack.workspace
    thread = slack.start(members=[ws.ids["Ana"]])
    # Slack hands over what was typed with its three signs escaped.
    slack.checked(ws.say("Ana", escape(typed), thread))
    slack.quiet()
    answer = slack.said("plan.why")["Ana"].text
    assert answer.replace("\u2028", "\n").split() == typed.replace("\u2028", "\n").split()
    shown = escape(answer)
    card = slack.find("Why do we hold a fair?", thread=thread)
    assert shown in text_of(card)
    slack.click("Ana", "Answer…", "Why do we hold a fair?")
    inputs = [b["element"] for b in ws.modal()["blocks"] if b["type"] == "input"]
    assert inputs[0]["initial_value"] == answer
    ws.command("Ana", "find " + max(re.findall(r"\w+", answer), key=len))
    slack.find("1 answer for", to="Ana")
    ws.open_home("Ana")
    ws.press("Ana", control(ws.home("Ana")["blocks"], "Open the record"), channel="D0HOME")
    assert shown.replace("\n", "") in text_of(ws.modal()).replace("\n", "")
    harmless(ws.modal())
    harmless(ws.home("Ana"))
    for channel in (CHANNEL, ws.direct("Ana")):
        for message in slack.shown(channel):
            if message.get("bot_id"):
                harmless(message)


def test_names_are_data_too(slack: World) -> None:
    """A committee's and a person's name are shown as they are, and ping nobody."""
    ws = slack.workspace
    ws.command("Ana", "start")
    assert ws.submit("Ana", {"name": "<!channel> *Fair* &amp;"}) == {}
    start = slack.find("is starting")
    assert escape("<!channel> *Fair* &amp;") in text_of(start)
    harmless(start)


def test_a_very_long_answer_is_shown_whole(slack: World) -> None:
    """Ten thousand characters go on in further messages of the thread, and nothing is cut."""
    ws = slack.workspace
    thread = slack.start(members=[ws.ids["Ana"]])
    typed = " ".join(f"word{n:05}" for n in range(1000))
    slack.checked(ws.say("Ana", typed, thread))
    slack.quiet()
    everything = "".join(text_of(m) for m in slack.shown(thread=thread) if m.get("bot_id"))
    for n in range(1000):
        assert f"word{n:05}" in everything
