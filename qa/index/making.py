"""A generation in the making: its documents, its store, its lexical index, and what is taken over."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.errors import StoreUnavailable
from qa.index import layout
from qa.index.build import Builder
from qa.index.documents import Documents, hash_ids
from qa.index.lexical import build_lexical
from qa.index.manifest import REBUILD, Fingerprint, Manifest
from qa.index.staging import VectorCache, begin_staging, collection_name
from qa.index.store import PassageStore, copy_embedded, create_store, open_store
from qa.models.protocols import Embedder, Vectors
from qa.types import Document, Passage

# Deleted passages stay in Chroma's graph and slow its searches: past this share it is made anew.
_MOST_DEAD = 0.25


@dataclass(frozen=True, slots=True)
class Made:
    """What a finished generation holds; see Manifest."""

    passages: int
    ids_hash: str
    collection: str
    dead: int


class Making:
    """The staging folder at work. Nothing is touched before the first document is put or `finish` is called.

    `base` is the live generation to copy from; None where nothing may be copied. A context manager:
    leaving it closes all files, so that the folder can be renamed.
    """

    def __init__(
        self,
        store_folder: Path,
        url: str,
        embedder: Embedder,
        fingerprint: Fingerprint,
        base: Manifest | None,
        rebuild: bool,
        tell: Callable[[int], None],
    ) -> None:
        self._root = store_folder
        self._folder = layout.staging_folder(store_folder)
        self._url = url
        self._embedder = embedder
        self._fingerprint = fingerprint
        self._rebuild = rebuild
        self._base = base
        self._tell = tell
        self._open = ExitStack()
        self._documents: Documents | None = None
        self._builder: Builder | None = None
        self._store: PassageStore | None = None
        self._base_files: tuple[Documents, PassageStore] | None = None
        self._base_ids: Mapping[str, str] | None = None
        self._inherited = False
        self._deleted = 0
        self._replaced: set[str] = set()
        self.generation = ""
        self.documents_put = 0

    def __enter__(self) -> Making:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def staged(self) -> Mapping[str, str]:
        """path → key of the documents that an interrupted run has read."""
        return self._staging().keys()

    def staged_document(self, path: str) -> tuple[Document, tuple[Passage, ...]]:
        """A document that an interrupted run has read."""
        stored = self._staging().document(path)
        if stored is None:
            raise KeyError(path)
        return stored.document, tuple(self._staging().passages_of(path))

    def put(self, key: str, document: Document, passages: Sequence[Passage]) -> None:
        """Take in one document; its passages are embedded with the next full batch."""
        documents = self._staging()
        documents.put(key, document, passages)
        self.documents_put += 1
        builder = self._building()
        if self._inherited:
            # Its passages may have the same ids with other metadata: Chroma would keep the old in silence.
            self._drop_inherited(document.path)
            self._replaced.add(document.path)
        builder.add(document, passages)

    def embed_rest(self) -> None:
        """Embed and store what does not fill a batch."""
        self._building().finish()

    def finish(self, kept: Sequence[str], wanted: set[str]) -> Made:
        """Complete the generation.

        `kept` are the documents taken over from the base, `wanted` all that the index then holds.
        Raises StoreUnavailable where the store does not hold exactly their passages.
        """
        documents = self._staging()
        self.embed_rest()
        assert self._store is not None
        documents.keep_only(wanted - set(kept))
        if self._inherited:
            assert self._base is not None
            old = {name for name, entry in self._base.files.items() if entry.verdict is None}
            for name in sorted(old - set(kept) - self._replaced):
                self._drop_inherited(name)
        elif kept:
            old_documents, old_store = self._base_stores()
            self._store.copy_from(old_store, [p.id for name in kept for p in old_documents.passages_of(name)])
        if kept:
            documents.copy_from(self._base_folder() / layout.DOCUMENTS, kept)
        passages = list(documents.passages())
        stored = self._store.ids()
        if len(stored) != len(passages) or hash_ids(stored) != hash_ids([p.id for p in passages]):
            raise StoreUnavailable(
                f"The store holds {len(stored)} passages where the documents have {len(passages)}.", REBUILD
            )
        langs = {info.path: info.lang for info in documents.document_infos()}
        build_lexical(self._folder / layout.LEXICAL, ((p.text, langs[p.doc]) for p in passages))
        dead = self._deleted + (self._base.dead if self._inherited and self._base else 0)
        return Made(len(passages), hash_ids(stored), collection_name(self._root, self.generation), dead)

    def _drop_inherited(self, path: str) -> None:
        assert self._store is not None
        ids = [passage.id for passage in self._base_stores()[0].passages_of(path)]
        self._store.delete(ids)
        self._deleted += len(ids)

    def _staging(self) -> Documents:
        if self._documents is None:
            state = begin_staging(self._root, self._fingerprint, self._rebuild)
            self.generation = state.generation
            self._documents = Documents(self._folder / layout.DOCUMENTS, writable=True)
            self._open.callback(self._documents.close)
        return self._documents

    def _building(self) -> Builder:
        if self._builder is None:
            self._staging()
            name = collection_name(self._root, self.generation)
            folder = self._folder / layout.CHROMA
            if self._base and not self._url and self._base.dead <= _MOST_DEAD * self._base.passages:
                # Many times quicker than adding each passage again; a server cannot do it.
                copy_embedded(self._base_folder() / layout.CHROMA, folder)
                self._store = open_store(folder, self._url, name)
                self._inherited = True
            else:
                self._store = create_store(folder, self._url, name)
            self._open.callback(self._store.close)
            cache = VectorCache(self._folder)
            self._open.callback(cache.close)
            self._builder = Builder(self._store, self._embedder, cache, self._known_vectors, self._tell)
            self._open.callback(self._builder.close)
        return self._builder

    def _known_vectors(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of texts that the base holds."""
        if self._base is None or not hashes:
            return {}
        documents, store = self._base_stores()
        if self._base_ids is None:
            self._base_ids = documents.ids_by_text()
        known = [one for one in hashes if one in self._base_ids]
        if not known:
            return {}
        vectors = store.vectors([self._base_ids[one] for one in known])
        return dict(zip(known, np.asarray(vectors), strict=True))

    def _base_folder(self) -> Path:
        assert self._base is not None
        return layout.generations_folder(self._root) / self._base.generation

    def _base_stores(self) -> tuple[Documents, PassageStore]:
        if self._base_files is None:
            assert self._base is not None
            folder = self._base_folder()
            documents = Documents(folder / layout.DOCUMENTS)
            self._open.callback(documents.close)
            store = open_store(folder / layout.CHROMA, self._url, self._base.collection)
            self._open.callback(store.close)
            self._base_files = documents, store
        return self._base_files


class ByteCount:
    """Bytes of the corpus that are done, when files are read before their passages are embedded."""

    def __init__(self) -> None:
        self.done = 0
        self._finished = 0
        self._passages = 0
        self._embedded = 0
        self._open: deque[tuple[int, int, int]] = deque()

    def file(self, size: int, passages: int) -> None:
        """A file has been read; it is done when its passages are."""
        self._open.append((self._passages, self._passages + passages, size))
        self._passages += passages
        self.embedded(self._embedded)

    def embedded(self, passages: int) -> None:
        """So many passages are embedded since the beginning."""
        self._embedded = passages
        while self._open and self._open[0][1] <= passages:
            self._finished += self._open.popleft()[2]
        self.done = self._finished
        if self._open:
            first, last, size = self._open[0]
            self.done += size * max(0, passages - first) // (last - first)
