"""A made-up login service and public address of Teams, behind real TLS, and the doctor that asks them."""

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.cli import convenor
from bot.teams import checkup
from tests.local_server import LocalServer, Reply, Request
from tests.slack_doctor import Checks

APP = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
TENANT = "9f6c1b52-74a7-4c5f-9b1c-2f2d6a3c4e5d"
SECRET, TOKEN = "secret~of~ours", "a-token-of-theirs"
HOST = "convenor.example.org"
PUBLIC = f"https://{HOST}"
TOGETHER = {
    "MICROSOFT_APP_ID": APP,
    "MICROSOFT_APP_PASSWORD": SECRET,
    "MICROSOFT_APP_TENANTID": TENANT,
    "CONVENOR_PUBLIC_URL": PUBLIC,
}


class Microsoft(LocalServer):
    """The login service and what stands at the public address; both answer as they are told to."""

    def __init__(self, certificate: Path) -> None:
        super().__init__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"https://127.0.0.1:{self.port}"
        self.tenant = Reply()
        """What is said of a tenant; 200 stands for its real configuration."""
        self.token = Reply(body={"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN})
        self.door = Reply(401)
        self.waits: threading.Event | None = None
        """While it is set to something, no answer is given before that happens."""
        self.asked: list[str] = []
        self.forms: list[dict[str, list[str]]] = []

    @property
    def public(self) -> str:
        """The public address, by a name that the internet could know."""
        return f"{PUBLIC}:{self.port}"

    def answer(self, request: Request) -> Reply:
        """Answer what MSAL and the doctor ask."""
        self.asked.append(f"{request.method} {request.path}")
        if self.waits is not None:
            self.waits.wait(60)
        match request.path.split("/"):
            case ["", "api", "messages"]:
                assert "authorization" not in request.headers
                return self.door
            case ["", tenant, "v2.0", ".well-known", "openid-configuration"]:
                base = f"{self.url}/{tenant}"
                body = {
                    "issuer": f"{base}/v2.0",
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                }
                return Reply(body=body) if self.tenant == Reply() else self.tenant
            case ["", _, "oauth2", "v2.0", "token"]:
                self.forms.append(parse_qs(request.body.decode()))
                return self.token
        return Reply(404)

    def refuse(self, code: int, word: str = "invalid_client") -> None:
        """Let the login service say no to the app, as it words it."""
        self.token = refusal(code, word, 401)


def refusal(code: int, word: str, status: int) -> Reply:
    """How the login service says no, with what it likes to tell besides."""
    said = f"AADSTS{code}: {word} for app {APP}, {SECRET}. Trace ID: 1b2c Correlation ID: AADSTS1"
    return Reply(status, {"error": word, "error_description": said, "error_codes": [code]})


def certificate(folder: Path) -> Path:
    """A certificate with its key for the made-up hosts, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    day = dt.datetime(2020, 1, 1)  # noqa: DTZ001  # the library's way to say UTC
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2120))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@contextmanager
def faked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Microsoft]:
    """A Microsoft that gives a token, and a public address where all is well."""
    made = certificate(folder)
    server = Microsoft(made)
    look_up = socket.getaddrinfo

    def at_home(host: Any, *args: Any, **options: Any) -> Any:
        return look_up("127.0.0.1" if host == HOST else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", at_home)
    monkeypatch.setattr(checkup, "LOGIN", server.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made))
    try:
        yield server
    finally:
        if server.waits is not None:
            server.waits.set()
        server.close()


class Running(LocalServer):
    """What `convenor run` shows of itself on this machine."""

    @property
    def port(self) -> str:
        """Its port, as an option."""
        return self.url.rpartition(":")[2]

    def answer(self, request: Request) -> Reply:
        """Say that it is well."""
        return Reply(200 if request.path == "/healthz" else 404, b"ok")


def text_of(code: int, *args: str, **set_: str) -> str:
    """The doctor's words, which never hold a secret."""
    if "--port" not in args:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            args = (*args, "--port", str(probe.getsockname()[1]))
    result = CliRunner(env=set_).invoke(convenor, ["doctor", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    for secret in (SECRET, TOKEN):
        assert secret not in result.output
    assert result.exit_code == code, result.output
    assert result.stderr == ""
    return result.stdout


def doctor(code: int, *args: str, **set_: str) -> Checks:
    """The doctor's checks; `code` is how it has to end, `set_` what is configured."""
    found = json.loads(text_of(code, "--format", "json", *args, **set_))
    assert found["ok"] == (code == 0)
    return list(found["checks"])
