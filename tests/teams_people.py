"""What people do in Teams, driven through the Agents Playground: they write, press, come and go.

For one way for everybody, a message is first made in the playground (which keeps it, and gives it its
id and its thread), and then posted as the activity that Teams would send of it.

What Teams sends:
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

import html
from typing import Any
from urllib.parse import quote

from tests.local_slack import until
from tests.teams_doors import PERSONAL
from tests.teams_pressing import Pressing
from tests.teams_wire import Message

RENAMED = {"channelRenamed": "channel", "channelCreated": "channel", "teamRenamed": "team"}


class People(Pressing):
    """Everybody in one playground. Each act returns once the bot has answered, with 2xx."""

    # -- messages -----------------------------------------------------------------------------------

    def thread_of(self, message_id: str, channel: str = "") -> str:
        """The conversation of the thread that a message of a channel has begun."""
        return f"{channel or self.places.channel};messageid={message_id}"

    def say(self, name: str, text: str, where: str = "", *, mention: bool = False) -> str:
        """Type a message; returns its id.

        `where` is a channel (a new thread begins; the planning channel, where nothing is given), a
        thread (`thread_of`), the group chat, or PERSONAL.
        """
        made, conversation = self._typed(name, text, where or self.places.channel)
        written = self.activity(name, conversation) | self._written(text, conversation, mention)
        sent = written | {"id": made, "type": "message"}
        sender = self.places.people[name]
        self.wire.messages.append(Message(made, conversation, sender, sent))
        self._do(sent)
        return made

    def _typed(self, name: str, text: str, where: str) -> tuple[str, str]:
        """Make the message in the playground; its id and its conversation."""
        if not where.startswith("19:"):
            # There the playground would post it by itself, with an id that is not the message's.
            return str(next(self._ids)), self.personal(name)
        made = self._post(
            f"/_conversation/v1/conversations/{quote(where, safe='')}/messages",
            {"text": text, "textFormat": "plain", "from": {"id": self.places.people[name]}},
        )
        return str(made["messageId"]), str(made.get("postConversationId") or where)

    def _written(self, text: str, where: str, mention: bool) -> dict[str, Any]:
        """The parts of a message that are made of its words; the HTML comes along as Teams has it."""
        at = f"<at>{self.places.bot_name}</at>"
        bot = {"id": self.places.bot, "name": self.places.bot_name}
        shown = f"<p>{html.escape(text, quote=False)}</p>"
        return {
            "text": f"{at} {text}" if mention else text,
            "textFormat": "plain",
            "attachments": [{"contentType": "text/html", "content": shown}],
            "locale": "en-US",
            "entities": [
                *([{"type": "mention", "mentioned": bot, "text": at}] if mention else []),
                {"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web"},
            ],
            "channelData": self._channel_data(where),
        }

    def edit(self, name: str, message_id: str, text: str, *, undelete: bool = False) -> None:
        """Change one's message, or take its deletion back."""
        message = self._mine(name, message_id)
        event = {"eventType": "undeleteMessage" if undelete else "editMessage"}
        mention = any(e["type"] == "mention" for e in message.activity["entities"])
        written = self._written(text, message.conversation, mention)
        sent = self.activity(name, message.conversation) | written
        sent |= {"id": message_id, "type": "messageUpdate",
                 "channelData": written["channelData"] | event}  # fmt: skip
        message.activity, message.edits, message.deleted = sent, message.edits + 1, False
        self._do(sent)

    def delete(self, name: str, message_id: str) -> None:
        """Delete one's message; the playground keeps it, the bot is told as by Teams."""
        message = self._mine(name, message_id)
        data = self._channel_data(message.conversation) | {"eventType": "softDeleteMessage"}
        message.deleted = True
        self._do(
            self.activity(name, message.conversation)
            | {"id": message_id, "type": "messageDelete", "channelData": data}
        )

    def _mine(self, name: str, message_id: str) -> Message:
        mine = self.places.people[name]
        return next(m for m in self.wire.messages if m.id == message_id and m.sender == mine)

    # -- comings and goings -------------------------------------------------------------------------

    def add_member(self, *names: str, by: str = "", where: str = "") -> None:
        """Let people into the team (or the group chat); the roster has them from now on."""
        self.wire.away -= {self.places.people[name] for name in names}
        self._members("userAdded", "membersAdded", names, by, where)

    def remove_member(self, *names: str, by: str = "", where: str = "") -> None:
        """Let people go; the roster has them no longer."""
        self.wire.away |= {self.places.people[name] for name in names}
        self._members("userRemoved", "membersRemoved", names, by, where)

    def _members(self, kind: str, key: str, names: tuple[str, ...], by: str, where: str) -> None:
        who = [{"id": self.places.people[n], "aadObjectId": self.places.aad[n]} for n in names]
        self._do(self.activity(self._by(by), where or self.places.team, kind) | {key: who})

    def install(self, by: str = "", where: str = "") -> None:
        """Add the bot to the team (the group chat, PERSONAL): Teams tells it twice."""
        self._installed(by, where, "botAdded", "install")

    def uninstall(self, by: str = "", where: str = "") -> None:
        """Take the bot away again."""
        self._installed(by, where, "botRemoved", "uninstall")

    def _installed(self, by: str, where: str, *kinds: str) -> None:
        name = self._by(by)
        place = self.personal(name) if where == PERSONAL else where or self.places.team
        for kind in kinds:
            self._do(self.activity(name, place, kind))

    def happens(self, kind: str, called: str = "", *, by: str = "", channel: str = "") -> None:
        """A channel or the team is created, renamed or deleted: `kind` is Teams' eventType."""
        sent = self.activity(self._by(by), channel or self.places.channel, kind)
        if called:
            sent["channelData"][RENAMED[kind]]["name"] = called
        self._do(sent)

    def _by(self, name: str) -> str:
        return name or next(iter(self.places.people))

    # -- what stands there --------------------------------------------------------------------------

    def messages(self, where: str = "") -> list[Message]:
        """What stands in a conversation (in all), in order; a channel's has all of its threads."""
        in_channel = f"{where};" if where in (self.places.team, self.places.channel) else where
        return [
            m for m in self.wire.messages
            if not m.deleted and (m.conversation == where or m.conversation.startswith(in_channel))
        ]  # fmt: skip

    def find(self, words: str, where: str = "", seen_by: str = "") -> Message:
        """The newest message of the bot that shows these words; waits for it."""
        who = self.places.people[seen_by] if seen_by else ""

        def stands() -> Message | None:
            for message in reversed(self.messages(where)):
                if message.sender == self.places.bot and words in message.words(who):
                    return message
            return None

        return until(stands, f"the bot shows {words!r} {where}")
