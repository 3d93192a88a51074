"""Letting Convenor into a workspace: Slack's OAuth flow, from the install page to the kept token."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.app import clock
from bot.slack import needs, oauth
from bot.slack.oauth import INSTALL, REDIRECT
from storage.port import StoreFull
from storage.sqlite import open_store
from tests.slack_api import BOT, SlackApi
from tests.slack_office import CLIENT, CLIENT_SECRET, PUBLIC, Office, api, office

__all__ = ["api"]

COOKIE = "slack-app-oauth-state"


class Clock:
    """The real time, and so much later as a test says."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> datetime:
        return clock() + self.later


@pytest.fixture
def later() -> Clock:
    """The bot's clock."""
    return Clock()


@pytest.fixture
def open_bot(api: SlackApi, later: Clock) -> Iterator[Office]:
    """A bot that any workspace may let in."""
    store = open_store("sqlite://")
    with office(
        api, store, later, client_id=CLIENT, client_secret=CLIENT_SECRET, public_url=PUBLIC
    ) as made:
        yield made
    store.close()


def begin(bot: Office) -> str:
    """Open the install page; returns the state that Slack is handed."""
    answer = bot.http.get(INSTALL)
    assert answer.status_code == 302
    bot.http.cookies.clear()
    return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]


def come_back(bot: Office, state: str, cookie: str | None = None, **query: str) -> httpx.Response:
    """Come back from Slack, in the browser that began unless another cookie is given."""
    # The cookie is for HTTPS only, so it is set by hand.
    held = state if cookie is None else cookie
    headers = {"cookie": f"{COOKIE}={held}"} if held else {}
    return bot.http.get(REDIRECT, params={"state": state, **query}, headers=headers)


def allow(api: SlackApi, code: str, team: str, token: str, **more: Any) -> None:
    """Slack will give this token for the code."""
    api.teams[token] = team
    api.codes[code] = {
        "access_token": token, "team": {"id": team, "name": f"<b>{team}</b>"}, "app_id": "A1",
        "bot_user_id": BOT, "scope": ",".join(needs.SCOPES), "authed_user": {"id": "U0ANA"}, **more,
    }  # fmt: skip


def installed(bot: Office) -> dict[str, str]:
    """The workspaces that let us in, and the tokens that are used there."""
    found = bot.store.read().installations("slack")
    clients = {i.tenant: bot.slack.workspaces.client(i.tenant) for i in found}
    return {team: str(client.token) for team, client in clients.items() if client}


