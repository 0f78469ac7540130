"""The names and numbers in a question."""

from __future__ import annotations

import re

from qa.types import Lang

_TOKEN = re.compile(r"[^\W_]+(?:[-.&][^\W_]+)*(?:['’][^\W_]+(?:-[^\W_]+)*)*", re.UNICODE)
_NUMBER = re.compile(r"(?<![\w.,-])(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d[\d.,]*\d)(?![\w-])")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu)['’]", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_JOINING: dict[Lang, frozenset[str]] = {
    "fr": frozenset("de du des la le les d l von van der den of the al el bin ibn di da y".split()),
    "en": frozenset("of the de du des la le von van der den al el bin ibn di da".split()),
}
# Capitalised words that are no names, or that the other language writes otherwise.
_ORDINARY = frozenset(
    """
    m mme mlle mm mr mrs ms dr pr me i monsieur madame monday tuesday wednesday thursday friday saturday
    sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january
    february march april may june july august september october november december
    """.split()
)
# Written otherwise in the other language: names only beside another one ("European Union").
_PEOPLES = frozenset(
    """
    english french german spanish italian british american european russian chinese japanese dutch swiss
    belgian scottish irish welsh greek roman indian african asian polish turkish canadian australian
    swedish norwegian danish portuguese muslim islamic christian catholic protestant jewish
    """.split()
)
# Words that begin a question; the name behind them is a name.
_BEGINNING = frozenset(
    """
    qui que quoi quel quelle quels quelles quand comment pourquoi combien où ou lequel laquelle est-ce a à
    au aux en dans de du des le la les un une ce cet cette ces son sa ses leur leurs mon ma mes depuis
    pour par sur selon avec chez et mais donc alors lors pendant avant après apres entre contre sous est
    sont était a-t-il dis dites donne liste qu'est-ce y est-il peux-tu peut-on parle parle-moi résume
    explique cite vers jusqu'à si dis-moi who whom whose what which when where why how is are was were do
    does did has have had can could will would should the a an this that these those his her its their my
    your our in on at by for from to with of about since until during after before between under and or
    but so if as not tell give list describe explain name please according
    """.split()
)
_VERB_NEXT = re.compile(
    r"(?:a|ont|est|sont|avait|fut|va|peut|doit|n['’]\w+|s['’]\w+|[^\W\d_]+-(?:t-)?(?:il|elle)s?|is|was|has"
    r"|had|did|does|will|can)$"
)


_STOP = re.compile(r"[\s»”\"’)]*[.!?…:;][\s«“\"‘(]*$")
_FEW = 3  # words that may all be names


def unknown_names(question: str, lang: Lang) -> tuple[str, ...]:
    """Names and numbers (of two digits or more) as written, in order, for the documents to be searched for.

    The first word alone is no name unless its form or the verb behind it says so. In a question whose every
    word is capitalised, only numbers are found.
    """
    found = [(match.start(), match[0]) for match in _NUMBER.finditer(question)]
    tokens = [_bare(match) for match in _TOKEN.finditer(question)]
    behind = [word for _, _, word in tokens[1:] if word[:1].isalpha()]
    if len(behind) < _FEW or not all(word[0].isupper() for word in behind):
        found += _runs(question, tokens, lang)
    seen: dict[str, None] = {}
    for _, span in sorted(found):
        seen.setdefault(span)
    return tuple(seen)


def _bare(match: re.Match[str]) -> tuple[int, int, str]:
    """Start, end and text of a word without what is elided before it or possessive behind it."""
    start, end = match.span()
    if (elided := _ELIDED.match(match[0])) is not None:
        start += elided.end()
    word = match.string[start:end]
    if (owned := _POSSESSIVE.search(word)) is not None:
        end -= len(owned[0])
    return start, end, match.string[start:end]


def _runs(question: str, tokens: list[tuple[int, int, str]], lang: Lang) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(tokens):
        if not _is_name(question, tokens, at):
            at += 1
            continue
        last = ahead = at
        while ahead + 1 < len(tokens) and _touches(question, tokens[ahead], tokens[ahead + 1]):
            ahead += 1
            if _is_name(question, tokens, ahead) or (
                tokens[ahead][2].isdigit() and ahead == last + 1 and len(tokens[ahead][2]) < 2
            ):
                last = ahead
            elif tokens[ahead][2].lower() not in _JOINING[lang]:
                break
        span = question[tokens[at][0] : tokens[last][1]]
        alone = last == at
        doubtful = _opens(question, tokens, at) and not _stands_alone(tokens[at:])
        if not (alone and (tokens[at][2].lower() in _PEOPLES or doubtful)):
            found.append((tokens[at][0], span))
        at = last + 1
    return found


def _is_name(question: str, tokens: list[tuple[int, int, str]], at: int) -> bool:
    word = tokens[at][2]
    if not word[:1].isupper() or word.lower() in _ORDINARY or len(word) < 2:
        return False
    return word.lower() not in _BEGINNING or not _opens(question, tokens, at)


def _opens(question: str, tokens: list[tuple[int, int, str]], at: int) -> bool:
    """Whether a sentence begins with this word: the first, or one behind a stop of no initial or title."""
    if at == 0:
        return True
    _, end, before = tokens[at - 1]
    stops = _STOP.match(question, end, tokens[at][0]) is not None
    return stops and len(before) > 1 and "." not in before and before.lower() not in _ORDINARY


def _stands_alone(tokens: list[tuple[int, int, str]]) -> bool:
    """Whether the first word is a name by itself: « ONU », « Weber a-t-il », "Weber's"."""
    word = tokens[0][2]
    return (word.isupper() and len(word) > 1) or (
        len(tokens) > 1 and _VERB_NEXT.match(tokens[1][2]) is not None
    )


def _touches(question: str, one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether only a space (or an elision, or the stop of an initial) stands between two words."""
    between = question[one[1] : other[0]]
    return re.fullmatch(r"\.?\s+(?:[dl]['’])?|\.|\s*&\s*", between) is not None
