"""The `letters` command: wiring and words, no decisions."""

import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer._click.exceptions import UsageError  # Typer gives this one no public name

from evals.commands import register as register_evals
from ingest.fetching import Fetcher
from ingest.pipeline import Ingest, Options
from ingest.report import lines_of
from qa_service import printing
from qa_service.answer_commands import register as register_answers
from qa_service.api.letter_responses import LetterHead, LetterOut
from qa_service.ask_commands import register as register_asking
from qa_service.errors import CorpusError, InputError, QAServiceError, UnknownError
from qa_service.key_commands import register as register_keys
from qa_service.library.builds import list_builds
from qa_service.library.manifest import Manifest, changed_files
from qa_service.library.verification import verify_build
from qa_service.logs import log_from
from qa_service.serving import serve
from qa_service.settings import read_settings
from qa_service.texts import LetterRef
from qa_service.wiring import Parts

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Letters.")

SAYS_NO, WRONG = 1, 2
"""Exit statuses: a result that says no; a usage or input error."""

Told = Callable[[str, int, int], None]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def home(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="Where everything is kept (LETTERS_HOME).")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unexpected error comes from.")] = False,
) -> None:
    """Ask published letters, and get answers with the letter and the exact page."""
    context.obj = Parts(read_settings(home=home))


@app.command()
def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of letters.", show_default=False)],
    only: Annotated[str, typer.Option(help="Only these kinds of letters, such as letter,message.")] = "",
    without_index: Annotated[bool, typer.Option("--without-index", help="Leave out the volumes' own index.")] = False,
    as_json: AsJson = False,
    progress: Annotated[
        Literal["bar", "json"], typer.Option(help="Tell progress as a bar, or as JSON, an object a line on stderr.")
    ] = "bar",
) -> None:
    """Read letters into a new build, beside those already loaded."""
    kinds = frozenset(kind.strip().lower() for kind in only.split(",") if kind.strip())
    options = Options(kinds, not without_index)
    if progress == "json":
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a program that stops it wants it to tidy up
    telling = _progress if progress == "bar" else _progress_lines
    _build_anew(context.obj, lambda ingest: ingest.add(paths, options), as_json, telling)


@app.command()
def fetch(
    context: typer.Context,
    volumes: Annotated[list[str], typer.Argument(help="Volume ids, such as frus1961-63v06.", show_default=False)],
) -> None:
    """Download volumes from the Office of the Historian's repository, for `letters ingest`."""
    parts: Parts = context.obj
    with _progress() as progress:
        fetcher = Fetcher(parts.settings.frus_base, parts.home.volumes, progress=progress)
        fetched = [fetcher.fetch(volume) for volume in volumes]
    for volume in fetched:
        typer.echo(f"{volume.path}: {volume.bytes} bytes, SHA-256 {volume.sha256}")
    typer.echo(f"read with: letters ingest {' '.join(str(volume.path) for volume in fetched)}")


