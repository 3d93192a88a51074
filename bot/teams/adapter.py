"""Everything that knows Microsoft's Bot Framework SDK, and nothing else: who knocks, and the calls out.

Microsoft no longer services botbuilder; its successor is microsoft-agents-hosting-core. A move there is
a move of this file: the rest of bot.teams knows activities as JSON, and the errors of
bot.teams.refusals. Where the SDK was found to be wrong, it is put right here, each time with the why.
"""

import asyncio
import functools
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import jwt
import requests
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import (
    Activity,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    ConversationReference,
    ErrorResponseException,
)
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    BotFrameworkAuthenticationFactory,
    ClaimsIdentity,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor
from msal import ConfidentialClientApplication
from msal.exceptions import MsalServiceError
from msrest.exceptions import ClientException, DeserializationError, HttpOperationError  # type: ignore[attr-defined]  # it hands the second one on
from msrest.pipeline.async_abc import AsyncPipeline
from msrest.pipeline.async_requests import (
    AsyncPipelineRequestsHTTPSender,
    AsyncRequestsCredentialsPolicy,
)
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http.async_requests import (
    AsyncRequestsClientResponse,
    AsyncRequestsHTTPSender,
)
from msrest.universal_http.requests import ClientRetryPolicy
from urllib3.exceptions import NewConnectionError

from bot.teams.pieces import CARD
from bot.teams.refusals import Declined, NoLogin, Unreached, Untrusted
from bot.teams.slots import ALL, OF_A_SERVICE, NoSlot, Slots
from bot.teams.tokens import CHANNEL, ISSUER, claim, on_this_machine, trusted

KEYS_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
KEYS_LAST, KEYS_PAUSE, KEYS_PATIENCE = 43_200.0, 20.0, 5.0
"""Seconds: after which the keys are asked for anew; between two looks for an unknown one; for an answer."""
CALL_PATIENCE = 20
"""Seconds that one call to Teams may take."""
EARLY = 300.0
"""Seconds before its end that a token of ours is replaced."""
SERVICES = 64
"""Service addresses whose connections are kept."""
A_PAGE = 200
A_WORD = 60
"""Characters of a code that is kept for the log."""
PERSON = ("id", "aadObjectId", "name", "email", "tenantId", "userRole")

NOT_REACHED = (
    ClientException, DeserializationError, requests.RequestException, TimeoutError, OSError,
)  # fmt: skip
"""What the SDK raises where there was no answer, or one that nobody can read."""
NO_LOGIN = (
    requests.RequestException, MsalServiceError, AttributeError, KeyError, TypeError, ValueError,
)  # fmt: skip
"""What MSAL raises where the login service is not there, or is none: it trusts what it reads."""
_threads, _asking = ThreadPoolExecutor(ALL, "teams"), ThreadPoolExecutor(2, "teams-login")
"""For calls, and for tokens: calls that hang keep nobody from asking for one."""
_Answer: Any = AsyncRequestsClientResponse
_Signing: Any = AsyncRequestsCredentialsPolicy  # msrest's types are half there

# msrest looks each status up in a list of 500 with every client it makes: 7 ms of a turn.
ClientRetryPolicy.safe_codes = frozenset(ClientRetryPolicy.safe_codes)  # type: ignore[assignment]


class KeysUnknown(Exception):
    """Microsoft's keys could not be fetched, so nobody can say whether a token is good."""


class App(NamedTuple):
    """Who Convenor is to Microsoft. Without an id it listens and speaks on this machine alone."""

    id: str = ""
    password: str = ""
    tenant: str = ""
    """The one tenant of a single-tenant app; "" for a multi-tenant one."""
    keys_url: str = KEYS_URL
    others: frozenset[str] = frozenset()
    """Hosts beside Microsoft's that a service may be at: for tests."""
    token: Callable[[], str] | None = None
    """Gives a token instead of the login service: for tests."""

    def may_call(self, url: object) -> bool:
        """Whether a service's address may be spoken to."""
        return trusted(url, self.others) if self.id else on_this_machine(url)


