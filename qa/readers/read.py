"""One file to one Document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from qa.errors import FileError
from qa.lang import detect_lang
from qa.readers.apart import read_apart
from qa.readers.base import Content, Limits
from qa.readers.dates import normalise_date
from qa.readers.derive import derive_date, derive_title
from qa.readers.docx import read_docx
from qa.readers.html import read_html
from qa.readers.md import read_md
from qa.readers.metadata import Metadata
from qa.readers.pdf import read_pdf
from qa.readers.txt import read_txt
from qa.types import LANGS, Document, Lang

# Part of the index's fingerprint: raise it whenever the same file would give another Document.
READERS_VERSION = 4

_DETECTION_CHARS = 20_000

# Larger files of a structured format are read apart, under the time limit: some parsers can be
# driven to quadratic time. PDFs always are.
_APART_BYTES = 100_000

_READERS: dict[str, Callable[[bytes, str, Limits], Content]] = {
    ".txt": read_txt,
    ".md": read_md,
    ".markdown": read_md,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
SUFFIXES: frozenset[str] = frozenset(_READERS)


def read_document(path: Path, name: str, limits: Limits, metadata: Metadata | None = None) -> Document:
    """Read the file at `path`; `name` is its path relative to the indexed folder, with `/`.

    What `metadata` leaves open comes from the file itself. Raises FileError with one of the
    reasons `unreadable`, `too_large`, `empty`, `binary`, `encoding`, `broken`, `encrypted`,
    `no_text`, `too_many_pages`, `timeout`.
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
        raise FileError("unreadable", f"The name {shown} is not Unicode.", "Rename the file.") from error
    read = _READERS.get(Path(name).suffix.lower())
    if read is None:
        raise FileError(
            "unreadable", f"{name} is of a type that is not read.", f"Types: {', '.join(sorted(SUFFIXES))}."
        )
    data = _read_bytes(path, name, limits)
    if read is read_pdf or (read is not read_txt and len(data) > _APART_BYTES):
        content = read_apart(read.__module__, read.__name__, data, name, limits)
    else:
        content = read(data, name, limits)
    known = metadata or Metadata()
    own_lang = (content.lang or "").lower()[:2]
    lang: Lang = (
        known.lang
        or next((lang for lang in LANGS if lang == own_lang), None)
        or detect_lang(content.text[:_DETECTION_CHARS], "fr")
    )
    own_date = normalise_date(content.date) if content.date else None
    return Document(
        path=name,
        sha256=hashlib.sha256(data).hexdigest(),
        text=content.text,
        title=known.title or _clean(content.title) or derive_title(content.text, name),
        lang=lang,
        date=known.date or own_date or derive_date(content.text),
        source=known.source or _clean(content.source),
        pages=content.pages,
    )


def check_inside(root: Path, path: Path) -> None:
    """Raise FileError `outside` where `path` leads out of the folder `root` (a symbolic link, `..`)."""
    target = path.resolve()
    if not target.is_relative_to(root.resolve()):
        raise FileError(
            "outside",
            f"{path.name} leads out of the folder, to {target}.",
            "Copy the file into the folder, or index the folder that it is in.",
        )


def _read_bytes(path: Path, name: str, limits: Limits) -> bytes:
    """At most the allowed number of bytes, whatever the file system says about its size."""
    most = int(limits.max_file_mb * 1_000_000)
    try:
        if not path.is_file():
            raise FileError("unreadable", f"{name} is not a file.", "Remove it from the folder.")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise FileError(
            "unreadable", f"{name} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    if len(data) > most:
        raise FileError(
            "too_large",
            f"{name} is larger than {limits.max_file_mb:g} MB.",
            "Split it, or raise corpus.max_file_mb.",
        )
    return data


def _clean(value: str | None) -> str | None:
    """One line without doubled spaces; None where nothing is left."""
    return " ".join((value or "").split()) or None
