"""`convenor doctor` where Teams is set up: what Microsoft says of the app, and what answers at the address."""

import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.teams import checkup
from bot.teams.checkup import Door, Trouble
from bot.teams.needs import MESSAGES
from tests.local_server import CUT, Reply
from tests.local_slack import free_port
from tests.slack_doctor import Checks, bare, named, one
from tests.teams_doctor import (
    APP,
    HOST,
    PUBLIC,
    SECRET,
    TENANT,
    TOGETHER,
    Microsoft,
    Running,
    doctor,
    faked,
    refusal,
    text_of,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with nothing configured."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    bare(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def microsoft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Microsoft]:
    """A Microsoft that gives a token, and a public address where all is well."""
    with faked(tmp_path, monkeypatch) as server:
        yield server


@pytest.fixture
def running() -> Iterator[Running]:
    """Convenor, running here."""
    server = Running()
    yield server
    server.close()


def _all(microsoft: Microsoft, **other: str) -> dict[str, str]:
    return {**TOGETHER, "CONVENOR_PUBLIC_URL": microsoft.public, **other}


def _wrong(checks: Checks) -> dict[str, str]:
    (wrong,) = (check for check in checks if check["state"] == "wrong")
    return wrong


# -- all is well -----------------------------------------------------------------------------------


def test_all_is_well(microsoft: Microsoft, running: Running) -> None:
    """The app gets a token for the Bot Framework from its tenant, and its door turns the unsigned away."""
    checks = doctor(0, "--port", running.port, **_all(microsoft))
    assert sorted(microsoft.asked) == [
        f"GET /{TENANT}/v2.0/.well-known/openid-configuration",
        f"POST /{TENANT}/oauth2/v2.0/token",
        f"POST {MESSAGES}",
    ]
    (form,) = microsoft.forms
    assert form["client_id"] == [APP]
    assert form["client_secret"] == [SECRET]
    assert form["grant_type"] == ["client_credentials"]
    assert form["scope"] == ["https://api.botframework.com/.default"]
    assert one(checks, "teams")["state"] == "fine"
    assert one(checks, "teams login")["state"] == "fine"
    fine, inside = named(checks, "teams address")
    assert fine["state"] == "fine"
    assert microsoft.public + MESSAGES in fine["said"]
    assert "Messaging endpoint" in fine["how"]
    assert inside["state"] == "note"
    assert "private address" in inside["said"]
    said = one(checks, "platforms")["said"]
    assert said == f"Set for Teams: {', '.join(n for n in TOGETHER if n.startswith('MICROSOFT'))}"
    text = text_of(0, "--port", running.port, **_all(microsoft))
    assert all(check["said"] in text and check["how"] in text for check in checks[-4:])


def test_an_app_of_many_tenants_asks_elsewhere(microsoft: Microsoft) -> None:
    """The Bot Framework's own tenant gives the token, whatever tenant is set besides."""
    doctor(0, **_all(microsoft, MICROSOFT_APP_TYPE="multitenant"))
    assert "POST /botframework.com/oauth2/v2.0/token" in microsoft.asked


def test_without_an_app_id_nobody_is_asked(microsoft: Microsoft) -> None:
    """Development mode is said plainly."""
    notes = named(doctor(0, CONVENOR_TEAMS_DEV="1"), "teams")
    assert [note["state"] for note in notes] == ["fine", "note"]
    assert "no app id" in notes[1]["said"]
    assert microsoft.asked == []


# -- the app ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said", "how"),
    [
        (7000215, "does not take MICROSOFT_APP_PASSWORD", "the secret's value, not its id"),
        (7000222, "MICROSOFT_APP_PASSWORD has expired", "Make a new one"),
        (700016, "knows no app MICROSOFT_APP_ID", "Configuration"),
        (90002, "knows no directory MICROSOFT_APP_TENANTID", "Configuration"),
        (900023, "knows no directory MICROSOFT_APP_TENANTID", "Configuration"),
        (7000229, "not set up in the directory", "enterprise application"),
        (7000112, "switched off", "Enterprise applications"),
        (53003, "refuses the app: 53003", "error?code=53003"),
    ],
)
def test_a_refused_app(microsoft: Microsoft, code: int, said: str, how: str) -> None:
    """Why there is no token, and what mends it, in a sentence each; the address is looked at all the same."""
    microsoft.refuse(code)
    checks = doctor(1, **_all(microsoft))
    wrong = _wrong(checks)
    assert wrong["name"] == "teams login"
    assert said in wrong["said"]
    assert how in wrong["how"]
    assert APP not in wrong["said"] + wrong["how"]
    assert named(checks, "teams address")[0]["state"] == "fine"


