"""The same cases answered in simpler ways, so that a figure of ours can be read: what is easy, what is our doing, what
is the scorer's.

Each is a function from a case to a record. Questions are taken as they were typed, without their history. Those that
only search cite their first three finds whole.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evals.cases import Case
from evals.records import ANY_NOTE, Found, Record, Said
from evals.validation import Letters, evidence, located
from qa_service.answering.answerer import answer_from
from qa_service.answering.followup import understand
from qa_service.api.responses import AnswerOut, ModelsOut
from qa_service.dialogue import Filters, Hit, Turn
from qa_service.embedding import Embedder, Vectors
from qa_service.library.builds import Build, vectors_name
from qa_service.library.vector_cache import VectorCache, text_digest
from qa_service.library.vectors import ExactIndex
from qa_service.retrieval.query import content_words
from qa_service.retrieval.retriever import understand as read_only
from qa_service.texts import Letter, Passage

GOLD_ORACLE = "gold oracle"

Baseline = Callable[[Case], Record]

_RANKED = 20
_CITED = 3
_TEXT_ONLY = (0.0, 1.0, 1.0, 0.0, 0.0)
"""Weights of header, body, notes, index phrases and neighbours for plain BM25."""
_CHUNK, _OVERLAP = 1000, 200
_EMBEDDED_AT_ONCE = 256


def without_library(letters: Letters) -> dict[str, Baseline]:
    """Those that need the letters alone."""
    return {
        "random letter": lambda case: _random_letter(case, letters),
        GOLD_ORACLE: lambda case: _gold(case, letters),
    }


@dataclass(frozen=True, slots=True)
class LibraryBaselines:
    """Those that need passages and vectors, over the letters of one build."""

    build: Build
    embedder: Embedder
    cache: VectorCache
    letters: Letters
    progress: Callable[[str, int, int], None]

    def all(self) -> dict[str, Baseline]:
        return {
            "BM25 alone": self._bm25,
            "dense alone": self._dense,
            "LangChain pipeline": self._langchain(),
            "gold passages, our choice of sentences": self._gold_passages,
        }

    def _bm25(self, case: Case) -> Record:
        scores = self.build.lexical.scores(content_words(case.question), _TEXT_ONLY)
        best = sorted(scores, key=lambda row: (-scores[row], row))[:_RANKED]
        return self._ranked(case, [self.build.outline.keys[row] for row in best])

    def _dense(self, case: Case) -> Record:
        found = self.build.vectors.nearest(self.embedder.embed([case.question])[0], _RANKED)
        return self._ranked(case, [key for key, _ in found])

    def _ranked(self, case: Case, keys: Sequence[str]) -> Record:
        passages = self.build.catalogue.passages(keys)
        hits = [self._hit(passages[key], 1 / rank) for rank, key in enumerate(keys, start=1)]
        return _searcher(case, [found_of(hit) for hit in hits])

    def _hit(self, passage: Passage, score: float) -> Hit:
        return Hit(passage, self.build.catalogue.letter(passage.ref), score)

    def _langchain(self) -> Baseline:
        """Pages as documents with their notes at the foot, cut by LangChain's recursive splitter, 1000/200, nearest
        vectors first: what the tutorials build.
        """
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        chunks = [
            replace(page, words=words)
            for letter in self.build.catalogue.letters()
            for page in _pages(letter)
            for words in splitter.split_text(page.words)
        ]
        index = ExactIndex([str(number) for number in range(len(chunks))], self._embed(chunks))

        def answer(case: Case) -> Record:
            nearest = index.nearest(self.embedder.embed([case.question])[0], _RANKED)
            return _searcher(case, [replace(chunks[int(key)], score=1 - distance) for key, distance in nearest])

        return answer

    def _embed(self, chunks: Sequence[Found]) -> Vectors:
        name = vectors_name(self.embedder.name, self.embedder.backend)
        digests = [text_digest(chunk.words) for chunk in chunks]
        vectors = self.cache.get(name, digests)
        missing = {digest: chunk.words for digest, chunk in zip(digests, chunks, strict=True) if digest not in vectors}
        wanted = sorted(missing, key=lambda digest: len(missing[digest]))
        for at in range(0, len(wanted), _EMBEDDED_AT_ONCE):
            self.progress("embedding", at, len(wanted))
            some = wanted[at : at + _EMBEDDED_AT_ONCE]
            made = dict(zip(some, self.embedder.embed([missing[digest] for digest in some]), strict=True))
            self.cache.put(name, made)
            vectors |= made
        self.progress("embedding", len(wanted), len(wanted))
        return np.stack([vectors[digest] for digest in digests])

    def _gold_passages(self, case: Case) -> Record:
        """Our answer, if retrieval had found just the gold passages: what is lost is the choice of sentences."""
        places = [located(place, self.letters) for place in case.gold]
        passages = [passage for place in places for passage in self._passages_at(place)]
        hits = tuple(self._hit(passage, 1 / rank) for rank, passage in enumerate(dict.fromkeys(passages), start=1))
        turns = [Turn(turn.question, turn.answer) for turn in case.history]
        question = understand(case.question, turns, Filters(), self.build, self.embedder)
        read = read_only(question, self.build, self.embedder)
        answer = AnswerOut.of(
            answer_from(question, replace(read, hits=hits), self.build),
            self.build.catalogue,
            id="",
            conversation="",
            models=ModelsOut(embedding=self.embedder.name),
            degraded=False,
            include_passages=True,
        )
        return Record.of(case.id, answer.json_object())

    def _passages_at(self, place: Found) -> Iterator[Passage]:
        for passage in self.build.catalogue.passages_of(place.letter, place.note_id):
            if passage.span.start < place.end and place.start < passage.span.end:
                yield passage


def _random_letter(case: Case, letters: Letters) -> Record:
    """Letters drawn blindly, of each a page."""
    chance = random.Random(case.id)
    drawn = chance.sample(sorted(letters), min(_RANKED, len(letters)))
    pages = [chance.choice(list(_pages(letters[name]))) for name in drawn if letters[name].text]
    return _searcher(case, [replace(page, score=1 / rank) for rank, page in enumerate(pages, start=1)])


def _gold(case: Case, letters: Letters) -> Record:
    """The gold itself, as an answer: it must score 1.0 everywhere, or the scorer is wrong."""
    if not case.gold:
        return Record(case.id, "not_found", "", confidence=0.0)
    found = [replace(located(place, letters), score=1 / (n + 1)) for n, place in enumerate(case.gold)]
    text = " ".join(evidence(place, letters) for place in case.gold)
    return Record(
        case.id, "answered", text, _one_claim(found), tuple(_best_first(case, found)), tuple(found), confidence=1.0
    )


def _best_first(case: Case, found: Sequence[Found]) -> Iterator[Found]:
    """One place for each need first, so that all needs are met as early as can be."""
    firsts = [case.gold.index(need[0]) for need in case.needs]
    order = firsts + [number for number in range(len(found)) if number not in firsts]
    for rank, number in enumerate(order, start=1):
        yield replace(found[number], score=1 / rank)


def _searcher(case: Case, ranked: Sequence[Found]) -> Record:
    cited = tuple(ranked[:_CITED])
    words = "\n".join(one.words for one in cited)
    return Record(
        case.id,
        "answered" if cited else "not_found",
        words,
        _one_claim(cited),
        tuple(ranked),
        cited,
        confidence=ranked[0].score if ranked else 0.0,
    )


def _one_claim(found: Sequence[Found]) -> tuple[Said, ...]:
    return (Said("", tuple(range(1, len(found) + 1))),) if found else ()


def found_of(hit: Hit) -> Found:
    """A hit as what is scored."""
    letter, passage = hit.letter, hit.passage
    return Found(
        volume=letter.ref.volume,
        document=letter.document,
        pages=tuple(page.label for page in hit.pages),
        note=letter.note(passage.note).number if passage.note else None,
        words=passage.text,
        score=hit.score,
        start=passage.span.start,
        end=passage.span.end,
        letter=str(letter.ref),
        note_id=passage.note,
    )


def _pages(letter: Letter) -> Iterator[Found]:
    """A letter's pages, each with the notes whose marks stand on it; one without a label where none is known."""
    starts = [page.start for page in letter.pages] or [0]
    labels = [page.label for page in letter.pages] or [""]
    notes = [(page.label if (page := letter.page_of_note(note)) else "", note.text) for note in letter.notes]
    for label, start, end in zip(labels, starts, [*starts[1:], len(letter.text)], strict=True):
        words = "\n".join([letter.text[start:end], *(text for at, text in notes if at == label)])
        yield Found(
            volume=letter.ref.volume,
            document=letter.document,
            pages=(label,) if label else (),
            note=ANY_NOTE,
            words=re.sub(r"\s+\n", "\n", words),
            start=start,
            end=end,
            letter=str(letter.ref),
        )
