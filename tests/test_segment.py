"""Offsets that never lie, passages, nodes, and what a sentence needs around it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from qa.readers import read_document
from qa.segment import make_passages, split_sentences, standalone_context
from qa.segment.nodes import from_node_metadata, to_nodes
from qa.segment.passages import PASSAGE_CHARS
from qa.segment.sentences import MAX_SENTENCE
from qa.settings import CorpusSettings
from qa.types import LANGS, Document, Lang, Span

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))


def pieces(text: str, lang: Lang = "fr") -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, lang)]


def document(text: str, lang: Lang = "fr") -> Document:
    return Document("a/b.txt", "0" * 64, text, "Titre", lang, date="2023-03", source="Agence")


def assert_exact(text: str, spans: tuple[Span, ...]) -> None:
    """In order, no overlap, no white space at the ends, every other character covered, bounded."""
    position = 0
    for span in spans:
        assert position <= span.start < span.end
        assert not text[position : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        assert span.end - span.start <= MAX_SENTENCE
        position = span.end
    assert not text[position:].strip()


def random_text(seed: int) -> str:
    """Text with everything that could upset offsets: abbreviations, quotes, odd spaces, astral letters."""
    chance = random.Random(seed)
    bits = [
        *"M. Mme. J.-C. etc. U.S. p.m. n° 3.5 1,5 « » “ ” \" ' ( ) [ ] … ... ?! ! ? . ; :".split(),
        *", – - • 1. a)".split(),
        *"Le la Il He The it réunion Œuvre été naïve 𝒜𝓁𝓅𝒽𝒶 👩‍🚀 العربية 中文。 e\u0301te\u0301 https://a.b/c?d=e.f".split(),
        *("\n", "\n\n", "\r", "\t", "\u00a0", "\u202f", "\u2028", "\x0c", "\x85", "  ", "a" * 700),
    ]
    return "".join(
        chance.choice(bits) + chance.choice([" ", " ", " ", ""]) for _ in range(chance.randint(0, 400))
    )


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_offsets_are_exact_on_the_seeds(path: Path) -> None:
    text = path.read_text("utf-8")
    for lang in LANGS:
        assert_exact(text, split_sentences(text, lang))


@pytest.mark.parametrize("seed", range(60))
def test_offsets_are_exact_on_anything(seed: int) -> None:
    text = random_text(seed)
    for lang in LANGS:
        spans = split_sentences(text, lang)
        assert_exact(text, spans)
        for i in range(len(spans)):
            context = standalone_context(text, spans, i)
            assert context.start <= spans[i].start < spans[i].end <= context.end


def test_headings_items_and_captions_are_units_of_their_own() -> None:
    text = (
        "Un titre sans point\nLe texte commence ici. Il continue.\n- premier point\n- second point\n\n"
        "Photo Agence/Jeanne Martin\n\nLa fin est là"
    )
    assert pieces(text) == [
        "Un titre sans point",
        "Le texte commence ici.",
        "Il continue.",
        "- premier point",
        "- second point",
        "Photo Agence/Jeanne Martin",
        "La fin est là",
    ]


def test_a_date_label_is_a_unit_of_its_own() -> None:
    assert pieces(" date 2021-07 Le musée rouvre ses portes") == [
        "date 2021-07",
        "Le musée rouvre ses portes",
    ]


def test_wrapped_lines_go_on_and_headings_do_not() -> None:
    text = (
        "Les musées de la ville\n"
        "Le grand musée de la ville ouvre ses portes au public tous les\n"
        "jours de la semaine, sauf le lundi. Le billet coûte dix euros et\n"
        "donne droit à la visite de toutes les salles, y compris celles de\n"
        "M. Durand.\n"
        "Les horaires\n"
        "Il ouvre à neuf heures."
    )
    assert pieces(text) == [
        "Les musées de la ville",
        "Le grand musée de la ville ouvre ses portes au public tous les\njours de la semaine, sauf le lundi.",
        "Le billet coûte dix euros et\ndonne droit à la visite de toutes les salles, y compris celles de\n"
        "M. Durand.",
        "Les horaires",
        "Il ouvre à neuf heures.",
    ]


def test_items_of_a_wrapped_list_stay_apart() -> None:
    text = (
        "- la rénovation de la grande salle du premier étage et des\n"
        "- couloirs qui y mènent, avec leurs fenêtres et les portes\n"
        "- vitrées de la cour"
    )
    assert len(pieces(text)) == 3


def test_short_lines_are_no_wrapped_text() -> None:
    assert pieces("pommes\npoires\nprunes") == ["pommes", "poires", "prunes"]


def test_long_sentences_are_cut_where_they_breathe() -> None:
    text = "; ".join(f"le point numéro {i} est traité avec soin, sans hâte" for i in range(40))
    parts = pieces(text)
    assert len(parts) > 2
    assert all(part.endswith(";") for part in parts[:-1])


def test_passages_cover_the_document_in_order() -> None:
    for path in SEEDS:
        doc = read_document(path, path.name, CorpusSettings())
        passages = make_passages(doc)
        assert tuple(s for p in passages for s in p.sentences) == split_sentences(doc.text, doc.lang)
        for passage in passages:
            assert passage.text == doc.text[passage.start : passage.end]
            assert len(passage.text) <= PASSAGE_CHARS or len(passage.sentences) <= 2
        assert len({p.id for p in passages}) == len(passages)


def test_a_heading_goes_with_what_follows() -> None:
    body = " ".join(f"La salle numéro {i} est ouverte au public." for i in range(10))
    text = f"{body}\n\nLes salles fermées\n\n{body}"
    passages = make_passages(document(text))
    assert [p.text.split("\n")[0] for p in passages if "fermées" in p.text] == ["Les salles fermées"]


def test_the_id_of_a_passage_changes_with_its_document() -> None:
    one = make_passages(document("Une phrase."))[0]
    assert one == make_passages(document("Une phrase."))[0]
    assert len(one.id) == 32
    assert one.id != make_passages(document("Une phrase !"))[0].id


def test_an_empty_document_has_no_passages() -> None:
    assert make_passages(document(" \n ")) == ()


def test_nodes_carry_the_passage_there_and_back() -> None:
    doc = document("Une phrase assez longue pour compter. " * 60)
    passages = make_passages(doc)
    nodes = to_nodes(doc, passages)
    assert [from_node_metadata(n.id_, n.text, n.metadata) for n in nodes] == list(passages)
    first, second, last = nodes[0], nodes[1], nodes[-1]
    assert first.metadata["date_int"] == 20230300
    assert first.get_content(metadata_mode="embed") == passages[0].text
    assert first.prev_node is None
    assert first.next_node is not None
    assert first.next_node.node_id == second.id_
    assert second.prev_node is not None
    assert second.prev_node.node_id == first.id_
    assert last.next_node is None
    assert first.source_node is not None
    assert first.source_node.node_id == doc.path
    assert all(isinstance(value, str | int) for node in nodes for value in node.metadata.values())


def test_nodes_know_their_page() -> None:
    text = "La page un.\n\nLa page trois. Sa suite."
    pages = (Span(0, 11), Span(11, 11), Span(13, len(text)))
    doc = Document("a.pdf", "0" * 64, text, "t", "fr", pages=pages)
    nodes = to_nodes(doc, make_passages(doc))
    assert [(n.text, n.metadata["page"]) for n in nodes] == [
        ("La page un.", 1),
        ("La page trois. Sa suite.", 3),
    ]


CONTEXTS: list[tuple[str, int, int, int]] = [
    # text, the sentence asked for, first and last sentence of what stands alone
    ("Le maire est venu. Il a parlé à la foule réunie.", 1, 0, 1),
    ("Le maire est venu. Cependant, la foule restait muette.", 1, 0, 1),
    ("Le maire est venu. La foule restait muette ce matin-là.", 1, 1, 1),
    ("Le maire est venu.\n\nIl a parlé longuement à la foule. Ce dernier point compte.", 2, 0, 2),
    ("Le musée ouvre. Il y a trois salles au premier étage.", 1, 1, 1),
    ("M. Durand a parlé. « La ville doit changer de cap très vite. »", 1, 0, 1),
    ("M. Durand a parlé. « La ville doit changer de cap », a-t-il ajouté.", 1, 0, 1),
    ("La pluie tombait. « La ville doit changer de cap », a dit Mme Petit.", 1, 1, 1),
    ("Le maire a dit : « La ville doit enfin changer de cap. Nous devons agir tous ensemble. »", 1, 0, 1),
    ("Le soir. « La ville doit changer de cap. Nous agirons ensemble », a dit Mme Petit.", 1, 1, 2),
    ("Trois points sont prévus :\n- la rénovation de la salle\n- le budget de la ville", 2, 0, 2),
    ("La visite a plu. M. Durand reviendra voir la ville demain.", 1, 1, 1),
    ("The mayor came. He spoke to the crowd for an hour.", 1, 0, 1),
    ("The mayor came. However, the crowd remained silent.", 1, 0, 1),
    ("The mayor came. The crowd remained silent that day.", 1, 1, 1),
    ("The mayor came. “The town must change its ways now,” he said.", 1, 0, 1),
    ("The mayor came. “The town must change its ways now,” Ms. Hill said.", 1, 1, 1),
    ("The plan failed. Therefore, the town sold the old house.", 1, 0, 1),
    ("La ville\n\nUn titre de plus\n\nLe maire est venu hier soir.", 1, 1, 1),
]


@pytest.mark.parametrize(("text", "asked", "first", "last"), CONTEXTS)
def test_a_sentence_gets_what_it_leans_on(text: str, asked: int, first: int, last: int) -> None:
    spans = split_sentences(text, "en" if "The " in text else "fr")
    context = standalone_context(text, spans, asked)
    assert text[context.start : context.end] == text[spans[first].start : spans[last].end]
