"""What is set for Teams, looked at before anything is built on it.

The settings are those of an Azure Bot:
https://learn.microsoft.com/azure/bot-service/bot-service-quickstart-registration
"""

import re
from urllib.parse import urlsplit

from bot.config import DEV_OPEN, MULTI, SINGLE, ConfigError, Settings, is_loopback

# -- words ---------------------------------------------------------------------------------------

ON_AZURE = "It stands on the page “Configuration” of your Azure Bot."
NO_APP = f"Teams needs MICROSOFT_APP_ID. {ON_AZURE}"
BAD_APP = (
    f"MICROSOFT_APP_ID has to be an id such as 1b4e28ba-2fa1-41d2-883f-0016d3cca427. {ON_AZURE}"
)
APP_ALONE = (
    "MICROSOFT_APP_ID is set, but MICROSOFT_APP_PASSWORD is not. The page “Certificates & secrets” "
    "of your app in Microsoft Entra makes one."
)
BAD_TYPE = (
    "MICROSOFT_APP_TYPE has to be SingleTenant or MultiTenant, with a secret as "
    "MICROSOFT_APP_PASSWORD; a managed identity does not work here."
)
NO_TENANT = (
    f"MICROSOFT_APP_TYPE is SingleTenant, so MICROSOFT_APP_TENANTID has to be set, too. {ON_AZURE}"
)
BAD_TENANT = (
    "MICROSOFT_APP_TENANTID has to be your directory's id, such as "
    f"1b4e28ba-2fa1-41d2-883f-0016d3cca427. {ON_AZURE}"
)
TEAMS_NEEDS_URL = (
    "Teams sends to CONVENOR_PUBLIC_URL, so it has to be set and to begin with https://, such as "
    "https://convenor.example.org."
)
DEV_AND_APP = (
    "CONVENOR_TEAMS_DEV is for trying Teams out without an app id. Remove one of the two: it, or "
    "MICROSOFT_APP_ID."
)

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def check_teams(settings: Settings) -> None:
    """Raise ConfigError where what is set for Teams does not do."""
    if settings.teams_dev:
        wrong = _dev(settings)
    else:
        wrong = _id(settings) + _proof(settings) + _address(settings)
    if wrong:
        raise ConfigError(*wrong)


def check_teams_app(settings: Settings) -> None:
    """Raise ConfigError where the app's id or address, which its package needs, does not do."""
    if wrong := _id(settings) + _address(settings):
        raise ConfigError(*wrong)


def can_ask_login(settings: Settings) -> bool:
    """Whether there is all that the login service has to be asked with."""
    return not (settings.teams_dev or _id(settings) or _proof(settings))


def _id(settings: Settings) -> list[str]:
    if not settings.microsoft_app_id:
        return [NO_APP]
    return [] if UUID.fullmatch(settings.microsoft_app_id) else [BAD_APP]


def _proof(settings: Settings) -> list[str]:
    """What is wrong with the secret, and with where it counts."""
    wrong = []
    if settings.microsoft_app_id and not settings.microsoft_app_password.get_secret_value():
        wrong.append(APP_ALONE)
    if settings.teams_type not in (SINGLE, MULTI):
        wrong.append(BAD_TYPE)
    tenant = settings.microsoft_app_tenantid
    if settings.teams_type == SINGLE and not tenant:
        wrong.append(NO_TENANT)
    if tenant and not UUID.fullmatch(tenant):
        wrong.append(BAD_TENANT)
    return wrong


def _address(settings: Settings) -> list[str]:
    return [] if settings.public_url.startswith("https://") else [TEAMS_NEEDS_URL]


def _dev(settings: Settings) -> list[str]:
    """What of the settings does not go with taking messages from anybody."""
    wrong = [DEV_AND_APP] if settings.microsoft_app_id else []
    # A public address means that a web server in front lets others in, wherever Convenor listens.
    where = urlsplit(settings.public_url)
    if settings.public_url and not is_loopback(where.hostname or ""):
        wrong.append(DEV_OPEN.format(host=where.netloc))
    return wrong
