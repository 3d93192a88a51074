"""The workspace in a real browser: live, by keyboard, on a phone, and without scripts."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from bot.core.outbox import deliver_hosted
from bot.core.walking import walk_id
from bot.web.links import sign_in_link
from storage.records import Person
from tests.conftest import NewPage
from tests.test_web_rooms import MODEL, PAGES, Rooms
from tests.web_harness import WebHarness, house, member

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["house"]

PATIENCE = 15
"""Seconds that a server may take to begin and to end."""


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


class Site(Rooms):
    """The rooms, served; people come with a page."""

    def __init__(self, house: WebHarness, origin: str) -> None:
        super().__init__(house)
        self.origin = origin

    def enter(self, person: Person | None, page: "Page", path: str = "") -> "Page":
        """Sign in, and go to a page of the committee."""
        assert person
        store, now = self.house.store, self.house.clock()
        page.goto(sign_in_link(store, person.id, self.origin, now))
        page.goto(f"{self.origin}{self.base}{path}")
        return page

    def as_ana(self, page: "Page", path: str = "") -> "Page":
        """The chair's page."""
        return self.enter(self.ana.person, page, path)

    def as_ben(self, page: "Page", path: str = "") -> "Page":
        """A member's page."""
        return self.enter(self.ben.person, page, path)

    @property
    def design(self) -> str:
        """The path of the design phase's thread, once it has begun."""
        return f"/t/{self.walk}"

    def revision(self) -> int:
        """How many events the committee has seen."""
        return self.house.service.look(self.id).committee.revision


@pytest.fixture
def site(house: WebHarness) -> Iterator[Site]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(house.app, log_config=None, lifespan="off", ws="none")
        server = Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        assert server.listens.wait(PATIENCE)
        yield Site(house, f"http://127.0.0.1:{listener.getsockname()[1]}")
        house.web.stopping.set()
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive(), "open streams kept the server from ending"


def live(page: "Page") -> "Page":
    """Once the page listens."""
    page.locator("html.live").wait_for(state="attached")
    return page


def newest(page: "Page") -> "Locator":
    """The last message of the list."""
    return page.locator("#messages > .msg").last


def card(page: "Page", prompt: str) -> "Locator":
    """The card with this prompt."""
    return page.locator(".q", has=page.get_by_role("heading", name=prompt, exact=True))


def reply(page: "Page", words: str) -> None:
    """Type a reply and send it with Enter."""
    page.locator("#say").fill(words)
    page.locator("#say").press("Enter")


