"""Prompts: declared variables, both languages, and values that stay text."""

from __future__ import annotations

import re

import pytest

from qa.errors import SourcierError
from qa.prompts import load_prompt, parse_prompt, prompts_folder
from qa.types import LANGS

NAMES = sorted({path.name.split(".")[0] for path in prompts_folder().glob("*.txt")})


def test_every_prompt_stands_in_both_languages_with_the_same_variables_and_roles() -> None:
    assert NAMES
    for name in NAMES:
        french, english = (load_prompt(name, lang) for lang in LANGS)
        assert french.variables == english.variables
        assert [m.role for m in french.messages] == [m.role for m in english.messages]


def test_a_value_that_looks_like_a_variable_stays_text() -> None:
    prompt = parse_prompt("p", "variables: a, b\n=== user\n{{a}} and {{b}}\n")
    assert prompt.render(a="{{b}}", b="two")[0].content == "{{b}} and two"


def test_missing_and_unknown_values_are_refused() -> None:
    prompt = parse_prompt("p", "variables: a\n=== user\n{{a}}\n")
    with pytest.raises(ValueError, match="b"):
        prompt.render(a="1", b="2")
    with pytest.raises(ValueError, match="a"):
        prompt.render()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("=== user\nhello\n", "variables"),
        ("variables: a\n=== user\nhello\n", "declares"),
        ("variables:\n=== user\n{{a}}\n", "declares"),
        ("variables:\n=== robot\nhello\n", "robot"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(SourcierError, match=re.escape(wrong)) as caught:
        parse_prompt("greeting.fr", text)
    assert "greeting.fr" in caught.value.message
