"""The log: one line an action, with ids only.

Nobody's words and no token may stand in it. Messages are made of ids by those who write them; an
exception is shown by its kind and the lines it came through, since its message and the values in a
traceback may quote an answer.
"""

import logging
import sys
import time
import traceback

QUIET = {"uvicorn": logging.WARNING, "apscheduler": logging.WARNING}
"""Libraries that otherwise talk about themselves."""
FRAMES = 6


class OneLine(logging.Formatter):
    """time=… level=… logger=… and the message; times in UTC."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever is in the record."""
        head = f"time={self.formatTime(record)} level={record.levelname} logger={record.name}"
        words = " ".join(record.getMessage().split())
        error = record.exc_info[1] if record.exc_info else None
        return f"{head} {words}" + (f" {whence(error)}" if error else "")


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
