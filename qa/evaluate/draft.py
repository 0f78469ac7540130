"""Gold questions proposed from the user's own corpus, for a person to accept or strike out.

Each comes with the sentence that answers it, the words of it that the model says are the answer (where they
stand in it, to the letter), and `"accepted": false`: as it stands no evaluation uses it.
"""

from __future__ import annotations

import hashlib
import heapq
import random
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Protocol

from qa.errors import Cancelled, UsageError
from qa.evaluate.gold import BOTH
from qa.index import DocumentInfo
from qa.instructions import addresses_model, defuse
from qa.journal import append, open_journal, read_journal
from qa.models.protocols import LLM
from qa.prompts import load_prompt
from qa.segment import split_sentences
from qa.types import Lang

FILE = "draft.jsonl"
# Shorter sentences say too little, longer ones too much for one question.
_WORDS = range(9, 46)
_MOST_TOKENS = 90
_SEED = 0
_ENDS = re.compile(r"[.!?…][\"»”’)\]]*$")
_LEAD_IN = re.compile(r"^(?:question\s*:|q\s*:|[-*\d.)]+\s)\s*", re.IGNORECASE)
_BEFORE_ANSWER = re.compile(r"^(?:answer|réponse|reponse|a|r)\s*:\s*", re.IGNORECASE)


class Corpus(Protocol):
    """What sentences are taken from (`qa.api.Sourcier`)."""

    def documents(self) -> Sequence[DocumentInfo]: ...

    def document_text(self, path: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a question can be made of."""

    doc: str
    lang: Lang
    quote: str

    @property
    def id(self) -> str:
        """16 hex digits over the document and the sentence."""
        return hashlib.sha256(f"{self.doc}\0{self.quote}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a run of drafting left in its file: all `questions`, those of it that are `new`."""

    path: Path
    questions: int
    new: int
    stopped: bool = False


def draft_questions(
    corpus: Corpus,
    llm: LLM,
    folder: Path,
    count: int,
    *,
    progress: Callable[[int, int], None] = lambda *_: None,
    cancel: threading.Event | None = None,
) -> Drafted:
    """Have `draft.jsonl` in `folder` hold `count` questions, or as many as the corpus has sentences for.

    What stands in the file, perhaps already accepted or mended, stays as it is; a rerun adds what is missing.
    A sentence that the model makes no question of is passed over.
    Raises UsageError where the corpus has no sentence to ask about, ModelError where the model fails.
    """
    chosen = spread(usable_sentences(corpus))
    if not chosen:
        raise UsageError("No sentence of the index can be asked about.", "Index documents with `qa index`.")
    path = folder / FILE
    with open_journal(path, path) as file:
        rows = list(read_journal(file))
        seen = {str(row.get("id")) for row in rows}
        kept = len(rows)
        progress(kept, count)
        for sentence in chosen:
            if len(rows) >= count:
                break
            if sentence.id in seen:
                continue
            try:
                question, answer = _asked(sentence, llm, cancel)
            except Cancelled:
                return Drafted(path, len(rows), len(rows) - kept, stopped=True)
            if question:
                rows.append(_row(sentence, question, answer))
                append(file, rows[-1])
                progress(len(rows), count)
    return Drafted(path, len(rows), len(rows) - kept)


def usable_sentences(corpus: Corpus) -> list[list[Sentence]]:
    """The sentences of each document that say enough, in their order; documents by path."""
    documents: list[list[Sentence]] = []
    for info in sorted(corpus.documents(), key=lambda info: info.path):
        text = corpus.document_text(info.path)
        quotes = (text[span.start : span.end] for span in split_sentences(text, info.lang))
        found = [Sentence(info.path, info.lang, quote) for quote in quotes if _says_enough(quote)]
        if found:
            documents.append(list(dict.fromkeys(found)))
    return documents


def spread(documents: Sequence[Sequence[Sentence]]) -> list[Sentence]:
    """All sentences in an order, always the same, whose every beginning is spread over the documents and
    within each.

    Documents take turns. Within one, each sentence halves the longest stretch that nothing was taken from.
    """
    rng = random.Random(_SEED)
    queues = [_scattered(document, rng) for document in documents]
    rng.shuffle(queues)
    return [sentence for turn in zip_longest(*queues) for sentence in turn if sentence is not None]


def _scattered(sentences: Sequence[Sentence], rng: random.Random) -> list[Sentence]:
    # The longest first; of equal ones, the one that was there first.
    gaps = [(-len(sentences), 0, 0, len(sentences))]
    order: list[Sentence] = []
    while gaps:
        _, _, start, end = heapq.heappop(gaps)
        # Somewhere in the middle third.
        third = (end - start) // 3
        at = rng.randrange(start + third, end - third)
        order.append(sentences[at])
        for first, last in ((start, at), (at + 1, end)):
            if first < last:
                heapq.heappush(gaps, (first - last, len(order), first, last))
    return order


def _says_enough(quote: str) -> bool:
    return (
        len(quote.split()) in _WORDS
        and _ENDS.search(quote) is not None
        and not quote.rstrip().endswith("?")
        and not addresses_model(quote)
    )


def _asked(sentence: Sentence, llm: LLM, cancel: threading.Event | None) -> tuple[str, str]:
    """One question by the model and its answer in the sentence's words; each empty where it wrote none."""
    prompt = load_prompt("draft", sentence.lang)
    messages = prompt.render(sentence=" ".join(defuse(sentence.quote).split()))
    written = "".join(chunk.text for chunk in llm.stream(messages, max_tokens=_MOST_TOKENS, cancel=cancel))
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    question = _LEAD_IN.sub("", lines[0].strip('"«» ')).strip() if lines else ""
    if not question.endswith("?") or len(question.split()) < 3:
        return "", ""
    return question, _answer(lines[1], question, sentence.quote) if len(lines) > 1 else ""


def _answer(line: str, question: str, quote: str) -> str:
    """What a line gives as the answer, as the quote has it; empty where the quote does not, where it is most
    of the quote, and where the question gives it away."""
    form = _BEFORE_ANSWER.sub("", line).strip('"«»“”. \u00a0')
    standing = r"(?<!\w)" + r"\s+".join(map(re.escape, form.split())) + r"(?!\w)"
    found = re.search(standing, quote) if form else None
    if found is None or BOTH.search(form) or "|" in form or re.search(standing, question):
        return ""
    return "" if 2 * len(form.split()) > len(quote.split()) else " ".join(found[0].split())


def _row(sentence: Sentence, question: str, answer: str) -> dict[str, Any]:
    return {
        "id": sentence.id,
        "lang": sentence.lang,
        "question": question,
        "kind": "single",
        "answers": [answer] if answer else [],
        "evidence": [{"doc": sentence.doc, "quote": sentence.quote}],
        "accepted": False,
    }
