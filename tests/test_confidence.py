"""How sure an answer is, and what is made of it: three bands, and asking back."""

from dataclasses import replace

import pytest

from qa_service.answering.answerer import Sureness, _outcome
from qa_service.answering.confidence import ANSWER_FROM, DECLINE_BELOW, Signs, any_letter_of, confidence
from qa_service.answering.followup import is_unclear
from qa_service.answering.names_lacked import names_lacked, telling_names
from qa_service.answering.wording import answer_text
from qa_service.dialogue import Answer, Citation, Claim, Hit, Question, Searched
from qa_service.library.names import written_large
from qa_service.library.outline import LetterFacts
from qa_service.retrieval.days import Days
from qa_service.retrieval.reading import Reading
from qa_service.texts import LetterRef, Span
from tests.builders import letter_of, whole

LETTER = letter_of("|26|We accept three inspections a year. |27|Farewell.", date="1927-05-04")
MAY = LetterFacts(LetterRef("v", "d1"), "1", "Letter", "letter", "1927-05-04", "1927-05-04", ())
UNDATED = replace(MAY, first=None, last=None)


def hits(letters: int) -> list[Hit]:
    return [Hit(whole(LETTER), replace(LETTER, ref=LetterRef("v", f"d{number}")), 1.0) for number in range(letters)]


def sure(letters: int = 2, **signs: object) -> float:
    return confidence(Signs(**signs), hits(letters))  # type: ignore[arg-type]


def test_what_makes_an_answer_less_sure() -> None:
    assert 0 < sure(lacked=4) < sure(lacked=1) < sure() < 1
    assert sure(no_letter_of_its_days=True) < sure()
    assert sure(letters=5) < sure(letters=2)
    assert sure(words=9, unmatched=3) == sure(words=9) == sure() > DECLINE_BELOW
    assert max(sure(words=5, unmatched=3), sure(words=2, unmatched=1), sure(words=1, unmatched=1)) < DECLINE_BELOW
    assert confidence(Signs(), []) == 0.0


def test_days_are_those_that_a_letter_can_be_of() -> None:
    assert any_letter_of([Days("1927-05-04", "1927-05-04")], [MAY])
    assert not any_letter_of([Days("1927-05-05", "1927-05-05")], [MAY, UNDATED])


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did he say of Turkey and of the bombers?", ["turkey"]),
        ("what did he say of turkey and of the bombers?", ["turkey"]),
        ("How did Jupiter missiles and 42 bombers come up in 1962?", ["jupiter", "42"]),
        ("What did the President say in May 1927?", []),
        ("Turkey", ["turkey"]),
    ],
)
def test_names_and_numbers_that_tell(question: str, names: list[str]) -> None:
    reading = Reading(days=(Days("1927-05-01", "1927-05-31", "May 1927"),))
    assert telling_names(question, reading, {"turkey"}, lambda word: 1, 2000) == names
    assert telling_names(question, reading, {"turkey"}, lambda word: 900, 2000) == [], "what stands everywhere"


def test_names_that_the_best_letters_lack() -> None:
    def hit(id: str, text: str) -> Hit:
        letter = replace(letter_of(f"|1|{text}"), ref=LetterRef("v", id))
        return Hit(whole(letter), letter, 1.0)

    turkish, plain = hit("d1", "The Turkish bases are gone."), hit("d2", "Nothing is said.")
    assert names_lacked(["turkey"], [turkish, plain]) == 0
    assert names_lacked(["turkey"], [plain, turkish]) == 1, "not in the best, but in another"
    assert names_lacked(["turkey", "tonkin", "allende"], [plain]) == 4
    assert names_lacked([], [plain]) == names_lacked(["turkey"], []) == 0


def test_words_written_large_are_names() -> None:
    assert written_large(["We met in Turkey. Ships of Turkey came, and ships left. Sir: ships sail."]) == {"turkey"}


ALONE = Question("What of inspections?", "What of inspections?")


@pytest.mark.parametrize(
    ("found", "sureness", "unmatched", "outcome"),
    [
        (True, ANSWER_FROM, (), "answered"),
        (True, ANSWER_FROM, ("bombers",), "answered"),
        (True, ANSWER_FROM, ("Napoleon",), "partly"),
        (True, (ANSWER_FROM + DECLINE_BELOW) / 2, (), "partly"),
        (True, DECLINE_BELOW - 0.01, (), "not_found"),
        (False, 0.9, (), "not_found"),
    ],
)
def test_bands(found: bool, sureness: float, unmatched: tuple[str, ...], outcome: str) -> None:
    assert _outcome(False, found, Sureness(sureness, unmatched)) == outcome


@pytest.mark.parametrize(
    ("asked", "context", "unclear"),
    [
        ("What did he answer?", "", True),
        ("and the reply?", "", True),
        ("What did he answer?", "What did Orquelle write?", False),
        ("What did he answer about the barrage on the Vethra?", "", False),
        ("What did Orquelle say of her?", "", False),
        ("casks?", "", False),
        ("???", "", True),
        ("7", "", True),
        ("the of and", "", True),
    ],
)
def test_a_question_that_points_nowhere_is_asked_back(asked: str, context: str, unclear: bool) -> None:
    assert is_unclear(Question(asked, asked, context=context), Reading()) is unclear
    assert not is_unclear(Question(asked, asked, context=context), Reading(documents=("3",)))


def answer(outcome: str, *claims: Claim, unmatched: tuple[str, ...] = ()) -> str:
    searched = Searched(1, ("v",), "1927-05-04", "1927-05-04", unmatched)
    return answer_text(Answer(ALONE, outcome, claims, tuple(hits(1)), searched))  # type: ignore[arg-type]


def claim(lead: str, quote: str) -> Claim:
    at = LETTER.text.index(quote)
    citation = Citation(LETTER, None, Span(at, at + len(quote)), quote, LETTER.pages[:1])
    return Claim(f"{lead}: “{quote}”", (citation,), lead)


def test_the_closest_passages_are_called_so() -> None:
    said = answer("partly", claim("A to B", "three inspections"), unmatched=("Napoleon",))
    assert said.startswith(
        "The closest passages; they may not answer the question. In none of the letters searched: ‹Napoleon›."
    )
    assert said.endswith("A to B: “three inspections” [1]")


def test_quotations_of_one_letter_share_their_lead() -> None:
    said = answer(
        "answered", claim("A to B", "three inspections"), claim("A to B", "Farewell."), claim("C to D", "We accept")
    )
    assert said == "A to B: “three inspections” [1] … “Farewell.” [2]\n\nC to D: “We accept” [3]"


def test_asking_back_names_candidates() -> None:
    assert answer("unclear") == (
        "Whom, what or which letter do you mean? The question does not name it. "
        "Perhaps one of these: Letter From A to B, May 4, 1927 (v/d0)."
    )
