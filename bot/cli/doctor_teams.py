"""`convenor doctor`, where Teams is set up: the settings, and what Microsoft and the address say of them."""

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.cli.doctor import Check, State
from bot.cli.doctor_slack import HOW_REACH, LATER, REASONS, UNREACHED
from bot.config_teams import ON_AZURE

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.teams.checkup import Door, Trouble

# -- words ---------------------------------------------------------------------------------------

TOGETHER = "What is set for Teams goes together"
NO_LIBRARIES = (
    "Teams is configured, but its libraries are not installed. `make setup` installs them."
)
DEV = "CONVENOR_TEAMS_DEV is on: no app id, and nobody has to sign; for trying out on this machine"

OF_MANY = (
    "MICROSOFT_APP_TENANTID is not set, so the app is taken for one of many tenants (MultiTenant)"
)
HOW_SINGLE = f"An Azure Bot of the type Single Tenant needs it, too: “App Tenant ID”. {ON_AZURE}"
SECRETS_ID = "MICROSOFT_APP_PASSWORD looks like a secret's id, not like its value"

LOGIN = "login.microsoftonline.com"
NOT_LOGIN = "what answers there is not Microsoft's login service"
GOOD = "MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD are good: the login service gives a token"
BUSY = "Microsoft's login service is busy, so the app was not looked at"
NOT_TAKEN = "Microsoft's login service does not take MICROSOFT_APP_PASSWORD"
HOW_TAKEN = (
    "It has to be the secret's value, not its id. The page “Certificates & secrets” of your app in "
    "Microsoft Entra shows it only once; if it is gone, make a new one."
)
EXPIRED = "MICROSOFT_APP_PASSWORD has expired"
HOW_EXPIRED = "Make a new one on the page “Certificates & secrets” of your app in Microsoft Entra."
NO_APP = "The directory of MICROSOFT_APP_TENANTID knows no app MICROSOFT_APP_ID"
HOW_APP = f"Compare both. {ON_AZURE}"
NOT_MANY = "MICROSOFT_APP_ID is no app of many tenants"
HOW_MANY = f"Set MICROSOFT_APP_TYPE=SingleTenant and MICROSOFT_APP_TENANTID. {ON_AZURE}"
NO_TENANT = "Microsoft knows no directory MICROSOFT_APP_TENANTID"
HOW_TENANT = f"Compare it with “App Tenant ID”. {ON_AZURE}"
NOT_IN_TENANT = "The app is not set up in the directory of MICROSOFT_APP_TENANTID"
HOW_IN_TENANT = "Its page in Microsoft Entra makes it an enterprise application there."
SWITCHED_OFF = "The app is switched off in Microsoft Entra"
HOW_SWITCH = (
    "“Enterprise applications” there has “Enabled for users to sign-in?” on its properties."
)
REFUSED = "Microsoft's login service refuses the app: {code}"
HOW_REFUSED = "https://login.microsoftonline.com/error?code={code} says more."
HOW_ODD = (
    "Compare MICROSOFT_APP_ID, MICROSOFT_APP_PASSWORD and MICROSOFT_APP_TENANTID with Azure's."
)

ANSWERS = "Convenor answers at {url}, and turns away what Teams has not signed"
HOW_ENDPOINT = "The page “Configuration” of your Azure Bot has to name it as “Messaging endpoint”."
GUARDED = "{url} asks for a password before Convenor is asked"
HOW_GUARDED = "Let this path pass without one: Convenor itself looks at Teams' signature."
ELSEWHERE = "{url} sends to another address, where Teams does not follow"
HOW_ELSEWHERE = "Set CONVENOR_PUBLIC_URL to the address where it ends."
NO_DOOR = "What answers at {url} is not Convenor's door for Teams"
HOW_DOOR = (
    "Let the web server in front pass this path on to Convenor, and start Convenor anew after a "
    "change of its settings."
)
BEHIND = "The web server at {host} does not reach Convenor"
HOW_BEHIND = "Look at where it passes requests on to."
ODD = "{url} answers with {status}, where Convenor says 401"
NOT_RUNNING = "Convenor is not running on port {port}, so nobody can tell whether Teams reaches it"
HOW_RUN = "Start it, then run this again."
LOCAL = "Teams can't reach {host}: that name is known on this machine or in its network alone"
HOW_LOCAL = "Take an address that the internet knows. To try Teams out, a tunnel gives one."
INSIDE = "From here, {host} leads to a private address"
HOW_INSIDE = "From the internet it has to lead to Convenor, too."
HOW_OPEN = (
    "Teams has to reach it from the internet. Look at the name, its certificate and the web server."
)

CODES = {
    "7000215": (NOT_TAKEN, HOW_TAKEN),
    "7000222": (EXPIRED, HOW_EXPIRED),
    "700016": (NO_APP, HOW_APP),
    "90002": (NO_TENANT, HOW_TENANT),
    "900023": (NO_TENANT, HOW_TENANT),
    "7000229": (NOT_IN_TENANT, HOW_IN_TENANT),
    "7000112": (SWITCHED_OFF, HOW_SWITCH),
}
"""What the login service's numbers mean, and what mends it:
https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""
OF_NO_TENANT = {"700016": (NOT_MANY, HOW_MANY), "7000229": (NOT_MANY, HOW_MANY)}
"""The same, where no tenant is set."""
NOT_PASSED_ON = (404, 405)
NOT_BEHIND = (502, 503, 504)
"""What web servers answer in front of nobody."""
AT_HOME = tuple("local internal lan home intranet private corp localhost localdomain arpa".split())
"""The last parts of names that only a network's own servers know."""


