"""What copy gives away: free delivery, cashback. It is an amount like any other, and an offer binds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from service.checks.copy import Copy, Source, fact_support, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import known_text
from service.checks.words import wordset

_FREE = r"gratis|gratuit[oa]s?|free|de graca|sem custo|sin costo|cortesia|complimentary|por nossa conta|on us"
_SHIPPING = r"frete|entregas?|envios?|shipping|delivery|postage"
_GIVEN = re.compile(
    rf"\b(?:(?:{_SHIPPING}) (?:e |is |es |sai |totalmente |completamente )?(?:{_FREE})"
    rf"|(?:{_FREE}) (?:{_SHIPPING})|cashback)\b"
)
_TOLD = re.compile(rf"\b(?:{_FREE}|cashback|nao paga|no pagas|isent[oa]s?)\b")
_BORNE = re.compile(
    rf"(?:\b(?:{_SHIPPING}|portes)(?: (?:is|are|es?|esta|sai|por|de)){{0,2}} (?:includ\w+|inclu[si](?:d[oa]|[oa])s?"
    r"|sin cargo|sem custos|sin gastos|paga?d?[oa]s?(?! p)|bonificad[oa]s?|(?:r\$|us\$|\$|€|£) ?0(?![\d.,]*[1-9])|0 ?€"
    r"|(?:por conta|a cargo) (?:d[aeo] (?:loja|casa|empresa|marca|tienda)|nossa|de la (?:casa|tienda|empresa)))"
    r"|(?:(?<!customer )(?<!buyer )(?<!client )(?<!sender )(?<!guest )(?<!member )\b(?:pays|covers)"
    r"|\bwe (?:pay|cover)|\b(?:pagamos|cobrimos|cubrimos|asumimos|assumimos)"
    r"|\b(?:loja|casa|empresa|marca|tienda|gente) (?:paga|cobre|cubre|asume|assume)) "
    rf"(?:for )?(?:[^\W\d]+ ){{0,2}}?(?:{_SHIPPING}|portes)"
    rf"|\b(?:no|without) (?:{_SHIPPING}) (?:fees?|costs?|charges?)"
    rf"|\b(?:sem|sin) (?:custos?|gastos?|taxas?|costes?|costos?|cargos?) (?:de|por) (?:{_SHIPPING})"
    rf"|(?:ships?|deliver(?:s|ed)?) (?:at )?no (?:extra )?charge|(?:{_SHIPPING}) at no (?:extra )?(?:charge|cost)"
    rf"|(?:gastos|custos?|costes?|costos?) de (?:{_SHIPPING}) (?:includ\w+|inclu[si]d\w+))(?!\w)"
)
"""Who sells bears what it costs, in other words."""
_CASHBACK = re.compile(r"\bcashback\b")
_WORDS = wordset("frete entrega entregas envio envios shipping delivery postage cashback")  # each has one of these


def given(copy: Copy) -> Iterator[Claim]:
    """Free delivery and cashback, with the evidence that gives them."""
    for name, text in copy.texts.items():
        if not _WORDS.isdisjoint(text.words):
            for match in _GIVEN.finditer(text.folded):
                start, end = match.span()
                found = [one for source in copy.valid if (one := _gives(source, match[0]))]
                yield Claim(
                    kind="price", field=name, start=start, end=end, text=copy.fields[name][start:end], value=match[0],
                    support=found, expired=not found and any(_gives(source, match[0]) for source in copy.lapsed),
                )  # fmt: skip


def _gives(source: Source, said: str) -> Support | None:
    if said != "cashback" and source.facts and source.facts.free_shipping_region:
        return fact_support(source, "free_shipping_region", source.facts.free_shipping_region)
    place = _place(wording_of(source), cashback=said == "cashback")
    return support(source, *place) if place else None


@lru_cache(maxsize=2_048)
def _place(wording: str, *, cashback: bool) -> tuple[int, int] | None:
    folded = known_text(wording).folded
    told = _CASHBACK.search(folded) if cashback else _TOLD.search(folded) or _BORNE.search(folded)
    return told.span() if told else None
