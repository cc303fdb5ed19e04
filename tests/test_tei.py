import pytest

from ingest.readers.reading import Reading
from ingest.readers.tei import read_tei
from qa_service.apparatus import IndexEntry, Person, Term
from qa_service.dating import Dating
from qa_service.errors import InputError

VOLUME = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/ns/1.0">
<teiHeader><fileDesc><titleStmt><title type="complete">A Volume</title><title type="sub-series">1900</title></titleStmt>
<publicationStmt><publisher>Press</publisher><date>1901</date><idno type="frus">v1</idno></publicationStmt></fileDesc>
</teiHeader><text><front><pb n="I"/>
<div xml:id="persons"><list><item><persName xml:id="p_A1">Alder, Ann B.</persName>, of X</item></list></div></front>
<body><pb n="1"/><div type="compilation"><head>All</head>{documents}</div></body>
<back><div type="index" xml:id="index"><head>Index</head><list>{index}</list></div></back></text></TEI>"""


def read(*documents: str, index: str = "<item>Nothing</item>") -> Reading:
    return read_tei(VOLUME.format(documents="".join(documents), index=index).encode(), "v1.xml")


def document(body: str, head: str = "1. Letter From A to B", id: str = "d1") -> str:
    return f'<div type="document" xml:id="{id}" n="{id[1:]}"><head>{head}</head>{body}</div>'


def text_of(body: str) -> str:
    return read(document(body)).letters[0].text


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


def test_writer_and_recipient_are_the_list_of_persons_names() -> None:
    head = (
        '1. Letter From Minister <persName type="from" corresp="#p_A1">Alder</persName> to <gloss type="to">C</gloss>'
    )
    letter = read(document("<p>Sir.</p>", head=head)).letters[0]
    assert (letter.writer, letter.recipient) == ("Ann B. Alder", "C")


def test_an_office_that_the_list_of_persons_does_not_give_is_told() -> None:
    head = '1. Letter From King <persName type="from" corresp="#p_A1">Alder</persName> to C'
    volume = VOLUME.replace("</persName>, of X", "</persName>, Chancellor")
    content = volume.format(documents=document("<p>Sir.</p>", head=head), index="").encode()
    assert [finding.where for finding in read_tei(content, "v1.xml").findings] == ["v1/d1 (King: Ann B. Alder)"]


def test_a_tag_that_is_not_followed_is_told() -> None:
    head = '1. Letter From King <persName type="from" corresp="#p_A1">Alder</persName> to C'
    listed = '</persName>, Chancellor</item><item><persName xml:id="p_A2">Alder, Otto</persName>, King'
    content = VOLUME.replace("</persName>, of X", listed).format(documents=document("<p>Sir.</p>", head=head), index="")
    reading = read_tei(content.encode(), "v1.xml")
    assert reading.letters[0].writer == "Otto Alder"
    assert [finding.where for finding in reading.findings] == ["v1/d1 (not Ann B. Alder)"]


def test_names_in_a_note_to_the_heading_are_no_parties() -> None:
    head = (
        '1. Letter From Minister <persName type="from">Birch</persName><note n="1">Given to <persName '
        'corresp="#p_A1">Birch</persName> and <persName corresp="#p_A1">C</persName>.</note> to C'
    )
    letter = read(document("<p>Sir.</p>", head=head)).letters[0]
    assert [(party.name, party.person) for party in letter.parties] == [("Birch", None), ("C", None)]


def test_a_name_tagged_on_the_wrong_side_is_taken_where_it_stands() -> None:
    head = (
        '1. Message From Chairmen <persName type="to" corresp="#p_A1">Alder</persName> and '
        '<persName type="from">Birch</persName> to President <persName type="to">Cedar</persName>'
    )
    letter = read(document("<p>Sir.</p>", head=head)).letters[0]
    assert (letter.writer, letter.recipient) == ("Ann B. Alder and Birch", "Cedar")


def test_nobody_writes_to_himself() -> None:
    head = (
        '1. Memorandum From Minister <persName type="from" corresp="#p_A1">Alder</persName> to President '
        '<persName type="to" corresp="#p_A1">Alder</persName>'
    )
    letter = read(document("<p>Sir.</p>", head=head)).letters[0]
    assert (letter.writer, letter.recipient) == ("Minister Alder", "President Alder")


def test_an_older_volume_names_the_kind_in_its_source_note_and_the_marking_in_the_text() -> None:
    note = '<note rend="inline" type="source">793.00/1–1052: Telegram</note>'
    head = "No. 1<lb/>The Chargé in X (A) to the Department of State"
    letter = read(document(f'{note}<p rend="flushleft">Secret</p><p>651. Sir.</p>', head=head)).letters[0]
    assert (letter.title, letter.kind) == ("The Chargé in X (A) to the Department of State", "telegram")
    assert (letter.writer, letter.recipient, letter.classification) == (
        "A",
        "Department of State",
        "Secret",
    )


def test_untagged_parties_are_read_from_the_heading() -> None:
    letter = read(document("<p>Sir.</p>", head="1. Letter From Minister A to the Queen")).letters[0]
    assert (letter.writer, letter.recipient, letter.kind) == ("Minister A", "Queen", "letter")


@pytest.mark.parametrize(
    ("dateline", "date"),
    [
        ('<date when="1961-01-21T18:34:00">January 21</date>', "1961-01-21"),
        ('<date notBefore="1928-05-04" notAfter="1928-05-09">May</date>', "1928-05-04"),
        ("<date>May 4, 1928</date>", "1928-05-04"),
        ("undated", None),
    ],
)
def test_dates(dateline: str, date: str | None) -> None:
    assert read(document(f"<dateline>{dateline}</dateline><p>Sir.</p>")).letters[0].date == date


def test_index_entries_are_flattened_and_ranges_filled() -> None:
    index = (
        '<item>Ships, <ref target="#pg_2">2</ref>, <ref target="#pg_4">4</ref>-<ref target="#pg_6">6</ref><list>'
        '<item><persName>Alder</persName> on, <ref target="#pg_9">9nn</ref></item></list></item><item>See Ships</item>'
    )
    entries = read(document("<p>Sir.</p>"), index=index).apparatus.index
    assert [(entry.phrase, entry.pages) for entry in entries] == [
        ("Ships", ("2", "4", "5", "6")),
        ("Ships: Alder on", ("9",)),
    ]


def test_deciding_about_a_break_leaves_no_trace_in_headings_or_index() -> None:
    index = '<item>Ships<pb n="9"/> seized, <ref target="#d2">2</ref></item>'
    first = document('<p>im<pb n="2"/>portant</p>')
    second = document("<p>Sir.</p>", head='2. Letter From A<pb n="3"/> to B', id="d2")
    reading = read(first, second, index=index)
    assert reading.letters[1].title == "Letter From A to B"
    assert reading.apparatus.index[0].phrase == "Ships seized"


def test_an_index_of_documents_leads_to_letters() -> None:
    refs = '<ref target="#d2">2</ref>, <ref target="#d4">4</ref>–<ref target="#d6">6</ref>'
    index = f"<item>Ships: <list><item>seized, {refs}</item></list></item>"
    entries = read(document("<p>Sir.</p>"), index=index).apparatus.index
    assert [(entry.phrase, entry.letters) for entry in entries] == [("Ships: seized", ("d2", "d4", "d5", "d6"))]


@pytest.mark.parametrize(
    ("listed", "name"),
    [("Alder, Ann B., Jr.", "Ann B. Alder, Jr."), ("Thant, U", "U Thant"), ("Sihanouk", "Sihanouk")],
)
def test_names_of_the_list_of_persons_in_reading_order(listed: str, name: str) -> None:
    volume = VOLUME.replace("Alder, Ann B.", listed)
    head = '1. Letter From Minister <persName type="from" corresp="#p_A1">X</persName> to B'
    content = volume.format(documents=document("<p>Sir.</p>", head=head), index="")
    assert read_tei(content.encode(), "v1.xml").letters[0].writer == name


def test_the_index_tells_pages_from_their_notes_and_where_else_to_look() -> None:
    index = (
        '<item>Ships, <ref target="#pg_2">2</ref>, <ref target="#pg_4">4nn</ref>, '
        '<ref target="#pg_5">5</ref> <hi>n</hi>, <ref target="#pg_6">6</ref>n, <ref target="#pg_7">7</ref>'
        ' (<hi>see also</hi> <ref target="#in1">Herring</ref>)</item>'
        '<item>Boats. <hi>See</hi> <ref target="#in2">Ships</ref>.</item><item>Rafts. See Barges</item>'
    )
    entries = read(document("<p>Sir.</p>"), index=index).apparatus.index
    assert entries == (
        IndexEntry("Ships", ("2", "4", "5", "6", "7"), in_notes=("4", "5", "6"), see=("Herring",)),
        IndexEntry("Boats", see=("Ships",)),
        IndexEntry("Rafts", see=("Barges",)),
    )


@pytest.mark.parametrize(
    ("item", "entry"),
    [
        ('Allen, George V.: <ref target="#pg_5">5</ref> <hi>n</hi>, 361', IndexEntry("Allen, George V.", ("5",))),
        ('Smith, Gen., 41, <ref target="#pg_42">42</ref>', IndexEntry("Smith, Gen", ("42",))),
        ('Alder, Ann B., <ref target="#pg_4">4</ref>', IndexEntry("Alder, Ann B.", ("4",))),
        ('Plan ( <date>1974</date> ), <ref target="#pg_4">4</ref>', IndexEntry("Plan (1974)", ("4",))),
        ('Ships ( see also Boats; Rafts ), <ref target="#pg_4">4</ref>',
         IndexEntry("Ships", ("4",), see=("Boats", "Rafts"))),
        ("Holy See. See Vatican", IndexEntry("Holy See", see=("Vatican",))),
        ('Budget, 1961, <ref target="#pg_4">4</ref>', IndexEntry("Budget, 1961", ("4",))),
    ],
)  # fmt: skip
def test_phrases_of_the_index_end_where_their_places_begin(item: str, entry: IndexEntry) -> None:
    (found,) = read(document("<p>Sir.</p>"), index=f"<item>{item}</item>").apparatus.index
    assert (found.phrase, found.pages, found.see) == (entry.phrase, entry.pages, entry.see)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<table><row><cell/><cell>b</cell></row><row><cell>a</cell><cell/><cell>c</cell></row></table>", "b\na\t\tc"),
        ("<p>A.</p><table><row><cell/><cell>b</cell></row></table>", "A.\n\n\tb"),
        ("<p>He said <quote>no</quote>, and left.</p>", "He said no, and left."),
        ("<p>He said <q><p>no</p></q>, and left.</p>", "He said\n\nno\n\n, and left."),
        ('<head type="shortened-for-running-head">Short</head><p>A.</p>', "A."),
        ("<figure><figDesc>A ship.</figDesc></figure><p>A.</p>", "A."),
    ],
)
def test_cells_quotations_and_what_was_never_printed(body: str, text: str) -> None:
    assert text_of(body) == text


def test_a_running_head_is_no_title() -> None:
    short = '<head type="shortened-for-running-head">Short</head>'
    div = f'<div type="document" xml:id="d1" n="1">{short}<head>1. Letter From A to B</head><p>A.</p></div>'
    assert read(div).letters[0].title == "Letter From A to B"


def test_links_of_notes_in_notes_are_kept() -> None:
    inner = '<note n="2" xml:id="d1fn2">see <ref target="#d2">Document 2</ref></note>'
    letter = read(document(f'<p>A<note n="1" xml:id="d1fn1">One{inner}.</note></p>')).letters[0]
    assert [(one.note, one.target) for one in letter.references] == [("fn2", "v1/d2")]


def test_ids_of_notes_are_their_own() -> None:
    notes = (
        '<note n="1" xml:id="d1fn1-2">a</note><note n="1" xml:id="d1fn1">b</note><note n="1" xml:id="d1fn1">c</note>'
    )
    letter = read(document(f"<p>A{notes}</p>")).letters[0]
    assert [note.id for note in letter.notes] == ["fn1-2", "fn1", "fn1-3"]


def test_an_enclosure_neither_dates_nor_places_its_cover() -> None:
    enclosure = '<dateline><placeName>X</placeName>, <date when="1899-01-01">1899</date></dateline>'
    note = '<note type="source" n="0">Source: Other Archive. Secret.</note>'
    for body in (
        f"<p>A.</p><div>{enclosure}<p>B.</p></div>",
        f"<p>A.</p><floatingText><body>{enclosure}<p>B.</p></body></floatingText>",
        f"<p>A.</p><frus:attachment><head>Attachment{note}</head>{enclosure}<p>B.</p></frus:attachment>",
    ):
        letter = read(document(body)).letters[0]
        assert (letter.dating, letter.place, letter.archive, letter.classification) == (None, None, None, None)


def test_of_several_datelines_the_one_that_was_written_counts() -> None:
    received = '<dateline>[Received <date when="1900-05-09">May 9, 1900</date>.]</dateline>'
    bare = "<dateline><placeName>Legation of X</placeName></dateline>"
    own = (
        '<dateline><placeName>Y</placeName>, <placeName>Z</placeName>, <date when="1900-05-04">May 4</date></dateline>'
    )
    letter = read(document(f"{received}{bare}{own}<p>A.</p>")).letters[0]
    assert (letter.date, letter.place) == ("1900-05-04", "Y, Z")
    assert read(document(f"{received}<p>A.</p>")).letters[0].date == "1900-05-09"


def test_a_division_that_is_no_document_is_told() -> None:
    reading = read(document("<p>A.</p>"), '<div n="2"><head>2. Letter From C to D</head><p>B.</p></div>')
    assert [finding.what for finding in reading.findings] == ["<div> without a type, not read as a document"]


def test_persons_and_terms_with_what_the_editors_say_of_them() -> None:
    listed = (
        '<item><hi rend="strong"><persName xml:id="p_B1">Birch, Bo,</persName></hi> Minister; thereafter Envoy.</item>'
        "<item><hi>Note:</hi> some are not listed</item></list></div>"
        '<div xml:id="terms"><list><item><hi><term xml:id="t_X1">X.Y.</term>,</hi> the Xenon Yard</item>'
        "<item><hi>Z, </hi>Zulu time</item></list></div><div><list>"
    )
    volume = VOLUME.replace("</list></div></front>", listed + "</list></div></front>")
    apparatus = read_tei(volume.format(documents=document("<p>Sir.</p>"), index="").encode(), "v1.xml").apparatus
    assert apparatus.persons == (
        Person("p_A1", "Ann B. Alder", "Alder, Ann B.", "of X"),
        Person("p_B1", "Bo Birch", "Birch, Bo", "Minister; thereafter Envoy"),
    )
    assert apparatus.terms == (Term("t_X1", "X.Y.", "the Xenon Yard"), Term("", "Z", "Zulu time"))


def test_references_are_spans_over_the_letter_or_its_notes() -> None:
    body = (
        '<p>See  <ref target="#d2"> Document\n 2 </ref>.<note n="1" xml:id="d1fn1">Also <ref target="#d3fn4">note 4'
        '</ref>, <ref target="http://example.org">elsewhere</ref>.</note> Nothing: <ref target="#d5"/></p>'
    )
    letter = read(document(body)).letters[0]
    texts = {None: letter.text, "fn1": letter.notes[0].text}
    assert [(one.note, one.span.of(texts[one.note]), one.target) for one in letter.references] == [
        (None, "Document 2", "v1/d2"),
        ("fn1", "note 4", "v1/d3fn4"),
    ]


def test_supra_and_infra_alone_lead_to_the_adjoining_documents() -> None:
    notes = (
        '<note n="1">See supra and <hi>infra</hi>.</note><note n="2"><ref target="#d9">Document 9</ref>, supra.</note>'
        '<note n="3">Post, infra, p. 9.</note><note n="4">See p. 25, infra, and section II, supra.</note>'
    )
    body = f"<p>supra{notes}</p>"
    letters = read(*(document(body, id=id) for id in ("d1", "d2", "d3"))).letters
    assert [[(one.note, one.letter) for one in letter.references] for letter in letters] == [
        [("n2", "d9"), ("n1", "d2")],
        [("n2", "d9"), ("n1", "d1"), ("n1", "d3")],
        [("n2", "d9"), ("n1", "d2")],
    ]
    first = letters[1].references[1]
    assert first.span.of(letters[1].notes[0].text) == "supra"


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


def test_the_dateline_of_an_attachment_is_not_the_letters() -> None:
    attached = (
        '<frus:attachment><head>Attachment</head><dateline><placeName>X</placeName>, <date when="1899-01-01">'
        "January 1, 1899</date></dateline><p>B.</p></frus:attachment>"
    )
    closer = (
        '<closer><dateline><placeName>Y</placeName>, <date when="1900-05-04">May 4, 1900</date></dateline></closer>'
    )
    assert read(document(f"<p>A.</p>{attached}")).letters[0].dating is None
    letter = read(document(f"<p>A.</p>{attached}{closer}")).letters[0]
    assert (letter.date, letter.place) == ("1900-05-04", "Y")


@pytest.mark.parametrize("space", ["http://history.state.gov/ns/1.0", "http://history.state.gov/frus/ns/1.0"])
def test_what_the_edition_says_of_a_document_itself(space: str) -> None:
    div = (
        f'<div xmlns:f="{space}" type="document" subtype="editorial-note" xml:id="d1" n="1" f:doc-dateTime-min='
        '"1900-05-04T00:00:00-05:00" f:doc-dateTime-max="1900-06-04T23:59:59-05:00"><head>1. A Word</head><p>A.</p>'
        "</div>"
    )
    letter = read(div).letters[0]
    assert letter.kind == "editorial note"
    assert letter.dating == Dating("1900-05-04", "1900-06-04", "day", "encoding", certain=False)


def test_a_day_in_a_note_does_not_date_the_letter_but_is_kept_and_told() -> None:
    first = document('<dateline><date when="1900-05-01">May 1, 1900</date></dateline><p>A.</p>')
    head = '2. Letter From A to B<note type="source" n="0">Source: X. Secret. Handed to B on May 4.</note>'
    reading = read(first, document("<dateline>X, undated</dateline><p>B.</p>", head=head, id="d2"))
    letter = reading.letters[1]
    assert letter.date is None
    assert letter.dated == "undated, about May 4, 1900"
    assert letter.dating is not None
    assert letter.dating.words == "Handed to B on May 4"
    assert reading.findings[0].where == "v1/d2 (May 4, 1900)"


def test_where_the_original_lies() -> None:
    letter = read(document("<p>A.</p>", head='1. A<note n="0">Source: State Archive, Box 4. Secret.</note>')).letters[0]
    assert letter.archive == "State Archive, Box 4"


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


def test_an_unknown_element_is_read_and_reported() -> None:
    reading = read(document("<p>We <odd>agree</odd>.</p>"))
    assert reading.letters[0].text == "We agree."
    assert [finding.what for finding in reading.findings] == ["<odd> is not known, read as running text"]


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
