"""`convenor schedule` shows without sending; `convenor settings` shows and changes the hours."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.app import build
from bot.cli import convenor
from bot.config import Settings
from bot.core.events import Started
from bot.core.service import NewMember
from storage.people import Role
from tests.harness import short_bank


@pytest.fixture
def fair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A committee with a phase under way, in a record of its own; its id."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONVENOR_DATABASE_URL", f"sqlite:///{tmp_path}/fair.db")
    app = build(Settings())
    people = [NewMember(name="Ana", role=Role.CHAIR), NewMember(name="Ben", zone="Asia/Tokyo")]
    state = app.service.found("Fair", short_bank(), people, zone="Europe/Berlin")
    ana = next(iter(state.members))
    app.service.handle(Started(id="s", committee=state.committee.id, member=ana, phase="plan"))
    app.close()
    return state.committee.id


def run(*args: str) -> Result:
    """One command."""
    return CliRunner().invoke(convenor, list(args))


def test_the_schedule_says_when_to_whom_and_why_and_sends_nothing(fair: str) -> None:
    """Local time and UTC beside each other; asked twice it is the same, and the outbox stays as it was."""
    first, again = run("schedule", "Fair"), run("schedule", "Fair")
    assert first.exit_code == 0
    assert first.output == again.output
    lines = first.output.splitlines()
    assert lines[0].split() == ["Local", "time", "UTC", "To", "What", "Why"]
    assert any("09:40 Asia/Tokyo" in line and " 00:40 " in line and "Ben" in line for line in lines)
    assert any("the channel" in line and "Digest" in line for line in lines)
    assert any("3 things: Why do we hold a fair?" in line for line in lines)


def test_as_json_it_is_for_programs(fair: str) -> None:
    """Every line with its times, its member, its kind and what keeps it."""
    found = json.loads(run("schedule", "Fair", "--days", "40", "--format", "json").output)
    assert {"nudge", "digest"} <= {each["kind"] for each in found}
    assert [each["at"] for each in found] == sorted(each["at"] for each in found)
    assert any(each["kept"] == "stopped" for each in found)


def test_settings_are_shown_and_changed(fair: str) -> None:
    """What is given is kept, all else stays; the schedule follows."""
    assert "cap" in run("settings", "Fair").output
    done = run(
        "settings",
        "Fair",
        "cap=1",
        "at=8:30",
        "days=1,3",
        "zone=Asia/Tokyo",
        "digest=false",
        "keep_days=365",
    )
    assert done.exit_code == 0, done.output
    shown = run("settings", "Fair").output
    for words in ("08:30:00", "1, 3", "Asia/Tokyo", "False", "365"):
        assert words in shown
    found = json.loads(run("schedule", "Fair", "--format", "json").output)
    assert {each["kind"] for each in found} == {"nudge"}
    assert all("T08:30" in each["local"] for each in found)


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("cap", "NAME=VALUE"),
        ("colour=red", "There is no setting “colour”."),
        ("cap=many", "“many” does not work for cap."),
        ("at=late", "A time like 9:40."),
        ("days=7", "Weekdays from 0"),
        ("country=Germany", "A country's code"),
        ("keep_days=7", "Days from 30 to 3650, or 0 for ever."),
    ],
)
def test_what_does_not_work_is_said_in_one_sentence(fair: str, pair: str, said: str) -> None:
    """And nothing is changed."""
    before = run("settings", "Fair").output
    done = run("settings", "Fair", pair)
    assert done.exit_code == 2
    assert said in done.output
    assert run("settings", "Fair").output == before
