"""One's own conversations: found, read, renamed, taken along, deleted; and how each answer came about."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import BaseModel, Field

from qa_service.api.access import needs
from qa_service.api.dependencies import owner_of, service_of
from qa_service.api.recording import ReplayOut
from qa_service.api.refusals import etag
from qa_service.api.requests import MAX_OFFSET, Id, Model, Seen, Text
from qa_service.api.service import Service
from qa_service.conversations import Head
from qa_service.errors import UnknownError
from qa_service.folding import folded_words

router = APIRouter(tags=["conversations"], dependencies=[Depends(needs("ask"))])

_ETAG = r'^(\*|(W/)?"[0-9]{1,9}")$'

MAX_TITLE = 200
MAX_LISTED = 200
MAX_SOUGHT = 200
FormName = Literal["markdown", "docx", "notes", "csl-json", "ris", "bibtex", "json"]
"""The names in `qa_service.exporting.forms`, which is loaded only when something is exported."""

Own = Annotated[str, Depends(owner_of)]
Asked = Annotated[Service, Depends(service_of)]
Named = Annotated[Id, Path()]
IfMatch = Annotated[
    str, Header(pattern=_ETAG, description='The ETag last seen, such as "3"; another is a conflict. `*` is any.')
]


class ConversationLine(BaseModel):
    """A conversation; `turns` counts its questions, `version` goes up with every change. Times are ISO, UTC."""

    id: str
    title: str
    version: int
    turns: int
    created_at: str
    updated_at: str


class ConversationsOut(BaseModel):
    """A page of conversations, newest first; `total` counts all that fit."""

    conversations: list[ConversationLine]
    total: int


class ConversationOut(ConversationLine):
    """A conversation with its answers, oldest first, each just as `/v1/ask` gave it."""

    answers: list[dict[str, Any]]


class DeletedOut(BaseModel):
    deleted: int


class FindIn(Model):
    """Which conversations to list: `q` holds beginnings of words of the title, a question or an answer."""

    q: Annotated[Text, Field(max_length=MAX_SOUGHT)] = ""
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0


class TitleIn(Model):
    title: Annotated[Seen, Field(max_length=MAX_TITLE)]


class ExportIn(Model):
    format: FormName


@router.get("/v1/conversations")
def find_conversations(asked: Annotated[FindIn, Query()], service: Asked, owner: Own) -> ConversationsOut:
    """One's own conversations, newest first."""
    heads, total = service.conversations.find(owner, asked.q, limit=asked.limit, offset=asked.offset)
    return ConversationsOut(conversations=[_line(head) for head in heads], total=total)


@router.delete("/v1/conversations")
def delete_conversations(service: Asked, owner: Own) -> DeletedOut:
    """Delete all of one's own conversations."""
    return DeletedOut(deleted=service.conversations.delete_all(owner))


@router.get("/v1/conversations/{id}")
def read_conversation(id: Named, service: Asked, owner: Own, response: Response) -> ConversationOut:
    """A conversation whole."""
    head, answers = service.conversations.whole(owner, id)
    response.headers["ETag"] = etag(head.version)
    return ConversationOut(**head.as_json(), answers=answers)


@router.patch("/v1/conversations/{id}")
def rename_conversation(
    id: Named, asked: TitleIn, service: Asked, owner: Own, response: Response, if_match: IfMatch = "*"
) -> ConversationLine:
    """Give a conversation another title."""
    head = service.conversations.rename(owner, id, asked.title, version=_version(if_match))
    response.headers["ETag"] = etag(head.version)
    return _line(head)


@router.delete("/v1/conversations/{id}", status_code=204)
def delete_conversation(id: Named, service: Asked, owner: Own, if_match: IfMatch = "*") -> None:
    """Delete a conversation with its answers."""
    service.conversations.delete(owner, id, version=_version(if_match))


@router.get("/v1/conversations/{id}/export", response_class=Response)
def export_conversation(id: Named, asked: Annotated[ExportIn, Query()], service: Asked, owner: Own) -> Response:
    """A conversation as a file: `format` is one of the forms that answers are exported in."""
    head, answers = service.conversations.whole(owner, id)
    return _exported(answers, asked.format, head.title, id)


@router.get("/v1/answers/{id}")
def read_answer(id: Named, service: Asked, owner: Own) -> dict[str, Any]:
    """A stored answer, just as `/v1/ask` gave it."""
    return service.conversations.answer(owner, id).answer


@router.get("/v1/answers/{id}/record")
def read_record(id: Named, service: Asked, owner: Own) -> dict[str, Any]:
    """How an answer came about: library, models and prompts, passages found and used, claims rejected, timings."""
    record = service.conversations.answer(owner, id).record
    if record is None:
        raise UnknownError(f"answer {id!r} is older than records are")
    return record


@router.post("/v1/answers/{id}/replay")
def replay_answer(id: Named, service: Asked, owner: Own) -> ReplayOut:
    """Ask again what a stored answer answered, and tell what is different. Nothing is kept."""
    return service.replay(owner, id)


@router.get("/v1/answers/{id}/export", response_class=Response)
def export_answer(id: Named, asked: Annotated[ExportIn, Query()], service: Asked, owner: Own) -> Response:
    """An answer as a file."""
    answer = service.conversations.answer(owner, id).answer
    return _exported([answer], asked.format, answer["question"], id)


def _line(head: Head) -> ConversationLine:
    return ConversationLine(**head.as_json())


def _version(if_match: str) -> int | None:
    """The version that an If-Match names; None if any will do."""
    return None if if_match == "*" else int(if_match.removeprefix("W/").strip('"'))


def _exported(answers: list[dict[str, Any]], form: str, title: str, id: str) -> Response:
    # here, because it loads the libraries of all forms, which asking does not need
    from qa_service.exporting.forms import export  # type: ignore[import-untyped, import-not-found, unused-ignore]

    made = export(answers, form, title=title)
    name = f"letters-{_file_name(title) or id}{made.suffix}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made.content, media_type=made.media_type, headers=disposition)


def _file_name(title: str) -> str:
    """A title in letters and digits that every file system takes."""
    return "-".join(word for word in folded_words(title).split() if word.isascii())[:60].strip("-")
