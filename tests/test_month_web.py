"""A committee's month in the workspace, in a real browser; see tests.month_story."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bot.core.due import Guard
from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_due
from bot.core.service import NewMember
from bot.core.walking import walk_id
from storage.doors import Person
from storage.people import Role
from storage.records import State
from tests.conftest import NewPage
from tests.harness import short_bank
from tests.month_story import CHANNEL, PEOPLE, WAITS, ZONE, a_month
from tests.web_harness import house
from tests.web_site import Site, site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["house", "site"]


class Workspace:
    """The workspace as a stage."""

    def __init__(self, site: Site, new_page: NewPage) -> None:
        self._site, self._house, self._new_page = site, site.house, new_page
        self._pages: dict[str, Page] = {}
        self._people: dict[str, Person | None] = {}
        self._id = ""
        self._guard = Guard(elapsed=lambda: self._house.clock().timestamp())

    @property
    def state(self) -> State:
        return self._house.service.look(self._id).state

    def at(self, now: datetime) -> int:
        self._house.clock.now = now
        planned = plan_due(self._house.store, now)
        if planned:
            deliver_hosted(self._house.store, now, "tests", guard=self._guard)
        return planned

    def begin(self) -> None:
        browsers = {name: self._house.sign_in(name) for name in PEOPLE}
        people = [
            NewMember(
                name=name,
                role=Role.CHAIR if name == "Ana" else Role.MEMBER,
                addresses=(self._house.web.address(browser.person.id),),
                zone=ZONE.key,
            )
            for name, browser in browsers.items()
            if browser.person
        ]
        made = self._house.service.found("Fair", short_bank(), people, zone=ZONE.key)
        self._id = made.committee.id
        for name, browser in browsers.items():
            self._pages[name] = self._new_page(javascript=False)
            self._people[name] = browser.person
            self._site.enter(browser.person, self._pages[name])
        ana = self._on("Ana", "/outline/plan")
        ana.get_by_role("button", name="Start it for everyone").click()
        ana.wait_for_url("**/t/*")

    def keep(self, settings: Mapping[str, str]) -> None:
        page = self._on("Ana", "/settings")
        for name, value in settings.items():
            field = page.locator(f"[name={name}]")
            chosen = field.evaluate("(e) => e.tagName") == "SELECT"
            field.select_option(value) if chosen else field.fill(value)
        page.get_by_role("button", name="Save").click()
        page.locator(".flash").wait_for()

    def go_away(self, name: str, away: Mapping[str, str]) -> None:
        page = self._on(name, "/mine")
        self._nudges(page).last.get_by_role("link", name="I'm away…").click()
        for field, day in away.items():
            page.locator(f"[name={field}]").fill(day)
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/mine")

    def press(self, name: str, label: str) -> None:
        nudge = self._nudges(self._on(name, "/mine")).last
        nudge.get_by_role("button", name=label, exact=True).click()
        nudge.get_by_text("✔").wait_for()

    def reply(self, name: str, text: str) -> None:
        page = self._on(name, f"/t/{walk_id(self._id, 'plan')}")
        page.locator("#say").fill(text)
        page.get_by_role("button", name="Send").click()
        page.locator(".msg.own", has_text=text).locator(".reactions").wait_for()

    def nudges(self, name: str) -> list[str]:
        return self._nudges(self._on(name, "/mine")).all_inner_texts()

    def digests(self) -> list[str]:
        found = self._on("Ana", "").locator(".msg.from-bot")
        return [text for text in found.all_inner_texts() if "this week" in text]

    def counts(self) -> Counter[str]:
        # Out of the record: to open every page each time takes seconds, and it is compared at the end.
        reader, found = self._house.store.read(), Counter[str]()
        for member in self.state.members.values():
            own = self.state.committee.home[0].evolve(channel=f"@{member.id}")
            kept = reader.messages(own, member.id)
            found[member.name] = sum(m.ref.startswith("plan:") for m in kept)
        kept = reader.messages(self.state.committee.home[0])
        found[CHANNEL] = sum(m.ref.startswith("plan:") for m in kept)
        return found

    def _nudges(self, page: "Page") -> "Locator":
        return page.locator(".direct .msg.from-bot", has_text=WAITS)

    def _on(self, name: str, path: str) -> "Page":
        page, where = self._pages[name], f"/c/{self._id}{path}"
        page.goto(self._site.origin + where)
        if not page.url.endswith(where):  # they were not here for longer than a session lasts
            self._site.enter(self._people[name], page)
            page.goto(self._site.origin + where)
        return page


def test_a_month_in_the_workspace(site: Site, new_page: NewPage) -> None:
    """Everything comes on its day, at its hour; what keeps it from going keeps it; all of it is seen."""
    a_month(Workspace(site, new_page))
