"""`qa eval`: a gold set answered, scored and reported; and gold questions proposed (`--draft`)."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qa.cli import terminal
from qa.cli.progress import Advance, progress_bar
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa.cli.session import OpenSession
    from qa.evaluate.judging import Judge
    from qa.evaluate.report import Change
    from qa.evaluate.run import Outcome, Stage
    from qa.evaluate.types import Run
    from qa.models.protocols import LLM
    from qa.settings import Loaded

# The gold set of the seeds, in a checkout.
DEFAULT_GOLD = Path("eval/gold/seeds.jsonl")
GATE_FELL = 3


@dataclass(frozen=True, slots=True)
class EvalFlags:
    """What `qa eval` was asked."""

    gold: Path | None
    folder: Path
    baseline: Path | None = None
    judged: bool = True
    judge: str = ""
    split: Literal["dev", "held", "all"] = "all"
    limit: int | None = None


def run_eval(flags: EvalFlags, *, open_session: OpenSession | None = None) -> int:
    """Evaluate, write the folder, print the headline figures and return the exit code."""
    from qa.cli.session import open_sourcier
    from qa.evaluate.gold import read_gold
    from qa.evaluate.run import Order, evaluate, read_baseline
    from qa.settings import load_settings

    source = _gold_file(flags.gold)
    order = Order(
        source=source,
        gold=read_gold(source),
        folder=_make_folder(flags.folder),
        split=flags.split,
        limit=flags.limit,
        baseline=read_baseline(flags.baseline) if flags.baseline else None,
        lang=terminal.lang(),
    )
    for bad in order.gold.bad:
        terminal.tell("eval.bad", line=bad.line, message=terminal.plain(bad.message))
    if order.gold.proposals:
        terminal.tell("eval.proposals", count=order.gold.proposals)
    loaded = load_settings(flags=judge_flags(flags.judge))
    with (
        terminal.stop_signal() as stopped,
        _ready_judge(loaded) if flags.judged else nullcontext() as judge,
        (open_session or open_sourcier)(loaded) as session,
        _stage_bars() as progress,
    ):
        outcome = evaluate(order, session, loaded, judge, progress, stopped)
    if outcome.kept:
        terminal.tell("eval.kept", count=outcome.kept)
    if outcome.run is None:
        terminal.tell("eval.resume", done=outcome.done, total=outcome.total, command=_same_command())
        return terminal.STOPPED
    for line in headline_lines(outcome.run, outcome.change):
        terminal.out(line)
    return _close(outcome, flags.folder)


def run_draft(
    folder: Path,
    count: int,
    *,
    open_session: OpenSession | None = None,
    open_model: Callable[[Loaded], LLM] | None = None,
) -> int:
    """Propose `count` gold questions in the folder's draft.jsonl and return the exit code."""
    from qa.evaluate.draft import draft_questions
    from qa.settings import load_settings

    _make_folder(folder)
    loaded = load_settings()
    llm = (open_model or _open_model)(loaded)
    with (
        terminal.stop_signal() as stopped,
        (open_session or _session_with(llm))(loaded) as session,
        progress_bar(terminal.say("eval.drafting")) as advance,
    ):

        def progress(done: int, total: int) -> None:
            advance(done, total, "")

        drafted = draft_questions(session, llm, folder, count, progress=progress, cancel=stopped)
    if drafted.stopped:
        terminal.tell("eval.resume", done=drafted.questions, total=count, command=_same_command())
        return terminal.STOPPED
    terminal.tell("eval.drafted", count=drafted.questions, new=drafted.new, path=drafted.path)
    return 0


def run_from_feedback(folder: Path) -> int:
    """Turn what readers said on the page into gold candidates in the folder's feedback.jsonl."""
    from qa.evaluate.feedback import feedback_candidates
    from qa.settings import load_settings

    # The page's own name for it (`qa.chat.feedback.FILE`), without its libraries.
    source = load_settings().store_path / "feedback.jsonl"
    drafted = feedback_candidates(source, _make_folder(folder))
    terminal.tell("eval.drafted", count=drafted.questions, new=drafted.new, path=drafted.path)
    return 0


def headline_lines(run: Run, change: Change | None) -> list[str]:
    """A line a headline figure: its name, value, interval, questions and the change since the baseline; then
    what the judge is worth."""
    from qa.evaluate.report import headlines, judge_lines

    rows = headlines(run, terminal.lang(), change)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return lines + [terminal.plain(line) for line in judge_lines(run, terminal.lang())]


def _close(outcome: Outcome, folder: Path) -> int:
    from qa.evaluate.run import HTML

    assert outcome.run is not None
    errors = sum(answer["status"] == "error" for answer in outcome.run.answers)
    terminal.tell("eval.done", rows=outcome.total, errors=errors, report=folder / HTML)
    if outcome.change:
        for note in outcome.change.notes:
            terminal.tell("eval.warning", message=terminal.plain(note[terminal.lang()]))
        if outcome.change.fallen:
            names = outcome.change.fallen_names[terminal.lang()]
            terminal.tell("eval.fell", names=names, baseline=outcome.change.name)
        if outcome.change.fell:
            return GATE_FELL
    return 1 if errors or outcome.run.bad else 0


def judge_flags(named: str) -> dict[str, str]:
    """`--judge` as settings: `MODEL.gguf`, the name of an Ollama model, or `MODEL@http://…/v1`."""
    if not named:
        return {}
    model, at, url = named.rpartition("@")
    if "://" in url:
        return {"judge.provider": "openai", "judge.url": url} | ({"judge.model": model} if at else {})
    provider = "llamacpp" if named.lower().endswith(".gguf") else "ollama"
    return {"judge.provider": provider, "judge.model": named}


@contextmanager
def _ready_judge(loaded: Loaded) -> Iterator[Judge]:
    """The judge of the settings, asked for one word now: better than to fail after all is answered."""
    from qa.evaluate.judge import open_judge

    with open_judge(loaded) as judge:
        judge.check()
        yield judge


def _gold_file(named: Path | None) -> Path:
    if named is not None:
        return named
    if not DEFAULT_GOLD.is_file():
        raise UsageError(terminal.say("eval.no_gold"), terminal.say("eval.no_gold.remedy"))
    return DEFAULT_GOLD


def _make_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be made: {error.strerror}.", "Name another.") from error
    return folder


def _same_command() -> str:
    return shlex.join(["qa", *sys.argv[1:]])


def _open_model(loaded: Loaded) -> LLM:
    from qa.models.choose import open_llm

    return open_llm(loaded.settings.llm, root=loaded.root)


def _session_with(llm: LLM) -> OpenSession:
    from qa.api import Sourcier

    def open_with(loaded: Loaded) -> AbstractContextManager[Sourcier]:
        return Sourcier.open(loaded, llm=llm)

    return open_with


@contextmanager
def _stage_bars() -> Iterator[Callable[[Stage, int, int, int], None]]:
    """A bar for each stage, one after the other."""
    with ExitStack() as bars:
        shown: Stage | None = None
        advance: Advance | None = None

        def progress(stage: Stage, done: int, total: int, kept: int) -> None:
            nonlocal shown, advance
            if stage != shown:
                bars.close()
                shown, advance = stage, bars.enter_context(progress_bar(terminal.say(f"eval.{stage}")))
            assert advance is not None
            advance(done - kept, total - kept, "")

        yield progress
