"""What people wrote or chose and cannot be taken is told in French, by what is really raised."""

from __future__ import annotations

import errno
import re
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from qa.ask import Question, ask
from qa.batch.output import check_files
from qa.chat.library import Library, open_library
from qa.cli.ask import read_history
from qa.errors import SourcierError
from qa.index import open_index
from qa.index.lock import writer_lock
from qa.index.scan import scan_corpus
from qa.journal import cannot_write, open_journal
from qa.models.choose import open_llm
from qa.models.gate import Limits, check_cancelled
from qa.models.ollama_server import OllamaServer
from qa.models.prompt import check_fits
from qa.present import check_text, explain, turns_from_json
from qa.readers import explain_verdict
from qa.readers.metadata import load_metadata
from qa.rows import read_rows
from qa.scope import Narrowed, check_scope
from qa.serve.app import listen, read_token
from qa.serve.line import Line
from qa.settings import LLMSettings, ServeSettings, load_settings
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


def raise_full(_: Path) -> None:
    raise cannot_write(Path("a.jsonl"), OSError(errno.ENOSPC, "No space left on device"))


def raise_busy(most: int) -> Callable[[Path], None]:
    def fill_up(_root: Path) -> None:
        line = Line(most)
        for _ in range(most + 2):
            line.join()

    return fill_up


def raise_locked(root: Path) -> None:
    with writer_lock(root), writer_lock(root):
        pass


def check_output(name: str) -> Callable[[Path], None]:
    def check(root: Path) -> None:
        (root / "q.csv").write_text("question\n", "utf-8")
        (root / "folder.csv").mkdir()
        check_files(root / "q.csv", root / name)

    return check


def read_file(name: str, data: bytes) -> Callable[[Path], object]:
    def read(root: Path) -> object:
        (root / name).write_bytes(data)
        return read_rows(root / name)

    return read


def raise_journal(root: Path) -> None:
    with open_journal(root / "none" / "a.part", root / "none" / "a.csv"):
        pass


def raise_another_run(root: Path) -> None:
    with open_journal(root / "a.part", Path("a.csv")), open_journal(root / "a.part", Path("a.csv")):
        pass


def raise_taken(_: Path) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        listen("127.0.0.1", taken.getsockname()[1], "chat")


