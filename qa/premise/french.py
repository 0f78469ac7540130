"""French questions turned back into statements: « Quand X a-t-il quitté Y » → « X a quitté Y »."""

from __future__ import annotations

import re

_I = re.IGNORECASE
_ASKING = re.compile(
    r"(?:(?:^|^[^,?]{1,80},\s*))(?:et |mais |alors )?(?P<word>pourquoi(?: donc)?|comment|(?:depuis "
    r"|jusqu['’][àa] |pour )?quand"
    r"|(?:d['’]|par |vers |jusqu['’])?o[ùu](?: et quand)?|depuis combien de temps|pendant combien de temps"
    r"|(?:pour |en |[àa] |dans |sur |depuis |vers |lors de "
    r"|au cours de )quel(?:le)?s? [\w’'-]+(?: de l['’]ann[ée]e(?: \d+)?)?"
    r"|quel (?:jour|mois))\s+",
    _I,
)
_EST_CE = re.compile(r"(?:c['’]est |est-ce |est ce )qu(?:e\s+|['’]\s*)", _I)
_SECOND = re.compile(
    r"\s*,?\s+(?:et|ou)\s+(?:o[ùu]|quand|comment|pourquoi|qui|que|combien|quel\w*|[àa] quel\w*"
    r"|en quel\w*)\b.*",
    _I,
)
_INVERTED = re.compile(
    r"^(?P<before>.*?)\b(?P<verb>[^\W\d_]+)-(?:t-)?(?P<who>ils?|elles?|on|ce|je|tu|nous"
    r"|vous)\b(?!-)(?P<rest>.*)$",
    _I,
)
_CLITIC = r"(?:(?:ne|se|le|la|les|lui|leur|y|en|me|te|nous|vous)\s+|[nslmt]['’]\s*)"
_ONLY_CLITICS = re.compile(rf"(?:{_CLITIC})*", _I)
_BE = (
    r"(?:(?:est|sont|[ée]tai(?:t|ent)|fut|furent|sera|seront)|(?:s['’]|se )(?:est|sont|[ée]tai(?:t|ent))"
    r"|(?:ne |n['’])?(?:a|ont|avai(?:t|ent)|aura|auront)(?: [ée]t[ée])?)"
)
_PARTICIPLE = r"(?:[^\W\d_]+(?:[éeiust]|ées?|ees?|és|ies?|is|ues?|us|tes?|ts))"
_DETERMINER = (
    r"(?:(?:le|la|les|un|une|des|ce|cet|cette|ces|son|sa|ses|leurs?|mon|notre|nos|du|chaque|plusieurs"
    r"|(?:deux|trois|quatre|cinq|six|sept|dix|\d+))\s+|[ld]['’]\s*)"
)
_SUBJECT = rf"(?P<subject>(?:(?i:{_DETERMINER})|[A-ZÀ-Ý]).*)"
_PASSIVE = re.compile(
    rf"^(?P<verb>(?i:{_BE})(?: (?i:[ée]t[ée]|vraiment|finalement))?(?: eu lieu| {_PARTICIPLE})) {_SUBJECT}$"
)
_SIMPLE = re.compile(rf"^(?P<verb>(?i:{_CLITIC})?[a-zà-ÿ]{{3,}}(?: (?:fin|lieu|place))?) {_SUBJECT}$")
_AFTERWARDS = re.compile(r"\s+(?:par|pour|comme|avec|contre|chez)\s.*$")
_AFTER_NAME = re.compile(
    r"^([A-ZÀ-Ý]\S*(?:\s+(?:[A-ZÀ-Ý]\S*|d[eu]s?|l[ae]s?|von|van))*)(\s+(?:[àa]|au|aux|en|dans|sur|sous"
    r"|vers)\s.*)$"
)
_TOLD = re.compile(rf"^(?:(?i:{_DETERMINER})|(?i:ils?|elles?|on|c['’]|[çc]a|cela)\b|[A-ZÀ-Ý])")
_FINITE = re.compile(
    r"(?:\s|['’])(?:a|ont|est|sont|[ée]tai(?:t|ent)|avai(?:t|ent)|fut|furent|va|vont|peut|peuvent|doit"
    r"|doivent|veut"
    r"|veulent|fait|font|sera|seront|aura|ne|se)\s|\s(?:n|s)['’]",
    _I,
)
_INFINITIVE = re.compile(r"\w+(?:er|ir|oir|[aiu]ire|ettre|endre|ondre|ivre|dre|aître|aitre)$", _I)
# « Comment s'appelle X ? » asks for a word, and takes nothing for granted.
_NAMES = re.compile(
    r"(?:appel\w+|nomm\w+|dit|[ée]cri[ts]\w*|prononc\w+|d[ée]finit|tradui\w+|va|vont|vas|allez)$", _I
)
_BARE = re.compile(r"(?:est|sont|[ée]tai(?:t|ent)|fut|sera)$", _I)


