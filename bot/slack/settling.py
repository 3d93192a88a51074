"""What becomes of a whisper whose button did what it offers: it is taken away.

Nobody else sees it, and no edit reaches it but by the address that comes with the press
(https://docs.slack.dev/interactivity/handling-user-interaction#message_responses).
"""

import logging
from typing import Any

from aiohttp import ClientError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.logs import whence

ANSWERS = frozenset({"choose", "treat"})
"""The actions that leave nothing to press on a whisper."""
PATIENCE = 2
"""Seconds; Slack waits for three, and an old whisper is no harm."""

log = logging.getLogger(__name__)


async def take_away(body: dict[str, Any], action: str) -> None:
    """Take the whisper away on which this was pressed, if it is one."""
    whisper = (body.get("container") or {}).get("is_ephemeral")
    address = body.get("response_url")
    if action not in ANSWERS or not whisper or not isinstance(address, str) or not address:
        return
    try:
        await AsyncWebhookClient(address, timeout=PATIENCE, retry_handlers=[]).send_dict(
            {"delete_original": True}
        )
    except (ClientError, TimeoutError, OSError) as error:
        log.warning("whisper stays %s", whence(error))
