"""Answers from the catalogue: which and how many letters there are, and what is known of one: when, where, who, how
classified, where kept, by whom drafted and delivered.

The catalogue says it, and the letter's own dateline, signature or source note is quoted for it, so that the quote gate
can check it as any other claim. What has nothing to quote is not said.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa_service.dialogue import DraftClaim, Hit, Question
from qa_service.library.builds import Build
from qa_service.library.outline import LetterFacts
from qa_service.retrieval.catalogue_wants import Fact, Wanted, wanted_of
from qa_service.retrieval.query import names_in, stems
from qa_service.retrieval.reading import Reading
from qa_service.sentences import sentences_of
from qa_service.texts import Footnote, Letter, Passage, Span

_CLEAR_LEAD = 1.0
"""How far the best passage of a letter must be above those of all others, in deviations of the pool's scores."""
_USUAL_HOLDER = 0.8
"""Of several people of one name, the one with this share of the letters is meant by the bare name."""
_LONGEST_LINE = 160
_LONGEST_NOTE = 420
_LINES_OF_A_HEAD = 4
_OF_THE_NOTE: dict[Fact, str] = {
    "drafting": r"\b(draft(ed|ing)|prepared by|drawn up|dictated|approved|cleared|initialed|noted down|transcribed)\b",
    "delivery": r"\b(deliver\w*|handed|hand-carried|carried|brought|transmitted|conveyed|forwarded|received|statement to)\b",
    "dating": r"\b(undated|bears? no date|dated?|dateline|received|stamped|diary|register|journal)\b",
}
"""What the sentences of a source note that tell a fact hold."""


@dataclass(frozen=True, slots=True)
class CatalogueAnswer:
    """Drafts, and the passages they rest on as hits, those of the answer's letters first."""

    drafts: tuple[DraftClaim, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Drafted:
    draft: DraftClaim
    hit: Hit


def catalogue_answer(
    question: Question, reading: Reading, hits: Sequence[Hit], build: Build, *, limit: int
) -> CatalogueAnswer | None:
    """The answer to a question that the catalogue can answer; None if it is no such question, or nothing is certain.

    Args:
        hits: what retrieval found, best first; they tell which letter is meant where the catalogue alone cannot.
        limit: how many claims at most.
    """
    wanted = wanted_of(question.asked, reading)
    if wanted is None or limit < 1:
        return None
    allowed = frozenset(build.catalogue.refs(question.filters)) if question.filters else None
    letters = [one for one in build.outline.letters if allowed is None or one.ref in allowed]
    drafted = list(_drafted(question, wanted, reading, hits, build, letters, limit))[:limit]
    if not drafted:
        return None
    return CatalogueAnswer(tuple(one.draft for one in drafted), _evidence(drafted, hits))


def _drafted(
    question: Question,
    wanted: Wanted,
    reading: Reading,
    hits: Sequence[Hit],
    build: Build,
    letters: Sequence[LetterFacts],
    limit: int,
) -> Iterator[_Drafted]:
    if not wanted.whole:
        if wanted.facts and not wanted.over and (found := _leading(wanted, reading, hits)):
            yield from _facts(found, wanted.facts, build)
        return
    focus = question.focus
    if focus and not focus.wants_reply and not (wanted.over or wanted.documents or wanted.days or reading.mentions):
        yield from _facts(build.catalogue.letter(focus.letter), wanted.facts, build)
        return
    exact = _Exact.of(wanted, reading, letters)
    meant = [one for one in letters if exact.fits(one)]
    if wanted.over in ("first", "last"):
        yield from _outermost(meant, wanted, build)
    elif len(meant) == 1 and wanted.over != "count":
        yield from _facts(build.catalogue.letter(meant[0].ref), wanted.facts or frozenset(["date"]), build)
    elif wanted.over and meant:
        yield from _listed(meant, exact, build, letters, limit)


@dataclass(frozen=True, slots=True)
class _Exact:
    """All that a question says of the letters it means; a letter is meant if all of it fits."""

    wanted: Wanted
    volumes: tuple[str, ...]
    writers: frozenset[str]
    recipients: frozenset[str]
    sides: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, wanted: Wanted, reading: Reading, letters: Sequence[LetterFacts]) -> "_Exact":
        writers = [_usual(names, letters) for names in wanted.writers]
        recipients = [_usual(names, letters) for names in wanted.recipients]
        if wanted.either_way:
            return cls(wanted, reading.volumes, frozenset(), frozenset(), tuple(writers))
        return cls(wanted, reading.volumes, frozenset().union(*writers), frozenset().union(*recipients))

    def fits(self, letter: LetterFacts) -> bool:
        wanted = self.wanted
        return (
            (not self.volumes or letter.ref.volume in self.volumes)
            and (not wanted.documents or letter.document in wanted.documents)
            and (not wanted.days or _of_days(letter, wanted))
            and (not self.specific or letter.kind == self.specific)
            and (not self.writers or bool(self.writers.intersection(letter.writers)))
            and (not self.recipients or bool(self.recipients.intersection(letter.recipients)))
            and (not self.sides or _between(letter, self.sides))
        )

    @property
    def specific(self) -> str | None:
        """The kind asked for; "letters" and "messages" are said of every kind."""
        return None if self.wanted.kind in ("letter", "message") else self.wanted.kind

    def carried_in(self, letter: LetterFacts) -> bool:
        """Whether a letter that is not meant carries, between offices, a message of one of the writers."""
        authors = {party.name for party in letter.parties if party.role == "author"}
        writers = self.writers or frozenset().union(*self.sides)
        days = not self.wanted.days or _of_days(letter, self.wanted)
        return days and not self.fits(letter) and bool(writers & authors)

    def __str__(self) -> str:
        """ " from A to B in 1927"."""
        parts = [f"between {' and '.join(_either(side) for side in self.sides)}"] if self.sides else []
        parts += [f"from {_either(self.writers)}"] if self.writers else []
        parts += [f"to {_either(self.recipients)}"] if self.recipients else []
        parts += [f"of {' or '.join(map(str, self.wanted.days))}"] if self.wanted.days else []
        parts += [f"in {', '.join(self.volumes)}"] if self.volumes else []
        return "".join(f" {part}" for part in parts)


