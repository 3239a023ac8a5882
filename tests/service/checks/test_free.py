"""What costs nothing, in whatever words copy and evidence tell it; who pays instead is no support."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.test_following import blocked


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("en", "Return postage is on us.", "The shop pays return postage."),
        ("en", "Free delivery.", "Delivery included."),
        ("en", "Free shipping.", "We cover the shipping."),
        ("pt-BR", "Frete grátis.", "Frete por conta da loja."),
        ("pt-BR", "Entrega grátis.", "Preço com entrega incluída."),
        ("es", "Envío gratis.", "Envío sin cargo."),
        ("es", "0 € de entrada.", "Sin entrada."),
        ("pt-BR", "Anuidade de R$ 0.", "Cartão sem anuidade."),
        ("en", "$0 down.", "No down payment."),
    ],
)
def test_it_may_be_told_otherwise(locale: Locale, body: str, evidence: str) -> None:
    assert blocked(locale, body, evidence) == []


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("en", "Return postage is on us.", "The customer pays return postage."),
        ("en", "Free delivery.", "Delivery $5.00."),
        ("en", "Free delivery.", "No delivery on Sundays."),
        ("pt-BR", "Frete grátis.", "Frete por conta do cliente."),
        ("pt-BR", "Frete grátis.", "Frete pago pelo cliente."),
        ("es", "Envío gratis.", "Envío no incluido."),
        ("es", "0 € de entrada.", "Entrada de 500 €."),
        ("pt-BR", "Anuidade de R$ 0.", "Anuidade de R$ 90,00."),
    ],
)
def test_what_somebody_pays_is_not_free(locale: Locale, body: str, evidence: str) -> None:
    assert [one.code for one in blocked(locale, body, evidence)] == ["claim.price"]
