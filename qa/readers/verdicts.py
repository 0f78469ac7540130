"""What is wrong with a file, for a person who reads French or English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.french import filled
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

# With their facts: the English sentences as a pattern, and the French one.
_SENTENCES = (
    (r"Such a name is not taken\.", "Ce nom de fichier n'est pas accepté. Renommez le fichier."),
    (
        r"Only (.*) are read\.|.* is of a type that is not read\. Types: (?P<types>.*)\.",
        r"Ce type de fichier n'est pas lu : seuls \1\g<types> le sont.",
    ),
    (
        r"It is larger than (?P<number>.*) MB \(setting (.*)\)\.",
        r"Le fichier fait plus de \g<number> Mo (réglage \2).",
    ),
    (
        r".* is larger than (?P<number>.*) MB\. .*",
        r"Le fichier fait plus de \g<number> Mo. Coupez-le, ou augmentez `corpus.max_file_mb`.",
    ),
    (
        r".* unpacks to (\d+) MB\. .*",
        r"Décompressé, le fichier ferait \1 Mo. Regardez d'où il vient ; coupez-le s'il est sain.",
    ),
    (r"A file of this name is there .*", "Un fichier de ce nom est déjà là. Retirez-le d'abord."),
    (
        r"At most (\d+) files are taken at once\.",
        r"Pas plus de \1 fichiers à la fois. Ajoutez les autres ensuite.",
    ),
    (
        r".* has (\d+) pages; the limit is (\d+)\. .*",
        r"Le document a \1 pages ; la limite est de \2. Coupez-le, ou augmentez `corpus.max_pages`.",
    ),
    (
        r"Reading .* took more than (?P<number>.*) s\. .*",
        r"La lecture a pris plus de \g<number> s. Enregistrez le fichier avec un autre programme, ou "
        "augmentez `corpus.read_timeout_s`.",
    ),
    (r".* (?:is empty|holds nothing but spaces)\. .*", "Le fichier est vide. Retirez-le, ou écrivez-y."),
    (r".* holds images of pages and no text\. .*", _IN_FRENCH["no_text"]),
    (r".* (?:shows|holds) no text\. Remove .*", "Le fichier ne montre aucun texte. Retirez-le du dossier."),
    (
        r".* is protected by a password, or an old \.doc file renamed\. .*",
        "Le fichier est protégé par un mot de passe, ou c'est un ancien .doc renommé. Enregistrez-le en "
        ".docx, sans mot de passe.",
    ),
    (
        r".* is protected by a password\. .*",
        "Le fichier est protégé par un mot de passe. Enregistrez-en une copie qui ne l'est pas.",
    ),
    (
        r".* is not text: it holds binary data\. .*",
        "Ce n'est pas un texte : le fichier contient des données binaires. Retirez-le du dossier.",
    ),
    (
        r".* says that it is (.*) and is not \(byte (\d+)\)\. .*",
        r"Le fichier se dit en \1 et ne l'est pas (octet \2). Enregistrez-le en UTF-8.",
    ),
    (r"The encoding of .* cannot be made out\. .*", _IN_FRENCH["encoding"]),
    (
        r".* leads out of the folder, to (.*)\. Copy .*",
        r"Le lien mène hors du dossier, à \1. Copiez le fichier dans le dossier, ou indexez celui où il est.",
    ),
    (
        r".* is nested too deeply to be read\. .*",
        "Le fichier est trop imbriqué pour être lu. Regardez d'où il vient.",
    ),
    (
        r".* has (\d+) pages that cannot be read\. .*",
        r"Pages qui ne peuvent pas être lues : \1. Ouvrez le fichier avec un lecteur de PDF et "
        "enregistrez-le de nouveau.",
    ),
    # What a library says of a broken file helps nobody who reads the page.
    (r".* cannot be read as .*|.* cannot be read: .* Open it .*", _IN_FRENCH["broken"]),
    (
        r"(?:The name|The name of) .* is not Unicode\. .*",
        "Le nom du fichier n'est pas en Unicode. Renommez le fichier.",
    ),
    (r".* is not a file\. .*", "Ce n'est pas un fichier. Retirez-le du dossier."),
    (
        r"The folder .* cannot be read: (?P<why>.*)\. Check .*",
        r"Le dossier ne peut pas être lu (\g<why>). Vérifiez ses droits.",
    ),
    (
        r".* cannot be read: (?P<why>.*)\. Check .*",
        r"Le fichier ne peut pas être lu (\g<why>). Vérifiez ses droits, ou le lien.",
    ),
    (
        r".* has the same content as (.*), which is indexed\.",
        r"Le même contenu est déjà dans \1, qui est indexé.",
    ),
    (
        r"Line (\d+): the column (.*) is not known\.",
        r"Ligne \1 : la colonne \2 n'est pas connue.",
    ),
    (
        r"Line (\d+): it names no file; the row is passed over\.",
        r"Ligne \1 : elle ne nomme aucun fichier et n'est pas prise en compte.",
    ),
    (
        r"Line (\d+): there is no file (.*) here; the row is passed over\.",
        r"Ligne \1 : il n'y a pas ici de fichier \2 ; elle n'est pas prise en compte.",
    ),
    (
        r"Line (\d+): (.*) is described twice; the first row is kept\.",
        r"Ligne \1 : \2 est décrit deux fois ; la première ligne est gardée.",
    ),
    (
        r"Line (\d+): (.*) is not a date \(write 2023-03-02\); the date is passed over\.",
        r"Ligne \1 : \2 n'est pas une date (écrivez 2023-03-02) et n'est pas prise en compte.",
    ),
    (
        r"Line (\d+): (.*) is not a language of Sourcier \(fr, en\); it is detected\.",
        r"Ligne \1 : \2 n'est pas une langue de Sourcier (fr, en) ; la langue est reconnue au texte.",
    ),
    (
        r"Line (\d+) has (\d+) cells, the header names (\d+); the row is passed over\.",
        r"Ligne \1 : elle a \2 cases, l'en-tête en nomme \3 ; elle n'est pas prise en compte.",
    ),
    (
        r"Line (\d+) opens a quotation mark that is never closed; the row is passed over\.",
        r"Ligne \1 : elle ouvre des guillemets qui ne sont jamais fermés ; elle n'est pas prise en compte.",
    ),
    (
        r"Line (\d+) is not (?:a JSON object|JSON.*); the row is passed over\.",
        r"Ligne \1 : ce n'est pas un objet JSON ; elle n'est pas prise en compte.",
    ),
)
_REMOVED = (" What was indexed of it is removed.", " Ce qui en était indexé est retiré.")


def explain_verdict(verdict: FileVerdict, lang: Lang) -> str:
    """Why the file is not in the index and what to do; in French facts that no sentence here knows follow in
    English."""
    if lang != "fr" or verdict.code not in _IN_FRENCH:
        return verdict.message
    told, gone = verdict.message.removesuffix(_REMOVED[0]), verdict.message.endswith(_REMOVED[0])
    for pattern, sentence in _SENTENCES:
        if match := re.fullmatch(pattern, told, re.DOTALL):
            return filled(match, sentence) + (_REMOVED[1] if gone else "")
    return f"{_IN_FRENCH[verdict.code]} [{verdict.message}]"
