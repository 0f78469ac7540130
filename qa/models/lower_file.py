"""The lower layers of the embedded language model, laid out for onnxruntime.

Its matrices, at 4 to 6 bits in the model's own file, are written out once beside it at 8 bits, with the
adapter added: onnxruntime reads a prompt through them in half of the time (dev/LOG.md). The graph
`lower.onnx` comes with the package (training/graph.py) and says where in the file each array stands.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from qa.errors import ModelFailed, ModelMissing
from qa.models.tokens import build_tokenizer

if TYPE_CHECKING:
    from gguf import GGUFReader

GRAPH = Path(__file__).with_name("lower.onnx")
ARRAYS = "lower.bin"
TOKENIZER = "tokenizer.json"
WORDS = "words.json"
WINDOW = 4096
# Numbers of a row that share a scale.
BLOCK = 128
# What the names of a layer's matrices are in a GGUF file, and which have a bias.
MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
BIASED = frozenset(MATRICES[:3])
_ALIGNED = 64

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Words:
    """Where in the model's file its words are embedded: `rows` of `width` bytes, quantised as `kind`."""

    offset: int
    rows: int
    width: int
    kind: int


def make_layers(source: Path, layers: int, adapter: Path | None) -> Path:
    """Have the first `layers` layers of a GGUF file, with `adapter` added, in a folder beside it; its path.

    Made again where the model's file is newer, or adapter or graph are others; what was made with those goes.
    Raises ModelMissing where it cannot be written, ModelFailed where the model's file is none.
    """
    folder = layers_folder(source, layers, adapter)
    if _is_made(folder, source):
        return folder
    # Begins with a dot: what another process is making is not among the old ones.
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        temporary.mkdir()
        _write(source, temporary, layers, adapter)
        if not _is_made(folder, source):
            for old in folder.parent.glob(f"{source.stem}.lower-*"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            temporary.replace(folder)
    except OSError as error:
        raise ModelMissing(
            f"The lower layers of the language model cannot be written to {folder.parent}: {error.strerror}.",
            "They need 1.1 GB: make room, or set XDG_CACHE_HOME to a folder on another disk.",
        ) from error
    except (ValueError, KeyError, IndexError) as error:
        raise ModelFailed(
            f"{source} is not a GGUF file that can be read: {error}.", "Run `qa doctor`."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _is_made(folder: Path, source: Path) -> bool:
    made = folder / ARRAYS
    return made.is_file() and made.stat().st_mtime_ns > source.stat().st_mtime_ns


def layers_folder(source: Path, layers: int, adapter: Path | None) -> Path:
    """Where the lower layers of a model's file are, or will be."""
    made_with = hashlib.sha256(GRAPH.read_bytes() + (adapter.read_bytes() if adapter else b""))
    return source.with_name(f"{source.stem}.lower-{layers}-{made_with.hexdigest()[:8]}")


def arrays(reader: GGUFReader, layers: int, adapter: Path | None) -> Iterator[tuple[str, Array]]:
    """All that the graph computes with, by name, in the order of the file.

    A matrix is `NAME.q` (rows, blocks, numbers), bytes of which 128 is none, and `NAME.s`, a scale a block.
    """
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    added = _added(adapter)

    def read(name: str) -> Array:
        import gguf

        tensor = tensors[name]
        return np.array(gguf.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)

    width = int(reader.fields["qwen2.embedding_length"].contents())
    head = width // int(reader.fields["qwen2.attention.head_count"].contents())
    base = float(reader.fields["qwen2.rope.freq_base"].contents())
    turns = np.outer(np.arange(WINDOW), base ** -(np.arange(0, head, 2) / head))
    yield "cos", np.cos(turns).astype(np.float32)
    yield "sin", np.sin(turns).astype(np.float32)
    for layer in range(layers):
        for norm in ("attn_norm", "ffn_norm"):
            name = f"blk.{layer}.{norm}.weight"
            yield name, read(name)
        for matrix in MATRICES:
            name = f"blk.{layer}.{matrix}"
            weights = read(f"{name}.weight") + added.get(f"{name}.weight", np.float32(0))
            blocks = weights.reshape(weights.shape[0], -1, BLOCK)
            most = np.abs(blocks).max(-1)
            scales = np.where(most > 0, most / 127, 1).astype(np.float32)
            yield f"{name}.q", (np.rint(blocks / scales[..., None]) + 128).astype(np.uint8)
            yield f"{name}.s", scales.reshape(-1)
            if matrix in BIASED:
                yield f"{name}.b", read(f"{name}.bias")
    yield "output_norm.weight", read("output_norm.weight")


def place(size: int) -> int:
    """Where the next array begins in a file of `size` bytes."""
    return size + -size % _ALIGNED


def _added(adapter: Path | None) -> dict[str, Array]:
    """What a low-rank adapter adds to each matrix."""
    if adapter is None:
        return {}
    import gguf

    reader = gguf.GGUFReader(adapter)
    low = {t.name: np.array(gguf.dequantize(t.data, t.tensor_type), np.float32) for t in reader.tensors}
    alpha = float(reader.fields["adapter.lora.alpha"].contents())
    names = [name.removesuffix(".lora_a") for name in low if name.endswith(".lora_a")]
    return {
        name: alpha / len(low[f"{name}.lora_a"]) * (low[f"{name}.lora_b"] @ low[f"{name}.lora_a"])
        for name in names
    }


def _write(source: Path, folder: Path, layers: int, adapter: Path | None) -> None:
    import gguf

    reader = gguf.GGUFReader(source)
    with (folder / ARRAYS).open("wb") as file:
        for _, array in arrays(reader, layers, adapter):
            file.write(bytes(place(file.tell()) - file.tell()))
            file.write(array.tobytes())
    shutil.copyfile(GRAPH, folder / GRAPH.name)
    tokenizer = build_tokenizer(
        {name: f.contents() for name, f in reader.fields.items() if "tokenizer" in name}
    )
    if tokenizer is None:
        raise ValueError("its words are not those of a Qwen2 model")
    tokenizer.save(str(folder / TOKENIZER))
    words = next(tensor for tensor in reader.tensors if tensor.name == "token_embd.weight")
    rows, width = (int(size) for size in words.data.shape)
    where = Words(int(words.data_offset), rows, width, int(words.tensor_type))
    (folder / WORDS).write_text(json.dumps(asdict(where)), "utf-8")
