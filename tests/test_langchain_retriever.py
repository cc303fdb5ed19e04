"""The retriever as LangChain uses it, over each of the places it may search."""

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from pydantic import ValidationError

from qa_service.api.service import Service
from qa_service.errors import BackendError, CorpusError, InputError
from qa_service.langchain_retriever import LettersRetriever
from qa_service.texts import LetterRef
from tests.builders import ROOT, SAMPLE_VOLUME
from tests.chat_server import chat_server
from tests.commanding import serving
from tests.served import blocks, run_example

QUESTION = "Who threw the lantern on Lantern Night?"
METADATA = {
    "letter", "volume", "document", "title", "pages", "note", "date", "writer", "recipient", "url", "scan_url",
    "formatted", "score", "start", "end", "invented",
}  # fmt: skip


@pytest.fixture
def retriever(service: Service) -> LettersRetriever:
    return LettersRetriever.from_service(service, k=4)


def test_documents_are_passages_word_for_word_with_their_places(retriever: LettersRetriever, service: Service) -> None:
    documents = retriever.invoke(QUESTION)
    assert len(documents) == 4
    for document in documents:
        place = document.metadata
        assert place.keys() == METADATA
        with service.library.build() as build:
            letter = build.catalogue.letter(LetterRef.parse(place["letter"]))
        note = str(document.id).removeprefix(place["letter"]).split(":")[0]
        text = letter.note(note).text if note else letter.text
        assert text[place["start"] : place["end"]] == document.page_content
        assert f"Document {letter.document}, p" in place["formatted"]


def test_filters_keep_to_some_letters(service: Service) -> None:
    retriever = LettersRetriever.from_service(service, filters={"writers": ["Orquelle"], "from": "1929-01-01"})
    found = retriever.invoke(QUESTION)
    assert {document.metadata["writer"] for document in found} == {"Bastien Orquelle"}
    assert min(document.metadata["date"] for document in found) >= "1929-01-01"


def test_it_goes_where_retrievers_go(retriever: LettersRetriever) -> None:
    def letters(documents: list[Document]) -> list[str]:
        return [document.metadata["letter"] for document in documents]

    chain = retriever | RunnableLambda(letters)
    assert asyncio.run(chain.ainvoke(QUESTION)) == chain.invoke(QUESTION)
    assert f"{SAMPLE_VOLUME}/d13" in chain.invoke(QUESTION)


def test_a_running_service_finds_the_same(retriever: LettersRetriever, address: str) -> None:
    with LettersRetriever.from_address(address, k=4) as over_http:
        assert over_http.invoke(QUESTION) == retriever.invoke(QUESTION)


@pytest.mark.parametrize(("question", "message"), [("", "question: "), ("x" * 2001, "question: "), ("a\x00b", "NUL")])
def test_a_question_that_cannot_be_used_is_refused(retriever: LettersRetriever, question: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        retriever.invoke(question)


@pytest.mark.parametrize("options", [{"k": 0}, {"k": 51}, {"filters": {"colour": "red"}}])
def test_options_that_cannot_be_used_are_refused(service: Service, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LettersRetriever.from_service(service, **options)


def test_a_service_that_does_not_answer_is_a_failure(address: str) -> None:
    with LettersRetriever.from_address(f"{address}/nowhere") as lost, pytest.raises(InputError, match="Not Found"):
        lost.invoke(QUESTION)
    with (
        LettersRetriever.from_address("http://127.0.0.1:9") as lost,
        pytest.raises(BackendError, match="did not answer"),
    ):
        lost.invoke(QUESTION)


def test_a_home_without_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no letters are loaded"):
        LettersRetriever.from_home(tmp_path / "home")


def test_a_home_is_opened_until_it_is_closed_and_asked_through_its_service(filled: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(filled, tmp_path / "home", symlinks=True))
    with LettersRetriever.from_home(home, k=2) as retriever:
        alone = retriever.invoke(QUESTION)
    with serving(home), LettersRetriever.from_home(home, k=2) as retriever:
        assert retriever.invoke(QUESTION) == alone


def test_the_documented_example_runs(address: str) -> None:
    (code,), (output,) = blocks("langchain.md", "python"), blocks("langchain.md", "output")
    with chat_server() as server:
        server.enqueue("Four officers of the Customs opened them [1].")
        assert run_example(code.replace("http://127.0.0.1:8000/v1", server.base_url), address) == output
        (request,) = server.requests
    assert "[1] Letters of Two Invented Governments" in request["messages"][0]["content"]


def test_the_example_of_the_readme_runs(address: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert len(run_example(code, address).splitlines()) == 3
