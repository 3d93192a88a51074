"""`convenor doctor`, where Slack is set up: the settings, and what Slack says of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.cli.doctor import Check, State
from bot.cli.doctor_workspaces import REINSTALL, named, workspaces
from bot.platforms import NO_LIBRARIES

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.slack.checkup import Answers, Bot, Trouble
    from storage.checkup import Checkup

# -- words ---------------------------------------------------------------------------------------

# “Pages” are those of the app's settings at api.slack.com/apps.
TOGETHER = "What is set for Slack goes together"
ELSEWHERE = "SLACK_API_URL is set: {host} is asked, not Slack itself"
GOOD_BOT = "SLACK_BOT_TOKEN is good: it is @{name}'s in {where}"
HOW_BOT = "The page “OAuth & Permissions” shows the right one as “Bot User OAuth Token”."
GOOD_APP = "SLACK_APP_TOKEN is good: Socket Mode can connect"
HOW_APP = "The page “Basic Information” makes one at “App-Level Tokens”, with the scope connections:write."
HOW_SOCKET = "Switch it on on the page “Socket Mode”."
UNKNOWN, REVOKED = "Slack does not know {name}", "{name} was revoked, or the app was removed"
OTHER_KIND, NO_SCOPE = "{name} is another kind of token", "{name} lacks the scope connections:write"
SOCKET_OFF = "Socket Mode is switched off for the app"
REFUSED = "Slack refuses {name}: {code}"

ALL_SCOPES = "All scopes that Convenor needs were granted"
NO_WORD = "Slack did not say which scopes were granted"
LACKING = "Not granted: {scopes}"
ADD_SCOPES = "Add them on the page “OAuth & Permissions” (manifest.yml has them all), then reinstall the app."
NOT_NEEDED = "Granted, but not needed: {scopes}"
TAKE_OFF = "The page “OAuth & Permissions” takes them off."

SIGNING = "SLACK_SIGNING_SECRET is set"
NO_SIGNING = "SLACK_SIGNING_SECRET is not set; only a public address needs it"
HOW_SIGNING = "It stands on the page “Basic Information”."
BY_SOCKET = "Slack reaches Convenor over Socket Mode; no public address is needed"
BY_BOTH = "Slack reaches Convenor over Socket Mode; what it signs is taken by HTTP, too"
BY_HTTP = "Slack reaches Convenor by signed HTTP at {url}"
HOW_HTTP = (
    "The pages “Event Subscriptions”, “Interactivity & Shortcuts” and “Slash Commands” have to name "
    "it, and “Socket Mode” has to be off."
)
NO_ADDRESS = "its public address, /slack/events"
INSTALL_AT = "Other workspaces install Convenor at {url}"
HOW_INSTALL = "“Redirect URLs” on the page “OAuth & Permissions” has to name {url}."

SLACK = "slack.com"
UNREACHED = "{host} can't be asked: {reason}"
REASONS = {
    "late": "it does not answer in {seconds} seconds",
    "name": "its name is not found",
    "closed": "nobody listens there",
    "secure": "no secure connection comes about, as if somebody stood in between",
    "proxy": "the proxy does not answer",
    "foreign": "what answers there is not Slack",
    "broken": "the connection broke",
}
HOW_REACH = "Look at this machine's network, its firewall, and HTTPS_PROXY if there is a proxy."
BAD_ADDRESS = "SLACK_API_URL is no address, so Slack can't be asked"
HOW_ADDRESS = (
    "Take it away; only tests need it. Such an address begins with http:// and holds no password."
)
BUSY = "Slack was asked too often just now, so {name} was not looked at"
LATER = "Try again in a minute."

CODES = {
    "SLACK_BOT_TOKEN": {
        **dict.fromkeys(("invalid_auth", "not_authed"), (UNKNOWN, HOW_BOT)),
        **dict.fromkeys(("token_revoked", "account_inactive"), (REVOKED, REINSTALL)),
        "token_expired": (REVOKED, REINSTALL),
        "not_allowed_token_type": (OTHER_KIND, HOW_BOT),
    },
    "SLACK_APP_TOKEN": {
        **dict.fromkeys(("invalid_auth", "not_authed"), (UNKNOWN, HOW_APP)),
        **dict.fromkeys(("token_revoked", "account_inactive"), (REVOKED, HOW_APP)),
        **dict.fromkeys(("missing_scope", "no_permission"), (NO_SCOPE, HOW_APP)),
        "not_allowed_token_type": (OTHER_KIND, HOW_APP),
        "socket_mode_not_enabled": (SOCKET_OFF, HOW_SOCKET),
    },
}
"""What Slack's words mean, and what mends it."""
HOW = {"SLACK_BOT_TOKEN": HOW_BOT, "SLACK_APP_TOKEN": HOW_APP}


def slack_checks(settings: "Settings", database: "Checkup | None") -> Iterator[Check]:
    """What there is to say of Slack; `database` is what was found there, None where it is unreadable."""
    from bot.config import ConfigError, check_slack

    try:
        check_slack(settings)
        yield Check("slack", State.FINE, TOGETHER)
    except ConfigError as error:
        yield from (Check("slack", State.WRONG, sentence) for sentence in error.sentences)
    try:
        from bot.slack.checkup import ask
    except ImportError:
        yield Check("slack", State.WRONG, NO_LIBRARIES)
        return
    bot, app = (
        token.get_secret_value() if token.get_secret_value().startswith(start) else ""
        for token, start in (
            (settings.slack_bot_token, "xoxb-"),
            (settings.slack_app_token, "xapp-"),
        )
    )
    answers = ask(bot, app, settings.slack_api_url)
    yield from _reach(answers, settings)
    if bot:
        yield from _bot(answers.bot)
    if app:
        yield from _app(answers.socket)
    yield from _ways(settings)
    team = getattr(answers.bot, "team", "")
    yield from workspaces(settings, database, team)


# -- what Slack says -----------------------------------------------------------------------------


def _reach(answers: "Answers", settings: "Settings") -> Iterator[Check]:
    """Where Slack is, if not at Slack's; and why it can't be asked, said once for both tokens."""
    from bot.slack.checkup import PATIENCE, Trouble

    host = _host(settings.slack_api_url) if settings.slack_api_url else SLACK
    kinds = [found.kind for found in (answers.bot, answers.socket) if isinstance(found, Trouble)]
    if not host or "address" in kinds:
        yield Check("slack", State.WRONG, BAD_ADDRESS, HOW_ADDRESS)
        return
    if settings.slack_api_url:
        yield Check("slack", State.NOTE, ELSEWHERE.format(host=host))
    for kind in kinds:
        if kind in REASONS:
            said = UNREACHED.format(host=host, reason=REASONS[kind].format(seconds=PATIENCE))
            yield Check("slack", State.WRONG, said, HOW_REACH)
            return


def _host(url: str) -> str:
    """The host of a web address; "" for what is none, or holds a password."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return parts.netloc if good and "@" not in parts.netloc else ""


def _bot(found: "Bot | Trouble | None") -> Iterator[Check]:
    from bot.slack.checkup import Trouble
    from bot.slack.needs import SCOPES

    if found is None or isinstance(found, Trouble):
        yield from _trouble("SLACK_BOT_TOKEN", "slack bot", found)
        return
    where = named(found.workspace, found.team)
    yield Check("slack bot", State.FINE, GOOD_BOT.format(name=found.name, where=where))
    if found.scopes is None:
        yield Check("slack scopes", State.NOTE, NO_WORD)
        return
    lacking = [f"{scope} ({use})" for scope, use in SCOPES.items() if scope not in found.scopes]
    if lacking:
        said = LACKING.format(scopes=", ".join(lacking))
        yield Check("slack scopes", State.WRONG, said, ADD_SCOPES)
    else:
        yield Check("slack scopes", State.FINE, ALL_SCOPES)
    if more := sorted(found.scopes - SCOPES.keys()):
        said = NOT_NEEDED.format(scopes=", ".join(more))
        yield Check("slack scopes", State.NOTE, said, TAKE_OFF)


def _app(found: "Trouble | None") -> Iterator[Check]:
    if found is None:
        yield Check("slack socket", State.FINE, GOOD_APP)
    else:
        yield from _trouble("SLACK_APP_TOKEN", "slack socket", found)


def _trouble(token: str, name: str, found: "Trouble | None") -> Iterator[Check]:
    """Why Slack does not take a token; what is said in `_reach` already is left out."""
    if found is None or found.kind in (*REASONS, "address"):
        return
    if found.kind == "busy":
        yield Check(name, State.NOTE, BUSY.format(name=token), LATER)
        return
    said, how = CODES[token].get(found.code, (REFUSED, HOW[token]))
    yield Check(name, State.WRONG, said.format(name=token, code=found.code), how)


# -- the ways in ---------------------------------------------------------------------------------


def _ways(settings: "Settings") -> Iterator[Check]:
    from bot.slack.door import EVENTS
    from bot.slack.oauth import INSTALL, REDIRECT

    signing = bool(settings.slack_signing_secret.get_secret_value())
    if signing:
        yield Check("slack signing", State.FINE, SIGNING)
    else:
        yield Check("slack signing", State.NOTE, NO_SIGNING, HOW_SIGNING)
    if settings.slack_app_token.get_secret_value():
        yield Check("slack way in", State.NOTE, BY_BOTH if signing else BY_SOCKET)
    elif signing:
        url = settings.public_url + EVENTS if settings.public_url else NO_ADDRESS
        yield Check("slack way in", State.NOTE, BY_HTTP.format(url=url), HOW_HTTP)
    if settings.slack_client_id.get_secret_value() and settings.public_url:
        how = HOW_INSTALL.format(url=settings.public_url + REDIRECT)
        said = INSTALL_AT.format(url=settings.public_url + INSTALL)
        yield Check("slack install", State.NOTE, said, how)
