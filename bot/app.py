"""The composition root: the store, the service, the tick and the server, put together.

Only this file reads the clock. What a command does not need is not imported: the web workspace
comes with `serve`.
"""

import contextlib
import gc
import logging
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot import logs
from bot.config import ConfigError, Settings, check_binding
from bot.core.readiness import Readiness
from bot.core.service import Service
from bot.platforms import Platforms, owner, platforms
from bot.tick import Tick
from bot.web.links import ensure_owner, sign_in_link
from storage.port import Store, Transaction
from storage.sqlite import open_store

if TYPE_CHECKING:
    from bot.web.app import Site
    from bot.web.machines import Machines

OPEN_THIS = "Open this link to sign in (it works once): {url}"
TEAMS_DEV = (
    "Teams can be tried out at {url}. In a second terminal, start the playground:\n"
    "  npx @microsoft/m365agentsplayground@{version} start -e {url} -c msteams"
)
PLAYGROUND = "0.2.28"
"""The version of Microsoft's Agents Playground that Convenor is tried with."""
PORT_BUSY = (
    "Port {port} is in use by another program. Stop that one, or choose another with --port."
)
PORT_REFUSED = "Convenor may not listen on port {port}. Choose one above 1023 with --port."
NO_ADDRESS = "Convenor can't listen on {host}: {reason}. Check --host."

DEFAULT_PORT = 8080
PATIENCE = 10
"""Seconds that requests in flight have to finish when the process is asked to stop."""

log = logging.getLogger(__name__)


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class App:
    """An open record with its service."""

    settings: Settings
    store: Store
    service: Service
    clock: Callable[[], datetime] = clock

    def close(self) -> None:
        """Finish what is queued and close the record."""
        self.store.close()


def build(settings: Settings) -> App:
    """Open the record. Raises StoreError. Close what comes back."""
    store = open_store(settings.database_url)
    return App(settings, store, Service(store, clock), clock)


def web_app(app: App, local_url: str, machines: "Machines | None" = None) -> "Site":
    """The web workspace on an open record; `local_url` is where it listens."""
    from bot.web.app import create_app

    return create_app(
        app.service,
        app.store,
        secret=secret_key(app),
        clock=app.clock,
        public_url=app.settings.public_url,
        local_url=local_url,
        for_machines=machines,
    )


def secret_key(app: App) -> str:
    """The configured key, or else one that was made at the first start and stands in the record."""
    return app.settings.secret_key.get_secret_value() or _kept(
        app, "secret_key", lambda _old: _old or secrets.token_urlsafe(32)
    )


def _kept(app: App, name: str, successor: Callable[[str], str]) -> str:
    def work(tx: Transaction) -> str:
        old = tx.secret(name)
        new = successor(old)
        if new != old:
            tx.keep_secret(name, new)
        return new

    return app.store.write(work)


def new_sign_in(app: App) -> str:
    """A new link that signs the workspace's owner in once, where it was last served.

    The owner is made at the first start. Raises StoreError.
    """
    base = app.settings.public_url or app.store.read().secret("local_url")
    owner = ensure_owner(app.store)
    return sign_in_link(
        app.store, owner.id, base or local_address("127.0.0.1", DEFAULT_PORT), app.clock()
    )


# -- serving --------------------------------------------------------------------------------------


def serve(app: App, host: str, port: int) -> None:
    """Serve until the process is asked to stop; then finish what is in flight.

    Prints the sign-in link once it listens. Raises ConfigError where it may not or cannot listen,
    and StoreError. The record stays open: whoever built the app closes it.
    """
    check_binding(app.settings, host)
    listener = listen(host, port)
    with contextlib.closing(listener):
        # A name is only as local as what it resolves to.
        check_binding(app.settings, listener.getsockname()[0])
        logs.set_up()
        local_url = local_address(host, listener.getsockname()[1])
        _kept(app, "local_url", lambda _old: local_url)
        machines = for_machines(app)
        site = web_app(app, local_url, machines)
        others = platforms(app.settings, app.service, app.clock, secret_key(app))
        with _ticking(app, machines.readiness, mail=others.mail is not None):
            for name, dispatcher in others.dispatchers().items():
                machines.readiness.add(name, dispatcher.trouble)
            _run(site, others, listener, lambda: _say(*started(app, local_url)))


