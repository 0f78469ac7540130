"""Words with which a sentence gives a quantity, a time, an age, a price or a duration.

The lists are wide: what holds none of them cannot be giving it.
"""

from __future__ import annotations

import re

from qa.types import Lang

_DAY = r"(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
# Words that say how much, how long, how old or how often without a number.
AMOUNTS: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:aucune?|nulle?|rien|personne|plusieurs|quelques|peu|beaucoup|nombreu\w+|majorité|plupart|moitié|tiers|"
        r"quarts?|double|triple|dizaines?|douzaines?|vingtaines?|trentaines?|quarantaines?|cinquantaines?|centaines?|"
        r"milliers?|millions?|milliards?|gratuit\w*|gratis|tous|toutes|chaque|jamais|toujours|souvent|toute\s+sa\s+vie|"
        r"une?\s+(?:seule?|heure|minute|seconde|jour|semaine|mois|an|année|siècle|fois|paire|couple)|demi\w*|"
        r"décennies?|quotidien\w*|hebdomadaire\w*|mensuel\w*|annuel\w*|jusqu\w*|depuis|siècles?|jours?|semaines?|années?|ans|"
        r"poignée|uniques?|duo|trio)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:no|none|nothing|nobody|several|some|few|many|much|most|majority|half|third|quarters?|twice|double|"
        r"triple|dozens?|scores?|hundreds?|thousands?|millions?|billions?|free|all|every|each|never|always|often|an?\s+"
        r"(?:single|hour|minute|second|day|week|month|year|century|couple|pair)|daily|weekly|monthly|yearly|annual\w*|"
        r"once|until|since|centuries|days|weeks|months|years|hours|minutes|only\s+(?:an?|one)|handful|little|sole|lone|"
        r"duo|trio)\b",
        re.IGNORECASE,
    ),
}
TIMES: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\d|\b(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|(?:lun|mar|"
        r"mercre|jeu|vendre|same)dis?|dimanches?|week-?ends?|hier|demain|aujourd|veille|lendemain|matin\w*|midi|minuit|soir\w*|nuit|"
        r"aube|après|avant|pendant|lors\w*|durant|depuis|dès|quand|siècles?|début|fin|milieu|ans?|années?|semaines?|mois|"
        r"jours?|journée|heures?|époque|période|printemps|été|automne|hiver|noël|pâques|guerre|règne|âge|moment|"
        r"décennies?|millénaires?|entre-deux-guerres|néolithique|suite|démarrage|jamais|toujours|bientôt|récemment|prochaine?s?|dernière?s?|antiquité|renaissance|maintenant|"
        r"si|s['’]ils?|en\s+cas|chaque\s+fois|aussitôt|sitôt|tôt|tard|aurore|crépuscule|vacances|rentrée|saint-\w+|sainte-\w+|"
        r"toussaint|pentecôte|ascension|assomption|carnaval|ramadan|vendanges|moissons?|moyen[ -][âa]ge|"
        r"au\s+temps|"
        r"révolution|restauration|libération|occupation|empire|préhist\w+|\w+lithique|\w+assique|crétacé|"
        r"quotidien\w*|hebdomadaire\w*|mensuel\w*|annuel\w*)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:mon|tues|"
        r"wednes|thurs|fri|satur|sun)days?|following|yesterday|tomorrow|today|eve|morning|noon|midnight|evening|night|dawn|"
        r"after|before|during|while|since|when|once|until|centur\w+|beginning|end|middle|years?|weeks?|months?|days?|"
        r"hours?|era|period|spring|summer|autumn|fall|winter|christmas|easter|war|reign|age|moment|never|always|soon|"
        r"recently|next|last|antiquity|renaissance|now|ago|late|early|later|"
        r"earlier|weekends?|week-ends?|if|unless|whenever|immediately|dusk|sunset|sunrise|harvest|"
        r"holidays?|halloween|thanksgiving|lent|ramadan|pentecost|passover|(?:twen|thir|for|fif|six|seven|eigh|nine)ties|"
        r"times|ages|medieval|revolution|restoration|prehist\w+|\w+lithic|\w+assic|cretaceous|daily|weekly|monthly|"
        r"yearly|annual\w*)\b",
        re.IGNORECASE,
    ),
}
AGES = re.compile(
    r"\bans\b|\bannées?\b|\bmois\b|\bsiècles?\b|\bnée?s?\b|\bâg\w+|\bdate\b|\bdepuis\b|\byears?\b|\bmonths?\b|-year-|"
    r"\bcentur\w+|\bborn\b|\baged?\b|\bdates?\b|\bsince\b|\b(?:1[0-9]|20)[0-9]{2}\b|\b\w+(?:aine|naire)s?\b|"
    r"\b(?:is|was|were|be|been|being|turn(?:s|ed|ing)?|at)\s+(?:(?:only|just|about|nearly|almost|barely)\s+)?(?:\d{1,2}|"
    r"ten|eleven|twelve|\w+teen|\w+ty(?:-\w+)?)(?=\s*[.,;:!?)]|\s*$|\s+(?:when|while|and|as|in|but)\b)|"
    r"\bin\s+(?:his|her|their)\s+\w+ies\b|\bold\b|\bis\s+[\w-]+\s*[.,]|^[\w-]+\W*$",
    re.IGNORECASE,
)
PRICES = re.compile(
    r"[€$£¥]|\b(?:euros?|eur|usd|dollars?|francs?|livres?|pounds?|sterling|cents?|centimes?|sous?|écus?|couronnes?|crowns?|"
    r"roubles?|rubles?|yens?|yuans?|roupies?|rupees?|pesos?|marks?|lires?|florins?|shillings?|pence|pennies|penny|"
    r"dinars?|dirhams?|moitié|half|tiers|third|quarts?|quarter|double|triple|twice|gratuit\w*|gratis|free|rien|nothing|pour\s*cent|percent|per\s+cent|millions?|milliards?|billions?)\b|%",
    re.IGNORECASE,
)
DURATIONS = re.compile(
    r"\b(?:secondes|minutes|heures|journées|jours|nuits|semaines|ans|années|décennies?|siècles?|seconds|hours|days|nights|"
    r"weeks|months|years|decades|centur\w+|depuis|jusqu\w*|since|until|till|longtemps|temps|brièv\w+|brève\w*|brief\w*|"
    r"ending|end(?:s|ed)|permanen\w+|toujours|always|forever|lifetime|vie|kilom\w+|mètres?|met(?:er|re)s?|miles?|feet|yards?|inch\w*|"
    r"(?:une?|an?|one|chaque|toute?|whole|entire|all|demi\w*|half)[\s-]+(?:l[ae]s?\s+|the\s+)?(?:seconde?|minute|heure|jour|"
    r"journée|nuit|semaine|mois|an|année|hour|day|night|week|month|year|decade)|"
    r"(?:\w+-)?(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quelques|plusieurs|des|"
    r"premiers|derniers|prochains|aine\s+de)\s+mois)\b|\d\s?(?:h|min|s|m|km|cm|mm|ft|mois)\b|-(?:year|month|week|day|hour|minute)s?\b|"
    r"\b\d{4}\D{1,40}\d{4}\b|\b\d{1,2}:\d{2}\b(?!\s*[ap]\.?m)|\b(?:fortnight|quinzaine|trimestre|semestre|overnight)s?\b|"
    rf"\b(?:du|de|from|between|entre)\s+(?:le\s+)?(?:\d|{_DAY}).{{1,30}}\b(?:au|à|et|to|and|till|until|through)\s+"
    rf"(?:le\s+)?(?:\d|{_DAY})",
    re.IGNORECASE,
)
