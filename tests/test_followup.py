"""Questions asked in a conversation: what is searched for along with them, and the letter just spoken of."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa_service.answering.followup import is_unclear, leans_back, understand
from qa_service.dialogue import Filters, Question, Turn
from qa_service.library.builds import Build
from qa_service.retrieval.reading import Reading
from qa_service.retrieval.retriever import retrieve
from qa_service.texts import LetterRef, header_line
from tests.builders import SAMPLE_VOLUME, WordEmbedder
from tests.conftest import open_active

D5 = LetterRef(SAMPLE_VOLUME, "d5")
TURN = Turn("What did Orquelle write about the casks?", "The Customs have counted them.", (D5,))


@pytest.fixture(scope="module")
def build(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    build = open_active(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("followup") / "home")))
    yield build
    build.close()


def understood(build: Build, asked: str, *turns: Turn, filters: Filters = Filters()) -> Question:
    return understand(asked, turns, filters, build, WordEmbedder())


@pytest.mark.parametrize(
    ("asked", "leans"),
    [
        ("And what did he answer?", True),
        ("What did Hasterlind say to that?", True),
        ("But why?", True),
        ("Why was the harbour of Eskelhaven closed in winter by the ice?", True),
        ("who paid for the casks", True),  # short, and names nobody
        ("Who paid Hasterlind for the casks?", False),
        ("Which rate of interest was fixed in the end by the ministers for grain deliveries to Montavrel?", False),
    ],
)
def test_whether_a_question_leans_on_those_before(asked: str, leans: bool) -> None:
    assert leans_back(asked) == leans


def test_the_first_question_and_one_that_leans_on_nothing_stand_alone(build: Build) -> None:
    filters = Filters(kinds=("letter",))
    for asked, turns in [("And what did he answer?", ()), ("Who paid Hasterlind for the casks?", (TURN,))]:
        assert understood(build, asked, *turns, filters=filters) == Question(asked, asked, filters)


def test_a_follow_up_is_searched_in_two_wordings(build: Build) -> None:
    question = understood(build, "And what did he answer?", TURN)
    assert question.asked == "And what did he answer?"
    assert question.context == f"{TURN.question} {TURN.answer}"
    assert question.wordings == (question.asked, f"{question.context} {question.asked}")
    header = header_line(build.catalogue.letter(D5))
    assert question.standalone == f"And what did he answer? (after: {TURN.question}; {header})"
    found = retrieve(question, build, WordEmbedder(), limit=10)
    assert found.wordings == question.wordings
    assert found.vectors.shape[0] == 2


def test_only_the_turn_before_and_the_beginning_of_its_answer_are_searched_along(build: Build) -> None:
    older = Turn("What of the lantern?", "It was thrown.")
    long = Turn("What of the casks?", " ".join(f"word{number}" for number in range(200)), (D5,))
    context = understood(build, "And then?", older, long).context
    assert context.startswith("What of the casks? word0 word1 ")
    assert "lantern" not in context
    assert "word199" not in context


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("And what did he answer?", True),
        ("How did the other side respond to that?", True),
        ("Did he accept it?", True),
        ("What was his reply?", True),
        ("And how many casks were there in it?", False),
        ("When was it written?", False),
    ],
)
def test_whether_the_answer_to_the_letter_is_asked_for(build: Build, asked: str, reply: bool) -> None:
    focus = understood(build, asked, TURN).focus
    assert focus is not None
    assert (focus.letter, focus.wants_reply) == (D5, reply)


def test_of_several_letters_cited_the_one_that_the_words_find_is_in_focus(build: Build) -> None:
    others = tuple(LetterRef(SAMPLE_VOLUME, id) for id in ("d2", "d8", "d12"))
    turn = Turn("What was paid for the casks of herring?", "They were missing when the ship was unladen.", others)
    focus = understood(build, "And who paid it?", turn).focus
    assert focus is not None
    assert focus.letter.id == "d12"


def test_with_no_letter_cited_the_focus_is_found_among_all_that_pass_the_filters(build: Build) -> None:
    turn = Turn("Who threw the lantern on Lantern Night?", "Not in these letters.")
    focus = understood(build, "And why did he do it?", turn).focus
    assert focus is not None
    assert focus.letter.id in {hit.letter.ref.id for hit in retrieve(
        Question(turn.question, turn.question), build, WordEmbedder(), limit=5).hits}  # fmt: skip
    telegrams = Filters(kinds=("telegram",))
    kept = understood(build, "And why did he do it?", turn, filters=telegrams)
    assert kept.focus is not None
    assert kept.focus.letter.id in {"d3", "d14"}
    assert kept.filters == telegrams


def test_a_letter_that_has_been_removed_is_in_focus_no_more(build: Build) -> None:
    gone = Turn(TURN.question, TURN.answer, (LetterRef("gone", "d1"),))
    focus = understood(build, "And what did he answer?", gone).focus
    assert focus is None or focus.letter in build.outline.places
    nothing = understood(build, "And what did he answer?", gone, filters=Filters(volumes=("none",)))
    assert nothing.focus is None
    assert nothing.standalone == f"And what did he answer? (after: {TURN.question})"


def first_place(build: Build, question: Question, id: str) -> int:
    """Where the first passage of a letter stands among the hits."""
    hits = retrieve(question, build, WordEmbedder(), limit=500).hits
    return next(place for place, hit in enumerate(hits) if hit.letter.ref.id == id)


def test_asked_for_an_answer_it_finds_the_letter_that_answers(build: Build) -> None:
    """Of Hasterlind's letter of March 14, Orquelle's of April 2 is the only one of the weeks after it."""
    turn = Turn("What did Hasterlind propose?", "He proposed it.", (LetterRef(SAMPLE_VOLUME, "d1"),))
    question = understood(build, "And what did he answer?", turn)
    hits = retrieve(question, build, WordEmbedder(), limit=200).hits
    assert {hit.letter.ref.id for hit in hits if "conversation" in hit.found_by} == {"d2"}
    assert first_place(build, question, "d2") < first_place(build, replace(question, focus=None), "d2")


def test_asked_more_of_a_letter_it_stays_with_that_letter(build: Build) -> None:
    turn = Turn("What did Orquelle propose?", "He proposed it.", (LetterRef(SAMPLE_VOLUME, "d10"),))
    question = understood(build, "And what else is in it?", turn)
    hits = retrieve(question, build, WordEmbedder(), limit=200).hits
    assert {hit.letter.ref.id for hit in hits if "conversation" in hit.found_by} == {"d10"}
    assert first_place(build, question, "d10") < first_place(build, replace(question, focus=None), "d10")


@pytest.mark.parametrize("asked", ["What did he say?", "why did they?", "What was the reply?", "her?"])
def test_a_first_question_that_points_at_nobody_is_unclear(asked: str) -> None:
    assert is_unclear(Question(asked, asked), Reading())
    assert not is_unclear(Question(asked, asked, context="What of Hasterlind?"), Reading())


@pytest.mark.parametrize(
    "asked", ["Did Hasterlind answer him?", "How did they mend the broken harbour crane?", "the casks?"]
)
def test_a_first_question_that_says_enough_is_clear(asked: str) -> None:
    assert not is_unclear(Question(asked, asked), Reading())
