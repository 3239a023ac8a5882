"""A button of two words is in a language too."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.copies import copy, quotes


@pytest.mark.parametrize(
    ("locale", "button"),
    [
        ("en", "Ver el limonero"), ("en", "Elegir talla"), ("en", "Reservar mesa"), ("en", "Escolher tamanho"),
        ("es", "Book a table"), ("es", "Get started"), ("es", "Escolher tamanho"), ("es", "Quero provar"),
        ("pt-BR", "Ver los zapatos"), ("pt-BR", "Elegir talle"), ("pt-BR", "Reserve your seat"),
    ],
)  # fmt: skip
def test_one_in_another_language_is_found(locale: Locale, button: str) -> None:
    assert quotes(copy(button, "", locale=locale), "style.language") == [("style.language", button)]


@pytest.mark.parametrize(
    ("locale", "button"),
    [
        ("en", "Grab a croissant"), ("en", "Pick a Saturday"), ("es", "Agendar test drive"), ("es", "Dos velas"),
        ("es", "Ver el brunch"), ("pt-BR", "Pedir delivery"), ("pt-BR", "Marcar test drive"), ("pt-BR", "Ver looks"),
        ("pt-BR", "Simular envio"), ("pt-BR", "Desde 1986 no Mercado"), ("es", "Ver el plan"),
        ("es", "Entrega en casa"),
        ("en", "Book a solo ride"), ("en", "Visit the cafe"), ("pt-BR", "Curtir o night run"), ("pt-BR", "Ver o box"),
    ],
)  # fmt: skip
def test_borrowed_words_make_no_foreign_button(locale: Locale, button: str) -> None:
    assert quotes(copy(button, "", locale=locale), "style.language") == []


def test_words_that_two_languages_share_hide_no_sentence_of_the_other() -> None:
    told = copy("Ingressos de 9 a 14 euros na bilheteria, de terça a sábado.", "", locale="es")
    assert [code for code, _ in quotes(told, "style.language")] == ["style.language"]
    assert quotes(copy("Abonos de 9 a 14 euros en taquilla.", "", locale="es"), "style.language") == []
