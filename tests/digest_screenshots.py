"""Takes the pictures of a digest and a nudge, as the workspace, Slack and Teams show them.

A part of `make screenshots`: the real bot by a clock that was put forward, seen in Chromium.
"""

import base64
import re
import tempfile
from datetime import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bot.core import digest
from bot.core.service import Service
from bot.picture import chart
from bot.slack import signature
from tests import slack_screenshots, slack_world, teams_screenshots, teams_world
from tests.chromium import FLAGS, find
from tests.month import Shifted, tick
from tests.playground import Playground
from tests.screenshots import IMAGES, _serve
from tests.teams_issuer import Issuer

PEOPLE = ("Ana", "Ben", "Chi", "Dev")
ANSWERS = (
    ("Ben", "design.model", {"option": "stackable", "why": "On top of the certificate we have"}),
    ("Chi", "design.model", {"option": "stackable"}),
    ("Ana", "design.model", {"option": "stackable"}),
)
WAITS = "wait for you"


def main() -> None:
    """Take every picture."""
    _workspace()
    _slack()
    _teams()


def _past(service: Service, clock: Shifted) -> None:
    """A week in which something was answered; then a morning with nudges, then the digest."""
    from bot.core.events import Answered

    committee = service.store.read().committees()[0].id
    state = service.look(committee).state
    ids = {m.name: m.id for m in state.members.values()}
    for n, (name, question, fields) in enumerate(ANSWERS):
        answers: dict[str, Any] = {question: fields}
        service.handle(
            Answered(id=f"shot:{n}", committee=committee, member=ids[name], answers=answers)
        )
    clock.to(0, time(9, 5))
    tick(service)
    clock.to(2, time(9, 45))
    tick(service)


def _workspace() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = _serve(Path(folder))
        browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
        try:
            assert server.stdout is not None
            link = next(m[0] for line in server.stdout if (m := re.search(r"http://\S+", line)))
            page = browser.new_context(
                viewport={"width": 1280, "height": 860}, locale="en-GB", timezone_id="Europe/Berlin"
            ).new_page()
            page.goto(link)
            page.get_by_role("button", name="Try the sample").click()
            home = page.url
            _week(page)
            _shoot(page, home, "digest-web", ".notice:has(.drawn) .prompt")
            _shoot(page, f"{home}/schedule", "schedule", ".sched")
        finally:
            browser.close()
            server.terminate()
            server.wait(timeout=20)


def _week(page: Page) -> None:
    page.locator(".clock summary").click()
    page.get_by_role("button", name="Let a week pass").click()
    page.get_by_text("On the way came").wait_for()


def _shoot(page: Page, url: str, name: str, what: str) -> None:
    page.goto(url)
    shown = page.locator(what).first
    shown.wait_for()
    shown.evaluate('(e) => e.scrollIntoView({block: "start"})')
    page.screenshot(path=str(IMAGES / f"{name}.png"))


def _slack() -> None:
    clock = Shifted()
    vars(slack_world)["clock"] = clock
    vars(signature)["OLDEST"] = 10**8  # Slack signs by the real time
    with (
        tempfile.TemporaryDirectory() as folder,
        slack_world.world(Path(folder), PEOPLE) as slack,
    ):
        slack.start(
            name="Data Privacy Micro-credential",
            phase="Design and development",
            members=list(slack.workspace.ids.values()),
        )
        slack.quiet()
        _past(slack.service, clock)
        slack.quiet()
        slack.find("answered:")
        slack.find(WAITS, slack.direct("Dev"))
        _look_at_slack(slack)


def _look_at_slack(slack: slack_world.World) -> None:
    desk = slack.service.look(slack.store.read().committees()[0].id)
    drawn = base64.b64encode(chart(digest.bars(desk.state, desk.bank))).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
        page = slack_screenshots._page(browser, slack, 1280, 1250, "Dev")
        page.locator(".bk-image img").first.wait_for(state="attached")
        # Slack shows uploaded pictures in blocks; local-slack's page knows addresses alone.
        page.evaluate(
            "src => { for (const i of document.querySelectorAll('.bk-image img')) i.src = src; }",
            f"data:image/png;base64,{drawn}",
        )
        page.wait_for_function("document.querySelector('.bk-image img').naturalWidth > 0")
        page.locator(".bk-image img").last.scroll_into_view_if_needed()
        page.screenshot(path=str(IMAGES / "digest-slack.png"))
        browser.close()


def _teams() -> None:
    clock = Shifted()
    vars(teams_world)["clock"] = clock
    issuer = Issuer()
    with tempfile.TemporaryDirectory() as folder:
        playground = Playground(Path(folder), PEOPLE, bot_url="")
        try:
            with teams_world.world(playground, issuer, dialogs=False) as teams:
                _look_at_teams(teams, clock)
        finally:
            playground.close()
            issuer.close()


def _look_at_teams(teams: teams_world.World, clock: Shifted) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find()), args=list(FLAGS))
        page = teams_screenshots._page(browser, teams, 1280, 1000)
        page.get_by_text("planning").first.click()
        teams_screenshots._set_up(page)
        page.get_by_text("Personal Chat").first.click()
        teams_screenshots._type(page, "status")
        teams.find("Strategic planning", teams.places.personal)
        teams.quiet()
        _past(teams.service, clock)
        teams.find("answered:")
        page.get_by_text(WAITS).first.wait_for()
        page.get_by_role("button", name="Fewer, please").last.scroll_into_view_if_needed()
        page.screenshot(path=str(IMAGES / "nudge-teams.png"))
        page.get_by_text("planning").first.click()
        page.get_by_text("this week").first.wait_for()
        page.get_by_text("What comes next").first.scroll_into_view_if_needed()
        page.screenshot(path=str(IMAGES / "digest-teams.png"))
        browser.close()


if __name__ == "__main__":
    main()
