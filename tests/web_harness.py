"""The whole web workspace on a real store, and browsers to use it with."""

import re
import secrets
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from bot.core.desk import Desk
from bot.core.service import NewMember, Service
from bot.web import invitations
from bot.web.app import create_app
from bot.web.ground import SESSION_COOKIE, Web
from bot.web.links import ensure_owner, sign_in_link
from bot.web.signing import token_hash
from bot.web.viewer import Seat, Viewer
from questions.loader import bundled_banks
from questions.model import Bank
from storage.doors import Person
from storage.people import Member, Role
from storage.port import Store
from storage.sqlite import open_store
from tests.clock import FakeClock

HERE = "http://127.0.0.1:8080"
SECRET = "a secret for tests, long enough for anything"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@lru_cache(maxsize=1)
def bundled_bank() -> Bank:
    """The bank that comes with Convenor."""
    return bundled_banks()["microcredential"]


class Browser:
    """One browser profile: its cookies, and what its pages would send along. Follows no redirect."""

    def __init__(self, web: Web, http: TestClient, person: Person | None) -> None:
        self.web, self.http, self.person = web, http, person

    def get(self, path: str, **more: Any) -> Response:
        """Open a page."""
        answer: Response = self.http.get(path, **more)
        return answer

    def csrf(self, page: str = "/committees") -> str:
        """The token that a page of this browser holds."""
        found = CSRF.search(self.http.get(page).text)
        assert found, f"no token on {page}"
        return found[1]

    def post(self, path: str, page: str = "/committees", **fields: Any) -> Response:
        """Send a form as if from `page`: its token, and a fresh id unless one is given."""
        own = {"csrf": self.csrf(page)}
        if self.person and "id" not in fields:
            own["id"] = self.web.signer.new_id(self.person.id)
        answer: Response = self.http.post(path, data={**own, **fields})
        return answer

    @property
    def cookies(self) -> dict[str, str]:
        """What it holds now."""
        return dict(self.http.cookies)


class WebHarness:
    """The workspace; `base_url` is what the browsers have in their address bar."""

    def __init__(
        self, store: Store, clock: FakeClock, *, public_url: str = "", base_url: str = HERE
    ) -> None:
        self.store, self.clock, self.base_url = store, clock, public_url or base_url
        self.service = Service(store, clock)
        self.app = create_app(
            self.service, store, secret=SECRET, clock=clock, public_url=public_url, local_url=HERE
        )
        self.web: Web = self.app.state.web
        self.owner = ensure_owner(store)

    def client(self, person: Person | None = None, address: str = "127.0.0.1") -> Browser:
        """A browser; of a person, it is signed in by a real link."""
        http = TestClient(
            self.app, base_url=self.base_url, follow_redirects=False, client=(address, 50000)
        )
        if person:
            link = sign_in_link(self.store, person.id, "", self.clock())
            assert http.get(link).status_code == 303
        return Browser(self.web, http, person)

    def sign_in(self, name: str) -> Browser:
        """A browser of a new person of the workspace, signed in."""
        person = Person(id=secrets.token_hex(6), name=name)
        self.store.write(lambda tx: tx.keep_person(person))
        return self.client(person)

    def committee(
        self,
        *browsers: Browser,
        name: str = "Privacy",
        sample: bool = False,
        more: Sequence[str] = (),
    ) -> Desk:
        """A committee of these browsers' people, the first one chairing, and of `more` names."""
        people = [b.person for b in browsers if b.person]
        members = [
            NewMember(
                name=person.name or "Ana",
                role=Role.MEMBER if n else Role.CHAIR,
                addresses=(self.web.address(person.id),),
            )
            for n, person in enumerate(people)
        ]
        members += [NewMember(name=each) for each in more]
        state = self.service.found(name, bundled_bank(), members, sample=sample)
        return self.service.look(state.committee.id)


def member(desk: Desk, name: str) -> Member:
    """The committee's member of this name."""
    return next(m for m in desk.state.members.values() if m.name == name)


def seat_of(house: WebHarness, browser: Browser, desk: Desk, who: Member) -> Seat:
    """What a room hands to the invitations."""
    name = ("__Host-" if house.web.secure else "") + SESSION_COOKIE
    session = house.store.read().session(token_hash(browser.cookies[name]))
    assert browser.person
    assert session
    return Seat(house.web, Viewer(browser.person, session, ""), desk, who)


def invited(house: WebHarness, name: str = "Ben") -> tuple[Browser, Desk, Seat, str]:
    """The chair's browser, a committee with one more member, the chair's seat, and their link."""
    ana = house.sign_in("Ana")
    desk = house.committee(ana, more=[name])
    seat = seat_of(house, ana, desk, member(desk, "Ana"))
    link = invitations.invite(house.web, seat, member(desk, name).id)
    return ana, desk, seat, link.removeprefix(HERE)


def join(browser: Browser, link: str) -> int:
    """Press the invitation's button; returns the status."""
    return browser.post(link, page=link).status_code


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebHarness]:
    """A workspace on this machine alone, with one clock; the limits library reads it, too."""
    clock = FakeClock()
    time = SimpleNamespace(time=lambda: clock().timestamp())
    monkeypatch.setattr("limits.storage.memory.time", time)
    store = open_store(f"sqlite:///{tmp_path}/convenor.db")
    yield WebHarness(store, clock)
    store.close()
