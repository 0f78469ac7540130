"""The closed classes of words that negation is read with, folded (see qa/polarity)."""

from __future__ import annotations

import re

from qa.types import Lang

_STEM = 5  # letters of a folded word that are compared
_ENDINGS: dict[Lang, re.Pattern[str]] = {"fr": re.compile(r"s$"), "en": re.compile(r"(?:ing|ed|es|s|e)$")}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The second half of a French negation; what denies an English verb or noun.
DENIALS: dict[Lang, frozenset[str]] = {
    "fr": _set("pas point jamais plus rien personne aucun aucune ni guere nul nulle nullement aucunement"),
    "en": _set("not never no neither nor nobody nothing none nowhere"),
}
# These deny the noun (or infinitive) behind them.
NOUN_DENIALS: dict[Lang, frozenset[str]] = {
    "fr": _set("aucun aucune nul nulle ni sans"),
    "en": _set("without"),
}
# Taken out before anything is read: they look like denials and are none.
EXEMPT: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:non|pas) (?:seulement|uniquement)\b|\bsans (?:doute|cesse|arr[êe]t|que|tarder"
        r"|compter|nul doute)\b"
        r"|\bnon sans\b|\bni plus ni moins\b|\bn'importe\b|\bne serait-ce\b|\bne cess\w+ (?:pas )?de\b"
        r"|\bn'(?:est|était)-(?:ce|il|elle) pas\b|\bne [^.;]{1,20} pas (?:que|seulement|uniquement)\b"
        r"|\bplus ou moins\b|\bpas (?:moins|plus) d(?:e |'|u )",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\bnot (?:only|just|merely|simply|least|to mention|more than|less than|fewer than|unlike)\b"
        r"|\bno (?:less|fewer|more|later) than\b|\bno (?:doubt|matter|wonder|sooner)\b|\bnone other than\b"
        r"|\bno\.? ?(?=[0-9])|\bnothing but\b|\bnothing (?:less|short)\b|\bwhether or not\b"
        r"|\bor not\b|\bif not\b"
        r"|^\W*no,|\bwithout (?:a )?doubt\b|\bnever ?mind\b|\bnone the less\b|\bno one else\b",
        re.IGNORECASE,
    ),
}
AUXILIARIES: dict[Lang, frozenset[str]] = {
    "fr": _set(
        "suis es est sommes etes sont etais etait etions etaient sera serai seront serait seraient "
        "fut furent ete etre "
        "soit soient ai as a avons avez ont avais avait avions avaient aura aurai auront aurait "
        "auraient eut eurent eu "
        "avoir ait aient peut peuvent pouvait pouvaient pourra pourront pourrait pourraient pu put "
        "doit doivent devait "
        "devaient devra devront devrait devraient du veut veulent voulait voulaient va vont allait "
        "allaient fait font"
    ),
    "en": _set(
        "am is are was were be been being has have had having do does did done will would shall "
        "should can could may "
        "might must"
    ),
}
ADVERBS: dict[Lang, frozenset[str]] = {
    "fr": _set(
        "encore toujours tout tres vraiment deja bien trop assez aussi ensuite alors donc meme pas "
        "plus jamais rien point "
        "seulement totalement completement entierement officiellement pleinement immediatement forcement"
    ),
    "en": _set(
        "yet ever really very even still also actually always only been fully officially "
        "immediately necessarily "
        "completely entirely any more longer one not no never"
    ),
}
CLITICS = _set("se s le la les l lui leur y en me m te t nous vous il elle ils elles on ce ne n")
PREPOSITIONS: dict[Lang, frozenset[str]] = {
    "fr": _set("a au aux dans en sur sous chez de du des pour par avec sans vers d"),
    "en": _set("in on at of for by with from to into under over"),
}
EMPTY: dict[Lang, frozenset[str]] = {
    "fr": _set(
        "le la les l un une des du de d et ou mais que qu qui dont ce cet cette ces c il elle ils "
        "elles on nous vous je tu "
        "se s son sa ses leur leurs lui y en ne n au aux a dans sur sous par pour avec sans chez "
        "vers entre comme si car "
        "donc ni plus moins quand lorsque apres avant depuis pendant ainsi cela celui celle ceux "
        "celles quel quelle"
    ),
    "en": _set(
        "the a an and or but of in on at by for with from to into under over as than that this "
        "these those it its he she "
        "they we you i him her his them their our your who whom whose which what when where while "
        "after before since "
        "until during so if because there here both each s t"
    ),
}
# What stands shortly before a word that is not stated as a fact.
IRREALIS: dict[Lang, frozenset[str]] = {
    "fr": _set(
        "si pourrait pourraient devrait devraient doit doivent peut peuvent va vont veut veulent "
        "serait seraient aurait "
        "auraient pourra devra sera seront aura auront voulait voulaient devait devaient pouvait pouvaient"
    ),
    "en": _set("if unless whether should could would will may might can must shall to"),
}
# "… avant 1920", "… until May": denied for a time only.
UNTIL: dict[Lang, frozenset[str]] = {"fr": _set("avant"), "en": _set("until till before unless")}
# Words that say "not" without grammar: against them a denial proves nothing, either way.
NEGATIVE_SENSE: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"refus|empech|interdi|evit|echou|echec|manqu|impossib|incapab|renonc|sauf|except|hormis"
        r"|seul|uniquement|niait|nie"
        r"|nient|dement|absen|ferme|cess|arret|perd|sans$|loin$|contrair|faux$|faut[es]|annul"
        r"|suspend|abandon|ignor"
        r"|in(?:connu|trouv|exist|suff|habit|util)|exclu|non$|peu$|rar|dispar|abol|prive|depourv|plutot"
    ),
    "en": re.compile(
        r"refus|prevent|forb|ban|avoid|fail|lack|miss|impossib|unable|except|but$|only$|den(?:y|ie)"
        r"|stop|ceas|absen"
        r"|clos|without$|contrary|false|cancel|suspend|abandon|ignor|prohib|[a-z]{4,}less$|until$"
        r"|un(?!animous|cle|der|do|i|ti|to|veil)[a-z]{4,}"
        r"|exclu|non$|few$"
        r"|rare|hardly|barely|scarcely|disappear|abolish|declin|reject|instead|rather|los[te]|free$"
        r"|end(?:ed)?$|former"
    ),
}
# "A met B" is "B met A": who stands first says nothing.
SYMMETRIC: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"rencontr|mari|epous|avec$|entre$|compar|voisin|ressembl|negoci|discut|dialogu|trouv|situ"
        r"|dista|proch|loin|reli|joint"
        r"|separ|allie|divorc|signe|contre$|oppos|affront|collabor|travaill|ami$|amie$|frere|soeur"
        r"|cousin|km$|kilom|egal"
    ),
    "en": re.compile(
        r"me[et]t?s?$|meeting|marr|wed|with$|between$|compar|neighbo|resembl|negotiat|discuss|locat"
        r"|distan|near|far$|link|join"
        r"|separat|alli|divorc|sign|against$|oppos|collaborat|work|friend|brother|sister|cousin|km$"
        r"|kilom|mile|equal|fac|play"
    ),
}
TITLES = _set(
    "president presidente ministre premier premiere roi reine empereur general docteur professeur "
    "maire madame monsieur mme "
    "dr mr mrs ms miss sir lord lady king queen emperor minister prime mayor doctor professor "
    "captain colonel capitaine "
    "francais francaise anglais anglaise american british french german chancelier chancellor saint sainte"
)


def is_empty(token: str, lang: Lang) -> bool:
    """Whether a folded word carries no meaning of its own."""
    return token in EMPTY[lang] or token in AUXILIARIES[lang] or token in ADVERBS[lang]


def stem(word: str, lang: Lang) -> str:
    """What is compared of a folded word: five letters, without an ending ("signed", "sign")."""
    bare = _ENDINGS[lang].sub("", word)
    return (bare if len(bare) >= 3 else word)[:_STEM]
