"""Being the best, the first or the cheapest, and comparisons with rivals, which evidence has to say as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy, Source, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import Phrases, Text, known_text, stems

# What is the best of its kind without a rival being meant: "the best time", "a melhor parte do dia".
_OWN = frozenset(
    "hora horario momento dia dias parte jeito forma maneira modo caminho lugar lugarzinho companhia companheiro amigo"
    " amiga amigos versao fase presente epoca noite manha tarde semana mes ano estacao idade conselho memoria historia"
    " receita desculpa motivo razao ideia remedio tempo vista sombra"
    " time times moment day days part way ways place places spot company friend friends version wishes regards season"
    " age night morning evening week month year bit foot seat advice memories memory story excuse reason idea medicine"
    " view views before practice practices man luck behaviour behavior self mood thing things sellers interest light"
    " rincon sitio amigas manera forma compania noche manana estacion consejo recuerdo recuerdos historia excusa idea"
    " remedio version vistas medicina momentos etapa plan regalo cara lado".split()
)
# What is sold, so that calling it the best says something of the market.
_SOLD = frozenset(
    "preco precos oferta ofertas produto produtos marca loja servico qualidade atendimento banco curso app aplicativo"
    " sistema plano planos empresa clinica escola academia restaurante hotel software plataforma solucao garantia taxa"
    " taxas condicoes condicao tecnologia equipe profissionais negocio promocao selecao variedade custo rendimento"
    " price prices deal deals offer offers product products brand shop store service quality bank course platform plan"
    " plans company clinic school gym software solution rates rate technology team selection value"
    " precio precios producto productos tienda servicio calidad atencion curso aplicacion sistema plan planes"
    " escuela gimnasio solucion plataforma tasa tasas tecnologia equipo profesionales seleccion variedad".split()
)
_WHERE = (  # the rivals' ground
    r"mundo|mercado|brasil|pais|planeta|universo|cidade|regiao|estado|setor|ramo|segmento|categoria|internet|historia"
    r"|concorrencia|bairro|continente|web|praca|galaxia|america|europa|world|market|country|planet|universe|town|city"
    r"|region|state|industry|sector|business|category|class|internet|web|history|uk|us|usa|britain|england|america"
    r"|europe|nation|neighbou?rhood|ciudad|region|sector|rubro|ramo|gremio|barrio|continente|competencia|zona"
)
_GROUND = re.compile(rf"\b(?:{_WHERE})\b")
_PLACED = re.compile(
    rf"(?: \w+){{0,6}}? (?:d[oae]s?|n[oae]s?|del|de la|de los|de|en|en el|en la|in|on|of|around|across|in all of|de todo el"
    rf"|de tod[oa]s? [oa]s?|in all|of all|de todo|en todo|em todo)(?: (?:the|o|a|el|la|los|las|os|as|this|our|all|your|whole"
    rf"|seu|sua|nosso|nossa|nuestr[oa]|tu|toda?|todo el|toda la|todo o|toda a|entire))*"
    rf" (?:(?P<where>{_WHERE})\b|(?P<name>\w+))"
)

_PT_MOST = (
    r"(?:vendid|barat|complet|premiad|rapid|segur|modern|confiave|potente|avancad|econom|efica|recomendad|amad|querid"
    r"|procurad|pedid|popular|elogiad|conhecid|famos|lid|assistid|ouvid|usad|utilizad|escolhid|inovador|tecnologic|pur"
    r"|saboros|gostos|delicios|duradour|resistente|eficiente|luxuos|desejad|antig|tradiciona|respeitad|admirad|baix"
    r"|competitiv|vantajos|rentave|em conta|acessive|bem avaliad|bem cotad|bem vendid|nutritiv|sustentave|fort|sofisticad"
    r"|silencios|leve|macio|macia|durave|fresc|bonit|charmos|divertid|esperad)\w*"
)
_ES_MOST = (
    r"(?:vendid|barat|complet|premiad|rapid|segur|modern|fiable|confiable|potente|avanzad|economic|efica|eficiente"
    r"|recomendad|amad|querid|buscad|pedid|popular|elogiad|conocid|famos|leid|vist|escuchad|usad|utilizad|elegid|innovador"
    r"|tecnologic|pur|sabros|ric|delicios|durader|resistente|lujos|desead|antigu|tradicional|respetad|admirad|baj"
    r"|competitiv|ventajos|rentable|economicos|accesible|nutritiv|sostenible|sofisticad|silencios|suave|fresc|bonit"
    r"|divertid|esperad|valorad|galardonad|solicitad)\w*"
)
_EN_MOST = (
    r"(?:popular|trusted|complete|advanced|powerful|reliable|affordable|effective|efficient|innovative|recommended|loved"
    r"|awarded|awarded|secure|durable|comfortable|luxurious|delicious|desired|wanted|respected|admired|competitive|accurate"
    r"|comprehensive|economical|rewarding|generous|profitable|sustainable|sought[- ]after|celebrated|decorated|watched|downloaded)"
)
_EN_EST = (
    r"(?:cheapest|lowest|fastest|largest|biggest|strongest|safest|smartest|finest|greatest|tastiest|purest|quickest"
    r"|lightest|toughest|freshest|oldest|softest|easiest|coolest|warmest|brightest|quietest|richest|leading|longest-lasting)"
)

# Said outright: no harmless reading, wherever it stands.
_OUTRIGHT = Phrases(
    pt=(
        r"(nº|numero) (?:1|um|uno)(?: d[oae]s? \w+| em \w+| no \w+)?", r"nº=>nº ?1", r"n=>n[°.]º? ?1\b(?: \w+){0,2}",
        r"1=>(?<=#)1", r"top 1", r"top=>top ?1", r"lider(?:es)? (?:de|do|no|na|em|absolut)\w*(?: \w+)?", r"lideramos \w+",
        r"(imbative|insuperave|incomparave|inigualave|imbativei|incomparavei|insuperavei|inigualavei)\w+",
        r"sem (?:igual|rival|rivais|concorrente|concorrentes|concorrencia|comparacao|paralelo)",
        r"(nenhum|nenhuma) (?:outr[oa]|concorrente|rival)(?: \w+){0,4}", r"ninguem (?:\w+ ){0,4}?(?:chega|faz|oferece|entrega|entende|cuida"
        r"|tem|vende|bate|supera|cobra|paga)(?:[^.!?\n]{0,40})(?:como|mais|melhor|menos|tao|aos pes|igual|a gente|nos)\b",
        r"nao (?:existe|ha|tem) (?:\w+ ){0,3}?(?:melhor|igual|mais \w+|tao \w+|como)[^.!?\n]{0,30}",
        r"(mais|menos|melhor|melhores|maior|menor|muito mais) (?:\w+ ){0,3}?(?:do )?que (?:a |o |as |os |em |na |no )?"
        r"(?:qualquer|concorrencia|concorrent\w+|rival|rivais|tod[oa]s|outr[oa]s|nenhum\w*|demais|marcas|lojas|bancos)(?: \w+){0,2}",
        r"(supera|superam|bate|batem|vence|vencem|ganha|deixa|humilha|desbanca|dura mais que) (?:de )?(?:tod[oa]s|qualquer|a concorrencia|as? outras?|os? outros?|os? rivais"
        r"|os? concorrentes)(?: \w+){0,2}", r"(melhores|melhor|menor|menores) (?:preco|precos|taxa|taxas|custo|tarifa|tarifas)(?: \w+)?",
        r"(precos?|preco|taxas|taxa|tarifa|tarifas|parcelas|juros) mais (?:baix|bar|competitiv|em conta)\w*", r"(campeao|campea|campeoes|recordista) (?:de|em|absolut)\w* ?\w*",
        r"(preferid|favorit)[oa]s? d[oae]s? (?:brasileir|client|consumidor|famili|mulher|homen|mae|pai|paulist|carioc|gauch|mineir|especialist|chef|medic|public|brasil)\w*",
        r"(melhor|melhores) d[oae]s? (?:mundo|brasil|mercado|pais|cidade|ramo|setor|planeta|regiao|categoria|bairro|internet|universo|historia)",
        r"(a|de) frente d[oae]s? (?:concorrencia|concorrent\w+|mercado)", r"anos-luz d[oae]s? \w+", r"padrao[- ]ouro",
    ),
    en=(
        r"number (?:one|1)(?:[ -]\w+)?", r"no=>no\. ?(?:1|one)\b(?: \w+)?", r"1=>(?<=#)1(?: \w+)?", r"top[- ]rated",
        r"(unbeatable|unrivalled|unrivaled|unmatched|unequalled|unequaled|unparalleled|unsurpassed|peerless|incomparable|unbeaten)(?: \w+)?",
        r"second to none", r"best[- ]in[- ]class", r"world[- ](?:beating|leading|best|class)", r"world's (?:\w+ )?(?:best|finest|greatest|favou?rite|leading|most|first|no|number|largest|\w+est)\b(?: \w+)?",
        r"(market|industry|class)[- ](?:leading|leader|beating)", r"(leader|leaders) (?:in|of) (?:the |its |our )?\w+",
        r"(no|nobody|none|no-one) (?:one )?(?:else |other )?(?:\w+ ){0,5}?(?:comes|come|does|do|makes|make|offers|offer|beats|beat|gives|give|touches|touch|matches|match"
        r"|can|could|delivers|even|brews?|bakes?|builds?|knows|rivals|compares)\b(?: (?:close|it|this|like|better|more|as|near|us|to|you|come|match|beat|them|our|compete|with))+",
        r"nothing (?:else )?(?:comes (?:even )?close|compares|beats (?:it|this|our|the|a)|like it on)[^.!?\n]{0,20}",
        r"there(?:'s| is)(?: simply)? (?:no|nothing) (?:\w+ )?(?:better|finer|faster|cheaper|equal|like it|quite like|rival)[^.!?\n]{0,24}",
        r"(better|cheaper|faster|more|stronger|lower|longer|safer|softer|lighter|tastier|fresher|smarter|easier|higher|further|less|fewer|warmer|brighter|quieter|richer) (?:\w+ ){0,3}?than "
        r"(?:any|every|all|the competition|the rest|our competit\w+|competit\w+|our rivals|rivals?|other|anyone|everyone|anywhere|anything|the others?|leading|the leading|most)\b(?: \w+){0,2}",
        r"(outlast|outperform|outsell|outclass|outshine|beat|beats|tops|crush|crushes|leaves|leave|surpass|surpasses)\w* (?:all |every |any |the |its |our |their )*(?:rivals?|competit\w+|others?|brands?|rest|leading)\b(?: \w+)?",
        r"ahead of the (?:competition|rest|pack)", r"(price|prices|rate|rates|fees?) (?:you )?(?:can't|cannot|won't) (?:be )?(?:beat\w*|find)(?: \w+)?",
        r"(lowest|cheapest|best) (?:\w+ )?(?:price|prices|rate|rates|fares?|deals?|fees?|value|bargains?)", r"cheapest(?: \w+)?",
        r"(leading|favou?rite|best-loved|most-loved|bestselling|best-selling|top-selling) (?:\w+ )?(?:brand|choice|provider|bank|name|company|platform|app|store|shop|maker|product|supplier|clinic|school)",
        r"(america|britain|europe|the nation|the country|england|australia|canada|scotland|ireland|uk|london)'s (?:\w+ ){0,2}?(?:best|favou?rite|most|number|no|first|finest|leading|largest|cheapest|top|\w+est)\b(?: \w+)?",
        r"voted (?:the )?(?:best|number|no|top|favou?rite|most)\b(?: \w+){0,3}",
    ),
    es=(
        r"(nº|numero) (?:1|uno|un)(?: de\w* \w+| en \w+)?", r"nº=>nº ?1", r"n=>n[°.]º? ?1\b(?: \w+){0,2}", r"1=>(?<=#)1", r"top=>top ?1", r"lider(?:es)? (?:de|del|en|indiscutible|absolut)\w*(?: \w+)?",
        r"(imbatible|insuperable|incomparable|inigualable)\w*", r"sin (?:igual|rival|rivales|competencia|comparacion|parangon)",
        r"(ningun|ninguna) (?:otr[oa]|competidor\w*|rival)(?: \w+){0,4}", r"nadie (?:mas )?(?:\w+ ){0,4}?(?:hace|hacen|ofrece|llega|te da|da|tiene|vende|cuida|paga|entrega|supera|gana|iguala|prepara|tuesta|cobra|entiende)\b[^.!?\n]{0,24}?(?:como|mas|mejor|menos|tan|igual|nosotros|tanto)\b(?: \w+)?",
        r"no (?:existe|hay|vas a encontrar|encontraras) (?:\w+ ){0,3}?(?:mejor|igual|mas \w+|tan \w+|como)[^.!?\n]{0,30}",
        r"(mas|menos|mejor|mejores|mayor|menor) (?:\w+ ){0,3}?que (?:el |la |los |las |en |lo de )?(?:cualquier\w*|competencia|competidor\w*|rival|rivales|tod[oa]s|otr[oa]s|ningun\w*|demas|resto|nadie)(?: \w+){0,2}",
        r"(supera|superan|gana|ganan|vence|vencen|bate|baten|le gana|deja atras) a (?:la competencia|tod[oa]s|cualquier\w*|las? otras?|los? otros?|sus rivales|los demas|el resto|sus competidores)(?: \w+)?",
        r"(mejor|mejores|menor|menores) (?:precio|precios|tasa|tasas|tarifa|tarifas|costo|coste)(?: \w+)?", r"(precios?|precio|tasas|tasa|tarifas|tarifa|cuotas|intereses) mas (?:baj|barat|competitiv|economic)\w*",
        r"(campeon|campeona|campeones) (?:de|en|absolut)\w* ?\w*", r"(preferid|favorit)[oa]s? de (?:los|las|todos|todas|la|l[oa]s) ?\w*",
        r"(mejor|mejores) del? (?:la |el )?(?:mundo|mercado|pais|ciudad|sector|planeta|region|categoria|barrio|internet|universo|historia|rubro|ramo|mexico|colombia|chile|argentina|espana|peru|uruguay|latinoamerica|america)",
    ),
)  # fmt: skip

# The best of something: whether it is a claim depends on what of, and where.
_GRADED = Phrases(
    pt=(
        r"(o|a|os|as|no|na|nos|nas|do|da|dos|das|ao|pelo|pela|e|eleito|eleita|sao|somos) (?:seu |sua |nosso |nossa )?(?:melhor|melhores|maior|maiores|menor|menores)\b(?: (\w+))?",
        rf"(melhor|melhores|maior|maiores) (\w+)",
        rf"(o|a|os|as|no|na|do|da|ao|eleito|eleita|seu|sua|somos|e) (?:(\w+) )?mais {_PT_MOST}",
        r"(o|a|os|as) (?:unic[oa]s?|primeir[oa]s?) (\w+)",
    ),
    en=(
        r"(the|a|our|is|are|was|be|with|at|it's|voted) best (\w+)", r"best (\w+)",
        rf"the most {_EN_MOST}(?: (\w+))?", rf"(the|our) (?:\w+ )?{_EN_EST}(?: (\w+))?", r"the only (\w+)",
        rf"most {_EN_MOST} (\w+)",
    ),
    es=(
        r"(el|la|los|las|del|al|es|lo|eres|son|somos|elegido|elegida) (?:mejor|mejores|mayor|mayores|menor|menores)\b(?: (\w+))?",
        r"(mejor|mejores|mayor|mayores) (\w+)",
        rf"(el|la|los|las|del|al|lo|somos|es) (?:(\w+) )?mas {_ES_MOST}",
        r"(el|la|los|las) (?:unic[oa]s?|primer[oa]?s?) (\w+)",
    ),
)  # fmt: skip
_STRONG = re.compile(
    r"(?:vendid|barat|premiad|bem avaliad|bem cotad|recomendad|cheapest|lowest|leading|trusted|popular|recommended|awarded"
    r"|galardonad|valorad|solicitad|complet|completo|procurad|buscad|confiav|confiab|fiable|avancad|avanzad|advanced|inovador|innov)"
)
_ONLY = re.compile(r"\b(?:unic[oa]s?|only|primeir[oa]s?|primer[oa]?s?)\b")

_KINDS = (
    ("best", r"melhor|mejor|\bbest\b|1[oº]|1st|primeiro lugar|primer lugar|first place|numero (?:um|uno|1)|number one|n[o.º°]+ ?1\b|#1|lider|leader|leading|top spot|first prize|vence\w+|ganador\w*|winner"),
    ("cheap", r"barat|menor preco|menores preco|mais baix|mas baj|mais em conta|cheapest|lowest|melhor preco|mejor precio|best price|economic"),
    ("large", r"maior|mayor|larges|bigges"),
    ("sold", r"vendid|bestsell|best-sell|best sell|top-selling"),
    ("only", r"\bunic|\bonly\b|primeir|primer|\bfirst\b"),
)  # fmt: skip
_KIND = [(kind, re.compile(words)) for kind, words in _KINDS]
_DEGREE = re.compile(
    r"\b(?:mais|mas|most) (?:bem )?(\w{3})|\b(\w{3})\w*est\b|\b(melhor|mejor|best|maior|mayor|lider|leader|premiad|award|first|primeiro|primer)"
)
_SMALL = frozenset("melho mejor maior mayor menor menos most mais que qualq cualq outro otro todos todas algum".split())


def superlatives(copy: Copy) -> Iterator[Claim]:
    """What copy says is better than all others, with the evidence that says so too."""
    for name, text in copy.texts.items():
        taken = list[tuple[int, int]]()
        for match in _OUTRIGHT.find(text, copy.locale):
            if match.end() > match.start() and not _own(text, match):
                taken.append(match.span())
                yield _claim(copy, name, text, match.start(), match.end())
        for match in _GRADED.find(text, copy.locale):
            if any(match.start() < end and start < match.end() for start, end in taken) or _own(text, match):
                continue
            placed = _PLACED.match(text.folded, match.end())
            if _meant(copy, name, match, placed):
                yield _claim(copy, name, text, match.start(), placed.end() if placed else match.end())


def _own(text: Text, match: re.Match[str]) -> bool:
    """Whether it is the reader's own best."""
    before = text.folded[max(0, match.start() - 8) : match.end()]
    return re.search(r"\b(?:your|seu|sua|seus|suas|tu|tus|teu|tua|my|meu|minha|at (?:its|their)|their) (?:\w+ )?(?:best|melhor|mejor|melhores|mejores|maior|mayor)\b", before) is not None  # fmt: skip


