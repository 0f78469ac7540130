"""The embedded language model: llama.cpp in this process, through `xllamacpp`.

One generation runs at a time (two would share the same cores). The engine keeps the prompts of a few
different sets of rules, each in its own slot: a prompt that begins like the last one with the same
rules is only read from where it differs.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from qa.errors import ModelFailed, ModelMissing, ModelUnavailable, PromptTooLong
from qa.models.gate import Gate, Limits, check_cancelled, follow
from qa.models.prompt import as_chat, check_fits, choice_probabilities
from qa.models.protocols import Chunk, Message
from qa.types import Usage

if TYPE_CHECKING:
    from xllamacpp import CommonParams, Server

# Each slot holds one window of keys and values: 117 MB at 4,096 tokens for the default model.
SLOTS = 3
# Tokens read between two looks at `cancel`: about a second on two cores. Reading is as fast as with more.
_BATCH = 64
_TOP_TOKENS = 20
_HTTP_S = 10.0


class LlamaCppLLM:
    """An LLM (protocol) from a GGUF file.

    The file is loaded at the first call, or by `load`; the engine holds Python's lock while it loads
    (3–5 s for the default model), so load before others need the process. Raises ModelMissing at once
    where the file is not there.
    """

    def __init__(
        self,
        path: Path,
        *,
        num_ctx: int,
        threads: int = 0,
        first_token_s: float = 120,
        total_s: float = 300,
    ) -> None:
        if not path.is_file():
            raise ModelMissing(
                f"The language model is not at {path}.",
                "Run `qa models pull`, or name another file or model in `llm.model`.",
            )
        self._path = path
        self._num_ctx = num_ctx
        self._threads = threads or usable_cores()
        self._first_token_s = first_token_s
        self._total_s = total_s
        self._gate = Gate()
        self._loading = threading.Lock()
        self._closing = threading.Event()
        self._server: Server | None = None
        self._key = secrets.token_urlsafe(32)
        self._slots: OrderedDict[str, int] = OrderedDict()  # rules → slot, least recently used first

    @property
    def name(self) -> str:
        return f"llamacpp/{self._path.stem}"

    @property
    def window(self) -> int:
        return self._num_ctx

    def load(self) -> None:
        """Load the file now, where that is not done yet. Raises ModelFailed for a broken file."""
        self._engine()

    def count_tokens(self, messages: Sequence[Message]) -> int:
        reply = self._post("/v1/chat/completions/input_tokens", {"messages": as_chat(messages)})
        return int(reply["input_tokens"])

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[Chunk]:
        for reply in self._generate(messages, {"max_tokens": max_tokens}, cancel):
            for choice in reply["choices"]:
                if text := choice["delta"].get("content"):
                    yield Chunk(text)
            if "usage" in reply:
                yield Chunk("", _usage(reply["usage"]))

    def score(
        self,
        messages: Sequence[Message],
        choices: Sequence[str],
        *,
        cancel: threading.Event | None = None,
    ) -> tuple[Mapping[str, float], Usage]:
        options = {"max_tokens": 1, "logprobs": True, "top_logprobs": _TOP_TOKENS}
        top: list[tuple[str, float]] = []
        usage = Usage()
        for reply in self._generate(messages, options, cancel):
            for choice in reply["choices"]:
                for token in (choice.get("logprobs") or {}).get("content") or ():
                    top = [(one["token"], one["logprob"]) for one in token["top_logprobs"]]
            if "usage" in reply:
                usage = _usage(reply["usage"])
        if not top:
            raise ModelFailed(f"{self.name} gave no token probabilities.", "Run `qa doctor`.")
        return choice_probabilities(choices, top), usage

    def close(self) -> None:
        """Stop what is running and free the memory; later calls raise ModelUnavailable."""
        self._closing.set()
        self._gate.enter()
        with self._loading:
            self._server = None
        self._gate.leave()

    def _generate(
        self, messages: Sequence[Message], options: dict[str, Any], cancel: threading.Event | None
    ) -> Iterator[dict[str, Any]]:
        """The engine's reply, piece by piece; leaving it early stops the engine."""
        check_cancelled(cancel)
        self._engine()
        self._check_fits(messages, options["max_tokens"])
        self._gate.enter(cancel)
        stop = threading.Event()
        try:
            request = {
                "messages": as_chat(messages),
                "stream": True,
                "stream_options": {"include_usage": True},
                "temperature": 0,
                "cache_prompt": True,
                "return_progress": True,
                "id_slot": self._slot(messages),
                "chat_template_kwargs": {"enable_thinking": False},
                **options,
            }
            pieces = self._start(self._engine(), request, stop)
        except BaseException:
            self._gate.leave()
            raise
        limits = Limits.start(self._first_token_s, self._total_s)
        try:
            yield from self._follow(pieces, limits, cancel)
        finally:
            stop.set()

    def _start(
        self, server: Server, request: dict[str, Any], stop: threading.Event
    ) -> SimpleQueue[dict[str, Any] | None]:
        """Run the request in a thread of its own; None ends the queue. The gate opens when it is over."""
        pieces: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        main = threading.main_thread()

        def on_piece(piece: dict[str, Any]) -> bool:  # must not raise: the engine would crash
            pieces.put(piece)
            return stop.is_set() or self._closing.is_set() or not main.is_alive()

        def work() -> None:
            try:
                server.handle_chat_completions(request, on_piece)
            except (RuntimeError, ValueError) as error:
                pieces.put({"error": {"message": str(error)}})
            finally:
                self._gate.leave()
                pieces.put(None)

        threading.Thread(target=work, name="llamacpp", daemon=False).start()
        return pieces

    def _follow(
        self, pieces: SimpleQueue[dict[str, Any] | None], limits: Limits, cancel: threading.Event | None
    ) -> Iterator[dict[str, Any]]:
        finished = False
        for piece in follow(pieces, limits, cancel, self.name):
            if error := piece.get("error"):
                raise self._failure(error)
            if "prompt_progress" not in piece:
                limits.first_token_seen = True
                finished = finished or "usage" in piece
                yield piece
        if self._closing.is_set():
            raise ModelUnavailable(f"{self.name} was closed.", "Start again.")
        if not finished:
            raise ModelFailed(f"{self.name} stopped in the middle of its reply.", "Ask again.")

    def _slot(self, messages: Sequence[Message]) -> int:
        """The slot that last read these rules, else an unused one, else the one unused for longest."""
        rules = messages[0].content if messages and messages[0].role == "system" else ""
        slot = self._slots.pop(rules, None)
        if slot is None:
            slot = len(self._slots) if len(self._slots) < SLOTS else self._slots.popitem(last=False)[1]
        self._slots[rules] = slot
        return slot

    def _check_fits(self, messages: Sequence[Message], max_tokens: int) -> None:
        # A token is at least one byte: where the bytes fit there is no need to count.
        most = sum(len(message.content.encode("utf-8", "replace")) + 64 for message in messages) + 256
        if most + max_tokens > self.window:
            check_fits(self.name, self.count_tokens(messages), max_tokens, self.window)

    def _engine(self) -> Server:
        with self._loading:
            if self._closing.is_set():
                raise ModelUnavailable(f"{self.name} was closed.", "Start again.")
            if self._server is None:
                self._server = open_server(self._path, self._num_ctx, self._threads, self._key)
            return self._server

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call the engine's own HTTP port (loopback, our key): what has no call in process."""
        port = int(self._engine().listening_address.rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_HTTP_S)
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, json.dumps(body), headers)
            reply = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ModelFailed(f"{self.name} does not count tokens: {error}.", "Run `qa doctor`.") from error
        finally:
            connection.close()
        if "error" in reply:
            raise self._failure(reply["error"])
        return dict(reply)

    def _failure(self, error: dict[str, Any]) -> ModelFailed | PromptTooLong:
        if error.get("type") == "exceed_context_size_error":
            return PromptTooLong(
                f"The prompt has {error.get('n_prompt_tokens')} tokens, {self.name}'s window {self.window}.",
                "Ask a shorter question, lower `answer.excerpts`, or raise `llm.num_ctx`.",
            )
        return ModelFailed(f"{self.name} failed: {error.get('message', error)}.", "Run `qa doctor`.")


