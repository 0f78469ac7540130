"""What a question takes for granted, and the names that it holds."""

from __future__ import annotations

import pytest

from qa.phrases import phrase
from qa.premise import premise_of, that, unknown_names
from qa.types import LANGS, Lang

TAKEN: dict[Lang, str] = {
    "fr": """
Pourquoi l'usine a-t-elle fermé ? = l'usine a fermé
pourquoi l’usine a-t-elle fermé ? = l’usine a fermé
Pourquoi Marie Duval a-t-elle quitté Lyon ? = Marie Duval a quitté Lyon
Pourquoi le maire démissionne-t-il ? = le maire démissionne
Pourquoi est-ce que le pont est fermé ? = le pont est fermé
Pourquoi est-ce qu'il pleut souvent ? = il pleut souvent
Pourquoi est-ce qu’elle a menti = elle a menti
Comment la reine est-elle morte ? = la reine est morte
Quand Paul a-t-il quitté la ville ? = Paul a quitté la ville
Depuis quand le musée est-il fermé ? = le musée est fermé
Depuis quand existe le festival ? = le festival existe
En quelle année l'école a-t-elle été construite ? = l'école a été construite
À quelle date le traité fut-il signé ? = le traité fut signé
A quelle heure part le bac ? = le bac part
Pourquoi n'est-il pas venu ? = il n'est pas venu
Pourquoi Marie ne s'est-elle pas mariée ? = Marie ne s'est pas mariée
Pourquoi les ouvriers se sont-ils révoltés ? = les ouvriers se sont révoltés
Où est mort Victor Lanoux ? = Victor Lanoux est mort
Pourquoi la ligne n'est elle pas ouverte ? = la ligne n'est pas ouverte
Pourquoi le roi abdique t-il ? = le roi abdique
Quand a eu lieu la fête ? = la fête a eu lieu
Quand a commencé la grève ? = la grève a commencé
Quand a été construit le pont de Brévanne ? = le pont de Brévanne a été construit
Quand est né Paul Martin ? = Paul Martin est né
Comment s'est terminée la grève ? = la grève s'est terminée
Pourquoi l'usine a fermé ? = l'usine a fermé
pourquoi il a quitte l'equipe = il a quitte l'equipe
pourquoi les prix ont-ils augmente = les prix ont augmente
En 1990, pourquoi le roi a-t-il abdiqué ? = le roi a abdiqué
Pourquoi le roi a-t-il abdiqué et où est-il allé ? = le roi a abdiqué
Pour quelle raison la ligne a-t-elle été supprimée ? = la ligne a été supprimée
À quel âge Anselme Rivoire est-il mort ? = Anselme Rivoire est mort
Pourquoi appelle-t-on la ville la perle du sud ? = on appelle la ville la perle du sud
Pourquoi est-ce un problème ? = c'est un problème
Dans quelle ville le peintre a-t-il vécu ? = le peintre a vécu
Quand est-ce que le train part ? = le train part
Quand a été élu Paul Martin à la mairie ? = Paul Martin a été élu à la mairie
Pourquoi la direction a-t-elle renvoyé Odile ? = la direction a renvoyé Odile
Jusqu'à quand le sentier restera-t-il fermé ? = le sentier restera fermé
""",
    "en": """
Why did Anna leave Lyon? = Anna left Lyon
Why did the factory close? = the factory closed
Why did the old factory close in 1990? = the old factory closed in 1990
When did John Smith marry Ann Lee? = John Smith married Ann Lee
How did the queen die? = the queen died
Why did he resign? = he resigned
Why did the price of bread rise? = the price of bread rose
When did the members of the council resign? = the members of the council resigned
Why did the board dismiss the director? = the board dismissed the director
Why is the museum closed? = the museum is closed
Why was the bridge built? = the bridge was built
When was the Eiffel Tower painted? = the Eiffel Tower was painted
Where was Marie Curie born? = Marie Curie was born
Why has the mayor resigned? = the mayor has resigned
Why have prices risen? = prices have risen
Why had the army of the king fled? = the army of the king had fled
Why didn't the train stop? = the train did not stop
Why did the train not stop? = the train did not stop
Why does the tram stop at noon? = the tram stops at noon
Why do bees dance? = bees dance
How does the engine work? = the engine works
Why is there a fire? = there is a fire
Since when has the shop been open? = the shop has been open
In what year did the war begin? = the war began
In which city did the painter live? = the painter lived
What year did the Titanic sink? = the Titanic sank
Why was Paul's brother arrested? = Paul's brother was arrested
In 1990, why did the king abdicate? = the king abdicated
Why did Anna first visit Rome? = Anna first visited Rome
Why did the king abdicate and where did he go? = the king abdicated
How come the shop moved? = the shop moved
Why can the ferry not sail? = the ferry can not sail
Why did Horace Pell of Ashby Wold sell the mill? = Horace Pell of Ashby Wold sold the mill
Why did the company deny it? = the company denied it
Why is Ruth Calloway so famous? = Ruth Calloway is so famous
Why did the University of Leeds stop the trial? = the University of Leeds stopped the trial
When will the pool reopen? = the pool will reopen
When did the Ashby and Wold War end? = the Ashby and Wold War ended
When was Parliament temporarily moved to York? = Parliament was temporarily moved to York
When did the term first come into use? = the term first came into use
When did Prime Minister Lowe commit to a vote? = Prime Minister Lowe committed to a vote
When did the army seized the port? = the army seized the port
How long did the strike last? = the strike lasted
Why did the mayor of Ashby quit? = the mayor of Ashby quit
""",
}
NOTHING: dict[Lang, str] = {
    "fr": """
Qui a fondé la ville ?
Que contient la valise ?
Quel est le prix du billet ?
Quelle heure est-il ?
Combien coûte l'entrée ?
Combien de places compte la salle ?
Comment s'appelle la directrice ?
Comment s'appelle-t-elle ?
Comment appelle-t-on un petit pont ?
Pourquoi ?
Pourquoi ce nom ?
Où est la gare ?
Où se trouve la mairie ?
D'où vient l'orchestre du bal ?
D'où les fonds provenaient-ils ?
Dans quel parti le maire s'investit il ?
Où le château se situe-t-il ?
Comment aller à Lyon ?
Où acheter le billet ?
Le musée est-il ouvert ?
Quand la gare a fermé, qui était maire ?
Comment puis-je venir ?
Pourquoi partir ?
horaire ouverture musee mardi
Qu'est-ce que le levain ?
""",
    "en": """
Who founded the town?
What is the price of a ticket?
Which bridge is the oldest?
How many seats are there?
How much does it cost?
How old is the bridge?
How far is the pier?
Where is the station?
Where is Carrick located?
When was the Carrick war in Ireland?
Why?
Why him?
When was the war?
Is the museum open?
How do I get there?
When the station closed, who was mayor?
What did the mayor say?
How is she?
Why should we go?
opening hours museum tuesday
Did the factory close?
Whose idea was it?
""",
}
NAMES: dict[Lang, str] = {
    "fr": """
Pourquoi Janet Dupont a-t-elle quitté Lyon en 1987 ? = Janet Dupont|Lyon|1987
Qui est Karl Weber ? = Karl Weber
Weber a-t-il démissionné ? = Weber
Horaires du musée ? =
Quelle est la capitale de l'Australie ? = Australie
Où est né Jean-Pierre de La Tour ? = Jean-Pierre de La Tour
Combien de billets sur 1 200 ont été vendus à Saint-Denis ? = 1 200|Saint-Denis
Que fait l'ONU ? = ONU
Quand M. Dupont est-il venu ? = Dupont
Combien d'euros ? =
QUI EST LE MAIRE ? =
Le Havre est-il un port ? = Havre
Qui a gagné 3 médailles ? =
Qui est Charles de Gaulle ? = Charles de Gaulle
Que dit d'Artagnan à Paris ? = Artagnan|Paris
""",
    "en": """
Why did Janet Dupont leave Lyon in 1987? = Janet Dupont|Lyon|1987
Who is Karl Weber's wife? = Karl Weber
Weber was born where? = Weber
Opening hours of the museum =
What is the capital of Australia? = Australia
Who leads the University of Leeds? = University of Leeds
How many of the 1,200 tickets were sold on Monday? = 1,200
What does NASA do? = NASA
Who wrote the French report? =
WHO IS THE MAYOR? =
Is Mr. Dupont a baker? = Dupont
Who won 3 medals? =
Did Anna and Paul meet in 2020? = Anna|Paul|2020
Horace Pell built what? = Horace Pell
What did I say? =
Who runs the European Union? = European Union
Who runs Renault? Give the year. = Renault
Who knew J. R. Tolkien? Mr. Lewis? = Tolkien|Lewis
Is the lighthouse open on Mondays? =
""",
}


