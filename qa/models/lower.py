"""The lower layers of the embedded language model as an encoder: a prompt's state at its last token.

What a language model makes of a question and its excerpts stands in its middle, before it comes to a word;
read there, it is the same whichever model writes (dev/LOG.md). onnxruntime runs these layers; nothing is
written with them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa.errors import ModelFailed, ModelMissing, ModelUnavailable, PromptTooLong
from qa.models.gate import Gate, check_cancelled
from qa.models.llamacpp import usable_cores
from qa.models.lower_file import GRAPH, TOKENIZER, WINDOW, WORDS, Array, Words, make_layers
from qa.models.prompt import as_chat, as_chatml
from qa.models.protocols import Message, State

_EPSILON = 1e-6


class LowerLayers:
    """An Encoder (protocol) from the first `layers` layers of a GGUF file, loaded at the first call.

    `adapter` is a LoRA for these layers, as GGUF. Raises ModelMissing at once where a file is not there.
    """

    def __init__(self, source: Path, layers: int, *, adapter: Path | None = None, threads: int = 0) -> None:
        if not source.is_file():
            raise ModelMissing(f"The language model is not at {source}.", "Run `qa models pull`.")
        if adapter is not None and not adapter.is_file():
            raise ModelMissing(f"The adapter {adapter} is not there.", "Install the package again.")
        self._source = source
        self._layers = layers
        self._adapter = adapter
        self._threads = threads or usable_cores()
        self._gate = Gate()
        self._loading = threading.Lock()
        self._closed = False
        self._run: Callable[[str], Array] | None = None

    @property
    def name(self) -> str:
        return f"onnxruntime/{self._source.stem}/lower-{self._layers}"

    def load(self) -> None:
        """Load the layers now, where that is not done yet. Raises ModelMissing and ModelFailed."""
        with self._loading:
            if self._closed:
                raise ModelUnavailable(f"{self.name} was closed.", "Start again.")
            if self._run is None:
                folder = make_layers(self._source, self._layers, self._adapter)
                self._run = _open(self._source, folder, self._threads)

    def encode(self, messages: Sequence[Message], cancel: threading.Event | None = None) -> State:
        check_cancelled(cancel)
        self.load()
        self._gate.enter(cancel)
        try:
            run = self._run
            if run is None:
                raise ModelUnavailable(f"{self.name} was closed.", "Start again.")
            state = run(as_chatml(as_chat(messages)))
        finally:
            self._gate.leave()
        check_cancelled(cancel)
        return np.asarray(state / np.sqrt(np.mean(state * state) + _EPSILON), dtype=np.float32)

    def close(self) -> None:
        """Free the memory, once what is running is over; later calls raise ModelUnavailable."""
        self._gate.enter()
        with self._loading:
            self._closed = True
            self._run = None
        self._gate.leave()


def _open(source: Path, folder: Path, threads: int) -> Callable[[str], Array]:
    """What turns a prompt into the state at its last token. Raises ModelFailed."""
    import gguf
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Tokenizer

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = InferenceSession(str(folder / GRAPH.name), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        words = Words(**json.loads((folder / WORDS).read_text("utf-8")))
        shape = (words.rows, words.width)
        table = np.memmap(source, np.uint8, "r", words.offset, shape)
    except (RuntimeError, ValueError, OSError, TypeError) as error:
        raise ModelFailed(
            f"{folder} cannot be loaded: it is broken, or there is not enough memory ({error}).",
            "Remove it; it is made again from the language model. Else install the package again.",
        ) from error

    def run(prompt: str) -> Array:
        tokens = tokenizer.encode(prompt, add_special_tokens=False).ids
        if len(tokens) > WINDOW:
            raise PromptTooLong(
                f"The question and its excerpts have {len(tokens)} tokens; {WINDOW} are read.",
                "Ask a shorter question, or lower `answer.excerpts`.",
            )
        embedded = gguf.dequantize(table[tokens], gguf.GGMLQuantizationType(words.kind))
        given = {
            "words": embedded[None].astype(np.float32),
            "last": np.array([len(tokens) - 1], np.int32),
            "length": np.array(len(tokens), np.int32),
        }
        try:
            (state,) = session.run(["state"], given)
        except (RuntimeError, ValueError) as error:
            raise ModelFailed(f"The lower layers in {folder} failed: {error}.", "Run `qa doctor`.") from error
        return np.asarray(state[0], dtype=np.float32)

    return run
