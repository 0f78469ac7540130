"""Plain text: the file decoded, and nothing else changed."""

from __future__ import annotations

from qa.readers.base import Content, Limits
from qa.readers.decode import decode


def read_txt(data: bytes, name: str, _: Limits) -> Content:
    """Raises FileError `empty`, `binary` or `encoding`."""
    return Content(decode(data, name))
