"""The service's database, up and down between versions, with what people have written in it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, inspect, text

from qa_service.conversations import LOCAL_OWNER, Conversations
from qa_service.database import metadata, open_database
from tests.builders import ROOT

OLD_COLUMNS = "id, owner, conversation, position, question, answer, build, at"


def migrate(engine: Engine, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "qa_service" / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Engine]:
    """A database of version 0001 with 300 conversations of three turns."""
    engine = create_engine(f"sqlite:///{tmp_path / 'service.sqlite'}")
    migrate(engine, "0001")
    rows = [row(number, position) for number in range(300) for position in range(3)]
    values = ", ".join(f":{name}" for name in OLD_COLUMNS.split(", "))
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO turns ({OLD_COLUMNS}) VALUES ({values})"), rows)
        connection.execute(text("INSERT INTO publications (build, action, at) VALUES ('b1', 'ingest', 'then')"))
    yield engine
    engine.dispose()


def row(number: int, position: int) -> dict[str, Any]:
    question = f"Who threw lantern {number}.{position}?" + " And why, if anybody did?" * 5
    answer = {"id": f"a_{number}_{position}", "question": question, "text": f"Élise{number} did.", "citations": []}
    at = f"2026-01-0{position + 1}T00:00:00+00:00"
    return {
        "id": answer["id"], "owner": LOCAL_OWNER, "conversation": f"c_{number}", "position": position,
        "question": question, "answer": json.dumps(answer), "build": "b1", "at": at,
    }  # fmt: skip


def digest(engine: Engine) -> str:
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {OLD_COLUMNS} FROM turns ORDER BY id")).all()
        rows += connection.execute(text("SELECT * FROM publications")).all()
    assert len(rows) == 901
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_up_and_down_and_up_again_keeps_every_turn(old: Engine) -> None:
    before = digest(old)
    for _ in range(2):
        migrate(old, "head")
        assert digest(old) == before
        migrate(old, "0001", down=True)
        assert digest(old) == before
        assert inspect(old).get_table_names() == ["alembic_version", "publications", "turns"]


def test_what_was_asked_before_is_found_and_goes_on(old: Engine, tmp_path: Path) -> None:
    kept = Conversations(open_database(tmp_path))
    heads, total = kept.find(LOCAL_OWNER, limit=5)
    assert total == 300
    assert heads[0].title == "Who threw lantern 0.0? And why, if anybody did? And why, if anybody did? And…"
    assert (heads[0].turns, heads[0].version) == (3, 3)
    assert (heads[0].created_at[:10], heads[0].updated_at[:10]) == ("2026-01-01", "2026-01-03")
    assert [head.id for head in kept.find(LOCAL_OWNER, "elise217", limit=5)[0]] == ["c_217"]
    found = kept.answer(LOCAL_OWNER, "a_7_2")
    assert (found.record, len(found.before)) == (None, 2)
    new = {"id": "a_new", "question": "Again?", "text": "No.", "citations": []}
    assert kept.append(LOCAL_OWNER, "c_7", new, "b1", continues=True).turns == 4
    kept.engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_names(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    found = inspect(engine)
    made = {
        name: {(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)}
        for name in found.get_table_names()
        if name != "alembic_version"
    }
    assert made == {
        table.name: {(column.name, str(column.type), column.nullable) for column in table.columns}
        for table in metadata.tables.values()
    }
    engine.dispose()