def started(app: App, local_url: str) -> Iterator[str]:
    """What is said once it listens: how to sign in, and how to try Teams out where that is switched on."""
    yield OPEN_THIS.format(url=new_sign_in(app))
    if app.settings.teams_dev:
        from bot.teams.needs import MESSAGES

        yield TEAMS_DEV.format(url=local_url + MESSAGES, version=PLAYGROUND)


def for_machines(app: App) -> "Machines":
    """What machines may ask of this process; from now on its service counts."""
    from bot.metrics import Metrics
    from bot.web.machines import Machines

    metrics = Metrics(app.store, app.clock)
    app.service.watch = metrics
    token = app.settings.metrics_token.get_secret_value()
    return Machines(Readiness(app.store, app.clock), metrics.page, token)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any that is free. Raises ConfigError."""
    bare = host.removeprefix("[").removesuffix("]") or None
    try:
        family, _, _, _, address = socket.getaddrinfo(
            bare, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConfigError(NO_ADDRESS.format(host=host, reason=_reason(error))) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # The sockets it accepts inherit this. An answer's head and body are written apart, and without
        # it the body waits up to 40 ms for the head to be acknowledged.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise ConfigError(_why_not(error, host, port)) from error
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    import errno

    if error.errno == errno.EADDRINUSE:
        return PORT_BUSY.format(port=port)
    if error.errno == errno.EACCES:
        return PORT_REFUSED.format(port=port)
    return NO_ADDRESS.format(host=host, reason=_reason(error))


def _reason(error: Exception) -> str:
    found = error.strerror if isinstance(error, OSError) else ""
    return (found or "it is not an address").lower()


def local_address(host: str, port: int) -> str:
    """Where a browser on this machine finds what listens on `host`."""
    bare = host.removeprefix("[").removesuffix("]")
    name = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bare, bare)  # noqa: S104
    return f"http://{f'[{name}]' if ':' in name and name[0] != '[' else name}:{port}"


def _say(*sentences: str) -> None:
    sys.stdout.writelines(f"{sentence}\n" for sentence in sentences)
    sys.stdout.flush()


@contextlib.contextmanager
def _ticking(app: App, readiness: Readiness, *, mail: bool) -> Iterator[None]:
    service = app.service
    tick = Tick(app.store, app.clock, owner(), service.watch, mail=mail, promised=service.promised)
    readiness.add("tick", tick.trouble)
    tick.start()
    try:
        yield
    finally:
        tick.stop()


def _run(
    site: "Site", others: Platforms, listener: socket.socket, started: Callable[[], None]
) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """Says when it listens, and ends open streams when it is asked to stop."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            await others.start()
            started()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            await others.stop()

        def handle_exit(self, sig: int, frame: Any) -> None:
            site.state.web.stopping.set()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        others.before(site),
        access_log=False,  # it would log the tokens in addresses
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        ws="none",
    )
    server = Server(config)
    gc.collect()
    gc.freeze()  # what stands by now stays: looking it through again makes every request late
    with _stopping_by(server.handle_exit):
        server.run([listener])
    log.info("stopped")


@contextlib.contextmanager
def _stopping_by(handler: Callable[[int, Any], None]) -> Iterator[None]:
    # Uvicorn handles the signals while it serves, and raises them once more when it is done: by
    # then this handler stands here again, and what follows (the tick, the record) can finish.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    old = {sig: signal.signal(sig, handler) for sig in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for sig, former in old.items():
            signal.signal(sig, former)
