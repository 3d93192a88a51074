"""What Convenor asks of Microsoft Teams, and what for: the app's manifest, the doctor and the door.

Nothing wider than what some message or call of ours needs
(https://learn.microsoft.com/microsoft-365/extensibility/schema/).
"""

from bot.core import helping

# -- words ---------------------------------------------------------------------------------------

RECORD_TITLE = "Record as an answer…"
RECORD_DESCRIPTION = "Put what somebody wrote here to one of the committee's questions."

SCOPES: dict[str, str] = {
    "personal": "ask a member in their own messages with Convenor, at their own pace",
    "team": "lead a committee in a channel, in the replies to one message",
    "groupChat": "lead a committee in a group chat",
}
"""Where people can add the bot."""

PERMISSIONS: dict[str, str] = {
    "identity": "know who wrote an answer",
    "messageTeamMembers": "write to a member of the team about what waits for them",
}
"""What is asked of each person."""

CONSENTS: dict[str, str] = {
    "ChannelMessage.Read.Group": "read the answers in a committee's thread without a mention",
}
"""What a team's owner consents to for that team alone, as permissions of the application:
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-messages-with-rsc
"""

OWN = ("start", "next", "back", "skip", "status", "gaps", "find", "pause", "resume", "help")
SHARED = ("start", "status", "gaps", "find", "next", "pause", "resume", "members", "settings", "help")  # fmt: skip
COMMANDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("personal",), OWN),
    (("team", "groupChat"), SHARED),
)
"""What is offered while one types: the scopes, and the commands there. Everything else can be
typed as well.
"""

RECORD = "record"
"""The id of the message extension's command that makes an answer of a message."""

MESSAGES = "/api/messages"
"""Where Teams sends to, on the public address."""


def meaning(command: str) -> str:
    """What the list says of a command: how it is typed, where there is more to it, and what it does."""
    typed, does = helping.usage(command)
    return does if typed == command else f"{typed} — {does}"
