"""What the index's tests share: a corpus, projects on both kinds of store, an embedder that counts."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from qa.index import Index, open_index, update_index
from qa.models.e5 import E5Embedder
from qa.models.protocols import Vectors
from qa.settings import Loaded, load_settings
from qa.types import IndexReport

CHROMA = Path(sys.executable).with_name("chroma")

CORPUS = {
    "loire.txt": (
        "La Loire est le plus long fleuve de France.\n\nElle prend sa source au mont Gerbier-de-Jonc. "
        "L’événement de 1856 reste la plus grande crue connue du fleuve. Le débit moyen est de 931 mètres "
        "cubes par seconde à Saint-Nazaire."
    ),
    "bridge.txt": (
        "The Forth Bridge is a railway bridge in Scotland.\n\nIt was opened on 4 March 1890 by the Prince of "
        "Wales. The bridge carries about 200 trains every day. Painters have looked after it ever since."
    ),
    "cuisine/tarte.txt": (
        "La tarte Tatin est une tarte aux pommes renversée.\n\nLes sœurs Tatin tenaient un hôtel à "
        "Lamotte-Beuvron. La pâte est posée sur les pommes caramélisées avant la cuisson."
    ),
}


class RememberingE5(E5Embedder):
    """The real embedder, which embeds the same passage once for all tests of a file."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Vectors] = {}

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(missing, super().embed_passages(missing), strict=True))
        return np.stack([self._known[text] for text in texts])


@dataclass
class CountingEmbedder:
    """The real embedder; `embedded` are the passages that it was asked for."""

    inner: E5Embedder
    digest: str = ""
    embedded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.digest = self.digest or self.inner.digest
        self.name = self.inner.name
        self.dimension = self.inner.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self.inner.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.inner.embed_queries(texts)


@dataclass
class Project:
    """A folder with documents in `docs/` and an index beside it."""

    loaded: Loaded
    embedder: CountingEmbedder

    @property
    def docs(self) -> Path:
        return self.loaded.root / "docs"

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.docs / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def update(self, *paths: Path, rebuild: bool = False) -> IndexReport:
        self.embedder.embedded.clear()
        return update_index(paths or (self.docs,), self.loaded, self.embedder, rebuild=rebuild)

    def open(self) -> Index:
        return open_index(self.loaded, self.embedder)

    def found(self, question: str) -> set[str]:
        """The documents that either leg brings for a question, however far down."""
        with self.open() as index:
            return {hit.passage.doc for hit in everything(index, question, self.embedder)}

    def texts(self) -> str:
        """All that can be retrieved, in one string."""
        with self.open() as index:
            hits = everything(index, "fleuve bridge tarte", self.embedder)
            return "\n".join(sorted(hit.passage.text for hit in hits))


def everything(index: Index, question: str, embedder: CountingEmbedder) -> list:
    vector = embedder.embed_queries([question])[0]
    return [*index.search_dense(vector, 100), *index.search_lexical(question, ("fr", "en"), 100)]


def make_project(root: Path, embedder: CountingEmbedder, url: str = "") -> Project:
    root.mkdir(parents=True, exist_ok=True)
    project = Project(load_settings(root, {}, {"store.url": url}), embedder)
    project.write(CORPUS)
    return project


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """A real Chroma server on a free port of the loopback; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(CHROMA), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    httpx.get(f"{url}/api/v2/heartbeat").raise_for_status()
                    break
                except httpx.HTTPError:
                    assert time.monotonic() < deadline, "the Chroma server did not start"
                    time.sleep(0.1)
            yield url
        finally:
            process.kill()
