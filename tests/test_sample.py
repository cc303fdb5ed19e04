"""The sample corpus: what it holds on purpose must stay in it, and be read right."""

import re

import pytest

from ingest.readers.files import find_sources, read
from ingest.readers.reading import Reading
from qa_service.texts import Letter, Span
from tests.builders import SAMPLE, SAMPLE_VOLUME


def readings() -> dict[str, Reading]:
    found = {}
    for source in find_sources([SAMPLE]):
        if reading := read(source, source.content()):
            found[source.path.name] = reading
    return found


@pytest.fixture(scope="module")
def volume() -> Reading:
    return readings()[f"{SAMPLE_VOLUME}.xml"]


@pytest.fixture(scope="module")
def letters(volume: Reading) -> dict[str, Letter]:
    return {letter.ref.id: letter for letter in volume.letters}


def test_it_is_marked_as_invented(volume: Reading) -> None:
    assert volume.volume.invented
    assert "Invented Sample Volume" in volume.volume.title
    assert all(reading.volume.invented for reading in readings().values())


def test_only_the_breaks_put_in_on_purpose_had_to_be_mended(volume: Reading) -> None:
    findings = [finding for finding in volume.findings if "break" in finding.what]
    assert [(finding.what, finding.where) for finding in findings] == [
        ("word joined across a page break", f"{SAMPLE_VOLUME}/d7 p. 16"),
        ("word joined across a page break", f"{SAMPLE_VOLUME}/d9 p. 21"),
        ("words parted at a page break with no blank", f"{SAMPLE_VOLUME}/d13 p. 31"),
    ]
    assert len(volume.letters) == 16


@pytest.mark.parametrize("name", ["letter-a.txt", "letter-b.txt"])
def test_a_letter_is_the_same_from_plain_text_and_from_tei(name: str, letters: dict[str, Letter]) -> None:
    plain = readings()[name].letters[0]
    tei = letters[plain.ref.id]
    assert plain.text == tei.text
    assert plain.pages == tei.pages
    assert [(note.anchor, note.text, note.source) for note in plain.notes] == [
        (note.anchor, note.text, note.source) for note in tei.notes
    ]
    assert (plain.title, plain.date, plain.place, plain.kind) == (tei.title, tei.date, tei.place, tei.kind)


@pytest.mark.parametrize(
    ("id", "words", "pages"),
    [
        ("d7", "agreement", ["15", "16"]),  # the break stands in the word
        ("d9", "Commission", ["20", "21"]),
        ("d13", "the harbour", ["30", "31"]),  # the break stands between two words, without a blank
    ],
)
def test_breaks_with_no_blank_beside_them(id: str, words: str, pages: list[str], letters: dict[str, Letter]) -> None:
    letter = letters[id]
    spans = [Span(*match.span()) for match in re.finditer(re.escape(words), letter.text)]
    assert pages in [[page.label for page in letter.pages_of(span)] for span in spans]


def test_letters_begin_on_the_page_where_the_one_before_ends(volume: Reading) -> None:
    first_pages = {letter.ref.id: letter.pages[0].label for letter in volume.letters}
    assert first_pages["d2"] == "3"
    assert first_pages["d6"] == "12"
    assert first_pages["d12"] == "24"
    for before, after in zip(volume.letters, volume.letters[1:], strict=False):
        assert int(after.pages[0].label) - int(before.pages[-1].label) in (0, 1)


def test_dates_and_kinds(letters: dict[str, Letter]) -> None:
    assert letters["d6"].date is None
    assert letters["d10"].date == "1928-05-04"
    assert letters["d11"].kind == "editorial note"
    assert letters["d8"].kind == "memorandum of conversation"
    assert letters["d3"].kind == letters["d14"].kind == "telegram"
    assert letters["d1"].writer == "Aurel Hasterlind"


def test_two_notes_with_one_number_stay_two(letters: dict[str, Letter]) -> None:
    numbers = [note.number for note in letters["d8"].notes]
    assert numbers.count("3") == 2
    assert len({note.id for note in letters["d8"].notes}) == len(numbers)


def test_the_index_leads_from_popular_names_to_pages(volume: Reading) -> None:
    phrases = {entry.phrase.split(":")[0]: entry.pages for entry in volume.apparatus.index}
    assert "Rye Loan" in " ".join(phrases)
    assert all(page for pages in phrases.values() for page in pages)
