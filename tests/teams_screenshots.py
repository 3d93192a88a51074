"""Takes the pictures of the Teams page: the real bot in the Agents Playground, seen in Chromium.

A part of `make screenshots`. The playground has no dialogs, so forms stand in the card's place here.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import FLAGS, find
from tests.local_slack import until
from tests.playground import Playground
from tests.teams_issuer import Issuer
from tests.teams_world import World, world

IMAGES = Path(__file__).parent.parent / "docs" / "images"
PEOPLE = ("Ana", "Ben", "Chi", "Dev")
ALONE = """() => {
    const feed = document.querySelector(".fui-Card").parentElement.parentElement;
    for (let part = feed; part.parentElement.id !== "root" && part !== document.body; part = part.parentElement)
        for (const other of part.parentElement.children)
            if (other !== part) other.style.display = "none";
}"""
NARROW = "* { min-width: 0 !important; max-width: 100% !important; box-sizing: border-box }"
QUESTION = "Which model will the programme follow?"


def main() -> None:
    """Take every picture."""
    issuer = Issuer()
    with tempfile.TemporaryDirectory() as folder:
        playground = Playground(Path(folder), PEOPLE, bot_url="")
        try:
            with world(playground, issuer, dialogs=False) as teams:
                _look(teams)
        finally:
            playground.close()
            issuer.close()


def _look(teams: World) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
        page = _page(browser, teams, 1280, 900)
        page.get_by_text("planning").first.click()
        _set_up(page)
        thread = teams.thread()
        teams.find(QUESTION, thread)
        _talk(teams, page, thread)
        page.get_by_text("to go").last.scroll_into_view_if_needed()
        page.screenshot(path=str(IMAGES / "teams-thread.png"))
        page.get_by_role("button", name="Answer…").last.click()
        page.get_by_role("button", name="Save").wait_for()
        page.get_by_role("button", name="Save").scroll_into_view_if_needed()
        page.screenshot(path=str(IMAGES / "teams-form.png"))
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Personal Chat").first.click()
        _type(page, "status")
        teams.find("Strategic planning", teams.places.personal)
        page.get_by_text("Maintenance").last.wait_for()
        page.screenshot(path=str(IMAGES / "teams-chat.png"))
        page.get_by_text("planning").first.click()
        page.get_by_text("is starting").first.wait_for()
        # On a phone Teams shows the thread alone; the playground's page keeps what is around it.
        page.set_viewport_size({"width": 390, "height": 844})
        page.evaluate(ALONE)
        page.add_style_tag(content=NARROW)
        page.get_by_text("to go").last.scroll_into_view_if_needed()
        page.screenshot(path=str(IMAGES / "teams-phone.png"))
        browser.close()


def _page(browser: Browser, teams: World, width: int, height: int) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", timezone_id="Europe/Berlin"
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(teams.playground.origin)
    page.get_by_text("Log Panel").locator("xpath=..").get_by_role("button").last.click()
    return page


def _set_up(page: Page) -> None:
    page.get_by_label("What is it called?").click()
    page.keyboard.type("Data Privacy Micro-credential")
    page.get_by_text("Design and development").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("is starting").first.wait_for()


def _type(page: Page, text: str) -> None:
    page.get_by_role("textbox").last.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _talk(teams: World, page: Page, thread: str) -> None:
    for name, text in (
        ("Ben", "stackable I think, on top of the certificate we already have"),
        ("Chi", "Stackable. People collect three and we look at them together"),
    ):
        teams.say(name, text, thread)
    until(lambda: len(teams.said("design.model")) == 2, "both are recorded")
    teams.quiet()
    page.get_by_text("Ben and Chi have answered").first.wait_for()


if __name__ == "__main__":
    main()
