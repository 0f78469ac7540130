"""Whether the right paragraph is found: each leg, plain fusion of the two, and what Sourcier does."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import Figure
from qa.index import open_index, update_index
from qa.models.protocols import Embedder
from qa.retrieve import Query, retrieve
from qa.settings import Loaded, Settings
from qa.weigh import OnnxReader, load_calibration
from qa.weigh import rank as rank_sentences

QUESTIONS = 500
SEED = 1
# Of reciprocal rank fusion as published.
_RRF = 60
_DEPTH = 100


def measure_retrieval(data: Path, scratch: Path, embedder: Embedder) -> tuple[list[Figure], dict[str, Any]]:
    """Index all paragraphs of `data`/corpus.jsonl, a document each, and ask 500 of its questions."""
    corpus = scratch / "corpus"
    corpus.mkdir()
    for paragraph in _rows(data / "corpus.jsonl"):
        (corpus / f"{paragraph['doc_id']}.txt").write_text(paragraph["text"], "utf-8")
    questions = _sample(_rows(data / "questions.jsonl"))
    settings = Settings()
    loaded = Loaded(settings, {}, scratch)
    report = update_index([corpus], loaded, embedder)

    ranks: dict[str, list[int | None]] = {"e5": [], "BM25": [], "fusion": [], "Sourcier": []}
    seconds: list[float] = []
    reader, calibration = OnnxReader(), load_calibration()
    with open_index(loaded, embedder) as index:
        for row in questions:
            vector = embedder.embed_queries([row["question"]])[0]
            dense = _documents(hit.passage.doc for hit in index.search_dense(vector, _DEPTH))
            lexical = _documents(
                hit.passage.doc for hit in index.search_lexical(row["question"], ["fr"], _DEPTH)
            )
            began = time.perf_counter()
            passages = retrieve(Query(row["question"], "fr"), index, embedder, settings.retrieve)
            evidence = rank_sentences(
                Query(row["question"], "fr"), passages, reader, calibration, 50
            ).evidence
            seconds.append(time.perf_counter() - began)
            gold = f"{row['gold_doc']}.txt"
            found = {
                "e5": dense,
                "BM25": lexical,
                "fusion": _fused(dense, lexical),
                "Sourcier": _documents(item.doc for item in evidence),
            }
            for name, documents in found.items():
                ranks[name].append(documents.index(gold) + 1 if gold in documents else None)

    shares = {name: (_share(of, 1), _share(of, 5)) for name, of in ranks.items()}
    better = all(ours > plain for ours, plain in zip(shares["Sourcier"], shares["fusion"], strict=True))
    shown = {name: f"{first:.3f} / {five:.3f}" for name, (first, five) in shares.items()}
    figures = [
        Figure(
            f"PIAF, {report.documents} paragraphs, {len(questions)} questions: right one first / in five",
            shown["Sourcier"],
            f"{shown['fusion']} (plain fusion of e5 {shown['e5']} and French BM25 {shown['BM25']})",
            "better than plain fusion",
            better,
        )
    ]
    return figures, {"shares": shares, "retrieve_median_s": median(seconds), "documents": report.documents}


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _sample(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return random.Random(SEED).sample(rows, min(QUESTIONS, len(rows)))


def _documents(names: Any) -> list[str]:
    """Documents in the order in which they first come."""
    return list(dict.fromkeys(names))


def _fused(*legs: Sequence[str]) -> list[str]:
    scores: dict[str, float] = {}
    for leg in legs:
        for rank, name in enumerate(leg, 1):
            scores[name] = scores.get(name, 0.0) + 1 / (_RRF + rank)
    return sorted(scores, key=lambda name: -scores[name])


def _share(ranks: Sequence[int | None], depth: int) -> float:
    return sum(rank is not None and rank <= depth for rank in ranks) / len(ranks)
