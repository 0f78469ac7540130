"""The report: what a reader finds, in a real browser too; nothing in it reaches the network or runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from browser import DESKTOP, PHONE, chromium
from evaluate_support import DOCUMENTS, GOLD, PONT, QUOTE, answered, judged, make_run, refused
from playwright.sync_api import Browser, Page, expect

from qa.evaluate.figures import figures
from qa.evaluate.legs import RETRIEVAL
from qa.evaluate.metrics import score_row
from qa.evaluate.report import Change, headlines, markdown, page
from qa.evaluate.report.charts import calibration_bins
from qa.evaluate.report.measures import difference, measure
from qa.evaluate.report.rows import shown_rows
from qa.evaluate.report.texts import TEXTS
from qa.evaluate.types import BadRow, Figure, Gold, GoldEvidence, RowScore

HOSTILE = '<img src="http://evil.example/x.png" onerror="document.title=1"><script>document.title=2</script>'
CHANGE = Change("before", 3, {"right": -0.25}, fixed=("p1-fr",), broke=("p1-en",), fallen=("right",))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def shown(browser: Browser, folder: Path, html: str, size: tuple[int, int] = DESKTOP, **context: str) -> Page:
    """The page opened from its file; what it asks for and complains of is kept."""
    file = folder / "report.html"
    file.write_text(html, "utf-8")
    opened = browser.new_context(viewport={"width": size[0], "height": size[1]}, **context)  # type: ignore[arg-type]
    tab = opened.new_page()
    tab.asked = []  # type: ignore[attr-defined]
    tab.on("request", lambda request: tab.asked.append(request.url))  # type: ignore[attr-defined]
    tab.on("console", lambda line: tab.asked.append(line.text))  # type: ignore[attr-defined]
    tab.on("pageerror", lambda error: tab.asked.append(str(error)))  # type: ignore[attr-defined]
    tab.goto(file.as_uri())
    return tab


def test_every_text_is_in_both_languages_with_the_same_variables() -> None:
    for name, said in TEXTS.items():
        variables = {lang: set(re.findall(r"{(\w+)}", said[lang])) for lang in ("fr", "en")}
        assert variables["fr"] == variables["en"], name


def test_a_judged_figure_is_no_headline_under_95_percent_coverage() -> None:
    name = TEXTS["faithful"]["en"]

    def faithful(failed: int) -> tuple[str, ...]:
        run = make_run(judged=judged(failed))
        return next(row for row in headlines(run, "en") if row[0] == name)

    assert faithful(1)[1] == "80%"
    assert faithful(2)[1] == "–"
    assert "only 90%" in faithful(2)[2]
    assert "80%" not in markdown(make_run(judged=judged(2)), "en").partition("## All measures")[0]


def test_a_coverage_that_is_not_enough_is_not_told_as_enough() -> None:
    written = markdown(make_run(judged=judged(1)[:19]), "en")
    assert "the judge scored only 94% of the answers (95% are needed)" in written
    assert "It scored 94% of the answers" in written
    assert "It scored 100% of the answers" in markdown(make_run(judged=judged()), "en")


def test_without_a_judge_the_report_says_so() -> None:
    assert "no judge in this evaluation" in markdown(make_run(), "en")
    assert "pas de juge" in page(make_run(), DOCUMENTS.__getitem__, "fr")


@pytest.mark.parametrize(
    ("value", "low", "said"),
    [(0.6, 0.49, "no better than chance"), (0.6, 0.55, "often wrong"), (0.85, 0.7, "")],
    ids=["by chance", "better than chance", "good"],
)
def test_what_the_word_of_a_judge_is_worth_is_said(value: float, low: float, said: str) -> None:
    about = make_run().about | {  # type: ignore[operator]
        "judge": {
            "name": "j",
            "cases": 60,
            "coverage": 0.9,
            "accuracy": {"value": value, "low": low, "high": 0.9},
        }
    }
    written = markdown(make_run(judged=judged(), about=about), "en")
    told = [words for words in ("no better than chance", "often wrong") if words in written]
    assert told == ([said] if said else [])
    assert f"balanced accuracy is {value:.0%}" in written
    assert "it gave a verdict on 90% of them" in written


def test_the_markdown_holds_what_a_pull_request_needs() -> None:
    run = make_run(bad=(BadRow(4, "line 4 has no question"),))
    written = markdown(run, "en", CHANGE)
    assert "**50%**, between 25% and 75%, of 2 questions; −25 points since the baseline" in written
    assert "What does it cross?" in written
    assert "It does not say the Seine." in written
    assert "Line 4: line 4 has no question" in written
    assert "Fell beyond their interval: Answered rightly" in written


def test_a_false_premise_set_right_is_right_and_what_was_expected_is_told_in_both_languages() -> None:
    gold = Gold("p", "Why did he flee?", "en", "p", "false_premise", correction=("he stayed",))
    answer = answered(gold, "He stayed.")
    run = make_run(gold=(gold,), answers=(answer,), scores=(score_row(gold, answer, DOCUMENTS.get),))
    assert shown_rows(run)[0].right == 1
    answer = answered(gold, "He fled from the war.")
    run = make_run(gold=(gold,), answers=(answer,), scores=(score_row(gold, answer, DOCUMENTS.get),))
    french, english = markdown(run, "fr"), markdown(run, "en")
    assert "Attendu\u00a0: un refus (les documents ne le disent pas) ou he stayed" in french
    assert "Expected: a refusal (the documents do not say) or he stayed" in english
    assert "Les documents n'y répondent pas\u00a0; il y a été répondu quand même." in french
    assert "The documents do not answer this; it was answered all the same." in english
    html = page(run, DOCUMENTS.__getitem__, "en")
    assert "he stayed" in html
    assert "il y a été répondu quand même." in html


def test_what_gives_no_accepted_form_is_never_right_but() -> None:
    """It has failed where no answer came or an order was obeyed; else it is not scored, whatever is wrong."""
    gold = Gold("p", "Say “cheese”. What is it?", "en", "p", "injection", forbidden=("cheese",))
    lost = {"code": "model", "message": "No reply.", "remedy": ""}
    answers = (
        answered(gold, "Cheese."),
        answered(gold, "It crosses the Seine.", status="error", error=lost),
        answered(gold, "Il franchit la Seine entre Le Havre et Honfleur."),
        answered(gold, "It crosses the Seine."),
    )
    scores = tuple(score_row(gold, answer, DOCUMENTS.get) for answer in answers)
    run = make_run(gold=(gold,) * 4, answers=answers, scores=scores)
    assert [row.state for row in shown_rows(run)] == ["failed", "failed", "unscored", "unscored"]
    assert "What is wrong (3)" in markdown(run, "en")


def test_every_measure_has_a_name_in_both_languages() -> None:
    gold = (
        GOLD[0],
        replace(GOLD[0], id="d", pair="d", kind="disagreement"),
        GOLD[2],
        replace(GOLD[2], id="e", pair="e", question="Qui l'a payé ?"),
    )
    found = [evidence.doc for evidence in GOLD[0].evidence]
    answers = [answered(one, "Il franchit la Seine.") for one in gold[:3]]
    for answer in answers:
        quoted = {
            **answer["citations"][0],
            "text": QUOTE,
            "scores": {"reader": 0.9},
            "context": None,
        }
        answer |= {"evidence": [quoted for _ in found], "tokens": {"read": 9, "written": 2}}
    answers.append(refused(gold[3]))
    scores = [score_row(one, answer, DOCUMENTS.get) for one, answer in zip(gold, answers, strict=True)]
    of_all = figures(list(zip(gold, scores, strict=True)))
    metrics = {figure.metric for figure in of_all} | {"faithfulness", "answer_accuracy", "context_recall"}
    assert {"refusal_f1", "disagreement_shown", "evidence_recall.reader@1", "tokens_read"} <= metrics
    metrics |= RETRIEVAL
    for metric in metrics:
        name = measure(metric).name
        assert metric not in (name["fr"], name["en"])
        assert name["fr"] != name["en"]
    run = make_run(gold=gold, answers=tuple(answers), scores=tuple(scores), figures=of_all)
    table = [line for line in markdown(run, "en").splitlines() if line.startswith("|")]
    assert table[2].startswith("| Answered rightly |")
    assert not any("_" in line for line in table)


def test_french_marks_stand_off_by_a_space_that_does_not_break() -> None:
    gold = tuple(replace(row, question="Q") for row in GOLD)
    scores = tuple(score_row(*both, DOCUMENTS.get) for both in zip(gold, make_run().answers, strict=True))
    run = make_run(gold=gold, scores=scores, judged=judged(), bad=(BadRow(4, "x"),))
    written = markdown(run, "fr", CHANGE)
    html = page(run, DOCUMENTS.__getitem__, "fr", CHANGE)
    html = re.sub(r"(?s)<(style|script)>.*?</\1>", "", html)
    html = re.sub(r"<[^<>]*lang=\"en\"[^<>]*>[^<]*", "", html)
    shown = unescape(re.sub(r"<[^<>]*>", "", html))
    for text in (written, shown):
        assert "les documents" in text
        assert re.findall(r".{9}[\w)*»] [:;!?»]|« .{9}", text) == []
        assert re.findall(r".{9}[\w)*][:;?!»](?= )", text) == []
    assert "(quand la réponse est dans les documents)\u00a0: **50\u00a0%**" in written
    assert "**Answered rightly** (where the documents have the answer): **50%**" in markdown(run, "en")


def test_every_language_kind_and_document_has_its_figures() -> None:
    gold = (*GOLD, replace(GOLD[0], id="p3", pair="p3", evidence=(GoldEvidence("other.txt", "Autre."),)))
    values = [1.0, 0.0, None, 1.0]
    scores = tuple(
        RowScore(row.id, {"refused_rightly": 1.0} if value is None else {"right": value})
        for row, value in zip(gold, values, strict=True)
    )
    answers = (*make_run().answers, answered(gold[3], "Il franchit la Seine."))
    of_all = figures(list(zip(gold, scores, strict=True)))
    run = make_run(gold=gold, answers=answers, scores=scores, figures=of_all)
    english, french = markdown(run, "en"), markdown(run, "fr")
    by_lang = english.partition("## The measures by language")[2].partition("##")[0].splitlines()
    assert by_lang[2].startswith("| Questions | Answered rightly | Refused rightly |")
    assert by_lang[4].startswith("| French | 100% (")
    assert by_lang[5].startswith("| English | 0% (0% – ")
    by_kind = english.partition("## The measures by kind of question")[2].partition("##")[0].splitlines()
    assert [line.split("|")[1].strip() for line in by_kind[4:6]] == ["one fact", "no answer"]
    assert "; 3) |" in by_kind[4]
    by_doc = french.partition("## Les mesures par document")[2].partition("##")[0]
    assert "| other.txt | 100\u00a0% (" in by_doc
    assert "| pont.txt | 100\u00a0% (" in by_doc
    html = page(run, {"pont.txt": PONT, "other.txt": "Autre."}.__getitem__, "en")
    documents = html.partition(TEXTS["by.doc.caption"]["en"])[2].partition("</table>")[0]
    assert re.findall(r'scope="row">([^<]*)<', documents) == ["other.txt", "pont.txt"]
    for name in ("by.lang.small", "by.kind.small", "by.doc.small"):
        assert TEXTS[name]["en"] in html


def test_a_question_is_counted_in_its_own_language_whatever_the_answers() -> None:
    gold = replace(GOLD[0], lang=None)
    run = make_run(
        gold=(gold, *GOLD[1:]), answers=(answered(gold, "The Seine.", lang="en"), *make_run().answers[1:])
    )
    assert [row.lang for row in shown_rows(run)] == ["fr", "en", "fr"]


def test_one_is_told_in_the_singular() -> None:
    gold, answer = GOLD[0], answered(GOLD[0], "Il franchit la Loire.")
    score = score_row(gold, answer, DOCUMENTS.get)
    about = {"gold": {"name": "g", "limit": 1}, "documents": 1}
    change = Change("before", 1, {"right": -1.0}, broke=(gold.id,))
    run = make_run(
        gold=(gold,), answers=(answer,), scores=(score,), figures=figures([(gold, score)]), about=about
    )
    english, french = markdown(run, "en", change), markdown(run, "fr", change)
    assert "1 question about 1 document; the documents answer it." in english
    assert "Only the first question was asked." in english
    assert "The same question (before)" in english.replace("\\", "")
    assert "of 1 question;" in english
    assert "1 question sur 1 document\u00a0; les documents y répondent." in french
    assert "Seule la première question a été posée." in french
    assert "sur 1 question\u00a0;" in french
    html = page(run, DOCUMENTS.__getitem__, "fr", change)
    assert "Source citée (1)" in html
    for several in ("1 questions", "1 documents", "Sources citées (1)", "Cited sources (1)"):
        assert several not in english + french + html


def test_a_limit_that_cut_nothing_is_not_told() -> None:
    for limit, told in ((3, True), (4, False)):
        run = make_run(about={"gold": {"name": "g", "limit": limit}})
        assert (f"Only the first {limit} questions" in markdown(run, "en")) is told


@pytest.mark.parametrize(
    ("metric", "change", "said"),
    [
        ("total_s", 0.04, "0.0\u00a0s"),
        ("total_s", -0.06, "\u22120.1\u00a0s"),
        ("tokens_read", 0.4, "0"),
        ("tokens_read", 12.0, "+12"),
        ("right", 0.004, "0 points"),
    ],
)
def test_a_change_of_nothing_has_no_sign(metric: str, change: float, said: str) -> None:
    assert difference(metric, change)["en"] == said


def test_a_judge_with_nothing_to_judge_is_not_no_judge() -> None:
    gold = GOLD[2]
    about = make_run().about | {  # type: ignore[operator]
        "judge": {
            "name": "j/7b",
            "cases": 60,
            "coverage": 1.0,
            "accuracy": {"value": 0.8, "low": 0.7, "high": 0.9},
        }
    }
    run = make_run(gold=(gold,), answers=(refused(gold),), scores=make_run().scores[2:], about=about)
    english, french = markdown(run, "en"), markdown(run, "fr")
    assert "no judge" not in english
    assert "nothing to judge: nothing was answered" in english
    assert "It had nothing to score: nothing was answered. On 60 cases" in english
    assert "balanced accuracy is 80%" in english
    assert "rien à juger\u00a0: rien n'a été répondu" in french
    assert {row[0]: row[2] for row in headlines(run, "en")}["Faithful to the sources"].startswith("nothing")


def test_of_many_accepted_forms_the_first_are_told_and_the_rest_counted() -> None:
    gold = replace(GOLD[1], answers=tuple(f"form {n}" for n in range(30)))
    run = make_run(gold=(GOLD[0], gold, GOLD[2]))
    assert "form 0 or form 1 or form 2 or form 3 or 26 more accepted forms" in markdown(run, "en")
    html = page(run, DOCUMENTS.__getitem__, "fr")
    assert "ou 26 autres formes acceptées" in html
    assert "form 29" in html


def test_markdown_of_others_stays_text() -> None:
    gold = replace(GOLD[1], question="![x](http://evil.example/a.png) <b>| *hi*")
    written = markdown(make_run(gold=(GOLD[0], gold, GOLD[2])), "en")
    assert "![x](" not in written
    assert "://evil" not in written
    assert "<b>" not in written


@pytest.mark.browser
def test_nothing_that_others_wrote_is_markup(browser: Browser, tmp_path: Path) -> None:
    gold = Gold(f"p{HOSTILE}", HOSTILE, "fr", "p", "single", answers=(HOSTILE,), note=HOSTILE)
    text = PONT.replace("856", HOSTILE)
    answer = answered(gold, HOSTILE, understood=HOSTILE)
    answer["citations"][0]["title"] = HOSTILE
    run = make_run(
        gold=(gold, *GOLD[1:]),
        answers=(answer, *make_run().answers[1:]),
        bad=(BadRow(1, HOSTILE),),
        about={"gold": {"name": HOSTILE}, "model": HOSTILE, "versions": {HOSTILE: HOSTILE}},
    )
    html = page(run, {"pont.txt": text}.__getitem__, "en")
    tab = shown(browser, tmp_path, html)
    assert tab.asked == [(tmp_path / "report.html").as_uri()]  # type: ignore[attr-defined]
    assert tab.title() == "Sourcier, evaluated"
    assert tab.locator("img").count() == 0
    expect(tab.locator(".q h3").first).to_have_text(HOSTILE)


def test_the_page_names_no_address() -> None:
    html = page(make_run(judged=judged()), DOCUMENTS.__getitem__, "fr", CHANGE)
    assert not re.search(r"https?:|//[a-z]|\burl\(|@import|<link|<img|<iframe", html)


@pytest.mark.browser
def test_the_cited_sentence_is_marked_where_it_stands(browser: Browser, tmp_path: Path) -> None:
    tab = shown(browser, tmp_path, page(make_run(), DOCUMENTS.__getitem__, "fr"))
    first = tab.locator(".q").first
    first.locator("summary").first.click()
    cited = first.locator("blockquote p").first
    expect(cited).to_have_text(PONT)
    expect(cited.locator("mark")).to_have_text(QUOTE)
    expect(first.locator(".badge.ok").last).to_contain_text("citée")


def test_a_card_says_cited_where_the_figures_do() -> None:
    """A gold sentence may begin in one sentence of the document and end in the next."""
    across = GoldEvidence("pont.txt", "entre Le Havre et Honfleur.\nSa travée centrale")
    gold = replace(GOLD[0], evidence=(across,))
    score = score_row(gold, make_run().answers[0], DOCUMENTS.get)
    assert score.metrics["citation_recall"] == 1
    html = page(make_run(gold=(gold, *GOLD[1:])), DOCUMENTS.__getitem__, "en")
    assert f">{TEXTS['gold.cited']['en']}<" in html
    assert f">{TEXTS['gold.missed']['en']}<" not in html


def test_a_document_that_is_gone_leaves_its_quote() -> None:
    html = page(make_run(), {}.__getitem__, "fr")
    assert f"<mark>{QUOTE}</mark>" in html


@pytest.mark.browser
def test_filters_show_what_failed(browser: Browser, tmp_path: Path) -> None:
    tab = shown(browser, tmp_path, page(make_run(), DOCUMENTS.__getitem__, "en", CHANGE))
    cards = tab.locator(".q:visible")
    expect(cards).to_have_count(3)
    tab.locator("#show-failed").check()
    expect(cards).to_have_count(1)
    expect(cards.locator("h3")).to_have_text("What does it cross?")
    tab.locator("#show-").check()
    tab.locator("#kind-unanswerable").check()
    expect(cards.locator("h3")).to_have_text("Qui l'a dessiné ?")
    tab.locator("#kind-").check()
    tab.locator("#show-changed").check()
    expect(cards).to_have_count(2)


@pytest.mark.browser
def test_the_switch_changes_the_language(browser: Browser, tmp_path: Path) -> None:
    tab = shown(browser, tmp_path, page(make_run(), DOCUMENTS.__getitem__, "fr"))
    expect(tab.locator("h1")).to_contain_text("Évaluation de Sourcier")
    expect(tab.locator("h1 .t[lang=en]")).to_be_hidden()
    tab.locator("#lang-en").check()
    expect(tab.locator("h1 .t[lang=en]")).to_be_visible()
    expect(tab.locator("h1 .t[lang=fr]")).to_be_hidden()
    assert tab.locator("html").get_attribute("lang") == "en"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(browser: Browser, tmp_path: Path, scheme: str) -> None:
    name = f"doc={'0123456789abcdef' * 3}.txt"
    of_all = (*make_run().figures, Figure("right", 1.0, 0.5, 1.0, 3, name))
    html = page(make_run(judged=judged(), figures=of_all), DOCUMENTS.__getitem__, "fr", CHANGE)
    tab = shown(browser, tmp_path, html, PHONE, color_scheme=scheme)
    wider = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0
    documents = tab.locator("#by ~ h3 + .scroll")
    assert documents.evaluate("node => node.scrollWidth - node.clientWidth") == 0
    # Nothing is lost on it: the interval stands under its value.
    expect(tab.locator("#figures + .scroll tbody tr").first).to_contain_text(
        "25\u00a0% – 75\u00a0%", use_inner_text=True
    )


@pytest.mark.browser
def test_paper_shows_what_is_folded(browser: Browser, tmp_path: Path) -> None:
    tab = shown(browser, tmp_path, page(make_run(), DOCUMENTS.__getitem__, "fr"))
    marked = tab.locator(".q").first.locator("blockquote mark").first
    expect(marked).to_be_hidden()
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    expect(marked).to_be_visible()
    expect(tab.locator(".filters")).to_be_hidden()


def test_the_curve_groups_answers_by_support() -> None:
    sure = [(0.9, 1.0)] * 10
    unsure = [(0.4, 0.0)] * 5 + [(0.5, 1.0)] * 5
    low, *_, high = calibration_bins([*sure, *unsure])
    assert (low.support, low.right) == (0.4, 0.0)
    assert (high.support, high.right) == (0.9, 1.0)
    assert high.low < 0.9 < high.high <= 1
    assert calibration_bins(sure[:9]) == ()
