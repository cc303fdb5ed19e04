"""The JSON of answers, written down for every client."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from qa_service.answering.citing import citation_url, formatted, scan_url
from qa_service.answering.wording import answer_text
from qa_service.dialogue import Answer, Answerer, Citation, Hit, Outcome, Voice, Writing
from qa_service.library.catalogue import Catalogue
from qa_service.texts import Volume


class PassageOut(BaseModel):
    """A passage found, best first; `note` is the note's number where the passage is an editors' note.

    Numbers may repeat in a letter by the editors' mistake; `note_id` does not.
    """

    letter: str
    volume: str
    document: str
    title: str
    date: str | None
    writer: str | None
    recipient: str | None
    pages: list[str]
    note: str | None
    note_id: str | None
    text: str
    score: float
    start: int
    end: int
    url: str | None
    scan_url: str | None
    formatted: str
    invented: bool

    @classmethod
    def of(cls, hit: Hit, volume: Volume) -> "PassageOut":
        letter, passage, place = hit.letter, hit.passage, hit.place
        return cls(
            letter=str(letter.ref),
            volume=letter.ref.volume,
            document=letter.document,
            title=letter.title,
            date=letter.date,
            writer=letter.writer,
            recipient=letter.recipient,
            pages=[page.label for page in place.pages],
            note=place.note.number if place.note else None,
            note_id=passage.note,
            text=passage.text,
            score=round(hit.score, 6),
            start=passage.span.start,
            end=passage.span.end,
            url=citation_url(place),
            scan_url=scan_url(place),
            formatted=formatted(place, volume),
            invented=volume.invented,
        )


class CitationOut(BaseModel):
    """A quotation that stands in the letter: `quote` is `text[start:end]` of the letter, or of the note."""

    number: int
    letter: str
    volume: str
    document: str
    title: str
    date: str | None
    writer: str | None
    recipient: str | None
    voice: Voice
    pages: list[str]
    note: str | None
    note_id: str | None
    quote: str
    start: int
    end: int
    url: str | None
    scan_url: str | None
    formatted: str
    invented: bool

    @classmethod
    def of(cls, number: int, citation: Citation, volume: Volume) -> "CitationOut":
        letter = citation.letter
        return cls(
            number=number,
            letter=str(letter.ref),
            volume=letter.ref.volume,
            document=letter.document,
            title=letter.title,
            date=letter.date,
            writer=letter.writer,
            recipient=letter.recipient,
            voice=citation.voice,
            pages=[page.label for page in citation.pages],
            note=citation.note.number if citation.note else None,
            note_id=citation.note.id if citation.note else None,
            quote=citation.quote,
            start=citation.span.start,
            end=citation.span.end,
            url=citation_url(citation),
            scan_url=scan_url(citation),
            formatted=formatted(citation, volume),
            invented=volume.invented,
        )


class ClaimOut(BaseModel):
    text: str
    citations: list[int]


class SearchedOut(BaseModel):
    """What was searched, and which words of the question stand in none of it."""

    letters: int
    volumes: list[str]
    first_date: str | None
    last_date: str | None
    unmatched: list[str]


class ModelsOut(BaseModel):
    """The models that took part, by name; of the chat model also the exact name that it gave itself."""

    embedding: str
    reranker: str | None = None
    chat: str | None = None
    chat_version: str | None = None
    entailment: str | None = None


class UsageOut(BaseModel):
    """What the answer took of chat models; `cost_usd` is null where a price is not known."""

    calls: int
    tokens_in: int
    tokens_out: int
    cost_usd: float | None


class SourceOut(BaseModel):
    """A cited volume, as its title page has it."""

    volume: str
    title: str
    series: str
    subseries: str
    number: str
    name: str
    editor: str
    place: str
    publisher: str
    year: str
    invented: bool

    @classmethod
    def of(cls, volume: Volume) -> "SourceOut":
        return cls(
            volume=volume.id,
            title=volume.title,
            series=volume.series,
            subseries=volume.subseries,
            number=volume.number,
            name=volume.name,
            editor=volume.editor,
            place=volume.place,
            publisher=volume.publisher,
            year=volume.year,
            invented=volume.invented,
        )


class AnswerOut(BaseModel):
    """An answer: `text` with [1] marks, the claims it is made of, and the citations that carry them.

    `answerer` is who answered; where a model was asked and the sentences of the letters answer in its stead, `fallback`
    says why. `prompts` are versions by name.
    """

    id: str
    conversation_id: str
    question: str
    standalone_question: str
    outcome: Outcome
    text: str
    claims: list[ClaimOut]
    citations: list[CitationOut]
    passages: list[PassageOut] | None = None
    searched: SearchedOut
    reading: str
    confidence: float
    dropped_claims: int
    answerer: Answerer
    fallback: str | None
    incomplete: bool
    models: ModelsOut
    prompts: dict[str, str]
    usage: UsageOut | None
    sources: list[SourceOut]
    created_at: str
    build: str
    degraded: bool
    timings_ms: dict[str, float]

    @classmethod
    def of(
        cls,
        answer: Answer,
        catalogue: Catalogue,
        *,
        id: str,
        conversation: str,
        models: ModelsOut,
        degraded: bool,
        include_passages: bool,
    ) -> "AnswerOut":
        volumes = {volume.id: volume for volume in catalogue.volumes()}
        numbers = {citation: number for number, citation in enumerate(answer.citations, start=1)}
        passages = [PassageOut.of(hit, volumes[hit.letter.ref.volume]) for hit in answer.hits]
        writing = answer.writing or Writing()
        return cls(
            id=id,
            conversation_id=conversation,
            question=answer.question.asked,
            standalone_question=answer.question.standalone,
            outcome=answer.outcome,
            text=answer_text(answer),
            claims=[ClaimOut(text=c.text, citations=[numbers[one] for one in c.citations]) for c in answer.claims],
            citations=[CitationOut.of(n, c, volumes[c.letter.ref.volume]) for c, n in numbers.items()],
            passages=passages if include_passages else None,
            searched=SearchedOut(
                letters=answer.searched.letters,
                volumes=list(answer.searched.volumes),
                first_date=answer.searched.first_date,
                last_date=answer.searched.last_date,
                unmatched=list(answer.searched.unmatched),
            ),
            reading=answer.reading,
            confidence=round(answer.confidence, 4),
            dropped_claims=answer.dropped,
            answerer=answer.answerer,
            fallback=writing.fallback,
            incomplete=writing.incomplete,
            models=models.model_copy(update={"chat": writing.model, "chat_version": writing.model_version}),
            prompts=dict(writing.prompts),
            usage=UsageOut(**asdict(writing.usage)) if answer.writing else None,
            sources=[SourceOut.of(volumes[id]) for id in dict.fromkeys(c.letter.ref.volume for c in numbers)],
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            build=answer.build,
            degraded=degraded,
            timings_ms=answer.timings_ms,
        )

    def json_object(self) -> dict[str, Any]:
        """As it goes over the wire: without `passages` where they were not asked for."""
        return self.model_dump(mode="json", exclude={"passages"} if self.passages is None else None)
