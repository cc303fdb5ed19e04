"""Batches: many questions that the service answers one after the other."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False, index=True),
        sa.Column("status", sa.String, nullable=False, index=True),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("updated_at", sa.String, nullable=False, index=True),
    )
    op.create_table(
        "batch_answers",
        sa.Column("batch", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("at", sa.String, index=True),
        sa.Column("error", sa.Text),
        sa.Column("answer", sa.JSON),
    )


def downgrade() -> None:
    op.drop_table("batch_answers")
    op.drop_table("batches")
