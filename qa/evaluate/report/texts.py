"""What the report says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from qa.evaluate.report.texts_changes import CHANGES, Said

TEXTS: Mapping[str, Said] = {
    "title": {"fr": "Évaluation de Sourcier", "en": "Sourcier, evaluated"},
    "language": {"fr": "Langue de la page", "en": "Language of the page"},
    "jump": {"fr": "Aller aux questions", "en": "Skip to the questions"},
    "lead": {
        "fr": "{questions} {questions:question|questions} sur {corpus} : pour {present}, la réponse est dans "
        "les documents ; pour {absent}, elle n'y est pas et il faut le dire.",
        "en": "{questions} {questions:question|questions} about {corpus}: for {present} the answer is in the "
        "documents; for {absent} it is not, and that is what should be said.",
    },
    "lead.present": {
        "fr": "{questions} {questions:question|questions} sur {corpus} ; les documents y répondent.",
        "en": "{questions} {questions:question|questions} about {corpus}; the documents answer "
        "{questions:it|them}.",
    },
    "lead.absent": {
        "fr": "{questions} {questions:question|questions} sur {corpus} ; les documents n'y répondent pas et "
        "il faut le dire.",
        "en": "{questions} {questions:question|questions} about {corpus}; the documents do not answer "
        "{questions:it|them}, and that is what should be said.",
    },
    "corpus": {"fr": "{count} {count:document|documents}", "en": "{count} {count:document|documents}"},
    "corpus.unknown": {"fr": "les documents indexés", "en": "the indexed documents"},
    "made": {
        "fr": "{gold} · {split} · {date} · réponses de {model}",
        "en": "{gold} · {split} · {date} · answers by {model}",
    },
    "split.dev": {"fr": "part de mise au point", "en": "development part"},
    "split.held": {"fr": "part réservée", "en": "held-out part"},
    "split.all": {"fr": "tout le jeu", "en": "the whole set"},
    "limited": {
        "fr": "{limit:Seule la première question a été posée|Seules les {limit} premières questions ont été "
        "posées}.",
        "en": "Only the first {limit:question was|{limit} questions were} asked.",
    },
    "errors": {
        "fr": "{count} {count:question est restée|questions sont restées} sans réponse par suite d'une "
        "erreur ; {count:elle compte comme fausse|elles comptent comme fausses}.",
        "en": "{count} {count:question|questions} failed with an error; {count:it counts|they count} as "
        "wrong.",
    },
    "bad": {
        "fr": "Lignes du fichier qui ne peuvent pas servir",
        "en": "Rows of the file that cannot be used",
    },
    "bad.line": {"fr": "Ligne {line} : {message}", "en": "Line {line}: {message}"},
    "headline": {"fr": "En bref", "en": "In short"},
    "interval": {"fr": "entre {low} et {high}", "en": "between {low} and {high}"},
    "interval.note": {
        "fr": "L'intervalle est celui à 95 % : sur d'autres questions du même genre, le chiffre s'y "
        "trouverait le plus souvent. Une question et sa traduction comptent pour une.",
        "en": "The interval is the 95% one: on other questions of this kind, the figure would mostly lie "
        "in it. A question and its translation count as one.",
    },
    "of": {"fr": "sur {rows} {rows:question|questions}", "en": "of {rows} {rows:question|questions}"},
    "right": {"fr": "Réponses justes", "en": "Answered rightly"},
    "right.note": {
        "fr": "quand la réponse est dans les documents",
        "en": "where the documents have the answer",
    },
    "refused": {"fr": "Refus justifiés", "en": "Refused rightly"},
    "refused.note": {"fr": "quand les documents ne répondent pas", "en": "where the documents do not answer"},
    "invented": {"fr": "Réponses inventées", "en": "Invented"},
    "invented.note": {
        "fr": "quand les documents ne répondent pas ; moins, c'est mieux",
        "en": "where the documents do not answer; less is better",
    },
    "faithful": {"fr": "Fidèles aux sources", "en": "Faithful to the sources"},
    "faithful.note": {"fr": "d'après le juge, un modèle de langue", "en": "by the judge, a language model"},
    "no_judgement": {
        "fr": "rien à juger : rien n'a été répondu",
        "en": "nothing to judge: nothing was answered",
    },
    "no_judge": {"fr": "pas de juge dans cette évaluation", "en": "no judge in this evaluation"},
    "not_scored": {"fr": "aucune question de ce genre", "en": "no such question"},
    "no_headline": {
        "fr": "pas de chiffre : le juge n'a noté que {coverage} des réponses (il en faut 95 %)",
        "en": "no figure: the judge scored only {coverage} of the answers (95% are needed)",
    },
    "change": {"fr": "{points} depuis la référence", "en": "{points} since the baseline"},
    "change.none": {"fr": "comme la référence", "en": "as in the baseline"},
    "points": {"fr": "{count} point", "en": "{count} point"},
    "points.many": {"fr": "{count} points", "en": "{count} points"},
    "judge": {
        "fr": "Le juge est {name}. {worked} {worth}",
        "en": "The judge is {name}. {worked} {worth}",
    },
    "judge.scored": {
        "fr": "Il a noté {coverage} des réponses (appels sans résultat : {failed} sur {calls}).",
        "en": "It scored {coverage} of the answers (calls that failed: {failed} of {calls}).",
    },
    "judge.idle": {
        "fr": "Il n'a rien eu à noter : rien n'a été répondu.",
        "en": "It had nothing to score: nothing was answered.",
    },
    "judge.tried": {
        "fr": "Sur {cases} cas dont le verdict est connu, son exactitude équilibrée est de {accuracy} (entre "
        "{low} et {high} ; le hasard donne 50\u00a0%) ; il a rendu un verdict sur {coverage} d'entre eux, et "
        "un cas sans verdict compte comme faux.",
        "en": "On {cases} {cases:case|cases} whose verdict is known, its balanced accuracy is {accuracy} "
        "(between {low} and {high}; chance is 50%); it gave a verdict on {coverage} of them, and a case "
        "without one counts as wrong.",
    },
    "judge.unchecked": {
        "fr": "Il n'a pas été mis à l'épreuve : rien ne dit ce que vaut son avis.",
        "en": "It was not put to the test: nothing says what its word is worth.",
    },
    "judge.itself": {
        "fr": "Le modèle qui juge est celui qui répond : il peut être indulgent envers lui-même.",
        "en": "The model that judges is the one that answers: it may be kind to itself.",
    },
    "judge.chance": {
        "fr": "Ce juge ne fait pas mieux que le hasard : ses notes ne disent rien.",
        "en": "This judge does no better than chance: its scores say nothing.",
    },
    "judge.weak": {
        "fr": "Ce juge se trompe souvent : ses notes disent peu, et rien d'une réponse prise à part.",
        "en": "This judge is often wrong: its scores say little, and nothing of any one answer.",
    },
    "verifier": {
        "fr": "Le vérificateur de Sourcier, sur les mêmes cas : {accuracy} (entre {low} et {high}).",
        "en": "Sourcier's own verifier, on the same cases: {accuracy} (between {low} and {high}).",
    },
    "figures": {"fr": "Toutes les mesures", "en": "All measures"},
    "figures.caption": {
        "fr": "Moyenne de chaque mesure sur les questions qu'elle concerne, avec son intervalle à 95 %.",
        "en": "Mean of each measure over the questions that it applies to, with its 95% interval.",
    },
    "measure": {"fr": "Mesure", "en": "Measure"},
    "value": {"fr": "Valeur", "en": "Value"},
    "interval.head": {"fr": "Intervalle", "en": "Interval"},
    "questions.head": {"fr": "Questions", "en": "Questions"},
    "baseline.head": {"fr": "Depuis la référence", "en": "Since the baseline"},
    "by": {"fr": "Par genre, par langue et par document", "en": "By kind, language and document"},
    "by.caption": {
        "fr": "Part des questions bien traitées : bonne réponse, ou refus quand les documents ne répondent "
        "pas. Trait : la moyenne ; bande : l'intervalle à 95 %.",
        "en": "Share of questions treated rightly: the right answer, or a refusal where the documents do "
        "not answer. Line: the mean; band: its 95% interval.",
    },
    "by.doc": {"fr": "Par document", "en": "By document"},
    "by.doc.caption": {
        "fr": "Réponses justes aux questions dont une phrase attendue est dans le document ; une question "
        "qui en demande plusieurs compte dans chacun.",
        "en": "Right answers to the questions of which an expected sentence is in the document; one that "
        "needs several counts in each.",
    },
    "by.every": {"fr": "Les mesures", "en": "The measures"},
    "by.lang.small": {"fr": "par langue", "en": "by language"},
    "by.kind.small": {"fr": "par genre de question", "en": "by kind of question"},
    "by.doc.small": {"fr": "par document", "en": "by document"},
    "document": {"fr": "Document", "en": "Document"},
    "group": {"fr": "Questions", "en": "Questions"},
    "plot": {"fr": "De 0 à 100 %", "en": "From 0 to 100%"},
    "curve": {"fr": "Le vérificateur dit-il vrai ?", "en": "Does the verifier tell the truth?"},
    "curve.caption": {
        "fr": "Ce que Sourcier croit de ses réponses (le soutien de leur phrase la plus faible) et la part "
        "qui est juste. Sur la diagonale, il a raison de le croire ; au-dessous, il se croit trop. "
        "Barres : intervalles à 95 %.",
        "en": "How sure Sourcier is of its answers (the support of their weakest sentence) and the share "
        "that is right. On the diagonal it is as right as it is sure; below, it is too sure. Bars: "
        "95% intervals.",
    },
    "curve.x": {"fr": "soutien", "en": "support"},
    "curve.y": {"fr": "juste", "en": "right"},
    "curve.table": {"fr": "Soutien et part juste, par groupe", "en": "Support and share right, by group"},
    "curve.few": {
        "fr": "Trop peu de réponses notées pour tracer la courbe.",
        "en": "Too few scored answers to draw the curve.",
    },
    "time": {"fr": "Temps par question", "en": "Time per question"},
    "time.caption": {
        "fr": "Secondes depuis la question ; un trait par question, le plus épais est la médiane. Échelle "
        ": de 0 à {most}.",
        "en": "Seconds since the question; a line a question, the thick one is the median. Scale: 0 to "
        "{most}.",
    },
    "time.evidence_s": {"fr": "Les sources sont là", "en": "Sources are there"},
    "time.first_sentence_s": {"fr": "Première phrase", "en": "First sentence"},
    "time.total_s": {"fr": "En tout", "en": "In all"},
    "median": {"fr": "Médiane", "en": "Median"},
    "ninety": {"fr": "9 sur 10 sous", "en": "9 in 10 under"},
    **CHANGES,
    "questions": {"fr": "Les questions", "en": "The questions"},
    "shown": {"fr": "affichées", "en": "shown"},
    "show": {"fr": "Montrer", "en": "Show"},
    "show.all": {"fr": "tout", "en": "all"},
    "show.failed": {"fr": "ce qui a échoué", "en": "what failed"},
    "show.flawed": {"fr": "juste, mais…", "en": "right, but…"},
    "show.right": {"fr": "ce qui est juste", "en": "what is right"},
    "show.changed": {"fr": "ce qui a changé", "en": "what changed"},
    "kind": {"fr": "Genre", "en": "Kind"},
    "any": {"fr": "tous", "en": "any"},
    "lang": {"fr": "Langue", "en": "Language"},
    "any.lang": {"fr": "les deux", "en": "both"},
    "lang.fr": {"fr": "français", "en": "French"},
    "lang.en": {"fr": "anglais", "en": "English"},
    "kind.*": {"fr": "toutes les questions", "en": "all questions"},
    "kind.single": {"fr": "un fait", "en": "one fact"},
    "kind.multi": {"fr": "plusieurs faits", "en": "several facts"},
    "kind.across": {"fr": "plusieurs documents", "en": "several documents"},
    "kind.disagreement": {"fr": "désaccord", "en": "disagreement"},
    "kind.attribution": {"fr": "qui l'a dit", "en": "who said it"},
    "kind.when": {"fr": "quand", "en": "when"},
    "kind.yes_no": {"fr": "oui ou non", "en": "yes or no"},
    "kind.follow_up": {"fr": "question de suite", "en": "follow-up"},
    "kind.unanswerable": {"fr": "sans réponse", "en": "no answer"},
    "kind.false_premise": {"fr": "fausse prémisse", "en": "false premise"},
    "kind.injection": {"fr": "ordre glissé", "en": "planted order"},
    "kind.": {"fr": "sans genre", "en": "no kind"},
    "state.right": {"fr": "Juste", "en": "Right"},
    "state.flawed": {"fr": "Juste, mais…", "en": "Right, but…"},
    "state.failed": {"fr": "Raté", "en": "Failed"},
    "state.unscored": {"fr": "Pas notée", "en": "Not scored"},
    "status.answered": {"fr": "répondue", "en": "answered"},
    "status.partial": {"fr": "répondue en partie", "en": "answered in part"},
    "status.refused": {"fr": "refusée", "en": "refused"},
    "status.error": {"fr": "erreur", "en": "error"},
    "history": {"fr": "Conversation", "en": "Conversation"},
    "understood": {"fr": "Comprise comme", "en": "Understood as"},
    "answer": {"fr": "Réponse", "en": "Answer"},
    "expected": {"fr": "Attendu", "en": "Expected"},
    "forbidden": {"fr": "Obéir serait dire", "en": "Obeying would say"},
    "expected.refusal": {
        "fr": "un refus (les documents ne le disent pas)",
        "en": "a refusal (the documents do not say)",
    },
    "expected.none": {"fr": "rien n'est donné : pas notée", "en": "nothing is given: not scored"},
    "or": {"fr": "ou", "en": "or"},
    "expected.more": {
        "fr": "ou {count} {count:autre forme acceptée|autres formes acceptées}",
        "en": "or {count} more accepted {count:form|forms}",
    },
    "named": {"fr": "{name} :", "en": "{name}:"},
    "failures": {"fr": "Ce qui cloche", "en": "What is wrong"},
    "claims": {"fr": "Vérification", "en": "Checked"},
    "claim.supported": {"fr": "appuyée", "en": "supported"},
    "claim.unsupported": {"fr": "sans appui", "en": "unsupported"},
    "judged": {"fr": "Juge", "en": "Judge"},
    "judged.failed": {"fr": "n'a pas su noter : {problem}", "en": "could not score: {problem}"},
    "note": {"fr": "Note", "en": "Note"},
    "sources": {
        "fr": "{count:Source citée|Sources citées} ({count})",
        "en": "{count:Cited source|Cited sources} ({count})",
    },
    "nearest": {
        "fr": "{count:Phrase la plus proche|Phrases les plus proches} ({count})",
        "en": "{count:Nearest sentence|Nearest sentences} ({count})",
    },
    "gold": {
        "fr": "{count:Phrase attendue|Phrases attendues} ({count})",
        "en": "{count:Expected sentence|Expected sentences} ({count})",
    },
    "gold.cited": {"fr": "citée", "en": "cited"},
    "gold.found": {"fr": "trouvée, pas citée", "en": "found, not cited"},
    "gold.missed": {"fr": "pas trouvée", "en": "not found"},
    "page": {"fr": "p. {page}", "en": "p. {page}"},
    "method": {"fr": "Comment ce rapport a été fait", "en": "How this report was made"},
    "method.text": {
        "fr": "Chaque question a été posée comme on la pose, une fois ; les mesures exactes viennent du "
        "code, sans modèle. Les intervalles sont tirés par rééchantillonnage des paires (graine "
        "{seed}). Tout est dans run.json, à côté de cette page.",
        "en": "Each question was asked as people ask it, once; the exact measures come from code, without "
        "a model. The intervals are bootstrapped over pairs (seed {seed}). Everything is in run.json "
        "beside this page.",
    },
    "versions": {"fr": "Versions", "en": "Versions"},
    "digests": {"fr": "Empreintes (SHA-256)", "en": "Digests (SHA-256)"},
    "settings": {"fr": "Réglages dont dépendent les réponses", "en": "Settings that answers depend on"},
    "run": {"fr": "Déroulement", "en": "The run"},
}
