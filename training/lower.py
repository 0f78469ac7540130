"""A GGUF file of the language model as a PyTorch model, its weights dequantised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

_NAMES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "token_embd": "embed_tokens",
    "output_norm": "norm",
}


def load_layers(path: Path, dtype: Any, layers: int) -> Any:
    """The decoder of a Qwen2 file (transformers' Qwen2Model) with its first `layers` layers, frozen."""
    import gguf
    import torch
    from transformers import Qwen2Config, Qwen2Model

    reader = gguf.GGUFReader(path)
    said = {name: field.contents() for name, field in reader.fields.items() if name.startswith("qwen2.")}
    weights = {
        _name(tensor.name): torch.from_numpy(np.array(gguf.dequantize(tensor.data, tensor.tensor_type))).to(
            dtype
        )
        for tensor in reader.tensors
        if tensor.name != "output.weight" and _layer(tensor.name) < layers
    }
    config = Qwen2Config(
        vocab_size=weights["embed_tokens.weight"].shape[0],
        hidden_size=said["qwen2.embedding_length"],
        intermediate_size=said["qwen2.feed_forward_length"],
        num_hidden_layers=layers,
        num_attention_heads=said["qwen2.attention.head_count"],
        num_key_value_heads=said["qwen2.attention.head_count_kv"],
        rms_norm_eps=said["qwen2.attention.layer_norm_rms_epsilon"],
        rope_parameters={"rope_type": "default", "rope_theta": said["qwen2.rope.freq_base"]},
    )
    with torch.device("meta"):
        model = Qwen2Model(config)
    model.load_state_dict(weights, strict=True, assign=True)
    # What is computed and not loaded was emptied too.
    model.rotary_emb = type(model.rotary_emb)(config)
    return model.eval().requires_grad_(False)


def _layer(name: str) -> int:
    """The layer of a tensor; of those that belong to none -1."""
    block, _, rest = name.partition(".")
    return int(rest.partition(".")[0]) if block == "blk" else -1


def _name(name: str) -> str:
    *block, kind, end = name.split(".")
    return ".".join(["layers", *block[1:], _NAMES[kind], end] if block else [_NAMES[kind], end])
