"""The browser fixtures themselves: what the workspace's tests stand on."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests import chromium
from tests.conftest import NewPage
from tests.groups import cannot_run

PAGE = """data:text/html,<!doctype html><title>Here</title>
<p id=size></p><script>size.textContent = innerWidth + "x" + innerHeight</script>"""


def test_a_page_has_the_size_the_scheme_and_the_zone_that_were_asked_for(new_page: NewPage) -> None:
    """A phone in the dark in Berlin is told apart from a desk in the light in UTC."""
    phone = new_page(width=390, height=844, dark=True, zone="Europe/Berlin")
    desk = new_page()
    zone = "Intl.DateTimeFormat().resolvedOptions().timeZone"
    dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    phone.goto(PAGE)
    desk.goto(PAGE)
    assert phone.locator("#size").inner_text() == "390x844"
    assert desk.locator("#size").inner_text() == "1280x800"
    assert [phone.evaluate(zone), desk.evaluate(zone)] == ["Europe/Berlin", "UTC"]
    assert [phone.evaluate(dark), desk.evaluate(dark)] == [True, False]


def test_a_page_without_scripts_runs_none(new_page: NewPage) -> None:
    """`javascript=False` is what the works-without-it tests rely on."""
    page = new_page(javascript=False)
    page.goto(PAGE)
    assert page.locator("#size").inner_text() == ""


def test_no_host_outside_this_machine_is_reached(new_page: NewPage) -> None:
    """A page that wants an asset from elsewhere does not get it, with or without a network."""
    page = new_page()
    failed: list[str | None] = []
    page.on("requestfailed", lambda request: failed.append(request.failure))
    page.set_content("<img src='http://assets.example/logo.png'>", wait_until="load")
    assert failed == ["net::ERR_NAME_NOT_RESOLVED"]


@pytest.mark.browser
class TestEventLoops:
    """In this order, on the one worker that holds Chromium."""

    def test_all_browser_tests_go_to_one_worker(
        self, request: pytest.FixtureRequest, worker_id: str
    ) -> None:
        """xdist notes the group it goes by at the end of a test's id."""
        assert request.node.nodeid.endswith("@browser") or worker_id == "master"

    def test_a_page_is_opened(self, new_page: NewPage) -> None:
        """Playwright's own loop runs from here on."""
        assert new_page().title() == ""
        assert asyncio.get_running_loop().is_running()

    def test_a_coroutine_runs_between_two_pages(self) -> None:
        """A test beside the browser may still run an event loop of its own."""
        assert asyncio.run(asyncio.sleep(0, "done")) == "done"

    def test_another_page_is_opened(self, new_page: NewPage) -> None:
        """… and the browser works on after it."""
        assert new_page().evaluate("1 + 1") == 2


def test_the_named_chromium_is_the_only_one_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong `CONVENOR_CHROMIUM` is said, never silently replaced by another browser."""
    monkeypatch.setenv("CONVENOR_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(chromium.ChromiumMissing, match="/nowhere/chromium"):
        chromium.find()


def test_a_chromium_that_does_not_start_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A stand-in that exits with an error counts as none."""
    stand_in = tmp_path / "chromium"
    stand_in.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n")
    stand_in.chmod(0o755)
    monkeypatch.delenv("CONVENOR_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(chromium.ChromiumMissing, match="no Chromium"):
        chromium.find()


def test_a_missing_browser_is_named_before_the_tests_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make test` says which group will not run, and why."""
    monkeypatch.setenv("CONVENOR_CHROMIUM", "/nowhere/chromium")
    chromium.main()
    assert capsys.readouterr().err.startswith("The browser tests will not run: CONVENOR_CHROMIUM")


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_a_group_that_cannot_run_fails_only_where_all_must_run(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    """With `CI=true` a green run means that every group ran."""
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="the browser tests cannot run: none here"):
        cannot_run("browser", "none here")
