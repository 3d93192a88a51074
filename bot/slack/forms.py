"""The modals: the right input for each kind of question, prefilled, and what was sent read back. Pure.

A view's `private_metadata` says what it is about; like a button's value it is checked when it comes
back. Limits are Slack's: 100 blocks a view, 3,000 characters an input, 10 radio buttons or
checkboxes, 75 characters an option (https://docs.slack.dev/reference/block-kit).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from pydantic import ValidationError

from bot.core.effects import Choice, FormField, OpenForm
from bot.core.errors import Misuse, Problem
from bot.core.events import Fields
from bot.core.words import short
from bot.slack.blocks import Block, plain, section, title
from bot.slack.text import pieces
from questions.model import Bank, Frozen, Kind
from storage.records import MoveOn

# -- words ---------------------------------------------------------------------------------------

SAVE, CANCEL, START, NO_TITLE = "Save", "Cancel", "Start", "Convenor"
ANSWER, WHY, OTHER = "Your answer", "Why? (if you like)", "Other, in your own words"
ENTRIES = "One on each line"
YES, NO = "Yes", "No"
NAME, BANK, MEMBERS, CHAIR, PHASE = (
    "What is it called?", "Which questions?", "Who is in it?", "Who leads?", "Which phase first?",
)  # fmt: skip
MOVE_ON = "When does the thread move on?"
MOVES = {
    MoveOn.EVERYONE: "When everyone has answered",
    MoveOn.COUNT: "When two have answered",
    MoveOn.CHAIR: "When the chair says so",
}
REASON, SKIP_TITLE, NA_TITLE = "Why? A few words help the others.", "Skip", "Not applicable"
HAND_OVER, TO_WHOM, BY_WHEN = "Hand over", "To whom?", "By when? (if you like)"

INPUT, FEW, OPTION = 3000, 10, 75
TITLE = 24

Purpose = Literal["form", "reason", "assign", "start", "review", "look"]


class About(Frozen):
    """What a view is about; travels as its private_metadata."""

    purpose: Purpose
    committee: str = ""
    walk: str = ""
    question: str = ""
    action: str = ""
    channel: str = ""
    asked: tuple[str, ...] = ()
    """The questions on the form, in order."""


def about(metadata: object) -> About:
    """Read a view's metadata. Raises Misuse."""
    try:
        return About.model_validate_json(metadata if isinstance(metadata, str) else "")
    except ValidationError:
        raise Misuse("a view that is none of ours") from None


def view(
    purpose: About, heading: str, blocks: Iterable[Block], submit: str = SAVE
) -> dict[str, Any]:
    """A modal; without `submit` one that only shows something."""
    made: dict[str, Any] = {
        "type": "modal",
        "callback_id": purpose.purpose,
        "private_metadata": purpose.model_dump_json(exclude_defaults=True),
        "title": plain(short(heading, TITLE) or NO_TITLE),
        "close": plain(CANCEL),
        "blocks": list(blocks)[:100],
    }
    if submit:
        made["submit"] = plain(submit)
    return made


# -- inputs --------------------------------------------------------------------------------------


def field(
    block: str, label: str, element: Block, *, hint: str = "", optional: bool = True
) -> Block:
    """One input with its label. `block` is what a problem is shown at."""
    made: Block = {
        "type": "input",
        "block_id": block,
        "optional": optional,
        "label": plain(short(label, 1900)),
        "element": {**element, "action_id": "it"},
    }
    if hint:
        made["hint"] = plain(short(hint, 1900))
    return made


def written(initial: str = "", *, lines: bool = True) -> Block:
    """An input for words."""
    made: Block = {"type": "plain_text_input", "multiline": lines, "max_length": INPUT}
    if initial:
        made["initial_value"] = initial[:INPUT]
    return made


def option(value: str, label: str) -> Block:
    """One option."""
    return {"text": plain(short(label, OPTION - 5)), "value": value}


