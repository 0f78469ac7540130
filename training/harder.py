"""Sheets made harder by code, anew each time: another name or number, a reason that is not given."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from qa.dates import annotate, spoken_date
from qa.types import LANGS, Lang
from qa.write import asks_time
from training.alter import alter_name, alter_number, alter_opposite, ask_why, names_in
from training.asserted import is_whether, reworded
from training.examples import Asked, disturbed, is_held
from training.probe import MOST, Sheet
from training.untold import Untold, with_untold
from training.written import is_written

# The share of sheets with a question made unanswerable by code: French has no adversarial ones of people.
_ALTERED: dict[Lang, float] = {"fr": 0.9, "en": 0.6}
# The share of sheets with an excerpt that says of somebody else what is asked, where a question has a name.
_DOUBLED = 0.5
# The share of questions for a time or a place that are also asked for a reason, which is not given.
_ASKED_WHY = 0.5
# The share of sheets whose questions for a time are asked of excerpts that say their document's date.
_DATED = 0.5


def _is_as_asked(sheet: Sheet) -> bool:
    """Whether its questions are not to be altered: some ask for yes or no. It is held out by its texts."""
    return is_whether(sheet) or is_written(sheet)


def ordered(sheets: Sequence[Sheet], asked: Sequence[Asked], untold: Untold, seed: int) -> list[Sheet]:
    """An epoch: the sheets of articles that are not held out, some questions disturbed or altered."""
    rng = random.Random(seed)
    names = {
        lang: [n for a in asked[:4000] if a.lang == lang for n in names_in(a.question)] for lang in LANGS
    }
    learnt = [s for s in sheets if s.asked and (_is_as_asked(s) or not is_held(s.article))]
    rng.shuffle(learnt)
    told = (with_untold(reworded(sheet, rng), untold, rng) for sheet in learnt)
    doubled = (_doubled(sheet, names[sheet.lang], rng) for sheet in told)
    harder = (replace(sheet, asked=tuple(_harder(sheet, names, rng))) for sheet in doubled)
    return [part for sheet in harder for part in _dated(sheet, rng)]


def _doubled(sheet: Sheet, names: Sequence[str], rng: random.Random) -> Sheet:
    """The sheet; now and then with an excerpt that says of somebody else what one of its questions asks,
    beside the one that answers or in its place. Questions of that excerpt without the name are left out."""
    named = [
        (number, name)
        for lang, question, number, _ in sheet.asked
        if number and lang == sheet.lang
        for name in names_in(question)
        if name in sheet.excerpts[number - 1]
    ]
    if _is_as_asked(sheet) or not named or rng.random() >= _DOUBLED:
        return sheet
    number, name = rng.choice(named)
    text = sheet.excerpts[number - 1]
    near = [n for s in sheet.excerpts for n in names_in(s) if n not in text]
    double = text.replace(name, rng.choice(near if near and rng.random() < 0.6 else names))
    asked = [one for one in sheet.asked if one[2] != number or name in one[1]]
    excerpts = list(sheet.excerpts)
    if len(excerpts) >= MOST or rng.random() < 0.5:
        excerpts[number - 1] = double
        asked = [(lang, q, 0, "named") if n == number else (lang, q, n, k) for lang, q, n, k in asked]
    else:
        place = rng.randint(0, len(excerpts))
        excerpts.insert(place, double)
        asked = [(lang, q, n + (n > place), k) for lang, q, n, k in asked]
    return replace(sheet, excerpts=tuple(excerpts), asked=tuple(asked))


def _dated(sheet: Sheet, rng: random.Random) -> Iterator[Sheet]:
    """The sheet; now and then its questions for a time apart, behind the dates that the product shows then:
    when a document is of answers nothing by itself."""
    times = [one for one in sheet.asked if asks_time(one[1])] if rng.random() < _DATED else []
    if rest := [one for one in sheet.asked if one not in times]:
        yield replace(sheet, asked=tuple(rest))
    if times:
        days = [date(2000, 1, 1) + timedelta(rng.randrange(9500)) for _ in range(rng.choice((1, 2, 8)))]
        said = [rng.choice(days).isoformat() for _ in sheet.excerpts]
        excerpts = (
            f"({spoken_date(day, sheet.lang)}) {annotate(text, sheet.lang, day)}"
            for day, text in zip(said, sheet.excerpts, strict=True)
        )
        yield replace(sheet, excerpts=tuple(excerpts), asked=tuple(times))


def _harder(
    sheet: Sheet, names: dict[Lang, list[str]], rng: random.Random
) -> Iterator[tuple[Lang, str, int, str]]:
    """The questions, now and then as people type them, and one made unanswerable by code."""
    for lang, question, number, kind in sheet.asked:
        yield lang, disturbed(question, rng), number, kind
    # Whether another number or name is so, the text answers as well: no.
    present = [one for one in sheet.asked if one[2]] if not _is_as_asked(sheet) else []
    for lang, question, number, _ in present:
        why = ask_why(question, lang, sheet.excerpts[number - 1])
        if why and rng.random() < _ASKED_WHY:
            yield lang, why, 0, "why"
    for _ in range(2 if sheet.lang == "fr" else 1):
        if not present or rng.random() >= _ALTERED[sheet.lang]:
            continue
        lang, question, _, _ = rng.choice(present)
        near = [n for s in sheet.excerpts for n in names_in(s)]
        pool = near if near and rng.random() < 0.6 else names[lang]
        changes = [alter_name, alter_name, alter_number, alter_opposite]
        rng.shuffle(changes)
        made = next(
            (t for change in changes if (t := change(question, lang, rng, pool)) and t != question), None
        )
        if made:
            yield lang, made, 0, "altered"
