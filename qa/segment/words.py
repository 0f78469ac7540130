"""Tables of words that decide where sentences end: lower case, without the last full stop."""

from __future__ import annotations

from collections.abc import Mapping

from qa.types import Lang


def _both(common: str, french: str, english: str) -> Mapping[Lang, frozenset[str]]:
    return {
        "fr": frozenset(f"{common} {french}".split()),
        "en": frozenset(f"{common} {english}".split()),
    }


# Written with a capital, before a name: a full stop after these never ends a sentence.
TITLES = _both(
    "m mm dr drs pr prof mr mrs ms lt col gen sgt capt maj mgr",
    "mme mmes mlle mlles mgrs vve me mes cdt cmdt cne gal gén",
    "messrs rev hon sen rep gov cpt cmdr adm pres supt fr sr br",
)

# Written small (or at the head of a sentence), before what they introduce: never an end.
INTRODUCERS = _both("cf vs viz resp approx ca e.g i.e", "p.ex par.ex env c.-à-d c.à.d càd", "esp incl")

# Before a number: a full stop followed by one (or by a Roman one, or a letter of a law) is no end.
BEFORE_NUMBER = _both(
    "no nos n p pp pg fig figs vol vols chap ch sect sec par para ed eds tab app op t v "
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    "art arts al éd éds l r d num pag rte tél tel réf bd ann janv févr fév avr juil août déc",
    "art arts ref tel rm ext",
)

# Inside a sentence or at its end: an end where a word follows that begins sentences (`STARTERS`).
EITHER = _both(
    "etc st ste av ave blvd ft mt inc ltd co corp bros jr sr phd ph.d m.a b.a m.d u.s u.s.a u.k u.n e.u d.c "
    "a.d b.c n.b p.s op.cit ibid al j.-c s.a a.m p.m max min no",
    "bd o.n.u u.e s.a.r.l n.d.l.r dept dép univ assoc ets cie sté comm ap apr j.c s",
    "rd hwy esq dept univ assn est mass calif ariz fla pa ga va conn ill mich minn tenn tex wash wis",
)

# After a time of day only these go on with the sentence.
AFTER_TIME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday est edt et pt pst pdt gmt utc cet eastern "
    "pacific".split()
)

# Words that begin sentences when written with a capital after one of `EITHER` or an initial.
STARTERS = _both(
    "",
    """
    le la les l' un une des du d' ce cet cette ces c' il elle ils elles on nous vous je j' tu mais or donc
    car et en dans pour par sur sous avec sans selon après avant depuis lors lorsque lorsqu' quand comme si
    s' puis ainsi alors aussi cependant toutefois pourtant néanmoins enfin ensuite cela ceci ça son sa ses
    leur leurs notre nos votre vos mon ma mes chaque plusieurs certains certaines tous toutes tout toute
    aucun aucune qui que qu' quel quelle où pourquoi comment à au aux de dès entre malgré outre parmi
    pendant plus quant tandis n' ne y autre autres deux trois celui celle ceux voici voilà
    """,
    """
    the a an this that these those he she it they we you i his her its their our my your but and so yet
    in on at by for from with without within under over after before since during when while where as if
    however although though because there here then thus also according among between despite such some
    many most all each every no not one two three what who why how to nobody everyone another other others
    both several today later
    """,
)
