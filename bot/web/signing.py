"""Tokens and signatures of the web workspace: made here, checked here, compared in constant time.

Everything hangs on one workspace secret; each use signs under its own salt, so that no signature is
good for another use. Tokens of sessions and links are random and kept as hashes only.
"""

import base64
import hashlib
import hmac
import secrets

from itsdangerous import BadData, URLSafeSerializer


def new_token() -> str:
    """A fresh secret token of 256 bits, safe in an address and a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256 as hex."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def same(given: str, right: str) -> bool:
    """Compare without telling by the time taken how much was right."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


class Signer:
    """Signs with the workspace's secret (a text of at least 32 characters)."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def mark(self, use: str, *parts: str) -> str:
        """A short signature (22 characters) over some texts, for one use."""
        text = "\0".join((use, *parts)).encode("utf-8", "replace")
        digest = hmac.digest(self._key, text, "sha256")
        return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()

    def seal(self, use: str, content: object) -> str:
        """JSON content and its signature as one text, safe in an address and a cookie."""
        return self._serializer(use).dumps(content)

    def unseal(self, use: str, sealed: str) -> object:
        """What was sealed for this use; None where it is forged, damaged or of another use."""
        try:
            content: object = self._serializer(use).loads(sealed)
        except BadData:
            return None
        return content

    def new_id(self, scope: str) -> str:
        """A fresh signed id for one form of one person (`scope`)."""
        value = secrets.token_urlsafe(12)
        return f"{value}.{self.mark('form', scope, value)}"

    def read_id(self, scope: str, signed: str) -> str | None:
        """The id's own part, if it was made by `new_id` for this scope; else None."""
        value, _, mark = signed.partition(".")
        return value if same(mark, self.mark("form", scope, value)) else None

    def _serializer(self, use: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._key, salt=f"convenor.{use}", signer_kwargs={"digest_method": hashlib.sha256}
        )
