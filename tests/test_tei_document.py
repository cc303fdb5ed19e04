import pytest

from ingest.readers.tei import read_tei
from qa_service.dating import Dating
from tests.tei import VOLUME, document, read


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


def test_a_running_head_is_no_title() -> None:
    short = '<head type="shortened-for-running-head">Short</head>'
    div = f'<div type="document" xml:id="d1" n="1">{short}<head>1. Letter From A to B</head><p>A.</p></div>'
    assert read(div).letters[0].title == "Letter From A to B"


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
