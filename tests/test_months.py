"""Months and weekdays: surely named by a claim, generously by what it rests on."""

from __future__ import annotations

import pytest

from qa.months import held_months, months_in, other_weekdays
from qa.types import Lang


@pytest.mark.parametrize(
    ("text", "lang", "months"),
    [
        ("Le bac ouvre le 1er mars et ferme en août.", "fr", {3, 8}),
        ("The ferry opened on 3 May 1890 and closed in August.", "en", {5, 8}),
        ("The ferry opened in early March.", "en", {3}),
        ("In September the ferry stops.", "en", {9}),
        # No months, or not surely.
        ("Mars est une planète.", "fr", set()),
        ("May Brown led the March on Hull; it may rain.", "en", set()),
    ],
)
def test_the_months_that_a_claim_names(text: str, lang: Lang, months: set[int]) -> None:
    assert months_in(text, lang) == months


@pytest.mark.parametrize(
    ("text", "date", "months"),
    [
        ("Le bac ferme en mai.", None, {5}),
        ("The ferry closes on Sept. 3.", None, {9}),
        ("Séance du 12/05/2012.", None, {5, 12}),
        ("Le bac ferme ce mois-ci.", "2019-07-01", {7}),
        ("Le bac est ouvert de mars à juin.", None, set(range(1, 13))),
        ("The ferry is closed between March and June.", None, set(range(1, 13))),
        ("Le bac ferme en hiver.", None, set()),
    ],
)
def test_the_months_that_a_text_holds(text: str, date: str | None, months: set[int]) -> None:
    assert held_months(text, date) == months


@pytest.mark.parametrize(
    ("text", "held", "asked", "days"),
    [
        ("Le gardien a parlé lundi.", "Le gardien a parlé mardi.", "", {"lundi"}),
        ("The keeper spoke on Monday.", "Le gardien a parlé mardi.", "", {"monday"}),
        ("Le musée ferme les mardis.", "The museum is closed on Tuesdays.", "", set()),
        ("Oui, il ouvre le lundi.", "Il ferme le mardi.", "Ouvre-t-il le lundi ?", set()),
        ("Il ouvre le lundi.", "Il ouvre tous les jours sauf le mardi.", "", set()),
        ("Il ouvre le mercredi.", "Il ouvre du lundi au vendredi.", "", set()),
        ("Il ouvre le mercredi.", "Il ouvre en été.", "", set()),
    ],
)
def test_a_weekday_in_place_of_the_only_one(text: str, held: str, asked: str, days: set[str]) -> None:
    assert other_weekdays(text, held, asked) == days
