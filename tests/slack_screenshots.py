"""Takes the pictures of the Slack page: the real bot in local-slack, seen in Chromium.

A part of `make screenshots`.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import FLAGS, find
from tests.slack_world import World, world

IMAGES = Path(__file__).parent.parent / "docs" / "images"
ALONE = (
    ".sidebar, .main, .topbar, .app > header, .app > div:first-child { display: none !important }"
    ".thread-pane { width: 390px !important }"
)
PEOPLE = ("Ana", "Ben", "Chi", "Dev")


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), PEOPLE) as slack:
        slack.start(
            name="Data Privacy Micro-credential",
            phase="Design and development",
            members=list(slack.workspace.ids.values()),
        )
        _talk(slack)
        slack.click("Dev", "Answer…", "Which model will the programme follow?")
        slack.workspace.modal()
        _look(slack)


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


def _look(slack: World) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
        page = _page(browser, slack, 1000, 700, "Dev")
        page.get_by_role("button", name="Save").wait_for()
        page.screenshot(path=str(IMAGES / "slack-form.png"))
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Convenor").first.click()
        page.get_by_text("Your questions").first.wait_for()
        page.screenshot(path=str(IMAGES / "slack-home.png"))
        page = _page(browser, slack, 1280, 860, "Ana")
        page.get_by_text("replies").first.click()
        page.get_by_text("to go").last.wait_for()
        page.screenshot(path=str(IMAGES / "slack-thread.png"))
        # On a phone Slack shows the thread alone; local-slack's page keeps its sidebar.
        page.set_viewport_size({"width": 390, "height": 844})
        page.add_style_tag(content=ALONE)
        page.screenshot(path=str(IMAGES / "slack-phone.png"))
        browser.close()


def _page(browser: Browser, slack: World, width: int, height: int, name: str) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(10_000)
    page.goto(slack.workspace.origin)
    page.get_by_text("live").first.wait_for()
    page.evaluate(
        """name => { const box = [...document.querySelectorAll("select")].find(
            s => [...s.options].some(o => o.text === name));
            box.value = [...box.options].find(o => o.text === name).value;
            box.dispatchEvent(new Event("change", {bubbles: true})); }""",
        name,
    )
    return page


if __name__ == "__main__":
    main()