def _meant(copy: Copy, name: str, match: re.Match[str], placed: re.Match[str] | None) -> bool:
    """Whether the market is meant: the thing is sold, or the place is where rivals are."""
    noun = next(filter(None, match.groups()), "")
    if noun in _OWN:
        return False
    said = match[0]
    where = bool(placed and (placed["where"] or _capital(copy, name, placed)))
    if _ONLY.search(said):
        return bool(placed and placed["where"]) and "lugar" not in said
    if where:
        return True
    if _STRONG.search(said):
        return True
    return bool(noun) and (noun in _SOLD or _offered(copy, noun)) and "menor" not in said


def _capital(copy: Copy, name: str, placed: re.Match[str]) -> bool:
    """Whether the place is a name, as in `the best bakery in Leith`."""
    start, end = placed.span("name")
    named = copy.fields[name][start:end]
    return named[:1].isupper() and not named.isupper()


def _offered(copy: Copy, noun: str) -> bool:
    stem = noun[:5]
    return len(noun) > 3 and any(stem in known_text(wording_of(source)).stems for source in copy.evidence)


def _claim(copy: Copy, name: str, text: Text, start: int, end: int) -> Claim:
    supports = [one for source in copy.valid if (one := _said(source, text, start, end))]
    expired = not supports and any(_said(source, text, start, end) for source in copy.lapsed)
    quote = copy.fields[name][start:end].rstrip(" ,;:")
    return Claim(
        kind="superlative", field=name, start=start, end=start + len(quote), text=quote,
        value=text.folded[start:end].strip(), support=supports, expired=expired,
    )  # fmt: skip


