"""From paths to a published build: find, read, merge, cut, embed, write, verify, move the pointer."""

import hashlib
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ingest.carried import with_authors
from ingest.merging import Holdings, kept_kinds
from ingest.passages import lexical_fields, neighbours
from ingest.preparing import Preparation, Prepared, Progress
from ingest.readers import files
from ingest.readers.reading import Finding
from ingest.report import Report, broken_references, count_volumes
from ingest.resolving import resolve
from qa_service.apparatus import Apparatus
from qa_service.embedding import Embedder, Vectors
from qa_service.errors import CorpusError, InputError, OutdatedError
from qa_service.home import Home
from qa_service.library.builds import Plan, list_builds, make_build, outdated_builds
from qa_service.library.catalogue import Catalogue
from qa_service.library.contents import Contents, SourceFile
from qa_service.library.lexical import LexicalFields
from qa_service.library.manifest import FORMAT, Manifest, changed_files
from qa_service.library.pointer import Pointer
from qa_service.library.vector_cache import VectorCache
from qa_service.library.verification import verify_build
from qa_service.texts import Letter, LetterRef, Passage, header_line

_BUILDS_KEPT = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What of the given files goes in: only letters of these kinds (all, if empty); with the volumes' index or not."""

    kinds: frozenset[str] = frozenset()
    with_index: bool = True


class Ingest:
    """Makes new builds in a home. One at a time runs in a home; a service may answer from it meanwhile."""

    def __init__(
        self,
        home: Home,
        pointer: Pointer,
        embedder: Embedder,
        *,
        passage_tokens: int,
        progress: Progress,
        verify: Callable[[Path], list[str]] = verify_build,
    ) -> None:
        self._home, self._pointer, self._embedder = home, pointer, embedder
        self._passage_tokens, self._progress, self._verify = passage_tokens, progress, verify

    def add(self, paths: Sequence[Path], options: Options = Options()) -> Report:
        """Read the paths into a new build beside the letters already there, and publish it.

        A file the user named must be readable; one that lies in a folder and is not is reported, and the rest goes on.
        Raises: InputError, CorpusError, BackendError; then nothing has changed.
        """
        report = Report()
        found = files.find_sources(paths)
        with self._home.changing(), self._active(report) as active:
            holdings = Holdings.of(active.catalogue) if active else Holdings()
            with _timed(report, "reading"):
                for number, source in enumerate(found):
                    self._progress("reading", number, len(found))
                    self._read(source, options, holdings, report)
                self._progress("reading", len(found), len(found))
            if report.files_read + report.files_unchanged == 0:
                raise InputError("; ".join(report.files_failed) or f"no letters in {', '.join(map(str, paths))}")
            if not report.letters_given:
                raise InputError(f"none of the documents read is of the kinds {', '.join(sorted(options.kinds))}")
            return self._publish(holdings, active, report, "ingest")

    def remove(self, names: Sequence[str]) -> Report:
        """Publish a new build without some letters or volumes. Raises: UnknownError if one is not there."""
        report = Report()
        with self._home.changing(), self._active(report) as active:
            if active is None and report.findings:
                raise CorpusError(report.findings[0].what)
            holdings = Holdings.of(active.catalogue) if active else Holdings()
            report.removed = [str(ref) for ref in holdings.remove(names)]
            if not holdings.letters:
                raise InputError("that would leave no letters at all; delete the home folder to start afresh")
            return self._publish(holdings, active, report, "remove")

    def _read(self, source: files.Source, options: Options, holdings: Holdings, report: Report) -> None:
        try:
            content = source.content()
            digest = _with_options(source.digest(content), options)
            if held := holdings.take_over(digest):
                report.files_unchanged += 1
                report.letters_given += held
                return
            reading = files.read(source, content)
        except InputError as error:
            if source.named:
                raise
            report.files_failed.append(str(error))
            return
        if reading is None:
            report.files_skipped.append(source.path.name)
            return
        kept = kept_kinds(reading, options.kinds, with_index=options.with_index)
        if not kept.letters:
            report.files_read += 1
            report.findings.append(Finding("no document of the kinds asked for", source.path.name))
            return
        file = SourceFile(digest, str(source.path.resolve()), reading.form, len(kept.letters))
        report.files_read += 1
        report.letters_given += len(kept.letters)
        report.findings += kept.findings
        report.findings += holdings.add(kept, file)

    def _publish(self, holdings: Holdings, active: "_Active | None", report: Report, action: str) -> Report:
        letters = resolve(_with_authors(holdings.in_order()), holdings.volumes)
        report.letters, report.notes = len(letters), sum(len(letter.notes) for letter in letters)
        report.volumes = count_volumes(letters, holdings.apparatus)
        report.findings += broken_references(letters)
        with self._preparation() as preparation:
            digest = _content_digest(holdings, preparation.name)
            if active and active.sound and active.manifest.content_digest == digest:
                report.build, report.passages = active.manifest.build, active.manifest.counts.passages
                report.from_cache = report.passages + active.manifest.counts.sentences
                return report
            with _timed(report, "cutting"):
                prepared = preparation.cut(letters, _reusable(preparation, holdings, letters, active))
            if not prepared:
                raise InputError("none of the letters has any text to search in")
            with _timed(report, "embedding"):
                vectors, report.embedded = preparation.embed(prepared)
            report.from_cache = len(vectors) - report.embedded
            with _timed(report, "building"):
                self._progress("building", 0, 1)
                plan = self._plan(holdings, letters, prepared, vectors, preparation.name, digest)
                manifest = make_build(self._home.builds, plan, verify=self._verify)
                self._progress("building", 1, 1)
        self._pointer.publish(manifest.build, action)
        self._delete_old_builds()
        report.build, report.changed, report.passages = manifest.build, True, manifest.counts.passages
        return report

    def _plan(
        self,
        holdings: Holdings,
        letters: list[Letter],
        prepared: list[Prepared],
        vectors: Vectors,
        cut: str,
        digest: str,
    ) -> Plan:
        contents = Contents(
            volumes=tuple(holdings.volumes.values()),
            letters=tuple(letters),
            passages=tuple(one.stored for one in prepared),
            apparatus=holdings.apparatus,
            files=tuple({file.digest: file for file in holdings.sources.values()}.values()),
            sources={ref: file.digest for ref, file in holdings.sources.items()},
        )
        by_ref = {letter.ref: letter for letter in letters}
        of_letter: dict[LetterRef, list[Passage]] = defaultdict(list)
        for one in prepared:
            of_letter[one.passage.ref].append(one.passage)
        around = {
            key: near for ref, passages in of_letter.items() for key, near in neighbours(by_ref[ref], passages).items()
        }

        def fields(passage: Passage) -> LexicalFields:
            apparatus = holdings.apparatus.get(passage.ref.volume, Apparatus())
            return lexical_fields(by_ref[passage.ref], passage, apparatus.index, around[passage.key])

        return Plan(contents, vectors, fields, self._embedder.name, self._embedder.backend, cut, digest)

    def _delete_old_builds(self) -> None:
        """Keep the newest builds, and whatever the pointer names; none that only another version could read."""
        published = self._pointer.read()
        named = {published.build, published.previous} if published else set()
        older = [manifest.build for manifest in list_builds(self._home.builds)[:-_BUILDS_KEPT]]
        for build in older + [folder.name for folder in outdated_builds(self._home.builds)]:
            if build not in named:
                shutil.rmtree(self._home.builds / build, ignore_errors=True)

    @contextmanager
    def _active(self, report: Report) -> Iterator["_Active | None"]:
        """The active build's catalogue; None before the first ingest, or if nothing of it can be read any more."""
        published = self._pointer.read()
        if published is None:
            yield None
            return
        folder = self._home.builds / published.build
        try:
            manifest = Manifest.load(folder)
            changed = changed_files(folder, manifest)
            if any(name.startswith("library.sqlite") for name in changed):
                raise CorpusError(f"build {published.build} is damaged: {', '.join(changed)}")
        except CorpusError as error:
            if published.previous is not None and not isinstance(error, OutdatedError):
                raise CorpusError(f"{error}; `letters rollback` returns to the build before it") from error
            report.findings.append(Finding(f"nothing taken over from the active build: {error}", published.build))
            yield None
            return
        catalogue = Catalogue(folder / "library.sqlite")
        try:
            yield _Active(manifest, catalogue, sound=not changed)
        finally:
            catalogue.close()

    @contextmanager
    def _preparation(self) -> Iterator[Preparation]:
        cache = VectorCache(self._home.vector_cache)
        try:
            yield Preparation(self._embedder, cache, passage_tokens=self._passage_tokens, progress=self._progress)
        finally:
            cache.close()


