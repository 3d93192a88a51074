"""A long digest in the workspace: what is long stands behind *Show more*."""

import pytest

from bot.core.outbox import deliver_hosted
from tests.conftest import NewPage
from tests.long_week import DATED, SHOWN, TALK, long_week
from tests.web_harness import house
from tests.web_site import Site, fits, site

__all__ = ["house", "site"]


@pytest.fixture
def told(site: Site) -> Site:
    """A committee whose chair had the digest of a long week posted."""
    house = site.house
    site.start()
    house.clock.advance(hours=1)
    for event in long_week(house.service.look(site.id), house.clock().date()):
        house.service.handle(event)
    site.post(site.ana, "say", walk="", text="/convenor digest now")
    deliver_hosted(house.store, house.clock(), "test")
    return site


@pytest.mark.parametrize("width", [1280, 390])
def test_show_more_opens_and_closes(told: Site, new_page: NewPage, width: int) -> None:
    """Three lines of each part stand there, the others once it is pressed, on a desk and on a phone."""
    page = told.as_ben(new_page(width=width, height=844))
    for heading, count in (("To discuss", TALK), ("Due this week", DATED)):
        part = page.locator(".group", has=page.get_by_role("heading", name=heading))
        lines = part.locator("li:visible")
        assert lines.count() == SHOWN
        part.get_by_text(f"Show more ({count - SHOWN})").click()
        assert lines.count() == count
        fits(page)
        part.get_by_text("Show less").click()
        assert lines.count() == SHOWN
    assert page.get_by_text("and 2 more").count() == 0
