"""Guesses from its English words how a question wants to be answered, and names it. Pure.

Every rule here would rather say *text* than be wrong; what it only supposes it says in `doubt`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from questions.model import Kind
from questions.outline_blocks import spaced

DOUBT_EXAMPLES = "the words in brackets look like examples, so it stayed a text question"
DOUBT_OR = "it asks “this or that”; it stayed a text question, and could be a choice"
DOUBT_SEVERAL = "it asks more than one thing; perhaps split it"
DOUBT_LIST = "it could be a list"
DOUBT_MANY = "its options were read from the outline; check that one may pick several"
DOUBT_PHRASE = "it is not worded as a question"

_READ = 2000  # characters of a text that the rules look at
_OPTION_WORDS, _OPTION_LENGTH = 6, 60
_YES_NO = re.compile(
    r"[\[(]\s*(?:yes\s*(?:/|or|,)\s*no|y\s*/\s*n)\s*[\])]\s*(?P<end>\?*)\.?$", re.IGNORECASE
)
_BRACKET = re.compile(r"[\[(](?P<inside>[^()\[\]]+)[\])]\s*(?P<end>[?:.]*)$")
_EXAMPLES = re.compile(
    r"\b(e\.\s?g|i\.\s?e|for example|for instance|such as|etc|like)\b|…|\.\.\.", re.IGNORECASE
)
_YESNO_LEAD = re.compile(
    r"^(?:(?:if (?:so|yes|not|no)|and|also|so|then|or),?\s+)?"
    r"(?:is|are|am|was|were|will|would|do|does|did|should|shall|can|could|must|may|might|has|have|"
    r"had|need)(?:n['’]t)?\b",
    re.IGNORECASE,
)
_REAL_OR = re.compile(
    r"\bor\b(?!\s+(?:other|another|any|not|more|some|no|its?|their|our|your|why)\b)", re.IGNORECASE
)
_PLURAL = r"[\w’'-]*(?:[^\Wsuiy\d_]s|ss?es|ies|data|media|criteria|people)"
_PLURAL_BE = re.compile(
    r"^(?:(?:if (?:so|yes|not|no)|and|also),?\s+)?(?:what|which|who)(?:\s+(?:are|were)|['’]re)\s+"
    rf"(?:(?:the|your|our|its|their|some|all)\s+(?:[\w’'-]+\s+){{0,3}}?{_PLURAL}\b|"
    rf"(?!we\b|you\b|they\b)(?:[\w’'-]+\s+){{0,2}}?{_PLURAL}(?=\s*[?,:]|\s+(?:of|for|to|in|on|with|that)\b))",
    re.IGNORECASE,
)
_PLURAL_ASK = re.compile(
    rf"^(?:what|which)\s+(?:[\w’'-]+\s+){{0,3}}?{_PLURAL}\s+"
    r"(?:are|will|do|can|should|could|might|may|must|would|have|need)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(all that apply|one or more|any of|choose several|select several)\b", re.IGNORECASE
)
_QUESTION_WORD = re.compile(r"^(?:what|which|who|how|where|when)\b", re.IGNORECASE)
# "What is the plan for:": each line below ends the sentence, and so asks a thing of its own.
_GOES_ON = re.compile(r"\b(?:for|of|to|by|with|on|in|about|from|the|a|an|and)\s*:?$", re.IGNORECASE)
_ONE = re.compile(r"^(?:what|which)\b", re.IGNORECASE)
_LIST = re.compile(r"^(?:please\s+)?list\s+\w", re.IGNORECASE)
_NAME = re.compile(r"^(?:identify|name)\s+(?:the\s+|all\s+|any\s+)?.*[^\Wsui]s\b", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:what|who|whom|whose|when|where|why|which|how|if|list|identify|describe|define|determine|"
    r"explain|name|consider|decide|outline|discuss|assess|state|specify|set|choose|select|plan|"
    r"review|develop|create|establish|estimate|compare|evaluate|clarify|provide|give|think|tell|"
    r"document|agree|ensure|confirm|analy[sz]e|summari[sz]e|note|show|address|examine)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"^(?:and\s+|or\s+)?(?:any\s+)?others?\b|^something else\b", re.IGNORECASE)
_SKIPPED = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "list",
        "may",
        "might",
        "must",
        "of",
        "on",
        "or",
        "our",
        "shall",
        "should",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "not",
        "no",
        "yes",
        "any",
        "about",
        "into",
        "need",
        "consider",
        "identify",
        "describe",
        "define",
        "determine",
        "explain",
        "please",
        "s",
    ]
)


@dataclass(frozen=True)
class Guess:
    """How a text wants to be answered. `from_below`: its options are the bullets under it."""

    kind: Kind
    prompt: str
    options: tuple[str, ...] = ()
    from_below: bool = False
    doubt: str = ""


def guess(text: str, below: Sequence[str] = ()) -> Guess:
    """Guess the kind of a question from its text and the bullets under it that have none below."""
    read = text[:_READ]
    if marked := _YES_NO.search(read):
        prompt = read[: marked.start()].rstrip()
        if prompt and prompt[-1] not in "?.:" and marked["end"]:
            prompt += "?"
        if prompt:
            return Guess(Kind.YESNO, prompt)
    return _from_below(read, below, text) or _from_bracket(read, text) or _from_words(read, text)


def _from_below(read: str, below: Sequence[str], text: str) -> Guess | None:
    labels = _labels(below)
    asked = read[-1] in "?:" or _QUESTION_WORD.match(read)
    if len(labels) < 2 or not asked or not all(map(_phrase, below)):
        return None
    if _GOES_ON.search(read[-20:]) or (read[-1] == ":" and _YESNO_LEAD.match(read)):
        return None
    if {label.casefold() for label in labels} == {"yes", "no"}:
        return Guess(Kind.YESNO, text, from_below=True)
    kind, doubt = _one_or_many(read)
    return Guess(kind, text, labels, from_below=True, doubt=doubt)


def _from_bracket(read: str, text: str) -> Guess | None:
    bracket = _BRACKET.search(read)
    if not bracket or len(text) > _READ:
        return None
    prompt = read[: bracket.start()].rstrip()
    inside, end = bracket["inside"], bracket["end"]
    if _YESNO_LEAD.match(prompt):
        return None  # "are all in place (this, that)?": the brackets say more, and offer nothing
    if not prompt or not ("?" in prompt[-1] + end or _ASKS.match(prompt) or prompt[-1] == ":"):
        return None
    parts = re.split(r"\s*[,;]\s*(?:(?:or|and)\s+)?|\s*/\s*|\s+\bor\b\s+", inside)
    labels = _labels(parts)
    if len(labels) < 2 or not all(map(_phrase, parts)) or (prompt[-1] in ".,"):
        return None
    if _EXAMPLES.search(inside):
        return Guess(Kind.TEXT, text, doubt=DOUBT_EXAMPLES)
    if prompt[-1] not in "?:" and end:
        prompt += end
    kind, doubt = _one_or_many(prompt)
    return Guess(kind, prompt, labels, doubt=doubt)


def _from_words(read: str, text: str) -> Guess:
    doubt = DOUBT_SEVERAL if read.count("?") > 1 else ""
    first = read.split("?")[0]
    if "?" in read and _YESNO_LEAD.match(first) and not re.search(r"[.!]\s", first):
        if _REAL_OR.search(first):
            return Guess(Kind.TEXT, text, doubt=DOUBT_OR)
        return Guess(Kind.YESNO, text, doubt=doubt)
    if _LIST.match(read) or (_PLURAL_BE.match(read) and not doubt):
        return Guess(Kind.LIST, text)
    if not doubt and (_PLURAL_ASK.match(read) or _NAME.match(read)):
        doubt = DOUBT_LIST
    if "?" not in read and not _ASKS.match(read):
        doubt = DOUBT_PHRASE
    return Guess(Kind.TEXT, text, doubt=doubt)


def _one_or_many(prompt: str) -> tuple[Kind, str]:
    if _SEVERAL.search(prompt):
        return Kind.MANY, ""
    if _PLURAL_BE.match(prompt) or _PLURAL_ASK.match(prompt):
        return Kind.MANY, ""
    if _ONE.match(prompt):
        return Kind.ONE, ""
    return Kind.MANY, DOUBT_MANY


def _phrase(text: str) -> bool:
    """Whether a text is a short phrase, as an option is, and no ask of its own."""
    bare = text.strip()
    return (
        0 < len(bare) <= _OPTION_LENGTH
        and len(bare.split()) <= _OPTION_WORDS
        and "?" not in bare
        and not bare.endswith(":")
        and not _ASKS.match(bare)
    )


def _labels(parts: Sequence[str]) -> tuple[str, ...]:
    """The options' labels, each once, without the commas and the *or* of a running list."""
    found: dict[str, str] = {}
    for part in parts:
        label = re.sub(r"(?:[,;]\s*(?:or|and)?|\s+or|[.,;])$", "", spaced(part)).strip()
        label = re.sub(r"^or\s+", "", label)
        if label:
            found.setdefault(label.casefold(), label)
    return tuple(found.values())


def asks(text: str) -> bool:
    """Whether a paragraph is a question of its own."""
    return text.rstrip("\"'”’») ").endswith("?")


def is_other(label: str) -> bool:
    """Whether an option asks for the person's own words."""
    return bool(_OTHER.match(label)) and len(label.split()) <= 4


def words(text: str) -> list[str]:
    """The words of a text that can stand in an id: unaccented, small, without the little ones."""
    folded = unicodedata.normalize("NFKD", re.sub(r"['’](?:s\b)?", "", text[:_READ].casefold()))
    plain = re.findall(r"[a-z0-9]+", folded.encode("ascii", "ignore").decode())
    telling = [word for word in plain if word not in _SKIPPED]
    return telling or plain
