"""Examples for the reader, made from public question sets and from pairs of sentences.

A question is shown with a window of a paragraph: which of its sentences answer, and where. A claim is
shown with its evidence: supported, contradicted or neither. Articles are held out whole.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa.segment import split_sentences
from qa.types import LANGS, Lang
from qa.weigh.layout import Task
from training.alter import ALTERATIONS, alter_name, alter_negation, alter_number, alter_opposite, names_in

# What a pair of claim and evidence is known to be. The last two say only what it is not.
SUPPORTED, CONTRADICTED, NEITHER, NOT_CONTRADICTED, NOT_SUPPORTED = range(5)
UNKNOWN = -100
# Of the labelled pairs, the fifth that is held out of training.
FOLD = 0
_WINDOW = 480
_SQUAD_HELD = frozenset({"Huguenot", "Force"})
_STOP = frozenset(
    "le la les l un une des de du d et ou à a au aux en dans par pour sur que qui quoi quel quelle "
    "quels quelles est sont "
    "the an of in on at to is are was were did do does what which who whom how and or for by".split()
)


@dataclass(frozen=True)
class Example:
    """`answers[i]` is 1, 0 or UNKNOWN for sentence i; `span` is (sentence, start, end) in characters.

    `span` is None where the window holds no answer; `spanned` is False where it is not known.
    """

    task: Task
    text: str
    title: str
    sentences: tuple[str, ...]
    answers: tuple[int, ...] = ()
    span: tuple[int, int, int] | None = None
    spanned: bool = True
    pair: int = UNKNOWN


@dataclass(frozen=True)
class Asked:
    """One question of a public set with its paragraph's sentences; `gold` are those that answer."""

    id: str
    lang: Lang
    question: str
    article: str
    sentences: tuple[str, ...]
    gold: tuple[int, ...]
    maybe: tuple[int, ...]
    answer: str


def is_held(article: str) -> bool:
    """Whether an article is kept for measuring: two of SQuAD's, and a fifth of the others."""
    return article in _SQUAD_HELD or int(hashlib.sha256(article.encode()).hexdigest(), 16) % 5 == 0


def read_rows(path: Path) -> list[dict[str, Any]]:
    """A jsonl file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_asked(data: Path, selqa: bool = True) -> list[Asked]:
    """Every question of PIAF, SQuAD 2.0 and SelQA, all articles."""
    found: list[Asked] = []
    corpus = {row["doc_id"]: row["text"] for row in read_rows(data / "piaf-dev/corpus.jsonl")}
    for row in read_rows(data / "piaf-dev/questions.jsonl"):
        found += _from_paragraph(row, "fr", corpus[row["gold_doc"]], row["answers"])
    for row in read_rows(data / "squad2-dev/questions.jsonl"):
        answers = [] if row["unanswerable"] else row["answers"]
        found += _from_paragraph(row, "en", row["context"], answers)
    return [*found, *read_selqa(data)] if selqa else found


def read_selqa(data: Path) -> list[Asked]:
    """SelQA's questions with all sentences that answer, and no answers of their own."""
    return [
        Asked(
            row["id"],
            "en",
            row["question"],
            row["article"],
            tuple(row["sentences"]),
            tuple(row["answers"]),
            (),
            "",
        )
        for row in read_rows(data / "selqa/questions.jsonl")
    ]


def sentences_of(text: str, lang: Lang) -> tuple[str, ...]:
    """The sentences of a paragraph, as the product parts them."""
    return tuple(text[s.start : s.end] for s in split_sentences(text, lang))


def _from_paragraph(row: dict[str, Any], lang: Lang, text: str, answers: list[str]) -> Iterator[Asked]:
    sentences = sentences_of(text, lang)
    article = row["article"].replace("_", " ")
    if not answers:
        yield Asked(row["id"], lang, row["question"], article, sentences, (), (), "")
        return
    holding = [i for i, s in enumerate(sentences) if any(a in s for a in answers)]
    if not holding:
        return
    best = max(holding, key=lambda i: overlap(row["question"], sentences[i]))
    answer = max((a for a in answers if a in sentences[best]), key=len)
    others = tuple(i for i in holding if i != best)
    yield Asked(row["id"], lang, row["question"], article, sentences, (best,), others, answer)


