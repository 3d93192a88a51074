"""The doors of the Agents Playground through which tests act, for anybody.

The playground has one user who types in its page; all the others act through its door for made-up
activities, which it posts to the bot as it stands. The protocol is nowhere documented; it was read out
of version 0.2.28.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import httpx

from tests.teams_wire import Delivery, Wire

PERSONAL = "personal"
"""A place: one's own chat with the bot."""


@dataclass(frozen=True)
class Places:
    """The ids that never change: one team with two channels, one group chat."""

    tenant: str
    bot: str
    people: dict[str, str]
    """Everybody's id, by name."""
    aad: dict[str, str]
    """Everybody's AAD object id, by name."""
    personal: str
    """The first person's chat with the bot."""
    team: str = "19:team@thread.tacv2"
    """The team's id, which is its General channel's."""
    channel: str = "19:planning@thread.tacv2"
    group: str = "19:planners@thread.v2"
    bot_name: str = "Convenor"


class Doors:
    """Everything that goes in. Each act returns once the bot has answered, with 2xx."""

    def __init__(self, places: Places, wire: Wire, origin: str, http: httpx.Client) -> None:
        self.places, self.wire = places, wire
        self._origin, self._http = origin, http
        self._ids = itertools.count(1_700_000_000_000)
        self.zone = ""
        """The zone of everybody's client (IANA); "" where it does not say."""

    def deliver(self, activity: dict[str, Any]) -> Delivery:
        """Let the playground post an activity as it is; the same again is a redelivery."""
        before = self.wire.answered[activity["id"]]
        self._post("/_internal/v1/customActivities", activity)
        return self.wire.wait(activity["id"], before + 1)

    def activity(self, name: str, where: str = "", kind: str = "", **more: Any) -> dict[str, Any]:
        """An activity of someone, made of the playground's template; `kind` is a template's type."""
        asked = {"conversationId": where or self.places.channel} | ({"type": kind} if kind else {})
        answer = self._http.get(
            f"{self._origin}/_internal/v1/customActivities/template", params=asked
        )
        assert answer.status_code == 200, answer.text
        zone = {"localTimezone": self.zone} if self.zone else {}
        return dict(answer.json()) | {"from": self.account(name)} | zone | more

    def account(self, name: str) -> dict[str, Any]:
        """A person, as activities name them."""
        return {"id": self.places.people[name], "name": name, "aadObjectId": self.places.aad[name]}

    def _do(self, activity: dict[str, Any]) -> Any:
        done = self.deliver(activity)
        assert 200 <= done.status < 300, f"the bot answered {done.status}: {done.answer}"
        return done.answer

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._http.post(self._origin + path, json=body)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def _channel_data(self, where: str) -> dict[str, Any]:
        data: dict[str, Any] = {"tenant": {"id": self.places.tenant}}
        top = where.partition(";")[0]
        if top in (self.places.team, self.places.channel):
            data |= {"teamsChannelId": top, "teamsTeamId": self.places.team,
                     "team": {"id": self.places.team}, "channel": {"id": top}}  # fmt: skip
        return data

    def personal(self, name: str) -> str:
        """The id of someone's chat with the bot; the playground makes it where there is none."""
        body = {"isGroup": False, "bot": {"id": self.places.bot}, "tenantId": self.places.tenant,
                "members": [{"id": self.places.people[name]}]}  # fmt: skip
        answer = self._http.post(f"{self._origin}/_connector/v3/conversations", json=body)
        return str(answer.json()["id"])
