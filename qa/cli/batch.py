"""`qa batch`: a file of questions."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import terminal
from qa.cli.progress import progress_bar

if TYPE_CHECKING:
    from qa.cli.session import OpenSession


def run_batch_command(source: Path, target: Path, *, open_session: OpenSession | None = None) -> int:
    """Answer the questions of `source` into `target` and return the exit code."""
    from qa.batch import BatchProgress, run_batch
    from qa.batch.output import check_files
    from qa.batch.rows import read_questions
    from qa.cli.session import open_sourcier
    from qa.settings import load_settings

    check_files(source, target)
    read_questions(source)
    loaded = load_settings()
    with (
        terminal.stop_signal() as stopped,
        (open_session or open_sourcier)(loaded) as session,
        progress_bar(terminal.say("batch.progress")) as advance,
    ):

        def progress(state: BatchProgress) -> None:
            advance(state.done - state.kept, state.total - state.kept, "")

        report = run_batch(source, target, session, progress, cancel=stopped)
    if report.kept:
        terminal.tell("batch.kept", count=report.kept)
    if report.stopped:
        command = shlex.join(["qa", "batch", str(source), "-o", str(target)])
        terminal.tell("batch.resume", done=report.done, total=report.total, command=command)
        return terminal.STOPPED
    counts = {status: report.counts.get(status, 0) for status in ("answered", "partial", "refused")}
    terminal.tell("batch.done", rows=report.total, errors=report.errors, target=target, **counts)
    return 1 if report.errors else 0
