"""The service's own database: what people write, and the pointer to the active build. Never mixed with a build."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from filelock import FileLock
from sqlalchemy import (
    JSON,
    URL,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)

metadata = MetaData()

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("build", String, nullable=False),
    Column("previous", String),
    Column("action", String, nullable=False),
    Column("at", String, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("conversation", String, nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("build", String, nullable=False),
    Column("at", String, nullable=False),
    UniqueConstraint("owner", "conversation", "position"),
)


def open_database(home: Path) -> Engine:
    """The home's database, made or migrated to the newest schema."""
    home.mkdir(parents=True, exist_ok=True)
    engine = create_engine(URL.create("sqlite", database=str(home / "service.sqlite")))
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    with FileLock(home / "migration.lock"), engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return engine


def _set_pragmas(connection, _record) -> None:  # type: ignore[no-untyped-def]
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection) -> None:  # type: ignore[no-untyped-def]
    """Take the write lock at once: a transaction that reads and then writes never fails half-way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
