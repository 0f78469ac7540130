"""What the command line says, in French and English."""

from __future__ import annotations

from collections.abc import Mapping

from qa.plurals import fill
from qa.types import Lang

MESSAGES: Mapping[str, Mapping[Lang, str]] = {
    "error": {"fr": "erreur : {message}", "en": "error: {message}"},
    "stopped": {"fr": "Arrêté.", "en": "Stopped."},
    "question.empty": {"fr": "La question est vide.", "en": "The question is empty."},
    "question.remedy": {"fr": 'Écrivez : qa ask "…"', "en": 'Write: qa ask "…"'},
    "path.missing": {"fr": "{path} n'existe pas.", "en": "{path} does not exist."},
    "path.remedy": {
        "fr": "Donnez un dossier ou un fichier (qa index DOSSIER), ou nommez-le dans qa.toml (corpus.paths).",
        "en": "Give a folder or a file: qa index FOLDER, or name it in qa.toml (corpus.paths).",
    },
    "stage.searching": {"fr": "Recherche…", "en": "Searching…"},
    "stage.reading": {"fr": "Lecture…", "en": "Reading…"},
    "stage.writing": {"fr": "Rédaction…", "en": "Writing…"},
    "stage.checking": {"fr": "Vérification…", "en": "Checking…"},
    "ask.evidence": {
        "fr": "{count} {count:phrase|phrases} de {documents} {documents:document|documents} "
        "en {seconds:.1f} s.",
        "en": "Found {count} {count:sentence|sentences} of {documents} {documents:document|documents} "
        "in {seconds:.1f} s.",
    },
    "ask.sources": {"fr": "Sources", "en": "Sources"},
    "ask.nearest": {
        "fr": "Les phrases les plus proches (sans réponse sûre)",
        "en": "The nearest sentences (without a sure answer)",
    },
    "ask.dropped": {
        "fr": "Attention : {count} {count:phrase n'a pas été lue|phrases n'ont pas été lues}, la fenêtre du "
        "modèle est trop petite (`llm.num_ctx`).",
        "en": "Note: {count} {count:sentence was|sentences were} not read, the model's window is too small "
        "(`llm.num_ctx`).",
    },
    "ask.page": {"fr": "p. {page}", "en": "p. {page}"},
    "ask.translation": {
        "fr": "(traduit par le modèle : « {translation} »)",
        "en": '(translated by the model: "{translation}")',
    },
    "explain.signals": {"fr": "Ce qui a décidé", "en": "What decided"},
    "explain.evidence": {"fr": "Les phrases pesées", "en": "The sentences weighed"},
    "explain.answers": {
        "fr": "lecteur : la meilleure phrase répond (log-cote)",
        "en": "reader: the best sentence answers (log-odds)",
    },
    "explain.span": {
        "fr": "lecteur : des mots précis répondent (écart à « aucun »)",
        "en": "reader: some words answer (over none)",
    },
    "explain.dense": {"fr": "meilleure similarité (cosinus)", "en": "best similarity (cosine)"},
    "explain.fused": {"fr": "meilleure note fusionnée", "en": "best fused score"},
    "explain.unnamed": {
        "fr": "noms et nombres de la question qui ne sont nulle part",
        "en": "names and numbers of the question that stand nowhere",
    },
    "explain.odds": {
        "fr": "chances (log) que les documents répondent, avec le choix du modèle",
        "en": "log-odds that the documents answer, with the model's choice",
    },
    "explain.supported": {
        "fr": "chances (log) que la source dise la phrase écrite",
        "en": "log-odds that its source says the sentence written",
    },
    "explain.right": {
        "fr": "probabilité que la phrase écrite soit juste",
        "en": "probability that the sentence written is right",
    },
    "explain.quoted": {
        "fr": "probabilité que la meilleure phrase, citée, soit juste",
        "en": "probability that the best sentence, quoted, is right",
    },
    "explain.yes": {
        "fr": "probabilité que la meilleure phrase réponde oui",
        "en": "probability that the best sentence answers yes",
    },
    "explain.elsewhere": {
        "fr": "probabilité qu'un autre document réponde aussi",
        "en": "probability that another document answers as well",
    },
    "explain.answerable": {
        "fr": "probabilité qu'une phrase réponde, sans le modèle de langue",
        "en": "probability that a sentence answers, without the language model",
    },
    "explain.choice": {
        "fr": "modèle de langue : P(meilleur extrait) − P(aucun)",
        "en": "language model: P(best excerpt) − P(none)",
    },
    "explain.chosen": {
        "fr": "probabilité qu'une phrase réponde, avec ce choix",
        "en": "probability that a sentence answers, with that choice",
    },
    "index.reading": {"fr": "Indexation", "en": "Indexing"},
    "index.counts": {
        "fr": "{added} {added:ajouté|ajoutés}, {changed} {changed:modifié|modifiés}, "
        "{removed} {removed:retiré|retirés}, {unchanged} {unchanged:inchangé|inchangés}",
        "en": "{added} added, {changed} changed, {removed} removed, {unchanged} unchanged",
    },
    "index.left_out": {
        "fr": "{duplicates} {duplicates:doublon|doublons}, {failed} {failed:échec|échecs}",
        "en": "{duplicates} {duplicates:duplicate|duplicates}, {failed} failed",
    },
    "index.total": {
        "fr": "L'index contient {documents} {documents:document|documents}, "
        "{passages} {passages:passage|passages}.",
        "en": "The index holds {documents} {documents:document|documents}, "
        "{passages} {passages:passage|passages}.",
    },
    "index.added": {"fr": "ajouté", "en": "added"},
    "index.changed": {"fr": "modifié", "en": "changed"},
    "index.removed": {"fr": "retiré", "en": "removed"},
    "index.duplicate": {"fr": "doublon", "en": "duplicate"},
    "index.failed": {"fr": "échec", "en": "failed"},
    "index.more": {"fr": "… et {count} {count:autre|autres}", "en": "… and {count} more"},
    "batch.progress": {"fr": "Questions", "en": "Questions"},
    "batch.kept": {
        "fr": "{count} déjà {count:répondue, gardée telle quelle|répondues, gardées telles quelles}.",
        "en": "{count} already answered, kept as {count:it is|they are}.",
    },
    "progress.line": {
        "fr": "{label} : {amount}, encore {left} environ",
        "en": "{label}: {amount}, about {left} left",
    },
    "batch.done": {
        "fr": "{rows} {rows:question|questions} : {answered} {answered:répondue|répondues}, "
        "{partial} en partie, {refused} sans réponse dans le corpus, {errors} en erreur → {target}",
        "en": "{rows} {rows:question|questions}: {answered} answered, {partial} in part, "
        "{refused} refused, {errors} failed → {target}",
    },
    "batch.resume": {
        "fr": "Arrêté à {done}/{total}. Relancez la même commande pour continuer : {command}",
        "en": "Stopped at {done}/{total}. Run the same command to go on: {command}",
    },
    "eval.answering": {"fr": "Questions", "en": "Questions"},
    "eval.judging": {"fr": "Juge", "en": "Judge"},
    "eval.testing": {
        "fr": "Le juge est mis à l'épreuve (une fois par juge)",
        "en": "The judge is put to the test (once a judge)",
    },
    "eval.drafting": {"fr": "Propositions", "en": "Proposals"},
    "eval.bad": {
        "fr": "Ligne {line} laissée de côté : {message}",
        "en": "Line {line} is left out: {message}",
    },
    "eval.proposals": {
        "fr": "{count} {count:proposition pas encore acceptée|propositions pas encore acceptées} "
        "(« accepted ») : {count:elle n'est pas posée|elles ne sont pas posées}.",
        "en": "{count} {count:proposal|proposals} not accepted yet (`accepted`): {count:it is|they are} not "
        "asked.",
    },
    "eval.kept": {
        "fr": "{count} {count:réponse|réponses} d'une évaluation précédente, "
        "{count:gardée telle quelle|gardées telles quelles}.",
        "en": "{count} {count:answer|answers} of an earlier run, kept as {count:it is|they are}.",
    },
    "eval.resume": {
        "fr": "Arrêté à {done}/{total}. Relancez la même commande pour continuer : {command}",
        "en": "Stopped at {done}/{total}. Run the same command to go on: {command}",
    },
    "eval.done": {
        "fr": "{rows} {rows:question|questions}, {errors} en erreur → {report}",
        "en": "{rows} {rows:question|questions}, {errors} failed → {report}",
    },
    "eval.warning": {"fr": "Attention : {message}", "en": "Warning: {message}"},
    "eval.fell": {
        "fr": "Plus bas que {baseline}, au-delà de l'intervalle : {names}",
        "en": "Below {baseline}, beyond the interval: {names}",
    },
    "eval.drafted": {
        "fr": "{count} {count:proposition|propositions} ({new} {new:nouvelle|nouvelles}) → {path}. "
        "Relisez-{count:la|les} : mettez « accepted » à true ou ôtez la ligne.",
        "en": "{count} {count:proposal|proposals} ({new} new) → {path}. Read {count:it|them} over: set "
        "`accepted` to true or strike the line out.",
    },
    "eval.no_gold": {
        "fr": "Aucun jeu de questions n'est nommé.",
        "en": "No gold questions are named.",
    },
    "eval.no_gold.remedy": {
        "fr": "Nommez un fichier .jsonl ou .csv : qa eval QUESTIONS -o DOSSIER ; "
        "qa eval --draft 20 -o DOSSIER en propose.",
        "en": "Name a .jsonl or .csv file: qa eval QUESTIONS -o FOLDER; "
        "qa eval --draft 20 -o FOLDER proposes some.",
    },
    "models.present": {"fr": "déjà là, vérifié : {path}", "en": "already there, checked: {path}"},
    "models.pulled": {"fr": "prêt : {path}", "en": "ready: {path}"},
    "models.pulling": {"fr": "Téléchargement", "en": "Fetching"},
    "models.waiting": {
        "fr": "un autre processus télécharge déjà",
        "en": "another process is fetching it",
    },
    "models.fetching": {"fr": "", "en": ""},
    "models.checking": {"fr": "vérification", "en": "checking"},
    "models.resume": {
        "fr": "Arrêté. Ce qui est arrivé est gardé ; pour continuer : qa models pull",
        "en": "Stopped. What has arrived is kept; to go on: qa models pull",
    },
    "models.own_file": {
        "fr": "Les réglages nomment un fichier, il n'y a rien à télécharger : {path}",
        "en": "The settings name a file, there is nothing to fetch: {path}",
    },
    "chat.opening": {"fr": "Ouverture du chat…", "en": "Opening the chat…"},
    "chat.open": {
        "fr": "Le chat est ouvert : {address} (pour les programmes : {address}docs ; Ctrl-C pour l'arrêter)",
        "en": "The chat is open: {address} (for programs: {address}docs; Ctrl-C stops it)",
    },
    "serve.opening": {"fr": "Ouverture…", "en": "Opening…"},
    "serve.open": {
        "fr": "Sourcier répond sur {address} (description : {address}docs ; Ctrl-C pour l'arrêter)",
        "en": "Sourcier answers on {address} (described on {address}docs; Ctrl-C stops it)",
    },
    "doctor.checking": {
        "fr": "Vérification (les poids des modèles aussi, quelques secondes)…",
        "en": "Checking (the models' weights too, some seconds)…",
    },
    "state.ok": {"fr": "ok", "en": "ok"},
    "state.warning": {"fr": "attention", "en": "warning"},
    "state.error": {"fr": "erreur", "en": "error"},
}


def interface_lang(environment: Mapping[str, str]) -> Lang:
    """French where LC_ALL, LC_MESSAGES or LANG (the first that is set) begins with `fr`, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def message(name: str, lang: Lang, **values: object) -> str:
    """The message `name` in `lang`, its variables filled in."""
    return fill(MESSAGES[name][lang], lang, values)