def fits(page: "Page") -> None:
    """Nothing makes the page wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    room = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.scroll, .side, .panel')]"
        ".map((e) => e.scrollWidth - e.clientWidth))"
    )
    assert (wide, room) == (0, 0)


# -- answering, live ------------------------------------------------------------------------------


def test_two_members_answer_and_see_each_other(site: Site, new_page: NewPage) -> None:
    """A reply shows on both pages without a reload, and the next card follows for both."""
    site.start()
    ana, ben = (
        live(site.as_ana(new_page(), site.design)),
        live(site.as_ben(new_page(), site.design)),
    )
    reply(ana, "stackable")
    ben.locator(".who", has_text="Ana has answered").wait_for()
    ben.locator(".msg", has_text="stackable").locator(".reactions").wait_for()
    assert ana.locator("#say").input_value() == ""
    card(ben, "Which model will the programme follow?").get_by_role(
        "button", name="Stackable"
    ).click()
    for page in (ana, ben):
        card(page, "How does someone earn it?").wait_for()
        page.locator(".q.folded", has_text="Which model will the programme follow?").wait_for()
    assert site.item(MODEL).answers.keys() == {site.who("Ana"), site.who("Ben")}


def test_half_typed_words_outlive_a_live_update(site: Site, new_page: NewPage) -> None:
    """The walk moves on while somebody types: the words stay, and answer what they were meant for."""
    site.start()
    ben = live(site.as_ben(new_page(), site.design))
    ben.locator("#say").press_sequentially("certificate, I ")
    site.say(site.ana, "stackable")
    site.press(site.ana, "next", walk=site.walk)
    card(ben, "How does someone earn it?").wait_for()
    assert ben.locator("#say").input_value() == "certificate, I "
    assert ben.evaluate("document.activeElement.id") == "say"
    ben.locator("#say").press_sequentially("think")
    ben.locator("#say").press("Enter")
    ben.locator(".q.folded", has_text="Ben: Certificate").wait_for()
    assert ben.locator("[data-about]").inner_text() == "How does someone earn it?"


def test_a_half_typed_reason_outlives_a_live_update(site: Site, new_page: NewPage) -> None:
    """The card waits with its news until the reason is sent."""
    site.start()
    ben = live(site.as_ben(new_page(), site.design))
    first = card(ben, "Which model will the programme follow?")
    first.locator(".extra > summary").click()
    first.get_by_text("Skip…").click()
    first.get_by_label("Why leave it out?").press_sequentially("not mine")
    site.say(site.ana, "stackable")
    ben.locator(".msg", has_text="stackable").last.wait_for()
    assert first.get_by_label("Why leave it out?").input_value() == "not mine"
    first.get_by_role("button", name="Skip it").click()
    card(ben, "How does someone earn it?").wait_for()
    assert site.item(MODEL).responses[site.who("Ben")].reason == "not mine"


def test_answering_by_form(site: Site, new_page: NewPage) -> None:
    """Answer… opens the form; it leads back to the thread, and the card shows the answer."""
    site.start()
    ben = live(site.as_ben(new_page(), site.design))
    card(ben, "Which model will the programme follow?").get_by_role("link", name="Answer…").click()
    ben.get_by_role("radio", name="Other", exact=True).check()
    ben.get_by_label("Other: in your own words").fill("A maze")
    ben.get_by_role("button", name="Save").click()
    ben.locator(".q .choice", has_text="Other (A maze)").wait_for()
    assert ben.url.endswith(site.design)


def test_a_list_grows_as_one_types(site: Site, new_page: NewPage) -> None:
    """Enter begins the next entry; what is sent has one entry a line."""
    ben = site.as_ben(new_page(), "/form/strategy.stakeholders")
    first = ben.get_by_label("Who has a stake in this? Entry 1")
    first.press_sequentially("Members")
    first.press("Enter")
    ben.keyboard.type("Trainers")
    ben.get_by_role("button", name="Save").click()
    ben.wait_for_url(f"**{site.base}")
    value = site.item("strategy.stakeholders").answers[site.who("Ben")].value
    assert value
    assert value.model_dump()["entries"] == ("Members", "Trainers")


def test_two_personas_of_a_sample(site: Site, new_page: NewPage) -> None:
    """In a sample one person looks through two members' eyes at once, in two browsers."""
    house = site.house
    sample = house.committee(site.ana, name="Sample", sample=True, more=["Chi"])
    base = f"{site.origin}/c/{sample.committee.id}"
    ana, chi = new_page(), new_page()
    for page in (ana, chi):
        site.as_ana(page)
        page.goto(base)
    chi.get_by_text("You are looking as").wait_for()
    chi.locator(".persona summary").click()
    chi.get_by_role("button", name="Chi (member)").click()
    chi.get_by_text("Chi (member)").first.wait_for()
    ana.get_by_role("button", name="Start Delivery").click()
    thread = f"{base}/t/{walk_id(sample.committee.id, 'delivery')}"
    ana.wait_for_url(thread)
    chi.goto(thread)
    live(chi)
    reply(live(ana), "yes, online")
    chi.locator(".msg", has_text="yes, online").first.wait_for()
    reply(chi, "no")
    ana.locator(".q.folded", has_text="Chi: No").wait_for()
    assert (
        member(sample, "Chi").id
        in house.service.look(sample.committee.id).state.items["delivery.proctoring"].answers
    )


