"""The app package that puts Convenor into Teams: a zip of the manifest and the two icons.

The manifest is of the newest version that the reference lists as generally available
(https://learn.microsoft.com/microsoft-365/extensibility/schema/); the icons keep to
https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package.
"""

import io
import json
import re
import uuid
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.teams import needs

# -- words ---------------------------------------------------------------------------------------

NAME = "Convenor"
FULL_NAME = "Convenor, the committee's secretary"
SHORT = "Walks committees through planning questions in threads and keeps the record."
FULL = """\
Convenor walks a committee through its planning questions, one at a time, and keeps a record that a \
board can trust.

Add it to your committee's team, choose a channel, and it asks there, in the replies to one message. \
Members answer in plain words or on a card, in the thread or at their own pace in a chat with Convenor. \
It knows who has answered and who is to go, opens the questions that follow from an answer, asks again \
where an earlier answer changed, and posts one summary at the end of each phase.

Edit or delete a message, and the answer follows. “status” says where things stand, “gaps” what is \
still missing, “help” all that it understands.

Your organisation runs Convenor itself; what people write is kept there."""

MANIFEST_VERSION = "1.27"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.schema.json"
ACCENT = "#0b6a5b"
"""The workspace's own (`--accent` in bot/web/static/convenor.css)."""
ICONS = {"color": "color.png", "outline": "outline.png"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same settings make the same bytes."""


def package(app_id: str, public_url: str, version: str) -> bytes:
    """The zip, to be uploaded to Teams; the same for the same settings and version.

    Takes the bot's app id, the address of the workspace (https, nothing after the host and port) and
    Convenor's version. Raises ValueError where one of them is not that.
    """
    made = manifest(app_id, public_url, version)
    parts = {"manifest.json": (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()}
    icons = files("bot.teams") / "icons"
    parts |= {name: (icons / name).read_bytes() for name in ICONS.values()}
    into = io.BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            info = ZipInfo(name, LONG_AGO)
            info.create_system, info.external_attr = (
                3,
                0o644 << 16,
            )  # as on Unix, wherever it is made
            info.compress_type = ZIP_DEFLATED
            zipped.writestr(info, content)
    return into.getvalue()


def manifest(app_id: str, public_url: str, version: str) -> dict[str, Any]:
    """The manifest as data; takes and raises what `package` does."""
    bot = str(uuid.UUID(app_id))
    address = urlsplit(public_url)
    if address.scheme != "https" or not address.netloc:
        raise ValueError("Teams takes an https address alone")
    return {
        "$schema": SCHEMA,
        "manifestVersion": MANIFEST_VERSION,
        "version": _release(version),
        "id": str(uuid.uuid5(uuid.UUID(bot), NAME)),
        "developer": {
            "name": NAME,
            # Who runs Convenor is responsible for it; the workspace is the page they have.
            **dict.fromkeys(("websiteUrl", "privacyUrl", "termsOfUseUrl"), public_url),
        },
        "name": {"short": NAME, "full": FULL_NAME},
        "description": {"short": SHORT, "full": FULL},
        "icons": ICONS,
        "accentColor": ACCENT,
        "defaultInstallScope": "team",
        # Teams asks it of every app with the scope "team" since manifest 1.25, which its schema does not
        # say: https://learn.microsoft.com/microsoft-365/extensibility/schema/
        "supportsChannelFeatures": "tier1",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "bots": [
            {
                "botId": bot,
                "scopes": list(needs.SCOPES),
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [
                    {"scopes": list(scopes), "commands": [_command(name) for name in names]}
                    for scopes, names in needs.COMMANDS
                ],
            }
        ],
        "composeExtensions": [
            {
                "botId": bot,
                "commands": [
                    {
                        "id": needs.RECORD,
                        "type": "action",
                        "title": needs.RECORD_TITLE,
                        "description": needs.RECORD_DESCRIPTION,
                        "context": ["message"],
                        "fetchTask": True,
                    }
                ],
            }
        ],
        "permissions": list(needs.PERMISSIONS),
        "validDomains": [address.netloc],
        # Consent is kept under this id; the resource is not used, but may not be missing.
        "webApplicationInfo": {"id": bot, "resource": f"api://botid-{bot}"},
        "authorization": {
            "permissions": {
                "resourceSpecific": [
                    {"name": name, "type": "Application"} for name in needs.CONSENTS
                ]
            }
        },
    }


def _command(name: str) -> dict[str, str]:
    return {"title": name, "description": needs.meaning(name)}


def _release(version: str) -> str:
    """The three numbers of a version, which are all that Teams takes."""
    found = re.match(r"\d+\.\d+\.\d+", version)
    if not found:
        raise ValueError("a version begins with three numbers")
    return found[0]
