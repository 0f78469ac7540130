"""Greetings, thanks and "what is in here?" are told from questions about what the documents say."""

from __future__ import annotations

import pytest

from qa.phrases import phrase
from qa.smalltalk import corpus_values, kind_of, strip_greeting
from qa.types import LANGS, Lang

SAID: dict[Lang, dict[str, str]] = {
    "fr": {
        "greeting": "bonjour|salut !|Bonsoir à tous|coucou|Bonjour Sourcier !|Bonjour, comment ça va ?|"
        "SALUT|bjr|hello|ça va ?|comment allez-vous ?",
        "thanks": "merci|Merci beaucoup !|ok merci|au revoir|merci et au revoir|Merci pour ton aide.|"
        "bonne journée",
        "contents": (
            "Que contiennent ces documents ?|de quoi parlent les documents ?|liste les documents|"
            "résume les documents|résume tout|"
            "quels documents as-tu ?|Qu'y a-t-il dans ces fichiers ?|que disent les documents|"
            "quels sont les documents ?|"
            "Bonjour, de quoi parlent ces textes ?|donne-moi la liste des documents|"
            "quels sujets sont abordés ?|"
            "combien de documents y a-t-il ?|y a quoi ici ?|de quoi ça parle ?|il y a quoi dans ce corpus|"
            "Peux-tu me dire quels documents tu as ?|liste des sources|sur quoi puis-je t'interroger ?"
        ),
        "about": (
            "qui es-tu ?|Qui êtes-vous ?|que peux-tu faire ?|comment ça marche ?|Comment fonctionnes-tu ?|"
            "aide|"
            "à quoi sers-tu ?|es-tu un robot ?|Bonjour, qui es-tu ?|c'est quoi Sourcier ?|"
            "que puis-je te demander ?"
        ),
        "": (
            "Bonjour, quels sont les horaires ?|Salut, où est la gare ?|Merci de me dire qui a signé|"
            "Que contient la valise ?|De quoi parle le maire dans son discours ?|"
            "Que disent les documents sur la grève ?|résume l'article sur le pont|Qui est Paul Merci ?|"
            "comment marche le funiculaire ?|Liste les communes du canton|Bonjour tristesse|"
            "combien de documents ont été volés ?|quels documents faut-il pour voter ?|"
            "qu'est-ce que la photosynthèse ?|De quoi parle le document de 1987 ?|"
            "horaire ouverture musee mardi|"
            "merci qui ?|et lui ?|pourquoi ?|Que peut faire le préfet ?|Qui es le maire"
        ),
    },
    "en": {
        "greeting": "hello|Hi!|hello there|Good morning|hey everyone|Hi Sourcier, how are you?|HELLO|bonjour",
        "thanks": "thanks|Thank you very much!|thanks a lot|ok thanks|bye|Goodbye!|thank you for your help|"
        "merci",
        "contents": (
            "what is in here?|What's in here?|what documents do you have?|What do these documents contain?|"
            "what are the documents about?|list the documents|summarise the documents|"
            "summarise everything|which files are there?|"
            "Hi, what are these documents about?|show me the list of documents|how many documents are there?|"
            "what topics do the documents cover?|What do you have here?|list all documents|"
            "tell me about these files|"
            "Could you tell me what documents you have?|What is this about?"
        ),
        "about": (
            "who are you?|What can you do?|how does this work?|help|what is your name|are you a robot?|"
            "Hello, what can you do?|What is Sourcier?|how do I use this?|what can I ask you?"
        ),
        "": (
            "Hello, when does the museum open?|Hi, who signed the by-law?|Thanks to whom was it built?|"
            "What is in the box?|What do the documents say about the strike?|How does the tram work?|"
            "Who is Hello Kitty?|What documents are needed to vote?|list the members of the council|"
            "What can the mayor do?|summarise the article on bridges|who was he|what about him?|why?|"
            "How many documents were stolen?|What is photosynthesis?|Who are the ministers?|"
            "What is this law about?|"
            "opening hours museum tuesday|Does the Museum help?"
        ),
    },
}
STRIPPED: list[tuple[Lang, str, str]] = [
    ("fr", "Bonjour, quels sont les horaires ?", "quels sont les horaires ?"),
    ("fr", "salut quels sont les horaires", "quels sont les horaires"),
    ("fr", "Bonjour ! Peux-tu me dire où est la gare, s'il te plaît ?", "où est la gare ?"),
    ("fr", "S’il vous plaît, quand ouvre le musée ?", "quand ouvre le musée ?"),
    ("fr", "Pourriez-vous m'indiquer à quelle heure part le bac ?", "à quelle heure part le bac ?"),
    ("fr", "Je voudrais savoir combien coûte un billet.", "combien coûte un billet."),
    ("fr", "J'ai une question : quand ouvre le musée ?", "quand ouvre le musée ?"),
    ("fr", "Petite question, qui dirige l'usine ?", "qui dirige l'usine ?"),
    ("en", "I have a quick question: who runs the plant?", "who runs the plant?"),
    ("en", "The question of who pays is open.", "The question of who pays is open."),
    ("fr", "Quand ouvre le musée ? Merci d'avance !", "Quand ouvre le musée ?"),
    ("fr", "dis moi qui dirige l'usine stp", "qui dirige l'usine"),
    ("fr", "Peux-tu me dire si le musée est ouvert ?", "Peux-tu me dire si le musée est ouvert ?"),
    ("fr", "Sais-tu nager ?", "Sais-tu nager ?"),
    ("fr", "Bonjour tristesse est de qui ?", "Bonjour tristesse est de qui ?"),
    ("fr", "Salut public : qui a créé le comité ?", "Salut public : qui a créé le comité ?"),
    ("fr", "Pourquoi dit-on merci ?", "Pourquoi dit-on merci ?"),
    ("fr", "Bonjour !", "Bonjour !"),
    ("en", "Hi, who signed the by-law?", "who signed the by-law?"),
    ("en", "Hello there! Could you please tell me when the ferry leaves?", "when the ferry leaves?"),
    ("en", "Please, where is the pool?", "where is the pool?"),
    ("en", "Where is the pool, please?", "Where is the pool?"),
    ("en", "I'd like to know how much a ticket costs, thanks", "how much a ticket costs"),
    ("en", "Do you know why the line shuts?", "why the line shuts?"),
    ("en", "Do you know Marie Curie?", "Do you know Marie Curie?"),
    ("en", "Hello Kitty was created when?", "Hello Kitty was created when?"),
    ("en", "Do members vote as they please?", "Do members vote as they please?"),
    ("en", "Hi-fi sets: who sells them?", "Hi-fi sets: who sells them?"),
    ("en", "Can you tell me whether it is open?", "Can you tell me whether it is open?"),
    ("en", "thanks", "thanks"),
]


