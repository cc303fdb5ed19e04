"""Cross-references: from the addresses that the edition gives them to volumes, letters, notes and pages.

In the older volumes a note that says "supra" or "infra" and no more means the document just before or just after; not
all of these carry an address.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa_service.texts import Letter, LetterRef, Reference, Span

_ADDRESS = re.compile(
    r"(?:(?:(?:https?://history\.state\.gov)?/historicaldocuments/)?(?P<volume>[a-z]+\d{4}[\w.-]*)[#/]?|#)(?P<place>[\w.-]+(?:#\w+)?)?"
)
_LETTER = re.compile(r"(d\d+[a-z]?)(?:att\d+)?(fn\w+)?")
_ADJOINING = re.compile(r"\b(?:[Ss]upra|(?P<next>[Ii]nfra))\b(?!, (?:pp?\.|Doc))")
_OF_ANOTHER_PLACE = re.compile(r"\b(?:pp?\.|[Ss]ection|[Cc]hapter|[Pp]art|[Ff]ootnotes?|[Nn]otes?) [\w–-]+, ?$")
_PAGE = re.compile(r"pg_(\w+)")


@dataclass(frozen=True, slots=True)
class Link:
    """Words of a letter, or of its note with the id `note`, that carry an address: "#d21fn3", "frus1961-63v11#d5"."""

    note: str | None
    span: Span
    address: str


def references_of(links: Iterable[Link], ref: LetterRef) -> tuple[Reference, ...]:
    """The references of a letter; addresses that do not lead into a volume are left out."""
    found = (_reference(link, ref) for link in links)
    return tuple(reference for reference in found if reference)


def _reference(link: Link, ref: LetterRef) -> Reference | None:
    match = _ADDRESS.fullmatch(link.address)
    if not match or not (match["volume"] or match["place"]):
        return None
    volume, place = match["volume"] or ref.volume, (match["place"] or "").replace("#", "")
    letter, page = _LETTER.fullmatch(place), _PAGE.fullmatch(place)
    return Reference(
        link.note,
        link.span,
        volume,
        letter.group(1) if letter else None,
        letter.group(2) if letter else None,
        page.group(1) if page else None,
    )


def with_adjoining(letters: Sequence[Letter]) -> Iterator[Letter]:
    """The letters of a volume, in printed order, with the references that only "supra" and "infra" make."""
    for position, letter in enumerate(letters):
        before = letters[position - 1].ref.id if position else None
        after = letters[position + 1].ref.id if position + 1 < len(letters) else None
        added = [
            Reference(note.id, Span(*match.span()), letter.ref.volume, neighbour)
            for note in letter.notes
            if "upra" in note.text or "nfra" in note.text
            for match in _ADJOINING.finditer(note.text)
            if (neighbour := after if match["next"] else before)
            and not _is_told(match.span(), note.id, letter)
            and not _OF_ANOTHER_PLACE.search(note.text[max(0, match.start() - 30) : match.start()])
        ]
        yield replace(letter, references=(*letter.references, *added)) if added else letter


def _is_told(span: tuple[int, int], note: str, letter: Letter) -> bool:
    """Whether the word belongs to a reference that carries an address: "Document 80, supra"."""
    start, end = span
    return any(
        one.note == note and one.span.start <= end and start <= one.span.end + len(", ") for one in letter.references
    )
