"""Carries one promised message out to Slack, and reads what became of it from Slack's answer.

Slack promises no idempotency key, and its SDK's own retries post twice, so they are off and every
message carries its key in `metadata.event_payload`, where it is looked up before a second try
(https://docs.slack.dev/messaging/message-metadata). An ephemeral message stands in no history:
where its reply was lost it is sent once more. Editing and reacting twice change nothing.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.dispatch import Delivered, Hopeless, Later, Outcome
from bot.core.effects import EFFECT, Ask, Button, Content, React, Say, Update
from bot.slack.render import Piece, leading, render
from bot.slack.values import pack
from storage.port import Store
from storage.records import OutboxMessage

EVENT_TYPE = "convenor_message"
REACTIONS = {"✅": "white_check_mark"}
DONE_ANYWAY = frozenset(
    {"already_reacted", "no_reaction", "message_not_found", "cant_update_message"}
)
"""What Slack says where the thing is done, or its message is gone: nothing is left to do."""
AMBIGUOUS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
BROKEN = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
HOUR = 3600.0
WAIT_FOR_PEOPLE = 300.0
"""Seconds until a channel that can't be posted to is tried again: somebody has to act first."""
BURST, A_SECOND = 4.0, 1.0
"""Slack lets short bursts through, and about one message a second and channel."""

log = logging.getLogger(__name__)


class Pace:
    """About one post a second for each channel, with short bursts."""

    def __init__(self, burst: float = BURST, rate: float = A_SECOND) -> None:
        self._burst, self._rate = burst, rate
        self._left: dict[str, tuple[float, float]] = {}

    async def turn(self, channel: str) -> None:
        """Wait until a post may go to the channel."""
        now = time.monotonic()
        left, at = self._left.get(channel, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate) - 1
        self._left[channel] = (left, now)
        if left < 0:
            await asyncio.sleep(-left / self._rate)


