"""What follows from prices only where copy tells it so: discounts, instalments, prices of one, savings and totals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service.checks.copy import Copy
from service.checks.models import Claim
from service.checks.run import examine
from service.content.models import Facts
from service.types import Locale
from tests.service.checks.test_checks import NOW, Source

KIT = Source(
    "Kit Café Coado: coador, jarra e 500 g de café. Bule à parte.",
    Facts(price=Decimal("170.10"), old_price=Decimal("189.00"), installments=6),
    id="o1",
    title="Kit Café Coado",
)
SHELF = (
    KIT,
    Source("Moedor.", Facts(price=Decimal("37.80")), id="o2", title="Moedor Serrano"),
    Source("Jarra R$ 40,00. Filtro R$ 8,00. Kit de 2 xícaras. Algodão: 80% reciclado.", id="p1"),
    Source("O Nordeste recebe em 4 a 20 dias. De 100 pessoas, 20 pedem de novo.", id="p2"),
)


def claims(body: str, *evidence: Source, locale: Locale = "pt-BR") -> list[Claim]:
    found = examine(Copy("chat", locale, {"body": body}, evidence or SHELF, {}, NOW)).claims
    return [claim for claim in found if claim.kind in ("price", "percent")]


def unbound(body: str, *evidence: Source, locale: Locale = "pt-BR") -> list[str]:
    return [claim.text for claim in claims(body, *evidence, locale=locale) if not claim.bound]


@pytest.mark.parametrize(
    ("locale", "body", "quote"),
    [
        ("pt-BR", "80% de desconto em tudo.", "80%"),
        ("pt-BR", "Economize 80%.", "80%"),
        ("pt-BR", "Kit Café Coado com 90% de desconto.", "90%"),
        ("pt-BR", "Kit Café Coado com 11% de desconto.", "11%"),
        ("pt-BR", "Kit Café Coado com 20% a menos.", "20%"),
        ("en", "80% off everything.", "80%"),
        ("en", "Save 79% today.", "79%"),
        ("es", "80 % de descuento en todo.", "80 %"),
    ],
)
def test_a_discount_must_follow_as_one(locale: Locale, body: str, quote: str) -> None:
    assert quote in unbound(body, locale=locale)


@pytest.mark.parametrize(
    ("body", "evidence", "follows"),
    [
        ("10% de desconto.", "De R$ 189,00 por R$ 170,10.", True),
        ("33% de desconto.", "De R$ 60,00 por R$ 40,00.", True),
        ("34% de desconto.", "De R$ 60,00 por R$ 40,00.", False),
        ("16% de desconto.", "De R$ 60,00 por R$ 50,00.", True),
        ("17% de desconto.", "De R$ 60,00 por R$ 50,00.", True),
        ("80% de desconto.", "Caneca R$ 50,00. Colher R$ 10,00.", False),
        ("80% de desconto.", "Feito com 80% de algodão.", False),
        ("20% de desconto.", "Com 80% de algodão e 20% de desconto.", True),
        ("80% de desconto.", "Com 80% de algodão e 20% de desconto.", False),
        ("90% de desconto.", "Assinatura: R$ 10,00 por mês ou R$ 100,00 por ano.", False),
        ("25% de desconto.", "Leve 4 e pague 3.", True),
        ("80% de desconto.", "4 de cada 5 clientes voltam.", False),
        ("50% de desconto.", "Segunda unidade pela metade do preço.", True),
        ("15% de desconto.", "Só hoje: economize 15% na linha.", True),
        ("30% de desconto.", "Liquidação de até 30%.", True),
    ],
)
def test_which_discounts_evidence_makes(body: str, evidence: str, follows: bool) -> None:
    assert (unbound(body, Source(evidence)) == []) == follows


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ("80% dos clientes voltam.", "O Nordeste recebe em 4 a 20 dias."),
        ("90% de aprovação.", "Kit por R$ 10,00. Jogo por R$ 100,00."),
        ("São 50% dos pedidos.", "De R$ 80,00 por R$ 40,00."),
    ],
)
def test_a_share_does_not_follow_from_numbers_of_something_else(body: str, evidence: str) -> None:
    assert unbound(body, Source(evidence))


@pytest.mark.parametrize(
    ("locale", "body", "quote"),
    [
        ("pt-BR", "Kit Café Coado por R$ 85,05.", "R$ 85,05"),
        ("pt-BR", "Kit Café Coado por R$ 56,70.", "R$ 56,70"),
        ("pt-BR", "Kit Café Coado por R$ 18,90.", "R$ 18,90"),
        ("pt-BR", "Kit Café Coado por R$ 359,10.", "R$ 359,10"),
        ("pt-BR", "Kit Café Coado por R$ 340,20.", "R$ 340,20"),
        ("pt-BR", "Em 3x de R$ 85,05.", "R$ 85,05"),
        ("pt-BR", "Em 2x de R$ 340,20.", "R$ 340,20"),
        ("pt-BR", "Kit Café Coado por R$ 207,90.", "R$ 207,90"),
        ("pt-BR", "Com desconto, sai por R$ 18,90.", "R$ 18,90"),
        ("en", "Yours for R$ 85.05.", "R$ 85.05"),
        ("es", "Llévalo por R$ 85,05.", "R$ 85,05"),
    ],
)
def test_a_price_is_not_made_of_others(locale: Locale, body: str, quote: str) -> None:
    assert quote in unbound(body, locale=locale)


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Em 2x de R$ 85,05."),
        ("pt-BR", "Em 3 parcelas de R$ 56,70 sem juros."),
        ("pt-BR", "Em seis vezes de R$ 28,35."),
        ("pt-BR", "R$ 85,05 em 2x."),
        ("pt-BR", "Economize R$ 18,90."),
        ("pt-BR", "Você leva R$ 18,90 a menos."),
        ("pt-BR", "Kit Café Coado e Moedor Serrano: R$ 207,90 os dois."),
        ("pt-BR", "Jarra e filtro juntos: R$ 48."),
        ("pt-BR", "Dois kits por R$ 340,20."),
        ("pt-BR", "O par de kits sai por R$ 340,20."),
        ("en", "2 payments of R$ 85.05."),
        ("en", "Three monthly payments of R$ 56.70."),
        ("en", "R$ 28.35 per month for 6 months."),
        ("es", "2 cuotas de R$ 85,05."),
        ("es", "Ahorra R$ 18,90."),
    ],
)
def test_what_is_told_as_worked_out_is(locale: Locale, body: str) -> None:
    assert unbound(body, locale=locale) == []
    assert all(one.derived for claim in claims(body, locale=locale) for one in claim.support if claim.text[-1] == "0")


def test_half_a_price_follows_from_no_share_of_what_it_is_made_of() -> None:
    assert unbound("Camiseta por R$ 50.", Source("Camiseta de R$ 100,00, 50% algodão.")) == ["R$ 50"]
    assert unbound("Camiseta por R$ 50.", Source("Camiseta de R$ 100,00, com 50% de desconto.")) == []
