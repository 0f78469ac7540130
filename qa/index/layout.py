"""Where an index lives on disk, and how a generation becomes the live one.

.qa/
├── current            name of the live generation, replaced atomically
├── lock               held (flock) by the one writer; says who it is
├── staging/           the next generation while it is made; a killed run leaves it to the next one
└── generations/<id>/  never changed in meaning once it stands here
    ├── manifest.json  fingerprint, files, verdicts, counts
    ├── documents.sqlite
    ├── lexical/
    ├── chroma/        (embedded store only)
    └── lease          held (shared flock) by every reader
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import IndexMissing, StoreUnavailable

MANIFEST = "manifest.json"
DOCUMENTS = "documents.sqlite"
LEXICAL = "lexical"
CHROMA = "chroma"
_LEASE = "lease"
_CURRENT = "current"


def generations_folder(store: Path) -> Path:
    return store / "generations"


def staging_folder(store: Path) -> Path:
    return store / "staging"


def read_current(store: Path) -> str | None:
    """The name of the live generation; None where nothing was ever published.

    Raises StoreUnavailable where `store` cannot be read, or is no folder.
    """
    try:
        return (store / _CURRENT).read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailable(
            f"The index in {store} cannot be read: {error.strerror}.", "Mend its rights, or `store.path`."
        ) from error


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step; after a crash it holds either the old text or the new one."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def publish(store: Path, generation: str) -> None:
    """Make the finished staging folder the live generation, in steps that a crash cannot split badly.

    Everything in it is on the disk before it gets its name, and it has its name before `current` says so.
    """
    staging = staging_folder(store)
    (staging / _LEASE).touch()
    for folder, _, names in os.walk(staging):
        for name in names:
            with (Path(folder) / name).open("rb") as file:
                os.fsync(file.fileno())
        _sync_folder(Path(folder))
    target = generations_folder(store) / generation
    target.parent.mkdir(exist_ok=True)
    staging.rename(target)
    _sync_folder(target.parent)
    _sync_folder(store)
    set_current(store, generation)


def set_current(store: Path, generation: str) -> None:
    write_atomically(store / _CURRENT, generation + "\n")


@contextmanager
def lease_generation(store: Path) -> Iterator[Path]:
    """Keep the live generation from being removed while the block runs; yields its folder.

    Raises IndexMissing where there is none.
    """
    while True:
        name = read_current(store)
        if name is None:
            raise IndexMissing(f"There is no index in {store}.", "Make one with `qa index`.")
        folder = generations_folder(store) / name
        try:
            descriptor = os.open(folder / _LEASE, os.O_RDONLY)
        except FileNotFoundError:
            if read_current(store) == name:
                raise IndexMissing(
                    f"The index in {store} has lost its generation {name}.", "Make it anew with `qa index`."
                ) from None
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            # Between reading `current` and the lock, a writer may have published and removed this one.
            if not (folder / _LEASE).exists():
                continue
            yield folder
            return
        finally:
            os.close(descriptor)


def unused_generations(store: Path) -> list[str]:
    """Generations that are not live, oldest first; readers may still hold some of them."""
    folder = generations_folder(store)
    live = read_current(store)
    names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    return [name for name in names if name != live]


def remove_generation(store: Path, name: str) -> bool:
    """Remove one generation unless a reader holds it; False where one does."""
    folder = generations_folder(store) / name
    lease = folder / _LEASE
    if lease.exists():
        descriptor = os.open(lease, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Readers look for the lease once they hold it: without it they turn to the live generation.
            lease.unlink()
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
    shutil.rmtree(folder)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
