"""A real third-party Slack for the tests: local-slack, from npm, run on a port of this machine.

`python -m tests.local_slack` is what `make test` runs first: it installs the package under build/
where it is missing, and otherwise says which group of tests will not run. `Workspace` is one
running Slack: people say and press things in it, and what stands there can be read.
"""

import asyncio
import json
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import httpx
import yaml

VERSION = "0.1.8"
PACKAGE = "local-slack-linux-x64"
HERE = Path(__file__).resolve().parent.parent / "build" / "local-slack"
BINARY = HERE / "node_modules" / PACKAGE / "bin" / "local-slack"
PATIENCE = 20.0
"""Seconds that something may take to come about before a test says that it did not."""

TEAM, BOT = "T0FAIR", "U0CONVENOR"
BOT_TOKEN, APP_TOKEN, SIGNING = "xoxb-of-the-tests", "xapp-of-the-tests", "signing-secret"
CHANNEL = "C0PLANNING"

T = TypeVar("T")


class LocalSlackMissing(Exception):
    """It can't run here; the message says why and what to do."""


def find() -> Path:
    """The installed binary. Raises LocalSlackMissing."""
    if not BINARY.exists():
        raise LocalSlackMissing("local-slack is not installed; `make test` does that, with npm")
    return BINARY


def install() -> None:
    """Install the package with npm, without running its scripts. Raises LocalSlackMissing."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise LocalSlackMissing("local-slack is used on Linux on x86-64 only")
    npm = shutil.which("npm")
    if npm is None:
        raise LocalSlackMissing("there is no npm here; install Node.js (Debian: apt install npm)")
    print("Installing local-slack for the Slack tests …", flush=True)
    HERE.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "install", "--prefix", str(HERE), "--no-save", "--ignore-scripts", "--no-audit",
         "--no-fund", "--loglevel=error", f"{PACKAGE}@{VERSION}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or not BINARY.exists():
        said = " | ".join((done.stderr or done.stdout).strip().splitlines()[-2:])
        raise LocalSlackMissing(f"npm could not install it: {said or done.returncode}")


def until(true: Callable[[], T | None], what: str = "") -> T:
    """Wait until something holds; returns what it gave. Fails after `PATIENCE`."""
    end = time.monotonic() + PATIENCE
    while True:
        found = true()
        if found:
            return found
        assert time.monotonic() < end, f"it did not come about: {what or true}"
        time.sleep(0.01)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Workspace:
    """One running Slack. People are named; their user ids are made of their names."""

    def __init__(
        self,
        folder: Path,
        people: tuple[str, ...] = ("Ana", "Ben", "Chi"),
        *,
        request_url: str = "",
        zone: str = "Europe/Berlin",
        team: str = TEAM,
    ) -> None:
        self.team = team
        self.ids = {name: f"U0{name.upper()}" for name in people}
        everyone = [*self.ids.values(), BOT]
        app: dict[str, Any] = {
            "appId": "A0CONVENOR", "botUserId": BOT, "botName": "Convenor", "botToken": BOT_TOKEN,
            "appToken": APP_TOKEN, "signingSecret": SIGNING,
            "mode": "events" if request_url else "socket",
        }  # fmt: skip
        if request_url:
            app["requestUrl"] = request_url
        config = {
            "workspace": {"name": "Fair College", "domain": "fair", "teamId": team},
            "app": app,
            "users": [
                {"id": id_, "name": name.lower(), "real_name": name, "tz": zone,
                 "email": f"{name.lower()}@example.org"}
                for name, id_ in self.ids.items()
            ],
            "channels": [
                {"id": CHANNEL, "name": "planning", "members": everyone},
                {"id": "C0OTHER", "name": "other", "members": everyone},
            ],
        }  # fmt: skip
        path = folder / "local-slack.yaml"
        path.write_text(yaml.safe_dump(config))
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        self.api_url = f"{self.origin}/api/"
        self._process = subprocess.Popen(
            [find(), "--config", path, "--port", str(port), "--base-host", "127.0.0.1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._http = httpx.Client(base_url=self.origin, timeout=PATIENCE)
        until(self._answers, "local-slack answers")

    def _answers(self) -> bool:
        assert self._process.poll() is None, "local-slack did not start"
        try:
            return self._http.get("/_control/state").status_code == 200
        except httpx.TransportError:
            return False

    def close(self) -> None:
        """Stop it."""
        self._http.close()
        self._process.terminate()
        self._process.wait(PATIENCE)

    # -- people act -----------------------------------------------------------------------------

    def _do(self, act: str, **body: Any) -> dict[str, Any]:
        answer = self._http.post(f"/_control/{act}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def say(self, name: str, text: str, thread: str = "", channel: str = CHANNEL) -> str:
        """Type a message; returns its ts. It returns once the bot has answered the event."""
        body: dict[str, Any] = {"channel": channel, "user": self.ids[name], "text": text}
        if thread:
            body["thread_ts"] = thread
        return str(self._do("message", **body)["message"]["ts"])

    def edit(self, name: str, ts: str, text: str, channel: str = CHANNEL) -> None:
        """Edit one's message."""
        self._do("edit-message", channel=channel, ts=ts, user=self.ids[name], text=text)

    def delete(self, name: str, ts: str, channel: str = CHANNEL) -> None:
        """Delete one's message."""
        self._do("delete-message", channel=channel, ts=ts, user=self.ids[name])

    def command(self, name: str, text: str, channel: str = CHANNEL) -> None:
        """Type /convenor and some words."""
        self._do("command", channel=channel, user=self.ids[name], command="/convenor", text=text)

    def press(
        self, name: str, control: dict[str, Any], ts: str = "", channel: str = CHANNEL
    ) -> None:
        """Press a button, or choose an option of a menu, as found by `control`."""
        self._do(
            "interact", channel=channel, messageTs=ts or "0", user=self.ids[name], action=control
        )

    def open_home(self, name: str) -> None:
        """Open the app's own page."""
        self._do("open-home", user=self.ids[name])

    def submit(self, name: str, values: dict[str, Any]) -> dict[str, str]:
        """Send the open form; returns the problems at its fields.

        `values` by block id (its beginning before a colon will do): a text, or an element as Slack
        sends it. What is not named is sent as it stands on the form.
        """
        view = self.modal()
        named = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
        values = {
            next((n for n in named if n.startswith(f"{k}:")), k) if k not in named else k: v
            for k, v in values.items()
        }
        filled = {
            block["block_id"]: {block["element"]["action_id"]: _held(block["element"], values.get(block["block_id"]))}
            for block in view["blocks"]
            if block["type"] == "input"
        }  # fmt: skip
        unknown = values.keys() - filled.keys()
        assert not unknown, f"the form has no {unknown}: it has {list(filled)}"
        return asyncio.run(
            self._submit({"t": "view_submit", "user": self.ids[name], "values": filled})
        )

    async def _submit(self, message: dict[str, Any]) -> dict[str, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{self.origin}/ui", max_msg_size=0) as ui,
        ):
            await ui.receive_json()  # how things stand
            await ui.send_json(message)
            while True:
                event = await ui.receive_json(timeout=PATIENCE)
                if event["t"] == "view_errors":
                    return dict(event["errors"])
                if event["t"] == "view":
                    return {}

    # -- what stands there ----------------------------------------------------------------------

    def messages(self, channel: str = CHANNEL) -> list[dict[str, Any]]:
        """All messages of a channel, threads and whispers included."""
        return list(self._http.get(f"/_control/messages/{channel}").json()["messages"])

    def channels(self) -> list[dict[str, Any]]:
        """All channels."""
        return list(self._http.get("/_control/state").json()["channels"])

    def direct(self, name: str) -> str:
        """The channel of a person's messages with the bot; "" where there is none."""
        for channel in self.channels():
            if channel.get("is_im") and self.ids[name] in channel["members"]:
                return str(channel["id"])
        return ""

    def snapshot(self) -> dict[str, Any]:
        """Everything that the browser's page would get."""

        async def look() -> dict[str, Any]:
            async with (
                aiohttp.ClientSession() as session,
                session.ws_connect(f"{self.origin}/ui", max_msg_size=0) as ui,
            ):
                return dict((await ui.receive_json())["state"])

        return asyncio.run(look())

    def modal(self) -> dict[str, Any]:
        """The form that is open; waits for it."""
        stack = until(lambda: self.snapshot()["modalStack"], "a form is open")
        return dict(stack[-1])

    def home(self, name: str) -> dict[str, Any]:
        """A person's page of the app; waits for it."""
        views = until(lambda: self.snapshot()["homeViews"].get(self.ids[name]), "a page stands")
        return dict(next(iter(views.values())))

    def log(self) -> list[dict[str, Any]]:
        """What went to the bot, and came from it."""
        return list(self._http.get("/_control/log").json()["log"])


