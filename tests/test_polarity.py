"""What a sentence denies, and who does what, against what another states."""

from __future__ import annotations

import pytest

from qa.polarity import negations, polarity_conflict, roles_conflict
from qa.types import Lang


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("fr", "Il n'est pas parti.", ("parti",)),
        ("fr", "Le pont n’a jamais été reconstruit.", ("recon",)),
        ("fr", "Elle ne mange pas de viande.", ("mange",)),
        ("fr", "Elle n'habite plus à Lyon.", ("habit",)),
        ("fr", "Aucun accord n'a été signé.", ("accor", "signe")),
        ("fr", "Il est parti sans bagages.", ("bagag",)),
        ("fr", "Il ne peut pas voter.", ("voter",)),
        ("fr", "Il a décidé de ne pas voter.", ("voter",)),
        ("fr", "Ce n'est pas un médecin.", ("medec",)),
        ("fr", "Rien n'a été trouvé.", ("trouv",)),
        ("fr", "Il n'est pas.", ("est",)),
        ("en", "She did not resign.", ("resig",)),
        ("en", "She didn't resign.", ("resig",)),
        ("en", "They cannot vote.", ("vot",)),
        ("en", "He no longer lives there.", ("liv",)),
        ("en", "No agreement was signed.", ("agree",)),
        ("en", "It was never rebuilt.", ("rebui",)),
        ("en", "He left without luggage.", ("lugga",)),
        ("en", "Nothing was found.", ("found",)),
        # No negations.
        ("fr", "Elle ne mange que du pain.", ()),
        ("fr", "Non seulement il chante, mais il danse.", ()),
        ("fr", "Il est plus grand que son frère.", ()),
        ("fr", "Il part avant qu'elle ne chante.", ()),
        ("fr", "On craint que le mur ne tombe.", ()),
        ("fr", "Il viendra sans doute.", ()),
        ("fr", "Il y a fait un pas de plus.", ()),
        ("fr", "Une personne est arrivée.", ()),
        ("en", "Not only does he sing, he dances.", ()),
        ("en", "He lives at no. 5 Hill Street.", ()),
        ("en", "It takes no more than ten minutes.", ()),
        ("en", "There is no doubt about it.", ()),
    ],
)
def test_what_a_sentence_denies(lang: Lang, text: str, expected: tuple[str, ...]) -> None:
    assert negations(text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "claim", "evidence"),
    [
        ("fr", "Le pont n'a pas été reconstruit en 1920.", "Le pont a été reconstruit en 1920 par la ville."),
        (
            "fr",
            "Le pont a été reconstruit en 1920.",
            "Le pont n'a pas été reconstruit en 1920, faute d'argent.",
        ),
        ("fr", "Le musée n'est pas à Grenoble.", "Le musée est à Grenoble, près de la gare."),
        ("fr", "Le musée est à Grenoble.", "Le musée n'est pas à Grenoble."),
        ("fr", "Le maire ne soutient pas le projet de tramway.", "Le maire soutient le projet de tramway."),
        ("fr", "Aucun accord n'a été signé à Vienne.", "Un accord a été signé à Vienne hier."),
        ("fr", "La tour est ouverte au public.", "La tour n'est plus ouverte au public."),
        ("en", "The bridge was not rebuilt in 1920.", "The bridge was rebuilt in 1920 by the town."),
        ("en", "The bridge was rebuilt in 1920.", "The bridge wasn't rebuilt in 1920 for want of money."),
        ("en", "The mayor does not support the tram.", "The mayor supports the tram."),
        ("en", "The museum is in Leeds.", "The museum is not in Leeds."),
        ("en", "The museum is not in Leeds.", "The museum is in Leeds."),
        ("en", "No treaty was signed in Vienna.", "A treaty was signed in Vienna."),
        ("en", "Anna signed the peace treaty.", "Anna did not sign the peace treaty."),
        ("en", "Whales can breathe water.", "Whales cannot breathe water."),
        ("en", "The base can be immersed in water.", "Do not immerse the base in water."),
        ("en", "You should immerse the base.", "Warning: never immerse the base in water."),
        ("fr", "Il faut plonger le socle dans l'eau.", "Ne plongez pas le socle dans l'eau."),
        ("fr", "On peut plonger le socle.", "Attention : ne jamais plonger le socle."),
    ],
)
def test_a_denial_of_what_is_stated_conflicts(lang: Lang, claim: str, evidence: str) -> None:
    assert polarity_conflict(claim, lang, evidence, lang)


