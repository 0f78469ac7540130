"""Counting a prompt's tokens before it is sent to Ollama, which has no call for it.

The vocabulary that the server shows is built into a tokenizer here, and the server renders its template
once for each shape of prompt (`system user`, `system user assistant`…).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qa.models.prompt import disarm
from qa.models.protocols import Message

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# How llama.cpp splits text before merging, by the name that a GGUF file gives (`tokenizer.ggml.pre`).
_WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_SPLITS = {
    "qwen2": _WORDS + r"\p{N}" + _REST,
    "deepseek-r1-qwen": _WORDS + r"\p{N}" + _REST,
    "llama-bpe": _WORDS + r"\p{N}{1,3}" + _REST,
    "llama3": _WORDS + r"\p{N}{1,3}" + _REST,
    "gpt-2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)",
}
_CONTROL, _USER_DEFINED = 3, 4  # `tokenizer.ggml.token_type`

Reply = dict[str, Any]
Render = Callable[[list[dict[str, str]]], Reply]


class PromptCounter:
    """Counts the tokens of whole prompts for one model.

    `model_info` is what `/api/show` gives with `verbose`. Where the tokenizer cannot be rebuilt
    (`exact` is False), every byte counts as a token: too many, never too few.
    """

    def __init__(self, model_info: dict[str, Any]) -> None:
        self._tokenizer = build_tokenizer(model_info)
        self._shapes: dict[tuple[str, ...], tuple[str, ...] | int] = {}
        self._extra = int(model_info.get("tokenizer.ggml.add_bos_token") or False) + int(
            model_info.get("tokenizer.ggml.add_eos_token") or False
        )

    @property
    def knows_chatml(self) -> bool:
        """Whether the vocabulary has the marks of ChatML as tokens of their own."""
        marks = ("<|im_start|>", "<|im_end|>")
        return self._tokenizer is not None and all(self._tokenizer.token_to_id(m) is not None for m in marks)

    @property
    def exact(self) -> bool:
        return self._tokenizer is not None

    def count(self, messages: Sequence[Message], render: Render) -> int:
        """Tokens of the prompt that these messages make.

        `render` sends a chat to be rendered only and returns the server's reply; it is called once for
        each shape of prompt.
        """
        contents = [disarm(message.content) for message in messages]
        shape = tuple(message.role for message in messages)
        frame = self._shapes.get(shape)
        if frame is None:
            frame = self._shapes[shape] = self._frame(shape, render)
        if isinstance(frame, int):
            return frame + sum(self.count_text(content) for content in contents)
        whole = frame[0] + "".join(
            content + after for content, after in zip(contents, frame[1:], strict=True)
        )
        return self.count_text(whole) + self._extra

    def count_text(self, text: str) -> int:
        if self._tokenizer is None:
            return len(text.encode("utf-8"))
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def was_read(self, counted: int, read: int) -> None:
        """Compare with what the server says that it read: a tokenizer that counts too few is dropped."""
        if read > counted:
            self._tokenizer = None
            self._shapes.clear()

    def _frame(self, shape: tuple[str, ...], render: Render) -> tuple[str, ...] | int:
        """The template's text around the contents, or how many tokens it adds where it is not shown."""
        marks = [f"Placeholder{number}." for number in range(len(shape))]
        reply = render([{"role": r, "content": m} for r, m in zip(shape, marks, strict=True)])
        rendered = (reply.get("_debug_info") or {}).get("rendered_template")
        if isinstance(rendered, str):
            pieces, rest = [], rendered
            for mark in marks:
                before, found, rest = rest.partition(mark)
                if not found:
                    return self.count_text(rendered) + self._extra + 2 * len(shape)
                pieces.append(before)
            return (*pieces, rest)
        # A server that does not know the request has read the placeholders: subtract them. Tokens may
        # merge otherwise where contents meet the template: two more a message.
        read = int(reply.get("prompt_eval_count") or 0)
        return max(0, read - sum(_fewest(self, mark) for mark in marks)) + 2 * len(shape)


def _fewest(counter: PromptCounter, mark: str) -> int:
    """Tokens to take off for a placeholder: none where counting is not exact."""
    return counter.count_text(mark) if counter.exact else 0


def build_tokenizer(model_info: dict[str, Any]) -> Tokenizer | None:
    """The model's byte-level BPE tokenizer from its GGUF metadata; None for other kinds."""
    split = _SPLITS.get(str(model_info.get("tokenizer.ggml.pre")))
    words = model_info.get("tokenizer.ggml.tokens")
    merges = model_info.get("tokenizer.ggml.merges")
    if model_info.get("tokenizer.ggml.model") != "gpt2" or not split or not words or not merges:
        return None
    from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(
        models.BPE(
            vocab={word: number for number, word in enumerate(words)},
            merges=[(left, right) for left, _, right in (merge.partition(" ") for merge in merges)],
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(split), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    kinds = model_info.get("tokenizer.ggml.token_type") or ()
    tokenizer.add_special_tokens(
        [
            AddedToken(word, special=True, normalized=False)
            for word, kind in zip(words, kinds, strict=False)
            if kind in (_CONTROL, _USER_DEFINED)
        ]
    )
    return tokenizer
