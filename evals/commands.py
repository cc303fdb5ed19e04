"""`letters eval` and `letters compare`: wiring and words, no decisions."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.baselines import LibraryBaselines
from evals.cases import read_cases
from evals.compare import Difference, compare, left_out, reduced
from evals.evaluation import Options, evaluate, load
from evals.exporting import write_exports
from evals.index_benchmark import IndexScore, pooled, score_volume
from evals.invariants import Invariant
from evals.judged import Judges
from evals.measuring import HEADLINE
from evals.plots import installed
from evals.report import page
from evals.subjects import HomeSubject, Subject, at_url
from evals.summary import read_run
from evals.validation import Letters
from ingest.pipeline import Ingest
from ingest.pipeline import Options as IngestOptions
from ingest.readers.files import find_sources, read
from qa_service.errors import InputError
from qa_service.home import Home
from qa_service.library.builds import open_beside
from qa_service.library.vector_cache import VectorCache
from qa_service.retrieval.retriever import retrieve
from qa_service.wiring import Parts

SAYS_NO = 1
_KEPT = "evals"
_BESIDE = (
    "pages: recall@1",
    "pages: recall@5",
    "answers: cite a gold page",
    "citations: page precision",
    "facts: vital",
)
"""Measures in which simpler answerers are printed beside ours."""

OpenProgress = Callable[[], AbstractContextManager[Callable[[str, int, int], None]]]


def register(app: typer.Typer, open_progress: OpenProgress) -> None:
    """Add the commands to the `letters` command."""

    @app.command("eval")
    def evaluate_command(
        context: typer.Context,
        gold: Annotated[list[Path], typer.Argument(help="Files of gold cases.", show_default=False)],
        url: Annotated[str | None, typer.Option(help="A running service, instead of the home.")] = None,
        report: Annotated[Path | None, typer.Option(help="Write a page (HTML) for people.")] = None,
        out: Annotated[Path | None, typer.Option(help="Write the whole run as JSON.")] = None,
        baseline: Annotated[Path | None, typer.Option(help="Compare with this run; exit 1 if worse.")] = None,
        save_baseline: Annotated[Path | None, typer.Option(help="Write what a later run is compared with.")] = None,
        exports: Annotated[Path | None, typer.Option(help="Write the inputs of other evaluation tools here.")] = None,
        jobs: Annotated[int, typer.Option(help="Questions at a time.", min=1, max=16)] = 2,
        quick: Annotated[bool, typer.Option("--quick", help="Leave out the variants of each question.")] = False,
        no_baselines: Annotated[bool, typer.Option("--no-baselines", help="Leave out the simpler answerers.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print the whole run as JSON.")] = False,
    ) -> None:
        """Score how well answers are grounded, over gold questions."""
        if report:
            installed()  # say so now, not after everything has been asked
        parts: Parts = context.obj
        cases, judges = read_cases(gold), Judges.of(parts.settings)
        earlier = read_run(baseline) if baseline else None
        options = Options(quick=quick, jobs=jobs, with_baselines=not no_baselines)
        kept = _kept(parts, gold, url)
        with open_progress() as progress, _subject(parts, url) as subject:
            loaded = load(cases, subject)
            for id in loaded.left_out:
                typer.echo(f"letters: {id} is left out: its volume is not loaded", err=True)
            run, records = evaluate(
                loaded,
                subject,
                lambda letters: _library(parts, subject, letters, progress),
                kept,
                options,
                progress,
                judges,
            )
        made = run.as_json()
        kept.unlink(missing_ok=True)
        if out:
            _write(out, json.dumps(made, ensure_ascii=False))
        if save_baseline:
            _write(save_baseline, json.dumps(reduced(made), indent=1, ensure_ascii=False) + "\n")
        if report:
            _write(report, page(made))
        if exports:
            write_exports(exports, loaded.cases, [records[case.id, "asked"] for case in loaded.cases], loaded.letters)
        typer.echo(json.dumps(made, ensure_ascii=False) if as_json else "\n".join(_lines(made)))
        _say_broken(run.invariants)
        worse = _say_differences(earlier, made) if earlier else False
        if worse or not run.sound:
            raise typer.Exit(SAYS_NO)

    @app.command("compare")
    def compare_command(
        before: Annotated[Path, typer.Argument(help="An earlier run, or a committed baseline.", show_default=False)],
        after: Annotated[Path, typer.Argument(help="The run to judge.", show_default=False)],
    ) -> None:
        """Is a run worse than an earlier one by more than chance? Exit status 1 if so."""
        if _say_differences(read_run(before), read_run(after)):
            raise typer.Exit(SAYS_NO)

    @app.command("index-benchmark")
    def index_benchmark_command(
        context: typer.Context,
        volumes: Annotated[list[Path], typer.Argument(help="Volumes in TEI.", show_default=False)],
        at_most: Annotated[int, typer.Option(help="Lines of each index, drawn at random.", min=1)] = 200,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Look up the lines of the volumes' own indexes in a library made without them."""
        with open_progress() as progress:
            made = list(_index_scores(context.obj, volumes, at_most, progress))
        for one in made:
            typer.echo(json.dumps(asdict(one)) if as_json else _index_line(one))
        if not as_json:
            typer.echo(_index_line(pooled(made)))


