"""The JSON of searches, written down for every client."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from qa_service.api.responses import PassageOut
from qa_service.dialogue import Hit, Question
from qa_service.library.marking import marks_in
from qa_service.retrieval.query import content_words
from qa_service.retrieval.reading import Reading
from qa_service.texts import Span, Volume


class DaysOut(BaseModel):
    """Days that the question names, ISO, both included."""

    first: str
    last: str


class ReadingOut(BaseModel):
    """How the question was read; it ranks, and excludes nothing."""

    standalone_question: str
    words: list[str]
    text: str
    writers: list[str]
    recipients: list[str]
    days: list[DaysOut]
    documents: list[str]
    volumes: list[str]
    wants: list[str]

    @classmethod
    def of(cls, question: Question, reading: Reading) -> "ReadingOut":
        return cls(
            standalone_question=question.standalone,
            words=list(content_words(question.standalone)),
            text=str(reading),
            writers=sorted(reading.writers),
            recipients=sorted(reading.recipients),
            days=[DaysOut(first=days.first, last=days.last) for days in reading.days],
            documents=list(reading.documents),
            volumes=list(reading.volumes),
            wants=sorted(reading.wants),
        )


class FoundOut(PassageOut):
    """A passage found for a question; `highlights` are the question's words in it, from and to, in code points of its
    `text`.
    """

    highlights: list[tuple[int, int]]

    @classmethod
    def of(cls, hit: Hit, volume: Volume, marks: Sequence[Span] = ()) -> "FoundOut":
        passage = PassageOut.of(hit, volume).model_dump()
        return cls(**passage, highlights=[(mark.start, mark.end) for mark in marks])


def found_out(hits: Sequence[Hit], words: Sequence[str], volumes: Mapping[str, Volume]) -> list[FoundOut]:
    """The hits with these words marked in them, in any of their forms."""
    marks = marks_in([hit.passage.text for hit in hits], words)
    return [FoundOut.of(hit, volumes[hit.letter.ref.volume], found) for hit, found in zip(hits, marks, strict=True)]


class SearchOut(BaseModel):
    """What a search found; `unmatched` are the words of the question that stand in no letter at all."""

    question: str
    reading: ReadingOut
    passages: list[FoundOut]
    unmatched: list[str]
    build: str
