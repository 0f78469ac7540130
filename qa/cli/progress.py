"""Progress on stderr: a bar where a person watches, a line now and then where none does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qa.cli import terminal

Advance = Callable[[float, float, str], None]
"""Called with what is done, the total (0: unknown) and a word on what is being done."""

QUIET_SECONDS = 15.0


@contextmanager
def progress_bar(label: str, *, unit: str = "count") -> Iterator[Advance]:
    """A bar for `label`; `unit` is `count` or `bytes`."""
    if not terminal.progress_shown():
        yield sparse_lines(label, unit)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
    from rich.progress import TextColumn as Text

    amount = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    columns = (
        Text("{task.description}"),
        BarColumn(),
        amount,
        TimeRemainingColumn(),
        Text("{task.fields[doing]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4) as bar:
        task = bar.add_task(label, total=None, doing="")

        def advance(done: float, total: float, doing: str) -> None:
            bar.update(task, completed=done, total=total or None, doing=terminal.plain(doing))

        yield advance


def sparse_lines(label: str, unit: str) -> Advance:
    """A line every now and then, for a log."""
    began = last = time.monotonic()

    def advance(done: float, total: float, _doing: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < QUIET_SECONDS or not 0 < done < total:
            return
        last = now
        left = (now - began) / done * (total - done)
        amount = f"{done / total:.0%}" if unit == "bytes" else f"{done:.0f}/{total:.0f}"
        terminal.tell("progress.line", label=label, amount=amount, left=duration(left))

    return advance


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
