"""Which services are spoken to: Microsoft's, and without an app those of this machine."""

import asyncio
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.tokens import on_this_machine, trusted
from tests.teams_issuer import Issuer
from tests.teams_knocks import office

# -- service addresses -----------------------------------------------------------------------------

GOOD = """
https://smba.trafficmanager.net/teams/
https://smba.trafficmanager.net/emea/0a5e0b7e-0000-4000-8000-000000000001/
https://smba.trafficmanager.net
https://smba.trafficmanager.net:443/amer/
HTTPS://SMBA.TrafficManager.NET/teams/
https://webchat.botframework.com/
https://a.b.botframework.com/
"""
BAD = """
http://smba.trafficmanager.net/teams/
ftp://smba.trafficmanager.net/
//smba.trafficmanager.net/
smba.trafficmanager.net
https:smba.trafficmanager.net
https:///smba.trafficmanager.net
https://smba.trafficmanager.net:80/
https://smba.trafficmanager.net:8443/
https://smba.trafficmanager.net:0/
https://smba.trafficmanager.net:443443/
https://smba.trafficmanager.net:x/
https://smba.trafficmanager.net./
https://smba.trafficmanager.net.evil.org/
https://evil.smba.trafficmanager.net/
https://evilsmba.trafficmanager.net/
https://other.trafficmanager.net/
https://trafficmanager.net/
https://botframework.com/
https://.botframework.com/
https://..botframework.com/
https://a..botframework.com/
https://botframework.com.evil.org/
https://a.botframework.com.evil.org/
https://evilbotframework.com/
https://a.botframework.com./
https://a.botframework.co/
https://smba.trafficmanager.net@evil.org/
https://evil.org@smba.trafficmanager.net/
https://evil.org:x@a.botframework.com/
https://a.botframework.com:443@evil.org/
https://@smba.trafficmanager.net/
https://evil.org\\@smba.trafficmanager.net/
https://evil.org\\.botframework.com/
https:\\\\smba.trafficmanager.net/
https://smba.trafficmanager.net\\evil.org/
https://evil.org/.botframework.com
https://evil.org#.botframework.com
https://evil.org?.botframework.com
https://evil.org#@smba.trafficmanager.net/
https://smba.trafficmanager.net#@evil.org/
https://smba.trafficmanager.net/?next=x
https://evil.org%2f.botframework.com/
https://evil.org%00.botframework.com/
https://evil_.botframework.com/
https://*.botframework.com/
https://smba。trafficmanager。net/
https://a。botframework.com/
https://ａ.botframework.com/
https://smbа.trafficmanager.net/
https://evil.org／.botframework.com/
https://[::1]/
https://[::ffff:127.0.0.1]/
https://[::1].botframework.com/
https://[smba.trafficmanager.net]/
https://[/
https://127.0.0.1/
https://localhost/
https://169.254.169.254/latest/
https://0/
https://evil.org/
https://
https
"""
UNPRINTABLE = [
    " https://smba.trafficmanager.net/", "https://smba.trafficmanager.net/ ", "https://smba.traffic manager.net/",
    "https://smba.trafficmanager.net\t/", "\nhttps://smba.trafficmanager.net/", "https://evil.org\n.botframework.com/",
    "https://smba.trafficmanager.net/\r\nX: y", "\x00https://smba.trafficmanager.net/", "https://a\x00.botframework.com/",
    "https://smba.trafficmanager.net/\x7f", "", "\ud800", 5, None, ["https://smba.trafficmanager.net/"], {},
    b"https://smba.trafficmanager.net/", True,
]  # fmt: skip


def test_only_microsofts_services_are_trusted() -> None:
    """Over HTTPS, at its own port, and only where no two programs could read two hosts."""
    assert [url for url in GOOD.split() if not trusted(url)] == []
    assert [url for url in [*BAD.split(), *UNPRINTABLE] if trusted(url)] == []
    tests = frozenset({"127.0.0.1:5000"})
    assert trusted("http://127.0.0.1:5000/teams/", tests)
    for url in ("http://127.0.0.1:5001/", "http://127.0.0.1/", "http://x@127.0.0.1:5000/"):
        assert not trusted(url, tests)


@given(st.text(max_size=30), st.text(max_size=10))
def test_no_address_breaks_the_reader(text: str, more: str) -> None:
    """It is trusted or it is not; and what may stand in a host's name is little."""
    for url in (text, f"https://{text}", f"https://{text}.botframework.com{more}"):
        on_this_machine(url)
        if trusted(url):
            host = urlsplit(url).netloc.lower().removesuffix(":443").removesuffix(":")
            assert host.endswith(".botframework.com")
            assert set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def test_another_service_is_refused_on_arrival(issuer: Issuer) -> None:
    """However well the token fits it: there would be no answer anywhere else."""
    with office(issuer, foreign=True) as bot:
        before = bot.did()
        for url in (bot.service, "https://smba.example.org/", "http://smba.trafficmanager.net/x"):
            activity = bot.typed(serviceUrl=url)
            assert asyncio.run(bot.knock(issuer.header(url), activity=activity)) == 401
        assert bot.did() == before


# -- without an app --------------------------------------------------------------------------------


def test_without_an_app_only_this_machine_is_heard(issuer: Issuer) -> None:
    """Unsigned, from a service of this machine; nobody is asked for keys, and others get 401."""
    with office(issuer, app_id="") as bot:
        for url in [*GOOD.split(), *BAD.split(), "http://10.0.0.1/", "http://evil.org/", "http://0.0.0.0/",
                    "http://localhost.evil.org/", "http://127.0.0.1.evil.org/", "http://localhost@evil.org/",
                    "http://evil.org\\@localhost/", "http://localhost:x/"]:  # fmt: skip
            if on_this_machine(url):
                continue
            assert asyncio.run(bot.knock(activity=bot.typed(serviceUrl=url))) == 401
        assert bot.connector.calls == []
        assert asyncio.run(bot.knock(activity=bot.typed())) == 200
        assert [call.authorization for call in bot.connector.calls] == [""] * len(
            bot.connector.calls
        )
        assert bot.connector.calls


@pytest.mark.parametrize(
    ("url", "here"),
    [("http://127.0.0.1:3978/", True), ("http://localhost/", True), ("http://LOCALHOST:1/x", True),
     ("http://[::1]:80/", True), ("http://127.9.9.9/", True), ("ftp://localhost/", False),
     ("http://localhost.evil.org/", False), ("http://127.0.0.1.evil.org/", False),
     ("http://evil.org\\@localhost/", False), ("http://x@localhost/", False), ("http://0.0.0.0/", False),
     ("http://10.0.0.1/", False), ("localhost", False), ("", False), (None, False), (["http://localhost/"], False)],
)  # fmt: skip
def test_what_is_on_this_machine(url: object, *, here: bool) -> None:
    """By its name or its number, and by no trick."""
    assert on_this_machine(url) == here
