"""What every test may use: hypothesis profiles, the real browser, and whether there is a Slack.

A test that asks for `new_page` is a browser test; all of them run on one worker and share one
Chromium.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings

from tests import chromium, local_slack
from tests.groups import cannot_run, in_ci

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from tests.playground import Playground
    from tests.slack_world import World
    from tests.teams_issuer import Issuer
    from tests.teams_world import World as TeamsWorld

# No deadlines: two cores shared with a browser make any single example slow at times. CI repeats
# the same examples in every run; at a developer's desk each run looks at new ones.
settings.register_profile("default", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=500, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if in_ci() else "default"))


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "browser: drives the system's Chromium")
    config.addinivalue_line("markers", "soak: takes minutes; runs in `make soak` only")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever uses the browser, and keep it on one worker."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(autouse=True)
def every_card_holds() -> Iterator[None]:
    """No card that this test saw on its way to Teams, or as an answer, breaks a limit."""
    yield
    seen = sys.modules.get("tests.seen_cards")  # most tests know nothing of Teams
    if seen is not None and seen.FAULTS:
        faults = "\n".join(seen.FAULTS)
        seen.FAULTS.clear()
        pytest.fail(faults)


@pytest.fixture(scope="session")
def slack_there() -> None:
    """local-slack is installed."""
    try:
        local_slack.find()
    except local_slack.LocalSlackMissing as missing:
        cannot_run("Slack", str(missing))


@pytest.fixture
def slack(slack_there: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["World"]:
    """The bot over signed HTTP; its committees can be started on the short bank, too."""
    from tests.slack_world import short_first, world

    short_first(monkeypatch)
    with world(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def issuer() -> Iterator["Issuer"]:
    """Signs tokens as Microsoft does."""
    from tests.teams_issuer import Issuer

    made = Issuer()
    yield made
    made.close()


@pytest.fixture(scope="session")
def running_playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Playground"]:
    """One Agents Playground for all tests of this process."""
    from tests import playground

    try:
        playground.find()
    except playground.PlaygroundMissing as missing:
        cannot_run("Teams", str(missing))
    made = playground.Playground(tmp_path_factory.mktemp("playground"), bot_url="")
    yield made
    made.close()


@pytest.fixture
def teams(
    running_playground: "Playground", issuer: "Issuer", monkeypatch: pytest.MonkeyPatch
) -> Iterator["TeamsWorld"]:
    """The bot behind the playground, which is as good as new; committees can be on the short bank, too."""
    from tests.teams_world import short_first, world

    short_first(monkeypatch)
    with world(running_playground, issuer) as made:
        yield made


class NewPage(Protocol):
    """Opens a page in a browser profile of its own: other cookies, another person."""

    def __call__(
        self,
        *,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        javascript: bool = True,
        zone: str = "UTC",
    ) -> "Page":
        """Width and height in CSS pixels; `zone` is the IANA time zone of the reader."""
        ...


class _Loop:
    """Playwright's event loop, which its synchronous API leaves marked as running.

    Any `asyncio.run` in a later test of the same process would then refuse to start, so the mark
    is set only while the browser is in use.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        asyncio._set_running_loop(self._loop)
        try:
            yield
        finally:
            asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def _launched() -> Iterator[tuple["Browser", _Loop]]:
    from playwright.sync_api import sync_playwright

    path, reason = None, ""
    try:
        path = chromium.find()
    except chromium.ChromiumMissing as missing:
        reason = str(missing)
    if not path:
        cannot_run("browser", reason)
    playwright = sync_playwright().start()
    browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
    loop = _Loop()
    yield browser, loop
    with loop.in_use():
        browser.close()
        playwright.stop()


@pytest.fixture
def browser(_launched: tuple["Browser", _Loop]) -> Iterator["Browser"]:
    """The one Chromium of this run."""
    launched, loop = _launched
    with loop.in_use():
        yield launched


@pytest.fixture
def new_page(browser: "Browser") -> Iterator[NewPage]:
    """Open pages; each is a person of their own, and all are closed after the test.

    The test fails when a script of a page raised, or the page broke its own content security
    policy.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def listen(message: "ConsoleMessage") -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    def open_page(
        *,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        javascript: bool = True,
        zone: str = "UTC",
    ) -> "Page":
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id=zone,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("console", listen)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)
