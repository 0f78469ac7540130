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
_NAMED = (
    r"(?:l[ea]s?\s+|l['’]|the\s+|M\.\s+|Mme\s+|Mr\.?\s+|Mrs\.?\s+)?[A-ZÀ-Ý][\w’'-]*"
    r"(?:\s+(?:d[eu]s?\s+|of\s+)?[A-ZÀ-Ý][\w’'.-]*){0,4}"
)
# Not the town of "le maire de Lorme".
_WHO = rf"(?<!\bde )(?<!\bdu )(?<!\bof )(?<!\bà )(?<!\bin )\b(?P<who>{_NAMED})"
# "Le maire", "the keeper of the lamp": at the head of a clause only.
_CLAUSE = r"(?:^|[,;:.!?»”\"(]\s+)"
_MORE = r"(?:\s+(?:d[eu]\s+(?:la\s+)?|des\s+|of\s+(?:the\s+)?)?(?!l[ea]s?\b|the\b|[a-z]+ly\b)\w+)"
_OFFICE: dict[Lang, str] = {
    "fr": rf"{_CLAUSE}(?P<who>(?:[Ll][ea]s?\s+|[Ll]['’]|[Uu]ne?\s+)\w+{_MORE}{{0,2}}?)",
    "en": rf"{_CLAUSE}(?P<who>(?:[Tt]he|[Aa]n?)\s+\w+{_MORE}{{0,2}}?)",
}
# Up to a comma or the end, with the points of titles and initials in it.
_UNTIL_COMMA = r"(?P<who>(?:\b(?:Mr?s?|Mmes?|Mlles?|Drs?|St|[A-Z])\.|[^,;.:()«»\"“”]){2,60}?)\s*(?:,|\.|$)"
# Who speaks, named without a capital, and without a comma before "selon": all else is a manner or a measure
# ("varie selon la saison", "d'après nature").
_SPEAKERS = re.compile(
    r"\b(?:maire|mairie|préfecture|préfète?|polic\w+|gendarm\w+|pompiers|ministères?|ministre|gouvernement|procureure?|"
    r"parquet|avocate?s?|agence|étude|rapport|enquête|sondage|recensement|associations?|syndicats?|entreprise|direction|"
    r"autorités|experte?s?|chercheu\w+|spécialistes|historien\w*|auteurs?|témoins?|sources?|médias|journal|presse|"
    r"légende|tradition|habitants|mayor|council|officials?|ministry|government|prosecutors?|lawyers?|agency|study|report|"
    r"survey|census|company|union|authorities|experts?|researchers?|scientists?|historians?|authors?|witness\w*|media|"
    r"newspapers?|legend|residents|spokes\w+)\b",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"(?:^|[,;:.!?(»”\"]|\b(?:que|qu['’]|qui|car|puisque|mais|et|où|that|which|who|but|and|because))\s*$"
)
# Whoever "he" is stands elsewhere.
_PRONOUN = re.compile(
    r"^(?:on|ils?|elles?|he|she|they|it|we|you|I|nous|vous|je|ce|cela|this|that)$", re.IGNORECASE
)
_SOURCES: dict[Lang, tuple[re.Pattern[str], ...]] = {
    "fr": (
        re.compile(rf"\b(?P<by>[Ss]elon|[Dd]['’]après)\s+{_UNTIL_COMMA}"),
        re.compile(rf"{_OFFICE['fr']}\s+(?:{_SAID['fr']})\s+(?:que\b|qu['’])"),
        re.compile(rf"{_WHO}\s+(?:{_SAID['fr']})\s+(?:que\b|qu['’])"),
        re.compile(rf"[,»]\s+(?:{_SAID['fr']})\s+{_WHO}"),
    ),
    "en": (
        re.compile(rf"\b(?P<by>[Aa]ccording to)\s+{_UNTIL_COMMA}"),
        re.compile(rf"{_OFFICE['en']}\s+(?:{_SAID['en']})\s+(?:(?!that\b)[a-z]+\s+)?that\b"),
        re.compile(rf"{_WHO}\s+(?:{_SAID['en']})\s+(?:(?!that\b)[a-z]+\s+)?that\b"),
        re.compile(rf"[,”\"]\s+{_WHO}\s+(?:{_SAID['en']})\b"),
        re.compile(rf"[,.!?][”\"]\s+(?:{_SAID['en']})\s+{_WHO}"),
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
        for match in pattern.finditer(text):
            who, by = " ".join(match["who"].split()).rstrip("."), "by" in match.groupdict()
            if _PRONOUN.match(who) or (by and not _speaks(text[: match.start()], who)):
                continue
            # What opened the sentence no longer does.
            return who[:1].lower() + who[1:] if not by and _COMMON.match(who) else who
    return None


def _speaks(before: str, who: str) -> bool:
    """Whether "selon" behind `before` names one who speaks, and not what something varies with."""
    return bool(_HEAD.search(before) or re.search("[A-ZÀ-Ý]", who) or _SPEAKERS.search(who))


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
