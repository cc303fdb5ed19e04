"""What a text denies, and where two texts say the contrary of each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.answering.denials import denied_though_said, denies, has_negation, said_though_denied


@pytest.mark.parametrize(
    "text",
    ["It does not fit.", "He never came.", "Nobody came.", "It doesn't fit.", "It doesn’t fit.", "It does nót fit.",
     "Neither came.", "NOT so.", "without notice", "not more than five"],
)  # fmt: skip
def test_negations_are_seen(text: str) -> None:
    assert has_negation(text)


@pytest.mark.parametrize(
    "text", ["It fits.", "not only this", "No doubt he came.", "a knot", "nothingness", "in No. 9", "He refused."]
)
def test_what_is_no_negation(text: str) -> None:
    assert not has_negation(text)


@pytest.mark.parametrize(
    "text",
    ["He refused.", "It was ruled out.", "far from it", "it was unacceptable", "stay until May", "only five", "never",
     "rather than go", "they lack it", "too late to go", "no longer"],
)  # fmt: skip
def test_other_words_deny_as_well(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize(
    "text", ["The bank is under the Union.", "He understood the United Nations.", "the test ban", "the end"]
)
def test_words_that_look_like_denials_are_none(text: str) -> None:
    assert not denies(text)


DROPPED = [
    ("There are howitzers.", "There are no howitzers."),
    ("He ordered it.", "I did not order it and I did not know of it until June 6."),
    ("He ordered it and did not know of it until June 6.", "I did not order it and I did not know of it until June 6."),
    ("He ordered the pouring of the concrete.", "I did not order it."),
    ("They have a supply.", "They have no supply."),
    ("They swam home.", "They never swam home."),
    ("Somebody was killed.", "Nobody was killed."),
    ("He can go.", "He can't go."),
    ("He is willing.", "He is unwilling."),
    ("It is possible.", "It is impossible."),
    ("He would go lower.", "I shall not go lower before I see him."),
    ("More will be poured.", "Nothing more has been poured or will be."),
    ("It is to be under the auspices.", "It must not be under the auspices."),
]


@pytest.mark.parametrize(("claim", "source"), DROPPED)
def test_a_dropped_negation_is_seen(claim: str, source: str) -> None:
    assert said_though_denied(claim, source)


KEPT = [
    ("He did not order it.", "I did not order it."),
    ("He denied having ordered it.", "I did not order it."),
    ("The order was never given.", "I gave no order."),
    ("He refuses to sign.", "I will not sign."),
    ("He is not willing.", "He is unwilling."),
    ("He is unwilling.", "He is not willing."),
    ("They are to leave by May 15.", "They will leave not later than May 15."),
    ("At least 60 will pass.", "Never to let less than 60 pass."),
    ("He knew of it from June 6.", "I did not know of it until June 6."),
    ("It may stand 36 metres high.", "It shall not stand more than 36 metres."),
    ("He spoke of the railway.", "I have said nothing of the railway."),
    ("He is still waiting for a reply from Paris.", "I have received no reply."),
    ("He finds the proposal too dear.", "I do not accept the proposal."),
    ("It can better the river by a third.", "It can better the river, but it cannot better it by half."),
    ("Such forces would lessen the danger.", "Neither the national nor the common forces will increase the danger."),
]


@pytest.mark.parametrize(("claim", "source"), KEPT)
def test_a_denial_in_other_words_is_none_dropped(claim: str, source: str) -> None:
    assert not said_though_denied(claim, source)


ADDED = [
    ("He did not accept 34 metres.", "I accept 34 metres."),
    ("He didn’t accept 34 metres.", "I accept 34 metres."),
    ("The cutter never stopped the ship.", "our cutter stopped the ship"),
    ("It was not recommended.", "It was recommended without dissent."),
    ("No stone was laid.", "Stone was laid."),
]


@pytest.mark.parametrize(("claim", "source"), ADDED)
def test_an_added_negation_is_seen(claim: str, source: str) -> None:
    assert denied_though_said(claim, source)


@pytest.mark.parametrize(
    ("claim", "source", "near"),
    [
        (
            "He has never seen the river at sixty.",
            "The river fell, and I withdraw that I have never seen it at sixty.",
            "",
        ),
        ("He would not name the man.", "The man came to me.", "I shall not give you his name."),
        ("He did not expect it.", "I had no hope.", ""),
        ("Not only did he accept it.", "I accept it.", ""),
    ],
)
def test_a_denial_that_the_source_makes_is_none_added(claim: str, source: str, near: str) -> None:
    assert not denied_though_said(claim, source, near)


@given(
    st.lists(
        st.sampled_from("he did not never no order accept the and , . but unwilling willing more than until of".split())
    )
)
def test_no_text_contradicts_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert not said_though_denied(text, text)
    assert not denied_though_said(text, text)
