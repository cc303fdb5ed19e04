"""The second check: does a quotation that stands in a letter carry the claim that rests on it?

Code cannot tell whether a sentence follows from another, but it can tell what the other does not say: a number, a day,
a name or a "not" that stands neither in the quoted sentences nor beside them nor in the heading; words between
quotation marks that are in none of the cited letters; somebody else as the one who speaks; a sentence that shares
nothing with what it quotes. A claim that a model has written goes through all of it; where a model of natural language
inference is set, that is asked as well.

What no check sees: a true quotation that was chosen one-sidedly, or without its condition; a relation between things
that are all there (two numbers or two names changed about; which of two writers says what, where letters of both are
cited); a number, a day or a name that stands beside the quotation by chance; a "not" that was added or dropped where
the claim repeats no word of it ("refuse" and "accept", "lit" and "light"); a motive, an adjective or a common noun that
was added. What follows from the quotation only by counting or reckoning is stopped even where it is right.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qa_service.answering.checking import find_quote
from qa_service.answering.claim_form import faults_of_form, quotations_of, strange_character, without_quotations
from qa_service.answering.denials import denied_though_said, denies, has_negation, said_though_denied
from qa_service.answering.numerals import decades_of, is_ordinal, numbers_claimed, numbers_of
from qa_service.answering.particulars import Names, days_of, names_of, without_days, without_numbered_names
from qa_service.answering.speakers import is_office, speakers_of, speaks, tells_what_was_said, tells_what_you_said
from qa_service.answering.surroundings import Persons, Surroundings, signature, surroundings_of
from qa_service.dialogue import Claim
from qa_service.entailment import Entailment
from qa_service.retrieval.query import STOP_WORDS, content_words, stems
from qa_service.sentences import sentences_of
from qa_service.texts import Letter, header_line

_FEWEST_WORDS = 3
"""A shorter quotation stands in every letter."""
_PRONOUN = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
_EDGES = ".,;:()"
_NEAR_ENOUGH = 0.5
"""The share of a claim's words that stand around its quotations, and its cosine with them, from which on together it is
taken to speak of the same: of 199 good claims 2 lie below, of pairs of sentences from two letters nine in ten.
"""


@dataclass(frozen=True, slots=True)
class Checks:
    """What the check needs to know beside the letters that are cited."""

    is_name: Callable[[str], bool]
    """Whether a word, in lower case, is a name in the loaded letters."""
    is_word: Callable[[str], bool]
    """Whether it stands in them at all."""
    nearness: Callable[[str, str], float]
    """The cosine of two texts."""
    persons: Persons = lambda volume, text: ()
    entailment: Entailment | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """A claim with all that is known about it. `said` is its text without the words that it quotes."""

    claim: Claim
    said: str
    beside: Sequence[Surroundings]
    checks: Checks

    @property
    def listed(self) -> list[str]:
        """The persons listed in the letters' volumes who are named in the claim."""
        volumes = sorted({citation.letter.ref.volume for citation in self.claim.citations})
        return [entry for volume in volumes for entry in self.checks.persons(volume, self.said)]

    @property
    def quoted(self) -> str:
        return "\n".join(one.sentences for one in self.beside)

    @property
    def near(self) -> str:
        return "\n".join(one.near for one in self.beside)

    @property
    def facts(self) -> str:
        return "\n".join(one.carries_facts for one in self.beside)

    @property
    def everything(self) -> str:
        return "\n".join(one.everything for one in self.beside)


def fault_of(claim: Claim, checks: Checks) -> str | None:
    """Why the quotations do not carry the claim, in words for the model that wrote it; None if nothing is wrong."""
    return next(_faults(claim, checks), None)


