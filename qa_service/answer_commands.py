"""`letters replay` and `letters export`: wiring and words, no decisions."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from qa_service import printing
from qa_service.conversations import Conversations
from qa_service.errors import InputError
from qa_service.wiring import Parts

SAYS_NO = 1


def register(app: typer.Typer) -> None:
    """Add the commands to the `letters` command."""

    @app.command()
    def replay(
        context: typer.Context,
        answer: Annotated[str, typer.Argument(help="A stored answer's id, a_...", show_default=False)],
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Ask again what a stored answer answered, and show what is different. Exit status 1 if the answer is."""
        parts: Parts = context.obj
        if running := parts.running_service():
            replayed = running.post(f"/v1/answers/{answer}/replay", {})
        else:
            with parts.service() as service:
                replayed = service.replay(parts.owner(), answer).model_dump(mode="json")
        typer.echo(json.dumps(replayed, ensure_ascii=False) if as_json else printing.replay(replayed))
        if not replayed["same"]:
            raise typer.Exit(SAYS_NO)

    @app.command("export")
    def export_command(
        context: typer.Context,
        answer: Annotated[
            str, typer.Argument(help="A stored answer's id, a_..., or a conversation's, c_...", show_default=False)
        ],
        form: Annotated[str, typer.Option("--format", help="markdown, docx, notes, csl-json, ris, bibtex or json.")],
        out: Annotated[
            Path | None, typer.Option(help="The file; else it is printed, or for docx, named after the answer.")
        ] = None,
    ) -> None:
        """Give a stored answer, or a whole conversation, as a file with its citations."""
        from qa_service.exporting.forms import export  # loads the libraries of all forms

        answers, title = _stored(context.obj, answer)
        made = export(answers, form, title=title)
        if out is None and form != "docx":
            typer.echo(made.content, nl=False)
            return
        file = out or Path(f"{answer}{made.suffix}")
        try:
            file.write_bytes(made.content)
        except OSError as error:
            raise InputError(f"{file} cannot be written: {error.strerror}") from error
        typer.echo(f"written to {file}")


def _stored(parts: Parts, id: str) -> tuple[list[dict[str, Any]], str]:
    """The answers of an id, and what they are called. Raises: InputError, UnknownError."""
    if not re.fullmatch(r"[ac]_[A-Za-z0-9_-]{1,62}", id):
        raise InputError(f"expected the id of an answer (a_...) or a conversation (c_...), got {id!r}")
    running = parts.running_service()
    if id.startswith("a_"):
        answer = running.get(f"/v1/answers/{id}") if running else _kept(parts).answer(parts.owner(), id).answer
        return [answer], answer["question"]
    if running:
        whole = running.get(f"/v1/conversations/{id}")
        return whole["answers"], whole["title"]
    head, answers = _kept(parts).whole(parts.owner(), id)
    return answers, head.title


def _kept(parts: Parts) -> Conversations:
    return Conversations(parts.database)
