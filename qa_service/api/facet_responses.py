"""The JSON of facets, written down for every client."""

from collections.abc import Iterable

from pydantic import BaseModel

from qa_service.answering.citing import volume_title
from qa_service.retrieval.facets import Facets
from qa_service.texts import Volume


class VolumeCountOut(BaseModel):
    """A volume by its id, with a short name for it."""

    value: str
    label: str
    letters: int


class CountOut(BaseModel):
    """A value for the filter of its side; `letters` is what that filter gives."""

    value: str
    letters: int


class MonthOut(BaseModel):
    """Letters of a month ("1961-09") by one writer, or by those who signed together; `person` is false of offices."""

    month: str
    writer: str | None
    person: bool
    letters: int


class FacetsOut(BaseModel):
    """Values with their letters, the most frequent first, volumes and months in order; `searchable` are those of the
    total that have a text; `more_writers` and `more_recipients` are how many names are not listed.
    """

    total: int
    searchable: int
    undated: int
    first_date: str | None
    last_date: str | None
    volumes: list[VolumeCountOut]
    writers: list[CountOut]
    more_writers: int
    recipients: list[CountOut]
    more_recipients: int
    kinds: list[CountOut]
    months: list[MonthOut]

    @classmethod
    def of(cls, found: Facets, volumes: Iterable[Volume]) -> "FacetsOut":
        labels = {volume.id: _label(volume) for volume in volumes}
        return cls(
            total=found.total,
            searchable=found.searchable,
            undated=found.undated,
            first_date=found.first_date,
            last_date=found.last_date,
            volumes=[
                VolumeCountOut(value=one.value, label=labels[one.value], letters=one.letters) for one in found.volumes
            ],
            writers=[CountOut(value=one.value, letters=one.letters) for one in found.writers.shown],
            more_writers=found.writers.more,
            recipients=[CountOut(value=one.value, letters=one.letters) for one in found.recipients.shown],
            more_recipients=found.recipients.more,
            kinds=[CountOut(value=one.value, letters=one.letters) for one in found.kinds],
            months=[
                MonthOut(month=one.month, writer=one.writer, person=one.person, letters=one.letters)
                for one in found.months
            ],
        )


def _label(volume: Volume) -> str:
    """ "1961–1963, Volume VI, Kennedy-Khrushchev Exchanges"; without the series, which all share."""
    return ", ".join(filter(None, (volume.subseries, volume.number, volume.name))) or volume_title(volume)
