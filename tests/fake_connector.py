"""A small Bot Connector, for what the Agents Playground can't do: deleting, throttling, failing.

It keeps what stands in each conversation, in order and with its times, and every call with the header
Authorization that came with it. `fail` scripts the next calls: an error, 429 with Retry-After, or a
connection that is cut, before or after the thing was done.

The paths, and what they answer:
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
"""

import re
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

from tests import seen_cards
from tests.local_server import CUT, LocalServer, Reply, Request

PLACES = [
    ("create", "POST", r"conversations"),
    ("send", "POST", r"conversations/([^/]+)/activities"),
    ("reply", "POST", r"conversations/([^/]+)/activities/([^/]+)"),
    ("update", "PUT", r"conversations/([^/]+)/activities/([^/]+)"),
    ("delete", "DELETE", r"conversations/([^/]+)/activities/([^/]+)"),
    ("members", "GET", r"conversations/([^/]+)/members"),
    ("pagedmembers", "GET", r"conversations/([^/]+)/pagedmembers"),
    ("member", "GET", r"conversations/([^/]+)/members/([^/]+)"),
    ("team", "GET", r"teams/([^/]+)"),
    ("channels", "GET", r"teams/([^/]+)/conversations"),
]
CODES = {
    403: "BotNotInConversationRoster",
    404: "ConversationNotFound",
    412: "PreconditionFailed",
    429: "Throttled",
    502: "BadGateway",
    504: "GatewayTimeout",
}
TOO_LARGE = 80_000
"""Bytes of a message as UTF-16 that Teams surely takes (see bot.teams.pieces)."""
FIRST_ID = 1_700_000_000_000
PAGE = 50


class Call(NamedTuple):
    """One call, as it came and as it was answered; status 0 is a connection that was cut."""

    what: str
    conversation: str
    activity_id: str
    body: Any
    authorization: str
    at: float
    status: int


@dataclass
class Standing:
    """A message that stands in a conversation, or that stood there until it was deleted."""

    id: str
    conversation: str
    """With `;messageid=…` in a channel."""
    activity: dict[str, Any]
    at: float
    reply_to: str = ""
    edits: int = 0
    deleted: bool = False


@dataclass
class _Scripted:
    what: str
    conversation: str
    status: int
    retry_after: str | None
    code: str
    done: bool


@dataclass
class FakeTeam:
    """A team, as its details and its channels are told; ids by name of the channel."""

    name: str = "Fair College"
    group: str = "00000000-0000-0000-0000-0000000fa1e0"
    tenant: str = ""
    channels: dict[str, str] = field(default_factory=dict)


