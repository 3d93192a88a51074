"""The workspace in a real browser: live, by keyboard, on a phone, and without scripts."""

import json
from typing import Any

import httpx
import pytest

from bot.core.walking import walk_id
from tests.conftest import NewPage
from tests.web_harness import house, member
from tests.web_rooms import MODEL
from tests.web_site import PATIENCE, Site, card, live, newest, reply, site

__all__ = ["house", "site"]


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
    # The panel's news comes after the card's, which has to wait now.
    ben.locator("#panel-body .said-yes").wait_for()
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
    chi.locator(".persona:not(.clock) summary").click()
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


def test_a_tab_speaks_for_whom_it_shows(site: Site, new_page: NewPage) -> None:
    """Other eyes are borrowed in a second tab: what the first one sends is still its own member's."""
    sample = site.house.committee(site.ana, name="Sample", sample=True, more=["Chi"])
    base = f"{site.origin}/c/{sample.committee.id}"
    first = site.as_ana(new_page())
    first.goto(base)
    first.get_by_role("button", name="Start Delivery").click()
    thread = f"{base}/t/{walk_id(sample.committee.id, 'delivery')}"
    first.wait_for_url(thread)
    second = first.context.new_page()
    second.goto(base)
    second.locator(".persona:not(.clock) summary").click()
    second.get_by_role("button", name="Chi (member)").click()
    second.goto(thread)
    reply(live(first), "yes, online")
    first.locator(".msg.own", has_text="yes, online").locator(".reactions").wait_for()
    reply(live(second), "no")
    second.locator(".msg.own", has_text="no").locator(".reactions").wait_for()
    given = site.house.service.look(sample.committee.id).state.items["delivery.proctoring"].answers
    assert given.keys() == {member(sample, "Ana").id, member(sample, "Chi").id}
    assert second.get_by_role("button", name="Next", exact=True).count() == 0


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


def test_the_browser_s_own_zone_is_offered(site: Site, new_page: NewPage) -> None:
    """A new committee's form opens with the zone of who fills it in."""
    page = new_page(zone="Europe/Berlin")
    site.enter(site.house.owner, page)
    page.goto(f"{site.origin}/new")
    page.locator("html.js").wait_for(state="attached")
    assert page.locator("#zone").input_value() == "Europe/Berlin"


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
    way.wait_for()
    ben.keyboard.press("Escape")
    way.wait_for(state="hidden")
    if javascript:
        opener.click()
        ben.locator("main[inert]").wait_for()  # covered once the browser has said that it is open
        for _ in range(30):
            ben.keyboard.press("Tab")
            assert ben.evaluate(
                "document.activeElement === document.body"
                " || document.querySelector('#side').contains(document.activeElement)"
            )
        ben.keyboard.press("Escape")
        ben.locator("[popovertarget=side]:not([popovertargetaction]):focus").wait_for()
    opener.click()
    way.click()
    ben.get_by_role("heading", name="My questions").wait_for()
