"""What Slack's refusals mean: try later, look it up first, or never again.

The codes are Slack's own (https://docs.slack.dev/reference/methods/chat.postMessage#errors, and the
same page of each method). A code that is not known waits for people, as most of them do.
"""

from collections.abc import Mapping
from typing import NamedTuple

from slack_sdk.errors import SlackApiError

from bot.core.dispatch import Hopeless, Later

ENDED = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)
"""The workspace let us go, or the token is not good: it may come back, so nothing is given up."""
AMBIGUOUS = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "update_failed"}
)
"""It may have been done all the same."""
BROKEN = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
"""Slack does not take the blocks; plain words it may."""
UNREADY = "invalid_blocks"
"""What Slack says, too, of a picture that it has not worked through."""
GONE = frozenset({"message_not_found"})
"""Somebody deleted the message: nothing is left to change."""
REACTED = GONE | {"already_reacted", "no_reaction"}
"""A reaction that is there, or gone, as it should be."""
NEVER = BROKEN | {
    # who it is for can't be reached there
    "user_not_in_channel", "user_not_found", "users_not_found", "user_disabled",
    "user_not_visible", "cannot_dm_bot",
    # this very message is not taken, however often
    "invalid_arguments", "no_text", "thread_not_found", "invalid_thread_ts",
    "cannot_reply_to_message", "metadata_too_large", "invalid_metadata_format",
    "cant_update_message", "edit_window_closed",
    "too_many_emoji", "too_many_reactions", "not_reactable", "bad_timestamp", "invalid_name",
    "no_item_specified",
}  # fmt: skip
"""It would never go out, and the lane behind it would wait for days."""

NOBODY = frozenset(
    {
        "no_address", "channel_not_found", "user_not_found", "users_not_found", "user_disabled",
        "user_not_visible", "cannot_dm_bot",
    }
)  # fmt: skip
"""Of somebody's own messages: they can't be written to. The first is our own word."""

WAIT_FOR_PEOPLE = 300.0
"""Seconds until a channel that can't be posted to is tried again: somebody has to act first."""
HOUR = 3600.0


class Refusal(NamedTuple):
    """What came back; `code` is "" where it was not Slack's JSON."""

    status: int
    code: str
    headers: Mapping[str, str]

    @property
    def too_fast(self) -> bool:
        """Whether Slack asks to wait."""
        return self.status == 429 or self.code in ("ratelimited", "rate_limited")


def refusal(error: SlackApiError) -> Refusal:
    """Read what the SDK raised: for a body that is no JSON, that is aiohttp's own response."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else ""
    return Refusal(int(status), str(code or ""), getattr(response, "headers", None) or {})


def code_of(error: SlackApiError) -> str:
    """Slack's word for it; "" for none."""
    return refusal(error).code


def ambiguous(error: SlackApiError) -> bool:
    """Whether it may have been done all the same."""
    status, code, _headers = refusal(error)
    return status >= 500 or not code or code in AMBIGUOUS


def judge(error: SlackApiError) -> Later | Hopeless:
    """What is to become of a message that met this; see bot.slack.pacing for a 429."""
    status, code, _headers = refusal(error)
    if ambiguous(error):
        return Later(reason=code or f"http_{status}")
    if code in ENDED:
        return Later(after=HOUR, keep=True, reason=code)
    if code in NEVER:
        return Hopeless(reason=code)
    return Later(after=WAIT_FOR_PEOPLE, reason=code)
