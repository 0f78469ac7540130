"""What to do with each file: keep it as it is indexed, read it, or say why it cannot be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from qa.errors import FileError
from qa.index.manifest import FileEntry
from qa.index.scan import FoundFile
from qa.readers import Metadata, read_document
from qa.segment import make_passages
from qa.settings import CorpusSettings
from qa.types import Document, Passage

# What may pass without a change of the file's content.
_PASSING_REASONS = frozenset({"unreadable", "timeout", "outside"})
# A file written while it was listed can change again within one tick of the file system's clock.
_RACY_NS = 2_000_000_000
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `document` and `passages` are there where it must be stored and embedded."""

    found: FoundFile
    entry: FileEntry
    document: Document | None = None
    passages: tuple[Passage, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a run: the live generation's files (none on a rebuild) and what is staged.

    `staged` is the key of each document that an interrupted run has read. `same_limits` says that the
    verdicts were given under the limits that hold now.
    """

    files: Mapping[str, FileEntry]
    scanned_ns: int
    same_limits: bool
    staged: Mapping[str, str]
    staged_document: Callable[[str], tuple[Document, tuple[Passage, ...]]]


def decide(files: tuple[FoundFile, ...], known: Known, limits: CorpusSettings) -> Iterator[Outcome]:
    """One outcome a file, in the order of `files`: of equal files the first that can be read is kept."""
    kept: dict[str, str] = {}
    for found in files:
        outcome = _decide(found, known, limits, kept)
        if outcome.entry.verdict is None:
            kept[outcome.entry.sha256] = found.name
        yield outcome


def is_as_indexed(found: FoundFile, entry: FileEntry, scanned_ns: int, limits: CorpusSettings) -> bool:
    """Whether a file and what is said about it are as they were; it is hashed only where it was touched."""
    untouched = _is_untouched(found, entry, scanned_ns)
    sha256 = entry.sha256 if untouched else _hash_file(found.path, limits)
    return entry.key == _make_key(sha256, found.metadata) and (untouched or bool(sha256))


def _is_untouched(found: FoundFile, entry: FileEntry, scanned_ns: int) -> bool:
    same = (entry.size, entry.mtime_ns) == (found.size, found.mtime_ns)
    return same and found.mtime_ns < scanned_ns - _RACY_NS


def _decide(found: FoundFile, known: Known, limits: CorpusSettings, kept: Mapping[str, str]) -> Outcome:
    old = known.files.get(found.name)
    untouched = old is not None and _is_untouched(found, old, known.scanned_ns)
    sha256 = old.sha256 if old is not None and untouched else _hash_file(found.path, limits)
    key = _make_key(sha256, found.metadata)
    entry = FileEntry(found.size, found.mtime_ns, sha256, key)
    if sha256 and sha256 in kept:
        message = f"{found.name} has the same content as {kept[sha256]}, which is indexed."
        return Outcome(found, replace(entry, verdict=(DUPLICATE, message)))
    if old is not None and sha256 and old.key == key and old.verdict is None:
        return Outcome(found, entry, kept=True)
    if old is not None and old.verdict and old.key == key and (sha256 or untouched) and known.same_limits:
        code, _ = old.verdict
        if code != DUPLICATE and code not in _PASSING_REASONS:
            return Outcome(found, replace(entry, verdict=old.verdict))
    if sha256 and known.staged.get(found.name) == key:
        return Outcome(found, entry, *known.staged_document(found.name))
    try:
        document = read_document(found.path, found.name, limits, found.metadata)
    except FileError as error:
        return Outcome(found, replace(entry, verdict=(error.reason, str(error))))
    passages = make_passages(document)
    # The reader's digest holds: the file may have changed since it was hashed.
    key = _make_key(document.sha256, found.metadata)
    return Outcome(found, replace(entry, sha256=document.sha256, key=key), document, tuple(passages))


def _make_key(sha256: str, metadata: Metadata | None) -> str:
    described = json.dumps(asdict(metadata), sort_keys=True) if metadata else ""
    return hashlib.sha256(f"{sha256}\0{described}".encode()).hexdigest() if sha256 else ""


def _hash_file(path: Path, limits: CorpusSettings) -> str:
    """The digest of a file; "" for one that is too large or cannot be read, which its reader then says."""
    try:
        if path.stat().st_size > limits.max_file_mb * 1_000_000:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
