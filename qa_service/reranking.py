"""Question and passage read together, which ranks better than vectors and costs more; the one door to cross-encoders.

The best passages of the fused ranking are read once more, each beside the question, by a model that gives the pair one
score. Standardized over these passages it is added to their own score, as every other ingredient of it is.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from qa_service.dialogue import Hit
from qa_service.errors import BackendError, InputError
from qa_service.texts import header_line

Scores = npt.NDArray[np.float64]

RERANKED = 30
"""How many passages are read again for a question; a model of some size takes seconds for more."""

_FLAT = 1e-9
"""Scores that deviate less than this say nothing."""


class Reranker(Protocol):
    """Says how well texts fit a question; safe to call from several threads."""

    name: str
    """Which model; stands in every answer that it took part in."""

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """One number a text, higher is better; comparable within one call only."""
        ...


def rerank(hits: Sequence[Hit], question: str, reranker: Reranker, weight: float) -> tuple[Hit, ...]:
    """Put the first RERANKED hits into a new order.

    Args:
        hits: best first.
        weight: what one standard deviation of the reranker's scores counts.
    Returns: the same hits, best first, with new scores. Those that were not read keep their order below the others:
        each counts as if the reranker had found it as bad as the worst that it read.
    """
    if not hits:
        return ()
    first = hits[:RERANKED]
    added = weight * _standardized(reranker.scores(question, [_as_read(hit) for hit in first]))
    read = [replace(hit, score=hit.score + float(more)) for hit, more in zip(first, added, strict=True)]
    below = [replace(hit, score=hit.score + float(added.min())) for hit in hits[RERANKED:]]
    return (*sorted(read, key=lambda hit: -round(hit.score, 9)), *below)


def load_reranker(name: str, *, threads: int) -> Reranker:
    """Load a cross-encoder.

    Args:
        name: a folder, or any name that sentence-transformers knows.
        threads: processor threads for one call.
    Raises: InputError if there is no such model, or it does not give a pair one score.
    """
    import torch
    from sentence_transformers import CrossEncoder

    torch.set_num_threads(threads)
    try:
        model = CrossEncoder(name, device="cpu")
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            f"LETTERS_RERANKER: expected the name or folder of a sentence-transformers cross-encoder, got {name!r}: "
            f"{_in_one_line(error)} (a name is downloaded the first time, a folder needs no network; without the "
            "setting answers are ranked without a reranker)"
        ) from error
    return CrossEncoderReranker(model, name, torch.nn.Identity())


class PairScorer(Protocol):
    """What is used of a sentence-transformers CrossEncoder."""

    config: Any
    num_labels: int

    def __len__(self) -> int:
        """How many modules it has."""
        ...

    def predict(self, pairs: list[tuple[str, str]], *, activation_fn: Any, show_progress_bar: bool) -> Any: ...


class CrossEncoderReranker:
    """Runs a cross-encoder with one label, and takes the logit as it is. Pairs that are too long lose their end."""

    def __init__(self, model: PairScorer, name: str, as_it_is: Any) -> None:
        """Takes the activation that changes nothing, because torch is not imported here.

        Raises: InputError if the model has several labels, or none that was ever trained.
        """
        if model.num_labels != 1:
            raise InputError(
                f"LETTERS_RERANKER: expected a cross-encoder that gives a pair one score, {name!r} has "
                f"{model.num_labels} labels; a model for natural language inference can judge evaluations instead "
                "(LETTERS_JUDGE_NLI_MODEL)"
            )
        if len(model) == 1 and not _was_trained_on_pairs(model):
            raise InputError(
                f"LETTERS_RERANKER: expected a cross-encoder, {name!r} was never trained to score pairs; an embedding "
                "model is set with LETTERS_EMBEDDING_MODEL"
            )
        self.name = Path(name).name if Path(name).is_dir() else name
        self._model, self._as_it_is = model, as_it_is
        self._one_at_a_time = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Raises: BackendError if the model fails or gives something else than numbers."""
        pairs = [(question, text) for text in texts]
        try:
            with self._one_at_a_time:
                said = self._model.predict(pairs, activation_fn=self._as_it_is, show_progress_bar=False)
        except RuntimeError as error:
            raise BackendError(f"the reranker {self.name} failed: {_in_one_line(error)}") from error
        scores = np.asarray(said, dtype=np.float64)
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise BackendError(f"the reranker {self.name} gave no finite score for each of {len(texts)} passages")
        return scores


def _in_one_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _was_trained_on_pairs(model: PairScorer) -> bool:
    """False where sentence-transformers has put a head of random numbers on a model that has none."""
    return any(str(one).endswith("ForSequenceClassification") for one in model.config.architectures or ())


def _as_read(hit: Hit) -> str:
    """A passage behind the line that says who writes to whom and when; an editors' note is called a note."""
    note = hit.passage.note
    said = hit.passage.text if note is None else f"Note {hit.letter.note(note).number}: {hit.passage.text}"
    return f"{header_line(hit.letter)}\n{said}"


def _standardized(scores: Scores) -> Scores:
    """Mean 0 and deviation 1; nothing but 0 where all are the same."""
    deviation = scores.std()
    return np.asarray((scores - scores.mean()) / deviation if deviation > _FLAT else np.zeros_like(scores))
