"""What requests and replies hold, for checking them and for the interface's description."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.types import Lang, Status, Verdict


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnBody(BaseModel):
    """An earlier question and the answer it got."""

    model_config = ConfigDict(extra="forbid")

    question: str
    answer: str


DOCUMENTS = "Only these documents are asked, by their `doc`; default: all"
SINCE = "Only documents of this date or later: 2023-03-02, 2023-03 or 2023; undated ones are left out"
UNTIL = "Only documents of this date or earlier"


class QuestionBody(BaseModel):
    """One question, of all documents or of some."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(description="In French or English, at most 2,000 characters")
    id: str = Field("", description="Comes back with the Answer")
    lang: Lang | None = Field(None, description="Language of the answer; default: the question's")
    history: list[TurnBody] = Field([], description="Earlier questions and answers, oldest first")
    documents: list[str] = Field([], description=DOCUMENTS)
    since: str | None = Field(None, description=SINCE)
    until: str | None = Field(None, description=UNTIL)
    stream: bool = Field(
        False,
        description="Server-sent events: `waiting`, `stage`, `evidence`, `claim`, last `answer` or `error`",
    )


class Part(BaseModel):
    """A piece of a message."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """A message of a conversation."""

    model_config = ConfigDict(extra="allow")

    role: str
    content: str | list[Part] | None = None


class StreamOptions(BaseModel):
    """What a stream carries beside the text."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ChatBody(BaseModel):
    """A conversation; the last message is the question. Other fields are taken and have no effect.

    `documents`, `since` and `until` are Sourcier's own.
    """

    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[ChatMessage]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    documents: list[str] = Field([], description=DOCUMENTS)
    since: str | None = Field(None, description=SINCE)
    until: str | None = Field(None, description=UNTIL)


class ClaimReply(_Reply):
    """A factual sentence of the answer; `citations` are numbers of the Answer's `citations`."""

    text: str
    verdict: Verdict
    support: float
    citations: list[int]


class CitationReply(_Reply):
    """`quote` is exactly the document's text `[start, end)`, in code points."""

    n: int | None = None
    doc: str
    title: str
    date: str | None
    start: int
    end: int
    quote: str
    translation: str | None
    page: int | None = None
    source: str | None = None
    lang: Lang | None = None


class ContextReply(_Reply):
    """The words around a sentence that make it stand alone."""

    start: int
    end: int
    text: str


class EvidenceReply(_Reply):
    """A sentence that retrieval brought, with the scores of each leg."""

    doc: str
    start: int
    end: int
    text: str
    scores: dict[str, float]
    title: str
    date: str | None
    lang: Lang
    context: ContextReply | None = None
    page: int | None = None
    source: str | None = None


class ErrorReply(_Reply):
    """What is wrong and what to do."""

    code: str
    message: str
    remedy: str


class ModelReply(_Reply):
    """The models that an answer came from."""

    llm: str
    embedder: str


class TimingsReply(_Reply):
    """Seconds since the question was taken."""

    evidence_s: float | None
    first_sentence_s: float | None
    total_s: float | None


class TokensReply(_Reply):
    """Tokens of the language model."""

    read: int
    cached: int
    written: int


class ScopeReply(_Reply):
    """What a question was narrowed to."""

    documents: list[str]
    since: str | None
    until: str | None


class AnswerReply(_Reply):
    """The Answer, version 1. A refusal has `nearest` and no citations."""

    schema_: Literal[1] = Field(alias="schema")
    id: str
    question: str
    lang: Lang
    status: Status
    answer: str
    claims: list[ClaimReply]
    citations: list[CitationReply]
    disagreement: bool
    nearest: list[CitationReply]
    error: ErrorReply | None
    model: ModelReply
    timings: TimingsReply
    understood: str | None
    evidence: list[EvidenceReply]
    dropped: list[EvidenceReply]
    tokens: TokensReply
    signals: dict[str, float]
    index: str | None
    scope: ScopeReply | None


class DocumentReply(_Reply):
    """One document of the index."""

    doc: str
    title: str
    date: str | None
    lang: Lang
    source: str | None
    sentences: int
    passages: int


class DocumentsReply(_Reply):
    """What is in the index."""

    documents: list[DocumentReply]


class HealthReply(_Reply):
    """`ok` where the index can be asked; `waiting` counts the questions under way."""

    status: Literal["ok"]
    documents: int
    waiting: int


class HttpErrorReply(_Reply):
    """A failure or a request that is not taken: what is wrong, and what to do."""

    code: str
    message: str
    remedy: str
    type: str
    param: None


class ProblemReply(_Reply):
    """Every reply with a status of 400 and above."""

    error: HttpErrorReply


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": ProblemReply, "description": "A request that cannot be taken"},
    401: {"model": ProblemReply, "description": "The token is missing or wrong"},
    503: {"model": ProblemReply, "description": "Busy, or the index or a model is not there"},
}
