"""What an ingest says when it ends: what was read, what was met, what is new."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.readers.reading import Finding
from qa_service.texts import Letter

_PLACES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class VolumeCounts:
    """What a build holds of one volume."""

    volume: str
    letters: int
    kinds: dict[str, int]
    pages: int
    notes: int
    undated: int
    without_text: int


def count_volumes(letters: Iterable[Letter]) -> list[VolumeCounts]:
    """The counts of each volume, in the order of the volumes; a page is counted once however many letters share it."""
    volumes: dict[str, list[Letter]] = {}
    for letter in letters:
        volumes.setdefault(letter.ref.volume, []).append(letter)
    return [
        VolumeCounts(
            volume=volume,
            letters=len(of_it),
            kinds=dict(Counter(letter.kind for letter in of_it).most_common()),
            pages=len({page.label for letter in of_it for page in letter.pages}),
            notes=sum(len(letter.notes) for letter in of_it),
            undated=sum(letter.date is None for letter in of_it),
            without_text=sum(not letter.text for letter in of_it),
        )
        for volume, of_it in volumes.items()
    ]


@dataclass
class Report:
    """The outcome of an ingest or a removal; filled in as it goes."""

    build: str = ""
    changed: bool = False
    files_read: int = 0
    files_unchanged: int = 0
    files_skipped: list[str] = field(default_factory=list)
    """Files of no known form that lay in a folder."""
    files_failed: list[str] = field(default_factory=list)
    """Why files that lay in a folder could not be read, a line each."""
    letters: int = 0
    letters_given: int = 0
    notes: int = 0
    passages: int = 0
    embedded: int = 0
    from_cache: int = 0
    removed: list[str] = field(default_factory=list)
    volumes: list[VolumeCounts] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def lines_of(report: Report) -> list[str]:
    """The report for a person, a line each."""
    lines = [f"read {report.files_read} files, {report.files_unchanged} unchanged since the last ingest"]
    if report.removed:
        lines = [f"removed {len(report.removed)} letters"]
    if report.files_skipped:
        lines.append(f"left out {len(report.files_skipped)} files of no known form: {_some(report.files_skipped)}")
    lines += [f"could not be read: {failure}" for failure in report.files_failed]
    places = defaultdict(list)
    for finding in report.findings:
        places[finding.what].append(finding.where)
    lines += [f"met: {what} ({len(where)}: {_some(where)})" for what, where in sorted(places.items())]
    lines += [_volume_line(counts) for counts in report.volumes]
    lines.append(
        f"{report.letters} letters, {report.notes} notes, {report.passages} passages; "
        f"{report.embedded} embedded, {report.from_cache} vectors from the cache"
    )
    if report.seconds:
        lines.append(", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items()))
    state = "is now the active build" if report.changed else "holds all this already and stays active"
    lines.append(f"{report.build} {state}")
    return lines


def _volume_line(counts: VolumeCounts) -> str:
    kinds = ", ".join(f"{number} {kind}" for kind, number in list(counts.kinds.items())[:_PLACES_SHOWN])
    more = ", ..." if len(counts.kinds) > _PLACES_SHOWN else ""
    facts = [f"{counts.letters} ({kinds}{more})", f"{counts.pages} pages", f"{counts.notes} notes"]
    facts += [f"{counts.undated} undated"] if counts.undated else []
    facts += [f"{counts.without_text} without text"] if counts.without_text else []
    return f"{counts.volume}: {', '.join(facts)}"


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_PLACES_SHOWN])
    return shown if len(names) <= _PLACES_SHOWN else f"{shown}, ..."
