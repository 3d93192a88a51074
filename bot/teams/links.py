"""Addresses that lead to a message in Teams. Pure.

https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams
"""

from urllib.parse import quote, urlencode

from storage.references import Reference

START = "https://teams.microsoft.com/l"


def to_message(room: Reference, message: str) -> str:
    """The address of a message that opens a reply chain of a channel, or stands in a chat."""
    channel = quote(room.room, safe="")
    if not room.parent:
        context = quote('{"contextType":"chat"}', safe="")
        return f"{START}/message/{channel}/{quote(message, safe='')}?context={context}"
    query = {
        "tenantId": room.tenant,
        "groupId": room.group,
        "parentMessageId": message,
        "teamName": room.team,
        "channelName": room.name,
    }
    known = urlencode({name: value for name, value in query.items() if value})
    return f"{START}/message/{channel}/{quote(message, safe='')}?{known}"
