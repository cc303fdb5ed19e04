"""Checking what somebody else quotes and cites."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from qa_service.api.access import needs
from qa_service.api.dependencies import service_of
from qa_service.api.requests import NO_NUL, Model
from qa_service.api.responses import CitationOut
from qa_service.api.service import Service
from qa_service.citation_check.checking import check
from qa_service.citation_check.findings import Cited, Finding, Kind, Nearest, Tolerance, Verdict
from qa_service.dialogue import Citation
from qa_service.texts import Volume

MAX_TEXT = 20_000

router = APIRouter(tags=["citations"], dependencies=[Depends(needs("ask"))])


def _whole_characters(text: str) -> str:
    """Text is kept as it came, so that offsets are those of the caller; NUL and half characters are refused."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("text must not hold NUL or unpaired surrogates")
    return text


class CitationCheckIn(Model):
    """A pasted footnote, a link, or a text with quotations and their citations."""

    text: Annotated[
        str,
        Field(min_length=1, max_length=MAX_TEXT, json_schema_extra={"pattern": NO_NUL}),
        AfterValidator(_whole_characters),
    ]


class CitedOut(BaseModel):
    """The place that was understood; `volumes` are the ids it may mean, and what is left open is null."""

    volumes: list[str]
    document: str | None
    letter_id: str | None
    first_page: str | None
    last_page: str | None
    note: str | None

    @classmethod
    def of(cls, cited: Cited) -> "CitedOut":
        return cls(
            volumes=list(cited.volumes),
            document=cited.document,
            letter_id=cited.letter,
            first_page=cited.first_page,
            last_page=cited.last_page,
            note=cited.note,
        )


class PlaceOut(CitationOut):
    """A place in a letter or note; `number` is that of the finding.

    `quote` is the print there, `text[start:end]`; null where nothing is quoted and the place is a page, note or letter.
    """

    quote: str | None  # type: ignore[assignment]

    @classmethod
    def at(cls, number: int, place: Citation, volume: Volume, *, quoted: bool) -> "PlaceOut":
        fields = CitationOut.of(number, place, volume).model_dump()
        return cls(**fields if quoted else fields | {"quote": None})


class DifferenceOut(BaseModel):
    """Words of the quotation, and what is printed in their place; either may be empty."""

    quoted: str
    printed: str


class NearestOut(BaseModel):
    """The text most like a quotation that was not found: a hint where to look, never a verdict."""

    place: PlaceOut
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, number: int, nearest: Nearest, volume: Volume) -> "NearestOut":
        return cls(
            place=PlaceOut.at(number, nearest.place, volume, quoted=True),
            differences=[DifferenceOut(quoted=one.quoted, printed=one.printed) for one in nearest.differences],
        )


class FindingOut(BaseModel):
    """What is found for one quotation, citation or link.

    `words` are `text[start:end]` of the pasted text, in code points. `tolerated` says in what the quotation differs
    from the print; empty, it stands there character by character.
    """

    number: int
    kind: Kind
    words: str
    start: int
    end: int
    cited: CitedOut | None
    verdict: Verdict
    detail: str
    place: PlaceOut | None
    tolerated: list[Tolerance]
    nearest: NearestOut | None
    also_in: list[str]

    @classmethod
    def of(cls, number: int, finding: Finding, text: str, volumes: dict[str, Volume]) -> "FindingOut":
        read, place, nearest = finding.read, finding.place, finding.nearest
        quoted = read.kind == "quotation"
        return cls(
            number=number,
            kind=read.kind,
            words=read.span.of(text),
            start=read.span.start,
            end=read.span.end,
            cited=CitedOut.of(read.cited) if read.cited else None,
            verdict=finding.verdict,
            detail=finding.detail,
            place=PlaceOut.at(number, place, volumes[place.letter.ref.volume], quoted=quoted) if place else None,
            tolerated=list(finding.tolerated),
            nearest=NearestOut.of(number, nearest, volumes[nearest.place.letter.ref.volume]) if nearest else None,
            also_in=list(finding.also_in),
        )


class CitationCheckOut(BaseModel):
    """The findings in order of appearance; `left_out` counts quotations and citations beyond what one check takes."""

    findings: list[FindingOut]
    left_out: int
    letters: int
    volumes: list[str]
    build: str


@router.post("/v1/citations/check")
def check_citations(asked: CitationCheckIn, service: Annotated[Service, Depends(service_of)]) -> CitationCheckOut:
    """Whether quotations stand in the letters, and where they are cited: word for word, with OCR and typography allowed
    for.
    """
    with service.gate.enter(), service.library.build() as build:
        checked = check(asked.text, build)
        volumes = {volume.id: volume for volume in build.catalogue.volumes()}
        return CitationCheckOut(
            findings=[FindingOut.of(n, one, asked.text, volumes) for n, one in enumerate(checked.findings, start=1)],
            left_out=checked.left_out,
            letters=len(build.outline.letters),
            volumes=list(volumes),
            build=build.id,
        )
