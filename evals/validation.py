"""Cases against the letters: every gold place must be there, and say what it is said to say."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evals.cases import Case, GoldPlace, repeated
from qa_service.answering.checking import find_quote
from qa_service.texts import Footnote, Letter

Letters = Mapping[tuple[str, str], Letter]
"""Letters by volume and printed number of the document."""


def by_document(letters: Iterable[Letter]) -> dict[tuple[str, str], Letter]:
    return {(letter.ref.volume, letter.document): letter for letter in letters}


def problems_of(cases: Sequence[Case], letters: Letters) -> list[str]:
    """What is wrong with the cases, a line each; cases over volumes that are not loaded are not looked into."""
    volumes = {volume for volume, _ in letters}
    loaded = [case for case in cases if all(place.volume in volumes for place in case.gold)]
    return [*repeated(cases), *(problem for case in loaded for problem in _problems(case, letters))]


def _problems(case: Case, letters: Letters) -> Iterator[str]:
    evidence = []
    for place in case.gold:
        letter = letters.get((place.volume, place.document))
        if letter is None:
            yield f"{case.id}: there is no {place}"
            continue
        problem, words = _look(place, letter)
        evidence.append(words)
        if problem:
            yield f"{case.id}: {place}: {problem}"
    for fact in case.facts:
        for pattern in fact.any:
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"{case.id}: fact {fact.text!r}: {pattern!r} is no regular expression: {error}"
                break
        else:
            if fact.stated_in(" ".join(evidence)) is False:
                yield f"{case.id}: fact {fact.text!r}: no pattern of it fires on its own evidence"


def _look(place: GoldPlace, letter: Letter) -> tuple[str, str]:
    """What is wrong with a gold place, if anything, and the words that stand there."""
    if place.note is not None:
        notes = [note for note in letter.notes if note.number == place.note]
        if not notes:
            return f"the letter has no note {place.note}", ""
        note = next((one for one in notes if place.quote and find_quote(place.quote, one.text)), notes[0])
        return _look_into_note(place, letter, note), note.text
    heading = " ".join(filter(None, [letter.title, letter.dated, letter.place, letter.classification]))
    labels = [page.label for page in letter.pages]
    if place.quote is None:
        if place.page is not None and place.page not in labels:
            return f"the letter has no page {place.page}", ""
        return "", f"{heading} {_text_on(place.page, letter)}"
    span = find_quote(place.quote, letter.text)
    if span is None:
        return "the quotation does not stand in the letter", ""
    page = letter.pages_of(span)[:1]
    if place.page is not None and [one.label for one in page] != [place.page]:
        return f"the quotation stands on p. {page[0].label if page else '?'}", place.quote
    return "", f"{heading} {place.quote}"


def _look_into_note(place: GoldPlace, letter: Letter, note: Footnote) -> str:
    if place.quote is not None and find_quote(place.quote, note.text) is None:
        return "the quotation does not stand in the note"
    page = letter.page_of_note(note)
    if place.page is not None and (page is None or page.label != place.page):
        return f"the note's mark stands on p. {page.label if page else '?'}"
    return ""


def _text_on(page: str | None, letter: Letter) -> str:
    if page is None:
        return letter.text
    starts = [one.start for one in letter.pages] + [len(letter.text)]
    return " ".join(
        letter.text[start:end]
        for one, start, end in zip(letter.pages, starts, starts[1:], strict=False)
        if one.label == page
    )