def _usage(usage: dict[str, Any]) -> Usage:
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
    return Usage(usage["prompt_tokens"], cached, usage["completion_tokens"])


def usable_cores() -> int:
    """The cores that this process may use; 0 where that is not known (the engine then decides)."""
    return len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ())


def open_server(
    path: Path, num_ctx: int, threads: int, key: str, *, slots: int = SLOTS, cache_mib: int = 0
) -> Server:
    """Load a GGUF file, with an HTTP port on loopback that asks for `key`.

    `num_ctx` is the window of each slot; `cache_mib` is what the engine may keep of older prompts beside
    them. Raises ModelFailed.
    """
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_parallel = slots
    params.n_ctx = num_ctx * slots
    params.kv_unified = False
    params.n_batch = params.n_ubatch = _BATCH
    if threads:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    # By default the engine keeps 8 GiB of old prompts.
    params.cache_ram_mib = cache_mib
    shield(params, key)
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelFailed(
            f"{path} cannot be loaded: it is broken, not a GGUF model, or there is not enough memory.",
            "Run `qa doctor`; `qa models pull` fetches the default model again.",
        ) from error


def shield(params: CommonParams, key: str) -> None:
    """Close what the engine opens: its HTTP port, on loopback in any case, asks for `key`, and nothing is
    written on the user's terminal."""
    params.hostnames = ["127.0.0.1"]
    params.api_keys = [key]
    params.cors_origins = ""
    params.endpoint_slots = False
    params.ui = False
    params.cache_idle_slots = False
    params.enable_reasoning = 0
    params.warmup = False
    params.fit_params = False
    params.verbosity = 0
