"""Measure and compare; print a table of figures beside their targets and write all of it as JSON."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.settings import QUIET_ENVIRONMENT, load_settings

if TYPE_CHECKING:
    from bench.report import Figure

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("ask", "ingest", "retrieval", "shell", "users", "page")
SHELL_QUESTIONS = 5
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")


def main() -> int:
    """Run the parts that are asked for. Exit code 1 where a figure misses its target."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated")
    parser.add_argument("--data", type=Path, help="a folder with corpus.jsonl and questions.jsonl of PIAF")
    parser.add_argument("--questions", type=int, help="how many of the 20 questions (for a quick look)")
    parser.add_argument("--passages", type=int, default=2000, help="of the ingest, at least")
    parser.add_argument("--gguf", type=Path, help="another model file than the one of `qa models pull`")
    parser.add_argument("--out", type=Path, default=ROOT / "reports", help="folder of the JSON report")
    options = parser.parse_args()
    os.environ.update(QUIET_ENVIRONMENT)

    from bench.report import as_table, write_report

    figures: list[Figure] = []
    details: dict[str, Any] = {}
    for part in options.only or PARTS:
        if part == "retrieval" and options.data is None:
            _tell("retrieval: passed over, it needs --data (PIAF)")
            continue
        if part == "page" and not any(map(shutil.which, CHROMIUM)):
            _tell("page: passed over, it needs Chromium")
            continue
        _tell(f"{part} …")
        with tempfile.TemporaryDirectory(prefix="sourcier-bench-") as scratch:
            found, details[part] = _run(part, options, Path(scratch))
        figures += found
    sys.stdout.write(as_table(figures) + "\n")
    _tell(f"Everything measured is in {write_report(options.out, figures, details)}")
    return int(any(figure.passed is False for figure in figures))


def _run(part: str, options: argparse.Namespace, scratch: Path) -> tuple[list[Figure], dict[str, Any]]:
    if part == "users":
        from bench.users import measure_users

        return measure_users(scratch)

    from qa.models.e5 import E5Embedder

    seeds = ROOT / "seeds"
    embedder = E5Embedder()
    if part == "ingest":
        from bench.ingest import measure_ingest, write_corpus

        corpus = scratch / "corpus"
        corpus.mkdir()
        write_corpus(corpus, options.data, seeds, options.passages)
        return measure_ingest(corpus, scratch, embedder)
    if part == "retrieval":
        from bench.retrieval import measure_retrieval

        return measure_retrieval(options.data, scratch, embedder)

    if part == "page":
        from bench.page import measure_page

        return measure_page(seeds, scratch, embedder)

    from bench.questions import load_questions

    questions = load_questions(options.questions)
    if part == "shell":
        from bench.shell import measure_shell

        asked = [row["question"] for row in questions[:SHELL_QUESTIONS]]
        return measure_shell(seeds, scratch, embedder, asked)

    from bench.ask import measure_asking
    from qa.models.llamacpp import LlamaCppLLM
    from qa.models.weights import weights_path

    settings = load_settings(scratch, environment={}).settings.llm
    # Slow is measured, not cut off.
    llm = LlamaCppLLM(
        options.gguf or weights_path(),
        num_ctx=settings.num_ctx,
        threads=settings.threads,
        first_token_s=1800,
        total_s=3600,
    )
    try:
        llm.load()
        return measure_asking(seeds, scratch, llm, embedder, questions, _tell)
    finally:
        llm.close()


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
