"""A question prepared by a model: made to stand alone, and parted where one search cannot find everything.

The rules have understood it before; where the model fails, or says something that cannot be used, theirs stands.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import structlog
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from prompts.catalogue import Prompt, as_material, load
from qa_service.answering.model_text import plain_line
from qa_service.budget import Budget
from qa_service.chat import Chat, Form, Message
from qa_service.dialogue import Question, Turn
from qa_service.errors import ModelError

MOST_SEARCHES = 4
_TURNS_READ = 6
_ANSWER_CHARACTERS = 600
_SEVERAL_SEARCHES = re.compile(
    r"\b(trace|compar\w+|contrast\w*|differ\w*|evol\w+|develop\w*|over time|chang\w+|step by step|chronolog\w+"
    r"|history of|both|each|respectively|between\b.+\band|first\b.+\bthen|from\b.+\bto\b|course of|as against|versus"
    r"|vs)\b",
    re.IGNORECASE,
)

_PREPARED = Form(
    "prepared",
    "Give the question as it can be understood alone, and the searches it is parted into, if any.",
    {
        "type": "object",
        "properties": {
            "question": {"type": "string"},
            "searches": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["question", "searches"],
        "additionalProperties": False,
    },
)

_Line = Annotated[str, Field(min_length=3, max_length=2000), AfterValidator(plain_line)]


class _Prepared(BaseModel):
    question: _Line
    searches: Annotated[list[_Line], Field(max_length=20)] = []


class QuestionReader:
    """Asks a chat model to prepare questions that the rules may not understand."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._prompt = load("read_question")

    @property
    def prompt(self) -> Prompt:
        return self._prompt

    def wants(self, question: Question, turns: Sequence[Turn]) -> bool:
        """Whether a model can help: in a conversation, and where the question asks for several things."""
        return bool(turns) or bool(_SEVERAL_SEARCHES.search(question.asked))

    def prepared(self, question: Question, turns: Sequence[Turn], budget: Budget) -> Question:
        """The question as the model prepares it; as it is, where that fails. Raises: StoppedError."""
        talk = [
            {"question": turn.question, "answer": turn.answer[:_ANSWER_CHARACTERS]} for turn in turns[-_TURNS_READ:]
        ]
        asked = self._prompt.fill(conversation=as_material(talk), question=as_material(question.asked))
        messages = [Message("system", self._prompt.instructions), Message("user", asked)]
        try:
            said = self._chat(messages, _PREPARED, budget).text
            prepared = _Prepared.model_validate(json.loads(said[said.index("{") : said.rindex("}") + 1]))
        except (ModelError, ValidationError, ValueError, RecursionError) as error:
            structlog.get_logger().warning("question_not_prepared", error=type(error).__name__)
            return question
        return _taken(question, prepared, bool(turns))


def _taken(question: Question, prepared: _Prepared, in_conversation: bool) -> Question:
    """A question that stands alone keeps its own words, whatever the model made of them."""
    searches = tuple(dict.fromkeys(prepared.searches))[:MOST_SEARCHES]
    if not in_conversation or prepared.question == question.asked:
        return replace(question, searches=searches)
    return replace(question, standalone=prepared.question, rewritten=prepared.question, searches=searches)
