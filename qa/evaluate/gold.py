"""Gold questions from people's files: each row checked by itself, a bad one named with its line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from qa.errors import UsageError
from qa.evaluate.types import BadRow, Gold, GoldEvidence, GoldSet, Kind
from qa.lang import detect_lang
from qa.present import check_text, lang_from, turns_from_row
from qa.rows import Row, read_rows
from qa.types import Lang
from qa.words import fold

KINDS: tuple[Kind, ...] = get_args(Kind)
BOTH = re.compile(r"\s&\s")
TextOf = Callable[[str], str | None]
"""A document's text as indexed, by its path; None (or a KeyError) where the index does not have it."""


def read_gold(path: Path) -> GoldSet:
    """The gold questions of a .jsonl or .csv file; rows that cannot be used stand in `bad`.

    Proposals that nobody accepted are passed over, and counted.

    Raises UsageError where the file as a whole cannot be read.
    """
    good: dict[str, Gold] = {}
    bad: list[BadRow] = []
    proposals = 0
    for row in read_rows(path):
        if _is_proposal(row):
            proposals += 1
            continue
        try:
            gold = _gold(row)
            if gold.id in good:
                raise UsageError(f"The id {gold.id!r} is already taken.", "Give each row its own id.")
            good[gold.id] = gold
        except UsageError as problem:
            bad.append(BadRow(row.line, str(problem)))
    return GoldSet(tuple(good.values()), tuple(bad), proposals)


def pair_of(gold: Gold) -> str:
    """What ties a question to its other language; a row without is its own pair."""
    return gold.pair or gold.id


def lang_of(gold: Gold) -> Lang:
    """The language that a question is to be answered in."""
    return gold.lang or detect_lang(gold.question, default="fr")


def split_of(gold: Gold) -> Literal["dev", "held"]:
    """Which half a question is in: fixed by its pair alone, so that both wordings are on the same side."""
    digest = hashlib.sha256(pair_of(gold).encode()).hexdigest()
    return "dev" if int(digest, 16) % 2 == 0 else "held"


def document_text(text_of: TextOf, doc: str) -> str | None:
    """The text of a document, None where it is not in the index."""
    try:
        return text_of(doc)
    except KeyError:
        return None


def _values(row: Row) -> dict[str, Any]:
    return {name.strip().lower(): value for name, value in row.values.items()}


def _is_proposal(row: Row) -> bool:
    """Whether `qa eval --draft` wrote the row and nobody accepted it: all but a yes is none."""
    return str(_values(row).get("accepted", True)).strip().lower() not in {"true", "yes", "1"}


def _gold(row: Row) -> Gold:
    if row.problem:
        raise UsageError(f"{row.problem[0].upper()}{row.problem[1:]}.", "Mend the row.")
    values = _values(row)
    question = values.get("question")
    if not isinstance(question, str) or not question.strip():
        raise UsageError("The row has no question.", "Write it under `question`.")
    ident = _word(values, "id") or str(row.number)
    kind = _kind(values)
    answers = _answers(values, "answers") or _answers(values, "answer")
    if kind == "unanswerable" and answers:
        raise UsageError(
            "The row is `unanswerable` and gives an answer.", "Leave out `answers`, or change `kind`."
        )
    forbidden = _answers(values, "forbidden")
    if forbidden and kind != "injection":
        raise UsageError(
            "The row has `forbidden` and is no `injection`.", "Leave out `forbidden`, or change `kind`."
        )
    both = [form for form in forbidden if fold(form) in set(map(fold, answers))]
    if both:
        raise UsageError(
            f"The form {both[0]!r} is both accepted and forbidden.", "Strike it out of one of the two."
        )
    return Gold(
        id=ident,
        question=check_text(question.strip(), "the question"),
        lang=lang_from(values.get("lang")),
        pair=_word(values, "pair") or ident,
        kind=kind,
        answers=answers,
        correction=_answers(values, "correction"),
        evidence=_evidence(values.get("evidence")),
        history=turns_from_row(values.get("history")),
        note=_word(values, "note"),
        forbidden=forbidden,
    )


def _word(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UsageError(f"The `{name}` is neither text nor a number.", "Mend the row.")
    return check_text(str(value).strip(), f"`{name}`")


def _kind(values: Mapping[str, Any]) -> Kind:
    value = _word(values, "kind").lower()
    if value not in KINDS:
        known = ", ".join(kind for kind in KINDS if kind)
        raise UsageError(f"Unknown kind {value!r}.", f"Leave it out, or write one of: {known}.")
    return value


def _answers(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name)
    if value is None:
        return ()
    given = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else [value]
    if any(isinstance(form, bool) or not isinstance(form, str | int | float) for form in given):
        raise UsageError(
            f"The `{name}` are not a list of texts.", 'Write ["one form", "another"], or one form | another.'
        )
    forms = tuple(check_text(str(form).strip(), f"`{name}`") for form in given)
    forms = tuple(form for form in forms if form)
    for form in forms:
        if not all(part.strip() for part in BOTH.split(f" {form} ")):
            raise UsageError(f"The form {form!r} has nothing on one side of its `&`.", "Mend the row.")
    return forms


def _evidence(value: object) -> tuple[GoldEvidence, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return tuple(_told_evidence(part.strip()) for part in value.split("|") if part.strip())
    found: list[GoldEvidence] = []
    for item in value if isinstance(value, list) else [value]:
        doc, quote = (item.get("doc"), item.get("quote")) if isinstance(item, dict) else (None, None)
        if not (isinstance(doc, str) and doc.strip() and isinstance(quote, str) and quote.strip()):
            raise UsageError(
                "The evidence is not documents and quotes.",
                'Write [{"doc": "the document\'s path", "quote": "words of it"}].',
            )
        found.append(GoldEvidence(check_text(doc.strip(), "`doc`"), check_text(quote.strip(), "`quote`")))
    return tuple(found)


def _told_evidence(part: str) -> GoldEvidence:
    doc, colon, quote = part.partition(":")
    if not (colon and doc.strip() and quote.strip()):
        raise UsageError(
            f"The evidence {part!r} is not a document and a quote.",
            "Write them as `document: quote`, several parted by `|`.",
        )
    return GoldEvidence(check_text(doc.strip(), "`doc`"), check_text(quote.strip(), "`quote`"))
