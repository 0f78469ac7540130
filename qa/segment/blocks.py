"""Which lines of a text belong together.

A block is what no sentence crosses: a paragraph, a heading, an item of a list, a caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa.types import Span

# Hard-wrapped text is narrow; a longer line is a whole paragraph.
_WRAP_WIDTH = 120
_NARROWEST = 35  # shorter lines are entries of a list, a poem, a form
_BULLET = re.compile(r"\s*(?:[-–—•*▪◦‣·+]|\(?(?:\d{1,3}[.)]|[a-zA-Z]\)))\s")
_ENDS = re.compile(r"[.!?…:;][»”\"’')\]\s]*$")


def split_blocks(text: str) -> Iterator[Span]:
    """The blocks of `text` in order, without the white space around them; together they hold
    every character that is not white space."""
    paragraph: list[Span] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            paragraph.append(Span(start, end))
        elif paragraph:
            yield from _join_lines(text, paragraph)
            paragraph = []
        start = end + 1
    yield from _join_lines(text, paragraph)


def _join_lines(text: str, lines: list[Span]) -> Iterator[Span]:
    """Join what was wrapped: where every line but the last was as full as it could be."""
    if not lines:
        return
    width = max(line.end - line.start for line in lines)
    start = lines[0].start
    for line, following in pairwise(lines):
        if not _NARROWEST <= width <= _WRAP_WIDTH or not _goes_on(text, line, following, width):
            yield _strip(text, start, line.end)
            start = following.start
    yield _strip(text, start, lines[-1].end)


def _goes_on(text: str, line: Span, following: Span, width: int) -> bool:
    after = text[following.start : following.end]
    if _BULLET.match(after):
        return False
    before = text[line.start : line.end].rstrip()
    first_word = after.split(maxsplit=1)[0]
    full = len(before) + 1 + len(first_word) > width
    if not full:
        return False
    return after.lstrip()[0].islower() or bool(_ENDS.search(before)) or len(before) > 45


def _strip(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return Span(start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip()))
