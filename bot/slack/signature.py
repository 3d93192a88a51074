"""Whether a request was signed by Slack, on the very bytes that came, before anything reads them.

Bolt's own check gives 500 on a timestamp that is no number and on a signature that is not ASCII,
and lets an unsigned `ssl_check` through; so it is switched off and this one stands before it. See
https://docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import hashlib
import hmac

OLDEST = 300
"""Seconds that a request may be old (or early) at most."""


def signed(secret: str, body: bytes, timestamp: str, signature: str, now: float) -> bool:
    """Whether `signature` is Slack's for this body and timestamp, and fresh at `now` (seconds)."""
    if not secret or not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 16):
        return False
    if abs(now - int(timestamp)) > OLDEST or not signature.isascii():
        return False
    base = b"v0:" + timestamp.encode() + b":" + body
    right = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, signature)
