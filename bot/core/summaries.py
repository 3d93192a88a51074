"""How a phase opens and closes: the start in the channel, the last word in a thread, the summary."""

from math import ceil

from bot.core import access, register, standing
from bot.core.effects import Button, Notice, RegisterLine, StartCard, SummaryCard, SummaryLine
from bot.core.words import series, several
from questions.model import Bank, Kind, Phase
from storage.people import Pace
from storage.records import Entry, State, Status, Step, Walk

# -- words ---------------------------------------------------------------------------------------

STARTING = (
    "{committee} is starting {phase} ({questions}, about {minutes} minutes of your time). {leads}"
)
START = {
    Pace.BOTH: (
        "Answer right {here}, or at your own pace in your own messages with me. "
        "I'll post a summary when it's done."
    ),
    Pace.TOGETHER: "Answer right {here}. I'll post a summary when it's done.",
    Pace.OWN: (
        "Everyone answers in their own messages with me, at their own pace. "
        "I'll post a summary when everyone is through."
    ),
}
IN_THREAD, HERE = "in this thread", "here"
LEADS = "{names} leads. "
LEAD = "{names} lead. "
OWN_START = (
    "{phase}, at your own pace: {questions}, about {minutes} minutes. "
    "You can leave at any time and go on later in the same place."
)
LEFT = "{count} left of {total}"
OWN_PACE, OUTLINE = "My own pace", "What will be asked"
COMPLETE = "{phase} is complete: {counts}."
FOR_YOU = "That's all of {phase} for you: {counts}."
IN_CHANNEL = " The summary is in the channel."
IN_PLACE = " The summary is up to date."
POSTED = " The summary for everyone is posted."
FOLLOWS = " The summary for everyone follows when all are through."
READ, DISCUSS, DISCUSS_MANY, FOLLOWING = (
    "Read it", "Discuss the open one", "Discuss the open ones", "Next: {phase}",
)  # fmt: skip
STILL_OPEN, STILL_OPEN_MANY = "Answer the open one", "Answer the open ones"
COUNTS = (
    (Status.ANSWERED, "answered"),
    (Status.SKIPPED, "skipped"),
    (Status.NA, "not applicable"),
    (Status.PARKED, "to discuss"),
    (Status.OPEN, "open"),
)
NONE = "nothing answered yet"
MINUTES_EACH = 1.4
"""A plain answer takes about a minute and a half."""


def start_card(state: State, bank: Bank, walk: Walk) -> StartCard:
    """The post that opens a phase's thread."""
    offered = standing.own_pace(state)
    wording = STARTING + START[Pace.BOTH if offered else Pace.TOGETHER]
    own_pace = walk.shared and offered
    wording = wording if walk.shared else OWN_START
    phase = bank.phase_by_id[walk.phase]
    return _start_card(state, phase, walk.id, wording, own_pace=own_pace, owner=walk.member)


def own_start_card(state: State, bank: Bank, phase: str) -> StartCard:
    """The post in the channel that opens a phase for everyone, each at their own pace."""
    wording = STARTING + START[Pace.OWN]
    return _start_card(state, bank.phase_by_id[phase], "", wording, own_pace=True)


def _start_card(
    state: State, phase: Phase, walk: str, wording: str, *, own_pace: bool, owner: str = ""
) -> StartCard:
    """`owner`: whose own walk it starts; they are told what is left for them."""
    asked = standing.counted(state, phase)
    count = len(asked)
    if owner:
        items = (standing.item_of(state, name) for name in asked)
        count = sum(not standing.complete(state, item, owner) for item in items)
    questions = several(count, "question")
    if count < len(asked):
        questions = LEFT.format(count=questions, total=len(asked))
    chairs = sorted(m.name for m in access.leading(state))
    leads = (LEADS if len(chairs) == 1 else LEAD).format(names=series(chairs)) if chairs else ""
    minutes = ceil((count + bool(phase.review)) * MINUTES_EACH / 5) * 5
    said = {
        "committee": state.committee.name,
        "phase": phase.title,
        "questions": questions,
        "minutes": minutes,
        "leads": leads,
    }
    outline = Button(action="outline", label=OUTLINE, walk=walk, value=phase.id)
    own = Button(action="own", label=OWN_PACE, walk=walk, value=phase.id, primary=True)
    return StartCard(
        walk=walk,
        committee=state.committee.name,
        phase=phase.title,
        text=wording.format(**said, here=IN_THREAD),
        flat=wording.format(**said, here=HERE) if "{here}" in wording else "",
        count=count,
        minutes=minutes,
        buttons=(own, outline) if own_pace else (outline,),
    )


def closing(state: State, bank: Bank, walk: Walk) -> Notice:
    """The last word in a finished walk's thread, said before the summary is posted or edited."""
    phase = bank.phase_by_id[walk.phase]
    if walk.shared:
        stands = phase.id in state.committee.summarised
        text = COMPLETE.format(phase=phase.title, counts=counts(state, phase))
        text += IN_PLACE if stands else IN_CHANNEL
    else:
        text = FOR_YOU.format(phase=phase.title, counts=_own_counts(state, phase, walk.member))
        text += _what_follows(state, phase)
    return Notice(text=text, buttons=_ways_on(state, bank, phase, walk.member))


