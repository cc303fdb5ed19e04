"""Sentences chosen for an answer, and how far a quotation grows around the best one."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa_service.answering import extractive
from qa_service.answering.extractive import Candidate, Chosen, candidates_of, choose, draft_claims, question_weights
from qa_service.dialogue import Filters, Hit, Question
from qa_service.library.builds import Build
from qa_service.retrieval.query import stems
from qa_service.retrieval.retriever import retrieve
from qa_service.sentences import sentences_of
from qa_service.texts import Letter, LetterRef, Passage, Span
from tests.builders import WordEmbedder, letter_of, whole
from tests.conftest import open_active

LONGEST, LONGEST_LEANING = extractive._LONGEST, extractive._LONGEST_WITH_WHAT_IT_LEANS_ON


def hit_of(text: str, id: str = "d1", score: float = 0.0, **more: object) -> Hit:
    letter = replace(letter_of(f"|1|{text}", **more), ref=LetterRef("v", id))
    return Hit(whole(letter), letter, score)


def candidates_in(hits: Sequence[Hit], scores: Mapping[str, float]) -> list[Candidate]:
    """All sentences of the hits, each with a vector of its own; those that begin with a key score as told, others 0."""
    found: list[Candidate] = []
    for number, hit in enumerate(hits):
        for span in sentences_of(hit.letter.text, hit.passage.span):
            text = span.of(hit.letter.text)
            told = [score for words, score in scores.items() if text.startswith(words)]
            vector = np.zeros(64, dtype=np.float32)
            vector[len(found)] = 1
            found.append(Candidate(number, span, text, *(told or [0.0])[:1], 0.0, 0.0, vector))
    return found


def chosen_of(text: str, scores: Mapping[str, float]) -> Chosen:
    hit = hit_of(text)
    (chosen,) = choose(candidates_in([hit], scores), [hit], limit=3)
    return chosen


def sentence(word: str, length: int) -> str:
    """A sentence that begins with a word and has so many characters."""
    return (f"{word} " + "grain " * (length // 6 + 2))[: length - 2].rstrip().ljust(length - 1, "x") + "."


def test_a_quotation_is_a_slice_of_its_letter_and_holds_the_best_sentence() -> None:
    text = (
        "One went to the harbour.\n\nTwo casks  were counted there. Three were not found again.\n\nFour was the price."
    )
    chosen = chosen_of(text, {"Three": 2.0})
    assert chosen.quote == chosen.span.of(text)
    assert "Three were not found again." in chosen.quote
    assert chosen.quote == chosen.quote.strip()


def test_a_quotation_of_the_middle_of_a_letter_is_cut_from_there() -> None:
    """A passage does not begin where its letter does."""
    text = "Opening words that are not asked for.\n\nThe five casks were counted twice. None was missing then at all."
    start = text.index("The five")
    letter = letter_of(f"|1|{text}")
    span = Span(start, len(text))
    hit = Hit(Passage(letter.ref, None, span, span.of(text)), letter, 0.0)
    (chosen,) = choose(candidates_in([hit], {"None": 1.0}), [hit], limit=1)
    assert chosen.quote == chosen.span.of(text) == text[start:]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_it_does_not_grow_past_its_paragraph(gap: str) -> None:
    text = gap.join(
        ["One before it is long enough.", "Two is the best of them. Three is its neighbour here.", "Four after it."]
    )
    assert chosen_of(text, {"Two": 1.0}).quote == "Two is the best of them. Three is its neighbour here."


def test_it_does_not_grow_past_its_length() -> None:
    sentences = [sentence(word, LONGEST // 3 - 1) for word in ("One", "Two", "Three", "Four", "Five")]
    chosen = chosen_of(" ".join(sentences), {"Three": 3.0, "Four": 2.0, "Two": 1.0})
    assert chosen.quote == " ".join(sentences[1:4])
    assert len(chosen.quote) <= LONGEST


def test_it_grows_towards_the_better_neighbour() -> None:
    sentences = [sentence(word, LONGEST // 2 - 1) for word in ("One", "Two", "Three")]
    assert chosen_of(" ".join(sentences), {"Two": 3.0, "One": 1.0, "Three": 2.0}).quote == " ".join(sentences[1:])
    assert chosen_of(" ".join(sentences), {"Two": 3.0, "One": 2.0, "Three": 1.0}).quote == " ".join(sentences[:2])


def test_a_sentence_longer_than_the_length_stands_alone() -> None:
    sentences = ["One is rather short.", sentence("Two", LONGEST + 40), "Three is rather short."]
    assert chosen_of(" ".join(sentences), {"Two": 3.0}).quote == sentences[1]


@pytest.mark.parametrize("leaning", ["He", "This", "“It", "However, one", "The latter", "But nobody"])
def test_words_that_lean_on_the_sentence_before_take_it_along(leaning: str) -> None:
    first = sentence("One", 60)
    second, third = sentence(leaning, LONGEST // 2 - 10), sentence("Three", LONGEST // 2 - 10)
    chosen = chosen_of(" ".join([first, second, third]), {leaning: 3.0, "Three": 2.0})
    assert chosen.quote == " ".join([first, second, third])
    assert LONGEST < len(chosen.quote) <= LONGEST_LEANING


def test_words_that_lean_on_nothing_take_nothing_along() -> None:
    first, second, third = sentence("One", 60), sentence("Hebrides", 240), sentence("Three", 240)
    assert chosen_of(" ".join([first, second, third]), {"Hebrides": 3.0, "Three": 2.0}).quote == f"{second} {third}"


def test_what_it_leans_on_stays_out_where_it_is_too_long_or_in_another_paragraph() -> None:
    first, second = sentence("One", LONGEST_LEANING), sentence("He", 100)
    assert chosen_of(f"{first} {second}", {"He": 3.0}).quote == second
    assert chosen_of(f"One is of another paragraph.\n\n{second}", {"He": 3.0}).quote == second


def test_of_each_passage_one_quotation_and_no_more_than_the_limit() -> None:
    hits = [hit_of(f"Best {word} is this one here. Next {word} is that one there.", f"d{n}")
            for n, word in enumerate(["ape", "bee", "cow", "doe"])]  # fmt: skip
    candidates = candidates_in(hits, {"Best ape": 1.0, "Best bee": 1.4, "Best cow": 1.3, "Best doe": 1.2})
    chosen = choose(candidates, hits, limit=3)
    assert [one.hit.letter.ref.id for one in chosen] == ["d1", "d2", "d3"]
    assert choose(candidates, hits, limit=1)[0].hit is hits[1]
    assert choose([], [], limit=3) == []


def test_what_scores_far_below_the_best_is_not_shown() -> None:
    hits = [hit_of("One is the best of them.", "d1"), hit_of("Two is not nearly as good.", "d2")]
    assert len(choose(candidates_in(hits, {"One": 100.0, "Two": 0.0}), hits, limit=3)) == 1
    assert len(choose(candidates_in(hits, {"One": 1.0, "Two": 0.9}), hits, limit=3)) == 2


def test_what_says_the_same_is_shown_once() -> None:
    hits = [hit_of("One is the best of them.", "d1"), hit_of("One is the best of them.", "d2"),
            hit_of("Two is nearly the same thing.", "d3")]  # fmt: skip
    candidates = candidates_in(hits, {"One": 1.0, "Two": 0.9})
    near = replace(candidates[2], vector=candidates[0].vector)
    assert [one.hit.letter.ref.id for one in choose([*candidates[:2], near], hits, limit=3)] == ["d1"]
    assert len(choose(candidates, hits, limit=3)) == 2


def test_a_scrap_is_not_chosen() -> None:
    hit = hit_of("Yes.\n\nThe harbour was closed by ice.")
    (chosen,) = choose(candidates_in([hit], {"Yes": 9.0}), [hit], limit=3)
    assert chosen.quote == "The harbour was closed by ice."


def test_claims_stand_in_date_order_and_say_who_speaks() -> None:
    late = hit_of("Three is the last of them.", "d1", date="1962-05-02", writer="Ada", recipient="Bo")
    early = hit_of(
        "One is first of all.\n\nTwo is second of all.", "d2", date="1961-05-02", writer="Bo", recipient="Ada"
    )
    undated = hit_of("Four is of no day.", "d3", writer=None, recipient=None)
    first, second = sentences_of(early.letter.text)
    drafts = draft_claims(
        [
            Chosen(undated, undated.letter.text, Span(0, len(undated.letter.text))),
            Chosen(late, late.letter.text, Span(0, len(late.letter.text))),
            Chosen(early, second.of(early.letter.text), second),
            Chosen(early, first.of(early.letter.text), first),
        ]
    )
    assert [draft.quotes[0].quote for draft in drafts] == [
        "One is first of all.", "Two is second of all.", "Three is the last of them.", "Four is of no day.",
    ]  # fmt: skip
    assert drafts[2].text == "Ada to Bo, May 2, 1962: “Three is the last of them.”"
    assert drafts[2].lead == "Ada to Bo, May 2, 1962"
    assert drafts[2].quotes[0].key == late.passage.key
    assert drafts[3].lead == "Letter From A to B, undated"


def test_whose_message_is_carried_is_named() -> None:
    letter = letter_of("|1|Yes.", date="1962-05-02")
    carried = replace(letter, parties=(*letter.parties, replace(letter.parties[0], role="author", name="Ada")))
    assert extractive.lead_in(Hit(whole(carried), carried, 0.0)) == "A to B (message of Ada), May 2, 1962"


def test_weights_are_higher_for_rarer_words_and_words_of_no_passage_are_told_as_typed() -> None:
    counts = {"harbours": 40, "ice": 2, "breaker": 0, "Napoleon": 0, "napoleon": 0}
    weights, unmatched = question_weights("What of the harbours, ice-breaker and Napoleon?", lambda w: counts[w], 100)
    assert set(weights) == set(stems("harbours ice breaker napoleon"))
    (harbour,) = stems("harbours")
    assert 0 < weights[harbour] < weights["ice"] < weights["breaker"]
    assert unmatched == ("Napoleon",)  # of "ice-breaker" a part stands in a passage
    assert question_weights("what is it?", lambda w: 0, 100) == ({}, ())


@pytest.fixture(scope="module")
def build(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    build = open_active(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("extractive") / "home")))
    yield build
    build.close()


def found_in(build: Build, text: str, filters: Filters = Filters()) -> tuple[list[Candidate], tuple[Hit, ...]]:
    retrieved = retrieve(Question(text, text, filters), build, WordEmbedder(), limit=20)
    count, passages = build.lexical.passages_with, build.manifest.counts.passages
    weights = {wording: question_weights(wording, count, passages)[0] for wording in retrieved.wordings}
    return candidates_of(retrieved, build, weights), retrieved.hits


def body_of(hit: Hit) -> str:
    letter: Letter = hit.letter
    return letter.note(hit.passage.note).text if hit.passage.note is not None else letter.text


def test_candidates_are_the_sentences_of_the_best_hits(build: Build) -> None:
    candidates, hits = found_in(build, "Who threw the lantern on Lantern Night?")
    assert {one.hit for one in candidates} == set(range(extractive.HITS_READ))
    for one in candidates:
        assert one.text == one.span.of(body_of(hits[one.hit]))
        assert hits[one.hit].passage.span.start <= one.span.start < one.span.end <= hits[one.hit].passage.span.end
        assert 0 <= one.coverage <= 1
    best = max(candidates, key=lambda one: one.score)
    assert "lantern" in best.text.lower()


def test_without_hits_there_are_no_candidates(build: Build) -> None:
    assert found_in(build, "ice", Filters(volumes=("none",))) == ([], ())


@pytest.mark.parametrize(
    "question", ["Who threw the lantern?", "the casks of herring", "the flow of the river at Kessel"]
)
def test_quotations_over_the_sample_are_slices_within_their_passages(build: Build, question: str) -> None:
    candidates, hits = found_in(build, question)
    chosen = choose(candidates, hits, limit=8)
    assert chosen
    for one in chosen:
        assert one.quote == one.span.of(body_of(one.hit))
        assert "\n" not in one.quote
        assert len(one.quote) <= max(LONGEST_LEANING, max(len(c.text) for c in candidates))