def pick(options: Sequence[Block], chosen: str = "") -> Block:
    """One of several: radio buttons, or a menu where there are many."""
    kind = "radio_buttons" if len(options) <= FEW else "static_select"
    made: Block = {"type": kind, "options": list(options)}
    initial = next((o for o in options if o["value"] == chosen), None)
    if initial:
        made["initial_option"] = initial
    return made


def picks(options: Sequence[Block], chosen: Sequence[str]) -> Block:
    """Several of several."""
    kind = "checkboxes" if len(options) <= FEW else "multi_static_select"
    made: Block = {"type": kind, "options": list(options)}
    initial = [o for o in options if o["value"] in chosen]
    if initial:
        made["initial_options"] = initial
    return made


# -- the questions' form -------------------------------------------------------------------------


def question_view(committee: str, walk: str, question: str, form: OpenForm) -> dict[str, Any]:
    """The form of a question and its section's open parts."""
    asked = tuple(f.question for f in form.fields)
    purpose = About(purpose="form", committee=committee, walk=walk, question=question, asked=asked)
    blocks = [block for f in form.fields for block in _question(f)]
    return view(purpose, form.title, blocks)


def _question(asked: FormField) -> Iterator[Block]:
    if any(len(c.label) > OPTION - 5 for c in asked.options):  # too long for an option: said whole
        yield from section("\n".join(f"{c.number}  {c.label}" for c in asked.options))
    main, *more = _inputs(asked)
    name, element, _ = main
    hint = "\n".join(filter(None, (asked.help, *asked.context)))
    yield field(f"{asked.question}:{name}", asked.prompt, element, hint=hint)
    for name, element, label in more:
        yield field(f"{asked.question}:{name}", label, element)


def _inputs(asked: FormField) -> list[tuple[str, Block, str]]:
    filled = asked.filled
    options = [option(c.id, _numbered(c)) for c in asked.options]
    why = ("why", written(_one(filled, "why")), WHY)
    other = [("other", written(_one(filled, "other"), lines=False), OTHER)] if asked.other else []
    match asked.kind:
        case Kind.ONE:
            return [("option", pick(options, _one(filled, "option")), ""), *other, why]
        case Kind.MANY:
            chosen = filled.get("options", ())
            several = chosen if isinstance(chosen, tuple) else (chosen,)
            return [("options", picks(options, several), ""), *other, why]
        case Kind.YESNO:
            both = [option("yes", YES), option("no", NO)]
            return [("yes", pick(both, _one(filled, "yes")), ""), why]
        case Kind.LIST:
            return _long("entries", _one(filled, "entries"), ENTRIES)
        case _:
            return _long("text", _one(filled, "text"), ANSWER)


def _long(name: str, text: str, label: str) -> list[tuple[str, Block, str]]:
    """Words in as many inputs as they need, so that nothing said before is cut."""
    parts = list(pieces(text, INPUT)) or [""]
    return [(f"{name}+{n}" if n else name, written(part), label) for n, part in enumerate(parts)]


def _numbered(choice: Choice) -> str:
    return f"{choice.number}  {choice.label}"


def _one(filled: dict[str, str | tuple[str, ...]], name: str) -> str:
    value = filled.get(name, "")
    return value if isinstance(value, str) else "\n".join(value)


# -- reading back --------------------------------------------------------------------------------


def sent(state: Any) -> dict[str, str | tuple[str, ...]]:
    """What each input of a sent view holds, by block id. Raises Misuse for no view's state."""
    try:
        values = state["values"]
        return {block: _held(next(iter(inputs.values()))) for block, inputs in values.items()}
    except (TypeError, KeyError, AttributeError, StopIteration) as error:
        raise Misuse("a view without its values") from error


def _held(element: dict[str, Any]) -> str | tuple[str, ...]:
    for many in ("selected_options", "selected_users", "selected_conversations"):
        if many in element:
            return tuple(o["value"] if isinstance(o, dict) else str(o) for o in element[many] or ())
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value", ""))
    for name in ("value", "selected_date", "selected_user", "selected_conversation"):
        if name in element:
            return str(element[name] or "").replace("\r\n", "\n")
    return ""


