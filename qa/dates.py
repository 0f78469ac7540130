"""Dates that a text gives relative to its own: "jeudi", "last week", "en novembre dernier".

Only a document dated to the day resolves anything. A weekday is the last one on or before that day
("dernier" and "last": before it; "prochain" and "next": after it); so is a month or a season. Behind a verb
that says what will be ("doit se tenir dimanche") it is the next one, unless that day is the document's own.
What may mean another day is left alone: a weekday beside a date, in a name ("Black Friday"), in a habit
("le mardi", "Mondays"), in a range of days, or elsewhere in a sentence about the future.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from qa.months import DAYS, MONTHS
from qa.types import Lang
from qa.words import fold

_OWN_DATE = {
    lang: re.compile(rf"\b(?:(?:1[0-9]|20)[0-9]{{2}}|{'|'.join(months)})\b")
    for lang, months in MONTHS.items()
}
_PART = {
    "fr": r"(?: (?:matin|midi|après-midi|soir|dans la (?:matinée|journée|soirée|nuit)))?",
    "en": r"(?: (?:morning|afternoon|evening|night))?",
}
_ANY_DAY = {lang: "|".join(days) for lang, days in DAYS.items()}
_WEEKDAY = {
    "fr": re.compile(
        rf"\b(?P<this>ce )?(?P<day>{_ANY_DAY['fr']})\b{_PART['fr']}(?: (?P<which>dernier|passé|prochain)\b)?",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"\b(?:(?P<which>last|next|this) )?(?P<day>{_ANY_DAY['en']})\b{_PART['en']}", re.IGNORECASE
    ),
}
# What before or behind a weekday says that it is not one day beside the document's.
_HABIT_BEFORE = {
    "fr": re.compile(
        r"\b(?:le|les|du|au|un|des|chaque|tous les|d'un|par|nuit de|jusqu'au|avant le|ou|et|à|de) $",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:every|each|any|a|one|some|and|or|to|from|the|through|between) $|[-–—]$", re.IGNORECASE
    ),
}
_OTHER_DAY_BEHIND = {
    lang: re.compile(
        rf"\s?[-–—]\s?(?:{days})\b|,? (?:et|ou|à|au|and|or|to|through) (?:{days})\b"
        rf"|,? (?:the |le )?(?:[0-9]|{'|'.join(MONTHS[lang])})"
        r"|,? (?:suivant|précédent|d'après|in\b|of\b|de (?:la|cette)\b|des\b|saint|gras|noir)",
        re.IGNORECASE,
    )
    for lang, days in _ANY_DAY.items()
}
_LEADS = re.compile(r"\b(?:on|last|next|this|by|since|until|late|early|before|after) $", re.IGNORECASE)
_FUTURE_FORM = r"\w+(?:era|eront|ira|iront|rra|rront|dra|dront|vra|vront)|aura|auront|fera|feront"
_FUTURE = {
    "fr": re.compile(
        rf"\b(?:{_FUTURE_FORM}|ira|iront"
        r"|doit|doivent|devrai(?:t|ent)|va|vont|prévue?s?)\b"
    ),
    "en": re.compile(r"\b(?:will|shall|would|should|due|scheduled|expected|planned|to be held|set to)\b"),
}
# What stands before a weekday to come, in its own clause.
_WILL = {
    "fr": re.compile(
        # Not what was, in the form of novels: "il se retira dimanche".
        r"\b(?!(?:re|at|é|sou)?tira\b|(?:ad)?mira\b|\w*spira\b|expira\b|(?:cha)?vira\b|déchira\b)"
        rf"(?:{_FUTURE_FORM}"
        r"|doi(?:t|vent) (?:\w+['’]|se )?\w+|v(?:a|ont) (?:\w+['’]|se )?\w+r"
        r"|(?:est|sont) (?:prévu|attendu)e?s?)"
        r"(?: [\w'’-]+){0,6} $"
    ),
    "en": re.compile(
        r"\b(?:will|shall|(?:is|are) (?:due|scheduled|expected|planned|set|to))(?: [\w'’-]+){0,7} $"
    ),
}
_PAST = {
    "fr": re.compile(r"\b(?:a|ont|avai(?:t|ent)|étai(?:t|ent)|qu[ie]?|dont|où)\b"),
    "en": re.compile(r"\b(?:was|were|had|has|have|been|who|which|that|said)\b"),
}
_DATED = {
    "fr": re.compile(
        rf"\b(?:(?P<number>1er|[12]?[0-9]|3[01]) )?(?P<month>{'|'.join(MONTHS['fr'])}) "
        r"(?P<which>dernier|passé|prochain)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(rf"\b(?P<which>last|next) (?P<month>{'|'.join(MONTHS['en'])})\b(?! [0-9])"),
}
# The month behind each season that one year has whole.
_SEASON_ENDS = {"printemps": 6, "été": 9, "automne": 12, "spring": 6, "summer": 9, "autumn": 12, "fall": 12}
_SEASON = {
    "fr": re.compile(r"\b(?:l['’]|le )?(?P<season>printemps|été|automne) (?:dernier|passé)\b", re.IGNORECASE),
    "en": re.compile(r"\blast (?P<season>spring|summer|autumn|fall)\b", re.IGNORECASE),
}
_COUNTED: dict[Lang, str] = {
    "fr": "un deux trois quatre cinq six sept huit neuf dix",
    "en": "one two three four five six seven eight nine ten",
}
_NUMBERS = {word: number for words in _COUNTED.values() for number, word in enumerate(words.split(), 1)} | {
    "une": 1,
    "a": 1,
}
_COUNT = rf"(?P<count>[1-9]|10|{'|'.join(_NUMBERS)})"
_AGO = {
    "fr": re.compile(
        rf"\bil y a {_COUNT} (?P<unit>jour|semaine|an|mois)s?\b(?! et\b| d['’]| de (?!cela\b|ça\b))",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"(?<!\bor )(?<!\bthan )(?<!\bto )\b{_COUNT} (?P<unit>day|week|month|year)s? ago\b", re.IGNORECASE
    ),
}
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)|\n")


@dataclass(frozen=True, slots=True)
class Resolved:
    """`text[start:end)`, which is `expression`, means `iso`.

    `iso` is a day (2023-03-02), a week ("2023-02-20/2023-02-26"), a month or a year.
    """

    start: int
    end: int
    expression: str
    iso: str


def resolve_dates(text: str, lang: Lang, date: str | None) -> tuple[Resolved, ...]:
    """The relative dates of `text`, in order; nothing where `date` is not a full ISO date."""
    day = _full_date(date)
    if day is None:
        return ()
    found: list[Resolved] = []
    for pattern, meaning in _FIXED[lang]:
        for match in pattern.finditer(text):
            found.append(Resolved(match.start(), match.end(), match[0], meaning(day)))
    for match in _WEEKDAY[lang].finditer(text):
        if _is_no_other_day(text, match, lang) and (that := _weekday(text, day, match, lang)):
            found.append(Resolved(match.start(), match.end(), match[0], that.isoformat()))
    for patterns, meant in ((_DATED, _month), (_SEASON, _season), (_AGO, _ago)):
        for match in patterns[lang].finditer(text):
            found.append(Resolved(match.start(), match.end(), match[0], meant(day, match)))
    kept: list[Resolved] = []
    for item in sorted(found, key=lambda r: (r.start, -r.end)):
        within_a_day = item.expression.startswith(("dans la", "during the", "later in", "earlier in"))
        sentence = _sentence(text, item.start, item.end)
        other = any(o is not item and sentence[0] <= o.start < sentence[1] for o in found)
        if (not kept or item.start >= kept[-1].end) and not (within_a_day and other):
            kept.append(item)
    return tuple(kept)


def annotate(text: str, lang: Lang, date: str | None) -> str:
    """`text` with every relative date followed by its date in words: "jeudi (2 mars 2023)"."""
    for item in reversed(resolve_dates(text, lang, date)):
        text = f"{text[: item.end]} ({spoken_date(item.iso, lang)}){text[item.end :]}"
    return text


def names_date(text: str, lang: Lang) -> bool:
    """Whether `text` gives a date of its own, that is a year or a month."""
    return _OWN_DATE[lang].search(text) is not None


def spoken_date(iso: str, lang: Lang) -> str:
    """An ISO date, month, year or "day/day" range in words; what is none of these stays as it is."""
    first, slash, last = iso.partition("/")
    if slash:
        begin, end = _spoken(first, lang), _spoken(last, lang)
        words = begin.split()
        for word in reversed(end.split()):  # "20 février 2023 … 26 février 2023": say month and year once
            if len(words) < 2 or words[-1] != word:
                break
            words.pop()
        return f"du {' '.join(words)} au {end}" if lang == "fr" else f"{' '.join(words)} to {end}"
    return _spoken(iso, lang)


def _spoken(iso: str, lang: Lang) -> str:
    parts = iso.split("-")
    if not re.fullmatch(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?", iso):
        return iso
    words = [parts[0]]
    if len(parts) > 1:
        words.insert(0, MONTHS[lang][int(parts[1]) - 1])
    if len(parts) > 2:
        words.insert(0, "1er" if lang == "fr" and int(parts[2]) == 1 else str(int(parts[2])))
    return " ".join(words)


def _full_date(date: str | None) -> datetime.date | None:
    if not date or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date):
        return None
    try:
        return datetime.date.fromisoformat(date)
    except ValueError:
        return None


def _weekday(text: str, day: datetime.date, match: re.Match[str], lang: Lang) -> datetime.date | None:
    """The day that a weekday means; None where a sentence about the future leaves that open."""
    wanted = [fold(name) for name in DAYS[lang]].index(fold(match["day"]))
    which = fold(match["which"] or "")
    back, ahead = (day.weekday() - wanted) % 7, (wanted - day.weekday()) % 7
    if which in {"prochain", "next"}:
        return day + datetime.timedelta(ahead or 7)
    if which in {"dernier", "passe", "last"}:
        return day - datetime.timedelta(back or 7)
    start, end = _sentence(text, match.start(), match.end())
    if not _FUTURE[lang].search(text[start:end].lower()):
        return day - datetime.timedelta(back)
    will = _WILL[lang].search(text[start : match.start()])
    if will is None or not ahead or _PAST[lang].search(will[0]):
        return None
    return day + datetime.timedelta(ahead)


def _month(day: datetime.date, match: re.Match[str]) -> str:
    """The last or next such month, or day of one, that is not the document's own."""
    named = fold(match["month"])
    month = next(i for names in MONTHS.values() for i, name in enumerate(names, 1) if fold(name) == named)
    number = (match.groupdict().get("number") or "").removesuffix("er")
    ahead = match["which"] in {"prochain", "next"}
    year = day.year + (month <= day.month if ahead else -(month >= day.month))
    if number and not ahead and month == day.month:
        year += int(number) < day.day  # "le 3 mars dernier", written on the 20th
    return f"{year:04d}-{month:02d}" + (f"-{int(number):02d}" if number else "")


