"""What a deal, a share in words or two prices told beside each other come to in percent, beside wrong twins."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.test_following import blocked

_MATTRESS = ("Cama e colchão juntos por R$ 1.760,00.", "Separados: cama, R$ 1.200,00; colchão, R$ 800,00.")
_POOL = ("Passe de 8 banhos: R$ 192,00.", "Banho avulso: R$ 30,00.")
_LOAN = ("Empréstimo Maré: R$ 6.000,00 em 12 parcelas de R$ 545,00.",)
_STAY = ("Casa Baixa: fique 5 noites e pague 4. Diária: R$ 200,00.",)
_FERRY = ("Ferry cabin, £50 a night: stay 4 nights, pay for 3.",)
_TANGO = ("Compra cuatro clases y la quinta es gratis. Clase suelta: 15,00 €.",)
_COFFEE = ("Loyalty card: buy seven coffees, get the eighth free.",)
_TAXI = ("Late cancellations cost half the fare.",)
_CLAIMS = ("Last season, three out of four parcels arrived a day early.",)
_ALLOY = ("Bronze: 22 partes de cobre em cada 25 partes da liga.",)
_CLASS = ("80 pessoas começaram o curso em 2025 e 52 delas chegaram ao fim.",)

TWINS: tuple[tuple[Locale, str, str, str, tuple[str, ...]], ...] = (
    # locale, copy with a gap, what follows, what does not, evidence
    ("pt-BR", "R$ 1.200 mais R$ 800 dão R$ 2.000. Juntos saem por R$ 1.760, {} a menos.", "12%", "15%", _MATTRESS),
    ("pt-BR", "O passe, R$ 192: cada banho a R$ 24, {} que o avulso, de R$ 30.", "20% a menos", "25% a menos", _POOL),
    ("pt-BR", "O passe, R$ 192: cada banho a R$ 24, {} que os R$ 30.", "um quinto a menos", "um terço a menos", _POOL),
    ("pt-BR", "De R$ 6 mil devolve R$ 6.540 em 12 parcelas: R$ 540 de juros, {} do valor dado.", "9%", "7%", _LOAN),
    ("pt-BR", "Cinco noites, R$ 800: R$ 160 cada uma, {}.", "um quinto a menos", "um quarto a menos", _STAY),
    ("pt-BR", "Cinco noites com {} de desconto.", "20%", "30%", _STAY),
    ("en", "That brings a £50 cabin down to £37.50, {}.", "a quarter less", "a fifth less", _FERRY),
    ("en", "Four nights, {} less.", "25%", "35%", _FERRY),
    ("es", "Quien toma cinco paga un {} menos.", "20 %", "25 %", _TANGO),
    ("en", "In the end you save {}.", "12.5%", "10%", _COFFEE),
    ("en", "Cancel late and we charge {} of the fare.", "50%", "40%", _TAXI),
    ("en", "Last season {} of parcels arrived a day early.", "75%", "80%", _CLAIMS),
    ("pt-BR", "Bronze com {} de cobre.", "88%", "86%", _ALLOY),
    ("pt-BR", "De 80 pessoas, 65% chegaram ao fim. Os outros {} podem voltar.", "35%", "25%", _CLASS),
)


@pytest.mark.parametrize(("locale", "body", "right", "_wrong", "evidence"), TWINS)
def test_percentages_follow_from_deals_shares_and_sums(
    locale: Locale, body: str, right: str, _wrong: str, evidence: tuple[str, ...]
) -> None:
    assert blocked(locale, body.format(right), *evidence) == []


@pytest.mark.parametrize(("locale", "body", "_right", "wrong", "evidence"), TWINS)
def test_others_are_blocked(locale: Locale, body: str, _right: str, wrong: str, evidence: tuple[str, ...]) -> None:
    assert any(wrong[:3] in one.quote for one in blocked(locale, body.format(wrong), *evidence))


def test_the_prices_of_two_things_make_no_discount() -> None:
    assert blocked("pt-BR", "Bule a R$ 8 e xícara a R$ 10, com 20% de desconto.", "Bule R$ 8,00.", "Xícara R$ 10,00.")


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ("Nine pies at £4 come to £36.", ("Pie card: the tenth pie is free.", "Single pie: £4.00.")),
        ("Outgoing wires cost $25.", ("Wire transfers: outgoing, $25.00.", "Outgoing wires abroad: $45.00.")),
    ],
)  # fmt: skip
def test_a_price_is_told_beside_words_of_what_has_none(body: str, evidence: tuple[str, ...]) -> None:
    assert blocked("en", body, *evidence) == []
