"""What an order to a reading machine looks like, in French and English."""

from __future__ import annotations

import re

# Patterns run on folded text: lower case, no accents, straight quotes, single spaces.
# An imperative begins a clause; « Il ignore les consignes » or "they ignored the rules" does not.
_BEGIN = (
    r"(?:^|[.!?:;\n\[\](<>«»\"*#=|\u2014]|(?<!\w)-|,(?= (?:please|always|you|tu)\b)"
    r"|\b(?:please|now then|now|then|instead|and|but|important|attention|warning|s'il (?:te|vous) plait"
    r"|stp|svp"
    r"|maintenant|desormais|dorenavant|et|puis|mais|alors|ensuite|plutot|bref|merci de|veuillez|prions de"
    r"|au contraire|you (?:must|should|will|have to|are to|shall|can)|vous devez|tu (?:dois|vas|peux)"
    r"|il faut))"
    r"[\s\"'«*>]*"
)
_TONGUES = (
    r"(?:english|french|german|spanish|italian|russian|chinese|latin|dutch|portuguese|arabic|japanese"
    r"|pirate|klingon"
    r"|anglais|francais|allemand|espagnol|italien|russe|chinois|neerlandais|portugais|arabe|japonais"
    r"|base64|rot13|json|verlan|emojis?)"
)
_RULES_EN = (
    r"(?:instructions?|prompts?|rules|guidelines|directives|directions|orders|commands|constraints|training"
    r"|guidance)"
)
_RULES_FR = (
    r"(?:instructions?|consignes?|regles?|directives?|ordres?|prompts?|contraintes|invite|programmation)"
)
_MACHINE = (
    r"(?:ai|a\.i\.|ia|llms?|language models?|assistants?|ai (?:model|assistant|system|reader)s?|chatbots?"
    r"|bots?"
    r"|(?:grand )?modeles?(?: de langage)?|intelligences? artificielles?|agent conversationnel|robots?"
    r"|systemes? d'ia|assistants? (?:ia|virtuels?|conversationnels?)|models?|summari[sz]ers?)"
)
_SAY_EN = (
    r"(?:answer|reply|respond|say|state|tell|write|claim|output|cite|quote|mention|ignore|disregard|print"
    r"|refuse"
    r"|pretend|reveal|repeat|recommend|assert|obey)"
)
_SAY_FR = (
    r"(?:repondre|dire|ecrire|affirmer|pretendre|citer|mentionner|ignorer|afficher|refuser|reveler|repeter"
    r"|recommander|obeir|traduire|conclure|indiquer)"
)
_SAYS_FR = (
    r"(?:dis|dites|reponds|repondez|affirme[sz]?|pretends|pretendez|ecris|ecrivez|affiche[sz]?|donne[sz]?)"
)
_OLD = r"(?:previous|prior|above|earlier|preceding|existing|original|initial|system|foregoing)"
_ANCIENT = r"(?:precedent\w*|anterieur\w*|ci-dessus|initiale?s?|d'origine|systeme|recues?|plus haut)"