def _what_follows(state: State, phase: Phase) -> str:
    """Where the summary is that all own walks together lead to; "" where one thread does."""
    each = state.committee.settings.pace is Pace.OWN or phase.id in state.committee.opened
    if not each or standing.shared_walk(state, phase.id):
        return ""
    return POSTED if standing.phase_done(state, phase.id) else FOLLOWS


def counts(state: State, phase: Phase) -> str:
    """The phase's items by status, in words: "16 answered, 1 skipped, 1 to discuss"."""
    items = [standing.item_of(state, question) for question in standing.counted(state, phase)]
    found = [
        f"{n} {word}" for status, word in COUNTS if (n := sum(i.status is status for i in items))
    ]
    return ", ".join(found) or NONE


def _own_counts(state: State, phase: Phase, member: str) -> str:
    items = [standing.item_of(state, question) for question in standing.counted(state, phase)]
    answered = sum(member in item.answers for item in items)
    passed = sum(member in item.responded for item in items) - answered
    words = [f"{answered} answered"] if answered else []
    if passed:
        words.append(f"{passed} passed")
    return ", ".join(words) or NONE


def summary_key(state: State, phase: str) -> str:
    """The key under which a phase's one summary stands in the channel."""
    return f"summary:{state.committee.id}:{phase}"


def summary(state: State, bank: Bank, phase_id: str) -> SummaryCard:
    """Every question of the phase with its answers and authors, reasons, and the register."""
    phase = bank.phase_by_id[phase_id]
    walk = standing.shared_walk(state, phase_id)
    lines = []
    for question in phase.questions:
        item = standing.item_of(state, question.id)
        if not item.applies or question.kind is Kind.REVIEW:
            continue
        lines.append(
            SummaryLine(
                question=question.id,
                prompt=question.prompt,
                status=item.status,
                said=tuple(standing.sayings(state, question, item)),
                reason=item.ruling.reason if item.ruling else "",
            )
        )
    return SummaryCard(
        walk=walk.id if walk else "",
        phase=phase.title,
        text=COMPLETE.format(phase=phase.title, counts=counts(state, phase)),
        lines=tuple(lines),
        register_lines=register_lines(state, bank, phase_id),
        buttons=_ways_on(state, bank, phase),
    )


def register_lines(state: State, bank: Bank, phase: str) -> tuple[RegisterLine, ...]:
    """The phase's register entries, in the bank's order; entries without a word are left out."""
    order = {question: n for n, question in enumerate(bank.questions)}
    entries = [e for e in state.mitigations.values() if e.phase == phase and e.subject in order]
    lines = (register_line(state, bank, e) for e in sorted(entries, key=lambda e: order[e.subject]))
    return tuple(line for line in lines if line.effect or line.confusion or line.outcome)


def register_line(state: State, bank: Bank, entry: Entry) -> RegisterLine:
    """One entry of the register."""
    confusion = "\n".join(note.text for note in entry.said(Step.CONFUSION))
    if entry.confusion_with:
        confusion = f"{entry.confusion_with}: {confusion}" if confusion else entry.confusion_with
    return RegisterLine(
        subject=entry.subject,
        prompt=bank.questions[entry.subject].prompt,
        effect="\n".join(note.text for note in entry.said(Step.EFFECT)),
        confusion=confusion,
        outcome=register.outcome(state, entry),
    )


def _ways_on(state: State, bank: Bank, phase: Phase, owner: str = "") -> tuple[Button, ...]:
    """Where to go from the end of a phase; `owner` is whose own walk has ended."""
    made = [Button(action="record", label=READ, value=phase.id)]
    for status, one, many in (
        (Status.PARKED, DISCUSS, DISCUSS_MANY),
        (Status.OPEN, STILL_OPEN, STILL_OPEN_MANY),
    ):
        here = [
            name
            for name in (*standing.counted(state, phase), *standing.to_review(state, phase))
            if standing.item_of(state, name).status is status
        ]
        if here and not owner:
            label = one if len(here) == 1 else many
            made.append(Button(action="open", label=label, question=here[0]))
    following = _next_phase(state, bank, phase)
    if following:
        made.extend(_way_to(state, following, owner))
    return tuple(made)


def _way_to(state: State, phase: Phase, owner: str) -> tuple[Button, ...]:
    """The way into the following phase: for those who lead, to start it; from an own walk, one's own.

    A committee that goes together has one thread a phase: it is led to once it is there.
    """
    label = FOLLOWING.format(phase=phase.title)
    made = Button(action="start", label=label, value=phase.id, primary=True, lead=True)
    if owner:
        made = made.model_copy(update={"action": "own", "lead": False})
        if not standing.own_pace(state) and standing.own_walk(state, phase.id, owner) is None:
            shared = standing.shared_walk(state, phase.id)
            if shared is None:
                return ()
            made = made.model_copy(update={"action": "open", "walk": shared.id})
    return (made,)


def _next_phase(state: State, bank: Bank, phase: Phase) -> Phase | None:
    """The first phase after this one that is not finished, else the first before it."""
    here = bank.phases.index(phase)
    order = (*bank.phases[here + 1 :], *bank.phases[:here])
    return next((p for p in order if not standing.phase_done(state, p.id)), None)
