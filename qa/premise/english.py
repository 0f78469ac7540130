"""English questions turned back into statements: "Why did X leave Y" → "X left Y"."""

from __future__ import annotations

import re

from qa.premise.verbs import PARTICIPLES, is_base, past_of, third_person

_ASKING = re.compile(
    r"(?:^|^[^,?]{1,80},\s*)(?:and |but |so )?(?P<word>how come|why(?: on earth)?|how(?: long| often"
    r"| soon)?|when|where|since when|until when"
    r"|(?:from|to) where|(?:in|on|at|for|during|from|since|to|by) (?:what|which) [\w'’-]+(?: of the year)?"
    r"|what (?:year|day|date|time)|where and when|when and where)\s+",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"(?P<aux>did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|must|may|might|ca"
    r"|wo)(?P<not>n['’]?t)?\s+",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"\s*,?\s+and\s+(?:why|when|where|how|who|what|which|did|was|is|in what|for what)\b.*", re.IGNORECASE
)
_BE = frozenset({"is", "are", "was", "were"})
_PERFECT = frozenset({"has", "have", "had"})
_PRONOUNS = frozenset("he she it they there everyone everybody somebody someone nobody people".split())
_ASKER = frozenset({"i", "you", "we"})
_DETERMINERS = frozenset(
    "the a an this that these those his her its their our my your some many most several few all both each "
    "every no any two"
    " three four five six seven eight nine ten".split()
)
_OBJECTS = _DETERMINERS | frozenset("him them it me us himself herself itself themselves".split())
_PREPOSITIONS = frozenset(
    "of in on at by for from to with without into onto over under against about after before during "
    "between through since"
    " until as like near behind off out up down away back across among around toward towards inside "
    "outside along".split()
)
_ADVERBS = frozenset(
    "not never always also still so too very only ever first again often soon suddenly no just even "
    "already much more less"
    " then there now together finally later once yet".split()
)
_ADJECTIVES = frozenset(
    "open important famous popular known difficult dangerous necessary free empty full late early "
    "expensive cheap unable able"
    " likely unlikely responsible guilty ill dead alive angry absent present poor rich safe unsafe illegal "
    "legal successful"
    " unpopular controversial common rare visible invisible sick worried afraid happy unhappy useful "
    "useless vacant available"
    " unavailable sacred special significant different similar unique green red blue white black hot cold "
    "warm dark wet dry"
    " big small high low strong weak long short bad good right wrong true false essential critical".split()
)
_SHORT = 4  # `need`, `feed`, `shed`: no pasts
_JOINING = frozenset("of the de du des la le von van der den and & al el bin di da y".split())


# "Where is X located?" takes no more for granted than X itself.
_NO_FACT = frozenset(
    {"located", "situated", "found", "called", "named", "defined", "spelled", "pronounced", "been"}
)


def english_premise(text: str) -> str | None:
    """What the question (without its mark) takes for granted."""
    asked = _ASKING.match(text)
    if asked is None:
        return None
    body = _SECOND.sub("", text[asked.end() :])
    if asked["word"].lower() == "how come":
        return body if " " in body else None
    auxiliary = _AUXILIARY.match(body)
    if auxiliary is None:
        return None
    aux = {"ca": "can", "wo": "will"}.get(auxiliary["aux"].lower(), auxiliary["aux"].lower())
    tokens = body[auxiliary.end() :].split()
    if not tokens or tokens[0].lower() in _ASKER or any(token.endswith(",") for token in tokens[:-1]):
        return None
    base = aux not in _BE | _PERFECT
    cut = _predicate(tokens, base=base)
    if cut is None:
        return None
    subject, rest = " ".join(tokens[:cut]), tokens[cut:]
    negated = auxiliary["not"] is not None
    if rest[0].lower() == "not":
        negated, rest = True, rest[1:]
    if (
        not rest
        or " ".join(rest) in _NO_FACT
        or (rest[0] == "been" and rest[1:2] and rest[1] in _PREPOSITIONS)
    ):
        return None
    if negated:
        return f"{subject} {aux} not {' '.join(rest)}"
    if aux not in {"did", "does", "do"}:
        return f"{subject} {aux} {' '.join(rest)}"
    return f"{subject} {' '.join(_conjugated(rest, aux))}"


