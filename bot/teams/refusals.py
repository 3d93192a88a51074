"""What comes back from Teams' services where something was not done, and what is to become of it.

The SDK's own errors are put into these by bot.teams.adapter, so that nobody else has to know them.
"""

import random

from bot.core.dispatch import Hopeless, Later

LOGIN_WAIT, HOUR = 60.0, 3600.0
WAIT_FOR_PEOPLE = 300.0
"""Seconds until a room that can't be posted to is tried again: somebody has to act first."""
UNSAID = 5.0
"""Seconds to wait on a 429 that does not say how long."""
AGAIN = frozenset({408, 412, 429, 502, 504})
"""Teams asks to try again, with jitter (https://learn.microsoft.com/microsoftteams/platform/bots/\
how-to/rate-limit)."""


class Declined(Exception):
    """The service answered, and it was no. `code` is its own word for why; "" for none."""

    def __init__(self, status: int, code: str = "", after: float | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status, self.code, self.after = status, code, after


class Unreached(Exception):
    """No answer came: it may have been done all the same, unless nothing was `sent`.

    The reason is a word for the log.
    """

    def __init__(self, reason: str, *, sent: bool = True) -> None:
        super().__init__(reason)
        self.sent = sent


class NoLogin(Exception):
    """The login service gave no token, so nothing was sent. The reason is its word for why."""


class Untrusted(Exception):
    """The service's address is none of Microsoft's: nothing is sent there."""


DELETED = "ActivityNotFoundInConversation"
"""Teams' word for a message that was deleted."""
MISSES = 4
"""Tries of an edit, or of a reply, to what does not seem to be there, until it is taken for gone."""
NO_CHAT = frozenset({400, 403, 404})
"""Nothing can be said to this person alone: they never had the app, or are gone."""
BLOCKED = frozenset(
    {
        "BotNotInConversationRoster",
        "ConversationBlockedByUser",
        "ForbiddenOperationException",
        "MessageWritesBlocked",
        "BotDisabledByAdmin",
        "NotEnoughPermissions",
        "InvalidBotApiHost",
    }
)
"""Convenor may not speak there just now; people can change that."""


def is_shut(error: Exception) -> bool:
    """Whether somebody's own chat is shut to us, of what was met on the way into it."""
    return isinstance(error, Declined) and error.status in (403, 404)


def passes(error: Exception) -> bool:
    """Whether this may well be over when the same is asked for once more, without anybody's doing."""
    if isinstance(error, Declined):
        return error.status in AGAIN or error.status >= 500
    return isinstance(error, Unreached)


def judge(error: Exception) -> Later | Hopeless:
    """What is to become of a message that met this.

    A message that may have gone out is `unsure`. Creating one is not idempotent, and Teams has no way to
    look one up: it is posted again, so a question may stand there twice, and never not at all.
    """
    match error:
        case Declined(status=status, code=code, after=after):
            return _declined(status, code, after)
        case NoLogin():
            return Later(after=LOGIN_WAIT, keep=True, reason=f"login_{error}")
        case Untrusted():
            return Hopeless(reason="untrusted_service")
        case Unreached(sent=sent):
            return Later(unsure=sent, reason=str(error))
    raise error


def not_sent(outcome: Later | Hopeless) -> Later | Hopeless:
    """What failed before anything was said: the message itself can't have gone out."""
    if isinstance(outcome, Later):
        return outcome.model_copy(update={"unsure": False})
    return outcome


def gone(declined: Declined) -> bool:
    """Whether the message that is to be changed was surely deleted: nothing is left to change."""
    return declined.status == 410 or (declined.status, declined.code) == (404, DELETED)


def seems_gone(declined: Declined) -> bool:
    """Whether it may have been deleted: Teams says several things of that.

    Of a deleted message a 403 was seen (microsoft/BotFramework-Services#269), while ConversationNotFound
    comes and goes where all is there (MicrosoftDocs/msteams-docs#9425).
    """
    return declined.status in (403, 404) and declined.code not in BLOCKED


def _declined(status: int, code: str, after: float | None) -> Later | Hopeless:
    reason = code or f"http_{status}"
    if status == 429:
        return Later(after=jittered(after or UNSAID), keep=True, reason=reason)
    if status in AGAIN or status >= 500:
        # What a server or a gateway failed at may have been done all the same.
        wait = jittered(after) if after else None
        return Later(after=wait, unsure=status >= 500, reason=reason)
    if status == 401:
        return Later(after=LOGIN_WAIT, keep=True, reason=reason)
    if status == 403:
        return Later(after=WAIT_FOR_PEOPLE, keep=code in BLOCKED, reason=reason)
    if status == 404:
        return Later(after=WAIT_FOR_PEOPLE, reason=reason)
    return Hopeless(reason=reason)


def jittered(seconds: float) -> float:
    """Somewhat more than that, so that those who wait together do not come back together."""
    return seconds * (1 + random.random() / 4)  # noqa: S311  # jitter
