"""The real model, exported and run by onnxruntime."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from qa_service.embedding import (
    DEFAULT_MODEL,
    PUBLISHED_WEIGHTS,
    Embedder,
    _is_plain_mean_pooling,
    _model_folder,
    _weights_digest,
    load_embedder,
)
from qa_service.errors import BackendError, InputError


def test_the_packaged_weights_are_the_published_ones() -> None:
    folder = _model_folder(DEFAULT_MODEL)
    assert folder is not None
    assert _weights_digest(folder) == PUBLISHED_WEIGHTS[DEFAULT_MODEL]
    assert _is_plain_mean_pooling(folder)


def test_vectors_are_of_unit_length_and_near_for_near_texts(minilm: Embedder) -> None:
    vectors = minilm.embed(["The harbour is frozen.", "Ice closes the port.", "He paid the interest on the loan."])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_a_text_has_the_same_vector_alone_and_in_company(minilm: Embedder) -> None:
    """Within what int8 leaves: the quantization step depends on what else is in the batch."""
    texts = [f"Proposal number {number}, {'very ' * number}long." for number in range(70)]
    together = minilm.embed(texts)
    for row in (0, 31, 69):
        assert float(together[row] @ minilm.embed([texts[row]])[0]) > 0.98


def test_no_texts_and_long_texts(minilm: Embedder) -> None:
    assert minilm.embed([]).shape[0] == 0
    assert minilm.embed(["word " * 2000]).shape == (1, 384)
    assert minilm.count_tokens(["word " * 2000, ""]) == [2002, 2]
    assert minilm.max_tokens == 256


def test_a_model_that_is_nowhere_is_an_input_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"model\.safetensors"):
        load_embedder(str(tmp_path / "empty"), tmp_path / "models", threads=1)


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PUBLISHED_WEIGHTS, DEFAULT_MODEL, "0" * 64)
    with pytest.raises(BackendError, match="not the published ones"):
        load_embedder(DEFAULT_MODEL, tmp_path, threads=1)


@pytest.mark.heavy
def test_the_export_agrees_with_sentence_transformers_and_other_models_fall_back_to_it(
    minilm: Embedder, tmp_path: Path
) -> None:
    """A folder whose pooling is not the plain mean runs in PyTorch; with the pooling the same, so are the vectors."""
    source = _model_folder(DEFAULT_MODEL)
    assert source is not None
    folder = Path(shutil.copytree(source, tmp_path / "model"))
    config = folder / "config_sentence_transformers.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "prompts": {"query": "query: ", "document": ""}}))
    original = load_embedder(str(folder), tmp_path / "models", threads=2)
    assert original.backend == "torch"
    assert original.name == f"model@{PUBLISHED_WEIGHTS[DEFAULT_MODEL][:12]}"
    texts = ["The harbour is frozen.", "Who threw the lantern? " * 20, "Sir:"]
    assert float((minilm.embed(texts) * original.embed(texts)).sum(axis=1).min()) > 0.95
    assert original.count_tokens(texts) == minilm.count_tokens(texts)


@pytest.mark.heavy
def test_a_failing_export_falls_back_to_pytorch(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    assert load_embedder(DEFAULT_MODEL, tmp_path / "models", threads=1).backend == "torch"