class SlackSender:
    """The sender for every workspace; `client_of` gives a workspace's client, None where it left."""

    def __init__(
        self,
        store: Store,
        client_of: Callable[[str], AsyncWebClient | None],
        pace: Pace | None = None,
    ) -> None:
        self._store, self._client_of = store, client_of
        self._pace = pace or Pace()
        self._direct: dict[tuple[str, str], str] = {}
        self._links: dict[tuple[str, str, str], str] = {}
        self._held: dict[tuple[str, str], float] = {}
        """Until when a method of a workspace is not to be called (429), by the monotonic clock."""

    async def send(self, message: OutboxMessage) -> Outcome:
        """Carry one message out; see bot.core.dispatch.Sender."""
        client = self._client_of(message.place.tenant)
        if client is None:
            return Later(after=WAIT_FOR_PEOPLE, reason="no_workspace")
        effect = EFFECT.validate_json(message.payload)
        try:
            channel = await self._channel(client, message)
            match effect:
                case Ask() | Say():
                    return await self._post(client, message, effect, channel)
                case Update(key=key, content=content):
                    return await self._update(client, message, key, content, channel)
                case React():
                    return await self._react(client, message, effect, channel)
        except SlackApiError as error:
            return self._judge(message, error)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Later(unsure=True, reason=type(error).__name__)

    def _judge(self, message: OutboxMessage, error: SlackApiError) -> Outcome:
        response = error.response
        status = getattr(response, "status_code", 200)
        code = str(response.get("error", "")) if status < 500 else "internal_error"
        if status == 429 or code in ("ratelimited", "rate_limited"):
            headers = {k.lower(): v for k, v in dict(response.headers or {}).items()}
            wait = float(headers.get("retry-after", 1) or 1)
            method = str(getattr(response, "api_url", "")).rpartition("/")[2]
            self._held[message.place.tenant, method] = time.monotonic() + wait
            return Later(after=wait, reason="ratelimited")
        if code in DONE_ANYWAY:
            return Delivered()
        if code in AMBIGUOUS:
            return Later(unsure=True, reason=code)
        return Later(after=WAIT_FOR_PEOPLE, reason=code)

    async def _call(self, client: AsyncWebClient, tenant: str, method: str, **args: Any) -> Any:
        """One call of a method, once its last 429 has passed."""
        wait = self._held.get((tenant, method), 0) - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        return await client.api_call(method, json=args)

    # -- where ----------------------------------------------------------------------------------

    async def _channel(self, client: AsyncWebClient, message: OutboxMessage) -> str:
        """The channel's id; a member's direct messages are opened the first time."""
        channel, tenant = message.place.channel, message.place.tenant
        if not channel.startswith("@"):
            return channel
        user = self._user(message, channel[1:])
        if (tenant, user) not in self._direct:
            opened = await self._call(client, tenant, "conversations.open", users=user)
            self._direct[tenant, user] = str(opened["channel"]["id"])
        return self._direct[tenant, user]

    def _user(self, message: OutboxMessage, member: str) -> str:
        """A member's user id in the message's workspace."""
        place = message.place
        people = self._store.read().state(message.committee).members
        for address in people[member].addresses if member in people else ():
            if (address.platform, address.tenant) == (place.platform, place.tenant):
                return address.user
        return ""

    def _thread(self, message: OutboxMessage) -> str:
        """The id of the message that opens the thread; "" for none."""
        thread = message.place.thread
        if thread.startswith("ts:"):
            return thread.removeprefix("ts:")
        return self._main(self._store.read().delivered_ref(thread)) if thread else ""

    @staticmethod
    def _main(ref: str) -> str:
        return ref.partition(" ")[0]

    # -- posting --------------------------------------------------------------------------------

    async def _post(
        self, client: AsyncWebClient, message: OutboxMessage, effect: Ask | Say, channel: str
    ) -> Outcome:
        only_for = effect.only_for if isinstance(effect, Say) else ""
        # The message that opens a walk's thread names that thread as its place's walk by its key.
        thread = self._thread(message) if message.place.thread != effect.key else ""
        if message.place.thread and not thread and message.place.thread != effect.key:
            return Later(reason="no_thread")
        pieces = await self._pieces(client, message, effect.content)
        if only_for and not message.place.channel.startswith("@"):
            return await self._whisper(client, message, pieces, channel, thread, only_for)
        refs: list[str] = []
        for n, piece in enumerate(pieces):
            key = f"{effect.key}#{n}" if n else effect.key
            under = thread or (refs[0] if refs else "")
            ref = await self._find(client, message, channel, under, key) if message.unsure else ""
            if not ref:
                await self._pace.turn(channel)
                ref = await self._say(client, message, piece, channel, under, key)
            refs.append(ref)
        return Delivered(ref=" ".join(refs))

    async def _pieces(
        self, client: AsyncWebClient, message: OutboxMessage, content: Content
    ) -> tuple[Piece, ...]:
        urls: dict[str, str] = {}
        for button in leading(content):
            link = await self._link(client, message, button)
            if link:
                urls[pack(message.committee, button)] = link
        return render(message.committee, content, urls)

    async def _link(self, client: AsyncWebClient, message: OutboxMessage, button: Button) -> str:
        """The address of a walk's thread; "" where there is none (yet)."""
        reader = self._store.read()
        walk = reader.state(message.committee).walks.get(button.walk)
        ref = self._main(reader.delivered_ref(button.walk)) if walk else ""
        if walk is None or not ref or walk.place.channel.startswith("@"):
            return ""
        place = (message.place.tenant, walk.place.channel, ref)
        if place not in self._links:
            try:
                answer = await self._call(
                    client, place[0], "chat.getPermalink", channel=place[1], message_ts=ref
                )
            except SlackApiError:
                return ""  # the button answers a click instead
            self._links[place] = str(answer["permalink"])
        return self._links[place]

    async def _say(
        self,
        client: AsyncWebClient,
        message: OutboxMessage,
        piece: Piece,
        channel: str,
        thread: str,
        key: str,
    ) -> str:
        args: dict[str, Any] = {
            "channel": channel,
            "text": piece.text,
            "blocks": list(piece.blocks),
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
        }
        if thread:
            args["thread_ts"] = thread
        tenant = message.place.tenant
        try:
            answer = await self._call(client, tenant, "chat.postMessage", **args)
        except SlackApiError as error:
            code = error.response.get("error", "")
            if code == "not_in_channel":
                await self._call(client, tenant, "conversations.join", channel=channel)
            elif code in BROKEN:
                log.error("blocks refused id=%d code=%s", message.id, code)
                del args["blocks"]
            else:
                raise
            answer = await self._call(client, tenant, "chat.postMessage", **args)
        return str(answer["ts"])

    async def _whisper(
        self,
        client: AsyncWebClient,
        message: OutboxMessage,
        pieces: tuple[Piece, ...],
        channel: str,
        thread: str,
        only_for: str,
    ) -> Outcome:
        user = self._user(message, only_for)
        if not user:
            return Hopeless(reason="no_address")
        ref = ""
        for piece in pieces:
            args: dict[str, Any] = {"channel": channel, "user": user, "text": piece.text}
            args["blocks"] = list(piece.blocks)
            if thread:
                args["thread_ts"] = thread
            answer = await self._call(client, message.place.tenant, "chat.postEphemeral", **args)
            ref = str(answer.get("message_ts", ""))
        return Delivered(ref=ref)

    async def _find(
        self, client: AsyncWebClient, message: OutboxMessage, channel: str, thread: str, key: str
    ) -> str:
        """The id of the message that carries this key, if it went out after all."""
        method = "conversations.replies" if thread else "conversations.history"
        args: dict[str, Any] = {
            "channel": channel,
            "limit": 200,
            "include_all_metadata": True,
            "oldest": f"{message.created_at.timestamp() - 60:.6f}",
        }
        if thread:
            args["ts"] = thread
        while True:
            # These methods take no JSON.
            answer: Any = await client.api_call(method, params=args)
            for found in answer.get("messages") or ():
                metadata = found.get("metadata") or {}
                if (metadata.get("event_payload") or {}).get("key") == key:
                    return str(found["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return ""
            args["cursor"] = cursor

    # -- changing -------------------------------------------------------------------------------

    async def _update(
        self,
        client: AsyncWebClient,
        message: OutboxMessage,
        key: str,
        content: Content,
        channel: str,
    ) -> Outcome:
        refs = self._store.read().delivered_ref(key).split()
        if not refs:
            return Hopeless(reason="never_posted")
        pieces = await self._pieces(client, message, content)
        for ref, piece in zip(refs, pieces, strict=False):
            await self._call(
                client, message.place.tenant, "chat.update",
                channel=channel, ts=ref, text=piece.text, blocks=list(piece.blocks),
            )  # fmt: skip
        for n in range(len(refs), len(pieces)):
            # It has grown past one message: the rest follows, and is found again by its key.
            under = self._thread(message) or refs[0]
            name = f"{key}#{n}"
            ref = await self._find(client, message, channel, under, name)
            if ref:
                await self._call(
                    client, message.place.tenant, "chat.update",
                    channel=channel, ts=ref, text=pieces[n].text, blocks=list(pieces[n].blocks),
                )  # fmt: skip
            else:
                await self._say(client, message, pieces[n], channel, under, name)
        return Delivered(ref="")

    async def _react(
        self, client: AsyncWebClient, message: OutboxMessage, effect: React, channel: str
    ) -> Outcome:
        method = "reactions.add" if effect.on else "reactions.remove"
        name = REACTIONS.get(effect.emoji, "white_check_mark")
        await self._call(
            client, message.place.tenant, method, channel=channel, timestamp=effect.ref, name=name
        )
        return Delivered()