@dataclass(frozen=True, slots=True)
class _Active:
    """The build whose letters a new one starts from."""

    manifest: Manifest
    catalogue: Catalogue
    sound: bool
    """Whether all its files are as they were made; if not, a new build is made even of the same letters."""


def _with_authors(letters: Sequence[Letter]) -> list[Letter]:
    """Volume by volume, because whom a telegram means is somebody of its own volume."""
    volumes = groupby(letters, key=lambda letter: letter.ref.volume)
    return [letter for _, some in volumes for letter in with_authors(list(some))]


def _reusable(
    preparation: Preparation, holdings: Holdings, letters: Sequence[Letter], active: _Active | None
) -> dict[LetterRef, list[Prepared]]:
    """The active build's passages, of the letters whose file has not changed since, nor whose header line: whose
    message a telegram carries may be known only since another letter is there.
    """
    if active is None or active.manifest.cut != preparation.name:
        return {}
    sources = active.catalogue.sources()
    unchanged = {
        letter.ref
        for letter in letters
        if (file := sources.get(letter.ref))
        and holdings.sources.get(letter.ref) == file
        and header_line(active.catalogue.letter(letter.ref)) == header_line(letter)
    }
    return preparation.reusable(one for one in active.catalogue.all_passages() if one.passage.ref in unchanged)


def _content_digest(holdings: Holdings, preparation: str) -> str:
    """Of all letters, by the files they came from, and of everything that decides how they are cut and embedded."""
    parts = [f"{FORMAT}/{preparation}"]
    parts += sorted(f"{ref} {file.digest}" for ref, file in holdings.sources.items())
    parts += sorted(f"{id} {volume}" for id, volume in holdings.volumes.items())
    parts += [f"{id} {apparatus}" for id, apparatus in sorted(holdings.apparatus.items()) if apparatus != Apparatus()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _with_options(digest: str, options: Options) -> str:
    """The same file read with other options gives other letters."""
    if options == Options():
        return digest
    chosen = f"{digest} {sorted(options.kinds)} {options.with_index}"
    return hashlib.sha256(chosen.encode()).hexdigest()


@contextmanager
def _timed(report: Report, stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    report.seconds[stage] = round(time.perf_counter() - started, 2)
