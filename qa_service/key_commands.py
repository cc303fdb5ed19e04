"""`letters keys`: wiring and words, no decisions."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from qa_service.keys import DEFAULT_RATE, Key
from qa_service.wiring import Parts

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the `letters` command."""
    keys = typer.Typer(no_args_is_help=True, help="API keys: who may ask, how often, until when.")
    app.add_typer(keys, name="keys")

    @keys.command("create")
    def create(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="Whose key it is, or what for.", show_default=False)],
        scope: Annotated[list[str], typer.Option(help="ask, ingest or admin; may be given several times.")] = ["ask"],  # noqa: B006
        rate: Annotated[str, typer.Option(help="How many requests in what time.")] = DEFAULT_RATE,
        expires: Annotated[
            str | None, typer.Option(help="The first day on which it is refused (2027-01-01), or for how long (90d).")
        ] = None,
        replaces: Annotated[
            str | None, typer.Option(help="Id of a key that it takes the place of: conversations pass over.")
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """Make a key and show it, this once."""
        parts: Parts = context.obj
        secret, key = parts.keys.create(name, scopes=scope, rate=rate, expires=expires, replaces=replaces)
        if as_json:
            typer.echo(json.dumps({"key": secret, **_as_json(key)}, ensure_ascii=False))
            return
        typer.echo(secret)
        typer.echo(f"letters: {_line(key)}; keep the key well, it is not shown again", err=True)

    @keys.command("list")
    def list_keys(context: typer.Context, as_json: AsJson = False) -> None:
        """List the keys, oldest first; what opens anything is kept nowhere and cannot be listed."""
        parts: Parts = context.obj
        for key in parts.keys.listed():
            typer.echo(json.dumps(_as_json(key), ensure_ascii=False) if as_json else _line(key))

    @keys.command("revoke")
    def revoke(
        context: typer.Context,
        id: Annotated[str, typer.Argument(help="The key's id, as `letters keys list` shows it.", show_default=False)],
    ) -> None:
        """Make a key open nothing from now on; its conversations stay."""
        parts: Parts = context.obj
        typer.echo(_line(parts.keys.revoke(id)))


def _as_json(key: Key) -> dict[str, Any]:
    return {**asdict(key), "state": key.state(datetime.now(UTC))}


def _line(key: Key) -> str:
    until = f"until {key.expires_at}" if key.expires_at else "without end"
    used = f"last used {key.last_used_at}" if key.last_used_at else "never used"
    state = key.state(datetime.now(UTC))
    return f"{key.id}  {state:<8} {', '.join(key.scopes)}; {key.rate}; {until}; {used}; {key.name}"
