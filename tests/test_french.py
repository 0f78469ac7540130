"""What people wrote or chose and cannot be taken is told in French, by what is really raised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.ask import Question, ask
from qa.chat.library import Library
from qa.errors import SourcierError
from qa.index.scan import scan_corpus
from qa.journal import cannot_write
from qa.models.choose import open_llm
from qa.present import check_text, explain
from qa.scope import Narrowed, check_scope
from qa.settings import LLMSettings, load_settings
from qa.types import Scope


class Languages:
    """An index (protocol), as far as a scope is checked against it."""

    def languages(self, _filters: object = None) -> dict[str, str]:
        return {"rapports/mars.pdf": "fr"}


def library(root: Path) -> Library:
    (root / "docs").mkdir()
    (root / "outside.txt").write_text("x", "utf-8")
    (root / "docs" / "link.txt").symlink_to(root / "outside.txt")
    return Library(root / "docs", load_settings(root, {}))


def raise_cannot_write(_: Path) -> None:
    raise cannot_write(Path("feedback.jsonl"), PermissionError(13, "Permission denied"))


NOTHING: Any = None  # what is looked at only once the question can be taken
INDEX: Any = Languages()


@pytest.mark.parametrize(
    ("fail", "message", "remedy"),
    [
        (lambda _: list(ask(Question(" "), NOTHING)), "La question est vide.", "Écrivez une question."),
        (
            lambda _: list(ask(Question("x" * 2500), NOTHING)),
            "La question a 2500 caractères.",
            "Elle peut en avoir 2000 au plus : posez-la plus brièvement.",
        ),
        (lambda _: check_text("\ud800", "the question"), "Le texte contient", "Écrivez-le de nouveau"),
        (lambda _: check_scope(Scope(since="2023", until="2022")), "Aucun jour n'est après 2023", "Changez"),
        (lambda _: Narrowed(INDEX, Scope(since="hier")), "'hier' n'est pas une date.", "Écrivez-la comme"),
        (lambda _: Narrowed(INDEX, Scope(since="2023-02-30")), "'2023-02-30' n'est pas", "Écrivez-la comme"),
        (
            lambda _: Narrowed(INDEX, Scope(("mars.pdf", "b"))),
            "L'index ne contient pas le document 'mars.pdf'",
            "Vouliez-vous dire 'rapports/mars.pdf' ?",
        ),
        (
            lambda _: Narrowed(INDEX, Scope(("zzz",))),
            "L'index ne contient pas le document 'zzz'.",
            "Écrivez son chemin",
        ),
        (lambda root: library(root).remove("x", [], print), "Il n'y a pas de document 'x'.", "Regardez"),
        (lambda root: library(root).remove("a", ["a"], print), "'a' est le seul document.", "Ajoutez-en"),
        (
            lambda root: library(root).remove("link.txt", ["link.txt", "b"], print),
            "'link.txt' se trouve hors du dossier.",
            "Retirez-le",
        ),
        (
            lambda root: scan_corpus([root], root / ".qa"),
            "ne contient aucun document.",
            "Formats connus : ",
        ),
        (raise_cannot_write, "feedback.jsonl ne peut pas être écrit", "Corrigez les droits"),
        (
            lambda _: open_llm(LLMSettings(provider="llamacpp", model="phi")),
            "`llm.model` (phi) n'est pas",
            "Nommez un fichier",
        ),
    ],
)
def test_it_is_told_in_both_languages(
    fail: Callable[[Path], object], message: str, remedy: str, tmp_path: Path
) -> None:
    with pytest.raises(SourcierError) as caught:
        fail(tmp_path)
    told = explain(caught.value, "fr")
    assert message in told[0]
    assert remedy in told[1]
    assert explain(caught.value, "en") == (caught.value.message, caught.value.remedy)
