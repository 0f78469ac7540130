"""Whether a question leans on what was said before it."""

from __future__ import annotations

import re

from qa.types import Lang

# A bare question word with little behind it.
_SHORT: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(et|mais|ou|alors|pourquoi|comment|quand|où|lesquel\w+|lequel|laquelle)\b.{0,25}$", re.IGNORECASE
    ),
    "en": re.compile(r"^(and|but|or|so|why|how|when|where|which|what about)\b.{0,25}$", re.IGNORECASE),
}
_LEANS: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(et|mais|alors)\b|\b(il|elle|ils|elles|lui|eux|leurs?|son|sa|ses|celui-ci|celle-ci|cela|ça"
        r"|ce dernier|cette dernière)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"^(and|but|so|what about|how about)\b"
        r"|\b(he|she|they|him|her|his|hers|them|their|it|its|this|that|these|those)\b",
        re.IGNORECASE,
    ),
}
# « Y a-t-il un médecin ? », « Faut-il un permis ? » : "il" is nobody.
_SOME = r"(?:(?:une?|des|du)\b|d['’])"
_NOBODY = re.compile(
    r"\bil\s+y\s+(?:a|avait|aura|ait|eut)\b|"
    rf"\by\s+(?:a|avait|aura|eut)[ -](?:t[ '’-])?il\s+(?:eu\s+)?(?={_SOME})|"
    rf"\b(?:faut|faudra|fallait)[ -](?:t[ '’-])?il\s+(?=(?:\w+(?:er|ir|re)\s+)?{_SOME}|"
    r"\w+(?:er|ir|re)\s+(?:l[ae]s?\b|l['’]))|"
    r"\b(?:est|[ée]tait)[ -]il\s+(?:possible|interdit|permis|obligatoire|n[ée]cessaire|vrai)\s+"
    r"(?=de\b|d['’]|qu)|"
    rf"\bexiste[ -]t[ '’-]il\s+(?={_SOME})",
    re.IGNORECASE,
)
# "Where is Hull located?" needs nothing before it; "Why Hull?" does.
_NAMED = re.compile(
    r"^\w+\s+(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would)\s+[A-ZÀ-Ý][a-zà-ÿ]"
)
# "Où la Loire prend-elle sa source ?" says itself who "elle" is; "Où prend-elle sa source ?" does not.
_OWN_SUBJECT = re.compile(
    r"(?:\b(?:le|la|les|un|une|des|du|aux?)\s+|\b[ld]['’]|(?<=\s)(?=[A-ZÀ-Ý]))[^\s?.!,;:-][^?.!,;:]*?[\s'’]"
    r"[^\W\d_]+-(?:t-)?(?:il|elle|ils|elles)\b"
)
_REPEATED = re.compile(r"-(?:t-)?(?:il|elle|ils|elles)\b|\b(?:son|sa|ses|leurs?)\b", re.IGNORECASE)


def leans_on_history(question: str, lang: Lang) -> bool:
    """Whether `question` may need the turns before it to be understood: it goes on with "et", has a pronoun
    that nothing in it stands for, or is a question word with little behind it."""
    short = _SHORT[lang].search(question) is not None and not (lang == "en" and _NAMED.search(question))
    if lang == "fr":
        question = _NOBODY.sub("", question)
    if lang == "fr" and _OWN_SUBJECT.search(question):
        return _LEANS[lang].search(_REPEATED.sub("", question)) is not None
    return short or _LEANS[lang].search(question) is not None