def _of_days(letter: LetterFacts, wanted: Wanted) -> bool:
    first, last = letter.first, letter.last
    return bool(first and last and any(days.overlaps(first, last) for days in wanted.days))


def _between(letter: LetterFacts, sides: Sequence[frozenset[str]]) -> bool:
    one, other = sides
    there = bool(one.intersection(letter.writers) and other.intersection(letter.recipients))
    return there or bool(other.intersection(letter.writers) and one.intersection(letter.recipients))


def _usual(names: frozenset[str], letters: Sequence[LetterFacts]) -> frozenset[str]:
    """Of several people who may be meant, the one who has nearly all the letters; else all of them."""
    counts = Counter(name for letter in letters for name in {p.name for p in letter.parties} if name in names)
    if counts and counts.most_common(1)[0][1] >= _USUAL_HOLDER * counts.total():
        return frozenset([counts.most_common(1)[0][0]])
    return names


def _leading(wanted: Wanted, reading: Reading, hits: Sequence[Hit]) -> Letter | None:
    """The letter that the best hits are of, if it fits what was read, leads clearly, and holds the question's words."""
    best: dict[object, Hit] = {}
    for hit in hits:
        if _may_be(hit.letter, wanted, reading):
            best.setdefault(hit.letter.ref, hit)
    found = list(best.values())
    if not found or (len(found) > 1 and found[0].score - found[1].score < _CLEAR_LEAD):
        return None
    letter = found[0].letter
    if letter.ref != hits[0].letter.ref and not (wanted.days and reading.mentions):
        return None
    held = stems(" ".join([letter.title, letter.place or "", letter.text, *(note.text for note in letter.notes)]))
    held |= stems(" ".join(party.name for party in letter.parties))
    content = frozenset().union(*map(stems, wanted.content))
    names = frozenset().union(*(stems(name) for name in names_in(" ".join(["x", *wanted.content]))))
    return letter if names <= held and 2 * len(content & held) >= len(content) else None


