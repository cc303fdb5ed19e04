"""The JSON that enters: bounded, cleaned, and refused where it holds a field that is not known."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from qa_service.dialogue import Answerer, Filters, Turn
from qa_service.errors import InputError

MAX_QUESTION = 2000
MAX_NAMES = 20
MAX_TURNS = 20
MAX_CLAIMS = 10
MAX_NAME = 200
MAX_SOUGHT = 200
MAX_ANSWER = 20_000
MAX_HITS = 50
MAX_OFFSET = 10_000_000

_INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\ufeff]")
NO_NUL = r"^[^\u0000]*$"
_UNSEEN = r"\u0000\s\u001c-\u001f\u0085\u200b\u202a-\u202e\u2066-\u2069\ufeff"
SEEN = rf"^[^\u0000]*[^{_UNSEEN}][^\u0000]*$"
_PART = rf"[^/\u0000]*[^/{_UNSEEN}][^/\u0000]*"
_LETTER = f"^{_PART}/{_PART}$"
"""What OpenAPI says of text before it is cleaned, so that clients know what is refused."""


def clean_text(text: Any) -> Any:
    """Text as people mean it: composed (NFC), without direction overrides; no NUL, no half characters."""
    if not isinstance(text, str):
        return text
    if any("\ud800" <= character <= "\udfff" for character in text) or "\x00" in text:
        raise ValueError("text must not hold NUL or unpaired surrogates")
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).strip()


def _iso_day(text: str) -> str:
    date.fromisoformat(text)
    return text


Flag = Annotated[bool, Field(strict=True)]


def _no_other_kind(number: Any) -> Any:
    """JSON knows 8.0 as a whole number; true and "8" it does not."""
    if isinstance(number, bool | str):
        raise ValueError("expected a whole number")
    return number


AsNumber = BeforeValidator(_no_other_kind)
Text = Annotated[str, BeforeValidator(clean_text), Field(json_schema_extra={"pattern": NO_NUL})]
Seen = Annotated[Text, Field(min_length=1, json_schema_extra={"pattern": SEEN})]
"""Text of which something is left when it has been cleaned."""
Name = Annotated[Seen, Field(max_length=MAX_NAME)]
LetterName = Annotated[Name, Field(pattern=r"^[^/]+/[^/]+$", json_schema_extra={"pattern": _LETTER})]
Names = Annotated[list[Name], Field(max_length=MAX_NAMES)]
Day = Annotated[
    str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"}), AfterValidator(_iso_day)
]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
QuestionText = Annotated[Seen, Field(max_length=MAX_QUESTION)]


class Model(BaseModel):
    """What comes in is refused if it holds a field that is not known."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


Given = TypeVar("Given", bound=Model)


def validated(kind: type[Given], given: Mapping[str, Any]) -> Given:
    """What was given other than as the body of a request. Raises: InputError, which names the first wrong field."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InputError(f"{'.'.join(map(str, first['loc'])) or 'input'}: {first['msg']}") from error


class FiltersIn(Model):
    """Keep the search to some letters; names match whole words of a writer or recipient, dates are ISO days."""

    volumes: Names = []
    letters: Annotated[list[LetterName], Field(max_length=MAX_NAMES)] = []
    writers: Names = []
    recipients: Names = []
    kinds: Names = []
    date_from: Day | None = Field(default=None, alias="from")
    date_to: Day | None = Field(default=None, alias="to")

    def filters(self) -> Filters:
        return Filters(
            tuple(self.volumes),
            tuple(self.letters),
            tuple(self.writers),
            tuple(self.recipients),
            tuple(self.kinds),
            self.date_from,
            self.date_to,
        )


class BrowseIn(Model):
    """Which letters to look at: any of the volumes, any of the names, and all words of `q`, in any of their forms."""

    volume: Names = []
    writer: Names = []
    recipient: Names = []
    kind: Names = []
    date_from: Day | None = Field(default=None, alias="from")
    date_to: Day | None = Field(default=None, alias="to")
    q: Annotated[Seen, Field(max_length=MAX_SOUGHT)] | None = None

    def filters(self) -> Filters:
        """All but the words."""
        return Filters(
            volumes=tuple(self.volume),
            writers=tuple(self.writer),
            recipients=tuple(self.recipient),
            kinds=tuple(self.kind),
            date_from=self.date_from,
            date_to=self.date_to,
        )


class TurnIn(Model):
    """An earlier question and its answer, for clients that keep the conversation themselves."""

    question: QuestionText
    answer: Annotated[Text, Field(max_length=MAX_ANSWER)]

    def turn(self) -> Turn:
        return Turn(self.question, self.answer)


class AskIn(Model):
    """A question. `conversation_id` continues a kept conversation; `history` stands in for one.

    `expected_turns` is how many turns of the conversation the asker has seen: if another has asked meanwhile, the
    question is refused as a conflict.
    """

    question: QuestionText
    conversation_id: Id | None = None
    expected_turns: Annotated[int, Field(ge=0, le=1_000_000), AsNumber] | None = None
    history: Annotated[list[TurnIn], Field(max_length=MAX_TURNS)] = []
    filters: FiltersIn = FiltersIn()
    max_claims: Annotated[int, Field(ge=1, le=MAX_CLAIMS), AsNumber] | None = None
    answerer: Answerer | None = None
    include_passages: Flag = False


class SearchIn(Model):
    """A search: the passages that an answer would be drawn from."""

    question: QuestionText
    filters: FiltersIn = FiltersIn()
    limit: Annotated[int, Field(ge=1, le=MAX_HITS), AsNumber] = 10