def _season(day: datetime.date, match: re.Match[str]) -> str:
    ends = _SEASON_ENDS[match["season"].lower()]
    return f"{day.year - (day.month < ends):04d}"


def _ago(day: datetime.date, match: re.Match[str]) -> str:
    said = match["count"].lower()
    count = -(int(said) if said.isdigit() else _NUMBERS[said])
    meanings = {"d": _days, "j": _days, "w": _weeks, "s": _weeks, "m": _months, "y": _years, "a": _years}
    return meanings[match["unit"][0].lower()](count)(day)


def _is_no_other_day(text: str, match: re.Match[str], lang: Lang) -> bool:
    before, after = text[: match.start()].replace("’", "'"), text[match.end() :].replace("’", "'")
    if _OTHER_DAY_BEHIND[lang].match(after) or _HABIT_BEFORE[lang].search(before):
        return False
    start, _ = _sentence(text, match.start(), match.end())
    opens = not text[start : match.start()].strip(' «"“‘(')
    if lang == "fr":
        return opens or not match[0][0].isupper()  # else a name
    led = _LEADS.search(text[: match.start("day")])
    named = re.search(r"[A-Z]\w* $", before) is not None or re.match(r" [A-Z]", after) is not None
    return match["day"][0].isupper() and (not named or led is not None)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    begin = max((m.end() for m in _SENTENCE_END.finditer(text, 0, start)), default=0)
    stop = _SENTENCE_END.search(text, end)
    return begin, stop.start() if stop else len(text)


