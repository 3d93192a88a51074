"""What Slack sends when a member says something in a thread: a signed event, with all that comes along."""

from itertools import count
from typing import Any

from tests.bench.load import Post
from tests.bench.slack_sites import EVENTS, user
from tests.local_slack import BOT, CHANNEL, TEAM
from tests.slack_world import signed_request

_numbers = count(1)


def reply(member: int, thread: str, text: str) -> Post:
    """A member's words in a thread."""
    made = signed_request(_event(user(member), thread, text))
    usual = {
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "accept-encoding": "gzip,deflate",
        "accept": "*/*",
    }
    return Post(EVENTS, usual | made["headers"], made["content"])


def _event(speaker: str, thread: str, text: str) -> dict[str, Any]:
    """The event."""
    number = next(_numbers)
    ts = f"1800000000.{number:06}"
    said = {"type": "text", "text": text}
    return {
        "token": "not-looked-at-any-more",
        "team_id": TEAM,
        "api_app_id": "A0CONVENOR",
        "event": {
            "type": "message",
            "user": speaker,
            "ts": ts,
            "client_msg_id": f"00000000-0000-4000-8000-{number:012}",
            "text": text,
            "team": TEAM,
            "thread_ts": thread,
            "parent_user_id": BOT,
            "blocks": [
                {
                    "type": "rich_text",
                    "block_id": f"b{number}",
                    "elements": [{"type": "rich_text_section", "elements": [said]}],
                }
            ],
            "channel": CHANNEL,
            "event_ts": ts,
            "channel_type": "channel",
        },
        "type": "event_callback",
        "event_id": f"Ev{number:09}",
        "event_time": 1800000000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-of-the-bench-{number}",
    }
