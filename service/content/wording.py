"""An offer's facts in one plain sentence, as evidence for prompts and people."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency

from service.content.models import Facts
from service.types import Locale

_BABEL = {"pt-BR": "pt_BR", "en": "en_US", "es": "es"}
_WORDS: dict[Locale, dict[str, str]] = {
    "pt-BR": {
        "from_to": "de {old} por {price}", "price": "{price}", "pix": "{amount} no Pix", "off": "{percent}% de desconto",
        "times": "{count}x de {amount}", "times_only": "em até {count}x", "coupon": "cupom {coupon}", "stock": "{stock} unidades em estoque",
        "shipping": "frete grátis para {region}", "until": "válido até {date}",
    },
    "en": {
        "from_to": "was {old}, now {price}", "price": "{price}", "pix": "{amount} with Pix", "off": "{percent}% off",
        "times": "{count} instalments of {amount}", "times_only": "up to {count} instalments", "coupon": "coupon {coupon}",
        "stock": "{stock} in stock", "shipping": "free shipping to {region}", "until": "valid until {date}",
    },
    "es": {
        "from_to": "de {old} a {price}", "price": "{price}", "pix": "{amount} con Pix", "off": "{percent}% de descuento",
        "times": "{count} cuotas de {amount}", "times_only": "hasta {count} cuotas", "coupon": "cupón {coupon}",
        "stock": "{stock} unidades en stock", "shipping": "envío gratis a {region}", "until": "válido hasta el {date}",
    },
}  # fmt: skip


def money(amount: Decimal, currency: str, locale: Locale) -> str:
    """An amount as people write it: `R$ 1.299,90`."""
    return format_currency(amount, currency, locale=_BABEL[locale]).replace("\xa0", " ")


def long_date(moment: datetime, locale: Locale, timezone: ZoneInfo) -> str:
    """A date as people write it: `4 de dezembro de 2026`."""
    return format_date(moment.astimezone(timezone).date(), "long", locale=_BABEL[locale])


def offer_text(title: str, facts: Facts, valid_until: datetime | None, locale: Locale, timezone: ZoneInfo) -> str:
    """All facts of an offer in one line, in the words of its locale."""
    words, parts = _WORDS[locale], []

    def say(key: str, **values: object) -> None:
        parts.append(words[key].format(**values))

    def amount(value: Decimal) -> str:
        return money(value, facts.currency or "BRL", locale)

    if facts.price is not None and facts.old_price is not None:
        say("from_to", old=amount(facts.old_price), price=amount(facts.price))
    elif facts.price is not None:
        say("price", price=amount(facts.price))
    if facts.discount_percent is not None:
        say(
            "off",
            percent=f"{facts.discount_percent:f}".rstrip("0").rstrip(".")
            if "." in f"{facts.discount_percent:f}"
            else f"{facts.discount_percent:f}",
        )
    if facts.pix_price is not None:
        say("pix", amount=amount(facts.pix_price))
    if facts.installments is not None and facts.installment_amount is not None:
        say("times", count=facts.installments, amount=amount(facts.installment_amount))
    elif facts.installments is not None:
        say("times_only", count=facts.installments)
    if facts.coupon:
        say("coupon", coupon=facts.coupon)
    if facts.free_shipping_region:
        say("shipping", region=facts.free_shipping_region)
    if facts.stock is not None:
        say("stock", stock=facts.stock)
    if valid_until is not None:
        say("until", date=long_date(valid_until, locale, timezone))
    said = f"{title}: {', '.join(parts)}." if parts else f"{title}."
    return f"{said} {facts.terms}" if facts.terms else said
