"""DOCX, as python-docx opens it, as its XML, and as LibreOffice reads it."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from lxml import etree

from qa_service.exporting.forms import export
from tests.exported_answers import HOSTILE, SITE, answer, citation, hostile_answer, noted_citation

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT_NOTE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}note-body"


def part(content: bytes, name: str) -> Any:
    with ZipFile(BytesIO(content)) as file:
        return etree.fromstring(file.read(name))


def footnotes_of(content: bytes) -> dict[str, str]:
    """The texts of the footnotes by id, without the separators."""
    notes = part(content, "word/footnotes.xml").findall(f"{W}footnote")
    texts = {note.get(f"{W}id"): "".join(text.text or "" for text in note.iter(f"{W}t")) for note in notes}
    return {id: text for id, text in texts.items() if int(id) > 0}


def words_of(content: bytes) -> str:
    """All that a reader of the file sees."""
    paragraphs = [paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs]
    return "\n".join([*paragraphs, *footnotes_of(content).values()])


def written(*answers: dict[str, Any], title: str = "") -> bytes:
    return export(answers, "docx", title=title).content


def test_questions_are_headings_and_claims_paragraphs() -> None:
    document = docx.Document(BytesIO(written(answer(citation()), answer(), title="All of it")))
    shown = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]  # type: ignore[union-attr]
    assert shown[:3] == [
        ("Title", "All of it"),
        ("Heading 1", "What was made up?"),
        ("Normal", "It says: “We made this up.”"),
    ]
    assert shown[5] == ("Normal", "Not in these 2 letters (frus1961-63v06).")


def test_each_mark_in_the_text_has_its_footnote() -> None:
    content = written(answer(citation(), noted_citation(2)))
    marks = [mark.get(f"{W}id") for mark in part(content, "word/document.xml").iter(f"{W}footnoteReference")]
    notes = footnotes_of(content)
    assert marks == list(notes) == ["1", "2"]
    assert notes["1"] == f" {citation()['formatted']} Text Scan of the page"
    assert notes["2"] == " Document 21, p. 26, n. 3. Text Scan of the page"


def test_the_footnotes_have_separators_settings_and_styles() -> None:
    content = written(answer(citation()))
    kinds = {one.get(f"{W}id"): one.get(f"{W}type") for one in part(content, "word/footnotes.xml")}
    assert kinds == {"-1": "separator", "0": "continuationSeparator", "1": None}
    settings = part(content, "word/settings.xml")
    properties = settings.find(f"{W}footnotePr")
    assert [one.get(f"{W}id") for one in properties] == ["-1", "0"]
    assert properties.getnext().tag == f"{W}compat"
    styles = {style.get(f"{W}styleId") for style in part(content, "word/styles.xml").iter(f"{W}style")}
    used = {
        style.get(f"{W}val")
        for name in ("document", "footnotes")
        for style in part(content, f"word/{name}.xml").iter(f"{W}rStyle", f"{W}pStyle")
    }
    assert used <= styles
    assert {"FootnoteText", "FootnoteReference", "Hyperlink"} <= used


def test_footnotes_lead_to_the_text_and_to_the_scan() -> None:
    content = written(answer(citation()))
    targets = {one.get("Id"): one.get("Target") for one in part(content, "word/_rels/footnotes.xml.rels")}
    links = [
        targets[link.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")]
        for link in part(content, "word/footnotes.xml").iter(f"{W}hyperlink")
    ]
    assert links == [f"{SITE}/frus1961-63v06/d21#pg_26", f"{SITE}/frus1961-63v06/pg_26"]


def test_hostile_text_is_text() -> None:
    content = written(hostile_answer(), title=HOSTILE * 9)
    document = docx.Document(BytesIO(content))
    assert "<script>alert(1)</script>" in document.paragraphs[0].text
    assert len(document.core_properties.title) == 255
    assert list(footnotes_of(content)) == ["1"]


def test_the_file_is_not_said_to_be_by_its_library() -> None:
    properties = docx.Document(BytesIO(written(answer()))).core_properties
    assert (properties.title, properties.author, properties.comments) == ("What was made up?", "Letters", "")


@pytest.mark.heavy
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (Debian's libreoffice-writer-nogui)")
def test_libreoffice_reads_the_footnotes_as_footnotes(tmp_path: Path) -> None:
    (tmp_path / "answer.docx").write_bytes(written(answer(citation(), noted_citation(2)), hostile_answer()))
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--convert-to", "fodt", "--outdir", str(tmp_path), str(tmp_path / "answer.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    notes = ["".join(note.itertext()) for note in etree.parse(tmp_path / "answer.fodt").iter(TEXT_NOTE)]
    assert len(notes) == 3
    assert citation()["formatted"] in notes[0]
    assert "Document 21, p. 26, n. 3." in notes[1]
