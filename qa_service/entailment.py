"""Does one text follow from another? Asked of a model of natural language inference, a cross-encoder given by name."""

import threading
from pathlib import Path
from typing import Any, Protocol

from qa_service.errors import InputError


class Entailment(Protocol):
    """Judges pairs of texts; safe to call from several threads."""

    name: str

    def entails(self, premise: str, hypothesis: str) -> bool | None:
        """Whether the hypothesis follows from the premise; None for a pair that is longer than the model reads, because
        it would cut off what may be the evidence.
        """
        ...


class PairClassifier(Protocol):
    """What is used of a sentence-transformers CrossEncoder."""

    config: Any
    tokenizer: Any
    max_seq_length: int | None

    def predict(self, pairs: list[tuple[str, str]], *, show_progress_bar: bool) -> Any: ...


class CrossEncoderEntailment:
    """Runs a cross-encoder of which one label is "entailment"; that must be the likeliest."""

    def __init__(self, model: PairClassifier, name: str) -> None:
        """Raises: InputError unless one of the model's labels is "entailment"."""
        labels = {int(at): str(label).casefold() for at, label in model.config.id2label.items()}
        entailing = [at for at, label in labels.items() if label == "entailment"]
        if len(entailing) != 1 or len(labels) < 2:
            raise InputError(
                f"expected a model with the label entailment among others, {name} has {sorted(labels.values())}"
            )
        self.name = name
        self._model, self._entailing = model, entailing[0]
        self._one_at_a_time = threading.Lock()

    def entails(self, premise: str, hypothesis: str) -> bool | None:
        with self._one_at_a_time:
            tokens = len(self._model.tokenizer(premise, hypothesis)["input_ids"])
            if self._model.max_seq_length is not None and tokens > self._model.max_seq_length:
                return None
            (scores,) = self._model.predict([(premise, hypothesis)], show_progress_bar=False)
        return max(range(len(scores)), key=lambda at: scores[at]) == self._entailing


def load_entailment(name: str) -> Entailment:
    """Load a cross-encoder from a name or folder. Raises: InputError if there is no such model."""
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(name, device="cpu")
    except (OSError, ValueError) as error:
        raise InputError(f"expected a cross-encoder's name or folder, got {name!r}: {error}") from error
    return CrossEncoderEntailment(model, Path(name).name if Path(name).is_dir() else name)
