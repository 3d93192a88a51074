"""`convenor doctor` where mail is set up: what goes together, and what a real mail server says of it."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from bot import config_mail
from bot.config import ConfigError, Settings
from bot.config_mail import BAD_FROM, BAD_SMTP_URL, HALF_LOGIN, NO_FROM, NO_URL, mail_settings
from bot.mail import checkup
from tests.mail_world import HANG, PASSWORD, USER, Office, office
from tests.slack_doctor import bare, doctor, named, one, text_of
from tests.teams_doctor import certificate

FROM = "Convenor <convenor@example.org>"
Opens = Callable[..., Office]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with nothing configured."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    bare(tmp_path, monkeypatch)
    return tmp_path


@contextmanager
def _opened(tls: ssl.SSLContext | None, login: bool, implicit: bool) -> Iterator[Office]:
    """A mail server on a thread of its own: the doctor waits for what it says."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    held = office(tls, login=login, implicit=implicit)
    try:
        yield asyncio.run_coroutine_threadsafe(held.__aenter__(), loop).result()
        asyncio.run_coroutine_threadsafe(held.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def opens() -> Iterator[Opens]:
    """Opens a mail server."""
    with ExitStack() as stack:

        def one_more(
            tls: ssl.SSLContext | None = None, *, login: bool = False, implicit: bool = False
        ) -> Office:
            return stack.enter_context(_opened(tls, login, implicit))

        yield one_more


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """A certificate that nobody vouches for."""
    return certificate(tmp_path)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this machine were another one."""
    monkeypatch.setattr(config_mail, "is_loopback", lambda _host: False)


def own(pem: Path) -> ssl.SSLContext:
    """The server's side of a certificate."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(pem)
    return made


def said(port: int, code: int, scheme: str = "smtp", password: str = "") -> dict[str, str]:
    """What the doctor says of a server on this machine."""
    login = f"{quote(USER, '')}:{quote(password, '')}@" if password else ""
    set_ = {
        "CONVENOR_SMTP_URL": f"{scheme}://{login}127.0.0.1:{port}",
        "CONVENOR_MAIL_FROM": FROM,
        "CONVENOR_PUBLIC_URL": "https://convenor.example.org",
        "CONVENOR_SECRET_KEY": "k" * 40,
    }
    text = text_of(code, **set_)
    assert not password or (password not in text and quote(password, "") not in text)
    checks = doctor(code, **set_)
    assert one(checks, "mail")["state"] == "fine"
    assert not named(checks, "mail links")
    found = one(checks, "mail server")
    assert f"127.0.0.1:{port}" in found["said"]
    assert found["state"] == ("wrong" if code else found["state"])
    return found


def test_without_settings_it_says_how() -> None:
    """Nothing is wrong with having no mail."""
    found = one(doctor(0), "mail")
    assert found["state"] == "note"
    assert "CONVENOR_SMTP_URL" in found["how"]
    assert "CONVENOR_MAIL_FROM" in found["how"]


@pytest.mark.parametrize(
    ("url", "sender", "sentence"),
    [
        ("smtp://mail.example.org", "", NO_FROM),
        ("", FROM, NO_URL),
        ("http://mail.example.org", FROM, BAD_SMTP_URL),
        ("smtp://mail.example.org:x", FROM, BAD_SMTP_URL),
        ("smtp://mail.example.org/box", FROM, BAD_SMTP_URL),
        ("mail.example.org:587", FROM, BAD_SMTP_URL),
        ("smtp://me:p#w@mail.example.org", FROM, BAD_SMTP_URL),
        ("smtp://me@mail.example.org", FROM, HALF_LOGIN),
        ("smtp://mail.example.org", "convenor", BAD_FROM),
        ("smtp://mail.example.org", "a@example.org, b@example.org", BAD_FROM),
        ("smtp://mail.example.org", "a@example.org\r\nBcc: b@example.org", BAD_FROM),
    ],
)
def test_what_does_not_go_together_is_one_sentence(url: str, sender: str, sentence: str) -> None:
    """The doctor says it, and Convenor does not start with it."""
    (found,) = named(doctor(1, CONVENOR_SMTP_URL=url, CONVENOR_MAIL_FROM=sender), "mail")
    assert (found["state"], found["said"]) == ("wrong", sentence)
    with pytest.raises(ConfigError) as error:
        mail_settings(Settings(smtp_url=url, mail_from=sender))
    assert error.value.sentences == (sentence,)


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, "starttls", "", "")),
        ("smtps://a%40b:p%2Fw@mail.example.org", ("mail.example.org", 465, "tls", "a@b", "p/w")),
        ("smtp://localhost", ("localhost", 25, "plain", "", "")),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "plain", "", "")),
    ],
)
def test_what_an_address_means(url: str, way: tuple[str, int, str, str, str]) -> None:
    """Without a safe connection only on this machine; the password shows in no text of it."""
    found = mail_settings(Settings(smtp_url=url, mail_from=FROM))
    assert (found.host, found.port, found.security, found.user, found.password) == way
    assert (found.address, found.name) == ("convenor@example.org", "Convenor")
    assert "p/w" not in repr(found)


