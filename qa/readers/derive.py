"""Title, date and language of a document that nobody described."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from qa.readers.dates import find_date

_HEAD_LINES = 4
_HEAD_LINE_CHARS = 200
_TITLE_CHARS = 120
_TITLE_WORDS = 20
# What a page's export leaves before its first words.
_DATE_LABEL = re.compile(r"^date\s*:?\s+\d{4}-\d\d(?:-\d\d)?\s+", re.IGNORECASE)


def derive_title(text: str, name: str) -> str:
    """The first line where it looks like a heading, else the file name made readable."""
    first = _DATE_LABEL.sub("", next((line.strip() for line in text.split("\n") if line.strip()), ""))
    if looks_like_heading(first):
        return first
    stem = re.sub(r"[_\s]+", " ", PurePosixPath(name).stem).strip()
    return stem[:1].upper() + stem[1:] or name


def looks_like_heading(line: str) -> bool:
    """Short, begins like a title, and is no sentence: no final full stop, comma or colon."""
    return (
        0 < len(line) <= _TITLE_CHARS
        and len(line.split()) <= _TITLE_WORDS
        and line[-1] not in ".,;:"
        and (line[0].isupper() or line[0].isdigit() or line[0] in "«“\"'‘’")
        and any(char.isalpha() for char in line)
    )


def derive_date(text: str) -> str | None:
    """A full date that is explicit in the short lines a document begins with (a byline, not its story)."""
    lines = [line.strip() for line in text[:4000].split("\n") if line.strip()][:_HEAD_LINES]
    return next(
        (found for line in lines if len(line) <= _HEAD_LINE_CHARS and (found := find_date(line))), None
    )
