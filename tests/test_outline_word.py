"""Word outlines: real documents, built here the way Word and its users build them."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from hypothesis import event, given, settings
from hypothesis import strategies as st

from questions.dump import bank_to_yaml
from questions.loader import load_bank
from questions.model import Kind
from questions.outline import Draft, OutlineError, read_outline
from questions.outline_word import read_word
from tests.outline_trees import Node, Section, drawn, flat, sections


def _read(document: Document, folder: Path) -> Draft:
    path = folder / "our-plan.docx"
    document.save(str(path))
    return read_outline(path)


def _numbered(document: Document, text: str, level: int, number: int = 1) -> None:
    """A paragraph on Word's own multi-level list."""
    properties = document.add_paragraph(text, style="List Paragraph")._p.get_or_add_pPr()
    numbering = properties.get_or_add_numPr()
    numbering.get_or_add_ilvl().val = level
    numbering.get_or_add_numId().val = number


def _styled(document: Document, text: str, level: int) -> None:
    document.add_paragraph(text, style="List Bullet" + (f" {level + 1}" if level else ""))


def _numbers_styled(document: Document, text: str, level: int) -> None:
    document.add_paragraph(text, style="List Number" + (f" {level + 1}" if level else ""))


def _typed(document: Document, text: str, level: int) -> None:
    paragraph = document.add_paragraph(f"{'•o▪'[level]}\t{text}")
    paragraph.paragraph_format.left_indent = Pt(18 * level)


def _indented(document: Document, text: str, level: int) -> None:
    document.add_paragraph(text).paragraph_format.left_indent = Pt(18 * (level + 1))


WAYS: dict[str, Callable[[Document, str, int], None]] = {
    "list levels": _numbered,
    "bullet styles": _styled,
    "number styles": _numbers_styled,
    "typed signs": _typed,
    "indents alone": _indented,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_tree_comes_back_from_every_way_of_listing_in_word(
    way: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """List levels, list styles, typed signs and bare indents all give the same tree back."""
    folder = tmp_path_factory.mktemp("word")

    @settings(max_examples=6, deadline=None)
    @given(sections())
    def holds(outline: tuple[Section, ...]) -> None:
        document = docx.Document()

        def put(nodes: tuple[Node, ...], level: int) -> None:
            for node in nodes:
                WAYS[way](document, node.text, level)
                put(node.below, level + 1)

        for section in outline:
            document.add_heading(section.title, 1)
            put(section.asks, 0)
        made = _read(document, folder)
        assert drawn(made) == flat(outline)
        assert load_bank(bank_to_yaml(made.bank), "draft.yaml") == made.bank

    holds()


def test_a_word_document_becomes_a_bank(tmp_path: Path) -> None:
    """Title, headings, lists, options, review, paragraphs and page breaks go where they belong."""
    document = docx.Document()
    document.add_heading("Planning an archive", 0)
    document.add_heading("1. Purpose", 1)
    document.add_paragraph("Read this first.")
    _numbered(document, "Which form will it take?", 0)
    _numbered(document, "Website", 1)
    _numbered(document, "Other", 1)
    _numbered(document, "What’s the “promise”?", 0)
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    _styled(document, "Is there money?", 1)
    document.add_paragraph("It need not be much.", style="List Continue 2")
    document.add_paragraph("Consider how this affects the visitor experience.")
    made = _read(document, tmp_path)
    assert made.bank.title == "Planning an archive"
    (phase,) = made.bank.phases
    assert (phase.title, phase.affects) == ("Purpose", "visitors")
    form, promise, money, review = phase.questions
    assert (form.kind, form.why) == (Kind.ONE, "Read this first.")
    assert (promise.prompt, promise.parent) == ("What’s the “promise”?", None)
    assert (money.kind, money.parent, money.help) == (
        Kind.YESNO,
        promise.id,
        "It need not be much.",
    )
    assert review.kind is Kind.REVIEW


def test_headings_in_bold_or_above_a_list_are_headings(tmp_path: Path) -> None:
    """Where nobody used heading styles, short lines in bold or right above a list are headings."""
    document = docx.Document()
    document.add_paragraph("Our archive")
    document.add_paragraph().add_run("Purpose").bold = True
    document.add_paragraph("Why we do this at all.")
    _styled(document, "What is it?", 0)
    document.add_paragraph("Running it")
    _styled(document, "Who runs it?", 0)
    made = _read(document, tmp_path)
    assert made.bank.title == "Our archive"
    assert [phase.title for phase in made.bank.phases] == ["Purpose", "Running it"]


def test_a_style_of_ones_own_is_read_through_its_base(tmp_path: Path) -> None:
    """Styles made from Word's own headings and lists count as those; list 0 takes off a list."""
    document = docx.Document()
    heading = document.styles.add_style("Committee", 1)
    heading.element.get_or_add_pPr().append(_element("w:outlineLvl", 0))
    bullet = document.styles.add_style("Ask", 1)
    bullet.base_style = document.styles["List Bullet"]
    document.add_paragraph("Purpose", style="Committee")
    document.add_paragraph("What is it?", style="Ask")
    _numbered(document, "It is not a bullet", 0, number=0)
    made = _read(document, tmp_path)
    assert drawn(made) == [("Purpose", [(0, "What is it?")])]
    assert next(iter(made.bank)).help == "It is not a bullet"


def test_changes_are_read_as_accepted(tmp_path: Path) -> None:
    """Inserted words are read, deleted and moved-away ones are not."""
    document = docx.Document()
    document.add_heading("Purpose", 1)
    _styled(document, "What", 0)
    paragraph = document.paragraphs[-1]
    for tag, text in (("w:ins", " is"), ("w:moveFrom", " was"), ("w:ins", " it?")):
        change = OxmlElement(tag)
        change.append(paragraph.add_run(text)._r)
        paragraph._p.append(change)
    assert drawn(_read(document, tmp_path)) == [("Purpose", [(0, "What is it?")])]


def test_tables_and_pictures_are_left_out_and_named(tmp_path: Path) -> None:
    """What stands in a table or text box is no question, and that is said."""
    document = docx.Document()
    document.add_heading("Purpose", 1)
    _styled(document, "What is it?", 0)
    document.add_table(1, 1).cell(0, 0).text = "Who asks in a table?"
    drawing = OxmlElement("w:drawing")
    document.paragraphs[-1].add_run()._r.append(drawing)
    made = _read(document, tmp_path)
    assert [q.prompt for q in made.bank] == ["What is it?"]
    assert {note.split(" ")[0] for note in made.unsure if "left out" in note} == {
        "Tables",
        "Pictures,",
    }


def _element(tag: str, value: int) -> BaseOxmlElement:
    element = OxmlElement(tag)
    element.set(qn("w:val"), str(value))
    return element


def _small() -> bytes:
    document = docx.Document()
    document.add_heading("Purpose", 1)
    _numbered(document, "What is it?", 0)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_small())) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for file in old.namelist():
            new.writestr(file, change(file, old.read(file)))
    return packed.getvalue()


