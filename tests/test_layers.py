"""One direction of data: which modules may import which. Read with ast, nothing is imported."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import ROOT

DOORS = {
    "torch": {"qa_service/embedding.py", "qa_service/onnx_export.py", "qa_service/reranking.py"},
    "sentence_transformers": {
        f"qa_service/{module}.py" for module in ("embedding", "entailment", "onnx_export", "reranking")
    },
    "onnxruntime": {"qa_service/embedding.py"},
    "chromadb": {"qa_service/library/vectors.py"},
    "langchain": {"qa_service/chat.py"},
    "langchain_core": {"qa_service/langchain_retriever.py"},
    "mcp": {"qa_service/api/mcp.py"},
    "mcp_types": {"qa_service/api/mcp.py"},
    "lxml": {f"ingest/readers/tei{part}.py" for part in ("", "_elements", "_apparatus", "_writing", "_document")}
    | {"ingest/readers/saved_page.py"},
    "docx": {"qa_service/exporting/word.py"},
    "typer": {"qa_service/cli.py", *(f"qa_service/{kind}_commands.py" for kind in ("answer", "ask", "key"))},
    "limits": {"qa_service/limiting.py"},
    "opentelemetry": {"qa_service/tracing.py"},
    "prometheus_client": {"qa_service/metrics.py"},
    "httpx2": {"qa_service/client.py", "qa_service/langchain_retriever.py", "ingest/fetching.py"},
    "sentencex": {"qa_service/sentences.py"},
    "pydantic_settings": {"qa_service/settings.py"},
    "alembic": {
        "qa_service/database.py",
        "qa_service/migrations/env.py",
        "qa_service/migrations/versions/0001_first.py",
        "qa_service/migrations/versions/0002_keys_and_records.py",
        "qa_service/migrations/versions/0003_batches.py",
        "qa_service/migrations/versions/0004_sessions.py",
        "qa_service/migrations/versions/0005_ingests.py",
    },
}
"""A foreign library and the only modules that may import it."""

FORBIDDEN = {
    "qa_service/texts.py": {"qa_service.dialogue", "qa_service.library", "sqlalchemy", "pydantic"},
    "qa_service/dialogue.py": {"qa_service.library", "qa_service.retrieval", "qa_service.answering", "pydantic"},
    "qa_service/answering": {"fastapi", "sqlalchemy", "qa_service.api", "qa_service.settings", "ingest"},
    "qa_service/answering/checking.py": {"qa_service.library", "qa_service.embedding", "qa_service.retrieval"},
    "qa_service/answering/citing.py": {"qa_service.library", "qa_service.embedding", "qa_service.retrieval"},
    "qa_service/exporting": {
        "fastapi", "sqlalchemy", "qa_service.api", "qa_service.library", "qa_service.retrieval", "qa_service.settings",
        "ingest",
    },
    "qa_service/citation_check": {"fastapi", "sqlalchemy", "qa_service.api", "qa_service.settings", "ingest"},
    **{
        f"qa_service/citation_check/{module}.py": {"qa_service.library", "qa_service.retrieval", "qa_service.embedding"}
        for module in (
            "citations", "damage", "findings", "matching", "nearest", "quotation_marks", "reading", "volume_names",
            "wordings",
        )
    },
    "qa_service/retrieval": {"qa_service.answering", "qa_service.api", "qa_service.settings", "ingest", "sqlalchemy"},
    "qa_service/library": {
        "qa_service.answering", "qa_service.retrieval", "qa_service.api", "qa_service.settings", "ingest",
    },
    "qa_service/api": {"ingest", "qa_service.settings", "qa_service.cli", "qa_service.wiring", "sqlalchemy"},
    "ingest/readers": {"qa_service.library", "qa_service.embedding", "ingest.passages", "ingest.pipeline"},
    "ingest": {"qa_service.api", "qa_service.answering", "qa_service.retrieval", "qa_service.settings"},
}  # fmt: skip
"""A module or a room, and what nothing in it may import."""


def modules(*rooms: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for room in rooms for path in (ROOT / room).rglob("*.py"))


def imports(module: str) -> set[str]:
    """Everything a module imports, dotted, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


@pytest.mark.parametrize("module", modules("qa_service", "ingest"))
def test_foreign_libraries_stop_at_their_doors(module: str) -> None:
    tops = {name.split(".")[0] for name in imports(module)}
    assert not {library for library, doors in DOORS.items() if library in tops and module not in doors}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_layers(room: str) -> None:
    inside = [room] if room.endswith(".py") else modules(room)
    for module in inside:
        names = imports(module)
        wrong = {ban for ban in FORBIDDEN[room] for name in names if name == ban or name.startswith(f"{ban}.")}
        assert not wrong, f"{module} imports {wrong}"


def test_modules_stay_small() -> None:
    long = {
        module: lines
        for module in modules("qa_service", "ingest")
        if (lines := len((ROOT / module).read_text().splitlines())) > 400
    }
    assert long == {}


def test_importing_the_command_line_loads_no_model_and_touches_nothing(tmp_path: Path) -> None:
    heavy = {"torch", "sentence_transformers", "chromadb", "langchain_core", "mcp"}
    code = f"import sys, qa_service.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []
