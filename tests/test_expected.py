"""A sentence without a number does not answer "how many"."""

from __future__ import annotations

import pytest

from qa.expected import asks_source, evades, form_of, lacks, opens_with
from qa.types import Lang


@pytest.mark.parametrize(
    ("lang", "question", "text", "expected"),
    [
        ("fr", "Combien gagne le boulanger ?", "Le boulanger travaille la nuit.", "quantity"),
        ("fr", "Combien gagne le boulanger ?", "Le boulanger gagne deux mille euros.", None),
        (
            "fr",
            "Quel âge a la directrice ?",
            "La directrice salue ceux qui ont tenu quinze jours.",
            "quantity",
        ),
        ("fr", "Quel âge a la directrice ?", "La directrice, 52 ans, salue les grévistes.", None),
        ("en", "How much does the pilot earn?", "The pilot flew 12 hours.", "quantity"),
        ("en", "How much does the pilot earn?", "The pilot is paid 900 crowns a day.", None),
        ("fr", "Combien de temps a duré la réunion ?", "La réunion a eu lieu en janvier 2022.", "quantity"),
        ("fr", "Combien de temps a duré la réunion ?", "La réunion a duré toute la journée.", None),
        ("en", "How long was the meeting?", "The meeting took place in January 2022.", "quantity"),
        ("en", "How long was the meeting?", "They spoke for ten minutes.", None),
        ("en", "How long is the bridge?", "It is 856 metres long.", None),
        ("fr", "Combien y a-t-il eu de blessés ?", "Personne n'a été blessé.", None),
        ("fr", "Quel est le prix du billet ?", "Le billet s'achète à la gare.", "quantity"),
        ("fr", "Quel est le prix du billet ?", "Le billet est gratuit.", None),
        ("fr", "Quand le pont a-t-il ouvert ?", "Le pont relie les deux villes.", "time"),
        ("fr", "Quand le pont a-t-il ouvert ?", "Le pont a ouvert après la guerre.", None),
        ("fr", "En quelle année est-elle née ?", "Elle est née à Lyon.", "time"),
        ("fr", "Qui dit quand partir ?", "Le maire décide.", None),
        ("en", "How old is the captain?", "The captain lives in Hull.", "quantity"),
        ("en", "How old is the captain?", "The captain is fifty.", None),
        ("en", "When did the ferry leave?", "The ferry goes to the island.", "time"),
        ("en", "When did the ferry leave?", "It left on Monday.", None),
        ("en", "What was the exact date of the crossing?", "The ferry goes to the island.", "time"),
        ("fr", "Quelle est la date exacte de la traversée ?", "Le bac va à l'île.", "time"),
        ("en", "What is the best dated wine?", "It is the wine of the island.", None),
        ("fr", "Quels sont les cinq engagements du maire ?", "Le maire a pris cinq engagements.", "list"),
        ("fr", "Quels sont les trois syndicats ?", "Il y a la CGT, la CFDT et FO.", None),
        ("fr", "Cite les trois marais.", "- Le marais de Brière\n- Le marais poitevin", None),
        ("en", "List the four rules of the game.", "The game has four rules that few people know.", "list"),
        ("en", "What are the three sources of the law?", "Primary, secondary and supplementary law.", None),
        ("en", "Which are the owners?", "The mill belongs to the town.", None),
        ("en", "Why did it leave when it rained?", "The storm had torn the ropes.", None),
        ("en", "What was the name of Hart's wife?", "Hart lived there with his wife. He sang.", "name"),
        ("en", "What was the name of Hart's wife?", "Hart and Ada had four children.", None),
        ("en", "What was the name of Leo Hart's wife?", "Leo Hart lived there with his wife.", "name"),
        ("en", "What is the title of the book by his daughter?", "She published a book in 1931.", "name"),
        ("en", "What is the title of the book by his daughter?", "She published 'the long fog'.", None),
        ("fr", "Dans quelle ville Hart a-t-elle été jugée ?", "Un tribunal a condamné Hart en 2020.", "name"),
        ("fr", "Dans quelle ville Hart a-t-elle été jugée ?", "Elle a été condamnée à Vienne.", None),
        ("fr", "Dans quelle ville Hart a-t-elle été jugée ?", "Hart a été condamnée en Autriche.", "name"),
        ("fr", "Quelle ville accueille le sommet ?", "L'OTAN se réunit chez les Polonais.", "name"),
        ("fr", "Quelle île est la plus grande ?", "La plus grande est Cuba.", None),
        ("fr", "Quelle ville est plus grande, Nantes ou Brest ?", "La plus grande est Nantes.", None),
        ("en", "In which small town was Hart tried?", "A court found Hart guilty in 2020.", "name"),
        ("fr", "Comment s'appelle le maire ?", "Le maire a pris cinq engagements.", "name"),
        ("fr", "Comment s'appelle le maire ?", "Dorval est maire de la commune.", None),
        ("fr", "Quelle journaliste a écrit l'article ?", "Elle a écrit que le pont était fermé.", "name"),
        ("fr", "Quel prix a reçu le romancier ?", "Il a reçu la palme de Brévanne.", None),
        ("fr", "Quel prix le romancier demande-t-il ?", "Le romancier vend la maison.", "quantity"),
        ("fr", "Quelle population habitait la vallée ?", "Des pêcheurs habitaient la vallée.", None),
        ("fr", "Quelle est la population de la vallée ?", "La vallée vit de la pêche.", "quantity"),
        ("fr", "Qui décide de l'âge de la retraite ?", "Le conseil en décide.", None),
        ("fr", "âge de la directrice ?", "La directrice vit à Brévanne.", "quantity"),
        ("fr", "quel age a le chateau", "Le château domine la vallée.", "quantity"),
        ("fr", "en quelle annee a ouvert le pont", "Le pont relie les deux villes.", "time"),
        ("fr", "Quand on perd sa carte, que faut-il faire ?", "Il faut appeler la banque.", None),
        ("fr", "Quand faut-il changer le filtre ?", "Changez-le si le voyant clignote.", None),
        ("fr", "Quand a lieu le marché ?", "Le marché a lieu les lundis.", None),
        ("fr", "Quand a lieu la fête ?", "Elle a lieu à la Saint-Jean.", None),
        ("fr", "Depuis combien de temps Dorval est-il maire ?", "Il a été élu en 2014.", None),
        ("fr", "Combien de temps dure la foire ?", "La foire se tient du 3 au 12 mai.", None),
        ("fr", "Combien le club a-t-il gagné de matchs ?", "Le club en a gagné douze.", None),
        ("fr", "Quelles villes sont soumises à la loi ?", "Les communes du littoral y sont soumises.", None),
        ("fr", "Au nom du roi, que fut-il saisi ?", "Les terres des moines furent saisies.", None),
        ("fr", "Quel est le nom du mal de la reine ?", "Elle souffrait de porphyrie.", None),
        ("en", "What is the name of the disease that killed the king?", "It was scurvy.", None),
        ("en", "Which age group is most at risk?", "Teenagers run the greatest risk.", None),
        ("en", "What is the number of protons called?", "It is called the atomic number.", None),
        ("en", "What is a heart rate monitor?", "It is a strap worn on the chest.", None),
        ("en", "What is the heart rate of a mouse?", "The mouse has a small heart.", "quantity"),
        ("en", "What time zone is the island in?", "The island shares that of Hull.", None),
        ("en", "When must the filter be changed?", "Change it if the lamp flashes.", None),
        ("en", "When did the mill prosper?", "It prospered in the sixties.", None),
        ("en", "How long ago did the mill close?", "The mill closed in 1931.", None),
        ("en", "How long is the song?", "The Long Fog – 4:37", None),
        ("en", "How long does the fair last?", "It runs from Monday to Friday.", None),
        ("en", "How old was Hart when his father died?", "When Hart was 13, his father died.", None),
        ("en", "How old was Hart when his father died?", "Hart then was at 13 Mill Street.", "quantity"),
    ],
)
def test_what_a_question_waits_for(lang: Lang, question: str, text: str, expected: str | None) -> None:
    assert lacks(question, lang, text, lang) == expected


def test_the_sentence_may_be_in_the_other_language() -> None:
    assert lacks("How much does the baker earn?", "en", "Le boulanger travaille la nuit.", "fr") == "quantity"
    assert lacks("How much does the baker earn?", "en", "Il gagne 2 000 euros.", "fr") is None


@pytest.mark.parametrize(
    ("lang", "question", "form"),
    [
        ("fr", "Le pont a-t-il été fermé ?", "yes_no"),
        ("fr", "Est-ce que le pont est fermé ?", "yes_no"),
        ("fr", "est ce que le pont est ferme", "yes_no"),
        ("fr", "le pont est il fermé", "yes_no"),
        ("fr", "y a t il un pont", "yes_no"),
        ("fr", "quel est ce pont", None),
        ("fr", "ou est il né", None),
        ("fr", "De quel pont parle-t-il ?", None),
        ("fr", "Quels ponts traverse-t-on ?", "list"),
        ("fr", "Qui a-t-il rencontré ?", None),
        ("fr", "Où se trouve-t-il ?", None),
        ("fr", "Quand le pont a-t-il été fermé ?", None),
        ("fr", "Qu'a-t-il dit ?", None),
        ("fr", "De quoi le maire a-t-il parlé ?", None),
        ("fr", "Quels pays ont signé ?", "list"),
        ("en", "Was the bridge closed?", "yes_no"),
        ("en", "Can you list the members of the council?", None),
        ("en", "What virus did Hart discover?", None),
        ("en", "Which countries have signed?", "list"),
        ("en", "Who were the guests?", "list"),
        ("en", "Who was the guest?", None),
        ("fr", "Le maire est-il resté quand la salle s'est vidée ?", "yes_no"),
        ("fr", "La tour est-elle plus haute que le clocher ?", "yes_no"),
        ("fr", "Le livre qui a gagné le prix est-il traduit ?", "yes_no"),
        ("fr", "A partir de quand les écoles sont-elles fermées ?", None),
        ("fr", "Au nom de qui le notaire a-t-il signé ?", None),
        ("fr", "Selon le maire, qui a-t-on prévenu ?", None),
        ("fr", "Le pont a-t-il été ouvert quand ?", None),
        ("fr", "Pour bâtir quoi la ville a-t-elle emprunté ?", None),
    ],
)
def test_the_form_of_an_answer(lang: Lang, question: str, form: str | None) -> None:
    assert form_of(question, lang) == form


@pytest.mark.parametrize(
    ("lang", "question", "text", "expected"),
    [
        (
            "fr",
            "Quel parfum est parti chez un concurrent ?",
            "Le parfum est parti chez un concurrent.",
            "nothing new",
        ),
        ("fr", "Quels syndicats ont signé ?", "Les syndicats sont la CGT et FO.", None),
        ("fr", "Combien mesure le pont ?", "Le pont mesure 856 mètres.", None),
        ("en", "What is the name of the pilot?", "The name of the pilot is.", "nothing new"),
        (
            "en",
            "Who asked for it, according to Warsaw?",
            "According to Varsovie, Warsaw asked for it.",
            "nothing new",
        ),
        ("en", "Did it sink or did it float?", "It did sink.", None),
        ("fr", "le pont est fermé ?", "Oui, le pont est fermé.", None),
        ("fr", "le pont est fermé ?", "Non, le pont est fermé.", "yes or no"),
        ("fr", "Qui a fermé le pont ?", "Oui, le pont est fermé.", "nothing new"),
        ("en", "Was the bridge closed?", "Yes.", "nothing new"),
        ("en", "Was the bridge closed in May?", "Yes, the bridge was closed in May.", None),
        ("en", "Was the bridge closed in May?", "No, the bridge was closed in May.", "yes or no"),
        ("fr", "Le pont était-il fermé en mai ?", "Non, le pont n'était pas fermé en mai.", None),
        ("fr", "Le pont était-il fermé en mai ?", "Oui, le pont n'était pas fermé en mai.", "yes or no"),
    ],
)
def test_an_answer_says_something_new_and_does_not_contradict_itself(
    lang: Lang, question: str, text: str, expected: str | None
) -> None:
    assert evades(question, text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "question", "expected"),
    [
        ("fr", "Selon qui le pont est-il fermé ?", True),
        ("fr", "D'après quel journal le pont est-il fermé ?", True),
        ("fr", "Qui a affirmé que le pont est fermé ?", True),
        ("fr", "D'où vient ce chiffre ?", True),
        ("fr", "Qui a fermé le pont ?", False),
        ("fr", "Selon le maire, quand le pont ouvre-t-il ?", False),
        ("en", "According to whom is the bridge closed?", True),
        ("en", "Who said that the bridge is closed?", True),
        ("en", "Which agency reported the closure?", True),
        ("en", "Whose figure is it?", True),
        ("en", "Who closed the bridge?", False),
        ("en", "Which agency built the bridge?", False),
    ],
)
def test_a_question_for_the_source(lang: Lang, question: str, expected: bool) -> None:
    assert asks_source(question, lang) is expected


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("Oui, le pont est ouvert.", "yes"),
        ("Oui. Le document dit : « Le pont est ouvert. »", "yes"),
        ("Yes: it is.", "yes"),
        ("Non, il est fermé.", "no"),
        ("No. It is closed.", "no"),
        ("No one was hurt.", None),
        ("Si le pont est fermé, le bac passe.", None),
        ("Le pont est ouvert.", None),
    ],
)
def test_what_an_answer_opens_with(text: str, opening: str | None) -> None:
    assert opens_with(text) == opening
