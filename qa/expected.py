"""What kind of answer a question waits for, where its words tell: a quantity, a time, yes or no, a list.

A true sentence about the right thing that holds no number does not answer "how many". The lists of what
can stand for one are wide: only what cannot be an answer is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from qa.exonyms import is_state, other_forms
from qa.polarity import polarity_conflict
from qa.quantities import numbers_in
from qa.types import Lang
from qa.values import AGES, AMOUNTS, DURATIONS, PRICES, TIMES
from qa.words import WORD, content_words, fold, parts

_AUX = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should)\b"
# "What is the rate" asks for one, "what is a rate monitor" and "what is rate theory" for what that is.
_TELLS_OF = (
    r"(?:is|are|was|were|will\s+be)\s+"
    r"(?:(?:the|its|his|her|their|your|my|our)\s+|(?:\S+\s+)?\S+['’]s?\s+)(?:\w+\s+)??"
)
# « Quel prix a-t-il reçu ? » asks for an award, « Quelle population vivait là ? » for a people.
_QUANTITY: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\bcombien\b|\bquel(?:le)?s?\s+(?!populations?\b)(?:\w+\s+){0,2}?(?:(?:le|la|les|l['’])\s*)?(?:nombre|"
        r"quantit[ée]|montant|prix(?!.*\b(?:re[cç]\w+|remport\w+|gagn\w+|obt\w+|d[ée]cern\w+|attribu\w+|litt[ée]raires?|"
        r"r[ée]compens\w+)\b)|salaire|co[ûu]t|[âa]ge|taille|hauteur|longueur|largeur|profondeur|poids|distance|dur[ée]e|"
        r"temp[ée]rature|population|pourcentage|taux|superficie|altitude|vitesse|budget|loyer|tarif|effectif)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\bhow\s+(?:many|much|long|old|far|tall|high|deep|wide|big|heavy|fast|often)\b|\b(?:what|which)\s+"
        rf"(?:{_TELLS_OF}|(?!{_AUX}|population\b)(?:\w+\s+){{0,2}}?)(?:number|amount|price|salary|wage|cost|age|height|"
        r"length|width|depth|weight|distance|duration|temperature|population|percentage|rate|speed|budget|rent|fee)\b"
        r"(?!\s+(?:groups?|brackets?|class(?:es)?|bus(?:es)?|lines?|records?)\b)(?!.*\b(?:called|named|known\s+as)\W*$)",
        re.IGNORECASE,
    ),
}
# « Quand on perd sa carte, que faut-il faire ? » asks for no time.
_CLAUSE = (
    r"(?!.*,\s*(?:(?:à|de|en|pour|par)\s+)?(?:qui|que|qu['’]|quoi|où|comment|combien|pourquoi|quel|"
    r"est-ce|\w+-(?:t-)?(?:il|elle|on|je|tu|nous|vous)s?\b))"
)
_TIME: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        rf"^(?:\w+\s+)?quand\b(?!\s+m[êe]me\b){_CLAUSE}|\bquand\s*\?|\b(?:à|de|depuis)\s+quand\b|^c['’]\s?est\s+quand\b|"
        r"\bquel(?:le)?s?\s+(?:ann[ée]e|date|jour|mois|heure|si[èe]cle|[ée]poque)s?\b|^(?:date|heure|ann[ée]e)\s+\w|"
        r"\bquelle?\s+(?:est|était|fut)?\s*(?:la\s+)?(?:ann[ée]e|date|heure)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"^(?:(?:since|until|till|by|from)\s+)?when\s+(?:is|are|was|were|did|do|does|has|have|had|will|would|can|could|"
        r"should|must)\b|^when\W*$|"
        r"^(?:date|year)\s+(?:of|for|when)\b|"
        r"\b(?:what|which)(?:['’]s\s+|\s+(?:is|was|were)\s+)the\s+(?:\w+\s+)?(?:year|date|month|century)\b|"
        r"\b(?:what|which)\s+(?:"
        r"(?:exact\s+)?(?:year|date|day|month|time|century|hour))\b(?!-|\s+zones?\b)",
        re.IGNORECASE,
    ),
}

# An age and a price have units of their own: fifteen days are no age.
_AGE = re.compile(
    r"\bquel(?:le)?s?\s+(?:(?:est|était|sera|fut)\s+)?(?:l['’]\s?)?[âa]ge\b|^l?['’]?[âa]ge\s+(?:de|du|des|d['’])|"
    r"\bhow\s+old\b|\bwhat\s+age\b(?!\s+(?:group|bracket|class))",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\bcombien\s+(?!de\b|d['’])(?:\S+\s+){0,3}?(?:gagn|coût|cout|paie|paye|payé|touch|vau[tx]|factur|dépens)\w*"
    r"(?!\S*\s+(?:de\s+|d['’])(?!plus\b|moins\b|argent\b))|"
    r"\bquel(?:le)?s?\s+(?:est|était|sont|fut)?\s*(?:le|la|les)?\s*(?:salaire|prix|loyer|tarif|coût)\b|"
    r"\bhow\s+much\s+(?:do|does|did|is|was|were|will|has|have|had)\b.*\b(?:earn|cost|paid|pay|charge|spend|spent)\w*|"
    r"\b(?:what|which)\s+(?:is|was|are|were)\s+(?:\S+\s+){0,3}?(?:salary|wages?|price|rent|fee|cost)\b",
    re.IGNORECASE,
)
# So has a duration; or a length, which "how long is the bridge" asks for.
_DURATION = re.compile(
    r"\bcombien\s+de\s+temps\b|\bquelle\s+(?:\w+\s+){0,2}?(?:la\s+)?durée\b(?!.*\bnombre\b)|\bhow\s+long\b|"
    r"\bwhat\s+(?:\w+\s+){0,2}?duration\b",
    re.IGNORECASE,
)
# Since when something has been is told by a date as well.
_SO_FAR = re.compile(
    r"\bdepuis\s+combien\s+de\s+temps\b|\by\s+a\s+combien\s+de\s+temps\b|\bhow\s+long\s+(?:ago|has|have)\b",
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
# At most two words stand between, the name of a person: that of the king's illness has no capital.
_THE = (
    r"(?:(?:of|de|des?|du|la|le|les|the|an?|une?|son|sa|ses|leurs?|his|her|their|its|ce|cet|cette)\s+|[ld]['’]\s?){0,2}"
    r"(?:[\w'’-]+\s+){0,2}"
)
_CALLED = re.compile(
    rf"\b(?<!au )(?:pré)?noms?\s+(?=d){_THE}{_PERSON}\b|"
    rf"\b(?<!in the )names?\s+of\s+{_THE}{_PERSON}\b(?!['’]s)|"
    rf"\b{_PERSON}(?:['’]s|s['’])\s+name\b|\b(?:s['’]appel\S+|se\s+nomm\S+)\s+{_THE}{_PERSON}\b|"
    rf"\b(?:title\s+of|titre\s+d[eu])\b.{{0,15}}\b{_WORK}\b|"
    r"^(?:which|what|quel(?:le)?)\s+(?:reporter|journalist|journaliste|author|auteur|autrice)\b|"
    r"\bquelle\s+île\b|\b(?:what|which)\s+(?:\w+\s+)?island\b",
    re.IGNORECASE,
)
# A town is no state, and is not written as initials.
_TOWN = re.compile(
    r"\bquelle\s+(?:ville|commune|capitale)\b|\bquel\s+village\b|"
    r"\b(?:what|which)\s+(?:\w+\s+)?(?:city|town|village|capital\s+city)\b"
    r"(?!\s+(?:council|hall|cent|wall|plan))",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"[A-Z]+\d*")
_MARKED = re.compile(r"[«“\"][^»”\"]+[»”\"]|(?<!\w)['‘][^'’]+['’](?!\w)")
# As typed in haste: « a t il », « est elle ».
_LOOSE = (
    r"\b(?:est|sont|a|ont|[ée]tai(?:t|ent)|avai(?:t|ent)|fut|furent|sera|seront|aura|peut|doit|faut)"
    r"(?:[ -]t[ '’-]|\s)"
    r"(?:ils?|elles?|on)\b(?!-m[êe]me|\s+y\s+a)"
)
_ASKS_WHAT = (
    r"(?:qu['’]|(?:qui|que|quoi|quand|où|comment|combien|pourquoi|(?:les?)?quel(?:le)?s?|laquelle|who|whom|whose|"
    r"what|which|when|where|why|how)\b)"
)
# In French a word that asks for something else stands first, behind a comma or last: in the middle of a
# clause « qui », « que » and « quand » only join it to another (« Est-il resté quand elle est partie ? »).
_ASKS_ANYWHERE = (
    r"(?:\b(?:combien|pourquoi|laquelle|(?:les?)?quel(?:le)?s?)\b|(?<!\bce\s)\b(?:de|[àa])\s+(?:qui|quoi)\b)"
)
_BEFORE_ASKING = (
    r"(?:(?:et|mais|alors|donc)\s+)?"
    r"(?:(?:au\s+bout|auprès|gr[âa]ce|[àa]\s+(?:partir|cause|côté|propos)|lors|près|loin|au\s+sujet)\s+)?"
    r"(?:(?:[àa]|de|en|avec|depuis|pendant|par|sur|sous|dans|chez|vers|selon|contre|sans|apr[èe]s|avant|entre|envers|"
    r"parmi|pour(?:\s+\w+(?=\s+quoi\b))?)\s+|d['’]\s?(?:(?:apr[èe]s|ici)\s+)?|jusqu['’](?:[àa]\s+)?)?"
)
_YES_NO: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(?:et\s+|mais\s+)?est[- ]ce\s+qu(?!i)|"
        rf"^(?!.*{_ASKS_ANYWHERE})(?!(?:.*[,:;]\s*)?{_BEFORE_ASKING}{_ASKS_WHAT})(?!.*\b{_ASKS_WHAT}\W*$)"
        rf"(?:.*-(?:t-)?(?:il|elle|ils|elles|on|ce)\b|.*{_LOOSE})",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"^(?:and\s+|but\s+)?(?!(?:can|could|will|would)\s+you\s+(?:please\s+)?"
        r"(?:list|name|give|show|tell|find|summari|explain|describe))"
        r"(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|must)(?:n['’]t)?\b",
        re.IGNORECASE,
    ),
}
_WHAT = re.compile(rf"\b{_ASKS_WHAT}", re.IGNORECASE)
_LIST: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(?:quels|quelles|lesquels|lesquelles)\b|^(?:cite|citez|nomme|nommez|liste)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"^(?:which|what)\s+\w+(?<![uis])s\s+(?:are|were|did|do|have|had|can|will|took|voted|signed)\b|^who\s+(?:are|were)\b|"
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
_OPENING = re.compile(r"(?:(?P<yes>oui|si|yes)|non|no)(?=\s*[,.;:!–—])", re.IGNORECASE)
# Commas and the like in a list of three.
_LISTED = 2
# Of a yes or no's statement, the share of the question's words that makes it a statement of the same thing.
_SAME = 0.5


def form_of(question: str, lang: Lang) -> Literal["yes_no", "list"] | None:
    """The form that an answer to `question` takes, where it is not a plain sentence."""
    if _YES_NO[lang].search(question) and not _ALTERNATIVE.search(question):
        return "yes_no"
    return "list" if _LIST[lang].search(question) else None


def opens_with(text: str) -> Literal["yes", "no"] | None:
    """Which of yes and no an answer opens with, None where it opens otherwise ("No one came.")."""
    opening = _OPENING.match(text)
    return None if opening is None else "yes" if opening["yes"] else "no"


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
        return None if AGES.search(text) else "quantity"
    if _QUANTITY[question_lang].search(question):
        if _PRICE.search(question) and not PRICES.search(text):
            return "quantity"
        if _DURATION.search(question):
            told = DURATIONS.search(text) or (_SO_FAR.search(question) and TIMES[lang].search(text))
            return None if told else "quantity"
        held = numbers_in(text, lang) or AMOUNTS[lang].search(text)
        return None if held else "quantity"
    if _TIME[question_lang].search(question):
        return None if TIMES[lang].search(text) else "time"
    is_town = _TOWN.search(question) is not None
    if not (is_town or _CALLED.search(question)) or _ALTERNATIVE.search(question):
        return None
    return None if _MARKED.search(text) or _names_another(question, text, is_town) else "name"


def _names_another(question: str, text: str, is_town: bool) -> bool:
    """Whether `text` has a word with a capital that the question has not. One that opens a sentence is taken
    for a name where it carries meaning."""
    asked = _in_any_form(parts(question))
    for match in WORD.finditer(text):
        opens = text[: match.start()].rstrip(' «"“‘(')[-1:] in {"", ".", "!", "?", "…"}
        telling = match[0][0].isupper() and (not opens or content_words(match[0]))
        last = parts(match[0])[-1]
        if is_town and (_INITIALS.fullmatch(last) or is_state(fold(last))):
            continue
        if telling and not asked & {fold(part) for part in parts(match[0])}:
            return True
    return False


def evades(question: str, text: str, lang: Lang) -> str | None:
    """Why `text`, an answer in the question's language, is none whatever the documents say, else None.

    `nothing new`: all that it says is in the question; `yes or no`: its first word contradicts the rest.
    """
    # « Le pont est ouvert ? » asks for yes or no without a word that says so.
    either = not _WHAT.search(question) and not _ALTERNATIVE.search(question)
    lead = _LEAD.match(text) if either or form_of(question, lang) == "yes_no" else None
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
