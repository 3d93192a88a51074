"""What Convenor asks of a Slack workspace, and what for: the manifest, the doctor and the install page.

Nothing wider than what some call or event of ours needs
(https://docs.slack.dev/reference/scopes).
"""

SCOPES: dict[str, str] = {
    "channels:history": "read the answers in a committee's public channel",
    "channels:join": "join the channel in which a committee is started",
    "channels:read": "see who is in a committee's public channel, comes and leaves",
    "chat:write": "ask the questions, keep their cards up to date, post summaries",
    "commands": "offer /convenor and the shortcuts",
    "files:write": "draw the digest's picture of progress",
    "groups:history": "read the answers in a committee's private channel",
    "groups:read": "see who is in a committee's private channel, comes and leaves",
    "im:history": "read the answers in a member's messages with Convenor",
    "im:write": "open a member's messages with Convenor",
    "reactions:write": "put the ✅ on a recorded answer",
    "users:read": "know members' names, time zones and whether they are guests",
    "users:read.email": "know members' e-mail addresses, by which the workspace knows them, too",
}
"""Scopes of the bot token, each with what it is needed for."""

APP_SCOPES: dict[str, str] = {"connections:write": "listen over Socket Mode"}
"""Scopes of the app-level token."""

EVENTS: tuple[str, ...] = (
    "app_home_opened",
    "app_uninstalled",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
    "user_change",
)
"""The bot events that are listened to."""

COMMAND = "/convenor"
START_SHORTCUT, RECORD_SHORTCUT = "start", "record"
"""The callback ids of the shortcuts."""
