"""Whether an answer says one of the accepted forms: numbers, dates, names and yes or no, each as such."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from qa.evaluate.gold import BOTH
from qa.evaluate.spelling import same_name
from qa.lang import detect_lang
from qa.polarity import negations
from qa.quantities import Quantity, conflicts, find_quantities
from qa.quantities.reading import normal_number
from qa.quantities.words import NO_UNIT, UNITS
from qa.types import LANGS, Lang
from qa.typography import QUOTED
from qa.words import content_words, fold

_MARKS = re.compile(r"\s*\[[0-9]+(?:\s*[,;–-]\s*[0-9]+)*\]")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_WORD = re.compile(r"[^\W\d_]+|[0-9]+")
_ARTICLES = frozenset("le la les l un une des du de d the a an of".split())
# Figures that are another number in the other language: "1,200", "1.200".
_EITHER = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?:[.,][0-9]{3})+(?![0-9.,]*[0-9])")
# Words that may stand beside a number and its unit in a form that is only a quantity, with its bound.
_BOUND_WORDS = 4

_SIDES = {"oui": "yes", "yes": "yes", "si": "yes", "non": "no", "no": "no"}
_FORMS = {"oui": "yes", "yes": "yes", "non": "no", "no": "no"}
_OPENS = re.compile(
    r"(?:^|[,:;]\s*)[«\"“\s]*(oui|si|non|yes|no)(?=\s*(?:[,;:.!?–—»”\"]|$)|\s+(?:it|he|she|they|there|we)\b)"
)
_BOTH_SIDES = re.compile(r"\b(?:oui et non|yes and no)\b")
_LONG_ENOUGH_TO_TELL = 20
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
# A sentence with this share of the question's words states (or denies) what was asked.
_STATES = 0.5

_MONTH_NAMES = (
    "janvier|janv|january|jan fevrier|fevr|february|feb mars|march|mar avril|avr|april|apr mai|may "
    "juin|june|jun juillet|juil|july|jul aout|august|aug septembre|sept|september|sep "
    "octobre|oct|october novembre|nov|november decembre|dec|december"
).split()
_MONTH = {name: n for n, names in enumerate(_MONTH_NAMES, 1) for name in names.split("|")}
_NAMED = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY = r"(?P<day>[0-3]?[0-9])(?:er|st|nd|rd|th|e)?"
_YEAR = r"(?P<year>[12][0-9]{3})"
_DATES = tuple(
    re.compile(rf"(?<![\w/.-])(?:{pattern})(?![\w/]|[.-][0-9])")
    for pattern in (
        rf"{_YEAR}-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])",
        rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])",
        rf"(?P<day>[0-3]?[0-9])(?P<sep>[/.-])(?P<month>[0-3]?[0-9])(?P=sep){_YEAR}",
        rf"{_DAY} (?:of )?(?P<name>{_NAMED})\.?,?(?: {_YEAR})?",
        rf"(?P<name>{_NAMED})\.? {_DAY}(?!:)(?:,? {_YEAR})?",
        rf"(?P<name>{_NAMED})\.?,? (?:of |de )?{_YEAR}",
    )
)


@dataclass(frozen=True, slots=True)
class _Date:
    """A date; None for what is not said."""

    day: int | None
    month: int
    year: int | None

    def says(self, wanted: _Date) -> bool:
        """Whether it says all that `wanted` says, and the same."""
        return all(
            need is None or have == need
            for need, have in ((wanted.day, self.day), (wanted.month, self.month), (wanted.year, self.year))
        )


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or a number of a text; `value` is the number's, in normal form."""

    text: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer as it is compared."""

    text: str
    lang: Lang
    tokens: tuple[_Token, ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[_Date, ...]


def accepts(answer_text: str, accepted: Sequence[str], lang: Lang, question: str = "") -> bool:
    """Whether an answer in `lang` says one of the accepted forms; of `a & b`, both.

    A form is found as whole words, in any case, with or without accents; names in either language's
    spelling; a number or date however it is written, in figures or words. A quantity with a bound ("less
    than 10") is not said by one with another; a bare number by any. Yes and no are which way the answer
    goes: by the word that opens it or, with `question`, by the sentence that says or denies what was asked.
    """
    text = plain_text(answer_text)
    side = _side(text)
    sides = {_FORMS[fold(form.strip())] for form in accepted if fold(form.strip()) in _FORMS}
    if len(sides) == 1:
        if side is None and question:
            side = _implied(text, lang, question)
            if side is not None and side in sides:
                return True
        elif side is not None:
            return side in sides
    said = [_read(text, lang), *_quoted(text, lang)]
    return any(
        all(any(_says(one, part.strip()) for one in said) for part in BOTH.split(form))
        for form in accepted
        if fold(form.strip()) not in _FORMS
    )


def plain_text(text: str) -> str:
    """A text without the marks of its citations and the dots of initials ("U.S.")."""
    text = _MARKS.sub("", text).replace("œ", "oe").replace("Œ", "Oe").replace("’", "'")
    return _INITIALS.sub(lambda match: match[0].replace(".", ""), text)


def _read(text: str, lang: Lang) -> _Said:
    return _Said(text, lang, _tokens(text, lang), _quantities(text, lang), _dates(text, lang))


def _quoted(text: str, lang: Lang) -> list[_Said]:
    """What it quotes in the other language: that is read in its own."""
    found = [match[0].strip('«»“”" ') for match in QUOTED.finditer(text)]
    found = [quote for quote in found if len(quote) >= _LONG_ENOUGH_TO_TELL]
    return [_read(quote, other) for quote in found if (other := detect_lang(quote, lang)) != lang]


def _says(said: _Said, form: str) -> bool:
    form = plain_text(form)
    if wanted := _whole_date(form, said.lang):
        return any(date.says(one) for date in said.dates for one in wanted)
    if quantities := _whole_quantities(form):
        return any(_same_quantity(have, need, said.text) for have in said.quantities for need in quantities)
    return any(_holds(said.tokens, _tokens(form, lang)) for lang in LANGS)


def _holds(tokens: Sequence[_Token], wanted: Sequence[_Token]) -> bool:
    while len(wanted) > 1 and fold(wanted[0].text) in _ARTICLES and not wanted[0].value:
        wanted = wanted[1:]
    if not wanted:
        return False
    return any(
        all(_same_token(have, need) for have, need in zip(tokens[start:], wanted, strict=False))
        for start in range(len(tokens) - len(wanted) + 1)
    )


def _same_token(have: _Token, need: _Token) -> bool:
    if have.value or need.value:
        return have.value == need.value
    if need.text.isupper() and 2 <= len(need.text) <= 4:
        return have.text == need.text  # "US" is not "us"
    if _singular(have.text) == _singular(need.text):
        return True
    return need.text[0].isupper() and have.text[0].isupper() and same_name(have.text, need.text)


def _singular(word: str) -> str:
    folded = fold(word)
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


def _tokens(text: str, lang: Lang) -> tuple[_Token, ...]:
    """Its words and numbers in order; a number of several words is one."""
    found: list[_Token] = []
    position = 0
    for quantity in find_quantities(text, lang):
        found += [_Token(word) for word in _WORD.findall(text[position : quantity.start])]
        found.append(_Token(text[quantity.start : quantity.end], quantity.value))
        position = quantity.end
    return (*found, *(_Token(word) for word in _WORD.findall(text[position:])))


def _quantities(text: str, lang: Lang) -> tuple[Quantity, ...]:
    """Its quantities, and those that figures with points or commas may be in the other language."""
    found = list(find_quantities(text, lang))
    for match in _EITHER.finditer(text):
        for known in [one for one in found if one.start == match.start()]:
            for other in LANGS:
                value = normal_number(match[0], other)
                found.append(Quantity(value, known.bound, known.unit, known.start, known.end))
    return tuple(found)


@cache
def _whole_quantities(form: str) -> tuple[Quantity, ...]:
    """What a form that is a quantity and nothing else may be, read in each language."""
    found: list[Quantity] = []
    for lang in LANGS:
        quantities = find_quantities(form, lang)
        if len(quantities) != 1:
            continue
        quantity = quantities[0]
        before = [fold(word) for word in _WORD.findall(form[: quantity.start])]
        after = [fold(word) for word in _WORD.findall(form[quantity.end :])]
        if quantity.unit:
            while after and after[0] in _ARTICLES:
                after.pop(0)
            # The unit; of an ordinal its ending and what it counts ("19th century").
            after = after[2 if quantity.unit == "ordinal" else 1 :]
        rest = [word for word in (*before, *after) if word not in _ARTICLES | NO_UNIT[lang]]
        if not rest or (quantity.bound != "exact" and len(rest) < _BOUND_WORDS):
            found += _quantities(form, lang)
    return tuple(found)


def _same_quantity(have: Quantity, need: Quantity, text: str) -> bool:
    """Whether `have`, a quantity of `text`, says `need`."""
    if have.value != need.value:
        return False
    if need.bound != "exact" and conflicts(have, need):
        return False
    if need.unit:
        # What is counted may stand behind an adjective ("ten long days").
        counted = [word.rstrip("sx")[:6] for word in map(fold, _WORD.findall(text[have.end :])[:3])]
        return have.unit == need.unit or need.unit in {UNITS.get(word, word) for word in counted}
    # "10" is neither the tenth of March nor the tenth; a year may be the year of a date.
    return have.unit not in {"date", "ordinal"} or len(need.value) == 4


def _dates(text: str, lang: Lang) -> tuple[_Date, ...]:
    return tuple(date for date, _, _ in _read_dates(text, lang))


@cache
def _whole_date(form: str, lang: Lang) -> tuple[_Date, ...]:
    """The dates that a form which is a date and nothing else may mean."""
    for _, start, end in _read_dates(form, lang):
        rest = _WORD.findall(fold(form[:start] + " " + form[end:]))
        if all(word in _ARTICLES | {"on"} for word in rest):
            return tuple(d for d, s, e in _read_dates(form, lang) if (s, e) == (start, end))
    return ()


def _read_dates(text: str, lang: Lang) -> Iterator[tuple[_Date, int, int]]:
    folded = "".join(fold(c)[:1] or " " for c in text)
    folded = re.sub(r"\s", " ", folded)
    for pattern in _DATES:
        for match in pattern.finditer(folded):
            parts = match.groupdict()
            day = int(parts["day"]) if parts.get("day") else None
            month = _MONTH[parts["name"]] if parts.get("name") else int(parts["month"])
            year = int(parts["year"]) if parts.get("year") else None
            readings = [(day, month)]
            if parts.get("sep") and day and lang == "en":
                readings.append((month, day))  # 02/03/2023 is in March here and in February there
            for one_day, one_month in readings:
                if 1 <= one_month <= 12 and (one_day is None or 1 <= one_day <= 31):
                    yield _Date(one_day, one_month, year), match.start(), match.end()


def _side(text: str) -> str | None:
    """Which way the first sentence says it goes, in so many words."""
    first = fold(_SENTENCES.split(text.strip(), maxsplit=1)[0])
    opened = _OPENS.search(first)
    return None if opened is None or _BOTH_SIDES.search(first) else _SIDES[opened[1]]


def _implied(text: str, lang: Lang, question: str) -> str | None:
    """Which way the sentence goes that has most of the question's words; None where none has enough."""
    asked = content_words(question)
    if not asked or negations(question, lang):
        return None
    shares = [(len(asked & content_words(one)) / len(asked), one) for one in _SENTENCES.split(text)]
    share, sentence = max(shares, key=lambda pair: pair[0])
    if share < _STATES:
        return None
    return "no" if negations(sentence, lang) else "yes"
