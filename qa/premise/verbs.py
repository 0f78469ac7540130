"""English verbs: their pasts, and which words are verbs at all."""

from __future__ import annotations

import re
from types import MappingProxyType

# base past participle; one word where participle and past are the same
_IRREGULAR = """
arise arose arisen, awake awoke awoken, be was been, bear bore born, beat beat beaten, become became become,
begin began begun, bend bent, bet bet, bind bound, bite bit bitten, bleed bled, blow blew blown, break broke
broken, breed bred, bring brought, broadcast broadcast, build built, burn burned, burst burst, buy bought,
cast cast, catch caught, choose chose chosen, cling clung, come came come, cost cost, creep crept, cut cut,
deal dealt, dig dug, do did done, draw drew drawn, dream dreamed, drink drank drunk, drive drove driven,
dwell dwelt, eat ate eaten, fall fell fallen, feed fed, feel felt, fight fought, find found, flee fled,
fling flung, fly flew flown, forbid forbade forbidden, forecast forecast, foresee foresaw foreseen, forget
forgot forgotten, forgive forgave forgiven, freeze froze frozen, get got got, give gave given, go went gone,
grind ground, grow grew grown, hang hung, have had, hear heard, hide hid hidden, hit hit, hold held, hurt
hurt, keep kept, kneel knelt, know knew known, lay laid, lead led, lean leaned, leap leapt, learn learned,
leave left, lend lent, let let, lie lay lain, light lit, lose lost, make made, mean meant, meet met, mislead
misled, mistake mistook mistaken, overcome overcame overcome, overtake overtook overtaken, overthrow
overthrew overthrown, pay paid, prove proved proven, put put, quit quit, read read, rebuild rebuilt, ride
rode ridden, ring rang rung, rise rose risen, run ran run, say said, see saw seen, seek sought, sell sold,
send sent, set set, sew sewed sewn, shake shook shaken, shed shed, shine shone, shoot shot, show showed
shown, shrink shrank shrunk, shut shut, sing sang sung, sink sank sunk, sit sat, sleep slept, slide slid,
sow sowed sown, speak spoke spoken, speed sped, spend spent, spill spilled, spin spun, spit spat, split
split, spread spread, spring sprang sprung, stand stood, steal stole stolen, stick stuck, sting stung,
strike struck, strive strove striven, swear swore sworn, sweep swept, swell swelled swollen, swim swam swum,
swing swung, take took taken, teach taught, tear tore torn, tell told, think thought, throw threw thrown,
tread trod trodden, undergo underwent undergone, understand understood, undertake undertook undertaken,
upset upset, wake woke woken, wear wore worn, weave wove woven, win won, wind wound, withdraw withdrew
withdrawn, withstand withstood, write wrote written
"""
_ENTRIES = [entry.split() for entry in _IRREGULAR.replace("\n", " ").split(",")]
PAST = MappingProxyType({entry[0]: entry[1] for entry in _ENTRIES})
PARTICIPLES = frozenset(entry[-1] for entry in _ENTRIES) - {"had"}
_REGULAR = frozenset(
    """
    abandon accept accuse adopt agree announce appear apply approve arrest arrive ask attack attend ban
    believe belong block call cancel cause celebrate change charge climb close collapse compete complain
    complete conclude condemn consider contain continue create cross decide declare decline decrease
    defend delay demand demolish deny depart design destroy develop die disappear discover dismiss
    disperse divide divorce double drop earn elect emerge employ end enter escape establish evacuate
    evolve exist expand expel explode explain export fail file fire fix flood follow form found gain
    govern happen hate help hire hope ignore import improve include increase introduce invade invent
    invest investigate invite join jump kill land last launch like live look love marry migrate move need
    negotiate occur offer open oppose organise organize originate own pass perform perish plan plant play
    postpone praise prefer prevent produce promise prosper protect protest publish raise reach receive
    recommend record recover refuse reject release remain remove reopen repair replace report request
    resign resume retire retreat return reveal rule save settle sign spark start stay stop study succeed
    suffer support surrender survive suspend suspect talk tax test threaten trade train travel try turn
    use vanish visit vote vow wait walk want warn wish withhold work worry
    """.split()
)
_DOUBLED = re.compile(
    r"(?:(?:ad|com|per|sub|o|trans|e)mit|(?:pre|re|de|con|in|trans)fer|oc+ur|rec+ur|regret|cont?rol|compel"
    r"|expel|rebel|travel"
    r"|cancel|equip|[^aeiou]*[aeiou][bdgklmnprt])$"
)


def is_base(word: str) -> bool:
    """Whether the word is a verb's base form that is known here."""
    return word in PAST or word in _REGULAR


def past_of(base: str) -> str:
    """`leave` → `left`, `close` → `closed`, `deny` → `denied`."""
    if base in PAST:
        return PAST[base]
    if base.endswith("e"):
        return base + "d"
    if re.search(r"[^aeiou]y$", base):
        return base[:-1] + "ied"
    return base + base[-1] + "ed" if _DOUBLED.match(base) else base + "ed"


def third_person(base: str) -> str:
    """`leave` → `leaves`, `go` → `goes`, `have` → `has`."""
    if base in {"have", "be"}:
        return "has" if base == "have" else "is"
    if re.search(r"[^aeiou]y$", base):
        return base[:-1] + "ies"
    return base + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", base) else "s")