def _faults(claim: Claim, checks: Checks) -> Iterator[str]:
    yield from faults_of_form(claim.text)
    yield from _short_quotations(claim)
    beside = [surroundings_of(citation, checks.persons) for citation in claim.citations]
    case = _Case(claim, without_quotations(claim.text), beside, checks)
    yield from _strange_characters(case)
    yield from _strange_quotations(case)
    yield from _strange_days(case)
    yield from _strange_numbers(case)
    yield from _strange_names(case)
    yield from _no_english(case)
    yield from _strange_negations(case)
    yield from _somebody_else(case)
    yield from _unrelated(case)
    yield from _not_entailed(case)


def _short_quotations(claim: Claim) -> Iterator[str]:
    for citation in claim.citations:
        if len(re.findall(r"[^\W_]+", citation.quote)) < _FEWEST_WORDS:
            yield f"the quotation {citation.quote!r} has fewer than {_FEWEST_WORDS} words"


def _strange_characters(case: _Case) -> Iterator[str]:
    known = {word.strip(_EDGES) for word in case.everything.split()}
    for word in case.claim.text.split():
        if (strange := strange_character(word)) and word.strip(_EDGES) not in known:
            yield f"it holds the character {strange!r} (U+{ord(strange):04X}), which the letter does not hold there"


def _strange_quotations(case: _Case) -> Iterator[str]:
    """Words between quotation marks stand in a cited letter or note; one or two words near the quotation."""
    texts = [one.note.text if one.note else one.letter.text for one in case.claim.citations]
    for piece in quotations_of(case.claim.text):
        words = piece.strip().rstrip(".,;:")
        places = texts if len(words.split()) >= _FEWEST_WORDS else [case.everything]
        if re.search(r"\w", words) and not any(find_quote(words, place) for place in places):
            yield f"the words {words!r} stand between quotation marks and are not in the letter"


def _strange_days(case: _Case) -> Iterator[str]:
    for words, day in days_of(case.said).items():
        if not any(day.fits(known) for one in case.beside for known in one.days):
            yield f"the day {words!r} stands neither in the quoted sentences nor beside them"


