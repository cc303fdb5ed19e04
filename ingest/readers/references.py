"""Cross-references: from the addresses that the edition gives them to volumes, letters, notes and pages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa_service.texts import LetterRef, Reference, Span

_ADDRESS = re.compile(
    r"(?:(?:(?:https?://history\.state\.gov)?/historicaldocuments/)?(?P<volume>[a-z]+\d{4}[\w.-]*)[#/]?|#)(?P<place>[\w.-]+)?"
)
_LETTER = re.compile(r"(d\d+[a-z]?)(fn\w+)?")
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
    volume, place = match["volume"] or ref.volume, match["place"] or ""
    letter, page = _LETTER.fullmatch(place), _PAGE.fullmatch(place)
    return Reference(
        link.note,
        link.span,
        volume,
        letter.group(1) if letter else None,
        letter.group(2) if letter else None,
        page.group(1) if page else None,
    )
