"""Write the trained reader as the product runs it: one ONNX file of 8-bit weights, and its tokenizer.

`python -m training.export --trained DIR --out qa/weigh`: words are rows of signed bytes with a scale each;
the matrices are quantised by onnxruntime (dynamic, a scale a channel).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor

from training.e5 import read_packed
from training.encoder import Reader

POSITIONS = 224


class Shipped(Reader):
    """The reader with its words in bytes."""

    def shrink(self) -> None:
        """Replace the words by rows of bytes and their scales, and drop places that are never used."""
        scale = self.words.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("bytes", torch.round(self.words / scale).to(torch.int8))
        self.register_buffer("scale", scale)
        self.places = torch.nn.Parameter(self.places[:POSITIONS].clone())
        del self.words

    def embed(self, ids: Tensor) -> Tensor:
        return self.bytes[ids].float() * self.scale[ids]


def main() -> None:
    """Export, check against PyTorch, and write the digest beside the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--packed", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    kept = json.loads((options.trained / "vocabulary.json").read_text(encoding="utf-8"))
    saved = options.trained / "reader.pt"
    state = torch.load(saved if saved.exists() else options.trained / "state.pt")["model"]
    model = Shipped(read_packed(options.packed), kept)
    model.load_state_dict(state)
    model.eval()
    model.shrink()
    ids = torch.randint(4, 1000, (2, 40))
    ids[1, 30:] = 1
    pool = torch.rand(2, 5, 40) / 20
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            model,
            (ids, pool),
            str(plain),
            input_names=["ids", "pool"],
            output_names=["sentences", "spans", "pairs"],
            dynamic_axes={
                "ids": {0: "batch", 1: "length"},
                "pool": {0: "batch", 1: "rows", 2: "length"},
                "sentences": {0: "batch", 1: "sentences"},
                "spans": {0: "batch", 1: "length"},
                "pairs": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            plain,
            options.out / "reader.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Gemm"],
        )
    Tokenizer.from_file(str(options.trained / "tokenizer.json")).save(
        str(options.out / "tokenizer.json"), pretty=False
    )
    _compare(model, options.out / "reader.onnx", ids, pool)
    for name in ("reader.onnx", "tokenizer.json"):
        data = (options.out / name).read_bytes()
        print(name, len(data), hashlib.sha256(data).hexdigest())  # noqa: T201 - this is the script's result


def _compare(model: Shipped, path: Path, ids: Tensor, pool: Tensor) -> None:
    from onnxruntime import InferenceSession

    with torch.no_grad():
        wanted = model(ids, pool)
    got = InferenceSession(str(path)).run(None, {"ids": ids.numpy(), "pool": pool.numpy()})
    for name, one, other in zip(("sentences", "spans", "pairs"), got, wanted, strict=True):
        print(name, "largest difference", np.abs(one - other.numpy())[0].max())  # noqa: T201


if __name__ == "__main__":
    main()
