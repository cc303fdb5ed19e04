"""Conversations as they were held: questions with their stored answers. Every call names the owner.

What belongs to somebody else is as unknown as what does not exist.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from qa_service.database import conversations, erase_deleted, turns
from qa_service.dialogue import Conversation, Turn
from qa_service.errors import ConflictError, UnknownError
from qa_service.folding import folded_words, one_line
from qa_service.texts import LetterRef

LOCAL_OWNER = "local"
"""Owner of what is asked without a key, on loopback."""
TITLE_LENGTH = 80


def new_id(kind: str) -> str:
    """An id that cannot be guessed: "conversation" -> "c_...", "answer" -> "a_..."."""
    return f"{kind[0]}_{secrets.token_urlsafe(12)}"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """A conversation without its turns. Times are ISO, UTC; `version` goes up with every change."""

    id: str
    title: str
    version: int
    turns: int
    created_at: str
    updated_at: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored answer, just as the API gave it, and how it came about; None for answers of before records were kept."""

    answer: dict[str, Any]
    record: dict[str, Any] | None
    conversation: str
    before: tuple[Turn, ...]
    """The turns of its conversation that came before it."""


@dataclass(frozen=True, slots=True)
class Conversations:
    """Keeps and fetches turns. A question and its answer are written together or not at all."""

    engine: Engine
    clock: Callable[[], datetime] = now

    def get(self, owner: str, conversation: str) -> Conversation:
        """Raises UnknownError if the owner has no such conversation."""
        _, answers = self.whole(owner, conversation)
        return Conversation(conversation, tuple(map(_turn, answers)))

    def whole(self, owner: str, conversation: str) -> tuple[Head, list[dict[str, Any]]]:
        """A conversation with its answers, oldest first. Raises UnknownError if the owner has no such conversation."""
        with self.engine.connect() as connection:
            head = _head(connection, owner, conversation)
            of_it = (turns.c.owner == owner) & (turns.c.conversation == conversation)
            rows = connection.execute(select(turns.c.answer).where(of_it).order_by(turns.c.position))
            return head, list(rows.scalars())

    def find(self, owner: str, query: str = "", *, limit: int, offset: int = 0) -> tuple[list[Head], int]:
        """The owner's conversations, newest first, and how many there are in all.

        Args:
            query: words, each of which begins a word of the title, a question or an answer; if empty, all fit.
        """
        fits = conversations.c.owner == owner
        if query.strip():
            words = folded_words(query).split() or ["/"]  # no word begins with a stroke: nothing is found
            fits &= and_(*map(_holds, words))
        newest = (conversations.c.updated_at.desc(), conversations.c.id)
        listed = select(conversations).where(fits).order_by(*newest).limit(limit).offset(offset)
        with self.engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(conversations).where(fits)).scalar_one()
            return [_head_of(row) for row in connection.execute(listed)], total

    def answer(self, owner: str, answer: str) -> Kept:
        """Raises UnknownError if the owner has no such answer."""
        with self.engine.connect() as connection:
            row = connection.execute(select(turns).where(turns.c.owner == owner, turns.c.id == answer)).first()
            if row is None:
                raise UnknownError(f"no answer {answer!r}")
            earlier = (
                (turns.c.owner == owner)
                & (turns.c.conversation == row.conversation)
                & (turns.c.position < row.position)
            )
            before = connection.execute(select(turns.c.answer).where(earlier).order_by(turns.c.position)).scalars()
            return Kept(row.answer, row.record, row.conversation, tuple(map(_turn, before)))

    def expect(self, owner: str, conversation: str, turns: int) -> None:
        """Raises ConflictError if the conversation has not so many turns, UnknownError if there is none."""
        with self.engine.connect() as connection:
            _must_have(turns, _head(connection, owner, conversation))

    def append(
        self,
        owner: str,
        conversation: str,
        answer: dict[str, Any],
        build: str,
        *,
        record: dict[str, Any] | None = None,
        continues: bool = False,
        expected_turns: int | None = None,
    ) -> Head:
        """Add a question with its answer, as the API gave it, to the end of a conversation, or begin one.

        Those that come at once are put one after the other.

        Args:
            record: how the answer came about, as `Record.as_json` gives it.
            continues: the conversation must be there already; it may have been deleted while the answer was made.
            expected_turns: how many turns the asker has seen.
        Raises: UnknownError, ConflictError; then nothing is kept.
        """
        at, question = self._at(), answer["question"]
        with self.engine.begin() as connection:
            if not continues:
                _begin(connection, owner, conversation, _title(question), at)
            head = _head(connection, owner, conversation, to_change=True)
            if expected_turns is not None:
                _must_have(expected_turns, head)
            connection.execute(
                turns.insert().values(
                    id=answer["id"],
                    owner=owner,
                    conversation=conversation,
                    position=head.turns,
                    question=question,
                    answer=answer,
                    build=build,
                    at=at,
                    record=record,
                    folded=folded_words(f"{question} {answer['text']}"),
                )
            )
            return _change(connection, owner, head, turns=head.turns + 1, updated_at=at)

    def rename(self, owner: str, conversation: str, title: str, *, version: int | None = None) -> Head:
        """Give a conversation another title.

        Raises: UnknownError; ConflictError if its version is no longer the one given.
        """
        with self.engine.begin() as connection:
            head = _unchanged(_head(connection, owner, conversation, to_change=True), version)
            title = one_line(title)
            return _change(
                connection, owner, head, title=title, title_folded=folded_words(title), updated_at=self._at()
            )

    def delete(self, owner: str, conversation: str, *, version: int | None = None) -> None:
        """Delete a conversation with its answers; nothing of it stays in the database's files. Raises: as `rename`."""
        with self.engine.begin() as connection:
            _unchanged(_head(connection, owner, conversation, to_change=True), version)
            connection.execute(delete(turns).where(turns.c.owner == owner, turns.c.conversation == conversation))
            connection.execute(delete(conversations).where(_is(owner, conversation)))
        erase_deleted(self.engine)

    def delete_all(self, owner: str) -> int:
        """Delete all that the owner has asked; returns how many conversations that were."""
        with self.engine.begin() as connection:
            connection.execute(delete(turns).where(turns.c.owner == owner))
            deleted = connection.execute(delete(conversations).where(conversations.c.owner == owner)).rowcount
        erase_deleted(self.engine)
        return deleted

    def _at(self) -> str:
        return self.clock().isoformat(timespec="milliseconds")


