"""The second check, over claims that a good model would write of the sample's letters, and over those that it must not.

They stand in `fixtures/claims.jsonl`, each with what it cites: "4" is the text of Document 4, "4fn3" its note fn3. A
claim with a "fault" is to be stopped for this reason; one with "unseen" should be, but no check of words can.
"""

import json
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_service.answering.checking import check_claim, cite
from qa_service.answering.model_text import plain_line
from qa_service.answering.responding import checks_of
from qa_service.answering.support import Checks, fault_of
from qa_service.api.service import Service
from qa_service.dialogue import Claim, DraftClaim, DraftQuote
from qa_service.embedding import Embedder
from qa_service.retrieval.query import content_words
from qa_service.sentences import sentences_of
from qa_service.texts import Footnote, Letter, LetterRef, Party, Passage, Span, header_line
from tests.builders import ROOT, letter_of, whole

CASES = [json.loads(line) for line in (ROOT / "tests" / "fixtures" / "claims.jsonl").read_text("utf-8").splitlines()]
GOOD = [case for case in CASES if "fault" not in case and "unseen" not in case]
BAD = [case for case in CASES if "fault" in case]
UNSEEN = [case for case in CASES if "unseen" in case]
DAY, NAME, NUMBER = "the day", "the name", "the number"
WALL = [["1", "The wall is to stand 41 metres above the rock."]]

Letters = Mapping[str, Letter]


@pytest.fixture(scope="module")
def letters(service: Service) -> Letters:
    """The sample's letters by the numbers of their documents."""
    with service.library.build() as build:
        found = [build.catalogue.letter(ref) for ref in build.catalogue.refs()]
    return {letter.document: letter for letter in found}


@pytest.fixture(scope="module")
def checks(service: Service, minilm: Embedder) -> Checks:
    with service.library.build() as build:
        return checks_of(build, minilm, SimpleNamespace(entailment=None))


def claim_of(letters: Letters, text: str, cited: Sequence[Sequence[str]]) -> Claim:
    """A claim as it comes out of the first check."""
    passages = {}
    for place, _ in cited:
        document, fn, number = place.partition("fn")
        letter = letters[document]
        passages[place] = whole(letter)
        if fn:
            note = letter.note(fn + number)
            passages[place] = Passage(letter.ref, note.id, Span(0, len(note.text)), note.text)
    draft = DraftClaim(plain_line(text), tuple(DraftQuote(place, quote) for place, quote in cited))
    claim = check_claim(draft, passages, {letter.ref: letter for letter in letters.values()})
    assert isinstance(claim, Claim), claim
    return claim


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case["claim"][:60])
def test_a_good_claim_passes(letters: Letters, checks: Checks, case: Mapping[str, Any]) -> None:
    assert fault_of(claim_of(letters, case["claim"], case["cited"]), checks) is None


@pytest.mark.parametrize("case", BAD, ids=lambda case: ascii(case["claim"][:60]))
def test_what_its_quotation_does_not_carry_is_stopped(
    letters: Letters, checks: Checks, case: Mapping[str, Any]
) -> None:
    assert case["fault"] in (fault_of(claim_of(letters, case["claim"], case["cited"]), checks) or "passed")


@pytest.mark.parametrize("case", UNSEEN, ids=lambda case: case["unseen"])
def test_what_is_not_seen_is_known(letters: Letters, checks: Checks, case: Mapping[str, Any]) -> None:
    assert fault_of(claim_of(letters, case["claim"], case["cited"]), checks) is None


def test_a_sentence_of_a_letter_carries_itself(letters: Letters, checks: Checks) -> None:
    """Except where it says nothing but what stands in the heading."""
    tried = 0
    for letter in letters.values():
        for note in (None, *letter.notes):
            text = note.text if note else letter.text
            for span in sentences_of(text):
                sentence = span.of(text)
                if len(set(content_words(sentence)) - set(content_words(header_line(letter)))) < 3:
                    continue
                citation = cite(sentence, Passage(letter.ref, note.id if note else None, span, sentence), letter)
                assert citation is not None
                assert fault_of(Claim(plain_line(sentence), (citation,)), checks) is None, sentence
                tried += 1
    assert tried > 500


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(30_000, 10**12), case=st.sampled_from([case for case in GOOD if " 41 metres" in case["claim"]])
)
def test_a_number_that_stands_nowhere_near_is_stopped(
    letters: Letters, checks: Checks, number: int, case: Mapping[str, Any]
) -> None:
    for written in (str(number), f"{number:,}"):
        text = case["claim"].replace(" 41 metres", f" {written} metres")
        fault = fault_of(claim_of(letters, text, case["cited"]), checks)
        assert fault == f"the number {written!r} stands neither in the quoted sentences nor beside them"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=80)
    | st.lists(st.sampled_from("A. a 1, ’ “ ” not the May 12 and half -".split())).map(" ".join)
)
def test_any_text_is_judged(letters: Letters, checks: Checks, text: str) -> None:
    claim = Claim(text, claim_of(letters, "The wall.", WALL).citations)
    assert isinstance(fault_of(claim, checks), str | None), text


