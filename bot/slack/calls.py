"""Single calls of Slack's methods for the sender: post, whisper, replace, look up.

Each waits until its method may be called, notes a 429 for the whole workspace, and mends what can be
mended at once: a channel that was not joined, blocks that Slack does not take.
"""

import logging
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import whence
from bot.slack.fallback import spoken
from bot.slack.pacing import Held, Holds, Pace, retry_after
from bot.slack.refusals import BROKEN, GONE, UNREADY, ambiguous, code_of, refusal
from bot.slack.render import Piece
from storage.trail import OutboxMessage

EVENT_TYPE = "convenor_message"
SKEW = 600.0
"""Seconds that Slack's clock and ours may differ, when a message is looked up by its age."""
A_PAGE = 200
UPLOADING = aiohttp.ClientTimeout(total=20)
SILENT = frozenset({"actions", "divider"})
"""Blocks without words of their own."""

log = logging.getLogger(__name__)


class Unreadable(Exception):
    """An answer that the SDK stumbled over: no JSON, or not an object."""


class Unready(Exception):
    """Slack refuses blocks with an uploaded picture: it may not have come to the picture yet.

    Files are worked through some time after their upload was said to be complete; until then blocks
    that show one are refused as invalid (https://docs.slack.dev/reference/methods/\
files.getUploadURLExternal). To ask how far it is would take one more right, `files:read`.
    """


@dataclass
class Errand:
    """One message on its way out."""

    client: AsyncWebClient
    message: OutboxMessage
    channel: str = ""
    went: bool = False
    """Whether something of it may stand in Slack by now, so that a further try has to look."""


@dataclass
class _Look:
    """A look-up under way: what was found, and the page that comes next."""

    found: dict[str, str] = field(default_factory=dict)
    cursor: str = ""


class Calls:
    """The methods, at Slack's pace."""

    def __init__(self, pace: Pace, holds: Holds) -> None:
        self._pace, self._holds = pace, holds
        self._looks: dict[tuple[int, str], _Look] = {}

    async def call(
        self, it: Errand, method: str, params: dict[str, Any] | None = None, **args: Any
    ) -> Any:
        """One call, once its last 429 has passed. Raises SlackApiError, Held, Unreadable.

        `params` for the methods that take no JSON.
        """
        tenant = it.message.place.tenant
        await self._holds.over(tenant, method)
        try:
            if params is not None:
                return await it.client.api_call(method, params=params)
            return await it.client.api_call(method, json=args)
        except SlackApiError as error:
            found = refusal(error)
            if not found.too_fast:
                raise
            wait = retry_after(found.headers)
            self._holds.hold(tenant, method, wait)
            raise Held(wait) from error
        except (AttributeError, ValueError) as error:
            raise Unreadable(type(error).__name__) from error

    async def post(self, it: Errand, piece: Piece, thread: str, key: str) -> str:
        """Post one piece under its key; returns its id."""
        await self._pace.turn(it.channel)
        args: dict[str, Any] = {
            "channel": it.channel,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": _metadata(key),
        }
        if thread:
            args["thread_ts"] = thread
        before, it.went = it.went, True
        try:
            answer = await self._put(it, "chat.postMessage", piece, args)
        except (Held, Unready):
            it.went = before
            raise
        except SlackApiError as error:
            it.went = before or ambiguous(error)
            raise
        return str(answer["ts"])

    async def upload(self, it: Errand, drawn: bytes) -> str:
        """Upload a picture that no channel shows by itself; returns Slack's id of it, "" where it takes none.

        https://docs.slack.dev/messaging/working-with-files#uploading_files
        """
        try:
            asked = {"filename": "progress.png", "length": str(len(drawn))}
            place = await self.call(it, "files.getUploadURLExternal", params=asked)
            url = str(place["upload_url"])
            async with (
                aiohttp.ClientSession(timeout=UPLOADING) as session,
                session.post(url, data=drawn) as answer,
            ):
                if answer.status >= 400:
                    return ""
            file = str(place["file_id"])
            await self.call(it, "files.completeUploadExternal", files=[{"id": file}])
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("picture not uploaded id=%d %s", it.message.id, whence(error))
            return ""
        return file

    async def whisper(self, it: Errand, piece: Piece, thread: str, user: str) -> str:
        """Post one piece for one person alone; returns its id."""
        await self._pace.turn(it.channel)
        args: dict[str, Any] = {"channel": it.channel, "user": user}
        if thread:
            args["thread_ts"] = thread
        answer = await self._put(it, "chat.postEphemeral", piece, args)
        return str(answer.get("message_ts", ""))

    async def replace(self, it: Errand, piece: Piece, ref: str, key: str) -> None:
        """Put a piece in the place of what stands there; nothing where that was deleted."""
        # Its metadata goes along, so that a piece is found by its key after a change, too.
        args = {"channel": it.channel, "ts": ref, "metadata": _metadata(key)}
        try:
            await self._put(it, "chat.update", piece, args)
        except SlackApiError as error:
            if code_of(error) not in GONE:
                raise

    async def _put(self, it: Errand, method: str, piece: Piece, args: dict[str, Any]) -> Any:
        args |= {"text": piece.text, "blocks": list(piece.blocks)}
        joined = False
        while True:
            try:
                return await self.call(it, method, **args)
            except SlackApiError as error:
                code = code_of(error)
                if code == "not_in_channel" and not joined:
                    await self.call(it, "conversations.join", channel=it.channel)
                    joined = True
                elif code == UNREADY and any("slack_file" in b for b in args.get("blocks", ())):
                    raise Unready from error
                elif code in BROKEN and "blocks" in args:
                    log.error("blocks refused id=%d code=%s", it.message.id, code)
                    args["text"] = in_words(piece)
                    del args["blocks"]
                else:
                    raise

    async def standing(
        self, it: Errand, thread: str, wanted: Set[str] = frozenset()
    ) -> dict[str, str]:
        """The ids of our messages by their keys: in a thread, else those of the channel itself.

        It looks no further than to when the message was promised, nor than to all that is `wanted`.
        Where a page is refused, the next try goes on from there: some apps get one page a minute.
        """
        method = "conversations.replies" if thread else "conversations.history"
        oldest = f"{it.message.created_at.timestamp() - SKEW:.6f}"
        params: dict[str, Any] = {"channel": it.channel, "limit": A_PAGE, "oldest": oldest}
        params["include_all_metadata"] = True
        if thread:
            params["ts"] = thread
        look = self._looks.setdefault((it.message.id, thread), _Look())
        while not (wanted and wanted <= look.found.keys()):
            at = {"cursor": look.cursor} if look.cursor else {}
            try:
                answer = await self.call(it, method, params={**params, **at})
            except SlackApiError as error:
                if code_of(error) == "invalid_cursor":
                    del self._looks[it.message.id, thread]
                raise
            look.found |= _keys(answer.get("messages") or ())
            look.cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not look.cursor:
                break
        del self._looks[it.message.id, thread]
        return look.found


def _keys(messages: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The ids of messages by the keys that we gave them."""
    found = {}
    for message in messages:
        key = ((message.get("metadata") or {}).get("event_payload") or {}).get("key")
        if key:
            found[str(key)] = str(message["ts"])
    return found


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def in_words(piece: Piece) -> str:
    """All that a piece says, for where its blocks are refused."""
    said = [spoken((block,)) for block in piece.blocks if block["type"] not in SILENT]
    return "\n".join(said) or piece.text
