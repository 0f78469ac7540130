"""Sources that disagree: sentences of different documents that give another number for the same thing, or of
which one denies what the other says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import combinations

from qa.expected import form_of
from qa.polarity import polarity_conflict
from qa.quantities import Quantity, conflicts, find_quantities
from qa.quantities.words import Bound
from qa.types import Lang
from qa.words import WORD, content_words, fold

_ASKED_FOR = 0.75  # of the content words of a question for yes or no that a sentence must have
_SHARE = 0.4  # of the content words of the shorter of two sentences about one thing
_NEAR = Decimal("0.1")  # "about 10" is 9 to 11
_AT_MOST = 3
# What a question counts: the units that its words ask for; () where any.
_TIME = ("second", "minute", "hour", "day", "week", "month", "year")
_MONEY = ("euro", "dollar", "pound", "franc")
_LENGTH = ("metre", "kilometre", "centimetre", "millimetre", "mile", "foot", "inch", "yard")
_PEOPLE = ("dead", "injured", "resident")
# "Within 30 days" is 30 days beside "15 days"; "from 5 euros" may be 7.
_LIMITS: dict[Bound, Bound] = {"most": "exact", "least": "more"}
_BEHIND = 50  # characters behind "12 people" in which their fate stands
_FATE = (
    ("dead", re.compile(r"\b(?:die|died|dead|killed|mort[es]*|tue[es]*|decede[es]*|peri|perished)\b")),
    ("injured", re.compile(r"\b(?:injured|wounded|hurt|blesse[es]*)\b")),
)
_ASKING: dict[Lang, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "fr": (
        (r"\bquelle heure", ("hour",)),
        (r"\bcombien de temps|\bquelle _duree|\bdure\b", _TIME),
        (r"\bquel _age\b", ("year",)),
        (r"\bcoute|\bquel _(?:prix|cout|montant|salaire)", _MONEY),
        (r"\bquelle _(?:distance|longueur|hauteur|largeur|profondeur)", _LENGTH),
        (r"\bcombien\b|\bquel(?:le)? _(?:nombre|pourcentage|proportion|part|taux)", ()),
        (r"\bquelle _(?:temperature|population|superficie|vitesse|taille|quantite)", ()),
    ),
    "en": (
        (r"\bwhat time\b", ("hour",)),
        (r"\bhow long\b|\bwhat _duration\b", (*_TIME, *_LENGTH)),
        (r"\bhow old\b|\bwhat _age\b", ("year",)),
        (r"\bhow (?:far|tall|high|wide|deep)\b|\bwhat _(?:distance|height|length|depth)\b", _LENGTH),
        (r"\bhow (?:many|much|often|fast|big|large|heavy)\b", ()),
        (r"\bwhat _(?:number|percentage|proportion|share|rate|price|cost)\b", ()),
        (r"\bwhat _(?:temperature|population|area|speed|size)\b", ()),
    ),
}
_COUNTED = re.compile(r"\b(?:combien d(?:e |')|how many |nombre d(?:e |'|es )|number of )(\w+)")
_IS = r"(?:is |was |are |est |etait |sont )?(?:the |le |la |les |l')?"
_ASKED: dict[Lang, tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = {
    lang: tuple((re.compile(words.replace("_", _IS)), units) for words, units in table)
    for lang, table in _ASKING.items()
}


@dataclass(frozen=True, slots=True)
class Said:
    """The sentence at `position` says `quantity`."""

    position: int
    quantity: Quantity


def find_disagreement(
    question: str, lang: Lang, sentences: Sequence[tuple[str, Lang, str]]
) -> tuple[int, ...]:
    """Positions of sentences (text, language, document; best first) that disagree about what is asked.

    At least two of them, at most three, of different documents, the first for each distinct value, in
    order; () where they agree. Where the question asks for no quantity but for yes or no, the first two of
    which one denies what the other states.
    """
    said = [_said(i, text, of, question, lang) for i, (text, of, _) in enumerate(sentences)]
    for i, mine in enumerate(said):
        for first in mine:
            found = [first]
            for j in range(i + 1, len(said)):
                other = _counterpart(first, mine, said[j])
                documents = {sentences[s.position][2] for s in found}
                if other is None or sentences[j][2] in documents:
                    continue
                same = _same_thing(sentences[i], sentences[j], first.quantity, other.quantity)
                if same and all(_differ(other.quantity, known.quantity) for known in found):
                    found.append(other)
            if len(found) > 1:
                return tuple(s.position for s in found[:_AT_MOST])
    return _contrary(question, lang, sentences) if form_of(question, lang) == "yes_no" else ()


def _contrary(question: str, lang: Lang, sentences: Sequence[tuple[str, Lang, str]]) -> tuple[int, ...]:
    """The first two sentences of one language and different documents that are about what is asked, where one
    denies what the other states."""
    asked = content_words(question)
    about = [
        (i, text, of, document)
        for i, (text, of, document) in enumerate(sentences)
        if of != lang or len(asked & content_words(text)) >= _ASKED_FOR * len(asked)
    ]
    for (i, text, of, document), (j, other, of_other, elsewhere) in combinations(about, 2):
        if of == of_other and document != elsewhere and polarity_conflict(text, of, other, of_other):
            return (i, j)
    return ()


def _said(position: int, text: str, of: Lang, question: str, lang: Lang) -> list[Said]:
    """What a sentence says of the kind that the question asks for."""
    quantities = [_of_people(q, text) for q in find_quantities(text, of)]
    return [Said(position, q) for q in quantities if _may_answer(question, lang, q)]


def _of_people(quantity: Quantity, text: str) -> Quantity:
    """ "12 people died" counts the dead."""
    if quantity.unit in {"person", "victim"}:
        behind = fold(text[quantity.end : quantity.end + _BEHIND])
        first = min(
            ((found.start(), unit) for unit, pattern in _FATE if (found := pattern.search(behind))),
            default=None,
        )
        if first:
            return replace(quantity, unit=first[1])
        if quantity.unit == "victim":
            return replace(quantity, unit="dead")
    return quantity


def _may_answer(question: str, lang: Lang, quantity: Quantity) -> bool:
    if quantity.unit in {"", "date", "ordinal"}:
        return False
    asked = fold(question.replace("’", "'"))
    counted = _COUNTED.search(asked)
    if counted and counted[1] not in {"temps", "time"}:
        units = _units([counted[1]], lang)
        return quantity.unit in (units | set(_PEOPLE) if "person" in units else units)
    for pattern, kinds in _ASKED[lang]:
        if pattern.search(asked):
            return not kinds or quantity.unit in kinds
    return quantity.unit in _units(WORD.findall(asked), lang)


def _units(words: Sequence[str], lang: Lang) -> set[str]:
    """The units that words are, read as if a number stood before each."""
    found = (find_quantities(f"2 {word}", lang) for word in words if len(word) > 2 and word != "second")
    return {quantities[0].unit for quantities in found if quantities} - {""}


def _counterpart(said: Said, mine: Sequence[Said], others: Sequence[Said]) -> Said | None:
    """The one quantity of the same unit among `others`; None where either sentence has several."""
    unit = said.quantity.unit
    same = [other for other in others if other.quantity.unit == unit]
    own = [other for other in mine if other.quantity.unit == unit]
    return same[0] if len(same) == 1 and len(own) == 1 else None


def _differ(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities cannot both be what is meant."""
    if one.value == other.value:
        return conflicts(one, other)
    one, other = (replace(q, bound=_LIMITS.get(q.bound, q.bound)) for q in (one, other))
    bounds = {one.bound, other.bound}
    try:
        a, b = Decimal(one.value), Decimal(other.value)
    except InvalidOperation:
        return True
    if "about" in bounds and bounds <= {"about", "exact"}:
        return abs(a - b) > _NEAR * max(abs(a), abs(b))
    for limit, value, limited, bare in ((a, b, one, other), (b, a, other, one)):
        if bare.bound in {"exact", "about"} and limited.bound in {"less", "more"}:
            return not (value < limit if limited.bound == "less" else value > limit)
    return True


def _same_thing(
    one: tuple[str, Lang, str], other: tuple[str, Lang, str], first: Quantity, second: Quantity
) -> bool:
    years, others = (_years(text, of) for text, of, _ in (one, other))
    if years and others and not years & others:
        return False  # two events
    if one[1] != other[1]:
        return bool(_names(one[0]) & _names(other[0]))
    words = [
        content_words(f"{text[: q.start]} {text[q.end :]}")
        for (text, _, _), q in ((one, first), (other, second))
    ]
    least = min(len(w) for w in words)
    return least > 0 and len(words[0] & words[1]) >= _SHARE * least


def _years(text: str, lang: Lang) -> set[str]:
    """Years of `text`; 1,200 inhabitants are none."""
    bare = {q.value for q in find_quantities(text, lang) if q.unit in {"", "date"}}
    return {n for n in bare if re.fullmatch(r"1[0-9]{3}|20[0-9]{2}", n)}


def _names(text: str) -> set[str]:
    """Capitalised words that do not open the text, folded and cut to four letters (Russie, Russia)."""
    return {
        fold(match[0])[:4]
        for match in re.finditer(r"[^\W\d_]{4,}", text)
        if match[0][0].isupper() and text[: match.start()].strip(' «"“‘(')
    }
