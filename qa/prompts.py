"""Prompts: one file a prompt and language under `prompts/`, checked when loaded.

A file opens with `variables: a, b`; then each message begins with a line `=== role`. A variable
stands as `{{a}}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from qa.errors import SourcierError
from qa.models.protocols import Message
from qa.types import Lang

_ROLES = ("system", "user", "assistant")
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages of one prompt with their placeholders."""

    name: str
    variables: frozenset[str]
    messages: tuple[Message, ...]

    def render(self, **values: str) -> list[Message]:
        """Fill the placeholders; raises ValueError where `values` are not exactly the declared variables.

        Values are put in as they are, in one pass: a `{{…}}` inside a value stays text.
        """
        if values.keys() != self.variables:
            wrong = sorted(values.keys() ^ self.variables)
            raise ValueError(f"prompt {self.name}: missing or undeclared variables {wrong}")
        return [
            Message(m.role, _VARIABLE.sub(lambda match: values[match[1]], m.content)) for m in self.messages
        ]


def prompts_folder() -> Path:
    """Where the prompts are: inside an installed package, else beside `qa/` in a checkout."""
    package = Path(__file__).parent
    installed = package / "prompts"
    return installed if installed.is_dir() else package.parent / "prompts"


@cache
def load_prompt(name: str, lang: Lang) -> Prompt:
    """Read `prompts/NAME.LANG.txt`. Raises SourcierError where it is missing or broken."""
    path = prompts_folder() / f"{name}.{lang}.txt"
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise SourcierError(f"The prompt {path} cannot be read.", "Install Sourcier again.") from error
    return parse_prompt(f"{name}.{lang}", text)


def parse_prompt(name: str, text: str) -> Prompt:
    """Parse a prompt file's text. Raises SourcierError naming the prompt and what is wrong."""
    head, *parts = re.split(r"^=== (\w+)\n", text, flags=re.MULTILINE)
    declared = re.fullmatch(r"variables:([\w, ]*)\s*", head)
    if declared is None:
        raise SourcierError(f"Prompt {name} does not open with `variables: …`.", "Mend the file.")
    variables = frozenset(v.strip() for v in declared[1].split(",") if v.strip())
    messages: list[Message] = []
    for role, content in zip(parts[::2], parts[1::2], strict=True):
        if role not in _ROLES:
            raise SourcierError(
                f"Prompt {name} has a message by `{role}`.", f"Roles are {', '.join(_ROLES)}."
            )
        messages.append(Message(cast("Literal['system', 'user', 'assistant']", role), content.strip("\n")))
    used = {v for m in messages for v in _VARIABLE.findall(m.content)}
    if used != variables or not messages:
        raise SourcierError(
            f"Prompt {name} declares {sorted(variables)} and uses {sorted(used)}.", "Make them the same."
        )
    return Prompt(name, variables, tuple(messages))
