"""DOCX with real footnotes.

python-docx 1.2 writes no footnotes: their part is made here, with its separators, styles and the settings that name
them, as ECMA-376-1 section 17.11 has it. This is the one door to python-docx.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import cast

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor
from docx.styles.style import BaseStyle, CharacterStyle, ParagraphStyle

from qa_service.exporting.answers import Told
from qa_service.exporting.notes import Note, Noted, noted

_MARK = "FootnoteReference"
_FIELD_MOST = 255
"""Characters that a property of a Word file can hold."""
_SEPARATORS = {"-1": "separator", "0": "continuationSeparator"}
"""The two footnotes that are lines above the others, by id; those of the text count from 1."""


def word(answers: Sequence[Told], title: str) -> bytes:
    """The title, each question as a heading with its answer, and a footnote for every citation."""
    document = Document()
    _describe(document, title or answers[0].question)
    _add_styles(document)
    footnotes = _Footnotes(document)
    if title:
        document.add_heading(title, level=0)
    for answer, paragraphs in noted(answers):
        _add_answer(document, footnotes, answer, paragraphs)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: DocumentObject, title: str) -> None:
    """The file's properties, in place of those of python-docx's template."""
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title[:_FIELD_MOST], "Letters", ""
    properties.created = properties.modified = datetime.now(UTC)


def _add_styles(document: DocumentObject) -> None:
    """Word's own styles for notes and links, which the template lacks; Word knows them by these names."""
    text = cast(ParagraphStyle, _add_style(document, "footnote text", "FootnoteText", WD_STYLE_TYPE.PARAGRAPH))
    text.base_style = document.styles["Normal"]
    text.font.size, text.paragraph_format.space_after = Pt(9), Pt(2)
    mark = cast(CharacterStyle, _add_style(document, "footnote reference", _MARK, WD_STYLE_TYPE.CHARACTER))
    mark.font.superscript = True
    link = cast(CharacterStyle, _add_style(document, "Hyperlink", "Hyperlink", WD_STYLE_TYPE.CHARACTER))
    link.font.underline, link.font.color.rgb = True, RGBColor(0x05, 0x63, 0xC1)


def _add_style(document: DocumentObject, name: str, id: str, kind: WD_STYLE_TYPE) -> BaseStyle:
    style: BaseStyle = document.styles.add_style(name, kind, builtin=True)
    style.element.set(qn("w:styleId"), id)
    return style


def _add_answer(document: DocumentObject, footnotes: "_Footnotes", answer: Told, paragraphs: Sequence[Noted]) -> None:
    document.add_heading(answer.question, level=1)
    if answer.understood:
        document.add_paragraph(f"Understood as: {answer.understood}").runs[0].italic = True
    for said in paragraphs:
        paragraph = document.add_paragraph(said.text)._p
        for note in said.notes:
            footnotes.add(note)
            paragraph.append(_run(_element("w:footnoteReference", id=str(note.number)), style=_MARK))
    made = document.add_paragraph(answer.made).runs[0]
    made.italic, made.font.size = True, Pt(9)


class _Footnotes:
    """The part of the file that holds the footnotes."""

    def __init__(self, document: DocumentObject) -> None:
        self._notes = OxmlElement("w:footnotes")
        named = OxmlElement("w:footnotePr")
        for id, kind in _SEPARATORS.items():
            self._notes.append(_separator(id, kind))
            named.append(_element("w:footnote", id=id))
        settings = document.settings.element
        settings.insert(settings.index(settings.find(qn("w:compat"))), named)
        package = document.part.package
        name = PackURI("/word/footnotes.xml")
        self._part = XmlPart(name, CONTENT_TYPE.WML_FOOTNOTES, self._notes, package)
        document.part.relate_to(self._part, RELATIONSHIP_TYPE.FOOTNOTES)

    def add(self, note: Note) -> None:
        paragraph = _element("w:p")
        properties = _element("w:pPr")
        properties.append(_element("w:pStyle", val="FootnoteText"))
        paragraph.append(properties)
        paragraph.append(_run(_element("w:footnoteRef"), style=_MARK))
        paragraph.append(_run(_text(" ")))
        if note.italic:
            paragraph.append(_run(_text(note.italic), italic=True))
        paragraph.append(_run(_text(note.text)))
        if note.quote:
            paragraph.append(_run(_text(f" “{note.quote}”")))
        links = [("Text", note.cited.url), ("Scan of the page", note.cited.scan_url)]
        for name, address in ((name, address) for name, address in links if address):
            paragraph.append(_run(_text(" ")))
            paragraph.append(_link(self._part, name, address))
        footnote = _element("w:footnote", id=str(note.number))
        footnote.append(paragraph)
        self._notes.append(footnote)


def _separator(id: str, kind: str) -> BaseOxmlElement:
    footnote, paragraph = _element("w:footnote", type=kind, id=id), _element("w:p")
    paragraph.append(_run(_element(f"w:{kind}")))
    footnote.append(paragraph)
    return footnote


def _link(part: Part, text: str, address: str) -> BaseOxmlElement:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(_run(_text(text), style="Hyperlink"))
    return link


def _run(inside: BaseOxmlElement, *, style: str = "", italic: bool = False) -> BaseOxmlElement:
    run, properties = _element("w:r"), _element("w:rPr")
    if style:
        properties.append(_element("w:rStyle", val=style))
    if italic:
        properties.append(_element("w:i"))
    if len(properties):
        run.append(properties)
    run.append(inside)
    return run


def _text(text: str) -> BaseOxmlElement:
    element = _element("w:t")
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    element.text = text
    return element


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    """An element with attributes of Word's own namespace."""
    element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    return element
