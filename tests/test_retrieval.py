import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa_service.dialogue import Filters, Focus, Question
from qa_service.library.builds import Build
from qa_service.retrieval.query import _stem, content_words, names_in, stems
from qa_service.retrieval.retriever import retrieve, understand
from qa_service.texts import LetterRef
from tests.builders import SAMPLE_VOLUME, WordEmbedder
from tests.conftest import open_active


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did Hasterlind's letter say about the ice-breaker?", ("hasterlind", "ice-breaker")),
        ("casks, casks, CASKS!", ("casks",)),
        ("what is it?", ()),
        ("§ 9 of 1868", ("9", "1868")),
    ],
)
def test_content_words(question: str, words: tuple[str, ...]) -> None:
    assert content_words(question) == words


def test_names() -> None:
    assert names_in("What did Orquelle write to Hasterlind's wife? Was JFK there? Who?") == (
        "Orquelle",
        "Hasterlind",
        "JFK",
    )
    assert names_in("Orquelle on ships") == ()


def test_stems_in_many_threads_are_those_of_one() -> None:
    chance = random.Random(3)
    words = ["".join(chance.choices("aeioustrnl", k=chance.randrange(3, 12))) + "ations" for _ in range(4000)]
    alone = [stems(word) for word in words]
    _stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stems, words, chunksize=1)) == alone


def test_stems() -> None:
    assert stems("The Harbours, harbour.") == {"the", "harbour"}


@pytest.fixture(scope="module")
def build(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    import shutil

    return open_active(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("retrieval") / "home")))


def ids(build: Build, question: Question, limit: int = 5) -> list[str]:
    return [hit.letter.ref.id for hit in retrieve(question, build, WordEmbedder(), limit=limit).hits]


def test_the_passage_with_the_words_comes_first(build: Build) -> None:
    text = "Who threw the lantern on Lantern Night?"
    hits = retrieve(Question(text, text), build, WordEmbedder(), limit=5).hits
    assert "lantern" in hits[0].passage.text.lower()
    assert hits[0].found_by == ("dense", "lexical")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_filters_keep_to_what_passes_them(build: Build) -> None:
    text = "ice in the harbour"
    assert set(ids(build, Question(text, text, Filters(kinds=("telegram",))), limit=50)) == {"d3", "d14"}
    assert ids(build, Question(text, text, Filters(volumes=("none",)))) == []


def test_filters_keep_out_the_letter_just_spoken_of_too(build: Build) -> None:
    focus = Focus(LetterRef(SAMPLE_VOLUME, "d5"))
    question = Question("and then?", "and then?", Filters(kinds=("telegram",)), "What of the casks?", focus)
    assert set(ids(build, question, limit=50)) == {"d3", "d14"}


def test_every_passage_of_the_letter_just_spoken_of_is_scored(build: Build) -> None:
    ref = LetterRef(SAMPLE_VOLUME, "d16")
    question = Question("and then?", "and then?", context="What of the ice?", focus=Focus(ref))
    hits = retrieve(question, build, WordEmbedder(), limit=500).hits
    found = {hit.passage.key for hit in hits if "conversation" in hit.found_by}
    assert found == {key for key in build.outline.keys if key.startswith((f"{ref}:", f"{ref}fn"))}


def test_a_follow_up_is_searched_as_asked_and_with_what_was_said_before(build: Build) -> None:
    embedder = WordEmbedder()
    found = retrieve(Question("who paid?", "…", context="the casks of the Customs"), build, embedder, limit=10)
    assert found.wordings == ("who paid?", "the casks of the Customs who paid?")
    assert embedder.embedded == list(found.wordings)
    assert any("cask" in hit.passage.text for hit in found.hits)


def test_a_question_without_a_word_finds_by_vector_alone(build: Build) -> None:
    found = retrieve(Question("what is it?", "what is it?"), build, WordEmbedder(), limit=3)
    assert {way for hit in found.hits for way in hit.found_by} == {"dense"}


def test_who_wrote_and_when_ranks_and_excludes_nothing(build: Build) -> None:
    """The same words asked of one writer and of the other: his letters come up, and the other's stay in."""
    ahead = {}
    for name in ("Aurel Hasterlind", "Bastien Orquelle"):
        text = f"What did {name} say of the harbour?"
        found = retrieve(Question(text, text), build, WordEmbedder(), limit=20)
        assert found.reading.writers == {name}
        ahead[name] = sum(name in (hit.letter.writer or "") for hit in found.hits)
        assert {hit.letter.writer for hit in found.hits} > {name}
    assert all(count >= 10 for count in ahead.values())
    text = "What was said of the harbour in August 1927?"
    assert ids(build, Question(text, text))[0] == "d6"


def test_reading_the_question_needs_no_hits(build: Build) -> None:
    text = "What did Hasterlind write in 1928?"
    read = understand(Question(text, text), build, WordEmbedder())
    assert read.hits == ()
    assert str(read.reading) == "letters from Aurel Hasterlind, 1928"
    assert read.vectors.shape[0] == len(read.wordings) == 1
    nothing = retrieve(Question(text, text, Filters(volumes=("none",))), build, WordEmbedder(), limit=5)
    assert (nothing.hits, nothing.reading) == ((), read.reading)


def test_more_hits_begin_with_the_same(build: Build) -> None:
    text = "the grain credit"
    assert ids(build, Question(text, text), 30)[:5] == ids(build, Question(text, text), 5)
