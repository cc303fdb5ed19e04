"""What OpenAI's clients send: messages, read as a conversation that ends in a question.

Only what users and assistants have said is read. System and developer messages, and what tools have said, are accepted
and ignored: nothing that is sent here is an instruction.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, WithJsonSchema
from pydantic_core import PydanticCustomError

from qa_service.api.openai_responses import without_sources
from qa_service.api.requests import (
    MAX_ANSWER,
    MAX_CLAIMS,
    MAX_QUESTION,
    MAX_TURNS,
    AskIn,
    AsNumber,
    FiltersIn,
    Flag,
    Model,
    TurnIn,
    clean_text,
)
from qa_service.dialogue import Answerer

_NOTHING = {"anyOf": [{"type": "array", "maxItems": 0}, {"type": "null"}]}
_EXAMPLE: dict[str, JsonValue] = {
    "model": "letters",
    "messages": [{"role": "user", "content": "What happened to the missing casks?"}],
}
Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class TextPart(BaseModel):
    """A part of a message."""

    type: Literal["text"]
    text: str


def _text_of(content: Any) -> Any:
    """A message's content as one text, whether it came as text or in parts. Raises ValueError for other than text."""
    if content is None:
        return ""
    if isinstance(content, list):
        content = "\n".join(map(_text_of_part, content))
    return clean_text(content)


def _text_of_part(part: Any) -> str:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind != "text" or not isinstance(part.get("text"), str):
        raise PydanticCustomError("text_only", "only text is read here: expected parts of type 'text'")
    return str(part["text"])


class MessageIn(BaseModel):
    """Something said in the conversation."""

    role: Role
    content: Annotated[str, BeforeValidator(_text_of, json_schema_input_type=str | list[TextPart] | None)] = ""


def _ends_in_a_question(messages: list[MessageIn]) -> list[MessageIn]:
    asked = _question_of(messages)
    if not asked:
        raise PydanticCustomError("no_question", "expected a message of the user that asks something")
    if len(asked) > MAX_QUESTION:
        raise PydanticCustomError(
            "too_long",
            "expected a question of at most {most} characters in the last message of the user, got {got}",
            {"most": MAX_QUESTION, "got": len(asked)},
        )
    return messages


def _question_of(messages: Sequence[MessageIn]) -> str:
    return next((one.content for one in reversed(messages) if one.role == "user"), "")


def _refuse(reason: str) -> AfterValidator:
    """Refuses whatever is given, unless it is empty."""

    def check(given: Any) -> Any:
        if given:
            raise PydanticCustomError("unsupported", "{reason}", {"reason": reason})
        return given

    return AfterValidator(check)


def _one(n: int | None) -> int | None:
    if n not in (None, 1):
        raise PydanticCustomError("unsupported", "a question has one answer here: expected n to be 1 or left out")
    return n


def _plain_text(form: dict[str, Any] | None) -> dict[str, Any] | None:
    if form and form.get("type") != "text":
        raise PydanticCustomError("unsupported", "answers are text: expected response_format to be of type 'text'")
    return form


class StreamOptions(BaseModel):
    include_usage: Flag | None = None


class LettersIn(Model):
    """What can be said to this service beyond OpenAI's protocol (`extra_body={"letters": {...}}`)."""

    filters: FiltersIn = FiltersIn()
    max_claims: Annotated[int, Field(ge=1, le=MAX_CLAIMS), AsNumber] | None = None
    include_passages: Flag = False


class ChatIn(BaseModel):
    """A chat completion that is asked for. Parameters that steer how a model samples are accepted and ignored; what
    would change the meaning of the answer is refused.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    model: Annotated[str, Field(max_length=200)]
    messages: Annotated[list[MessageIn], Field(min_length=1), AfterValidator(_ends_in_a_question)]
    stream: Flag | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[
        int | None, AfterValidator(_one), WithJsonSchema({"anyOf": [{"type": "integer", "const": 1}, {"type": "null"}]})
    ] = None
    tools: Annotated[list[Any] | None, _refuse("no tools are called here"), WithJsonSchema(_NOTHING)] = None
    functions: Annotated[list[Any] | None, _refuse("no functions are called here"), WithJsonSchema(_NOTHING)] = None
    response_format: Annotated[
        dict[str, Any] | None,
        AfterValidator(_plain_text),
        WithJsonSchema({"anyOf": [{"type": "object", "properties": {"type": {"const": "text"}}},
                                  {"type": "null"}]}),
    ] = None  # fmt: skip
    letters: LettersIn | None = None

    def asked(self, answerer: Answerer | None) -> AskIn:
        """The question, with what was said before as its history."""
        more = self.letters or LettersIn()
        return AskIn(
            question=_question_of(self.messages),
            history=_turns(self.messages),
            filters=more.filters,
            max_claims=more.max_claims,
            include_passages=more.include_passages,
            answerer=answerer,
        )

    @property
    def wants_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)


def _turns(messages: Sequence[MessageIn]) -> list[TurnIn]:
    """Questions that were answered before the last question, without the lists of sources put under the answers; the
    newest of them, and of very long ones the beginning.
    """
    turns: list[TurnIn] = []
    question = ""
    for message in messages:
        if message.role == "user":
            question = message.content
        elif message.role == "assistant" and question and message.content:
            answer = without_sources(message.content)
            turns.append(TurnIn(question=question[:MAX_QUESTION], answer=answer[:MAX_ANSWER]))
            question = ""
    return turns[-MAX_TURNS:]
