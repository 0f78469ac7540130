"""Tables of words that decide where sentences end. Lower case, without the full stop."""

from __future__ import annotations

# A full stop after these never ends a sentence: something always follows (a name, a number).
TITLES = frozenset(
    """
    m mm mme mmes mlle mlles mgr mgrs dr drs pr prs me vve cdt cmdt cne lt col gal gén
    mr mrs ms messrs prof rev hon gen sen rep gov sgt capt cpt maj cmdr adm pres supt fr
    cf ex vs viz resp approx env ca
    """.split()
)

# A full stop after these ends no sentence where a number (or a letter, a name) follows at once.
BEFORE_NUMBER = frozenset(
    """
    no nos n art arts p pp pg pag fig figs vol vols chap ch sect sec par para éd ed eds tab t l al v vv
    num nᵒ bd op r rte ét tél tel réf ref app ann appt hab
    jan janv feb fév févr mar avr apr jun juil jul aug sep sept oct nov déc dec
    """.split()
)

# These may stand inside a sentence or end one: what follows decides (see `STARTERS`).
EITHER = frozenset(
    """
    etc st ste sts ave av apr blvd bld rd hwy mt ft inc ltd co corp bros jr sr esq phd md ba ma
    u.s u.k u.n e.u d.c p.m a.m o.n.u u.e s.a s.a.r.l n.d.l.r
    min max sec dept dép univ assoc assn est asso cie sté ets comm
    i.e e.g p.ex c.-à-d c.à.d j.-c a.d b.c n.b p.s op.cit ibid id al et.al
    """.split()
)

# A capital letter after these abbreviations begins a sentence only if it begins one of these words.
STARTERS = frozenset(
    """
    le la les l un une des du d ce cet cette ces c il elle ils elles on nous vous je j tu mais or donc car
    et en dans pour par sur sous avec sans selon après avant depuis lors lorsque quand comme si s puis ainsi
    alors aussi cependant toutefois pourtant néanmoins enfin ensuite cela ceci ça son sa ses leur leurs notre
    nos votre vos mon ma mes chaque plusieurs certains certaines tous toutes tout toute aucun aucune qui que
    quel quelle où pourquoi comment à au aux de dès entre malgré outre parmi pendant plus quant tandis
    the a an this that these those he she it they we you i his her its their our my your but and so yet
    in on at by for from with without within under over after before since during when while where as if
    however although though because there here then thus also according among between despite such some many
    most all each every no not one two three what who why how to
    """.split()
)