# -- who knocks ----------------------------------------------------------------------------------


class Gate:
    """Says whether a request is Teams'."""

    def __init__(self, app: App, now: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._keys = _Keys(app.keys_url, now)
        # Named one by one, since the SDK takes the keys' address only so.
        self._authentication = BotFrameworkAuthenticationFactory.create(
            to_channel_from_bot_login_url="https://login.microsoftonline.com/botframework.com",
            to_channel_from_bot_oauth_scope=ISSUER,
            to_bot_from_channel_token_issuer=ISSUER,
            to_bot_from_channel_open_id_metadata_url=app.keys_url,
            credential_factory=PasswordServiceClientCredentialFactory(app.id, app.password),
        )

    async def admits(self, header: str, activity: dict[str, Any]) -> bool:
        """Whether a request's token is good for its activity. Raises KeysUnknown."""
        channel, service = activity.get("channelId"), activity.get("serviceUrl")
        if channel != CHANNEL or not self._app.may_call(service) or not isinstance(service, str):
            return False
        if not self._app.id:
            return True
        claimed = claim(header, self._app.id, service)
        # The SDK takes a key without endorsements for one of every channel, raises an IndexError for a
        # key that is new, and fetches keys with a blocking call: so the key is looked for here first.
        if claimed is None or CHANNEL not in await self._keys.endorsed(claimed.key):
            return False
        try:
            await self._authentication.authenticate_request(
                Activity(channel_id=channel, service_url=service), header
            )
        except (PermissionError, jwt.PyJWTError):
            return False
        return True


class _Keys:
    """Microsoft's signing keys, in the SDK's own cache."""

    def __init__(self, url: str, now: Callable[[], float]) -> None:
        self._url, self._now = url, now
        self._metadata = JwtTokenExtractor.get_open_id_metadata(url)
        self._fetched, self._looked = -KEYS_LAST, -KEYS_PAUSE
        self._reached = False
        self._fetching = asyncio.Lock()

    async def endorsed(self, key: str) -> Sequence[str]:
        """The channels that a key is good for; none for an unknown key. Raises KeysUnknown."""
        found = self._find(key)
        old = self._now() - self._fetched >= KEYS_LAST
        if found is None or (old and not self._fetching.locked()):
            async with self._fetching:
                await self._fetch()
            found = self._find(key)
        if found is None and not self._reached:
            raise KeysUnknown
        return (found or {}).get("endorsements") or ()

    def _find(self, key: str) -> dict[str, Any] | None:
        return next((k for k in self._metadata.keys if k.get("kid") == key), None)

    async def _fetch(self) -> None:
        """Ask for the keys, unless that was done a moment ago; old ones are better than none."""
        now = self._now()
        if now - self._looked < KEYS_PAUSE:
            return
        self._looked = now
        try:
            self._metadata.keys = await asyncio.to_thread(self._ask)
        except (requests.RequestException, ValueError, KeyError, TypeError):
            self._reached = False
            return
        self._fetched, self._reached = now, True
        # Far ahead, so that the SDK never fetches them by itself.
        self._metadata.last_updated = type(self._metadata.last_updated).max

    def _ask(self) -> list[dict[str, Any]]:
        with requests.Session() as session:
            metadata = session.get(self._url, timeout=KEYS_PATIENCE)
            metadata.raise_for_status()
            answer = session.get(metadata.json()["jwks_uri"], timeout=KEYS_PATIENCE)
            answer.raise_for_status()
            found = [k for k in answer.json()["keys"] if isinstance(k, dict) and "kid" in k]
        if not found:
            raise ValueError("no keys")
        return found


# -- calls out -----------------------------------------------------------------------------------


class _Credentials(MicrosoftAppCredentials):  # type: ignore[misc]  # botbuilder has no types
    """One app's token, kept until shortly before its end; the SDK would ask for one in every turn."""

    def __init__(self, app: App) -> None:
        super().__init__(app.id, app.password, app.tenant or None, ISSUER)
        self._app, self._token, self._until = app, "", 0.0
        self._login: ConfidentialClientApplication | None = None
        self._asking = threading.Lock()

    @property
    def at_hand(self) -> bool:
        """Whether the token need not be asked for."""
        return self._app.token is not None or time.monotonic() < self._until

    def renew(self) -> None:
        """Ask the login service for a token, where it is time. Raises NoLogin. It blocks."""
        with self._asking:  # those who come at once share one answer
            if not self.at_hand:
                self._token, self._until = self._fetch()

    def get_access_token(self, force_refresh: bool = False) -> str:
        """The token, for the SDK, which asks on the event loop."""
        return self._token if self._app.token is None else self._app.token()

    def refused(self) -> None:
        """A service did not take the token: the next call asks for another one."""
        with self._asking:
            self._until = 0.0
            if self._login is not None:
                self._login.remove_tokens_for_client()

    def _fetch(self) -> tuple[str, float]:
        try:
            self._login = self._login or ConfidentialClientApplication(
                self._app.id,
                client_credential=self._app.password,
                authority=self.oauth_endpoint,
                timeout=CALL_PATIENCE,
            )
            found = self._login.acquire_token_for_client([f"{ISSUER}/.default"])
        except NO_LOGIN as error:
            raise NoLogin(type(error).__name__) from error
        if "access_token" not in found:
            said = str(found.get("error"))
            raise NoLogin(said if said.isidentifier() and len(said) <= A_WORD else "refused")
        return found["access_token"], time.monotonic() + float(found.get("expires_in", 0)) - EARLY


class _Services:
    """The SDK's factory for connections: one for each service address, with the one token."""

    def __init__(self, app: App) -> None:
        self._app, self._credentials = app, _Credentials(app)
        self._clients: OrderedDict[str, ConnectorClient] = OrderedDict()
        self._calls = asyncio.Semaphore(ALL)

    async def ready(self, url: str) -> None:
        """Have a token before the SDK asks for it on the event loop. Raises NoLogin, Untrusted."""
        if not self._app.may_call(url):
            raise Untrusted
        if self._app.id and not self._credentials.at_hand:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(_asking, self._credentials.renew)

    async def create(self, service_url: str, _audience: str | None = None) -> ConnectorClient:
        """The connection to a service."""
        client = self._clients.get(service_url)
        if client is None:
            pipeline = functools.partial(_pipeline, Slots(self._calls))
            client = ConnectorClient(
                self._credentials, base_url=service_url, pipeline_type=pipeline
            )
            # A redirect would take people's words and our token to another address.
            client.config.redirect_policy.allow = False
            client.config.connection.timeout = CALL_PATIENCE
            client.config.http_logger_policy.enable_http_logger = False
            self._clients[service_url] = client
        self._clients.move_to_end(service_url)
        if len(self._clients) > SERVICES:
            self._clients.popitem(last=False)
        return client

    def refused(self) -> None:
        """A service did not take our token."""
        self._credentials.refused()

    def create_connector_factory(self, _identity: ClaimsIdentity) -> "_Services":
        """What the SDK's adapter asks for: this very factory."""
        return self

    async def create_user_token_client(self, _identity: ClaimsIdentity) -> None:
        """Nobody signs in with Convenor, so there is none."""


class _Sender(AsyncRequestsHTTPSender):
    """Calls on threads of our own: the SDK would take the event loop's few, which our store needs, too."""

    def __init__(self, config: Any, slots: Slots) -> None:
        self._slots = slots  # the SDK's way makes its session at once
        super().__init__(config)

    def _init_session(self, session: requests.Session) -> None:
        # The SDK's way would try again by itself, and so post a message twice; and a 502 or a redirect
        # would come out of it without its status.
        for protocol in self._protocols:
            session.mount(protocol, requests.adapters.HTTPAdapter(pool_maxsize=OF_A_SERVICE))

    async def send(self, request: Any, **config: Any) -> Any:  # type: ignore[override]  # as the SDK's
        """Make one call."""
        how = self._configure_send(request, **config)
        session = how.pop("session", self.session)
        call = functools.partial(session.request, request.method, request.url, **how)
        try:
            async with self._slots.one():
                answer = await asyncio.get_running_loop().run_in_executor(_threads, call)
        except NoSlot as error:
            raise Unreached("busy", sent=False) from error
        except requests.ConnectionError as error:
            if not _never_connected(error):
                raise
            raise Unreached(type(error).__name__, sent=False) from error
        return _Answer(request, answer)


def _never_connected(error: requests.ConnectionError) -> bool:
    """Whether no connection came about, so that nothing can have been sent."""
    met = error.args[0] if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(
        getattr(met, "reason", None), NewConnectionError
    )


class _Reading(RawDeserializer):
    """The SDK's reader of answers, for which a gateway's page would hide that it is a refusal."""

    def on_response(self, request: Any, response: Any, **how: Any) -> None:
        """Read an answer's body."""
        try:
            super().on_response(request, response, **how)
        except DeserializationError:
            if response.http_response.status_code < 300:
                raise


def _pipeline(slots: Slots, config: Any) -> AsyncPipeline[Any, Any]:
    """The SDK's own steps of a call, with our sender at their end."""
    return AsyncPipeline(
        [
            config.user_agent_policy,
            _Signing(config.credentials),
            _Reading(),
            config.http_logger_policy,
        ],
        AsyncPipelineRequestsHTTPSender(_Sender(config, slots)),
    )


class Connector:
    """The calls to Teams. Each raises Declined, Unreached, NoLogin or Untrusted."""

    def __init__(self, app: App) -> None:
        self._app, self._services = app, _Services(app)
        self._sdk = _Sdk(self._services)

    async def post(self, url: str, conversation: str, card: dict[str, Any], words: str) -> str:
        """Post a card with its words for notifications; returns the message's id."""

        async def send(turn: TurnContext) -> str:
            answer = await turn.send_activity(_message(card, words))
            return str(answer.id or "")

        return str(await self._turn(url, conversation, send))

    async def replace(
        self, url: str, conversation: str, message: str, card: dict[str, Any], words: str
    ) -> None:
        """Put a card in the place of what stands there."""

        async def update(turn: TurnContext) -> None:
            changed = _message(card, words)
            changed.id = message
            await turn.update_activity(changed)

        await self._turn(url, conversation, update)

    async def begin(
        self, url: str, tenant: str, channel: str, card: dict[str, Any], words: str
    ) -> str:
        """Post a card that opens a reply chain of a channel; returns the message's id."""
        parameters = ConversationParameters(
            is_group=True,
            tenant_id=tenant,
            channel_data={"channel": {"id": channel}, "tenant": {"id": tenant}},
            activity=_message(card, words),
        )
        return (await self._create(url, parameters))[1]

    async def open(self, url: str, tenant: str, account: str) -> str:
        """Open a person's own chat, or find the one that is there; returns the conversation's id."""
        parameters = ConversationParameters(
            is_group=False,
            tenant_id=tenant,
            bot=ChannelAccount(id=f"28:{self._app.id}"),
            members=[ChannelAccount(id=account)],
            channel_data={"tenant": {"id": tenant}},
        )
        return (await self._create(url, parameters))[0]

    async def roster(self, url: str, conversation: str, most: int) -> list[dict[str, Any]]:
        """The people of a team, a group chat or a chat, as Teams describes them; no more than `most`."""

        async def read(turn: TurnContext) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            token = None
            while len(found) < most:
                page = await _conversations(turn).get_teams_conversation_paged_members(
                    conversation, min(A_PAGE, most), token
                )
                found.extend(map(_person, page.members or ()))
                token = page.continuation_token
                if not token:
                    break
            return found[:most]

        return list(await self._turn(url, conversation, read))

    async def person(self, url: str, conversation: str, user: str) -> dict[str, Any] | None:
        """One person of a conversation, by any id of theirs; None where they are not in it."""

        async def read(turn: TurnContext) -> dict[str, Any]:
            return _person(await _conversations(turn).get_conversation_member(conversation, user))

        try:
            return dict(await self._turn(url, conversation, read))
        except Declined as declined:
            if declined.status == 404:
                return None
            raise

    # -- through the SDK ------------------------------------------------------------------------

    async def _turn(
        self, url: str, conversation: str, do: Callable[[TurnContext], Awaitable[Any]]
    ) -> Any:
        """One turn of the SDK's in a conversation; what failed in it comes out of it."""
        reference = ConversationReference(
            channel_id=CHANNEL,
            service_url=url,
            bot=ChannelAccount(id=f"28:{self._app.id}"),
            conversation=ConversationAccount(id=conversation),
        )
        done: list[Any] = []

        async def turn(context: TurnContext) -> None:
            context.activity.id = None  # made up by the SDK, which would reply to it
            done.append(await do(context))

        await self._guarded(url, self._sdk.continue_conversation(reference, turn, self._app.id))
        return done[0]

    async def _create(self, url: str, parameters: ConversationParameters) -> tuple[str, str]:
        """Create a conversation; returns its id and its first message's."""
        found: list[tuple[str, str]] = []

        async def created(context: TurnContext) -> None:
            made = context.activity
            found.append((str(made.conversation.id or ""), str(made.id or "")))

        await self._guarded(
            url, self._sdk.create_conversation(self._app.id, created, parameters, CHANNEL, url)
        )
        return found[0]

    async def _guarded(self, url: str, call: Awaitable[None]) -> None:
        """Put the SDK's errors into ours."""
        try:
            await self._services.ready(url)
        except BaseException:
            _never(call)
            raise
        try:
            await call
        except (ErrorResponseException, HttpOperationError) as error:
            declined = _declined(error)
            if declined.status == 401:
                self._services.refused()
            raise declined from error
        except NOT_REACHED as error:
            raise Unreached(type(error).__name__) from error


class _Sdk(CloudAdapterBase):  # type: ignore[misc]  # botbuilder has no types
    """The SDK's adapter, over our own factory."""


def _never(call: Awaitable[None]) -> None:
    close = getattr(call, "close", None)
    if close is not None:
        close()


def _message(card: dict[str, Any], words: str) -> Activity:
    attachment = Attachment(content_type=CARD, content=card)
    return Activity(type="message", attachments=[attachment], summary=words)


def _conversations(turn: TurnContext) -> Any:
    """The calls about conversations; TeamsInfo's own fail in a turn that no activity began."""
    return turn.turn_state[CloudAdapterBase.BOT_CONNECTOR_CLIENT_KEY].conversations


def _person(found: Any) -> dict[str, Any]:
    """A person of a roster as Teams wrote it: some calls say `objectId`, and fields the SDK knows not."""
    said = {**(found.additional_properties or {}), **found.serialize()}
    said.setdefault("aadObjectId", said.get("objectId"))
    return {name: str(said.get(name) or "") for name in PERSON}


def _declined(error: Any) -> Declined:
    """The service's own word; its answer may be anything."""
    response = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    headers = getattr(response, "headers", None) or {}
    code = ""
    try:
        body = response.json() if hasattr(response, "json") else {}
        code = str(((body or {}).get("error") or {}).get("code") or "")[:A_WORD]
    except (ValueError, AttributeError):
        code = ""
    return Declined(status, code if code.isidentifier() else "", _seconds(headers))


def _seconds(headers: Any) -> float | None:
    said = str(headers.get("Retry-After") or headers.get("retry-after") or "").strip()
    return min(float(said), 3600.0) if said.isascii() and said.isdecimal() else None
