"""The message shortcut *Record as an answer…*: a message of the channel is put to a question.

What it says is asked of Slack again when the form is sent: the form's metadata comes from outside
and holds ids only.
"""

from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.desk import Seat
from bot.core.events import Recorded
from bot.core.quoting import GONE, HEADING, NOT_A_MEMBER, RECORD, SAID, WHICH, problem, quotable
from bot.slack import blocks as kit
from bot.slack.blocks import LABEL, Block
from bot.slack.forms import About, Held, field, option, view
from bot.slack.listening import spoken
from bot.slack.people import PLATFORM
from bot.slack.text import fitted
from storage.people import Place

__all__ = ["GONE", "HEADING", "NOT_A_MEMBER", "quote_view", "quoted"]


def quote_view(
    seat: Seat, author: Seat | None, channel: str, message: dict[str, Any], text: str
) -> dict[str, Any]:
    """The form: the message, and the questions it may answer. Raises Refused."""
    desk = seat.desk
    may = quotable(desk.state, desk.bank, seat.member, author.member if author else None, text)
    groups: list[Block] = []
    for phase, asked in may.asked:
        options = [option(question.id, question.prompt) for question in asked]
        groups.extend(
            {"label": kit.plain(fitted(phase.title, LABEL)), "options": options[n : n + 100]}
            for n in range(0, len(options), 100)
        )
    menu: Block = {"type": "static_select", "option_groups": groups}
    rows = [
        *kit.small(SAID.format(name=may.author.name)),
        *kit.section(text),
        field("question", WHICH, menu, optional=False),
    ]
    about = About(
        purpose="record",
        committee=seat.committee,
        channel=channel,
        question=may.author.id,
        asked=(str(message["ts"]), str(message.get("thread_ts", ""))),
    )
    return view(about, HEADING, rows, RECORD)


async def quoted(
    client: AsyncWebClient,
    seat: Seat,
    about: About,
    ids: dict[str, Any],
    held: Held,
    names: Callable[[str], str],
    author_of: Callable[[str], str],
) -> Recorded:
    """What a sent form says; `author_of` gives a user's member id, "" for none. Raises Refused."""
    place = Place(platform=PLATFORM, tenant=_tenant(seat, about.channel), channel=about.channel)
    ts, thread = (*about.asked, "", "")[:2]
    message = await _message(client, about.channel, ts, thread)
    author = author_of(str(message.get("user", "")))
    if not author:
        raise problem(NOT_A_MEMBER)
    answer = await client.chat_getPermalink(channel=about.channel, message_ts=ts)
    question = held.get("question", "")
    return Recorded(
        **ids,
        question=question if isinstance(question, str) else "",
        author=author,
        text=spoken(message, names),
        ref=ts,
        link=str(answer.get("permalink") or ""),
        place=place,
    )


def _tenant(seat: Seat, channel: str) -> str:
    """The workspace in which this channel is the committee's. Raises Refused where it is not."""
    for place in seat.desk.committee.home:
        if (place.platform, place.channel) == (PLATFORM, channel):
            return place.tenant
    raise problem(GONE)


async def _message(client: AsyncWebClient, channel: str, ts: str, thread: str) -> dict[str, Any]:
    """The message as it stands now. Raises Refused where it is gone."""
    args: dict[str, Any] = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True}
    if thread and thread != ts:
        answer: Any = await client.conversations_replies(ts=thread, limit=10, **args)
    else:
        answer = await client.conversations_history(limit=1, **args)
    found = next((m for m in answer.get("messages") or () if m.get("ts") == ts), None)
    if found is None:
        raise problem(GONE)
    return dict(found)
