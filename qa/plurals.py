"""Texts whose words depend on a number: `{count} {count:question|questions}`."""

from __future__ import annotations

from collections.abc import Mapping

from qa.types import Lang


class Count(int):
    """A number that, formatted with `one|many`, gives the form that goes with it in its language."""

    lang: Lang

    def __new__(cls, value: int, lang: Lang) -> Count:
        made = super().__new__(cls, value)
        made.lang = lang
        return made

    def __format__(self, form: str) -> str:
        one, bar, many = form.partition("|")
        if not bar:
            return super().__format__(form)
        # French takes the singular for none, too.
        return one if self == 1 or (self == 0 and self.lang == "fr") else many


def fill(template: str, lang: Lang, values: Mapping[str, object]) -> str:
    """A text of a language, filled in."""
    return template.format(
        **{key: Count(value, lang) if type(value) is int else value for key, value in values.items()}
    )
