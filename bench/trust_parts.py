"""What the measures of trust share: the parts measured, what counts as gold, shares with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qa.models.e5 import E5Embedder
from qa.verify import Judges
from qa.weigh import Calibration, OnnxReader, StateChooser

SEED = 23


@dataclass(frozen=True, slots=True)
class Tools:
    """The parts of the product that are measured."""

    embedder: E5Embedder
    reader: OnnxReader
    calibration: Calibration
    states: StateChooser

    @property
    def judges(self) -> Judges:
        """What verification needs of them."""
        return Judges(self.embedder, self.reader, self.calibration)


def share(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} {interval(values, 3)}"


def interval(values: Iterable[float], digits: int) -> str:
    array = np.array(list(values))
    rng = np.random.default_rng(SEED)
    means = [rng.choice(array, len(array)).mean() for _ in range(1000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return f"[{low:.{digits}f}, {high:.{digits}f}]"
