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

conversations = Table(
    "conversations",
    metadata,
    Column("owner", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("title_folded", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    Column("updated_at", String, nullable=False, index=True),
)
"""`version` goes up with every change, `turns` counts the turns; `title_folded` is what searches read."""

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
    Column("record", JSON(none_as_null=True)),
    Column("folded", Text, nullable=False, server_default=""),
    UniqueConstraint("owner", "conversation", "position"),
)
"""`answer` is as the API gave it, `record` how it came about; `folded` is what searches read."""

keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("hash", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("rate", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("expires_at", String),
    Column("last_used_at", String),
    Column("revoked_at", String),
)
"""`hash` is the SHA-256 of the key; the key itself is kept nowhere. Times are ISO, UTC."""

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String, primary_key=True),
    Column("key", String, nullable=False, index=True),
    Column("created_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
)
"""Who has signed in: `hash` is the SHA-256 of a session's token, `key` the id of its key."""

batches = Table(
    "batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", String, nullable=False, index=True),
    Column("status", String, nullable=False, index=True),
    Column("created_at", String, nullable=False),
    Column("updated_at", String, nullable=False, index=True),
)
"""`updated_at` is when the last of its questions was over."""

batch_answers = Table(
    "batch_answers",
    metadata,
    Column("batch", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("owner", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("asked", JSON, nullable=False),
    Column("at", String, index=True),
    Column("error", Text),
    Column("answer", JSON(none_as_null=True)),
)
"""A question under the `name` that its batch gives it; `at` is when it was over, with `answer` or `error`."""


ingests = Table(
    "ingests",
    metadata,
    Column("id", String, primary_key=True),
    Column("state", String, nullable=False, index=True),
    Column("volume", String, nullable=False),
    Column("files", JSON, nullable=False),
    Column("step", String),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    Column("finished_at", String),
    Column("report", JSON(none_as_null=True)),
    Column("error", Text),
)
"""`volume` is that of letters which do not name theirs; `step`, `done` and `total` tell how far a running one is."""

_FILE = "service.sqlite"


def home_of(engine: Engine) -> Path:
    """The home folder that an engine of `open_database` belongs to."""
    return Path(str(engine.url.database)).parent


def open_database(home: Path) -> Engine:
    """The home's database, made or migrated to the newest schema."""
    home.mkdir(parents=True, exist_ok=True)
    address = URL.create("sqlite", database=str(home / _FILE))
    engine = create_engine(address, hide_parameters=True)  # else questions would stand in the log of a failure
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
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection) -> None:  # type: ignore[no-untyped-def]
    """Take the write lock at once: a transaction that reads and then writes never fails half-way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def erase_deleted(engine: Engine) -> None:
    """Take what was deleted out of the files too: it would stay in SQLite's write-ahead log, and in gaps of its pages.

    Waits five seconds for other writers; if they go on, what is left goes with the next call.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
