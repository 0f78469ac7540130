"""One question on the page and what has come of it so far; a conversation is a tuple of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, assert_never, get_args

from qa.serve.follow import Step, Waiting
from qa.types import (
    Answer,
    AnswerDone,
    AnswerError,
    Citation,
    Claim,
    ClaimChecked,
    Evidence,
    EvidenceFound,
    StageBegun,
    Turn,
)

State = Literal["running", "answered", "partial", "refused", "error", "stopped"]
Stage = Literal["searching", "reading", "writing", "checking"]
Feedback = Literal["good", "false", "not_in_sources", "should_have_known", "badly_said"]
FEEDBACK: tuple[Feedback, ...] = get_args(Feedback)


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """`claims` and `citations` grow while the answer is written; `answer` or `error` ends it.

    `before` questions are to be answered before this one; `feedback` is what the reader said of the answer;
    `kept_as` is the name of the conversation it belongs to, among those that the browser keeps. `id` is its
    own name and `replaces` those of the exchanges whose place it took: where two tabs of a browser went on
    with one conversation, they tell what is new from what was left on purpose.

    Compared by identity: Gradio hashes what it keeps for a page.
    """

    question: str
    stage: Stage = "searching"
    before: int = 0
    evidence: tuple[Evidence, ...] = ()
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
    error: AnswerError | None = None
    feedback: Feedback | None = None
    kept_as: str = ""
    id: str = ""
    replaces: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """What this exchange looks like: a refusal is never an error, nor the other way round."""
        if self.error is not None:
            return "stopped" if self.error.code == "cancelled" else "error"
        return "running" if self.answer is None else self.answer.status

    def advanced(self, event: Step) -> Exchange:
        """This exchange after `event`."""
        match event:
            case Waiting(before):
                return replace(self, before=before)
            case StageBegun("searching"):
                # That needs no turn.
                return replace(self, stage="searching")
            case StageBegun(stage):
                return replace(self, stage=stage, before=0)
            case EvidenceFound(evidence):
                return replace(self, evidence=evidence)
            case ClaimChecked(claim, citations):
                return replace(
                    self,
                    stage="writing",
                    claims=(*self.claims, claim),
                    citations=(*self.citations, *citations),
                )
            case AnswerDone(answer):
                return replace(
                    self,
                    answer=answer,
                    claims=answer.claims,
                    citations=answer.citations,
                    error=answer.error,
                )
        assert_never(event)

    def failed(self, error: AnswerError) -> Exchange:
        """This exchange, ended by a failure or stopped; what was written stays."""
        return replace(self, error=error)


Conversation = tuple[Exchange, ...]


def name_of(conversation: Conversation) -> str:
    """The name that the browser keeps it by; "" where nothing was asked yet."""
    return conversation[-1].kept_as if conversation else ""


def to_history(conversation: Iterable[Exchange]) -> tuple[Turn, ...]:
    """The turns that a follow-up may refer to: those that got an answer."""
    return tuple(
        Turn(exchange.question, exchange.answer.answer)
        for exchange in conversation
        if exchange.answer is not None and exchange.state in ("answered", "partial", "refused")
    )
