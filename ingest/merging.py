"""Which letters a new build holds: those of the active build, plus what was read, minus what was removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ingest.readers.reading import Finding, Reading
from qa_service.errors import UnknownError
from qa_service.library.catalogue import Catalogue, SourceFile
from qa_service.texts import IndexEntry, Letter, LetterRef, Volume

_RANK = {"plain": 0, "tei": 1}
"""Which form says more of a letter; where two files hold the same letter, the richer form is kept."""


@dataclass
class Holdings:
    """Letters with the files they came from; grows and shrinks until a build is made of it."""

    volumes: dict[str, Volume] = field(default_factory=dict)
    letters: dict[LetterRef, Letter] = field(default_factory=dict)
    sources: dict[LetterRef, SourceFile] = field(default_factory=dict)
    index: dict[str, tuple[IndexEntry, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Holdings":
        """What a build holds."""
        return cls(
            volumes={volume.id: volume for volume in catalogue.volumes()},
            letters={letter.ref: letter for letter in catalogue.letters()},
            sources=catalogue.sources(),
            index={volume.id: catalogue.index(volume.id) for volume in catalogue.volumes()},
        )

    def add(self, reading: Reading, file: SourceFile) -> list[Finding]:
        """Add what a file holds. A volume read again replaces what the same form gave of it before."""
        if reading.form == "tei":
            earlier = [
                ref for ref, letter in self.letters.items() if ref.volume == reading.volume.id and letter.form == "tei"
            ]
            self._drop(earlier)
        findings = []
        for letter in reading.letters:
            there = self.letters.get(letter.ref)
            if there is not None and _RANK[there.form] > _RANK[letter.form]:
                findings.append(
                    Finding(
                        f"also given as {letter.form}; the richer form ({there.form}) is kept",
                        str(letter.ref),
                    )
                )
                continue
            if there is not None and _RANK[there.form] < _RANK[letter.form]:
                findings.append(
                    Finding(
                        f"given as {there.form} before; replaced by the richer form ({letter.form})",
                        str(letter.ref),
                    )
                )
            self.letters[letter.ref] = letter
            self.sources[letter.ref] = file
        known = self.volumes.get(reading.volume.id)
        if known is None or reading.volume.title or not known.title:
            self.volumes[reading.volume.id] = reading.volume
        if reading.form == "tei":
            self.index[reading.volume.id] = reading.index
        self._tidy()
        return findings

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
        self.index = {id: entries for id, entries in self.index.items() if id in used}


def kept_kinds(reading: Reading, kinds: frozenset[str], *, with_index: bool) -> Reading:
    """The reading with only letters of the given kinds (all, if none are given)."""
    letters = tuple(letter for letter in reading.letters if not kinds or letter.kind in kinds)
    return replace(reading, letters=letters, index=reading.index if with_index else ())


def letters_by_file(sources: Mapping[LetterRef, SourceFile]) -> dict[str, list[LetterRef]]:
    """The letters that each file (by digest) gave."""
    by_file: dict[str, list[LetterRef]] = {}
    for ref, file in sources.items():
        by_file.setdefault(file.digest, []).append(ref)
    return by_file


def _natural(document: str, id: str) -> tuple[int, str]:
    digits = "".join(ch for ch in document if ch.isdigit())
    return (int(digits) if digits else 10**9, id)
