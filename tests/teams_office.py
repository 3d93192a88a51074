"""The whole bot on fake connectors, spoken to by signed activities: for what no client would send.

Each tenant has a connector of its own, so that what goes to one is seen apart from what goes to another.
"""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

from bot.app import clock
from bot.core.events import Started
from bot.core.service import NewMember, Service
from bot.core.walking import walk_id
from bot.platforms import Platforms
from bot.teams.bot import App, Setup, Teams
from bot.teams.pacing import Pace
from bot.teams.values import OURS
from storage.people import Address, Place, Role, Settings
from storage.records import State
from storage.sqlite import open_store
from tests import seen_cards
from tests.fake_connector import FakeConnector, Standing
from tests.harness import short_bank
from tests.local_slack import PATIENCE, until
from tests.serving import nowhere
from tests.teams_issuer import APP_ID, Issuer

BOT = {"id": f"28:{APP_ID}", "name": "Convenor"}
TEAM, CHANNEL, GROUP = "19:team@thread.tacv2", "19:planning@thread.tacv2", "19:planners@thread.v2"
ONE = "11111111-1111-4111-8111-111111111111"
TWO = "22222222-2222-4222-8222-222222222222"
PEOPLE = ("Ana", "Ben", "Chi")
FILE = "convenor.db"

Json = dict[str, Any]


class Answered(NamedTuple):
    """What the bot answered."""

    status: int
    body: Any


def user(name: str) -> str:
    """Somebody's id in Microsoft Entra; the same in every tenant, as no real one is."""
    return f"{name.lower()}-aad"


def account(name: str) -> Json:
    """A person, as activities and rosters name them."""
    return {"id": f"29:{name.lower()}", "name": name, "aadObjectId": user(name)}


def chat(name: str) -> str:
    """Somebody's own chat; the fake connector makes the same one of the account."""
    return f"a:29:{name.lower()}"


