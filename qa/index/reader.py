"""The index as readers see it: one generation, which stays whole for as long as it is open."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import StoreUnavailable
from qa.index import layout
from qa.index.documents import DocumentInfo, Documents, StoredDocument
from qa.index.lexical import Lexical
from qa.index.manifest import REBUILD, Manifest, check_fingerprint, load_manifest, make_fingerprint
from qa.index.store import PassageStore, open_store
from qa.models.protocols import Embedder, Vectors
from qa.settings import Loaded
from qa.types import LANGS, Filters, Hit, Lang


class Index:
    """One generation, open for reading; a context manager. Safe to use from several threads."""

    def __init__(
        self,
        store_folder: Path,
        manifest: Manifest,
        documents: Documents,
        lexical: Lexical,
        store: PassageStore,
        resources: ExitStack,
    ) -> None:
        self._store_folder = store_folder
        self._manifest = manifest
        self._documents = documents
        self._lexical = lexical
        self._store = store
        self._resources = resources
        self._ids = documents.passage_ids()
        facets = documents.facets()
        self._docs = np.array([doc for doc, _, _ in facets], dtype=object)
        self._langs = np.array([lang for _, lang, _ in facets], dtype=object)
        self._dates = np.array([_date_number(date) for _, _, date in facets], dtype=np.int64)

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the generation go; a writer may then remove it."""
        self._resources.close()

    @property
    def generation(self) -> str:
        """The name of the generation that is open."""
        return self._manifest.generation

    @property
    def manifest(self) -> Manifest:
        """What the generation was made of and with."""
        return self._manifest

    def stored_ids(self) -> list[str]:
        """The ids that the store holds now, in no order; `manifest.ids_hash` is of those published."""
        return self._store.ids()

    @property
    def passages(self) -> int:
        """The number of passages."""
        return len(self._ids)

    @property
    def langs(self) -> frozenset[Lang]:
        """The languages of its documents."""
        return frozenset(lang for lang in LANGS if (self._langs == lang).any())

    def languages(self, filters: Filters | None = None) -> dict[str, Lang]:
        """The documents that pass, by path, each with its language."""
        allowed = self._allowed(filters or Filters())
        return dict(zip(self._docs[allowed], self._langs[allowed], strict=True))

    def is_current(self) -> bool:
        """False once a writer has published another generation: open the index again to see it."""
        return layout.read_current(self._store_folder) == self.generation

    def documents(self) -> tuple[DocumentInfo, ...]:
        """Every document, by path."""
        return self._documents.document_infos()

    def document(self, path: str) -> StoredDocument:
        """One document as it was indexed. Raises KeyError for a path that is not in the index."""
        stored = self._documents.document(path)
        if stored is None:
            raise KeyError(path)
        return stored

    def search_dense(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[Hit]:
        """The `k` passages nearest to a question's vector of shape (dimension,), best first.

        Scores are cosine similarities in [-1, 1].
        """
        flat = np.asarray(vector, dtype=np.float32).reshape(-1)
        size = min(k, len(self._ids))
        found = self._store.search(flat, size, _where(filters)) if size else []
        return self._hits(found)

    def search_lexical(
        self, question: str, langs: Sequence[Lang] = LANGS, k: int = 20, filters: Filters | None = None
    ) -> list[Hit]:
        """The `k` passages with most of the question's words, best first; scores are BM25, above 0.

        `langs` are the languages of the documents that are looked for: the question's words are
        stemmed as in each.
        """
        scores = self._lexical.scores(question, langs)
        if filters is not None:
            scores = np.where(self._allowed(filters), scores, 0)
        best = np.argsort(-scores, kind="stable")[:k]
        return self._hits([(self._ids[n], float(scores[n])) for n in best if scores[n] > 0])

    def _allowed(self, filters: Filters) -> NDArray[np.bool_]:
        allowed = np.ones(len(self._ids), dtype=np.bool_)
        if filters.docs:
            allowed &= np.isin(self._docs, np.array(filters.docs, dtype=object))
        if filters.lang:
            allowed &= self._langs == filters.lang
        if filters.since is not None:
            allowed &= (self._dates >= filters.since) | np.isin(self._dates, _periods(filters.since))
            allowed &= self._dates > 0
        if filters.until is not None:
            allowed &= (self._dates <= filters.until) & (self._dates > 0)
        return allowed

    def _hits(self, found: Sequence[tuple[str, float]]) -> list[Hit]:
        passages = self._documents.passages_by_id([ident for ident, _ in found])
        unknown = [ident for ident, _ in found if ident not in passages]
        if unknown:
            raise StoreUnavailable(
                f"The store has {len(unknown)} passages that the documents do not have.", REBUILD
            )
        return [Hit(passages[ident], score) for ident, score in found]


def open_index(loaded: Loaded, embedder: Embedder) -> Index:
    """Open the live generation.

    Raises IndexMissing where there is none, IndexOutdated where it was made with another embedder,
    segmenter, metric or format, StoreUnavailable where the store is gone or is not what was published.
    """
    folder, url = loaded.store_path, loaded.settings.store.url
    with ExitStack() as resources:
        generation = resources.enter_context(layout.lease_generation(folder))
        manifest = load_manifest(generation)
        check_fingerprint(manifest.fingerprint, make_fingerprint(embedder, url))
        try:
            documents = Documents(generation / layout.DOCUMENTS)
            resources.callback(documents.close)
            documents.keys()
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"{generation / layout.DOCUMENTS} cannot be read: {error}.", REBUILD
            ) from error
        store = open_store(generation / layout.CHROMA, url, manifest.collection)
        resources.callback(store.close)
        count = store.count()
        if count != manifest.passages:
            raise StoreUnavailable(
                f"The store holds {count} passages, {manifest.passages} were published.", REBUILD
            )
        lexical = Lexical(generation / layout.LEXICAL, count)
        return Index(folder, manifest, documents, lexical, store, resources.pop_all())


def _where(filters: Filters | None) -> dict[str, Any] | None:
    """A filter as Chroma writes it."""
    if filters is None:
        return None
    parts: list[dict[str, Any]] = []
    if filters.docs:
        parts.append({"doc": {"$in": list(filters.docs)}})
    if filters.lang:
        parts.append({"lang": filters.lang})
    if filters.since is not None:
        later = {"date_int": {"$gte": max(filters.since, 1)}}
        parts.append({"$or": [later, {"date_int": {"$in": _periods(filters.since)}}]})
    if filters.until is not None:
        parts.append({"date_int": {"$gte": 1}})
        parts.append({"date_int": {"$lte": filters.until}})
    if len(parts) > 1:
        return {"$and": parts}
    return parts[0] if parts else None


def _periods(date: int) -> list[int]:
    """The month and the year of a date, as the dates of documents: 20230302 → 20230300, 20230000."""
    # Chroma takes no empty list, and 1 is the date of none.
    return [number for number in (date // 100 * 100, date // 10_000 * 10_000) if number] or [1]


def _date_number(date: str | None) -> int:
    return int((date or "").replace("-", "").ljust(8, "0") or 0)
