"""Reported speech: what a document says that somebody said stays attributed to them."""

from __future__ import annotations

import re

from qa.types import Lang

_SAID: dict[Lang, str] = {
    "fr": (
        r"(?:a|ont|avait|avaient)\s+(?:\w+\s+)?(?:déclaré|affirmé|assuré|indiqué|estimé|soutenu|expliqué|précisé"
        r"|ajouté|dit|prétendu|rapporté|confirmé|reconnu|jugé|accusé|dénoncé|fait savoir|fait valoir)"
        r"|(?:déclare|affirme|assure|estime|soutient|explique|précise|ajoute|prétend|rapporte|juge|accuse|dénonce)"
    ),
    "en": (
        r"(?:said|says|claimed|claims|stated|states|told|argued|argues|reported|reports|alleged|alleges|insisted"
        r"|insists|added|explained|accused|accuses|denounced|warned|warns|confirmed|acknowledged)"
    ),
}
_WHO = (
    r"(?P<who>(?:l[ea]s?\s+|l['’]|the\s+|M\.\s+|Mme\s+|Mr\.?\s+|Mrs\.?\s+)?[A-ZÀ-Ý][\w’'-]*"
    r"(?:\s+(?:d[eu]s?\s+|of\s+)?[A-ZÀ-Ý][\w’'.-]*){0,4})"
)
_SOURCES: dict[Lang, tuple[re.Pattern[str], ...]] = {
    "fr": (
        re.compile(r"\b(?:[Ss]elon|[Dd]['’]après)\s+(?P<who>[^,;.:()«»]{2,60}?)\s*(?:,|\.|$)"),
        re.compile(rf"{_WHO}\s+(?:{_SAID['fr']})\s+(?:que\b|qu['’])"),
        re.compile(rf"[,»]\s+(?:{_SAID['fr']})\s+{_WHO}"),
    ),
    "en": (
        re.compile(r"\b[Aa]ccording to\s+(?P<who>[^,;.:()\"“”]{2,60}?)\s*(?:,|\.|$)"),
        re.compile(rf"{_WHO}\s+(?:{_SAID['en']})\s+(?:that\b)"),
        re.compile(rf"[,”\"]\s+{_WHO}\s+(?:{_SAID['en']})\b"),
    ),
}
_ATTRIBUTED: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        rf"\b(?:selon|d['’]après|aux yeux de|d['’]aprés)\b|\b(?:{_SAID['fr']})\b", re.IGNORECASE
    ),
    "en": re.compile(rf"\b(?:according to|in the view of)\b|\b(?:{_SAID['en']})\b", re.IGNORECASE),
}
_LEADING: dict[Lang, str] = {"fr": "Selon", "en": "According to"}
# What keeps its capital when it no longer opens the sentence.
_COMMON = re.compile(
    r"^(?:L[ea]s?|L['’]|Une?|Des|Du|Ces?|Cette|Il|Elles?|Ils|On|Son|Sa|Ses|Leurs?|The|A|An|It|They|He|She|His|Her|Its|"
    r"Their|This|That|These|There|Il y a|En|Au|Aux|Dans|In|On|At)\b"
)


def speaker_of(text: str, lang: Lang) -> str | None:
    """Who is said to have said what `text` says: « Selon la mairie, … » → « la mairie »; None where nobody is
    named."""
    for pattern in _SOURCES[lang]:
        if match := pattern.search(text):
            return " ".join(match["who"].split()).rstrip(".")
    return None


def is_attributed(text: str, lang: Lang) -> bool:
    """Whether `text` itself says that it is somebody's saying."""
    return _ATTRIBUTED[lang].search(text) is not None


def attribute(text: str, lang: Lang, evidence: str, evidence_lang: Lang) -> str:
    """`text` with the speaker whom its evidence names, where it lost them; else as it is."""
    if is_attributed(text, lang):
        return text
    speaker = speaker_of(evidence, evidence_lang)
    if speaker is None or (evidence_lang != lang and not speaker[:1].isupper()):
        return text
    if speaker.casefold() in text.casefold():
        return text
    rest = text[:1].lower() + text[1:] if _COMMON.match(text) else text
    return f"{_LEADING[lang]} {speaker}, {rest}"