def overlap(question: str, sentence: str) -> float:
    """The share of the question's content words, cut to five letters, that the sentence has."""
    wanted, held = _stems(question), _stems(sentence)
    return len(wanted & held) / max(len(wanted), 1)


def _stems(text: str) -> set[str]:
    folded = unicodedata.normalize("NFD", text.casefold())
    words = re.findall(r"\w+", "".join(c for c in folded if not unicodedata.combining(c)))
    return {w[:5] for w in words if w not in _STOP and len(w) > 1}


def questions(asked: Sequence[Asked], translated: dict[str, str], rng: random.Random) -> Iterator[Example]:
    """An epoch's questions: with their answer, without it, and altered so that nothing answers."""
    by_article: dict[str, list[Asked]] = {}
    for one in asked:
        by_article.setdefault(one.article, []).append(one)
    pool = {lang: [n for a in asked if a.lang == lang for n in names_in(a.question)] for lang in LANGS}
    for one in asked:
        for text in filter(None, (one.question, translated.get(one.id))):
            shown = disturbed(text, rng)
            target = one.gold[0] if one.gold else _nearest(one, text)
            yield _window(one, shown, target, rng)
            if not one.gold:
                continue
            if rng.random() < 0.5 and (without := _without_answer(one)):
                yield _window(without, shown, _nearest(without, text), rng)
            else:
                other = rng.choice(by_article[one.article])
                if other.sentences != one.sentences and not (
                    one.answer and any(one.answer in s for s in other.sentences)
                ):
                    empty = replace(other, gold=(), maybe=(), answer="")
                    yield _window(empty, shown, _nearest(empty, text), rng)
        if one.gold and one.answer and rng.random() < 0.5:
            near = [n for s in one.sentences for n in names_in(s)]
            names = near if near and rng.random() < 0.6 else pool[one.lang]
            changes = [alter_name, alter_name, alter_number, alter_opposite, alter_opposite, alter_negation]
            rng.shuffle(changes)
            made = next((t for c in changes if (t := c(one.question, one.lang, rng, names))), None)
            if made:
                wrong = replace(one, gold=(), maybe=(), answer="")
                yield _window(wrong, disturbed(made, rng), one.gold[0], rng)


def _nearest(one: Asked, question: str) -> int:
    return max(range(len(one.sentences)), key=lambda i: overlap(question, one.sentences[i]))


def _without_answer(one: Asked) -> Asked | None:
    left = tuple(s for i, s in enumerate(one.sentences) if i not in one.gold + one.maybe)
    return replace(one, sentences=left, gold=(), maybe=(), answer="") if left else None


def _window(one: Asked, question: str, target: int, rng: random.Random) -> Example:
    first = last = target
    size = len(one.sentences[target])
    while True:
        sides = [s for s in (first - 1, last + 1) if 0 <= s < len(one.sentences)]
        side = rng.choice(sides) if sides else None
        if side is None or size + len(one.sentences[side]) > _WINDOW:
            break
        size += len(one.sentences[side])
        first, last = min(first, side), max(last, side)
    indices = range(first, last + 1)
    answers = tuple(1 if i in one.gold else UNKNOWN if i in one.maybe else 0 for i in indices)
    span = None
    if one.gold and one.answer:
        at = one.sentences[one.gold[0]].index(one.answer)
        span = (one.gold[0] - first, at, at + len(one.answer))
    return Example(
        task="query",
        text=question,
        title=one.article if rng.random() < 0.7 else "",
        sentences=tuple(one.sentences[i] for i in indices),
        answers=answers,
        span=span,
        spanned=bool(one.answer) or not one.gold,
    )