def _is(owner: str, conversation: str) -> ColumnElement[bool]:
    return (conversations.c.owner == owner) & (conversations.c.id == conversation)


def _head(connection: Connection, owner: str, conversation: str, *, to_change: bool = False) -> Head:
    """Raises UnknownError. To be changed, the row is locked until the transaction ends (SQLite's are one at a time)."""
    found = select(conversations).where(_is(owner, conversation))
    row = connection.execute(found.with_for_update() if to_change else found).first()
    if row is None:
        raise UnknownError(f"no conversation {conversation!r}")
    return _head_of(row)


def _head_of(row: Row[Any]) -> Head:
    return Head(row.id, row.title, row.version, row.turns, row.created_at, row.updated_at)


def _begin(connection: Connection, owner: str, conversation: str, title: str, at: str) -> None:
    """Make a conversation unless it is there."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"owner": owner, "id": conversation, "title": title, "title_folded": folded_words(title)}
    begun = row | {"version": 0, "turns": 0, "created_at": at, "updated_at": at}
    connection.execute(insert(conversations).values(begun).on_conflict_do_nothing())


def _change(connection: Connection, owner: str, head: Head, **to: Any) -> Head:
    changed = update(conversations).where(_is(owner, head.id)).values(version=head.version + 1, **to)
    connection.execute(changed)
    return _head(connection, owner, head.id)


def _must_have(expected_turns: int, head: Head) -> None:
    if head.turns != expected_turns:
        raise ConflictError(
            f"expected {expected_turns} turns in conversation {head.id!r}, it has {head.turns} by now", head.as_json()
        )


def _unchanged(head: Head, version: int | None) -> Head:
    if version is not None and head.version != version:
        raise ConflictError(
            f"expected version {version} of conversation {head.id!r}, it is at {head.version} by now", head.as_json()
        )
    return head


def _holds(word: str) -> ColumnElement[bool]:
    """The title, a question or an answer has a word that begins so."""
    in_turns = select(turns.c.id).where(
        turns.c.owner == conversations.c.owner,
        turns.c.conversation == conversations.c.id,
        turns.c.folded.contains(f" {word}", autoescape=True),
    )
    return or_(conversations.c.title_folded.contains(f" {word}", autoescape=True), in_turns.exists())


def _title(question: str) -> str:
    """The question in one line, shortened at the end of a word."""
    line = one_line(question)
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rsplit(' ', 1)[0]}…"


def _turn(answer: dict[str, Any]) -> Turn:
    letters = tuple(dict.fromkeys(LetterRef.parse(citation["letter"]) for citation in answer["citations"]))
    return Turn(answer["question"], answer["text"], letters)
