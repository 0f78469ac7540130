"""Examples as padded arrays of token ids and labels."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from qa.weigh.layout import PAD, lay_out
from training.examples import UNKNOWN, Example


@dataclass(frozen=True)
class Encoded:
    """One example: `pieces` are token ranges (of its text, of each sentence); span positions or UNKNOWN."""

    ids: tuple[int, ...]
    pieces: tuple[tuple[int, int], ...]
    answers: tuple[int, ...]
    start: int
    end: int
    pair: int


@dataclass(frozen=True)
class Batch:
    """`ids` (batch, length), `pool` (batch, 2 + n, length), `answers` (batch, n), the others (batch,)."""

    ids: Tensor
    pool: Tensor
    answers: Tensor
    start: Tensor
    end: Tensor
    pair: Tensor


def encode(example: Example, tokenizer: Tokenizer) -> Encoded:
    """Laid out as the product lays it out; what is too long is cut, and its labels with it."""
    layout = lay_out(tokenizer, example.task, example.text, example.title, example.sentences)
    start = end = UNKNOWN if not example.spanned or example.task != "query" else 0
    if example.span is not None:
        number, first, last = example.span
        inside = [p for p, (n, a, b) in layout.tokens.items() if n == number and a < last and b > first]
        start, end = (inside[0], inside[-1]) if inside else (UNKNOWN, UNKNOWN)
    answers = example.answers[: len(layout.pieces) - 1]
    return Encoded(layout.ids, layout.pieces, answers, start, end, example.pair)


def batches(encoded: Sequence[Encoded], tokens: int, rng: random.Random) -> Iterator[Batch]:
    """Shuffled batches of about `tokens` tokens each, of examples of like length."""
    order = sorted(
        range(len(encoded)), key=lambda i: (len(encoded[i].ids) + rng.randint(0, 12), rng.random())
    )
    groups: list[list[Encoded]] = [[]]
    for index in order:
        if groups[-1] and (len(groups[-1]) + 1) * len(encoded[index].ids) > tokens:
            groups.append([])
        groups[-1].append(encoded[index])
    rng.shuffle(groups)
    for group in groups:
        yield collate(group)


def collate(group: Sequence[Encoded]) -> Batch:
    """Pad one group to its longest."""
    length = max(len(e.ids) for e in group)
    sentences = max(len(e.pieces) for e in group) - 1
    ids = torch.full((len(group), length), PAD)
    pool = torch.zeros((len(group), 2 + sentences, length))
    answers = torch.full((len(group), sentences), UNKNOWN)
    for row, one in enumerate(group):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        pool[row, : 2 + len(one.pieces) - 1] = pool_rows(one.pieces, length)
        answers[row, : len(one.answers)] = torch.tensor(one.answers)
    return Batch(
        ids,
        pool,
        answers,
        torch.tensor([e.start for e in group]),
        torch.tensor([e.end for e in group]),
        torch.tensor([e.pair for e in group]),
    )


def pool_rows(pieces: Sequence[tuple[int, int]], length: int) -> Tensor:
    """The rows of `pool` for one example: its text, all its sentences, each sentence."""
    rows = torch.zeros((1 + len(pieces), length))
    for number, (start, end) in enumerate([pieces[0], (pieces[1][0], pieces[-1][1]), *pieces[1:]]):
        rows[number, start:end] = 1 / (end - start)
    return rows