def test_a_reader_further_up_is_not_moved(site: Site, new_page: NewPage) -> None:
    """New messages wait below behind a button; at the bottom the newest is always in view."""
    site.start()
    for n in range(12):
        site.say(site.ana, f"a thought, number {n}\nin two lines", about="design.earn")
    ben = live(site.as_ben(new_page(height=500), site.design))
    assert newest(ben).is_visible()
    scroll = ben.locator("[data-scroll]")
    scroll.evaluate("(e) => { e.scrollTop = -400; }")
    seen = ben.locator(".msg", has_text="number 5")
    before = seen.bounding_box()
    site.say(site.ana, "something new", about="design.earn")
    ben.get_by_role("button", name="New messages").wait_for()
    after = seen.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) <= 1
    ben.get_by_role("button", name="New messages").click()
    ben.get_by_role("button", name="New messages").wait_for(state="detached")
    assert scroll.evaluate("(e) => e.scrollTop") == 0


def test_a_reader_who_lost_their_seat_is_told(site: Site, new_page: NewPage) -> None:
    """The stream ends; the page says that it is no longer connected."""
    site.start()
    ben = live(site.as_ben(new_page(), site.design))
    here = site.who("Ben")
    site.post(site.ana, "members", who=here, active="no")
    ben.get_by_text("This page is no longer connected").wait_for()


def test_a_page_that_is_looked_at_again_catches_up(site: Site, new_page: NewPage) -> None:
    """A hidden page holds no connection; what it missed is there once it shows."""
    site.start()
    ben = live(site.as_ben(new_page(), site.design))
    show = """(hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    ben.evaluate(show, True)
    site.say(site.ana, "stackable")
    assert ben.locator(".msg:not(.from-bot)").count() == 0
    ben.evaluate(show, False)
    ben.locator(".msg:not(.from-bot)", has_text="stackable").wait_for()
    assert ben.locator(".msg:not(.from-bot)").count() == 1


def stream(site: Site, **asked: str) -> tuple[list[dict[str, Any]], str]:
    """What a stream says up to its first panel: the messages, and the mark it leaves."""
    found: list[dict[str, Any]] = []
    event = ""
    headers = {"Last-Event-ID": asked.pop("last")} if "last" in asked else {}
    url = f"{site.origin}{site.base}/live"
    with httpx.stream(
        "GET", url, params=asked, headers=headers, cookies=site.ana.cookies, timeout=PATIENCE
    ) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                event = value
            elif field == "data" and event == "message":
                found.append(json.loads(value))
            elif field == "id":
                return found, value
    raise AssertionError("the stream ended early")


def test_a_stream_goes_on_where_it_broke(site: Site) -> None:
    """After a mark comes what is newer; a browser's own mark goes before the address's."""
    site.start()
    site.say(site.ana, "stackable")
    everything, mark = stream(site, place=site.walk)
    assert [found["own"] for found in everything] == [False, True]
    assert stream(site, place=site.walk, after=mark) == ([], mark)
    assert stream(site, place=site.walk, last=mark) == ([], mark)
    site.say(site.ben, "certificate")
    newer, _ = stream(site, place=site.walk, after="0", last=mark)
    said = [found["html"] for found in newer if "from-bot" not in found["html"]]
    assert len(said) == 1
    assert "certificate" in said[0]


# -- by keyboard ----------------------------------------------------------------------------------


def test_everything_by_keyboard(site: Site, new_page: NewPage) -> None:
    """To the content, to the reply box, answer, change it, look at the keys, press a card's button."""
    site.start()
    ana = live(site.as_ana(new_page(), site.design))
    ana.keyboard.press("Tab")
    assert ana.evaluate("document.activeElement.textContent") == "Skip to the content"
    ana.keyboard.press("Enter")
    ana.keyboard.press("/")
    ana.keyboard.type("stackable")
    ana.keyboard.press("Shift+Enter")
    ana.keyboard.type("since it adds up")
    ana.keyboard.press("Enter")
    ana.locator(".msg.own .reactions").wait_for()
    said = site.item(MODEL).answers[site.who("Ana")].value
    assert said
    assert said.model_dump()["why"] == "since it adds up"
    ana.keyboard.press("ArrowUp")
    assert ana.evaluate("document.activeElement.value") == "stackable\nsince it adds up"
    ana.keyboard.press("Control+A")
    ana.keyboard.type("certificate")
    ana.keyboard.press("Enter")
    ana.locator(".q .choice", has_text="Certificate").wait_for()
    ana.keyboard.press("Escape")
    ana.locator(".extra > summary").focus()
    ana.keyboard.press("Enter")
    ana.keyboard.press("?")
    ana.get_by_role("heading", name="Keys").wait_for()
    ana.keyboard.press("Escape")
    ana.get_by_role("button", name="Next").focus()
    ana.keyboard.press("Enter")
    card(ana, "How does someone earn it?").wait_for()


