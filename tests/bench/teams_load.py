"""What Teams sends of a member: activities as they come, whole, with the token that Microsoft signs.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations
https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
"""

import json
from itertools import count
from typing import Any

from bot.teams.needs import MESSAGES
from bot.teams.values import About, pack
from tests.bench.load import Post
from tests.bench.teams_sites import CHANNEL, TEAM, TENANT, user
from tests.teams_issuer import APP_ID

_numbers = count(1)


class Members:
    """The members of the committee, at a service address, behind one header Authorization."""

    def __init__(self, service_url: str, header: str) -> None:
        self._service_url, self._header = service_url, header

    def reply(self, member: int, thread: str, text: str) -> Post:
        """A member's words in a thread."""
        shown = f"<p>{text}</p>"
        return self._post(
            member,
            thread,
            type="message",
            text=text,
            textFormat="plain",
            attachments=[{"contentType": "text/html", "content": shown}],
        )

    def press(self, member: int, thread: str, about: About) -> Post:
        """A choice, pressed on a question's card."""
        action = {"type": "Action.Execute", "verb": "choose", "data": pack(about)}
        return self._post(
            member,
            thread,
            type="invoke",
            name="adaptiveCard/action",
            value={"action": action, "trigger": "manual"},
            replyToId=thread,
        )

    def _post(self, member: int, thread: str, **more: Any) -> Post:
        body = json.dumps(self._activity(member, thread) | more).encode()
        headers = {
            "user-agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
            "authorization": self._header,
            "content-type": "application/json; charset=utf-8",
            "ms-cv": "of.the.bench.1",
        }
        return Post(MESSAGES, headers, body)

    def _activity(self, member: int, thread: str) -> dict[str, Any]:
        """What every activity says."""
        at, zone = "2027-01-15T08:00:00.1234567", "Europe/Berlin"
        client = {"locale": "en-US", "country": "US", "platform": "Web", "timezone": zone}
        return {
            "id": str(1_800_000_000_000 + next(_numbers)),
            "timestamp": f"{at}Z",
            "rawTimestamp": f"{at}Z",
            "localTimestamp": f"{at}+01:00",
            "rawLocalTimestamp": f"{at}+01:00",
            "localTimezone": zone,
            "channelId": "msteams",
            "callerId": "urn:botframework:azure",
            "serviceUrl": self._service_url,
            "from": {
                "id": f"29:1member{member:03}of-the-bench",
                "name": f"Member {member}",
                "aadObjectId": user(member),
            },
            "conversation": {
                "isGroup": True,
                "conversationType": "channel",
                "tenantId": TENANT,
                "id": f"{CHANNEL};messageid={thread}",
            },
            "recipient": {"id": f"28:{APP_ID}", "name": "Convenor"},
            "entities": [{"type": "clientInfo", **client}],
            "channelData": {
                "teamsChannelId": CHANNEL,
                "teamsTeamId": TEAM,
                "channel": {"id": CHANNEL},
                "team": {"id": TEAM},
                "tenant": {"id": TENANT},
            },
            "locale": "en-US",
        }
