"""Questions to begin with, made from the documents that are indexed; no model is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from qa.chat.session import Session, Titled
from qa.chat.texts import text
from qa.types import Lang
from qa.typography import inner

_COUNT = 3
_DOCUMENTS = 30  # read for names, at most
_TITLE = 70  # code points of a title in a question
# Two or more capitalised words in a row, not at the beginning of a sentence.
_NAME = re.compile(r"(?<=[a-zà-ÿ,;’'(] )[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w-]+)+")


def example_questions(session: Session, documents: Sequence[Titled], lang: Lang) -> list[str]:
    """Up to three questions: about the names that most documents share, then about single documents."""
    texts: list[str] = []
    for document in documents[:_DOCUMENTS]:
        # The index may have been replaced since they were listed.
        with suppress(KeyError):
            texts.append(session.document_text(document.path))
    names = names_in(texts)
    questions = [text("examples.about", lang, subject=name) for name in names[: _COUNT - 1]]
    for document in documents:
        if len(questions) >= _COUNT:
            break
        questions.append(text("examples.document", lang, title=inner(_short(document.title), lang)))
    return questions


def names_in(texts: Sequence[str], *, least: int = 2) -> list[str]:
    """Names by the number of texts that hold them, then by how often; those found `least` times."""
    documents: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for content in texts:
        found = _NAME.findall(content)
        times.update(found)
        documents.update(set(found))
    ranked = sorted(times, key=lambda name: (-documents[name], -times[name], name))
    return [name for name in ranked if times[name] >= least]


def _short(title: str) -> str:
    words = " ".join(title.split())
    if len(words) <= _TITLE:
        return words
    return words[:_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
