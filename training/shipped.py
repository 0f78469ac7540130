"""The reader's weights as the product has them, for going on from (`training.train --start reader.onnx`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

# The matrices of a layer, and behind them those of the heads, in the order of the graph that
# `training.export` writes.
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_HEADS = ("sentence_head.inner", "sentence_head.outer", "span_head", "pair_head.inner", "pair_head.outer")


def read_shipped(path: Path) -> dict[str, Tensor]:
    """The state of `training.encoder.Reader` but for its words, its matrices dequantised.

    Raises ValueError where the file is not one that `training.export` wrote.
    """
    import onnx
    from onnx import numpy_helper

    found = {one.name: numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
    matrices = [name.removesuffix("_quantized") for name in found if name.endswith("_quantized")]
    layers = sum(name.endswith(".q.bias") for name in found)
    names = [f"layers.{i}.{part}" for i in range(layers) for part in _MATRICES] + list(_HEADS)
    if len(names) != len(matrices):
        raise ValueError(f"{path} has {len(matrices)} matrices, not {len(names)}.")
    state = {name: value for name, value in found.items() if name.endswith((".weight", ".bias"))}
    for name, stem in zip(names, matrices, strict=True):
        steps = found[f"{stem}_quantized"].astype(np.float32) - found[f"{stem}_zero_point"]
        state[f"{name}.weight"] = (steps * found[f"{stem}_scale"]).T
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()}
