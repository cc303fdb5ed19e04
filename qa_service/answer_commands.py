"""`letters replay`: wiring and words, no decisions."""

import json
from typing import Annotated

import typer

from qa_service import printing
from qa_service.wiring import Parts

SAYS_NO = 1


def register(app: typer.Typer) -> None:
    """Add the command to the `letters` command."""

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
