"""The ways in which a case is asked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.cases import Case
from evals.variants import as_telegram, askings, with_typos

GOLD = [{"volume": "v", "document": "1", "page": "2"}]
TURN = {"question": "Who?", "answer": "He."}


def case(id: str, type: str = "single", document: str = "1", **more: object) -> Case:
    gold = [] if type == "unanswerable" else [GOLD[0] | {"document": document}]
    return Case.model_validate({"id": id, "type": type, "question": f"Why {id}?", "gold": gold, "answer": "So."} | more)


CASES = [case("one"), case("two", document="2"), case("talk", "followup", history=[TURN], standalone="Why then?")]


def test_each_case_is_asked_in_the_variants_that_concern_it() -> None:
    asked = {(asking.case, asking.variant): asking for asking in askings(CASES)}
    of = {id: {variant for case, variant in asked if case == id} for id in ("one", "talk")}
    assert of["one"] == {"asked", "again", "typos", "lower case", "telegram", "after other talk"}
    assert of["talk"] == {"asked", "again", "without history", "whole", "typos", "lower case", "telegram"}
    assert asked["talk", "asked"].history == CASES[2].history
    assert asked["talk", "without history"].history == ()
    assert (asked["talk", "whole"].question, asked["talk", "whole"].history) == ("Why then?", ())
    assert asked["one", "lower case"].question == "why one?"
    assert asked["one", "after other talk"].history[0].question == "Why two?"


def test_quick_asks_twice_and_with_each_history() -> None:
    assert [(a.case, a.variant) for a in askings(CASES, quick=True)] == [
        ("one", "asked"), ("one", "again"), ("two", "asked"), ("two", "again"),
        ("talk", "asked"), ("talk", "again"), ("talk", "without history"), ("talk", "whole"),
    ]  # fmt: skip


def test_other_talk_is_never_about_the_same_letter() -> None:
    assert not [a for a in askings([case("one"), case("same")]) if a.variant == "after other talk"]


@given(st.text(max_size=80), st.text(max_size=5))
def test_typos_change_long_words_only(question: str, seed: str) -> None:
    slipped = with_typos(question, seed=seed)
    assert with_typos(question, seed=seed) == slipped
    pairs = zip(re.split(r"(\W+)", question), re.split(r"(\W+)", slipped), strict=True)
    for word, other in pairs:
        assert word == other or (len(word) >= 5 and abs(len(word) - len(other)) <= 1 and word[0] == other[0])


def test_a_typo_is_made() -> None:
    assert with_typos("What happened to the missing casks?", seed="s") != "What happened to the missing casks?"


@pytest.mark.parametrize(
    ("question", "telegram"),
    [
        ("Who drafted the reply on Berlin, and when was it sent?", "Who drafted reply Berlin when sent"),
        ("What is it?", "What is it?"),
    ],
)
def test_telegram_style(question: str, telegram: str) -> None:
    assert as_telegram(question) == telegram
