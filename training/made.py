"""What training.make had the language model write, read back."""

from __future__ import annotations

from pathlib import Path

from qa.types import LANGS
from training.examples import Asked, Claimed, read_rows


def read_made(path: Path, asked: list[Asked]) -> tuple[dict[str, str], list[Claimed]]:
    """What the language model wrote for the questions `asked`: translations, and true sentences."""
    by_id = {one.id: one for one in asked}
    translated: dict[str, str] = {}
    made: list[Claimed] = []
    for row in read_rows(path) if path.exists() else ():
        kind, lang, key = row["id"].split("-", 2)
        one = by_id.get(key)
        text = " ".join(row["text"].split())
        if one is None or not text:
            continue
        if kind == "t" and text.endswith("?") and 0.4 < len(text) / len(one.question) < 2.5:
            translated[key] = text
        elif kind == "a" and one.answer.casefold() in text.casefold():
            others = tuple(s for s in one.sentences if s != row["sentence"])
            made.append(Claimed(text, LANGS[LANGS.index(lang)], one.article, row["sentence"], "", others))
    return translated, made
