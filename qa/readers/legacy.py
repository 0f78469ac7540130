"""Which one-byte encoding a French or English text is in."""

from __future__ import annotations


def guess_legacy(data: bytes) -> str | None:
    """The encoding of bytes that are not Unicode; None where nothing fits."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return "cp1252"
