"""The app package for Teams: its manifest against Microsoft's schema, its icons, and the command."""

import io
import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft4Validator, FormatChecker
from PIL import Image, ImageChops

from bot.cli import convenor
from bot.core import helping, lines
from bot.teams import needs
from bot.teams.package import ACCENT, MANIFEST_VERSION, manifest, package
from tests.groups import cannot_run

APP = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
OTHER = "9f6c1b52-74a7-4c5f-9b1c-2f2d6a3c4e5d"
URL = "https://convenor.example.org"
ROOT = Path(__file__).parent.parent
MADE = manifest(APP, URL, "0.1.0")
(BOT,) = MADE["bots"]
LISTS = [(each["scopes"], each["commands"]) for each in BOT["commandLists"]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nothing configured."""
    for name in list(os.environ):
        if name.startswith(("CONVENOR_", "SLACK_", "MICROSOFT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- the manifest ----------------------------------------------------------------------------------


def _schema() -> dict[str, Any]:
    from tests import playground

    try:
        schema: dict[str, Any] = playground.manifest_schema(MANIFEST_VERSION)
    except playground.PlaygroundMissing as missing:
        cannot_run("Teams", str(missing))
    return schema


@pytest.mark.parametrize("version", ["0.1.0", "10.20.30", "1.2.3rc1.dev4+local"])
@pytest.mark.parametrize("url", [URL, "https://convenor.example.org:8443"])
def test_it_is_what_microsofts_schema_takes(url: str, version: str) -> None:
    """The one that Teams and its administrators' pages check an upload with."""
    schema = _schema()
    assert schema["properties"]["manifestVersion"]["const"] == MANIFEST_VERSION
    check = Draft4Validator(schema, format_checker=FormatChecker())
    faults = [
        f"{list(e.path)}: {e.message}" for e in check.iter_errors(manifest(APP, url, version))
    ]
    assert faults == []


def test_the_schema_would_find_a_fault() -> None:
    """It is no schema that takes everything."""
    check = Draft4Validator(_schema())
    assert check.is_valid(MADE)
    assert not check.is_valid({**MADE, "bots": [{**BOT, "scopes": ["everywhere"]}]})
    assert not check.is_valid({**MADE, "accentColor": "green"})


def test_it_names_the_bot_everywhere() -> None:
    """The bot, the message extension and what is consented to are one app, with an id of its own."""
    (extension,) = MADE["composeExtensions"]
    assert BOT["botId"] == extension["botId"] == MADE["webApplicationInfo"]["id"] == APP
    assert MADE["id"] == manifest(APP.upper(), "https://moved.example.org", "2.0.0")["id"]
    assert MADE["id"] not in (APP, manifest(OTHER, URL, "0.1.0")["id"])


def test_it_says_what_teams_asks_of_every_app_for_teams() -> None:
    """A rule of the store's validator since manifest 1.25; the schema lets a package without it through."""
    assert "team" in BOT["scopes"]
    assert MADE["supportsChannelFeatures"] == "tier1"
    assert "supportedChannelTypes" not in MADE


def test_it_asks_for_what_is_needed_and_no_more() -> None:
    """The scopes, permissions and consents are the code's own list, each with what it is for."""
    assert BOT["scopes"] == ["personal", "team", "groupChat"] == list(needs.SCOPES)
    assert MADE["permissions"] == list(needs.PERMISSIONS)
    assert MADE["authorization"]["permissions"]["resourceSpecific"] == [
        {"name": "ChannelMessage.Read.Group", "type": "Application"}
    ]
    assert list(needs.CONSENTS) == ["ChannelMessage.Read.Group"]
    assert all((*needs.SCOPES.values(), *needs.PERMISSIONS.values(), *needs.CONSENTS.values()))
    assert BOT["supportsFiles"] is False
    assert MADE["webApplicationInfo"]["resource"]  # consent fails without
    assert MADE["validDomains"] == ["convenor.example.org"]


@pytest.mark.parametrize(("scopes", "commands"), LISTS)
def test_the_commands_fit_and_are_understood(
    scopes: list[str], commands: list[dict[str, str]]
) -> None:
    """At most ten in a scope; each is a word that is understood, and says what it does."""
    assert 0 < len(commands) <= 10
    for command in commands:
        word = command["title"]
        assert len(word) <= 32
        assert 10 < len(command["description"]) <= 128
        assert word in helping.COMMANDS
        assert lines.split(word) == (word, "")


def test_every_scope_has_one_list_of_commands() -> None:
    """What is one's own is offered to one alone, and what is the chair's where the committee is."""
    listed = [scope for scopes, _ in LISTS for scope in scopes]
    assert sorted(listed) == sorted(needs.SCOPES)
    offered = {
        scope: {c["title"] for c in commands} for scopes, commands in LISTS for scope in scopes
    }
    assert {
        "start",
        "status",
        "gaps",
        "help",
        "find",
        "next",
        "pause",
        "resume",
    } <= set.intersection(*offered.values())
    assert {"back", "skip"} <= offered["personal"]
    assert {"members", "settings"} <= offered["team"] & offered["groupChat"]


def test_a_message_can_be_recorded() -> None:
    """From the menu of any message, in a form that is fetched."""
    (command,) = MADE["composeExtensions"][0]["commands"]
    assert (command["id"], command["title"]) == (needs.RECORD, "Record as an answer…")
    assert (command["type"], command["context"]) == ("action", ["message"])
    assert command["fetchTask"] is True


def test_it_looks_like_the_workspace() -> None:
    """The accent colour is the workspace's own."""
    css = (ROOT / "bot/web/static/convenor.css").read_text("utf-8")
    assert f"--accent: {ACCENT};" in css
    assert MADE["accentColor"] == ACCENT


@pytest.mark.parametrize(
    ("app_id", "url", "version"),
    [
        ("no-id", URL, "0.1.0"),
        (APP, "http://convenor.example.org", "0.1.0"),
        (APP, "", "0.1.0"),
        (APP, URL, "new"),
    ],
)
def test_what_can_make_no_package_is_refused(app_id: str, url: str, version: str) -> None:
    """The command has looked before; nobody uploads half a manifest."""
    with pytest.raises(ValueError, match=r"\w"):
        package(app_id, url, version)


# -- the zip ---------------------------------------------------------------------------------------


def _read(zipped: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(zipped)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_same_settings_make_the_same_bytes() -> None:
    """So that one sees whether an upload would change anything."""
    assert package(APP, URL, "0.1.0") == package(APP, URL, "0.1.0")
    assert package(APP, URL, "0.1.0") != package(OTHER, URL, "0.1.0")


def test_it_holds_the_manifest_and_both_icons_and_nothing_else() -> None:
    """At the top of the zip, as Teams wants it."""
    parts = _read(package(APP, URL, "0.1.0"))
    assert list(parts) == ["manifest.json", "color.png", "outline.png"]
    assert json.loads(parts["manifest.json"]) == MADE
    assert set(MADE["icons"].values()) == parts.keys() - {"manifest.json"}


def test_the_icon_in_colour() -> None:
    """192 pixels a side, opaque; all that is drawn is inside the middle that no crop cuts."""
    icon = Image.open(io.BytesIO(_read(package(APP, URL, "0.1.0"))["color.png"]))
    assert (icon.size, icon.mode) == ((192, 192), "RGB")
    ground = Image.new("RGB", icon.size, ACCENT)
    left, top, right, bottom = ImageChops.difference(icon, ground).getbbox() or (0, 0, 0, 0)
    assert min(left, top) >= 47
    assert max(right, bottom) <= 145
    assert right - left > 90


def test_the_outline() -> None:
    """32 pixels a side, white alone on nothing, without a margin."""
    icon = Image.open(io.BytesIO(_read(package(APP, URL, "0.1.0"))["outline.png"]))
    assert (icon.size, icon.mode) == ((32, 32), "RGBA")
    assert all(channel.getextrema() == (255, 255) for channel in icon.split()[:3])
    alpha = icon.getchannel("A")
    assert alpha.getextrema() == (0, 255)
    assert alpha.getbbox() == (0, 0, 32, 32)


def test_the_icons_are_installed_with_the_code() -> None:
    """A package data that is not declared is missing on other machines only."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "icons/*.png" in declared["tool"]["setuptools"]["package-data"]["bot.teams"]


# -- the command -----------------------------------------------------------------------------------


def _run(*args: str, **set_: str) -> Result:
    result = CliRunner(env=set_).invoke(convenor, ["teams", "package", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_command_writes_it_and_says_what_is_next(home: Path) -> None:
    """Where to upload it, and what else has to name the address; without a secret or a record."""
    result = _run(MICROSOFT_APP_ID=APP, CONVENOR_PUBLIC_URL=f"{URL}/")
    assert result.exit_code == 0, result.output
    assert [path.name for path in home.iterdir()] == ["convenor-teams.zip"]
    made = json.loads(_read((home / "convenor-teams.zip").read_bytes())["manifest.json"])
    assert made["bots"][0]["botId"] == APP
    assert made["developer"]["websiteUrl"] == URL
    assert re.fullmatch(r"\d+\.\d+\.\d+", made["version"])
    assert "Upload an app" in result.stderr
    assert f"{URL}/api/messages" in result.stderr


def test_a_file_that_is_there_is_kept(home: Path) -> None:
    """Unless it is to be replaced."""
    kept = home / "mine.zip"
    kept.write_bytes(b"mine")
    set_ = {"MICROSOFT_APP_ID": APP, "CONVENOR_PUBLIC_URL": URL}
    result = _run("-o", "mine.zip", **set_)
    assert result.exit_code == 1
    assert "--force" in result.stderr
    assert kept.read_bytes() == b"mine"
    assert _run("-o", "mine.zip", "--force", **set_).exit_code == 0
    assert "manifest.json" in _read(kept.read_bytes())


def test_a_place_that_cannot_be_written_is_said() -> None:
    """In one line."""
    result = _run("-o", "nowhere/app.zip", MICROSOFT_APP_ID=APP, CONVENOR_PUBLIC_URL=URL)
    assert result.exit_code == 1
    assert "can't be written" in result.stderr


@pytest.mark.parametrize(
    ("set_", "said"),
    [
        ({}, "MICROSOFT_APP_ID"),
        ({"MICROSOFT_APP_ID": APP}, "CONVENOR_PUBLIC_URL"),
        ({"CONVENOR_PUBLIC_URL": URL}, "MICROSOFT_APP_ID"),
        ({"MICROSOFT_APP_ID": "hunter2", "CONVENOR_PUBLIC_URL": URL}, "MICROSOFT_APP_ID"),
        ({"MICROSOFT_APP_ID": APP, "CONVENOR_PUBLIC_URL": "http://a.example"}, "https://"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(
    set_: dict[str, str], said: str, home: Path
) -> None:
    """One line that names the setting."""
    result = _run(**set_)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "hunter2" not in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(home.iterdir()) == []