def _strange_numbers(case: _Case) -> Iterator[str]:
    said = without_numbered_names(without_days(case.said))
    known = set(numbers_of(without_days(case.facts)).values())  # the 30 of "May 30" is no thirty casks
    known |= {float(day.year) for day in days_of(case.facts).values() if day.year}
    dated = {day.day for one in case.beside for day in one.days}
    for words, number in numbers_claimed(said).items():
        if number not in known and not (is_ordinal(words) and number in dated):
            yield f"the number {words!r} stands neither in the quoted sentences nor beside them"
    decades = decades_of(case.facts) | {int(year // 10 * 10) for year in known if 1000 <= year < 2200}
    for decade in sorted(decades_of(said) - decades):
        yield f"the number {decade} stands neither in the quoted sentences nor beside them"


def _strange_names(case: _Case) -> Iterator[str]:
    known = Names.of(case.everything)
    listed = {word.lower() for entry in case.listed for word in entry.split(",")[0].split()}
    for sentence in sentences_of(case.said):
        words = without_days(sentence.of(case.said))
        for name in names_of(words, lambda word: word in listed or case.checks.is_name(word), case.checks.is_word):
            if not known.has(name):
                yield f"the name {name!r} stands neither in the quoted sentences nor beside them"


def _no_english(case: _Case) -> Iterator[str]:
    """In another language no "not" and no number is seen."""
    words = re.findall(r"(?<![^\W_])[^\W\d_A-Z][^\W\d_]+", case.said)
    strange = [word for word in words if word.lower() not in STOP_WORDS and not case.checks.is_word(word.lower())]
    if len(strange) > max(3, len(words) / 2):
        yield "it is not written in the English of the letters"


def _strange_negations(case: _Case) -> Iterator[str]:
    """A claim that denies where nothing is denied, or says of the same word the contrary of its quotation."""
    named = stems("\n".join(one.heading for one in case.beside))
    if flipped := said_though_denied(case.claim.text, case.quoted) - named:
        yield f"it says what the quotation denies ({', '.join(sorted(flipped))})"
    if flipped := denied_though_said(case.said, case.quoted, case.near) - named:
        yield f"it denies what the quotation says ({', '.join(sorted(flipped))})"
    if has_negation(case.said) and not denies(case.near):
        yield "it denies something, and neither the quoted sentences nor those beside them do"


def _somebody_else(case: _Case) -> Iterator[str]:
    """The recipient of a letter, or the writer where the editors speak, as who tells what it says; or who is not the
    one that the quoted sentence says it of.
    """
    letters = {citation.letter for citation in case.claim.citations if citation.voice == "writer"}
    authors = {name for letter in letters for name in _called(letter, "writer", "author")}
    parties = {name for one in case.claim.citations for name in _called(one.letter, "writer", "author", "recipient")}
    told_by_author = any(speaks(author, case.said) for author in authors)
    for name in sorted(name for name in parties if not any(name in author for author in authors)):
        if not letters:
            told = name in case.near and tells_what_was_said(case.near)
            if speaks(name, case.said, only_says=True) and not told:
                yield f"{name} does not say this, the editors do"
        elif speaks(name, case.said) and not (
            name in case.quoted or tells_what_you_said(case.quoted) or told_by_author
        ):
            yield f"{name} does not say this, {' and '.join(sorted(authors))} does"
    yield from _another_speaker(case, parties)


def _another_speaker(case: _Case, parties: set[str]) -> Iterator[str]:
    """A person whom the claim has say something, where the quoted sentence names another who says it, or where those
    around it have nobody of this name say anything.
    """
    telling = speakers_of(case.quoted)
    around = telling or speakers_of("\n".join(f"{one.near}\n{one.paragraph}" for one in case.beside))
    if any(name in case.said for name in telling):
        return
    excused = {*parties, *(signature(citation.letter) for citation in case.claim.citations)}
    surnames = {entry.split(",")[0].split()[-1] for entry in case.listed}
    for name in sorted(speakers_of(case.said)):
        if not (is_office(name) or name in surnames) or name in case.quoted or any(name in one for one in excused):
            continue
        by_pronoun = not telling and name in case.everything and _PRONOUN.search(case.quoted)
        if not by_pronoun and not any(_are_one(name, other, case) for other in around):
            yield f"{name} does not say this" + (f", {' and '.join(sorted(telling))} does" if telling else "")


def _are_one(name: str, other: str, case: _Case) -> bool:
    """Whether a name and an office, as the heading, the participants or the list of persons have them, are the same."""
    lines = "\n".join(one.people for one in case.beside).split("\n")
    return name == other or any(name in line and other in line for line in [*lines, *case.listed])


def _called(letter: Letter, *roles: str) -> Iterator[str]:
    """The surnames and offices of a letter's parties; of a body its name, and the first word of it."""
    for party in letter.parties:
        if party.role in roles:
            words = party.name.split()
            yield words[-1] if party.is_person else party.name
            if words[0][0].isupper() and not party.is_person:
                yield words[0]
            if party.office:
                yield re.split(r"\s+(?:in|of|to|at|for)\s|,", party.office)[0]


def _unrelated(case: _Case) -> Iterator[str]:
    named = stems("\n".join(one.heading for one in case.beside))
    meant = stems(" ".join(content_words(case.claim.text))) - named
    shared = len(meant & stems(case.near)) / max(1, len(meant))
    nearest = max(case.checks.nearness(case.claim.text, one.sentences) for one in case.beside)
    if not meant or shared + nearest < _NEAR_ENOUGH:
        yield "it says nothing of what the quotation says"


def _not_entailed(case: _Case) -> Iterator[str]:
    entailment = case.checks.entailment
    premise = "\n".join(
        f"{header_line(citation.letter)}\n{one.near}"
        for citation, one in zip(case.claim.citations, case.beside, strict=True)
    )
    if entailment and entailment.entails(premise, case.claim.text) is False:
        yield f"the model {entailment.name} finds that the quotations do not say it"
