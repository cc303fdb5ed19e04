"""A model's reply, read while it is written: each claim as soon as its JSON object has closed."""

import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from qa_service.answering.model_text import plain_line
from qa_service.chat import Form
from qa_service.dialogue import DraftClaim, DraftQuote, Rejection
from qa_service.errors import FormError

Answerable = Literal["fully", "partly", "no"]

LONGEST_REPLY = 100_000
"""Characters; no answer is so long."""
_DEEPEST = 20
_SHOWN = 80
_BLANKS = " \t\n\r"
_MARKS = re.compile(r"\\.|[\"{}\[\],\s]", re.DOTALL)
"""What may begin or end a value, and what is escaped."""

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
    """Takes a reply piece by piece and gives its claims; those of another form as rejections. However it is cut into
    pieces, the claims are the same.

    A model may fill the form more than once, one after the other; all of it counts. What is no JSON is passed over.
    """

    def __init__(self) -> None:
        self.answerable: Answerable | None = None
        """What the reply says last; None as long as it says nothing."""
        self._began = ""
        self._length = 0
        self._left = ""
        """What has not been read yet."""
        self._ending = _Ending()
        self._within: Literal["text", "object", "field", "claims"] = "text"
        self._name = ""
        self._is_answer = self._whole = False

    def feed(self, piece: str) -> list[DraftClaim | Rejection]:
        """The claims that have closed with this piece. Raises: FormError if the reply gets too long, or too deep."""
        self._length += len(piece)
        if self._length > LONGEST_REPLY:
            raise FormError(f"the model's answer is longer than {LONGEST_REPLY} characters")
        self._began = (self._began + piece)[:_SHOWN]
        self._left += piece
        found: list[DraftClaim | Rejection] = []
        while self._read(found):
            pass
        return found

    def end(self) -> None:
        """To be told when the reply is over. Raises: FormError unless the form was filled to its end."""
        if not self._whole:
            raise FormError(f"expected an answer in the form asked for, got {' '.join(self._began.split())!r}")

    def _read(self, found: list[DraftClaim | Rejection]) -> bool:
        """Read one thing more; whether there was one, written to its end."""
        if self._within == "text":
            _, opened, self._left = self._left.partition("{")
            self._within, self._is_answer = "object" if opened else "text", False
            return bool(opened)
        self._left = self._left.lstrip(_BLANKS if self._within == "field" else f"{_BLANKS},")
        if self._left[:1] == {"object": "}", "claims": "]"}.get(self._within):
            self._left = self._left[1:]
            self._whole = self._whole or (self._within == "object" and self._is_answer)
            self._within = "object" if self._within == "claims" else "text"
            return True
        if self._within == "field" and self._name == "claims" and self._left[:1] == "[":
            self._left, self._within, self._is_answer = self._left[1:], "claims", True
            return True
        end = self._ending.of(self._left)
        return end is not None and self._take(self._left[:end], self._left[end:], found)

    def _take(self, value: str, following: str, found: list[DraftClaim | Rejection]) -> bool:
        """Take a value that has ended; whether that could be done yet."""
        self._ending = _Ending()
        if self._within == "object":
            following = following.lstrip(_BLANKS)
            if not following:
                return False  # a name is one by its colon
            self._name = _parsed(value)
            if not isinstance(self._name, str) or following[0] != ":":
                self._within = "text"  # no JSON after all
                return True
            following, self._within = following[1:], "field"
        elif self._within == "claims":
            if not value:  # a bracket that does not fit
                self._within = "text"
                return True
            found.append(_draft(_parsed(value)))
        else:
            self._within, said = "object", _parsed(value)
            if self._name == "answerable" and said in ("fully", "partly", "no"):
                self.answerable, self._is_answer = said, True
        self._left = following
        return True


class _Ending:
    """Finds where a JSON value ends that is written bit by bit."""

    def __init__(self) -> None:
        self._at = self._depth = 0
        self._in_string = False

    def of(self, text: str) -> int | None:
        """The end of the value with which the text begins; the text may have grown since the last call.

        Raises: FormError if it is nested too deeply.
        """
        for match in _MARKS.finditer(text, self._at):
            mark, self._at = match.group(), match.end()
            if mark == '"':
                self._in_string = not self._in_string
                if not self._in_string and not self._depth:
                    return self._at
            elif self._in_string:
                continue
            elif mark in "{[":
                self._depth += 1
                if self._depth > _DEEPEST:
                    raise FormError(f"the model's answer is nested more than {_DEEPEST} times")
            elif not self._depth:
                return match.start()
            elif mark in "}]":
                self._depth -= 1
                if not self._depth:
                    return self._at
        self._at = max(self._at, len(text) - 1)  # the last character may be half of an escape
        return None


def _parsed(value: str) -> Any:
    """What a JSON value says; itself, as text in a tuple, if it is none."""
    try:
        return json.loads(value, strict=False)  # models write line ends within strings
    except ValueError:
        return (value,)


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
