"""Files that outlive a kill: a journal of one JSON object a line, and files that appear in one step."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from qa.errors import DiskFull, SourcierError, UsageError

MAKE_ROOM = "Make room on the disk, then do the same again: what is written already is kept."


@contextmanager
def open_journal(path: Path, target: Path) -> Iterator[BinaryIO]:
    """The journal `path` of the output `target`, locked, ready to be read and appended to.

    An empty one does not stay behind. Raises UsageError where it cannot be written, SourcierError where
    another run has it.
    """
    try:
        file = path.open("a+b")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.", "Name an output in a folder that can be written."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            current = path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno()))
        except BlockingIOError:
            current = False
        if not current:
            raise SourcierError(
                f"Another run is writing {target}.", "Wait until it ends, or name another output."
            )
        _end_last_line(file)
        try:
            yield file
        finally:
            if path.exists() and path.stat().st_size == 0:
                path.unlink()


def read_journal(journal: BinaryIO) -> Iterator[dict[str, Any]]:
    """The objects of the journal, oldest first; a line that is none is passed over."""
    journal.seek(0)
    for line in journal:
        try:
            yield dict(json.loads(line))
        except (ValueError, TypeError):
            continue  # Half a line, from when the machine went down.


def append(journal: BinaryIO, row: Mapping[str, Any]) -> None:
    """Write one object and wait until the disk has it. Raises SourcierError."""
    try:
        journal.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        journal.flush()
        os.fsync(journal.fileno())
    except OSError as error:
        raise cannot_write(Path(journal.name), error) from error


def publish_text(target: Path, text: str) -> None:
    """Write `target` (UTF-8) in one step: a reader sees the old file or the new one. Raises SourcierError."""
    unfinished = target.with_name(target.name + ".tmp")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from error


def cannot_write(path: Path, error: OSError) -> SourcierError:
    """What a full disk or a missing right is told as."""
    if is_full(error):
        return DiskFull(f"{path} cannot be written: {error.strerror}.", MAKE_ROOM)
    return SourcierError(
        f"{path} cannot be written: {error.strerror}.",
        "Mend the rights, then run the same command: what is answered is kept.",
    )


def is_full(error: BaseException) -> bool:
    """Whether `error` says that the disk, or what one may use of it, is full; SQLite says it in words."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "disk is full" in str(error)


def _end_last_line(file: BinaryIO) -> None:
    """Cut off half a line, from a kill; one that an editor did not end is whole, and is ended."""
    file.seek(0)
    content = file.read()
    if not content or content.endswith(b"\n"):
        return
    start = content.rfind(b"\n") + 1
    try:
        json.loads(content[start:])
    except ValueError:
        file.truncate(start)
    else:
        file.write(b"\n")
        file.flush()
