"""Takes the pictures of the Slack page: the real bot in local-slack, seen in Chromium.

A part of `make screenshots`.
"""

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import FLAGS, find
from tests.slack_world import World, world

IMAGES = Path(__file__).parent.parent / "docs" / "images"
PEOPLE = ("Ana", "Ben", "Chi", "Dev")


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), PEOPLE) as slack:
        slack.workspace.command("Ana", "start")
        slack.workspace.modal()
        _look(slack, _start_form)
        slack.start(
            name="Data Privacy Micro-credential",
            phase="Design and development",
            members=list(slack.workspace.ids.values()),
        )
        _talk(slack)
        _look(slack, _thread)


def _talk(slack: World) -> None:
    ws = slack.workspace
    thread = slack.thread("is starting")
    for name, text in (
        ("Ben", "stackable I think, on top of the certificate we already have"),
        ("Chi", "Stackable. People collect three and we look at them together"),
    ):
        slack.checked(ws.say(name, text, thread))
    slack.quiet()
    ws.open_home("Dev")
    ws.home("Dev")


def _look(slack: World, at: Any) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
        at(browser, slack)
        browser.close()


def _page(browser: Browser, slack: World, width: int, height: int, name: str) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(10_000)
    page.goto(slack.workspace.origin)
    page.locator("select").first.select_option(label=name)
    return page


def _start_form(browser: Browser, slack: World) -> None:
    page = _page(browser, slack, 1100, 860, "Ana")
    page.get_by_text("A new committee").wait_for()
    page.screenshot(path=str(IMAGES / "slack-start.png"))


def _thread(browser: Browser, slack: World) -> None:
    page = _page(browser, slack, 1280, 860, "Ana")
    page.get_by_text("replies").first.click()
    page.get_by_text("answered").last.wait_for()
    page.screenshot(path=str(IMAGES / "slack-thread.png"))
    page.set_viewport_size({"width": 460, "height": 900})
    page.screenshot(path=str(IMAGES / "slack-phone.png"))
    page = _page(browser, slack, 1100, 860, "Dev")
    page.get_by_text("Convenor", exact=True).first.click()
    page.get_by_text("Your questions").first.wait_for()
    page.screenshot(path=str(IMAGES / "slack-home.png"))


if __name__ == "__main__":
    main()
