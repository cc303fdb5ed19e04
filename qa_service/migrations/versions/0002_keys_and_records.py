"""API keys; conversations with title and version; how every answer came about. What was there stays as it was."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TITLE = 80


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_folded", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("updated_at", sa.String, nullable=False, index=True),
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("scopes", sa.String, nullable=False),
        sa.Column("rate", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("expires_at", sa.String),
        sa.Column("last_used_at", sa.String),
        sa.Column("revoked_at", sa.String),
    )
    op.add_column("turns", sa.Column("record", sa.JSON))
    op.add_column("turns", sa.Column("folded", sa.Text, nullable=False, server_default=""))
    _fill()


def downgrade() -> None:
    op.drop_column("turns", "folded")
    op.drop_column("turns", "record")
    op.drop_table("keys")
    op.drop_table("conversations")


def _fill() -> None:
    """Give the turns of before the conversations they belong to, and the words that searches read."""
    connection = op.get_bind()
    names = ("id", "owner", "conversation", "position", "question", "at")
    turns = sa.table("turns", *map(sa.column, names), sa.column("answer", sa.JSON), sa.column("folded"))
    fields = ("owner", "id", "title", "title_folded", "version", "turns", "created_at", "updated_at")
    conversations = sa.table("conversations", *map(sa.column, fields))
    found: dict[tuple[str, str], dict[str, object]] = {}
    for row in connection.execute(sa.select(turns).order_by(turns.c.position)).all():
        title = _title(row.question)
        one = found.setdefault(
            (row.owner, row.conversation),
            {"owner": row.owner, "id": row.conversation, "title": title, "title_folded": _folded(title)}
            | {"created_at": row.at},
        )
        one |= {"version": row.position + 1, "turns": row.position + 1, "updated_at": row.at}
        words = _folded(f"{row.question} {row.answer.get('text', '')}")
        connection.execute(turns.update().where(turns.c.id == row.id).values(folded=words))
    for one in found.values():
        connection.execute(conversations.insert().values(one))


def _title(question: str) -> str:
    """As `qa_service.conversations` made titles when this was written; migrations stay as they are."""
    line = " ".join("".join(" " if unicodedata.category(one) == "Cc" else one for one in question).split())
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rsplit(" ", 1)[0] + "…"


def _folded(text: str) -> str:
    """As `qa_service.folding` did it then."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(f" {word}" for word in re.findall(r"[^\W_]+", plain))
