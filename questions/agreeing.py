"""Reading a yes or a no out of a person's words.

A wrong yes in a record is worse than one more question, so only plain openings count: "yes, …",
"nope", "I don't think so", "we should". Whatever could be the start of another sentence ("No
decision was made", "We should ask first") is handed back.
"""

import re
from itertools import takewhile

from questions.reading import PUNCTUATION, Rejected, Word, excerpt, is_blank, word_set, words
from questions.values import YesNoValue

NO_MATCH = (
    "I can't tell whether \"{said}\" is a yes or a no, so I've kept it as a note. "
    "Yes or no works, with your reasons after it."
)
YESNO_HINTS = ("yes", "no")


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(line.split()) for line in text.split("|"))


# All phrases are compared with contractions written out ("don't" is "do not").
_YES = _phrases("yes|yep|yeah|yup|yea|yess|yesss|aye|affirmative")
_NO = _phrases("no|nope|nah|naw|negative")
_CLOSED_YES = _phrases(
    """y|ye|sure|sure why not|sure thing|for sure|definitely|absolutely|certainly|of course|correct
    |indeed|exactly|totally|surely|obviously|naturally|no doubt|without a doubt|i think so|think so
    |i believe so|i guess so|i suppose so|i hope so|i would say so|true|right|agreed|i agree
    |always"""
)
_CLOSED_NO = _phrases(
    """n|no way|no chance|no need|no thanks|no thank you|not really|never|never ever|not at all
    |i do not think so|i do not believe so|do not think so|i think not|i hope not|i would not say so
    |definitely not|absolutely not|certainly not|of course not|surely not|obviously not|sure not
    |for sure not|false|by no means|i disagree|i would rather not|rather not|naturally not"""
)
# Clear enough to count, and a shade of meaning that the record should keep.
_SHADED_YES = _phrases("probably|most probably|likely|most likely|very likely|mostly|already")
_SHADED_NO = _phrases(
    "not yet|probably not|most probably not|unlikely|most likely not|likely not|hardly|not now"
)
_UNCLEAR = _phrases(
    """maybe|perhaps|possibly|depends|it depends|that depends|not sure|unsure|not certain|no idea
    |no clue|no opinion|no preference|no comment|no answer|no view|no problem|no worries|no matter
    |no question|never mind|correct me|not necessarily|hard to say|who knows|dunno|idk|do not know
    |i do not know|we do not know|i am not sure|we are not sure|neither|none|both|why not"""
)
_PHRASE, _LEAD_WORDS = 5, 12
_SPELLED_OUT = {
    "cannot": ("can", "not"),
    "cant": ("can", "not"),
    "wont": ("will", "not"),
    "id": ("i", "would"),
    "im": ("i", "am"),
    "its": ("it", "is"),
    "thats": ("that", "is"),
}
_NOT = re.compile(r"(do|does|did|is|are|was|were|would|should|could|has|have|had|must)nt")
_WHO = word_set("i we it they he she you there this that")
_AUX = word_set("do does did will would should can could must is are am was were has have")
# Words that can follow a yes or no without a comma, and cannot be what a "no" counts.
_GOES_ON = word_set(
    """
    because cause since as but and although though however if unless until when while so for
    given i we it they he she you there this that these those the a an our my your their its
    in on at with from not only just please thanks actually everyone most some all sorry
    definitely absolutely really never
    """
)
_BECAUSE = word_set("because cause since as but although though if unless given and")
_LEADS = word_set(
    """
    well hmm hm um uh oh ah so i would say think the answer is it a that my vote honestly
    personally am going with leaning towards to still hell heck clear big from for me we are
    """
)
_STOPS = re.compile(r"[,.;:!\n()…–—👍👎]|\s-+\s|-+\s*$|^\s*-\s")
_UP = re.compile(r"^(?:👍[🏻-🏿]?|✅|✔|☑|💯|:\+1:(?::skin-tone-\d:)?|:thumbsup:|\+1(?!\w))\ufe0f?")
_DOWN = re.compile(r"^(?:👎[🏻-🏿]?|❌|✖|:-1:(?::skin-tone-\d:)?|:thumbsdown:|-1(?!\w))\ufe0f?")


def read_yesno(text: str) -> YesNoValue | Rejected:
    """The yes or no that a plain reply opens with; the words after it are the why.

    Where words come before the yes or no, or shade it ("probably"), the whole reply is the why.
    Rejected with the code "no-match" where the reply is neither, or both.
    """
    for sign, yes in ((_UP, True), (_DOWN, False)):
        if found := sign.match(text):
            return _signed(text, found.end(), yes)
    spelled = _spell_out(words(text))
    leads = len(list(takewhile(lambda word: word.key in _LEADS, spelled[:_LEAD_WORDS])))
    for at in range(leads + 1):
        value = _opening(text, spelled, at)
        if value is not None:
            bare = at == 0 and is_blank(text[: spelled[0].start])
            return value if bare else YesNoValue(yes=value.yes, why=text)
    return _no_match(text)


def unclear(text: str) -> bool:
    """Whether a reply opens with words that decide nothing ("maybe", "not sure", "it depends")."""
    return _longest(_spell_out(words(text)), 0, _UNCLEAR) > 0


