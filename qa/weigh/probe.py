"""Which excerpts answer, and does any: read off the middle of the language model.

The model is shown the numbered excerpts and the question, and asked for the number of the one that answers.
Its state at that point, some layers below its words, is turned into the probability of each number by a
linear model fitted on public questions (training/probe.py, training/README.md). It tells a little better than
the model's own word, and does so whichever model writes (dev/LOG.md). Another tells yes from no, where a
question waits for one of them (training/sides.py).
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.errors import ModelFailed, ModelMissing
from qa.models.protocols import Encoder, Message, State
from qa.weigh.choice import Chosen

FILE = Path(__file__).parent / "probe.npz"
ADAPTER = "adapter.gguf"


@dataclass(frozen=True, slots=True)
class Probe:
    """`weights` has a row for each number from 0 ("none") on, shape (numbers, width), as `bias` has a value;
    `yes` (width,) and `yes_bias` give the log-odds that an answer is yes.

    It is for the states of the first `layers` layers of the language model with the low-rank `adapter` that
    was trained with it.
    """

    name: str
    layers: int
    adapter: Path
    weights: State
    bias: State
    yes: State
    yes_bias: float

    def choose(self, state: State, excerpts: int) -> Chosen:
        """The probability of each of `excerpts` excerpts, and of none. Raises ModelFailed where the state is
        another model's."""
        self._check(state)
        logits = (self.weights @ state + self.bias)[: excerpts + 1].astype(np.float64)
        shares = np.exp(logits - logits.max())
        none, *answers = (shares / shares.sum()).tolist()
        # Where more are shown than numbers were learnt, the rest has no share.
        return Chosen((*answers, *(0.0 for _ in range(excerpts - len(answers)))), none)

    def is_so(self, state: State) -> float:
        """The probability that the answer is yes, in [0, 1]. Raises ModelFailed where the state is another
        model's."""
        self._check(state)
        return 1 / (1 + math.exp(-float(self.yes @ state + self.yes_bias)))

    def _check(self, state: State) -> None:
        if state.shape != self.weights.shape[1:]:
            raise ModelFailed(
                f"The language model's state has {state.shape[0]} numbers, {self.name} needs "
                f"{self.weights.shape[1]}.",
                "Leave `llm.model` out, or install the package again.",
            )


def load_probe(path: Path = FILE) -> Probe:
    """Read the file that ships with the package, and name the adapter beside it.

    Raises ModelMissing where one of them is not there or not whole.
    """
    adapter = path.with_name(ADAPTER)
    try:
        digest = hashlib.sha256(path.read_bytes() + adapter.read_bytes()).hexdigest()
        with np.load(path, allow_pickle=False) as data:
            weights = np.asarray(data["weights"], np.float32)
            return Probe(
                f"probe/{digest[:12]}",
                int(data["layers"]),
                adapter,
                weights,
                np.asarray(data["bias"], np.float32),
                np.asarray(data["yes"], np.float32),
                float(data["yes_bias"]),
            )
    except (OSError, ValueError, KeyError) as error:
        raise ModelMissing(
            f"The probe {path} cannot be read: {error}.", "Install the package again."
        ) from error


@dataclass(frozen=True, slots=True)
class StateChooser:
    """A probe with what it needs of the language model. Safe to use from several threads."""

    probe: Probe
    encoder: Encoder

    def choose(
        self, messages: Sequence[Message], excerpts: int, cancel: threading.Event | None = None
    ) -> Chosen:
        """Which of `excerpts` answers, by the state at the end of `messages`. Raises ModelError, and
        Cancelled."""
        return self.probe.choose(self.encoder.encode(messages, cancel), excerpts)

    def is_so(self, messages: Sequence[Message], cancel: threading.Event | None = None) -> float:
        """The probability in [0, 1] that yes answers, by the state at the end of `messages`. Raises
        ModelError, and Cancelled."""
        return self.probe.is_so(self.encoder.encode(messages, cancel))
