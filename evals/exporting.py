"""Cases and answers in the input forms of other evaluation tools, which are not needed here and not imported.

- ragas: `EvaluationDataset.from_jsonl`, an object of `SingleTurnSample` a line (ragas/dataset_schema.py, 0.4).
- RAGChecker: `RAGResults.from_json`, one object (ragchecker/container.py, 0.1).
- nuggetizer: `assign --input-kind answers`, nuggets and answers a line each (nuggetizer/cli/operations.py, 0.0.6; the
  answers are in the form of the TREC 2024 RAG track).

A context's id is its place, "frus1961-63v06/d21:420-910", as the library names passages. Tools that compare ids know
only equal from unequal; so the reference ids of a need are those of the retrieved passages that meet it, by our own
measure, and its own place only if none does.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.cases import Case, GoldPlace
from evals.records import Found, Record
from evals.scores import is_at
from evals.validation import Letters, located
from qa_service.errors import InputError

_NO_LETTERS: Letters = {}
_RUN = "letters"


def write_exports(
    folder: Path, cases: Sequence[Case], records: Sequence[Record], letters: Letters = _NO_LETTERS
) -> None:
    """Write ragas.jsonl, ragchecker.json, nuggets.jsonl and answers.jsonl.

    Args:
        records: the answer to each case, in the order of the cases.
        letters: where the words of gold places are looked up; without it only those quoted in the cases are exported.
    Raises: InputError if the folder cannot be written.
    """
    pairs = list(zip(cases, records, strict=True))
    checked = {"results": [ragchecker_result(case, record) for case, record in pairs if reference(case)]}
    files = {
        "ragas.jsonl": _lines(ragas_sample(case, record, letters) for case, record in pairs),
        "ragchecker.json": json.dumps(checked, ensure_ascii=False, indent=1) + "\n",
        "nuggets.jsonl": _lines(nuggetizer_nuggets(case) for case, _ in pairs if case.facts),
        "answers.jsonl": _lines(nuggetizer_answer(case, record) for case, record in pairs if case.facts),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder}: the exports cannot be written: {error.strerror}") from error


def ragas_sample(case: Case, record: Record, letters: Letters = _NO_LETTERS) -> dict[str, Any]:
    """A single-turn sample: a follow-up is asked whole, because such a sample has no history."""
    return {
        "user_input": asked(case),
        "response": record.text,
        "retrieved_contexts": [found.words for found in record.passages],
        "retrieved_context_ids": [context_id(found) for found in record.passages],
        "reference_contexts": [words for place in case.gold if (words := _gold_words(place, letters))],
        "reference_context_ids": _reference_ids(case, record, letters),
        "reference": reference(case),
    }


def ragchecker_result(case: Case, record: Record) -> dict[str, Any]:
    """One of the `results`; RAGChecker needs a `gt_answer`, so cases without a reference are not for it."""
    return {
        "query_id": case.id,
        "query": asked(case),
        "gt_answer": reference(case),
        "response": record.text,
        "retrieved_context": [{"doc_id": context_id(found), "text": found.words} for found in record.passages],
    }


def nuggetizer_nuggets(case: Case) -> dict[str, Any]:
    """The facts as nuggets, vital or okay."""
    nuggets = [{"text": fact.text, "importance": "vital" if fact.vital else "okay"} for fact in case.facts]
    return {"query": asked(case), "qid": case.id, "nuggets": nuggets}


def nuggetizer_answer(case: Case, record: Record) -> dict[str, Any]:
    """The claims as sentences; `citations` count from 0 in `references`, `response_length` is in words."""
    return {
        "run_id": _RUN,
        "topic_id": case.id,
        "topic": asked(case),
        "references": [context_id(found) for found in record.citations],
        "response_length": sum(len(said.text.split()) for said in record.claims),
        "answer": [{"text": said.text, "citations": [n - 1 for n in said.citations]} for said in record.claims],
    }


def context_id(found: Found) -> str:
    """Where a passage or quotation stands, named as the library names passages."""
    return f"{found.letter}{found.note_id or ''}:{found.start}-{found.end}"


def asked(case: Case) -> str:
    """The question made understandable without its history, where the case says how."""
    return case.standalone or case.question


def reference(case: Case) -> str:
    """The reference answer; without one, the facts."""
    return case.answer or "; ".join(fact.text for fact in case.facts)


def _reference_ids(case: Case, record: Record, letters: Letters) -> list[str]:
    ids: dict[str, None] = {}
    for need in case.needs:
        meeting = [found for found in record.passages if any(is_at(found, place, "quote") for place in need)]
        ids |= dict.fromkeys([context_id(found) for found in meeting] or [_gold_id(need[0], letters)])
    return list(ids)


def _gold_id(place: GoldPlace, letters: Letters) -> str:
    return context_id(located(place, letters)) if (place.volume, place.document) in letters else str(place)


def _gold_words(place: GoldPlace, letters: Letters) -> str:
    return located(place, letters).words if (place.volume, place.document) in letters else place.quote or ""


def _lines(objects: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
