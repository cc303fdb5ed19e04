"""The real letters, where they lie beside the project: gold places must stand where the questions say they stand."""

import json
from pathlib import Path

import pytest

from ingest.passages import cut_letter
from ingest.readers.files import find_sources, read
from ingest.readers.reading import Reading
from qa_service.answering.checking import find_quote
from qa_service.answering.citing import Pinpoint, formatted, parsed
from qa_service.dialogue import Citation
from qa_service.texts import Letter, Page, Passage, Span
from tests.builders import SHARED, WordEmbedder
from tests.independent import scan

pytestmark = pytest.mark.real_letters


def readings(*names: str) -> list[Reading]:
    found = [read(source, source.content()) for source in find_sources([SHARED / "letters" / name for name in names])]
    return [reading for reading in found if reading]


@pytest.fixture(scope="module")
def letters() -> dict[tuple[str, str], Letter]:
    read_ones = readings("seeds", "volumes/frus1961-63v06.xml")
    return {(letter.ref.volume, letter.document): letter for reading in read_ones for letter in reading.letters}


def cases() -> list[tuple[str, dict[str, str]]]:
    files = sorted((SHARED / "evals").glob("*.dev.jsonl")) if SHARED.is_dir() else []
    rows = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [(f"{row['id']}-{number}", gold) for row in rows for number, gold in enumerate(row["gold"])]


@pytest.mark.parametrize(("id", "gold"), cases() or [("none", {})], ids=[id for id, _ in cases()] or ["none"])
def test_a_gold_quotation_stands_on_its_page(
    id: str, gold: dict[str, str], letters: dict[tuple[str, str], Letter]
) -> None:
    letter = letters[gold["volume"], gold["document"]]
    if gold["note"] is None:
        span = find_quote(gold["quote"], letter.text)
        assert span is not None
        assert letter.pages_of(span)[0].label == gold["page"]
    else:
        notes = [note for note in letter.notes if note.number == gold["note"] and find_quote(gold["quote"], note.text)]
        assert len(notes) == 1
        page = letter.page_of_note(notes[0])
        assert page is not None
        assert page.label == gold["page"]


VOLUMES = sorted(path.name for path in (SHARED / "letters" / "volumes").glob("*.xml")) if SHARED.is_dir() else ["none"]


@pytest.mark.parametrize("name", VOLUMES)
def test_a_volume_is_read_and_cut_whole(name: str) -> None:
    reading = readings(f"volumes/{name}")[0]
    assert reading.volume.id == Path(name).stem
    count = WordEmbedder().count_tokens
    for letter in reading.letters:
        cuts = cut_letter(letter, passage_tokens=128, max_tokens=256, count_tokens=count)
        passages = [cut.passage for cut in cuts]
        body = [passage for passage in passages if passage.note is None]
        assert all(passage.text == passage.span.of(source(letter, passage)) for passage in passages)
        assert "".join("".join(passage.text.split()) for passage in body) == "".join(letter.text.split())
        assert len({passage.key for passage in passages}) == len(passages)
        starts = [page.start for page in letter.pages]
        assert starts == sorted(set(starts))
        assert all(0 <= note.anchor <= len(letter.text) for note in letter.notes)
        assert len({note.id for note in letter.notes}) == len(letter.notes)
        for reference in letter.references:
            words = letter.note(reference.note).text if reference.note else letter.text
            assert reference.span.of(words).strip() == reference.span.of(words) != ""
        for passage in passages:
            cited = citation(letter, passage)
            assert parsed(formatted(cited, reading.volume), [reading.volume]) == Pinpoint.of(cited)
        assert letter.dating is None or letter.dating.first <= letter.dating.last


def source(letter: Letter, passage: Passage) -> str:
    return letter.note(passage.note).text if passage.note else letter.text


def citation(letter: Letter, passage: Passage) -> Citation:
    """A citation of a whole passage, as the quote gate would make it."""
    note = letter.note(passage.note) if passage.note else None
    page = letter.page_of_note(note) if note else None
    pages = letter.pages_of(passage.span) if note is None else (page,) if page else ()
    return Citation(letter, note, passage.span, passage.text, pages)


@pytest.mark.heavy
@pytest.mark.parametrize("name", VOLUMES)
def test_text_pages_and_notes_agree_with_an_independent_derivation(name: str) -> None:
    xml = (SHARED / "letters" / "volumes" / name).read_text(encoding="utf-8")
    scanned = scan(xml)
    letters = readings(f"volumes/{name}")[0].letters
    assert len(letters) == len(scanned)
    for letter, second in zip(letters, scanned, strict=True):
        where = str(letter.ref)
        offsets = [offset for offset, character in enumerate(letter.text) if not character.isspace()]
        assert "".join(letter.text[offset] for offset in offsets) == "".join(c for c, _ in second.characters), where
        pages = [letter.pages_of(Span(offset, offset + 1)) for offset in offsets]
        assert [page[0].label if page else None for page in pages] == [page for _, page in second.characters], where
        first = letter.pages[0].label if letter.pages else None
        ours = [(note.number, "".join(note.text.split()), label(letter.page_of_note(note))) for note in letter.notes]
        theirs = [(number or "0", text, page or first) for number, text, page in second.notes]
        assert sorted(ours) == sorted(theirs), where


def label(page: Page | None) -> str | None:
    return page.label if page else None
