"""A benefit that holds for some, told as if it held for all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from service.checks.copy import Copy, Source, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import Phrases, Text, known_text, stems

_WHO = r"(?: (?:os|as|o|a|los|las|el|la|sus|suas|seus|sua|seu|tu|tus|nossos|nossas|nuestr[oa]s|our|your|the|of))*"

_ALL = Phrases(
    pt=(
        rf"(todo|toda|todos|todas){_WHO} \w+", r"para (?:todos|todas|todo mundo|qualquer \w+|quem quiser)", r"qualquer (?:\w+)", r"em tudo", r"tudo", r"sempre", r"cada \w+",
        r"sem (?:valor |compra |pedido |gasto |consumo |preco )?(?:minim[oa]|limite\w*|restric\w+|excec\w+|condic\w+)(?: \w+)?", r"(nacional|ilimitad)\w*", r"onde (?:quer que )?(?:voce )?(?:estiver|esteja|morar|more)", r"o (?:brasil|pais|ano|site|catalogo|mes|dia) (?:todo|inteiro)", r"a (?:loja|semana|linha|colecao|rede) (?:toda|inteira)", r"de norte a sul", r"independente(?:mente)? d[oae]\w*(?: \w+)?",
    ),
    en=(
        rf"(every|all|any){_WHO} \w+", r"for (?:everyone|everybody|all|anyone)", r"(everyone|everybody|everything|everywhere|anywhere|anyone|anything|anytime|always|whenever|wherever|nationwide|worldwide|sitewide|storewide|site-wide|countrywide|whatever|coast)\b(?:(?: \w+){0,3})?",
        r"no (?:minimum|min\.?|limits?|exclusions?|restrictions?|exceptions?|conditions|strings)(?: \w+)?", r"each (?:and every )?\w+", r"across (?:the|our) (?:\w+ )?(?:site|store|range|board|country|catalog\w*|shop|collection|whole)(?: \w+)?", r"the (?:whole|entire) \w+", r"your (?:whole|entire) \w+", r"(unlimited|without limits?)", r"no matter (?:what|where|how|when|who)[^.!?\n]{0,24}", r"(entire|whole) \w+",
    ),
    es=(
        rf"(todo|toda|todos|todas){_WHO} \w+", r"para (?:todos|todas|todo el mundo|cualquier\w*|quien quiera)", r"cualquier \w+", r"cualquiera", r"siempre", r"cada \w+", r"sin (?:compra |pedido |gasto |importe |consumo |monto )?(?:minim[oa]|limites?|restriccion\w*|excepcion\w*|condicion\w*)(?: \w+)?", r"(pidas|compres|vivas|estes|gastes|elijas) (?:lo que|donde|cuanto|cuando|el que) \w+", r"donde (?:quiera que )?(?:estes|vivas)",
        r"(sea cual sea|sin importar)[^.!?\n]{0,24}", r"(nacional|ilimitad)\w*", r"de norte a sur", r"cuando (?:quieras|vengas)",
    ),
)  # fmt: skip

_BENEFIT = re.compile(
    r"\b(?:gratis|gratuit\w*|gratuid\w*|free|de graca|sem custos?|sin costos?|sin coste|cortesia|complimentary|on us|on the house"
    r"|frete|envios?|entregas?|domicilios?|shipping|delivery|descontos?|descuentos?|discounts?|off|cupom|cupon|coupon|brindes?"
    r"|regalos?|gifts?|incluid[oa]s?|inclus[oa]s?|incluyen?|included|includes|comes? with|vem com|ganham?|garantias?|warrant\w+|cashback|parcel\w+|"
    r"cuotas|juros|interes\w*|installments|menos|rebaja\w*|meia-entrada|nada de taxa|sem taxa\w*|no fees?|sin comision\w*|isent\w+|pela metade|half price|mitad de precio|bonus|devolu\w+|return\w*|troca\w*|cambios?)\b"
    r"|\d ?%"
)
_KINDS = (
    r"frete|envio|entrega|domicilio|shipping|deliver|postage",
    r"descont|descuent|discount|\boff\b|\d ?%|rebaja|\bmenos\b|\bless\b|cupo[mn]|coupon|promo",
    r"brinde|regalo|gift|presente",
    r"parcel|cuotas|juros|interes|installment|meses sin|sem juros",
    r"garantia|warrant",
    r"devolu|return|troca|cambio|refund",
    r"cashback",
    r"gratis|gratuit|free|de graca|sem custo|sin cost|cortesia|complimentary|on us|on the house|inclu[iysd]|comes? with|vem com|isent|sem taxa|no fee|sin comision|nao paga",
)  # fmt: skip
_KIND = [re.compile(rf"\b(?:{words})") if not words.startswith(r"\b") else re.compile(words) for words in _KINDS]

_LIMITED = re.compile(
    r"\b(?:apenas|somente|so|soment\w*|exclusiv\w*|exceto|excet\w*|salvo|menos n[oa]s?|only|except|excluding|excludes|excluid\w*|unicamente|solo|solamente|excepto"
    r"|a partir de|acima de|superior\w*|minim[oa]s?|minimum|at least|over|above|from \$|mas de|desde|por encima de|mayores a|maiores que"
    r"|primeir[ao]s? (?:compra|pedido|mensalidade|mes|assinatura)|primer[ao]? (?:compra|pedido|mes)|first (?:order|purchase|month|time|visit|sunday|booking)"
    r"|nov[oa]s (?:client|alun|assinant|usuari)\w+|nuev[oa]s (?:client|alumn|usuari|suscri)\w+|new (?:customers?|members?|users?|subscribers?|patients?|students?)"
    r"|selecionad\w*|seleccionad\w*|selected|select|participantes?|participating|eligible|elegive\w*|indicad\w* no site|within|dentro de|para (?:os estados|a regiao|as regioes|o estado|socios|assinantes|membros|estudantes|residentes|quem)"
    r"|para quem|para quien\w*|for (?:members|students|stays|orders|residents|customers who|subscribers)|limitad[oa]s? a|limited to|up to|ate \d|hasta \d|outr[oa]s|otr[oa]s|other|others|demais|demas|resto|fora d[oae]s?|fuera de|outside|elsewhere|not (?:included|available|valid)|nao (?:inclui|vale|esta|e valid|se aplica)\w*|no (?:incluye|aplica|vale|valid)\w*"
    r"|n[oa]s? (?:estados|capital|capitais|regiao|regioes|sul|sudeste|norte|nordeste|centro-oeste|grande)|de segunda|de lunes|from (?:monday|sunday|tuesday|wednesday|thursday)|monday to|sunday to|em compras|nas compras|en compras|pedidos de|orders of|when you (?:buy|spend)|ao comprar|na compra de|al comprar|por la compra"
    r"|colecao|coleccion|linha|linea|line|capital|region|regiao|states|estados|contiguous|mainland|continental)\b"
)
_SPENT = re.compile(
    r"(?:acima|partir|minim\w+|over|above|from|superior\w*|least|mas|desde|mayor\w*|pedidos|compras|orders) (?:de |of |a |que |or )?(?:r\$|us\$|\$|€|£|s/)? ?\d"
)
_NARROWED = re.compile(
    r"\b(?:acima de|a partir de|over|above|desde|mas de|superior\w* a|from [$£€]|minim[oa] de|primeir[oa]s? (?:compra|pedido)|primera compra|first (?:order|purchase)|selecionad\w*|seleccionad\w*|selected|exceto|except|excepto|apenas|somente|only|solo|participantes|participating|within|quem|quien\w*|who)\b"
)
_REGION = re.compile(
    r"\b(?:tod[oa]s? (?:o |a |el |la |os |las |los |as )?(?:brasil|pais|estados|regioes|territorio|cidades|capitais|colombia|mexico|chile|argentina|espana|peru|uruguay|ecuador|republica|mundo|regiones|ciudades|provincias|capital|estado|uk|us)"
    r"|(?:all|every|any|the whole|the entire|across|throughout) (?:of |the |over )*(?:country|states?|uk|us|usa|world|nation|city|cities|america|zip|postcode|address|island|region)\w*"
    r"|nationwide|worldwide|countrywide|anywhere|everywhere|qualquer (?:cidade|estado|lugar|endereco|cep|regiao|canto)|cualquier (?:ciudad|lugar|estado|rincon|direccion|provincia|parte)|de norte a su[lr]|(?:o |el )?(?:brasil|pais) (?:todo|inteiro|entero)|onde (?:voce )?(?:estiver|morar)|donde (?:estes|vivas)|coast to coast|territorio nacional)\b"
)
_PLACED = re.compile(
    r"\b(?:(?:estados?|capital|capitais|sul|sudeste|norte|nordeste|centro-oeste|grande|regiao|regioes|region|regiones|within|continental|contiguous|mainland|states|only in|solo en|apenas (?:em|n[oa]s?|para)|somente (?:em|n[oa]s?|para)|so (?:em|n[oa]s?|para)|demais|fora d[oae]s?|fuera de|outside|resto|other (?:states|areas|cities)|dentro de|cidade de|ciudad de|municipio))\b"
)
_TIMES = frozenset("dias dia ano semana mes momento hora vez day year time week month days mundo semanas".split())


def stretched(copy: Copy) -> Iterator[Claim]:
    """Universal benefits, with the evidence that gives them to all."""
    for name, text in copy.texts.items():
        seen = -1
        for match in _ALL.find(text, copy.locale):
            start, end = text.sentence(match.start())
            sentence = text.folded[start:end]
            if start <= seen or not _BENEFIT.search(sentence):
                continue
            region = _REGION.search(sentence) is not None
            if not region and _NARROWED.search(sentence):
                continue
            seen = start
            if claim := _claim(copy, name, text, match, start, end, region=region):
                yield claim


def _claim(
    copy: Copy, name: str, text: Text, match: re.Match[str], start: int, end: int, *, region: bool
) -> Claim | None:
    """The claim, if any evidence speaks of that benefit and holds it within bounds."""
    sentence = text.folded[start:end]
    kinds = [kind for kind in _KIND if kind.search(sentence)]
    told = [source for source in copy.valid if _speaks(source, kinds, sentence)]
    bounded = [source for source in told if _bounded(source, kinds, region=region)]
    wide = [one for source in told if (one := _universal(source, kinds, match[0], region=region))]
    if not bounded and not wide:
        return None
    while end > start and copy.fields[name][end - 1] in " .!?\n":
        end -= 1
    return Claim(
        kind="scope", field=name, start=start, end=end, text=copy.fields[name][start:end], value=match[0], support=wide,
    )  # fmt: skip


def _speaks(source: Source, kinds: list[re.Pattern[str]], sentence: str) -> bool:
    wording = known_text(wording_of(source))
    if source.facts and source.facts.free_shipping_region and _KIND[0] in kinds:
        return True
    return any(kind.search(wording.folded) for kind in kinds)


def _bounded(source: Source, kinds: list[re.Pattern[str]], *, region: bool) -> bool:
    facts = source.facts
    if facts and facts.free_shipping_region and _KIND[0] in kinds and region:
        return not _REGION.search(known_text(facts.free_shipping_region).folded)
    wording = known_text(wording_of(source))
    said = [wording.folded[start:end] for start, end in wording.sentences]
    about = [place for place, one in enumerate(said) if any(kind.search(one) for kind in kinds)]
    # Terms stand in the same sentence, or in the one after it.
    near = {place + step for place in about for step in (0, 1) if place + step < len(said)}
    bounds = _PLACED if region else _LIMITED
    return any(bounds.search(said[place]) or (not region and _SPENT.search(said[place])) for place in near)


def _universal(source: Source, kinds: list[re.Pattern[str]], said: str, *, region: bool) -> Support | None:
    """The sentence of evidence that gives the benefit to all in the same words."""
    for start, end, universal, sentence in _universals(wording_of(source)):
        if any(kind.search(sentence) for kind in kinds):
            if region and _REGION.search(sentence) and not _PLACED.search(sentence):
                return support(source, start, end)
            if not region and (stems(said) & stems(universal) or not stems(said)):
                return support(source, start, end)
    return None


@lru_cache(maxsize=2_048)
def _universals(wording: str) -> tuple[tuple[int, int, str, str], ...]:
    text = known_text(wording)
    found = []
    for match in _ALL.among(text):
        start, end = text.sentence(match.start())
        found.append((start, end, match[0], text.folded[start:end]))
    return tuple(found)
