"""Reads keys, texts, ids, lists and truths out of a bank's tree, and notes what does not fit."""

from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from questions.model import Id
from questions.nodes import Hole, Mapping, Node, Scalar, Sequence
from questions.problems import Problems, shown

WANTS_KEYS = "{what} should be a set of keys with values"
WANTS_LIST = '"{key}" should be a list'
WANTS_TEXT = '"{key}" should be text'
NO_WORDS = '"{key}" is empty'
NO_ITEMS = '"{key}" has nothing in it'
TOO_LONG = '"{key}" is too long: {length} characters, and {limit} is the most'
UNKNOWN_KEY = 'unknown key "{key}"{near}'
KEY_TWICE = 'the key "{key}" stands here twice'
MISSING = '{what} needs "{key}"'
BAD_ID = (
    '"{id}" can\'t be an id: use small letters, digits and hyphens, with dots between,'
    " 80 characters at most"
)
TRUE_OR_FALSE = '"{key}" should be true or false'

_ID: TypeAdapter[str] = TypeAdapter(Id)
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_FIRST_LIMIT = 600  # the model's, for prompts, titles and labels
_LIMITS = {"why": 2000}

Fields = dict[str, tuple[int, Node]]
"""A mapping's values by key, each with its key's line."""


class FieldReader:
    """Reads one file's fields; every method takes the question's id (or "") for its faults."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def keys(
        self, node: Node, what: str, question: str, needed: Iterable[str], more: Iterable[str] = ()
    ) -> Fields:
        """The known keys of a mapping, the first of each; an empty dict for anything else."""
        fields: Fields = {}
        if not isinstance(node, Mapping):
            if not isinstance(node, Hole):
                self.problems.add(node.line, question, WANTS_KEYS.format(what=what))
            return fields
        known = (*needed, *more)
        for key, value in node.pairs:
            if key.text not in known:
                near = self.problems.near(key.text, known)
                said = UNKNOWN_KEY.format(key=shown(key.text), near=near)
                self.problems.add(key.line, question, said)
            elif key.text in fields:
                self.problems.add(key.line, question, KEY_TWICE.format(key=key.text))
            else:
                fields[key.text] = (key.line, value)
        for key_needed in needed:
            if key_needed not in fields:
                said = MISSING.format(what=what, key=key_needed)
                self.problems.add(node.line, question, said)
        return fields

    def words(self, fields: Fields, key: str, question: str) -> str | None:
        """A text without the blanks around it; None if it is missing, empty or no text."""
        if key not in fields:
            return None
        line, node = fields[key]
        limit = _LIMITS.get(key, _FIRST_LIMIT)
        if isinstance(node, Hole):
            return None
        if not isinstance(node, Scalar):
            self.problems.add(node.line, question, WANTS_TEXT.format(key=key))
            return None
        text = node.text.strip()
        if node.null or not text:
            self.problems.add(line, question, NO_WORDS.format(key=key))
        elif len(text) > limit:
            said = TOO_LONG.format(key=key, length=len(text), limit=limit)
            self.problems.add(line, question, said)
        else:
            return text
        return None

    def id(self, fields: Fields, key: str, question: str) -> str | None:
        """An id as the model wants it; None if it is missing or can't be one."""
        text = self.words(fields, key, question)
        if text is None:
            return None
        try:
            return _ID.validate_python(text)
        except ValidationError:
            self.problems.add(fields[key][0], question, BAD_ID.format(id=shown(text)))
            return None

    def items(self, fields: Fields, key: str, question: str) -> list[Node]:
        """A list's items; empty, and noted, for an empty list or anything else."""
        if key not in fields:
            return []
        line, node = fields[key]
        if isinstance(node, Sequence) and node.items:
            return node.items
        if isinstance(node, Sequence) or (isinstance(node, Scalar) and node.null):
            self.problems.add(line, question, NO_ITEMS.format(key=key))
        elif not isinstance(node, Hole):
            self.problems.add(line, question, WANTS_LIST.format(key=key))
        return []

    def truth(self, fields: Fields, key: str, question: str) -> bool:
        """True or false; false if it is missing or neither, the latter noted."""
        if key not in fields or isinstance(fields[key][1], Hole):
            return False
        line, node = fields[key]
        value = _TRUTH.get(node.text.lower()) if isinstance(node, Scalar) else None
        if value is None:
            self.problems.add(line, question, TRUE_OR_FALSE.format(key=key))
        return bool(value)


def peek(node: Node, key: str) -> str:
    """What a mapping says under a key, as it may be shown in a message; "" if it says nothing."""
    if isinstance(node, Mapping):
        for name, value in node.pairs:
            if name.text == key and isinstance(value, Scalar) and not value.null:
                return shown(value.text)
    return ""
