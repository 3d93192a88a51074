"""YAML text as a small tree that knows its lines. Every scalar stays the text that was written.

Banks hold words, so nothing is guessed: `version: 2026.10` keeps its last zero and `is: yes` stays
"yes". The tree is built from the parser's events without recursion, and what a bank never needs
(aliases, tags, a second document) is refused, so that no file can explode or run anything.
"""

import re
from dataclasses import dataclass, field

import yaml

from questions.problems import BankErrors, Problems

MAX_BYTES = 1_000_000
MAX_DEPTH = 60

NOT_YAML = "this isn't valid YAML: {problem}"
TOO_BIG = "this file is larger than 1 MB, which is too large for a question bank"
BAD_MARK = "character U+{code:04X} can't stand in a bank; please remove it"
TOO_DEEP = "this is nested too deeply for a bank (more than {limit} levels)"
NO_ALIAS = "anchors and aliases (& and *) aren't allowed in a bank; please write the words out"
NO_TAG = "tags (!) aren't allowed in a bank; please remove this one"
ONE_DOCUMENT = "a bank is one YAML document; please remove what follows the ---"
EMPTY = "this file is empty"
KEY_WORDS = "a key must be a plain word"

# What YAML itself cannot hold, and the control characters nobody can see.
_BAD = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\x85]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Scalar:
    """A text as written; `null` where the file says nothing (empty, `~` or `null`)."""

    line: int
    text: str
    null: bool = False


@dataclass(slots=True)
class Sequence:
    """A list."""

    line: int
    items: "list[Node]" = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys with their values, in order; a key may stand twice."""

    line: int
    pairs: "list[tuple[Scalar, Node]]" = field(default_factory=list)


@dataclass(slots=True)
class Hole:
    """Something that was refused, and said so; a reader passes it over in silence."""

    line: int


Node = Scalar | Sequence | Mapping | Hole


def compose(text: str, problems: Problems) -> Node:
    """The text's tree; what is wrong with the YAML goes to `problems`. Raises BankErrors if there
    is no tree to go on with."""
    _check_text(text, problems)
    problems.raise_if_any()
    try:
        root = _Composer(problems).run(text.removeprefix("\ufeff"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "context", None) or "unreadable"
        problems.add(mark.line + 1 if mark else 1, "", NOT_YAML.format(problem=said))
    else:
        if root is not None:
            return root
        problems.add(1, "", EMPTY)
    raise BankErrors(problems.found())


def _check_text(text: str, problems: Problems) -> None:
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        problems.add(1, "", TOO_BIG)
    elif bad := _BAD.search(text.removeprefix("\ufeff")):
        line = text.count("\n", 0, bad.start()) + 1
        problems.add(line, "", BAD_MARK.format(code=ord(bad.group())))


class _Composer:
    """Builds the tree from parser events with a stack of its own."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | Hole | None] = []  # of each open mapping, the key that waits
        self._root: Node | None = None
        self._alias_said = False

    def run(self, text: str) -> Node | None:
        """The first document's root, None if there is none. Raises BankErrors if nested too deeply."""
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self._problems.add(line, "", ONE_DOCUMENT)
                        return self._root
                case yaml.AliasEvent():
                    self._refuse_alias(line)
                    self._put(Hole(line))
                case yaml.ScalarEvent():
                    self._refuse(event, line)
                    self._put(self._scalar(event, line))
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._refuse(event, line)
                    if len(self._open) >= MAX_DEPTH:
                        self._problems.add(line, "", TOO_DEEP.format(limit=MAX_DEPTH))
                        self._problems.raise_if_any()
                    is_list = isinstance(event, yaml.SequenceStartEvent)
                    self._start(Sequence(line) if is_list else Mapping(line))
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._open.pop()
                    self._keys.pop()
                case _:
                    pass
        return self._root

    def _start(self, node: Sequence | Mapping) -> None:
        self._put(node)
        self._open.append(node)
        self._keys.append(None)

    def _put(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            if isinstance(node, Sequence | Mapping):
                self._problems.add(node.line, "", KEY_WORDS)
            self._keys[-1] = node if isinstance(node, Scalar) else Hole(node.line)
            return
        self._keys[-1] = None
        if isinstance(key, Scalar):
            parent.pairs.append((key, node))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Node:
        text: str = event.value
        # Escapes in quotes ("\0") can still smuggle in what the text itself may not hold.
        if bad := _BAD.search(text):
            self._problems.add(line, "", BAD_MARK.format(code=ord(bad.group())))
            return Hole(line)
        plain = event.style in (None, "")
        return Scalar(line, text, null=plain and text in ("", "~", "null", "Null", "NULL"))

    def _refuse(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            self._refuse_alias(line)
        if getattr(event, "tag", None) is not None:
            self._problems.add(line, "", NO_TAG)

    def _refuse_alias(self, line: int) -> None:
        if not self._alias_said:
            self._problems.add(line, "", NO_ALIAS)
        self._alias_said = True
