"""Reading the letters themselves."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from qa_service.api.access import needs
from qa_service.api.dependencies import service_of
from qa_service.api.letter_responses import LetterLine, LetterOut, LettersOut, VolumeLine, VolumeOut, VolumesOut
from qa_service.api.requests import MAX_OFFSET, Day, Model, Name
from qa_service.api.service import Service
from qa_service.dialogue import Filters
from qa_service.texts import LetterRef

MAX_LISTED = 500

router = APIRouter(tags=["letters"], dependencies=[Depends(needs("ask"))])


class ListIn(Model):
    """Which letters to list."""

    volume: Name | None = None
    writer: Name | None = None
    recipient: Name | None = None
    kind: Name | None = None
    date_from: Day | None = Field(default=None, alias="from")
    date_to: Day | None = Field(default=None, alias="to")
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 100
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0


@router.get("/v1/letters")
def list_letters(asked: Annotated[ListIn, Query()], service: Annotated[Service, Depends(service_of)]) -> LettersOut:
    """The loaded letters in printed order, volume by volume."""
    filters = Filters(
        volumes=_one(asked.volume),
        writers=_one(asked.writer),
        recipients=_one(asked.recipient),
        kinds=_one(asked.kind),
        date_from=asked.date_from,
        date_to=asked.date_to,
    )
    with service.library.build() as build:
        refs = build.catalogue.refs(filters)
        volumes = {volume.id: volume for volume in build.catalogue.volumes()}
        shown = refs[asked.offset : asked.offset + asked.limit]
        lines = [LetterLine.of(build.catalogue.letter(ref), volumes[ref.volume]) for ref in shown]
        return LettersOut(letters=lines, total=len(refs))


@router.get("/v1/letters/{volume}/{id}")
def read_letter(volume: str, id: str, service: Annotated[Service, Depends(service_of)]) -> LetterOut:
    """One letter whole: text, pages, notes."""
    with service.library.build() as build:
        letter = build.catalogue.letter(LetterRef(volume, id))
        return LetterOut.of(letter, build.catalogue.volume(volume))


@router.get("/v1/volumes")
def list_volumes(service: Annotated[Service, Depends(service_of)]) -> VolumesOut:
    """The loaded volumes."""
    with service.library.build() as build:
        counts = Counter(ref.volume for ref in build.catalogue.refs())
        volumes = build.catalogue.volumes()
        return VolumesOut(volumes=[VolumeLine.of(volume, counts[volume.id]) for volume in volumes])


@router.get("/v1/volumes/{volume}")
def read_volume(volume: str, service: Annotated[Service, Depends(service_of)]) -> VolumeOut:
    """A volume with its list of persons, its abbreviations and terms, and its index."""
    with service.library.build() as build:
        found = build.catalogue.volume(volume)
        letters = len(build.catalogue.refs(Filters(volumes=(volume,))))
        return VolumeOut.whole(found, letters, build.catalogue.apparatus(volume))


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
