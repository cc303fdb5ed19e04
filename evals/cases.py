"""Gold cases: questions with the places that answer them, read from JSON lines and checked against the letters.

A case is a JSON object a line: `id`, `type`, `question`, `history`, `gold`, `facts`, `answer`, and as an extension
`standalone` (the gold stand-alone question of a follow-up) and `unanswerable_kind`.

A gold entry is a place: volume, document (number as printed), page of the evidence, `note` (its number) where the
evidence is an editors' note, and a verbatim `quote` where the letters may be quoted. Where they may not, the quotation
is given by its place: `start` and `end` in the letter's text, or in the note's, with `check`, a digest of the words
that must stand there. `need` groups entries: those with one number are alternatives, different numbers are all
required. Without it `multi` and `comparison` need every entry, the other types any one. A fact is a string, or an
object with `text`, `vital` and `any`, regular expressions (without regard to case) of which one must match an answer
that states the fact.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from qa_service.errors import InputError

Kind = Literal["single", "multi", "comparison", "footnote", "metadata", "unanswerable", "followup"]
Unanswerable = Literal["not in corpus", "false premise", "later event", "wrong person"]
_EVERY_PLACE: frozenset[str] = frozenset(["multi", "comparison"])


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GoldPlace(_Record):
    """Where evidence stands."""

    volume: str
    document: str
    page: str | None
    quote: str | None = None
    note: str | None = None
    need: int | None = None
    start: int | None = Field(default=None, ge=0)
    end: int | None = None
    check: str | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "GoldPlace":
        given = [self.start is not None, self.end is not None, self.check is not None]
        if any(given) and not all(given):
            raise ValueError("start, end and check belong together")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError("a quotation needs start < end")
        return self

    def __str__(self) -> str:
        page = f", p. {self.page}" if self.page else ""
        note = f", n. {self.note}" if self.note is not None else ""
        return f"{self.volume}, Document {self.document}{page}{note}"


def words_check(words: str) -> str:
    """What stands in `check`: the first eight hexadecimal digits of the words' SHA-256."""
    return hashlib.sha256(words.encode()).hexdigest()[:8]


class Fact(_Record):
    """What a right answer states; `any` are patterns that tell."""

    text: str
    vital: bool = True
    any: tuple[str, ...] = ()

    def stated_in(self, answer: str) -> bool | None:
        """Whether an answer states the fact; None if nothing tells."""
        return any(re.search(one, answer, re.IGNORECASE) for one in self.any) if self.any else None


class HistoryTurn(_Record):
    question: str
    answer: str


def _fact(given: object) -> object:
    return {"text": given} if isinstance(given, str) else given


class Case(_Record):
    """One question with what is known of its answer."""

    id: str = Field(min_length=1)
    type: Kind
    question: str = Field(min_length=1, max_length=2000, pattern=r"\S")
    history: tuple[HistoryTurn, ...] = ()
    gold: tuple[GoldPlace, ...] = ()
    facts: tuple[Annotated[Fact, BeforeValidator(_fact)], ...] = ()
    answer: str = ""
    standalone: str | None = None
    unanswerable_kind: Unanswerable | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> "Case":
        if (self.type == "unanswerable") != (not self.gold):
            raise ValueError("a case has gold places unless it is unanswerable")
        if self.type == "followup" and not self.history:
            raise ValueError("a followup needs a history")
        if self.unanswerable_kind and self.type != "unanswerable":
            raise ValueError("only an unanswerable case has an unanswerable_kind")
        return self

    @property
    def needs(self) -> tuple[tuple[GoldPlace, ...], ...]:
        """The groups of alternatives, of each of which an answer needs one; none for an unanswerable question."""
        groups: dict[int, list[GoldPlace]] = {}
        for number, place in enumerate(self.gold):
            by_type = -1 - number if self.type in _EVERY_PLACE else -1
            groups.setdefault(place.need if place.need is not None else by_type, []).append(place)
        return tuple(map(tuple, groups.values()))


def read_cases(paths: Sequence[Path]) -> list[Case]:
    """The cases of some files, in order. Raises: InputError, with file and line, for what is not a case."""
    cases = [case for path in paths for case in _read(path)]
    if not cases:
        raise InputError(f"no cases in {', '.join(map(str, paths))}")
    return cases


def _read(path: Path) -> Iterator[Case]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield Case.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                raise InputError(f"{path}:{number}: {where}: {first['msg']}") from error


def question_key(case: Case) -> str:
    """A question without regard to case, blanks and marks, with the history it is asked in."""
    asked = [*(turn.question for turn in case.history), case.question]
    return json.dumps([re.findall(r"\w+", one.casefold()) for one in asked])


def repeated(cases: Iterable[Case]) -> Iterator[str]:
    """A line for every id, and every question, that is there twice."""
    ids: set[str] = set()
    questions: dict[str, str] = {}
    for case in cases:
        if case.id in ids:
            yield f"{case.id}: the id is there twice"
        ids.add(case.id)
        first = questions.setdefault(question_key(case), case.id)
        if first != case.id:
            yield f"{case.id}: the same question as {first}"
