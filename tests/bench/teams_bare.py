"""A bare botbuilder bot, as the SDK ships it, for the Teams bench: an empty handler, nothing mended.

It does what the SDK's own adapter for aiohttp does with a request: read the activity, check the token,
run the turn, answer 201 (https://github.com/microsoft/botbuilder-python, the package
botbuilder-integration-aiohttp, CloudAdapter.process). It sends nothing, so it needs no token of its own.
"""

import json
import sys
from http import HTTPStatus
from multiprocessing.connection import Connection
from typing import Any

from botbuilder.core import ActivityHandler, CloudAdapterBase
from botbuilder.schema import Activity
from botframework.connector.auth import (
    BotFrameworkAuthenticationFactory,
    ChannelValidation,
    PasswordServiceClientCredentialFactory,
)

from bot.platforms import Platforms
from tests.bench.apart import serve

EMPTY = [(b"content-length", b"0")]


def bare(pipe: Connection, app_id: str, keys_url: str) -> None:
    """Serve it; says its port first."""
    if "bot.teams.adapter" in sys.modules:
        raise RuntimeError("the SDK is mended in this process")
    ChannelValidation.open_id_metadata_endpoint = keys_url
    authentication = BotFrameworkAuthenticationFactory.create(
        credential_factory=PasswordServiceClientCredentialFactory(app_id, "secret")
    )
    serve(pipe, _Bare(_Adapter(authentication), ActivityHandler()), Platforms(), dict)


class _Adapter(CloudAdapterBase):  # type: ignore[misc]  # botbuilder has no types
    """The SDK's."""


class _Bare:
    """The ASGI application."""

    def __init__(self, adapter: _Adapter, bot: ActivityHandler) -> None:
        self._adapter, self._bot = adapter, bot

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        found, more = b"", True
        while more:
            message = await receive()
            found += message.get("body", b"")
            more = message.get("more_body", False)
        activity = Activity().deserialize(json.loads(found))
        try:
            await self._adapter.process_activity(
                headers.get(b"authorization", b"").decode("latin-1"), activity, self._bot.on_turn
            )
            status = HTTPStatus.CREATED
        except PermissionError:
            status = HTTPStatus.UNAUTHORIZED
        await send({"type": "http.response.start", "status": status, "headers": EMPTY})
        await send({"type": "http.response.body", "body": b""})