def teams_checks(settings: "Settings", port: int, *, running: bool) -> Iterator[Check]:
    """What there is to say of Teams; `running` says whether Convenor is, on that port."""
    from bot.config import ConfigError
    from bot.config_teams import can_ask_login, check_teams

    try:
        check_teams(settings)
        yield Check("teams", State.FINE, TOGETHER)
    except ConfigError as error:
        yield from (Check("teams", State.WRONG, sentence) for sentence in error.sentences)
    if settings.teams_dev:
        yield Check("teams", State.NOTE, DEV)
        return
    yield from _doubts(settings)
    try:
        from bot.teams.checkup import ask
    except ImportError:
        yield Check("teams", State.WRONG, NO_LIBRARIES)
        return
    known = can_ask_login(settings)
    url = settings.public_url if settings.public_url.startswith("https://") else ""
    local = _is_local(urlsplit(url).hostname or "") if url else False
    answers = ask(
        app_id=settings.microsoft_app_id if known else "",
        password=settings.microsoft_app_password.get_secret_value() if known else "",
        tenant=settings.teams_tenant,
        public_url="" if local else url,
    )
    if known:
        yield _login(answers.login, settings.teams_tenant)
    if local:
        said = LOCAL.format(host=urlsplit(url).netloc)
        yield Check("teams address", State.WRONG, said, HOW_LOCAL)
    elif answers.door is not None:
        yield from _address(answers.door, url, port if not running else None)


def _doubts(settings: "Settings") -> Iterator[Check]:
    """What is as it may be, and hardly ever meant."""
    from bot.config_teams import UUID

    if settings.microsoft_app_id and not settings.microsoft_app_type + settings.teams_tenant:
        yield Check("teams", State.NOTE, OF_MANY, HOW_SINGLE)
    if UUID.fullmatch(settings.microsoft_app_password.get_secret_value().lower()):
        yield Check("teams", State.NOTE, SECRETS_ID, HOW_TAKEN)


# -- what the login service says -----------------------------------------------------------------


def _login(found: "Trouble | str | None", tenant: str) -> Check:
    from bot.teams.checkup import PATIENCE, Trouble

    name = "teams login"
    if not isinstance(found, Trouble):
        return Check(name, State.FINE, GOOD)
    if found.kind == "busy":
        return Check(name, State.NOTE, BUSY, LATER)
    if found.kind != "refused":
        reasons = {**REASONS, "foreign": NOT_LOGIN}
        reason = reasons[found.kind].format(seconds=PATIENCE)
        return Check(name, State.WRONG, UNREACHED.format(host=LOGIN, reason=reason), HOW_REACH)
    known = CODES if tenant else CODES | OF_NO_TENANT
    if found.code in known:
        said, how = known[found.code]
        return Check(name, State.WRONG, said, how)
    how = HOW_REFUSED.format(code=found.code) if found.code.isdigit() else HOW_ODD
    return Check(name, State.WRONG, REFUSED.format(code=found.code), how)


# -- what the address says -----------------------------------------------------------------------


def _is_local(host: str) -> bool:
    """Whether a host is one that the internet does not know."""
    from bot.config import is_loopback

    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return is_loopback(host) or "." not in host or host.split(".")[-1] in AT_HOME


def _address(found: "Door | Trouble", url: str, stopped: int | None) -> Iterator[Check]:
    """What answers at the address; `stopped` is the port where Convenor is not running, if it is not."""
    from bot.teams.checkup import PATIENCE, Trouble
    from bot.teams.needs import MESSAGES

    name, host, full = "teams address", urlsplit(url).netloc, url + MESSAGES
    if isinstance(found, Trouble):
        if found.kind == "closed" and stopped is not None:
            yield Check(name, State.NOTE, NOT_RUNNING.format(port=stopped), HOW_RUN)
            return
        reason = REASONS[found.kind].format(seconds=PATIENCE)
        yield Check(name, State.WRONG, UNREACHED.format(host=host, reason=reason), HOW_OPEN)
        return
    if found.guarded:
        yield Check(name, State.WRONG, GUARDED.format(url=full), HOW_GUARDED)
    elif found.status == 401:
        yield Check(name, State.FINE, ANSWERS.format(url=full), HOW_ENDPOINT)
    elif stopped is not None and found.status in (*NOT_PASSED_ON, *NOT_BEHIND):
        yield Check(name, State.NOTE, NOT_RUNNING.format(port=stopped), HOW_RUN)
    elif found.status in NOT_BEHIND:
        yield Check(name, State.WRONG, BEHIND.format(host=host), HOW_BEHIND)
    elif found.status in NOT_PASSED_ON:
        yield Check(name, State.WRONG, NO_DOOR.format(url=full), HOW_DOOR)
    elif 300 <= found.status < 400:
        yield Check(name, State.WRONG, ELSEWHERE.format(url=full), HOW_ELSEWHERE)
    else:
        yield Check(name, State.WRONG, ODD.format(url=full, status=found.status), HOW_DOOR)
    if found.inside:
        yield Check(name, State.NOTE, INSIDE.format(host=host), HOW_INSIDE)
