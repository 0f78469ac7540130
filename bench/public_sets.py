"""Public question sets as a corpus and gold questions, laid out as `qa index` and `qa eval` take them.

Articles take turns in a sample, so that no large one has most of it, and the questions of one article are one
pair: they stand and fall together, and intervals are drawn over articles.

A paragraph is a document. A question is `single`, with its accepted answers and the sentences of its
paragraph that say one of them; or `unanswerable`: its article is left out of the index, or it was written so
that its paragraph does not answer it.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

from bench.absence import is_calibration
from qa.segment import split_sentences
from qa.types import Lang
from training.examples import is_held, read_rows

PIAF, SQUAD = Path("piaf-dev"), Path("squad2-dev")
Articles = Literal["unseen", "held", "all"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PublicSet:
    """`texts` by the name of their file, and gold rows (a JSON object each) about them."""

    texts: Mapping[str, str]
    gold: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Which questions of a set: shuffled by `seed`, of all its `articles`, of those `held` out of the
    reader's training, or of those `unseen`, which did not calibrate it either."""

    seed: int
    articles: Articles

    def of(self, rows: Iterable[Row]) -> list[Row]:
        """All that may be asked, articles in turn; the first n are a sample, and those of a smaller one are
        among them."""
        chosen = [row for row in rows if self._has(row["article"].replace("_", " "))]
        random.Random(self.seed).shuffle(chosen)
        of_article: dict[str, list[Row]] = {}
        for row in chosen:
            of_article.setdefault(row["article"], []).append(row)
        turns = zip_longest(*of_article.values())
        return [row for turn in turns for row in turn if row is not None]

    def _has(self, article: str) -> bool:
        if self.articles == "all":
            return True
        return is_held(article) and (self.articles == "held" or not is_calibration(article))


def read_piaf(data: Path, sample: Sample, count: int) -> PublicSet:
    """All paragraphs of PIAF, and `count` questions."""
    texts = _paragraphs(data)
    rows = sample.of(read_rows(data / PIAF / "questions.jsonl"))
    return _public_set(texts, [_present(row, texts, "fr") for row in rows[:count]])


def read_half_piaf(data: Path, sample: Sample, count: int) -> PublicSet:
    """The paragraphs of half of PIAF's articles, and `count` questions, as many about the other half."""
    paragraphs = read_rows(data / PIAF / "corpus.jsonl")
    rows = read_rows(data / PIAF / "questions.jsonl")
    # The articles that are asked about are halved too.
    articles = list(dict.fromkeys([row["article"] for row in sample.of(rows)]))
    articles += sorted({row["article"] for row in paragraphs} - set(articles))
    indexed = set(articles[::2])
    names = {_file(row["doc_id"]) for row in paragraphs if row["article"] in indexed}
    texts = {name: text for name, text in _paragraphs(data).items() if name in names}
    asked = sample.of(rows)
    present = [_present(row, texts, "fr") for row in asked if row["article"] in indexed]
    absent = [_absent(row, "fr") for row in asked if row["article"] not in indexed]
    return _public_set(texts, _in_turn(present, absent, count))


def read_squad(data: Path, sample: Sample, count: int) -> PublicSet:
    """All paragraphs of SQuAD 2.0, and `count` questions, half of them without an answer."""
    rows = read_rows(data / SQUAD / "questions.jsonl")
    names = {row["context"]: _file(_named(row)) for row in rows}
    texts = {name: text for text, name in names.items()}
    answered = sample.of(row for row in rows if not row["unanswerable"])
    present = [_present({**row, "gold_doc": _named(row)}, texts, "en") for row in answered]
    absent = [_absent(row, "en") for row in sample.of(row for row in rows if row["unanswerable"])]
    return _public_set(texts, _in_turn(present, absent, count))


def write_set(place: Path, folder: Path, public: PublicSet) -> tuple[Path, Path]:
    """The texts (nothing else is in their folder) in `place`, the questions in `folder`: both paths."""
    corpus, gold = place / "corpus", folder / "gold.jsonl"
    corpus.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for path in corpus.iterdir():
        if path.name not in public.texts:
            path.unlink()
    for name, text in public.texts.items():
        path = corpus / name
        if not path.exists() or path.read_bytes() != text.encode():
            path.write_bytes(text.encode())
    gold.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in public.gold), "utf-8")
    return corpus, gold


def _paragraphs(data: Path) -> dict[str, str]:
    return {_file(row["doc_id"]): row["text"] for row in read_rows(data / PIAF / "corpus.jsonl")}


def _file(ident: str) -> str:
    """A file's name of any identifier."""
    return re.sub(r"[^\w.-]", "_", ident) + ".txt"


def _named(row: Row) -> str:
    return f"{row['article']}-{hashlib.sha256(row['context'].encode()).hexdigest()[:8]}"


def _present(row: Row, texts: Mapping[str, str], lang: Lang) -> Row:
    doc = _file(row["gold_doc"])
    quotes = _holding(texts[doc], row["answers"], lang)
    return {
        **_asked(row, lang, "single"),
        "answers": list(row["answers"]),
        "evidence": [{"doc": doc, "quote": quote} for quote in quotes],
    }


def _absent(row: Row, lang: Lang) -> Row:
    return _asked(row, lang, "unanswerable")


def _asked(row: Row, lang: Lang, kind: str) -> Row:
    return {
        "id": row["id"],
        "pair": row["article"],
        "lang": lang,
        "question": row["question"].strip(),
        "kind": kind,
    }


def _holding(text: str, answers: Sequence[str], lang: Lang) -> Iterator[str]:
    """The sentences that have an answer, as whole words."""
    said = re.compile("|".join(rf"(?<!\w){re.escape(answer)}(?!\w)" for answer in answers), re.IGNORECASE)
    for span in split_sentences(text, lang):
        if said.search(text[span.start : span.end]):
            yield text[span.start : span.end]


def _in_turn(present: Sequence[Row], absent: Sequence[Row], count: int) -> list[Row]:
    """`count` rows, one of each in turn."""
    pairs = zip(present, absent, strict=False)
    return [row for pair in pairs for row in pair][:count]


def _public_set(texts: Mapping[str, str], rows: Sequence[Row]) -> PublicSet:
    """Of a single article each question is its own pair: there is nothing else to draw over."""
    if len({row["pair"] for row in rows}) > 1:
        return PublicSet(texts, tuple(rows))
    return PublicSet(texts, tuple({**row, "pair": row["id"]} for row in rows))
