"""What a changed answer does to other questions: conditions open and close, links want a new look."""

from bot.core import standing
from bot.core.effects import Button, Notice
from bot.core.targets import ToMember
from bot.core.turn import Turn
from bot.core.words import capital, number, short
from questions.model import Kind
from storage.records import Answer, Item, Reconfirm, Said, Status

# -- words ---------------------------------------------------------------------------------------

CHANGED = (
    "{who} changed the answer to “{prompt}” in {phase}. {count} answers of yours build on it. "
    "Do they still hold?"
)
CHANGED_ONE = (
    "{who} changed the answer to “{prompt}” in {phase}. Your answer to “{built}” builds on it. "
    "Does it still hold?"
)
YOU = "You"
HOLDS, DIFFERENT = "Still holds", "It's different now…"


def spread(turn: Turn, question: str) -> None:
    """Bring everything that hangs on one question's answers up to date, and show it."""
    show(turn, question)
    reopen(turn, turn.bank.dependents.get(question, ()))
    if _said_otherwise(turn, question):
        _reconfirm(turn, question)


def reopen(turn: Turn, questions: tuple[str, ...]) -> None:
    """Open or close conditional questions, and those that hang on them in turn."""
    for name in questions:
        item = turn.item(name)
        applies = standing.applies(turn.state, turn.bank.questions[name])
        if applies != item.applies:
            item = item.evolve(applies=applies)
            turn.put(item.evolve(status=standing.status_of(turn.state, item)))
            if applies:
                _to_be_asked_again(turn, name)
            show(turn, name)
            reopen(turn, turn.bank.dependents.get(name, ()))


def _to_be_asked_again(turn: Turn, question: str) -> None:
    """A question that opens again is as new to the walks that once went past it."""
    for walk in turn.state.walks.values():
        if question in walk.trail:
            turn.put_walk(walk.evolve(trail=tuple(q for q in walk.trail if q != question)))


def show(turn: Turn, question: str) -> None:
    """Update the question's card in the shared threads and in the acting member's own.

    A closed or re-opened question is shown to every walk that has it.
    """
    item = turn.item(question)
    turned = item.applies != standing.item_of(turn.before, question).applies
    for walk in turn.state.walks.values():
        if walk.shared or walk.member == turn.event.member or turned or item.reconfirm:
            turn.show(walk, question)
            if walk.review and turn.bank.questions[question].kind is Kind.REVIEW:
                turn.show_review(walk, walk.review.subject)


def _said_otherwise(turn: Turn, question: str) -> bool:
    """Whether what is said to a question differs from before this turn."""
    return _values(turn.item(question)) != _values(standing.item_of(turn.before, question))


def _values(item: Item) -> dict[str, object]:
    return {who: answer.value for who, answer in item.answers.items()}


def _reconfirm(turn: Turn, changed: str) -> None:
    """Mark the answers that were built on a changed one, and tell those who gave them, once."""
    waiting: dict[str, list[str]] = {}
    voices = standing.voices(turn.state)
    for name in turn.bank.linked.get(changed, ()):
        item = turn.item(name)
        built = [a for a in item.answers.values() if _before(a, turn)]
        if not built or item.status in (Status.SKIPPED, Status.NA):
            show(turn, name)  # what was said earlier stands on its card
            continue
        told = standing.to_confirm(turn.state, item)
        mark = Reconfirm(question=changed, by=turn.event.member, at=turn.now)
        turn.put(item.evolve(reconfirm=mark))
        show(turn, name)
        for answer in built:
            if item.applies and answer.member in voices and answer.member not in told:
                waiting.setdefault(answer.member, []).append(name)
    for member, names in waiting.items():
        notice = _please_look(turn, changed, names, member)
        turn.say(ToMember(member=member), f"reconfirm:{changed}:{member}", notice)


def _before(answer: Answer, turn: Turn) -> bool:
    """Whether an answer stood before this turn (one form may hold both ends of a link)."""
    old = standing.item_of(turn.before, answer.question).responses.get(answer.member)
    return old is not None and old.said is Said.ANSWER and old.revision == answer.revision


def _please_look(turn: Turn, changed: str, names: list[str], reader: str) -> Notice:
    questions = turn.bank.questions
    phase = [turn.bank.phase_of[name].id for name in names]
    one = len(names) == 1
    text = (CHANGED_ONE if one else CHANGED).format(
        who=YOU if reader == turn.event.member else turn.me.name,
        prompt=short(questions[changed].prompt),
        phase=turn.bank.phase_of[changed].title,
        built=short(questions[names[0]].prompt),
        count=capital(number(len(names))),
    )
    buttons: tuple[Button, ...]
    if one:
        holds = Button(action="holds", label=HOLDS, question=names[0], value=phase[0], primary=True)
        buttons = (
            holds,
            Button(action="answer", label=DIFFERENT, question=names[0], value=phase[0]),
        )
    else:
        buttons = tuple(
            Button(
                action="answer", label=short(questions[name].prompt, 60), question=name, value=place
            )
            for name, place in zip(names, phase, strict=True)
        )
    return Notice(text=text, buttons=buttons)
