"""Every metric against a case worked out by hand, and answerers that cheat, which must be caught."""

import math
from dataclasses import replace

import pytest

from evals.cases import Case
from evals.records import ANY_NOTE, Found, Record, Said
from evals.scores import (
    LEVELS,
    aurc,
    auroc,
    calibration_error,
    citation_scores,
    coverage_at,
    covered,
    facts_stated,
    first_ranks,
    full_at,
    harmonic,
    is_at,
    ndcg,
    recall_at,
    reciprocal_rank,
    shuffled_ties,
)  # fmt: skip

QUOTE = "the wall is to stand forty-one metres above the rock"


def case(*gold: dict[str, object], type: str = "single", facts: tuple[object, ...] = ()) -> Case:
    places = [{"volume": "v", "document": "1", "page": "2"} | place for place in gold]
    return Case.model_validate({"id": "c", "type": type, "question": "?", "gold": places, "facts": facts})


def found(document: str = "1", page: str = "2", note: str | None = None, words: str = QUOTE, score: float = 0) -> Found:
    return Found("v", document, (page,), note, words, score)


def answer(*citations: Found, text: str = "") -> Record:
    return Record(
        "c", "answered", text, tuple(Said("x", (n,)) for n, _ in enumerate(citations, 1)), citations=citations
    )


ONE = case({"quote": QUOTE})


@pytest.mark.parametrize(
    ("there", "levels"),
    [
        (found(), ["letter", "page", "quote"]),
        (found(page="3"), ["letter"]),
        (found(note="1"), ["letter"]),
        (found(document="2"), []),
        (found(words="The wall, it is said, will never stand."), ["letter", "page"]),
        (found(words="So the wall is to stand forty-one metres above, he wrote."), ["letter", "page", "quote"]),
    ],
)
def test_how_exactly_something_found_is_the_gold_place(there: Found, levels: list[str]) -> None:
    assert [level for level in LEVELS if is_at(there, ONE.gold[0], level)] == levels


def test_a_page_across_a_break_is_both() -> None:
    assert is_at(replace(found(), pages=("1", "2")), ONE.gold[0], "page")


@pytest.mark.parametrize(
    ("quote", "words", "share"),
    [("abcd", "xabcdx", 1.0), ("abcd", "xabx", 0.5), ("abcd", "", 0.0), ("a “b”", 'a "b"', 1.0), ("", "x", 0.0)],
)
def test_the_covered_share_of_a_quotation(quote: str, words: str, share: float) -> None:
    assert covered(quote, words) == share


TWO_NEEDS = case({}, {"document": "2"}, {"document": "3"}, type="multi")
RANKING = [found("9"), found("2"), found("2"), found("1")]


def test_ranks_and_recall_by_hand() -> None:
    ranks = first_ranks(TWO_NEEDS, RANKING, "letter")
    assert ranks == [4, 2, None]
    assert [recall_at(ranks, k) for k in (1, 2, 4, 10)] == [0, 1 / 3, 2 / 3, 2 / 3]
    assert full_at(ranks, 10) == 0.0
    assert full_at([4, 2], 4) == 1.0
    assert full_at([4, 2], 3) == 0.0
    assert reciprocal_rank(ranks) == 1 / 2
    assert reciprocal_rank([11]) == 0.0
    gain = 1 / math.log2(3) + 1 / math.log2(5)
    assert ndcg(ranks) == pytest.approx(gain / (1 + 1 / math.log2(3) + 1 / math.log2(4)))
    assert ndcg([1, 2]) == 1.0


def test_alternatives_and_needs() -> None:
    alternatives = case({}, {"document": "2"})
    assert first_ranks(alternatives, RANKING, "letter") == [2]
    grouped = case({"need": 1}, {"document": "2", "need": 1}, {"document": "3", "need": 2})
    assert first_ranks(grouped, RANKING, "letter") == [2, None]


def test_citations_by_hand() -> None:
    record = answer(found(), found(page="3"), found("9"))
    assert citation_scores(ONE, record, "letter") == (2 / 3, 1.0, 0.8)
    assert citation_scores(ONE, record, "page") == (1 / 3, 1.0, 0.5)
    assert citation_scores(TWO_NEEDS, record, "page") == (1 / 3, 1 / 3, 1 / 3)


