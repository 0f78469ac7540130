"""What a text dates relative to itself gets its date."""

from __future__ import annotations

import pytest

from qa.dates import annotate, resolve_dates, spoken_date
from qa.types import Lang

THURSDAY = "2019-05-16"


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("fr", "Jeudi, le pont a rouvert.", "Jeudi (16 mai 2019), le pont a rouvert."),
        ("fr", "Il est arrivé mardi.", "Il est arrivé mardi (14 mai 2019)."),
        ("fr", "Il est arrivé ce mardi matin.", "Il est arrivé ce mardi matin (14 mai 2019)."),
        ("fr", "Il est arrivé jeudi dernier.", "Il est arrivé jeudi dernier (9 mai 2019)."),
        ("fr", "Il arrivera jeudi prochain.", "Il arrivera jeudi prochain (23 mai 2019)."),
        ("fr", "Elle chantera mardi.", "Elle chantera mardi (21 mai 2019)."),
        (
            "fr",
            "Un bal doit avoir lieu dimanche, ici.",
            "Un bal doit avoir lieu dimanche (19 mai 2019), ici.",
        ),
        ("fr", "Le verdict sera rendu vendredi.", "Le verdict sera rendu vendredi (17 mai 2019)."),
        ("fr", "Ils vont se réunir lundi matin.", "Ils vont se réunir lundi matin (20 mai 2019)."),
        ("en", "It will open on Tuesday.", "It will open on Tuesday (21 May 2019)."),
        ("en", "Talks are due to resume on Monday.", "Talks are due to resume on Monday (20 May 2019)."),
        ("fr", "Hier soir, il pleuvait.", "Hier soir (15 mai 2019), il pleuvait."),
        ("fr", "Il arrive aujourd’hui.", "Il arrive aujourd’hui (16 mai 2019)."),
        ("fr", "Il parle dans la journée.", "Il parle dans la journée (16 mai 2019)."),
        ("fr", "Il a parlé mardi dans la journée.", "Il a parlé mardi dans la journée (14 mai 2019)."),
        ("fr", "Mardi, il a parlé dans la journée.", "Mardi (14 mai 2019), il a parlé dans la journée."),
        ("fr", "Elle chante demain.", "Elle chante demain (17 mai 2019)."),
        ("fr", "La semaine dernière, rien.", "La semaine dernière (du 6 au 12 mai 2019), rien."),
        ("fr", "le mois dernier", "le mois dernier (avril 2019)"),
        ("fr", "vu l'an dernier", "vu l'an dernier (2018)"),
        ("fr", "vu cette année", "vu cette année (2019)"),
        ("fr", "vu en novembre dernier", "vu en novembre dernier (novembre 2018)"),
        ("fr", "vu en avril dernier", "vu en avril dernier (avril 2019)"),
        ("fr", "le 3 mai dernier", "le 3 mai dernier (3 mai 2019)"),
        ("fr", "le 1er juin prochain", "le 1er juin prochain (1er juin 2019)"),
        ("fr", "à Bali l'été dernier", "à Bali l'été dernier (2018)"),
        ("fr", "Il y a deux jours, rien.", "Il y a deux jours (14 mai 2019), rien."),
        ("fr", "il y a dix ans", "il y a dix ans (2009)"),
        ("en", "seen last November", "seen last November (November 2018)"),
        ("en", "next June it ends", "next June (June 2019) it ends"),
        ("en", "seen last autumn", "seen last autumn (2018)"),
        ("en", "It burnt three months ago.", "It burnt three months ago (February 2019)."),
        ("en", "It reopened on Thursday.", "It reopened on Thursday (16 May 2019)."),
        ("en", "On Tuesday Maria left.", "On Tuesday (14 May 2019) Maria left."),
        ("en", "It closed last Thursday.", "It closed last Thursday (9 May 2019)."),
        ("en", "It closes next Thursday.", "It closes next Thursday (23 May 2019)."),
        ("en", "He left yesterday.", "He left yesterday (15 May 2019)."),
        ("en", "last week", "last week (6 to 12 May 2019)"),
        ("en", "last month and last year", "last month (April 2019) and last year (2018)"),
        # What is, or may be, another day stays alone.
        ("fr", "jeudi 2 mars 2017", None),
        ("fr", "Le musée ferme le mardi.", None),
        ("fr", "Ouvert du mardi au dimanche.", None),
        ("fr", "mardi et jeudi", None),
        ("fr", "le Journal du Dimanche et Robinson, Vendredi", None),
        ("fr", "Elle chantera jeudi.", None),
        ("fr", "Il se retira lundi.", None),
        ("fr", "L'accord signé lundi devra être relu.", None),
        ("fr", "Elle sera jugée pour avoir menti, a-t-on appris mardi.", None),
        ("fr", "Il ira voir celui qui a chanté mardi.", None),
        ("fr", "le mardi gras, vendredi saint", None),
        ("fr", "il y a un an et demi", None),
        ("fr", "Il y a deux jours de marché et trois mois de préavis.", None),
        ("fr", "Il y a deux ans d'attente.", None),
        ("fr", "l'hiver dernier", None),
        ("en", "Thursday, March 2", None),
        ("en", "in the last year of her reign and the next month", None),
        ("en", "two or three years ago", None),
        ("en", "more than two years ago", None),
        ("en", "Black Friday sales, every Monday, on Mondays", None),
        ("en", "open Tuesday to Sunday", None),
        ("en", "the Sunday Times", None),
        ("en", "It will open on Thursday.", None),
        ("en", "They will hear what was said on Tuesday.", None),
        ("en", "The show expected on Tuesday was moved.", None),
    ],
)
def test_a_relative_date_is_followed_by_its_date(lang: Lang, text: str, expected: str | None) -> None:
    assert annotate(text, lang, THURSDAY) == (expected or text)


