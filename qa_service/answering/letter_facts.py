"""What the catalogue knows of one letter, as drafts that quote the letter's dateline, signatures or source note."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_service.dialogue import DraftClaim, DraftQuote
from qa_service.library.builds import Build
from qa_service.retrieval.catalogue_wants import Fact
from qa_service.sentences import sentences_of
from qa_service.texts import Footnote, Letter, Passage, Span

_LONGEST_LINE = 160
_LONGEST_NOTE = 420
_LONGEST_SIGNATURE = 60
_LINES_OF_A_HEAD = 4
_OF_THE_NOTE: dict[Fact, str] = {
    "drafting": r"\b(draft(ed|ing)|prepared by|drawn up|dictated|approved|cleared|initialed|noted down|transcribed)\b",
    "delivery": r"\b(deliver\w*|handed|carried|brought|transmitted|conveyed|forwarded|received|statement to)\b",
    "dating": r"\b(undated|bears? no date|dated?|dateline|received|stamped|diary|register|journal)\b",
}
"""What the sentences of a source note that tell a fact hold."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft with the passage that it names, and that passage's letter."""

    draft: DraftClaim
    passage: Passage
    letter: Letter


def facts_of(letter: Letter, facts: frozenset[Fact], build: Build, *, opening: str = "") -> Iterator[Drafted]:
    """What is known of one letter: who, to whom, when and where by its head; the rest by its source note."""
    of_the_head = facts & {"date", "place", "writer", "recipient"}
    made: list[Drafted] = []
    if opening or of_the_head or "dating" in facts:
        head = quoting_the_head(letter, opening or named(letter), build)
        made += [head] if head else []
    if "signature" in facts:
        made += _quoting_the_signatures(letter, build)
    uncertain = bool(facts & {"date"} and letter.dating and (not letter.dating.certain or letter.date is None))
    of_the_note = (facts - of_the_head - {"signature"}) | (frozenset[Fact](["dating"]) if uncertain else frozenset())
    if of_the_note:
        made += _quoting_the_source_note(letter, of_the_note, build)
    yield from made


def named(letter: Letter) -> str:
    """ "Document 22, Letter From President Kennedy to Chairman Khrushchev (October 16, 1961)"."""
    return f"Document {letter.document}, {letter.title} ({letter.dated})"


def quoting_the_head(letter: Letter, said: str, build: Build) -> Drafted | None:
    """With the dateline; where none was printed, with the line that the letter opens with."""
    span = _dateline(letter)
    return _quoting(letter, None, span, said, build) if span else None


def _dateline(letter: Letter) -> Span | None:
    lines = list(_lines(letter.text))[:_LINES_OF_A_HEAD]
    day = letter.dating.words if letter.dating and letter.dating.taken_from == "dateline" else ""
    for form in (day, letter.place or ""):
        for span in lines:
            line = span.of(letter.text)
            if form and form in line and len(line) <= _LONGEST_LINE:
                return span
    for span in lines[:1]:
        line = span.of(letter.text)
        return span if len(line) <= _LONGEST_LINE else Span(span.start, span.start + line.rindex(" ", 0, _LONGEST_LINE))
    return None


def _quoting_the_signatures(letter: Letter, build: Build) -> list[Drafted]:
    """Each of the last lines that names one of those the letter is from."""
    lines = list(_lines(letter.text))[-_LINES_OF_A_HEAD:]
    surnames = {party.name.split()[-1] for party in letter.parties if party.role != "recipient"}
    signed = [one for one in lines if len(one.of(letter.text)) <= _LONGEST_SIGNATURE]
    signed = [one for one in signed if surnames.intersection(re.findall(r"[^\W\d_]+", one.of(letter.text)))]
    made = (_quoting(letter, None, span, f"{named(letter)} is signed", build) for span in signed)
    return [one for one in made if one is not None]


def _quoting_the_source_note(letter: Letter, facts: frozenset[Fact], build: Build) -> list[Drafted]:
    """The sentences of the source note that tell the facts, those that follow each other as one quotation; the whole
    note where it is short.
    """
    note = min((one for one in letter.notes if one.source), key=lambda one: one.anchor, default=None)
    if note is None:
        return []
    sentences = sentences_of(note.text)
    telling = sorted(set(_telling(letter, note, sentences, facts)))
    if not telling:
        return []
    said = f"Document {letter.document} ({letter.dated})"
    if "classification" in facts and letter.classification is not None:
        unmarked = letter.classification.lower().startswith("no classification")
        marking = "bears no classification marking" if unmarked else f"is classified: {letter.classification}"
        said += f" {marking}. The source note"
    else:
        said += ", the source note"
    spans = [Span(0, len(note.text.rstrip()))] if len(note.text) <= _LONGEST_NOTE else list(_runs(sentences, telling))
    return [made for span in spans if (made := _quoting(letter, note, span, said, build)) is not None]


def _telling(letter: Letter, note: Footnote, sentences: Sequence[Span], facts: frozenset[Fact]) -> Iterator[int]:
    """Which sentences of a source note tell any of the facts."""
    for number, span in enumerate(sentences):
        sentence = span.of(note.text)
        if "archive" in facts and letter.archive and number == 0:
            yield number
        if "classification" in facts and letter.classification and letter.classification.lower() in sentence.lower():
            yield from range(number + 1) if span.end <= _LONGEST_NOTE else (number,)
            facts -= {"classification"}
        of_a_translation = "translation" in sentence.lower() and "draft" not in sentence.lower()
        told = facts - {"drafting"} if of_a_translation else facts
        if any(re.search(form, sentence, re.IGNORECASE) for fact, form in _OF_THE_NOTE.items() if fact in told):
            yield number


def _runs(sentences: Sequence[Span], telling: Sequence[int]) -> Iterator[Span]:
    first = last = telling[0]
    for number in telling[1:]:
        if number != last + 1:
            yield Span(sentences[first].start, sentences[last].end)
            first = number
        last = number
    yield Span(sentences[first].start, sentences[last].end)


def _quoting(letter: Letter, note: Footnote | None, span: Span, said: str, build: Build) -> Drafted | None:
    """A draft whose quotation is this span of the letter's text or of the note's, with the passage it begins in."""
    quote = span.of(note.text if note else letter.text).strip()
    passages = build.catalogue.passages_of(str(letter.ref), note.id if note else None)
    passage = next((one for one in passages if one.span.overlaps(span)), None)
    if passage is None or not re.search(r"\w", quote):
        return None
    return Drafted(DraftClaim(f"{said}: “{quote}”", (DraftQuote(passage.key, quote),), said), passage, letter)


def _lines(text: str) -> Iterator[Span]:
    for match in re.finditer(r"[^\n]+", text):
        if match.group().strip():
            yield Span(*match.span())
