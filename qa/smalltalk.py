"""What is said to Sourcier rather than asked of the documents: greetings, thanks, "what is in here?"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from qa.types import Lang

Kind = Literal["greeting", "thanks", "contents", "about"]

# Whole questions, folded: lower case, no accents, words apart by one space ("qu'est-ce" → "qu est ce").
_THEM_FR = (
    r"(?:(?:tous |toutes )?(?:les|ces|tes|vos|mes|nos|ton|votre|le|ce|cet|l|cette|l ensemble (?:des|de ces"
    r"|de tes))"
    r" (?:documents?|fichiers?|textes?|articles|sources|corpus|index|base documentaire|base de connaissances)"
    r"(?: (?:ici|la|indexes|disponibles|charges|fournis|en entier|que tu as|que vous avez|a disposition))?"
    r"|tout(?: (?:ca|cela))?|ca|la dedans|ici)"
)
_THINGS_FR = r"(?:documents?|fichiers?|textes?|articles|sources|sujets|themes)"
_THERE_FR = (
    r"(?:as tu|avez vous|tu as|vous avez|y a t il|il y a|sont (?:la|ici|disponibles|indexes|charges)"
    r"|connais tu|connaissez vous|peux tu (?:lire|citer)|sont (?:abordes|traites|couverts))"
)
_THEM_EN = (
    r"(?:(?:all )?(?:of )?(?:the|these|those|your|my|our|this) (?:documents?|docs?|files?|texts?|articles"
    r"|sources"
    r"|papers|corpus|index|knowledge base)(?: (?:here|in here|you have|indexed|available))?|everything|here"
    r"|in here)"
)
_THINGS_EN = r"(?:documents?|docs|files?|texts|articles|sources|papers|topics|subjects|themes)"
_THERE_EN = (
    r"(?:(?:do )?you have|have you got|you got|are (?:there|here|available|indexed|loaded|covered|in here)"
    r"|do you know"
    r"|can you (?:read|cite))"
)
_HELLO_FR = (
    r"(?:bonjour|bonsoir|salut|coucou|hello|hey|yo|rebonjour|re|bjr|slt|bonne (?:annee|matinee)|enchantee?)"
)
_HELLO_EN = (
    r"(?:hello|hi|hey|hiya|howdy|greetings|yo|good (?:morning|afternoon|evening|day)|nice to meet you)"
)
_BYE_FR = (
    r"(?:au revoir|a bientot|a plus|bye|adieu|ciao|bonne (?:journee|soiree|nuit|continuation)|a demain|tchao)"
)
_BYE_EN = r"(?:goodbye|good bye|bye(?: bye)?|see you(?: \w+)?|farewell|good night|have a nice day|cheers)"
_OK = r"(?:ok|okay|d accord|parfait|super|genial|tres bien|great|perfect|cool|nice|good|wonderful|top|bien)"
_THANKS_FR = (
    rf"(?:merci|merci (?:beaucoup|bien|infiniment|d avance|mille fois|encore|a (?:toi|vous|tous))|{_BYE_FR})"
)
_THANKS_EN = (
    r"(?:thanks?|thanks? (?:a lot|so much|very much|again)|many thanks|thank you(?: (?:so|very) much"
    r"| again)?|thx"
    rf"|{_BYE_EN})"
)
_TO_FR = (
    r"(?:a (?:tous|toutes|toi|vous)|tout le monde|sourcier|l ami|les amis|monsieur|madame|(?:comment )?ca va)"
)
_TO_EN = r"(?:there|everyone|everybody|all|sourcier|friend|friends|again|sir|how are you(?: \w+)?|what s up)"

_WHOLE: dict[Lang, dict[Kind, str]] = {
    "fr": {
        "greeting": rf"{_HELLO_FR}(?: {_HELLO_FR}| {_TO_FR}| comment (?:vas tu|allez vous))*"
        rf"|(?:comment )?ca va(?: bien)?|comment (?:vas tu|allez vous)",
        "thanks": rf"(?:{_OK} )?{_THANKS_FR}(?: {_THANKS_FR}| sourcier| et| pour (?:tout|ton aide"
        rf"|votre aide))*",
        "contents": (
            rf"(?:que|qu est ce que|quoi) (?:contien(?:t|nent)|renferme(?:nt)?|disent|racontent"
            rf"|couvrent) {_THEM_FR}"
            rf"|{_THEM_FR} (?:contien(?:t|nent)|disent|(?:parlent?|traitent?) de) quoi"
            rf"|(?:de|sur) quoi (?:parlent?|traitent?|portent?|est il question dans"
            rf"|s agit il dans) {_THEM_FR}"
            rf"|(?:de quoi )?(?:ca|cela) parle(?: de quoi)?|de quoi il s agit"
            rf"|(?:qu est ce qu il y a|qu y a t il|y a quoi|il y a quoi|que (?:trouve t on|peut on trouver)"
            rf"|tu as quoi"
            rf"|t as quoi|qu as tu|qu avez vous) (?:dans |comme |en )?(?:{_THEM_FR}|{_THINGS_FR}|dedans"
            rf"|stock|magasin)"
            rf"|(?:quel|quelle)s? (?:sont|est) {_THEM_FR}"
            rf"|quel(?:le)?s? {_THINGS_FR} {_THERE_FR}(?: dans {_THEM_FR})?"
            rf"|quels (?:sont les )?(?:sujets|themes) (?:de |des |(?:abordes|traites) (?:dans"
            rf"|par) )?(?:{_THEM_FR}"
            rf"|{_THINGS_FR})"
            rf"|(?:(?:liste|lister|listez|enumere|enumerez|montre|affiche|donne|donnez|presente)(?: moi"
            rf"| nous)? )?"
            rf"(?:(?:la |une )?liste (?:de |complete )?|(?:les )?(?:noms"
            rf"|titres) (?:de )?)(?:des {_THINGS_FR}|{_THEM_FR})"
            rf"(?: {_THERE_FR})?"
            rf"|(?:liste|lister|listez|enumere|enumerez|montre|affiche|resume|resumez|presente)(?: moi"
            rf"| nous)? {_THEM_FR}"
            rf"|combien de {_THINGS_FR} {_THERE_FR}(?: ici)?"
            rf"|sur quoi (?:puis je|peut on|je peux) (?:t |te |vous )?(?:interroger|poser des questions)"
        ),
        "about": (
            r"(?:qui|tu|t) (?:es|est) (?:tu|qui|quoi)|qui etes vous|vous etes qui|(?:c est quoi"
            r"|qu est ce que) sourcier"
            r"|(?:que|qu est ce que) (?:peux|sais|pouvez|savez) ?(?:tu|vous)? faire"
            r"|qu est ce que tu (?:peux|sais) faire"
            r"|qu est ce que vous (?:pouvez|savez) faire|tu (?:peux|sais) faire quoi|que fais tu"
            r"|que faites vous"
            r"|comment (?:ca|cela|sourcier|tu|vous) (?:marches?|fonctionne[sz]?)|comment (?:fonctionnes"
            r"|marches) tu"
            r"|comment (?:fonctionnez|marchez) vous|comment (?:je |on )?(?:t |l |te |vous "
            r"|ca )?(?:utiliser?|sers? de toi)"
            r"|a quoi (?:sers tu|tu sers|ca sert|servez vous|sert sourcier)|(?:a l )?aide(?: moi)?"
            r"|presente toi"
            r"|(?:es tu|tu es|etes vous|vous etes) (?:une? )?(?:robot|ia|humaine?|personne|machine|chatgpt"
            r"|chatbot)"
            r"|comment (?:t appelles tu|tu t appelles|vous appelez vous)|quel est (?:ton|votre) nom"
            r"|qui t a (?:cree|fait)"
            r"|(?:que|qu est ce que) (?:puis je|je peux) (?:te |vous )?demander"
        ),
    },
    "en": {
        "greeting": rf"{_HELLO_EN}(?: {_HELLO_EN}| {_TO_EN})*|how are you(?: \w+)?",
        "thanks": rf"(?:{_OK} )?{_THANKS_EN}(?: {_THANKS_EN}| sourcier| and| for (?:everything|your help"
        rf"|the help))*",
        "contents": (
            rf"what(?: is| s|s| are)(?: there)? (?:in|inside|contained in)? ?(?:{_THEM_EN}|there|it"
            rf"|this)(?<!what is this)"
            rf"|what (?:do|does) {_THEM_EN} (?:contain|say|cover|talk about|deal with|hold|include|discuss)"
            rf"|what(?: is| s| are) {_THEM_EN} (?:about|on)|what is (?:this|it|all this"
            rf"|all of this) (?:all )?about"
            rf"|(?:what|which) {_THINGS_EN} (?:{_THERE_EN}|(?:do|does) {_THEM_EN} (?:cover|discuss"
            rf"|deal with))"
            rf"(?: (?:about|here|in here))?|what (?:do you have|have you got)(?: (?:here|in here|in stock))?"
            rf"|what are (?:the )?(?:topics|subjects|themes|titles|names) (?:of|in|covered (?:by"
            rf"|in)) {_THEM_EN}"
            rf"|(?:list|show(?: me)?|give me|enumerate|name|summari[sz]e) (?:(?:a |the )?(?:list|titles"
            rf"|names|overview) of )?"
            rf"(?:{_THEM_EN}|(?:all )?{_THINGS_EN})(?: you have)?|(?:list|overview|titles) of {_THEM_EN}"
            rf"|tell me about {_THEM_EN}|how many {_THINGS_EN} {_THERE_EN}|what can i ask (?:you )?about"
        ),
        "about": (
            r"(?:who|what) are you|what(?: is| s) your name|what (?:can|do) you do|what(?: is| s) (?:this"
            r"|sourcier)"
            r"|how (?:does (?:this|it|sourcier|that) work|do you work)|how (?:do|can|should) i use (?:this"
            r"|it|you|sourcier)"
            r"|help(?: me)?|are you (?:an? )?(?:robot|ai|bot|human|person|machine|chatgpt|chatbot)"
            r"|introduce yourself"
            r"|who (?:made|created|built) you|what can i ask(?: you)?|what are you for"
        ),
    },
}
_KINDS = {
    lang: {kind: re.compile(pattern) for kind, pattern in kinds.items()} for lang, kinds in _WHOLE.items()
}

# What may stand before a question, as typed; a bare « Salut » or "Hello" may belong to a name.
_GREETED = re.compile(
    r"(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|good (?:morning|afternoon|evening)|greetings"
    r"|dear sourcier|merci"
    r"|thanks|thank you)(?: (?:sourcier|[àa] (?:tous|toutes|vous|toi)|there|everyone|again|madame|monsieur))?"
    r"(?P<stop>\s*[,!.;:…]+|\s+[–—-])?\s+",
    re.IGNORECASE,
)
_PLEASE = re.compile(
    r"(?:(?:s['’]?il (?:te|vous) pla[iî]t|stp|svp|please|excusez?-moi|excuse me|pardon|sorry)\s*[,!.:]?"
    r"|(?:j['’]ai|j['’]aurais|i have|i['’]ve got)? ?(?:une|an?|ma|my|the)? ?(?:petite|autre|quick|other)?"
    r" ?question\s*[:,.!])\s+",
    re.IGNORECASE,
)
_TELL = re.compile(
    r"(?:(?:peux|pourrais|sais|pouvez|pourriez|savez)[- ](?:tu|vous)(?: (?:me |m['’])(?:dire|indiquer"
    r"|expliquer|pr[ée]ciser))?"
    r"|(?:je (?:voudrais|veux|souhaite(?:rais)?)|j['’]aimerais|on voudrait) (?:savoir|conna[iî]tre"
    r"|comprendre)"
    r"|(?:dis|dites|indique[zr]?|explique[zr]?)[- ](?:moi|nous)"
    r"|(?:can|could|would|will) you (?:please |kindly )?(?:tell|explain to) (?:me|us)|do you know"
    r"|i(?: would|['’]d)? (?:like|want|wish) to know|(?:tell|explain to) me|let me know)\s*[,:]?\s+",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:(?:[àa]|de|d['’]|en|depuis|pour|par|avec|sur|chez|vers|jusqu['’][àa]|dans|at|in|on|by|for|with"
    r"|from|to|since"
    r"|of|about) ?)?(?:qui|qu[eo]i?|qu['’]est-ce|qu[ae]nd|comment|pourquoi|o[ùu]|combien|(?:les|des|aux|du"
    r"|au|le|la)?quel"
    r"(?:le)?s?|who|whom|whose|what|which|where|when|why|how)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:\s*,?\s+(?:s['’]?il (?:te|vous) pla[iî]t|stp|svp|(?<!they )(?<!you )(?<!we )please)"
    r"|(?:\s*,|(?<=[.?!]))\s+(?:merci(?: (?:beaucoup|d['’]avance|bien))?|thanks(?: in advance| a lot)?"
    r"|thank you(?: in advance)?))[\s.!]*(?P<end>\??)[\s.!]*$",
    re.IGNORECASE,
)
_LEAST_WORDS = 2
_MOST_TITLES = 8


def kind_of(question: str, lang: Lang) -> Kind | Literal[""]:
    """What kind of small talk the whole question is, in either language; "" for a real question."""
    other: Lang = "en" if lang == "fr" else "fr"
    for said in (_fold(question), _fold(strip_greeting(question, lang))):
        for tongue in (lang, other):
            for kind, whole in _KINDS[tongue].items():
                if whole.fullmatch(said):
                    return kind
    return ""


def strip_greeting(question: str, lang: Lang) -> str:
    """The question without the greeting and politeness around it, where what is left is still one.

    « Bonjour, peux-tu me dire où est la gare, s'il te plaît ? » → « où est la gare ? »
    """
    text = " ".join(question.split())
    after = _AFTER.search(text)
    if after and _is_enough(text[: after.start()]):
        end = after["end"] if not text[: after.start()].endswith("?") else ""
        text = text[: after.start()] + (f" {end}" if lang == "fr" and end else end)
    while True:
        rest = _less(text)
        if rest == text or not _is_enough(rest):
            return text
        text = rest


def corpus_values(titles: Sequence[str], lang: Lang) -> dict[str, str]:
    """What the phrases `greeting`, `about` and `contents` are filled with: the count in words, and titles."""
    number = len(titles)
    several = number > 1 or (lang == "en" and number == 0)
    named = [f"« {title} »" if lang == "fr" else f'"{title}"' for title in titles[:_MOST_TITLES]]
    listed = ", ".join(named)
    left = number - len(named)
    if left:
        more = ("autre" if lang == "fr" else "other") + ("s" if left > 1 else "")
        listed += f" et {left} {more}" if lang == "fr" else f" and {left} {more}"
    return {"count": f"{number} document{'s' if several else ''}", "titles": listed}


def _less(text: str) -> str:
    """The text without the first thing before the question that may be taken off."""
    if (greeted := _GREETED.match(text)) is not None:
        rest = text[greeted.end() :]
        if greeted["stop"] or _ASKS.match(rest) or _TELL.match(rest) or _PLEASE.match(rest):
            return rest
    if (please := _PLEASE.match(text)) is not None:
        return text[please.end() :]
    if (tell := _TELL.match(text)) is not None and _ASKS.match(text, tell.end()):
        return text[tell.end() :]
    return text


def _is_enough(text: str) -> bool:
    return len(re.findall(r"\w+", text)) >= _LEAST_WORDS


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9œ]+", "".join(c for c in folded if not unicodedata.combining(c))))