def test_a_tenant_that_is_not_known(microsoft: Microsoft) -> None:
    """Then the login service has no configuration to give, and says why."""
    microsoft.tenant = refusal(90002, "invalid_tenant", 400)
    assert "knows no directory" in _wrong(doctor(1, **_all(microsoft)))["said"]
    assert microsoft.forms == []


@pytest.mark.parametrize("code", [700016, 7000229])
def test_an_app_of_one_tenant_that_is_taken_for_one_of_many(
    microsoft: Microsoft, code: int
) -> None:
    """It was the default once; the tenant is what is missing."""
    microsoft.refuse(code)
    wrong = _wrong(doctor(1, **_all(microsoft, MICROSOFT_APP_TENANTID="")))
    assert wrong["said"] == "MICROSOFT_APP_ID is no app of many tenants"
    assert "MICROSOFT_APP_TENANTID" in wrong["how"]


def test_what_is_hardly_ever_meant_is_noted(microsoft: Microsoft) -> None:
    """No tenant, which makes it an app of many; and a secret's id in the place of its value."""
    checks = doctor(0, **_all(microsoft, MICROSOFT_APP_TENANTID=""))
    _, note = named(checks, "teams")
    assert note["state"] == "note"
    assert "MICROSOFT_APP_TENANTID is not set" in note["said"]
    assert "Single Tenant" in note["how"]
    meant = {"MICROSOFT_APP_TENANTID": "", "MICROSOFT_APP_TYPE": "MultiTenant"}
    assert len(named(doctor(0, **_all(microsoft, **meant)), "teams")) == 1
    secret = "0F8FAD5B-D9CB-469F-A165-70867728950E"
    checks = doctor(0, **_all(microsoft, MICROSOFT_APP_PASSWORD=secret))
    _, note = named(checks, "teams")
    assert note["state"] == "note"
    assert "looks like a secret's id" in note["said"]
    assert "the secret's value" in note["how"]
    assert secret not in str(checks)


def test_a_refusal_without_a_number(microsoft: Microsoft) -> None:
    """The protocol's own word is said, and what to compare."""
    microsoft.token = Reply(400, {"error": "unauthorized_client"})
    wrong = _wrong(doctor(1, **_all(microsoft)))
    assert wrong["said"].endswith("refuses the app: unauthorized_client")
    assert "MICROSOFT_APP_ID" in wrong["how"]


@pytest.mark.parametrize("what", ["tenant", "token"])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_login_service_is_no_fault(microsoft: Microsoft, what: str, status: int) -> None:
    """Nobody knows more in that minute; it says so."""
    setattr(microsoft, what, Reply(status, b"later", {"Retry-After": "1"}))
    found = one(doctor(0, **_all(microsoft)), "teams login")
    assert (found["state"], found["how"]) == ("note", "Try again in a minute.")


@pytest.mark.parametrize("what", ["tenant", "token"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<h1>Sign in to the hotel</h1>", {"Content-Type": "text/html"}),
        Reply(200, b"{"),
        Reply(200, [SECRET]),
        Reply(200, {"error": f"<b>{SECRET}</b>"}),
        Reply(400, {"error": {"of": SECRET}}),
        Reply(404, b"not here"),
    ],
    ids=lambda reply: str(reply.body)[:12],
)
def test_what_is_no_login_service_is_not_believed(
    microsoft: Microsoft, what: str, reply: Reply
) -> None:
    """A sign-in page of a network, or whatever else answers; nothing of it is repeated."""
    setattr(microsoft, what, reply)
    assert _wrong(doctor(1, **_all(microsoft)))["said"].endswith("not Microsoft's login service")


