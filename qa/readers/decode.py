"""Bytes to text: no character is ever dropped or replaced."""

from __future__ import annotations

import codecs
import re

from qa.errors import FileError
from qa.readers.legacy import guess_legacy

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters that no text has; tab, newlines, form feed and escape do occur.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_SAMPLE = 200_000


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """Decode a whole file; newlines become `\\n`, a byte-order mark is dropped.

    `declared` is an encoding that the file names itself (HTML). Raises FileError `empty`,
    `binary` or `encoding`.
    """
    if not data.strip():
        raise FileError("empty", f"{name} is empty.", "Remove it or put text in it.")
    text = _decode(data, name, declared).replace("\r\n", "\n").replace("\r", "\n")
    if len(_CONTROL.findall(text)) > len(text) // 500 or "\x00" in text:
        raise _binary(name)
    if not text.strip():
        raise FileError("empty", f"{name} holds nothing but spaces.", "Remove it or put text in it.")
    return text


def _decode(data: bytes, name: str, declared: str | None) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise FileError(
                    "encoding",
                    f"{name} says that it is {encoding.upper()} and is not (byte {error.start}).",
                    "Save it as UTF-8.",
                ) from error
    wide = _wide_encoding(data)
    if wide:
        try:
            return data.decode(wide)
        except UnicodeDecodeError as error:
            raise _binary(name) from error
    if b"\x00" in data:
        raise _binary(name)
    for encoding in ("utf-8", declared or "utf-8"):
        try:
            text = data.decode(encoding)
            text.encode()  # Some of what a page may name, `unicode_escape`, makes half characters.
        except (UnicodeError, LookupError):
            continue
        return text
    return data.decode(_guess_legacy(data, name))


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: French and English leave every other byte zero, the others almost never."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if half < 2 or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.5 and even < 0.05:
        return "utf-16-le"
    if even > 0.5 and odd < 0.05:
        return "utf-16-be"
    return None


def _guess_legacy(data: bytes, name: str) -> str:
    encoding = guess_legacy(data)
    if encoding is None:
        raise FileError(
            "encoding", f"The encoding of {name} cannot be made out.", "Save it as UTF-8 and run again."
        )
    return encoding


def _binary(name: str) -> FileError:
    return FileError("binary", f"{name} is not text: it holds binary data.", "Remove it from the folder.")