@pytest.mark.parametrize("date", [None, "2019", "2019-05", "2019-02-31"])
def test_only_a_full_date_resolves_anything(date: str | None) -> None:
    assert resolve_dates("Il est arrivé mardi.", "fr", date) == ()


def test_a_resolved_date_knows_where_it_stands() -> None:
    text = "Il est venu lundi, puis la semaine dernière."
    found = resolve_dates(text, "fr", THURSDAY)
    assert [(r.expression, r.iso) for r in found] == [
        ("lundi", "2019-05-13"),
        ("la semaine dernière", "2019-05-06/2019-05-12"),
    ]
    assert all(text[r.start : r.end] == r.expression for r in found)


@pytest.mark.parametrize(
    ("date", "text", "iso"),
    [
        ("2020-01-03", "le mois dernier", "2019-12"),
        ("2020-01-03", "le mois prochain", "2020-02"),
        ("2020-01-01", "hier", "2019-12-31"),
        ("2020-01-01", "cette semaine", "2019-12-30/2020-01-05"),
    ],
)
def test_a_year_turns(date: str, text: str, iso: str) -> None:
    assert [r.iso for r in resolve_dates(text, "fr", date)] == [iso]


@pytest.mark.parametrize(
    ("iso", "french", "english"),
    [
        ("2019-05-02", "2 mai 2019", "2 May 2019"),
        ("2019-05-01", "1er mai 2019", "1 May 2019"),
        ("2019-05", "mai 2019", "May 2019"),
        ("2019", "2019", "2019"),
        ("2019-04-29/2019-05-05", "du 29 avril au 5 mai 2019", "29 April to 5 May 2019"),
        (
            "2019-12-30/2020-01-05",
            "du 30 décembre 2019 au 5 janvier 2020",
            "30 December 2019 to 5 January 2020",
        ),
        ("some day", "some day", "some day"),
    ],
)
def test_a_date_is_spoken_in_both_languages(iso: str, french: str, english: str) -> None:
    assert spoken_date(iso, "fr") == french
    assert spoken_date(iso, "en") == english
