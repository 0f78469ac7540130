"""Texts filled in, and how numbers are written in each language."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from qa.evaluate.report.texts import TEXTS
from qa.evaluate.report.texts_changes import Said
from qa.plurals import fill
from qa.types import LANGS, Lang

__all__ = ["TEXTS", "Said", "covered", "decimal", "percent", "points", "say", "seconds", "text"]

_BEFORE_A_MARK = re.compile(r" (?=[:;?!»%])|(?<=«) ")


def text(name: str, lang: Lang, /, **values: object) -> str:
    """The text `name` in `lang`; a value may itself be in both languages."""
    spoken = {key: value[lang] if isinstance(value, Mapping) else value for key, value in values.items()}
    said = TEXTS[name][lang]
    # French marks stand off their word, but never on a line of their own.
    template = _BEFORE_A_MARK.sub("\u00a0", said) if lang == "fr" else said
    return fill(template, lang, spoken)


def say(name: str, /, **values: object) -> Said:
    """The text `name` in both languages."""
    return {lang: text(name, lang, **values) for lang in LANGS}


def percent(share: float) -> Said:
    """`71 %` and `71%`."""
    number = f"{100 * share:.0f}"
    return {"fr": f"{number}\u00a0%", "en": f"{number}%"}


def covered(share: float) -> Said:
    """A share as a percentage that is rounded down: of 95 that are needed, 94.7 are not told as 95."""
    return percent(math.floor(round(100 * share, 6)) / 100)


def points(share: float) -> Said:
    """A difference of shares in percentage points, with its sign."""
    count = round(100 * share)
    sign = "+" if count > 0 else "\u2212" if count < 0 else ""
    return say("points" if abs(count) == 1 else "points.many", count=f"{sign}{abs(count)}")


def decimal(value: float, digits: int = 1) -> Said:
    """`3,2` and `3.2`."""
    number = f"{value:.{digits}f}"
    return {"fr": number.replace(".", ","), "en": number}


def seconds(value: float) -> Said:
    """`3,2 s` and `3.2 s`."""
    return {lang: f"{number}\u00a0s" for lang, number in decimal(value).items()}
