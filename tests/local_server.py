"""A small HTTP server in a thread, on a port of this machine, for what tests put around a bot.

Whoever answers a request (a subclass) sees it as a `Request` and gives a `Reply`, or `CUT` where the
connection is to end without a word. What goes wrong while answering is raised by `close`, so that no
fault of the harness passes for the bot's.
"""

import contextlib
import json
import socket
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit


class Request(NamedTuple):
    """What was asked; the names of the headers are in small letters, the path is unquoted."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    target: str
    """The path and the query as they were written."""

    def json(self) -> Any:
        """The body; {} where there is none."""
        return json.loads(self.body) if self.body else {}


@dataclass(frozen=True)
class Reply:
    """What is answered: bytes go out as they are, None as nothing, everything else as JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


CUT: Final = Reply(status=0)
"""No answer: the connection ends."""


class LocalServer:
    """Listens from the start until `close`; `url` has no slash at its end."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def answer(self, request: Request) -> Reply:
        """Answer one request, in a thread of its own."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop listening and end the connections. Fails where an answer had failed."""
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the other side was quicker
                    connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()  # waits for the threads, whose connections have ended
        assert not self.faults, "\n".join(self.faults)

    def _connected(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def _ended(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, owner: LocalServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.owner._connected(self.connection)

    def finish(self) -> None:
        self.server.owner._ended(self.connection)
        with contextlib.suppress(OSError):  # what is not yet sent can't be, on a cut connection
            super().finish()

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        # The other side hung up, or `close` did, while this thread waited for its next request.
        with contextlib.suppress(ConnectionError):
            super().handle()

    def _any(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            self.command,
            unquote(parts.path),
            dict(parse_qsl(parts.query)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            self.path,
        )
        try:
            reply = self.server.owner.answer(request)
        except Exception:  # noqa: BLE001 (kept, and raised by `close`)
            self.server.owner.faults.append(traceback.format_exc())
            reply = Reply(500, {"error": "the test's own server failed"})
        if reply is CUT:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        body, headers = reply.body, dict(reply.headers)
        if body is None:
            body = b""
        elif not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _any  # noqa: N815
