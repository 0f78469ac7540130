"""The part of e5's vocabulary that French and English need, as a `tokenizers` file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from training.e5 import Packed

SPECIAL = 4  # <s> <pad> </s> <unk>
_META = "▁"


def make_tokenizer(packed: Packed, kept: Iterable[int]) -> Tokenizer:
    """A Unigram tokenizer whose ids are positions in `kept`, which begins with the four special pieces."""
    vocabulary = [(packed.pieces[i], float(packed.scores[i])) for i in kept]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_META, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=_META, prepend_scheme="always")
    return tokenizer


def choose_pieces(packed: Packed, texts: Iterable[str], size: int) -> list[int]:
    """The `size` pieces to keep: special ones, those that `texts` use, then the likeliest Latin ones."""
    full = make_tokenizer(packed, range(len(packed.pieces)))
    used: set[int] = set()
    for encoding in full.encode_batch_fast(list(texts), add_special_tokens=False):
        used.update(encoding.ids)
    kept = list(range(SPECIAL)) + sorted(used - set(range(SPECIAL)))
    single = [
        i for i in range(SPECIAL, len(packed.pieces)) if i not in used and _is_single_latin(packed.pieces[i])
    ]
    latin = sorted(
        (i for i in range(SPECIAL, len(packed.pieces)) if i not in used and _is_latin(packed.pieces[i])),
        key=lambda i: -float(packed.scores[i]),
    )
    kept += list(dict.fromkeys(single + latin))[: max(0, size - len(kept))]
    return sorted(kept)


def _is_single_latin(piece: str) -> bool:
    return len(piece.strip(_META)) <= 1 and _is_latin(piece)


def _is_latin(piece: str) -> bool:
    body = piece.strip(_META)
    return all(unicodedata.name(c, "").startswith("LATIN") or not c.isalpha() for c in body) and all(
        ord(c) < 0x2200 for c in body
    )
