"""What is configured, from the environment or a `.env` file. Made by the command line alone.

Every mistake is one sentence that names the setting and says what would do; no value is repeated in
it, since it may be a secret.
"""

import ipaddress
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

KEY_LENGTH = 32
DEFAULT_DATABASE = "sqlite:///convenor.db"

MAKE_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
SHORT_KEY = f"CONVENOR_SECRET_KEY needs {KEY_LENGTH} characters or more. {MAKE_KEY} makes one."
BAD_URL = (
    "CONVENOR_PUBLIC_URL has to be the address that people type, with http:// or https:// and "
    "nothing after the name and port, such as https://convenor.example.org."
)
BAD_DATABASE = f"CONVENOR_DATABASE_URL has to be an address such as {DEFAULT_DATABASE}."
BAD_SETTING = "{name} can't be used as it is."
BAD_FILE = "The .env file can't be read. Save it as text in UTF-8, and let Convenor's user read it."
OPEN_TO_OTHERS = "Listening on {host} lets other machines in, so {missing} be set first. {how}"
HOW_KEY = f"CONVENOR_SECRET_KEY signs people's sessions and invitations: {MAKE_KEY} makes one."
HOW_URL = (
    "CONVENOR_PUBLIC_URL is the address that people type, such as https://convenor.example.org."
)


NO_WAY_IN = (
    "SLACK_BOT_TOKEN is set, but Slack has no way to reach Convenor: set SLACK_APP_TOKEN for Socket "
    "Mode, or SLACK_SIGNING_SECRET for a public address."
)
NO_BOT = "{name} is set, but SLACK_BOT_TOKEN is not. It stands on the page “OAuth & Permissions”."
BAD_START = "{name} has to begin with {start}. It stands on the page “{page}” of your Slack app."
FOR_MANY = "SLACK_CLIENT_ID lets several workspaces install Convenor, so {missing} be set, too."
TOKENS = (
    ("SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions"),
    ("SLACK_APP_TOKEN", "xapp-", "Basic Information"),
)

DEV_OPEN = (
    "CONVENOR_TEAMS_DEV takes messages from anybody, so it works on 127.0.0.1 alone, not on {host}. "
    "Remove it, or run Convenor for this machine only: without --host and CONVENOR_PUBLIC_URL."
)
SINGLE, MULTI = "SingleTenant", "MultiTenant"


