"""`letters ask`, one question or a file of them: wiring and words, no decisions."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer

from qa_service import printing
from qa_service.api.requests import AskIn, validated
from qa_service.batch import BatchAnswer, Progress, answer_batch, fill, read_questions
from qa_service.batch_client import answers_from
from qa_service.errors import InputError
from qa_service.wiring import Parts

SAYS_NO = 1
_OUTCOMES = ("answered", "partly", "not_found", "unclear", "failed")

OpenProgress = Callable[[], AbstractContextManager[Progress]]


def register(app: typer.Typer, open_progress: OpenProgress) -> None:
    """Add the command to the `letters` command."""

    @app.command()
    def ask(
        context: typer.Context,
        question: Annotated[str | None, typer.Argument(show_default=False)] = None,
        max_claims: Annotated[int | None, typer.Option(help="At most so many claims (1 to 10).")] = None,
        answerer: Annotated[
            str | None, typer.Option(help="extractive, or llm; by default llm where a language model is set.")
        ] = None,
        batch: Annotated[Path | None, typer.Option(help="A CSV or JSONL file of questions, instead of one.")] = None,
        out: Annotated[
            Path | None, typer.Option(help="Where to write the answers to the file: .csv, .jsonl or .docx.")
        ] = None,
        jobs: Annotated[
            int, typer.Option(help="Questions of the file at a time; a running service decides itself.", min=1, max=64)
        ] = 2,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Ask a question, or all questions of a file; through the running service if there is one."""
        if (question is None) == (batch is None):
            given = "both" if batch else "neither"
            raise InputError(f"expected either a question or --batch with a file of questions, got {given}")
        if (batch is None) != (out is None):
            raise InputError("--batch and --out go together: a file of questions, and a file for the answers")
        options = {"max_claims": max_claims, "answerer": answerer}
        if question is not None:
            _ask_one(context.obj, validated(AskIn, {"question": question, **options}), as_json)
        elif batch and out:
            if any(option is not None for option in options.values()):
                raise InputError("--max-claims and --answerer are columns in a file of questions")
            _ask_all(context.obj, batch, out, jobs, open_progress, as_json)


def _ask_one(parts: Parts, asked: AskIn, as_json: bool) -> None:
    if running := parts.running_service():
        answer = running.post("/v1/ask", asked.model_dump(mode="json", exclude_unset=True, by_alias=True))
    else:
        with parts.service() as service:
            answer = service.ask(asked, parts.owner())
    typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else printing.answer(answer))
    if answer["outcome"] in ("not_found", "unclear"):
        raise typer.Exit(SAYS_NO)


def _ask_all(parts: Parts, batch: Path, out: Path, jobs: int, open_progress: OpenProgress, as_json: bool) -> None:
    questions = read_questions(batch)
    if running := parts.running_service():
        with open_progress() as progress:
            answers = fill(questions, lambda missing: answers_from(running, missing), out, progress=progress)
    else:
        owner = parts.owner()
        with parts.service() as service, open_progress() as progress:
            answers = answer_batch(
                questions, lambda asked: service.answer(asked, owner), out, jobs=jobs, progress=progress
            )
    counts = _counts(answers)
    told = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in counts.items())
    typer.echo(json.dumps(counts) if as_json else f"{len(answers)} questions: {told}")
    if counts["failed"]:
        raise typer.Exit(SAYS_NO)


def _counts(answers: Sequence[BatchAnswer]) -> dict[str, int]:
    counted = Counter(one.answer["outcome"] if one.answer else "failed" for one in answers)
    return {outcome: counted[outcome] for outcome in _OUTCOMES}
