"""A model's reply, read while it is written."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.answering.claim_stream import ANSWER, LONGEST_REPLY, ClaimStream
from qa_service.dialogue import DraftClaim, DraftQuote, Rejection
from qa_service.errors import FormError


def claim(text: str, *quotes: tuple[str, str]) -> dict[str, Any]:
    return {
        "quotes": [{"passage": key, "quote": quote} for key, quote in quotes or [("k1", "some words")]],
        "text": text,
    }


def answer(*claims: Any, answerable: Any = "fully") -> str:
    return json.dumps({"answerable": answerable, "claims": claims})


Read = tuple[list[DraftClaim | Rejection], str | None, str | None]
"""What was given, what was said last of the passages, and the fault at the end."""


def read(pieces: Iterable[str]) -> Read:
    stream = ClaimStream()
    found: list[DraftClaim | Rejection] = []
    try:
        for piece in pieces:
            found += stream.feed(piece)
        stream.end()
    except FormError as error:
        return found, stream.answerable, str(error)
    return found, stream.answerable, None


def texts(reply: str) -> list[str]:
    return [one.text if isinstance(one, DraftClaim) else f"not: {one.reason}" for one in read([reply])[0]]


TRICKY = answer(claim('She said “{no}, [it]” \\ "so", naïve 😀'), claim("Two\nlines", ("a", "b [c"), ("d", "{e")))
TWO = [
    DraftClaim('She said “{no}, [it]” \\ "so", naïve 😀', (DraftQuote("k1", "some words"),)),
    DraftClaim("Two lines", (DraftQuote("a", "b [c"), DraftQuote("d", "{e"))),
]


def test_claims_are_read_with_their_quotations() -> None:
    assert read([TRICKY]) == (TWO, "fully", None)


def test_a_claim_is_given_as_soon_as_its_object_has_closed() -> None:
    stream = ClaimStream()
    before, closing, after = TRICKY.partition('"}')  # the first quotation's end
    assert stream.feed(before + closing) == []
    rest = after.index("}, {")
    assert stream.feed(after[:rest]) == []
    assert stream.feed(after[rest : rest + 1]) == TWO[:1]
    assert stream.feed(after[rest + 1 :]) == TWO[1:]
    stream.end()


def test_whether_the_passages_answer_is_known_when_it_is_said() -> None:
    stream = ClaimStream()
    stream.feed('{"answerable": "ful')
    assert stream.answerable is None
    stream.feed('ly"')
    assert stream.answerable == "fully"
    stream.feed(', "claims": []} {"answerable": "no"')
    assert stream.answerable == "no"


ONE, SECOND = json.dumps(claim("One")), json.dumps(claim("Two"))
HALF = '{"answerable":"fully","claims":[{"text":"%","quotes":[{"passage":"k","quote":"q"}]}]}'

REPLIES = {
    "tricky": TRICKY,
    "text before and a fence": f"Sure, {{as}} asked:\n```json\n{TRICKY}\n```\nDone.",
    "two objects": TRICKY + "\n" + answer(claim("Three"), answerable="partly"),
    "claims named twice": f'{{"claims": [{ONE}], "claims": [{SECOND}], "answerable": "no", "answerable": "partly"}}',
    "broken off in a claim": TRICKY[:-30],
    "broken off at the end": TRICKY[:-1],
    "broken off in an escape": '{"claims": [{"text": "a\\',
    "raw line ends": '{"claims":[{"text":"two\nlines","quotes":[{"passage":"k","quote":"a\nb"}]}],"answerable":"no"}',
    "half a character": HALF.replace("%", "\\ud800"),
    "a raw half character": HALF.replace("%", "\ud800"),
    "a claim that is no JSON": '{"claims": [{"text": "a" "b"}, ' + SECOND + '], "answerable": "fully"}',
    "values of all kinds": '{"a": 12.5e3, "b": [{"claims": [1]}], "c": null, "d": {"e": "}"}, "answerable": "no"}',
    "claims of all kinds": '{"claims": [NaN, -Infinity, 1, "x", null, [], {}, true]}',
    "no list": '{"claims": {"a": 1}, "answerable": "fully"}',
    "no colon": '{"claims" [1]}',
    "single quotes": "{'claims': []} " + TRICKY,
    "numbers as names": "{1: 2} " + TRICKY,
    "brackets that do not fit": '{"claims": [{"a": ]}, {"b": 1}], "answerable": "no"}',
    "commas": '{,"claims":[,' + ONE + ',,],,"answerable":"no",}',
    "nothing": "",
    "no object": "I cannot answer this.",
    "an empty object": "{}",
    "another object": '{"answer": ' + TRICKY + "}",
    "blanks": " \n{ \t\"answerable\"\n:\r\"no\" } ",
}  # fmt: skip


@pytest.mark.parametrize("kind", REPLIES)
def test_cut_anywhere_a_reply_gives_the_same(kind: str) -> None:
    reply = REPLIES[kind]
    whole = read([reply])
    assert read(reply) == whole
    for cut in range(1, len(reply)):
        assert read([reply[:cut], reply[cut:]]) == whole


@given(st.lists(st.integers(1, 40), min_size=1), st.sampled_from(sorted(REPLIES)))
def test_cut_into_any_pieces_a_reply_gives_the_same(sizes: list[int], kind: str) -> None:
    reply, pieces = REPLIES[kind], []
    at = number = 0
    while at < len(reply):
        size = sizes[number % len(sizes)]
        pieces.append(reply[at : at + size])
        at, number = at + size, number + 1
    assert read(pieces) == read([reply])


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(json_values, max_size=4), st.sampled_from(["fully", "partly", "no"]))
def test_each_claim_is_given_or_rejected(values: list[Any], said: str) -> None:
    found, answerable, fault = read(answer(*values, answerable=said))
    assert (len(found), answerable, fault) == (len(values), said, None)


@given(st.text(alphabet='{}[]",:\\ a1claims', max_size=80))
def test_any_text_can_be_read_in_any_pieces(text: str) -> None:
    assert read(text) == read([text])


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("two objects", ['She said “{no}, [it]” \\ "so", naïve 😀', "Two lines", "Three"]),
        ("claims named twice", ["One", "Two"]),
        ("broken off in a claim", ['She said “{no}, [it]” \\ "so", naïve 😀']),
        ("raw line ends", ["two lines"]),
        ("no list", []),
        ("values of all kinds", []),
        ("another object", []),
    ],
)
def test_what_is_read(kind: str, given: list[str]) -> None:
    assert texts(REPLIES[kind]) == given


def test_a_claim_that_is_no_json_does_not_take_the_next_with_it() -> None:
    broken, kept = read([REPLIES["a claim that is no JSON"]])[0]
    assert isinstance(broken, Rejection)
    assert kept == DraftClaim("Two", (DraftQuote("k1", "some words"),))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": "One"}, "quotes: Field required"),
        ({"quotes": [], "text": "One"}, "quotes: List should have at least 1 item"),
        (claim("One", *[("k", "q")] * 7), "quotes: List should have at most 6 items"),
        (claim(""), "text: String should have at least 1 character"),
        (claim(" \u200b"), "text: Value error, holds no text"),
        (claim("a" * 1501), "text: String should have at most 1500 characters"),
        (claim("One", ("k" * 101, "q")), "quotes.0.passage: String should have at most 100 characters"),
        (claim("One", ("k", "")), "quotes.0.quote: String should have at least 1 character"),
        ({"text": 1, "quotes": [{"passage": "k", "quote": "q"}]}, "text: Input should be a valid string"),
        ({"text": "One", "quotes": [{"passage": 1, "quote": "q"}]}, "quotes.0.passage: Input should be a valid string"),
        ({"text": "One", "quotes": "q"}, "quotes: Input should be a valid list"),
        (claim("turned \u202e around"), "text: Value error, holds the character U+202E, which is no text"),
        ("One", "claim: Input should be a valid dictionary"),
    ],
)  # fmt: skip
def test_a_claim_of_another_form_is_rejected_with_what_was_expected(given: Any, reason: str) -> None:
    (found,) = read([answer(given)])[0]
    assert isinstance(found, Rejection)
    assert found.reason.startswith(reason)
    assert found.draft.text == json.dumps(given)[:200]
    assert found.draft.quotes == ()


def test_keys_are_taken_without_the_blanks_around_them() -> None:
    (found,) = read([answer(claim("One", (" k1\n", "q")))])[0]
    assert isinstance(found, DraftClaim)
    assert found.quotes == (DraftQuote("k1", "q"),)


@pytest.mark.parametrize(
    "kind",
    [
        "broken off in a claim",
        "broken off at the end",
        "nothing",
        "no object",
        "an empty object",
        "another object",
        "no colon",
    ],
)
def test_a_form_that_was_not_filled_to_its_end_is_a_fault(kind: str) -> None:
    fault = read([REPLIES[kind]])[2]
    shown = " ".join(REPLIES[kind][:80].split())
    assert fault == f"expected an answer in the form asked for, got {shown!r}"


def test_a_reply_that_is_too_long_is_a_fault() -> None:
    stream = ClaimStream()
    stream.feed("x" * LONGEST_REPLY)
    with pytest.raises(FormError, match="longer than 100000 characters"):
        stream.feed("x")


@pytest.mark.parametrize("opening", ['{"claims":[' + "[" * 50, '{"a":' * 50, '{"claims":[{"a":' + '{"b":' * 50])
def test_a_reply_that_is_too_deep_is_a_fault(opening: str) -> None:
    assert read([opening])[2] == read(opening)[2] == "the model's answer is nested more than 20 times"


def test_a_long_reply_in_small_pieces_is_read_once() -> None:
    """As long as it may be, letter by letter: what has been read is not read again."""
    reply = answer(*[claim("A claim. " * 20) for _ in range(380)])
    assert LONGEST_REPLY * 0.9 < len(reply) < LONGEST_REPLY
    assert len(read(reply)[0]) == 380


def test_the_form_asked_for_is_the_form_that_is_read() -> None:
    properties = ANSWER.schema["properties"]
    assert set(properties) == {"answerable", "claims"}
    assert set(properties["claims"]["items"]["properties"]) == set(claim("One"))
    for said in properties["answerable"]["enum"]:
        assert read([answer(answerable=said)]) == ([], said, None)
