"""What an ingest says when it ends: what was read, what was met, what is new."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.readers.reading import Finding
from qa_service.apparatus import Apparatus
from qa_service.texts import Letter

_PLACES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class VolumeCounts:
    """What a build holds of one volume; `undated` are letters of which not even a note names a day."""

    volume: str
    letters: int
    kinds: dict[str, int]
    pages: int
    notes: int
    references: dict[str, int]
    """By status: resolved, not loaded, broken."""
    persons: int
    terms: int
    index_entries: int
    undated: int
    without_text: int


def count_volumes(letters: Iterable[Letter], apparatus: Mapping[str, Apparatus]) -> list[VolumeCounts]:
    """The counts of each volume, in the order of the volumes; a page is counted once however many letters share it."""
    volumes: dict[str, list[Letter]] = {}
    for letter in letters:
        volumes.setdefault(letter.ref.volume, []).append(letter)
    return [_counts(id, of_it, apparatus.get(id, Apparatus())) for id, of_it in volumes.items()]


def _counts(volume: str, letters: list[Letter], apparatus: Apparatus) -> VolumeCounts:
    statuses = Counter(reference.status for letter in letters for reference in letter.references)
    return VolumeCounts(
        volume=volume,
        letters=len(letters),
        kinds=dict(Counter(letter.kind for letter in letters).most_common()),
        pages=len({page.label for letter in letters for page in letter.pages}),
        notes=sum(len(letter.notes) for letter in letters),
        references={status: statuses[status] for status in ("resolved", "not loaded", "broken")},
        persons=len(apparatus.persons),
        terms=len(apparatus.terms),
        index_entries=len(apparatus.index),
        undated=sum(letter.dating is None for letter in letters),
        without_text=sum(not letter.text for letter in letters),
    )


def broken_references(letters: Iterable[Letter]) -> list[Finding]:
    """A finding for every reference to a place that its volume does not have."""
    return [
        Finding("reference to a place that its volume does not have", f"{letter.ref} to {reference.target}")
        for letter in letters
        for reference in letter.references
        if reference.status == "broken"
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
    lines += _table(report.volumes)
    lines.append(
        f"{report.letters} letters, {report.notes} notes, {report.passages} passages; "
        f"{report.embedded} embedded, {report.from_cache} vectors from the cache"
    )
    if report.seconds:
        lines.append(", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items()))
    state = "is now the active build" if report.changed else "holds all this already and stays active"
    lines.append(f"{report.build} {state}")
    return lines


def _table(volumes: Sequence[VolumeCounts]) -> list[str]:
    """A line a volume, under a line of headings, and below each the kinds of its documents."""
    headings = (
        "volume", "letters", "pages", "notes", "resolved", "not loaded", "broken", "persons", "terms", "index",
        "undated", "no text",
    )  # fmt: skip
    rows = [
        (
            one.volume, one.letters, one.pages, one.notes, *one.references.values(), one.persons, one.terms,
            one.index_entries, one.undated, one.without_text,
        )
        for one in volumes
    ]  # fmt: skip
    widths = [max(len(str(row[column])) for row in (headings, *rows)) for column in range(len(headings))]
    lines = []
    for row in (headings, *rows):
        first, *rest = (str(cell) for cell in row)
        lines.append("  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]))
    kinds = [f"{one.volume}: {', '.join(f'{number} {kind}' for kind, number in one.kinds.items())}" for one in volumes]
    return [*lines, *kinds]


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_PLACES_SHOWN])
    return shown if len(names) <= _PLACES_SHOWN else f"{shown}, ..."
