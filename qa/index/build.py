"""Embed and store while reading goes on: three threads in a row, so that the embedder never waits.

reading (a thread) → embedding (the caller) → storing (a thread)
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from qa.index.documents import text_hash
from qa.index.staging import VectorCache
from qa.index.store import PassageStore
from qa.models.protocols import Embedder, Vectors
from qa.types import Document, Passage

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

T = TypeVar("T")
# Passages embedded in one call: few, so that a kill costs little and progress is seen. An embedder
# gains nothing from more (measured with e5: 1 to 32 are equally fast).
_EMBED_BATCH = 8
_STORE_BATCH = 512
_AHEAD = 16
# After an error or Ctrl-C: a file that takes longer to read is left to its thread.
_PATIENCE_S = 2


@dataclass(frozen=True, slots=True)
class _Pending:
    node: TextNode
    text: str
    hash: str


class Builder:
    """Fills a store with the passages of documents, embedding only texts whose vector is not known.

    `known_vectors` gives those of the live generation by text hash; `tell` is called with the number
    of passages stored or about to be, after each batch.
    """

    def __init__(
        self,
        store: PassageStore,
        embedder: Embedder,
        cache: VectorCache,
        known_vectors: Callable[[Sequence[str]], dict[str, Vectors]],
        tell: Callable[[int], None],
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._cache = cache
        self._known_vectors = known_vectors
        self._tell = tell
        self._pending: list[_Pending] = []
        self._ready: list[tuple[TextNode, Vectors]] = []
        self._pool = ThreadPoolExecutor(1, "sourcier-store")
        self._storing: Future[None] | None = None
        self._done = 0

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take the passages of one document; they are stored at the latest by `finish`."""
        from qa.segment.nodes import to_nodes

        nodes = to_nodes(document, passages)
        self._pending += [
            _Pending(node, p.text, text_hash(p.text)) for node, p in zip(nodes, passages, strict=True)
        ]
        while len(self._pending) >= _EMBED_BATCH:
            self._embed()

    def finish(self) -> None:
        """Store what is left and wait for it."""
        while self._pending:
            self._embed()
        self._send()
        self._wait()

    def close(self) -> None:
        """Let the storing thread end; what is not stored is lost."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _embed(self) -> None:
        batch, self._pending = self._pending[:_EMBED_BATCH], self._pending[_EMBED_BATCH:]
        texts = {item.hash: item.text for item in batch}
        vectors = self._cache.get(list(texts))
        new = self._known_vectors([one for one in texts if one not in vectors])
        missing = [one for one in texts if one not in vectors and one not in new]
        if missing:
            embedded = self._embedder.embed_passages([texts[one] for one in missing])
            new |= dict(zip(missing, embedded, strict=True))
        self._cache.put(new)
        vectors |= new
        self._ready += [(item.node, vectors[item.hash]) for item in batch]
        self._done += len(batch)
        self._tell(self._done)
        if len(self._ready) >= _STORE_BATCH:
            self._send()

    def _send(self) -> None:
        """Hand a batch to the storing thread, once it is done with the one before."""
        self._wait()
        if self._ready:
            nodes, vectors = zip(*self._ready, strict=True)
            self._ready = []
            self._storing = self._pool.submit(self._store.add_nodes, nodes, np.stack(vectors))

    def _wait(self) -> None:
        if self._storing is not None:
            self._storing.result()
            self._storing = None


@contextmanager
def ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """Yield an iterator over `items` that a thread works out in advance, a few at a time.

    What the thread raises is raised here. Leaving the block ends the thread.
    """
    ready: queue.Queue[tuple[T] | BaseException | None] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def offer(thing: tuple[T] | BaseException | None) -> None:
        while not stopped.is_set():
            try:
                ready.put(thing, timeout=0.1)
            except queue.Full:
                continue
            return

    def work() -> None:
        try:
            for item in items:
                offer((item,))
                if stopped.is_set():
                    return
        except BaseException as error:  # noqa: BLE001  (raised again by the one who waits)
            offer(error)
        else:
            offer(None)

    def take() -> Iterator[T]:
        while True:
            thing = ready.get()
            if thing is None:
                return
            if isinstance(thing, BaseException):
                raise thing
            yield thing[0]

    thread = threading.Thread(target=work, name="sourcier-read", daemon=True)
    thread.start()
    try:
        yield take()
    finally:
        stopped.set()
        thread.join(_PATIENCE_S)
