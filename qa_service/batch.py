"""Many questions at once: read from a file, answered a few at a time, gone on with after an interruption, written out.

Beside the file of answers a journal is kept while the work lasts; it is deleted when all questions are answered.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa_service.api.requests import MAX_NAMES, AskIn
from qa_service.errors import InputError, QAServiceError
from qa_service.exporting.forms import export
from qa_service.journal import appending, lines_of

MOST_QUESTIONS = 5000
FORMS = (".csv", ".jsonl", ".docx")
_LISTS = ("volumes", "letters", "writers", "recipients", "kinds")
_FILTERS = (*_LISTS, "from", "to")
_COLUMNS = (
    "id", "question", "outcome", "answer", "citations", "quotations", "letters", "pages", "links", "answerer",
    "confidence", "dropped_claims", "error",
)  # fmt: skip
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Progress = Callable[[str, int, int], None]
"""Told of every step: stage, done, total."""


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """A question of a batch under its own id, which is the line's number where the file gives none."""

    id: str
    asked: AskIn


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The answer as the API gives it, or why there is none."""

    id: str
    question: str
    answer: dict[str, Any] | None
    error: str = ""


def read_questions(path: Path) -> list[BatchQuestion]:
    """The questions of a CSV file with a column `question`, or of a JSONL file with objects as `POST /v1/ask` has them.

    Further columns may be `id`, `max_claims`, `answerer`, and filters (`volumes`, `letters`, `writers`, `recipients`,
    `kinds`, several with ";" between; `from` and `to`).
    Raises: InputError, with the line, for what cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text: {error}") from error
    rows = _of_jsonl(text, path) if path.suffix == ".jsonl" else _of_csv(text, path)
    if not rows:
        raise InputError(f"{path} holds no question")
    if len(rows) > MOST_QUESTIONS:
        raise InputError(f"{path} holds {len(rows)} questions, at most {MOST_QUESTIONS} are taken at once")
    questions = [_question(row, number, path) for number, row in rows]
    ids = [question.id for question in questions]
    if twice := next((id for number, id in enumerate(ids) if id in ids[:number]), None):
        raise InputError(f"{path} has two questions with the id {twice!r}")
    return questions


def answer_batch(
    questions: Sequence[BatchQuestion],
    ask: Callable[[AskIn], dict[str, Any]],
    out: Path,
    *,
    jobs: int,
    progress: Progress,
) -> list[BatchAnswer]:
    """The same as `fill`, so many questions at a time.

    Args:
        ask: answers a question as the API does; what it raises on purpose is the question's error.
    """
    return fill(questions, lambda missing: _in_threads(missing, ask, jobs), out, progress=progress)


def fill(
    questions: Sequence[BatchQuestion],
    answers: Callable[[Sequence[BatchQuestion]], Generator[BatchAnswer, None, None]],
    out: Path,
    *,
    progress: Progress,
) -> list[BatchAnswer]:
    """Answer all questions that an earlier run has not answered yet, and write the file.

    Args:
        answers: gives the answers to questions, as they come.
        out: the file of answers; its ending says in which form.
    Returns: the answers in the order of the questions.
    Raises: InputError for an unknown ending, or a file that cannot be written.
    """
    if out.suffix not in FORMS:
        raise InputError(f"expected a file of answers that ends with {', '.join(FORMS)}, got {out.name!r}")
    kept = out.with_name(f".{out.name}.journal")
    about = {"questions": _digest(questions)}
    done = {line["id"]: answer_of(line) for line in lines_of(kept, about) if "answer" in line}
    missing = [question for question in questions if question.id not in done]
    progress("asking", len(done), len(questions))
    with appending(kept, about, fresh=not done) as keep, closing(answers(missing)) as coming:
        for one in coming:
            keep(_line(one))
            done[one.id] = one
            progress("asking", len(done), len(questions))
    all_of_them = [done[question.id] for question in questions]
    _write(out, written(all_of_them, out.suffix, title=out.stem))
    if all(one.answer for one in all_of_them):
        kept.unlink(missing_ok=True)
    return all_of_them


def answer_of(line: Mapping[str, Any]) -> BatchAnswer:
    """The answer that stands in a line of a JSONL file of answers."""
    return BatchAnswer(line["id"], line["question"], line.get("answer"), line.get("error", ""))


