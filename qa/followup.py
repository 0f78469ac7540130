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
# "Où la Loire prend-elle sa source ?" says itself who "elle" is; "Où prend-elle sa source ?" does not.
_OWN_SUBJECT = re.compile(
    r"(?:\b(?:le|la|les|un|une|des|du|aux?)\s+|\b[ld]['’]|(?<=\s)(?=[A-ZÀ-Ý]))[^?.!,;:]*?"
    r"[^\W\d_]+-(?:t-)?(?:il|elle|ils|elles)\b"
)
_REPEATED = re.compile(r"-(?:t-)?(?:il|elle|ils|elles)\b|\b(?:son|sa|ses|leurs?)\b", re.IGNORECASE)


def leans_on_history(question: str, lang: Lang) -> bool:
    """Whether `question` may need the turns before it to be understood: it goes on with "et", has a pronoun
    that nothing in it stands for, or is a question word with little behind it."""
    if lang == "fr" and _OWN_SUBJECT.search(question):
        return _LEANS[lang].search(_REPEATED.sub("", question)) is not None
    return (_SHORT[lang].search(question) or _LEANS[lang].search(question)) is not None
