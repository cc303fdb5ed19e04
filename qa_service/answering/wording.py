"""An answer as running text, with [1] marks."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from qa_service.answering.citing import note_text, pages_text
from qa_service.dating import long_date
from qa_service.dialogue import Answer, Citation, Claim, Hit, Searched

_NEAREST_SHOWN = 3
SENTENCES_JOINED_BY = " "
"""What stands between the sentences of a model."""


def answer_text(answer: Answer) -> str:
    """The claims with their marks; for an answer that says no, what was searched and where the nearest evidence is."""
    if answer.outcome == "unclear":
        return _asked_back(answer)
    if not answer.claims:
        return _not_found(answer)
    if answer.answerer == "llm":
        return "\n\n".join([_running_text(answer), *_remarks(answer)])
    paragraphs = [*_paragraphs(answer), *_remarks(answer)]
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


def _running_text(answer: Answer) -> str:
    """The sentences of a model one after the other, each with its marks."""
    numbers = {citation: number for number, citation in enumerate(answer.citations, start=1)}
    return SENTENCES_JOINED_BY.join(marked(claim, numbers) for claim in answer.claims)


def marked(claim: Claim, numbers: Mapping[Citation, int]) -> str:
    """A claim with the marks of its citations."""
    return f"{claim.text} {''.join(f'[{numbers[one]}]' for one in claim.citations)}"


def _remarks(answer: Answer) -> Iterator[str]:
    """What a reader must know of how a model took part; last, so that a text that grows is never changed."""
    writing = answer.writing
    if writing is None:
        return
    in_part = answer.answerer == "llm" and answer.outcome == "partly"
    said = [
        f"({_sentence(writing.fallback)})" if writing.fallback else "",
        "(The language model broke off; this is what had been proved until then.)" if writing.incomplete else "",
        "(This answers a part of the question.)" if in_part and not (writing.incomplete or answer.dropped) else "",
        _dropped(answer.dropped),
    ]
    if remark := " ".join(filter(None, said)):
        yield remark


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _dropped(count: int) -> str:
    if not count:
        return ""
    many = "One statement was" if count == 1 else f"{count} statements were"
    return f"({many} left out: no quotation proved {'it' if count == 1 else 'them'}.)"


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
    return " ".join([*sentences, *_remarks(answer)])


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
