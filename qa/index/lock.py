"""The writer's lock: one process at a time changes an index, and a second one is told who does."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from qa.errors import IndexLocked


@contextmanager
def writer_lock(store: Path) -> Iterator[None]:
    """Hold the index in `store` for writing while the block runs.

    The system frees the lock when its holder dies, however it dies. Raises IndexLocked at once
    where another process holds it.
    """
    store.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(store / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _locked(store, os.pread(descriptor, 4096, 0)) from None
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": " ".join(Path(part).name if n == 0 else part for n, part in enumerate(sys.argv)),
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder, ensure_ascii=False).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _locked(store: Path, content: bytes) -> IndexLocked:
    try:
        holder = json.loads(content)
        who = f"process {holder['pid']} on {holder['host']} since {holder['since']} (`{holder['command']}`)"
    except (ValueError, KeyError, TypeError):  # taken this instant: not written yet
        who = "another process, just started"
    return IndexLocked(
        f"The index in {store} is being written by {who}.",
        "Wait until it is done, or end that process; reading goes on meanwhile.",
    )
