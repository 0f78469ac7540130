"""What leaves as a file or by the clipboard: all that the page says of an answer, nothing that acts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from browser import chromium
from markdown_it import MarkdownIt
from playwright.sync_api import Browser

from qa.chat.exchange import Conversation, Exchange
from qa.chat.export import export
from qa.serve.footnotes import with_footnotes, without_footnotes
from qa.types import (
    Answer,
    AnswerError,
    Citation,
    Claim,
    Evidence,
    Lang,
    Scope,
    Span,
)

ASKED = "Combien a coûté le pont ?"
TWELVE = Citation(
    "2019.txt", "Le pont", "2019-05-04", 0, 22, "Il a coûté 12 millions.", 1, "Gazette", lang="fr"
)
FIFTEEN = Citation(
    "notes/2021.pdf", "The accounts", "2021", 4, 26, "It cost 15 million.", 2, page=7, lang="en"
)
CLAIMS = (
    Claim("Il a coûté 12 millions.", "supported", 0.9, (1,)),
    Claim("Il a coûté 15 millions.", "supported", 0.8, (2,)),
)
ANSWERED = Answer(
    "",
    ASKED,
    "fr",
    "answered",
    "Il a coûté 12 millions [1]. Il a coûté 15 millions [2].",
    CLAIMS,
    (TWELVE, FIFTEEN),
)
UNREAD = Evidence("a.txt", "A", None, "fr", 0, 3, "Oui", Span(0, 3), "Oui")
ERROR = AnswerError("model_unavailable", "Ollama does not answer.", "Start it.")


def done(answer: Answer) -> Exchange:
    return Exchange(
        answer.question, claims=answer.claims, citations=answer.citations, answer=answer, error=answer.error
    )


def markdown(answer: Answer) -> str:
    return export("markdown", (done(answer),), answer.lang)[2]


def page(answer: Answer) -> str:
    return export("html", (done(answer),), answer.lang)[2]


OUT: tuple[Callable[[Answer], str], ...] = (markdown, page, with_footnotes)


@pytest.mark.parametrize("out", OUT)
@pytest.mark.parametrize(
    ("answer", "french", "english"),
    [
        (
            replace(ANSWERED, disagreement=True),
            "Les sources ne s'accordent pas",
            "The sources disagree",
        ),
        (
            replace(ANSWERED, status="partial"),
            "Réponse partielle : il manque quelque chose",
            "Partial answer: something that was asked for is missing",
        ),
        (
            replace(ANSWERED, claims=(replace(CLAIMS[0], verdict="unsupported"),)),
            "Non vérifié : «\u00a0Il a coûté 12 millions.\u00a0»",
            "Not verified: “Il a coûté 12 millions.”",
        ),
        (
            replace(ANSWERED, dropped=(UNREAD, UNREAD)),
            "2 phrases n'ont pas été lues",
            "2 sentences were not read",
        ),
        (
            replace(ANSWERED, understood="Combien a coûté le pont de Brax ?"),
            "Compris comme : Combien a coûté le pont de Brax ?",
            "Understood as: Combien a coûté le pont de Brax ?",
        ),
        (
            replace(ANSWERED, scope=Scope(("2019.txt", "notes/2021.pdf"), "2019", None)),
            "Question limitée à : 2019.txt, notes/2021.pdf · à partir de 2019",
            "The question is narrowed to: 2019.txt, notes/2021.pdf · from 2019",
        ),
    ],
    ids=["disagreement", "partial", "unsupported", "dropped", "understood", "scope"],
)
def test_what_qualifies_an_answer_goes_with_it(
    out: Callable[[Answer], str], answer: Answer, french: str, english: str
) -> None:
    for lang, words in (("fr", french), ("en", english)):
        told = plain(out(replace(answer, lang=lang)))
        assert words in told
        # Of an answer without it nothing of the kind is said.
        assert words.partition(":")[0] not in plain(out(replace(ANSWERED, lang=lang)))
    # It is no part of what a follow-up leans on.
    assert without_footnotes(with_footnotes(answer)) == ANSWERED.answer


@pytest.mark.parametrize("out", OUT)
def test_a_translation_is_labelled_as_the_models(out: Callable[[Answer], str]) -> None:
    translated = replace(FIFTEEN, translation="Il a coûté 15 millions.")
    for lang, label in (("fr", r"par le modèle : («\s)?"), ("en", r"by the model: “?")):
        told = plain(out(replace(ANSWERED, lang=lang, citations=(TWELVE, translated))))
        assert re.search(label + r"Il a coûté 15 millions\.", told)
        # The quotation stands before it, as it is.
        assert told.index("It cost 15 million.") < told.rindex("Il a coûté 15 millions.")
        assert "modèle" not in plain(out(replace(ANSWERED, lang=lang)))


def plain(text: str) -> str:
    """Without tags, references and what nobody sees."""
    return html.unescape(re.sub(r"<[^>]*>", "", text)).replace("\u2060", "")


@pytest.mark.parametrize("out", OUT)
def test_every_source_is_named_with_its_quote_date_and_page(out: Callable[[Answer], str]) -> None:
    told = plain(out(ANSWERED))
    for words in (
        *("Il a coûté 12 millions [1]. Il a coûté 15 millions [2].", "12 millions.", "It cost 15 million."),
        *("Le pont", "2019-05-04", "Gazette", "2019.txt", "The accounts", "notes/2021.pdf", "2021"),
    ):
        assert words in told
    assert re.search(r"\b(p\.|page) 7\b", told)


@pytest.mark.parametrize("out", OUT)
@pytest.mark.parametrize(
    ("lang", "silent", "nearby"),
    [
        ("fr", "Les documents ne le disent pas.", r"sans réponse sûre"),
        ("en", "The documents do not say.", r"without a sure answer"),
    ],
)
def test_a_refusal_shows_the_nearest_sentences_as_no_answer(
    out: Callable[[Answer], str], lang: Lang, silent: str, nearby: str
) -> None:
    answer = Answer("", ASKED, lang, "refused", silent, nearest=(replace(TWELVE, n=None),))
    told = plain(out(answer))
    assert silent in told
    assert re.search(nearby, told)
    assert told.index(silent) < told.index("Il a coûté 12 millions.")
    assert "[1]" not in told
    assert without_footnotes(with_footnotes(answer)) == silent


@pytest.mark.parametrize("kind", ["markdown", "html"])
def test_a_failure_is_told_with_its_remedy_and_what_was_written_stays(kind: str) -> None:
    written = Exchange(ASKED, claims=CLAIMS[:1], citations=(TWELVE,))
    failed = Answer("", ASKED, "fr", "error", "", error=ERROR)
    for exchange in (written.failed(ERROR), done(failed)):
        french = plain(export(kind, (exchange,), "fr")[2])
        assert "Une erreur s'est produite : Le modèle ne répond pas." in french
        assert "Démarrez-le" in french
        english = plain(export(kind, (exchange,), "en")[2])
        assert "Something went wrong: Ollama does not answer. Start it." in english
        assert "Arrêté" not in french
    told = plain(export(kind, (written.failed(ERROR),), "fr")[2])
    assert "Il a coûté 12 millions [1]." in told
    assert "2019.txt" in told

    stopped = written.failed(AnswerError("cancelled", "Stopped.", ""))
    for exchange, said in ((stopped, "Arrêté à votre demande."), (written, "n'était pas finie")):
        told = plain(export(kind, (exchange,), "fr")[2])
        assert said in told
        assert "Il a coûté 12 millions [1]." in told
        assert "2019.txt" in told


# The rules of citationstyles.org for what an export may hold.
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": ["document", "article-newspaper", "report", "webpage"]},
            "id": {"type": "string", "minLength": 1},
            "title": {"type": "string"},
            "publisher": {"type": "string"},
            "language": {"type": "string", "pattern": "^(fr|en)$"},
            "page": {"type": "string", "pattern": r"^\d+(, \d+)*$"},
            "note": {"type": "string"},
            "issued": {
                "type": "object",
                "required": ["date-parts"],
                "additionalProperties": False,
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 3,
                            "items": {"type": "integer"},
                        },
                    }
                },
            },
        },
    },
}


def csl(*exchanges: Exchange) -> list[dict[str, Any]]:
    name, media, content = export("csl", exchanges, "fr")
    assert name.endswith(".csl.json")
    assert media == "application/vnd.citationstyles.csl+json"
    items = json.loads(content)
    jsonschema.validate(items, CSL)
    assert len({item["id"] for item in items}) == len(items)
    return items


def cited(*citations: Citation) -> Exchange:
    return done(Answer("", ASKED, "fr", "answered", "Oui.", citations=citations))


@pytest.mark.parametrize(
    ("date", "parts"),
    [("2023-03-02", [2023, 3, 2]), ("2023-03", [2023, 3]), ("2023", [2023]), (None, None), ("jeudi", None)],
)
def test_a_dated_article_is_cited_by_its_date(date: str | None, parts: list[int] | None) -> None:
    title = 'L\'« été » dit "à la va-vite" & <i>co</i> – œuvre de l’Aÿ'
    article = Citation("a/000.txt", title, date, 0, 3, "Oui", 1, "Le Monde", lang="fr")
    (item,) = csl(cited(article))
    assert (item["id"], item["title"], item["publisher"], item["language"]) == (
        *("a/000.txt", title, "Le Monde"),
        "fr",
    )
    assert item.get("issued") == (None if parts is None else {"date-parts": [parts]})
    assert "page" not in item
    assert title.split()[0] in export("csl", (cited(article),), "fr")[2], "accents are not escaped"


def test_a_document_is_cited_once_with_all_its_quotes_and_pages() -> None:
    first = Citation("r.pdf", "Rapport", None, 0, 9, "Il\n pleut.", 1, page=12)
    second = replace(first, start=20, end=29, quote="Il neige.", n=2, page=3)
    again = replace(first, n=1)
    other = Citation("b.txt", "B", None, 0, 3, "Oui", 3)
    items = csl(cited(first, second, other), cited(again))
    assert [item["id"] for item in items] == ["r.pdf", "b.txt"]
    assert items[0]["page"] == "3, 12"
    assert items[0]["note"] == "«\u00a0Il pleut.\u00a0» «\u00a0Il neige.\u00a0»"
    assert "publisher" not in items[0]
    assert "issued" not in items[0]


def test_what_is_not_cited_is_no_source() -> None:
    refusal = Answer("", ASKED, "fr", "refused", "Rien.", nearest=(replace(TWELVE, n=None),))
    assert csl(done(refusal)) == []
    stopped = Exchange(ASKED, claims=CLAIMS[:1], citations=(TWELVE,)).failed(ERROR)
    assert [item["id"] for item in csl(stopped)] == ["2019.txt"]


ATTACKS = (
    "![x](http://evil.example/image)",
    "![x][ref]\n\n[ref]: http://evil.example/reference",
    "[lire](javascript:document.title='taken') [voir](data:text/html,<script>1</script>)",
    "<http://evil.example/auto> http://evil.example/bare www.evil.example me@evil.example",
    '<img src="http://evil.example/tag" onerror="document.title=\'taken\'">',
    "<script>document.title='taken';fetch('http://evil.example/script')</script>",
    "</p></blockquote></li></section></body></html><iframe src='http://evil.example/frame'></iframe>",
    "</title></style><style>@import url(http://evil.example/style);body{background:url(//evil.example/b)}",
    '" onmouseover="document.title=\'taken\'" x="',
    "<a href=\"javascript:document.title='taken'\" autofocus onfocus=\"document.title='taken'\">ici</a>",
    '<meta http-equiv="refresh" content="0;url=http://evil.example/refresh">',
    '<svg onload="document.title=\'taken\'"><image href="http://evil.example/svg"/></svg>',
    "``` `code` ~~~ | a | b |\n|---|---|\n| ![x](http://evil.example/cell) | |",
    "```\n![x](http://evil.example/fence)",
    "--><!-- > # titre\n\n> ![x](http://evil.example/quote)\n- [ ] [a](http://evil.example/item)",
    "\x00\x07\x1b[31mrouge\x1b]8;;http://evil.example/osc\x07ici\x7f\x9b",
    "facture\u202etxt.exe\u202c \u2066fin",
    "&lt;img src=http://evil.example/entity&gt; &#60;script&#62; \\[a\\](http://evil.example/escape)",
)


def hostile() -> Conversation:
    """Each attack in each place where a document, a person or a model can put it."""
    exchanges = []
    for attack in ATTACKS:
        source = Citation(
            f"{attack}.txt", attack, attack, 0, 1, attack, 1, attack, 3, "fr", translation=attack
        )
        answer = Answer(
            "",
            attack,
            "fr",
            "answered",
            f"{attack} [1].",
            (Claim(attack, "unsupported", 0.5, (1,)),),
            (source,),
            nearest=(replace(source, n=None),),
            understood=attack,
            scope=Scope((attack,), attack, attack),
        )
        error = AnswerError("unknown", attack, attack)
        exchanges += [done(answer), Exchange(attack, claims=answer.claims, citations=(source,)).failed(error)]
    return tuple(exchanges)


def test_the_markdown_file_links_and_loads_nothing() -> None:
    told = export("markdown", hostile(), "fr")[2]
    tokens = [
        token
        for block in MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(told)
        for token in (block, *(block.children or ()))
    ]
    acting = {"image", "link_open", "html_inline", "html_block", "fence", "code_block", "table_open"}
    assert not [(token.type, token.content, token.attrs) for token in tokens if token.type in acting]
    # What renderers link without being told to.
    assert not re.findall(r"https?://|\bwww\.|\w@\w", told)
    # Every question has its own section, and each answer its sources: nothing swallowed what follows.
    headings = [token for token in tokens if token.type == "heading_open" and token.tag == "h2"]
    assert len(headings) == 2 * len(ATTACKS)
    assert told.count("**Sources**") == 2 * len(ATTACKS)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)
    # And it is all there.
    assert told.replace("\u2060", "").count("http://evil.example/image") >= 8


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.browser
def test_the_html_file_asks_for_nothing_and_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "conversation.html"
    written = export("html", hostile(), "fr")[2]
    # What the markup itself does, not what its policy forbids it.
    bare = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", written, count=1)
    assert bare != written
    for content in (written, bare):
        path.write_text(content, "utf-8")
        asked: list[str] = []
        complaints: list[str] = []
        context = browser.new_context()
        try:
            page = context.new_page()
            context.on("request", lambda request: asked.append(request.url))  # noqa: B023
            page.on("console", lambda line: complaints.append(line.text))  # noqa: B023
            page.on("pageerror", lambda error: complaints.append(str(error)))  # noqa: B023
            page.on("dialog", lambda dialog: dialog.dismiss())
            page.goto(path.as_uri())
            page.mouse.move(200, 200)
            for _ in range(3):
                page.keyboard.press("Tab")
            page.wait_for_timeout(500)
            assert asked == [path.as_uri()]
            assert complaints == []
            assert page.title() == "Sourcier"
            assert page.url == path.as_uri()
            assert page.locator("section").count() == 2 * len(ATTACKS)
            acting = "script, img, iframe, svg, link, object, embed, form, base, [onmouseover], [onfocus]"
            assert page.locator(acting).count() == 0
            links = page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
            assert links
            assert all(re.fullmatch(r"#s\d+-1", link) for link in links)
            shown = page.locator("body").inner_text()
            assert "<script>document.title='taken'" in shown
            assert "![x](http://evil.example/image)" in shown
            # What stands behind a title that turns the text round is read from left to right.
            assert "\u202e" not in shown
        finally:
            context.close()
