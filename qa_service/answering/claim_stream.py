"""A model's reply, read while it is written: each claim as soon as its JSON object has closed."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import from_json

from qa_service.answering.model_text import plain_line
from qa_service.chat import Form
from qa_service.dialogue import DraftClaim, DraftQuote, Rejection
from qa_service.errors import FormError

Answerable = Literal["fully", "partly", "no"]

LONGEST_REPLY = 100_000
"""Characters; no answer is so long."""

ANSWER = Form(
    "answer",
    "Give the answer: whether the passages answer the question, and the claims with the quotations that carry them.",
    {
        "type": "object",
        "properties": {
            "answerable": {"type": "string", "enum": ["fully", "partly", "no"]},
            "claims": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "quotes": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"passage": {"type": "string"}, "quote": {"type": "string"}},
                                "required": ["passage", "quote"],
                                "additionalProperties": False,
                            },
                        },
                        "text": {"type": "string"},
                    },
                    "required": ["quotes", "text"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["answerable", "claims"],
        "additionalProperties": False,
    },
)


class ClaimStream:
    """Takes a reply piece by piece and gives its claims; those of another form as rejections.

    A model may fill the form more than once, one after the other; all of it counts.
    """

    def __init__(self) -> None:
        self.answerable: Answerable | None = None
        """What the reply says last; None as long as it says nothing."""
        self._text = ""
        self._length = 0
        self._given = 0
        self._whole = False

    def feed(self, piece: str) -> list[DraftClaim | Rejection]:
        """The claims that have closed with this piece. Raises: FormError if the reply gets too long."""
        self._text += piece
        self._length += len(piece)
        if self._length > LONGEST_REPLY:
            raise FormError(f"the model's answer is longer than {LONGEST_REPLY} characters")
        found: list[DraftClaim | Rejection] = []
        while (start := self._text.find("{")) >= 0:
            try:
                filled, end = json.JSONDecoder().raw_decode(self._text, start)
            except (ValueError, RecursionError):
                return found + self._closed(start)
            found += self._new(filled, complete=True)
            self._text, self._given, self._whole = self._text[end:], 0, True
        return found

    def end(self) -> None:
        """To be told when the reply is over. Raises: FormError unless the form was filled to its end."""
        if not self._whole:
            said = " ".join(self._text.split())[:80]
            raise FormError(f"expected an answer in the form asked for, got {said!r}")

    def _closed(self, start: int) -> list[DraftClaim | Rejection]:
        try:
            return self._new(from_json(self._text[start:], allow_partial=True), complete=False)
        except (ValueError, TypeError):  # half a character is a TypeError
            return []

    def _new(self, filled: Any, *, complete: bool) -> list[DraftClaim | Rejection]:
        claims = filled.get("claims")
        claims = claims if isinstance(claims, list) else []
        if complete or claims:  # a word that is still being written is not taken
            said = filled.get("answerable")
            self.answerable = said if said in ("fully", "partly", "no") else self.answerable
        closed = claims if complete else claims[:-1]
        new = [_draft(one) for one in closed[self._given :]]
        self._given = max(self._given, len(closed))
        return new


_Text = Annotated[str, Field(min_length=1, max_length=1500), AfterValidator(plain_line)]


class _QuoteIn(BaseModel):
    passage: Annotated[str, Field(max_length=100)]
    quote: _Text


class _ClaimIn(BaseModel):
    text: _Text
    quotes: Annotated[list[_QuoteIn], Field(min_length=1, max_length=6)]


def _draft(given: Any) -> DraftClaim | Rejection:
    try:
        claim = _ClaimIn.model_validate(given, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "claim"
        said = json.dumps(given, default=str)[:200]
        return Rejection(DraftClaim(said, ()), f"{where}: {first['msg']}")
    return DraftClaim(claim.text, tuple(DraftQuote(one.passage.strip(), one.quote) for one in claim.quotes))