def page(answer: httpx.Response) -> str:
    """The words of a page, which is looked after as every page of ours is."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in answer.text
    assert f"{COOKIE}=deleted" in answer.headers["set-cookie"]
    return answer.text


# -- the way to Slack ------------------------------------------------------------------------------


def test_the_install_page_leads_to_slack(open_bot: Office) -> None:
    """With what Convenor needs, where to come back to, and a state for this browser alone."""
    answer = open_bot.http.get(INSTALL)
    assert answer.status_code == 302
    where = urlsplit(answer.headers["location"])
    assert where._replace(query="").geturl() == "https://slack.com/oauth/v2/authorize"
    asked = parse_qs(where.query)
    assert asked["client_id"] == [CLIENT]
    assert asked["scope"] == [",".join(needs.SCOPES)]
    assert asked["redirect_uri"] == [PUBLIC + REDIRECT]
    assert "user_scope" not in asked
    state = asked["state"][0]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={state};")
    assert {"Secure", "HttpOnly"} <= set(cookie.split("; "))
    assert answer.headers["cache-control"] == "no-store"
    assert begin(open_bot) != state


@pytest.mark.parametrize(
    "team", ["%0d%0aSet-Cookie:%20a=b", "T1%26scope=admin", "x", "", "%ff", "<b>"]
)
def test_nothing_odd_is_taken_over_from_the_address(open_bot: Office, team: str) -> None:
    """A team may be asked for; whatever is none is left out."""
    answer = open_bot.http.get(f"{INSTALL}?team={team}")
    assert answer.status_code == 302
    assert "&team=" not in answer.headers["location"]
    assert len(answer.headers.get_list("set-cookie")) == 1
    good = open_bot.http.get(f"{INSTALL}?team=T0ABC")
    assert good.headers["location"].endswith("&team=T0ABC")


@pytest.mark.parametrize("path", [INSTALL, REDIRECT])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "DELETE"])
def test_the_pages_are_only_for_reading(open_bot: Office, path: str, method: str) -> None:
    """Everything but GET is no page."""
    assert open_bot.http.request(method, path).status_code == 404


def test_a_browser_s_odd_cookies_do_no_harm(open_bot: Office) -> None:
    """Bytes that are no UTF-8, from whatever else stands under our name."""
    answer = open_bot.http.get(INSTALL, headers={b"cookie": b"other=\xff\xfe"})
    assert answer.status_code == 302


# -- the way back ----------------------------------------------------------------------------------


def test_a_workspace_lets_convenor_in(api: SlackApi, open_bot: Office) -> None:
    """Its token works from then on, what waited goes out, and a second workspace is another one."""
    allow(api, "code-1", "T1", "xoxb-one")
    answer = come_back(open_bot, begin(open_bot), code="code-1")
    assert answer.status_code == 200
    assert "Convenor is in &lt;b&gt;T1&lt;/b&gt; now" in page(answer)
    (call,) = api.to("oauth.v2.access")
    assert call.args["redirect_uri"] == PUBLIC + REDIRECT
    kept = open_bot.store.read().installation("slack", "T1")
    assert kept is not None
    assert (kept.user, kept.scopes, kept.ended) == (BOT, tuple(needs.SCOPES), "")
    assert "xoxb" not in kept.token
    allow(api, "code-2", "T2", "xoxb-two")
    assert come_back(open_bot, begin(open_bot), code="code-2").status_code == 200
    assert installed(open_bot) == {"T1": "xoxb-one", "T2": "xoxb-two"}
    fair = open_bot.found("T2", "Ana")
    open_bot.thread(fair)
    assert {c.token for c in api.to("chat.postMessage")} == {"xoxb-two"}


def test_installing_again_replaces_the_token(api: SlackApi, open_bot: Office) -> None:
    """The old one is forgotten."""
    for n in ("one", "new"):
        allow(api, n, "T1", f"xoxb-{n}")
        assert come_back(open_bot, begin(open_bot), code=n).status_code == 200
        assert installed(open_bot) == {"T1": f"xoxb-{n}"}


def test_a_state_is_good_once_for_ten_minutes_in_its_browser(
    api: SlackApi, open_bot: Office, later: Clock
) -> None:
    """Everything else is told to begin again, and nothing is asked of Slack."""
    for code in ("c1", "c2", "c3"):
        allow(api, code, "T1", "xoxb-one")
    state, another = begin(open_bot), begin(open_bot)
    for answer in (
        come_back(open_bot, "made-up", code="c1"),
        come_back(open_bot, "", code="c1"),
        come_back(open_bot, state, cookie=another, code="c1"),
        come_back(open_bot, state, cookie="", code="c1"),
        come_back(open_bot, state),
        come_back(open_bot, state, code="c1"),
        open_bot.http.get(REDIRECT),
        open_bot.http.get(REDIRECT, params={"code": "c1"}),
    ):
        assert answer.status_code in (400, 401)
        assert "begin again at /slack/install" in page(answer)
    assert not api.to("oauth.v2.access")
    assert not installed(open_bot)
    later.later = timedelta(minutes=10, seconds=1)
    assert "begin again" in page(come_back(open_bot, another, code="c2"))
    assert not api.to("oauth.v2.access")
    fresh = begin(open_bot)
    later.later += timedelta(minutes=9, seconds=50)
    assert come_back(open_bot, fresh, code="c3").status_code == 200
    assert installed(open_bot) == {"T1": "xoxb-one"}
    assert "begin again" in page(come_back(open_bot, fresh, code="c2"))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("access_denied", oauth.CANCELLED),
        ("invalid_scope", "Slack did not agree"),
        ("<script>alert(1)</script>", "Slack did not agree"),
    ],
)
def test_a_no_from_slack_has_a_friendly_page(
    open_bot: Office, error: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is kept, and only a reason that Slack may give stands in the log."""
    answer = come_back(open_bot, begin(open_bot), error=error)
    assert answer.status_code == 200
    assert says in page(answer)
    assert "script" not in answer.text
    assert not installed(open_bot)
    assert f"reason={error if error.isidentifier() else 'odd'}" in caplog.text
    assert "script" not in caplog.text


@pytest.mark.parametrize(
    ("trouble", "status"),
    [("unknown", 401), ("oauth.v2.access", 401), ("auth.test", 401), ("cut", 503), ("full", 500),
     ("no team", 500), ("no token", 500)],
)  # fmt: skip
def test_whatever_goes_wrong_has_a_page_without_the_code(
    api: SlackApi,
    open_bot: Office,
    trouble: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the page nor the log repeats what Slack handed out, and nothing is kept."""
    code = "the-distinctive-code"
    allow(api, code, "T1", "xoxb-distinctive")
    api.codes[code] |= _without(trouble)
    state = begin(open_bot)
    match trouble:
        case "unknown":
            api.codes.clear()
        case "oauth.v2.access" | "auth.test":
            api.failing[trouble] = "invalid_client_id"
        case "cut":
            api.failing["oauth.v2.access"] = "!"
        case "full":

            def full(*_: object) -> None:
                raise StoreFull("x")

            monkeypatch.setattr(open_bot.slack.workspaces, "install", full)
    answer = come_back(open_bot, state, code=code)
    assert answer.status_code == status
    assert oauth.NOT_DONE in page(answer)
    for said in (answer.text, caplog.text):
        assert code not in said
        assert state not in said
        assert "xoxb-distinctive" not in said
    assert not installed(open_bot)


def _without(trouble: str) -> dict[str, Any]:
    return {"no team": {"team": None}, "no token": {"access_token": None}}.get(trouble, {})


def test_a_full_disk_has_a_page_too(open_bot: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no state can be kept nobody is sent to Slack; where none can be read, nobody is let in."""
    state = begin(open_bot)

    def full(_work: Any) -> Any:
        raise StoreFull("x")

    with monkeypatch.context() as patched:
        patched.setattr(open_bot.store, "write", full)
        first, second = open_bot.http.get(INSTALL), come_back(open_bot, state, code="c")
    for answer in (first, second):
        assert answer.status_code == 503
        assert oauth.NOT_NOW in page(answer)