class FakeConnector(LocalServer):
    """Listens from the start; `service_url` is what activities are to name."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.standing: list[Standing] = []
        self.rosters: dict[str, list[dict[str, Any]]] = {}
        """Accounts by conversation (a thread has its channel's); who has none is not found."""
        self.teams: dict[str, FakeTeam] = {}
        self._script: list[_Scripted] = []
        self._one = Lock()
        super().__init__()
        self.service_url = f"{self.url}/teams/"

    # -- what a test sets, and sees -----------------------------------------------------------------

    def fail(
        self,
        what: str = "",
        *,
        status: int = 0,
        times: int = 1,
        retry_after: str | None = None,
        code: str = "",
        done: bool = False,
        conversation: str = "",
    ) -> None:
        """The next calls fail, of one kind (see `PLACES`) or in one conversation, or any.

        `status` 0 cuts the connection; `done` means that the thing is done all the same.
        """
        self._script += [
            _Scripted(what, conversation, status, retry_after, code, done) for _ in range(times)
        ]

    def unused(self) -> int:
        """How many scripted failures have not been met."""
        return len(self._script)

    def messages(self, conversation: str = "") -> list[Standing]:
        """What stands in a conversation (in all), in the order in which it came."""
        return [
            s for s in self.standing
            if not s.deleted and (not conversation or s.conversation == conversation)
        ]  # fmt: skip

    def called(self, what: str) -> list[Call]:
        """The calls of one kind, in order."""
        return [call for call in self.calls if call.what == what]

    # -- calls --------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Do what was asked, or what the script says."""
        found = re.search(r"/v3/(.+?)/?$", request.path)
        for what, method, pattern in PLACES:
            place = found and request.method == method and re.fullmatch(pattern, found[1])
            if place:
                with self._one:
                    return self._call(what, request, *place.groups())
        return _error(404, "NotFound")

    def _call(self, what: str, request: Request, where: str = "", which: str = "") -> Reply:
        scripted = self._scripted(what, where)
        seen_cards.sent(request.json())
        if len(request.body.decode().encode("utf-16-le", "surrogatepass")) > TOO_LARGE:
            reply: Reply = _error(413, "MessageSizeTooBig")
        elif scripted is None or scripted.done:
            reply = getattr(self, f"_{what}")(request, where, which)
        if scripted is not None:
            reply = _as_scripted(scripted)
        self.calls.append(
            Call(what, where, which, request.json(), request.headers.get("authorization", ""),
                 time.monotonic(), reply.status)
        )  # fmt: skip
        return reply

    def _scripted(self, what: str, where: str) -> _Scripted | None:
        for scripted in self._script:
            if scripted.what in ("", what) and scripted.conversation in ("", where):
                self._script.remove(scripted)
                return scripted
        return None

    def _create(self, request: Request, *_: str) -> Reply:
        body = request.json()
        if body.get("isGroup"):
            made = self._post(str(body["channelData"]["channel"]["id"]), body["activity"])
            return Reply(201, {"id": made.conversation, "activityId": made.id})
        conversation = f"a:{body['members'][0]['id']}"
        activity_id = (
            self._post(conversation, body["activity"]).id if body.get("activity") else None
        )
        return Reply(201, {"id": conversation, "activityId": activity_id})

    def _send(self, request: Request, where: str, which: str = "") -> Reply:
        return Reply(201, {"id": self._post(where, request.json(), which).id})

    _reply = _send

    def _post(self, where: str, activity: dict[str, Any], reply_to: str = "") -> Standing:
        made = str(FIRST_ID + len(self.standing))
        channel = where.endswith(("@thread.tacv2", "@thread.skype"))
        conversation = f"{where};messageid={made}" if channel else where
        self.standing.append(Standing(made, conversation, activity, time.monotonic(), reply_to))
        return self.standing[-1]

    def _find(self, where: str, which: str) -> Standing | None:
        top = where.partition(";")[0]
        return next(
            (s for s in self.standing
             if s.id == which and s.conversation.partition(";")[0] == top and not s.deleted),
            None,
        )  # fmt: skip

    def _update(self, request: Request, where: str, which: str) -> Reply:
        found = self._find(where, which)
        if found is None:
            return _error(404, "ActivityNotFoundInConversation")
        found.activity, found.edits = request.json(), found.edits + 1
        return Reply(200, {"id": which})

    def _delete(self, _: Request, where: str, which: str) -> Reply:
        found = self._find(where, which)
        if found is None:
            return _error(404, "ActivityNotFoundInConversation")
        found.deleted = True
        return Reply(200)

    def _members(self, _: Request, where: str, __: str) -> Reply:
        roster = self.rosters.get(where.partition(";")[0])
        return _error(404) if roster is None else Reply(200, roster)

    def _pagedmembers(self, request: Request, where: str, _: str) -> Reply:
        roster = self.rosters.get(where.partition(";")[0])
        if roster is None:
            return _error(404)
        start, size = int(request.query.get("continuationToken") or 0), PAGE
        size = min(int(request.query.get("pageSize") or size), 500)
        answer: dict[str, Any] = {"members": roster[start : start + size]}
        if start + size < len(roster):
            answer["continuationToken"] = str(start + size)
        return Reply(200, answer)

    def _member(self, _: Request, where: str, which: str) -> Reply:
        for account in self.rosters.get(where.partition(";")[0], []):
            if which in (account["id"], account.get("aadObjectId")):
                return Reply(200, account)
        return _error(404, "MemberNotFoundInConversation")

    def _team(self, _: Request, where: str, __: str) -> Reply:
        team = self.teams.get(where)
        if team is None:
            return _error(404, "BadArgument")
        return Reply(200, {"id": where, "name": team.name, "aadGroupId": team.group,
                           "tenantId": team.tenant})  # fmt: skip

    def _channels(self, _: Request, where: str, __: str) -> Reply:
        team = self.teams.get(where)
        if team is None:
            return _error(404, "BadArgument")
        # Teams doesn't say the name of the General channel, whose id is the team's.
        others = [{"id": id_, "name": name} for name, id_ in team.channels.items() if id_ != where]
        return Reply(200, {"conversations": [{"id": where, "name": None}, *others]})


def _as_scripted(scripted: _Scripted) -> Reply:
    if not scripted.status:
        return CUT
    headers = {} if scripted.retry_after is None else {"Retry-After": scripted.retry_after}
    return _error(scripted.status, scripted.code, headers)


def _error(status: int, code: str = "", headers: dict[str, str] | None = None) -> Reply:
    code = code or CODES.get(status, "ServiceError")
    return Reply(status, {"error": {"code": code, "message": code}}, headers or {})
