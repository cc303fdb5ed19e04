"""The pointer to the active build, and the turns of conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("build", sa.String, nullable=False),
        sa.Column("previous", sa.String),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("build", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.UniqueConstraint("owner", "conversation", "position"),
    )


def downgrade() -> None:
    op.drop_table("turns")
    op.drop_table("publications")
