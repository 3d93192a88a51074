"""The card of a question in a walk's thread, as things stand. Pure."""

from bot.core import standing
from bot.core.effects import Action, Button, Choice, QuestionCard, Saying
from bot.core.words import day, local_day, series, short
from questions.model import Bank, Kind, ManyQuestion, OneQuestion, Question
from questions.values import NO, YES
from storage.people import MoveOn
from storage.records import Item, State, Status, Walk

# -- words ---------------------------------------------------------------------------------------

ANSWER, CHANGE, DIFFERENT = "Answer…", "Change…", "It's different now…"
HOLDS, MINE_HOLDS = "Still holds", "My answer still holds"
DISCUSS, NEXT, BACK = "Discuss later", "Next", "Back"
SKIP, NOT_APPLICABLE, WHY, ASSIGN = "Skip…", "Not applicable…", "Why this?", "Assign…"

ASKED_BECAUSE = "Asked because of “{prompt}”: {label}"
LINKED = "{who} said in {phase} ({when}): “{words}”"
YOU = "You"
RECONFIRM = "{name} changed “{prompt}” in {phase}. Does your answer still hold?"
ASSIGNED = "{name} has this one"
BY = ", due {day}"
STANDING = {
    Status.PARKED: "To discuss",
    Status.SKIPPED: "Skipped",
    Status.NA: "Not applicable",
}
SENTENCE_ENDS = (".", "!", "?", "…")
CLOSED = "Not asked any more, since an earlier answer changed. What was said is kept."
MAY_CHOOSE = 6
"""Up to this many options become one-click buttons."""


def card_key(walk: Walk, name: str) -> str:
    """The key of the newest card of a question (or "review:" + subject) in a walk's thread."""
    visit = walk.cards.get(name, 1)
    return f"{walk.id}/{name}" if visit == 1 else f"{walk.id}/{name}/{visit}"


def choices(question: Question) -> tuple[Choice, ...]:
    """The options as numbered for people; empty for other kinds."""
    if not isinstance(question, OneQuestion | ManyQuestion):
        return ()
    return tuple(
        Choice(number=n, id=option.id, label=option.label)
        for n, option in enumerate(question.options, start=1)
    )


def question_card(
    state: State, bank: Bank, walk: Walk, question_id: str, *, folded: bool = False
) -> QuestionCard:
    """The card of one question in one walk, as things stand."""
    question, item = bank.questions[question_id], standing.item_of(state, question_id)
    phase = bank.phase_of[question_id]
    ids = standing.counted(state, phase)
    others = walk.member
    answered = tuple(who for who in item.answers if who != others)
    said = tuple(standing.sayings(state, question, item))
    return QuestionCard(
        walk=walk.id,
        question=question.id,
        kind=question.kind,
        phase=phase.title,
        n=ids.index(question_id) + 1 if question_id in ids else 0,
        total=len(ids),
        prompt=question.prompt,
        help=question.help,
        why=question.why,
        options=choices(question),
        context=_context(state, bank, item, walk.member),
        earlier=earlier(state, bank, question),
        said=said,
        status=item.status,
        standing=_standing(state, item),
        held=_held(state, item) if item.applies and _awaited(item) else "",
        answered=standing.names(state, answered),
        waiting=standing.names(state, standing.to_go(state, item)) if walk.shared else (),
        folded=folded,
        closed=not item.applies,
        buttons=_folded_buttons(walk, item) if folded else _buttons(state, walk, question, item),
        more=() if folded else _more(state, bank, walk, question),
    )


def earlier(state: State, bank: Bank, question: Question) -> tuple[Saying, ...]:
    """What was said to the linked question."""
    if not question.link:
        return ()
    linked = bank.questions[question.link]
    item = standing.item_of(state, linked.id)
    answers = sorted(item.answers.values(), key=lambda a: (a.at, a.member))
    return tuple(standing.saying(state, linked, answer) for answer in answers)


def context(state: State, bank: Bank, question: Question, reader: str) -> tuple[str, ...]:
    """The small lines of a question for one reader: why it is asked, what was said earlier."""
    return _context(state, bank, standing.item_of(state, question.id), reader)


def _context(state: State, bank: Bank, item: Item, reader: str) -> tuple[str, ...]:
    question = bank.questions[item.question]
    lines: list[str] = []
    if question.when and item.applies:
        source = bank.questions[question.when.question]
        labels = {option.id: option.label for option in choices(source)}
        label = labels.get(question.when.value) or {"yes": YES, "no": NO}.get(
            question.when.value, question.when.value
        )
        lines.append(ASKED_BECAUSE.format(prompt=short(source.prompt), label=label))
    if item.reconfirm:
        changed = bank.questions.get(item.reconfirm.question)
        by = state.members.get(item.reconfirm.by)
        if changed and by:
            lines.append(
                RECONFIRM.format(
                    name=by.name,
                    prompt=short(changed.prompt),
                    phase=bank.phase_of[changed.id].title,
                )
            )
    lines.extend(
        LINKED.format(
            phase=bank.phase_of[question.link].title,
            when=local_day(saying.at, state.committee.zone),
            who=YOU if saying.member == reader else saying.name,
            words=short(saying.words or saying.choice, 160),
        )
        for saying in earlier(state, bank, question)
        if question.link
    )
    lines.extend(filter(None, (_held(state, item),)))
    return tuple(lines)


