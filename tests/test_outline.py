"""The outline of a build says the same as its catalogue."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qa_service.library.builds import Build
from qa_service.texts import LetterRef, Party
from tests.builders import SAMPLE_VOLUME, ingest_into
from tests.conftest import open_active
from tests.outlines import facts_of


@pytest.fixture(scope="module")
def build(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    build = open_active(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("outline") / "home")))
    yield build
    build.close()


def test_letters_are_those_of_the_catalogue_in_order(build: Build) -> None:
    outline = build.outline
    assert [facts.ref for facts in outline.letters] == list(build.catalogue.refs())
    for place, facts in enumerate(outline.letters):
        letter = build.catalogue.letter(facts.ref)
        assert outline.places[facts.ref] == place
        assert (facts.document, facts.title, facts.kind) == (letter.document, letter.title, letter.kind)
        assert facts.parties == letter.parties


def test_days_of_letters_are_the_first_and_last_they_can_be_of(build: Build) -> None:
    found = {facts.ref.id: (facts.first, facts.last) for facts in build.outline.letters}
    assert found["d5"] == ("1927-05-30", "1927-05-30")
    first, last = found["d10"]  # dated by a range
    assert first is not None
    assert last is not None
    assert first < last


def test_passages_are_those_of_the_catalogue_in_order(build: Build) -> None:
    outline = build.outline
    stored = list(build.catalogue.all_passages())
    assert list(outline.keys) == [one.passage.key for one in stored]
    assert outline.rows == {key: row for row, key in enumerate(outline.keys)}
    for row, one in enumerate(stored):
        assert outline.letters[outline.letter[row]].ref == one.passage.ref
        assert outline.in_note[row] == (one.passage.note is not None)
        assert outline.sentences[row] == len(one.sentences)
    assert outline.in_note.any()
    assert not outline.in_note.all()
    assert len(build.units) == len(outline.keys) + int(np.sum(outline.sentences))


def test_volumes_follow_each_other_and_each_keeps_its_own_letters(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("4. Letter From A to B\n\nOne [Page 2] two three four five.")
    ingest_into(home, tmp_path / "a.txt")
    build = open_active(home)
    volumes = [facts.ref.volume for facts in build.outline.letters]
    assert volumes == sorted(volumes)
    added = build.outline.places[LetterRef(tmp_path.name, "d4")]
    assert [build.outline.keys[row] for row in np.flatnonzero(build.outline.letter == added)] == [
        f"{tmp_path.name}/d4:0-24"
    ]
    assert build.outline.letters[added].first is None
    assert len(build.outline.letters) == 1 + sum(one.ref.volume == SAMPLE_VOLUME for one in build.outline.letters)
    build.close()


def test_whose_message_a_letter_carries_counts_as_its_writer() -> None:
    facts = facts_of("d1", ("Department", None), ("Embassy", None), author=("Ada", "President"))
    assert facts.writers == ("Department", "Ada")
    assert facts.recipients == ("Embassy",)
    assert Party("author", "Ada", "President") in facts.parties
