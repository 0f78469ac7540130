"""The lexical leg: BM25 over the passages of one generation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from qa.errors import StoreUnavailable
from qa.index.analyse import analyse, analyse_question
from qa.index.manifest import REBUILD
from qa.types import LANGS, Lang

# Passages are short and of like length: little is gained from saturation and length (tuned on PIAF-dev).
_K1, _B = 0.9, 0.4
_EMPTY = "empty"


def build_lexical(folder: Path, passages: Iterable[tuple[str, Lang]]) -> None:
    """Index (text, language) in their order, each with the stemmer of its own language."""
    import bm25s

    tokens = [analyse(text, lang) for text, lang in passages]
    folder.mkdir(parents=True, exist_ok=True)
    if not any(tokens):  # bm25s does not make an index of nothing
        (folder / _EMPTY).touch()
        return
    index = bm25s.BM25(k1=_K1, b=_B, method="lucene")
    index.index(tokens, show_progress=False)
    index.save(folder, show_progress=False)


class Lexical:
    """A lexical index, open; `size` is its number of passages."""

    def __init__(self, folder: Path, size: int) -> None:
        """Raises StoreUnavailable where the files are broken or hold another number of passages."""
        import bm25s

        self.size = size
        self._index: Any = None
        if (folder / _EMPTY).exists():
            return
        try:
            self._index = bm25s.BM25.load(folder, load_corpus=False)
        except (OSError, ValueError, KeyError) as error:
            raise StoreUnavailable(
                f"The lexical index in {folder} cannot be read: {error}.", REBUILD
            ) from error
        if self._index.scores["num_docs"] != size:
            raise StoreUnavailable(
                f"The lexical index in {folder} holds {self._index.scores['num_docs']} passages, "
                f"the store {size}.",
                REBUILD,
            )

    def scores(self, question: str, langs: Sequence[Lang] = LANGS) -> NDArray[np.float32]:
        """The BM25 score of every passage, 0 where no word of the question stands in it."""
        if self._index is None:
            return np.zeros(self.size, dtype=np.float32)
        known = self._index.get_tokens_ids(analyse_question(question, langs))
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        return cast("NDArray[np.float32]", self._index.get_scores_from_ids(known))
