"""How much around a sentence is needed to understand it."""

from __future__ import annotations

from collections.abc import Sequence

from qa.types import Span


def standalone_context(text: str, sentences: Sequence[Span], i: int) -> Span:
    """The range of the document's `text` around sentence `i` that stands alone."""
    assert text is not None
    return sentences[i]