def answers(asked: Sequence[str], held: dict[str, str | tuple[str, ...]]) -> dict[str, Fields]:
    """The fields of each question that something was said to."""
    found: dict[str, Fields] = {}
    for question in asked:
        fields: Fields = {}
        for block, value in held.items():
            name, _, part = block.rpartition(":")
            if name != question or not value:
                continue
            base = part.partition("+")[0]
            before = fields.get(base, "")
            fields[base] = f"{before}{value}" if isinstance(before, str) and before else value
        if fields:
            found[question] = fields
    return found


def problems_at(problems: Sequence[Problem], sentence: str, held: Iterable[str]) -> dict[str, str]:
    """Each problem at its field's first input; one that has no field here, at the first of all."""
    blocks = list(held)
    shown: dict[str, str] = {}
    for problem in problems:
        at = next(
            (b for b in blocks if b == problem.field or b.startswith(f"{problem.field}:")), ""
        )
        if at:
            shown.setdefault(at, problem.sentence)
    return shown or ({blocks[0]: sentence} if blocks else {})


# -- the other modals ----------------------------------------------------------------------------


def reason_view(
    committee: str, walk: str, question: str, action: str, prompt: str
) -> dict[str, Any]:
    """Why a question is left out."""
    purpose = About(
        purpose="reason", committee=committee, walk=walk, question=question, action=action
    )
    asked = field("text", REASON, written(), optional=False)
    heading = SKIP_TITLE if action == "skip" else NA_TITLE
    return view(purpose, heading, [*section(prompt), asked])


def assign_view(
    committee: str, walk: str, question: str, prompt: str, people: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Who is to answer a question, and by when."""
    purpose = About(purpose="assign", committee=committee, walk=walk, question=question)
    menu = {"type": "static_select", "options": [option(i, n) for i, n in people[:100]]}
    return view(
        purpose,
        HAND_OVER,
        [
            *section(prompt),
            field("to", TO_WHOM, menu, optional=False),
            field("due", BY_WHEN, {"type": "datepicker"}),
        ],
    )


def start_view(channel: str, user: str, banks: dict[str, Bank]) -> dict[str, Any]:
    """A new committee: its name, questions, people, chair, way of moving on and first phase."""
    purpose = About(purpose="start", channel=channel)
    kinds = [option(name, bank.title) for name, bank in banks.items()]
    phases = [
        option(f"{name}/{phase.id}", phase.title)
        for name, bank in banks.items()
        for phase in bank.phases
    ][:100]
    menu = {"type": "static_select"}
    return view(
        purpose,
        NO_TITLE,
        [
            field("name", NAME, {**written(lines=False), "max_length": 120}, optional=False),
            field("bank", BANK, {**menu, "options": kinds, "initial_option": kinds[0]}, optional=False),
            field("members", MEMBERS, {"type": "multi_users_select", "initial_users": [user]}, optional=False),
            field("chair", CHAIR, {"type": "users_select", "initial_user": user}, optional=False),
            field("move_on", MOVE_ON, pick([option(k, v) for k, v in MOVES.items()], MoveOn.EVERYONE), optional=False),
            field("phase", PHASE, {**menu, "options": phases, "initial_option": phases[0]}, optional=False),
        ],
        START,
    )  # fmt: skip


def phase_view(committee: str, bank: Bank) -> dict[str, Any]:
    """Which phase to begin, where the channel has its committee already."""
    purpose = About(purpose="start", committee=committee)
    menu = {"type": "static_select", "options": [option(p.id, p.title) for p in bank.phases]}
    return view(purpose, bank.title, [field("phase", PHASE, menu, optional=False)], START)


def text_view(heading: str, lines: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Something to read: headings with words below them, a page's worth."""
    blocks: list[Block] = []
    for head, words in lines:
        blocks.extend(title(head))
        blocks.extend(section(words) if words else ())
    return view(About(purpose="look"), heading, blocks, submit="")