def _may_be(letter: Letter, wanted: Wanted, reading: Reading) -> bool:
    """Whether a letter is of the days that were read, and one of those who were read as its writers is its party."""
    days = not wanted.days or bool(
        letter.dating and any(one.overlaps(letter.dating.first, letter.dating.last) for one in wanted.days)
    )
    parties = {party.name for party in letter.parties}
    named = reading.writers | reading.recipients
    return days and (not named or not parties or bool(parties & named))


def _outermost(meant: Sequence[LetterFacts], wanted: Wanted, build: Build) -> Iterator[_Drafted]:
    """The first or last of the letters by their days; where that is no letter proper and a letter was asked for, also
    the first or last that is one. Letters of which no day is known are none of them.
    """
    said = {"first": "earliest", "last": "latest"}[str(wanted.over)]
    kinds = [None, "letter"] if wanted.kind == "letter" else [None]
    shown: list[LetterFacts] = []
    for kind in kinds:
        dated = [one for one in meant if one.first and one.last and (kind is None or one.kind == kind)]
        if not dated:
            return
        ends = (min(dated, key=_begins),) if wanted.over == "first" else (max(dated, key=_ends),)
        if ends[0] in shown:
            continue
        shown.append(ends[0])
        letter = build.catalogue.letter(ends[0].ref)
        of_them = "of them that is a letter" if kind else f"of the {len(dated)} that the question means"
        yield from _facts(letter, wanted.facts, build, opening=f"The {said} {of_them} is {_named(letter)}")


def _begins(letter: LetterFacts) -> tuple[str, str]:
    return letter.first or "", letter.last or ""


def _ends(letter: LetterFacts) -> tuple[str, str]:
    return letter.last or "", letter.first or ""


def _listed(
    meant: Sequence[LetterFacts], exact: _Exact, build: Build, letters: Sequence[LetterFacts], limit: int
) -> Iterator[_Drafted]:
    """How many letters, and their datelines in order of date; of too many, the first and the last ones."""
    ordered = sorted(meant, key=lambda one: (one.first or "9999", one.last or "9999"))
    shown = ordered if len(ordered) <= limit else [*ordered[: max(limit - 1, 0)], ordered[-1]][:limit]
    for number, one in enumerate(shown):
        letter = build.catalogue.letter(one.ref)
        lead = _named(letter)
        if number == 0:
            lead = f"{_counted(ordered, exact, letters)}. {lead}"
        elif len(shown) < len(ordered) and number == len(shown) - 1:
            lead = f"The last of them: {lead}"
        if (made := _quoting_the_head(letter, lead, build)) is not None:
            yield made


def _counted(ordered: Sequence[LetterFacts], exact: _Exact, letters: Sequence[LetterFacts]) -> str:
    kinds = Counter(one.kind for one in ordered)
    by_kind = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    volumes = Counter(one.ref.volume for one in ordered)
    by_volume = "; " + ", ".join(f"{id}: {count}" for id, count in volumes.items()) if len(volumes) > 1 else ""
    documents = "document" if len(ordered) == 1 else "documents"
    counted = f"By their headings and dates, {len(ordered)} {documents}{exact} ({by_kind}{by_volume})"
    if exact.recipients or exact.sides:
        carried = sum(exact.carried_in(one) for one in letters)
        if carried:
            counted += f", beside {carried} between offices that carry a message"
    return counted


def _facts(letter: Letter, facts: frozenset[Fact], build: Build, *, opening: str = "") -> Iterator[_Drafted]:
    """What is known of one letter: who, to whom, when and where by its head; the rest by its source note."""
    of_the_head = facts & {"date", "place", "writer", "recipient"}
    made: list[_Drafted] = []
    if opening or of_the_head or "dating" in facts:
        head = _quoting_the_head(letter, opening or _named(letter), build)
        made += [head] if head else []
    if "signature" in facts:
        signed = _quoting_the_signature(letter, build)
        made += [signed] if signed else []
    uncertain = bool(facts & {"date"} and letter.dating and (not letter.dating.certain or letter.date is None))
    of_the_note = (facts - of_the_head - {"signature"}) | (frozenset[Fact](["dating"]) if uncertain else frozenset())
    if of_the_note:
        made += _quoting_the_source_note(letter, of_the_note, build)
    yield from made