class Office:
    """The bot, and what Teams sends to it."""

    def __init__(self, folder: Path, issuer: Issuer, tenants: tuple[str, ...]) -> None:
        self.folder, self.issuer, self.tenants = folder, issuer, tenants
        self.connectors = {tenant: FakeConnector() for tenant in tenants}
        self.store = open_store(f"sqlite:///{folder / FILE}")
        self.service = Service(self.store, clock)
        hosts = {urlsplit(each.service_url).netloc for each in self.connectors.values()}
        app = App(
            id=APP_ID,
            keys_url=issuer.metadata_url,
            others=frozenset(hosts),
            token=lambda: "of-the-tests",
        )
        self.teams = Teams(self.service, clock, Setup(app), "tests", Pace(limits=()))
        site = Platforms(teams=self.teams).before(nowhere)
        through = httpx.ASGITransport(app=site)
        self._http = httpx.AsyncClient(transport=through, base_url="http://bot")
        self._headers: dict[str | None, str] = {}
        self._numbers = count(1_700_000_000_000)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        for connector in self.connectors.values():
            for room in (TEAM, CHANNEL, GROUP):
                connector.rosters[room] = [account(name) for name in PEOPLE]

    def open(self) -> None:
        """Begin to send."""
        self._thread.start()
        self._run(self.teams.start())

    def close(self) -> None:
        """End."""
        self._run(self.teams.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()
        self.store.close()
        for connector in self.connectors.values():
            connector.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    # -- what Teams sends -----------------------------------------------------------------------

    def send(self, activity: Any) -> Answered:
        """An activity as it is, with a token for its service."""
        service = activity.get("serviceUrl") if isinstance(activity, dict) else None
        url = service if isinstance(service, str) else None
        if url not in self._headers:  # a token lasts longer than any test
            self._headers[url] = self.issuer.header(url)
        headers = {"authorization": self._headers[url], "content-type": "application/json"}
        posted = self._http.post("/api/messages", content=json.dumps(activity), headers=headers)
        got: httpx.Response = self._run(posted)
        body = got.json() if got.content else None
        seen_cards.answered(body)
        return Answered(got.status_code, body)

    def activity(
        self, name: str, where: str = CHANNEL, /, *, tenant: str = ONE, **more: Any
    ) -> Json:
        """An activity of somebody's."""
        top = where.partition(";")[0]
        kind = {CHANNEL: "channel", TEAM: "channel", GROUP: "groupChat"}.get(top, "personal")
        data: Json = {"tenant": {"id": tenant}}
        if kind == "channel":
            data |= {"team": {"id": TEAM}, "channel": {"id": top}}
        return {
            "id": str(next(self._numbers)),
            "channelId": "msteams",
            "serviceUrl": self.connectors[tenant].service_url,
            "timestamp": "2026-05-12T07:40:00.000Z",
            "from": account(name),
            "recipient": BOT,
            "conversation": {"id": where, "conversationType": kind, "tenantId": tenant},
            "channelData": data,
            **more,
        }

    def message(
        self,
        name: str,
        text: str,
        where: str = CHANNEL,
        *,
        tenant: str = ONE,
        mention: bool = False,
    ) -> Json:
        """The activity of a message."""
        at = {"type": "mention", "mentioned": BOT, "text": "<at>Convenor</at>"}
        said = f"<at>Convenor</at> {text}" if mention else text
        entities = [at] if mention else []
        return self.activity(
            name, where, tenant=tenant, type="message", text=said, entities=entities
        )

    def say(self, name: str, text: str, where: str = CHANNEL, **how: Any) -> Json:
        """Type a message; the activity."""
        sent = self.message(name, text, where, **how)
        assert self.send(sent).status == 200
        return sent

    def pressed(
        self,
        name: str,
        verb: str,
        data: Any,
        where: str = CHANNEL,
        *,
        tenant: str = ONE,
        on: str = "",
    ) -> Json:
        """The activity of a pressed control; `data` is all that is in it."""
        action = {"type": "Action.Execute", "verb": verb, "data": data}
        return self.activity(
            name, where, tenant=tenant, type="invoke", name="adaptiveCard/action",
            value={"action": action, "trigger": "manual"}, replyToId=on or "1",
        )  # fmt: skip

    def press(self, name: str, verb: str, where: str = CHANNEL, **about: Any) -> Answered:
        """Press a control that is about this."""
        tenant = about.pop("tenant", ONE)
        return self.send(self.pressed(name, verb, {OURS: about}, where, tenant=tenant))

    # -- committees -----------------------------------------------------------------------------

    def found(
        self,
        *people: str,
        tenant: str = ONE,
        channel: str = CHANNEL,
        name: str = "Fair",
        settings: Settings | None = None,
    ) -> str:
        """A committee with a walk in its channel; the first of the people leads. Returns its id."""
        first, *others = people or PEOPLE
        members = [
            NewMember(
                name=who,
                role=Role.CHAIR if who == first else Role.MEMBER,
                addresses=(Address(platform="teams", tenant=tenant, user=user(who)),),
            )
            for who in (first, *others)
        ]
        home = Place(platform="teams", tenant=tenant, channel=channel)
        made = self.service.found(name, short_bank(), members, home=home, settings=settings)
        committee = made.committee.id
        for each in (first, *others):  # so that it is known how they are reached
            self.say(each, "Hello", channel, tenant=tenant)
        chair = next(m.id for m in made.members.values() if m.role is Role.CHAIR)
        started = Started(id=f"{committee}:start", committee=committee, member=chair, phase="plan")
        self.service.handle(started)
        return committee

    def thread(self, committee: str, phase: str = "plan") -> str:
        """The conversation of the committee's thread; waits for it."""
        walk = walk_id(committee, phase)
        root = until(lambda: self.store.read().delivered_ref(walk), "the thread is there")
        return f"{self.state(committee).committee.home[0].channel};messageid={root}"

    def state(self, committee: str) -> State:
        """The committee as committed."""
        return self.store.read().state(committee)

    def member(self, committee: str, name: str) -> str:
        """A member's id."""
        return next(m.id for m in self.state(committee).members.values() if m.name == name)

    def said(self, committee: str, question: str = "plan.why") -> dict[str, Any]:
        """What stands for a question, by name."""
        state = self.state(committee)
        answers = state.items[question].answers
        return {state.members[who].name: getattr(a.value, "text", "") for who, a in answers.items()}

    # -- what became of it ----------------------------------------------------------------------

    def quiet(self) -> None:
        """Wait until nothing is left to send."""

        def done() -> bool:
            reader = self.store.read()
            for each in reader.committees():
                state = reader.state(each.id)
                rooms = [place.channel for place in state.committee.home]
                rooms += [f"@{member}" for member in state.members]
                tenants = {place.tenant for place in state.committee.home}
                if any(reader.pending("teams", t, room) for t in tenants for room in rooms):
                    return False
            return True

        until(done, "nothing is left to send")

    def messages(self, where: str = "", tenant: str = ONE) -> list[Standing]:
        """What the bot said in a conversation, or in all."""
        return self.connectors[tenant].messages(where)

    def words(self, where: str = "", tenant: str = ONE) -> str:
        """The same as one text."""
        return "\n".join(str(m.activity) for m in self.messages(where, tenant))

    def dump(self) -> list[tuple[Any, ...]]:
        """Every row that is kept."""
        with closing(sqlite3.connect(self.folder / FILE)) as database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = sorted(name for (name,) in names if not name.startswith("sqlite_"))
            return [
                (table, *row)
                for table in tables
                for row in database.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608
            ]

    def calls(self) -> int:
        """How often the bot asked anything of Teams."""
        return sum(len(each.calls) for each in self.connectors.values())


@contextmanager
def office(folder: Path, issuer: Issuer, *tenants: str) -> Iterator[Office]:
    """A running bot."""
    made = Office(folder, issuer, tenants or (ONE,))
    made.open()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def bot(tmp_path: Path, issuer: Issuer) -> Iterator[Office]:
    """A bot in one tenant."""
    with office(tmp_path, issuer) as made:
        yield made


@pytest.fixture
def both(tmp_path: Path, issuer: Issuer) -> Iterator[Office]:
    """A bot in two tenants."""
    with office(tmp_path, issuer, ONE, TWO) as made:
        yield made
