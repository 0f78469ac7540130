"""A language model on an Ollama server, by its native API."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from qa.errors import ModelFailed, ModelMissing
from qa.models.gate import Gate, Limits, check_cancelled
from qa.models.ollama_server import OllamaServer, missing_remedy
from qa.models.progress import OnProgress
from qa.models.prompt import as_chat, as_chatml, check_fits, choice_probabilities
from qa.models.protocols import Chunk, Message
from qa.models.tokens import PromptCounter
from qa.settings import LLMSettings
from qa.types import Usage

_TOP_TOKENS = 20  # the most that the server gives
_BARE = ("{{ .Prompt }}", "{{.Prompt}}")


class OllamaLLM:
    """An LLM (protocol) by `/api/chat`.

    The same options go with each call (another `num_ctx` would make the server load the model anew),
    with `truncate: false`: a prompt that does not fit is an error, never cut. `prepare` asks the server;
    it is called by the first use where nobody did.
    """

    def __init__(
        self, settings: LLMSettings, server: OllamaServer | None = None, on_progress: OnProgress | None = None
    ) -> None:
        self._settings = settings
        self._server = server or OllamaServer(settings.url, settings.connect_s)
        self._on_progress = on_progress
        self._gate = Gate()
        self._preparing = threading.Lock()
        self._window = settings.num_ctx
        self._counter: PromptCounter | None = None
        self._ready = False
        # Made from a GGUF file alone, a model has no template: messages would run into each other, unmarked.
        self._bare = False

    @property
    def name(self) -> str:
        return f"ollama/{self._settings.model}"

    @property
    def window(self) -> int:
        return self._window

    @property
    def counts_exactly(self) -> bool:
        """Whether the model's own tokenizer counts; else each byte is taken for a token."""
        return self._prompt_counter(None).exact

    def prepare(self, cancel: threading.Event | None = None) -> None:
        """Check version and model, pull the model where that is allowed.

        Raises ModelUnavailable (no server, too old), ModelMissing, ModelTimeout.
        """
        with self._preparing:
            if self._ready:
                return
            self._server.version(cancel, patient=True)
            if not self._server.has(self._settings.model):
                if not self._settings.pull:
                    raise ModelMissing(
                        f"The Ollama server at {self._server.url} has no model {self._settings.model}.",
                        missing_remedy(self._settings.model),
                    )
                self._server.pull(self._settings.model, self._on_progress)
            self._ready = True

    def count_tokens(self, messages: Sequence[Message]) -> int:
        counter = self._prompt_counter(None)
        if self._bare:
            return counter.count_text(as_chatml(as_chat(messages)))
        return counter.count(messages, self._render)

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[Chunk]:
        for reply in self._generate(messages, max_tokens, {}, cancel):
            if text := (reply.get("message") or {}).get("content"):
                yield Chunk(text)
            if reply.get("done"):
                yield Chunk("", _usage(reply))

    def score(
        self,
        messages: Sequence[Message],
        choices: Sequence[str],
        *,
        cancel: threading.Event | None = None,
    ) -> tuple[Mapping[str, float], Usage]:
        options = {"logprobs": True, "top_logprobs": _TOP_TOKENS}
        top: list[tuple[str, float]] = []
        usage = Usage()
        for reply in self._generate(messages, 1, options, cancel):
            for token in reply.get("logprobs") or ():
                top = top or [(one["token"], one["logprob"]) for one in token["top_logprobs"]]
            if reply.get("done"):
                usage = _usage(reply)
        if not top:
            raise ModelFailed(
                f"{self.name} gave no token probabilities.", "Update the Ollama server, or use another model."
            )
        return choice_probabilities(choices, top), usage

    def close(self) -> None:
        self._server.close()

    def _generate(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        extra: dict[str, Any],
        cancel: threading.Event | None,
    ) -> Iterator[dict[str, Any]]:
        check_cancelled(cancel)
        counter = self._prompt_counter(cancel)
        chat = as_chat(messages)
        if self._bare:
            chat = [{"role": "user", "content": as_chatml(chat)}]
            counted = counter.count_text(chat[0]["content"])
        else:
            counted = counter.count(messages, partial(self._render, cancel=cancel))
        check_fits(self.name, counted, max_tokens, self.window)
        exact = counter.exact
        self._gate.enter(cancel)
        try:
            limits = Limits.start(self._settings.first_token_s, self._settings.total_s)
            for reply in self._server.chat(self._body(chat, max_tokens) | extra, limits, cancel):
                if reply.get("done"):
                    self._compare(reply, counted, counter, exact)
                yield reply
        finally:
            self._gate.leave()

    def _body(self, chat: list[dict[str, str]], max_tokens: int) -> dict[str, Any]:
        return {
            "model": self._settings.model,
            "messages": chat,
            "truncate": False,
            "shift": False,
            "think": False,
            "keep_alive": self._settings.keep_alive,
            "options": {"num_ctx": self.window, "num_predict": max_tokens, "temperature": 0},
        }

    def _compare(self, reply: dict[str, Any], counted: int, counter: PromptCounter, exact: bool) -> None:
        """Raise ModelFailed where the server read less than it was sent, because its window is smaller.

        Some versions leave tokens out of the number that they had read before: then the window with
        which the model runs tells.
        """
        read = reply.get("prompt_eval_count")
        if read is None:
            return
        counter.was_read(counted, read)
        if exact and read < counted - 8:
            window = self._server.running_window(self._settings.model)
            if window is not None and window < counted:
                raise ModelFailed(
                    f"Ollama read {read} of the prompt's {counted} tokens: "
                    f"it runs {self._settings.model} with a window of {window}.",
                    "Set `llm.num_ctx` to what the model can take.",
                )

    def _prompt_counter(self, cancel: threading.Event | None) -> PromptCounter:
        self.prepare(cancel)
        with self._preparing:
            if self._counter is None:
                shown = self._server.show(self._settings.model, verbose=True)
                info = shown.get("model_info") or {}
                trained = info.get(f"{info.get('general.architecture')}.context_length")
                if isinstance(trained, int) and trained > 0:
                    self._window = min(self._settings.num_ctx, trained)
                self._counter = PromptCounter(info)
                self._bare = shown.get("template", "").strip() in _BARE and self._counter.knows_chatml
            return self._counter

    def _render(self, chat: list[dict[str, str]], cancel: threading.Event | None = None) -> dict[str, Any]:
        """The server's reply to a chat that it shall only render."""
        limits = Limits.start(self._settings.first_token_s, self._settings.total_s)
        body = self._body(chat, 1) | {"_debug_render_only": True}
        return list(self._server.chat(body, limits, cancel))[-1]


def _usage(reply: dict[str, Any]) -> Usage:
    return Usage(
        read=reply.get("prompt_eval_count") or 0,
        cached=reply.get("prompt_eval_cached_count") or 0,
        written=reply.get("eval_count") or 0,
    )
