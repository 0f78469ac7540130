"""How a question or a claim and a stretch of a document are laid out as tokens for the reader.

`<s> query: question </s> title </s> <s> sentence <s> sentence </s>`; for a claim, `claim:`. Training lays
its examples out by this same module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tokenizers import Tokenizer

MARK, PAD, END = 0, 1, 2
MOST_TOKENS = 224
_MOST_TEXT = 96
_MOST_TITLE = 16

Task = Literal["query", "claim"]


@dataclass(frozen=True, slots=True)
class Layout:
    """`pieces` are ranges of positions: the text's, then each sentence's (those cut off have none).

    `tokens[p]` says, of a position inside a sentence, which sentence and which characters of it.
    """

    ids: tuple[int, ...]
    pieces: tuple[tuple[int, int], ...]
    tokens: dict[int, tuple[int, int, int]]


def lay_out(tokenizer: Tokenizer, task: Task, text: str, title: str, sentences: Sequence[str]) -> Layout:
    """Lay one pair out; what is beyond `MOST_TOKENS` is cut from the end."""

    def tokens(words: str, most: int) -> list[int]:
        return tokenizer.encode(words, add_special_tokens=False).ids[:most]

    ids = [MARK, *tokens(f"{task}: {text}", _MOST_TEXT), END, *tokens(title, _MOST_TITLE), END]
    pieces = [(1, ids.index(END))]
    places: dict[int, tuple[int, int, int]] = {}
    for number, sentence in enumerate(sentences):
        if len(ids) + 2 >= MOST_TOKENS:
            break
        first = len(ids)
        ids.append(MARK)
        encoding = tokenizer.encode(sentence, add_special_tokens=False)
        room = MOST_TOKENS - len(ids) - 1
        for token, (start, end) in zip(encoding.ids[:room], encoding.offsets, strict=False):
            if end > start:
                places[len(ids)] = (number, start, end)
            ids.append(token)
        pieces.append((first, len(ids)))
    ids.append(END)
    return Layout(tuple(ids), tuple(pieces), places)
