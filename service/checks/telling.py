"""How a text tells an amount or a percentage: as a saving, an instalment, the price of one, a total or a discount.

Among a dozen prices nearly every number is the sum, the difference or the quotient of some. So arithmetic supports a
claim only where its words say that it was worked out that way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.checks.arithmetic import MOST_COUNTED, cents
from service.checks.hedges import Hedge, hedged
from service.checks.numbers import Amount, Percent
from service.checks.stated import Stated

_SAVES = (
    r"econom\w+|poup\w+|sav(?:e|es|ed|ing|ings)|ahorr\w+|descontos?|descuentos?|discounts?|rebat\w+|rebaj\w+|abatimento"
    r"|baix\w+|baj(?:a|an|ar|aron|amos)|keeps?|guarda\w*|diferen\w+|reduc\w+|reduz\w+|off"
)
_SAVES_SAID = re.compile(rf"\b(?:{_SAVES})\b")
_SAVED_BEFORE = re.compile(rf"\b(?:{_SAVES})(?: [^\W\d]+){{0,3}} ?\Z|-\s?\Z")
_OR_RATE = re.compile(
    r"%(?: (?:off|de desconto|de descuento|menos|less))?(?:,| \(|,? (?:or|ou|o)| -| –)+ ?(?:(?:or|ou|o"
    r"|o sea|ou seja|that is|that's|isto e|es decir),? )?\Z"
)
_SAVED_AFTER = re.compile(
    r"\s(?:(?:a )?menos(?! (?:de|acucar|sugar|azucar))|less|off|below|abaixo|por debajo|cheaper|discount|back"
    r"|(?:stays?|back|remains?|ficam?|sobram?|(?:se )?quedan?|voltam?|vuelven?) (?:(?:in|n?o|en)"
    r" (?:(?:your|seu|tu|el|su) )?(?:pocket|wallet|bolso|bolsillo)s?|with you|com voce|contigo)"
    r"|in savings|(?:de|em|en|of) (?:desconto|economia|descuento|ahorro|rebaja|abatimento|savings)"
    r"|ma[is]s (?:em conta|(?:barat|economic)[oa]s?))\b"
)
_LEFT_BEFORE = re.compile(
    r"\b(?:remaining|rest(?: of)?|balance(?: of)?|remainder(?: of)?|resto(?: de)?|saldo(?: de)?"
    r"|restantes?|faltantes?|outros"
    r"|other|faltam|restam|quedan|pay(?:ing)? (?:only|just)|pagas? (?:so|solo|apenas)|pagarias?"
    r"|pagaria)(?: [^\W\d]+){0,2} ?\Z"
)
_LEFT_AFTER = re.compile(
    r"\s(?:(?:mais|mas) (?:car[oa]s?|que|do que)|a mais|de mas|more(?: expensive| than)?|dearer|extra"
    r"|de diferenc(?:a|ia)"
    r"|restantes?|remaining|faltantes?|on arrival|(?:na|no|en la|en el|a la|al) (?:chegada|entrega"
    r"|llegada|check-?in)"
    r"|(?:instead of|em vez de|en lugar de|en vez de|ao inves de|rather than)\b)"
)
_LESS_OF_IT = re.compile(
    r"\s(?:a )?(?:menos|less) (?!que |than |do |no |na |em |en |on |for |por |com |con |with "
    r"|el |la |los |las |o |os |as |the |your |tu |seu |sua |durante |during |if |se |si |al |ao |every |tod[oa]s? )\w"
)
_SUPPOSED_AFTER = re.compile(
    r" (?:order|purchase|basket|bill|spend|(?:de|em|en|na|no) (?:compras?|pedidos?|fatura|factura|conta|cuenta|gastos?)"
    r"|invest\w+|invert\w+|aplicad\w+|guardad\w+|grows?|becomes?|turns?|earns?|viram?|rende\w*|crece\w*|generan?"
    r"|se convierten?)\b"
)
_DISCOUNT_BEFORE = re.compile(
    rf"\b(?:{_SAVES})(?: (?:de|del|of|an?|uma?|un|up to|ate|hasta|extra|mais|mas|more|than|quase|almost|casi))* ?\Z"
    r"|-\s?\Z"
)
_DISCOUNT_AFTER = re.compile(
    r"\s?(?:extra )?(?:(?:de )?(?:desconto|descuento|economia|ahorro|rebaja|abatimento)|off|(?:a )?menos|less|discount"
    r"|savings?|cheaper|ma[is]s barat[oa]s?)\b"
)
_DISCOUNT = re.compile(
    rf"\b(?:{_SAVES}|promo\w*|ofertas?|offers?|liquida\w+|sale|black friday|cup(?:om|on)|coupon|voucher|off|menos|less"
    r"|segund[oa]|second|terceir[oa]|tercer[oa])\b"
)
_OF_SOMETHING = re.compile(r"\s(?:d[aeo]s?|del|of|de l[oa]s?|d?iss?o)\b")
_SHARE_OF_IT = re.compile(r"\s(?:diss?o|desse|of (?:that|it|the price)|d[eo]l? (?:valor|preco|precio|eso)|de eso)\b")
_COMPARED = re.compile(
    r"\b(?:(?:menos|less|lower|cheaper|barat[oa]s?|em conta) (?:do )?(?:que|than)|instead of|em vez de|en vez de"
    r"|en lugar de|ao inves de|rather than|against|contra|frente a|versus|vs|down (?:to|from)|por separado"
    r"|separad[oa]s|separately|avuls[oa]s?|sueltos?|sueltas?)\b"
)
_OTHERS = re.compile(r"\b(?:outros|other|remaining|otros?|restantes|demais|los demas|the rest,) ?\Z")
_OTHERS_AFTER = re.compile(r" (?:restantes?|remaining|que (?:faltam?|sobram?|resta[mn]?|falta[n]?|quedan?))\b")
_NOTHING_MORE = re.compile(r"\s?(?:\Z|[^\w\s]|(?:em|no|na|nos|nas|en|on|in|at|para|for|com|con|with|e|y|and|a|ao)\b)")
_CHANGED = re.compile(
    r"\s(?:(?:a )?(?:mais|mas|menos|more|less)|maior|menor|mayor|larger|smaller|higher|lower|faster|lighter)\b"
)
_CHANGED_BEFORE = re.compile(
    r"\b(?:drop|fall|rise|increase|decrease|cut|reduction|growth|gain|jump|decline|queda|alta|aumento|reducao|reduccion"
    r"|caida|subida|baja|crescimento|crecimiento|melhora|mejora|diminuicao|disminucion|fell|rose|grew|dropped|shrank"
    r"|caiu|cairam|subiu|cresceu|cayo|subio|crecio|bajo|baixou)"
    r"(?: (?:by|of|de|em|en|un|uns|cerca de|about|around|nearly|quase|casi|exactly))* ?\Z"
)
_DEDUCTIBLE = r"(?:deductible|excess|franquia|franquicia|deducible|coparticipacao|copago|co-?pay(?:ment)?)"
_TAKEN_OFF = (
    r"(?:descuent\w+|descontad[oa]s?|desconta\w*|deducted|credited|abatid[oa]s?|abat(?:e|emos)|abonad[oa]s?"
    r"|(?:comes?|taken) off|resta\w*)"
)
_VOUCHER = r"(?:coupon|cupo[mn]|voucher|trade-in|credito|credit|vale-compras?|bonus)"
_DEDUCTED_BEFORE = re.compile(rf"\b(?:{_DEDUCTIBLE}|{_VOUCHER})(?: (?:of|de|e|is|is only|es|fica em|sera))*:? ?\Z")
_DEDUCTED_AFTER = re.compile(
    rf"\s(?:de |em |in |a |on |en )?(?:{_DEDUCTIBLE}|{_VOUCHER})\b"
    rf"|[,;(]?\s?(?:(?:que|which|that|amount|valor|importe|y|e|and) )*(?:(?:te |le |lhe |se )?(?:l[oa] )?"
    rf"|(?:e|is|sera|are"
    rf"|gets?|voce)\s){_TAKEN_OFF}\b"
)
_A_TIME = re.compile(r"\s(?:a|ao|al|por|per|each|every|cada)\s\w")
_FIGURE = re.compile(r"[$€£] ?\d|\d ?[$€£]")
_STOP = re.compile(r"[.!?…](?=\s|\Z)|\n")
_STOPS = ".!?…\n"
_FROM_START = (0,) * len(_STOPS)

_PARTS = (
    r"(?:x|vezes|veces|parcel(?:a|inha)s?|prestac(?:ao|oes)|mensalidades|mensualidades|cuot(?:a|ita)s|pagos|plazos"
    r"|pagamentos|payments|instal?lments|meses|months)"
)
_PARTS_OF = re.compile(
    rf"\s?(?:[^\W\d]+ ){{0,2}}?{_PARTS}(?: [^\W\d]+){{0,3}}?(?: (?:de|of|at|a) ?|(?P<each>(?<!meses)(?<!months), ?)"
    r"|(?:sin interes(?:es)?|sem juros|interest[ -]free)[,:]? (?:[^\W\d]+ ){0,2})|\s?x\s?"
)
_PARTS_NAMED = re.compile(rf"\b{_PARTS}(?: [^\W\d]+){{0,2}}[:,]? (?:(?:em|en|in) )?\Z")
_OF = re.compile(r"\s?(?:de|of|x|por|at)\s?")
_OF_EACH = re.compile(r" (?:(?:mais|mas|more|iguales|iguais|equal) )?(?:de|of) ")
_ONE_MORE = re.compile(r" (?:mais|mas|more|rest\w*|outr[oa]s|otr[oa]s|others?|saldo) ")
_AT_ONCE = re.compile(
    r",? (?:today|now|hoje|agora|hoy|ahora|down|up ?front|de entrada|no ato|na hora|en el acto|on the day|first)\b"
)
_IN_PARTS = re.compile(r",?(?: [^\W\d]+){0,4}? (?:em|in|en|por|for|durante|a)(?: ate| hasta| up to)? ")
_PARTS_NEXT = re.compile(rf"\s?(?:[^\W\d]+ )?{_PARTS}\b")
_FARTHEST_PARTS = 40
_ROUND = 500  # cents: nobody reckons with R$ 37,42 for example
_FARTHEST_SUPPOSED = 48
_SUPPOSED = re.compile(
    r"(?:\b(?:(?:a|por|para|de) cada|cada|for (?:every|each)|every|numa?|num[ao]|on an?|en un[ao]?|sobre"
    r"|gast\w+|spend\w*|put|place|coloque|deixe|pon|deja|invest\w*|inviert\w+|deposit\w*|guard\w+|aplic\w+|ahorr\w+"
    r"|(?:se|si|if|quem|quien|who)\b[^.!?\d]{0,30})(?: [^\W\d]+){0,3}?"
    r"|\b(?:compra|pedido|conta|cuenta|fatura|factura|gasto|saldo|purchase|order|bill|spend|balance|venda|venta|sale)"
    r" (?:de|of)"
    r"|(?:\A|[.!?;:]\s|\n)[¡¿\"“]?(?:con|com|with|em|en|on|de cada))\s\Z"
)
_EACH_AFTER = re.compile(
    r",?\s?(?:/|(?:cada|each|apiece|por|per|a|an|every|o|el|la|al|ao|uno|una?)\b\s?\w|cada\b|each\b"
    r"|(?:mensal|mensais|mensual(?:es)?|monthly|sema(?:nal|nais|nales)|weekly|anua(?:l|is|les)|annually|yearly"
    r"|diari[oa]s?|daily)\b)"
)
_EACH_BEFORE = re.compile(
    r"\b(?:cada|each|every|apiece)\b[^.!?;]{0,40}\Z"
    r"|\b(?:parcelas|prestacoes|mensalidades|mensualidades|cuotas|pagos|payments|instal?lments) (?:[^\W\d]+ )?"
    r"(?:de|of) ?\Z"
)
_TOTAL = re.compile(
    r"\b(?:total|ao todo|no todo|em conjunto|junt[oa]s|som\w+|suman?|together|altogether|combined|in all|both|ambos"
    r"|[oa]s d(?:ois|uas)|l[oa]s dos|[oa]s tres|l[oa]s tres|the (?:two|three)|da(?:o|n|ria|riam|rian)?|dariam"
    r"|(?:custa|sai|ser)r?iam?|costarian|serian|com(?:es?|ing) to|adds? up|makes?|would (?:cost|be)|bill|conta|cuenta"
    r"|(?:um|uma|un|una|one) [^.]{0,12}(?:de|of) (?:cada|each)|par|pair|casal|kit completo|conjunto|combo)\b"
)
_HALF = re.compile(
    r"\b(?:metade|mitad|half|(?:mei|medi)[oa](?![ -](?:hora|dia|noite|noche|ano|semana|duzia|docena)))\b"
)
_MONEY_WORDS = re.compile(
    r"\b(?:entrada|sinal|deposit\w*|anticipo|adelanto|enganche|down payment|arras|senal?|caucao|fianza"
    r"|taxas?|tasa|fees?|tax|juros|interest|interes(?:es)?|comiss\w+"
    r"|comision\w*|commission|goes|donat\w+|doad\w+|doa(?:mos|coes|cao)|donad\w+|dona(?:mos|cion)|destin\w+|v[ao](?:i|n|mos)?"
    r" (?:a|ao|para)|of each|de cada|cashback|imposto|iva|vat|multa|gorjeta|tip)\b"
)

_FARTHEST_BETWEEN = 60
_WAS = re.compile(
    r"\b(?:was|were|antes|era|custava|custavam|costaba|normal\w*|usual\w*|regular\w*|list price|rrp|chei[oa]"
    r"|original\w*|instead of|em vez de"
    r"|ao inves de|en vez de|en lugar de|before|reduced from|down from)\b[^.;\d]{0,12}\Z"
)
_FROM = re.compile(r"\b(?:de|from|desde)\s\Z")
_BECOMES = re.compile(r",?\s(?:por|para|a|to|agora|now|ahora|pasa a|pasan a)\b")


class Telling(NamedTuple):
    """How copy tells an amount: as so much saved or left to pay, as a total, as the price of one of several or of a
    half, or in so many parts, where it may as well be the `whole` or there may be one `more`. `beside` are the cents of
    the amounts before it in its sentence."""

    saved: bool
    left: bool
    total: bool
    each: bool
    half: bool
    parts: int | None
    whole: bool
    more: bool
    hedge: Hedge | None
    beside: frozenset[int]


def telling(said: Stated, amount: Amount) -> Telling:
    """How the words round an amount tell it."""
    text, (start, end) = said.reading.text, _sentence(said.reading.text, amount.start, amount.end)
    parts, whole = _parts(said, amount)
    return Telling(
        saved=is_saved(text, amount),
        left=bool(
            _LEFT_BEFORE.search(text, max(0, amount.start - 40), amount.start) or _LEFT_AFTER.match(text, amount.end)
        ),
        total=_TOTAL.search(text, start, end) is not None,
        each=_EACH_AFTER.match(text, amount.end) is not None
        or _EACH_BEFORE.search(text, start, amount.start) is not None,
        half=_HALF.search(text, start, end) is not None,
        parts=parts,
        whole=whole,
        more=parts is not None and _ONE_MORE.search(text, start, amount.start) is not None,
        hedge=hedged(text, amount.start),
        beside=frozenset(cents(one.value) for one in said.amounts if start <= one.start < amount.start),
    )


def is_saved(text: str, amount: Amount) -> bool:
    """Whether an amount of a folded text is what somebody saves."""
    before = _SAVED_BEFORE.search(text, max(0, amount.start - 40), amount.start)
    if before or _SAVED_AFTER.match(text, amount.end):
        return True
    rate = _OR_RATE.search(text, max(0, amount.start - 30), amount.start)  # "20%, or $18"
    return rate is not None and rate.group().count("%") == 1 and _SAVES_SAID.search(text, 0, amount.start) is not None


def _parts(said: Stated, amount: Amount) -> tuple[int | None, bool]:
    """In how many parts it is to be paid, if it is one of them: `12x de R$ 20`, `$20 per month for 12 months`; and
    whether it may be what is parted, as in `R$ 240 em 12 meses`."""
    text = said.reading.text
    each = _EACH_AFTER.match(text, amount.end)
    for numeral in reversed(said.reading.numerals):  # of several before it the nearest counts
        if numeral.value % 1 or not 2 <= numeral.value <= MOST_COUNTED:
            continue
        if 0 < amount.start - numeral.end <= _FARTHEST_PARTS and (
            ((parts := _PARTS_OF.fullmatch(text, numeral.end, amount.start)) and not (parts["each"] and not each))
            or _OF_EACH.fullmatch(text, numeral.end, amount.start)
            or (
                _OF.fullmatch(text, numeral.end, amount.start)
                and _PARTS_NAMED.search(text, max(0, numeral.start - 24), numeral.start)
            )
        ):
            return int(numeral.value), False
    for numeral in said.reading.numerals:
        if numeral.value % 1 or not 2 <= numeral.value <= MOST_COUNTED:
            continue
        near = 0 < numeral.start - amount.end <= _FARTHEST_PARTS
        if near and _IN_PARTS.fullmatch(text, amount.end, numeral.start) and _PARTS_NEXT.match(text, numeral.end):
            return int(numeral.value), True
    return None, False


def is_at_once(text: str, amount: Amount) -> bool:
    """Whether an amount of a folded text is to be paid now: `$45 today`."""
    return _AT_ONCE.match(text, amount.end) is not None


def examples(said: Stated) -> Iterator[Amount]:
    """Round amounts that copy only supposes: `a cada R$ 1.000`, `if you spend $200`, `Con $10,000 ganas`."""
    text = said.reading.text
    for one in said.amounts:
        before = max(0, one.start - _FARTHEST_SUPPOSED)
        supposed = cents(one.value) % _ROUND == 0 and (
            _SUPPOSED.search(text, before, one.start) or _SUPPOSED_AFTER.match(text, one.end)
        )
        if supposed and not is_saved(text, one):
            yield one


def is_discount(text: str, percent: Percent) -> bool:
    """Whether a percentage of a folded text is told as a discount, by the words next to it or by its own."""
    own = text[percent.start : percent.end]
    if not any(one.isdigit() for one in own) and "cent" not in own and "cient" not in own:
        return True  # "half price", "um quarto de desconto"
    if _LESS_OF_IT.match(text, percent.end):
        return False  # "30% less sugar"
    before = _DISCOUNT_BEFORE.search(text, max(0, percent.start - 40), percent.start)
    return (before or _DISCOUNT_AFTER.match(text, percent.end)) is not None


def discounts(said: Stated) -> Iterator[Percent]:
    """The percentages of evidence that are discounts. Where the words next to one do not say so, a word of its sentence
    may, unless another percentage is nearer to it, or it is so much of something: `80% algodão, 20% de desconto`."""
    text = said.reading.text
    for one in said.percents:
        if is_discount(text, one) or (_NOTHING_MORE.match(text, one.end) and _is_near(text, one, said.percents)):
            yield one


def _is_near(text: str, one: Percent, all_: tuple[Percent, ...]) -> bool:
    start, end = _sentence(text, one.start, one.end)
    for word in _DISCOUNT.finditer(text, start, end):
        if min(all_, key=lambda each: max(each.start - word.end(), word.start() - each.end)) == one:
            return True
    return False


def money_shares(said: Stated) -> Iterator[Percent]:
    """The percentages of evidence that are a part of a price: a deposit, a fee, cashback."""
    for one in said.percents:
        start, end = _sentence(said.reading.text, one.start, one.end)
        if _MONEY_WORDS.search(said.reading.text, start, end):
            yield one


def is_compared(text: str, percent: Percent) -> bool:
    """Whether it is told of what something else costs, or did: `20% menos que a avulsa`, `a fifth less than £50`."""
    start, end = _sentence(text, percent.start, percent.end)
    return _COMPARED.search(text, start, end) is not None


def tells_the_others(text: str, percent: Percent) -> bool:
    """Whether it is told of those that are left: `the other 20%`, `os 20% restantes`."""
    before = _OTHERS.search(text, max(0, percent.start - 24), percent.start)
    return (before or _OTHERS_AFTER.match(text, percent.end)) is not None


def is_share_of_it(text: str, percent: Percent) -> bool:
    """Whether it is told as a part of a price before: `50% disso`."""
    return _SHARE_OF_IT.match(text, percent.end) is not None


def is_of_something(text: str, percent: Percent) -> bool:
    """Whether it is so much of what follows, which no prices make: `80% dos clientes`."""
    return _OF_SOMETHING.match(text, percent.end) is not None


def is_change(text: str, percent: Percent) -> bool:
    """Whether it tells by how much something has become more or less."""
    before = _CHANGED_BEFORE.search(text, max(0, percent.start - 40), percent.start)
    return (before or _CHANGED.match(text, percent.end)) is not None


def is_deducted(text: str, amount: Amount) -> bool:
    """Whether an amount of a folded text is taken off another: a deductible, a first class that is credited later."""
    before = _DEDUCTED_BEFORE.search(text, max(0, amount.start - 40), amount.start)
    return (before or _DEDUCTED_AFTER.match(text, amount.end)) is not None


def is_for_a_time(text: str, percent: Percent) -> bool:
    """Whether it is told of one of several: `0,3% ao mês`."""
    return _A_TIME.match(text, percent.end) is not None


def around(text: str, amount: Amount | Percent, *, before: bool = False) -> tuple[int, int]:
    """From where to where the sentence of an amount or a percentage goes, and with it the one `before`."""
    start, end = _sentence(text, amount.start, amount.end)
    return (_begin(text, start - 1) if before and start else start), end


def is_before_and_after(text: str, old: Amount, new: Amount) -> bool:
    """Whether two amounts next to each other are what something cost and what it costs."""
    first, second = (old, new) if old.start < new.start else (new, old)
    between = text[first.end : second.start]
    if len(between) > _FARTHEST_BETWEEN or old.value <= new.value:
        return False
    if _WAS.search(text, max(0, old.start - 30), old.start):
        return True
    return (
        first == old
        and _BECOMES.match(between) is not None
        and _FROM.search(text, max(0, old.start - 12), old.start) is not None
    )


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    stop = _STOP.search(text, end)
    return _begin(text, start), stop.start() if stop else len(text)


def _begin(text: str, at: int) -> int:
    """Where the sentence begins that goes on there."""
    end = at
    while (place := max(map(text.rfind, _STOPS, _FROM_START, (end, end, end, end, end)))) >= 0:
        if text[place] == "\n" or place + 1 == at or text[place + 1].isspace():
            return place + 1
        end = place
    return 0


def sentence_before(text: str, at: int) -> str:
    """The words of a sentence before an amount, up to the amount before it."""
    return _FIGURE.split(text[_begin(text, at) : at])[-1]
