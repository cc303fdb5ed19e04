import pytest

from ingest.readers.tei import read_tei
from tests.tei import VOLUME, document, read, text_of


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<dateline><placeName>X</placeName>, <date>May</date>.</dateline><p>Sir.</p>", "X, May.\n\nSir."),
        ("<p>A <hi>very</hi>\n   long\nline.</p>", "A very long line."),
        ("<p>Proposals:<list><item>One;</item><item>Two.</item></list></p>", "Proposals:\n\nOne;\nTwo."),
        ("<p>Sir.</p><closer><signed>A. B.<lb/>Minister</signed></closer>", "Sir.\n\nA. B.\nMinister"),
        ("<table><row><cell>a</cell><cell>b</cell></row><row><cell>c</cell></row></table>", "a\tb\nc"),
        ("<p>He said: <quote><p>No.</p></quote> And left.</p>", "He said:\n\nNo.\n\nAnd left."),
        (
            "<p>A.</p><frus:attachment><head>Attachment</head><p>B.</p></frus:attachment>",
            "A.\n\nAttachment\n\nB.",
        ),
        ("<p>A<!-- no --> B<?no?>.</p>", "A B."),
        ('<figure><graphic url="x"/><p>A ship.</p></figure><p>B.</p>', "A ship.\n\nB."),
        ("<p>caf&#233; a&#160;b</p>", "café a b"),
    ],
)
def test_elements_become_paragraphs_lines_and_running_text(body: str, text: str) -> None:
    assert text_of(body) == text


def test_notes_are_anchored_and_kept_out_of_the_text() -> None:
    letter = read(
        document(
            '<p>Your letter<note n="1" xml:id="d1fn1">See <hi>it</hi>.</note> came.<note n="2">Two.</note></p>',
            head='1. Letter From A to B<note n="0">Source: Archive. Secret.</note>',
        )
    ).letters[0]
    assert letter.text == "Your letter came."
    assert [(note.number, note.anchor, note.text, note.source) for note in letter.notes] == [
        ("0", 0, "Source: Archive. Secret.", True),
        ("1", 11, "See it.", False),
        ("2", 17, "Two.", False),
    ]
    assert letter.title == "Letter From A to B"
    assert letter.classification == "Secret"


def test_notes_keep_their_published_ids_and_the_order_of_the_file() -> None:
    body = '<p>One<note n="1" xml:id="d1fn2">a</note> two<note n="2">b</note><note n="2">c</note>.</p>'
    source = '<note rend="inline" type="source">793.00/1</note>'
    head = 'Letter From A<note n="0" xml:id="d1fn1">d</note> to B'
    div = f'<div type="document" xml:id="d1" n="1">{source}<head>{head}</head>{body}</div>'
    content = VOLUME.format(documents=div, index="")
    notes = read_tei(content.encode(), "v1.xml").letters[0].notes
    assert [(note.id, note.number) for note in notes] == [
        ("n0", "0"), ("fn1", "0"), ("fn2", "1"), ("n2", "2"), ("n2-2", "2"),
    ]  # fmt: skip


def test_a_page_break_inside_a_note_counts_for_the_text_after_its_mark() -> None:
    letter = read(document('<p>One<note n="1">Long <pb n="2"/>note.</note> two.</p>')).letters[0]
    assert [(page.label, page.start) for page in letter.pages] == [("1", 0), ("2", 4)]
    assert letter.notes[0].text == "Long note."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<table><row><cell/><cell>b</cell></row><row><cell>a</cell><cell/><cell>c</cell></row></table>", "b\na\t\tc"),
        ("<p>A.</p><table><row><cell/><cell>b</cell></row></table>", "A.\n\n\tb"),
        ('<p>A.</p><table><row><!-- x --><pb n="9"/><cell>a</cell><cell>b</cell></row></table>', "A.\n\na\tb"),
        ("<p>He said <quote>no</quote>, and left.</p>", "He said no, and left."),
        ("<p>He said <q><p>no</p></q>, and left.</p>", "He said\n\nno\n\n, and left."),
        ('<head type="shortened-for-running-head">Short</head><p>A.</p>', "A."),
        ("<figure><figDesc>A ship.</figDesc></figure><p>A.</p>", "A."),
    ],
)
def test_cells_quotations_and_what_was_never_printed(body: str, text: str) -> None:
    assert text_of(body) == text


def test_links_of_notes_in_notes_are_kept() -> None:
    inner = '<note n="2" xml:id="d1fn2">see <ref target="#d2">Document 2</ref></note>'
    letter = read(document(f'<p>A<note n="1" xml:id="d1fn1">One{inner}.</note></p>')).letters[0]
    assert [(one.note, one.target) for one in letter.references] == [("fn2", "v1/d2")]


def test_a_note_in_a_note_to_the_heading_is_read_once() -> None:
    head = '1. Letter <hi>From A<note n="1">One<note n="2">Two</note>.</note></hi> to B'
    letter = read(document("<p>Sir.</p>", head=head)).letters[0]
    assert sorted((note.number, note.text) for note in letter.notes) == [("1", "One."), ("2", "Two")]


def test_ids_of_notes_are_their_own() -> None:
    notes = (
        '<note n="1" xml:id="d1fn1-2">a</note><note n="1" xml:id="d1fn1">b</note><note n="1" xml:id="d1fn1">c</note>'
    )
    letter = read(document(f"<p>A{notes}</p>")).letters[0]
    assert [note.id for note in letter.notes] == ["fn1-2", "fn1", "fn1-3"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<list><label>I.</label>\n<item>One;</item><label>II.</label><item>Two.</item></list>", "I. One;\nII. Two."),
        ("<p>A <label>mark</label>ed word.</p>", "A marked word."),
        ("<address><addrLine>A. B.</addrLine><addrLine>Montavrel</addrLine></address><p>Sir.</p>",
         "A. B.\nMontavrel\n\nSir."),
    ],
)  # fmt: skip
def test_labels_and_lines(body: str, text: str) -> None:
    assert text_of(body) == text


def test_brackets_around_a_page_label_are_the_editors() -> None:
    letter = read('<pb n="[21]" xml:id="pg_21"/>', document('<p>One <pb n="[22]"/>two <pb/>three.</p>')).letters[0]
    assert [page.label for page in letter.pages] == ["21", "22"]


def test_an_unknown_element_is_read_and_reported() -> None:
    reading = read(document("<p>We <odd>agree</odd>.</p>"))
    assert reading.letters[0].text == "We agree."
    assert [finding.what for finding in reading.findings] == ["<odd> is not known, read as running text"]
