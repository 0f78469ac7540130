"""Indexing beside the bare embedder on the same passages."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.report import Figure
from bench.timers import Stopwatch, TimedEmbedder
from qa.index import update_index
from qa.models.protocols import Embedder
from qa.segment import split_sentences
from qa.settings import Loaded, Settings

PASSAGES = 2000
# A passage has about 350: how sentences make passages is the segmenter's affair.
_CHARACTERS = 400
_DOCUMENT = 6000


def write_corpus(corpus: Path, data: Path | None, seeds: Path, passages: int = PASSAGES) -> None:
    """Fill the folder `corpus` with enough text for this many passages.

    The text is that of the .jsonl files in `data` (rows with `text`), repeated where there is too
    little; without `data`, sentences of the articles of `seeds` in random order.
    """
    paragraphs = _paragraphs(data) if data else _sentences(seeds)
    shuffle = random.Random(1)
    written = number = 0
    while written < _CHARACTERS * passages:
        shuffle.shuffle(paragraphs)
        for text in _in_documents(paragraphs):
            number += 1
            written += len(text)
            (corpus / f"{number:05}.txt").write_text(text, "utf-8")
            if written >= _CHARACTERS * passages:
                return


def measure_ingest(corpus: Path, scratch: Path, embedder: Embedder) -> tuple[list[Figure], dict[str, Any]]:
    """Index `corpus`, then embed the very passages that were embedded, and compare the times."""
    timed = TimedEmbedder(embedder, Stopwatch())
    embedder.embed_passages(["warm"])
    began = time.perf_counter()
    report = update_index([corpus], Loaded(Settings(), {}, scratch), timed)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    embedder.embed_passages(timed.passages)
    bare = time.perf_counter() - began
    ratio = bare / ours
    enough = report.passages >= PASSAGES
    figure = Figure(
        f"ingest of {report.passages} passages, process warm",
        f"{ours:.0f} s",
        f"{bare:.0f} s (bare embedder; {ratio:.2f})",
        f"≥ 0.9 with {PASSAGES} passages or more",
        ratio >= 0.9 and enough,
    )
    details = {
        "ours_s": ours,
        "bare_s": bare,
        "in_embedder_s": timed.watch.seconds,
        "passages": report.passages,
        "embedded": len(timed.passages),
        "documents": report.documents,
    }
    return [figure], details


def _paragraphs(data: Path) -> list[str]:
    texts: dict[str, None] = {}
    for path in sorted(data.rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            text = json.loads(line).get("text")
            if isinstance(text, str):
                texts[text] = None
    if not texts:
        raise SystemExit(f"No .jsonl file with a `text` in its rows under {data}.")
    return list(texts)


def _sentences(seeds: Path) -> list[str]:
    found: list[str] = []
    for path in sorted(seeds.glob("*.txt")):
        text = path.read_text("utf-8")
        found += [text[span.start : span.end] for span in split_sentences(text, "fr")]
    return found


def _in_documents(paragraphs: Sequence[str]) -> Iterator[str]:
    document: list[str] = []
    for paragraph in paragraphs:
        document.append(paragraph)
        if sum(map(len, document)) >= _DOCUMENT:
            yield "\n\n".join(document)
            document = []
    if document:
        yield "\n\n".join(document)
