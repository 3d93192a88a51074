"""Settings: what is read, what is refused, and who may be let in from outside."""

from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, check_binding, is_loopback

KEY = "k" * 32
URL = "https://convenor.example.org"
EVERYWHERE = "0.0.0.0"  # noqa: S104  # what is to be refused
NAMES = [
    "CONVENOR_DATABASE_URL", "CONVENOR_PUBLIC_URL", "CONVENOR_SECRET_KEY",
    "SLACK_BOT_TOKEN", "MICROSOFT_APP_ID",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_has_to_be_set() -> None:
    """The default is a SQLite file in the working directory, for this machine alone."""
    settings = Settings()
    assert settings.database_url == "sqlite:///convenor.db"
    assert settings.public_url == ""
    assert settings.secret_key.get_secret_value() == ""
    assert settings.not_yet == ()


def test_the_environment_comes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`.env` is read, and the environment overrides it; an empty variable counts as unset."""
    (tmp_path / ".env").write_text(
        f"CONVENOR_PUBLIC_URL={URL}/\nCONVENOR_SECRET_KEY={KEY}\nOTHER=1\n"
    )
    monkeypatch.setenv("CONVENOR_PUBLIC_URL", "http://10.0.0.5:8080")
    monkeypatch.setenv("CONVENOR_SECRET_KEY", "")
    settings = Settings()
    assert settings.public_url == "http://10.0.0.5:8080"
    assert settings.secret_key.get_secret_value() == KEY


def test_the_public_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are made by putting a path behind it."""
    monkeypatch.setenv("CONVENOR_PUBLIC_URL", "https://Convenor.Example.org/")
    assert Settings().public_url == URL


@pytest.mark.parametrize(
    "url",
    ["convenor.example.org", "ftp://a.example", "https://", "https://a.example/path", "https://a:x",
     "https://me:pw@a.example", "https://a.example/?q", "http://[::1", "https://a.example:0"],
)  # fmt: skip
def test_a_public_address_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """One sentence that names the setting and shows what would do, without repeating the value."""
    monkeypatch.setenv("CONVENOR_PUBLIC_URL", url)
    with pytest.raises(ConfigError, match=r"^CONVENOR_PUBLIC_URL has to be") as caught:
        Settings()
    assert "https://convenor.example.org" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_mistake_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three settings wrong are three sentences, and a secret is in none of them."""
    monkeypatch.setenv("CONVENOR_DATABASE_URL", "convenor.db")
    monkeypatch.setenv("CONVENOR_PUBLIC_URL", "nowhere")
    monkeypatch.setenv("CONVENOR_SECRET_KEY", "hunter2")
    with pytest.raises(ConfigError) as caught:
        Settings()
    assert [s.split()[0] for s in caught.value.sentences] == NAMES[:3]
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    """A `.env` saved as UTF-16 is one clear sentence."""
    (tmp_path / ".env").write_bytes("CONVENOR_PUBLIC_URL=x".encode("utf-16"))
    with pytest.raises(ConfigError, match=r"\.env"):
        Settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings object in a log or a traceback shows no secret."""
    monkeypatch.setenv("CONVENOR_SECRET_KEY", KEY)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert KEY not in repr(Settings())
    assert "xoxb-1" not in repr(Settings())


def test_what_this_version_cannot_serve_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor says these are for later, so they have to be recognised."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("MICROSOFT_APP_ID", "1")
    assert Settings().not_yet == ("MICROSOFT_APP_ID",)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1", "localhost", "LOCALHOST", "::1", "[::1]", "::ffff:127.0.0.1"]
)
def test_loopback_needs_nothing(host: str) -> None:
    """Only this machine can reach these."""
    assert is_loopback(host)
    check_binding(Settings(), host)


@pytest.mark.parametrize(
    "host",
    [EVERYWHERE, "::", "[::]", "", "192.168.1.4", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1",
     "convenor.example.org", "localhost.example.org", "127.1", "0", "2130706433"],
)  # fmt: skip
def test_anything_else_needs_a_key_and_an_address(host: str) -> None:
    """It refuses, says what is missing, and how to get it."""
    assert not is_loopback(host)
    with pytest.raises(ConfigError) as caught:
        check_binding(Settings(), host)
    assert "CONVENOR_SECRET_KEY and CONVENOR_PUBLIC_URL have to be set first" in str(caught.value)
    assert "secrets.token_urlsafe" in str(caught.value)
    check_binding(Settings(secret_key=KEY, public_url=URL), host)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"secret_key": KEY}, "CONVENOR_PUBLIC_URL has"),
        ({"public_url": URL}, "CONVENOR_SECRET_KEY has"),
    ],
)
def test_one_of_the_two_is_not_enough(given: dict[str, str], missing: str) -> None:
    """Only the missing one is named."""
    with pytest.raises(ConfigError, match=f"so {missing} to be set first"):
        check_binding(Settings(**given), EVERYWHERE)
