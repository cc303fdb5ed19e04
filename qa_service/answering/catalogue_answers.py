"""Answers from the catalogue: which and how many letters there are, and what is known of one: when, where, who, how
classified, where kept, by whom drafted and delivered.

The catalogue says it, and the letter's own dateline, signature or source note is quoted for it, so that the quote gate
can check it as any other claim. What has nothing to quote is not said.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa_service.answering.letter_facts import Drafted, facts_of, named, quoting_the_head
from qa_service.dialogue import DraftClaim, Hit, Question
from qa_service.library.builds import Build
from qa_service.library.outline import LetterFacts
from qa_service.retrieval.catalogue_wants import Fact, Wanted, wanted_of
from qa_service.retrieval.query import names_in, stems
from qa_service.retrieval.reading import Reading
from qa_service.texts import Letter

_CLEAR_LEAD = 1.0
"""How far the best passage of a letter must be above those of all others, in deviations of the pool's scores."""
_USUAL_HOLDER = 0.8
"""Of several people of one name, the one with this share of the letters is meant by the bare name."""
_TOLD_BY_HEADINGS: frozenset[Fact] = frozenset(["date", "place", "writer", "recipient"])
_PART_OF_A_TIME = stems("early mid late beginning middle end")


@dataclass(frozen=True, slots=True)
class CatalogueAnswer:
    """Drafts, and the passages they rest on as hits, those of the answer's letters first."""

    drafts: tuple[DraftClaim, ...]
    hits: tuple[Hit, ...]


def catalogue_answer(
    question: Question, reading: Reading, hits: Sequence[Hit], build: Build, *, limit: int
) -> CatalogueAnswer | None:
    """The answer to a question that the catalogue can answer; None if it is no such question, or nothing is certain.

    Args:
        hits: what retrieval found, best first; they tell which letter is meant where the catalogue alone cannot.
        limit: how many claims at most.
    """
    wanted = wanted_of(question.clear, reading)
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
) -> Iterator[Drafted]:
    if not wanted.whole:
        if wanted.facts and not wanted.over and (found := _leading(wanted, reading, hits)):
            yield from facts_of(found, wanted.facts, build)
        return
    focus = question.focus
    names_one = wanted.over or wanted.documents or wanted.days or reading.mentions
    if focus and not focus.wants_reply and not names_one:
        if any(one.ref == focus.letter for one in letters):
            yield from facts_of(build.catalogue.letter(focus.letter), wanted.facts, build)
        return
    exact = _Exact.of(wanted, reading, letters)
    meant = [one for one in letters if exact.fits(one)]
    if wanted.over in ("first", "last"):
        yield from _outermost(meant, exact, build)
    elif len(meant) == 1 and (wanted.facts or not wanted.over):
        yield from facts_of(build.catalogue.letter(meant[0].ref), wanted.facts or frozenset(["date"]), build)
    elif wanted.over and meant and wanted.facts <= _TOLD_BY_HEADINGS:
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
        writers = self.writers or frozenset().union(*self.sides)
        whoever_got_it = replace(self, writers=writers, recipients=frozenset[str](), sides=())
        return bool(writers) and not self.fits(letter) and whoever_got_it.fits(letter) and self.only_carries(letter)

    def only_carries(self, letter: LetterFacts) -> bool:
        """Whether none of the writers stands in the heading, but a message of one of them is carried."""
        writers = self.writers or frozenset().union(*self.sides)
        authors = {party.name for party in letter.parties if party.role == "author"}
        return bool(writers & authors) and not any(p.role == "writer" and p.name in writers for p in letter.parties)

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
    content = frozenset().union(*map(stems, wanted.content)) - _PART_OF_A_TIME
    names = frozenset().union(*(stems(name) for name in names_in(" ".join(["x", *wanted.content]))))
    return letter if names <= held and 2 * len(content & held) >= len(content) else None


def _may_be(letter: Letter, wanted: Wanted, reading: Reading) -> bool:
    """Whether a letter is of the days that were read, and from one of those who were read as its writers; where none
    were, to one of those read as its recipients.
    """
    days = not wanted.days or bool(
        letter.dating and any(one.overlaps(letter.dating.first, letter.dating.last) for one in wanted.days)
    )
    writers = {party.name for party in letter.parties if party.role != "recipient"}
    recipients = {party.name for party in letter.parties if party.role == "recipient"}
    if reading.writers and writers:
        return days and bool(writers & reading.writers)
    return days and not (reading.recipients and recipients and not recipients & reading.recipients)


