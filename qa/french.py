"""Failures told in French: errors are raised in English, with the facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from qa.errors import SourcierError
from qa.types import AnswerError


def in_french(error: SourcierError | AnswerError) -> tuple[str, str]:
    """What is wrong and what to do.

    What somebody wrote or chose is told with its facts. Of the rest, what kind of failure it is comes first
    and so does what helps against most of its kind; the facts follow in English. An error of no known kind
    stays as it is: whoever raised it tells it in the right language.
    """
    whole = f"{error.message} {error.remedy}".strip()
    for pattern, sentence, remedy in _SENTENCES:
        if match := pattern.fullmatch(whole):
            return filled(match, sentence), filled(match, remedy)
    if error.code not in _KINDS:
        return error.message, error.remedy
    sentence, remedy = _KINDS[error.code]
    if error.code in _MANY_REMEDIES and error.remedy:
        remedy = f"{remedy} [{error.remedy}]"
    return f"{sentence} [{error.message}]", remedy or error.remedy


def with_commas(number: str) -> str:
    """A number that was written in English, as French writes it: `0,1`."""
    return number.replace(".", ",")


def reason(told: str) -> str:
    """What the system says of a file it cannot read or write; a reason that is not known stays as it is."""
    return _REASONS.get(told, told)


def filled(match: re.Match[str], sentence: str) -> str:
    """`sentence` with the groups of `match`; those called `why` and `number` are put into French."""

    def fill(found: re.Match[str]) -> str:
        name = found[1] or int(found[2])
        return _SPOKEN.get(str(name), str)(match[name] or "")

    return _GROUP.sub(fill, sentence)


_GROUP = re.compile(r"\\(?:g<(\w+)>|(\d))")
_REASONS = {
    "File name too long": "le nom est trop long",
    "Input/output error": "erreur de lecture ou d'écriture",
    "Is a directory": "c'est un dossier",
    "No such file or directory": "il n'est plus là",
    "No space left on device": "le disque est plein",
    "Not a directory": "ce n'est pas un dossier",
    "Operation not permitted": "opération non permise",
    "Permission denied": "accès refusé",
    "Read-only file system": "le disque est en lecture seule",
    "Too many levels of symbolic links": "le lien mène à lui-même",
    "Too many open files": "trop de fichiers sont ouverts",
    "Address already in use": "l'adresse est déjà prise",
    "Cannot assign requested address": "l'adresse n'est pas celle de cette machine",
}
_SPOKEN: Mapping[str, Callable[[str], str]] = {"why": reason, "number": with_commas}
_START = "Démarrez-le (ollama serve), corrigez `llm.url`, ou mettez `llm.provider` à `llamacpp`."
# The English sentences as a pattern, what is wrong, what to do.
_SENTENCES: Sequence[tuple[re.Pattern[str], str, str]] = [
    (re.compile(pattern, re.DOTALL), sentence, remedy)
    for pattern, sentence, remedy in (
        (r"The question is empty\. .*", "La question est vide.", "Écrivez une question."),
        (
            r"The question has (\d+) characters\. At most (\d+) are taken\.",
            r"La question a \1 caractères.",
            r"Elle peut en avoir \2 au plus : posez-la plus brièvement.",
        ),
        (
            r"The text of .* is not valid Unicode\. .*",
            "Le texte contient des caractères qui ne sont pas valides.",
            "Écrivez-le de nouveau, en UTF-8.",
        ),
        (
            r"No day is after (.*) and before (.*)\. Change .*",
            r"Aucun jour n'est après \1 et avant \2.",
            "Changez l'une des deux dates.",
        ),
        (
            r"(?:There is no date |)(['\"].*['\"])(?: is not a date|)\. Write .*",
            r"\1 n'est pas une date.",
            "Écrivez-la comme 2023-03-02, 2023-03 ou 2023.",
        ),
        (
            r"There is no document (.*?) in the index.*\. Did you mean (.*)\?",
            r"L'index ne contient pas le document \1.",
            r"Vouliez-vous dire \2 ?",
        ),
        (
            r"There is no document (.*?) in the index.*",
            r"L'index ne contient pas le document \1.",
            "Écrivez son chemin dans le dossier indexé, comme les sources le nomment.",
        ),
        (
            r"There is no document (.*)\. Look at the list again\.",
            r"Il n'y a pas de document \1.",
            "Regardez la liste de nouveau.",
        ),
        (
            r"(.*) is the only document\. Add another .*",
            r"\1 est le seul document.",
            "Ajoutez-en d'abord un autre : un index en contient un au moins.",
        ),
        (
            r"(.*) stands outside the folder\. .*",
            r"\1 se trouve hors du dossier.",
            "Retirez-le de là où il se trouve.",
        ),
        (
            r"The index was made of other folders .* Run `(.*)` first, or .*",
            "L'index a été fait avec d'autres dossiers que celui des réglages.",
            r"Lancez d'abord : \1, ou nommez son dossier dans `corpus.paths`.",
        ),
        (
            r"(.*) holds no document\. Known formats: (.*)\.",
            r"\1 ne contient aucun document.",
            r"Formats connus : \2.",
        ),
        (
            r"(.*) cannot be (?:written|written or removed): (?P<why>.*)\. Mend .*",
            r"\1 ne peut pas être écrit ou supprimé (\g<why>).",
            "Corrigez les droits, puis recommencez.",
        ),
        (
            r"(.*) is neither \.jsonl nor \.csv\. .*",
            r"\1 n'est ni un .jsonl ni un .csv.",
            "Nommez un fichier de l'un de ces deux formats.",
        ),
        (
            r"(.*) is not UTF-8 \(byte (\d+)\)\. .*",
            r"\1 n'est pas en UTF-8 (octet \2).",
            "Enregistrez-le en UTF-8 et recommencez.",
        ),
        (r"(.*) is empty\. Its first line .*", r"\1 est vide.", "Sa première ligne nomme les colonnes."),
        (
            r"(.*) cannot be read as csv: (.*)\. Mend .*",
            r"\1 ne se lit pas comme un csv [\2].",
            "Corrigez le fichier.",
        ),
        (r"(.*) is not JSON in UTF-8\. .*", r"\1 n'est pas du JSON en UTF-8.", "Corrigez le fichier."),
        (
            r"(.*) cannot be read: (?P<why>.*)\. Check the path\.",
            r"\1 ne peut pas être lu (\g<why>).",
            "Vérifiez le chemin.",
        ),
        (
            r"The folder (.*) does not exist\. .*",
            r"Le dossier \1 n'existe pas.",
            "Créez-le, ou nommez une autre sortie.",
        ),
        (r"(.*) is a folder\. Name a file\.", r"\1 est un dossier.", "Nommez un fichier."),
        (
            r"(.*) would be both read and written\. .*",
            r"\1 serait à la fois lu et écrit.",
            "Nommez une autre sortie que les questions.",
        ),
        (
            r"(.*) cannot be written: (?P<why>.*)\. Name an output .*",
            r"\1 ne peut pas être écrit (\g<why>).",
            "Nommez une sortie dans un dossier où l'on peut écrire.",
        ),
        (
            r"Another run is writing (.*)\. Wait .*",
            r"Une autre exécution écrit déjà \1.",
            "Attendez qu'elle finisse, ou nommez une autre sortie.",
        ),
        (
            r"(?:A history is a list|Turn \d+ of the history has no) .*",
            r"L'historique n'est pas une liste de questions et de réponses.",
            "Écrivez-le comme une liste d'objets `question` et `answer`, le plus ancien d'abord.",
        ),
        (
            r"The token in (.*) has (\d+) characters\. Use at least (\d+)\.",
            r"Le jeton de \1 a \2 caractères.",
            r"Prenez-en \3 au moins.",
        ),
        (
            r"Others than this machine could ask on (.*) \(setting (.*)\), .* variable (.*) \(`serve.*",
            r"D'autres que cette machine pourraient poser des questions sur \1 (réglage \2), et il n'y a pas "
            "de jeton.",
            r"Mettez-en un dans la variable \3 (`serve.token_env`) : `openssl rand -hex 24` en fait un. Les "
            "programmes l'envoient avec leurs requêtes ; les navigateurs le demandent comme mot de passe, "
            "avec n'importe quel nom.",
        ),
        (
            r"The address (.*) \(setting (.*)\) is not known on this machine\. Set (.*)\.",
            r"L'adresse \1 (réglage \2) n'est pas connue sur cette machine.",
            r"Mettez \3.",
        ),
        (
            r"Port (\d+) on (.*) cannot be used: (?P<why>.*?)\. .* port: (.*) \(0 takes .*",
            r"Le port \1 de \2 ne peut pas être pris (\g<why>).",
            r"Un autre serveur est peut-être ouvert. Arrêtez-le, ou prenez un autre port : \4 (0 : n'importe "
            "quel port libre).",
        ),
        (
            r"`chat\.documents` lets the page change one folder, .*",
            "`chat.documents` laisse la page modifier un dossier, et `corpus.paths` n'en nomme pas un seul.",
            "Nommez un dossier qui existe dans `corpus.paths`.",
        ),
        (
            r"The question ended without an answer\. .*",
            "La question a pris fin sans réponse.",
            "Signalez-le, s'il vous plaît.",
        ),
        (
            r"`llm\.provider` is `llamacpp`, and `llm\.model` \((.*)\) is no .*",
            r"Le réglage `llm.provider` est `llamacpp`, et `llm.model` (\1) n'est pas un fichier `.gguf`.",
            "Nommez un fichier qui finit en .gguf, ou enlevez `llm.model` pour le modèle embarqué.",
        ),
        (
            r"There is no index in (.*)\. Make .*",
            r"Il n'y a pas encore d'index. Son dossier serait \1.",
            "Lancez : qa index DOSSIER",
        ),
        (
            r"The index in (.*) cannot be read: (?P<why>.*)\. Mend its rights.*",
            r"L'index de \1 ne peut pas être lu (\g<why>).",
            "Corrigez ses droits, ou le réglage `store.path`.",
        ),
        (
            r"The index in (.*) cannot be written: (.*)\. Free some space .*",
            r"L'index de \1 ne peut pas être écrit [\2].",
            "Faites de la place ou corrigez ses droits ; la prochaine exécution reprendra où celle-ci s'est "
            "arrêtée. Si ce n'est pas cela, `qa index --rebuild` le refait.",
        ),
        (
            r"The index in (.*) is being written by another process, just started\. .*",
            r"Un autre processus vient de commencer à écrire dans l'index de \1.",
            "Attendez qu'il ait fini ; on peut interroger l'index pendant ce temps.",
        ),
        (
            r"The index in (.*) is being written by process (\d+) on (.*) since (.*) \(`(.*)`\)\. .*",
            r"Un autre processus écrit dans l'index de \1 : numéro \2 sur \3, depuis \4 (`\5`).",
            "Attendez qu'il ait fini, ou arrêtez-le ; on peut interroger l'index pendant ce temps.",
        ),
        (
            r"The embedded language model is not at (.*), or is not the file it should be\. .*",
            r"Il manque un modèle : celui qui est embarqué n'est pas à \1, ou n'est pas le bon fichier.",
            "Lancez : qa models pull, ou démarrez un serveur Ollama.",
        ),
        (
            r"The language model is not at (.*)\. Run `qa models pull`(?:, or name .*|\.)",
            r"Il manque un modèle : il n'est pas à \1.",
            "Lancez : qa models pull, ou nommez un autre fichier ou modèle dans `llm.model`.",
        ),
        (
            r"(?:The Ollama server at .* has|Ollama has) no model (.*)\. Run `ollama pull .*",
            r"Il manque un modèle : Ollama n'a pas \1.",
            r"Lancez : ollama pull \1 ou qa models pull, ou mettez `llm.pull = true`.",
        ),
        (
            r"No Ollama server answers at (.*)\. Start .*",
            r"Le modèle ne répond pas : aucun serveur Ollama à l'adresse \1.",
            _START,
        ),
        (
            r"What answers at (.*) does not speak as Ollama does\. .*",
            r"Le modèle ne répond pas : ce qui est à l'adresse \1 n'est pas un serveur Ollama.",
            "Corrigez `llm.url`.",
        ),
        (
            r"The Ollama server at (.*) (?:cannot be reached|did not reply) in time\. Start .*",
            r"Le serveur Ollama à l'adresse \1 n'a pas répondu à temps.",
            _START,
        ),
        (
            r"(.*) did not finish within (?P<number>.*) s\. .*",
            r"Le modèle \1 n'a pas fini en \g<number> s.",
            "Demandez moins, ou augmentez `llm.total_s`.",
        ),
        (
            r"(.*) wrote nothing within (?P<number>.*) s\. .*",
            r"Le modèle \1 n'a rien écrit en \g<number> s.",
            "Augmentez `llm.first_token_s`, ou prenez un modèle plus petit ou des extraits plus courts.",
        ),
        (
            r"Ollama stopped in the middle of its reply \((.*)\)\. .*",
            r"Ollama s'est arrêté au milieu de sa réponse (\1).",
            "Reposez la question ; si cela se répète, regardez le journal du serveur.",
        ),
        (
            r"(.*) stopped in the middle of its reply\. Ask again\.",
            r"Le modèle \1 s'est arrêté au milieu de sa réponse.",
            "Reposez la question.",
        ),
        (
            r"The prompt has (\d+) tokens; with (\d+) for the answer that is more than the (\d+) of (.*)'s "
            r"window\. .*",
            r"La question et ses extraits font \1 jetons ; avec \2 pour la réponse, c'est plus que les \3 "
            r"de la fenêtre de \4.",
            "Posez une question plus courte, baissez `answer.excerpts`, ou augmentez `llm.num_ctx`.",
        ),
        (
            r"(?:The index in |)(.*) cannot be (?:written|written or removed): .*\. Make room on the disk.*",
            r"Le disque est plein : \1 n'a pas pu être écrit.",
            "Faites de la place sur le disque, puis recommencez : ce qui est déjà écrit est gardé.",
        ),
        (
            r"Busy: 1 question is before yours\. .*",
            "Une autre question est en cours, et aucune ne peut attendre derrière elle.",
            "Reposez la question dans un moment.",
        ),
        (
            r"Busy: (\d+) questions are before yours\. .*",
            r"Trop de questions attendent déjà : \1 passent avant la vôtre.",
            "Reposez la question dans un moment.",
        ),
        (r"Stopped\.", "Arrêté.", ""),
    )
]
_KINDS = {
    "index_missing": ("Il n'y a pas encore d'index.", "Lancez : qa index DOSSIER"),
    "index_outdated": (
        "L'index a été fait autrement (modèle, découpage ou format).",
        "Lancez : qa index --rebuild",
    ),
    "index_locked": (
        "Un autre processus écrit dans l'index.",
        "Attendez qu'il ait fini ; on peut interroger l'index pendant ce temps.",
    ),
    "store_unavailable": ("L'index ne peut pas être lu.", "Lancez qa doctor pour savoir pourquoi."),
    "model_missing": (
        "Il manque un modèle.",
        "Lancez : qa models pull. Si le réglage llm.model nomme un fichier, corrigez-le.",
    ),
    "model_digest": ("Un fichier de modèle n'est pas celui qui était attendu.", "Lancez : qa models pull"),
    "model_unavailable": (
        "Le modèle ne répond pas.",
        "Démarrez-le (ollama serve) ; s'il tourne, lancez qa doctor pour savoir pourquoi.",
    ),
    "model_timeout": (
        "Le modèle a mis trop de temps à répondre.",
        "Reposez la question ; au besoin, lancez qa doctor.",
    ),
    "model_failed": (
        "La réponse du modèle est incomplète ou illisible.",
        "Reposez la question ; si cela se répète, lancez qa doctor.",
    ),
    "prompt_too_long": (
        "La question et ses extraits sont plus longs que ce que le modèle peut lire.",
        "Posez une question plus courte, ou augmentez llm.num_ctx.",
    ),
    "disk_full": (
        "Le disque est plein.",
        "Faites de la place sur le disque, puis recommencez : ce qui est déjà écrit est gardé.",
    ),
    "busy": ("Trop de questions attendent déjà.", "Reposez la question dans un moment."),
    "cancelled": ("Arrêté.", ""),
}
# What helps differs from one to the next.
_MANY_REMEDIES = frozenset({"model_failed", "model_timeout", "model_digest"})