def disturbed(question: str, rng: random.Random) -> str:
    """Now and then as people type: no accents, no capitals, no mark, or only the words that count."""
    draw = rng.random()
    if draw > 0.12:
        return question
    folded = unicodedata.normalize("NFD", question.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c)).rstrip(" ?")
    if draw > 0.04:
        return plain
    return " ".join(w for w in re.findall(r"[\w-]+", plain) if w not in _STOP)


@dataclass(frozen=True)
class Claimed:
    """A true sentence with what says it; `others` are sentences of the same paragraph that do not."""

    text: str
    lang: Lang
    article: str
    evidence: str
    before: str
    others: tuple[str, ...]


def claims(
    made: Sequence[Claimed],
    asked: Sequence[Asked],
    translated: dict[str, str],
    rng: random.Random,
    share: float,
) -> Iterator[Example]:
    """An epoch's claims from question sets: as written, altered, and beside other evidence."""
    names = {
        lang: [n for a in asked[:4000] if a.lang == lang for s in a.sentences for n in names_in(s)]
        for lang in LANGS
    }
    plain = [
        c
        for one in asked
        if one.answer and rng.random() < share
        for c in _claims_of(one, translated.get(one.id), rng)
    ]
    for one in [*made, *plain]:
        yield _pair(one, one.text, SUPPORTED, rng)
        near = names_in(one.evidence) + [n for s in one.others for n in names_in(s)]
        kinds = list(ALTERATIONS)
        rng.shuffle(kinds)
        wrong = 0
        for kind in kinds:
            pool = near if near and rng.random() < 0.5 else names[one.lang]
            text = ALTERATIONS[kind](one.text, one.lang, rng, pool)
            if text and text != one.text:
                label = NOT_SUPPORTED if kind in ("opposite", "roles", "name") else CONTRADICTED
                yield _pair(one, text, label, rng)
                wrong += 1
                if wrong == 2:
                    break
        if one.others and rng.random() < 0.4:
            elsewhere = replace(one, evidence=max(one.others, key=lambda s: overlap(one.text, s)), before="")
            yield _pair(elsewhere, one.text, NOT_SUPPORTED, rng)


def _claims_of(one: Asked, translated: str | None, rng: random.Random) -> Iterator[Claimed]:
    """The sentence that answers, a part of it with the answer, or the question with its answer."""
    at = one.gold[0]
    sentence = one.sentences[at]
    before = one.sentences[at - 1] if at else ""
    others = tuple(s for i, s in enumerate(one.sentences) if i != at and i not in one.maybe)
    draw = rng.random()
    text = f"{one.question} {one.answer}"
    if draw < 0.25:
        text = sentence
    elif draw < 0.5:
        parts = [p for p in re.split(r", | ; | \(|\) ", sentence) if one.answer in p and len(p) > 30]
        text = parts[0].strip() if parts else sentence
        text = text[:1].upper() + text[1:]
    yield Claimed(text, one.lang, one.article, sentence, before, others)
    if translated:
        across = f"{translated} {one.answer}"
        yield Claimed(across, "en" if one.lang == "fr" else "fr", one.article, sentence, before, others)


def _pair(one: Claimed, text: str, label: int, rng: random.Random) -> Example:
    sentences = (one.before, one.evidence) if one.before and rng.random() < 0.5 else (one.evidence,)
    title = one.article if rng.random() < 0.7 else ""
    return Example("claim", text, title, sentences, pair=label)


def labelled_pairs(
    data: Path, fold: int, held: bool, names: Sequence[str] = ("rte3-fr", "daccord")
) -> list[Example]:
    """RTE3-FR and DACCORD; a fifth of each (by number modulo five) is `fold`."""
    labels = {
        "entailment": SUPPORTED,
        "contradiction": CONTRADICTED,
        "neutral": NEITHER,
        "compatibles": NOT_CONTRADICTED,
    }
    found: list[Example] = []
    for name in names:
        for number, row in enumerate(read_rows(data / name / "pairs.jsonl")):
            if (number % 5 == fold) == held:
                found.append(
                    Example("claim", row["hypothesis"], "", (row["premise"],), pair=labels[row["label"]])
                )
    return found
