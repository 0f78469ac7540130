"""The indexed snapshot of every document, its sentences and its passages, in one SQLite file.

Citations quote what was indexed, so the whole text is kept: the file on disk may have changed since.
The rows of `passages`, in order, are also the rows of the lexical index.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from qa.types import Document, Lang, Passage, Span

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    path TEXT PRIMARY KEY, key TEXT NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL,
    lang TEXT NOT NULL, date TEXT, source TEXT, pages TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, doc TEXT NOT NULL REFERENCES documents(path), start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, text TEXT NOT NULL, text_hash TEXT NOT NULL, sentences TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_by_doc ON passages(doc, start);
CREATE INDEX IF NOT EXISTS passages_by_text ON passages(text_hash);
"""
_PASSAGES = 'SELECT id, doc, start, "end", text, sentences FROM passages'
_ORDER = 'ORDER BY doc, start, "end", id'


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it was indexed, with all its sentences in order."""

    document: Document
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What a list of documents shows."""

    path: str
    title: str
    date: str | None
    lang: Lang
    source: str | None
    sentences: int
    passages: int


def text_hash(text: str) -> str:
    """What a passage's vector depends on, beside the embedder."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Documents:
    """The SQLite file, open. Safe to use from several threads."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        mode = "rwc" if writable else "ro&immutable=1"
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False
        )
        self._lock = threading.Lock()
        if writable:
            # Publishing syncs the whole file; until then it only has to outlive this process.
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def put(self, key: str, document: Document, passages: Sequence[Passage]) -> None:
        """Store one document in one transaction, in place of an earlier one of the same path."""
        with self._lock, self._connection as db:
            self._delete(document.path)
            db.execute(
                "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?)",
                (
                    document.path,
                    key,
                    document.sha256,
                    document.text,
                    document.title,
                    document.lang,
                    document.date,
                    document.source,
                    _dump_spans(document.pages),
                ),
            )
            db.executemany(
                "INSERT INTO passages VALUES (?,?,?,?,?,?,?)",
                [
                    (p.id, p.doc, p.start, p.end, p.text, text_hash(p.text), _dump_spans(p.sentences))
                    for p in passages
                ],
            )

    def keys(self) -> dict[str, str]:
        """path → the key that it was stored under."""
        return dict(self._rows("SELECT path, key FROM documents"))

    def copy_from(self, other: Path, paths: Sequence[str]) -> None:
        """Take documents over from another generation's file, as they stand there."""
        with self._lock:
            self._connection.execute("ATTACH ? AS other", (f"{other.resolve().as_uri()}?mode=ro",))
            with self._connection as db:
                for table, column in (("documents", "path"), ("passages", "doc")):
                    db.executemany(
                        f"INSERT OR REPLACE INTO {table} SELECT * FROM other.{table} WHERE {column} = ?",
                        [(path,) for path in paths],
                    )
            self._connection.execute("DETACH other")

    def keep_only(self, paths: set[str]) -> None:
        """Drop every other document."""
        with self._lock, self._connection:
            for (path,) in self._connection.execute("SELECT path FROM documents").fetchall():
                if path not in paths:
                    self._delete(path)

    def document(self, path: str) -> StoredDocument | None:
        """One document with its text; None where it is not in the index."""
        rows = self._rows("SELECT * FROM documents WHERE path = ?", path)
        if not rows:
            return None
        name, _, sha256, text, title, lang, date, source, pages = rows[0]
        spans = [
            span
            for (sentences,) in self._rows("SELECT sentences FROM passages WHERE doc = ?", path)
            for span in _load_spans(sentences)
        ]
        # Neighbouring passages may share sentences.
        ordered = sorted(set(spans), key=lambda span: (span.start, span.end))
        document = Document(name, sha256, text, title, lang, date, source, _load_spans(pages))
        return StoredDocument(document, tuple(ordered))

    def document_infos(self) -> tuple[DocumentInfo, ...]:
        """Every document, by path."""
        spans: dict[str, set[Span]] = {}
        passages: Counter[str] = Counter()
        for doc, sentences in self._rows("SELECT doc, sentences FROM passages"):
            spans.setdefault(doc, set()).update(_load_spans(sentences))
            passages[doc] += 1
        rows = self._rows("SELECT path, title, date, lang, source FROM documents ORDER BY path")
        return tuple(
            DocumentInfo(path, title, date, lang, source, len(spans.get(path, ())), passages[path])
            for path, title, date, lang, source in rows
        )

    def passages(self) -> Iterator[Passage]:
        """Every passage, in the order of the lexical index."""
        for row in self._rows(f"{_PASSAGES} {_ORDER}"):
            yield _passage(row)

    def passages_of(self, doc: str) -> list[Passage]:
        """The passages of one document, in order."""
        rows = self._rows(f"{_PASSAGES} WHERE doc = ? {_ORDER}", doc)
        return [_passage(row) for row in rows]

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages that have these ids; an unknown id is left out."""
        found: dict[str, Passage] = {}
        for start in range(0, len(ids), 500):
            chunk = ids[start : start + 500]
            marks = ",".join("?" * len(chunk))
            statement = f"{_PASSAGES} WHERE id IN ({marks})"
            found |= {row[0]: _passage(row) for row in self._rows(statement, *chunk)}
        return found

    def passage_ids(self) -> list[str]:
        """The ids of every passage, in the order of the lexical index."""
        return [i for (i,) in self._rows(f"SELECT id FROM passages {_ORDER}")]

    def ids_by_text(self) -> dict[str, str]:
        """text_hash → the id of one passage with that text."""
        return dict(self._rows("SELECT text_hash, id FROM passages"))

    def facets(self) -> list[tuple[str, Lang, str | None]]:
        """(document, its language, its date) of every passage, in the order of the lexical index."""
        return cast(
            "list[tuple[str, Lang, str | None]]",
            self._rows(f"SELECT doc, lang, date FROM passages JOIN documents ON path = doc {_ORDER}"),
        )

    def _rows(self, statement: str, *values: str) -> list[Any]:
        with self._lock, closing(self._connection.execute(statement, values)) as cursor:
            return cursor.fetchall()

    def _delete(self, path: str) -> None:
        self._connection.execute("DELETE FROM passages WHERE doc = ?", (path,))
        self._connection.execute("DELETE FROM documents WHERE path = ?", (path,))


def hash_ids(ids: Mapping[str, object] | Sequence[str]) -> str:
    """One digest of a set of passage ids, whatever their order."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _passage(row: tuple[Any, ...]) -> Passage:
    ident, doc, start, end, text, sentences = row
    return Passage(ident, doc, start, end, text, _load_spans(sentences))


def _dump_spans(spans: Sequence[Span]) -> str:
    return json.dumps([[span.start, span.end] for span in spans], separators=(",", ":"))


def _load_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(text))