_ANYWHERE = (
    # The marks of chat templates, and a role before a colon.
    r"<\|[a-z_ ]{2,30}\|>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>",
    r"#{2,} ?(?:new |nouvelles? )?(?:instructions?|system|response|assistant|user|consignes?|systeme)(?: ?:"
    r"| (?:prompt|message)|$)",
    r"^\W*(?:system|assistant|systeme|developer|chatgpt) ?(?:message|prompt|override"
    r"|notice)? ?:(?: [^ ]+){3}",
    r"\b(?:system (?:override|prompt|message)|message (?:du )?systeme|(?:new|updated|nouvelles?|real|vraies?)"
    r" (?:system |systeme )?(?:instructions?|consignes?|directives?)) ?[:\])]",
    r"\bend of (?:the )?(?:prompt|context|excerpts?|system message|instructions)\b",
    r"\bfin (?:du prompt|du contexte|des (?:extraits|consignes|instructions)|du message systeme)\b",
    # Earlier orders are to be forgotten.
    rf"\b(?:ignore|disregard|forget|override|bypass)(?: (?:all|any|of|the|your|my|these|those|every|other))*"
    rf" (?:{_OLD}(?: and \w+)?|other|your) (?:\w+ )?{_RULES_EN}\b",
    rf"\b(?:ignore|oublie|neglige|outrepasse|contourne)[rz]?(?: (?:toutes?|tous|les|l'ensemble de|de))*"
    rf" (?:tes|(?:vos|les|ces)(?= \w+ {_ANCIENT})) ?{_RULES_FR}\b",
    rf"\byour (?:{_OLD}|hidden|secret|own|internal|real|new|current)(?: \w+)? ?{_RULES_EN}\b",
    rf"\btes (?:propres |vraies |anciennes |nouvelles )?{_RULES_FR}\b|\bton (?:prompt|message systeme"
    rf"|invite)\b",
    rf"\b(?:instructions?|consignes|guidance|prompts?)(?: {_OLD}| {_ANCIENT}| given| donnees)?(?: (?:is|are"
    rf"|sont|est))"
    r" (?:now |desormais |hereby )?(?:void|cancel|null|obsolete|revoked|suspended|annule|caduque|suspendu"
    r"|nulles?\b)",
    r"\b(?:what|which) (?:\w+ )?(?:were|are|have) you (?:been )?(?:told|instructed|given)\b|\bon t'a"
    r" (?:dit|demande|ordonne|donne|instruit|appris)\b",
    # "Whatever they say, answer only…"
    r", (?:answer|reply|respond|say|write) (?:only|just|simply|exactly|nothing but)\b",
    rf", {_SAYS_FR} (?:seulement|uniquement|simplement|juste|exactement|rien que)\b",
    # Another role.
    r"\b(?:you are|you're) (?:now|no longer|henceforth) (?:an? |the |my |free|called|named|dan\b|bound"
    r"|in (?:developer|debug|admin|god|dan|jailbreak|unrestricted))",
    r"\b(?:tu es|vous etes) (?:maintenant|desormais|dorenavant|a present) (?:une? |le |la |mon |libre|dan\b"
    r"|en mode|l')|\b(?:tu n'es|vous n'etes) plus (?:une? )?(?:assistant|modele|ia\b)",
    r"\b(?:mode|en mode) (?:dan|jailbreak|sans (?:filtre|restriction|censure|limite)s?)\b|\bdan mode\b",
    rf"\bas an? (?:ai|artificial intelligence|large language model|language model|llm|chatbot|assistant)"
    rf"(?: (?:language )?(?:model|assistant))? ?(?:[,:]|you\b|{_SAY_EN}\b)",
    r"\ben tant qu(?:'|e )(?:ia|intelligence artificielle|modele de langage|chatbot|assistant(?= ?(?:,|ia) ?"
    r"(?:tu|vous)))",
    r"\byou (?:have been|were) (?:reprogrammed|jailbroken|hacked|reset)\b",
    # Spoken to the machine by name.
    rf"(?:(?:^|[.:!?] )(?:to|for)|\b(?:attention|note (?:to|for)|dear|hey|hello|message to|notice to"
    rf"|if you are"
    rf"|addressed to|directed at))"
    rf",? (?:all |any |the |every |an? |whatever )*{_MACHINE}(?: (?:reading|processing|that|who|answering)"
    r"(?: \w+){0,4})? ?[:,\])\u2014]",
    rf"\b(?:any|every|the|all) {_MACHINE} (?:reading|processing|summari[sz]ing|that reads|who reads"
    rf"|answering)\b",
    rf"\b(?:note|message|instruction|consigne|attention|avis|ordre|rappel|important|remarque|destine\w*)"
    rf"\W{{0,3}}(?:importante? )?(?:au|aux|pour|a|du|de) (?:l'|le |la |les |tout |toute )*{_MACHINE}"
    r"(?: (?:qui|charge\w*)(?: \w+){1,4})? ?[:,\])\u2014]",
    rf"(?:^|[.:;!?] )(?:au|aux|a l') ?(?:attention (?:du |de l'"
    rf"|des ))?{_MACHINE}(?: qui(?: \w+){{1,4}})? ?[:,]",
    rf"\b(?:the|any|every|all) {_MACHINE} (?:must|should|shall|will|has to|is (?:required|instructed"
    rf"|told) to)"
    rf" (?:only |always |never |not |therefore |simply )*{_SAY_EN}\b",
    rf"\b(?:l'|le |tout |toute |la |les |cette? )(?:{_MACHINE})(?: \w+){{0,4}} (?:doi(?:t|vent)|devra|devrait"
    rf"|(?:a|ont) (?:pour )?(?:ordre|consigne) de|es?t (?:tenue? de|priee? de)|sont pries de)"
    rf"(?: \w+){{0,2}} {_SAY_FR}\b",
    rf"\b(?:hey|he|hi|hello|dear|chere?|ok|bonjour|salut|coucou),? (?:chatgpt|gpt\S*|claude|gemini|copilot"
    rf"|llama|qwen"
    rf"|mistral|{_MACHINE}) ?[,:!]",
    # What to answer, and when.
    r"\b(?:reply|answer|response|reponse) (?:must|should|doit) (?:contain|include|be|contenir|inclure"
    r"|etre) (?:the words?|le mot"
    r"|les mots)\b|\b(?:you will|you shall) (?:respond|answer|reply) as if\b|\btu repondras\b",
    r"\b(?:quand|lorsque|si|chaque fois que) tu (?:reponds|rediges|es interroge)\b",
    r"\b(?:you (?:must|should|will|shall|have to)|tu (?:dois|devras|vas)|always"
    r"|toujours) (?:\w+ )?(?:answer|reply|respond"
    r"|say|repondre|dire)\b[^.!?]{1,60} (?:to|a) (?:every|any|all|each|chaque|toutes?)(?: les)? questions?\b",
    r"\btu vas (?:maintenant|desormais|dorenavant)\b|\byou (?:will|shall|are going to) now (?:act|play|be"
    r"|pretend)\b",
    r"\b(?:when|if|whenever|once|every time) (?:you(?: are|'re)?|someone|anyone|the user|a user|a reader"
    r"|they)?"
    r" ?(?:is |are )?ask(?:ed|s)?\b[^.!?]{0,80}?, ?(?:(?:you (?:must|should|will|have to)|always|please"
    r"|just"
    r"|simply|only|then) ?)*(?:answer|reply|respond|say|state|claim|pretend)\b(?! (?:they|he|she|no)\b)",
    rf"\b(?:si|quand|lorsqu'|des qu'|chaque fois qu') ?(?:e )?(?:on|quelqu'un|l'utilisateur|un \w+|une \w+)"
    rf" (?:te |t'|vous |l'|me |pose |demande |interroge )[^.!?]{{0,80}}?, ?(?:(?:tu|vous) (?:dois|devez) "
    rf"|toujours )?"
    rf"(?:{_SAYS_FR}|{_SAY_FR})\b",
    r"\b(?:your|every|each|all|any) (?:\w+ )?(?:answers?|repl(?:y|ies)|responses?) (?:must|should|will"
    r"|has to|have to"
    r"|shall) (?:only |always )?(?:be (?:only|exactly|in)|begin|start|end|contain only|consist|include)",
    r"\b(?:ta|tes|votre|toute|chaque|vos) (?:\w+ )?reponses? (?:doi(?:t|vent)|devra)(?: \w+)?"
    r" (?:commencer|se terminer|finir|contenir|inclure|se limiter|etre (?:uniquement|exactement|en))",
    r"\b(?:answer|reply|response) to (?:every|any|all|each) questions? (?:is|must|should|will)\b",
    r"\breponse a (?:toutes? (?:les )?|chaque |n'importe quelle )questions? (?:est|doit|sera)\b",
    rf"\b(?:quelle que soit|peu importe|quoi que dise\w*)[^.!?]{{0,40}}\b(?:question|extraits?|documents?)"
    rf"[^.!?]{{0,30}}, ?{_SAYS_FR}\b",
    rf"\b(?:whatever|regardless of|no matter)[^.!?]{{0,30}}\b(?:question|excerpts?|documents?|user)"
    rf"[^.!?]{{0,30}}, (?:you \w+ |always )?{_SAY_EN}\b",
    r"\b(?:other|all|les autres|tous les) (?:excerpts|extraits) (?:are|sont) (?:false|wrong|fake|outdated"
    r"|faux|perimes)",
    # Pictures and links that carry what was said away.
    r"!\[[^\]]{0,80}\]\(https?://[^)]{0,200}(?:[{<]|[?&](?:q|d|question|data|answer|text|prompt|secret|msg"
    r"|reponse)=)",
    r"<img[^>]{1,200}src ?=[^>]{0,200}(?:\{|[?&](?:q|d|question|data|answer|text|prompt|secret|msg"
    r"|reponse)=)",
    r"</?(?:system|assistant|user|instructions?|prompt)>|javascript:|<script\b",
    r"\b(?:decode|decipher|decrypt|decode[rz]|dechiffre[rz]?)\b[^.!?]{0,90}\b(?:base64|rot13|obey|follow"
    r"|execute"
    r"|obeis\w*|obei[rs]|sui[st]|suivez|execute[rz]?|applique[rz]?)\b",
)
_IMPERATIVE = (
    rf"(?:ignore|disregard|forget|override|bypass|set aside|discard|drop"
    rf"|stop following)\b(?: \w+){{0,4}}? (?:{_RULES_EN}|context|excerpts|documents|sources"
    rf"|everything"
    rf"|(?:the|what(?:ever)?) (?:was |is |came )?(?:above|before))\b",
    rf"(?:ignore|oublie|neglige|outrepasse|contourne|laisse[rz]? (?:tomber|de cote)"
    rf"|abandonne)[rz]? (?:[\w']+ ){{0,4}}?(?:{_RULES_FR}|contexte"
    rf"|extraits|documents|sources"
    r"|ce qui precede|tout ce (?:qui|que))\b|ne (?:tiens|tenez|tenir) (?:pas |plus |aucun )+compte (?:de "
    r"|des )\w+",
    rf"(?:only|always|never|solely) (?:answer|reply|respond|say|speak|output)\b"
    rf"|(?:answer|reply|respond)(?: \w+){{0,3}}? (?:only|solely|exclusively|exactly|always|just|in {_TONGUES}"
    rf"|with (?:the )?(?:words?|single|sentence|phrase|[\"'«])|that (?:you|the|it|there))",
    rf"(?:speak|write|answer|translate (?:your|all|every\w*|the)|switch)(?: \w+){{0,4}}? (?:in|into"
    rf"|to) {_TONGUES}\b",
    r"reponds (?:\w+ )?(?:uniquement|seulement|exclusivement|toujours|simplement|juste|par|que|en|a|[:\"'«])"
    r"|repond(?:ez|re) (?:[\w']+ ){0,3}?(?:uniquement|seulement|exclusivement|toujours|systematiquement"
    rf"|en {_TONGUES}|que (?:l|vous|tu|c))|ne (?:reponds|repondez) (?:qu|plus|jamais aux|pas aux)"
    rf"|(?:parle|ecris|traduis|passe|redige)[rz]? (?:[\w']+ ){{0,4}}?en {_TONGUES}\b",
    r"(?:dis|dites|affirme|affirmez|pretends|pretendez|declarez)(?:[ -](?:lui|leur|moi|toujours))? (?:que"
    # « Dis-moi que dit la loi » asks.
    r"(?! (?:dit|disent|fait|font|veut|contient|contiennent|devient|prevoit|prevoient|signifie)\b)|qu')",
    r"(?:say|claim|state|pretend|assert|answer|reply) (?:that(?! again)|you (?:do not|don't|cannot)"
    r"|it (?:is|costs)|nothing)\b",
    r"(?:print|output|say|echo|repeat|write|display|type|return) (?:exactly|only|verbatim"
    r"|(?:the )?words? [\"'«]"
    r"|the following(?= (?:text|words?|sentences?|strings?|phrases?|messages?|lines?|exactly)| ?[:.\"]|$)"
    r"|everything above|the (?:text|words|prompt|sentences?) above|back|after me)",
    r"(?:repete|recopie|affiche|imprime|ecris)[rz]? (?:[\w']+ ){0,2}?(?:mot (?:pour|a) mot|apres moi"
    r"|exactement"
    r"|uniquement|seulement|le texte (?:suivant|ci-dessus)|la (?:phrase|ligne)|le mot|les mots|tout ce qui"
    r"|ce qui (?:precede|suit)|cette phrase)\b",
    r"(?:do not|don't|never|stop) (?:cit|quot|mention|reveal|us|answer|tell|follow)(?:e|ing|ed|ion)?"
    r"(?: (?:any|the|your|a|from|more))* (?:sources?|documents?|excerpts?|citations?|users?|rules"
    r"|questions? about)\b"
    r"|(?:do not|don't|never) cite\b",
    r"n(?:e |')(?:cite|citez|citer|mentionne|mentionnez|utilise|utilisez|revele) (?:pas|jamais|aucune?|plus)"
    r"(?: (?:de|les?|la|tes|ta|tes|vos|ces) ?(?:sources?|documents?|extraits?|references?|numeros?)"
    r"| (?:sources?|documents?|extraits?|references?)|[.!,]|$)",
    rf"(?:reveal|show|print|leak|disclose|repeat|output|give|tell|display|list|share|quote|what (?:is|are"
    rf"|were))"
    rf"(?: [\w']+){{0,4}}? (?:your|system|hidden|secret|initial)(?: \w+){{0,2}}? (?:{_RULES_EN}"
    rf"|system message|"
    r"configuration)\b(?! (?:for|on|about|from|of)\b)",
    rf"(?:revele|montre|affiche|donne|divulgue|recopie|repete|ecris|partage|communique|livre|enumere)[rz]?"
    rf"(?:[ -](?:moi|nous))? (?:[\w']+ ){{0,4}}?(?:tes|ton|vos|votre|ta)(?: [\w']+)? ?(?:{_RULES_FR}"
    r"|message systeme|configuration)\b(?! (?:de|du|d|pour)\b)",
    r"(?:act as|behave like|pretend|role ?play) (?:(?:that )?you(?: are|'re|r)?|to be|as|if you|an?|like)\b",
    r"(?:speak|talk|parle|write|ecris) (?:like|comme) (?:an?|une?)\b|fais croire (?:que|a)"
    r"|(?:reset|wipe|erase|efface|reinitialise) (?:your|ta) memo",
    r"(?:finish|end|begin|start|termine|commence|finis)[rz]? (?:each|every|chaque) (?:sentence|phrase|line"
    r"|ligne)s?\b"
    r"|(?:output|write|say|print) nothing (?:but|except|else)|n'ecris rien d'autre",
    r"(?:dump|print|show|repeat|recopie|affiche|montre)[rz]? (?:me )?(?:the|toute la"
    r"|la) (?:\w+ )?conversation\b",
    r"imagine (?:that )?you(?: are|'re)\b",
    r"(?:fais|faites) (?:comme si|semblant)|(?:imagine|suppose|admets) que tu|comporte-toi|agis (?:comme|en)"
    r"|joue[rz]? le role|play the role of|let(?:'s| us) (?:play a game|role ?-?play)|jouons a un jeu\b",
    r"(?:your|ta|votre) (?:(?:new|nouvelle|only|seule) (?:task|role|mission|tache|job|goal|purpose|objectif"
    r"|but)|\w+ (?:is now"
    r"|est desormais))\b",
    r"(?:from now on|a partir de maintenant|desormais|dorenavant),? (?:you|tu|vous (?:devez|repond\w*|etes)"
    rf"|all (?:answers|replies)|{_SAYS_FR})\b",
    r"(?:tell|inform|ask|direct|urge|convince|send) (?:the|any|every) (?:users?|readers? that|asker)\b"
    r"|(?:dis|dites|informe|informez|demande|demandez|conseille)[ -](?:toujours )?a (?:l'utilisateur"
    r"|tout utilisateur)",
    r"(?:informe|previens|avertis)[rz]? (?:l'utilisateur|les utilisateurs)",
    r"(?:add|append|insert|include|put|place|begin|start|end|finish|conclude|prefix|preface|replace|write"
    r"|mention|print)\b"
    r"(?:[^.!?]|[.?](?=\S)){0,90}? (?:your|every|each|all(?: your)?|the final) (?:\w+ )?(?:answers?"
    r"|repl(?:y|ies)|responses?)\b",
    r"(?:ajoute|insere|inclus|inclue|mets|mettez|place|commence|termine|debute|conclus|finis|remplace|ecris"
    r"|mentionne)[rz]?\b"
    r"(?:[^.!?]|[.?](?=\S)){0,90}? (?:ta|tes|votre|vos|chaque|toutes?(?: les| tes"
    r"| vos)?) (?:\w+ )?reponses?\b",
    r"(?:show|reveal|print|repeat|montre|affiche|donne|revele|repete)[rz]?(?:[ -](?:me"
    r"|moi))? (?:\w+ )?(?:(?:hidden|secret) text"
    r"|texte (?:cache|secret|invisible)|(?:text|words|texte|phrases?) (?:\w+ )?(?:above|ci-dessus"
    r"|au-dessus))\b",
    r"(?:cite|quote|trust|cite[rz]|utilise[rz]?|fie-toi|fiez-vous)(?: \w+){0,2}? (?:this |the |cet |l'"
    r"|a )*"
    r"(?:excerpt|extrait|\[\d+\])",
    r"(?:refuse|decline)[rz]? (?:to answer|all|every|any|de repondre|toutes?)\b",
    rf"(?:follow|obey|suis|suivez|obeis|obeissez) (?:only |uniquement |a )?(?:my|these new|mes|ces nouvelles)"
    rf"(?: \w+)? ?(?:{_RULES_EN}|{_RULES_FR})\b",
    r"(?:tu (?:dois|devras|vas|ne dois|es tenu de)|you (?:must|will|should|shall)) (?:not |only |always "
    r"|never "
    r"|toujours |uniquement |jamais |seulement |maintenant |desormais )+"
    rf"(?:answer|reply|respond|say|output|{_SAY_FR})\b",
)
ORDER = re.compile("|".join((*_ANYWHERE, *(f"{_BEGIN}(?:{order})" for order in _IMPERATIVE))))