def test_a_login_service_that_is_not_there(
    microsoft: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said in plain words, with where to look."""
    monkeypatch.setattr(checkup, "LOGIN", f"https://127.0.0.1:{free_port()}")
    wrong = _wrong(doctor(1, **_all(microsoft)))
    assert wrong["said"] == "login.microsoftonline.com can't be asked: nobody listens there"
    assert "firewall" in wrong["how"]


def test_nobody_is_waited_for_longer_than_said(
    microsoft: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither at the login service nor at the address, both in the same seconds."""
    monkeypatch.setattr(checkup, "PATIENCE", 0.2)
    microsoft.waits = threading.Event()
    checks = doctor(1, **_all(microsoft))
    late = [check["said"] for check in checks if check["state"] == "wrong"]
    assert len(late) == 2
    assert all("does not answer in 0.2 seconds" in said for said in late)


def test_an_answer_that_comes_drop_by_drop_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that goes on reading is not waited for; the other answer counts all the same."""
    never = threading.Event()
    monkeypatch.setattr(checkup, "PATIENCE", 0.05)
    monkeypatch.setattr(checkup, "_token", lambda *_args: never.wait())
    monkeypatch.setattr(checkup, "_door", lambda _url: Door(401))
    try:
        assert checkup.ask(APP, SECRET, TENANT, PUBLIC) == (Trouble("late"), Door(401))
    finally:
        never.set()


def test_a_certificate_that_nobody_vouches_for(
    microsoft: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret is not shown to whoever stands there."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    checks = doctor(1, **_all(microsoft))
    wrong = [check["said"] for check in checks if check["state"] == "wrong"]
    assert len(wrong) == 2
    assert all("no secure connection" in said for said in wrong)
    assert microsoft.asked == []


# -- the address -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "said", "how"),
    [
        (Reply(404), "is not Convenor's door", "pass this path on"),
        (Reply(405), "is not Convenor's door", "pass this path on"),
        (Reply(502), "does not reach Convenor", "passes requests on"),
        (Reply(503), "does not reach Convenor", "passes requests on"),
        (Reply(302, headers={"Location": "https://elsewhere.example"}), "another address", "ends"),
        (Reply(200, {"ok": True}), "answers with 200", "pass this path on"),
        (Reply(403), "answers with 403", "pass this path on"),
        (
            Reply(401, headers={"WWW-Authenticate": 'Basic realm="staging"'}),
            "asks for a password",
            "without one",
        ),
        (CUT, "the connection broke", "from the internet"),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Reply) else "",
)
def test_an_address_where_something_else_answers(
    microsoft: Microsoft, running: Running, reply: Reply, said: str, how: str
) -> None:
    """What stands there, and what mends it."""
    microsoft.door = reply
    wrong = _wrong(doctor(1, "--port", running.port, **_all(microsoft)))
    assert wrong["name"] == "teams address"
    assert said in wrong["said"]
    assert how in wrong["how"]


def test_a_signature_that_is_asked_for_by_name_is_convenors(microsoft: Microsoft) -> None:
    """A 401 may say what would do."""
    microsoft.door = Reply(401, headers={"WWW-Authenticate": "Bearer"})
    assert named(doctor(0, **_all(microsoft)), "teams address")[0]["state"] == "fine"


@pytest.mark.parametrize("status", [404, 502, 503, 504])
def test_while_convenor_is_not_running_nobody_can_tell(microsoft: Microsoft, status: int) -> None:
    """Before the first start, that is no fault."""
    microsoft.door = Reply(status)
    note = named(doctor(0, **_all(microsoft)), "teams address")[0]
    assert note["state"] == "note"
    assert "is not running" in note["said"]
    assert "Start it" in note["how"]


def test_nobody_listens_at_the_address(microsoft: Microsoft, running: Running) -> None:
    """A fault where Convenor is running, and a note where it is not."""
    set_ = _all(microsoft, CONVENOR_PUBLIC_URL=f"{PUBLIC}:{free_port()}")
    assert one(doctor(0, **set_), "teams address")["state"] == "note"
    wrong = _wrong(doctor(1, "--port", running.port, **set_))
    assert "nobody listens there" in wrong["said"]


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "10.1.2.3", "192.168.0.9:8443", "[::1]", "[fd00::1]", "convenor",
     "convenor.local", "convenor.corp", "convenor.localhost"],
)  # fmt: skip
def test_an_address_that_the_internet_does_not_know(microsoft: Microsoft, host: str) -> None:
    """Teams can't come that way, so it is not even tried."""
    wrong = _wrong(doctor(1, **_all(microsoft, CONVENOR_PUBLIC_URL=f"https://{host}")))
    assert wrong["said"].startswith(f"Teams can't reach {host}:")
    assert "tunnel" in wrong["how"]
    assert f"POST {MESSAGES}" not in microsoft.asked


@pytest.mark.parametrize(
    ("addresses", "inside"),
    [
        (["10.0.0.4"], True),
        (["127.0.0.1", "::1"], True),
        (["fe80::1%eth0"], True),
        (["93.184.215.14"], False),
        (["10.0.0.4", "93.184.215.14"], False),
    ],
)
def test_what_counts_as_a_private_address(
    addresses: list[str], inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads to any address of the internet is none."""
    found = [(0, 0, 0, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
    assert checkup._inside(HOST) is inside


def test_a_name_that_only_a_proxy_knows_is_not_private(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can tell from here."""

    def unknown(*_args: Any, **_options: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert checkup._inside(HOST) is False
    assert checkup._door(PUBLIC) == Trouble("name")


# -- the settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"MICROSOFT_APP_ID": ""}, "Teams needs MICROSOFT_APP_ID"),
        ({"MICROSOFT_APP_ID": SECRET}, "MICROSOFT_APP_ID has to be an id"),
        ({"MICROSOFT_APP_PASSWORD": ""}, "MICROSOFT_APP_PASSWORD is not"),
        ({"MICROSOFT_APP_TYPE": "UserAssignedMSI"}, "MICROSOFT_APP_TYPE has to be"),
        ({"MICROSOFT_APP_TENANTID": "common"}, "MICROSOFT_APP_TENANTID has to be"),
    ],
)
def test_settings_that_do_not_go_together_ask_no_login(
    microsoft: Microsoft, change: dict[str, str], said: str
) -> None:
    """The mistake is named; what can be looked at without it is."""
    checks = doctor(1, **_all(microsoft, **change))
    assert said in _wrong(checks)["said"]
    assert microsoft.asked == [f"POST {MESSAGES}"]
    assert named(checks, "teams address")[0]["state"] == "fine"


def test_without_an_address_the_app_is_looked_at(microsoft: Microsoft) -> None:
    """And the address is asked for."""
    checks = doctor(1, **_all(microsoft, CONVENOR_PUBLIC_URL=""))
    assert "CONVENOR_PUBLIC_URL" in _wrong(checks)["said"]
    assert one(checks, "teams login")["state"] == "fine"
    assert not named(checks, "teams address")


def test_libraries_that_are_not_installed(
    microsoft: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said with what installs them, and nothing breaks."""
    monkeypatch.setitem(sys.modules, "bot.teams.checkup", None)
    assert "make setup" in _wrong(doctor(1, **_all(microsoft)))["said"]


# -- faults of a network ---------------------------------------------------------------------------


def _because(cause: Exception) -> requests.ConnectionError:
    """As requests raises it: with the cause below, once or twice."""
    middle = OSError()
    middle.__cause__ = cause
    error = requests.ConnectionError()
    error.__context__ = middle
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.ConnectTimeout(), "late"),
        (requests.ReadTimeout(), "late"),
        (requests.exceptions.ProxyError(), "proxy"),
        (requests.exceptions.SSLError(), "secure"),
        (_because(socket.gaierror()), "name"),
        (_because(ConnectionRefusedError()), "closed"),
        (_because(ssl.SSLEOFError()), "broken"),
        (requests.exceptions.ChunkedEncodingError(), "broken"),
    ],
)
def test_each_fault_of_a_network_is_known(
    error: requests.RequestException, kind: checkup.Kind
) -> None:
    """Whatever requests raises for it."""
    assert checkup._why(error) == kind


def test_nothing_is_asked_without_need() -> None:
    """With nothing given there is nothing to tell."""
    assert checkup.ask() == checkup.Answers(login=None, door=None)
