"""Which of several files of one letter is kept, and what is known of its volume then."""

from itertools import permutations
from pathlib import Path

import pytest

from ingest.merging import Holdings, kept_kinds
from ingest.readers.files import find_sources, read
from ingest.readers.reading import Reading
from qa_service.apparatus import Apparatus
from qa_service.library.contents import SourceFile
from qa_service.texts import LetterRef
from tests.builders import SAMPLE, SAMPLE_VOLUME

FIXTURES = Path(__file__).parent / "fixtures"
REF = LetterRef(SAMPLE_VOLUME, "d2")


def reading_of(path: Path) -> Reading:
    (source,) = find_sources([path])
    reading = read(source, source.content())
    assert reading is not None
    return reading


FORMS = {
    "plain": reading_of(SAMPLE / "plain" / "letter-a.txt"),
    "html": reading_of(FIXTURES / "saved-page-d2.html"),
    "tei": reading_of(SAMPLE / f"{SAMPLE_VOLUME}.xml"),
}


def held(*forms: str) -> Holdings:
    holdings = Holdings()
    for form in forms:
        reading = FORMS[form]
        holdings.add(reading, SourceFile(form, f"/{form}", form, len(reading.letters)))
    return holdings


@pytest.mark.parametrize("order", [order for n in (1, 2, 3) for order in permutations(FORMS, n)])
def test_the_form_that_says_most_is_kept_in_any_order(order: tuple[str, ...]) -> None:
    holdings = held(*order)
    richest = max(order, key=["plain", "html", "tei"].index)
    assert holdings.letters[REF].form == richest
    assert holdings.letters[REF] == next(letter for letter in FORMS[richest].letters if letter.ref == REF)
    volume = holdings.volumes[SAMPLE_VOLUME]
    assert volume.invented == (order != ("html",))
    assert bool(volume.title) == (order != ("plain",))
    assert len(volume.documents) == (16 if "tei" in order else 0)
    assert (holdings.apparatus.get(SAMPLE_VOLUME, Apparatus()) != Apparatus()) == ("tei" in order)


def test_the_apparatus_goes_with_the_volume() -> None:
    holdings = held("tei")
    holdings.remove([SAMPLE_VOLUME])
    assert (holdings.letters, holdings.volumes, holdings.apparatus) == ({}, {}, {})


def test_leaving_out_the_index_keeps_persons_and_terms() -> None:
    kept = kept_kinds(FORMS["tei"], frozenset(), with_index=False)
    assert kept.apparatus.index == ()
    assert kept.apparatus.persons == FORMS["tei"].apparatus.persons != ()


def test_of_letters_left_out_nothing_is_told_but_that() -> None:
    kept = kept_kinds(FORMS["tei"], frozenset(["telegram"]), with_index=True)
    assert kept.findings == ()
    holdings = held("tei")
    holdings._given.clear()  # as at the next ingest
    findings = holdings.add(kept, SourceFile("other", "/tei", "tei", len(kept.letters)))
    assert {letter.kind for letter in holdings.letters.values()} == {"telegram"}
    assert [finding.what for finding in findings] == ["held before, not given this time, left out"] * 14
