"""What every adapter does to messages before a model reads them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from qa.errors import PromptTooLong
from qa.models.protocols import Message

# Written out in a document, these would be read as the template's own marks: the text could close
# its excerpt and speak as the system. A space inside makes them plain text again.
_CONTROL = re.compile(
    r"<(?=[|/｜]|(?:s|start_of_turn|end_of_turn|bos|eos|pad|unk)>)|\[(?=/?(?:INST|SYSTEM_PROMPT)\])"
)


def as_chat(messages: Sequence[Message]) -> list[dict[str, str]]:
    """The messages as the chat APIs take them, with control marks of templates made harmless."""
    return [{"role": m.role, "content": disarm(m.content)} for m in messages]


def as_chatml(chat: Sequence[Mapping[str, str]]) -> str:
    """The whole prompt in ChatML, ready for the reply; a last message by the assistant is left open."""
    closed, started = (chat[:-1], chat[-1]["content"]) if chat[-1]["role"] == "assistant" else (chat, "")
    written = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in closed)
    return f"{written}<|im_start|>assistant\n{started}"


def disarm(text: str) -> str:
    """Break template marks such as `<|im_end|>`; other text is unchanged.

    What cannot be sent (NUL, half a surrogate pair) becomes a space or `?`.
    """
    plain = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub(lambda match: match[0] + " ", plain)


def choice_probabilities(choices: Sequence[str], top: Iterable[tuple[str, float]]) -> Mapping[str, float]:
    """Probability of each choice, from the first token's `(token, log probability)` pairs.

    Tokens that differ in spaces only (` 1`, `1`) are the same choice: their probabilities add up.
    """
    found = dict.fromkeys(choices, 0.0)
    for token, logprob in top:
        choice = token.strip()
        if choice in found:
            found[choice] += math.exp(logprob)
    return found


def check_fits(model: str, prompt_tokens: int, max_tokens: int, window: int) -> None:
    """Raise PromptTooLong where prompt and answer together do not fit the window (all in tokens)."""
    if prompt_tokens + max_tokens > window:
        raise PromptTooLong(
            f"The prompt has {prompt_tokens} tokens; with {max_tokens} for the answer that is more than "
            f"the {window} of {model}'s window.",
            "Ask a shorter question, lower `answer.excerpts`, or raise `llm.num_ctx`.",
        )
