"""Passages in Chroma: embedded in this process, or on a server. The only file that meets chromadb.

Written through LlamaIndex's vector store; read from the collection itself, since importing LlamaIndex
takes longer than `qa ask` may take to show its sources.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from qa.errors import DiskFull, StoreUnavailable
from qa.index.manifest import METRIC, REBUILD
from qa.journal import MAKE_ROOM, is_full
from qa.models.protocols import Vectors

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

_BATCH = 1000
_EMBEDDED_NAME = "passages"
_DATABASE = "chroma.sqlite3"


class PassageStore:
    """One collection of one generation. Safe to use from several threads."""

    def __init__(self, client: Any, collection: Any, where: str) -> None:
        self._client = client
        self._collection = collection
        self._where = where

    def close(self) -> None:
        """Free the client's memory, threads and files."""
        self._client.close()

    def count(self) -> int:
        with _told(self._where):
            return int(self._collection.count())

    def ids(self) -> list[str]:
        """The ids of every passage, in no order."""
        with _told(self._where):
            return list(self._collection.get(include=[])["ids"])

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """The vectors of these passages, in this order; raises StoreUnavailable where one is missing."""
        found = self._get(ids, ["embeddings"])
        by_id = dict(zip(found["ids"], found["embeddings"], strict=True))
        return np.asarray([by_id[i] for i in ids], dtype=np.float32)

    def search(self, vector: Vectors, k: int, where: dict[str, Any] | None) -> list[tuple[str, float]]:
        """The `k` nearest passages as (id, cosine similarity), best first."""
        with _told(self._where):
            found = self._collection.query(
                query_embeddings=[vector], n_results=k, where=where, include=["distances"]
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(i, min(1.0, max(-1.0, 1.0 - float(distance)))) for i, distance in pairs]

    def add_nodes(self, nodes: Sequence[TextNode], vectors: Vectors) -> None:
        """Store new passages; their ids must not be there yet."""
        from llama_index.vector_stores.chroma import ChromaVectorStore

        for node, vector in zip(nodes, vectors, strict=True):
            node.embedding = vector.tolist()
        with _told(self._where):
            ChromaVectorStore(chroma_collection=self._collection).add(list(nodes))

    def delete(self, ids: Sequence[str]) -> None:
        """Remove passages."""
        for start in range(0, len(ids), _BATCH):
            with _told(self._where):
                self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def copy_from(self, other: PassageStore, ids: Sequence[str]) -> None:
        """Take passages over from another generation, as they stand there."""
        for start in range(0, len(ids), _BATCH):
            found = other._get(ids[start : start + _BATCH], ["embeddings", "documents", "metadatas"])
            with _told(self._where):
                self._collection.add(
                    ids=found["ids"],
                    embeddings=found["embeddings"],
                    documents=found["documents"],
                    metadatas=found["metadatas"],
                )

    def _get(self, ids: Sequence[str], include: list[str]) -> Any:
        with _told(self._where):
            found = self._collection.get(ids=list(ids), include=include)
        if len(found["ids"]) != len(ids):
            missing = len(ids) - len(found["ids"])
            raise StoreUnavailable(f"{self._where} has lost {missing} passages.", REBUILD)
        return found


def create_store(folder: Path, url: str, name: str) -> PassageStore:
    """A new, empty collection; one that an interrupted run left is dropped.

    `folder` is where an embedded store keeps its files, `name` what a server calls the collection.
    """
    client, where = _connect(folder, url)
    with _closed_on_error(client), _told(where):
        name = name if url else _EMBEDDED_NAME
        if name in {collection.name for collection in client.list_collections()}:
            client.delete_collection(name)
        collection = client.create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": METRIC, "ef_search": 200}}
        )
        return PassageStore(client, collection, where)


def open_store(folder: Path, url: str, name: str) -> PassageStore:
    """An existing collection. Raises StoreUnavailable where the store or the collection is gone."""
    from chromadb.errors import NotFoundError

    if not url and not folder.is_dir():
        raise StoreUnavailable(f"{folder} is missing.", REBUILD)
    client, where = _connect(folder, url)
    with _closed_on_error(client), _told(where):
        try:
            collection = client.get_collection(name if url else _EMBEDDED_NAME, embedding_function=None)
        except NotFoundError as error:
            raise StoreUnavailable(f"{where} does not have the collection of this index.", REBUILD) from error
        return PassageStore(client, collection, where)


def copy_embedded(source: Path, target: Path) -> None:
    """Copy an embedded store's files while others may be reading it (its readers write to its database)."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{_DATABASE}*"))
    try:
        with (
            closing(sqlite3.connect(source / _DATABASE)) as old,
            closing(sqlite3.connect(target / _DATABASE)) as new,
        ):
            old.backup(new)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"The Chroma store in {source} cannot be copied: {error}.", REBUILD) from error


def drop_collections(url: str, prefix: str, keep: set[str]) -> None:
    """Remove a server's collections that begin with `prefix`, but for those to keep."""
    client, where = _connect(Path(), url)
    try:
        with _told(where):
            for collection in client.list_collections():
                if collection.name.startswith(prefix) and collection.name not in keep:
                    client.delete_collection(collection.name)
    finally:
        client.close()


def _connect(folder: Path, url: str) -> tuple[Any, str]:
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if not url:
        where = f"The Chroma store in {folder}"
        with _told(where):
            return chromadb.PersistentClient(path=str(folder), settings=quiet), where
    where = f"The Chroma server at {url}"
    with _told(where):
        parts = urlsplit(url)
        client = chromadb.HttpClient(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (443 if parts.scheme == "https" else 80),
            ssl=parts.scheme == "https",
            settings=quiet,
        )
    return client, where


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Turn what Chroma raises into one sentence with the remedy."""
    import httpx
    from chromadb.errors import ChromaError

    server = "server" in where
    try:
        yield
    except StoreUnavailable:
        raise
    except (httpx.HTTPError, ConnectionError) as error:
        raise StoreUnavailable(
            f"{where} does not answer: {error}.", "Start it with `chroma run`, or mend store.url."
        ) from error
    except (ChromaError, ValueError, OSError) as error:
        if is_full(error):
            raise DiskFull(f"{where} cannot be written: {error}.", MAKE_ROOM) from error
        # Chroma raises a bare ValueError where it cannot connect.
        remedy = "Start it with `chroma run`, or mend store.url." if server else REBUILD
        raise StoreUnavailable(f"{where} failed: {error}.", remedy) from error


@contextmanager
def _closed_on_error(client: Any) -> Iterator[None]:
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            client.close()
