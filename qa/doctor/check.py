"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.doctor.messages import MESSAGES
from qa.types import Lang

State = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Check:
    """One part: `name` is stable, `message` and `remedy` ("" where all is well) are for a person."""

    name: str
    state: State
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Makes checks in one language."""

    lang: Lang

    def ok(self, name: str, key: str, **values: object) -> Check:
        return Check(name, "ok", self.say(key, **values))

    def warning(self, name: str, key: str, **values: object) -> Check:
        return Check(name, "warning", self.say(key, **values), self.remedy(key, **values))

    def error(self, name: str, key: str, **values: object) -> Check:
        return Check(name, "error", self.say(key, **values), self.remedy(key, **values))

    def say(self, key: str, **values: object) -> str:
        """The message `key`."""
        return MESSAGES[key][self.lang].format(**values)

    def remedy(self, key: str, **values: object) -> str:
        """What to do about the message `key`."""
        return self.say(f"{key}.remedy", **values) if f"{key}.remedy" in MESSAGES else ""
