"""What kind of answer a question waits for, where its words tell: a quantity, a time, yes or no, a list.

A true sentence about the right thing that holds no number does not answer "how many". The lists of what
can stand for one are wide: only what cannot be an answer is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from qa.exonyms import other_forms
from qa.polarity import polarity_conflict
from qa.quantities import numbers_in
from qa.types import Lang
from qa.words import WORD, content_words, fold, parts

_QUANTITY: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\bcombien\b|\bquel(?:le)?s?\s+(?:\w+\s+){0,2}?(?:(?:le|la|les|l['’])\s*)?(?:nombre|quantité|montant|prix|"
        r"salaire|coût|âge|taille|hauteur|longueur|largeur|profondeur|poids|distance|durée|température|population|"
        r"pourcentage|taux|superficie|altitude|vitesse|budget|loyer|tarif|effectif)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\bhow\s+(?:many|much|long|old|far|tall|high|deep|wide|big|heavy|fast|often)\b|\b(?:what|which)\s+"
        r"(?:\w+\s+){0,3}?(?:number|amount|price|salary|wage|cost|age|height|length|width|depth|weight|distance|"
        r"duration|temperature|population|percentage|rate|speed|budget|rent|fee)\b",
        re.IGNORECASE,
    ),
}
_TIME: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(?:\w+\s+)?quand\b|\bquand\s*\?|\b(?:à|de|depuis)\s+quand\b|\bquel(?:le)?s?\s+(?:année|date|jour|mois|heure|siècle|époque)s?\b|"
        r"\bquelle?\s+(?:est|était|fut)?\s*(?:la\s+)?(?:année|date|heure)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"^(?:since\s+)?when\s+(?:is|are|was|were|did|do|does|has|have|had|will|would|can|could|should|must)\b|^when\W*$|"
        r"\b(?:what|which)\s+(?:(?:is|was|were)\s+the\s+(?:\w+\s+)?(?:year|date|month|century)|"
        r"(?:exact\s+)?(?:year|date|day|month|time|century|hour))\b",
        re.IGNORECASE,
    ),
}
# Words that say how much, how long, how old or how often without a number.
_AMOUNTS: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:aucune?|nulle?|rien|personne|plusieurs|quelques|peu|beaucoup|nombreu\w+|majorité|plupart|moitié|tiers|"
        r"quarts?|double|triple|dizaines?|douzaines?|vingtaines?|trentaines?|quarantaines?|cinquantaines?|centaines?|"
        r"milliers?|millions?|milliards?|gratuit\w*|gratis|tous|toutes|chaque|jamais|toujours|souvent|toute\s+sa\s+vie|"
        r"une?\s+(?:seule?|heure|minute|seconde|jour|semaine|mois|an|année|siècle|fois|paire|couple)|demi\w*|"
        r"décennies?|quotidien\w*|hebdomadaire\w*|mensuel\w*|annuel\w*|jusqu\w*|depuis|siècles?|jours?|semaines?|années?|ans)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:no|none|nothing|nobody|several|some|few|many|much|most|majority|half|third|quarters?|twice|double|"
        r"triple|dozens?|scores?|hundreds?|thousands?|millions?|billions?|free|all|every|each|never|always|often|an?\s+"
        r"(?:single|hour|minute|second|day|week|month|year|century|couple|pair)|daily|weekly|monthly|yearly|annual\w*|"
        r"once|until|since|centuries|days|weeks|months|years|hours|minutes)\b",
        re.IGNORECASE,
    ),
}
_TIMES: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\d|\b(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|lundi|mardi|"
        r"mercredi|jeudi|vendredi|samedi|dimanche|hier|demain|aujourd|veille|lendemain|matin\w*|midi|minuit|soir\w*|nuit|"
        r"aube|après|avant|pendant|lors\w*|durant|depuis|dès|quand|siècles?|début|fin|milieu|ans?|années?|semaines?|mois|"
        r"jours?|journée|heures?|époque|période|printemps|été|automne|hiver|noël|pâques|guerre|règne|âge|moment|"
        r"décennies?|millénaires?|entre-deux-guerres|néolithique|suite|démarrage|jamais|toujours|bientôt|récemment|prochaine?s?|dernière?s?|antiquité|renaissance|maintenant)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:mon|tues|"
        r"wednes|thurs|fri|satur|sun)days?|following|yesterday|tomorrow|today|eve|morning|noon|midnight|evening|night|dawn|"
        r"after|before|during|while|since|when|once|until|centur\w+|beginning|end|middle|years?|weeks?|months?|days?|"
        r"hours?|era|period|spring|summer|autumn|fall|winter|christmas|easter|war|reign|age|moment|never|always|soon|"
        r"recently|next|last|antiquity|renaissance|now|ago|late|early)\b",
        re.IGNORECASE,
    ),
}


# An age and a price have units of their own: fifteen days are no age.
_AGE = re.compile(r"\bquel\s+âge\b|\bhow\s+old\b|\bwhat\s+age\b|\bâge\s+(?:de|du|des|d['’])", re.IGNORECASE)
_AGES = re.compile(
    r"\bans\b|\bannées?\b|\bmois\b|\bsiècles?\b|\bnée?s?\b|\bâg\w+|\bdate\b|\bdepuis\b|\byears?\b|\bmonths?\b|-year-|"
    r"\bcentur\w+|\bborn\b|\baged?\b|\bdates?\b|\bsince\b|\b(?:1[0-9]|20)[0-9]{2}\b|\b\w+(?:aine|naire)s?\b|"
    r"\bin\s+(?:his|her|their)\s+\w+ies\b|\bold\b|\bis\s+[\w-]+\s*[.,]|^[\w-]+\W*$",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\bcombien\s+(?!de\b|d['’])(?:\S+\s+){0,3}?(?:gagn|coût|cout|paie|paye|payé|touch|vau[tx]|factur|dépens)\w*|"
    r"\bquel(?:le)?s?\s+(?:est|était|sont|fut)?\s*(?:le|la|les)?\s*(?:salaire|prix|loyer|tarif|coût)\b|"
    r"\bhow\s+much\s+(?:do|does|did|is|was|were|will|has|have|had)\b.*\b(?:earn|cost|paid|pay|charge|spend|spent)\w*|"
    r"\b(?:what|which)\s+(?:is|was|are|were)\s+(?:\S+\s+){0,3}?(?:salary|wages?|price|rent|fee|cost)\b",
    re.IGNORECASE,
)
_PRICES = re.compile(
    r"[€$£¥]|\b(?:euros?|eur|usd|dollars?|francs?|livres?|pounds?|sterling|cents?|centimes?|sous?|écus?|couronnes?|crowns?|"
    r"roubles?|rubles?|yens?|yuans?|roupies?|rupees?|pesos?|marks?|lires?|florins?|shillings?|pence|pennies|penny|"
    r"dinars?|dirhams?|moitié|half|tiers|third|quarts?|quarter|double|triple|twice|gratuit\w*|gratis|free|rien|nothing|pour\s*cent|percent|per\s+cent|millions?|milliards?|billions?)\b|%",
    re.IGNORECASE,
)
# So has a duration; or a length, which "how long is the bridge" asks for.
_DURATION = re.compile(
    r"\bcombien\s+de\s+temps\b|\bquelle\s+(?:\w+\s+){0,2}?(?:la\s+)?durée\b(?!.*\bnombre\b)|\bhow\s+long\b|"
    r"\bwhat\s+(?:\w+\s+){0,2}?duration\b",
    re.IGNORECASE,
)
_DURATIONS = re.compile(
    r"\b(?:secondes|minutes|heures|journées|jours|nuits|semaines|ans|années|décennies?|siècles?|seconds|hours|days|nights|"
    r"weeks|months|years|decades|centur\w+|depuis|jusqu\w*|since|until|till|longtemps|temps|brièv\w+|brève\w*|brief\w*|"
    r"ending|end(?:s|ed)|permanen\w+|toujours|always|forever|lifetime|vie|kilom\w+|mètres?|met(?:er|re)s?|miles?|feet|yards?|inch\w*|"
    r"(?:une?|an?|one|chaque|toute?|whole|entire|all|demi\w*|half)[\s-]+(?:l[ae]s?\s+|the\s+)?(?:seconde?|minute|heure|jour|"
    r"journée|nuit|semaine|mois|an|année|hour|day|night|week|month|year|decade)|"
    r"(?:\w+-)?(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quelques|plusieurs|des|"
    r"premiers|derniers|prochains|aine\s+de)\s+mois)\b|\d\s?(?:h|min|s|m|km|cm|mm|ft|mois)\b|-(?:year|month|week|day|hour|minute)s?\b|"
    r"\b\d{4}\D{1,40}\d{4}\b",
    re.IGNORECASE,
)
# What a person, a town or a work is called is written with a capital or between marks.
_PERSON = (
    r"(?:wife|husband|spouse|widow|sons?|daughters?|father|mother|brothers?|sisters?|uncle|aunt|nephew|niece|cousin|"
    r"grand(?:father|mother|son|daughter)|king|queen|president|minister|mayor|captain|general|commander|director|"
    r"founder|author|journalist|reporter|architect|engineer|ambassador|coach|femme|épouse|mari|époux|veuve|fils|filles?|"
    r"père|mère|frères?|s(?:œ|oe)urs?|oncle|tante|neveu|nièce|cousine?|grand-père|grand-mère|roi|reine|présidente?|"
    r"ministre|maire|capitaine|général|commandant|direct(?:eur|rice)|fonda(?:teur|trice)|auteur|autrice|journaliste|"
    r"architecte|ingénieure?|ambassad(?:eur|rice)|entraîneu(?:r|se))"
)
_WORK = (
    r"(?:book|novel|film|movie|song|album|play|poem|painting|opera|essay|article|livre|roman|chanson|pièce|poème|"
    r"tableau|opéra|essai|ouvrage)"
)
_CALLED = re.compile(
    rf"\b(?:pré)?noms?\b.{{0,25}}\b{_PERSON}\b|\bnames?\s+of\b.{{0,25}}\b{_PERSON}\b|\b{_PERSON}(?:['’]s|s['’])\s+name\b|"
    rf"\b(?:s['’]appel\w+|se\s+nomm\w+)\b.{{0,20}}\b{_PERSON}\b|\b(?:title\s+of|titre\s+d[eu])\b.{{0,15}}\b{_WORK}\b|"
    r"^(?:which|what|quel(?:le)?)\s+(?:reporter|journalist|journaliste|author|auteur|autrice)\b|"
    r"\bquelles?\s+(?:ville|village|commune|capitale|île)s?\b|\bquels?\s+villages?\b|"
    r"\b(?:what|which)\s+(?:\w+\s+)?(?:city|cities|towns?|villages?|capital\s+city|islands?)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[«“\"][^»”\"]+[»”\"]|(?<!\w)['‘][^'’]+['’](?!\w)")
_YES_NO: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(?:et\s+|mais\s+)?est-ce\s+qu(?!i)|^(?!.*\b(?:qu['’]|qui|que|quoi|quand|où|comment|combien|pourquoi|quel|"
        r"quelle|quels|quelles|lequel|laquelle)\b)(?!.*qu['’]).*-(?:t-)?(?:il|elle|ils|elles|on|ce)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"^(?:and\s+|but\s+)?(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|must)(?:n['’]t)?\b",
        re.IGNORECASE,
    ),
}
_LIST: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(?:quels|quelles|lesquels|lesquelles)\b|^(?:cite|citez|nomme|nommez|liste)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"^(?:which|what)\s+\w+s\s+(?:are|were|did|do|have|had|can|will|took|voted|signed)\b|^who\s+(?:are|were)\b|"
        r"^(?:list|name)\b",
        re.IGNORECASE,
    ),
}


# "Which are the ten points?" waits for an enumeration; a pair is named in many ways.
_MANY = (
    r"(?:[3-9]|[1-9]\d|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|three|four|five|seven|eight|"
    r"nine|ten|eleven|twelve|fifteen|twenty)"
)
_ENUMERATION = re.compile(
    rf"^(?:quel(?:le)?s\s+(?:sont|étaient|furent)\s+(?:les|ces|ses|leurs)|(?:what|which)\s+(?:are|were)\s+(?:the|these|"
    rf"his|her|their)|(?:cite|nomme|liste|énumère|donne|list|name|give|enumerate)(?:[rz]|-moi|z-moi)?\s+(?:me\s+)?"
    rf"(?:les|ces|ses|the|all|these|his|her|their))\s+(?:of\s+the\s+)?{_MANY}\b",
    re.IGNORECASE,
)
_ENUMERATED = re.compile(r"[,;:]|\b(?:et|and|puis|ou|or|then)\b|^\W*(?:[-–—•*▪◦‣·]|\d+[.)])\s", re.MULTILINE)


_SOURCE: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:d['’]après|selon|aux\s+dires\s+de|de\s+l['’]avis\s+de)\s+(?:qui|quel(?:le)?s?)\b|"
        r"^(?:et\s+)?(?:de\s+qui\s+tien|d['’]où\s+(?:sort|vient|tien))|^(?:et\s+)?qui\s+(?:l['’]|le\s+)?"
        r"(?:(?:a|ont|avait|avaient)\s+)?(?:dit|dis|affirm|assur|rapport|annonc|déclar|préten|soutien|indiqu|estim)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\baccording\s+to\s+(?:who|whom|which|what)\b|^(?:and\s+)?who\s+(?:says|said|claim|report|announc|stat|"
        r"alleg|told|assert|estimat|put\s)|\bwhose\s+(?:figure|claim|number|estimate|words?|statement|version)\b|"
        r"\b(?:which|what)\s+(?:\w+\s+){0,2}?(?:agency|paper|newspaper|source|outlet)\s+(?:report|said|says|"
        r"claim|announc|quot|published)|\bwhere\s+does\b.*\b(?:figure|number|claim)\b.*\bcome\s+from\b",
        re.IGNORECASE,
    ),
}


# "Is it A or B?" waits for one of them; "is it or not?" for yes or no.
_ALTERNATIVE = re.compile(r"\b(?:ou|or)\b(?!\s+(?:pas|non|not|no)\b)", re.IGNORECASE)
_LEAD = re.compile(r"^(?P<yes>oui|si|yes)\b|^(?:non|no)\b", re.IGNORECASE)
# Commas and the like in a list of three.
_LISTED = 2
# Of a yes or no's statement, the share of the question's words that makes it a statement of the same thing.
_SAME = 0.5


def form_of(question: str, lang: Lang) -> Literal["yes_no", "list"] | None:
    """The form that an answer to `question` takes, where it is not a plain sentence."""
    if _YES_NO[lang].search(question) and not _ALTERNATIVE.search(question):
        return "yes_no"
    return "list" if _LIST[lang].search(question) else None


def asks_source(question: str, lang: Lang) -> bool:
    """Whether `question` asks who says so, where it was said, or whose figure it is."""
    return _SOURCE[lang].search(question) is not None


def asks_when(question: str, lang: Lang) -> bool:
    """Whether `question` asks for a time."""
    return _TIME[lang].search(question) is not None


def lacks(question: str, question_lang: Lang, text: str, lang: Lang) -> str | None:
    """`quantity`, `time`, `list` or `name` where one is asked for and `text` cannot be giving it, else None.

    A list of three or more takes two commas, or what stands for them, behind what it lists.
    """
    if _ENUMERATION.search(question):
        return None if len(_ENUMERATED.findall(text)) >= _LISTED else "list"
    if _AGE.search(question):
        return None if _AGES.search(text) else "quantity"
    if _QUANTITY[question_lang].search(question):
        if _PRICE.search(question) and not _PRICES.search(text):
            return "quantity"
        if _DURATION.search(question):
            return None if _DURATIONS.search(text) else "quantity"
        held = numbers_in(text, lang) or _AMOUNTS[lang].search(text)
        return None if held else "quantity"
    if _TIME[question_lang].search(question):
        return None if _TIMES[lang].search(text) else "time"
    if not _CALLED.search(question) or _ALTERNATIVE.search(question):
        return None
    return None if _MARKED.search(text) or _names_another(question, text) else "name"


def _names_another(question: str, text: str) -> bool:
    """Whether `text` has a word with a capital that the question has not. One that opens a sentence is taken
    for a name where it carries meaning."""
    asked = _in_any_form(parts(question))
    for match in WORD.finditer(text):
        opens = text[: match.start()].rstrip(' «"“‘(')[-1:] in {"", ".", "!", "?", "…"}
        telling = match[0][0].isupper() and (not opens or content_words(match[0]))
        if telling and not asked & {fold(part) for part in parts(match[0])}:
            return True
    return False


def evades(question: str, text: str, lang: Lang) -> str | None:
    """Why `text`, an answer in the question's language, is none whatever the documents say, else None.

    `nothing new`: all that it says is in the question; `yes or no`: its first word contradicts the rest.
    """
    lead = _LEAD.match(text) if form_of(question, lang) == "yes_no" else None
    if lead is None:
        return None if _adds(question, text, lang) else "nothing new"
    statement = text[lead.end() :].strip(" ,.:;!—-")
    said, asked = content_words(statement), content_words(question)
    if not said:
        return "nothing new"
    if len(said & asked) < _SAME * len(asked):
        return None
    agrees = not polarity_conflict(statement, lang, question, lang)
    return None if agrees == (lead["yes"] is not None) else "yes or no"


def _adds(question: str, text: str, lang: Lang) -> bool:
    """Whether `text` has a number, a name or a word that carries meaning and is not in the question; one of
    two alternatives is in it."""
    if _ALTERNATIVE.search(question):
        return True
    asked = _in_any_form(WORD.findall(question))
    held = content_words(question) | content_words(" ".join(asked))
    if numbers_in(text, lang) - numbers_in(question, lang) or content_words(text) - held:
        return True
    return any(word[0].isupper() and fold(word) not in asked for word in WORD.findall(text)[1:])


def _in_any_form(words: Iterable[str]) -> set[str]:
    """Words folded, and what the other language calls them: a name of the question in its other form
    ("Moscou", Moscow) is nothing new."""
    folded = {fold(word) for word in words}
    return folded | {form for word in folded for form in other_forms(word)}
