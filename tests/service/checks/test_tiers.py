"""Sums over several prices: the second for less, what more costs than is in a price, a cap, a percentage of a total."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.test_following import blocked

_FRAMES = ("Óptica Lince: segunda gafa al 50 %.", "Gafa Bruma, de Óptica Lince, 120,00 €.")
_PAINT = ("Tinta Areia, R$ 90,00. Na compra de três, a terceira lata sai pela metade do preço.",)
_TENT = ("Four-day tent hire £80.00, each extra day £15.00.",)
_BIKE = ("Unlock for $2.00, then $0.25 per minute.",)
_WIRES = ("20 transferências grátis por mês; a partir da 21ª, R$ 1,20 por operação.",)
_CARD = ("Cashback de 4% nas compras, limitado a R$ 60,00 por mês.",)
_HAM = ("Smoked ham, $7.25/lb.",)
_YOGA = ("Single class $24.00; pack of 10 classes $190.00.",)
_SCHOOL = ("Mochila y estuche con 10% de descuento al llevarlos juntos.", "Mochila $420.00.", "Estuche $80.00.")
_YEAR = ("Plano Raiz: R$ 150,00 por mês ou R$ 1.350,00 no pagamento anual.",)
_BOXES = ("Eight-dinner box: $96.00.", "Sixteen-dinner box: $170.00.")
_ROAST = ("Costela a R$ 64,00/kg.", "Carvão, saco, R$ 21,50.")

TWINS: tuple[tuple[Locale, str, str, str, tuple[str, ...]], ...] = (
    # locale, copy with a gap, what follows, what does not, evidence
    ("es", "Dos gafas Bruma por {} €.", "180", "170", _FRAMES),
    ("es", "La segunda gafa Bruma sale por {} €.", "60", "70", _FRAMES),
    ("pt-BR", "Três latas por R$ {}.", "225", "235", _PAINT),
    ("en", "Keep the tent for six and it comes to £{}.", "110", "120", _TENT),
    ("en", "Ride for 20 of them and pay ${}.", "7", "8", _BIKE),
    ("pt-BR", "Uma loja que faz 50 paga R$ {}.", "36", "46", _WIRES),
    ("pt-BR", "O teto de R$ 60 chega com R$ {} em compras.", "1.500", "1.700", _CARD),
    ("en", "An eight-pound ham comes to ${}.", "58", "59", _HAM),
    ("en", "$24 a class, or $190 for ten: ${} less each time.", "5", "6", _YOGA),
    ("es", "Mochila de $420 y estuche de $80: son $500. Con el 10% de descuento, pagas ${}.", "450", "440", _SCHOOL),
    ("pt-BR", "No ano, R$ 1.350: você economiza R$ 450, o valor de {} mensalidades.", "três", "quatro", _YEAR),
    ("en", "Eight for $96. Double it and pay $170, so ${} stays with you.", "22", "23", _BOXES),
    ("pt-BR", "Três dúzias de ovos por R$ {}.", "45", "46", ("Ovos caipiras: R$ 15,00 a dúzia.",)),
    ("es", "Media docena por {} €.", "7", "8", ("Medialunas, 14,00 € la docena.",)),
    ("pt-BR", "O cento de coxinhas: {} centavos cada.", "85", "95", ("Coxinhas: R$ 85,00 o cento.",)),
    ("pt-BR", "Meio quilo, R$ 32. Com carvão, a R$ 21,50, o churrasco fica em R$ {}.", "53,50", "54,50", _ROAST),
)


@pytest.mark.parametrize(("locale", "body", "right", "_wrong", "evidence"), TWINS)
def test_sums_follow(locale: Locale, body: str, right: str, _wrong: str, evidence: tuple[str, ...]) -> None:
    assert blocked(locale, body.format(right), *evidence) == []


@pytest.mark.parametrize(("locale", "body", "_right", "wrong", "evidence"), TWINS)
def test_others_are_blocked(locale: Locale, body: str, _right: str, wrong: str, evidence: tuple[str, ...]) -> None:
    assert any(wrong in one.quote for one in blocked(locale, body.format(wrong), *evidence))
