"""The reader in PyTorch: e5's encoder with two heads, started from the packed weights."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.e5 import Packed

POSITIONS = 512
SPAN_LOGITS = 2  # the answer starts here, ends here
PAIR_LOGITS = 3  # supported, contradicted, neither


class Layer(nn.Module):
    def __init__(self, hidden: int, heads: int, feed_forward: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.ao = (nn.Linear(hidden, hidden) for _ in range(4))
        self.fi, self.fo = nn.Linear(hidden, feed_forward), nn.Linear(feed_forward, hidden)
        self.aln, self.oln = nn.LayerNorm(hidden, eps=epsilon), nn.LayerNorm(hidden, eps=epsilon)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, hidden = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)

        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = self.aln(x + self.ao(mixed.transpose(1, 2).reshape(batch, length, hidden)))
        return self.oln(x + self.fo(functional.gelu(self.fi(x))))


class Reader(nn.Module):
    """ids (batch, length), padded with 1, and pool (batch, 2 + n, length) → sentence logits (batch, n), span
    logits (batch, length, 2), pair logits (batch, 3).

    The rows of `pool` take means over tokens: of the question or claim, of all sentences, of each sentence.
    """

    def __init__(self, packed: Packed, kept: Iterable[int]) -> None:
        super().__init__()
        hidden = packed.hidden
        tensors = {name: torch.tensor(value) for name, value in packed.tensors.items()}
        rows = torch.tensor(list(kept))
        self.words = nn.Parameter(tensors["emb.word"].view(-1, hidden)[rows].clone(), requires_grad=False)
        self.places = nn.Parameter(
            tensors["emb.pos"].view(-1, hidden)[:POSITIONS] + tensors["emb.type"][:hidden]
        )
        self.norm = nn.LayerNorm(hidden, eps=packed.epsilon)
        self.norm.weight.data, self.norm.bias.data = tensors["emb.ln.w"], tensors["emb.ln.b"]
        self.layers = nn.ModuleList(
            Layer(hidden, packed.heads, packed.feed_forward, packed.epsilon) for _ in range(packed.layers)
        )
        for number, layer in enumerate(self.layers):
            for name, module in layer.named_children():
                if isinstance(module, (nn.Linear, nn.LayerNorm)):
                    stem = f"l{number}.{name}"
                    module.weight.data = tensors[f"{stem}.w"].view(module.weight.shape).clone()
                    module.bias.data = tensors[f"{stem}.b"].clone()
        self.span_head = nn.Linear(hidden, SPAN_LOGITS)
        self.sentence_head = _Head(hidden, 1)
        self.pair_head = _Head(hidden, PAIR_LOGITS)

    def embed(self, ids: Tensor) -> Tensor:
        return self.words[ids]

    def encode(self, ids: Tensor) -> Tensor:
        x = self.norm(self.embed(ids) + self.places[: ids.shape[1]])
        bias = (ids == 1)[:, None, None, :].to(x.dtype) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def forward(self, ids: Tensor, pool: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.encode(ids)
        pooled = pool @ x
        text, all_sentences, sentences = pooled[:, :1], pooled[:, 1], pooled[:, 2:]
        answers = self.sentence_head(text.expand_as(sentences), sentences)[..., 0]
        return answers, self.span_head(x), self.pair_head(text[:, 0], all_sentences)


class _Head(nn.Module):
    """Two pooled vectors compared (each, their product, their difference) → logits."""

    def __init__(self, hidden: int, logits: int) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.1)
        self.inner = nn.Linear(4 * hidden, hidden)
        self.outer = nn.Linear(hidden, logits)

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        both = torch.cat([one, other, one * other, (one - other).abs()], dim=-1)
        return self.outer(functional.gelu(self.inner(self.dropout(both))))
