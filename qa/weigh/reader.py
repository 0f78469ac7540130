"""The reader: a small bilingual cross-encoder of our own, run by onnxruntime.

It reads a question with a stretch of a document and says of each sentence whether it answers, and
where; and it reads a claim with its evidence and says whether the evidence supports it. How it was
made, from what and how good it is: training/README.md.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from qa.errors import ModelFailed, ModelMissing
from qa.weigh.layout import PAD, Layout, Task, lay_out

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent
MODEL_FILE = "reader.onnx"
TOKENIZER_FILE = "tokenizer.json"
_BATCH = 8
_LONGEST_SPAN = 40
_STARTS, _ENDS = range(2)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A few consecutive sentences of one document, with its title."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one stretch, in logits (0 is even odds, higher is likelier).

    `answers[i]`: sentence i answers. `span`: how much better the best span of words is than none (-inf
    where there are no words);
    `where` is that span: sentence, start and end in its characters, or None.
    """

    answers: tuple[float, ...]
    span: float
    where: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Support:
    """Probabilities in [0, 1], of sum 1, that the evidence supports, contradicts or does neither."""

    supported: float
    contradicted: float
    neither: float


class Reader(Protocol):
    """What weighing and verifying need of a reader."""

    @property
    def name(self) -> str: ...

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        """One reading a stretch, in their order. Raises ModelFailed."""
        ...

    def check(self, claim: str, stretches: Sequence[Stretch]) -> list[Support]:
        """How each stretch supports the claim, in their order. Raises ModelFailed."""
        ...


class OnnxReader:
    """The Reader (protocol) that ships with the package.

    The file is loaded at the first call (0.3 s). Raises ModelMissing at once where it is not there.
    """

    def __init__(self, folder: Path = FOLDER, threads: int = 0) -> None:
        for name in (MODEL_FILE, TOKENIZER_FILE):
            if not (folder / name).is_file():
                raise ModelMissing(
                    f"The reader's file {name} is not in {folder}.",
                    "Install the package again: the file is part of it.",
                )
        self._folder = folder
        self._threads = threads

    @cached_property
    def name(self) -> str:
        """`reader/` and the beginning of the digest of its file."""
        digest = hashlib.sha256((self._folder / MODEL_FILE).read_bytes()).hexdigest()
        return f"reader/{digest[:12]}"

    def load(self) -> None:
        """Load the file now, where that is not done yet. Raises ModelFailed for a broken file."""
        _ = self._session, self._tokenizer

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        """See Reader."""
        return [
            _reading(layout, sentences, spans)
            for layout, sentences, spans, _ in self._run("query", question, stretches)
        ]

    def check(self, claim: str, stretches: Sequence[Stretch]) -> list[Support]:
        """See Reader."""
        found: list[Support] = []
        for _, _, _, pair in self._run("claim", claim, stretches):
            weights = np.exp(pair - pair.max())
            found.append(Support(*(float(w) for w in weights / weights.sum())))
        return found

    def _run(
        self, task: Task, text: str, stretches: Sequence[Stretch]
    ) -> list[tuple[Layout, Floats, Floats, Floats]]:
        """Layout, sentence logits (n,), span logits (length, 2) and pair logits (3,) of each stretch."""
        layouts = [lay_out(self._tokenizer, task, text, s.title, s.sentences) for s in stretches]
        found: dict[int, tuple[Layout, Floats, Floats, Floats]] = {}
        # Stretches of like length are run together: padding costs as much as words.
        order = sorted(range(len(layouts)), key=lambda i: len(layouts[i].ids))
        for first in range(0, len(order), _BATCH):
            group = order[first : first + _BATCH]
            try:
                sentences, spans, pairs = self._session.run(None, _inputs([layouts[i] for i in group]))
            except RuntimeError as error:
                raise ModelFailed(f"The reader failed: {error}.", "Run `qa doctor`.") from error
            for row, position in enumerate(group):
                found[position] = (layouts[position], sentences[row], spans[row], pairs[row])
        return [found[position] for position in range(len(layouts))]

    @cached_property
    def _session(self) -> InferenceSession:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = self._threads or len(os.sched_getaffinity(0))
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return InferenceSession(
                str(self._folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
            )
        except (RuntimeError, ValueError) as error:
            raise ModelFailed(
                f"The reader's file {self._folder / MODEL_FILE} is broken: {error}.",
                "Install the package again.",
            ) from error

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._folder / TOKENIZER_FILE))


def _inputs(layouts: Sequence[Layout]) -> dict[str, npt.NDArray[np.generic]]:
    """Padded ids, and the rows that take means: of the text, of all sentences, of each sentence."""
    length = max(len(layout.ids) for layout in layouts)
    rows = 1 + max(len(layout.pieces) for layout in layouts)
    ids = np.full((len(layouts), length), PAD, dtype=np.int64)
    pool = np.zeros((len(layouts), rows, length), dtype=np.float32)
    for number, layout in enumerate(layouts):
        ids[number, : len(layout.ids)] = layout.ids
        text, *sentences = layout.pieces
        if not sentences:
            continue
        for row, (start, end) in enumerate([text, (sentences[0][0], sentences[-1][1]), *sentences]):
            pool[number, row, start:end] = 1 / (end - start)
    return {"ids": ids, "pool": pool}


def _reading(layout: Layout, sentences: Floats, spans: Floats) -> Reading:
    answers = tuple(float(logit) for logit in sentences[: len(layout.pieces) - 1])
    none = float(spans[0, _STARTS] + spans[0, _ENDS])
    best, where = -np.inf, None
    for start, (sentence, first, _) in layout.tokens.items():
        for end in range(start, start + _LONGEST_SPAN):
            if end not in layout.tokens or layout.tokens[end][0] != sentence:
                break
            score = float(spans[start, _STARTS] + spans[end, _ENDS])
            if score > best:
                best, where = score, (sentence, first, layout.tokens[end][2])
    return Reading(answers, best - none, where)
