"""What a generation is made of and made with: `manifest.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from qa.errors import IndexOutdated, StoreUnavailable
from qa.index.layout import MANIFEST, write_atomically
from qa.models.protocols import Embedder
from qa.readers import READERS_VERSION
from qa.segment import SEGMENTER_VERSION

# Raise it whenever an index written by an older version could not be read as it stands.
INDEX_FORMAT = 1
METRIC = "cosine"
REBUILD = "Rebuild it with `qa index --rebuild`."


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """All that must be the same for an index to be searched or continued."""

    embedder: str
    embedder_digest: str
    dimension: int
    metric: str
    segmenter: int
    readers: int
    format: int
    store: Literal["embedded", "server"]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What is known of one file; `verdict` is (code, message) where it could not be indexed.

    `key` tells the content and the metadata apart; it is "" where the content was never hashed.
    """

    size: int
    mtime_ns: int
    sha256: str
    key: str
    verdict: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A published generation.

    `limits` are those that the verdicts were given under; `scanned_ns` is when its files were listed.
    `dead` are passages deleted from the store's graph since it was last made from nothing.
    """

    generation: str
    parent: str | None
    created: str
    scanned_ns: int
    collection: str
    fingerprint: Fingerprint
    roots: tuple[str, ...]
    limits: str
    passages: int
    ids_hash: str
    dead: int = 0
    files: Mapping[str, FileEntry] = field(default_factory=dict[str, FileEntry])


def make_fingerprint(embedder: Embedder, url: str) -> Fingerprint:
    """What an index made now would be made with."""
    return Fingerprint(
        embedder=embedder.name,
        embedder_digest=embedder.digest,
        dimension=embedder.dimension,
        metric=METRIC,
        segmenter=SEGMENTER_VERSION,
        readers=READERS_VERSION,
        format=INDEX_FORMAT,
        store="server" if url else "embedded",
    )


def check_fingerprint(made: Fingerprint, now: Fingerprint) -> None:
    """Raise IndexOutdated, naming what differs."""
    words = {
        "embedder": "embedding model",
        "embedder_digest": "weights or prefixes of the embedding model",
        "dimension": "dimension of the vectors",
        "metric": "metric",
        "segmenter": "segmenter",
        "readers": "readers",
        "format": "index format",
        "store": "kind of store",
    }
    old, new = asdict(made), asdict(now)
    different = [f"{words[name]} ({old[name]} → {new[name]})" for name in words if old[name] != new[name]]
    if different:
        raise IndexOutdated(f"The index was made otherwise: {', '.join(different)}.", REBUILD)


def save_manifest(folder: Path, manifest: Manifest) -> None:
    write_atomically(folder / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False))


def load_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest.

    Raises IndexOutdated for another format, StoreUnavailable for a broken one.
    """
    try:
        data = json.loads((folder / MANIFEST).read_text("utf-8"))
        if data["fingerprint"]["format"] != INDEX_FORMAT:
            raise IndexOutdated(
                f"The index has the format {data['fingerprint']['format']}, "
                f"this version writes {INDEX_FORMAT}.",
                REBUILD,
            )
        data["fingerprint"] = Fingerprint(**data["fingerprint"])
        data["roots"] = tuple(data["roots"])
        files = {}
        for name, entry in data["files"].items():
            verdict = entry.pop("verdict")
            files[name] = FileEntry(**entry, verdict=(verdict[0], verdict[1]) if verdict else None)
        data["files"] = files
        return Manifest(**data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreUnavailable(f"{folder / MANIFEST} cannot be read: {error}.", REBUILD) from error
