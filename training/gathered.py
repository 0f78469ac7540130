"""Sheets of excerpts as the product gathers them: searched for and ranked among all paragraphs.

A paragraph's own sentences are what people had in sight when they asked; what a search brings is harder to
tell apart, for all of it looks like the question.
"""

from __future__ import annotations

import itertools
import logging
import pickle
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench.absence import Without, open_texts
from qa.index import Index
from qa.models.e5 import E5Embedder
from qa.models.protocols import Embedder
from qa.retrieve import Query, retrieve
from qa.settings import AnswerSettings, Settings
from qa.types import Evidence, Lang
from qa.weigh import Calibration, OnnxReader, Reader, load_calibration, rank
from qa.write import in_document_order, pick_looks
from training.examples import Asked, is_held, read_rows, read_selqa, sentences_of
from training.probe import Sheet

# Of the questions that a paragraph answers, the share asked with the answer left out of the index.
_WITHOUT = 0.35
# Of each sheet, at most so many questions that it answers, and that it does not.
_PRESENT, _ABSENT = 5, 5
_LANGS_OF: dict[str, Lang] = {"piaf": "fr", "squad": "en"}
_SELQA: Lang = "en"
# What the settings have, and others, so that nothing is learnt of their number.
_EXCERPTS = (5, 5, 5, 4, 3, 7)
_CHARACTERS = (600, 600, 800, 1000)
# Of the sheets, the share with what is shown first alone, and with the excerpts out of order.
_FIRST_LOOK = 0.7
_SHUFFLED = 0.2
_LEAST_ASKED = 2
_LOG = logging.getLogger("training")


@dataclass(frozen=True)
class _Corpus:
    """The paragraphs of one set, each a document, with the questions that were asked of them."""

    lang: Lang
    index: Index
    names: dict[tuple[str, ...], str]
    asked: dict[str, list[Asked]]
    of_article: dict[str, list[str]]


def gather(asked: Sequence[Asked], data: Path, work: Path, each: int, held: bool, seed: int) -> list[Sheet]:
    """`each` sheets of each set, of articles that are held out or of the others; PIAF and SQuAD in turn.

    Kept in `work`, and not made again.
    """
    kept = work / f"gathered-{'held' if held else 'learnt'}-{each}-{seed}.pickle"
    if kept.exists():
        known: list[Sheet] = pickle.loads(kept.read_bytes())
        return known
    parts = (E5Embedder(), OnnxReader(), load_calibration())
    found: list[list[Sheet]] = []
    for name, lang in _LANGS_OF.items():
        folder = work / f"{name}-{'held' if held else 'learnt'}"
        of = [one for one in asked if one.lang == lang and not one.maybe]
        corpus = _corpus(lang, _texts(name, data, held), of, folder, parts[0])
        with corpus.index:
            sheets = _gathered(corpus, name, random.Random(f"{seed} {name}"), *parts)
            found.append(list(islice(sheets, each)))
        _LOG.info("%s: %d sheets gathered", name, len(found[-1]))
    mixed = [sheet for pair in zip(*found, strict=False) for sheet in pair]
    kept.write_bytes(pickle.dumps(mixed))
    return mixed


def gather_selqa(data: Path, work: Path, each: int, held: bool, seed: int) -> list[Sheet]:
    """`each` sheets of SelQA, whose questions were told again in other words than the sections they are of.

    Kept in `work`, and not made again.
    """
    kept = work / f"selqa-{'held' if held else 'learnt'}-{each}-{seed}.pickle"
    if kept.exists():
        known: list[Sheet] = pickle.loads(kept.read_bytes())
        return known
    embedder = E5Embedder()
    asked = [one for one in read_selqa(data) if is_held(one.article) == held]
    texts = {one.sentences: (one.article, " ".join(one.sentences)) for one in asked}
    named = {f"selqa-{i}.txt": text for i, text in enumerate(texts.values())}
    names = dict(zip(texts, named, strict=True))
    folder = work / f"selqa-{'held' if held else 'learnt'}"
    corpus = _corpus_of(_SELQA, named, names, asked, folder, embedder)
    with corpus.index:
        rng = random.Random(f"{seed} selqa")
        sheets = _gathered(corpus, "selqa", rng, embedder, OnnxReader(), load_calibration())
        found = list(islice(sheets, each))
    kept.write_bytes(pickle.dumps(found))
    return found


