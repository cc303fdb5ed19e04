"""Which letters a new build holds: those of the active build, plus what was read, minus what was removed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.readers.reading import Finding, Reading
from qa_service.apparatus import Apparatus
from qa_service.errors import UnknownError
from qa_service.library.catalogue import Catalogue
from qa_service.library.contents import SourceFile
from qa_service.texts import Letter, LetterRef, Volume

_RANK = {"plain": 0, "html": 1, "tei": 2}
"""Which form says more of a letter; where two files hold the same letter, the richer form is kept."""


@dataclass
class Holdings:
    """Letters with the files they came from; grows and shrinks until a build is made of it."""

    volumes: dict[str, Volume] = field(default_factory=dict)
    letters: dict[LetterRef, Letter] = field(default_factory=dict)
    sources: dict[LetterRef, SourceFile] = field(default_factory=dict)
    apparatus: dict[str, Apparatus] = field(default_factory=dict)
    _given: dict[LetterRef, SourceFile] = field(default_factory=dict)
    """Letters that a file of this very ingest has given: no later file of it replaces them unless it says more."""

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Holdings":
        """What a build holds."""
        return cls(
            volumes={volume.id: volume for volume in catalogue.volumes()},
            letters={letter.ref: letter for letter in catalogue.letters()},
            sources=catalogue.sources(),
            apparatus={volume.id: catalogue.apparatus(volume.id) for volume in catalogue.volumes()},
        )

    def take_over(self, digest: str) -> int:
        """Keep what the file with this digest gave before, if all of it is still held; returns how many letters."""
        held = {ref: file for ref, file in self.sources.items() if file.digest == digest}
        if not held or len(held) < next(iter(held.values())).gave:
            return 0
        self._given |= held
        return len(held)

    def add(self, reading: Reading, file: SourceFile) -> list[Finding]:
        """Add what a file holds; it replaces what the same path, or the same form of the same volume, gave before."""
        replaced = [ref for ref in self.letters if ref not in self._given and self._is_replaced(ref, reading, file)]
        self._drop(replaced)
        findings = [finding for letter in reading.letters if (finding := self._add(letter, file))]
        gone = [ref for ref in replaced if ref not in self.letters]
        findings += [Finding("held before, not given this time, left out", str(ref)) for ref in gone]
        self._learn(reading)
        if reading.form == "tei":
            self.apparatus[reading.volume.id] = reading.apparatus
        self._tidy()
        return findings

    def _learn(self, reading: Reading) -> None:
        """What is known of the volume: all that a volume says of itself, else what its letters' files say together."""
        known = self.volumes.get(reading.volume.id)
        if known is None or reading.form == "tei":
            self.volumes[reading.volume.id] = reading.volume
        elif not known.documents:
            said = reading.volume if reading.volume.title and not known.title else known
            self.volumes[known.id] = replace(said, invented=known.invented or reading.volume.invented)

    def _is_replaced(self, ref: LetterRef, reading: Reading, file: SourceFile) -> bool:
        same_volume = reading.form == "tei" and ref.volume == reading.volume.id and self.letters[ref].form == "tei"
        return same_volume or self.sources[ref].path == file.path

    def _add(self, letter: Letter, file: SourceFile) -> Finding | None:
        """Add one letter, unless another says more of it or was given first; tells what was replaced or left out."""
        ref, there, finding = letter.ref, self.letters.get(letter.ref), None
        if there is not None and _RANK[there.form] != _RANK[letter.form]:
            richer, poorer = sorted((there.form, letter.form), key=lambda form: -_RANK[form])
            finding = Finding(f"given as {poorer} and as {richer}; the richer form ({richer}) is kept", str(ref))
            if letter.form == poorer:
                return finding
        elif ref in self._given:
            first = Path(self._given[ref].path).name
            return Finding(f"given twice; that of {first} is kept, that of {Path(file.path).name} left out", str(ref))
        self.letters[ref] = letter
        self.sources[ref] = self._given[ref] = file
        return finding

    def remove(self, names: Iterable[str]) -> list[LetterRef]:
        """Take out letters and volumes by name. Raises UnknownError, and changes nothing, if one is not there."""
        gone: list[LetterRef] = []
        for name in names:
            found = [ref for ref in self.letters if name in (ref.volume, str(ref))]
            if not found:
                raise UnknownError(f"no letter or volume {name!r} among the loaded letters")
            gone += found
        self._drop(gone)
        self._tidy()
        return sorted(set(gone))

    def in_order(self) -> list[Letter]:
        """Volume by volume, in printed order."""
        return sorted(
            self.letters.values(),
            key=lambda letter: (letter.ref.volume, _natural(letter.document, letter.ref.id)),
        )

    def _drop(self, refs: Iterable[LetterRef]) -> None:
        for ref in refs:
            self.letters.pop(ref, None)
            self.sources.pop(ref, None)

    def _tidy(self) -> None:
        used = {ref.volume for ref in self.letters}
        self.volumes = {id: volume for id, volume in self.volumes.items() if id in used}
        self.apparatus = {id: one for id, one in self.apparatus.items() if id in used}


def kept_kinds(reading: Reading, kinds: frozenset[str], *, with_index: bool) -> Reading:
    """The reading with only letters of the given kinds (all, if none are given), and what was met in them."""
    letters = tuple(letter for letter in reading.letters if not kinds or letter.kind in kinds)
    left_out = {str(letter.ref) for letter in reading.letters} - {str(letter.ref) for letter in letters}
    findings = tuple(finding for finding in reading.findings if finding.where.partition(" ")[0] not in left_out)
    apparatus = reading.apparatus if with_index else replace(reading.apparatus, index=())
    return replace(reading, letters=letters, apparatus=apparatus, findings=findings)


def _natural(document: str, id: str) -> tuple[int, str]:
    number = re.search(r"\d+", document)
    return (int(number.group()) if number else 10**9, id)
