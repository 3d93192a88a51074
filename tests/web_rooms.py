"""A committee in the workspace, and what its people do there: what the rooms' tests stand on."""

import html
import re
from typing import Any

import pytest

from bot.core.desk import Desk
from bot.core.walking import walk_id
from storage.people import Place
from storage.records import Item
from storage.trail import Message
from tests.web_harness import Browser, WebHarness, member

MODEL, EARN, CASE = "design.model", "design.earn", "strategy.case"


class Rooms:
    """Ana (chair) and Ben (member) in one committee, each with a browser."""

    def __init__(self, house: WebHarness) -> None:
        self.house = house
        self.ana, self.ben = house.sign_in("Ana"), house.sign_in("Ben")
        self.desk: Desk = house.committee(self.ana, self.ben)
        self.id = self.desk.committee.id
        self.base = f"/c/{self.id}"
        self.walk = walk_id(self.id, "design")
        self.thread = f"{self.base}/t/{self.walk}"

    def start(self) -> None:
        """The committee's walk through the design phase."""
        assert self.press(self.ana, "start", value="design") == self.thread

    def press(self, browser: Browser, action: str, **fields: str) -> str:
        """Press a button; returns where it leads."""
        return self.post(browser, "press", action=action, **fields)

    def say(self, browser: Browser, text: str, about: str = "") -> str:
        """Reply in the design thread."""
        return self.post(browser, "say", walk=self.walk, text=text, about=about)

    def post(self, browser: Browser, path: str, **fields: Any) -> str:
        """Send a form; returns where it leads."""
        answer = browser.post(f"{self.base}/{path}", **fields)
        assert answer.status_code == 303, path
        return answer.headers["location"]

    def item(self, question: str) -> Item:
        """A question as it stands in the record."""
        return self.house.service.look(self.id).state.items[question]

    def who(self, name: str) -> str:
        """A member's id."""
        return member(self.desk, name).id

    def see(self, browser: Browser, path: str = "") -> str:
        """A page as its reader sees it: the words, without the markup."""
        answer = browser.get(f"{self.base}{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        body = re.sub(r"(?s)<(script|style).*?</\1>", "", answer.text)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def refs(self) -> list[Message]:
        """The people's messages in the design thread."""
        place = Place(platform="web", tenant="local", channel=self.id, thread=self.walk)
        found = self.house.store.read().messages(place, viewer=self.who("Ana"))
        return [m for m in found if m.member]


@pytest.fixture
def rooms(house: WebHarness) -> Rooms:
    """The rooms of a fresh committee; import `house` of tests.web_harness with it."""
    return Rooms(house)


def form_fields(page: str) -> dict[str, Any]:
    """What a browser would send of a page's form as it stands, apart from its own token."""
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or name[1] in ("csrf", "id"):
            continue
        if ('type="radio"' in tag or 'type="checkbox"' in tag) and " checked" not in tag:
            continue
        fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL
    ):
        fields[name] = html.unescape(text)
    fields.pop("text", None)
    return fields


PAGES = (
    "",
    "/t/{walk}",
    "/mine",
    "/record",
    "/record?show=gaps",
    "/record?q=stack",
    f"/record/{MODEL}",
    "/members",
    "/settings",
    "/log",
    "/outline/delivery",
    f"/form/{MODEL}",
    "/form/strategy.case",
    f"/review/{MODEL}",
    f"/assign/{MODEL}",
)