def _index_scores(
    parts: Parts, volumes: list[Path], at_most: int, progress: Callable[[str, int, int], None]
) -> Iterator[IndexScore]:
    """Makes the library beside the home's own, with its vectors; it is kept for the next time."""
    home = Home(parts.home.root / _KEPT / "without-index")
    home.root.mkdir(parents=True, exist_ok=True)
    if not (home.root / "cache").exists():
        (parts.home.root / "cache").mkdir(exist_ok=True)
        (home.root / "cache").symlink_to(parts.home.root.resolve() / "cache")
    beside = Parts(parts.settings.model_copy(update={"home": home.root}))
    embedder = beside.embedder(threads=2)
    tokens = parts.settings.passage_tokens
    ingest = Ingest(home, beside.pointer, embedder, passage_tokens=tokens, progress=progress)
    ingest.add(volumes, IngestOptions(with_index=False))
    sources = [(source, source.content()) for source in find_sources(volumes)]
    readings = [reading for source, content in sources if (reading := read(source, content))]
    with beside.service() as service, service.library.build() as build:
        for number, reading in enumerate(one for one in readings if one.apparatus.index):
            progress("searching", number, len(readings))
            yield score_volume(
                reading.volume.id,
                reading.apparatus,
                build.catalogue,
                lambda question, limit: retrieve(question, build, embedder, limit=limit).hits,
                at_most=at_most,
            )
    progress("searching", len(readings), len(readings))


def _index_line(one: IndexScore) -> str:
    recall = "  ".join(f"@{k} {value:.3f}" for k, value in one.recall.items())
    hit = "  ".join(f"@{k} {value:.3f}" for k, value in one.hit.items())
    return f"{one.volume:<22}{one.lines:>5} of {one.of_lines:<6} recall {recall}   any {hit}"


def _kept(parts: Parts, gold: list[Path], url: str | None) -> Path:
    """Where the answers of this evaluation are kept until it ends."""
    name = "-".join(path.stem for path in gold)[:80]
    return parts.home.root / _KEPT / f"{name}{'-url' if url else ''}.unfinished.jsonl"


@contextmanager
def _subject(parts: Parts, url: str | None) -> Iterator[Subject]:
    if url:
        with at_url(url) as subject:
            yield subject
        return
    with parts.service() as service:
        yield HomeSubject(service, name=f"home {parts.home.root.name}")


@contextmanager
def _library(
    parts: Parts, subject: Subject, letters: Letters, progress: Callable[[str, int, int], None]
) -> Iterator[LibraryBaselines | None]:
    """The home's build, if it is the one that answers; a service elsewhere has its letters elsewhere."""
    published = parts.pointer.read()
    if published is None or published.build != subject.versions()["build"]:
        typer.echo("letters: the service's letters are not this home's: only two baselines are made", err=True)
        yield None
        return
    cache = VectorCache(parts.home.vector_cache)
    build = open_beside(parts.home.builds / published.build, cache)
    try:
        yield LibraryBaselines(build, parts.embedder(threads=2), cache, letters, progress)
    finally:
        build.catalogue.close()
        cache.close()


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _lines(run: Mapping[str, Any]) -> Iterator[str]:
    """The headline figures with their intervals, and the simpler answerers beside ours."""
    yield f"{len(run['cases'])} cases over {run['about']['letters']} letters, build {run['about']['build']}"
    for measure in HEADLINE:
        if mean := run["metrics"].get(measure, {}).get("all"):
            yield f"  {measure:<34}{mean['mean']:>6.3f}  [{mean['low']:.3f}, {mean['high']:.3f}]  {mean['n']} cases"
    yield "".join([f"  {'':<40}", *(f"{measure.partition(': ')[2]:>18}" for measure in _BESIDE)])
    for name, metrics in [("ours", run["metrics"]), *run["baselines"].items()]:
        values = (metrics.get(measure, {}).get("all") for measure in _BESIDE)
        yield f"  {name:<40}" + "".join(f"{one['mean']:>18.3f}" if one else f"{'':>18}" for one in values)
    for judged in run["judged"]:
        yield f"  judged by {', '.join(map(str, judged['judge'].values()))}"
        for name, tally in judged["metrics"].items():
            mean = "   –  " if tally["mean"] is None else f"{tally['mean']:>6.3f}"
            counts = f"{tally['judged']} judged, {tally['unjudged']} not"
            yield f"    {name:<32}{mean}  at least {tally['low']:.3f}, {counts}"
    for one in run["invariants"]:
        share = f"{one['share']:>6.3f}  of {one['checked']}" if one["checked"] else "  not checked"
        yield f"  {one['name']:<34}{share}"


def _say_broken(invariants: Sequence[Invariant]) -> None:
    for one in invariants:
        for line in one.broken[:10]:
            typer.echo(f"letters: {one.name}: {line}", err=True)


def _say_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Print the comparison; whether anything has regressed, or cases of the earlier run are gone."""
    differences = compare(before, after)
    gone, new = left_out(before, after)
    for what, ids in (("only in the earlier run", gone), ("only in this run", new)):
        if ids:
            typer.echo(f"{what}, not compared: {', '.join(ids)}")
    for one in differences:
        typer.echo(_difference_line(one))
    return bool(gone) or any(one.verdict == "regression" for one in differences)


def _difference_line(one: Difference) -> str:
    change = f"{one.points:+.1f} points [{100 * one.low:+.1f}, {100 * one.high:+.1f}]"
    return f"{one.name:<34}{one.before:.3f} -> {one.after:.3f}  {change:<32} {one.cases} cases  {one.verdict}"
