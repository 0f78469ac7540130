"""Months and weekdays that texts name: a claim may take neither from nowhere.

A claim is read strictly: only what is surely a month ("in May", not "May left"). What it rests on is read
generously: names of either language, abbreviations, figures, the document's date.
"""

from __future__ import annotations

import re
from itertools import pairwise

from qa.types import Lang
from qa.words import fold, parts

MONTHS: dict[Lang, tuple[str, ...]] = {
    "fr": tuple(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
    ),
    "en": tuple(
        "January February March April May June July August September October November December".split()
    ),
}
DAYS: dict[Lang, tuple[str, ...]] = {
    "fr": tuple("lundi mardi mercredi jeudi vendredi samedi dimanche".split()),
    "en": tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
}
_SHORT = {"jan": 1, "janv": 1, "feb": 2, "fev": 2, "fevr": 2, "mar": 3, "apr": 4, "avr": 4, "jun": 6}
_SHORT |= {"jul": 7, "juil": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}
_NUMBER = {fold(name): n for names in MONTHS.values() for n, name in enumerate(names, 1)}
_WEEKDAY = {
    fold(name) + end: n for names in DAYS.values() for n, name in enumerate(names) for end in ("", "s")
}
# English words that are months only beside a number or behind one of these.
_DOUBTFUL = "March|May|August"
_LEADS = "in|on|of|by|since|until|till|from|to|early|late|mid|last|next|this|every|each|before|after|during"
SURELY: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(rf"(?<![\w-])(?:{'|'.join(MONTHS['fr'])})(?![\w-])"),
    "en": re.compile(
        rf"\b(?:{'|'.join(name for name in MONTHS['en'] if name not in _DOUBTFUL.split('|'))})\b"
        rf"|(?:(?<=\d )|(?<=\dth )|(?<=\d(?:st|nd|rd) )|\b(?:{_LEADS})[ -])(?:{_DOUBTFUL})\b"
        rf"|\b(?:{_DOUBTFUL})(?= \d)"
    ),
}
_FIGURES = re.compile(
    r"(?<!\d)(?:(?P<one>\d{1,2})[./-](?P<two>\d{1,2})[./-]\d{2,4}|\d{4}-(?P<iso>\d{2}))(?!\d)"
)
# Between two months: what lies between them is named too.
_RANGE = re.compile(r"(?:\b(?:a|au|jusqu|to|until|till|through)\b|[-–—])", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:entre|between)\b", re.IGNORECASE)
_NEAR = 25  # characters between the months of a range
_ALL = frozenset(range(1, 13))
_OTHER_DAYS = re.compile(
    r"\b(?:sauf|except\w*|hormis|chaque jour|tous les jours|quotidien\w*|daily|every day|weekdays?"
    r"|week-?ends?|semaine|week)\b",
    re.IGNORECASE,
)


def is_of_calendar(word: str) -> bool:
    """Whether a folded word is a month or a weekday."""
    return word in _NUMBER or word in _WEEKDAY


def months_in(text: str, lang: Lang) -> frozenset[int]:
    """The months that `text` surely names."""
    return frozenset(_NUMBER[fold(re.split(r"[ -]", match[0])[-1])] for match in SURELY[lang].finditer(text))


def held_months(text: str, date: str | None) -> frozenset[int]:
    """The months that a claim may take from `text`, dated `date` (ISO, possibly shortened); all where it
    names a range of them."""
    found = {n for word in parts(text) if (n := _NUMBER.get(fold(word)) or _SHORT.get(fold(word)))}
    for match in _FIGURES.finditer(f"{text} {date or ''}"):
        found |= {int(part) for part in match.groupdict().values() if part}
    named = [m for m in re.finditer(r"[^\W\d_]+", text) if fold(m[0]) in _NUMBER]
    for one, other in pairwise(named):
        between = fold(text[one.end() : other.start()])
        if len(between) <= _NEAR and (_RANGE.search(between) or _BETWEEN.search(text[: one.start()])):
            return _ALL
    return frozenset(found) & _ALL


def other_weekdays(text: str, held: str, asked: str = "") -> frozenset[str]:
    """The weekdays, folded, that `text` names in place of the only one of `held`; not one that is `asked`
    for, nor where `held` speaks of all days."""
    days = {_WEEKDAY[word] for word in map(fold, parts(held)) if word in _WEEKDAY}
    if len(days) != 1 or _OTHER_DAYS.search(held):
        return frozenset()
    days |= {_WEEKDAY[word] for word in map(fold, parts(asked)) if word in _WEEKDAY}
    named = {word for word in map(fold, parts(text)) if word in _WEEKDAY}
    return frozenset(word for word in named if _WEEKDAY[word] not in days)
