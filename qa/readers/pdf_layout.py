"""Lines of pages back to paragraphs: what was broken to fit the paper is joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# A line that lies in this share of the page's height at its top or bottom may be a running head.
_MARGIN = 0.09
# Points by which lines of one column may begin apart (indents, items).
_COLUMN_SHIFT = 40
_BULLET = re.compile(r"(?:[-–—•*▪◦‣·●■]|\(?(?:\d{1,3}[.)]|[a-zA-Z]\)))\s")
_ENDS = re.compile(r"[.!?…:;][»”\"’')\]\s]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-$")
# The second halves of French words whose hyphen is their own: « peut-être », « celui-ci », « a-t-il ».
_HYPHENATED = frozenset(
    "il ils elle elles on je tu nous vous moi toi lui leur ce ci là même mêmes être dire t y en "
    "le la les à".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print. `left`, `right` and `size` (the height of its letters) are in points; `bottom`
    and `top` are shares of the page's height, from below. `hyphenated`: it ends in a hyphen that pdfium
    takes for one that parts a word.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    hyphenated: bool = False


def lay_out(pages: Sequence[Sequence[Line]]) -> tuple[str, list[tuple[int, int]]]:
    """The text of all pages and the range of each in it.

    Paragraphs are parted by a blank line. A paragraph that goes on overleaf is joined by a space.
    """
    kept = _without_running_heads(pages)
    words = Counter(w.lower() for page in kept for line in page for w in _WORD.findall(line.text))
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    length = 0
    previous: Line | None = None
    before = 0.0
    for page in kept:
        margins = _margins(page)
        first = len(parts)
        start = length
        for line, right in zip(page, margins, strict=True):
            separator = ""
            if previous is not None:
                overleaf = len(parts) == first
                goes_on = (_goes_over if overleaf else _goes_on)(previous, line, before)
                separator = " " if goes_on else "\n\n"
                keeps = _keeps_hyphen(previous, line, words) if goes_on else None
                if keeps is not None:
                    separator = ""
                if keeps is False:
                    parts[-1] = parts[-1][:-1]
                    length -= 1
                    spans = [(min(a, length), min(b, length)) for a, b in spans] if overleaf else spans
            if len(parts) == first:
                start = length + len(separator)
            parts += [separator, line.text]
            length += len(separator) + len(line.text)
            previous, before = line, right
        spans.append((start, length))
    return "".join(parts), spans


def _margins(page: Sequence[Line]) -> list[float]:
    """The right margin of each line: that of its column, a run of lines that go down from one left side."""
    margins: list[float] = []
    column: list[Line] = []
    for line in page:
        if column and (line.bottom > column[-1].bottom or abs(line.left - column[-1].left) > _COLUMN_SHIFT):
            margins += [max(one.right for one in column)] * len(column)
            column = []
        column.append(line)
    return margins + [max((one.right for one in column), default=0.0)] * len(column)


def _goes_on(line: Line, following: Line, right: float) -> bool:
    """Whether `following` is the same paragraph as `line`, on one page; `right` is the margin of `line`."""
    if _BULLET.match(following.text):
        return False
    if line.hyphenated:
        return True
    if abs(line.size - following.size) > 0.15 * max(line.size, following.size):
        return False
    height = line.top - line.bottom
    if following.bottom > line.bottom:  # the next column
        return _goes_over(line, following, right)
    if line.bottom - following.top > 0.75 * height:
        return False
    if following.left - line.left > 0.5 * line.size and _ENDS.search(line.text):
        return False  # an indent
    width = max(right - following.left, 1.0)
    letter = (line.right - line.left) / max(len(line.text), 1)
    first_word = following.text.split(maxsplit=1)[0]
    short = right - line.right > max(0.03 * width, (len(first_word) + 1) * letter * 1.1)
    if following.text[0].islower() and not _ENDS.search(line.text):
        return not short or line.text[-1] in ",-" or right - line.right < 0.5 * width
    return not short


def _goes_over(line: Line, following: Line, right: float) -> bool:
    """Whether a sentence goes on in the next column or overleaf; `right` is the margin of `line`."""
    if line.hyphenated:
        return True
    if _ENDS.search(line.text) or _BULLET.match(following.text) or abs(line.size - following.size) > 1:
        return False
    return following.text[0].islower() or right - line.right < 0.1 * (right - line.left)


def _keeps_hyphen(line: Line, following: Line, words: Counter[str]) -> bool | None:
    """Whether the hyphen at the end of `line` is the word's own; None where there is none.

    It is where the second half begins with a capital or is one of French's, or where the document
    writes the word with a hyphen elsewhere.
    """
    if not (line.hyphenated or _HYPHEN.search(line.text)) or not following.text[0].isalpha():
        return None
    first, second = _WORD.findall(line.text[:-1])[-1:], _WORD.match(following.text)
    if not first or second is None:
        return None
    half = second[0]
    return (
        half[0].isupper()
        or half.split("-")[0].lower() in _HYPHENATED
        or words[f"{first[0]}-{half}".lower()] > words[f"{first[0]}{half}".lower()]
    )


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out page numbers and what stands in the margin of most pages, but for its numbers."""

    def key(line: Line) -> str | None:
        outside = line.top > 1 - _MARGIN or line.bottom < _MARGIN
        return re.sub(r"\d+|\b[ivxl]+\b", "#", line.text) if outside else None

    counts = Counter(k for page in pages for k in {key(line) for line in page} if k is not None)
    repeated = {k for k, n in counts.items() if n >= 3 and n > len(pages) / 2}
    repeated.add("#")
    repeated.add("- # -")
    kept = [[line for line in page if key(line) not in repeated] for page in pages]
    return kept if any(kept) else [list(page) for page in pages]
