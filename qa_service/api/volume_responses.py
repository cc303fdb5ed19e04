"""The JSON of volumes, written down for every client."""

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from qa_service.apparatus import Apparatus
from qa_service.texts import Volume


class PersonOut(BaseModel):
    """Somebody in the volume's list of persons; `name` in reading order, `listed` as the list has it."""

    id: str
    name: str
    listed: str
    description: str


class TermOut(BaseModel):
    """An abbreviation or term, with what the editors say it means."""

    id: str
    term: str
    meaning: str


class IndexEntryOut(BaseModel):
    """A line of the back-of-book index: pages by label or letters by id, those of them whose notes are meant too, and
    the entries it refers to.
    """

    phrase: str
    pages: list[str]
    letters: list[str]
    in_notes: list[str]
    see: list[str]


class VolumeLine(BaseModel):
    """A volume as lists show it; `documents` counts all it prints, 0 where that is not known."""

    volume: str
    title: str
    editor: str
    place: str
    publisher: str
    year: str
    letters: int
    documents: int
    invented: bool

    @classmethod
    def of(cls, volume: Volume, letters: int) -> "VolumeLine":
        return cls(**_volume_line(volume, letters))


class VolumeOut(VolumeLine):
    """A volume with all that its editors added."""

    persons: list[PersonOut]
    terms: list[TermOut]
    index: list[IndexEntryOut]

    @classmethod
    def whole(cls, volume: Volume, letters: int, apparatus: Apparatus) -> "VolumeOut":
        return cls(**_volume_line(volume, letters), **asdict(apparatus))


class VolumesOut(BaseModel):
    volumes: list[VolumeLine]


def _volume_line(volume: Volume, letters: int) -> dict[str, Any]:
    return {
        "volume": volume.id,
        "title": volume.title,
        "editor": volume.editor,
        "place": volume.place,
        "publisher": volume.publisher,
        "year": volume.year,
        "letters": letters,
        "documents": len(volume.documents),
        "invented": volume.invented,
    }