@app.command()
def remove(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(help="Letters (volume/id) or volumes.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Make a new build without some letters or volumes."""
    _build_anew(context.obj, lambda ingest: ingest.remove(names), as_json, _progress)


@app.command("list")
def list_letters(context: typer.Context, as_json: AsJson = False) -> None:
    """List the loaded letters."""
    with context.obj.catalogue() as catalogue:
        volumes = {volume.id: volume for volume in catalogue.volumes()}
        for letter in catalogue.letters():
            line = LetterHead.of(letter, volumes[letter.ref.volume])
            typer.echo(line.model_dump_json() if as_json else printing.letter_line(line))


@app.command()
def show(
    context: typer.Context,
    letters: Annotated[list[str], typer.Argument(help="Letters, as volume/id.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Show letters whole, with their pages and notes."""
    with context.obj.catalogue() as catalogue:
        found = [catalogue.letter(LetterRef.parse(name)) for name in letters]
        for letter in found:
            out = LetterOut.of(letter, catalogue.volume(letter.ref.volume), catalogue.beside(letter.ref))
            typer.echo(out.model_dump_json() if as_json else printing.whole_letter(out))


@app.command("serve")
def serve_command(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on (LETTERS_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port, 0 for any (LETTERS_PORT).", min=0, max=65535)] = None,
) -> None:
    """Serve the API and the page."""
    log_from(logging.INFO)
    settings = context.obj.settings
    serve(context.obj, host or settings.host, settings.port if port is None else port)


@app.command()
def mcp(context: typer.Context) -> None:
    """Speak the Model Context Protocol over stdin and stdout, for a client that starts this command."""
    from qa_service.api.mcp import serve_stdio  # a second to import

    if running := context.obj.running_service():
        raise InputError(f"a service runs on this home already; let the client connect to {running.address}/mcp")
    with context.obj.service() as service:
        serve_stdio(service)


@app.command()
def builds(context: typer.Context, as_json: AsJson = False) -> None:
    """List the builds, oldest first; the active one is marked."""
    published = context.obj.pointer.read()
    for manifest in list_builds(context.obj.home.builds):
        active = published is not None and manifest.build == published.build
        line = {
            "build": manifest.build,
            "active": active,
            "created_at": manifest.created_at,
            **manifest.counts.model_dump(),
        }
        typer.echo(json.dumps(line) if as_json else printing.build_line(line))


@app.command()
def rollback(
    context: typer.Context,
    build: Annotated[str | None, typer.Argument(help="A build's id; the one before the active one by default.")] = None,
) -> None:
    """Make an earlier build the active one."""
    parts: Parts = context.obj
    with parts.home.changing():
        published = parts.pointer.read()
        id = build or (published.previous if published else None)
        if id is None:
            raise InputError("there is no earlier build to go back to")
        folder = _build_folder(parts, id)
        if changed := changed_files(folder, Manifest.load(folder)):
            raise CorpusError(f"build {id} is damaged ({', '.join(changed)}); the active build stays")
        parts.pointer.publish(id, "rollback")
    typer.echo(f"{id} is now the active build")


@app.command()
def verify(
    context: typer.Context,
    build: Annotated[str | None, typer.Argument(help="A build's id; the active one by default.")] = None,
) -> None:
    """Check a build: files, counts, every vector, and that passages find themselves."""
    parts: Parts = context.obj
    id = build or parts.active_build()
    problems = verify_build(_build_folder(parts, id))
    for problem in problems:
        typer.echo(f"{id}: {problem}")
    if problems:
        raise typer.Exit(SAYS_NO)
    counts = Manifest.load(parts.home.builds / id).counts
    typer.echo(f"{id} is sound: {counts.letters} letters, {counts.notes} notes, {counts.passages} passages")


def main() -> None:
    """Run a command; every error the service raises on purpose is one line on stderr."""
    log_from(logging.WARNING)
    try:
        raise SystemExit(app(standalone_mode=False) or 0)
    except UsageError as error:
        if message := error.format_message():  # empty where the help was printed instead
            _say(message)
        raise SystemExit(WRONG) from None
    except QAServiceError as error:
        _say(str(error))
        raise SystemExit(WRONG) from None
    except Exception as error:  # a fault of ours: one line for the user, the rest with --debug
        if "--debug" in sys.argv:
            raise
        first_line = (str(error).splitlines() or [""])[0]
        _say(f"unexpected {type(error).__name__}: {first_line} (more with --debug)")
        raise SystemExit(WRONG) from None
    except (KeyboardInterrupt, typer.Abort):
        _say("stopped")
        raise SystemExit(130) from None


def _build_folder(parts: Parts, id: str) -> Path:
    """Raises UnknownError if there is no such build."""
    if Path(id).name != id or id.startswith(".") or not (parts.home.builds / id).is_dir():
        raise UnknownError(f"no build {id!r}; `letters builds` lists them")
    return parts.home.builds / id


def _say(message: str) -> None:
    """One line on stderr, whatever characters a file name brought along."""
    line = " ".join(message.split()).encode("utf-8", "backslashreplace").decode()
    typer.echo(f"letters: {line}", err=True)


def _build_anew(
    parts: Parts, work: Callable[[Ingest], Any], as_json: bool, telling: Callable[[], AbstractContextManager[Told]]
) -> None:
    with telling() as progress:
        progress("model", 0, 1)
        embedder = parts.embedder(threads=os.cpu_count() or 1)
        progress("model", 1, 1)
        ingest = Ingest(
            parts.home,
            parts.pointer,
            embedder,
            passage_tokens=parts.settings.passage_tokens,
            progress=progress,
        )
        report = work(ingest)
    typer.echo(json.dumps(report.as_json()) if as_json else "\n".join(lines_of(report)))
    for failure in report.files_failed:
        _say(failure)
    if report.files_failed:
        raise typer.Exit(SAYS_NO)


@contextmanager
def _progress() -> Iterator[Told]:
    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


@contextmanager
def _progress_lines() -> Iterator[Told]:
    """For a program that reads stderr. Where nobody reads any more, telling fails, and with it the work ends."""

    def tell(stage: str, done: int, total: int) -> None:
        print(json.dumps({"step": stage, "done": done, "total": total}), file=sys.stderr, flush=True)

    yield tell


register_asking(app, _progress)
register_evals(app, _progress)
register_keys(app)
register_answers(app)

if __name__ == "__main__":
    main()
