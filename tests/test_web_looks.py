"""How the workspace looks in a real browser: whatever people write, for everybody."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from bot.core.outbox import deliver_hosted
from tests.conftest import NewPage
from tests.web_harness import house
from tests.web_rooms import MODEL, PAGES
from tests.web_site import Site, fits, live, site

__all__ = ["house", "site"]


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


def test_a_place_within_a_page_moves_the_page_alone(site: Site, new_page: NewPage) -> None:
    """A link to a member or a phase scrolls to it; the frame around stays where it is."""
    page = site.as_ana(new_page(height=500), f"/members#member-{site.who('Ben')}")
    for path, place in (("/members", f"#member-{site.who('Ben')}"), ("/record", "#maintenance")):
        page.goto(f"{site.origin}{site.base}{path}{place}")
        assert page.locator(place).is_visible()
        top = page.locator(".side").bounding_box()
        assert top
        assert top["y"] == 0
        assert page.evaluate("[scrollY, document.querySelector('.app').scrollTop]") == [0, 0]


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