def _days(shift: int) -> Callable[[datetime.date], str]:
    return lambda day: (day + datetime.timedelta(shift)).isoformat()


def _weeks(shift: int) -> Callable[[datetime.date], str]:
    def meaning(day: datetime.date) -> str:
        monday = day + datetime.timedelta(7 * shift - day.weekday())
        return f"{monday.isoformat()}/{(monday + datetime.timedelta(6)).isoformat()}"

    return meaning


def _months(shift: int) -> Callable[[datetime.date], str]:
    def meaning(day: datetime.date) -> str:
        year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
        return f"{year:04d}-{month + 1:02d}"

    return meaning


def _years(shift: int) -> Callable[[datetime.date], str]:
    return lambda day: f"{day.year + shift:04d}"


_Meaning = Callable[[datetime.date], str]


# "The last year of her reign" is not last year.
def _fixed(table: tuple[tuple[str, _Meaning], ...]) -> tuple[tuple[re.Pattern[str], _Meaning], ...]:
    return tuple(
        (re.compile(rf"(?<![\w-])(?<!\bthe )(?<!\bhis )(?<!\bher )(?:{words})(?![\w-])", re.I), m)
        for words, m in table
    )


_FIXED: dict[Lang, tuple[tuple[re.Pattern[str], _Meaning], ...]] = {
    "fr": _fixed(
        (
            (r"avant-hier(?: matin| soir)?", _days(-2)),
            (r"hier(?: matin| midi| après-midi| soir)?", _days(-1)),
            (
                r"aujourd['’]hui|ce (?:matin|midi|soir)|cet après-midi|dans la (?:journée|matinée|soirée)",
                _days(0),
            ),
            (r"demain(?: matin| midi| après-midi| soir)?", _days(1)),
            (r"après-demain", _days(2)),
            (r"la semaine (?:dernière|passée)", _weeks(-1)),
            (r"cette semaine", _weeks(0)),
            (r"la semaine prochaine", _weeks(1)),
            (r"le mois (?:dernier|passé)", _months(-1)),
            (r"ce mois-ci", _months(0)),
            (r"le mois prochain", _months(1)),
            (r"l['’]an (?:dernier|passé)|l['’]année (?:dernière|passée)", _years(-1)),
            (r"cette année", _years(0)),
            (r"l['’]an prochain|l['’]année prochaine", _years(1)),
        )
    ),
    "en": _fixed(
        (
            (r"the day before yesterday", _days(-2)),
            (r"yesterday(?: morning| afternoon| evening)?|last night", _days(-1)),
            (r"today|tonight|this (?:morning|afternoon|evening)", _days(0)),
            (r"(?:during|later in|earlier in) the day", _days(0)),
            (r"tomorrow(?: morning| afternoon| evening)?", _days(1)),
            (r"the day after tomorrow", _days(2)),
            (r"last week", _weeks(-1)),
            (r"this week", _weeks(0)),
            (r"next week", _weeks(1)),
            (r"last month", _months(-1)),
            (r"this month", _months(0)),
            (r"next month", _months(1)),
            (r"last year", _years(-1)),
            (r"this year", _years(0)),
            (r"next year", _years(1)),
        )
    ),
}
