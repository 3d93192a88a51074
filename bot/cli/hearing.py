"""What a terminal has been shown of a conversation, and what it still has to show.

A hosted place is a page in the browser and a stream here: a card that is only brought up to date is
not printed again, but what changed in it is.
"""

from collections.abc import Iterator, Sequence

from bot.cli.phrases import for_member
from bot.cli.render import Style, said_line, text_of, who
from bot.core import access
from bot.core.effects import CONTENT, Content, Notice, QuestionCard, ReviewCard, Saying, SummaryCard
from bot.core.service import Service
from storage.people import Place
from storage.records import Walk
from storage.trail import Message

REACTIONS = {"✅": "✓"}
SOMEBODY = "{name}: {text}"
EVERYTHING = 1_000_000


class Hearing:
    """One member's ears. Everything it yields is text for a terminal, one string a message.

    `before` is the question whose card was shown last in the walk: what is typed next is about it.
    """

    def __init__(
        self, service: Service, committee: str, member: str, style: Style, *, shared: bool
    ) -> None:
        self._service = service
        self._committee = committee
        self._member = member
        self._style = style
        self._shared = shared
        self._seen: dict[tuple[Place, str], Message] = {}
        self._revs: dict[Place, int] = {}
        self._change = -1
        self.sent: set[str] = set()
        self.before = ""

    def catch_up(self, places: Sequence[Place]) -> None:
        """Take what was said in these places so far as known."""
        for place in places:
            for message in self._changed(place):
                self._seen[place, message.ref] = message

    def quiet(self) -> bool:
        """Whether nothing at all was committed since `news` was last asked for."""
        return self._service.store.change() == self._change

    def news(self, places: Sequence[Place], walk: Walk | None) -> Iterator[str]:
        """What the member has not been shown yet."""
        self._change = self._service.store.change()
        found = [message for place in places for message in self._changed(place)]
        # What became of one's own words comes first.
        for message in sorted(found, key=lambda m: (m.member != self._member, m.rev)):
            known = self._seen.get((message.place, message.ref))
            self._seen[message.place, message.ref] = message
            if message.deleted:
                continue
            if message.member:
                yield from self._person(message, known)
            else:
                yield from self._bot(message, known, walk)

    def shown(self, content: Content, walk: Walk | None) -> str:
        """The content in full."""
        if isinstance(content, QuestionCard | ReviewCard) and walk and content.walk == walk.id:
            self.before = getattr(content, "question", "")
        state = self._service.look(self._committee).state
        leads = access.may(state.members[self._member], "lead")
        return text_of(for_member(content, leads=leads), self._style)

    def card(self, walk: Walk) -> Content | None:
        """The card of where the walk stands; None where it stands at none."""
        subject = walk.review.subject if walk.review else ""
        for (place, _), message in reversed(self._seen.items()):
            if place != walk.place or message.member or message.deleted:
                continue
            content = CONTENT.validate_json(message.payload)
            match content:
                case QuestionCard(question=question, folded=False) if walk.current == question:
                    return content
                case ReviewCard(subject=about, folded=False) if subject and about == subject:
                    return content
        return None

    # -- each message ---------------------------------------------------------------------------

    def _changed(self, place: Place) -> tuple[Message, ...]:
        found = self._service.store.read().messages(
            place, self._member, self._revs.get(place, 0), EVERYTHING
        )
        if found:
            self._revs[place] = max(message.rev for message in found)
        return found

    def _person(self, message: Message, known: Message | None) -> Iterator[str]:
        if message.member != self._member:
            if known is None or known.text != message.text:
                name = self._service.look(self._committee).state.members[message.member].name
                yield self._style.flow(SOMEBODY.format(name=name, text=message.text))
        elif message.ref in self.sent:
            old = known.reactions if known else ()
            for emoji in message.reactions:
                if emoji not in old:
                    yield self._style.paint(REACTIONS.get(emoji, emoji), fg="green")

    def _bot(self, message: Message, known: Message | None, walk: Walk | None) -> Iterator[str]:
        now = CONTENT.validate_json(message.payload)
        if known is None:
            if not getattr(now, "folded", False):
                yield self.shown(now, walk)
            return
        match now, CONTENT.validate_json(known.payload):
            case QuestionCard(folded=False) as now, QuestionCard() as before:
                yield from self._others(now.said, before.said)
                if now.standing and now.standing != before.standing:
                    yield self._style.flow(now.standing, "  ")
                line = who(now.answered, now.waiting)
                if self._shared and line and line != who(before.answered, before.waiting):
                    yield self._style.dim(self._style.flow(line, "  "))
            case ReviewCard(folded=False) as now, ReviewCard() as before:
                if now.ask != before.ask:
                    yield self.shown(now, walk)
                else:
                    yield from self._others(now.lines, before.lines)
            case Notice() | SummaryCard(), before if now != before:
                yield self.shown(now, walk)
            case _:
                return

    def _others(self, now: Sequence[Saying], before: Sequence[Saying]) -> Iterator[str]:
        """What others said elsewhere: by a form, or in their own walk."""
        known = {(saying.member, saying.choice, saying.words) for saying in before}
        # Typed in this thread: shown as that person's message already.
        heard = {message.member for message in self._seen.values()} if self._shared else set()
        for saying in now:
            if saying.member == self._member or saying.member in heard:
                continue
            if (saying.member, saying.choice, saying.words) not in known:
                yield said_line(saying, self._style, "  ")
