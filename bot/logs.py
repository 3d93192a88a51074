"""The log: one line an action, with ids only.

Nobody's words and no token may stand in it. Messages are made of ids by those who write them; an
exception is shown by its kind and the lines it came through, since its message and the values in a
traceback may quote an answer.
"""

import logging
import re
import sys
import time
import traceback

QUIET = {
    "uvicorn": logging.WARNING,
    "apscheduler": logging.WARNING,
    "slack_bolt": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "aiohttp": logging.WARNING,
    "asyncio": logging.WARNING,
    "msal": logging.WARNING,
    "msrest": logging.WARNING,
    "urllib3": logging.WARNING,
}
"""Libraries that otherwise talk about themselves."""
TALKATIVE = ("slack_bolt", "slack_sdk", "aiohttp", "asyncio", "msal", "msrest", "urllib3")
"""Libraries whose messages may quote what they carry: of those, only the first words are shown."""
SILENT = ("msrest.exceptions",)
"""Loggers whose whole message is what a service answered: of those, no words are shown."""
FIRST_WORDS = re.compile(r"[^(:{\[<'\"]{0,80}")
KEYS = re.compile(
    r"\bx(?:ox[a-z]|app)[-.][\w.-]+|\b\d+\.\d+\.[0-9a-f]{8,}\b|\beyJ[\w-]+(?:\.[\w-]*)*"
)
"""Slack's tokens, the triggers with which a form is opened, and signed tokens, wherever they turn up."""
FRAMES = 6


class OneLine(logging.Formatter):
    """time=… level=… logger=… and the message; times in UTC."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever is in the record."""
        head = f"time={self.formatTime(record)} level={record.levelname} logger={record.name}"
        words = KEYS.sub("…", " ".join(_message(record).split()))
        if record.name.partition(".")[0] in TALKATIVE:
            first = FIRST_WORDS.match(words)
            words = first[0].strip() if first and record.name not in SILENT else ""
        error = record.exc_info[1] if record.exc_info else None
        return f"{head} {words}" + (f" {whence(error)}" if error else "")


def _message(record: logging.LogRecord) -> str:
    # What can't be put together would be printed with all that it was to be made of.
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  # whatever a library handed in
        return "unreadable"


def whence(error: BaseException) -> str:
    """An error for the log: its kind, and the innermost lines it came through."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = " < ".join(f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in reversed(frames))
    return f"error={type(error).__qualname__} at={places or 'unknown'}"


def set_up(level: int = logging.INFO) -> None:
    """Send the log to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(quiet)
