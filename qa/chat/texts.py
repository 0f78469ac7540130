"""What the page says of its own, in French and English."""

from __future__ import annotations

from collections.abc import Mapping

from qa.plurals import fill
from qa.signs import SIGNS
from qa.types import LANGS, Lang
from qa.typography import no_break

TEXTS: Mapping[str, Mapping[Lang, str]] = {
    **SIGNS,
    "page.subtitle": {
        "fr": "Chaque phrase de la réponse est liée à la phrase du document qui le dit.",
        "en": "Every sentence of an answer is tied to the sentence of a document that says it.",
    },
    "page.documents": {
        "fr": "{count} {count:document indexé|documents indexés}",
        "en": "{count} {count:document|documents} indexed",
    },
    "page.welcome": {
        "fr": "Posez une question : la réponse s'écrit ici, et ce qui la fonde s'affiche à côté, mot pour "
        "mot. Si les documents ne répondent pas, Sourcier le dit.",
        "en": "Ask a question: the answer is written here, and what it rests on is shown beside it, word for "
        "word. Where the documents do not say, Sourcier says so.",
    },
    "page.language": {"fr": "Langue de la page", "en": "Language of the page"},
    "page.conversation": {"fr": "Conversation", "en": "Conversation"},
    "page.sources": {"fr": "Sources", "en": "Sources"},
    "box.label": {"fr": "Votre question", "en": "Your question"},
    "box.placeholder": {
        "fr": "Posez votre question…",
        "en": "Ask your question…",
    },
    "page.no_documents": {"fr": "L'index ne contient aucun document.", "en": "The index holds no document."},
    "page.no_documents_remedy": {
        "fr": "Mettez des fichiers .txt, .md, .html, .pdf ou .docx dans un dossier, puis lancez : "
        "qa index DOSSIER",
        "en": "Put .txt, .md, .html, .pdf or .docx files in a folder, then run: qa index FOLDER",
    },
    "button.send": {"fr": "Envoyer", "en": "Send"},
    "button.stop": {"fr": "Arrêter", "en": "Stop"},
    "button.clear": {"fr": "Nouvelle conversation", "en": "New conversation"},
    "examples.title": {"fr": "Par exemple", "en": "For example"},
    # Between marks a subject needs no article, whatever kind of name it is.
    "examples.about": {
        "fr": "Que disent les documents à propos de « {subject} » ?",
        "en": 'What do the documents say about "{subject}"?',
    },
    "examples.document": {"fr": "Que dit « {title} » ?", "en": 'What does "{title}" say?'},
    "who.you": {"fr": "Vous", "en": "You"},
    "who.answer": {"fr": "Réponse", "en": "Answer"},
    "stage.searching": {"fr": "Recherche dans les documents…", "en": "Searching the documents…"},
    "stage.reading": {"fr": "Lecture des phrases trouvées…", "en": "Reading the sentences found…"},
    "stage.writing": {"fr": "Rédaction…", "en": "Writing…"},
    "stage.checking": {"fr": "Vérification…", "en": "Checking…"},
    "status.before": {
        "fr": "Occupé : {count} {count:question passe|questions passent} avant la vôtre…",
        "en": "Busy: {count} {count:question is|questions are} before yours…",
    },
    "status.found": {
        "fr": "{count} {count:phrase trouvée|phrases trouvées}",
        "en": "{count} {count:sentence|sentences} found",
    },
    "status.seconds": {"fr": "{seconds} s", "en": "{seconds} s"},
    "status.answered": {"fr": "Répondu en {seconds} s", "en": "Answered in {seconds} s"},
    "status.refused": {"fr": "Sans réponse sûre", "en": "No sure answer"},
    "status.error": {"fr": "La question n'a pas abouti", "en": "The question failed"},
    "status.stopped": {"fr": "Arrêté", "en": "Stopped"},
    "label.refused": {
        "fr": "Pas de réponse sûre dans les documents",
        "en": "No sure answer in the documents",
    },
    "label.stopped": {"fr": "Arrêté à votre demande.", "en": "Stopped at your request."},
    "label.nearest": {
        "fr": "Les phrases les plus proches, sans réponse sûre :",
        "en": "The nearest sentences, without a sure answer:",
    },
    "error.title": {"fr": "Une erreur s'est produite", "en": "Something went wrong"},
    "error.missing": {
        "fr": "Il manque encore quelque chose pour répondre",
        "en": "Something is still missing before questions can be answered",
    },
    "error.remedy": {"fr": "Que faire", "en": "What to do"},
    "page.trouble": {
        "fr": "Quelque chose n'a pas abouti : la page n'atteint pas Sourcier, ou il a rencontré une erreur.",
        "en": "Something did not work: the page cannot reach Sourcier, or it met an error.",
    },
    "page.trouble_remedy": {
        "fr": "Regardez si « qa chat » tourne encore ; la page se recharge dès qu'il répond de nouveau. Son "
        "terminal en dit plus.",
        "en": "See whether `qa chat` is still running; the page loads again once it answers. Its terminal "
        "says more.",
    },
    "error.unexpected": {
        "fr": "La page a rencontré une erreur inattendue.",
        "en": "The page met an unexpected error.",
    },
    "error.unexpected_remedy": {
        "fr": "Posez la question à nouveau ; si cela se répète, le terminal de « qa chat » en dit plus.",
        "en": "Ask again; if it happens again, the terminal of `qa chat` says more.",
    },
    "sources.empty": {
        "fr": "Les phrases des documents qui fondent la réponse s'affichent ici.",
        "en": "The sentences of the documents that the answer rests on are shown here.",
    },
    "sources.cited": {"fr": "Ce qui fonde la réponse", "en": "What the answer rests on"},
    "sources.nearest": {
        "fr": "Les phrases les plus proches, sans réponse sûre",
        "en": "The nearest sentences, without a sure answer",
    },
    "sources.evidence": {
        "fr": "Phrases trouvées, pas encore citées",
        "en": "Sentences found, not cited yet",
    },
    "sources.of": {"fr": "Pour : {question}", "en": "For: {question}"},
    "sources.open": {"fr": "Lire dans le contexte", "en": "Read in context"},
    "sources.back": {"fr": "Revenir à la réponse", "en": "Back to the answer"},
    "sources.number": {"fr": "Source {n} : {title}", "en": "Source {n}: {title}"},
    "sources.page": {"fr": "page {page}", "en": "page {page}"},
    "sources.changed": {
        "fr": "Le document a changé depuis ; voici la phrase telle qu'elle a été citée.",
        "en": "The document has changed since; this is the sentence as it was quoted.",
    },
    "sources.translation": {
        "fr": "Traduction par le modèle : {text}",
        "en": "Translation by the model: {text}",
    },
    "label.instead": {"fr": "Vous pourriez demander :", "en": "You could ask:"},
    "verdict.all": {
        "fr": "{count} {count:phrase vérifiée|phrases vérifiées} dans les sources",
        "en": "{count} {count:sentence|sentences} checked against the sources",
    },
    "verdict.some": {
        "fr": "Phrases non vérifiées : {doubtful} sur {count}",
        "en": "Sentences not verified: {doubtful} of {count}",
    },
    "verdict.supported": {
        "fr": "Appuyée par ses sources ({percent} %)",
        "en": "Supported by its sources ({percent}%)",
    },
    "verdict.unsupported": {
        "fr": "Non appuyée par ses sources ({percent} %)",
        "en": "Not supported by its sources ({percent}%)",
    },
    "verdict.meaning": {
        "fr": "Chaque phrase est comparée à celles qu'elle cite : nombres, dates, noms, négations, et ce que "
        "la source affirme. Le pourcentage est la probabilité mesurée qu'elle le dise ; il ne dit pas si la "
        "source a raison.",
        "en": "Each sentence is compared with those it cites: numbers, dates, names, negations, and what the "
        "source states. The percentage is the measured probability that the source says so; it does not tell "
        "whether the source is right.",
    },
    "proof.undated": {"fr": "sans date", "en": "undated"},
    "proof.quoted": {"fr": "Citée mot pour mot :", "en": "Quoted word for word:"},
    "proof.sentences": {"fr": "Fonde : « {text} »", "en": "Supports: “{text}”"},
    "tool.edit": {"fr": "Modifier", "en": "Edit"},
    "tool.correct": {"fr": "Corriger", "en": "Correct"},
    "tool.copy": {"fr": "Copier avec les notes", "en": "Copy with footnotes"},
    "tool.copied": {"fr": "Copié ✓", "en": "Copied ✓"},
    "tool.cancel": {"fr": "Annuler", "en": "Cancel"},
    "edit.note": {
        "fr": "Vous modifiez la question {number} : la poser remplace sa réponse et la suite.",
        "en": "You are editing question {number}: asking it replaces its answer and what follows.",
    },
    "feedback.bad": {"fr": "Mauvaise réponse", "en": "Bad answer"},
    "feedback.ask": {"fr": "Qu'est-ce qui ne va pas ?", "en": "What is wrong?"},
    "feedback.good": {"fr": "Bonne réponse", "en": "Good answer"},
    "feedback.false": {"fr": "C'est faux", "en": "It is false"},
    "feedback.not_in_sources": {"fr": "Ce n'est pas dans les sources", "en": "Not in the sources"},
    "feedback.should_have_known": {
        "fr": "Les documents répondent",
        "en": "The documents do answer",
    },
    "feedback.badly_said": {"fr": "Mal dit", "en": "Badly said"},
    "feedback.change": {"fr": "Changer d'avis", "en": "Change your mind"},
    "feedback.ask_anew": {"fr": "Que faut-il en dire ?", "en": "What should be said of it?"},
    "feedback.thanks": {"fr": "Noté : {said}.", "en": "Noted: {said}."},
    "kept.title": {"fr": "Conversations", "en": "Conversations"},
    "kept.note": {
        "fr": "Gardées dans ce navigateur seulement.",
        "en": "Kept in this browser only.",
    },
    "kept.none": {"fr": "Aucune conversation gardée.", "en": "No conversation is kept."},
    "kept.failed": {
        "fr": "Ce navigateur n'a pas pu garder ce qui vient de changer : la place qu'il laisse à la page est "
        "prise, ou il ne la laisse rien garder.",
        "en": "This browser could not keep what has just changed: the room that it leaves to the page is "
        "taken, or it lets the page keep nothing.",
    },
    "kept.failed_remedy": {
        "fr": "Exportez la conversation, sous « Conversations » ; y supprimer d'autres conversations fait de "
        "la place.",
        "en": "Export the conversation, under “Conversations”; deleting others there makes room.",
    },
    "kept.name": {"fr": "Nom de la conversation", "en": "Name of the conversation"},
    "kept.rename": {"fr": "Renommer", "en": "Rename"},
    "kept.delete": {"fr": "Supprimer", "en": "Delete"},
    "library.title": {"fr": "Documents", "en": "Documents"},
    "library.may": {
        "fr": "Les documents que l'on peut interroger. Ajouter un fichier le copie dans leur dossier. Le "
        "retirer l'y supprime.",
        "en": "The documents that answers come from. Adding a file copies it to their folder; removing it "
        "deletes it there.",
    },
    "library.may_not": {
        "fr": "Les documents que l'on peut interroger. Pour en changer : qa index DOSSIER, ou le réglage "
        "« documents = true » dans [chat] de qa.toml.",
        "en": "The documents that answers come from. To change them: qa index FOLDER, or the setting "
        "`documents = true` under [chat] in qa.toml.",
    },
    "library.add": {
        "fr": "Ajouter des documents (ou les déposer sur la page)",
        "en": "Add documents (or drop them on the page)",
    },
    "library.sending": {"fr": "Envoi des fichiers…", "en": "Sending the files…"},
    "library.too_much": {
        "fr": "Ces fichiers font ensemble plus de {most} Mo (réglage `chat.max_upload_mb`) : ajoutez-les en "
        "plusieurs fois. Rien n'a été envoyé.",
        "en": "These files are more than {most} MB together (setting `chat.max_upload_mb`): add them in "
        "several goes. Nothing was sent.",
    },
    "library.remove": {"fr": "Retirer", "en": "Remove"},
    "library.delete": {"fr": "Supprimer", "en": "Delete"},
    "library.sure": {
        "fr": "Supprimer le fichier « {name} » du dossier ?",
        "en": "Delete the file “{name}” from the folder?",
    },
    "library.indexing": {"fr": "Indexation : {percent} %", "en": "Indexing: {percent}%"},
    "library.indexed": {
        "fr": "indexé, {count} {count:phrase|phrases}",
        "en": "indexed, {count} {count:sentence|sentences}",
    },
    "library.failed": {"fr": "non indexé", "en": "not indexed"},
    "library.more": {"fr": "… et {count} {count:autre|autres}", "en": "… and {count} more"},
    "narrow.only": {"fr": "N'interroger que ces documents", "en": "Ask only these documents"},
    "narrow.since": {"fr": "Depuis (date)", "en": "From (date)"},
    "narrow.until": {"fr": "Jusqu'à (date)", "en": "Until (date)"},
    "narrow.date": {"fr": "2023-03-02", "en": "2023-03-02"},
    "narrow.lift": {"fr": "Tout interroger", "en": "Ask all documents"},
    "out.title": {"fr": "Exporter la conversation", "en": "Export the conversation"},
    "out.csl": {"fr": "Sources (CSL-JSON)", "en": "Sources (CSL-JSON)"},
    "out.unfinished": {
        "fr": "La réponse n'était pas finie au moment de l'export.",
        "en": "The answer was not finished when this was exported.",
    },
    "out.exported": {"fr": "Exporté le {date} par Sourcier", "en": "Exported on {date} by Sourcier"},
    "sources.original": {
        "fr": "Texte d'origine ({lang})",
        "en": "Original text ({lang})",
    },
    "lang.fr": {"fr": "français", "en": "French"},
    "lang.en": {"fr": "anglais", "en": "English"},
}


def text(name: str, lang: Lang, /, **values: object) -> str:
    """The text `name` in `lang`, its variables filled in."""
    return fill(no_break(TEXTS[name][lang]), lang, values)


def decimal(value: float, lang: Lang) -> str:
    """A number with one decimal, with the decimal mark of the language."""
    written = f"{value:.1f}"
    return written.replace(".", ",") if lang == "fr" else written


def browser_lang(accept_language: str) -> Lang:
    """The first of our languages that an Accept-Language header prefers; English where it has neither."""
    wishes: list[tuple[float, int, str]] = []
    for position, entry in enumerate(accept_language.split(",")):
        name, _, weight = entry.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        wishes.append((-quality, position, name.strip().lower()[:2]))
    for _, _, name in sorted(wishes):
        if name in LANGS:
            return name
    return "en"
