"""Make qa/weigh/probe.npz: which excerpt answers, read off the middle of the language model.

`python -m training.probe --data DIR --work DIR --gguf FILE`

Sheets of numbered excerpts are made from paragraphs of PIAF and SQuAD 2.0, each with several questions:
answered by one of them, or by none (SQuAD's adversarial ones, those of other paragraphs of the article, those
whose sentence was taken out). The model's state at the end of each prompt is kept (`WORK/states`, resumable),
and a linear model of the number to be given is fitted on it. Articles are held out as for the reader
(`is_held`).
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from qa.lang import detect_lang
from qa.models.llamacpp import LlamaCppLLM
from qa.models.prompt import as_chat, as_chatml
from qa.prompts import load_prompt
from qa.types import Lang
from qa.write import translate_question
from training.examples import Asked, is_held, read_asked
from training.logistic import area

SEED = 7
LAYERS = 22
MOST = 8
_LONGEST = 12
# Of the sheets of each language, the share whose questions are asked in the other one as well.
_ACROSS: dict[Lang, float] = {"fr": 0.5, "en": 0.3}
_STRENGTH = 2e-3
EPSILON = 1e-6
# Why a question has no answer on its sheet.
_ABSENT = ("removed", "adversarial", "sibling", "near", "untold")
_LOG = logging.getLogger("training")


@dataclass(frozen=True)
class Sheet:
    """Numbered excerpts and what is asked of them: (language, question, number of the excerpt or 0, kind)."""

    id: str
    article: str
    lang: Lang
    excerpts: tuple[str, ...]
    asked: tuple[tuple[Lang, str, int, str], ...]


def main() -> None:
    """Make the sheets, read them, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--sheets", type=int, default=112, help="that are read")
    parser.add_argument("--out", type=Path, default=Path("qa/weigh/probe.npz"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options.work.mkdir(parents=True, exist_ok=True)
    sheets = across(make_sheets(read_asked(options.data, selqa=False))[: options.sheets], options)
    folder = options.work / "states"
    read_sheets(sheets, options.gguf, folder)
    rows = [row for sheet in sheets for row in _rows(sheet, folder)]
    learnt = [row for row in rows if not is_held(row.article)]
    weights, bias = fit([r.state for r in learnt], [r.number for r in learnt])
    tell([row for row in rows if is_held(row.article)], weights, bias)
    np.savez(options.out, weights=weights.astype(np.float16), bias=bias.astype(np.float16), layers=LAYERS)


def make_sheets(asked: Sequence[Asked], seed: int = SEED) -> list[Sheet]:
    """A sheet for each paragraph of at most twelve sentences, PIAF and SQuAD in turn."""
    rng = random.Random(seed)
    articles: dict[str, dict[tuple[str, ...], list[Asked]]] = defaultdict(lambda: defaultdict(list))
    for one in asked:
        if not one.maybe:
            articles[one.article][one.sentences].append(one)
    by: dict[Lang, list[Sheet]] = {"fr": [], "en": []}
    for article, paragraphs in articles.items():
        for sentences, questions in paragraphs.items():
            if 2 <= len(sentences) <= _LONGEST:
                others = [q for s, qs in paragraphs.items() if s != sentences for q in qs]
                by[questions[0].lang].append(_sheet(article, sentences, questions, others, rng))
    for sheets in by.values():
        rng.shuffle(sheets)
    return [sheet for pair in zip(*by.values(), strict=False) for sheet in pair if len(sheet.asked) > 2]


def _sheet(
    article: str,
    sentences: tuple[str, ...],
    questions: Sequence[Asked],
    others: Sequence[Asked],
    rng: random.Random,
) -> Sheet:
    lang = questions[0].lang
    answered = [q for q in questions if q.gold]
    removed = -1
    if answered and len(sentences) > 2 and rng.random() < (0.75 if lang == "fr" else 0.25):
        removed = rng.choice(answered).gold[0]
    kept = [i for i in range(len(sentences)) if i != removed]
    if len(kept) >= MOST:
        start = rng.randint(0, len(kept) - MOST + 2)
        kept = kept[start : start + MOST - 2]
    groups = _grouped(sentences, kept, rng)
    if rng.random() < 0.6:
        rng.shuffle(groups)
    strangers = [s for q in others for s in q.sentences if len(s) < 300]
    for _ in range(min(rng.choice((0, 0, 1, 2)), MOST - 2 - len(groups)) if strangers else 0):
        groups.insert(rng.randint(0, len(groups)), ((), rng.choice(strangers)))
    numbers = {i: number for number, (members, _) in enumerate(groups, 1) for i in members}

    def number(question: Asked) -> int:
        return next((numbers[i] for i in question.gold if i in numbers), 0)

    present = [(lang, q.question, number(q), "present") for q in answered if number(q)]
    absent = [(lang, q.question, 0, "removed") for q in answered if q.gold == (removed,)]
    absent += [(lang, q.question, 0, "adversarial") for q in questions if not q.gold]
    rng.shuffle(present)
    rng.shuffle(absent)
    some = [q for q in others if q.gold]
    siblings = rng.sample(some, min(len(some), 2 if lang == "fr" else 1))
    asked = [*present[:5], *absent[:4], *((lang, q.question, 0, "sibling") for q in siblings)]
    excerpts = tuple(text for _, text in groups)
    return Sheet(f"{lang}-{hash_of(sentences)}", article, lang, excerpts, tuple(asked))


def _grouped(
    sentences: Sequence[str], kept: Sequence[int], rng: random.Random
) -> list[tuple[tuple[int, ...], str]]:
    """Sentences as excerpts; some of them two together, as neighbours are shown."""
    groups: list[tuple[tuple[int, ...], str]] = []
    i = 0
    while i < len(kept):
        pair = kept[i : i + 2]
        together = len(pair) == 2 and pair[1] == pair[0] + 1 and sum(len(sentences[x]) for x in pair) < 260
        members = tuple(pair if together and rng.random() < 0.35 else pair[:1])
        groups.append((members, " ".join(sentences[x] for x in members)))
        i += len(members)
    return groups


def hash_of(sentences: Sequence[str]) -> int:
    """Names a paragraph, the same in every run."""
    return zlib.crc32("\n".join(sentences).encode())


def across(sheets: Sequence[Sheet], options: argparse.Namespace) -> list[Sheet]:
    """Some sheets with their questions in the other language beside, translated by the language model."""
    cache = options.work / "translated.json"
    known: dict[str, str] = json.loads(cache.read_text("utf-8")) if cache.exists() else {}
    some = {s.id for s in sheets if s.asked and int(s.id.split("-")[1]) % 100 < _ACROSS[s.lang] * 100}
    llm = LlamaCppLLM(options.gguf, num_ctx=2048)
    found: list[Sheet] = []
    try:
        for sheet in sheets:
            added = []
            for lang, question, number, kind in sheet.asked if sheet.id in some else ():
                other: Lang = "en" if lang == "fr" else "fr"
                key = f"{other} {question}"
                if key not in known:
                    known[key] = translate_question(llm, question, other)[0]
                    cache.write_text(json.dumps(known, ensure_ascii=False, indent=0), "utf-8")
                if known[key].endswith("?") and detect_lang(known[key], default=lang) == other:
                    added.append((other, known[key], number, kind))
            found.append(replace(sheet, asked=(*sheet.asked, *added)))
    finally:
        llm.close()
    return found


def read_sheets(sheets: Sequence[Sheet], gguf: Path, folder: Path) -> None:
    """Keep the state at the end of each prompt, one file a sheet; what is there is not read again.

    A sheet's excerpts are read once, and each question behind them.
    """
    import torch
    from transformers import AutoTokenizer, DynamicCache

    from training.lower import load_layers

    folder.mkdir(exist_ok=True)
    missing = [s for s in sheets if s.asked and not (folder / f"{s.id}.npz").exists()]
    if not missing:
        return
    tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
    model = load_layers(gguf, torch.float32, LAYERS)
    for count, sheet in enumerate(missing):
        with torch.no_grad():
            cache, states, read = DynamicCache(), [], ""
            for lang, question, _, _ in sheet.asked:
                prefix, mark, rest = prompt(sheet, lang, question).rpartition("\n\nQuestion")
                if not read:
                    read = prefix
                    model(torch.tensor([tokenizer.encode(prefix)]), past_key_values=cache)
                tokens = tokenizer.encode(mark + rest)
                out = model(torch.tensor([tokens]), past_key_values=copy.deepcopy(cache))
                states.append(out.last_hidden_state[0, -1].numpy().astype(np.float16))
        np.savez(folder / f"{sheet.id}.npz", states=np.stack(states))
        if count % 20 == 19:
            _LOG.info("%d of %d sheets", count + 1, len(missing))


def prompt(sheet: Sheet, lang: Lang, question: str) -> str:
    """The prompt as the product has it."""
    excerpts = "\n".join(f"[{number}] {text}" for number, text in enumerate(sheet.excerpts, 1))
    messages = load_prompt("choose", lang).render(excerpts=excerpts, question=question)
    return as_chatml(as_chat(messages))


@dataclass(frozen=True)
class Row:
    """One question with its state, of root mean square 1."""

    article: str
    kind: str
    data: str
    excerpts: int
    number: int
    state: np.ndarray[Any, np.dtype[np.float32]]


def _rows(sheet: Sheet, folder: Path) -> Iterator[Row]:
    if not sheet.asked:
        return
    with np.load(folder / f"{sheet.id}.npz") as kept:
        states = kept["states"].astype(np.float32)
    for one, state in zip(sheet.asked, states, strict=True):
        yield row_of(sheet, one, state / np.sqrt(np.mean(state * state) + EPSILON))


def row_of(sheet: Sheet, asked: tuple[Lang, str, int, str], state: Any) -> Row:
    """A question of a sheet with its state."""
    lang, _, number, kind = asked
    data = f"{'PIAF' if sheet.lang == 'fr' else 'SQuAD'} in {lang}"
    return Row(sheet.article, kind, data, len(sheet.excerpts), number, state)


def fit(states: Sequence[Any], numbers: Sequence[int]) -> tuple[Any, Any]:
    """Weights and bias of a multinomial logistic model on standardised states."""
    from sklearn.linear_model import LogisticRegression

    x = np.stack(states)
    middle, spread = x.mean(0), x.std(0) + 1e-3
    model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit((x - middle) / spread, numbers)
    weights = model.coef_ / spread
    return weights, model.intercept_ - weights @ middle


def tell(rows: Sequence[Row], weights: Any, bias: Any) -> None:
    """Area of answered against not, by set and kind, and the share of right numbers among answered."""
    by: dict[str, list[tuple[float, bool, int]]] = defaultdict(list)
    for row in rows:
        logits = (weights @ row.state + bias)[: row.excerpts + 1]
        odds = float(np.log(np.exp(logits[1:]).sum()) - logits[0])
        right = int(logits[1:].argmax()) + 1 == row.number
        for name in (
            row.data,
            *(_ABSENT if row.number else ()),
            *(() if row.kind == "present" else (row.kind,)),
        ):
            by[name].append((odds, row.number > 0, right))
    for name, found in sorted(by.items()):
        answered = [o for o, there, _ in found if there]
        absent = [o for o, there, _ in found if not there]
        share = sum(right for _, there, right in found if there) / max(len(answered), 1)
        _LOG.info("%s: %d answered, %d not, area %.3f, right number %.2f",
                  name, len(answered), len(absent), area(answered, absent), share)  # fmt: skip


if __name__ == "__main__":
    main()
