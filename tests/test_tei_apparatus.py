import pytest

from ingest.readers.tei import read_tei
from qa_service.apparatus import IndexEntry, Person, Term
from tests.tei import VOLUME, document, read


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