def written(answers: Sequence[BatchAnswer], form: str, *, title: str = "") -> bytes:
    """The answers as a file with one of the endings of FORMS."""
    if form == ".docx":
        return export([one.answer for one in answers if one.answer], "docx", title=title).content
    if form == ".jsonl":
        return "".join(json.dumps(_line(one), ensure_ascii=False) + "\n" for one in answers).encode()
    text = io.StringIO()
    rows = csv.DictWriter(text, _COLUMNS)
    rows.writeheader()
    rows.writerows({name: _cell(value) for name, value in _row(one).items()} for one in answers)
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # spreadsheets take it for UTF-8 only with this mark


def _of_csv(text: str, path: Path) -> list[tuple[int, dict[str, Any]]]:
    rows = csv.DictReader(io.StringIO(text), strict=True)
    known = {"id", "question", "max_claims", "answerer", *_FILTERS}
    try:
        if rows.fieldnames is None or "question" not in rows.fieldnames:
            raise InputError(f"{path}: expected a first line with a column 'question', got {rows.fieldnames or []}")
        if unknown := set(rows.fieldnames) - known:
            raise InputError(f"{path}: unknown columns {sorted(unknown)}; the columns are {sorted(known)}")
        return [(rows.line_num, _asked(row, path, rows.line_num)) for row in rows if any(row.values())]
    except csv.Error as error:
        raise InputError(f"{path} line {rows.line_num}: {error}") from error


def _asked(row: Mapping[Any, Any], path: Path, number: int) -> dict[str, Any]:
    if None in row or None in row.values():
        raise InputError(f"{path} line {number}: it has another number of columns than the first line")
    given: dict[str, Any] = {name: value.strip() for name, value in row.items() if value.strip()}
    filters = {
        name: [one.strip() for one in given.pop(name).split(";") if one.strip()][: MAX_NAMES + 1]
        if name in _LISTS
        else given.pop(name)
        for name in _FILTERS
        if name in given
    }
    if given.get("max_claims", "").isdecimal():
        given["max_claims"] = int(given["max_claims"])
    return given | ({"filters": filters} if filters else {})


def _of_jsonl(text: str, path: Path) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path} line {number}: it is no JSON") from error
        if not isinstance(row, dict):
            raise InputError(f"{path} line {number}: expected an object, got {type(row).__name__}")
        rows.append((number, row))
    return rows


def _question(row: dict[str, Any], number: int, path: Path) -> BatchQuestion:
    id = str(row.pop("id", number))
    try:
        return BatchQuestion(id, AskIn.model_validate(row))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InputError(f"{path} line {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _in_threads(
    questions: Sequence[BatchQuestion], ask: Callable[[AskIn], dict[str, Any]], jobs: int
) -> Generator[BatchAnswer, None, None]:
    with ThreadPoolExecutor(jobs) as pool:
        asked = [pool.submit(_answered, question, ask) for question in questions]
        try:
            for future in as_completed(asked):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _answered(question: BatchQuestion, ask: Callable[[AskIn], dict[str, Any]]) -> BatchAnswer:
    try:
        return BatchAnswer(question.id, question.asked.question, ask(question.asked))
    except QAServiceError as error:
        return BatchAnswer(question.id, question.asked.question, None, str(error))


def _digest(questions: Sequence[BatchQuestion]) -> str:
    asked = [[question.id, question.asked.model_dump(mode="json", by_alias=True)] for question in questions]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _line(one: BatchAnswer) -> dict[str, Any]:
    said = {"error": one.error} if one.answer is None else {"answer": one.answer}
    return {"id": one.id, "question": one.question, **said}


def _row(one: BatchAnswer) -> dict[str, Any]:
    answer = one.answer
    if answer is None:
        return {"id": one.id, "question": one.question, "error": one.error}
    cited = answer["citations"]
    return {
        "id": one.id,
        "question": one.question,
        "outcome": answer["outcome"],
        "answer": answer["text"],
        "citations": "\n".join(f"[{c['number']}] {c['formatted']}" for c in cited),
        "quotations": "\n".join(f"[{c['number']}] {c['quote']}" for c in cited),
        "letters": "\n".join(c["letter"] for c in cited),
        "pages": "\n".join("–".join(dict.fromkeys([*c["pages"][:1], *c["pages"][-1:]])) for c in cited),
        "links": "\n".join(c["url"] or "" for c in cited),
        "answerer": answer["answerer"],
        "confidence": answer["confidence"],
        "dropped_claims": answer["dropped_claims"],
    }


def _cell(value: Any) -> Any:
    """A value that a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value


def _write(out: Path, content: bytes) -> None:
    """Whole or not at all."""
    beside = out.with_name(f".{out.name}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(out)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from error
