"""Any model behind an OpenAI-compatible address: a prompt in, a reply of a given JSON schema out.

Nothing is tried twice and nothing is sent but the request: no name of an organisation from the
environment, no redirect followed.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from qa.errors import ModelError, ModelFailed, ModelMissing, ModelTimeout, ModelUnavailable, PromptTooLong
from qa.models.gate import check_cancelled

_POLL_S = 0.1
_SHOWN = 200
# These models of OpenAI take neither a temperature nor `max_tokens`.
_REASONING = re.compile(r"(?:.*/)?(?:o\d|gpt-5)")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a model is reached. `url` ends before `/chat/completions`; `name` is for people.

    `version` is what tells this model from another one under the same name, as far as that is known;
    `window` asks how many tokens the server reads at most, where it cuts longer prompts in silence.
    """

    name: str
    url: str
    model: str
    key: str = field(default="", repr=False)
    version: str = ""
    window: Callable[[], int | None] | None = None


class CompatibleModel:
    """One model; calls belong to one event loop. `close` (then `closing`) ends it."""

    def __init__(
        self,
        address: Address,
        *,
        max_tokens: int,
        connect_s: float,
        total_s: float,
        reply_schema: bool = True,
        closing: Callable[[], None] = lambda: None,
    ) -> None:
        self._address = address
        self._max_tokens = max_tokens
        self._total_s = total_s
        self._reply_schema = reply_schema
        self._closing = closing
        headers = {"Authorization": f"Bearer {address.key}"} if address.key else {}
        self._client = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(total_s, connect=connect_s),
            follow_redirects=False,
            # A proxy of the environment stands between here and elsewhere, not between here and here.
            trust_env=urlsplit(address.url).hostname not in _LOOPBACK,
        )

    @property
    def name(self) -> str:
        return self._address.name

    @property
    def version(self) -> str:
        return self._address.version

    async def complete(
        self, prompt: str, schema: Mapping[str, Any], cancel: threading.Event | None = None
    ) -> str:
        """The model's reply, which should be JSON of this schema.

        Raises ModelUnavailable, ModelMissing, ModelTimeout, ModelFailed (also for a reply that was cut),
        PromptTooLong, or Cancelled once `cancel` is set.
        """
        check_cancelled(cancel)
        asked = asyncio.ensure_future(self._post(self._request(prompt, schema)))
        until = time.monotonic() + self._total_s
        try:
            while not asked.done():
                await asyncio.wait({asked}, timeout=_POLL_S)
                check_cancelled(cancel)
                if time.monotonic() > until:
                    raise self._late()
            reply = asked.result()
        finally:
            if not asked.done():
                asked.cancel()
                with suppress(asyncio.CancelledError, ModelError):
                    await asked
        return self._content(reply)

    async def close(self) -> None:
        """End the connections, and what serves the model where that is ours."""
        await self._client.aclose()
        self._closing()

    def _request(self, prompt: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        form: dict[str, Any] = {"type": "json_object"}
        if self._reply_schema:
            form = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
        request: dict[str, Any] = {
            "model": self._address.model,
            "messages": [{"role": "user", "content": prompt}],
            "response_format": form,
        }
        if _REASONING.match(self._address.model):
            return request | {"max_completion_tokens": self._max_tokens}
        return request | {"max_tokens": self._max_tokens, "temperature": 0}

    async def _post(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            response = await self._client.post(
                f"{self._address.url.rstrip('/')}/chat/completions", json=request
            )
        except httpx.ConnectTimeout as error:
            raise ModelUnavailable(f"{self.name} does not answer.", "Is its server running?") from error
        except httpx.TimeoutException as error:
            raise self._late() from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why = self._without_key(str(error)).rstrip(".") or type(error).__name__
            raise ModelUnavailable(
                f"{self.name} cannot be reached: {why}.",
                "Is its server running, and its address right?",
            ) from error
        if response.status_code != httpx.codes.OK:
            raise self._refused(response)
        try:
            reply = response.json()
        except ValueError as error:
            raise ModelFailed(f"{self.name} replied with something that is not JSON.", _LOOK) from error
        if not isinstance(reply, dict):
            raise ModelFailed(f"{self.name} replied with something that is no completion.", _LOOK)
        return reply

    def _content(self, reply: Mapping[str, Any]) -> str:
        try:
            choice = reply["choices"][0]
            content = choice["message"]["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise ModelFailed(f"{self.name} replied with something that is no completion.", _LOOK) from error
        if choice.get("finish_reason") == "length":
            raise ModelFailed(
                f"The reply of {self.name} was cut at {self._max_tokens} tokens.", "Raise `judge.max_tokens`."
            )
        if not isinstance(content, str) or not content.strip():
            raise ModelFailed(f"{self.name} replied with nothing.", _LOOK)
        self._check_whole(reply)
        return content

    def _check_whole(self, reply: Mapping[str, Any]) -> None:
        """Raise PromptTooLong where the server may have cut the prompt's beginning off."""
        window = self._address.window() if self._address.window else None
        if not window:
            return
        usage = reply.get("usage")
        read = usage.get("prompt_tokens") if isinstance(usage, dict) else None
        if isinstance(read, int) and read + self._max_tokens > window:
            raise PromptTooLong(
                f"{self.name} read {read} tokens and may write {self._max_tokens}; its window has {window}, "
                "and what does not fit is cut off in silence.",
                "Give the server a larger window (`OLLAMA_CONTEXT_LENGTH`), or lower `judge.contexts`.",
            )

    def _refused(self, response: httpx.Response) -> ModelError:
        status = response.status_code
        if status in (401, 403):
            return ModelUnavailable(
                f"{self.name} refuses the key (HTTP {status}).",
                "Name the environment variable that holds it in `judge.key_env`.",
            )
        said = self._without_key(_message(response))
        text = f"{self.name} failed with HTTP {status}: {said}."
        if status == 404:
            return ModelMissing(text, "Check the model's name and its address.")
        if "context" in said and status == 400:
            return PromptTooLong(text, "Lower `judge.contexts`, or raise `judge.num_ctx`.")
        return ModelFailed(text, _LOOK)

    def _without_key(self, text: str) -> str:
        return text.replace(self._address.key, "…") if self._address.key else text

    def _late(self) -> ModelTimeout:
        return ModelTimeout(
            f"{self.name} did not reply within {self._total_s:g} seconds.", "Raise `judge.total_s`."
        )


_LOOK = "Look at the server's own messages."


def _message(response: httpx.Response) -> str:
    """What the server says of its failure, in one line."""
    try:
        error = json.loads(response.text)["error"]
        text = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError):
        text = response.text
    return " ".join(str(text).split())[:_SHOWN].rstrip(".")