def _said(source: Source, text: Text, start: int, end: int) -> Support | None:
    """The sentence of evidence that ranks it in the same way, on the same ground and the same subject."""
    said = text.folded[start:end]
    wording = known_text(wording_of(source))
    kinds = [pattern for _, pattern in _KIND if pattern.search(said)]
    degrees = {next(filter(None, match.groups())) for match in _DEGREE.finditer(said)}
    grounds = {match[0] for match in _GROUND.finditer(said)} - {"class"}
    for first, last in wording.sentences:
        sentence = wording.folded[first:last]
        if kinds:
            ranked = any(pattern.search(sentence) for pattern in kinds)
        else:
            there = {next(filter(None, match.groups())) for match in _DEGREE.finditer(sentence)}
            ranked = bool(degrees & there) if degrees else bool(there)
        if not ranked and "que" not in said and "than" not in said:
            continue
        if not ranked and not _DEGREE.search(sentence):
            continue
        told = known_text(wording_of(source)).stems
        if all(ground in sentence or ground[:5] in told for ground in grounds) and _shared(said, text, start, sentence):
            return support(source, first, last)
    return None


def _shared(said: str, text: Text, start: int, sentence: str) -> bool:
    """Whether both speak of the same: a word of the claim, or else of its sentence, stands in the evidence."""
    mine = stems(said) - _SMALL
    theirs = stems(sentence)
    return bool(mine & theirs) or bool((stems(text.said(start)) - _SMALL) & theirs)
