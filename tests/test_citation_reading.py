"""What is read in a pasted text: quotations, citations, and which belongs to which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.citation_check.citations import citations_in
from qa_service.citation_check.findings import Cited
from qa_service.citation_check.reading import read, title_words
from qa_service.citation_check.volume_names import VolumeNames
from qa_service.citation_check.wordings import wordings_of
from qa_service.texts import Span, Volume

FRUS = "Foreign Relations of the United States"
VOLUMES = VolumeNames(
    [
        Volume("frus1961-63v06", f"{FRUS}, 1961–1963, Volume VI, Kennedy-Khrushchev Exchanges", FRUS),
        Volume("frus1952-54Guat", f"{FRUS}, 1952–1954, Guatemala", FRUS, name="Guatemala"),
        Volume("frus1952-54v12p2", f"{FRUS}, 1952–1954, Volume XII, Part 2, Asia", FRUS, name="Asia"),
        Volume("frus1969-76v19p1", f"{FRUS}, 1969–1976, Volume XIX, Part 1, Korea; Japan", FRUS),
        Volume("frus1969-76ve09", f"{FRUS}, 1969–1976, Volume E–9, Documents on Something", FRUS),
        Volume("invented1927-29v01", "Letters of Two, 1927–1929, Volume I, A (Sample)", "Letters of Two"),
    ]
)
V6 = ("frus1961-63v06",)
SITE = "https://history.state.gov/historicaldocuments"


def cited_in(text: str) -> list[Cited]:
    return [citation.cited for citation in citations_in(text, VOLUMES, [Span(0, len(text))])]


def quoted_in(text: str) -> list[tuple[str, Cited | None]]:
    return [(text[one.span.start : one.span.end], one.cited) for one in read(text, VOLUMES) if one.kind == "quotation"]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("FRUS, 1961–1963, vol. VI, Doc. 21", Cited(V6, "21")),
        ("FRUS, 1961-63, Vol. 6, doc. 21, p. 26", Cited(V6, "21", None, "26", "26")),
        (
            f"{FRUS}, 1961–1963, Volume VI, Kennedy-Khrushchev Exchanges, ed. Charles S. Sampson "
            "(Washington: Government Printing Office, 1996), Document 21, pp. 26–27, n. 3.",
            Cited(V6, "21", None, "26", "27", "3"),
        ),
        (f"{FRUS}, 1961–1963,\nVolume VI, Exchanges,\nDocument 21", Cited(V6, "21")),
        ("Foreign Relations, 1961–1963, vol. VI, pp. 126–7", Cited(V6, None, None, "126", "127")),
        ("Foreign Relations, 1961–1963, vol. VI, 26–27", Cited(V6, None, None, "26", "27")),
        ("FRUS, 1961–1963, 6:26", Cited(V6, None, None, "26", "26")),
        ("FRUS, 1961–1963, vol. VI (Washington: GPO, 1996), 26.", Cited(V6, None, None, "26", "26")),
        ("FRUS, 1961–1963, vol. VI, no. 21", Cited(V6, "21")),
        ("FRUS, 1961–1963, vol. VI, Doc. 21, p. 26n3", Cited(V6, "21", None, "26", "26", "3")),
        ("FRUS, 1961–1963, vol. VI, p. XIV", Cited(V6, None, None, "XIV", "XIV")),
        ("Document 21, FRUS, 1961–1963, vol. VI", Cited(V6, "21")),
        ("FRUS, 1961–1963, vol. VI, Document 21, p. 26, source note", Cited(V6, "21", None, "26", "26", "source note")),
        (f"{FRUS}, 1952–1954, Guatemala, Document 5", Cited(("frus1952-54Guat",), "5")),
        ("FRUS, 1952–1954, Guatemala, Document 5", Cited(("frus1952-54Guat",), "5")),
        ("FRUS, 1969–1976, E–9, Document 5", Cited(("frus1969-76ve09",), "5")),
        (f"{FRUS}, 1969–1976, Volume XIX, Part 1, Korea; Japan, Document 5", Cited(("frus1969-76v19p1",), "5")),
        ("FRUS, 1969–1976, vol. XIX, pt. 1, Doc. 5", Cited(("frus1969-76v19p1",), "5")),
        ("FRUS, 1969–1976, vol. E–9, Doc. 5", Cited(("frus1969-76ve09",), "5")),
        ("FRUS, 1958–1960, vol. X, Part 2, Doc. 5", Cited(("frus1958-60v10p2",), "5")),
        ("FRUS, 1914, p. 12", Cited(("frus1914",), None, None, "12", "12")),
        (
            "Letters of Two, 1927–1929, Volume I, A (Sample), Document 5, p. 12.",
            Cited(("invented1927-29v01",), "5", None, "12", "12"),
        ),
        ("Document 21, pp. 26–27", Cited((), "21", None, "26", "27")),
        ("Doc. 21, n. 3", Cited((), "21", note="3")),
        (f"{SITE}/frus1961-63v06/d21", Cited(V6, letter="d21")),
        (f"{SITE}/frus1961-63v06/d21#pg_26.", Cited(V6, letter="d21", first_page="26", last_page="26")),
        (f"{SITE}/frus1961-63v06/d21fn3", Cited(V6, letter="d21", note="3")),
        (f"{SITE}/frus1961-63v06/d21#fn3", Cited(V6, letter="d21", note="3")),
        (f"{SITE}/frus1961-63v06/d21fn0", Cited(V6, letter="d21", note="source note")),
        ("history.state.gov/historicaldocuments/frus1961-63v06/pg_26", Cited(V6, first_page="26", last_page="26")),
        (f"{SITE}/frus1961-63v06/ch3", Cited(V6)),
        ("frus1961-63v06/d21", Cited(V6, letter="d21")),
        ("invented1927-29v01/d5", Cited(("invented1927-29v01",), letter="d5")),
        ("invented1927-29v01, Document 5", Cited(("invented1927-29v01",), "5")),
    ],
)  # fmt: skip
def test_a_citation_is_understood(text: str, cited: Cited) -> None:
    assert cited_in(text) == [cited]


@pytest.mark.parametrize(
    "text", ["Telegram No. 47", "in 1961–1963", "vol. VI", "a/b/d21", "other/d21", "the document 3a1"]
)
def test_what_names_no_place_is_no_citation(text: str) -> None:
    assert cited_in(text) == []


def test_a_volume_named_by_years_alone_may_be_several() -> None:
    assert cited_in("FRUS, 1969–1976, Document 5") == [Cited(("frus1969-76v19p1", "frus1969-76ve09"), "5")]


def test_short_forms_take_what_they_leave_out_from_the_citation_before() -> None:
    text = (
        "FRUS 1961–1963, vol. VI, Doc. 21, p. 26; Doc. 22; ibid., p. 30; p. 31, n. 2; ibid.; FRUS, 1914, p. 1; ibid., 2"
    )
    assert [str(one).removeprefix("frus1961-63v06, ") for one in cited_in(text)] == [
        "Document 21, p. 26",
        "Document 22",
        "Document 22, p. 30",
        "Document 22, p. 31, n. 2",
        "Document 22, p. 31, n. 2",
        "frus1914, p. 1",
        "frus1914, p. 2",
    ]


def test_several_documents_are_several_citations() -> None:
    assert [one.document for one in cited_in("FRUS, 1961–1963, vol. VI, Documents 21, 22 and 25")] == ["21", "22", "25"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “one two three” and left.", ["one two three"]),
        ('He said "one two three," and left.', ["one two three,"]),
        ("He said «one two three» and »four five six«.", ["one two three", "four five six"]),
        ("He said „one two three“.", ["one two three"]),
        ("He said ‘one isn’t two’ and left.", ["one isn’t two"]),
        ("He said ‘the Governments’ word isn’t given’, and left.", ["the Governments’ word isn’t given"]),
        ("It's a '12-inch' gun, isn't it? He said 'one two three'.", ["12-inch", "one two three"][1:]),
        ("He said “one ‘two’ three “four” five” and left.", ["one ‘two’ three “four” five"]),
        ("He said “one two three\n\n“four five six” and left.", ["one two three\n\n“four five six"]),
        ("He said “one two three", ["one two three"]),
        ("A 12\" gun, \"one two three\".", ["one two three"]),
        ("““One two three” he said. “Four five six.”", ["“One two three", "Four five six."]),
        ("He said:\n\nOne two three “four” five six seven.\n\nAnd he left.", ["One two three “four” five six seven."]),
        ("> One two three\n> four five.\n\nAnd more.", ["> One two three\n> four five."]),
        ("The so-called “special” case, “of course”, and “one two three”.", ["one two three"]),
        ("The “special” (FRUS, 1961–1963, vol. VI, Doc. 21) case.", ["special"]),
        ("One two three four.", ["One two three four."]),
        ("  \n ", []),
        ("“ ” \"\" ‘’ «»", []),
    ],
)  # fmt: skip
def test_a_quotation_is_recognized(text: str, quoted: list[str]) -> None:
    assert [words for words, _ in quoted_in(text)] == quoted


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("He said “one two three” (FRUS, 1961–1963, vol. VI, Doc. 21).", ["21"]),
        ("He said “one two three” and “four five six” (Doc. 21).", ["21", "21"]),
        ("He said “one two three” (Doc. 21) and “four five six” (Doc. 22).", ["21", "22"]),
        ("In Doc. 21 he said “one two three”.", ["21"]),
        ("He said “one two three”.\n\nAnd Doc. 21 is long.", [None]),
        ("He said “one two three.”1 She said “four five six.”2\n\n1. Doc. 21.\n2. Doc. 22.", ["21", "22"]),
        ("He said “one two three.”² She said “four five six”.¹\n\n¹ Doc. 21.\n² Doc. 22.", ["22", "21"]),
        ("He said “one two three” in a rage.[1] So.\n\n[1] See Doc. 21.", ["21"]),
        ("He said “one two three” to Mr. B., vol. 3.[1]\n\n[1]: Doc. 21.", ["21"]),
        ("He said “one two three” (Doc. 5).[1]\n\n[1]: Doc. 21.", ["5"]),
        ("He said “one two three” in a rage.[2]\n\n[1] Doc. 21.", [None]),
        ("He said:\n\nOne two three four five six. (Doc. 21)\n\nSo.", ["21"]),
        ("He said:\n\nOne two three four five six.[1]\n\nSo.\n\n[1] Doc. 21", ["21"]),
        ("He said:\n\nOne two three four five six.\n\n(Doc. 21)", ["21"]),
        ("He said:\n\nOne two three four five six.\n\nAnd there is (Doc. 21)", [None]),
        ("In Doc. 21 he said:\n\nOne two three four five six.", ["21"]),
        ("He said “one two three\n\n“four five six” (Doc. 21).", ["21"]),
    ],
)
def test_a_quotation_belongs_to_its_note_or_to_the_nearest_citation(text: str, documents: list[str | None]) -> None:
    assert [cited.document if cited else None for _, cited in quoted_in(text)] == documents


def test_a_block_quotation_ends_before_its_citation_and_its_note_mark() -> None:
    assert quoted_in("He said:\n\nOne two three four five six. (See Doc. 21)")[0][0] == "One two three four five six."
    assert quoted_in("> One two three four.[1]\n\n[1] Doc. 21")[0][0] == "> One two three four."


def test_a_citation_within_a_quotation_is_a_part_of_it() -> None:
    assert [(one.kind, one.words) for one in read("“We refer to Document 4 here.”\n\nDocument 5.", VOLUMES)] == [
        ("quotation", "We refer to Document 4 here."),
        ("citation", "Document 5"),
    ]


def test_a_line_that_begins_with_a_number_is_a_note_only_if_a_mark_leads_there() -> None:
    text = "He said “we shall sail on\n15 May with all\n2 ships” (Doc. 21)."
    assert [words for words, _ in quoted_in(text)] == ["we shall sail on\n15 May with all\n2 ships"]


def test_the_title_of_a_letter_is_no_quotation() -> None:
    text = "“Letter From A to B,” May 4, FRUS, 1961–1963, vol. VI, Doc. 21."
    assert [one.kind for one in read(text, VOLUMES, {title_words("Letter From A to B")})] == ["citation"]


def test_what_is_looked_for_is_without_the_marks_of_lines_paragraphs_and_notes() -> None:
    (one,) = read("> one two¹ three\n> four", VOLUMES)
    assert one.words == "one two three\nfour"
    (one,) = read("“one two\n\n“three four”", VOLUMES)
    assert one.words == "one two\n\nthree four"


@pytest.mark.parametrize(
    ("words", "segments"),
    [
        ("one … two", ["one", "two"]),
        ("one . . . two [...] three ....", ["one", "two", "three"]),
        ("[He] sent it to [the Chairman] today", ["sent it to", "today"]),
        ("[T]he end", ["The end"]),
        ("one [Page 27] two\n28\nthree", ["one two three"]),
        ("one want[ed] two", ["one want", "two"]),
    ],
)
def test_brackets_and_ellipses_may_be_the_quoters(words: str, segments: list[str]) -> None:
    *_, wording = wordings_of(words)
    assert [segment.text for segment in wording.segments] == segments


@given(st.text(alphabet="a b1.\n“”‘’\"'«»[]()…-,;:>¹²FRUSDoc.npIV–/", max_size=200))
def test_any_text_is_read_and_every_span_is_over_it(text: str) -> None:
    found = read(text, VOLUMES)
    assert found == sorted(found, key=lambda one: one.span)
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in found)
