"""Finding a question's options in a reply: by number, by name, by beginning, and by mention.

A place in a reply is the index of a word. An option that is only spoken against ("not stackable",
"anything but certificate", "videos are too expensive") is not found.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from questions.model import Option
from questions.reading import is_blank, keys, light, word_set
from questions.spoken import Found, Reply, numbered

_STOP_WORDS = word_set(
    """a an the i we it they you he she is are be to of in on at for with and or but no not yes if
    as so by from this that all any some none other one"""
)
_NEGATIONS = word_set(
    """not no never dont doesnt isnt wasnt wont wouldnt cant cannot couldnt shouldnt arent aint didnt
    without neither nor avoid except excluding against exclude drop skip ditch reject"""
)
_BUT = {
    ("anything", "but"),
    ("everything", "but"),
    ("all", "but"),
    ("rather", "than"),
    ("instead", "of"),
    ("other", "than"),
    ("apart", "from"),
    ("aside", "from"),
}
_NOT_AGAINST = word_set("only just doubt question problem sure")
_CLAUSE_ENDS = word_set("but however though so because then rather instead")
_AUX = word_set("is are was were would will should does do can could seems seem sounds looks feels")
_AUX_NOT = word_set("isnt arent wasnt wont wouldnt shouldnt doesnt dont cant cannot couldnt never")
_SPOKEN_DOWN = word_set("not out off no too never wrong impossible hardly overkill")
_ARTICLES = word_set("a an the our my some")
_LOOK_BACK = 4


@dataclass
class OptionReader(Reply):
    """One reply, read against one question's options."""

    options: Sequence[Option]
    names: list[tuple[tuple[str, ...], int]] = field(init=False)

    def __post_init__(self) -> None:
        names = {(name, at): None for at, opt in enumerate(self.options) for name in _names(opt)}
        # The longest first, so that "certificate of completion" is not taken for "certificate".
        self.names = sorted(names, key=lambda name: -len(name[0]))

    def whole(self) -> tuple[int, ...]:
        """The options that the whole reply names: exactly, else as the beginning of a name."""
        said = light(self.text)
        for same in (
            [at for at, option in enumerate(self.options) if light(option.label) == said],
            [at for at, option in enumerate(self.options) if option.id == said],
        ):
            if same:
                return tuple(same)
        spoken = tuple(word.key for word in self.words)
        if not spoken or not all(is_blank(self.gap(place)) for place in range(len(spoken) + 1)):
            return ()
        for equal in (_same, _alike):
            if same := sorted({at for name, at in self.names if equal(name, spoken)}):
                return tuple(same)
        found = self.numbered(0, strict=False)
        if found and found.end == len(self.words) and not found.series:
            # "2" where a label is "2 years": the number of one option, the beginning of another.
            begun = {at for name, at in self.names if name[: len(spoken)] == spoken}
            return tuple(sorted({*found.options, *begun}))
        squeezed = "".join(spoken)
        joined = [("".join(name), at) for name, at in self.names]
        if same := sorted({at for name, at in joined if name == squeezed}):
            return tuple(same)
        if squeezed in _STOP_WORDS or (squeezed.isdecimal() and len(spoken) > 1):
            return ()
        return tuple(
            sorted(
                at
                for at, option in enumerate(self.options)
                if any("".join(name).startswith(squeezed) for name in _own_names(option))
            )
        )

    def at(self, place: int, strict: bool) -> Found | None:
        """The option that is named at a place; `strict` where a number must stand for itself."""
        if place >= len(self.words):
            return None
        return (
            self._named(place)
            or self._as_shown(place)
            or self._after_number(self.numbered(place, strict))
            or self._begun(place)
        )

    def named_anyhow(self, place: int) -> Found | None:
        """The option whose full name stands at a place, spoken against or not."""
        for equal in (_same, _alike):
            best: list[int] = []
            length = 0
            for name, at in self.names:
                if len(name) < length:
                    break
                spoken = tuple(word.key for word in self.words[place : place + len(name)])
                if equal(name, spoken):
                    length = len(name)
                    best.append(at)
            if best:
                return Found(tuple(sorted(set(best))), place + length)
        return None

    def mentions(self, place: int) -> Iterator[tuple[int, Found]]:
        """Every option named in full from a place on, and where, but for those spoken against."""
        while place < len(self.words):
            end = place + 1
            if found := self.named_anyhow(place):
                usable = [o for o in found.options if not self.options[o].other]
                name = "".join(word.key for word in self.words[place : found.end])
                if usable and len(name) > 2 and name not in _STOP_WORDS:
                    end = found.end
                    if not self.spoken_against(place, end):
                        yield place, Found(tuple(usable), end)
            place = end

    def numbered(self, place: int, strict: bool) -> Found | None:
        """The option whose number is said at a place; `strict` as for `at`."""
        return numbered(self, place, len(self.options), strict)

    def spoken_against(self, place: int, end: int) -> bool:
        """Whether the words around an option's name turn it down."""
        if end < len(self.words) and not self.stop(end):
            after = [word.key for word in self.words[end : end + 2]]
            if after[0] in _AUX_NOT:
                return True
            if len(after) == 2 and after[0] in _AUX and after[1] in _SPOKEN_DOWN:
                return not self.stop(end + 1)
        for back in range(place - 1, max(place - 1 - _LOOK_BACK, -1), -1):
            if self.stop(back + 1):
                return False
            key, following = self.words[back].key, self.words[back + 1].key
            if back and (self.words[back - 1].key, key) in _BUT:
                return True
            if key in _NEGATIONS:
                why_not = back > 0 and self.words[back - 1].key == "why"
                return not why_not and (following not in _NOT_AGAINST or place - back > 2)
            if key in _CLAUSE_ENDS:
                return False
        return False

    def _as_shown(self, place: int) -> Found | None:
        """An option's number and its name, as they stand on the card: "2 Stackable", "4 Other"."""
        key = self.words[place].key
        if not key.isdecimal() or len(key) > 3 or self.separated(place + 1):
            return None
        named = self.named_anyhow(place + 1)
        if named is None or int(key) - 1 not in named.options:
            return None
        return Found((int(key) - 1,), named.end)

    def _after_number(self, found: Found | None) -> Found | None:
        """A number and the name of another option after it are ambiguous."""
        if found is None or found.series or self.separated(found.end):
            return found
        named = self._named(found.end)
        if named is None:
            return found
        return Found(tuple(sorted({*found.options, *named.options})), named.end)

    def _named(self, place: int) -> Found | None:
        found = self.named_anyhow(place)
        if found is None or self.spoken_against(place, found.end):
            return None
        name = "".join(word.key for word in self.words[place : found.end])
        others = [at for at in found.options if self.options[at].other]
        if others and not (
            self.stop(found.end) or self.words[found.end].key in _ARTICLES | {"and", "because"}
        ):
            return None
        if (len(name) < 3 or name in _STOP_WORDS) and not others and not self.closed(found.end):
            return None
        return found

    def _begun(self, place: int) -> Found | None:
        """A name's beginning that stands for itself ("stack, I think"), if it fits one name only."""
        for end in range(min(len(self.words), place + 4), place, -1):
            spoken = tuple(word.key for word in self.words[place:end])
            said = "".join(spoken)
            if len(said) < 3 or said in _STOP_WORDS or not self.closed(end):
                continue
            fits = {
                at
                for name, at in self.names
                if len(name) >= len(spoken)
                and name[: len(spoken) - 1] == spoken[:-1]
                and name[len(spoken) - 1].startswith(spoken[-1])
            }
            # A whole word may go on without a sign ("ABC I think"); part of one may not.
            whole = any(name[: len(spoken)] == spoken for name, _ in self.names)
            if len(fits) == 1 and (whole or self.stop(end)):
                if self.options[min(fits)].other or self.spoken_against(place, end):
                    return None
                return Found(tuple(fits), end)
        return None


def _names(option: Option) -> Iterator[tuple[str, ...]]:
    yield from _own_names(option)
    if option.other:
        yield ("something", "else")


def _own_names(option: Option) -> Iterator[tuple[str, ...]]:
    for name in (option.label, re.sub(r"\([^)]*\)", " ", option.label), option.id):
        if found := keys(name):
            yield found


def _same(name: tuple[str, ...], spoken: tuple[str, ...]) -> bool:
    return name == spoken


def _alike(name: tuple[str, ...], spoken: tuple[str, ...]) -> bool:
    """Equal but for a plural's s."""
    return len(name) == len(spoken) and all(
        a == b or (len(a) > 3 and a + "s" == b) or (len(b) > 3 and b + "s" == a)
        for a, b in zip(name, spoken, strict=True)
    )
