"""Carries one promised message out to Slack, and reads what became of it from Slack's answer.

Slack promises no idempotency key, and its SDK's own retries post twice, so they are off and every
message carries its key in `metadata.event_payload`, where it is looked up before a second try
(https://docs.slack.dev/messaging/message-metadata). An ephemeral message stands in no history:
where its reply was lost it is sent once more. Editing and reacting twice change nothing.

What is too long for one message goes out in pieces, the further ones in the first one's thread. Each
of them is noted in the outbox as delivered under `key#1`, `key#2` …, where updates find it.
"""

import re
from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.dispatch import Delivered, Hopeless, Later, Outcome
from bot.core.effects import EFFECT, Ask, Bar, Button, Content, Notice, React, Say, Update
from bot.core.sending import Delivering, opens, piece_key
from bot.core.showing import leading
from bot.picture import chart
from bot.slack import blocks as kit
from bot.slack.calls import Calls, Errand, Unreadable, Unready
from bot.slack.pacing import Held, Holds, Pace
from bot.slack.refusals import HOUR, NOBODY, REACTED, code_of, judge
from bot.slack.render import Piece, render
from bot.slack.values import pack
from storage.port import Store
from storage.trail import OutboxMessage

# -- words ---------------------------------------------------------------------------------------

ALL_ABOVE = "Nothing is left here: all of it stands above."
"""In a piece that is no longer needed since its card became shorter."""

REACTIONS = {"✅": "white_check_mark"}
MESSAGE = re.compile(r"[0-9]+\.[0-9]+")
"""A message's id. What was said with /convenor, or by a button, stands nowhere."""

PICTURES = 100
"""So many uploaded pictures are remembered, for further tries of the same message."""

PATIENCE = 4
"""So many tries wait for a picture; then it is drawn in signs."""
LOOK_AGAIN = 8.0
"""Seconds between two of them, however often the message was tried before: half a minute in all."""

LOOKED = -1
"""Among the pieces that are done: the further ones were looked up."""


