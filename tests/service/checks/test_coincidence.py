"""Sums that come of others in a step, whatever words tell so, and those that could come out by chance."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.checks.coincidence import Reach
from service.types import Locale
from tests.service.checks.copies import copy, quotes

SHOP = ("Cesto Junco: 8 potes, R$ 84,60.", "Cesto Vime: 12 potes, R$ 118,20.", "Aula de cestaria: R$ 37,50 a hora.")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Levando sete, ficam R$ 592,20.", "Levando sete, ficam R$ 582,20."),
        ("Do Junco ao Vime vão R$ 33,60 por 4 potes.", "Do Junco ao Vime vão R$ 36,60 por 4 potes."),
        ("Das 14h às 18h, 4 horas: R$ 150,00 bem gastos.", "Das 14h às 18h, 4 horas: R$ 160,00 bem gastos."),
    ],
)
def test_no_wording_is_asked_of_a_figure_that_can_hardly_be_chance(right: str, wrong: str) -> None:
    assert quotes(copy(right, *SHOP), "claim.price") == []
    assert [code for code, _ in quotes(copy(wrong, *SHOP), "claim.price")] == ["claim.price"]


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "O Cesto Junco por R$ 42,30.", SHOP),  # half of it, but nothing there makes it that
        ("en", "A stool and 3 more: £21.", ("Stool £5.00.", "Lamp £6.00.", "Rug £10.00.", "Vase £15.00.")),
        ("pt-BR", "Com 8%, são R$ 111,60 em 2 dias.", ("Seguro Baluarte: 8% de desconto.", "Mochila: R$ 1.395,00.")),
    ],
)
def test_a_bare_price_and_a_likely_coincidence_follow_from_nothing(
    locale: Locale, body: str, evidence: tuple[str, ...]
) -> None:
    assert [code for code, _ in quotes(copy(body, *evidence, locale=locale), "claim.price")] == ["claim.price"]


@given(st.integers(1_001, 99_999).filter(lambda sum_: sum_ % 10), st.integers(2, 9), st.integers(1, 98))
def test_so_many_times_a_sum_and_any_share_of_it_are_reached_and_one_more_is_not(
    sum_: int, factor: int, percent: int
) -> None:
    reach = Reach({sum_: (Decimal(percent),)}, [Decimal(factor)])
    assert reach.base(sum_ * factor) == sum_
    assert reach.base(sum_ * factor + factor) is None
    assert reach.base(round(Decimal(sum_) * percent / 100) + sum_) in (sum_, None)
