"""Replies to what is not asked of the documents: greetings, thanks, who are you, what is in here?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from qa.draft import Draft
from qa.phrases import phrase
from qa.retrieve import StoredText, says, to_evidence
from qa.smalltalk import Kind, corpus_values
from qa.types import Answer
from qa.typography import inner, quotation
from qa.verify import Checked

_MOST = 12


class Listed(Protocol):
    """What a list of documents needs of one."""

    @property
    def path(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def date(self) -> str | None: ...


class ListedIndex(Protocol):
    """What a reply needs of an index."""

    def documents(self) -> Sequence[Listed]: ...

    def document(self, path: str) -> StoredText: ...


def reply(kind: Kind, draft: Draft, index: ListedIndex) -> Answer:
    """A friendly sentence; to "what is in here?" the titles, each tied to its document's first sentence.

    Nothing but the titles is a fact of the documents, so the others are refusals without sources.
    """
    documents = index.documents()
    values = corpus_values([d.title for d in documents], draft.lang)
    if kind != "contents" or not documents:
        return draft.refuse(
            phrase(
                "empty" if not documents and kind == "contents" else kind,
                draft.lang,
                draft.scope is not None,
                **values,
            )
        )
    opened = [index.document(d.path) for d in documents[:_MOST]]
    firsts = [
        to_evidence(one, next(filter(partial(says, one), one.sentences), one.sentences[0]), {})
        for one in opened
    ]
    for position, item in enumerate(firsts):
        quoted = quotation(inner(item.title, draft.lang), draft.lang)
        text = f"{quoted} ({item.date})." if item.date else f"{quoted}."
        draft.add(Checked(text, "supported", 1.0, (position,)), firsts)
    return draft.finish(phrase("contents", draft.lang, **values))