def _outermost(meant: Sequence[LetterFacts], exact: _Exact, build: Build) -> Iterator[Drafted]:
    """The first or last of the letters by their days; where that is no letter proper and a letter was asked for, also
    the first or last that is one. Letters of which no day is known are none of them.
    """
    wanted = exact.wanted
    if wanted.both_ends:
        for end in ("first", "last"):
            one_end = replace(exact, wanted=replace(wanted, over=end, both_ends=False))
            yield from _outermost(meant, one_end, build)
        return
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
        of_them = "of them that is a letter" if kind else f"of the {len(dated)} dated documents{exact}{_spread(dated)}"
        yield from facts_of(letter, wanted.facts, build, opening=f"The {said} {of_them} is {named(letter)}")


def _begins(letter: LetterFacts) -> tuple[str, str]:
    return letter.first or "", letter.last or ""


def _ends(letter: LetterFacts) -> tuple[str, str]:
    return letter.last or "", letter.first or ""


def _listed(
    meant: Sequence[LetterFacts], exact: _Exact, build: Build, letters: Sequence[LetterFacts], limit: int
) -> Iterator[Drafted]:
    """How many letters, and their datelines in order of date; of too many, the first and the last ones."""
    ordered = [*sorted((one for one in meant if one.first), key=_begins), *(one for one in meant if not one.first)]
    last = max(ordered, key=_ends)
    others = [one for one in ordered if one is not last]
    shown = ordered if len(ordered) <= limit else [*others[: limit - 1], last]
    opening = f"{_counted(ordered, exact, letters)}. "
    for one in shown:
        letter = build.catalogue.letter(one.ref)
        if one is last and len(shown) < len(ordered) and not opening:
            opening = "The last of them: "
        if (made := quoting_the_head(letter, f"{opening}{named(letter)}", build)) is not None:
            opening = ""
            yield made


def _counted(ordered: Sequence[LetterFacts], exact: _Exact, letters: Sequence[LetterFacts]) -> str:
    kinds = Counter(one.kind for one in ordered)
    volumes = Counter(one.ref.volume for one in ordered)
    what = _several(len(ordered), ordered[0].kind if len(kinds) == 1 else "document")
    by_kind = ", ".join(_several(count, kind) for kind, count in kinds.most_common()) if len(kinds) > 1 else ""
    by_volume = ", ".join(f"{id}: {count}" for id, count in volumes.items()) if len(volumes) > 1 else ""
    parts = "; ".join(part for part in (by_kind, by_volume) if part)
    among = sum(exact.only_carries(one) for one in ordered)
    beside = sum(exact.carried_in(one) for one in letters) if exact.recipients or exact.sides else 0
    by = "headings, dates and first words" if among or beside else "headings and dates"
    counted = f"By their {by}, {what}{exact}" + (f" ({parts})" if parts else "")
    if among:
        counted += f", {among} of them known by the message carried, not by the heading"
    if beside:
        counted += f", beside {beside} to others that carry a message of one of them"
    return counted


def _several(count: int, kind: str) -> str:
    """ "1 letter", "3 memoranda of conversation"."""
    head, of, rest = kind.partition(" of ")
    plural = f"{head.removesuffix('um')}a" if head.endswith("memorandum") else f"{head}s"
    return f"{count} {head if count == 1 else plural}{of}{rest}"


def _spread(letters: Sequence[LetterFacts]) -> str:
    volumes = len({one.ref.volume for one in letters})
    return f" in {volumes} volumes" if volumes > 1 else ""


def _evidence(drafted: Sequence[Drafted], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The passages that the drafts rest on, each once, then the other hits; none scores below one after it."""
    found = {hit.passage.key: hit for hit in hits}
    top = max((hit.score for hit in hits), default=0.0)
    first: dict[str, Hit] = {}
    for one in drafted:
        key = one.passage.key
        by = found[key].found_by if key in found else ()
        first[key] = Hit(one.passage, one.letter, top, ("catalogue", *by))
    return (*first.values(), *(hit for hit in hits if hit.passage.key not in first))


def _either(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))
