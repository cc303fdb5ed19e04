"""What a model is given to read."""

import re
from collections.abc import Iterator

import pytest

from qa_service.answering.evidence import Evidence, gather
from qa_service.dialogue import Filters, Hit, Question
from qa_service.library.builds import Build
from qa_service.retrieval.retriever import Retrieved, retrieve
from qa_service.texts import LetterRef
from tests.builders import SAMPLE_VOLUME, WordEmbedder
from tests.conftest import open_active


@pytest.fixture(scope="module")
def build(sample_home: object) -> Iterator[Build]:
    build = open_active(sample_home)  # type: ignore[arg-type]
    yield build
    build.close()


def found(build: Build, question: str, **filters: tuple[str, ...]) -> Retrieved:
    asked = Question(question, question, Filters(**filters))  # type: ignore[arg-type]
    return retrieve(asked, build, WordEmbedder(), limit=20)


def shown(evidence: Evidence) -> list[str]:
    return [f"{one.passage.ref.id}{one.passage.note or ''}" for one in evidence.exhibits]


def gathered(build: Build, retrieved: Retrieved, hits: int = 20, characters: int = 24_000, **more: object) -> Evidence:
    return gather(retrieved.hits[:hits], build, retrieved.vectors, characters=characters, **more)  # type: ignore[arg-type]


def test_every_piece_is_a_slice_of_its_letter_or_note(build: Build) -> None:
    for one in gathered(build, found(build, "What happened to the missing casks?")).exhibits:
        text = one.letter.note(one.passage.note).text if one.passage.note else one.letter.text
        assert one.passage.text == one.passage.span.of(text)
        assert one.passage.text


def test_a_hit_is_shown_with_its_paragraph_and_the_notes_that_hang_on_it(build: Build) -> None:
    retrieved = found(build, "588 casks, and not 612", letters=(f"{SAMPLE_VOLUME}/d5",))
    evidence = gathered(build, retrieved, hits=1)
    assert shown(evidence)[:3] == ["d5", "d5fn1", "d5fn2"]
    assert retrieved.hits[0].passage.text in evidence.exhibits[0].passage.text


def test_pieces_of_one_letter_stand_together_in_printed_order_and_never_overlap(build: Build) -> None:
    evidence = gathered(build, found(build, "the wall, the river and the herring"))
    letters = [one.letter.ref for one in evidence.exhibits]
    assert len(set(letters)) == len([1 for at, ref in enumerate(letters) if at == 0 or letters[at - 1] != ref])
    for first, second in zip(evidence.exhibits, evidence.exhibits[1:], strict=False):
        if (first.letter.ref, first.passage.note) == (second.letter.ref, second.passage.note):
            assert first.passage.span.end < second.passage.span.start


def test_the_best_hits_come_first_as_far_as_they_fit(build: Build) -> None:
    retrieved = found(build, "What happened to the missing casks?")
    few, many = (gathered(build, retrieved, characters=characters) for characters in (1500, 24_000))
    assert set(shown(few)) < set(shown(many))
    assert sum(len(one.passage.text) for one in few.exhibits) <= 1500
    assert few.exhibits[0].letter.ref == retrieved.hits[0].letter.ref


def test_the_best_hit_is_shown_even_if_it_is_too_long(build: Build) -> None:
    assert len(gathered(build, found(build, "casks"), characters=1).exhibits) == 1


def test_a_reference_is_followed_one_step(build: Build) -> None:
    """The note "See Document 12." to the counting of the casks leads to what became of them."""
    retrieved = found(build, "588 casks, and not 612", letters=(f"{SAMPLE_VOLUME}/d5",))
    evidence = gathered(build, retrieved, hits=1)
    assert [(hit.letter.ref.id, hit.found_by) for hit in evidence.added] == [("d12", ("reference",))]
    assert "d12" in shown(evidence)
    assert {one.letter.ref.id for one in evidence.exhibits} == {"d5", "d12"}  # and no further


def test_a_reference_to_a_letter_outside_the_filters_is_not_followed(build: Build) -> None:
    retrieved = found(build, "588 casks, and not 612", letters=(f"{SAMPLE_VOLUME}/d5",))
    evidence = gathered(build, retrieved, hits=1, allowed=frozenset([LetterRef(SAMPLE_VOLUME, "d5")]))
    assert set(shown(evidence)) == {"d5", "d5fn1", "d5fn2"}


def test_keys_mean_nothing_and_are_drawn_anew(build: Build) -> None:
    retrieved = found(build, "casks")
    first, second = gathered(build, retrieved), gathered(build, retrieved)
    keys = list(first.passages)
    assert len(set(keys)) == len(first.exhibits)
    assert all(re.fullmatch(r"[0-9a-f]{6}", key) for key in keys)
    assert not set(keys) & set(second.passages)


def test_the_material_says_who_speaks(build: Build) -> None:
    retrieved = found(build, "588 casks, and not 612", letters=(f"{SAMPLE_VOLUME}/d5",))
    (letter, *_) = gathered(build, retrieved, hits=1).material()
    assert letter["letter"] == "Message, Bastien Orquelle to Aurel Hasterlind, Montavrel, May 30, 1927 (Document 5)"
    assert [one["from"] for one in letter["passages"]] == [
        "the letter", "the editors' note 1", "the editors' note 2",
    ]  # fmt: skip


def test_nothing_found_is_nothing_shown(build: Build) -> None:
    none: tuple[Hit, ...] = ()
    assert gather(none, build, WordEmbedder().embed(["x"]), characters=100).exhibits == ()
