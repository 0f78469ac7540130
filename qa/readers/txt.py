"""Plain text: the file decoded, and nothing else changed."""

from __future__ import annotations

from qa.readers.base import Content
from qa.readers.decode import decode


def read_txt(data: bytes, name: str) -> Content:
    """Raises FileError `empty`, `binary` or `encoding`."""
    return Content(decode(data, name))
