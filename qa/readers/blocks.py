"""Text of formats that know their paragraphs: blocks apart, white space within them collapsed."""

from __future__ import annotations

import re

_SPACES = re.compile(r"[ \t\n\r\f\v]+")


class BlockWriter:
    """Collects paragraphs (parted by a blank line) and rows (list items, table rows: one a line)."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._last_row = ""

    def add(self, text: str, *, row: str = "", verbatim: bool = False) -> None:
        """Add a paragraph, or a `row` of something (a list, a table) that stands right below its last row."""
        text = text.strip("\n") if verbatim else collapse(text)
        if not text.strip():
            return
        if self._parts:
            self._parts.append("\n" if row and self._last_row == row else "\n\n")
        self._parts.append(text)
        self._last_row = row

    def text(self) -> str:
        """All that was added; nothing at its ends but what was verbatim."""
        return "".join(self._parts)


def collapse(text: str) -> str:
    """White space to single spaces, line by line for breaks marked with U+2028; unbreakable spaces stay."""
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\u2028")).strip("\n")
