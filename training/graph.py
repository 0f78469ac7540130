"""The lower layers as a graph for onnxruntime, without their weights: qa/models/lower.onnx.

`python -m training.graph --gguf FILE`

A Qwen2 decoder (Qwen team 2024): each layer's attention is one GroupQueryAttention, its matrices are
MatMulNBits with 8 bits, which onnxruntime multiplies as whole numbers. The weights stand in the file that
`qa.models.lower_file` writes from the model's own; here only where. Input: the embeddings of a prompt's
words; output: the state at its last one.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qa.models.lower_file import ARRAYS, BIASED, BLOCK, GRAPH, arrays, place
from training.probe import LAYERS

_OURS = "com.microsoft"


@dataclass
class _Graph:
    """Nodes in the making; `shapes` of the arrays that they may name."""

    shapes: dict[str, tuple[int, ...]]
    epsilon: float
    heads: tuple[int, int]
    nodes: list[Any] = field(default_factory=list)

    def add(self, kind: str, inputs: list[str], outputs: list[str], domain: str = _OURS, **more: Any) -> None:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **more))

    def multiply(self, value: str, name: str, out: str) -> None:
        """`out` is `value` times a matrix, with its bias where it has one."""
        rows, blocks, _ = self.shapes[f"{name}.q"]
        biased = name.rpartition(".")[2] in BIASED
        self.add(
            "MatMulNBits",
            [value, f"{name}.q", f"{name}.s"],
            [f"{out}.unbiased" if biased else out],
            K=blocks * BLOCK,
            N=rows,
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,  # whole numbers
        )
        if biased:
            self.add("Add", [f"{out}.unbiased", f"{name}.b"], [out], domain="")

    def layer(self, number: int, before: str, normed: str, following: str) -> tuple[str, str]:
        """One layer; returns the sum so far, and that normed for what follows."""
        name = f"blk.{number}"
        for part in ("q", "k", "v"):
            self.multiply(normed, f"{name}.attn_{part}", f"{name}.{part}")
        heads, shared = self.heads
        self.add(
            "GroupQueryAttention",
            [*(f"{name}.{part}" for part in "qkv"), "", "", "last", "length", "cos", "sin"],
            [f"{name}.seen", f"{name}.keys", f"{name}.values"],
            num_heads=heads,
            kv_num_heads=shared,
            do_rotary=1,
        )
        self.multiply(f"{name}.seen", f"{name}.attn_output", f"{name}.attended")
        middle, inner = self._sum(before, f"{name}.attended", f"{name}.ffn_norm.weight", f"{name}.middle")
        self.multiply(inner, f"{name}.ffn_gate", f"{name}.gate")
        self.multiply(inner, f"{name}.ffn_up", f"{name}.up")
        # x times its sigmoid (SiLU) is QuickGelu at 1.
        self.add("QuickGelu", [f"{name}.gate"], [f"{name}.open"], alpha=1.0)
        self.add("Mul", [f"{name}.open", f"{name}.up"], [f"{name}.let"], domain="")
        self.multiply(f"{name}.let", f"{name}.ffn_down", f"{name}.fed")
        return self._sum(middle, f"{name}.fed", following, f"{name}.end")

    def _sum(self, one: str, other: str, norm: str, out: str) -> tuple[str, str]:
        outputs = [f"{out}.normed", "", "", out]
        self.add("SkipSimplifiedLayerNormalization", [one, other, norm], outputs, epsilon=self.epsilon)
        return out, f"{out}.normed"


def main() -> None:
    """Write the graph for the model in a GGUF file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=GRAPH)
    options = parser.parse_args()
    import gguf
    from onnx import TensorProto, helper, numpy_helper

    reader = gguf.GGUFReader(options.gguf)
    said = {
        n.removeprefix("qwen2."): f.contents() for n, f in reader.fields.items() if n.startswith("qwen2.")
    }
    stored: list[Any] = []
    shapes: dict[str, tuple[int, ...]] = {}
    end = 0
    for name, array in arrays(reader, LAYERS, None):
        start = place(end)
        end = start + array.nbytes
        shapes[name] = array.shape
        stored.append(_stored(name, array, start))
    heads = int(said["attention.head_count"]), int(said["attention.head_count_kv"])
    graph = _Graph(shapes, float(said["attention.layer_norm_rms_epsilon"]), heads)
    graph.add(
        "SimplifiedLayerNormalization",
        ["words", "blk.0.attn_norm.weight"],
        ["normed"],
        domain="",
        epsilon=graph.epsilon,
        axis=-1,
    )
    so_far, normed = "words", "normed"
    for number in range(LAYERS):
        last = number == LAYERS - 1
        following = "output_norm.weight" if last else f"blk.{number + 1}.attn_norm.weight"
        so_far, normed = graph.layer(number, so_far, normed, following)
    stored.append(numpy_helper.from_array(np.array(-1, np.int64), "end"))
    graph.add("Gather", [normed, "end"], ["state"], domain="", axis=1)
    width = int(said["embedding_length"])
    inputs = [
        helper.make_tensor_value_info("words", TensorProto.FLOAT, [1, "length", width]),
        helper.make_tensor_value_info("last", TensorProto.INT32, [1]),
        helper.make_tensor_value_info("length", TensorProto.INT32, []),
    ]
    outputs = [helper.make_tensor_value_info("state", TensorProto.FLOAT, [1, width])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "lower", inputs, outputs, stored),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_OURS, 1)],
        ir_version=8,
    )
    options.out.write_bytes(model.SerializeToString())


def _stored(name: str, array: Any, start: int) -> Any:
    """An array that stands in the file of weights."""
    from onnx import TensorProto, helper

    tensor = TensorProto(name=name, dims=array.shape, data_location=TensorProto.EXTERNAL)
    tensor.data_type = helper.np_dtype_to_tensor_dtype(array.dtype)
    for key, value in (("location", ARRAYS), ("offset", start), ("length", array.nbytes)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


if __name__ == "__main__":
    main()