def _rows(table: dict[Lang, str]) -> list[tuple[Lang, str, str]]:
    pairs = [(lang, line.partition(" =")) for lang in LANGS for line in table[lang].strip("\n").splitlines()]
    return [(lang, question, expected.strip()) for lang, (question, _, expected) in pairs]


@pytest.mark.parametrize(("lang", "question", "premise"), _rows(TAKEN))
def test_what_is_taken_for_granted_is_stated(lang: Lang, question: str, premise: str) -> None:
    assert premise_of(question, lang) == premise


@pytest.mark.parametrize(("lang", "question", "_"), _rows(NOTHING))
def test_a_plain_question_takes_nothing_for_granted(lang: Lang, question: str, _: str) -> None:
    assert premise_of(question, lang) is None


@pytest.mark.parametrize(("lang", "question", "names"), _rows(NAMES))
def test_names_and_numbers_are_found(lang: Lang, question: str, names: str) -> None:
    assert "|".join(unknown_names(question, lang)) == names


@pytest.mark.parametrize(
    ("premise", "said"),
    [
        ("il a fermé", "Les documents ne disent pas qu'il a fermé."),
        ("une usine a fermé", "Les documents ne disent pas qu'une usine a fermé."),
        ("Émile est mort", "Les documents ne disent pas qu'Émile est mort."),
        ("l'usine a fermé", "Les documents ne disent pas que l'usine a fermé."),
        ("onze ouvriers sont partis", "Les documents ne disent pas que onze ouvriers sont partis."),
    ],
)
def test_the_phrase_elides(premise: str, said: str) -> None:
    assert phrase("premise", "fr", premise=that(premise, "fr")) == said


def test_the_english_phrase_takes_the_premise_as_it_is() -> None:
    assert (
        phrase("premise", "en", premise=that("it closed", "en")) == "The documents do not say that it closed."
    )
    assert phrase("unknown_name", "en", name="Karl Weber") == 'No document mentions "Karl Weber".'
