"""Numbers in running text, in figures and in words, with what they are worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qa.quantities.words import ARTICLES, COLLECTIVES, NO_UNIT, ORDINALS, SCALES, SHORT_SCALES, SMALL
from qa.types import Lang
from qa.words import fold

SPACES = " \u00a0\u202f\u2009"
TOKEN = re.compile(
    rf"(?P<clock>[0-9]{{1,2}}(?=:[0-5][0-9](?![0-9:])))|(?P<dated>[0-9]{{1,2}}(?=[.][0-9]{{1,2}}[.][0-9]{{4}}(?![0-9])))"
    rf"|(?P<day>(?<=[0-9][.])[0-9]{{1,2}}(?=[.][0-9]{{4}}(?![0-9])))"
    rf"|(?P<digits>[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+(?![0-9])(?:,[0-9]+)?|[0-9]+(?:[.,][0-9]+)*)"
    r"|(?P<roman>\b[IVX]+(?=(?:e|ème)s?\b))|(?P<word>[^\W\d_]+)"
)
_GROUPED = {
    "fr": re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?|[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}"),
    "en": re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}"),
}
_AFTERNOON = re.compile(
    r"(?::[0-9]{2}|\s?h(?:eures?)?\s?(?:[0-9]{2})?)?\s?(?:p\.?\s?m\b|du soir|de l['’]après-midi)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal | str
    about: bool
    start: int
    end: int
    after: int  # where the unit is looked for


def read_numbers(text: str, lang: Lang, loose: bool) -> Iterator[Number]:
    """Numbers in order; `loose` takes doubtful words ("neuf" = new) too."""
    tokens = [
        _Token(match.lastgroup or "", match[0], fold(match[0]), match.start(), match.end())
        for match in TOKEN.finditer(text)
    ]
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.kind == "word":
            taken = _worded(text, tokens, position, lang, loose)
        elif token.kind == "roman":
            taken = (
                Number(Decimal(_roman(token.text)), False, token.start, token.end, token.end),
                position + 1,
            )
        else:
            taken = _figured(text, tokens, position, lang)
        if taken is None:
            position += 1
        else:
            yield taken[0]
            position = taken[1]


def _figured(text: str, tokens: list[_Token], position: int, lang: Lang) -> tuple[Number, int]:
    """A number in figures, with a scale behind it ("3,5 millions", "2bn")."""
    token = tokens[position]
    normal = normal_number(token.text, lang)
    try:
        value: Decimal | str = Decimal(normal)
    except ArithmeticError:  # "3.11.2"
        value = normal
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    end, then = token.end, position + 1
    if isinstance(value, Decimal):
        if following and following.kind == "word" and not text[end : following.start].strip(SPACES + "-"):
            scale = SCALES[lang].get(following.folded) or SHORT_SCALES.get(following.text)
            if following.text in {"M", "k"} and text[following.end : following.end + 1] not in {
                "€",
                "$",
                "£",
            }:
                scale = None
            if scale:
                value, end, then = value * scale, following.end, position + 2
        if value < 12 and _AFTERNOON.match(text, end):
            value += 12
        sign = re.search(r"(?:^|[\s(])(?:[-−]|moins |minus )$", text[: token.start])
        if sign and re.match(r"\s?(?:°|degr)", text[end:]):
            value = -value
    return Number(value, False, token.start, end, end), then


def _worded(
    text: str, tokens: list[_Token], position: int, lang: Lang, loose: bool
) -> tuple[Number, int] | None:
    """A number in words from `tokens[position]` on, and the position behind it; None where none begins."""
    small, scales, collectives = SMALL[lang], SCALES[lang], COLLECTIVES[lang]
    first = tokens[position]
    total, group, last_scale, about = Decimal(0), 0, Decimal(10) ** 30, False
    i, counted = position, 0  # `counted`: words that were numbers
    if first.folded == "cent" and _is_percent(tokens, position, lang):
        return None
    if first.folded in ARTICLES[lang]:
        i += 1  # counts only before a scale
    while i < len(tokens) and (i == position or _close(text, tokens[i - 1], tokens[i])):
        word = tokens[i].folded
        if counted and word == ("et" if lang == "fr" else "and") and i + 1 < len(tokens):
            joined = tokens[i + 1].folded
            fits = (
                joined in {"un", "une", "onze"} and group % 100 in {20, 30, 40, 50, 60, 70}
                if lang == "fr"
                else joined in small and (group or total) and group % 100 == 0
            )
            if not fits or not _close(text, tokens[i], tokens[i + 1]):
                break
            i += 1
            word = joined
        value = 1 if counted and word in ARTICLES[lang] - {"a", "an"} else small.get(word)
        article = first.folded in ARTICLES[lang]
        if value is not None and not (article and not counted):
            if value == 20 and lang == "fr" and group % 100 == 4:
                group += 76
            elif _fits(group, value, lang, counted) and (value or not counted):
                group += value
            else:
                break
        elif (
            word in {"cent", "cents", "hundred"}
            and (word == "hundred") == (lang == "en")
            and 0 <= group < 100
        ):
            if article and not counted and lang == "fr":
                break
            group = (group or 1) * 100
        elif word in collectives and (counted or article) and not total:
            times, rough = collectives[word]
            total, group, about = Decimal((group or 1) * times), 0, rough
            counted, i = counted + 1, i + 1
            break
        elif word in scales and scales[word] < last_scale and (group or article or _is_mille(tokens, i)):
            total += max(group, 1) * scales[word]
            last_scale, group = scales[word], 0
        else:
            break
        counted, i = counted + 1, i + 1
    before = tokens[position - 1].folded if position else ""
    if not counted or before in {"several", "few", "many", "plusieurs"}:
        return None
    following = tokens[i] if i < len(tokens) else None
    if (
        following is not None
        and text[tokens[i - 1].end : following.start] == "-"
        and following.text[0].isupper()
    ):
        return None  # "Trois-Rivières"
    if following is not None and _is_ordinal(text, tokens, i, lang):
        return None
    if counted == 1 and first.folded == "neuf" and not loose:
        beside = following is not None and _close(text, first, following)
        if following is None or not beside or following.kind != "word" or following.folded in NO_UNIT[lang]:
            return None
    start, end = first.start, tokens[i - 1].end
    number = total + group
    if before == "half" and first.folded in {"a", "one"}:
        number, start = number / 2, tokens[position - 1].start
    half = re.compile(r"\s+(?:et demie?|and a half)\b").match(text, end)
    if half and not group and last_scale <= number:
        number, end = number + last_scale / 2, half.end()
    return Number(number, about, start, end, end), i


def _is_percent(tokens: list[_Token], position: int, lang: Lang) -> bool:
    """Whether the "cent" at `position` belongs to "5 pour cent"."""
    if lang != "fr" or position < 2 or tokens[position - 1].folded != "pour":
        return False
    counts = tokens[position - 2]
    return counts.kind == "digits" or counts.folded in SMALL["fr"] or counts.folded in {"cent", "cents"}


def _is_mille(tokens: list[_Token], position: int) -> bool:
    """Whether a thousand stands at `position` by itself: "mille", and "mil" of a year, not the cereal."""
    following = tokens[position + 1].folded if position + 1 < len(tokens) else ""
    of_a_year = following in SMALL["fr"] or following == "cent"
    return tokens[position].folded == "mille" or (tokens[position].folded == "mil" and of_a_year)


def _is_ordinal(text: str, tokens: list[_Token], position: int, lang: Lang) -> bool:
    """Whether the token at `position` makes the number before it an ordinal: "twenty-first"."""
    one = tokens[position]
    if lang == "fr" and one.folded == "et":
        return tokens[position + 1 : position + 2] != [] and tokens[position + 1].folded == "unieme"
    return one.folded in ORDINALS[lang] and text[tokens[position - 1].end : one.start] in {"-", "‑"}


def _fits(group: int, value: int, lang: Lang, counted: int) -> bool:
    """Whether `value` can stand behind `group` in one number: twenty + one, soixante + douze."""
    if not counted or group == 0 or group % 100 == 0:
        return True
    rest = group % 100
    if value < 10:
        return (rest >= 20 and rest % 10 == 0) or (lang == "fr" and rest in {10} and value in {7, 8, 9})
    return lang == "fr" and rest in {60, 80} and value < 20


def _close(text: str, one: _Token, other: _Token) -> bool:
    return text[one.end : other.start] in {*SPACES, "-", "‑"}


def normal_number(digits: str, lang: Lang) -> str:
    """Figures as written, normalised; "3.11.2" stays as it is."""
    compact = re.sub(rf"[{SPACES}]", "", digits)
    if _GROUPED[lang].fullmatch(compact):
        separator = re.findall(r"[.,]", compact)[0]
        compact = compact.replace(separator, "")
    compact = compact.replace(",", ".")
    return compact if compact.count(".") > 1 else plain(Decimal(compact))


def plain(value: Decimal | str) -> str:
    if isinstance(value, str):
        return value
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _roman(text: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text]
    return sum(-v if v < max(values[i:], default=0) else v for i, v in enumerate(values))
