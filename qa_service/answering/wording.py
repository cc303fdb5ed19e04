"""An answer as running text, with [1] marks."""

from qa_service.answering.citing import note_text, pages_text
from qa_service.dating import long_date
from qa_service.dialogue import Answer, Hit, Searched

_NEAREST_SHOWN = 3


def answer_text(answer: Answer) -> str:
    """The claims with their marks; for an answer that says no, what was searched and where the nearest evidence is."""
    if not answer.claims:
        return _not_found(answer)
    numbers = {citation: number for number, citation in enumerate(answer.citations, start=1)}
    paragraphs = [
        f"{claim.text} {''.join(f'[{numbers[citation]}]' for citation in claim.citations)}" for claim in answer.claims
    ]
    if answer.outcome == "partly":
        paragraphs.append(f"{_unmatched(answer.searched)} What stands above is the nearest to the question.")
    return "\n\n".join(paragraphs)


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
    words = ", ".join(f"‹{word}›" for word in searched.unmatched)
    return f"In none of the letters searched: {words}."


def _place(hit: Hit) -> str:
    document = f"Document {hit.letter.document}"
    if hit.passage.note is not None:
        document = f"{note_text(hit.letter.note(hit.passage.note))} to {document}"
    where = ", ".join([document, *([pages_text(hit.pages)] if hit.pages else [])])
    return f"{where} ({hit.letter.ref})"
