"""Dates as ISO `YYYY[-MM[-DD]]`."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    month: number
    for number, names in enumerate(
        (
            "janvier janv january jan",
            "février fevrier févr fevr february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "août aout august aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "décembre decembre déc dec december",
        ),
        1,
    )
    for month in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])"
_WORDED = (
    re.compile(rf"\b{_DAY}(?:er|st|nd|rd|th)?\s+(?P<month>{_MONTH})\b\.?,?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\b\.?\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}\b", re.IGNORECASE),
)
_MONTH_YEAR = re.compile(rf"(?P<month>{_MONTH})\b\.?\s+{_YEAR}", re.IGNORECASE)
_ISO = re.compile(rf"{_YEAR}(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?)?(?=T|\s|$|Z|\+)")
_ISO_FULL = re.compile(rf"(?<![\d/-]){_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\d-])")
_LABELLED = re.compile(rf"\bdate\s*:?\s+{_YEAR}-(?P<month>0[1-9]|1[0-2])(?![\d-])", re.IGNORECASE)
_SLASHED = re.compile(rf"{_DAY}[/.](?P<month>0?[1-9]|1[0-2])[/.]{_YEAR}")


def normalise_date(value: str) -> str | None:
    """ISO of a date written by a person or a program (`2 mars 2023`, `02/03/2023` day first,
    `2023-03-02T10:00Z`, `March 2, 2023`, `2023-03`, `2023`); None where it is no date."""
    value = value.strip()
    for pattern in (_ISO, _SLASHED, *_WORDED, _MONTH_YEAR):
        match = pattern.match(value)
        if match and (pattern is _ISO or match.end() == len(value)):
            return _iso(match)
    return None


def find_date(text: str) -> str | None:
    """The explicit full date (French, English or ISO; a month too where it is labelled `date`) that
    stands first in `text`; None without one."""
    found = [m for pattern in (*_WORDED, _ISO_FULL, _LABELLED) if (m := pattern.search(text))]
    return _iso(min(found, key=lambda match: match.start())) if found else None


def _iso(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    year, month, day = parts["year"], parts.get("month"), parts.get("day")
    if month is None:
        return year
    number = int(month) if month.isdigit() else _MONTHS[month.lower()]
    if day is None:
        return f"{year}-{number:02}"
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
