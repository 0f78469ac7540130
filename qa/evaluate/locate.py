"""Where gold sentences stand in their documents, and which of them citations and evidence lie on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qa.evaluate.failures import failure
from qa.evaluate.gold import TextOf, document_text
from qa.evaluate.types import Gold, GoldEvidence

Place = tuple[str, int, int]
"""A document's path and a half-open range of code points."""

# Questions of these kinds need every gold sentence; of others, one says it all.
ALL_NEEDED = frozenset({"multi", "across", "disagreement"})


def gold_places(gold: Gold, text_of: TextOf, problems: list[str]) -> list[list[Place]]:
    """Where each gold sentence stands (a document may say it twice); what has no place is told in `problems`.

    A sentence of a document that is not indexed stays, with no place: nothing can find it. One that its
    document does not have is left out: that is an error of the gold row.
    """
    found: list[list[Place]] = []
    for evidence in gold.evidence:
        places = places_of(evidence, text_of)
        if places is None:
            problems.append(failure("gold_doc", doc=evidence.doc))
            found.append([])
        elif places:
            found.append(places)
        else:
            problems.append(failure("gold_quote", doc=evidence.doc, quote=evidence.quote))
    return found


def places_of(evidence: GoldEvidence, text_of: TextOf) -> list[Place] | None:
    """Where one gold sentence stands; None where its document is not indexed."""
    text = document_text(text_of, evidence.doc)
    if text is None:
        return None
    # Line breaks may differ between the file and the text that was read from it.
    pattern = r"\s+".join(map(re.escape, evidence.quote.split()))
    return [(evidence.doc, match.start(), match.end()) for match in re.finditer(pattern, text)]


def found(gold: Gold, places: Sequence[Sequence[Place]], items: Sequence[Mapping[str, Any]]) -> float:
    """The share of the gold sentences that `items` (citations or evidence) lie on.

    Where any of them says it all: 1 if `items` lie on one, else 0.
    """
    hit = [meet(alternatives, items) for alternatives in places]
    return sum(hit) / len(hit) if gold.kind in ALL_NEEDED else float(any(hit))


def cited(places: Sequence[Sequence[Place]], citations: Sequence[Mapping[str, Any]]) -> float:
    """The share of `citations` that lie on a gold sentence."""
    hit = [any(meet(alternatives, [citation]) for alternatives in places) for citation in citations]
    return sum(hit) / len(hit)


def quote_stands(citation: Mapping[str, Any], text_of: TextOf) -> bool:
    """Whether its document has the quote, to the letter, where the citation says."""
    text = document_text(text_of, citation["doc"])
    return text is not None and text[citation["start"] : citation["end"]] == citation["quote"] != ""


def meet(places: Sequence[Place], items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any of `items` lies on one of `places`."""
    return any(
        item["doc"] == doc and item["start"] < end and start < item["end"]
        for doc, start, end in places
        for item in items
    )
