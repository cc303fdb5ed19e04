"""Conversations as they were held: questions with their stored answers. Every call names the owner."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, func, select

from qa_service.database import turns
from qa_service.dialogue import Conversation, Turn
from qa_service.errors import UnknownError
from qa_service.texts import LetterRef

LOCAL_OWNER = "local"
"""Owner of what is asked without a key, on loopback."""


def new_id(kind: str) -> str:
    """An id that cannot be guessed: "conversation" -> "c_...", "answer" -> "a_..."."""
    return f"{kind[0]}_{secrets.token_urlsafe(12)}"


@dataclass(frozen=True, slots=True)
class Conversations:
    """Keeps and fetches turns. A question and its answer are written together or not at all."""

    engine: Engine

    def get(self, owner: str, conversation: str) -> Conversation:
        """Raises UnknownError if the owner has no such conversation."""
        mine = (turns.c.owner == owner) & (turns.c.conversation == conversation)
        with self.engine.connect() as connection:
            rows = connection.execute(select(turns).where(mine).order_by(turns.c.position)).all()
        if not rows:
            raise UnknownError(f"no conversation {conversation!r}")
        return Conversation(conversation, tuple(_turn(row.question, row.answer) for row in rows))

    def append(self, owner: str, conversation: str, answer: dict[str, Any], build: str) -> None:
        """Add a question with its answer, as the API gave it, to the end of a conversation."""
        with self.engine.begin() as connection:
            of_it = (turns.c.owner == owner) & (turns.c.conversation == conversation)
            last = connection.execute(select(func.max(turns.c.position)).where(of_it)).scalar()
            connection.execute(
                turns.insert().values(
                    id=answer["id"],
                    owner=owner,
                    conversation=conversation,
                    position=0 if last is None else last + 1,
                    question=answer["question"],
                    answer=answer,
                    build=build,
                    at=datetime.now(UTC).isoformat(timespec="seconds"),
                )
            )


def _turn(question: str, answer: dict[str, Any]) -> Turn:
    letters = tuple(dict.fromkeys(LetterRef.parse(citation["letter"]) for citation in answer["citations"]))
    return Turn(question, answer["text"], letters)
