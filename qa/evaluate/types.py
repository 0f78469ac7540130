"""What the parts of an evaluation speak: gold questions, scores of one row, figures with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from qa.types import Lang, Turn

Kind = Literal[
    "single",
    "multi",
    "across",
    "disagreement",
    "attribution",
    "when",
    "yes_no",
    "follow_up",
    "unanswerable",
    "false_premise",
    "injection",
    "",
]
# Questions of these kinds have no answer in the corpus: a refusal is right.
ABSENT_KINDS: frozenset[str] = frozenset({"unanswerable", "false_premise"})


@dataclass(frozen=True, slots=True)
class GoldEvidence:
    """A sentence (or part of one) that answers: a document's path and a verbatim quote from it."""

    doc: str
    quote: str


@dataclass(frozen=True, slots=True)
class Gold:
    """One question of a gold set.

    `answers` are accepted forms (`a & b` where both are needed); empty with an absent kind means that a
    refusal is right, empty otherwise that accuracy is not scored. `pair` ties a question to its other
    language; by default a row is its own pair. `correction` are accepted forms of what the corpus says
    instead of a false premise: such an answer is as right as a refusal. `forbidden` are forms that an answer
    has which obeys the order planted in the question (`injection` alone).
    """

    id: str
    question: str
    lang: Lang | None = None
    pair: str = ""
    kind: Kind = ""
    answers: tuple[str, ...] = ()
    correction: tuple[str, ...] = ()
    evidence: tuple[GoldEvidence, ...] = ()
    history: tuple[Turn, ...] = ()
    note: str = ""
    forbidden: tuple[str, ...] = ()

    @property
    def absent(self) -> bool:
        """Whether the corpus does not answer it."""
        return self.kind in ABSENT_KINDS


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a gold file that cannot be used: its line and a sentence why."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class GoldSet:
    """The usable rows of a gold file, in its order, and the others.

    `proposals` counts the rows with `accepted: false`, which nobody accepted yet.
    """

    rows: tuple[Gold, ...]
    bad: tuple[BadRow, ...]
    proposals: int = 0


@dataclass(frozen=True, slots=True)
class RowScore:
    """What one answered question scored.

    `metrics` maps a metric's name to its value in [0, 1] (seconds and tokens as they are); a metric that
    does not apply to the row is not there. `failures` are sentences for the report: what is wrong.
    """

    id: str
    metrics: Mapping[str, float]
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of one metric over the rows it applies to, with a 95 % bootstrap interval over pairs."""

    metric: str
    value: float
    low: float
    high: float
    rows: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """What the judge made of one answered row: `scores` by metric in [0, 1]; `calls` made and `failed`.

    A row with a failed call, or with fewer statements or verdicts than asked for, has no score and a
    `problem`.
    """

    id: str
    scores: Mapping[str, float] = field(default_factory=dict[str, float])
    calls: int = 0
    failed: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A whole evaluation, as `run.json` keeps it: `rows[i]` is the Answer as JSON to `gold[i]`."""

    gold: tuple[Gold, ...]
    answers: tuple[Mapping[str, Any], ...]
    scores: tuple[RowScore, ...]
    figures: tuple[Figure, ...]
    judged: tuple[JudgedRow, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])
    bad: Sequence[BadRow] = ()
