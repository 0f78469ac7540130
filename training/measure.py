"""What calibration rests on: questions asked under conditions that are known, and what came of them.

A question is asked with its answer in the index or without it, as written or translated by the language
model; of some, the language model's choice and sentence are taken too. All of it is cached.
"""

from __future__ import annotations

import argparse
import json
import logging
import pickle
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path

from bench.absence import (
    ABSENCES,
    Absence,
    Case,
    Without,
    open_piaf,
    open_squad,
    read_piaf,
    read_squad,
    stands_alone,
)
from qa.index import Index
from qa.lang import detect_lang
from qa.models.e5 import E5Embedder
from qa.models.llamacpp import LlamaCppLLM
from qa.models.protocols import LLM
from qa.retrieve import Found, Query, retrieve
from qa.settings import Settings
from qa.types import Evidence, Lang
from qa.weigh import Chosen, Logistic, OnnxReader, Reading, StateChooser, choose, is_enough
from qa.weigh.rank import read_found, sentence_signals
from qa.write import (
    Written,
    build_messages,
    choice_messages,
    in_document_order,
    pick_excerpts,
    pick_looks,
    state_messages,
    translate_question,
    write_sentences,
)

SEED = 11
_LOG = logging.getLogger("training")


@dataclass(frozen=True)
class Asking:
    """One question asked under one condition: what was found, and how the reader read it."""

    case: Case
    absence: Absence
    found: tuple[Found, ...]
    readings: list[Reading]
    query: Query

    @property
    def key(self) -> str:
        """Names the question, its language and the condition."""
        return f"{self.case.id} {self.case.lang} {self.absence}"


@dataclass(frozen=True)
class Try:
    """What the language model made of one asking: the share of each choice (the first is "none"), and the
    first sentence that it wrote."""

    choices: tuple[float, ...]
    text: str

    @property
    def chosen(self) -> Chosen:
        """The choice as the product has it."""
        return Chosen(self.choices[1:], self.choices[0])


