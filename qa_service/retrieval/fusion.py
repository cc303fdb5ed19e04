"""Several rankings into one."""

from collections import defaultdict
from collections.abc import Sequence


def fuse(rankings: Sequence[Sequence[str]], *, k: int = 60) -> list[tuple[str, float]]:
    """Merge rankings of passage keys by reciprocal rank.

    Args:
        rankings: R lists, best first, lengths may differ; a key at most once per list.
        k: damping, counted in ranks; larger values flatten the top.
    Returns: (key, score), best first, 0 < score <= R / (k + 1); ties by key, so equal input gives equal output.
    Raises: ValueError if k < 1 or a key stands twice in one list.
    Source: Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet", SIGIR 2009.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    scores: dict[str, float] = defaultdict(float)
    for ranking in rankings:
        if len(set(ranking)) < len(ranking):
            raise ValueError("a key stands twice in one ranking")
        for rank, key in enumerate(ranking, start=1):
            scores[key] += 1 / (k + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
