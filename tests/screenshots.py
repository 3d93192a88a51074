"""Takes the pictures that README shows, of the real workspace: `make screenshots`.

It starts Convenor on an empty record, tries the sample, takes a few steps as two members, and looks.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.chromium import FLAGS, find

IMAGES = Path(__file__).parent.parent / "docs" / "images"


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = _serve(Path(folder))
        try:
            assert server.stdout is not None
            link = next(m[0] for line in server.stdout if (m := re.search(r"http://\S+", line)))
            _walk(link)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _serve(folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "CONVENOR_DATABASE_URL": f"sqlite:///{folder / 'c.db'}"}
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("convenor")), "run", "--port", "8099"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _walk(link: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
        context = browser.new_context(
            viewport={"width": 1280, "height": 860}, locale="en-GB", timezone_id="Europe/Berlin"
        )
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="Try the sample").click()
        home = page.url
        page.goto(f"{home}/outline/design")
        page.get_by_role("button", name="Start").first.click()
        _say(page, "stackable I think, on top of the certificate we already have")
        thread = page.url
        _as(page, "Ben Okafor")
        page.goto(thread)
        _say(page, "Stackable. People collect three and we look at them together")
        page.wait_for_timeout(500)
        page.screenshot(path=str(IMAGES / "thread-light.png"))
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=str(IMAGES / "thread-dark.png"))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=str(IMAGES / "thread-phone.png"))
        browser.close()


def _say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("reply|answer|message", re.IGNORECASE)).last
    box.fill(text)
    box.press("Enter")
    page.get_by_text(text[:30]).first.wait_for()


def _as(page: Page, name: str) -> None:
    page.locator("summary", has_text="Ana Brandt (chair)").first.click()
    page.get_by_role("button", name=re.compile(name)).first.click()


if __name__ == "__main__":
    main()
