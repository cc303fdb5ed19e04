"""One bibliographic entry for each letter cited, whatever the number of answers and places that cite it.

The entry is the letter in its volume, as the Office of the Historian's own pages describe it (`chapter`, in Zotero a
book section): a type for letters would have no place for the volume, its editor and publisher. The document's number
stands in the title, since the Office recommends it as the place within a volume and no reference manager has a field
for it that citation styles print. Places within the letter are kept apart from the entry.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from qa_service.answering.citing import INVENTED
from qa_service.dating import long_date
from qa_service.exporting.answers import Cited, Source, Told
from qa_service.exporting.names import Name, correspondents, editors

_PLAIN = re.compile(r"[A-Za-z0-9.-]+/[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A cited letter; `places` are its citations, each place and quotation once, in order."""

    key: str
    first: Cited
    places: tuple[Cited, ...]

    @property
    def title(self) -> str:
        """ "Letter From A to B, Document 21", with a mark behind it where it is invented."""
        title = ", ".join(part for part in (self.first.title, f"Document {self.first.document}") if part)
        return f"{title} [{INVENTED}]" if self.first.invented else title

    @property
    def source(self) -> Source:
        return self.first.source

    @property
    def writers(self) -> list[Name]:
        return correspondents(self.first.writer)

    @property
    def editors(self) -> list[Name]:
        return editors(self.source.editor)

    @property
    def written(self) -> str:
        """ "Written September 29, 1961."; empty where no date is known."""
        return f"Written {long_date(self.first.date)}." if self.first.date else ""


def entries(answers: Iterable[Told]) -> list[Entry]:
    """The entries of all letters that the answers cite, in the order of first citation."""
    places: dict[str, dict[tuple[str, str], Cited]] = {}
    for answer in answers:
        for cited in answer.citations:
            places.setdefault(cited.letter, {}).setdefault((cited.pinpoint, cited.quote), cited)
    return [Entry(entry_key(letter), next(iter(of.values())), tuple(of.values())) for letter, of in places.items()]


def entry_key(letter: str) -> str:
    """ "frus1961-63v06/d21" -> "frus1961-63v06_d21": the same in every export, for other letters another.

    Characters that BibTeX or pandoc do not take in a key are replaced, and a checksum tells such keys apart.
    """
    if _PLAIN.fullmatch(letter):
        return letter.replace("/", "_")
    return f"{re.sub(r'[^A-Za-z0-9.-]', '_', letter)}_{zlib.crc32(letter.encode('utf-8', 'replace')):08x}"


def place_text(place: Cited) -> str:
    """A place with its quotation and addresses: "Document 21, p. 26: “…” https://… (scan: https://…)"."""
    text = f"{place.pinpoint}: “{place.quote}”"
    return " ".join(part for part in (text, addresses(place)) if part)


def addresses(place: Cited) -> str:
    """The address of the text, and that of the scan in brackets; empty for a letter that is not on the web."""
    scan = f"(scan: {place.scan_url})" if place.scan_url else ""
    return " ".join(part for part in (place.url, scan) if part)
