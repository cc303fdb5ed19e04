"""What each ingredient of retrieval is worth: gold pages found with all of them, without each, and with few.

`python -m evals.ablation HOME GOLD...` prints a table in Markdown; `ablation.md` keeps those of the day they were made.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from evals.baselines import found_of
from evals.cases import Case, read_cases
from evals.scores import first_ranks, recall_at
from qa_service.answering.followup import understand
from qa_service.dialogue import Filters, Turn
from qa_service.embedding import Embedder
from qa_service.library.builds import Build
from qa_service.retrieval.retriever import retrieve
from qa_service.retrieval.scoring import STANDARD, Weights
from qa_service.settings import read_settings
from qa_service.wiring import Parts

KS = (1, 5, 10)

_PARTS = ("dense", "lexical", "sentence", "writer", "days", "document", "note", "focus", "reply", "near")


def _weights(**given: float) -> Weights:
    """Only what is given counts."""
    return Weights(**{part: given.get(part, 0.0) for part in _PARTS})  # type: ignore[arg-type]


def _without(part: str) -> Weights:
    return Weights(**{part: 0.0})  # type: ignore[arg-type]


SETTINGS: dict[str, Weights] = {
    "all": STANDARD,
    "vectors alone": _weights(dense=1),
    "words alone": _weights(lexical=1),
    "vectors and words": _weights(dense=STANDARD.dense, lexical=STANDARD.lexical),
    **{f"without {part}": _without(part) for part in _PARTS},
    "without index phrases": replace(STANDARD, columns=(0.5, 1.0, 0.7, 0.0, 0.3)),
    "without words around": replace(STANDARD, columns=(0.5, 1.0, 0.7, 0.5, 0.0)),
    "all weights 1": _weights(**dict.fromkeys(_PARTS, 1.0)),
}


def recalls(cases: Sequence[Case], build: Build, embedder: Embedder, weights: Weights) -> list[float]:
    """The mean share of needs whose page is among the first 1, 5 and 10 passages."""
    ranks = []
    for case in cases:
        turns = [Turn(turn.question, turn.answer) for turn in case.history]
        question = understand(case.question, turns, Filters(), build, embedder)
        hits = retrieve(question, build, embedder, limit=max(KS), weights=weights).hits
        ranks.append(first_ranks(case, [found_of(hit) for hit in hits], "page"))
    return [fmean(recall_at(one, k) for one in ranks) for k in KS]


def table(cases: Sequence[Case], build: Build, embedder: Embedder) -> Iterator[str]:
    """A table in Markdown, a line at a time."""
    yield f"| {len(cases)} questions | recall@1 | recall@5 | recall@10 |"
    yield "| --- | --- | --- | --- |"
    for name, weights in SETTINGS.items():
        cells = " | ".join(f"{value:.3f}" for value in recalls(cases, build, embedder, weights))
        yield f"| {name} | {cells} |"


def main(home: str, *gold: str) -> None:
    """Print the table for the answerable questions whose volumes the home holds."""
    parts = Parts(read_settings(home=Path(home)))
    with parts.service() as service, service.library.build() as build:
        volumes = {volume.id for volume in build.catalogue.volumes()}
        cases = [case for case in read_cases([Path(name) for name in gold]) if case.gold]
        cases = [case for case in cases if all(place.volume in volumes for place in case.gold)]
        for line in table(cases, build, service.embedder):
            print(line, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
