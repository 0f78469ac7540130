"""The words every room speaks: frozen dataclasses, no third party.

Offsets are half-open ranges of Unicode code points in a document's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = ("fr", "en")
Status = Literal["answered", "partial", "refused", "error"]
Verdict = Literal["supported", "unsupported"]

ANSWER_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range `[start, end)` of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus.

    `path` is relative to the indexed folder, with `/`; it is the document's id for people.
    `sha256` is the digest of the file's bytes. `date` is ISO, possibly shortened (`2023`,
    `2023-03`, `2023-03-02`). `pages` holds one span a page for paged formats, else nothing.
    """

    path: str
    sha256: str
    text: str
    title: str
    lang: Lang
    date: str | None = None
    source: str | None = None
    pages: tuple[Span, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The 1-based number of the page that holds `offset`; None for a format without pages."""
        for number, page in enumerate(self.pages, 1):
            if offset < page.end:
                return number
        return len(self.pages) or None


@dataclass(frozen=True, slots=True)
class Passage:
    """A few consecutive sentences of one document: what is embedded and stored.

    `id` is a hash of the document's path and digest, the range and the text. `sentences` are
    ranges in the *document's* text, in order. `text` is exactly the document's `[start, end)`.
    """

    id: str
    doc: str
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found by one leg of the retrieval; `score` is comparable within that leg only."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits are limited to; an empty filter limits nothing.

    `since` and `until` are dates as numbers (20230302; 20230300 for a month, 20230000 for a year), both
    included. A document that is dated by its month or year alone passes where some day of it does; one
    without a date passes neither.
    """

    docs: tuple[str, ...] = ()
    lang: Lang | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is narrowed to, as people say it; nothing said narrows nothing.

    `documents` are paths as citations name them. `since` and `until` are ISO dates, perhaps shortened
    (`2023`, `2023-03`), both included: where one is given a document without a date is left out, and one
    that is dated by its month or year alone is in where some day of it is.
    """

    documents: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence brought by retrieval, best first.

    `text` is exactly the document's `[start, end)`; `context` is the range around it that makes
    it stand alone (the sentence itself where it does). `scores` has one entry a leg
    (`dense`, `lexical`, `fused`, …), higher is better.
    """

    doc: str
    title: str
    date: str | None
    lang: Lang
    start: int
    end: int
    text: str
    context: Span
    context_text: str
    scores: Mapping[str, float] = field(default_factory=dict[str, float])
    source: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A tie to a document: `quote` is exactly its text `[start, end)`.

    `n` counts from 1 in order of first use; None in `nearest`.
    """

    doc: str
    title: str
    date: str | None
    start: int
    end: int
    quote: str
    n: int | None = None
    source: str | None = None
    page: int | None = None
    lang: Lang | None = None
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One factual sentence of the answer with the numbers of its citations; `support` in [0, 1]."""

    text: str
    verdict: Verdict
    support: float
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnswerError:
    """Why there is no answer: a stable `code`, a sentence for a person, and what to do."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ModelNames:
    """The models that an answer came from."""

    llm: str
    embedder: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds since the question was taken; None for what did not happen."""

    evidence_s: float | None = None
    first_sentence_s: float | None = None
    total_s: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of the language model: read (of which `cached` were reused) and written."""

    read: int = 0
    cached: int = 0
    written: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.read + other.read, self.cached + other.cached, self.written + other.written)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same conversation and the answer it got."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question gets, everywhere: command line, batch, chat, API, evaluation."""

    id: str
    question: str
    lang: Lang
    status: Status
    answer: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    disagreement: bool = False
    nearest: tuple[Citation, ...] = ()
    error: AnswerError | None = None
    model: ModelNames = ModelNames("", "")
    timings: Timings = Timings()
    understood: str | None = None
    evidence: tuple[Evidence, ...] = ()
    dropped: tuple[Evidence, ...] = ()
    usage: Usage = Usage()
    signals: Mapping[str, float] = field(default_factory=dict[str, float])
    index: str | None = None
    scope: Scope | None = None
    schema: int = ANSWER_SCHEMA


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """The sources are known; nothing is written yet."""

    evidence: tuple[Evidence, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class StageBegun:
    """What is being done now, for a person who waits."""

    stage: Literal["searching", "reading", "writing", "checking"]


@dataclass(frozen=True, slots=True)
class ClaimChecked:
    """A checked sentence, ready to be shown, with the citations that it is the first to use."""

    claim: Claim
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AnswerDone:
    """The whole Answer; always the last event."""

    answer: Answer


AskEvent = EvidenceFound | StageBegun | ClaimChecked | AnswerDone


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """Why one file of the corpus is not in the index (or is passed over as a duplicate)."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an index run did. Paths are relative to the indexed folder; counts are of the index after it."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    duplicates: tuple[FileVerdict, ...]
    failed: tuple[FileVerdict, ...]
    documents: int
    passages: int
    generation: str
