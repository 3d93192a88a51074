"""Settings: what is read, what is refused, and who may be let in from outside."""

from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, check_binding, is_loopback
from bot.config_teams import can_ask_login, check_teams, check_teams_app

KEY = "k" * 32
URL = "https://convenor.example.org"
APP = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
TENANT = "9f6c1b52-74a7-4c5f-9b1c-2f2d6a3c4e5d"
TEAMS = {
    "microsoft_app_id": APP,
    "microsoft_app_password": "s~1",
    "microsoft_app_tenantid": TENANT,
    "public_url": URL,
}
EVERYWHERE = "0.0.0.0"  # noqa: S104  # what is to be refused
NAMES = [
    "CONVENOR_DATABASE_URL", "CONVENOR_PUBLIC_URL", "CONVENOR_SECRET_KEY",
    "SLACK_BOT_TOKEN", "MICROSOFT_APP_ID", "MICROSOFT_APP_PASSWORD", "MICROSOFT_APP_TYPE",
    "MICROSOFT_APP_TENANTID", "CONVENOR_TEAMS_DEV",
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
    assert settings.slack_set == settings.teams_set == ()


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


def test_what_is_set_for_a_platform_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor lists it; a platform of which nothing is set is not loaded."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("MICROSOFT_APP_ID", f" {APP.upper()} ")
    monkeypatch.setenv("CONVENOR_TEAMS_DEV", "1")
    settings = Settings()
    assert settings.slack_set == ("SLACK_BOT_TOKEN",)
    assert settings.teams_set == ("MICROSOFT_APP_ID", "CONVENOR_TEAMS_DEV")
    assert settings.microsoft_app_id == APP  # as tokens have it


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


# -- Teams -----------------------------------------------------------------------------------------


def _mistakes(**given: object) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        check_teams(Settings(**given))
    return caught.value.sentences


@pytest.mark.parametrize(
    ("change", "kind", "tenant"),
    [
        ({}, "SingleTenant", TENANT),
        ({"microsoft_app_type": "singletenant"}, "SingleTenant", TENANT),
        ({"microsoft_app_tenantid": TENANT.upper()}, "SingleTenant", TENANT),
        ({"microsoft_app_tenantid": ""}, "MultiTenant", ""),
        ({"microsoft_app_type": "MultiTenant"}, "MultiTenant", ""),
    ],
)  # fmt: skip
def test_what_does_for_teams(change: dict[str, str], kind: str, tenant: str) -> None:
    """The type follows from the tenant where it is not set; only an app of one tenant has one."""
    settings = Settings(**{**TEAMS, **change})
    check_teams(settings)
    check_teams_app(settings)
    assert can_ask_login(settings)
    assert (settings.teams_type, settings.teams_tenant) == (kind, tenant)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"microsoft_app_id": ""}, "Teams needs MICROSOFT_APP_ID."),
        ({"microsoft_app_id": "hunter2"}, "MICROSOFT_APP_ID has to be an id"),
        ({"microsoft_app_id": APP + "0"}, "MICROSOFT_APP_ID has to be an id"),
        ({"microsoft_app_password": ""}, "MICROSOFT_APP_ID is set, but MICROSOFT_APP_PASSWORD is not."),
        ({"microsoft_app_type": "UserAssignedMSI"}, "MICROSOFT_APP_TYPE has to be SingleTenant or MultiTenant"),
        ({"microsoft_app_type": "hunter2"}, "MICROSOFT_APP_TYPE has to be SingleTenant or MultiTenant"),
        (
            {"microsoft_app_type": "SingleTenant", "microsoft_app_tenantid": ""},
            "MICROSOFT_APP_TYPE is SingleTenant, so MICROSOFT_APP_TENANTID has to be set",
        ),
        ({"microsoft_app_tenantid": "hunter2"}, "MICROSOFT_APP_TENANTID has to be"),
        ({"microsoft_app_tenantid": "a.org/x"}, "MICROSOFT_APP_TENANTID has to be"),
        ({"microsoft_app_tenantid": "example.onmicrosoft.com"}, "MICROSOFT_APP_TENANTID has to be"),
        ({"public_url": ""}, "Teams sends to CONVENOR_PUBLIC_URL"),
        ({"public_url": "http://convenor.example.org"}, "Teams sends to CONVENOR_PUBLIC_URL"),
    ],
)  # fmt: skip
def test_what_does_not_do_for_teams(change: dict[str, str], sentence: str) -> None:
    """One sentence that names the setting and where the right value stands, without repeating it."""
    (said,) = _mistakes(**{**TEAMS, **change})
    assert said.startswith(sentence)
    assert "hunter2" not in said
    assert "s~1" not in said


def test_every_mistake_of_teams_is_said_at_once() -> None:
    """Nobody has to come back for the next one."""
    wrong = {"microsoft_app_id": "x", "microsoft_app_type": "y", "microsoft_app_tenantid": "z"}
    assert len(_mistakes(**wrong)) == 5


def test_the_login_service_is_asked_with_all_or_not_at_all() -> None:
    """The address has nothing to do with it; everything else has to be right."""
    assert can_ask_login(Settings(**{**TEAMS, "public_url": ""}))
    for name in ("microsoft_app_id", "microsoft_app_password"):
        assert not can_ask_login(Settings(**{**TEAMS, name: ""}))
    assert not can_ask_login(Settings(teams_dev=True))


def test_the_package_needs_no_secret() -> None:
    """Its maker may be another than who runs Convenor."""
    check_teams_app(Settings(microsoft_app_id=APP, public_url=URL))
    with pytest.raises(ConfigError, match=r"MICROSOFT_APP_ID.+CONVENOR_PUBLIC_URL"):
        check_teams_app(Settings())


def test_development_without_an_app_id_is_for_this_machine_alone() -> None:
    """Whoever can send could otherwise make Convenor answer to any address."""
    dev = Settings(teams_dev=True, secret_key=KEY)
    check_teams(dev)
    check_binding(dev, "127.0.0.1")
    with pytest.raises(ConfigError, match=r"CONVENOR_TEAMS_DEV.+not on every address"):
        check_binding(dev, "")
    opened = {"teams_dev": True, "secret_key": KEY, "public_url": URL}
    with pytest.raises(ConfigError, match=r"CONVENOR_TEAMS_DEV.+not on 0\.0\.0\.0"):
        check_binding(Settings(**opened), EVERYWHERE)
    (said,) = _mistakes(**opened)  # a web server in front lets others in
    assert "not on convenor.example.org" in said
    assert "Remove it, or run Convenor for this machine only" in said
    check_teams(Settings(teams_dev=True, public_url="http://127.0.0.1:8080"))


def test_an_app_id_ends_development() -> None:
    """Two ways at once would leave open which one holds."""
    (said,) = _mistakes(**{**TEAMS, "public_url": "", "teams_dev": True})
    assert said.endswith("Remove one of the two: it, or MICROSOFT_APP_ID.")


@pytest.mark.parametrize(("text", "on"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_development_is_switched_on_plainly(
    monkeypatch: pytest.MonkeyPatch, text: str, on: bool
) -> None:
    """As people write such settings."""
    monkeypatch.setenv("CONVENOR_TEAMS_DEV", text)
    assert Settings().teams_dev is on


def test_a_switch_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for off, nor for on."""
    monkeypatch.setenv("CONVENOR_TEAMS_DEV", "maybe")
    with pytest.raises(ConfigError, match=r"^CONVENOR_TEAMS_DEV can't be used as it is\.$"):
        Settings()
