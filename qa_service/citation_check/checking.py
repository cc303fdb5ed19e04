"""Each quotation, citation and link of a pasted text against the loaded letters."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa_service.citation_check.candidates import by_phrases, by_words, word_lookup
from qa_service.citation_check.details import detail_of
from qa_service.citation_check.findings import Cited, Finding, Nearest, Read, Tolerance, Verdict
from qa_service.citation_check.matching import Work, matches
from qa_service.citation_check.nearest import likeness
from qa_service.citation_check.places import Resolved, covers, notes_named, place_of, resolve
from qa_service.citation_check.reading import read, title_words
from qa_service.citation_check.volume_names import VolumeNames
from qa_service.citation_check.wordings import Wording, wordings_of
from qa_service.dialogue import Citation
from qa_service.library.builds import Build
from qa_service.texts import Footnote, Letter, Span, Volume

MOST = 50
"""Quotations, citations and links that are checked of one text."""
_LETTERS_COMPARED = 8
_OTHER_LETTERS_NAMED = 5
_ORDER: tuple[Tolerance, ...] = ("typography", "ocr", "first_letter", "closing_mark", "insertion", "omission")
_NOWHERE = Resolved("exists")


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of a text in order of appearance, and how many more things it held than one check takes.

    One that takes too much comparing ends the check, and is left out with the rest, because nothing is known of it.
    """

    findings: tuple[Finding, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Stands:
    """A place where a quotation stands, and in what it differs."""

    place: Citation
    tolerated: frozenset[Tolerance]


def check(text: str, build: Build) -> Checked:
    """Read a pasted text, and say of each thing it quotes or cites whether that stands there."""
    volumes = {volume.id: volume for volume in build.catalogue.volumes()}
    titles = frozenset(title_words(letter.title) for letter in build.outline.letters)
    things = read(text, VolumeNames(volumes.values()), titles)
    checker = _Checker(build, volumes, word_lookup(build), Work())
    findings: list[Finding] = []
    known: dict[tuple[str, str, Cited | None], Finding] = {}
    for thing in things[:MOST]:
        same = (thing.kind, thing.words, thing.cited)
        finding = known.get(same) or checker.finding(thing)
        if checker.work.is_done:
            break
        known[same] = finding
        findings.append(replace(finding, read=thing))
    return Checked(tuple(findings), len(things) - len(findings))


@dataclass(frozen=True, slots=True)
class _Checker:
    build: Build
    volumes: dict[str, Volume]
    is_word: Callable[[str], bool]
    work: Work

    def finding(self, thing: Read) -> Finding:
        cited = thing.cited
        resolved = resolve(cited, self.build, self.volumes) if cited else _NOWHERE
        found = self._of_citation(thing, resolved) if thing.kind != "quotation" else self._of_quotation(thing, resolved)
        return replace(found, detail=detail_of(found, resolved, len(self.build.outline.letters)))

    def _of_citation(self, thing: Read, resolved: Resolved) -> Finding:
        cited = thing.cited or Cited()
        if resolved.state != "exists":
            return Finding(thing, resolved.state, "")
        if len(resolved.letters) > 1 and cited.names_a_letter:
            return Finding(thing, "unclear", "", also_in=_names(resolved.letters))
        place = place_of(cited, resolved.letters[0]) if resolved.letters else None
        return Finding(thing, "place_exists", "", place, also_in=_names(resolved.letters[1:]))

    def _of_quotation(self, thing: Read, resolved: Resolved) -> Finding:
        cited = thing.cited or Cited()
        wordings = list(wordings_of(thing.words))
        at_home = self._standing(wordings, thing.words, resolved.letters)
        if at_home:
            best = min(at_home, key=lambda one: _unfitness(cited, one.place))
            return _found(thing, _verdict_at_home(cited, best.place), best)
        for search in (by_phrases, by_words):
            searched = search(thing.words, self.build) if wordings else []
            elsewhere = self._standing(wordings, thing.words, searched)
            if elsewhere:
                return _found_elsewhere(thing, cited, resolved, elsewhere)
            if searched:
                break
        nearest = self._nearest(thing.words, resolved.letters) or self._nearest(thing.words, searched)
        return Finding(thing, "not_loaded" if resolved.state == "not_loaded" else "not_found", "", nearest=nearest)

    def _standing(self, wordings: Sequence[Wording], words: str, letters: Iterable[Letter]) -> list[_Stands]:
        """Where a quotation stands in some letters and their notes: as read first, and only then as read otherwise."""
        letters = list(letters)
        for wording in wordings:
            found = [
                _Stands(place, match.tolerated)
                for letter in letters
                for note, text in _texts(letter)
                for match in matches(wording, words, text, self.is_word, self.work)
                if _has_pages(wording, (place := _citation(letter, note, text, match.span)))
            ]
            if found:
                return found
        return []

    def _nearest(self, words: str, letters: Sequence[Letter]) -> Nearest | None:
        """The most alike text of the first of some letters."""
        like = [
            (one, _citation(letter, note, text, one.span))
            for letter in letters[:_LETTERS_COMPARED]
            for note, text in _texts(letter)
            if (one := likeness(words, text))
        ]
        if not like:
            return None
        best, place = max(like, key=lambda pair: pair[0].ratio)
        return Nearest(place, best.differences)


def _texts(letter: Letter) -> Iterator[tuple[Footnote | None, str]]:
    yield None, letter.text
    for note in letter.notes:
        yield note, note.text


def _citation(letter: Letter, note: Footnote | None, text: str, span: Span) -> Citation:
    page = letter.page_of_note(note) if note else None
    pages = (page,) if page else () if note else letter.pages_of(span)
    return Citation(letter, note, span, span.of(text), pages)


def _has_pages(wording: Wording, place: Citation) -> bool:
    """Whether the page marks inside a quotation are those of pages that it stands on."""
    labels = {page.label for page in (place.letter.pages if place.note else place.pages)}
    return all(page in labels for page in wording.pages)


def _found(thing: Read, verdict: Verdict, stands: _Stands) -> Finding:
    return Finding(thing, verdict, "", stands.place, tuple(one for one in _ORDER if one in stands.tolerated))


def _found_elsewhere(thing: Read, cited: Cited, resolved: Resolved, places: Sequence[_Stands]) -> Finding:
    """Found by search: in the cited volume if possible, and in a letter itself rather than in a note."""
    best = min(places, key=lambda one: (one.place.letter.ref.volume not in cited.volumes, bool(one.place.note)))
    others = [one.place.letter for one in places if one.place.letter.ref != best.place.letter.ref]
    return replace(_found(thing, _verdict_elsewhere(cited, resolved, best.place), best), also_in=_names(others))


def _fits_note(cited: Cited, place: Citation) -> bool:
    return cited.note is None or place.note in notes_named(cited, place.letter)


def _unfitness(cited: Cited, place: Citation) -> tuple[bool, bool, bool]:
    """How ill a place fits what is cited: by page, by note, and a note where the letter itself has the words."""
    return not covers(cited, place.pages), not _fits_note(cited, place), bool(place.note) and cited.note is None


def _verdict_at_home(cited: Cited, place: Citation) -> Verdict:
    if not covers(cited, place.pages):
        return "other_page"
    return "exact" if _fits_note(cited, place) else "other_note"


def _verdict_elsewhere(cited: Cited, resolved: Resolved, place: Citation) -> Verdict:
    if resolved.state == "not_loaded":
        return "not_loaded"
    in_volume = not cited.volumes or place.letter.ref.volume in cited.volumes
    if cited.names_a_letter or not in_volume:
        return "other_letter"
    return "exact" if covers(cited, place.pages) and _fits_note(cited, place) else "other_page"


def _names(letters: Iterable[Letter]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(letter.ref) for letter in letters))[:_OTHER_LETTERS_NAMED]
