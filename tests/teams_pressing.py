"""What people press in Teams: actions of cards, dialogs, and the app's action in a message's menu.

https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/create-task-module
"""

import html
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests import teams_cards
from tests.local_slack import until
from tests.teams_doors import Doors
from tests.teams_wire import Delivery, Message


@dataclass(frozen=True)
class Dialog:
    """A dialog that the bot opened: what it answered, and how sending it is to be named."""

    answer: dict[str, Any]
    sends: str
    value: dict[str, Any] = field(default_factory=dict)
    where: str = ""

    @property
    def card(self) -> dict[str, Any]:
        """The card in it. Fails where the bot opened none."""
        card: dict[str, Any] = self.answer["task"]["value"]["card"]["content"]
        return card


class Pressing(Doors):
    """Buttons and dialogs."""

    def press(
        self, name: str, message: Message, named: str, inputs: dict[str, Any] | None = None
    ) -> Any:
        """Press an action, by its title, its verb or its id; returns what the bot answered.

        `inputs` by id: what is not named is sent as it stands on the card. A choice by its value or
        its title; several as a list. Where the action opens a dialog, that is returned.
        """
        who = self.places.people[name]
        control = teams_cards.find(message.card(who), named)
        data = teams_cards.filled(control, inputs or {})
        action = {k: v for k, v in control.action.items() if k in ("type", "id", "title", "verb")}
        if action["type"] == "Action.Execute":
            value = {"action": action | {"data": data}, "trigger": "manual"}
            return self._pressed(who, message, "/invoke", {"name": "adaptiveCard/action"}, value)
        assert action["type"] == "Action.Submit", f"{named!r} is no button: {action}"
        if isinstance(data, dict) and data.get("msteams", {}).get("type") == "task/fetch":
            context = {"data": data, "context": {"theme": "default"}}
            answer = self.invoke(name, "task/fetch", context, message.conversation, message.id)
            return Dialog(answer, "task/submit", {}, message.conversation)
        return self._pressed(who, message, "/submit", {}, data)

    def _pressed(
        self, who: str, message: Message, door: str, more: dict[str, Any], value: Any
    ) -> Any:
        before = len(self.wire.deliveries)
        body = {"conversation": {"id": message.conversation}, "replyToId": message.id,
                "from": {"id": who}, "value": value} | more  # fmt: skip
        self._http.post(f"{self._origin}/_conversation/v1{door}", json=body)

        def came() -> Delivery | None:
            for delivery in self.wire.deliveries[before:]:
                activity = delivery.activity
                if activity.get("replyToId") == message.id and activity["from"]["id"] == who:
                    return delivery
            return None

        done = until(came, "the bot answered the button")
        assert 200 <= done.status < 300, f"the bot answered {done.status}: {done.answer}"
        return done.answer

    def invoke(
        self, name: str, what: str, value: dict[str, Any], where: str, reply_to: str = ""
    ) -> Any:
        """Any other invoke; returns what the bot answered."""
        more = {"replyToId": reply_to} if reply_to else {}
        return self._do(
            self.activity(name, where)
            | {"type": "invoke", "name": what, "value": value, "locale": "en-US",
               "channelData": self._channel_data(where)} | more
        )  # fmt: skip

    def shortcut(self, name: str, message: Message, command: str = "record") -> Dialog:
        """Choose the app's action in a message's menu; returns the dialog that it opens."""
        who = next((n for n, i in self.places.people.items() if i == message.sender), "")
        user = {"userIdentityType": "aadUser", "id": self.places.aad.get(who), "displayName": who}
        value: dict[str, Any] = {
            "commandId": command,
            "commandContext": "message",
            "context": {"theme": "default"},
            "messagePayload": {
                "id": message.id,
                "replyToId": None,
                "createdDateTime": message.activity.get("timestamp"),
                "importance": "normal",
                "locale": "en-us",
                "body": {"contentType": "html", "content": _html(message)},
                "from": {"user": user if who else None, "device": None, "application": None},
                "attachments": [],
                "mentions": [],
                "reactions": [],
                "linkToMessage": "https://teams.microsoft.com/l/message/"
                f"{quote(message.conversation.partition(';')[0])}/{message.id}",
            },
        }
        answer = self.invoke(name, "composeExtension/fetchTask", value, message.conversation)
        return Dialog(answer, "composeExtension/submitAction", value, message.conversation)

    def submit(
        self, name: str, dialog: Dialog, named: str, inputs: dict[str, Any] | None = None
    ) -> Any:
        """Send a dialog with one of its buttons; returns what the bot answered."""
        control = teams_cards.find(dialog.card, named)
        value = dialog.value | {"data": teams_cards.filled(control, inputs or {})}
        return self.invoke(name, dialog.sends, value, dialog.where)


def _html(message: Message) -> str:
    for attachment in message.activity.get("attachments") or ():
        if attachment.get("contentType") == "text/html":
            return str(attachment["content"])
    return f"<p>{html.escape(message.activity.get('text') or '')}</p>"