def of(letter: Letter, quote: str, text: str) -> Claim:
    citation = cite(quote, whole(letter), letter)
    assert citation is not None
    return Claim(text, (citation,))


def fault_in(letter: Letter, quote: str, text: str, **more: object) -> str | None:
    """With checks that know no names and every word."""
    given = {"is_name": lambda word: False, "is_word": lambda word: True, "nearness": lambda one, other: 1.0} | more
    return fault_of(of(letter, quote, text), Checks(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize("people", ["Americans", "US", "U.S."])
def test_us_is_not_the_us(people: str) -> None:
    letter = letter_of("|1|He told us of the treaty before he left.")
    assert NAME in str(fault_in(letter, "He told us of the treaty", f"He told the {people} of the treaty."))


def test_a_people_is_known_by_its_country_and_its_seat() -> None:
    letter = letter_of("|1|The Soviet Union rejects the treaty.")
    assert fault_in(letter, "The Soviet Union rejects the treaty", "Moscow rejects the treaty.") is None


@pytest.mark.parametrize(
    ("claim", "passes"),
    [
        ("They are unwilling to sign.", True),
        ("They are not willing to sign.", True),
        ("They are willing to sign.", False),
    ],
)
def test_a_prefix_may_deny(claim: str, passes: bool) -> None:
    letter = letter_of("|1|We are unwilling to sign.")
    assert (fault_in(letter, "We are unwilling to sign", claim) is None) == passes


def test_the_heading_carries_offices_places_and_the_day() -> None:
    parties = (Party("writer", "John Smith", "Ambassador in France"), Party("recipient", "Department of State"))
    letter = letter_of("|1|We met and agreed on nothing.", parties=parties, place="Paris", date="1961-09-29")
    claim = "Ambassador Smith reported from Paris on 29 September 1961 that nothing was agreed on when they met."
    assert fault_in(letter, "We met and agreed on nothing", claim) is None
    assert DAY in str(fault_in(letter, "We met and agreed on nothing", claim.replace("29", "28")))


def test_the_list_of_persons_carries_names_but_no_numbers() -> None:
    def persons(volume: str, text: str) -> list[str]:
        return (
            ["Ida Sunderquell, private secretary to the Chancellor of Drovenmark, 1920 to 1931"]
            if "Ida" in text
            else []
        )

    letter = letter_of("|1|I send this by Ida, who knows it.")
    said = "Ida Sunderquell brought the letter which the Chancellor had sent."
    assert fault_in(letter, "I send this by Ida", said, persons=persons) is None
    assert NAME in str(fault_in(letter, "I send this by Ida", said))
    assert NUMBER in str(fault_in(letter, "I send this by Ida", f"{said[:-1]} in 1931.", persons=persons))


def test_a_note_is_carried_by_the_sentence_that_it_hangs_on() -> None:
    text = "The owners have lodged 50,000 crowns. The rest is silence."
    note = Footnote("fn1", "1", text.index(" The rest"), "With the Cantonal Bank, at 3 percent.")
    letter = Letter(LetterRef("v", "d1"), "1", "A letter", "letter", text, (), (note,))
    citation = cite("With the Cantonal Bank", Passage(letter.ref, "fn1", Span(0, len(note.text)), note.text), letter)
    assert citation is not None
    checks = Checks(lambda word: False, lambda word: True, lambda one, other: 1.0)
    said = "The 50,000 crowns were lodged with the Cantonal Bank."
    assert fault_of(Claim(said, (citation,)), checks) is None
    assert NUMBER in str(fault_of(Claim(said.replace("50", "60"), (citation,)), checks))


class Entails:
    name = "scripted"

    def __init__(self, verdict: bool | None) -> None:
        self.verdict = verdict
        self.asked: list[tuple[str, str]] = []

    def entails(self, premise: str, hypothesis: str) -> bool | None:
        self.asked.append((premise, hypothesis))
        return self.verdict


@pytest.mark.parametrize(("verdict", "passes"), [(True, True), (None, True), (False, False)])
def test_a_model_of_inference_is_asked_with_what_stands_beside_the_quotation(
    verdict: bool | None, passes: bool
) -> None:
    letter, model = letter_of("|1|So it began. We accept the ban. Nothing else."), Entails(verdict)
    fault = fault_in(letter, "We accept the ban", "A accepts the ban.", entailment=model)
    assert (fault is None) == passes
    assert model.asked == [("Letter, A to B\nSo it began. We accept the ban. Nothing else.", "A accepts the ban.")]
    assert passes or fault == "the model scripted finds that the quotations do not say it"
