"""The lower layers of the embedded language model as an encoder: a prompt's state at its last token.

What a language model makes of a question and its excerpts stands in its middle, before it comes to a word;
read there, it is the same whichever model writes (dev/LOG.md). The lower layers are copied once out of the
model's own file into one beside it, and llama.cpp runs them; nothing is written with them.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qa.errors import ModelFailed, ModelMissing, ModelUnavailable, PromptTooLong
from qa.models.gate import Gate, check_cancelled
from qa.models.llamacpp import shield, usable_cores
from qa.models.prompt import as_chat, as_chatml
from qa.models.protocols import Message, State

if TYPE_CHECKING:
    from xllamacpp import Server

_WINDOW = 4096
_BATCH = 512
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
        self._server: Server | None = None

    @property
    def name(self) -> str:
        return f"llamacpp/{self._source.stem}/lower-{self._layers}"

    def load(self) -> None:
        """Load the layers now, where that is not done yet. Raises ModelMissing and ModelFailed."""
        with self._loading:
            if self._closed:
                raise ModelUnavailable(f"{self.name} was closed.", "Start again.")
            if self._server is None:
                self._server = _open(cut_layers(self._source, self._layers), self._adapter, self._threads)

    def encode(self, messages: Sequence[Message], cancel: threading.Event | None = None) -> State:
        check_cancelled(cancel)
        self.load()
        self._gate.enter(cancel)
        try:
            server = self._server
            if server is None:
                raise ModelUnavailable(f"{self.name} was closed.", "Start again.")
            reply = server.handle_embeddings({"input": as_chatml(as_chat(messages))})
        except RuntimeError as error:
            raise ModelFailed(f"{self.name} failed: {error}.", "Run `qa doctor`.") from error
        finally:
            self._gate.leave()
        check_cancelled(cancel)
        if problem := reply.get("error"):
            if problem.get("type") == "exceed_context_size_error":
                raise PromptTooLong(
                    f"The question and its excerpts do not fit the {_WINDOW} tokens of {self.name}.",
                    "Ask a shorter question, or lower `answer.excerpts`.",
                )
            raise ModelFailed(f"{self.name} failed: {problem.get('message', problem)}.", "Run `qa doctor`.")
        state: State = np.asarray(reply["data"][0]["embedding"], dtype=np.float32)
        return np.asarray(state / np.sqrt(np.mean(state * state) + _EPSILON), dtype=np.float32)

    def close(self) -> None:
        """Free the memory, once what is running is over; later calls raise ModelUnavailable."""
        self._gate.enter()
        with self._loading:
            self._closed = True
            self._server = None
        self._gate.leave()


def lower_path(source: Path, layers: int) -> Path:
    """Where the lower layers of a model's file are, or will be."""
    return source.with_name(f"{source.stem}.lower-{layers}.gguf")


def cut_layers(source: Path, layers: int) -> Path:
    """Have the first `layers` layers of a GGUF file in a file of their own beside it; returns its path.

    Made again where the model's file is newer. Raises ModelMissing where it cannot be written, ModelFailed
    where the model's file is none.
    """
    target = lower_path(source, layers)
    if target.is_file() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
        return target
    temporary = target.with_name(f"{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        _write_cut(source, temporary, layers)
        temporary.replace(target)
    except OSError as error:
        raise ModelMissing(
            f"The lower layers of the language model cannot be written to {target.parent}: {error.strerror}.",
            "They need 0.7 GB: make room, or set XDG_CACHE_HOME to a folder on another disk.",
        ) from error
    except (ValueError, KeyError) as error:
        raise ModelFailed(
            f"{source} is not a GGUF file that can be read: {error}.", "Run `qa doctor`."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _write_cut(source: Path, target: Path, layers: int) -> None:
    """The embeddings of words, the first layers, and the last norm; the top is the embeddings again."""
    import gguf

    reader = gguf.GGUFReader(source)
    architecture = str(reader.fields["general.architecture"].contents())
    writer = gguf.GGUFWriter(target, architecture)
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        value = layers if field.name == f"{architecture}.block_count" else field.contents()
        array = field.types[0] == gguf.GGUFValueType.ARRAY
        writer.add_key_value(field.name, value, field.types[0], sub_type=field.types[-1] if array else None)
    for tensor in reader.tensors:
        block = tensor.name.split(".")[1] if tensor.name.startswith("blk.") else ""
        if tensor.name != "output.weight" and (not block or int(block) < layers):
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _open(path: Path, adapter: Path | None, threads: int) -> Server:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_parallel = 1
    params.n_ctx = _WINDOW
    params.n_batch = params.n_ubatch = _BATCH
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_LAST
    params.embd_normalize = -1
    params.cache_ram_mib = 0
    if adapter is not None:
        params.lora_adapters = [taught := xllamacpp.CommonAdapterLoraInfo()]
        taught.path, taught.scale = str(adapter), 1.0
    if threads:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    shield(params, secrets.token_urlsafe(32))
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelFailed(
            f"{path} cannot be loaded: it is broken, or there is not enough memory.",
            "Remove it; it is made again from the language model. Else install the package again.",
        ) from error
