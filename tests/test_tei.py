import pytest

from ingest.readers.tei import read_tei
from qa_service.errors import InputError
from tests.tei import VOLUME, document, read


def test_the_header_describes_the_volume() -> None:
    volume = read(document("<p>Sir.</p>")).volume
    assert (volume.id, volume.title, volume.subseries, volume.publisher, volume.year) == (
        "v1", "A Volume", "1900", "Press", "1901",
    )  # fmt: skip
    assert not volume.invented


def test_the_root_may_name_the_volume_and_nobody_its_editor() -> None:
    volume = VOLUME.replace('<idno type="frus">v1</idno>', "").replace("<TEI ", '<TEI xml:id="v2" ')
    volume = volume.replace("</titleStmt>", '<editor role="primary"/><editor role="primary">A. B.</editor></titleStmt>')
    read_one = read_tei(volume.format(documents=document("<p>Sir.</p>"), index="").encode(), "x.xml").volume
    assert (read_one.id, read_one.editor) == ("v2", "A. B.")


def test_a_letter_begins_on_the_page_whose_break_stands_in_the_letter_before() -> None:
    first, second, third = read(
        document('<p>One <pb n="2"/>two.</p>'),
        document("<p>Three.</p>", id="d2"),
        '<pb n="3"/>',
        document('<p>Four.<pb n="4"/></p>', id="d3"),
    ).letters
    assert [(page.label, page.start) for page in first.pages] == [("1", 0), ("2", 4)]
    assert [(page.label, page.start) for page in second.pages] == [("2", 0)]
    assert [(page.label, page.start) for page in third.pages] == [("3", 0)]


def test_deciding_about_a_break_leaves_no_trace_in_headings_or_index() -> None:
    index = '<item>Ships<pb n="9"/> seized, <ref target="#d2">2</ref></item>'
    first = document('<p>im<pb n="2"/>portant</p>')
    second = document("<p>Sir.</p>", head='2. Letter From A<pb n="3"/> to B', id="d2")
    reading = read(first, second, index=index)
    assert reading.letters[1].title == "Letter From A to B"
    assert reading.apparatus.index[0].phrase == "Ships seized"


def test_a_division_that_is_no_document_is_told() -> None:
    reading = read(document("<p>A.</p>"), '<div n="2"><head>2. Letter From C to D</head><p>B.</p></div>')
    assert [finding.what for finding in reading.findings] == ["<div> without a type, not read as a document"]


def test_a_document_inside_another_is_read_once() -> None:
    inner = document("<p>Inner.</p>", id="d2")
    letters = read(document(f"<p>Outer.</p>{inner}"), '<pb n="2"/>', document("<p>Next.</p>", id="d3")).letters
    assert [letter.ref.id for letter in letters] == ["d1", "d3"]
    assert "Inner." in letters[0].text
    assert letters[1].pages[0].label == "2"


def test_a_repeated_document_id_is_kept_under_another_name_and_reported() -> None:
    reading = read(document("<p>One.</p>"), document("<p>Two.</p>"))
    assert [str(letter.ref) for letter in reading.letters] == ["v1/d1", "v1/d1-2"]
    assert "document id repeated, another given" in [finding.what for finding in reading.findings]


def test_a_repeated_xml_id_does_not_stop_the_reading_and_is_told() -> None:
    reading = read(document('<p xml:id="x">A <hi xml:id="x">b</hi>.</p>'))
    assert len(reading.letters) == 1
    assert [(finding.what, finding.where) for finding in reading.findings] == [("xml:id repeated", "v1 x")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<TEI", "broken XML"),
        (b"<other/>", "expected a TEI document"),
        (VOLUME.format(documents="", index="").encode(), "found none"),
        (VOLUME.format(documents="", index="").replace("v1<", "<").encode(), "idno"),
    ],
)
def test_what_is_not_a_volume_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_tei(content, "x.xml")


@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE TEI [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE TEI [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">'
        '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>',
    ],
)
def test_entities_read_no_files_and_do_not_explode(attack: str) -> None:
    hostile = VOLUME.format(documents=document("<p>A &e;B.</p>"), index="").replace("<TEI", f"{attack}<TEI", 1)
    try:
        text = read_tei(hostile.encode(), "x.xml").letters[0].text
    except InputError:
        return
    assert len(text) < 100_000
    assert "/" not in text


def test_an_internal_entity_is_text() -> None:
    volume = VOLUME.format(documents=document("<p>caf&eacute;</p>"), index="")
    volume = volume.replace("<TEI", '<!DOCTYPE TEI [<!ENTITY eacute "&#233;">]><TEI', 1)
    assert read_tei(volume.encode(), "x.xml").letters[0].text == "café"
