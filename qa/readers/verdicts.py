"""What is wrong with a file, for a person who reads French or English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.types import FileVerdict, Lang

# By the verdict's code; files are told of in English, with the facts, wherever they are read.
_IN_FRENCH: Mapping[str, str] = {
    "binary": "Ce n'est pas un texte. Retirez le fichier, ou convertissez-le.",
    "broken": "Le fichier est abîmé ou n'est pas du format que dit son nom. Enregistrez-le de nouveau.",
    "duplicate": "Le même contenu est déjà dans un autre fichier, qui est indexé.",
    "empty": "Le fichier ne contient aucun texte.",
    "encoding": "L'encodage du texte ne se reconnaît pas. Enregistrez le fichier en UTF-8.",
    "encrypted": "Le fichier est protégé par un mot de passe. Enregistrez-le sans.",
    "exists": "Un fichier de ce nom est déjà là.",
    "format": "Ce type de fichier n'est pas lu.",
    "metadata": "Quelque chose ne va pas dans le fichier de métadonnées.",
    "name": "Ce nom de fichier n'est pas accepté. Renommez le fichier.",
    "no_text": "Aucun texte ne s'y trouve : des pages numérisées, peut-être. Passez-les à la "
    "reconnaissance de caractères.",
    "outside": "Le lien mène hors du dossier. Copiez le fichier dans le dossier.",
    "timeout": "La lecture a pris trop de temps (réglage `corpus.read_timeout_s`).",
    "too_large": "Le fichier est trop gros (réglage `corpus.max_file_mb`).",
    "too_many": "Trop de fichiers à la fois.",
    "too_many_pages": "Le document a trop de pages (réglage `corpus.max_pages`).",
    "unreadable": "Le fichier ne peut pas être lu. Vérifiez ses droits et son type.",
}

# What is refused before it is read, with its facts: the English sentence as a pattern, and the French one.
_SENTENCES = (
    (r"Such a name is not taken\.", "Ce nom de fichier n'est pas accepté. Renommez le fichier."),
    (r"Only (.*) are read\.", r"Ce type de fichier n'est pas lu : seuls \1 le sont."),
    (r"It is larger than (.*) MB \(setting (.*)\)\.", r"Le fichier fait plus de \1 Mo (réglage \2)."),
    (r"A file of this name is there .*", "Un fichier de ce nom est déjà là. Retirez-le d'abord."),
    (
        r"At most (\d+) files are taken at once\.",
        r"Pas plus de \1 fichiers à la fois. Ajoutez les autres ensuite.",
    ),
)


def explain_verdict(verdict: FileVerdict, lang: Lang) -> str:
    """Why the file is not in the index and what to do; in French the facts follow in English."""
    if lang != "fr" or verdict.code not in _IN_FRENCH:
        return verdict.message
    for pattern, sentence in _SENTENCES:
        if match := re.fullmatch(pattern, verdict.message):
            return match.expand(sentence)
    return f"{_IN_FRENCH[verdict.code]} [{verdict.message}]"