def ask_all(options: argparse.Namespace, embedder: E5Embedder, reader: OnnxReader) -> list[Asking]:
    """`options.questions` questions of each set, and as many translated, under each of their conditions."""
    cache = options.work / f"askings-{reader.name.replace('/', '-')}.pickle"
    known: list[Asking] = pickle.loads(cache.read_bytes()) if cache.exists() else []
    there = {a.key for a in known}
    sets: list[tuple[list[Case], Callable[[Path, Path, E5Embedder], Index], Path]] = [
        (read_piaf(options.data, None, calibration=True, seed=SEED), open_piaf, options.work),
        (read_squad(options.data, calibration=True, seed=SEED), open_squad, options.work / "squad"),
    ]
    found: list[Asking] = []
    for cases, opened, work in sets:
        alone = [c for c in cases if stands_alone(c.question, c.lang)][: options.questions]
        alone += _translated(alone[: options.questions // 2], options)
        with opened(options.data, work, embedder) as index:
            for case in alone:
                for absence in case.absences:
                    query = Query(case.question, case.lang, _asked_in(case, options))
                    one = Asking(case, absence, (), [], query)
                    found.append(one if one.key in there else _ask(one, index, embedder, reader))
        _LOG.info("%d questions", len(alone))
    by_key = {a.key: a for a in known}
    found = [by_key.get(a.key, a) for a in found]
    cache.write_bytes(pickle.dumps(found))
    return found


def _ask(asking: Asking, index: Index, embedder: E5Embedder, reader: OnnxReader) -> Asking:
    without = Without(index, asking.case.without(asking.absence))
    found = retrieve(asking.query, without, embedder, Settings().retrieve)
    return replace(asking, found=found, readings=read_found(asking.query, found, reader))


def _translated(cases: Sequence[Case], options: argparse.Namespace) -> list[Case]:
    """The same questions as the language model translates them, where what it gave is a question."""
    others: list[Lang] = ["fr" if case.lang == "en" else "en" for case in cases]
    asked = list(zip((case.question for case in cases), others, strict=True))
    texts = _translations(asked, options)
    back = [(text, case.lang) for case, text in zip(cases, texts, strict=True) if case.lang == "en"]
    _translations(back, options)
    return [
        replace(case, lang=other, question=text)
        for case, other, text in zip(cases, others, texts, strict=True)
        if text.endswith("?") and detect_lang(text, default=case.lang) == other
    ]


def _asked_in(case: Case, options: argparse.Namespace) -> dict[Lang, str]:
    """As the product does it: a French question on English documents is translated, not the other way."""
    if case.lang != "fr" or len(case.absences) == len(ABSENCES):
        return {}
    return {"en": _translations([(case.question, "en")], options)[0]}


def _translations(wanted: Sequence[tuple[str, Lang]], options: argparse.Namespace) -> list[str]:
    cache = options.work / "translated.json"
    known: dict[str, str] = json.loads(cache.read_text("utf-8")) if cache.exists() else {}
    missing = [one for one in wanted if f"{one[1]} {one[0]}" not in known]
    if missing:
        llm = LlamaCppLLM(options.gguf, num_ctx=4096)
        try:
            for text, into in missing:
                known[f"{into} {text}"] = translate_question(llm, text, into)[0]
        finally:
            llm.close()
        cache.write_text(json.dumps(known, ensure_ascii=False, indent=0), "utf-8")
    return [known[f"{into} {text}"] for text, into in wanted]


def scored(asking: Asking, rank: Logistic) -> list[tuple[float, Evidence, Reading]]:
    """Every sentence found with its probability, best first."""
    rows = [
        (rank.probability(sentence_signals(asking.readings[p], i, behind(f))), e, asking.readings[p])
        for p, f in enumerate(asking.found)
        for i, e in enumerate(f.sentences)
    ]
    return sorted(rows, key=lambda one: -one[0])


def best_evidence(asking: Asking, rank: Logistic) -> list[Evidence]:
    """The sentences that are kept, best first."""
    best = [replace(e, scores={**e.scores, "reader": round(p, 4)}) for p, e, _ in scored(asking, rank)]
    return best[: Settings().retrieve.evidence]


def excerpts(asking: Asking, rank: Logistic) -> tuple[Evidence, ...]:
    """What the language model is shown first."""
    return pick_excerpts(best_evidence(asking, rank), Settings().answer)


def try_some(askings: Sequence[Asking], rank: Logistic, options: argparse.Namespace) -> dict[int, Try]:
    """For some askings, by their index: the language model's choice and the first sentence that it writes.

    As many present as absent, and as many of each language and set, as there are.
    """
    cache = options.work / f"tries-{options.tag}.jsonl"
    known: dict[str, Try] = {}
    if cache.exists():
        for line in cache.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            known[row["key"]] = Try(tuple(row["choices"]), row["text"])
    by: dict[tuple[str, bool, bool], list[int]] = {}
    for i in random.Random(SEED).sample(range(len(askings)), len(askings)):
        case = askings[i].case
        kind = (case.lang, len(case.absences) == 1, askings[i].absence == "present")
        by.setdefault(kind, []).append(i)
    wanted = [i for some in zip_longest(*by.values()) for i in some if i is not None][: options.tries]
    llm = LlamaCppLLM(options.gguf, num_ctx=4096)
    try:
        for count, i in enumerate(wanted):
            key = askings[i].key
            if key not in known:
                known[key] = _try(askings[i], excerpts(askings[i], rank), llm)
                with cache.open("a", encoding="utf-8") as out:
                    out.write(json.dumps({"key": key} | asdict(known[key]), ensure_ascii=False) + "\n")
            if count % 20 == 19:
                _LOG.info("%d tries", count + 1)
    finally:
        llm.close()
    return {i: known[askings[i].key] for i in wanted}


def read_states(
    askings: Sequence[Asking], rank: Logistic, states: StateChooser, options: argparse.Namespace
) -> list[list[tuple[tuple[Evidence, ...], Chosen]]]:
    """For every asking and each look that is taken at its evidence: the excerpts, and the choice by the
    model's state."""
    choose_of = _kept_choices(states, options)
    found: list[list[tuple[tuple[Evidence, ...], Chosen]]] = []
    for count, asking in enumerate(askings):
        found.append([])
        looks = pick_looks(best_evidence(asking, rank), Settings().answer)
        for number, shown in enumerate(map(in_document_order, looks)):
            found[-1].append((shown, choose_of(asking, f"{number}", shown)))
            if is_enough([chosen for _, chosen in found[-1]]):
                break
        if count % 20 == 19:
            _LOG.info("%d states", count + 1)
    return found


def read_alone(
    quoted: Sequence[tuple[Asking, Evidence | None]], states: StateChooser, options: argparse.Namespace
) -> list[float]:
    """Log-odds that each excerpt answers, by the model's state behind it without the others; 0 for none."""
    choose_of = _kept_choices(states, options)
    return [
        choose_of(asking, "alone", (excerpt,)).odds if excerpt is not None else 0.0
        for asking, excerpt in quoted
    ]


def _kept_choices(
    states: StateChooser, options: argparse.Namespace
) -> Callable[[Asking, str, Sequence[Evidence]], Chosen]:
    """What gives the choice among excerpts for an asking, and keeps it under a name."""
    cache = options.work / f"states-{states.probe.name.replace('/', '-')}.jsonl"
    known: dict[str, list[float]] = {}
    if cache.exists():
        for line in cache.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            known[row["key"]] = row["choices"]

    def choose_of(asking: Asking, name: str, shown: Sequence[Evidence]) -> Chosen:
        messages = state_messages(asking.case.question, asking.case.lang, shown)
        # Another reader shows other excerpts.
        key = f"{asking.key} {name} {zlib.crc32(messages[-1].content.encode())}"
        if key not in known:
            chosen = states.choose(messages, len(shown))
            known[key] = [chosen.none, *chosen.answers]
            with cache.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"key": key, "choices": known[key]}) + "\n")
        return Chosen(tuple(known[key][1:]), known[key][0])

    return choose_of


def _try(asking: Asking, shown: tuple[Evidence, ...], llm: LLM) -> Try:
    case = asking.case
    picked = choose(llm, choice_messages(case.question, case.lang, shown), len(shown))
    messages = build_messages(case.question, case.lang, shown, choice=str(picked.best + 1))
    sentences = write_sentences(llm, messages, case.lang, Settings().llm.max_tokens)
    written = next((w for w in sentences if isinstance(w, Written) and w.text), None)
    sentences.close()
    choices = (picked.none, *picked.answers)
    return Try(choices, written.text if written else "")


def behind(found: Found) -> float:
    """The passage's score `behind` (see qa/retrieve.py)."""
    return found.sentences[0].scores.get("behind", 0.0)
