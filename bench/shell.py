"""`qa ask` from the shell: from the start of the process until the evidence is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import Figure
from qa.index import update_index
from qa.models.protocols import Embedder
from qa.settings import Loaded, Settings

# "Found 12 sentences of 3 documents in 0.4 s.", in English because LANGUAGE asks for it.
_EVIDENCE = re.compile(r"Found \d+ sentences")


def measure_shell(
    corpus: Path, scratch: Path, embedder: Embedder, questions: Sequence[str]
) -> tuple[list[Figure], dict[str, Any]]:
    """Start `qa ask` once a question, with what it loads in the disk cache (a first run is not counted)."""
    update_index([corpus], Loaded(Settings(), {}, scratch), embedder)
    times = [_seconds_to_evidence(question, scratch) for question in (questions[0], *questions)]
    seconds = median(times[1:])
    figure = Figure("`qa ask` from the shell, to the evidence", f"{seconds:.1f} s", "", "≤ 4 s", seconds <= 4)
    return [figure], {"seconds": times[1:], "first_s": times[0]}


def _seconds_to_evidence(question: str, folder: Path) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "ask", question],
        cwd=folder,
        env=os.environ | {"LANGUAGE": "en", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONSAFEPATH": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    told = ""
    assert process.stderr is not None
    with process:
        for line in process.stderr:
            told += line
            if _EVIDENCE.search(line):
                passed = time.perf_counter() - began
                process.terminate()
                return passed
    raise SystemExit(f"`qa ask` told of no evidence:\n{told}")