@pytest.mark.parametrize(
    ("lang", "kind", "said"),
    [(lang, kind, said) for lang in LANGS for kind in SAID[lang] for said in SAID[lang][kind].split("|")],
)
def test_small_talk_is_told_from_questions(lang: Lang, kind: str, said: str) -> None:
    assert kind_of(said, lang) == kind


@pytest.mark.parametrize(("lang", "asked", "left"), STRIPPED)
def test_politeness_is_taken_off_a_question(lang: Lang, asked: str, left: str) -> None:
    assert strip_greeting(asked, lang) == left


@pytest.mark.parametrize("lang", LANGS)
def test_replies_name_the_documents(lang: Lang) -> None:
    values = corpus_values(["Le Phare", "The Mill"], lang)
    for kind in ("greeting", "thanks", "about", "contents"):
        assert "{" not in phrase(kind, lang, **values)
    assert "2 documents" in phrase("contents", lang, **values)
    assert "Le Phare" in values["titles"]
    assert "The Mill" in values["titles"]


def test_counts_agree_and_long_lists_are_cut() -> None:
    assert corpus_values(["A"], "fr")["count"] == corpus_values(["A"], "en")["count"] == "1 document"
    titles = [f"T{number}" for number in range(20)]
    assert corpus_values(titles, "fr")["titles"].endswith("« T7 » et 12 autres")
    assert corpus_values(titles[:9], "en")["titles"].endswith('"T7" and 1 other')