def test_an_answer_with_nothing_in_it_is_wrong() -> None:
    assert citation_scores(ONE, Record("c", "not_found", ""), "letter") == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("cheat", "caught_at"),
    [
        (found(page="3"), "page"),
        (found(words=QUOTE.replace("forty-one", "fifty").replace("stand", "lie")), "quote"),
        (found(note="4"), "page"),
    ],
    ids=["a page too far", "a quotation altered", "body cited as a note"],
)
def test_a_sabotaged_answerer_is_caught(cheat: Found, caught_at: str) -> None:
    assert citation_scores(ONE, answer(found()), "quote") == (1.0, 1.0, 1.0)
    assert citation_scores(ONE, answer(cheat), caught_at) == (0.0, 0.0, 0.0)  # type: ignore[arg-type]


def test_a_note_cited_as_body_is_caught() -> None:
    of_a_note = case({"note": "3", "quote": QUOTE}, type="footnote")
    assert citation_scores(of_a_note, answer(found(note="3")), "page") == (1.0, 1.0, 1.0)
    assert citation_scores(of_a_note, answer(found()), "page") == (0.0, 0.0, 0.0)


def test_facts() -> None:
    facts = ({"text": "forty-one", "any": ["forty-one|41"]}, {"text": "rock", "any": ["granite"], "vital": False}, "x")
    stated = case({}, facts=facts)
    assert facts_stated(stated, answer(found()), vital_only=False) == 0.5
    assert facts_stated(stated, answer(found(words=""), text="It stands 41 metres"), vital_only=True) == 1.0
    assert facts_stated(stated, answer(found(words="", page="2"), text="FORTY-ONE"), vital_only=True) == 1.0
    assert facts_stated(case({}, facts=("x",)), answer(found()), vital_only=False) is None


def test_ties_are_broken_by_the_seed_alone() -> None:
    tied = [found(str(number), score=1.0) for number in range(6)] + [found("best", score=2.0)]
    orders = {tuple(one.document for one in shuffled_ties(tied, seed)) for seed in range(20)}
    assert len(orders) > 10
    assert {order[0] for order in orders} == {"best"}
    assert shuffled_ties(tied, 3) == shuffled_ties(tied, 3)


def test_the_area_under_the_risk_coverage_curve() -> None:
    assert aurc([0.9, 0.8, 0.7], [True, True, False]) == pytest.approx((0 + 0 + 1 / 3) / 3)
    assert aurc([0.9, 0.8], [False, True]) == pytest.approx((1 + 1 / 2) / 2)
    assert aurc([0.5, 0.5], [True, False]) == aurc([0.5, 0.5], [False, True]) == 0.5
    assert aurc([], []) == 0.0


def test_coverage_at_a_share_of_right_answers() -> None:
    confidences = [0.9, 0.8, 0.7, 0.6, 0.5]
    assert coverage_at(confidences, [True, True, False, True, False], 0.8) == 2 / 5
    assert coverage_at(confidences, [True, True, False, True, True], 0.8) == 1.0
    assert coverage_at(confidences, [False, True, True, True, False], 0.8) == 0.0
    assert coverage_at([0.5, 0.5], [True, False], 1.0) == 0.0, "what is equally sure is answered together"


def test_the_chance_that_an_answerable_question_is_surer() -> None:
    assert auroc([0.9, 0.4, 0.5], [True, True, False]) == 0.5
    assert auroc([0.9, 0.5, 0.5], [True, True, False]) == 0.75
    with pytest.raises(ValueError, match="one positive"):
        auroc([0.9], [True])


def test_calibration_error() -> None:
    assert calibration_error([0.75, 0.75, 0.25, 0.25], [True, False, False, False], 10) == pytest.approx(0.25)
    assert calibration_error([1.0, 1.0], [True, True], 10) == 0.0
    assert calibration_error([], [], 10) == 0.0


GOLD_BY_PLACE = {"start": 100, "end": 200, "check": "00000000"}


@pytest.mark.parametrize(
    ("start", "end", "there"), [(150, 300, True), (151, 300, False), (0, 99, False), (0, 900, True)]
)
def test_a_quotation_given_by_its_place(start: int, end: int, there: bool) -> None:
    place = case(GOLD_BY_PLACE).gold[0]
    assert is_at(replace(found(words=""), start=start, end=end), place, "quote") is there


def test_a_system_that_cannot_tell_notes_from_text() -> None:
    of_a_note = case({"note": "3"}, type="footnote").gold[0]
    assert is_at(found(note=ANY_NOTE), of_a_note, "page")
    assert is_at(found(note=ANY_NOTE), ONE.gold[0], "page")
    assert not is_at(found(note=ANY_NOTE, page="9"), of_a_note, "page")


def test_harmonic_mean() -> None:
    assert harmonic(1.0, 0.5) == pytest.approx(2 / 3)
    assert harmonic(0.0, 0.0) == 0.0
