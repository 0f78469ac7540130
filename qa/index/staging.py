"""The next generation while it is made, so that a killed run costs nothing that was done.

`state.json` says what it is made with. Documents and vectors are committed as they come; the Chroma
collection is not trusted after a kill: it is made anew from the vectors, which is quick.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from qa.index.layout import CHROMA, DOCUMENTS, LEXICAL, staging_folder, write_atomically
from qa.index.manifest import Fingerprint
from qa.models.protocols import Vectors

_STATE = "state.json"
_VECTORS = "vectors.sqlite"


@dataclass(frozen=True, slots=True)
class StagingState:
    """What a staging folder is: `rebuild` means that nothing in it was copied from an older generation."""

    generation: str
    fingerprint: Fingerprint
    rebuild: bool


def read_staging(store: Path) -> StagingState | None:
    """The staging folder that an interrupted run left; None where there is none that can be used."""
    folder = staging_folder(store)
    try:
        data = json.loads((folder / _STATE).read_text("utf-8"))
        state = StagingState(data["generation"], Fingerprint(**data["fingerprint"]), data["rebuild"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # After a power cut the files may be torn, unlike after a kill.
    return state if all(_is_sound(folder / name) for name in (DOCUMENTS, _VECTORS)) else None


def begin_staging(store: Path, fingerprint: Fingerprint, rebuild: bool) -> StagingState:
    """Continue the staging folder where it fits this run, else begin an empty one."""
    state = read_staging(store)
    folder = staging_folder(store)
    if state is not None and state.fingerprint == fingerprint and state.rebuild == rebuild:
        for part in (CHROMA, LEXICAL):
            shutil.rmtree(folder / part, ignore_errors=True)
        return state
    discard_staging(store)
    folder.mkdir(parents=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    state = StagingState(f"{stamp}-{secrets.token_hex(3)}", fingerprint, rebuild)
    write_atomically(folder / _STATE, json.dumps(asdict(state)))
    return state


def collection_name(store: Path, generation: str) -> str:
    """What a Chroma server calls a generation's collection: other projects may use the same server."""
    project = hashlib.sha256(str(store.resolve()).encode()).hexdigest()[:10]
    return f"sourcier-{project}-{generation}"


def discard_staging(store: Path) -> None:
    folder = staging_folder(store)
    if folder.exists():
        shutil.rmtree(folder)


def remove_traces(generation: Path) -> None:
    """Remove from a published generation what only its making needed."""
    for name in (_STATE, _VECTORS):
        (generation / name).unlink(missing_ok=True)


class VectorCache:
    """Vectors by text hash, on disk."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / _VECTORS)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("CREATE TABLE IF NOT EXISTS vectors (hash TEXT PRIMARY KEY, vector BLOB)")

    def close(self) -> None:
        self._connection.close()

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Those that are known; each of shape (dimension,)."""
        found = {}
        for one in dict.fromkeys(hashes):
            row = self._connection.execute("SELECT vector FROM vectors WHERE hash = ?", (one,)).fetchone()
            if row is not None:
                found[one] = np.frombuffer(row[0], dtype=np.float32)
        return found

    def put(self, vectors: dict[str, Vectors]) -> None:
        with self._connection as db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(one, np.asarray(vector, dtype=np.float32).tobytes()) for one, vector in vectors.items()],
            )


def _is_sound(path: Path) -> bool:
    if not path.exists():
        return True
    try:
        connection = sqlite3.connect(path)
        try:
            row = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return False
    return bool(row == ("ok",))
