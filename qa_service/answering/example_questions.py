"""Questions that the loaded letters may answer, made from the letters themselves: from the index of a volume, its list
of persons, and from who wrote to whom and when. Whether they are answered is for others to find out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from qa_service.apparatus import Person
from qa_service.dating import month_and_year
from qa_service.library.builds import Build
from qa_service.library.outline import LetterFacts
from qa_service.texts import Letter, LetterRef

OF_A_KIND = 3
"""Questions of each kind."""
_VOLUMES = 3
"""Volumes whose index and persons are read: those with the most letters from one person to another."""
_LOOKED_AT = 60
"""So many phrases or persons of a volume are looked at that stand in one letter alone."""
_NOTED_IN = 5
"""What stands in the text of one letter may stand in the notes of a few more."""
_USUAL_HOLDER = 0.8
"""Who has this share of the letters under a surname is meant by it."""
_LISTED = range(2, 6)
"""So many letters are few enough to be told one by one."""
_WRITTEN = ("letter", "message", "telegram")
_NAME = re.compile(r"(?!Acting|Secretary|The )[A-Z][\w’'-]+(?: (?:[A-Z]\.)+| [^\W\d_][\w’'-]+){1,3}")
_PHRASE = re.compile(r"[^\W\d_][\w’'-]+(?: [^\W\d_][\w’'-]+){1,3}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the letters that its answer has to cite."""

    question: str
    letters: tuple[LetterRef, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A letter from one person to another, as a question calls them."""

    letter: LetterFacts
    writer: str
    recipient: str


def candidates_of(build: Build) -> tuple[tuple[Candidate, ...], ...]:
    """For each kind of question some, the most promising first; none where the letters have no names for it."""
    called = _called(build.outline.letters)
    pairs = [pair for letter in build.outline.letters if (pair := _pair_of(letter, called))]
    volumes = [volume for volume, _ in Counter(pair.letter.ref.volume for pair in pairs).most_common(_VOLUMES)]
    by_ref = {pair.letter.ref: pair for pair in pairs}
    kinds = (
        _of_indexes(build, volumes, by_ref),
        _of_a_month(pairs),
        _of_persons(build, volumes, by_ref),
        _lists(pairs),
    )
    return tuple(tuple(islice(kind, OF_A_KIND)) for kind in kinds)


def _called(letters: Iterable[LetterFacts]) -> dict[str, str]:
    """What a question calls the people whose names read well in a sentence: by the surname, where it means them."""
    names = Counter(party.name for letter in letters for party in letter.parties if party.is_person)
    surnames: Counter[str] = Counter()
    for name, count in names.items():
        surnames[name.split()[-1]] += count
    return {
        name: name.split()[-1] if count >= _USUAL_HOLDER * surnames[name.split()[-1]] else name
        for name, count in names.items()
        if _NAME.fullmatch(name)
    }


def _pair_of(letter: LetterFacts, called: Mapping[str, str]) -> _Pair | None:
    """None unless it is from one person to another."""
    parties = {party.role: called.get(party.name) for party in letter.parties}
    if letter.kind not in _WRITTEN or len(letter.parties) != 2 or parties.keys() != {"writer", "recipient"}:
        return None
    writer, recipient = parties["writer"], parties["recipient"]
    return _Pair(letter, writer, recipient) if writer and recipient else None


def _of_indexes(build: Build, volumes: Sequence[str], by_ref: Mapping[LetterRef, _Pair]) -> Iterator[Candidate]:
    """What a letter says of something that its volume's index leads to, and that no other letter of it speaks of."""
    for volume in volumes:
        apparatus = build.catalogue.apparatus(volume)
        entries = {one.phrase.removesuffix(", the"): one for one in apparatus.index if one.pages or one.letters}
        persons = {_surname(person) for person in apparatus.persons}
        phrases = [phrase for phrase in entries if _PHRASE.fullmatch(phrase) and phrase not in persons]
        for phrase, letter in _of_one_letter(build, volume, phrases, by_ref):
            pages = {page.label for page in letter.pages}
            if letter.ref.id in entries[phrase].letters or pages.intersection(entries[phrase].pages):
                yield _about(_as_written(phrase, letter.text), by_ref[letter.ref])


def _of_persons(build: Build, volumes: Sequence[str], by_ref: Mapping[LetterRef, _Pair]) -> Iterator[Candidate]:
    """What a letter says of somebody in its volume's list of persons whom no other letter of it names."""
    for volume in volumes:
        persons = build.catalogue.apparatus(volume).persons
        surnames = {_surname(one): one.name for one in persons if _NAME.fullmatch(one.name)}
        for surname, letter in _of_one_letter(build, volume, surnames, by_ref):
            if surname in letter.text:
                yield _about(surnames[surname], by_ref[letter.ref])


def _surname(person: Person) -> str:
    return person.listed.split(",")[0]


def _of_one_letter(
    build: Build, volume: str, phrases: Iterable[str], by_ref: Mapping[LetterRef, _Pair]
) -> list[tuple[str, Letter]]:
    """The phrases that stand in the text of just one letter of a volume, which is from one person to another, with the
    letter; those first that stand in it most often.
    """
    found: list[tuple[int, str, Letter]] = []
    for phrase in phrases:
        places = dict.fromkeys(int(build.outline.letter[row]) for row in build.lexical.rows_of(phrase))
        refs = [ref for place in places if (ref := build.outline.letters[place].ref).volume == volume]
        if not 0 < len(refs) <= _NOTED_IN:
            continue
        letters = [letter for letter in map(build.catalogue.letter, refs) if _times(phrase, letter)]
        if len(letters) == 1 and letters[0].ref in by_ref:
            found.append((-_times(phrase, letters[0]), phrase, letters[0]))
        if len(found) == _LOOKED_AT:
            break
    return [(phrase, letter) for _, phrase, letter in sorted(found, key=lambda one: one[:2])]


def _times(phrase: str, letter: Letter) -> int:
    return len(re.findall(rf"\b{re.escape(phrase)}\b", letter.text, re.IGNORECASE))


def _about(what: str, pair: _Pair) -> Candidate:
    return Candidate(f"What did {pair.writer} write to {pair.recipient} about {what}?", (pair.letter.ref,))


def _as_written(phrase: str, text: str) -> str:
    """A phrase of an index as a letter has it inside a sentence, with the article that it gives it."""
    written = max(re.findall(rf"\b(?:the )?{re.escape(phrase)}\b", text, re.IGNORECASE))  # small letters come last
    return re.sub("^The ", "the ", written)


def _of_a_month(pairs: Sequence[_Pair]) -> Iterator[Candidate]:
    """What one wrote to another in a month of which there is just one letter between them; of each two people one."""
    for (writer, recipient), months in _by_pair(pairs, 7).items():
        for month, letters in months.items():
            if len(letters) == 1:
                when = month_and_year(f"{month}-01")
                yield Candidate(f"What did {writer} write to {recipient} in {when}?", letters)
                break


def _lists(pairs: Sequence[_Pair]) -> Iterator[Candidate]:
    """Which letters one wrote to another in a year, where they are few; of each two people one."""
    for (writer, recipient), years in _by_pair(pairs, 4).items():
        for year, letters in years.items():
            if len(letters) in _LISTED:
                yield Candidate(f"Which letters did {writer} write to {recipient} in {year}?", letters)
                break


def _by_pair(pairs: Sequence[_Pair], length: int) -> dict[tuple[str, str], dict[str, tuple[LetterRef, ...]]]:
    """The letters of every two people by month or year, as so many characters of the day tell it; who wrote most often
    first.
    """
    dated: dict[tuple[str, str], dict[str, tuple[LetterRef, ...]]] = defaultdict(dict)
    for pair in pairs:
        first, last = pair.letter.first, pair.letter.last
        if first and last and first[:length] == last[:length]:
            when = dated[pair.writer, pair.recipient]
            when[first[:length]] = (*when.get(first[:length], ()), pair.letter.ref)
    return dict(sorted(dated.items(), key=lambda item: (-sum(map(len, item[1].values())), item[0])))
