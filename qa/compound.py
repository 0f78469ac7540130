"""A question that asks two things ("Quand et où…", "Who built it and how long did it take?") as two."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.types import Lang
from qa.typography import QUOTED

_WORDS: dict[Lang, str] = {
    "fr": r"(?:(?:à|de|d['’]|depuis|pour|avec|par|dans|en|sur|jusqu['’]à)\s*)?"
    r"(?:qui|quoi|quand|où|comment|combien|pourquoi|quel(?:le)?s?|lesquel(?:le)?s|lequel|laquelle)",
    "en": r"(?:(?:at|in|on|from|to|for|by|with|since|until)\s+)?"
    r"(?:who|whom|whose|what|when|where|why|how|which)(?:\s+(?:long|many|much|far|often|old|big|high))?",
}
_AND: dict[Lang, str] = {"fr": "et", "en": "and"}
# What makes words behind a question word a question of their own, not a clause ("and what he said").
_ASKS: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"-t-|-(?:il|elle|ils|elles|on|ce|vous|tu|je)\b|est-ce|^\S*(?:qui|quel\w*|combien)\s+\w+|"
        r"^(?:comment|où)\s+(?:s['’]|(?:se|est|sont|était|étaient)\s)\w+",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|must)\b|^who\s+\w+", re.I
    ),
}
# What stands before both questions: "According to the mayor, how many came and who paid?".
_LEAD = r"(?P<lead>\S+\s[^,?:;]{2,90},\s+)?"
_ONE_NOUN = re.compile(r"\b(?:quel(?:le)?s?|what|which)\s+[\w-]+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things asked; `leans`: it is only understood behind the one before it."""

    text: str
    leans: bool = False


def split_question(question: str, lang: Lang) -> tuple[Part, ...]:
    """The one or two questions in `question`, each as a question of its own."""
    body = question.rstrip(" ?")
    word, both_asked = _WORDS[lang], rf"(?:,?\s+{_AND[lang]}\s+|\s*\?\s+(?:{_AND[lang]}\s+)?)"
    pattern = rf"^{_LEAD}(?P<first>(?P<one>{word})\b.*?){both_asked}(?P<second>(?P<two>{word})\b.*)$"
    # What a title or a quotation asks is not asked here.
    match = re.match(pattern, QUOTED.sub(lambda quoted: "_" * len(quoted[0]), body), re.IGNORECASE)
    if match is None:
        return (Part(question),)
    lead = match["lead"] or ""
    first = body[match.start("first") : match.end("first")].strip()
    second = body[match.start("second") :].strip()
    mark = " ?" if lang == "fr" else "?"
    tail = second[len(match["two"]) :].strip()

    def behind_lead(text: str) -> str:
        return f"{lead}{text}{mark}" if lead else f"{_capital(text)}{mark}"

    if first.casefold() == match["one"].casefold():
        # "Quand et où le pont a-t-il ouvert": both share what follows.
        both = (Part(behind_lead(f"{first} {tail}")), Part(behind_lead(f"{match['two']} {tail}")))
        return both if tail else (Part(question),)
    if re.fullmatch(rf"{word}(?:,\s*{word})+", first, re.IGNORECASE):
        # "When, where and why did it close": more than two.
        return (Part(question),)
    if _ONE_NOUN.search(first):
        # "En quel mois et de quelle année a-t-il ouvert": one thing, asked twice over.
        return (Part(question),)
    if not tail or _ASKS[lang].search(second) is None:
        # "Who built it and when": the second word says nothing alone, and one sentence answers both.
        return (Part(question),)
    return (Part(behind_lead(first)), Part(behind_lead(second), leans=True))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
