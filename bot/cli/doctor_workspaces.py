"""`convenor doctor`: the Slack workspaces that the record knows, and why nothing goes to some of them.

The record is only read, as it lies there.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.doctor import Check, State

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.checkup import Checkup
    from storage.trail import Installation

# -- words ---------------------------------------------------------------------------------------

NAME = "slack workspace"
REINSTALL = (
    "Reinstall the app on the page “Install App”, and put the new token into SLACK_BOT_TOKEN."
)
LEFT = {
    "tokens_revoked": "{where}: its token was revoked, so nothing is sent there",
    "app_uninstalled": "{where}: Convenor was uninstalled, so nothing is sent there",
}
ENDED = "{where}: it ended ({reason}), so nothing is sent there"
OTHERS = "{where}: SLACK_BOT_TOKEN is another workspace's now, so nothing is sent there"
AGAIN = "{where}: it had ended, and the token is good there now"
RESTART = "Start Convenor anew; it goes on then."
TOKENLESS = "{where}: SLACK_BOT_TOKEN is no longer set, so nothing is sent there"
SEALED = "{where}: its token was sealed with another CONVENOR_SECRET_KEY"
OLD_KEY = "Put the old key back, or: "
INSTALL_AGAIN = "Install Convenor there again: {url}"
OLD_SCOPES = "{where}: not granted: {scopes}"


def workspaces(settings: "Settings", database: "Checkup | None", team: str) -> Iterator[Check]:
    """How things stand with each; nothing where the record can't be read as it is.

    `team` is the workspace that SLACK_BOT_TOKEN was found good for, "" where that is not known.
    """
    ready = database is not None and database.there and database.steps and not database.faults
    if database is None or not ready or database.pending or database.unknown:
        return
    from bot.slack.oauth import INSTALL

    many = settings.slack_client_id.get_secret_value() and settings.public_url
    again = INSTALL_AGAIN.format(url=settings.public_url + INSTALL) if many else REINSTALL
    known, made_key = _known(database.path)
    secret = settings.secret_key.get_secret_value() or made_key
    for each in known:
        if each.token and not each.ended:
            yield _installed(each, secret, again)
        else:
            yield _of_the_settings(each, settings, team, again)


def _known(path: str) -> "tuple[tuple[Installation, ...], str]":
    """The workspaces, and the key that was made where the settings have none."""
    from bot.slack.people import PLATFORM
    from storage.port import StoreError
    from storage.sqlite_file import WriteLock
    from storage.sqlite_readers import Pool, SqliteReader
    from storage.sqlite_state import States

    try:
        lock, pool = WriteLock(Path(path)), Pool(Path(path))
        try:
            reader = SqliteReader(pool, States(), {})
            return reader.installations(PLATFORM), reader.secret("secret_key")
        finally:
            # The last connection to close moves the WAL into the database: that is a write.
            with lock.held():
                pool.close()
            lock.close()
    except (StoreError, OSError):
        return (), ""  # that the database can't be read was said already


def _installed(each: "Installation", secret: str, again: str) -> Check:
    """One that was installed by its own people, and goes on."""
    from bot.slack.needs import SCOPES
    from bot.slack.vault import Vault

    where = named(each.name, each.tenant)
    if not secret or not Vault(secret).open(each.token):
        return Check(NAME, State.WRONG, SEALED.format(where=where), OLD_KEY + again)
    lacking = [scope for scope in SCOPES if scope not in each.scopes]
    if each.scopes and lacking:
        said = OLD_SCOPES.format(where=where, scopes=", ".join(lacking))
        return Check(NAME, State.WRONG, said, again)
    return Check(NAME, State.FINE, where)


def _of_the_settings(each: "Installation", settings: "Settings", team: str, again: str) -> Check:
    """One that has no token of its own: it is the settings' one, was it once, or has ended."""
    from bot.slack.workspaces import REPLACED

    where = named(each.name, each.tenant)
    if each.tenant == team:
        if each.ended:
            return Check(NAME, State.NOTE, AGAIN.format(where=where), RESTART)
        return Check(NAME, State.FINE, where)
    if each.ended == REPLACED or (not each.ended and team):
        return Check(NAME, State.NOTE, OTHERS.format(where=where))
    if each.ended:
        said = LEFT.get(each.ended, ENDED).format(where=where, reason=each.ended)
        # Who took Convenor away meant to, as a rule: nothing to mend.
        left = each.ended == "app_uninstalled"
        return Check(NAME, State.NOTE if left else State.WRONG, said, again)
    if settings.slack_bot_token.get_secret_value():
        return Check(NAME, State.FINE, where)  # Slack could not be asked whose the token is
    return Check(NAME, State.WRONG, TOKENLESS.format(where=where), again)


def named(name: str, team: str) -> str:
    """A workspace's name with its id."""
    return f"{name} ({team})" if name else team