def _named(letter: Letter) -> str:
    """ "Document 22, Letter From President Kennedy to Chairman Khrushchev (October 16, 1961)"."""
    return f"Document {letter.document}, {letter.title} ({letter.dated})"


def _quoting_the_head(letter: Letter, said: str, build: Build) -> _Drafted | None:
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


def _quoting_the_signature(letter: Letter, build: Build) -> _Drafted | None:
    """The last lines that name one of those the letter is from; who signed a telegram need not be its writer."""
    lines = list(_lines(letter.text))[-_LINES_OF_A_HEAD:]
    surnames = {party.name.split()[-1] for party in letter.parties if party.role != "recipient"}
    signed = [one for one in lines if len(one.of(letter.text)) <= 60 and surnames & set(_words(one.of(letter.text)))]
    if not signed:
        return None
    span = Span(signed[0].start, signed[-1].end)
    return _quoting(letter, None, span, f"{_named(letter)} is signed", build)


def _quoting_the_source_note(letter: Letter, facts: frozenset[Fact], build: Build) -> list[_Drafted]:
    """The sentences of the source note that tell the facts, those that follow each other as one quotation; the whole
    note where it is short.
    """
    note = next((one for one in letter.notes if one.source), None)
    if note is None:
        return []
    sentences = sentences_of(note.text)
    telling = sorted(set(_telling(letter, note, sentences, facts)))
    if not telling:
        return []
    classified = "classification" in facts and letter.classification is not None
    said = f"Document {letter.document} ({letter.dated})"
    said += f" is classified: {letter.classification}. The source note" if classified else ", the source note"
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
        if any(re.search(form, sentence, re.IGNORECASE) for fact, form in _OF_THE_NOTE.items() if fact in facts):
            yield number


def _runs(sentences: Sequence[Span], telling: Sequence[int]) -> Iterator[Span]:
    first = last = telling[0]
    for number in telling[1:]:
        if number != last + 1:
            yield Span(sentences[first].start, sentences[last].end)
            first = number
        last = number
    yield Span(sentences[first].start, sentences[last].end)


def _quoting(letter: Letter, note: Footnote | None, span: Span, said: str, build: Build) -> _Drafted | None:
    """A draft whose quotation is this span of the letter's text or of the note's, with the passage it begins in."""
    quote = span.of(note.text if note else letter.text).strip()
    passages = build.catalogue.passages_of(str(letter.ref), note.id if note else None)
    passage = next((one for one in passages if one.span.overlaps(span)), None)
    if passage is None or not re.search(r"\w", quote):
        return None
    return _Drafted(DraftClaim(f"{said}: “{quote}”", passage.key, quote, said), _hit(passage, letter))


def _hit(passage: Passage, letter: Letter) -> Hit:
    return Hit(passage, letter, 0.0, ("catalogue",))


def _evidence(drafted: Sequence[_Drafted], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The passages that the drafts rest on, each once, then the other hits; none scores below one after it."""
    found = {hit.passage.key: hit for hit in hits}
    top = max((hit.score for hit in hits), default=0.0)
    first: dict[str, Hit] = {}
    for one in drafted:
        key = one.hit.passage.key
        by = found[key].found_by if key in found else ()
        first[key] = Hit(one.hit.passage, one.hit.letter, top, ("catalogue", *by))
    return (*first.values(), *(hit for hit in hits if hit.passage.key not in first))


def _lines(text: str) -> Iterator[Span]:
    for match in re.finditer(r"[^\n]+", text):
        if match.group().strip():
            yield Span(*match.span())


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def _either(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))