class SlackSender:
    """The sender for every workspace; `client_of` gives a workspace's client, None where it left."""

    def __init__(
        self,
        store: Store,
        client_of: Callable[[str], AsyncWebClient | None],
        pace: Pace | None = None,
        holds: Holds | None = None,
    ) -> None:
        self._store, self._client_of = store, client_of
        self._record = Delivering(store)
        self._calls = Calls(pace or Pace(), holds or Holds())
        self._direct: dict[tuple[str, str], str] = {}
        self._links: dict[tuple[str, str, str], str] = {}
        self._pictures: dict[tuple[str, tuple[Bar, ...]], str] = {}
        self._unready: dict[int, int] = {}
        """By message, how often it was refused with its picture."""

    async def send(self, message: OutboxMessage) -> Outcome:
        """Carry one message out; see bot.core.dispatch.Sender."""
        client = self._client_of(message.place.tenant)
        if client is None:
            return Later(after=HOUR, keep=True, reason="no_workspace")
        it = Errand(client, message)
        outcome = await self._tried(it)
        own = message.place.channel.startswith("@")
        if own and not isinstance(outcome, Delivered) and outcome.reason in NOBODY:
            outcome = outcome.model_copy(update={"unreachable": True})
        if isinstance(outcome, Later):
            # To edit, react or open anything twice changes nothing: only posts are looked up.
            return outcome.model_copy(update={"unsure": it.went})
        self._record.over(message)
        self._unready.pop(message.id, None)
        return outcome

    async def _tried(self, it: Errand) -> Outcome:
        try:
            return await self._carry(it)
        except SlackApiError as error:
            return judge(error)
        except Unready:
            self._unready[it.message.id] = self._unready.get(it.message.id, 0) + 1
            return Later(after=LOOK_AGAIN, reason="picture_unready")
        except Held as held:
            return Later(after=held.left, keep=True, reason="ratelimited")
        except (aiohttp.ClientError, TimeoutError, OSError, Unreadable) as error:
            return Later(reason=type(error).__name__)

    async def _carry(self, it: Errand) -> Outcome:
        it.channel = await self._channel(it)
        if not it.channel:
            return Hopeless(reason="no_address")
        effect = EFFECT.validate_json(it.message.payload)
        match effect:
            case Ask() | Say():
                return await self._post(it, effect)
            case Update(only_for=alone) if alone and not it.message.place.channel.startswith("@"):
                # A whisper can't be edited; the press that settles it takes it away.
                return Delivered()
            case Update(key=key, content=content):
                return await self._update(it, key, content)
            case React():
                return await self._react(it, effect)

    # -- where ----------------------------------------------------------------------------------

    async def _channel(self, it: Errand) -> str:
        """The channel's id; a member's direct messages are opened the first time. "" for nowhere."""
        channel, tenant = it.message.place.channel, it.message.place.tenant
        if not channel.startswith("@"):
            return channel
        user = self._user(it.message, channel[1:])
        if user and (tenant, user) not in self._direct:
            opened = await self._calls.call(it, "conversations.open", users=user)
            self._direct[tenant, user] = str(opened["channel"]["id"])
        return self._direct.get((tenant, user), "")

    def _user(self, message: OutboxMessage, member: str) -> str:
        """A member's user id in the message's workspace; "" for none."""
        address = self._record.address(message, member)
        return address.user if address else ""

    # -- posting --------------------------------------------------------------------------------

    async def _post(self, it: Errand, effect: Ask | Say) -> Outcome:
        message, key = it.message, effect.key
        # The message that opens a walk's thread names that thread as its place's walk by its key.
        begins = opens(message, key)
        thread = "" if begins else self._record.thread(message)
        if not begins and not thread:
            return Hopeless(reason="no_thread")  # what opens it comes first in this lane: it failed
        pieces = await self._pieces(it, effect.content)
        if (
            isinstance(effect, Say)
            and effect.only_for
            and not message.place.channel.startswith("@")
        ):
            return await self._whisper(it, pieces, thread, effect.only_for)
        names = [piece_key(key, n) for n in range(len(pieces))]
        there: dict[str, str] = {}
        if message.unsure:
            there = await self._calls.standing(it, thread, {key} if begins else set(names))
            if begins and key in there and len(pieces) > 1:
                there |= await self._calls.standing(it, there[key], set(names))
        main = there.get(key) or await self._calls.post(it, pieces[0], thread, key)
        for name, piece in zip(names[1:], pieces[1:], strict=True):
            if not self._record.ref(name):
                ref = there.get(name) or await self._calls.post(it, piece, thread or main, name)
                await self._record.note(message, name, ref)
        return Delivered(ref=main)

    async def _whisper(
        self, it: Errand, pieces: tuple[Piece, ...], thread: str, only_for: str
    ) -> Outcome:
        user = self._user(it.message, only_for)
        if not user:
            return Hopeless(reason="no_address")
        done, ref = self._record.done(it.message), ""
        for n, piece in enumerate(pieces):
            if n not in done:
                ref = await self._calls.whisper(it, piece, thread, user)
                done.add(n)
        return Delivered(ref=ref)

    # -- what it shows --------------------------------------------------------------------------

    async def _pieces(self, it: Errand, content: Content) -> tuple[Piece, ...]:
        urls: dict[str, str] = {}
        picture = await self._picture(it, content)
        for button in leading(content):
            link = await self._link(it, button)
            if link:
                urls[pack(it.message.committee, button)] = link
        return render(it.message.committee, content, urls, picture)

    async def _picture(self, it: Errand, content: Content) -> str:
        """Slack's id of a notice's picture, uploaded once; "" where there is none, or Slack takes none."""
        if not isinstance(content, Notice) or not content.picture:
            return ""
        if self._unready.get(it.message.id, 0) >= PATIENCE:
            return ""
        known = (it.message.place.tenant, content.picture)
        file = self._pictures.get(known) or await self._calls.upload(it, chart(content.picture))
        if file:
            self._pictures[known] = file
            while len(self._pictures) > PICTURES:
                del self._pictures[next(iter(self._pictures))]
        return file

    async def _link(self, it: Errand, button: Button) -> str:
        """The address of a walk's thread; "" where there is none (yet)."""
        walk = self._store.read().state(it.message.committee).walks.get(button.walk)
        ref = self._record.ref(button.walk) if walk else ""
        if walk is None or not ref or walk.place.channel.startswith("@"):
            return ""
        place = (it.message.place.tenant, walk.place.channel, ref)
        if place not in self._links:
            try:
                answer = await self._calls.call(
                    it, "chat.getPermalink", params={"channel": place[1], "message_ts": ref}
                )
            except SlackApiError:
                return ""  # the button answers a click instead
            self._links[place] = str(answer["permalink"])
        return self._links[place]

    # -- changing -------------------------------------------------------------------------------

    async def _update(self, it: Errand, key: str, content: Content) -> Outcome:
        main = self._record.ref(key)
        if not main:
            return Hopeless(reason="never_posted")
        pieces = await self._pieces(it, content)
        under = self._record.thread(it.message) or main
        refs = self._record.refs(key)
        done = self._record.done(it.message)
        if LOOKED not in done and (it.message.unsure or len(pieces) > len(refs)):
            # A further piece may have gone out and not been noted.
            there = await self._calls.standing(it, under)
            while ref := there.get(piece_key(key, len(refs)), ""):
                await self._record.note(it.message, piece_key(key, len(refs)), ref)
                refs.append(ref)
            done.add(LOOKED)
        emptied = Piece(text=ALL_ABOVE, blocks=tuple(kit.small(ALL_ABOVE)))
        for n in range(max(len(pieces), len(refs))):
            piece = pieces[n] if n < len(pieces) else emptied
            if n in done:
                continue
            if n < len(refs):
                await self._calls.replace(it, piece, refs[n], piece_key(key, n))
            else:
                done.discard(LOOKED)
                ref = await self._calls.post(it, piece, under, piece_key(key, n))
                await self._record.note(it.message, piece_key(key, n), ref)
            done.add(n)
        return Delivered()

    async def _react(self, it: Errand, effect: React) -> Outcome:
        if not MESSAGE.fullmatch(effect.ref):
            return Delivered()
        method = "reactions.add" if effect.on else "reactions.remove"
        name = REACTIONS.get(effect.emoji, "white_check_mark")
        try:
            await self._calls.call(it, method, channel=it.channel, timestamp=effect.ref, name=name)
        except SlackApiError as error:
            if code_of(error) not in REACTED:
                raise
        return Delivered()


__all__ = ["Pace", "SlackSender"]