def _held(element: dict[str, Any], value: Any) -> dict[str, Any]:
    """An input's value as Slack sends it: what is given, else what stands on the form."""
    if isinstance(value, dict):
        return value
    made: dict[str, Any] = {"type": element["type"]}
    match element["type"]:
        case "plain_text_input" | "number_input":
            made["value"] = element.get("initial_value") if value is None else value
        case "static_select" | "radio_buttons":
            made["selected_option"] = _option(element, value) or element.get("initial_option")
        case "checkboxes" | "multi_static_select":
            chosen = [_option(element, each) for each in value or ()]
            made["selected_options"] = chosen or element.get("initial_options", [])
        case "datepicker":
            made["selected_date"] = value or element.get("initial_date")
        case "timepicker":
            made["selected_time"] = value or element.get("initial_time")
        case "users_select":
            made["selected_user"] = value or element.get("initial_user")
        case "multi_users_select":
            made["selected_users"] = element.get("initial_users", []) if value is None else value
        case "conversations_select":
            made["selected_conversation"] = value or element.get("initial_conversation")
    return made


def _option(element: dict[str, Any], value: str | None) -> dict[str, Any] | None:
    if value is None:
        return None
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    options = [option for group in groups for option in group["options"]]
    found = [o for o in options if value in (o["value"], o["text"]["text"])]
    assert found, f"no option {value!r} among {json.dumps(options)[:800]}"
    return dict(found[0])


def main() -> None:
    """Make sure of local-slack, or say which tests will not run. Always ends well."""
    try:
        find()
    except LocalSlackMissing:
        try:
            install()
        except LocalSlackMissing as missing:
            print(f"The Slack tests will not run: {missing}.", file=sys.stderr)


if __name__ == "__main__":
    main()
