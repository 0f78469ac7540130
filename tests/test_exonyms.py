"""Names that the two languages write otherwise."""

from __future__ import annotations

import pytest

from qa.exonyms import is_named, other_forms


@pytest.mark.parametrize(
    ("name", "words", "named"),
    [
        ("germany", {"allemagne"}, True),
        ("allemagne", {"germany"}, True),
        ("russians", {"russes"}, True),
        ("russes", {"russian"}, True),
        ("austria", {"australie"}, False),
        ("poland", {"suede"}, False),
    ],
)
def test_a_name_is_known_in_the_other_language_s_form(name: str, words: set[str], named: bool) -> None:
    assert is_named(name, words) is named
    assert any(form in words or form + "s" in words for form in other_forms(name)) is named