def test_all_is_well(opens: Opens, pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It logs in, over a safe connection, and hands nothing in."""
    post = opens(own(pem), login=True, implicit=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    found = said(post.port, 0, "smtps", PASSWORD)
    assert found["state"] == "fine"
    assert "takes the name and password" in found["said"]
    assert "convenor@example.org" in found["how"]
    assert (post.taken, "MAIL" in post.asked) == ([], False)


def test_a_server_here_needs_no_login(opens: Opens) -> None:
    """Nor a safe connection."""
    assert "no login is set" in said(opens().port, 0)["said"]


def test_links_that_lead_nowhere_are_noted(opens: Opens) -> None:
    """Without a public address they lead to this machine."""
    url = f"smtp://127.0.0.1:{opens().port}"
    checks = doctor(0, CONVENOR_SMTP_URL=url, CONVENOR_MAIL_FROM=FROM)
    assert "CONVENOR_PUBLIC_URL" in one(checks, "mail links")["said"]


def test_a_wrong_password(opens: Opens) -> None:
    """With what to look at."""
    found = said(opens(login=True).port, 1, password="hunter2")
    assert "refuses the name or password" in found["said"]
    assert "%40" in found["how"]


def test_nobody_listens() -> None:
    """The port is the one to compare."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert "Nobody listens" in said(port, 1)["said"]


def test_a_certificate_that_nobody_vouches_for(opens: Opens, pem: Path) -> None:
    """It gets no password."""
    post = opens(own(pem), login=True, implicit=True)
    assert "certificate" in said(post.port, 1, "smtps", PASSWORD)["said"]
    assert post.logins == []


def test_the_wrong_port_for_a_safe_connection(opens: Opens) -> None:
    """A server that speaks plainly at first."""
    assert "No safe connection" in said(opens().port, 1, "smtps")["said"]


@pytest.mark.usefixtures("far")
def test_no_starttls(opens: Opens) -> None:
    """Nothing is said there."""
    post = opens(login=True)
    assert "no STARTTLS" in said(post.port, 1, password=PASSWORD)["said"]
    assert post.logins == []


def test_no_login_there(opens: Opens) -> None:
    """A port for other servers."""
    assert "no login" in said(opens().port, 1, password=PASSWORD)["said"]


def test_a_server_that_turns_us_away(opens: Opens) -> None:
    """For good, or just now."""
    post = opens()
    post.script["EHLO"] = ["554 go away"] * 2
    assert "does not want to talk" in said(post.port, 1)["said"]
    post.script["EHLO"] = ["450 busy"] * 2
    assert said(post.port, 0)["state"] == "note"


def test_a_server_that_says_nothing(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for long."""
    monkeypatch.setattr(checkup, "PATIENCE", 0.2)
    post = opens()
    post.script["EHLO"] = [HANG] * 2
    assert "does not answer" in said(post.port, 1)["said"]
    post.free._loop.call_soon_threadsafe(post.free.set)  # type: ignore[attr-defined]