def raise_stopped(_: Path) -> None:
    stop = threading.Event()
    stop.set()
    check_cancelled(stop)


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
        (raise_cannot_write, "feedback.jsonl ne peut pas être écrit ou supprimé (accès refusé).", "Corrigez"),
        (raise_full, "Le disque est plein : a.jsonl n'a pas pu être écrit.", "Faites de la place"),
        (
            lambda root: open_index(load_settings(root, {}), NOTHING),
            "Il n'y a pas encore d'index. Son dossier serait ",
            "Lancez : qa index DOSSIER",
        ),
        (
            lambda root: open_index(load_settings(root, {"QA_STORE__PATH": __file__}), NOTHING),
            f"L'index de {__file__} ne peut pas être lu (ce n'est pas un dossier).",
            "Corrigez ses droits",
        ),
        (check_output("a.xlsx"), "a.xlsx n'est ni un .jsonl ni un .csv.", "Nommez un fichier"),
        (check_output("none/a.csv"), "none n'existe pas.", "Créez-le"),
        (check_output("folder.csv"), "folder.csv est un dossier.", "Nommez un fichier."),
        (check_output("q.csv"), "q.csv serait à la fois lu et écrit.", "Nommez une autre sortie"),
        (read_file("a.txt", b"x"), "a.txt n'est ni un .jsonl ni un .csv.", "Nommez un fichier"),
        (read_file("a.csv", b"\xe9"), "a.csv n'est pas en UTF-8 (octet 0).", "Enregistrez-le"),
        (read_file("a.csv", b""), "a.csv est vide.", "Sa première ligne nomme les colonnes."),
        (lambda root: read_rows(root / "a.csv"), "a.csv ne peut pas être lu (il n'est plus là).", "Vérifiez"),
        (lambda root: read_history(root / "a.json"), "a.json ne peut pas être lu (il n'est", "Vérifiez"),
        (lambda _: turns_from_json({}), "L'historique n'est pas une liste", "Écrivez-le comme une liste"),
        (lambda _: turns_from_json([{}]), "L'historique n'est pas une liste", "Écrivez-le comme une liste"),
        (raise_journal, "none/a.part ne peut pas être écrit (il n'est plus là).", "Nommez une sortie"),
        (raise_another_run, "Une autre exécution écrit déjà a.csv.", "Attendez qu'elle finisse"),
        (
            lambda _: read_token(ServeSettings(token_env=""), "0.0.0.0"),
            "D'autres que cette machine pourraient poser des questions sur 0.0.0.0 (réglage `serve.host`)",
            "Mettez-en un dans la variable SOURCIER_TOKEN (`serve.token_env`)",
        ),
        (lambda _: listen("no.such.host.invalid", 0), "n'est pas connue sur", "Mettez QA_SERVE__HOST=127"),
        (raise_taken, "127.0.0.1 ne peut pas être pris (l'adresse est déjà prise).", "QA_CHAT__PORT="),
        (
            lambda root: open_library(load_settings(root, {"QA_CHAT__DOCUMENTS": "true"})),
            "`chat.documents` laisse la page modifier un dossier",
            "Nommez un dossier qui existe",
        ),
        (raise_busy(0), "Une autre question est en cours, et aucune ne peut attendre", "Reposez la question"),
        (raise_busy(1), "Trop de questions attendent déjà : 2 passent avant", "Reposez la question"),
        (raise_stopped, "Arrêté.", ""),
        (raise_locked, "Un autre processus écrit dans l'index de ", "Attendez qu'il ait fini, ou arrêtez-le"),
        (
            lambda _: open_llm(LLMSettings(provider="llamacpp", model="absent.gguf")),
            "Il manque un modèle : il n'est pas à ",
            "Lancez : qa models pull, ou nommez",
        ),
        (
            lambda _: OllamaServer("http://127.0.0.1:1", 5).version(),
            "Le modèle ne répond pas : aucun serveur Ollama à l'adresse http://127.0.0.1:1.",
            "Démarrez-le (ollama serve)",
        ),
        (
            lambda _: Limits(0.5, 9, 0).check("x/y"),
            "Le modèle x/y n'a rien écrit en 0,5 s.",
            "Augmentez `llm.first_token_s`",
        ),
        (
            lambda _: Limits(9, 0.5, 0).check("x/y"),
            "Le modèle x/y n'a pas fini en 0,5 s.",
            "Demandez moins",
        ),
        (
            lambda _: check_fits("x/y", 3900, 220, 4096),
            "font 3900 jetons ; avec 220 pour la réponse, c'est plus que les 4096 de la fenêtre de x/y.",
            "Posez une question plus courte",
        ),
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
    # None of it stays in English.
    assert not re.search(r"[\[\]]|\b(?:is|the|of|its)\b", " ".join(told).replace(str(tmp_path), "")), told
    assert explain(caught.value, "en") == (caught.value.message, caught.value.remedy)


def test_files_that_are_not_taken_are_told_of_with_their_facts(tmp_path: Path) -> None:
    folder, flags = tmp_path / "docs", {"QA_CORPUS__MAX_FILE_MB": "0.1"}
    folder.mkdir()
    (folder / "metadata.csv").write_text(
        "file,date,lang,colour\na.txt,hier,xx,red\na.txt,,,\nb.txt,,,\n,2021,,\na.txt,,,,,,\n", "utf-8"
    )
    (folder / "a.txt").write_text("Il pleut.", "utf-8")
    files = [tmp_path / name for name in (".a.txt", "a.exe", "big.txt", "a.txt")]
    for file in files:
        file.write_text("x" * 150_000 if file.name == "big.txt" else "x", "utf-8")
    library = Library(folder, load_settings(tmp_path, flags))
    verdicts = [library._take(file) for file in files]
    verdicts += load_metadata(folder)[1]
    told = [explain_verdict(verdict, "fr") for verdict in verdicts if verdict is not None]
    assert len(told) == 4 + 7
    for words in told:
        assert not re.search(r"[\[\]]|\b(?:is|the|of|its)\b", words), words
    assert "Le fichier fait plus de 0,1 Mo (réglage `corpus.max_file_mb`)." in told
