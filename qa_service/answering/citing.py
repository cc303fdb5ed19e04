"""Citations in printed form, and the addresses of what they cite.

Sources: the Office of the Historian's recommendation for citing Foreign Relations ("Citing FRUS"), The Chicago Manual
of Style 18 for pinpoints, and the addresses that history.state.gov gives letters, notes and page scans.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_service.dialogue import Citation, Place
from qa_service.errors import InputError
from qa_service.texts import Footnote, Letter, Page, Volume

_SITE = "https://history.state.gov/historicaldocuments"
_FRUS_ID = re.compile(r"^frus(\d{4})(?:-(\d{2,4}))?(?:v(\d+))?")
_FRUS_PARTS = re.compile(r"frus(\d{4})(?:-(\d{2,4}))?(?:v(e)?(\d+))?(?:p(\d+))?")
_NOTE_ID = re.compile(r"^fn\w+$")
INVENTED = "invented sample, not a historical source"
_CITATION = re.compile(
    r"(?P<volume>.+), Document (?P<document>[^,]+?)(?:, pp?\. (?P<first>[^,–]+?)(?:–(?P<last>[^,]+?))?)?"
    rf"(?:, (?P<note>source note|n\. [^,]+?))?\.(?: \[{INVENTED}\])?$"
)


def formatted(citation: Citation | Place, volume: Volume) -> str:
    """A Chicago note: series, volume, editor, imprint, document, page, and the note if one is cited."""
    parts = [_volume_part(volume), f"Document {citation.letter.document}"]
    if citation.pages:
        parts.append(pages_text(citation.pages))
    if citation.note:
        parts.append(note_text(citation.note))
    text = ", ".join(parts) + "."
    return f"{text} [{INVENTED}]" if volume.invented else text


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """What a printed citation says: volume and document, first and last page by label, and the note as printed
    ("n. 3", "source note").
    """

    volume: str
    document: str
    first_page: str | None = None
    last_page: str | None = None
    note: str | None = None

    @classmethod
    def of(cls, citation: Citation) -> "Pinpoint":
        labels: list[str | None] = [page.label for page in citation.pages] or [None]
        note = note_text(citation.note) if citation.note else None
        return cls(citation.letter.ref.volume, citation.letter.document, labels[0], labels[-1], note)


def parsed(text: str, volumes: Iterable[Volume]) -> Pinpoint:
    """The inverse of `formatted`: `parsed(formatted(c, volume), volumes) == Pinpoint.of(c)`, unless a number or a label
    holds the comma or the dash that parts them in print.

    Args:
        text: a citation as `formatted` prints it.
        volumes: those it may be of.
    Raises: InputError if it is not of that form, or not of just one of these volumes.
    """
    match = _CITATION.match(text)
    if not match:
        raise InputError(f"expected a citation such as '..., Document 21, p. 26, n. 3.', got {text!r}")
    found = [volume.id for volume in volumes if _volume_part(volume) == match["volume"]]
    if len(found) != 1:
        raise InputError(f"expected one loaded volume to be cited as {match['volume']!r}, got {len(found)}")
    return Pinpoint(found[0], match["document"], match["first"], match["last"] or match["first"], match["note"])


def pages_text(pages: Sequence[Page]) -> str:
    """ "p. 26" or "pp. 26–27"."""
    labels = [page.label for page in pages]
    return f"p. {labels[0]}" if len(labels) == 1 else f"pp. {labels[0]}–{labels[-1]}"


def note_text(note: Footnote) -> str:
    """ "n. 3"; a source note that was printed without a number, and is numbered 0 in the files, is named as such."""
    return "source note" if note.source and note.number == "0" else f"n. {note.number}"


def letter_url(letter: Letter) -> str | None:
    """The letter's address on history.state.gov; None for volumes that are not published there."""
    return f"{_SITE}/{letter.ref}" if _FRUS_ID.match(letter.ref.volume) else None


def citation_url(citation: Citation | Place) -> str | None:
    """The text at the cited page, or the cited note.

    A page that begins before its letter has no anchor in the letter's address.
    """
    address = letter_url(citation.letter)
    if address is None or (citation.note is None and not citation.pages):
        return address
    if citation.note:
        return f"{address}{note_fragment(citation.note)}"
    page = citation.pages[0]
    return f"{address}#pg_{page.label}" if page.start > 0 else address


def note_fragment(note: Footnote) -> str:
    """What leads from a letter's address to one of its notes; nothing for a note that has no address of its own."""
    return note.id if _NOTE_ID.match(note.id) else ""


def scan_url(citation: Citation | Place) -> str | None:
    """The scan of the cited page."""
    if not (citation.pages and letter_url(citation.letter)):
        return None
    return f"{_SITE}/{citation.letter.ref.volume}/pg_{citation.pages[0].label}"


def volume_title(volume: Volume) -> str:
    """As its title page has it, or as its id tells it."""
    return volume.title or _title_from_id(volume.id)


def _volume_part(volume: Volume) -> str:
    title = volume_title(volume)
    editor = f"ed. {volume.editor}" if volume.editor else ""
    imprint = f"{volume.place}: {volume.publisher}" if volume.place and volume.publisher else volume.publisher
    imprint = ", ".join(part for part in (imprint, volume.year) if part)
    named = ", ".join(part for part in (title, editor) if part)
    return f"{named} ({imprint})" if imprint else named


def _title_from_id(id: str) -> str:
    """ "frus1981-88v03" -> "Foreign Relations of the United States, 1981–1988, Volume III"; else the id itself."""
    match = _FRUS_PARTS.fullmatch(id)
    if not match:
        return id
    first, last, electronic, number, part = match.groups()
    years = first if not last else f"{first}–{last if len(last) == 4 else first[: 4 - len(last)] + last}"
    title = f"Foreign Relations of the United States, {years}"
    if number:
        title += f", Volume {f'E–{int(number)}' if electronic else _roman(int(number))}"
    return f"{title}, Part {part}" if part else title


def _roman(number: int) -> str:
    text = ""
    for letters, value in (("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1)):
        count, number = divmod(number, value)
        text += letters * count
    return text