def _signed(text: str, end: int, yes: bool) -> YesNoValue | Rejected:
    rest = text[end:].strip(PUNCTUATION)
    after = _opening(rest, _spell_out(words(rest)), 0)
    if after is None:
        return YesNoValue(yes=yes, why=_after(text, end))
    return after if after.yes == yes else _no_match(text)


def _opening(text: str, spelled: list[Word], at: int) -> YesNoValue | None:
    """The yes or no that stands at word `at`, if one plainly does."""
    if _longest(spelled, at, _UNCLEAR) >= max(_longest(spelled, at, _CLOSED_YES | _CLOSED_NO), 1):
        return None
    closed = [
        (length, yes, shaded)
        for yes, shaded, phrases in (
            (True, False, _CLOSED_YES),
            (False, False, _CLOSED_NO),
            (True, True, _SHADED_YES),
            (False, True, _SHADED_NO),
        )
        if (length := _longest(spelled, at, phrases))
    ]
    if closed:
        length, yes, shaded = max(closed)
        if _closed(text, spelled, at + length):
            end = spelled[at + length - 1].end
            return YesNoValue(yes=yes, why=text if shaded else _after(text, end))
        # "definitely yes", "probably no": the plain word decides, all the words stay.
        led = _plain(text, spelled, at + length)
        if led is not None and led.yes == yes:
            return YesNoValue(yes=yes, why=text)
    return _plain(text, spelled, at) or _auxiliary(text, spelled, at)


def _plain(text: str, spelled: list[Word], at: int) -> YesNoValue | None:
    for yes, phrases, opposite in ((True, _YES, _NO), (False, _NO, _YES)):
        if not _longest(spelled, at, phrases):
            continue
        # "yes yes" and "no, nope" are one; "yes and no" is neither.
        last = at
        while _longest(spelled, last + 1, phrases) and _open(text, spelled, last + 1):
            last += 1
        beyond = last + 1
        if beyond < len(spelled) and spelled[beyond].key in ("and", "or", "but"):
            beyond += 1
        if _longest(spelled, beyond, opposite) and (
            _closed(text, spelled, beyond + 1) or _longest(spelled, beyond + 1, _UNCLEAR)
        ):
            return None
        if _longest(spelled, last + 1, _UNCLEAR) and not _stop(text, spelled, last + 1):
            return None
        if not yes and not _open(text, spelled, last + 1):
            return None
        return YesNoValue(yes=yes, why=_after(text, spelled[last].end))
    return None


def _auxiliary(text: str, spelled: list[Word], at: int) -> YesNoValue | None:
    """ "We do", "it won't", "I think we should", "I don't think it will" - and nothing after it."""
    flip = False
    for opening, turns in ((("i", "do", "not", "think"), True), (("i", "think"), False)):
        if tuple(word.key for word in spelled[at : at + len(opening)]) == opening:
            at, flip = at + len(opening), turns
            break
    found = [word.key for word in spelled[at : at + 3]]
    if len(found) < 2 or found[0] not in _WHO or found[1] not in _AUX:
        return None
    negative = len(found) == 3 and found[2] == "not"
    end = at + 3 if negative else at + 2
    if not _stop(text, spelled, end) and spelled[end].key not in _BECAUSE:
        return None
    if _gap(text, spelled, end).lstrip().startswith("?"):
        return None
    return YesNoValue(yes=flip == negative, why=_after(text, spelled[end - 1].end))


def _spell_out(found: list[Word]) -> list[Word]:
    spelled: list[Word] = []
    for word in found:
        parts = _SPELLED_OUT.get(word.key)
        if parts is None and (negated := _NOT.fullmatch(word.key)):
            parts = (negated[1], "not")
        spelled.extend(Word(part, word.start, word.end) for part in parts or (word.key,))
    return spelled


def _longest(spelled: list[Word], at: int, phrases: frozenset[tuple[str, ...]]) -> int:
    """How many words the longest phrase that stands at word `at` has; 0 for none."""
    for length in range(min(_PHRASE, len(spelled) - at), 0, -1):
        if tuple(word.key for word in spelled[at : at + length]) in phrases:
            return length
    return 0


def _gap(text: str, spelled: list[Word], at: int) -> str:
    """What stands between the word before `at` and the next one, or the text's end."""
    return text[spelled[at - 1].end : spelled[at].start if at < len(spelled) else len(text)]


def _stop(text: str, spelled: list[Word], at: int) -> bool:
    return at >= len(spelled) or _STOPS.search(_gap(text, spelled, at)) is not None


def _open(text: str, spelled: list[Word], at: int) -> bool:
    """Whether a bare "no" may end before word `at`: a stop, or a word that no "no" can count."""
    return (
        _stop(text, spelled, at)
        or spelled[at].key in _GOES_ON
        or bool(_longest(spelled, at, _YES | _NO))
    )


def _closed(text: str, spelled: list[Word], at: int) -> bool:
    return _stop(text, spelled, at) or spelled[at].key in _BECAUSE


def _after(text: str, end: int) -> str:
    return text[end:].lstrip(PUNCTUATION).strip()


def _no_match(text: str) -> Rejected:
    reason = NO_MATCH.format(said=excerpt(text))
    return Rejected(reason=reason, code="no-match", hints=YESNO_HINTS)