def _conjugated(rest: list[str], aux: str) -> list[str]:
    """The predicate with its verb in the auxiliary's tense; adverbs before it are passed over."""
    at = 0
    while at + 1 < len(rest) and _is_adverb(rest[at]):
        at += 1
    verb = rest[at]
    if aux == "do" or not verb.isalpha():
        return rest if aux == "do" else [aux, *rest]
    if verb.endswith("ed") and len(verb) > _SHORT and not is_base(verb):
        return rest  # "did they seized" is typed too
    return [*rest[:at], past_of(verb) if aux == "did" else third_person(verb), *rest[at + 1 :]]


def _predicate(tokens: list[str], *, base: bool) -> int | None:
    """Where the predicate begins: the subject is found first. None where it cannot be told."""
    first = tokens[0].lower()
    if first in _PRONOUNS:
        return 1 if len(tokens) > 1 else None
    find = _find_verb if base else _find_state
    if not tokens[0][:1].isupper():
        return find(tokens, 2 if first in _DETERMINERS or first[:1].isdigit() else 1)
    end = _after_names(tokens, 0)
    if end == len(tokens):
        return None
    if tokens[end - 1].endswith(("'s", "’s")) or tokens[end].lower() in _PREPOSITIONS | {"and", "or"}:
        return find(tokens, end + 1)
    if not base:
        found = find(tokens, end)
        return end if found is None and end == len(tokens) - 1 else found
    if is_base(tokens[end]) and tokens[end + 1 : end + 2] and tokens[end + 1] in _PREPOSITIONS:
        # "Protestant rule in Spain collapse": which of the two is the verb?
        unsure = is_base(tokens[-1]) and not _is_within_name(tokens, len(tokens) - 1)
        return None if unsure else end
    if is_base(tokens[end]) or _is_adverb(tokens[end]) or end == len(tokens) - 1:
        return end
    found = find(tokens, end + 1)
    return end if found is None or (not is_base(tokens[found]) and not tokens[end].endswith("s")) else found


def _find_verb(tokens: list[str], start: int) -> int | None:
    """The first word that is a known verb, or that stands where only a verb can."""
    for at in range(start, len(tokens)):
        word, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        if _is_within_name(tokens, at) or not word.isalpha() or word[0].isupper():
            continue
        if _is_adverb(word) and (is_base(after) or word in {"not", "never", "ever"}):
            return at
        if is_base(word):
            if not is_base(after) or after in _PREPOSITIONS:
                return at
        elif (
            (not after or after in _OBJECTS)
            and word not in _PREPOSITIONS | _OBJECTS | _ADVERBS
            and not word.endswith(("s", "tion", "ment"))
        ):
            return at
    return None


def _find_state(tokens: list[str], start: int) -> int | None:
    """Where what is said with `be` or `have` begins: a participle, an adjective, an adverb, "a …"."""
    for at in range(start, len(tokens)):
        word = tokens[at].lower()
        if _is_within_name(tokens, at):
            continue
        if _is_adverb(word) or word in {"a", "an", "the"} or _is_predicative(word):
            # "the time needed to solve it calculated": the second is what is said
            doubtful = (
                tokens[at + 1 : at + 2] == ["to"] and _is_predicative(tokens[-1]) and at < len(tokens) - 1
            )
            return None if doubtful else at
    return 2 if len(tokens) == 3 and start == 2 and tokens[2].isalpha() and tokens[2].islower() else None


def _is_within_name(tokens: list[str], at: int) -> bool:
    """Whether the word goes on with what stands before it: "the old …", "price of …", "Paul's …"."""
    before = tokens[at - 1].lower()
    return (
        tokens[at].lower() in _JOINING - {"the"}
        or before in _DETERMINERS | _PREPOSITIONS | _JOINING
        or before.endswith(("'s", "’s"))
    )


def _is_predicative(word: str) -> bool:
    return (
        word in _ADJECTIVES or word in PARTICIPLES or re.fullmatch(r"[a-z-]{2,}(?:ed|ing)", word) is not None
    )


def _is_adverb(word: str) -> bool:
    return word.lower() in _ADVERBS or (word.endswith("ly") and not is_base(word))


def _after_names(tokens: list[str], at: int) -> int:
    """The place behind a run of capitalised words and what joins them."""
    while at < len(tokens):
        if tokens[at][:1].isupper() or (tokens[at][:1].isdigit() and tokens[at - 1][:1].isupper()):
            at += 1
            continue
        ahead = at
        while ahead < len(tokens) and tokens[ahead].lower() in _JOINING:
            ahead += 1
        if ahead == at or ahead == len(tokens) or not tokens[ahead][:1].isupper():
            return at
        at = ahead
    return at
