"""Questions of public sets asked of an index that holds their answer, or from which it is left out.

Far absence leaves the question's whole article out, near absence only the paragraphs that hold the answer.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from qa.index import Index, open_index, update_index
from qa.models.protocols import Embedder, Vectors
from qa.premise import unknown_names
from qa.retrieve import StoredText
from qa.settings import Loaded, Settings
from qa.types import Filters, Hit, Lang
from training.examples import is_held, read_rows

Absence = Literal["present", "near", "far"]
ABSENCES: tuple[Absence, ...] = ("present", "near", "far")
_MORE = 40
# Questions written with a paragraph in sight ("Who leads it at that time?") are none to a corpus.
_LEANS = re.compile(
    r"(?<!-)\b(?:il|elle|ils|elles|ce|cet|cette|ces|son|sa|ses|leurs?|he|she|they|his|her|their|this|these|"
    r"those|it|its)\b",
    re.IGNORECASE,
)
# Of SQuAD's held-out articles, which calibrate.
_SQUAD = {"Huguenot": True, "Force": False}


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what answers it: strings, and the documents that hold one of them.

    `absences` are the conditions under which it can be asked: a question that nothing answers is a near
    absence with every document there.
    """

    id: str
    lang: Lang
    question: str
    article: str
    answers: tuple[str, ...]
    gold: str
    holding: frozenset[str]
    siblings: frozenset[str]
    absences: tuple[Absence, ...] = ABSENCES

    def without(self, absence: Absence) -> frozenset[str]:
        """The documents to leave out."""
        return {"present": frozenset[str](), "near": self.holding, "far": self.siblings}[absence]

    def holds(self, doc: str, text: str) -> bool:
        """Whether `text` of a document that answers has an answer as words of its own."""
        return doc in self.holding and any(
            re.search(rf"(?<!\w){re.escape(a.casefold())}(?!\w)", text.casefold()) for a in self.answers
        )


@dataclass(frozen=True, slots=True)
class Without:
    """An index (SearchableIndex) with some documents left out."""

    index: Index
    out: frozenset[str]

    def search_dense(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[Hit]:
        """See Index."""
        return self._in(self.index.search_dense(vector, k + _MORE, filters))[:k]

    def search_lexical(
        self, question: str, langs: Sequence[Lang], k: int, filters: Filters | None = None
    ) -> list[Hit]:
        """See Index."""
        return self._in(self.index.search_lexical(question, langs, k + _MORE, filters))[:k]

    def document(self, path: str) -> StoredText:
        """See Index."""
        return self.index.document(path)

    def _in(self, hits: Sequence[Hit]) -> list[Hit]:
        return [hit for hit in hits if hit.passage.doc not in self.out]


def is_calibration(article: str) -> bool:
    """Of the articles held out of training, half calibrate and the other half measure."""
    if article in _SQUAD:
        return _SQUAD[article]
    return int(hashlib.sha256(f"half {article}".encode()).hexdigest(), 16) % 2 == 0


def stands_alone(question: str, lang: Lang) -> bool:
    """Whether a question says what it is about: it holds a name or a number, and leans on nothing before."""
    return bool(unknown_names(question, lang)) and not _LEANS.search(question)


def open_piaf(data: Path, work: Path, embedder: Embedder) -> Index:
    """All paragraphs of PIAF, a document each, indexed in `work` (once)."""
    rows = read_rows(data / "piaf-dev/corpus.jsonl")
    return open_texts({f"{row['doc_id']}.txt": row["text"] for row in rows}, work, embedder)


def open_squad(data: Path, work: Path, embedder: Embedder) -> Index:
    """The paragraphs of SQuAD's held-out articles, a document each, indexed in `work` (once)."""
    return open_texts({name: text for text, name in _squad_paragraphs(data).items()}, work, embedder)


def _squad_paragraphs(data: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in read_rows(data / "squad2-dev/questions.jsonl"):
        if is_held(row["article"]):
            found.setdefault(row["context"], f"{row['article']}_{len(found)}.txt")
    return found


def open_texts(texts: dict[str, str], work: Path, embedder: Embedder) -> Index:
    """Texts by the names of their documents, indexed in `work` (once)."""
    corpus = work / "corpus"
    if not corpus.is_dir():
        corpus.mkdir(parents=True)
        for name, text in texts.items():
            (corpus / name).write_text(text, "utf-8")
    loaded = Loaded(Settings(), {}, work)
    update_index([corpus], loaded, embedder)
    return open_index(loaded, embedder)


def read_piaf(data: Path, translated: Path | None, calibration: bool, seed: int) -> list[Case]:
    """Shuffled questions of held-out articles, and behind each its translation where there is one."""
    english = dict(_translations(translated)) if translated else {}
    paragraphs = read_rows(data / "piaf-dev/corpus.jsonl")
    of_article: dict[str, list[tuple[str, str]]] = {}
    for row in paragraphs:
        of_article.setdefault(row["article"], []).append((f"{row['doc_id']}.txt", row["text"]))
    cases: list[Case] = []
    rows = read_rows(data / "piaf-dev/questions.jsonl")
    random.Random(seed).shuffle(rows)
    for row in rows:
        article = row["article"]
        if not is_held(article) or is_calibration(article) != calibration:
            continue
        siblings = of_article[article]
        gold = f"{row['gold_doc']}.txt"
        holding = {d for d, text in siblings if any(a.casefold() in text.casefold() for a in row["answers"])}
        case = Case(
            row["id"],
            "fr",
            row["question"],
            article,
            tuple(row["answers"]),
            gold,
            frozenset(holding | {gold}),
            frozenset(d for d, _ in siblings),
        )
        cases.append(case)
        if row["id"] in english:
            cases.append(replace(case, id=f"{row['id']}-en", lang="en", question=english[row["id"]]))
    return cases


def read_squad(data: Path, calibration: bool, seed: int) -> list[Case]:
    """Shuffled questions of SQuAD 2.0's held-out articles, as many that their paragraph answers as others."""
    names = _squad_paragraphs(data)
    answered: list[Case] = []
    absent: list[Case] = []
    rows = read_rows(data / "squad2-dev/questions.jsonl")
    random.Random(seed).shuffle(rows)
    for row in rows:
        if not is_held(row["article"]) or is_calibration(row["article"]) != calibration:
            continue
        gold = names[row["context"]]
        answers = () if row["unanswerable"] else tuple(row["answers"])
        case = Case(
            row["id"],
            "en",
            row["question"].strip(),
            row["article"],
            answers,
            gold,
            frozenset({gold}) if answers else frozenset[str](),
            frozenset[str](),
            ("present",) if answers else ("near",),
        )
        (answered if answers else absent).append(case)
    return [case for pair in zip(answered, absent, strict=False) for case in pair]


def _translations(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = " ".join(row["text"].split())
            if row["id"].startswith("t-en-") and text.endswith("?"):
                yield row["id"].removeprefix("t-en-"), text
