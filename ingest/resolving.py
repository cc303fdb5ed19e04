"""Cross-references against what is loaded: where each leads, or why it leads nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from qa_service.texts import Letter, LetterRef, Reference, Volume

Status = Literal["resolved", "not loaded", "broken"]


def resolve(letters: Sequence[Letter], volumes: Mapping[str, Volume]) -> list[Letter]:
    """The letters, each of their references with its status.

    Args:
        letters: all that are loaded. Those in plain text count their notes themselves, so that no reference to one of
            their notes can be followed.
        volumes: theirs, by id; one that was read as a whole knows all its documents, so that a reference to another
            is known to be broken and not only to a letter that was left out.
    """
    notes = {letter.ref: frozenset(note.id for note in letter.notes) for letter in letters}
    published = frozenset(letter.ref for letter in letters if letter.form != "plain")
    pages = {(letter.ref.volume, page.label) for letter in letters for page in letter.pages}

    def status(reference: Reference) -> Status:
        volume = volumes.get(reference.volume)
        if volume is None:
            return "not loaded"
        if reference.page:
            if (volume.id, reference.page) in pages:
                return "resolved"
            whole = volume.documents and all(LetterRef(volume.id, id) in notes for id in volume.documents)
            return "broken" if whole and reference.page.isdigit() else "not loaded"
        if reference.letter is None:
            return "resolved"
        ref = LetterRef(volume.id, reference.letter)
        if ref not in notes:
            return "broken" if volume.documents and ref.id not in volume.documents else "not loaded"
        if reference.to_note is None or (ref in published and reference.to_note in notes[ref]):
            return "resolved"
        return "broken" if ref in published and volume.documents else "not loaded"

    return [
        replace(letter, references=tuple(replace(one, status=status(one)) for one in letter.references))
        if letter.references
        else letter
        for letter in letters
    ]
