"""Days, sayings and counts read for what they are, beside twins of which one thing is wrong. All days are told from
15 September 2026, a Tuesday."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.test_following import blocked

TWINS: tuple[tuple[Locale, str, str, str], ...] = (
    # locale, what is right, the same with a fault, evidence
    ("es", "Hasta el domingo 27 tienes yoga.", "Hasta el lunes 28 tienes yoga.", "Yoga hasta el 27/09/2026."),
    ("es", "El domingo 27 los zapatos bajan.", "El domingo 20 los zapatos bajan.", "Zapatos: baja el 27/09/2026."),
    ("en", "Book by Thursday, rest easy.", "Book by Wednesday, rest easy.", "Book by 17/09/2026."),
    ("en", "Closed Mondays, open Tuesday.", "Open Mondays, open Tuesday.", "Closed Mondays. Open Tuesdays."),
    ("en", "The 3rd-floor hall is open.", "The hall is open on the 3rd.", "Hall on the third floor."),
    ("pt-BR", "Em 3 de maio de 1954 nascia a casa.", "Em 4 de maio de 1954 nascia a casa.", "Fundada em 03/05/1954."),
    ("en", "Classes in March, April and May.", "Classes in March, April and June.", "Classes (March, April, May)."),
    ("pt-BR", "A troca das duas é simples.", "A troca abre às duas.", "Troca das bolsas P e M."),
    ("en", "Three to seven players.", "Three to nine players.", "A game for 3-7 players."),
    ("en", "For kids aged 7 to 12.", "For kids aged 7 to 13.", "Camp, ages 7-12."),
    ("pt-BR", "As outras vinte são pagas.", "São 25 vagas pagas.", "30 vagas, das quais 10 com bolsa."),
    ("pt-BR", "Ao todo, 4,4 kWp.", "Ao todo, 5,4 kWp.", "Oito painéis de 550 W."),
    ("pt-BR", "Deixe a louça para amanhã.", "Peça até amanhã.", "Ofertas até 30/09/2026."),
    ("es", "Deja lo demás para mañana.", "Todo listo mañana.", "Oferta hasta el 30/09/2026."),
    ("pt-BR", "Domingo pede rede.", "Domingo tem rede a 10% menos.", "Redes às quartas-feiras, 10% menos."),
    ("en", "Friday calls for pizza.", "Friday has pizza at half price.", "Pizza on Mondays, 50% off."),
)  # fmt: skip


@pytest.mark.parametrize(("locale", "right", "wrong", "evidence"), TWINS)
def test_what_people_say_is_read_for_what_it_is(locale: Locale, right: str, wrong: str, evidence: str) -> None:
    assert blocked(locale, right, evidence) == []
    assert blocked(locale, wrong, evidence)
