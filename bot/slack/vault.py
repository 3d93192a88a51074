"""Tokens at rest: sealed with a key that is made from the workspace's secret, and opened again.

Without CONVENOR_SECRET_KEY, which stands outside of the database, a copy of the database opens none.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

USE = b"convenor.slack.tokens"


class Vault:
    """Seals and opens. `secret` has 32 characters or more."""

    def __init__(self, secret: str) -> None:
        key = HKDF(SHA256(), length=32, salt=None, info=USE).derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, token: str) -> str:
        """What may be stored."""
        return self._fernet.encrypt(token.encode()).decode()

    def open(self, sealed: str) -> str:
        """The token; "" where it was sealed with another secret, or is damaged."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return ""
