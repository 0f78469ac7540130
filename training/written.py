"""Sheets whose questions were written for this project: training/written.jsonl.

The public sets ask in the words of their texts, and of news in none. Here people asked in other words, in
both languages, who says so, whether, when, and what stands nowhere; beside the excerpts may stand a sentence
that only looks like an answer. The excerpts are of the public sets and are not in the file: it names where
they stand. Some rows have sentences told for this project beside them, as other papers would report the same
event: of these sheets a few excerpts are shown at a time, in any order.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.asserted import plain
from training.examples import FOLD, Example, disturbed, is_held, read_rows, sentences_of
from training.probe import MOST, Sheet

WRITTEN = Path(__file__).with_name("written.jsonl")
# The share of sheets that a sentence written to mislead stands in, and of those in which an excerpt that
# answers is left out.
_DECOY, _WITHOUT = 0.7, 0.3
# Excerpts that are shown of a sheet with more reports of one event: as many as the product shows.
_SHOWN = (4, 5, 5, 5, 6)
_PREFIX = "written-"
# Characters of a stretch of excerpts that the reader reads at once, and how many of them have their title.
_STRETCH, _TITLED = 480, 0.7


def is_written(sheet: Sheet) -> bool:
    """Whether a sheet is one of these."""
    return sheet.id.startswith(_PREFIX)


def written_sheets(data: Path, held: bool, seed: int, file: Path = WRITTEN) -> list[Sheet]:
    """The sheets of texts that are held out, or of the others; excerpts left out and sentences added by
    `seed`, in an order of its own. Held-out sheets stand as they were written."""
    texts = Texts(data)
    rng = random.Random(seed)
    sheets: list[Sheet] = []
    for count, row in enumerate(read_rows(file)):
        excerpts, of_held = zip(*(texts.excerpt(*ref) for ref in row["refs"]), strict=True)
        if all(of_held) != held:
            continue
        told, decoys = row.get("told", []), row.get("decoys", [])
        asked = tuple(
            (lang, question, number, _kind(number))
            for lang, question, answering in row["asked"]
            for number in (answering if isinstance(answering, list) else [answering])
        )
        sheet = Sheet(f"{_PREFIX}{count}", row["id"], row["lang"], (*excerpts, *told), asked)
        if told and not held:
            every = range(1, len(sheet.excerpts) + 1)
            sheet = _only(sheet, rng.sample(every, min(len(every), rng.choice(_SHOWN))))
        sheets.append(_with_decoys(sheet, decoys, rng) if held else _changed(sheet, decoys, rng))
    rng.shuffle(sheets)
    return sheets


def _kind(number: int) -> str:
    return "written" if number else "unwritten"


def _changed(sheet: Sheet, decoys: Sequence[str], rng: random.Random) -> Sheet:
    """The sheet as it is taught: now and then without an excerpt that answers, or with one that misleads."""
    answering = sorted({number for _, _, number, _ in sheet.asked if number})
    if answering and len(sheet.excerpts) > 2 and rng.random() < _WITHOUT:
        left_out = rng.choice(answering)
        sheet = _only(sheet, [n for n in range(1, len(sheet.excerpts) + 1) if n != left_out])
    return _with_decoys(sheet, decoys, rng) if rng.random() < _DECOY else sheet


def _only(sheet: Sheet, shown: Sequence[int]) -> Sheet:
    """The sheet with the excerpts `shown` (from 1) alone, in that order. A question that several answer is
    there once for each that is shown, and once where none is."""
    asked = dict.fromkeys(
        (lang, question, shown.index(number) + 1 if number in shown else 0)
        for lang, question, number, _ in sheet.asked
    )
    answered = {(lang, question) for lang, question, number in asked if number}
    return replace(
        sheet,
        excerpts=tuple(sheet.excerpts[number - 1] for number in shown),
        asked=tuple((*one, _kind(one[2])) for one in asked if one[2] or one[:2] not in answered),
    )


def _with_decoys(sheet: Sheet, decoys: Sequence[str], rng: random.Random) -> Sheet:
    for decoy in decoys[: MOST - len(sheet.excerpts)]:
        place = rng.randint(0, len(sheet.excerpts))
        excerpts = (*sheet.excerpts[:place], decoy, *sheet.excerpts[place:])
        asked = tuple((lang, q, n + (n > place), kind) for lang, q, n, kind in sheet.asked)
        sheet = replace(sheet, excerpts=excerpts, asked=asked)
    return sheet


class Texts:
    """The public texts that the file names."""

    def __init__(self, data: Path) -> None:
        self._sentences: dict[tuple[str, str], tuple[tuple[str, ...], bool]] = {}
        self._pairs: dict[tuple[str, str], tuple[dict[str, Any], bool]] = {}
        for name, lang, rows in (
            ("piaf", "fr", _piaf(data)),
            ("squad", "en", _squad(data)),
        ):
            for key, article, text in rows:
                self._sentences[name, key] = (sentences_of(text, lang), is_held(article))
        for row in read_rows(data / "selqa/questions.jsonl"):
            self._sentences["selqa", row["id"]] = (tuple(row["sentences"]), is_held(row["article"]))
        for name in ("rte3-fr", "daccord"):
            for number, row in enumerate(read_rows(data / name / "pairs.jsonl")):
                self._pairs[name, row["id"]] = (row, number % 5 == FOLD)

    def excerpt(self, source: str, key: str, *where: Any) -> tuple[str, bool]:
        """The excerpt that a reference names, and whether it is held out: (set, id, first sentence, behind
        the last) of a paragraph, (set, id, side) of a pair."""
        if (source, key) in self._pairs:
            row, held = self._pairs[source, key]
            return plain(row[where[0]]), held
        sentences, held = self._sentences[source, key]
        first, behind = where
        return " ".join(" ".join(sentences[first:behind]).split()), held


def _piaf(data: Path) -> Iterator[tuple[str, str, str]]:
    for row in read_rows(data / "piaf-dev/corpus.jsonl"):
        yield row["doc_id"], row["article"].replace("_", " "), row["text"]


def _squad(data: Path) -> Iterator[tuple[str, str, str]]:
    for row in read_rows(data / "squad2-dev/questions.jsonl"):
        yield row["id"], row["article"].replace("_", " "), row["context"]


def written_examples(data: Path, held: bool, rng: random.Random) -> Iterator[Example]:
    """The same for the reader: each question with stretches of its sheet's excerpts, the one that has the
    answer and one other."""
    for sheet in written_sheets(data, held, rng.randrange(10**6)):
        title = "" if sheet.article.startswith("news-") else sheet.article
        answering: dict[str, set[int]] = {}
        for _, question, number, _ in sheet.asked:
            answering.setdefault(question, set()).add(number)
        for question, numbers in answering.items():
            order = rng.sample(range(1, len(sheet.excerpts) + 1), len(sheet.excerpts))
            stretches = _stretches(order, sheet.excerpts)
            with_answer = [one for one in stretches if numbers & set(one)]
            others = [one for one in stretches if not numbers & set(one)]
            text = disturbed(question, rng)
            for stretch in [*with_answer, *rng.sample(others, min(1, len(others)))]:
                yield Example(
                    "query",
                    text,
                    title if rng.random() < _TITLED else "",
                    tuple(sheet.excerpts[i - 1] for i in stretch),
                    tuple(int(i in numbers) for i in stretch),
                    spanned=False,
                )


def _stretches(order: Sequence[int], excerpts: Sequence[str]) -> list[list[int]]:
    """The excerpts in runs of a passage's size."""
    runs: list[list[int]] = [[]]
    for number in order:
        if runs[-1] and sum(len(excerpts[i - 1]) for i in (*runs[-1], number)) > _STRETCH:
            runs.append([])
        runs[-1].append(number)
    return runs