def test_the_focus_stays_on_a_card_that_changes(site: Site, new_page: NewPage) -> None:
    """Somebody else's reply does not take the button away from under the keyboard."""
    site.start()
    ben = live(site.as_ben(new_page(), site.design))
    ben.get_by_role("button", name="Discuss later").focus()
    site.say(site.ana, "stackable")
    ben.locator(".who", has_text="Ana has answered").wait_for()
    assert ben.evaluate("document.activeElement.textContent") == "Discuss later"


# -- without scripts ------------------------------------------------------------------------------


def test_without_scripts(site: Site, new_page: NewPage) -> None:
    """Start, reply, skip with a reason, change a message, answer by form: all by plain pages."""
    ana = site.as_ana(new_page(javascript=False))
    ana.get_by_role("button", name="Start Design and development").click()
    ana.locator("#say").fill("stackable")
    ana.get_by_role("button", name="Send").click()
    ana.locator(".msg.own .reactions").wait_for()
    assert newest(ana).is_visible()
    ana.locator(".msg.own .msg-menu > summary").click()
    ana.get_by_label("Change what you wrote").fill("certificate")
    ana.get_by_role("button", name="Save").click()
    ana.locator(".q .choice", has_text="Certificate").wait_for()
    ana.get_by_role("button", name="Next").click()
    earn = card(ana, "How does someone earn it?")
    earn.locator(".extra > summary").click()
    earn.get_by_text("Skip…").click()
    earn.get_by_label("Why leave it out?").fill("Too early")
    earn.get_by_role("button", name="Skip it").click()
    assert site.item("design.earn").ruling
    ana.goto(f"{site.origin}{site.base}/form/strategy.stakeholders")
    ana.get_by_label("Who has a stake in this?").fill("Members\nTrainers")
    ana.get_by_role("button", name="Save").click()
    ana.get_by_text("Recorded.").wait_for()
    assert site.item("strategy.stakeholders").answers


@pytest.mark.parametrize("javascript", [True, False])
def test_the_drawer_on_a_phone(site: Site, new_page: NewPage, javascript: bool) -> None:
    """The list opens over the thread and closes with Esc, also without scripts."""
    site.start()
    ben = site.as_ben(new_page(width=390, height=844, javascript=javascript), site.design)
    way = ben.get_by_role("link", name="My questions")
    assert not way.is_visible()
    opener = ben.get_by_role("button", name="Committees and phases")
    opener.click()
    assert way.is_visible()
    ben.keyboard.press("Escape")
    assert not way.is_visible()
    if javascript:
        opener.click()
        for _ in range(30):
            ben.keyboard.press("Tab")
            assert ben.evaluate(
                "document.activeElement === document.body"
                " || document.querySelector('#side').contains(document.activeElement)"
            )
        ben.keyboard.press("Escape")
        assert ben.evaluate("document.activeElement.getAttribute('popovertarget')") == "side"
    opener.click()
    way.click()
    ben.get_by_role("heading", name="My questions").wait_for()


# -- whatever people write ------------------------------------------------------------------------

