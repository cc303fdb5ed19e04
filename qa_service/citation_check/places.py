"""From the place that a citation names to the letters that it can be."""

from dataclasses import dataclass
from typing import Literal

from qa_service.citation_check.findings import Cited
from qa_service.citation_check.volume_names import roman_value
from qa_service.dialogue import Citation
from qa_service.library.builds import Build
from qa_service.texts import Footnote, Letter, Page, Span, Volume


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a citation leads to.

    `letters` are those that it may name: by number or id, or by page alone; none where it names no more than a volume,
    or a page of no volume. `lacks` is a sentence that says what is missing, "" if the place exists.
    """

    state: Literal["exists", "no_such_place", "not_loaded"]
    letters: tuple[Letter, ...] = ()
    lacks: str = ""


def resolve(cited: Cited, build: Build, volumes: dict[str, Volume]) -> Resolved:
    """The letters that a citation can mean, and whether its page and note are there."""
    loaded = [id for id in cited.volumes if id in volumes]
    if cited.volumes and not loaded:
        return Resolved("not_loaded", lacks=f"{' or '.join(cited.volumes)} is not loaded.")
    if not cited.names_a_letter:
        return _by_page(cited, build, loaded, volumes) if cited.first_page and loaded else Resolved("exists")
    refs = [
        one.ref
        for one in build.outline.letters
        if (not loaded or one.ref.volume in loaded)
        and (one.document == cited.document if cited.document else one.ref.id == cited.letter)
    ]
    letters = tuple(map(build.catalogue.letter, refs))
    if not letters:
        return _lacking_letter(cited, loaded, volumes)
    fitting = tuple(letter for letter in letters if not _lacks(cited, letter))
    return Resolved("exists", fitting) if fitting else Resolved("no_such_place", letters, _lacks(cited, letters[0]))


def _lacking_letter(cited: Cited, loaded: list[str], volumes: dict[str, Volume]) -> Resolved:
    """A document that its volume prints may not be loaded; of a volume not read as a whole nobody knows."""
    name = f"Document {cited.document}" if cited.document else str(cited.letter)
    if not loaded:
        return Resolved("no_such_place", lacks=f"No loaded volume has {name}.")
    id = cited.letter or f"d{cited.document}"
    if any(not volumes[one].documents or id in volumes[one].documents for one in loaded):
        return Resolved("not_loaded", lacks=f"{name} of {' or '.join(loaded)} is not loaded.")
    return Resolved("no_such_place", lacks=f"{' or '.join(loaded)} has no {name}.")


def _by_page(cited: Cited, build: Build, loaded: list[str], volumes: dict[str, Volume]) -> Resolved:
    of_the_volume = [build.catalogue.letter(one.ref) for one in build.outline.letters if one.ref.volume in loaded]
    letters = tuple(one for one in of_the_volume if not _lacks(cited, one))
    if letters:
        return Resolved("exists", letters)
    whole = all(len(volumes[one].documents) == sum(a.ref.volume == one for a in of_the_volume) for one in loaded)
    lacks = f"None of the loaded letters of {' or '.join(loaded)} stands on p. {cited.first_page}."
    return Resolved("no_such_place" if whole else "not_loaded", lacks=lacks)


def _lacks(cited: Cited, letter: Letter) -> str:
    """What is named of a letter that it does not have; "" if nothing."""
    named = f"Document {letter.document}"
    if cited.first_page and letter.pages:
        labels = [page.label for page in letter.pages]
        missing = [page for page in (cited.first_page, cited.last_page) if page and not _stands_in(page, labels)]
        if missing:
            there = labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}"
            return f"{named} is on {'p.' if len(labels) == 1 else 'pp.'} {there}, not on p. {missing[0]}."
    if cited.note and not notes_named(cited, letter):
        return f"{named} has no {cited.note if cited.note == 'source note' else f'n. {cited.note}'}."
    return ""


def _stands_in(page: str, labels: list[str]) -> bool:
    return page.lower() in (label.lower() for label in labels)


def notes_named(cited: Cited, letter: Letter) -> list[Footnote]:
    """The notes of a letter that a citation can mean; links name the id, and print the number."""
    if cited.note is None:
        return []
    if cited.note == "source note":
        return [note for note in letter.notes if note.source]
    by_id = [note for note in letter.notes if note.id == f"fn{cited.note}"] if cited.letter else []
    return by_id or [note for note in letter.notes if note.number == cited.note]


def covers(cited: Cited, pages: tuple[Page, ...]) -> bool:
    """Whether all of these pages are among the cited ones; true where no page is cited, or none is known."""
    if cited.first_page is None or not pages:
        return True
    first, last = page_order(cited.first_page), page_order(cited.last_page or cited.first_page)
    return all(first <= page_order(page.label) <= last for page in pages)


def page_order(label: str) -> tuple[int, int, str]:
    """Roman pages before Arabic ones, each by value."""
    if label.isdecimal():
        return 1, int(label), ""
    return 0, roman_value(label.lower()), label.lower() if not roman_value(label.lower()) else ""


def place_of(cited: Cited, letter: Letter) -> Citation:
    """The cited place as far as it is named: a note, the letter's text on the cited pages, or all of its text."""
    notes = notes_named(cited, letter)
    if notes:
        page = letter.page_of_note(notes[0])
        return Citation(letter, notes[0], Span(0, len(notes[0].text)), notes[0].text, (page,) if page else ())
    on = [number for number, page in enumerate(letter.pages) if cited.first_page and covers(cited, (page,))]
    span = Span(0, len(letter.text))
    if on:
        end = letter.pages[on[-1] + 1].start if on[-1] + 1 < len(letter.pages) else len(letter.text)
        span = Span(letter.pages[on[0]].start, end)
    return Citation(letter, None, span, span.of(letter.text), letter.pages_of(span))
