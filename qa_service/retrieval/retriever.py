"""Question -> Hits: nearest vectors and BM25, fused; for a follow-up, both as asked and as understood."""

from qa_service.dialogue import Hit, Question
from qa_service.embedding import Embedder
from qa_service.library.builds import Build
from qa_service.retrieval.fusion import fuse
from qa_service.retrieval.query import content_words

POOL = 100
"""How deep each ranking goes before they are fused."""


def retrieve(question: Question, build: Build, embedder: Embedder, *, limit: int) -> tuple[Hit, ...]:
    """The passages that may answer the question, best first, at most `limit`."""
    catalogue, filters = build.catalogue, question.filters
    letters = [str(ref) for ref in catalogue.refs(filters)] if filters else None
    if letters == []:
        return ()
    within = catalogue.filtered_letters(filters) if filters else None
    rankings: dict[str, list[str]] = {}
    for number, wording in enumerate(dict.fromkeys((question.standalone, question.asked))):
        vector = embedder.embed([wording])[0]
        nearest = build.vectors.nearest(vector, POOL, letters)
        matching = build.lexical.search(content_words(wording), POOL, within)
        suffix = " as asked" if number else ""
        rankings[f"dense{suffix}"] = [key for key, _ in nearest]
        rankings[f"lexical{suffix}"] = [key for key, _ in matching]
    fused = fuse(list(rankings.values()))[:limit]
    passages = catalogue.passages([key for key, _ in fused])
    found = {name: set(ranking) for name, ranking in rankings.items()}
    return tuple(
        Hit(
            passage=passages[key],
            letter=catalogue.letter(passages[key].ref),
            score=score,
            found_by=tuple(name for name in found if key in found[name]),
        )
        for key, score in fused
    )
