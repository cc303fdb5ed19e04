"""The hits of a question that is parted into several searches."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from qa_service.dialogue import Hit, Question
from qa_service.embedding import Embedder
from qa_service.library.builds import Build
from qa_service.reranking import Reranker
from qa_service.retrieval.retriever import Retrieved, retrieve


def search(question: Question, build: Build, embedder: Embedder, *, limit: int, reranker: Reranker | None) -> Retrieved:
    """The passages that may answer, at most `limit`: of a question in parts, of each part in turn the next best."""
    found = retrieve(question, build, embedder, limit=limit, reranker=reranker)
    parts = [
        retrieve(Question(one, one, question.filters), build, embedder, limit=limit, reranker=reranker).hits
        for one in question.searches
    ]
    return replace(found, hits=_in_turn([found.hits, *parts])[:limit]) if parts else found


def _in_turn(rankings: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """Each passage once, at its best place."""
    taken: dict[str, Hit] = {}
    for rank in zip_longest(*rankings):
        for hit in rank:
            if hit is not None:
                taken.setdefault(hit.passage.key, hit)
    return tuple(taken.values())
