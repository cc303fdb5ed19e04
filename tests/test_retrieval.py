import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa_service.dialogue import Filters, Question
from qa_service.library.builds import Build
from qa_service.retrieval.fusion import fuse
from qa_service.retrieval.query import _stem, content_words, names_in, stems
from qa_service.retrieval.retriever import retrieve
from tests.builders import WordEmbedder
from tests.conftest import open_active


def test_fusion_by_hand() -> None:
    assert fuse([["a", "b"], ["b", "c"]], k=1) == [
        ("b", pytest.approx(1 / 3 + 1 / 2)),
        ("a", pytest.approx(1 / 2)),
        ("c", pytest.approx(1 / 3)),
    ]


def test_fusion_breaks_ties_by_key_and_refuses_nonsense() -> None:
    assert [key for key, _ in fuse([["z"], ["a"]])] == ["a", "z"]
    assert fuse([]) == []
    with pytest.raises(ValueError, match="twice"):
        fuse([["a", "a"]])
    with pytest.raises(ValueError, match="at least 1"):
        fuse([["a"]], k=0)


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
    return [hit.letter.ref.id for hit in retrieve(question, build, WordEmbedder(), limit=limit)]


def test_the_passage_with_the_words_comes_first(build: Build) -> None:
    text = "Who threw the lantern on Lantern Night?"
    hits = retrieve(Question(text, text), build, WordEmbedder(), limit=5)
    assert "lantern" in hits[0].passage.text.lower()
    assert hits[0].found_by == ("dense", "lexical")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_filters_keep_to_what_passes_them(build: Build) -> None:
    text = "ice in the harbour"
    assert set(ids(build, Question(text, text, Filters(kinds=("telegram",))), limit=50)) == {"d3", "d14"}
    assert ids(build, Question(text, text, Filters(volumes=("none",)))) == []


def test_a_follow_up_is_searched_as_asked_and_as_understood(build: Build) -> None:
    hits = retrieve(Question("who paid?", "who paid for the casks (Customs)?"), build, WordEmbedder(), limit=10)
    assert {way for hit in hits for way in hit.found_by} == {"dense", "lexical", "dense as asked", "lexical as asked"}


def test_a_question_without_a_word_finds_by_vector_alone(build: Build) -> None:
    hits = retrieve(Question("what is it?", "what is it?"), build, WordEmbedder(), limit=3)
    assert {way for hit in hits for way in hit.found_by} == {"dense"}
