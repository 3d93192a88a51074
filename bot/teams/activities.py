"""An activity as Teams sends it, read once at the edge: what it is, where it happened, and by whom.

Only what Convenor needs is read (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/\
conversations/conversation-messages); all else is passed over. Pure.
"""

import re
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, AliasPath, BeforeValidator, ConfigDict, Field, ValidationError

from bot.core.errors import Misuse
from bot.core.words import UNSEEN
from questions.model import Frozen

PLATFORM = "teams"
BOT = "28:"
"""How the account of a bot begins."""
OF_A_CHANNEL = "channelmember"
"""How the events begin that are about the people of one channel."""

Where = Literal["channel", "groupChat", "personal"]


def _text(value: object) -> object:
    return "" if value is None else value


def _several(value: object) -> object:
    return () if value is None else value


def _some(value: object) -> object:
    return {} if value is None else value


def _sound(value: str) -> str:
    if not SOUND.fullmatch(value):
        raise ValueError("no id")
    return value


def _folded(value: str) -> str:
    return value.casefold()


def _shown(value: str) -> str:
    return UNSEEN.sub(" ", value)


SOUND = re.compile("[^\x00-\x1f\x7f\ud800-\udfff]{0,1000}")
"""What every id is made of; those of Teams are shorter."""

SHARED = re.compile(r"19:[^@]*@thread\.")
"""How the id of a chat of several people begins."""

Text = Annotated[str, BeforeValidator(_text)]
"""A string; null is the empty one."""
Id = Annotated[Text, AfterValidator(_sound)]
Event = Annotated[Id, AfterValidator(_folded)]
"""The name of an event in small letters: Microsoft's own pages write some in several ways."""
Name = Annotated[Text, AfterValidator(_shown)]
"""What something is called, without signs that nobody sees."""


T = TypeVar("T")
Several = Annotated[tuple[T, ...], BeforeValidator(_several)]
"""A list; null is the empty one."""


class _Part(Frozen):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Account(_Part):
    """Somebody who takes part: a person, or a bot."""

    id: Id = ""
    name: Name = ""
    user: Id = Field(default="", alias="aadObjectId")
    """The id of a person's account in Microsoft Entra; "" for a bot, and where Teams leaves it out."""


Somebody = Annotated[Account, BeforeValidator(_some)]
"""An account; null is nobody's."""


class Attached(_Part):
    """Something that came with a message."""

    kind: Text = Field(default="", alias="contentType")
    content: Any = None
    name: Text = ""
    url: Text = Field(default="", alias="contentUrl")


class Mention(_Part):
    """A mention in a message."""

    type: Id = ""
    text: Text = ""
    who: Somebody = Field(default=Account(), alias="mentioned")


class Activity(_Part):
    """One activity."""

    type: Id
    id: Id = ""
    name: Text = ""
    """What an invoke is about."""
    action: Id = ""
    """add or remove, of an installation."""
    at: Id = Field(default="", alias="timestamp")
    """When it happened, in UTC, as Teams writes it."""
    url: Text = Field(default="", alias="serviceUrl")
    who: Somebody = Field(default=Account(), alias="from")
    bot: Somebody = Field(default=Account(), alias="recipient")
    text: Text = ""
    value: Any = None
    locale: Text = ""
    zone: Text = Field(default="", alias="localTimezone")
    """The time zone of whoever did it, an IANA name; "" where their client does not say."""
    reply_to: Id = Field(default="", alias="replyToId")
    attached: Several[Attached] = Field(default=(), alias="attachments")
    entities: Several[Mention] = ()
    added: Several[Account] = Field(default=(), alias="membersAdded")
    removed: Several[Account] = Field(default=(), alias="membersRemoved")

    conversation: Id = Field(default="", validation_alias=AliasPath("conversation", "id"))
    kind: Id = Field(default="", validation_alias=AliasPath("conversation", "conversationType"))
    title: Name = Field(default="", validation_alias=AliasPath("conversation", "name"))
    home: Id = Field(default="", validation_alias=AliasPath("conversation", "tenantId"))
    event: Event = Field(default="", validation_alias=AliasPath("channelData", "eventType"))
    tenant_too: Id = Field(default="", validation_alias=AliasPath("channelData", "tenant", "id"))
    team: Id = Field(default="", validation_alias=AliasPath("channelData", "team", "id"))
    team_name: Name = Field(default="", validation_alias=AliasPath("channelData", "team", "name"))
    group: Id = Field(default="", validation_alias=AliasPath("channelData", "team", "aadGroupId"))
    channel: Id = Field(default="", validation_alias=AliasPath("channelData", "channel", "id"))
    channel_name: Name = Field(
        default="", validation_alias=AliasPath("channelData", "channel", "name")
    )
    selected: Id = Field(
        default="",
        validation_alias=AliasPath("channelData", "settings", "selectedChannel", "id"),
    )
    """The channel that somebody had open when they added the app."""

    @property
    def tenant(self) -> str:
        """The tenant in which it happened."""
        return self.home or self.tenant_too

    @property
    def where(self) -> Where:
        """What kind of room it happened in.

        An action in a meeting's chat comes without a kind; the id tells that several people are in it
        (https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/\
        action-commands/create-task-module).
        """
        if self.kind in ("channel", "groupChat", "personal"):
            return cast("Where", self.kind)
        if self.team:
            return "channel"
        return "groupChat" if SHARED.match(self.conversation) else "personal"

    @property
    def room(self) -> str:
        """The channel's or chat's id, without a reply chain's part."""
        return self.conversation.partition(";")[0] or self.channel

    @property
    def chain(self) -> str:
        """The id of the message that opens the reply chain it stands in; "" for none."""
        _, _, rest = self.conversation.partition(";messageid=")
        return rest.partition(";")[0] if self.where == "channel" else ""

    @property
    def own_chat(self) -> bool:
        """Whether it shows where somebody's own chat with Convenor is.

        An invoke does not: an app's action can be chosen in a chat of two people, which has the same
        kind and which Convenor is no part of.
        """
        return self.where == "personal" and self.type != "invoke"

    @property
    def of_one_channel(self) -> str:
        """The channel whose own people it is about, "" for none: private and shared ones have theirs.

        https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/\
        subscribe-to-conversation-events
        """
        return self.channel if self.event.startswith(OF_A_CHANNEL) else ""

    @property
    def by_person(self) -> bool:
        """Whether a person is behind it, whom we can tell apart."""
        return bool(self.who.user) and not self.who.id.startswith(BOT)

    def is_us(self, account: Account) -> bool:
        """Whether an account is Convenor's own here."""
        return bool(account.id) and account.id == self.bot.id


def read(found: dict[str, Any]) -> Activity:
    """Read an activity. Raises Misuse for one that is none, or names no tenant or conversation."""
    try:
        activity = Activity.model_validate(found)
    except ValidationError as error:
        fields = ", ".join(str(e["loc"][0]) for e in error.errors()[:3] if e["loc"])
        raise Misuse(f"no activity: {fields:.80}") from None
    if not activity.tenant or not activity.conversation or not activity.type:
        raise Misuse("an activity without a tenant or a conversation")
    return activity
