"""Carries one promised message out as a mail to a member, once at most.

Nobody can ask a mail server whether it took a letter, and a second copy of a reminder annoys more than
one that is missing: a message that may have gone out is not sent again. What was mailed stays as it is, so
later changes of it are nothing to do. Address and wish are looked up when it is sent.
"""

from collections.abc import Callable
from datetime import datetime

from bot.core.access import may
from bot.core.chasing import habits_of
from bot.core.dispatch import Delivered, Hopeless, Outcome
from bot.core.effects import EFFECT, Content, React, Update
from bot.core.planned import MAIL
from bot.mail.letter import Letter, Mailbox, letter, message_id, readable
from bot.mail.links import mine
from bot.mail.relay import Relay
from bot.mail.render import render
from storage.people import Member
from storage.port import Store
from storage.trail import OutboxMessage

PLATFORM = MAIL
"""The platform of a place that is a member's mailbox: tenant "local", channel "@" + member id."""


class MailSender:
    """The sender for every committee's members."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        relay: Relay,
        sender: Mailbox,
        public_url: Callable[[], str],
    ) -> None:
        """Take `public_url`, which says where the workspace is reached, without a slash at its end."""
        self._store, self._clock, self._relay = store, clock, relay
        self._sender, self._public_url = sender, public_url

    async def send(self, message: OutboxMessage) -> Outcome:
        """Carry one message out; see bot.core.dispatch.Sender."""
        effect = EFFECT.validate_json(message.payload)
        if isinstance(effect, React | Update):
            return Delivered()
        if message.unsure:
            return Hopeless(reason="maybe_sent")
        made = self._letter(message, effect.content)
        return await self._relay.send(made) if isinstance(made, Letter) else made

    async def close(self) -> None:
        """End the connection to the server."""
        await self._relay.close()

    def _letter(self, message: OutboxMessage, content: Content) -> Letter | Hopeless:
        """The letter, to the address that the member has at this moment."""
        state = self._store.read().state(message.committee)
        member = state.members.get(message.place.channel.removeprefix("@"))
        to = _address(member)
        if member is None or not to:
            return Hopeless(reason="no_address")
        if not habits_of(state, member.id).mail:
            return Hopeless(reason="switched_off")
        base = f"{self._public_url()}/c/{message.committee}"
        words = render(
            content, committee=state.committee.name, base=base, leads=may(member, "lead")
        )
        return letter(
            words,
            self._sender,
            Mailbox(to, member.name),
            ref=message_id(message.committee, message.key, self._sender.address),
            now=self._clock(),
            settings=mine(base),
        )


def _address(member: Member | None) -> str:
    return readable(member.email) if member is not None and member.active else ""
