"""Files sent to be read into the library: taken in, ingested one after the other, asked how far they are."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from qa_service.api.access import needs
from qa_service.api.conversations import Named
from qa_service.api.service import Service
from qa_service.database import home_of
from qa_service.errors import BackendError, InputError, StoppedError
from qa_service.home import Home
from qa_service.ingest_running import IngestRunner
from qa_service.ingests import IngestRun, Ingests, State
from qa_service.uploads import safe_names

PATH = "/v1/ingests"
MAX_UPLOAD_BYTES = 64 * 1024 * 1024
MAX_FILE_BYTES = 32 * 1024 * 1024
MOST_FILES = 200
VOLUME = "letters"
_VOLUME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"

router = APIRouter(tags=["ingests"], dependencies=[Depends(needs("ingest", "admin"))])

_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {
        "files": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_FILES,
            "items": {"type": "string", "format": "binary"},
            "description": "Volumes, letters and, beside them, `letters.toml`, each with its file name.",
        },
        "volume": {
            "type": "string",
            "pattern": _VOLUME,
            "default": VOLUME,
            "description": "The volume of letters that do not name theirs.",
        },
    },
}
_DESCRIBED = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
"""What OpenAPI says of the body. It is read by hand, so that nothing is received before the key has been looked at."""


class IngestOut(BaseModel):
    """How far an ingest has come: in its `step`, `done` of `total` are over.

    `volume` is that of letters which do not name theirs. `report` is what `letters ingest --json` prints, once it is
    done; `error` is why there is none. Times are ISO, UTC.
    """

    id: str
    state: State
    step: str | None
    done: int
    total: int
    files: list[str]
    volume: str
    created_at: str
    finished_at: str | None
    report: dict[str, Any] | None
    error: str | None


class IngestsOut(BaseModel):
    """All that are kept, newest first, without their reports."""

    ingests: list[IngestOut]


class _ToDisk(MultiPartParser):
    """Keeps files on the disk, not in memory, while they are received."""

    spool_max_size = 1


def kept_ingests(request: Request) -> Ingests:
    service: Service = request.app.state.service
    return Ingests(service.conversations.engine)


def runner_of(request: Request) -> IngestRunner:
    runner: IngestRunner = request.app.state.ingests
    return runner


Kept = Annotated[Ingests, Depends(kept_ingests)]
Running = Annotated[IngestRunner, Depends(runner_of)]


def runner_over(service: Service) -> IngestRunner:
    """What runs the ingests of a service, in the home of its database."""
    engine = service.conversations.engine
    return IngestRunner(Ingests(engine), Home(home_of(engine)))


@asynccontextmanager
async def going_on(app: FastAPI, inner: AbstractAsyncContextManager[None]) -> AsyncIterator[None]:
    """While the application runs, its ingests are run."""
    runner: IngestRunner = app.state.ingests
    await to_thread.run_sync(runner.start)
    try:
        async with inner:
            yield
    finally:
        await to_thread.run_sync(runner.end)


@router.post(PATH, status_code=202, openapi_extra=_DESCRIBED)
async def begin_ingest(request: Request, ingests: Kept, runner: Running) -> IngestOut:
    """Take files in, to be read into the library beside what is there; they are deleted once they have been read.

    Raises: as `_received`; RateLimitedError if as many wait as may; BackendError if there is no room for them.
    """
    await to_thread.run_sync(ingests.expect_room)
    form = await _received(request)
    try:
        files, volume = _files(form), _volume(form)
        names = safe_names([file.filename or "" for file in files])
        named = [(name, file.file) for name, file in zip(names, files, strict=True)]
        return _out(await to_thread.run_sync(runner.begin, named, volume))
    finally:
        await form.close()


@router.get(PATH)
def list_ingests(ingests: Kept) -> IngestsOut:
    """The ingests that are kept, newest first, without their reports."""
    return IngestsOut(ingests=[_out(one) for one in ingests.listed()])


@router.get(f"{PATH}/{{id}}")
def read_ingest(id: Named, ingests: Kept) -> IngestOut:
    """How far an ingest has come, and its report once it is done."""
    return _out(ingests.get(id))


@router.delete(f"{PATH}/{{id}}", status_code=204)
def delete_ingest(id: Named, runner: Running) -> None:
    """Cancel an ingest that waits or runs; forget one that is over. What has been read stays."""
    runner.cancel_or_forget(id)


async def _received(request: Request) -> FormData:
    """Raises: InputError for what is no form with files; HTTPException for too large a body; StoppedError."""
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() != "multipart/form-data":
        raise InputError(f"expected multipart/form-data with files, got {given[:80]!r}")
    try:
        return await _ToDisk(request.headers, request.stream(), max_files=MOST_FILES, max_fields=1).parse()
    except MultiPartException as error:
        raise InputError(f"expected multipart/form-data with at most {MOST_FILES} files: {error.message}") from error
    except OSError as error:
        raise BackendError(f"the files could not be received: {error.strerror}", retryable=True) from error
    except ClientDisconnect as error:
        raise StoppedError("whoever sent the files has gone away") from error


def _files(form: FormData) -> list[UploadFile]:
    if unknown := sorted(set(form.keys()) - _FORM["properties"].keys()):
        raise InputError(f"{unknown[0][:80]}: expected only files and volume")
    files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
    if not files or len(files) < len(form.getlist("files")):
        raise InputError("files: expected at least one file, each with a file name")
    for file in files:
        if (file.size or 0) > MAX_FILE_BYTES:
            (name,) = safe_names([file.filename or ""])
            raise HTTPException(413, f"{name}: expected at most {MAX_FILE_BYTES} bytes, got {file.size}")
    return files


def _volume(form: FormData) -> str:
    given = form.get("volume", VOLUME)
    if not isinstance(given, str) or not re.fullmatch(_VOLUME.strip("^$"), given):
        raise InputError(f"volume: expected at most 100 letters, digits, '.', '_' and '-', got {str(given)[:80]!r}")
    return given


def _out(ingest: IngestRun) -> IngestOut:
    return IngestOut(**ingest.as_json())
