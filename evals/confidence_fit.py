"""How the coefficients of `qa_service.answering.confidence` are fitted, and how well such a fit does on other sets.

`python -m evals.confidence_fit HOME=GOLD[,GOLD...]...` takes one set of questions for each home, fits a logistic
function of the three signs on all of them (L2, C = 1), and prints the coefficients, and for each set how many
unanswerable questions a fit on the other sets declines where it declines a tenth of their answerable ones.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from evals.cases import read_cases
from qa_service.answering.answerer import HITS, signs_of
from qa_service.answering.confidence import PASSAGES_READ
from qa_service.answering.extractive import question_weights
from qa_service.answering.followup import understand
from qa_service.dialogue import Filters, Turn
from qa_service.retrieval.retriever import retrieve
from qa_service.settings import read_settings
from qa_service.wiring import Parts

_DECLINED = 0.1
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Questions:
    """One set: for each question the three signs, shape (n, 3), and whether the letters answer it."""

    name: str
    signs: Floats
    answerable: npt.NDArray[np.bool_]


def read_set(home: Path, gold: Sequence[Path]) -> Questions:
    """The signs of all questions of some files over the letters of a home."""
    cases = read_cases(gold)
    with Parts(read_settings(home=home)).service() as service, service.library.build() as build:
        rows = []
        for case in cases:
            turns = [Turn(turn.question, turn.answer) for turn in case.history]
            question = understand(case.question, turns, Filters(), build, service.embedder)
            found = retrieve(question, build, service.embedder, limit=HITS)
            count, passages = build.lexical.passages_with, build.manifest.counts.passages
            signs = signs_of(question, found, question_weights(found.wordings[0], count, passages)[1], build)
            letters = len({hit.letter.ref for hit in found.hits[:PASSAGES_READ]})
            rows.append([signs.lacked, signs.no_letter_of_its_days, letters])
    return Questions(gold[0].stem, np.array(rows, dtype=np.float64), np.array([bool(case.gold) for case in cases]))


def fit(sets: Sequence[Questions]) -> tuple[float, Floats]:
    """Intercept and coefficients over some sets together."""
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit(np.concatenate([one.signs for one in sets]), np.concatenate([one.answerable for one in sets]))
    return float(model.intercept_[0]), np.asarray(model.coef_[0])


def declined(fitted: tuple[float, Floats], on: Sequence[Questions], judged: Questions) -> tuple[float, float]:
    """The shares of unanswerable and of answerable questions of a set that are declined at the cut at which a tenth of
    the answerable ones of the other sets are.
    """
    start, weights = fitted
    scores = np.concatenate([start + one.signs @ weights for one in on])
    answerable = np.concatenate([one.answerable for one in on])
    cut = float(np.quantile(scores[answerable], _DECLINED))
    below = start + judged.signs @ weights < cut
    return float(below[~judged.answerable].mean()), float(below[judged.answerable].mean())


def lines(sets: Sequence[Questions]) -> Iterator[str]:
    """The coefficients of all sets together, and each set judged by the others."""
    start, weights = fit(sets)
    names = ("names lacked", "no letter of its days", "letters among the first passages")
    yield f"start {start:.2f}, " + ", ".join(
        f"{name} {weight:.2f}" for name, weight in zip(names, weights, strict=True)
    )
    for one in sets:
        others = [other for other in sets if other is not one]
        if others and not one.answerable.all():
            unanswerable, answerable = declined(fit(others), others, one)
            yield f"{one.name}: {unanswerable:.2f} of the unanswerable declined, {answerable:.2f} of the answerable"


def main(*given: str) -> None:
    """Print the fit over some sets, each given as HOME=GOLD,GOLD."""
    sets = []
    for one in given:
        home, _, gold = one.partition("=")
        sets.append(read_set(Path(home), [Path(name) for name in gold.split(",")]))
    for line in lines(sets):
        print(line)


if __name__ == "__main__":
    main(*sys.argv[1:])
