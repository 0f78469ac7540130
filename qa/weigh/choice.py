"""Which excerpts answer, and does any: asked of the language model as one token.

The model is shown the numbered excerpts and the question and gives the number of the excerpt that
answers, or 0. Only the probabilities of that one token are used, so the prompt is read once and the
answer is then written behind the same cached beginning.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.models.protocols import LLM, Message
from qa.types import Lang, Usage

_LEAST = 1e-6
SUREST = 7.0
_FAINT = 1e-4
# Log-odds of one look at which the next ones, which cost as much, bring nothing surer; and how surely two
# must not answer for them to bring nothing at all (dev/LOG.md).
_SURE = 3.0
# Log-odds that each look behind the first loses: the evidence is ranked, so that later ones seldom answer. On
# public questions, which repeat their texts, two or three would do; on news in other words up to 1.5 costs
# nothing (dev/LOG.md).
_LATER = 1.0
_SURELY_NONE = 0.99


@dataclass(frozen=True, slots=True)
class Chosen:
    """`answers[i]` is the probability in [0, 1] that excerpt i (from 0) answers, `none` that none does."""

    answers: tuple[float, ...]
    none: float
    usage: Usage = field(default_factory=Usage)

    @property
    def best(self) -> int:
        """Index of the likeliest excerpt."""
        return max(range(len(self.answers)), key=lambda i: self.answers[i])

    @property
    def sureness(self) -> float:
        """log P(best) − log P(none), within ±7."""
        return self._against_none(max(self.answers))

    @property
    def odds(self) -> float:
        """log P(some) − log P(none), within ±7: where several tell the same, the best is not alone."""
        return self._against_none(sum(self.answers))

    def _against_none(self, share: float) -> float:
        odds = math.log(share + _LEAST) - math.log(self.none + _LEAST)
        return max(-SUREST, min(SUREST, odds))

    def beside(self, readings: Sequence[float], weight: float) -> tuple[float, ...]:
        """How likely each excerpt is to answer, as log-odds but for a constant, by the choice and by
        `readings`, the reader's probabilities in [0, 1], whose log-odds have `weight`."""
        return tuple(
            math.log(answer + _FAINT) + weight * math.log((reading + _FAINT) / (1 - reading + _FAINT))
            for answer, reading in zip(self.answers, readings, strict=True)
        )


def is_enough(looks: Sequence[Chosen]) -> bool:
    """Whether no further look at the evidence is worth its time behind these, the best of the evidence
    first."""
    return looks[-1].odds > _SURE or (len(looks) > 1 and all(look.none > _SURELY_NONE for look in looks))


def choice_signals(prior: float, choice: float, lang: Lang, look: int = 0) -> dict[str, float]:
    """What tells with the choice whether the documents answer: `prior` (log-odds before it), `choice` (how
    sure it is, less for each `look` taken before it) and `french`: in a French prompt the model gives 0 more
    readily, whatever is asked of whichever documents (dev/LOG.md)."""
    return {"prior": prior, "choice": choice - _LATER * look, "french": float(lang == "fr")}


def choose(
    llm: LLM, messages: Sequence[Message], excerpts: int, cancel: threading.Event | None = None
) -> Chosen:
    """Ask which of `excerpts` (1 to 9) answers. Raises ModelError, and Cancelled.

    The probabilities are normalised over the digits shown; where the model gives none of them any
    weight, `none` is 1.
    """
    choices = [str(n) for n in range(excerpts + 1)]
    probabilities, usage = llm.score(messages, choices, cancel=cancel)
    total = sum(probabilities.get(choice, 0.0) for choice in choices)
    if total <= 0:
        return Chosen((0.0,) * excerpts, 1.0, usage)
    shares = [probabilities.get(choice, 0.0) / total for choice in choices]
    return Chosen(tuple(shares[1:]), shares[0], usage)