@pytest.mark.parametrize(
    ("lang", "claim", "evidence"),
    [
        ("fr", "Le pont n'a pas été reconstruit.", "Le pont n'a jamais été reconstruit."),
        ("fr", "Le maire n'a pas démissionné.", "Le maire a refusé de démissionner."),
        ("fr", "Le maire a refusé de démissionner.", "Le maire n'a pas voulu démissionner."),
        ("fr", "Le musée n'est pas ouvert le mardi.", "Le musée est ouvert tous les jours sauf le mardi."),
        ("fr", "Elle mange du pain.", "Elle ne mange que du pain."),
        ("fr", "Elle a habité à Lyon.", "Elle n'habite plus à Lyon."),
        ("fr", "Le maire a signé l'accord.", "Le maire, qui n'était pas à Paris, a signé l'accord."),
        ("fr", "Il a quitté Paris en 1920.", "Il n'a pas quitté Paris avant 1920."),
        ("fr", "Le pont n'a pas rouvert.", "Le pont n'est pas encore rouvert. Il devrait rouvrir en mai."),
        ("fr", "Le pont n'a pas rouvert.", "Le pont reste fermé. Il devrait rouvrir en mai."),
        ("fr", "Il faut moins de dix jours.", "Il ne faut pas plus de dix jours."),
        ("fr", "Il a évité le service militaire.", "Il n'a pas fait le service militaire."),
        ("fr", "Le conseil ne recommande pas le plomb.", "Le conseil recommande de ne pas user de plomb."),
        ("fr", "Le maire signe le contrat.", "Si le maire ne signe pas le contrat, tout est perdu."),
        ("en", "The bridge did not reopen in May.", "The bridge should reopen in May, said the mayor."),
        ("en", "The bridge should reopen in May.", "The bridge did not reopen in May."),
        ("fr", "Le socle doit être débranché.", "Ne nettoyez pas le socle sans l'avoir débranché."),
        ("en", "Gloves should be worn with acid.", "Never handle acid without gloves worn over the sleeves."),
        ("fr", "Le maire devra signer le contrat.", "Ne signant pas le contrat, le maire partit."),
        ("en", "The base must be dried.", "Do not immerse the base. It must be dried."),
        ("en", "Anna signed the peace treaty.", "Bruno did not sign the peace treaty. Anna signed."),
        ("en", "He left Rome in 1920.", "He did not leave Rome until 1920."),
        ("en", "She did not resign.", "She refused to resign."),
        ("en", "She sang and danced.", "She not only sang, she danced."),
        ("en", "The shop is not open on Sundays.", "The shop is open daily except Sundays."),
        ("en", "He lived in Rome.", "He no longer lives in Rome."),
        ("en", "Anna signed the treaty.", "Anna signed the treaty. Bruno did not sign the treaty."),
        ("en", "The shop opened in May.", "The shop, which does not sell bread, opened in May."),
    ],
)
def test_a_right_paraphrase_does_not_conflict(lang: Lang, claim: str, evidence: str) -> None:
    assert not polarity_conflict(claim, lang, evidence, lang)


@pytest.mark.parametrize(
    ("claim", "claim_lang", "evidence", "evidence_lang", "conflict"),
    [
        ("The bridge was not rebuilt.", "en", "Le pont a été reconstruit.", "fr", True),
        ("The bridge was not rebuilt.", "en", "Le pont n'a pas été reconstruit.", "fr", False),
        ("Le pont n'a pas été reconstruit.", "fr", "The bridge was rebuilt.", "en", True),
        ("The bridge was rebuilt.", "en", "Le pont n'a pas été reconstruit.", "fr", False),
        ("The bridge was rebuilt.", "en", "Le pont a été reconstruit.", "fr", False),
        ("She did not resign.", "en", "Elle a refusé de démissionner.", "fr", False),
        ("She did not leave until 1920.", "en", "Elle ne partit qu'en 1920.", "fr", False),
        ("Elle n'est pas partie avant 1920.", "fr", "She left in 1920.", "en", False),
        (
            "The dam was not inspected before the flood.",
            "en",
            "Le barrage a été inspecté avant la crue.",
            "fr",
            True,
        ),
        ("The island is not inhabited.", "en", "L'île est inhabitée.", "fr", False),
        ("La route n'est pas goudronnée.", "fr", "The road is unpaved.", "en", False),
        ("Les chiens ne sont pas admis.", "fr", "Dogs are prohibited.", "en", False),
        ("Le prix ne doit pas dépasser 3 euros.", "fr", "The highest price is 3 euros.", "en", False),
        ("La tour n'est pas ouverte.", "fr", "The united parish opened the tower.", "en", True),
    ],
)
def test_across_languages_a_denial_needs_a_denial(
    claim: str, claim_lang: Lang, evidence: str, evidence_lang: Lang, conflict: bool
) -> None:
    assert polarity_conflict(claim, claim_lang, evidence, evidence_lang) is conflict


@pytest.mark.parametrize(
    ("lang", "claim", "evidence", "conflict"),
    [
        ("fr", "Bertrand a battu Alice en finale.", "Alice a battu Bertrand en finale.", True),
        ("fr", "Le roi Louis a vaincu Guillaume.", "En 1690, Guillaume a vaincu le roi Louis.", True),
        ("en", "Bruno defeated Alice in the final.", "In May, Alice defeated Bruno in the final.", True),
        ("en", "Alice was defeated by Bruno.", "Bruno was defeated by Alice.", True),
        ("en", "The road runs from York to Leeds.", "The road runs from Leeds to York.", True),
        ("fr", "Alice a battu Bertrand.", "Alice a été battue par Bertrand.", True),
        ("en", "Bruno was defeated by Alice.", "Bruno defeated Alice in May.", True),
        ("en", "Bruno walked past Leeds by York.", "Bruno walked past Leeds to York.", False),
        ("en", "Bruno bought the farm from Alice.", "Alice sold the farm to Bruno.", False),
        ("en", "Leeds lies north of York.", "York lies south of Leeds.", False),
        ("en", "Alice sold Bruno the farm.", "Bruno sold the farm to Alice.", True),
        ("en", "Alice and then Bruno sang.", "Bruno and Alice sang.", False),
        ("en", "Bruno was defeated by Alice.", "Alice defeated Bruno.", False),
        ("fr", "Bertrand a été battu par Alice.", "Alice a battu Bertrand.", False),
        ("fr", "Alice a battu Bertrand.", "Alice a battu Bertrand.", False),
        ("fr", "Bertrand a rencontré Alice.", "Alice a rencontré Bertrand.", False),
        ("fr", "Alice et Bertrand ont signé.", "Bertrand et Alice ont signé.", False),
        ("en", "Bruno married Alice.", "Alice married Bruno.", False),
        ("en", "Leeds is 20 miles from York.", "York is 20 miles from Leeds.", False),
    ],
)
def test_names_that_changed_places_conflict(lang: Lang, claim: str, evidence: str, conflict: bool) -> None:
    assert roles_conflict(claim, evidence, lang) is conflict
