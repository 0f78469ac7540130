"""Sheets of questions for yes or no, of sentences of the news (RTE3-FR and DACCORD).

Whether a sentence that is about the same says so, denies it, or leaves it open is known of each pair. The
question sets have no such questions, and no news. What else stands on a sheet is what looks most like the
question among all sentences, as a search brings it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.models.protocols import Embedder
from qa.types import Lang
from training.examples import FOLD, read_rows
from training.probe import Sheet

# What opens a French statement and is small behind "est-ce que".
_SMALL = frozenset(
    "le la les l' l’ un une des du de d' d’ il elle ils elles on ce cet cette ces c' c’ son sa ses leur "
    "leurs au aux en dans pour selon plus deux trois quatre plusieurs certains tous toutes".split()
)
_VOWELS = "aeiouhâéèêîôyàAEIOUHÉÈÊ"
# Characters of a sentence, or some, that are one excerpt, at most.
_LONGEST = 420
# A sentence this close to the one that answers (cosine) may say the same.
_SAME = 0.955
# Of so many sentences that look most like the question, some are drawn.
_NEAREST = 8
_OTHERS = (1, 2, 3, 3, 4)
# The share of sheets in which the sentence that answers is left out.
_WITHOUT = 0.25
# The share of questions for yes or no in other words than "est-ce que".
_REWORDED = 0.3


@dataclass(frozen=True)
class Pair:
    """A statement and what is told: whether that answers the question for it, None where it is not known."""

    id: str
    premise: str
    hypothesis: str
    answers: bool | None
    held: bool


def read_pairs(data: Path) -> list[Pair]:
    """All pairs of both sets; the fold that is held out of the reader's claims is held out here as well."""
    known = {"entailment": True, "contradiction": True, "neutral": False, "compatibles": None}
    return [
        Pair(row["id"], plain(row["premise"]), plain(row["hypothesis"]), known[row["label"]], held)
        for name in ("rte3-fr", "daccord")
        for number, row in enumerate(read_rows(data / name / "pairs.jsonl"))
        for held in (number % 5 == FOLD,)
    ]


def is_whether(sheet: Sheet) -> bool:
    """Whether the sheet is one of these: it has no article, and is held out by its fold."""
    return sheet.id.startswith("whether-")


def news_sentences(pairs: Sequence[Pair], held: bool) -> list[str]:
    """What is told in the pairs, each once; DACCORD's two sentences are both of the news."""
    of = [p for p in pairs if p.held == held]
    both = [
        t for p in of for t in ((p.premise, p.hypothesis) if p.id.startswith("daccord") else (p.premise,))
    ]
    return [text for text in dict.fromkeys(both) if len(text) <= _LONGEST]


def opened(statement: str) -> str:
    """The statement as it stands within a sentence: French words that only open it without their capital."""
    first, _, rest = statement.partition(" ")
    opening = first[:2] if first[1:2] in ("'", "’") else first
    if opening.casefold() in _SMALL:
        first = first[:1].lower() + first[1:]
    return f"{first} {rest}" if rest else first


def ask_whether(statement: str) -> str:
    """The question in French whether it is so."""
    text = opened(statement.rstrip(" .!"))
    return f"Est-ce {'qu’' if text[0] in _VOWELS else 'que '}{text} ?"


def reworded(sheet: Sheet, rng: random.Random) -> Sheet:
    """The sheet; some of its French questions for yes or no asked in other words."""

    def ask(question: str) -> str:
        if not question.startswith("Est-ce qu") or rng.random() >= _REWORDED:
            return question
        return f"Est-il vrai {question[len('Est-ce ') :]}"

    asked = tuple((lang, ask(q) if lang == "fr" else q, n, k) for lang, q, n, k in sheet.asked)
    return replace(sheet, asked=asked)


def assert_sheets(pairs: Sequence[Pair], embedder: Embedder, held: bool, seed: int) -> Iterator[Sheet]:
    """A sheet for each premise with what is known to be answered by it or not: « Est-ce que … ? »."""
    rng = random.Random(seed)
    texts = news_sentences(pairs, held)
    vectors = np.asarray(embedder.embed_passages(texts), np.float32)
    by: dict[str, list[Pair]] = {}
    for pair in pairs:
        if pair.held == held and pair.answers is not None and pair.premise in texts:
            by.setdefault(pair.premise, []).append(pair)
    for count, (premise, of) in enumerate(sorted(by.items())):
        asked = [(ask_whether(p.hypothesis), bool(p.answers)) for p in of[:4]]
        query = np.asarray(embedder.embed_queries([asked[0][0]]), np.float32)[0]
        excerpts = _around(premise, query, texts, vectors, rng)
        number = excerpts.index(premise) + 1 if premise in excerpts else 0
        rows: list[tuple[Lang, str, int, str]] = [
            ("fr", question, number, "whether") if answers and number else ("fr", question, 0, "unsaid")
            for question, answers in asked
        ]
        yield Sheet(f"whether-{count}", of[0].id, "fr", tuple(excerpts), tuple(rows))


def _around(
    own: str,
    query: npt.NDArray[np.float32],
    texts: Sequence[str],
    vectors: npt.NDArray[np.float32],
    rng: random.Random,
) -> list[str]:
    """Some of the texts that look most like the query; mostly with `own` among them."""
    same = vectors @ vectors[texts.index(own)]
    others = [i for i in np.argsort(-(vectors @ query)) if same[i] < _SAME][:_NEAREST]
    excerpts = [texts[i] for i in rng.sample(others, min(len(others), rng.choice(_OTHERS)))]
    if len(excerpts) < 2 or rng.random() >= _WITHOUT:
        excerpts.insert(rng.randint(0, len(excerpts)), own)
    return excerpts


def plain(text: str) -> str:
    """A sentence of a pair without the marks around it."""
    return " ".join(text.replace('""', '"').strip('" ').split())
