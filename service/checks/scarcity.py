"""Urgency and scarcity, which need a deadline or a stock in evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from service.checks.copy import Copy, Source, fact_support, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import Phrases, known_text

_FEW = 200  # more than that in stock is not "the last ones"
_SOON = timedelta(days=31)

_PT_GOODS = (
    r"(?:unidades?|exemplar(?:es)?|vagas?|pecas?|lugar(?:es)?|cotas?|ingressos?|assentos?|poltronas?|cadeiras?|potes?"
    r"|par(?:es)?|kits?|itens|item|produtos?|lotes?|mesas?|quartos?|pacotes?|copias?|garrafas?|bilhetes?|convites?"
    r"|entradas?|tamanhos?|numeros|cores|horarios?|apartamentos?|suites?|cabines?|caixas?|frascos?|modelos?|inscricoes"
    r"|matriculas|bolsas?|mudas?|estoques?|remessas?|chales?|lugarzinhos?|latas?|sacos?|cestas?|agendas?|datas)"
)
_ES_GOODS = (
    r"(?:unidad(?:es)?|ejemplar(?:es)?|plazas?|cupos?|piezas?|lugar(?:es)?|entradas?|boletos?|asientos?|butacas?|pares?"
    r"|kits?|articulos?|productos?|lotes?|mesas?|habitacion(?:es)?|paquetes?|copias?|botellas?|tickets?|invitaciones"
    r"|tallas?|numeros|colores|turnos?|horarios?|departamentos?|suites?|cabinas?|cajas?|frascos?|modelos?|inscripciones"
    r"|matriculas|existencias|cajones|vacantes|puestos?|sitios?|bolsas?|latas?|fechas|camas?)"
)
_EN_GOODS = (
    r"(?:units?|copies|copy|pieces?|seats?|spots?|places?|rooms?|tickets?|pairs?|items?|slots?|stock|boxes|packs?|kits?"
    r"|bottles?|sizes?|tables?|vacancies|passes|cabins?|suites?|apartments?|openings?|jars?|bags?|sets?|bottles?|dates)"
)

_STOCK = Phrases(
    pt=(
        rf"(ultima|ultimas|ultimo|ultimos) (?:\w+ )?{_PT_GOODS}",
        rf"(poucas|poucos|pouquissimas|pouquissimos|rarissimas) (?:\w+ )?{_PT_GOODS}",
        r"(restam|resta|sobram|sobrou|sobraram|sobra|restaram|ficaram|temos|ha|tem) (?:so |apenas |muito )?"
        r"(?:as |os )?(?:poucas|poucos|pouco|pouquissim\w+|ultim\w+)(?: \w+)?",
        r"(vagas|estoque|estoques|edicao|quantidade|quantidades|lugares|pecas|lote|cotas|exemplares|ingressos)"
        r" (?:sao |e |esta |estao |e bem )?(?:bem |muito |super )?(?:limitad[oa]s?|reduzid[oa]s?|contad[oa]s?)",
        r"(quase|praticamente) (?:se )?(?:esgotad[oa]s?|no fim|acabando|sem estoque|acabou|zerad[oa]s?|tudo vendido)",
        r"(esgota|esgotam|esgotar|esgotara|acaba|acabam) (?:muito |bem )?(?:rapido|rapidinho|depressa|num piscar|voando)",
        r"(se esgotando|esgotando)",
        r"(vai|vao|podem|pode|deve|devem) (?:se )?esgotar",
        r"(esta|estao|ta|tao) (?:quase |se )?(?:voando|acabando|esgotando|sumindo|evaporando|no fim(?:zinho)?)",
        r"(voando|saindo|sumindo|evaporando) (?:d[ao]s? |feito |como )\w+",
        r"estao saindo(?: (?:rapido|voando))?",
        r"antes que (?:\w+ ){0,3}?(?:acabe|acabem|esgote|esgotem|termine|terminem|suma|sumam)",
        r"(enquanto|ate) (?:houver|tiver|durar|durarem|ha|existir|durem) (?:\w+ ){0,2}?(?:estoques?|unidades|vagas)",
        r"ate (?:o )?(?:fim|acabar|terminar|esgotar) (?:d?[oe]s? )?(?:estoques?|vagas)",
        r"quem (?:\w+ )?(?:piscar|pisca|piscou|demorar|demora|chegar tarde|bobear|bobeou|vacilar|vacilou|nao correr"
        r"|deixar para depois|nao garantir|dormir no ponto)[^.!?\n]{0,40}",
        r"(piscou|bobeou|vacilou|dormiu),? (?:perdeu|ficou sem|acabou|ja era)",
        r"(fica|ficar|ficara|fique|fiquem|ficou) (?:de fora|sem (?:o seu|a sua|o teu|a tua|nenhum|nenhuma)"
        r"|na vontade|so na vontade|a ver navios)",
        r"nao (?:vai|vao) (?:durar|sobrar)(?: muito)?",
        r"nao (?:dura|duram) (?:muito|nada)",
        r"(ultimo|ultima) (?:remessa|fornada|leva|chamada)",
        r"(pegue|garanta|leve|reserve) (?:o seu|a sua|ja|logo)[^.!?\n]{0,20} antes (?:que|de)[^.!?\n]{0,30}",
        r"(disputadissim|concorridissim)\w+",
    ),
    en=(
        rf"last (?:few |remaining |available |handful of )?{_EN_GOODS}",
        r"last (?:few|ones?|handful)(?: (?:left|remaining|available|in stock))?",
        rf"(only|just) (?:a )?(?:few|handful)(?: of)?(?: \w+)?(?: {_EN_GOODS})?",
        rf"few (?:\w+ )?(?:{_EN_GOODS} )?(?:left|remain|remaining|to go)",
        rf"limited (?:\w+ )?(?:{_EN_GOODS}|supply|supplies|availability|quantit(?:y|ies)|numbers?|run)",
        r"(stock|stocks|supplies|seats|spots|places|spaces|quantities|numbers|availability)"
        r" (?:is|are) (?:very |extremely |strictly )?(?:limited|low|scarce|running \w+|going \w+)",
        r"(almost|nearly|virtually|practically) (?:all )?(?:gone|sold[ -]out|out of stock|full|fully booked|snapped up)",
        r"(sell|selling|sells|going|goes|go|disappearing|filling|fill|fills|flying) (?:out )?(?:up )?"
        r"(?:really |very |so )?(?:fast|quickly|quick|like hot ?cakes|off the shel\w+)",
        r"won't (?:last|be (?:here|around|back|in stock))(?: (?:long|forever|for long))?",
        r"will not last(?: (?:long|forever))?",
        r"while (?:the )?(?:stocks?|supplies|supply|they|it|quantities)(?: still)? lasts?",
        r"before (?:they|it|we|everyone|these|this|stock|your \w+)(?:'re| are|'s| is)? ?"
        r"(?:all )?(?:gone|sell out|sells out|sold out|runs? out|run out|disappears?|vanish(?:es)?|goes?|go)",
        r"before someone else[^.!?\n]{0,20}",
        r"blink and [^.!?\n]{0,30}",
        r"once (?:they|it)(?:'re| are|'s| is) gone[^.!?\n]{0,30}",
        r"(running|run|runs) (?:low|out)(?: (?:fast|soon|of stock))?",
        r"(snapped up|hard to keep in stock|in short supply|scarce|back[- ]order\w*)",
        r"(get|grab|snag|claim|secure|reserve) (?:yours|them|it|one) (?:now |fast |quick(?:ly)? )?(?:before|while)[^.!?\n]{0,30}",
    ),
    es=(
        rf"(ultima|ultimas|ultimo|ultimos) (?:\w+ )?{_ES_GOODS}",
        rf"(pocas|pocos|poquisimas|poquisimos) (?:\w+ )?{_ES_GOODS}",
        r"(quedan|queda|restan|hay|tenemos|quedaron) (?:muy |tan |solo |apenas |ya )?(?:las |los )?"
        r"(?:pocas|pocos|poco|poquisim\w+|ultim\w+|contad[oa]s)(?: \w+)?",
        r"(plazas|cupos|existencias|unidades|edicion|cantidades|stock|lugares|aforo|entradas|boletos|vacantes)"
        r" (?:son |es |esta |muy |estan )?(?:muy )?(?:limitad[oa]s?|reducid[oa]s?|contad[oa]s?)",
        r"(casi|practicamente) (?:se )?(?:agotad[oa]s?|acabad[oa]s?|terminad[oa]s?|agotan?|acaban?|sin stock|al final|llen[oa]s?)",
        r"se (?:nos )?(?:estan?|van?) (?:agotando|acabando|terminando|a agotar|a acabar|volando)",
        r"(estan|esta) (?:casi |a punto de |por )?(?:agotad[oa]s?|agotando(?:se)?|agotarse|acabando(?:se)?|acabarse"
        r"|volando|desapareciendo|terminandose)",
        r"se (?:agotan?|acaban?|terminan?|venden?|van|vuelan|esfuman) (?:muy |bien )?(?:rapido|rapidamente|enseguida|volando|pronto)",
        r"vuelan(?: de los? \w+)?",
        r"antes de que (?:\w+ ){0,2}?(?:agoten?|acaben?|terminen?|vuelen?|desaparezcan?|esfumen?|sea tarde|quedes sin)",
        r"hasta (?:agotar|fin de|agotarse|terminar)(?: las| la)? (?:existencias|stock|unidades)",
        r"mientras (?:duren|haya|queden|quede|dure)(?: \w+){0,3}",
        r"no (?:van|va) a durar(?: mucho)?",
        r"no (?:duran|dura|duraran|durara) (?:mucho|nada)",
        r"quien (?:\w+ )?(?:parpadee|tarde|llegue tarde|se duerma|se descuide|pestanee|demore)[^.!?\n]{0,40}",
        r"si (?:parpadeas|pestaneas|te descuidas|te duermes|tardas|te demoras)[^.!?\n]{0,40}",
        r"(quedes|quedarte|quedar|quedas|quedaras|quedate) (?:sin (?:el|la|los|las) (?:tuy|tus|tu)\w*|sin (?:tu|el tuyo|la tuya)"
        r"|fuera|con las ganas|por fuera)",
        r"(ultimo|ultima) (?:remesa|tanda|hornada|llamada|llamado)",
    ),
)  # fmt: skip

_TIME = Phrases(
    pt=(
        r"tempo (?:muito |bem )?limitado", r"por (?:tempo|prazo) (?:muito |bem )?limitado",
        r"por (?:bem |muito )?pouco tempo", r"por poucos? (?:dias|horas)", r"por poucas horas",
        r"(tempo|prazo|relogio|contagem) (?:esta |ta )?(?:se )?(?:acabando|correndo|esgotando|passando|regressiva)",
        r"agora ou nunca", r"antes que seja tarde(?: demais)?", r"(ultimas|derradeiras) horas",
        r"nao (?:deixe|deixa) (?:para|pra) (?:depois|amanha|a ultima hora)", r"nao (?:perca|perde) tempo",
        r"nao (?:perca|perde|deixe passar|desperdice) (?:a|essa|esta|sua|mais essa) (?:chance|oportunidade|oferta|promocao)",
        r"nao (?:deixe|deixa) (?:essa|esta|a) (?:chance|oportunidade|oferta|promocao) (?:passar|escapar)",
        r"corra(?:!|,| e (?:garant|aproveit|compr|reserv|peg|leve)\w*| (?:para|pra) (?:garant|aproveit|compr|reserv|nao (?:perder|ficar))\w*"
        r"| que | antes| porque| ja)",
        r"corre(?:!|,? que | (?:para|pra) (?:garant|aproveit|compr|reserv|nao)\w*)", r"apress[ea]-se", r"se apresse",
        r"(oferta|promocao|queima|venda|desconto) (?:relampago|\w+ relampago)", r"nao (?:espere|espera) (?:mais|acabar|nem)",
        r"e so ate (?:acabar|durar)", r"nao (?:vai|volta) (?:se )?repetir", r"oportunidade unica",
    ),
    en=(
        r"limited[- ]time", r"for a (?:very )?(?:limited|short) (?:time|period|while)",
        r"hurry=>(?<!no )(?<!a )(?<!in )(?<!to )hurr(?:y|ies)(?: up)?", r"now or never", r"(time|clock)(?:'s| is) (?:running out|ticking|up)",
        r"don't miss (?:this|your|the) (?:chance|opportunity|deal|offer|sale|discount)", r"before it'?s? (?:is )?too late",
        r"not for long", r"(final|last) (?:call|hours?|minutes)(?! of )", r"while (?:you (?:still )?can|there'?s? (?:is )?still time)",
        r"(going|gone|won't) (?:soon|be around)(?: (?:for )?long)?", r"flash (?:sale|deal|offer)", r"countdown",
        r"this (?:offer|deal|price|sale) (?:won't|will not|can't) (?:last|wait|be repeated)[^.!?\n]{0,20}",
        r"be quick", r"(move|act) fast", r"race (?:to|against)[^.!?\n]{0,20}",
    ),
    es=(
        r"tiempo (?:muy )?limitado", r"por (?:tiempo|plazo) (?:muy )?limitado", r"por (?:muy )?poco tiempo", r"por pocos dias",
        r"por pocas horas", r"(tiempo|plazo|reloj) (?:se |ya se )?(?:acaba|agota|esta acabando|corre|termina)",
        r"el tiempo (?:se |ya se )?(?:acaba|agota|corre|termina)", r"cuenta (?:regresiva|atras)", r"ahora o nunca", r"(ultimas|ultimos) (?:horas|minutos)",
        r"antes de que sea (?:demasiado )?tarde", r"no (?:lo )?(?:dejes|deje) para (?:despues|luego|manana|otro dia|mas tarde)",
        r"no (?:dejes|deje) (?:pasar|escapar)[^.!?\n]{0,30}", r"no (?:pierdas|pierda|perdas) (?:tiempo|mas tiempo|(?:esta|la|tu) (?:oportunidad|oferta|promocion|ocasion))",
        r"no te (?:pierdas|quedes) (?:esta|la|sin|fuera)(?: \w+)?", r"date prisa", r"(apresurate|apurate|apurese|apresurese)", r"dese prisa",
        r"corre(?:!|,| (?:a|por|y|que|antes) )\w*", r"(oferta|promocion|venta|rebaja) (?:relampago|flash)", r"no esperes (?:mas|a que)",
        r"no te (?:lo|la) pienses", r"ya casi se (?:acaba|termina)", r"oportunidad unica",
    ),
)  # fmt: skip

_NEAR = Phrases(
    pt=(
        r"(ultima|ultimas) (?:chance|oportunidade|chances|oportunidades|chamada)", r"(ultimos|derradeiros) dias(?! de | da | do )",
        r"(acaba|termina|encerra|expira)(?:m|ra|rao)? (?:muito )?(?:logo|em breve|ja ja|daqui a pouco|rapidinho)",
        r"(esta|estao) (?:quase )?(?:acabando|terminando|no fim|chegando ao fim)",
        r"reta final", r"quase (?:no|chegando ao) fim",
    ),
    en=(
        r"last (?:chances?|days to)", r"final (?:days|chances?|countdown|reductions)", r"(ends|ending|expires|expiring|closes|closing|finishes) (?:very )?soon",
        r"(almost|nearly) (?:over|at an end|finished)", r"(last|final) few (?:days|hours)", r"last days",
    ),
    es=(
        r"(ultima|ultimas) (?:oportunidad|oportunidades|chance|ocasion|llamada)", r"(ultimos) dias(?! de | del )",
        r"(acaba|termina|acaban|terminan|vence|vencen|caduca|expira) (?:muy )?pronto", r"esta (?:por|a punto de) (?:acabar|terminar|vencer)(?:se)?",
        r"recta final", r"ya (?:casi )?(?:se )?(?:acaba|termina)",
    ),
)  # fmt: skip

_LAST = re.compile(r"ultim[oa]s (\w{4,})|last (?:few )?(\w{4,})")
_NO_GOODS = frozenset(
    "anos anios dias meses mese horas hora noite noites minut seman novid notic noved lanca lanza tende tenda capit"
    " episo pagin tempo temp version raios rayos detal toque retoq passo pasos segre pedid compr visit music cancio"
    " years month weeks night chapt episo page pages days thing detai touch steps order visit song songs minute time"
    " lugar edico edici entry entra".split()
)
_STOCKED = re.compile(
    r"\b\d[\d.,]* (?:\w+ )?(?:em estoque|no estoque|en stock|in stock|left|disponive|disponib|unidades|vagas|plazas|cupos"
    r"|seats|spots|lugares|exemplares|ejemplares|pecas|units|copies|assentos|ingressos|cotas|tickets|boletos|rooms)"
)
_DEADLINE = re.compile(
    r"\b(?:ate|until|through|by|before|hasta|antes de|del|de|ends?|termina\w*|acaba\w*|encerra\w*|vence\w*|valid\w*|vigente"
    r"|deadline|prazo|plazo)\b[^.\n]{0,40}?(?:\b\d{1,2}[/-]\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th|o|º)? (?:de |of )?[a-z]{3,}"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d)"
)


def urgency(copy: Copy) -> Iterator[Claim]:
    """What presses the reader, with the stock or the deadline in evidence that would make it true."""
    for name, text in copy.texts.items():
        taken = -1
        for match in _STOCK.find(text, copy.locale):
            taken = match.end()
            yield _claim(copy, name, match, [one for source in copy.valid if (one := _stock(source))])
        for match in _LAST.finditer(text.folded) if "ultim" in text.folded or "last " in text.folded else ():
            if match.start() > taken and _sold(copy, match[1] or match[2]):
                yield _claim(copy, name, match, [one for source in copy.valid if (one := _stock(source))])
        for match in _TIME.find(text, copy.locale):
            yield _claim(copy, name, match, [one for source in copy.valid if (one := _deadline(source))])
        for match in _NEAR.find(text, copy.locale):
            near = [one for source in copy.valid if _soon(copy, source) and (one := _deadline(source))]
            near += [one for source in copy.valid if (one := _stock(source))]
            yield _claim(copy, name, match, near)


def _claim(copy: Copy, name: str, match: re.Match[str], supports: list[Support]) -> Claim:
    return Claim(
        kind="scarcity", field=name, start=match.start(), end=match.end(),
        text=copy.fields[name][match.start() : match.end()], value=match[0], support=supports,
    )  # fmt: skip


def _sold(copy: Copy, noun: str) -> bool:
    """Whether evidence speaks of such things, in the singular or the plural, and they are things one can run out of."""
    stem = noun[:5]
    if stem in _NO_GOODS or noun in _NO_GOODS or not noun.endswith("s"):
        return False
    return any(stem in known_text(wording_of(source)).stems for source in copy.evidence)


def _stock(source: Source) -> Support | None:
    if source.facts and source.facts.stock is not None:
        few = source.facts.stock <= _FEW
        return fact_support(source, "stock", source.facts.stock, derived=True) if few else None
    text = known_text(wording_of(source))
    if match := next(_STOCK.among(text), None) or _STOCKED.search(text.folded):
        return support(source, *match.span())
    return None


def _deadline(source: Source) -> Support | None:
    if source.valid_until is not None:
        return fact_support(source, "valid_until", source.valid_until.isoformat(), derived=True)
    text = known_text(wording_of(source))
    if match := next(_TIME.among(text), None) or next(_NEAR.among(text), None) or _DEADLINE.search(text.folded):
        return support(source, *match.span(), derived=True)
    return None


def _soon(copy: Copy, source: Source) -> bool:
    return source.valid_until is None or source.valid_until - copy.now <= _SOON