def _gathered(
    corpus: _Corpus,
    name: str,
    rng: random.Random,
    embedder: Embedder,
    reader: Reader,
    calibration: Calibration,
) -> Iterator[Sheet]:
    settings = Settings().retrieve
    some = [one for of in corpus.asked.values() for one in of]
    rng.shuffle(some)
    count = itertools.count()
    for one in some:
        out = _holding(one, corpus) if one.gold and rng.random() < _WITHOUT else frozenset[str]()
        query = Query(one.question, corpus.lang, {})
        brought = retrieve(query, Without(corpus.index, out), embedder, settings)
        best = rank(query, brought, reader, calibration, settings.evidence).evidence
        limits = AnswerSettings(excerpts=rng.choice(_EXCERPTS), excerpt_characters=rng.choice(_CHARACTERS))
        for look in pick_looks(best, limits)[: 1 if rng.random() < _FIRST_LOOK else 2]:
            shown = list(in_document_order(look))
            if rng.random() < _SHUFFLED:
                rng.shuffle(shown)
            sheet = _sheet(one, shown, corpus, f"{name}-{next(count)}", rng)
            if len(sheet.asked) > _LEAST_ASKED:
                yield sheet


def _texts(name: str, data: Path, held: bool) -> dict[str, tuple[str, str]]:
    """(article, paragraph) by the name of its document."""
    if name == "piaf":
        rows = [(r["article"], r["text"]) for r in read_rows(data / "piaf-dev/corpus.jsonl")]
    else:
        rows = list(
            dict.fromkeys(
                (r["article"], r["context"]) for r in read_rows(data / "squad2-dev/questions.jsonl")
            )
        )
    return {f"{name}-{i}.txt": (a, t) for i, (a, t) in enumerate(rows) if is_held(a) == held}


def _corpus(
    lang: Lang, texts: dict[str, tuple[str, str]], asked: Sequence[Asked], work: Path, embedder: Embedder
) -> _Corpus:
    names = {sentences_of(text, lang): name for name, (_, text) in texts.items()}
    return _corpus_of(lang, texts, names, asked, work, embedder)


def _corpus_of(
    lang: Lang,
    texts: dict[str, tuple[str, str]],
    names: dict[tuple[str, ...], str],
    asked: Sequence[Asked],
    work: Path,
    embedder: Embedder,
) -> _Corpus:
    of: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        if one.sentences in names:
            of[names[one.sentences]].append(one)
    articles: dict[str, list[str]] = defaultdict(list)
    for name, (article, _) in texts.items():
        articles[article.replace("_", " ")].append(name)
    index = open_texts({name: text for name, (_, text) in texts.items()}, work, embedder)
    return _Corpus(lang, index, names, of, articles)


def _holding(one: Asked, corpus: _Corpus) -> frozenset[str]:
    """The question's paragraph, and those of its article that hold the answer too."""
    names = corpus.of_article[one.article]
    texts = {name: corpus.index.document(name).document.text for name in names}
    return frozenset(n for n, t in texts.items() if one.answer in t) | {corpus.names[one.sentences]}


def _sheet(one: Asked, shown: Sequence[Evidence], corpus: _Corpus, name: str, rng: random.Random) -> Sheet:
    """The excerpts with the question that they were gathered for, and others of the same paragraphs and
    article."""
    docs = list(dict.fromkeys(e.doc for e in shown))
    near = [q for doc in docs for q in corpus.asked[doc] if q is not one]
    far = [
        q
        for doc in corpus.of_article[one.article]
        if doc not in docs
        for q in corpus.asked[doc]
        if q is not one
    ]
    rng.shuffle(near)
    asked = [*_asked(one, shown, corpus)]
    others = [row for q in near for row in _asked(q, shown, corpus)]
    others += [row for q in rng.sample(far, min(len(far), 2)) for row in _asked(q, shown, corpus)]
    present = [row for row in asked + others if row[2]][:_PRESENT]
    absent = [row for row in asked + others if not row[2]][:_ABSENT]
    texts = tuple(" ".join(e.context_text.split()) for e in shown)
    return Sheet(name, one.article, corpus.lang, texts, (*present, *absent))


def _asked(q: Asked, shown: Sequence[Evidence], corpus: _Corpus) -> Iterator[tuple[Lang, str, int, str]]:
    """The question with the number of the excerpt that answers it; nothing where that is not known."""
    if not q.gold:
        yield q.lang, q.question, 0, "adversarial"
        return
    doc, golds = corpus.names[q.sentences], [q.sentences[i] for i in q.gold]
    of = [(i, e) for i, e in enumerate(shown, 1) if e.doc == doc]
    own = [i for i, e in of if any(e.text in gold or gold in e.text for gold in golds)]
    around = [i for i, e in of if any(gold in e.context_text for gold in golds)]
    if own or around:
        yield q.lang, q.question, (own or around)[0], "present"
    # SelQA has no answers, but all sentences that hold one.
    elif not q.answer or not any(q.answer.casefold() in e.context_text.casefold() for e in shown):
        yield q.lang, q.question, 0, "near"
