"""What is sent with a form in Slack, as events: its problems go back to their fields."""

from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core import sent
from bot.core.desk import Seat, seat_in
from bot.core.errors import Refused
from bot.core.service import Service
from bot.slack import chairing, forms, quoting, starting
from bot.slack.forms import Held
from bot.slack.people import seats
from bot.slack.strangers import Strangers
from bot.slack.which import Names

Result = dict[str, Any]
"""What goes back as the answer's body; empty where the form is to close."""


class Submitting:
    """Takes the forms that were sent."""

    def __init__(
        self,
        service: Service,
        client_of: Callable[[str], AsyncWebClient],
        strangers: Strangers,
        names: Names,
    ) -> None:
        """Take `names`, which gives what a mentioned user is called in a seat's committee."""
        self._service, self._client_of = service, client_of
        self._strangers, self._names = strangers, names

    async def take(self, body: dict[str, Any]) -> Result:
        """A form that was sent. Returns the problems at their fields, or nothing."""
        team, user = str(body["team"]["id"]), str(body["user"]["id"])
        view = body["view"]
        what, held = forms.about(view.get("private_metadata")), forms.sent(view.get("state"))
        key = f"slack:{team}:v:{view['id']}"
        try:
            if what.purpose == "start" and not what.committee:
                channel = what.channel or str(held.get("channel") or "")
                await starting.found(
                    self._service,
                    self._client_of(team),
                    self._strangers,
                    team,
                    channel,
                    user,
                    held,
                    key,
                )
                return {}
            seat = seat_in(seats(self._service, team, user), what.committee)
            ids: dict[str, Any] = {
                "id": key, "committee": seat.committee, "member": seat.member.id,
            }  # fmt: skip
            if what.purpose == "members":
                # The list stays open, and is another one after each change.
                return await self._add(team, user, seat, f"{key}:{view.get('hash', '')}", held)
            if what.purpose == "record":
                event = await quoting.quoted(
                    self._client_of(team), seat, what, ids, held,
                    self._names(seat, team),
                    lambda author: self._member(team, author, seat.committee),
                )  # fmt: skip
                await self._service.take(event)
            elif what.purpose == "settings":
                await self._service.take(chairing.settings_event(seat.desk.committee, ids, held))
            else:
                await self._service.take(sent.meant(ids, what.form, held))
        except Refused as refusal:
            shown = forms.problems_at(refusal.problems, refusal.sentence, held)
            return {"response_action": "errors", "errors": shown}
        return {}

    def _member(self, team: str, user: str, committee: str) -> str:
        found = (s for s in seats(self._service, team, user) if s.committee == committee)
        return next((seat.member.id for seat in found), "")

    async def _add(self, team: str, user: str, seat: Seat, key: str, held: Held) -> Result:
        """People were chosen in the list of members: they are in, and the list shows it."""
        chosen = next((v for k, v in held.items() if k.partition(":")[0] == "people"), ())
        people = chosen if isinstance(chosen, tuple) else (chosen,)
        await self._strangers.admit_all(seat, team, people, key, seat.direct(team))
        fresh = seat_in(seats(self._service, team, user), seat.committee)
        return {"response_action": "update", "view": chairing.members_view(fresh)}
