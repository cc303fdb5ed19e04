"""Export a sentence-transformers model to ONNX: `python -m qa_service.onnx_export SOURCE TARGET int8|fp32`."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from qa_service.embedding import OnnxEmbedder, int8_target, unit

_MIN_AGREEMENT = {"int8": 0.95, "fp32": 0.999}
"""Cosine that the exported model must reach with the original on the probe texts, or there is no export."""
_PROBES = (
    "Letter, Chancellor to Prime Minister, March 3, 1927. We received your proposal on the river with interest.",
    "who wrote first about the harbour?",
    "The delegation left on the 14th with instructions to accept no fewer than three stations.",
)


def export(source: Path, target: Path, precision: str) -> None:
    """Export the model in `source` to `target`, whole or not at all, once its vectors agree with the original's."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer, export_dynamic_quantized_onnx_model

    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as scratch:
        work, made = Path(scratch, "work"), Path(scratch, "made")
        model = SentenceTransformer(
            str(source), backend="onnx", model_kwargs={"provider": "CPUExecutionProvider", "export": True}
        )
        model.save_pretrained(str(work))
        onnx = work / "onnx" / "model.onnx"
        if precision == "int8":
            export_dynamic_quantized_onnx_model(model, int8_target(), str(work))
            onnx = next((work / "onnx").glob("model_qint8*.onnx"))
        made.mkdir()
        shutil.move(onnx, made / "model.onnx")
        shutil.copy(source / "tokenizer.json", made / "tokenizer.json")
        (made / "export.json").write_text(json.dumps({"max_tokens": model.max_seq_length, "precision": precision}))
        original = SentenceTransformer(str(source), device="cpu")
        expected = unit(original.encode(list(_PROBES), show_progress_bar=False))
        got = OnnxEmbedder(made, "", "", threads=1).embed(_PROBES)
        agreement = float((expected * got).sum(axis=1).min())
        if agreement < _MIN_AGREEMENT[precision]:
            raise SystemExit(f"the export agrees with the original only to a cosine of {agreement:.3f}")
        if not target.exists():  # else another process was faster
            made.rename(target)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
