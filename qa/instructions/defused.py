"""Text for a prompt in which nothing is a template's token."""

from __future__ import annotations

import re
import unicodedata

_TOKENS = re.compile(
    r"<[|｜][^|｜<>]{1,40}[|｜]>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk|mask)>"
    r"|</?(?:tool_call|tool_response|think|tools|system|assistant|user)>"
    r"|^[ \t]*#{3}[ \t]*(?:instructions?|system|response|assistant|user|input|output)[ \t]*(?::|$)",
    re.IGNORECASE | re.MULTILINE,
)
_OUR_MARK = re.compile(r"^([ \t>*«\"“-]*)[\[［](\d{1,3})[\]］]", re.MULTILINE)


def defuse(text: str) -> str:
    """The text for a prompt, nothing in it being a template's token, a hidden character or our own mark.

    To be called before lines are joined: a mark such as `[1]` is harmless but at a line's start.
    """
    text = "".join(c if c in "\n\t" else _shown(c) for c in text)
    before = ""
    while before != text:  # what is taken out may leave another token behind
        before, text = text, _TOKENS.sub(" ", text)
    return _OUR_MARK.sub(r"\1(\2)", text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    return "" if category in {"Cf", "Cs", "Co"} else " " if category == "Cc" else character