def _held(state: State, item: Item) -> str:
    """Whose question it is; "" for everybody's."""
    holder = state.members.get(item.assignment.member) if item.assignment else None
    if item.assignment is None or holder is None:
        return ""
    due = BY.format(day=day(item.assignment.due)) if item.assignment.due else ""
    return ASSIGNED.format(name=holder.name) + due


def _awaited(item: Item) -> bool:
    """Whether whoever has the question still has to answer it."""
    held = item.assignment
    return held is not None and item.ruling is None and held.member not in item.responded


def _standing(state: State, item: Item) -> str:
    if not item.applies:
        return CLOSED
    word = STANDING.get(item.status)
    if word is None:
        return ""
    if item.ruling:
        by = state.members.get(item.ruling.by)
        named = f" ({by.name})" if by else ""
        reason = item.ruling.reason
        if reason.endswith(SENTENCE_ENDS):
            return f"{word}{named}: {reason}"
        return f"{word}: {reason}{named}" if reason else f"{word}{named}"
    reasons = series([a.reason for a in item.responses.values() if a.reason])
    return f"{word}: {reasons}" if reasons else word


def _buttons(state: State, walk: Walk, question: Question, item: Item) -> tuple[Button, ...]:
    def button(action: Action, label: str, value: str = "", *, primary: bool = False) -> Button:
        return Button(
            action=action, label=label, walk=walk.id, question=question.id, value=value,
            primary=primary, lead=walk.shared and action == "next",
        )  # fmt: skip

    made: list[Button] = []
    can_hold = bool(question.link and standing.item_of(state, question.link).answers)
    if item.reconfirm and item.answers:
        made.append(button("holds", MINE_HOLDS, primary=True))
        made.append(button("answer", DIFFERENT))
    elif can_hold:
        made.append(button("holds", HOLDS, primary=True))
        made.append(button("answer", DIFFERENT))
    else:
        made.extend(button("choose", label, value) for value, label in _picks(question))
        made.append(button("answer", ANSWER, primary=not made))
    made.append(button("park", DISCUSS))
    if _next_in_sight(state, walk, item):
        made.append(button("next", NEXT))
    return tuple(made)


def _next_in_sight(state: State, walk: Walk, item: Item) -> bool:
    """Whether *next* stands on the card itself: where it is usual, and once somebody has spoken."""
    usual = walk.member or state.committee.settings.move_on is not MoveOn.EVERYONE
    return bool(usual or item.responded or item.ruling)


def _picks(question: Question) -> tuple[tuple[str, str], ...]:
    if question.kind is Kind.YESNO:
        return (("yes", YES), ("no", NO))
    if isinstance(question, OneQuestion) and len(question.options) <= MAY_CHOOSE:
        return tuple((o.id, o.label) for o in question.options if not o.other)
    return ()


def _more(state: State, bank: Bank, walk: Walk, question: Question) -> tuple[Button, ...]:
    made = [
        Button(action="skip", label=SKIP, walk=walk.id, question=question.id),
        Button(action="na", label=NOT_APPLICABLE, walk=walk.id, question=question.id),
    ]
    if question.why:
        made.append(Button(action="why", label=WHY, walk=walk.id, question=question.id))
    made.append(Button(action="assign", label=ASSIGN, walk=walk.id, question=question.id))
    if not _next_in_sight(state, walk, standing.item_of(state, question.id)):
        made.append(_leads("next", NEXT, walk, question))
    if back_from(state, bank, walk):
        made.append(_leads("back", BACK, walk, question))
    return tuple(made)


def _leads(action: Action, label: str, walk: Walk, question: Question) -> Button:
    """A button that moves the walk: in the committee's, for those who lead it."""
    return Button(action=action, label=label, walk=walk.id, question=question.id, lead=walk.shared)


def _folded_buttons(walk: Walk, item: Item) -> tuple[Button, ...]:
    if not item.applies:
        return ()
    mine = bool(walk.member and walk.member in item.answers)
    made = [
        Button(
            action="answer",
            label=CHANGE if mine else ANSWER,
            walk=walk.id,
            question=item.question,
        )
    ]
    if item.reconfirm and item.answers:
        made.insert(
            0, Button(action="holds", label=MINE_HOLDS, walk=walk.id, question=item.question)
        )
    return tuple(made)


def back_from(state: State, bank: Bank, walk: Walk) -> str:
    """The question that *back* leads to, "" where there is none."""
    trail = walk.trail
    if walk.current in trail:
        trail = trail[: trail.index(walk.current)]
    for name in reversed(trail):
        home = bank.phase_of.get(name)
        if home and home.id == walk.phase and standing.item_of(state, name).applies:
            return name
    return ""
