"""An answer as running text, with [1] marks."""

from collections.abc import Iterator
from itertools import groupby

from qa_service.answering.citing import note_text, pages_text
from qa_service.dating import long_date
from qa_service.dialogue import Answer, Hit, Searched

_NEAREST_SHOWN = 3


def answer_text(answer: Answer) -> str:
    """The claims with their marks; for an answer that says no, what was searched and where the nearest evidence is."""
    if answer.outcome == "unclear":
        return _asked_back(answer)
    if not answer.claims:
        return _not_found(answer)
    paragraphs = list(_paragraphs(answer))
    if answer.outcome == "partly":
        paragraphs.insert(
            0,
            " ".join(
                filter(None, ["The closest passages; they may not answer the question.", _unmatched(answer.searched)])
            ),
        )
    return "\n\n".join(paragraphs)


def _paragraphs(answer: Answer) -> Iterator[str]:
    """A paragraph for each claim; quotations with one lead, of one letter one after the other, share theirs."""
    numbers = {citation: number for number, citation in enumerate(answer.citations, start=1)}
    for lead, claims in groupby(answer.claims, key=lambda claim: claim.lead or claim.text):
        said = [(claim, "".join(f"[{numbers[one]}]" for one in claim.citations)) for claim in claims]
        first, *others = (f"{claim.text} {marks}" for claim, marks in said)
        yield " … ".join([first, *(one.removeprefix(f"{lead}: ") for one in others)])


def _asked_back(answer: Answer) -> str:
    question = "Whom, what or which letter do you mean? The question does not name it."
    says_something = any(character.isalpha() for character in answer.question.asked)
    nearest = list(dict.fromkeys(_letter(hit) for hit in answer.hits if says_something))[:_NEAREST_SHOWN]
    return f"{question} Perhaps one of these: {'; '.join(nearest)}." if nearest else question


def searched_text(searched: Searched) -> str:
    """ "these 120 letters (frus1961-63v06; November 9, 1960 to December 20, 1963)"."""
    count = f"this {searched.letters} letter" if searched.letters == 1 else f"these {searched.letters} letters"
    dates = " to ".join(dict.fromkeys(long_date(day) for day in (searched.first_date, searched.last_date) if day))
    inside = "; ".join(part for part in (", ".join(searched.volumes), dates) if part)
    return f"{count} ({inside})" if inside else count


def _not_found(answer: Answer) -> str:
    if not answer.searched.letters:
        return "No letter passes the filters, so nothing was searched."
    sentences = [f"Not in {searched_text(answer.searched)}."]
    if answer.searched.unmatched:
        sentences.append(_unmatched(answer.searched))
    nearest = list(dict.fromkeys(_place(hit) for hit in answer.hits))[:_NEAREST_SHOWN]
    if nearest:
        sentences.append(f"The nearest evidence: {'; '.join(nearest)}.")
    return " ".join(sentences)


def _unmatched(searched: Searched) -> str:
    if not searched.unmatched:
        return ""
    words = ", ".join(f"‹{word}›" for word in searched.unmatched)
    return f"In none of the letters searched: {words}."


def _letter(hit: Hit) -> str:
    letter = hit.letter
    return f"{letter.title}, {letter.dated} ({letter.ref})"


def _place(hit: Hit) -> str:
    document = f"Document {hit.letter.document}"
    if hit.passage.note is not None:
        document = f"{note_text(hit.letter.note(hit.passage.note))} to {document}"
    where = ", ".join([document, *([pages_text(hit.pages)] if hit.pages else [])])
    return f"{where} ({hit.letter.ref})"
