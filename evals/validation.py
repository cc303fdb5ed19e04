"""Cases against the letters: every gold place must be there, and say what it is said to say."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evals.cases import Case, GoldPlace, repeated, words_check
from evals.records import Found
from qa_service.answering.checking import find_quote
from qa_service.answering.citing import letter_url
from qa_service.texts import Footnote, Letter, Span

Letters = Mapping[tuple[str, str], Letter]
"""Letters by volume and printed number of the document."""


class Misplaced(Exception):
    """A gold place is not there, or does not hold what it is said to hold; the text says which."""


def by_document(letters: Iterable[Letter]) -> dict[tuple[str, str], Letter]:
    return {(letter.ref.volume, letter.document): letter for letter in letters}


def problems_of(cases: Sequence[Case], letters: Letters) -> list[str]:
    """What is wrong with the cases, a line each; cases over volumes that are not loaded are not looked into."""
    volumes = {volume for volume, _ in letters}
    loaded = [case for case in cases if all(place.volume in volumes for place in case.gold)]
    return [*repeated(cases), *(problem for case in loaded for problem in _problems(case, letters))]


def located(place: GoldPlace, letters: Letters) -> Found:
    """What stands at a gold place: its quotation, else its note, else all of its page, else the whole letter.

    Raises: Misplaced.
    """
    letter = letters.get((place.volume, place.document))
    if letter is None:
        raise Misplaced("there is no such letter")
    note, text = None, letter.text
    if place.note is not None:
        note = _note(place, letter)
        text = note.text
    span = _quotation(place, text) if _has_quotation(place) else None
    if _has_quotation(place) and span is None:
        raise Misplaced(f"the quotation does not stand in the {'note' if note else 'letter'}")
    pages: tuple[str, ...]
    if note:
        page = letter.page_of_note(note)
        pages = (page.label,) if page else ()
        said = "the note's mark stands"
    elif span:
        pages = tuple(one.label for one in letter.pages_of(span))
        said = "the quotation stands"
    elif place.page is not None:
        if place.page not in [one.label for one in letter.pages]:
            raise Misplaced(f"the letter has no page {place.page}")
        pages, span, said = (place.page,), _page_span(place.page, letter), ""
    else:
        pages, said = tuple(one.label for one in letter.pages), ""
    if place.page is not None and pages[:1] != (place.page,):
        raise Misplaced(f"{said} on p. {pages[0] if pages else '?'}")
    span = span or Span(0, len(text))
    return Found(
        volume=place.volume,
        document=place.document,
        pages=pages,
        note=note.number if note else None,
        words=span.of(text),
        start=span.start,
        end=span.end,
        letter=str(letter.ref),
        note_id=note.id if note else None,
        url=letter_url(letter),
    )


def evidence(place: GoldPlace, letters: Letters) -> str:
    """The words from which a gold place answers: what stands there and, of the text, the heading's facts.

    Raises: Misplaced.
    """
    words = located(place, letters).words
    if place.note is not None:
        return words
    letter = letters[place.volume, place.document]
    return " ".join(filter(None, [letter.title, letter.dated, letter.place, letter.classification, words]))


def _problems(case: Case, letters: Letters) -> Iterator[str]:
    words = []
    for place in case.gold:
        try:
            words.append(evidence(place, letters))
        except Misplaced as problem:
            yield f"{case.id}: {place}: {problem}"
    for fact in case.facts:
        for pattern in fact.any:
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"{case.id}: fact {fact.text!r}: {pattern!r} is no regular expression: {error}"
                break
        else:
            if words and fact.stated_in(" ".join(words)) is False:
                yield f"{case.id}: fact {fact.text!r}: no pattern of it fires on its own evidence"


def _note(place: GoldPlace, letter: Letter) -> Footnote:
    """The note of this number; of several, the one that holds the quotation."""
    notes = [note for note in letter.notes if note.number == place.note]
    if not notes:
        raise Misplaced(f"the letter has no note {place.note}")
    return next((one for one in notes if _quotation(place, one.text)), notes[0])


def _has_quotation(place: GoldPlace) -> bool:
    return place.quote is not None or place.start is not None


def _quotation(place: GoldPlace, text: str) -> Span | None:
    """Where the gold quotation stands, given by its words or by its place; None if it does not stand there."""
    if place.quote is not None:
        return find_quote(place.quote, text)
    if place.start is None or place.end is None:
        return None
    span = Span(place.start, place.end)
    return span if words_check(span.of(text)) == place.check else None


def _page_span(label: str, letter: Letter) -> Span:
    starts = [one.start for one in letter.pages] + [len(letter.text)]
    number = [one.label for one in letter.pages].index(label)
    return Span(starts[number], starts[number + 1])