_EMPTY = frozenset(
    "dans avec pour par sur sous vers chez les des une faire donc tout tous toute cette non pas".split()
)


# As typed in haste: « n'est elle pas », « solutionne t-elle », « a t'il ».
_LOOSE_T = re.compile(r"(\w)[ -]t[ '’-](?=(?:il|elle|on)s?\b)", _I)
_LOOSE = re.compile(
    r"(?<!\w)(?<!que )((?:[ns]['’])?(?:est|sont|a|ont|[ée]tait|[ée]taient|avait|avaient|fut|furent|sera"
    r"|peut|doit))"
    r" (ils?|elles?)\b",
    _I,
)
# A pronoun behind its verb after all: « s'investit il ».
_STRAY = re.compile(r"(?<!\bque)(?<!\bet)(?<!\bou) (?:ils?|elles?)$|(?:ent|it|ait) (?:ils?|elles?)\b", _I)
# « Où se trouve X ? », « d'où vient X ? » take no more for granted than X itself.
_NO_FACT = re.compile(
    r"(?:.* )?(?:se (?:trouv|situ)\w+|(?:est|sont|[ée]tai(?:t|ent)) situ[ée]e?s?"
    r"|(?:pro)?(?:vien(?:t|nent)|venai(?:t|ent)))$",
    _I,
)


def french_premise(text: str) -> str | None:
    """What the question (without its mark) takes for granted."""
    asked = _ASKING.match(text)
    if asked is None:
        return None
    how = asked["word"].lower() in {"comment", "où", "ou"}
    body = _SECOND.sub("", text[asked.end() :]).strip()
    body = _LOOSE.sub(r"\1-\2", _LOOSE_T.sub(r"\1-t-", body))
    if (told := _EST_CE.match(body)) is not None:
        said = body[told.end() :]
        if (again := _INVERTED.match(said)) is not None:
            return _set_right(again, how)
        return said if " " in said and not _SECOND.match(said) else None
    if (inverted := _INVERTED.match(body)) is not None:
        said = _set_right(inverted, how) or ""
        return None if not said or _NO_FACT.match(said) else said
    # « Quand la gare a fermé, qui … » is no such question.
    if "," in body or _STRAY.search(body):
        return None
    if _TOLD.match(body) and _FINITE.search(f"{body} "):
        return body
    return _subject_first(body, how)


def _set_right(found: re.Match[str], how: bool) -> str | None:
    """Subject, verb and rest where the verb is followed by a pronoun: « X a-t-il fermé »."""
    before, verb, who, rest = found["before"], found["verb"], found["who"].lower(), found["rest"]
    if who in {"je", "tu", "nous", "vous"} or (how and (who == "on" or _NAMES.match(verb))):
        return None
    if not rest.strip() and _BARE.match(verb):
        return None
    only = _ONLY_CLITICS.fullmatch(before) is not None
    if who == "ce":
        return f"c'est{rest}" if only and not before and verb.lower() == "est" and rest.strip() else None
    subject = f"{who} " if only else ""
    return f"{subject}{before}{verb}{rest}".strip()


def _subject_first(body: str, how: bool) -> str | None:
    """The subject brought before its verb: « est mort X » → « X est mort »."""
    found = _PASSIVE.match(body) or _SIMPLE.match(body)
    if found is None:
        return None
    verb, subject, after = found["verb"], found["subject"], ""
    last = verb.split()[-1].rpartition("'")[2].rpartition("’")[2]
    if _INFINITIVE.match(last) and not re.match(r"(?:ouvre|offre|souffre)$", last, _I):
        return None
    if (
        _BARE.match(last)
        or _NO_FACT.match(verb)
        or subject.startswith("le plus ")
        or (how and _NAMES.match(last))
        or (re.fullmatch(r"[a-z]+", last) and last in _EMPTY)
    ):
        return None
    moved = _AFTER_NAME.match(subject) or None
    if moved is not None:
        subject, after = moved[1], moved[2]
    elif (later := _AFTERWARDS.search(subject)) is not None:
        subject, after = subject[: later.start()], later[0]
    return f"{subject} {verb}{after}"
