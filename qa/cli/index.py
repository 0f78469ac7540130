"""`qa index`: what was added, changed and removed, and what each bad file suffers from."""

from __future__ import annotations

from pathlib import Path

from qa.cli import terminal
from qa.cli.progress import progress_bar
from qa.errors import UsageError
from qa.types import IndexReport

LISTED = 10


def run_index(paths: tuple[Path, ...], *, rebuild: bool) -> int:
    """Bring the index in line with `paths` and return the exit code: 1 where a file failed."""
    from qa.settings import load_settings

    loaded = load_settings()
    paths = paths or loaded.corpus_paths
    for path in paths:
        if not path.exists():
            raise UsageError(terminal.say("path.missing", path=path), terminal.say("path.remedy"))

    from qa.index import IndexProgress, update_index
    from qa.models.choose import open_embedder

    embedder = open_embedder(loaded.settings.embedder, loaded.settings.llm)
    with progress_bar(terminal.say("index.reading"), unit="bytes") as advance:

        def progress(state: IndexProgress) -> None:
            advance(state.done, state.total, state.file)

        report = update_index(paths, loaded, embedder, rebuild=rebuild, progress=progress)
    for line in summary_lines(report):
        terminal.out(line)
    return 1 if report.failed else 0


def summary_lines(report: IndexReport) -> list[str]:
    """The run in a few lines; every bad file is named, of the others the first ones."""
    from qa.readers import explain_verdict

    lang = terminal.lang()
    lines: list[str] = []
    for name, files in (("added", report.added), ("changed", report.changed), ("removed", report.removed)):
        word = terminal.say(f"index.{name}")
        lines += [f"{word:>9}  {terminal.plain(path)}" for path in files[:LISTED]]
        if len(files) > LISTED:
            lines.append(f"{word:>9}  {terminal.say('index.more', count=len(files) - LISTED)}")
    for name, verdicts in (("duplicate", report.duplicates), ("failed", report.failed)):
        word = terminal.say(f"index.{name}")
        lines += [
            terminal.plain(f"{word:>9}  {verdict.path} ({verdict.code}): {explain_verdict(verdict, lang)}")
            for verdict in verdicts
        ]
    counts = {name: len(getattr(report, name)) for name in ("added", "changed", "removed", "unchanged")}
    lines.append(terminal.say("index.counts", **counts))
    if report.duplicates or report.failed:
        lines.append(
            terminal.say("index.left_out", duplicates=len(report.duplicates), failed=len(report.failed))
        )
    lines.append(terminal.say("index.total", documents=report.documents, passages=report.passages))
    return lines