def _replaced(file: str, data: bytes) -> bytes:
    return _repacked(lambda name, old: data if name == file else old)


def _locked() -> bytes:
    data = bytearray(_small())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: b"not a zip at all", "damaged"),
        (lambda: _small()[:-200], "damaged"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (_locked, "password"),
        (lambda: _replaced("word/document.xml", b"<w:document"), "damaged"),
        (lambda: _replaced("word/document.xml", b"<a/>"), "damaged"),
        (lambda: _replaced("[Content_Types].xml", b"<Types/>"), "damaged"),
        (lambda: _replaced("docProps/thumbnail.jpeg", bytes(60_000_000)), "too large"),
        (lambda: _replaced("word/document.xml", _bomb()), "damaged|No question"),
    ],
    ids=["text", "cut", "old", "locked", "xml", "other xml", "types", "zip bomb", "entities"],
)
def test_a_broken_document_is_refused_in_one_sentence(
    tmp_path: Path, make: Callable[[], bytes], word: str
) -> None:
    """Damaged, locked and exploding documents are refused, and say why."""
    path = tmp_path / "bad.docx"
    path.write_bytes(make())
    with pytest.raises(OutlineError, match=word) as refusal:
        read_outline(path)
    assert str(refusal.value).endswith(".")


def _bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return (
        f'<!DOCTYPE w [<!ENTITY e0 "what?">{entities}]><w:document xmlns:w="{space}"><w:body>'
        "<w:p><w:r><w:t>&e11;</w:t></w:r></w:p></w:body></w:document>"
    ).encode()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_ends_in_blocks_or_a_refusal(data: st.DataObject) -> None:
    """Bytes changed anywhere in the document's own parts never give another error."""
    part = data.draw(
        st.sampled_from(("word/document.xml", "word/styles.xml", "[Content_Types].xml"))
    )
    spots = data.draw(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1))

    def damage(name: str, old: bytes) -> bytes:
        broken = bytearray(old)
        for place, byte in spots if name == part else ():
            broken[place % len(broken)] = byte
        return bytes(broken)

    texts: list[str] = []
    try:
        texts = [block.text for block in read_word(_repacked(damage)).blocks]
    except OutlineError as refusal:
        texts = [str(refusal)]
        event("refused")
    assert all(texts)
