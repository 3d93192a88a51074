"""The wire between the Agents Playground and a bot: everything passes through, and is noted.

The playground posts its activities here, and they are handed on to the bot; it tells the bot to answer
here, and that is handed on to the playground. So one can see what the playground itself shows to its
one user only: what stands in each conversation, one's own view of a card, and how the bot answered.

The playground's team never changes: who is `away` is taken out of the rosters that the bot reads, and
`told` says something else about a person than the playground's settings can.
"""

import json
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx

from tests import seen_cards, teams_cards
from tests.local_server import LocalServer, Reply, Request
from tests.local_slack import PATIENCE
from tests.teams_issuer import NOT_HANDED_ON, handed_on

CONNECTOR = "/_connector"
ROSTER = re.compile(r"/v3/conversations/[^/]+/(members|pagedmembers)$")
MEMBER = re.compile(r"/v3/conversations/[^/]+/members/([^/]+)$")


class Delivery(NamedTuple):
    """An activity that came to the bot, and how the bot answered."""

    activity: dict[str, Any]
    status: int
    answer: Any


class Call(NamedTuple):
    """Something that the bot asked of the connector, and how the playground answered."""

    method: str
    path: str
    body: Any
    authorization: str
    status: int
    answer: Any


@dataclass
class Message:
    """A message as it stands now. `sender` is a person's id, or the bot's."""

    id: str
    conversation: str
    sender: str
    activity: dict[str, Any]
    reply_to: str = ""
    edits: int = 0
    deleted: bool = False
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The card that one person sees since they pressed something, by their id."""

    def card(self, seen_by: str = "") -> dict[str, Any]:
        """The Adaptive Card, as everybody sees it, or as one person does. Fails without one."""
        card = self.views.get(seen_by) or teams_cards.card_of(self.activity)
        assert card is not None, f"the message has no card: {self.activity}"
        return card

    def words(self, seen_by: str = "") -> str:
        """All that can be read in it."""
        has_card = seen_by in self.views or teams_cards.card_of(self.activity)
        card = teams_cards.words(self.card(seen_by)) if has_card else ""
        return "\n".join(part for part in (self.activity.get("text") or "", card) if part)


class Wire(LocalServer):
    """Listens from the start; nothing gets through to the playground until `upstream` is set."""

    def __init__(self, bot_url: str, bot_id: str) -> None:
        self.bot_url, self.bot_id, self.upstream = bot_url, bot_id, ""
        self.changed = threading.Condition()
        self._http = httpx.Client(timeout=PATIENCE)
        self.forget()
        super().__init__()
        self.endpoint = f"{self.url}/api/messages"
        self.service_url = self.url + CONNECTOR

    def forget(self) -> None:
        """Begin anew: nothing has been said, and everybody is there."""
        with self.changed:
            self.deliveries: list[Delivery] = []
            self.calls: list[Call] = []
            self.messages: list[Message] = []
            self.answered: Counter[str] = Counter()
            self.away: set[str] = set()
            self.told: dict[str, dict[str, Any]] = {}

    def wait(self, activity_id: str, times: int) -> Delivery:
        """Wait until the bot has answered an activity so many times; returns the last answer."""
        with self.changed:
            done = self.changed.wait_for(lambda: self.answered[activity_id] >= times, PATIENCE)
            assert done, f"the activity {activity_id} was not answered"
            answers = [d for d in self.deliveries if d.activity.get("id") == activity_id]
            return answers[-1]

    def find(self, message_id: str, conversation: str) -> Message | None:
        """A message, by its id and the conversation or the channel that it stands in."""
        top = conversation.partition(";")[0]
        for message in reversed(self.messages):
            if message.id == message_id and message.conversation.partition(";")[0] == top:
                return message
        return None

    def answer(self, request: Request) -> Reply:
        """Hand on in one of the two directions."""
        if request.path.startswith(CONNECTOR):
            return self._to_playground(request)
        if request.method != "POST":
            return Reply(405)  # the playground's page asks whether somebody listens
        return self._to_bot(request)

    def close(self) -> None:
        """Stop."""
        super().close()
        self._http.close()

    # -- to the bot ---------------------------------------------------------------------------------

    def _to_bot(self, request: Request) -> Reply:
        reply = handed_on(self._http, "POST", self.bot_url, _headers(request), request.body)
        activity = request.json()
        delivery = Delivery(activity, reply.status, _read(reply))
        seen_cards.answered(delivery.answer)
        with self.changed:
            self.deliveries.append(delivery)
            self.answered[str(activity.get("id"))] += 1
            self._view(delivery)
            self.changed.notify_all()
        return reply

    def _view(self, delivery: Delivery) -> None:
        """A card that comes back for a pressed button is shown to the person who pressed it.

        https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views
        """
        activity, answer = delivery.activity, delivery.answer
        if activity.get("name") != "adaptiveCard/action" or not isinstance(answer, dict):
            return
        message = self.find(str(activity.get("replyToId")), str(activity["conversation"]["id"]))
        if message and answer.get("type") == teams_cards.CARD:
            message.views[str(activity["from"]["id"])] = answer["value"]

    # -- to the playground --------------------------------------------------------------------------

    def _to_playground(self, request: Request) -> Reply:
        path = request.path.removeprefix(CONNECTOR)
        there = self.upstream + request.target.removeprefix(CONNECTOR)
        reply = handed_on(self._http, request.method, there, _headers(request), request.body)
        reply = self._roster(path, reply)
        answer = _read(reply)
        body = request.json()
        seen_cards.sent(body)
        signed = request.headers.get("authorization", "")
        with self.changed:
            self.calls.append(Call(request.method, path, body, signed, reply.status, answer))
            if 200 <= reply.status < 300:
                self._note(request.method, path, body, answer if isinstance(answer, dict) else {})
            self.changed.notify_all()
        return reply

    def _roster(self, path: str, reply: Reply) -> Reply:
        """A roster without who is away, and with what is told about those who are there."""
        if reply.status != 200 or not (ROSTER.search(path) or MEMBER.search(path)):
            return reply
        answer = _read(reply)
        if MEMBER.search(path):
            if answer["id"] in self.away:
                gone = {"code": "MemberNotFoundInConversation", "message": "Member not found"}
                return Reply(404, {"error": gone})
            return Reply(200, answer | self.told.get(answer["id"], {}))
        accounts = answer if isinstance(answer, list) else answer["members"]
        there = [a | self.told.get(a["id"], {}) for a in accounts if a["id"] not in self.away]
        if isinstance(answer, list):
            return Reply(200, there)
        return Reply(200, answer | {"members": there, "totalCount": len(there) + 1})

    def _note(self, method: str, path: str, body: Any, answer: dict[str, Any]) -> None:
        """Keep what stands in the conversations up to date with what the playground accepted."""
        parts = path.split("/")[3:]  # after /v3/conversations
        if method == "POST" and not parts and body.get("isGroup"):
            self._stands(answer["activityId"], answer["id"], body["activity"])
        elif method == "POST" and parts[1:2] == ["activities"] and body.get("type") == "message":
            id_ = str(answer.get("id", ""))
            in_channel = parts[0].endswith("@thread.tacv2")  # and no thread: this begins one
            conversation = f"{parts[0]};messageid={id_}" if in_channel else parts[0]
            self._stands(id_, conversation, body, parts[2] if parts[2:] else "")
        elif method == "PUT":
            message = self.find(parts[2], parts[0])
            assert message, f"an update of what was never sent: {path}"
            message.activity, message.edits = body, message.edits + 1
            message.views.clear()  # everybody sees what is new

    def _stands(self, id_: str, conversation: str, activity: Any, reply_to: str = "") -> None:
        self.messages.append(Message(id_, conversation, self.bot_id, activity, reply_to))


def _headers(request: Request) -> dict[str, str]:
    kept = {k: v for k, v in request.headers.items() if k not in NOT_HANDED_ON}
    if "authorization" in request.headers:
        kept["authorization"] = request.headers["authorization"]
    return kept


def _read(reply: Reply) -> Any:
    """What was answered, as JSON where it is JSON."""
    if not isinstance(reply.body, bytes):
        return reply.body
    try:
        return json.loads(reply.body) if reply.body else None
    except ValueError:
        return reply.body.decode(errors="replace")
