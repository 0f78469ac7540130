"""Names that French and English write otherwise, where spelling alone does not tell: Allemagne, Germany."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from qa.words import fold, is_among

_PAIRS = """
abbaye abbey, acte act, affaires affairs, afrique africa, alexandre alexander, algérie algeria,
allemagne germany, allemand german, allemande german, américain american, amérique america,
anglais english, angleterre england, antoine anthony, anvers antwerp, armée army, asie asia,
assemblée assembly, athènes athens, autriche austria, autrichien austrian, banque bank,
bas netherlands, belge belgian, belgique belgium, blanche white, bohême bohemia, bretagne britain,
bretagne brittany, britannique british, bruxelles brussels, brésil brazil, bulgarie bulgaria,
caire cairo, chambre chamber, chambre house, chine china, chinois chinese, conseil council,
copenhague copenhagen, corée korea, cour court, croatie croatia, danemark denmark, danois danish,
espagne spain, espagnol spanish, est east, européen european, finlande finland, français french,
françois francis, galles wales, gand ghent, genève geneva, georges george, grande great, grec greek,
grèce greece, guerre war, guillaume william, gênes genoa, haye hague, henri henry, hongrie hungary,
hongrois hungarian, inde india, indien indian, irak iraq, irlandais irish, irlande ireland,
islande iceland, italie italy, jacques james, japon japan, japonais japanese, jean john,
jeanne joan, laurent lawrence, liban lebanon, libye libya, lisbonne lisbon, londres london,
louis lewis, maison house, manche channel, marc mark, marie mary, maroc morocco, mer sea,
mexique mexico, michel michael, ministre minister, ministère ministry, mondiale world,
moscou moscow, moyen middle, nicolas nicholas, noire black, nord north, norvège norway, nouveau new,
nouvelle new, néerlandais dutch, occident west, occidentaux west, onu un, orient east, otan nato,
ouest west, padoue padua, parlement parliament, pays netherlands, philippe philip, pierre peter,
pologne poland, polonais polish, premier prime, prusse prussia, président president, pékin beijing,
pérou peru, reine queen, roi king, rouge red, roumanie romania, royaume kingdom, russe russian,
russie russia, république republic, serbie serbia, sud south, suisse swiss,
suisse switzerland, suède sweden, suédois swedish, syrie syria, sécurité security, séville seville,
tamise thames, tchèque czech, thérèse teresa, tunisie tunisia, turc turkish, turquie turkey, ue eu,
uni united, unis united, université university, urss ussr, varsovie warsaw, venise venice,
vienne vienna, école school, écossais scottish, écosse scotland, édouard edward, église church,
égypte egypt, état state, états states, éthiopie ethiopia, étienne stephen, étrangères foreign,
évêque bishop, île island, îles islands
"""

# News says the capital for the government, the people for the country: one state a line.
_STATES = """
washington états unis states américain américaine american usa
ottawa canada canadien canadienne canadian
mexico mexique mexicain mexicaine mexican
brasilia brésil brazil brésilien brésilienne brazilian
londres london britannique british uk
dublin irlande ireland irlandais irlandaise irish
paris france français française french
berlin allemagne germany allemand allemande german
madrid espagne spain espagnol espagnole spanish
lisbonne lisbon portugal portugais portugaise portuguese
rome italie italy italien italienne italian
bruxelles brussels belgique belgium belge belgian
haye hague netherlands néerlandais néerlandaise dutch
berne suisse switzerland swiss
vienne vienna autriche austria autrichien autrichienne austrian
varsovie warsaw pologne poland polonais polonaise polish
prague tchéquie czechia tchèque czech
budapest hongrie hungary hongrois hongroise hungarian
bucarest bucharest roumanie romania roumain roumaine romanian
athènes athens grèce greece grec grecque greek
stockholm suède sweden suédois suédoise swedish
oslo norvège norway norvégien norvégienne norwegian
copenhague copenhagen danemark denmark danois danoise danish
helsinki finlande finland finlandais finlandaise finnish
kiev kyiv ukraine ukrainien ukrainienne ukrainian
minsk biélorussie belarus biélorusse belarusian
moscou moscow kremlin russie russia russe russian
ankara turquie turkey turc turque turkish
jérusalem jerusalem israël israel israélien israélienne israeli
caire cairo égypte egypt égyptien égyptienne egyptian
rabat maroc morocco marocain marocaine moroccan
alger algiers algérie algeria algérien algérienne algerian
tunis tunisie tunisia tunisien tunisienne tunisian
damas damascus syrie syria syrien syrienne syrian
bagdad baghdad irak iraq irakien irakienne iraqi
téhéran tehran iran iranien iranienne iranian
riyad riyadh saoudite saudi
kaboul kabul afghanistan afghan afghane
islamabad pakistan pakistanais pakistanaise pakistani
delhi inde india indien indienne indian
pékin beijing chine china chinois chinoise chinese
taipei taïwan taiwan taïwanais taïwanaise taiwanese
tokyo japon japan japonais japonaise japanese
séoul seoul corée korea coréen coréenne korean
pyongyang corée korea coréen coréenne korean
ljubljana slovénie slovenia slovène slovenian
bratislava slovaquie slovakia slovaque slovak
niamey niger nigérien nigérienne nigerien
abuja nigeria nigérian nigériane nigerian
lusaka zambie zambia zambien zambienne zambian
banjul gambie gambia gambien gambienne gambian
canberra australie australia australien australienne australian
"""

# Words of offices, institutions and peoples that English writes with a capital: in a translation no new name.
_ORDINARY = """
administration affairs agency agreement ambassador army assembly association attorney bay board bridge cape
castle chairman chamber chancellor chief church city coast cold commission committee company conference
congress constitution convention corporation council county court defence defense democrat department deputy
director district eastern economy education embassy empire english environment executive federal federation
finance force forces foreign forum french general government governor group hall health high home hospital
house institute intelligence interior international island judge justice king labour lady lake law library
lord majesty market master mayor military minister ministerial ministers ministry mount mountain museum
national nations navy northern office officer official organisation organization palace park parliament
party police pope president press prime prince princess professor prosecutor province public queen regional
representative republic republican revolution river royal school secretary security senate senator service
society southern spokesman spokeswoman square state station street summit supreme theatre tower treaty union
university valley village war western world
"""


def is_ordinary(name: str) -> bool:
    """Whether the folded word, though written with a capital, need not be part of a name."""
    return name in _ordinary()


def other_forms(name: str) -> frozenset[str]:
    """The folded name as the other language writes it, where that is known; of a plural ("Russians") one."""
    known = _forms()
    return known.get(name) or known.get(name.removesuffix("s"), frozenset())


def is_named(name: str, words: Collection[str], across: bool = True) -> bool:
    """Whether a folded name is among folded words, in another spelling too and, `across` languages, as the
    other writes it. What stands for another state is no spelling of it: Austria, Australie."""
    forms = {name, *other_forms(name)} if across else {name}
    if any(form in words for form in forms):
        return True
    state = of_same_state(name)
    others = [word for word in words if not (state and of_same_state(word)) or state & of_same_state(word)]
    return any(is_among(form, others) for form in forms)


def of_same_state(name: str) -> frozenset[str]:
    """The folded words by which news speaks of the state that the folded name stands for, as its capital or
    its people: Washington, États-Unis, American. Empty where it stands for none."""
    return _states().get(name, frozenset())


def is_state(name: str) -> bool:
    """Whether the folded name stands for a state or its people, and is not its capital."""
    return name in _states() and name not in _capitals()


@cache
def _capitals() -> frozenset[str]:
    return frozenset(fold(line.split()[0]) for line in _STATES.strip().splitlines())


@cache
def _states() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for line in _STATES.strip().splitlines():
        of = frozenset(fold(word) for word in line.split())
        for word in of:
            words.setdefault(word, set()).update(of)
    return {word: frozenset(of) for word, of in words.items()}


@cache
def _forms() -> dict[str, frozenset[str]]:
    forms: dict[str, set[str]] = {}
    for pair in _PAIRS.split(","):
        french, english = fold(pair).split()
        forms.setdefault(french, set()).add(english)
        forms.setdefault(english, set()).add(french)
    return {name: frozenset(others) for name, others in forms.items()}


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(_ORDINARY.split()) | frozenset(_forms())