class ConfigError(Exception):
    """Something is set wrong; str() is one sentence for each mistake."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def _public_url(url: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        raise ValueError(BAD_URL) from None
    if (
        not good
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        raise ValueError(BAD_URL)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _secret_key(key: SecretStr) -> SecretStr:
    if 0 < len(key.get_secret_value()) < KEY_LENGTH:
        raise ValueError(SHORT_KEY)
    return key


def _database_url(url: str) -> str:
    if "://" not in url:
        raise ValueError(BAD_DATABASE)
    return url


def _folded(text: str) -> str:
    return text.strip().lower()  # ids and domains are compared as text later on


def _named(name: str) -> Any:
    return Field(default=SecretStr(""), validation_alias=name)


class Settings(BaseSettings):
    """The settings; raises ConfigError when made."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default=DEFAULT_DATABASE, validation_alias="CONVENOR_DATABASE_URL"
    )
    public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        default="", validation_alias="CONVENOR_PUBLIC_URL"
    )
    """Where people reach the workspace, without a slash at its end; "" for this machine alone."""
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key)] = _named("CONVENOR_SECRET_KEY")
    metrics_token: SecretStr = _named("CONVENOR_METRICS_TOKEN")
    """Whoever presents it may read /metrics from elsewhere; "" lets this machine alone."""

    slack_bot_token: SecretStr = _named("SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr = _named("SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr = _named("SLACK_APP_TOKEN")
    slack_client_id: SecretStr = _named("SLACK_CLIENT_ID")
    slack_client_secret: SecretStr = _named("SLACK_CLIENT_SECRET")
    slack_api_url: str = Field(default="", validation_alias="SLACK_API_URL")
    """Where Slack's methods are, for a client emulator; "" for Slack itself."""

    microsoft_app_id: Annotated[str, AfterValidator(_folded)] = Field(
        default="", validation_alias="MICROSOFT_APP_ID"
    )
    microsoft_app_password: SecretStr = _named("MICROSOFT_APP_PASSWORD")
    microsoft_app_type: str = Field(default="", validation_alias="MICROSOFT_APP_TYPE")
    microsoft_app_tenantid: Annotated[str, AfterValidator(_folded)] = Field(
        default="", validation_alias="MICROSOFT_APP_TENANTID"
    )
    teams_dev: bool = Field(default=False, validation_alias="CONVENOR_TEAMS_DEV")
    """Whether Teams' messages are taken without an app id and unsigned: on loopback alone."""

    smtp_url: SecretStr = _named("CONVENOR_SMTP_URL")
    mail_from: str = Field(default="", validation_alias="CONVENOR_MAIL_FROM")

    def __init__(self, **values: Any) -> None:
        """Read the environment. `values` come before it (by field name)."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigError(*(_sentence(dict(e)) for e in error.errors())) from None
        except (OSError, UnicodeDecodeError):
            raise ConfigError(BAD_FILE) from None

    @property
    def slack_set(self) -> tuple[str, ...]:
        """The names of what is set for Slack; the address of an emulator is nothing by itself."""
        return tuple(n for n in self._set("slack_") if n != "SLACK_API_URL")

    @property
    def teams_set(self) -> tuple[str, ...]:
        """The names of what is set for Teams."""
        return self._set("microsoft_") + (("CONVENOR_TEAMS_DEV",) if self.teams_dev else ())

    @property
    def mail_set(self) -> tuple[str, ...]:
        """The names of what is set for mail."""
        found = (("CONVENOR_SMTP_URL", self.smtp_url), ("CONVENOR_MAIL_FROM", self.mail_from))
        return tuple(n for n, v in found if (v if isinstance(v, str) else v.get_secret_value()))

    @property
    def teams_type(self) -> str:
        """SingleTenant or MultiTenant, by the tenant where it is not set; or what else was set."""
        given = self.microsoft_app_type.strip()
        if not given:
            return SINGLE if self.microsoft_app_tenantid else MULTI
        return {SINGLE.lower(): SINGLE, MULTI.lower(): MULTI}.get(given.lower(), given)

    @property
    def teams_tenant(self) -> str:
        """The tenant that the app belongs to; "" for an app of many tenants."""
        return self.microsoft_app_tenantid if self.teams_type == SINGLE else ""

    def _set(self, start: str) -> tuple[str, ...]:
        found = ((n, getattr(self, n)) for n in type(self).model_fields if n.startswith(start))
        return tuple(
            name.upper()
            for name, value in found
            if (value.get_secret_value() if isinstance(value, SecretStr) else value)
        )


def _sentence(error: dict[str, Any]) -> str:
    reason = error.get("ctx", {}).get("error")
    return str(reason) if reason else BAD_SETTING.format(name=error["loc"][0])


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens on `host`.

    A name other than "localhost" counts as open, as does an address that is not understood.
    """
    name = host.strip().removeprefix("[").removesuffix("]").lower()
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def check_binding(settings: Settings, host: str) -> None:
    """Raise ConfigError where `host` is open to other machines and the settings are not ready."""
    if is_loopback(host):
        return
    if settings.teams_dev:
        raise ConfigError(DEV_OPEN.format(host=host or "every address"))
    missing = {
        "CONVENOR_SECRET_KEY": HOW_KEY if not settings.secret_key.get_secret_value() else "",
        "CONVENOR_PUBLIC_URL": HOW_URL if not settings.public_url else "",
    }
    names = [name for name, how in missing.items() if how]
    if names:
        must = " and ".join(names) + (" has to" if len(names) == 1 else " have to")
        how = " ".join(how for how in missing.values() if how)
        raise ConfigError(
            OPEN_TO_OTHERS.format(host=host or "every address", missing=must, how=how)
        )


def check_slack(settings: Settings) -> None:
    """Raise ConfigError where what is set for Slack does not do."""
    values = {name: getattr(settings, name.lower()).get_secret_value() for name, _, _ in TOKENS}
    wrong = [
        BAD_START.format(name=name, start=start, page=page)
        for name, start, page in TOKENS
        if values[name] and not values[name].startswith(start)
    ]
    signing = settings.slack_signing_secret.get_secret_value()
    many = settings.slack_client_id.get_secret_value()
    bot, app = values["SLACK_BOT_TOKEN"], values["SLACK_APP_TOKEN"]
    if not bot and not many:
        wrong.append(NO_BOT.format(name=settings.slack_set[0]))
    elif bot and not app and not signing:
        wrong.append(NO_WAY_IN)
    if many:
        needed = {
            "SLACK_CLIENT_SECRET": settings.slack_client_secret.get_secret_value(),
            "SLACK_SIGNING_SECRET": signing,
            "CONVENOR_PUBLIC_URL": settings.public_url,
            "CONVENOR_SECRET_KEY": settings.secret_key.get_secret_value(),
        }
        missing = [name for name, value in needed.items() if not value]
        if missing:
            must = " and ".join(missing) + (" has to" if len(missing) == 1 else " have to")
            wrong.append(FOR_MANY.format(missing=must))
    if wrong:
        raise ConfigError(*wrong)