WORDS = {
    "script": "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>",
    "override": "see \u202egnp.elif\u202c and \u2066more",
    "long": "x" * 600,
    "wide": "𒐫" * 60 + "﷽" * 60,
    "lines": "one\n\n\n\ntwo   three",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_words_are_shown_as_typed_and_keep_the_layout(
    site: Site, new_page: NewPage, words: str
) -> None:
    """In the thread, live and loaded, and in the record; on a desk and on a phone."""
    site.start()
    site.press(site.ana, "next", walk=site.walk)
    desk = live(site.as_ana(new_page(), site.design))
    desk.locator("#say").fill(words)
    desk.locator("#say").press("Enter")
    desk.locator(".msg.own .reactions").wait_for()
    assert desk.locator(".msg.own .words").inner_text() == words
    fits(desk)
    phone = site.as_ben(new_page(width=390, height=844), site.design)
    assert phone.locator(".msg:not(.from-bot) .words").inner_text() == words
    assert phone.title().startswith("Design and development")
    fits(phone)
    phone.goto(f"{site.origin}{site.base}/record")
    fits(phone)


def test_a_long_name_keeps_the_layout(site: Site, new_page: NewPage) -> None:
    """Of a member and of a committee, in every room."""
    site.post(site.ana, "members", who=site.who("Ben"), name="Ben" + "n" * 150, zone="UTC")
    fields = {"name": "Committee" + "e" * 150, "zone": "UTC", "move_on": "everyone"}
    site.post(site.ana, "settings", **fields, move_on_count="2")
    site.start()
    site.say(site.ben, "stackable")
    page = site.as_ana(new_page(width=390, height=844))
    for path in PAGES:
        page.goto(f"{site.origin}{site.base}{path.format(walk=site.walk)}")
        fits(page)


# -- for everybody --------------------------------------------------------------------------------


@pytest.fixture
def full(site: Site) -> Site:
    """A committee in the middle of its work."""
    site.start()
    site.say(site.ana, "stackable")
    site.say(site.ben, "certificate, because nothing stacks yet")
    site.press(site.ben, "park", walk=site.walk, question="design.earn", text="Ask the board")
    site.say(site.ben, "maybe something with exams")
    site.post(site.ana, "say", walk="", text="/convenor gaps")
    site.post(site.ana, f"review/{MODEL}", effect="They wait longer", treatment="monitor")
    site.post(site.ana, "assign/strategy.case", to=site.who("Ana"), due="2026-05-01")
    deliver_hosted(site.house.store, site.house.clock(), "test")
    return site


CONTRAST = {"runOnly": ["color-contrast", "link-in-text-block"]}


@pytest.mark.parametrize(
    ("dark", "width", "options"), [(False, 1280, {}), (False, 390, {}), (True, 1280, CONTRAST)]
)
def test_no_page_shuts_anybody_out(
    full: Site, new_page: NewPage, dark: bool, width: int, options: dict[str, list[str]]
) -> None:
    """The accessibility rules hold on every page: contrast, names, landmarks, in light and dark."""
    page = full.as_ana(new_page(width=width, height=800, dark=dark))
    found: list[str] = []
    for path in PAGES:
        page.goto(f"{full.origin}{full.base}{path.format(walk=full.walk)}")
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        results = Axe().run(page, options={"resultTypes": ["violations"], **options})
        for trouble in results.response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in trouble["nodes"][:3])
            found.append(f"{path} {trouble['impact']} {trouble['id']}: {nodes}")
    assert found == []


def test_the_picture_and_the_times_are_the_readers(full: Site, new_page: NewPage) -> None:
    """Progress has words for who doesn't see it; times stand in the member's own zone."""
    full.post(full.ben, "members", who=full.who("Ben"), name="Ben", zone="Asia/Kolkata")
    page = full.as_ben(new_page(), full.design)
    picture = page.get_by_role("img", name=re.compile(r"Design and development [12] of 1\d"))
    assert picture.is_visible()
    assert page.locator("#messages time").first.inner_text() == "14:30"
