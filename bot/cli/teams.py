"""`convenor teams`: the app package that puts Convenor into Microsoft Teams."""

from importlib.metadata import version as installed
from pathlib import Path

import click

from bot.cli.common import write_file
from bot.cli.plain import say

# -- words ---------------------------------------------------------------------------------------

WRITTEN = "{path}: Convenor {version} for Teams, with the address {url}."
NEXT = (
    "In Teams, “Apps” → “Manage your apps” → “Upload an app” takes it; where that is not offered, a "
    "Teams administrator's “Manage apps” does."
)
ENDPOINT = "The page “Configuration” of your Azure Bot has to name {url} as “Messaging endpoint”."

FILE = "convenor-teams.zip"


@click.group()
def teams() -> None:
    """Microsoft Teams: make the app package.

    \b
    Example:
      convenor teams package
    """


@teams.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(FILE),
    show_default=True,
    help="Write to this file.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def package(output: Path, force: bool) -> None:
    """Make the zip that is uploaded to Teams.

    It is made of MICROSOFT_APP_ID and CONVENOR_PUBLIC_URL and holds no secret. Make it anew after
    either has changed, and with each new version of Convenor.

    \b
    Example:
      convenor teams package -o convenor-teams.zip
    """
    from bot.config import Settings
    from bot.config_teams import check_teams_app
    from bot.teams.needs import MESSAGES
    from bot.teams.package import package as zipped

    settings, version = Settings(), installed("convenor")
    check_teams_app(settings)
    url = settings.public_url
    write_file(output, zipped(settings.microsoft_app_id, url, version), force=force)
    say(WRITTEN.format(path=output, version=version, url=url), err=True)
    say(NEXT, err=True)
    say(ENDPOINT.format(url=url + MESSAGES), err=True)
