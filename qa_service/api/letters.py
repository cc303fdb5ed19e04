"""Finding and reading the letters themselves."""

from collections import Counter
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from qa_service.api.access import needs
from qa_service.api.dependencies import service_of
from qa_service.api.facet_responses import FacetsOut
from qa_service.api.letter_responses import LetterLine, LetterOut, LettersOut
from qa_service.api.requests import MAX_OFFSET, BrowseIn
from qa_service.api.service import Service
from qa_service.api.volume_responses import VolumeLine, VolumeOut, VolumesOut
from qa_service.dialogue import Filters
from qa_service.library.builds import Build
from qa_service.retrieval.facets import facets_of
from qa_service.retrieval.finding import letters_with
from qa_service.retrieval.snippets import snippets_of, telling_words
from qa_service.texts import LetterRef

MAX_LISTED = 500

router = APIRouter(tags=["letters"], dependencies=[Depends(needs("ask"))])


class ListIn(BrowseIn):
    """Which letters to list, in printed order or by date."""

    order: Literal["printed", "date"] = "printed"
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 100
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0


@router.get("/v1/letters")
def list_letters(asked: Annotated[ListIn, Query()], service: Annotated[Service, Depends(service_of)]) -> LettersOut:
    """The loaded letters in printed order, volume by volume, or by date; with `q`, those that hold all its words."""
    words = telling_words(asked.q) if asked.q else ()
    with service.library.build() as build:
        refs = _browsed(asked, build)
        volumes = {volume.id: volume for volume in build.catalogue.volumes()}
        lines = []
        for ref in refs[asked.offset : asked.offset + asked.limit]:
            letter = build.catalogue.letter(ref)
            lines.append(LetterLine.of(letter, volumes[ref.volume], snippets_of(letter, words) if words else ()))
        return LettersOut(letters=lines, total=len(refs))


@router.get("/v1/facets")
def count_letters(asked: Annotated[BrowseIn, Query()], service: Annotated[Service, Depends(service_of)]) -> FacetsOut:
    """How many letters there are of each volume, name, kind and month, each side counted as if nothing were asked of
    it; the total and its dates with all that is asked.
    """
    with service.library.build() as build:
        return FacetsOut.of(facets_of(build, asked.filters(), asked.q), build.catalogue.volumes())


@router.get("/v1/letters/{volume}/{id}")
def read_letter(volume: str, id: str, service: Annotated[Service, Depends(service_of)]) -> LetterOut:
    """One letter whole: text, pages, notes, and which are printed before and after it."""
    with service.library.build() as build:
        ref, catalogue = LetterRef(volume, id), build.catalogue
        return LetterOut.of(catalogue.letter(ref), catalogue.volume(volume), catalogue.beside(ref))


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


def _browsed(asked: ListIn, build: Build) -> list[LetterRef]:
    """All letters that were asked for, in order; those of which no day is known are the last by date."""
    outline = build.outline
    refs = list(build.catalogue.refs(asked.filters()))
    if asked.q:
        found = letters_with(asked.q, build)
        refs = [ref for ref in refs if outline.places[ref] in found]
    if asked.order == "date":
        refs.sort(key=lambda ref: outline.letters[outline.places[ref]].first or "9999-99-99")
    return refs
