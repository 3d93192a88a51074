"""What the Slack app's manifest promises, against what the code does: nothing missing, nothing more."""

import ast
import asyncio
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.core import buttons, lines
from bot.core.effects import Action
from bot.core.sent import Held, meant
from bot.slack import needs
from bot.slack.acting import Acting
from bot.slack.door import EVENTS as EVENTS_PATH
from bot.slack.door import PATHS
from bot.slack.oauth import REDIRECT
from bot.slack.opening import VIEWS
from bot.slack.values import OURS, PAGE
from bot.slack.views import About, Purpose

Node = TypeVar("Node", bound=ast.AST)

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "manifest.yml").read_text("utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)
SOURCES = {path: ast.parse(path.read_text("utf-8")) for path in (ROOT / "bot/slack").glob("*.py")}

HISTORY = {"channels:history", "groups:history", "im:history"}
ROOMS = {"channels:read", "groups:read"}
METHODS: dict[str, set[str]] = {
    "apps.connections.open": {"connections:write"},  # of the app-level token
    "auth.test": set(),
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.info": ROOMS,  # asked of channels alone
    "conversations.join": {"channels:join"},
    "conversations.members": ROOMS,  # the same
    "conversations.open": {"im:write"},  # with one user alone
    "conversations.replies": HISTORY,
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "users.info": {"users:read", "users:read.email"},  # the latter for `profile.email`
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""The scopes of each method, by https://docs.slack.dev/reference/methods/METHOD."""
EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "member_joined_channel": ROOMS,
    "member_left_channel": ROOMS,
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
}
"""The scopes of each event, by https://docs.slack.dev/reference/events/EVENT."""
FEATURES = {"commands"}
"""Of slash commands and shortcuts: https://docs.slack.dev/reference/scopes/commands."""


def _methods_of_the_sdk() -> dict[str, str]:
    """Every Web API method that the SDK knows, by the name of its own method."""
    found = {}
    for name, function in inspect.getmembers(AsyncWebClient, inspect.iscoroutinefunction):
        called = re.findall(r'self\.api_call\(\s*"([A-Za-z0-9.]+)"', inspect.getsource(function))
        if len(called) == 1:
            found[name] = called[0]
    return found


KNOWN = _methods_of_the_sdk()


def _nodes(kind: type[Node]) -> Iterator[Node]:
    for tree in SOURCES.values():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield node


def _called() -> set[str]:
    """The Web API methods that bot.slack names: as the SDK's own methods, or as strings."""
    named = {node.attr for node in _nodes(ast.Attribute)}
    words = {node.value for node in _nodes(ast.Constant) if isinstance(node.value, str)}
    return {method for name, method in KNOWN.items() if name in named or method in words}


def _told_apart(subject: str) -> set[str]:
    """The words that the code tells `subject` apart by: cases of a match, and what it is == to."""
    found: set[str] = set()
    for match in _nodes(ast.Match):
        if ast.unparse(match.subject) == subject:
            for case in match.cases:
                found |= _words(case.pattern)
    for compare in _nodes(ast.Compare):
        if ast.unparse(compare.left) == subject:
            for sign, other in zip(compare.ops, compare.comparators, strict=True):
                found |= _words(other) if isinstance(sign, ast.Eq | ast.NotEq) else set()
    return found


def _words(part: ast.AST) -> set[str]:
    found = (node.value for node in ast.walk(part) if isinstance(node, ast.Constant))
    return {value for value in found if isinstance(value, str)}


def _purpose(call: ast.Call) -> str:
    """The purpose of an `About(purpose=…)`; "" for any other call."""
    if ast.unparse(call.func) == "About":
        for given in call.keywords:
            if given.arg == "purpose":
                return str(ast.literal_eval(given.value))
    return ""


# -- scopes and events -----------------------------------------------------------------------------


def test_the_sdk_is_read_rightly() -> None:
    """The calls are found at all: both of the ways to write one."""
    assert KNOWN["chat_postMessage"] == "chat.postMessage"
    assert len(KNOWN) > 200
    assert {"views.open", "conversations.replies", "reactions.remove"} <= _called()


def test_every_method_that_is_called_is_known_here() -> None:
    """A call of a new method has to come with its scopes; one that is gone takes them along."""
    assert _called() == METHODS.keys()


def test_no_scope_is_missing_and_none_is_too_much() -> None:
    """The manifest, the code's own list, and what the calls and events need are one."""
    asked = MANIFEST["oauth_config"]["scopes"]
    needed = set().union(FEATURES, *METHODS.values(), *EVENTS.values())
    assert set(asked) == {"bot"}
    assert asked["bot"] == sorted(needs.SCOPES)
    assert needed == needs.SCOPES.keys() | needs.APP_SCOPES.keys()
    assert needs.APP_SCOPES.keys() == METHODS["apps.connections.open"]
    assert all(needs.SCOPES.values())


def test_every_event_is_handled_and_no_other() -> None:
    """What is subscribed to is what the code tells apart, and what the scopes were looked up for."""
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert tuple(subscribed) == needs.EVENTS
    assert set(subscribed) == EVENTS.keys()
    handled = _told_apart("event.get('type')")
    assert {name.partition(".")[0] for name in subscribed} == handled


# -- commands, shortcuts, forms, buttons -----------------------------------------------------------


def test_the_command_is_the_one_that_the_core_reads() -> None:
    """And its mentions come as ids: a name could be anybody's."""
    (command,) = MANIFEST["features"]["slash_commands"]
    assert command["command"] == needs.COMMAND
    assert lines.PREFIX.fullmatch(command["command"])
    assert command["should_escape"] is True


class _Noticing(Acting):
    """Notices what a shortcut leads to."""

    def __init__(self) -> None:
        self.did: list[str] = []

    async def _open(self, team: str, body: dict[str, Any], view: dict[str, Any]) -> None:
        self.did.append(f"global {view['callback_id']}")

    async def _record(self, team: str, user: str, body: dict[str, Any]) -> None:
        self.did.append("message record")


@pytest.mark.parametrize("shortcut", MANIFEST["features"]["shortcuts"], ids=lambda s: s["name"])
def test_every_shortcut_leads_to_its_form(shortcut: dict[str, str]) -> None:
    """The global one to that of a new committee, the one on a message to its recording."""
    here = _Noticing()
    body = {"team": {"id": "T1"}, "user": {"id": "U1"}, "callback_id": shortcut["callback_id"]}
    asyncio.run(here.shortcut(body))
    assert here.did == [f"{shortcut['type']} {shortcut['callback_id']}"]


def test_every_shortcut_of_the_code_is_in_the_manifest() -> None:
    """One that is not declared could never be chosen."""
    declared = {each["callback_id"] for each in MANIFEST["features"]["shortcuts"]}
    assert declared == {needs.START_SHORTCUT, needs.RECORD_SHORTCUT}


def test_every_form_is_taken_when_it_is_sent() -> None:
    """Each purpose that a view is made for is told apart, but for those without a button to send."""
    purposes = set(get_args(Purpose))
    assert {_purpose(call) for call in _nodes(ast.Call)} - {""} == purposes
    ours = _told_apart("what.purpose")
    assert ours <= purposes - {"look"}
    for purpose in purposes - {"look"} - ours:  # the core knows what all others mean
        about = About(purpose=purpose, question="q", action="skip" if purpose == "reason" else "")
        held: Held = {
            "text": "x", "due": "2026-06-01", "at": "9:40", "quiet_from": "18:00", "quiet_to": "8",
        }  # fmt: skip
        made = meant({"id": "1", "committee": "c", "member": "m"}, about.form, held)
        assert made.kind
    assert _told_apart("shown.get('callback_id')") <= purposes


def test_what_is_only_looked_at_has_no_button_to_send() -> None:
    """Nobody would take it."""
    looks = [call for call in _nodes(ast.Call) if _purpose(call) == "look"]
    without = [
        call.args[0]
        for call in _nodes(ast.Call)
        if ast.unparse(call.func) == "view"
        and any(k.arg == "submit" and ast.unparse(k.value) == "''" for k in call.keywords)
    ]
    assert looks
    assert all(about in without for about in looks)


@pytest.mark.parametrize("action", [*get_args(Action), *OURS, PAGE])
def test_every_button_is_handled_when_it_is_pressed(action: str) -> None:
    """It is an event of the core's, or opens a view, or is done by the adapter itself."""
    known = buttons.READERS.keys() | VIEWS.keys() | _told_apart("pressed.action")
    assert action in known


# -- the settings ----------------------------------------------------------------------------------


def test_it_works_over_socket_mode_as_it_is() -> None:
    """Pasted and installed, with nothing to fill in: no address, no token, nothing rotates."""
    settings = MANIFEST["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert settings["org_deploy_enabled"] is False
    assert settings["token_rotation_enabled"] is False
    assert "redirect_urls" not in MANIFEST["oauth_config"]
    assert not re.search(r"://|\bx(?:ox|app)|@", TEXT)


def test_people_find_convenor_and_can_write_to_it() -> None:
    """A page of one's own and a place for messages, within Slack's limits for names."""
    features, shown = MANIFEST["features"], MANIFEST["display_information"]
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert features["bot_user"] == {"display_name": "Convenor", "always_online": True}
    assert shown["name"] == "Convenor"
    assert len(shown["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


@pytest.mark.parametrize("place", [EVENTS_PATH, REDIRECT])
def test_the_comment_names_the_addresses_for_signed_http(place: str) -> None:
    """As the server has them."""
    assert place in PATHS
    assert place in TEXT
