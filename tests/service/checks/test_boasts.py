"""Boasts and comparisons with rivals, in open wording, beside warm sentences of the same grammar that say no such
thing."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.copies import copy, findings

SHOP: dict[Locale, str] = {
    "pt-BR": "Padaria Espiga em Olinda: pão, bolo e café. Colchão, escova, tinta, curso.",
    "en": "Bramble Bakery in Leeds: bread, cake, coffee. Mattress, toothbrush, paint, course.",
    "es": "Panadería Espiga en Rosario: pan, torta, café. Colchón, cepillo, pintura, curso.",
}

BOASTS: tuple[tuple[Locale, str], ...] = (
    # more than rivals
    ("pt-BR", "Um colchão mais macio do que qualquer outro."),
    ("pt-BR", "Limpa mais que as escovas comuns do mercado."),
    ("pt-BR", "Aqui o pão custa menos que em qualquer lugar."),
    ("en", "Kinder to gums than other toothbrushes."),
    ("en", "Softer than every other mattress."),
    ("es", "Sale más barato que en otras panaderías."),
    # nothing like it
    ("pt-BR", "Nenhuma padaria de Olinda cobra tão pouco."),
    ("pt-BR", "Não existe colchão tão confortável."),
    ("pt-BR", "Um preço que ninguém consegue cobrir."),
    ("en", "No toothbrush is as gentle."),
    ("en", "There is no softer mattress."),
    ("en", "Nobody in Leeds sells bread this cheap."),
    ("en", "Nothing cleans better."),
    ("es", "Ningún colchón descansa tan bien."),
    ("es", "No hay torta mejor en Rosario."),
    # the most of a place
    ("pt-BR", "O colchão que mais vende no Brasil."),
    ("pt-BR", "A loja de colchões mais antiga de Olinda."),
    ("pt-BR", "A padaria preferida de Olinda."),
    ("pt-BR", "O bolo mais fofo que você já comeu."),
    ("en", "The paint that goes furthest in Britain."),
    ("en", "Leeds's favourite bakery."),
    ("en", "The highest-rated course in the country."),
    ("en", "Simply the best in town."),
    ("es", "La casa de tortas más grande de Sudamérica."),
    ("es", "La única panadería de Rosario con buen pan."),
    ("pt-BR", "O colchão com mais molas do Brasil."),
    ("en", "No other toothbrush cleans like ours."),
    ("en", "You will not get a better cake in Leeds."),
    ("es", "Una pintura que deja atrás a cualquier otra."),
    # ranks
    ("pt-BR", "Primeiro lugar em vendas no Brasil."),
    ("en", "Ranked first in Leeds."),
    ("es", "El primero en ventas del país."),
)


@pytest.mark.parametrize(("locale", "body"), BOASTS)
def test_a_boast_in_open_wording_is_found_and_nothing_else_is(locale: Locale, body: str) -> None:
    assert {one.code for one in findings(copy(body, SHOP[locale], locale=locale), "")} == {"claim.superlative"}


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Nada melhor que um café depois do almoço."),
        ("pt-BR", "Não há nada melhor do que pão quente."),
        ("pt-BR", "O melhor presente é a companhia."),
        ("pt-BR", "A melhor tinta é a que combina com você."),
        ("en", "The best paint is the one you like."),
        ("en", "Our longest course takes a year."),
        ("pt-BR", "Quem faz o melhor bolo é a sua avó."),
        ("pt-BR", "Qual é o melhor bolo: fubá ou milho?"),
        ("pt-BR", "Nenhum pão fica igual ao outro."),
        ("pt-BR", "Ninguém conhece a sua casa como você."),
        ("pt-BR", "O novo colchão é mais alto que o outro modelo."),
        ("pt-BR", "O sabor que mais combina com a tarde."),
        ("pt-BR", "O primeiro curso da série fala de fermento."),
        ("pt-BR", "Nenhum curso passa de duas horas, e nenhum bolo custa mais de cem gramas de açúcar."),
        ("en", "Nothing beats a hot coffee on a cold day."),
        ("en", "There is no better time to start."),
        ("en", "The best time to plant is now."),
        ("en", "Mum makes the best cake."),
        ("en", "No two cakes are the same."),
        ("en", "Some days are longer than others."),
        ("en", "Any colour other than grey."),
        ("en", "Nobody does Sundays like you do."),
        ("es", "No hay nada mejor que un café caliente."),
        ("es", "No hay dos tortas iguales."),
        ("es", "No hay mejor excusa para una pausa."),
        ("es", "Nadie conoce tu casa como tú."),
        ("es", "La torta que más te gusta."),
    ],
)
def test_warm_words_of_the_same_grammar_pass(locale: Locale, body: str) -> None:
    assert findings(copy(body, SHOP[locale], locale=locale), "claim.superlative") == []


@pytest.mark.parametrize(
    ("locale", "body", "right", "wrong"),
    [
        ("pt-BR", "A Vigor teve a maior nota.", "Vigor em 1º lugar em nota.", "Vigor em 2º lugar em nota."),
        ("pt-BR", "O bolo mais votado de Olinda.", "Bolo: primeiro colocado em Olinda.", "Bolo: segundo em Olinda."),
        ("en", "The highest score in Leeds.", "First of nine in Leeds by score.", "Third of nine in Leeds by score."),
        ("en", "The fastest line in Leeds.", "Leeds: ranked 1st by line speed.", "York: ranked 1st by line speed."),
        (
            "es",
            "Tuvo la mayor velocidad.",
            "Quedó en primer lugar en velocidad.",
            "Quedó en tercer lugar en velocidad.",
        ),
    ],
)
def test_a_first_place_proves_the_most_of_what_it_was_won_in(locale: Locale, body: str, right: str, wrong: str) -> None:
    assert findings(copy(body, right, locale=locale), "claim.superlative") == []
    assert findings(copy(body, wrong, locale=locale), "claim.superlative")


@pytest.mark.parametrize(
    ("locale", "named", "boast", "evidence"),
    [
        ("en", "Second to None comes in plum.", "Our balm is second to none.", "Second to None lip balm, in plum."),
        ("en", "Simply the Best is back.", "It is simply the best on the market.", "Simply the Best mug."),
        ("pt-BR", "Chegou o esmalte Sem Igual.", "Um esmalte sem igual.", "Esmalte Sem Igual, três cores."),
        ("pt-BR", "O chá Melhor do Mundo voltou.", "É o melhor chá do mundo.", "Chá Melhor do Mundo, 20 sachês."),
        ("es", "Probá la crema Sin Rival.", "Una crema sin rival.", "Crema Sin Rival, 50 ml."),
    ],
)
def test_a_name_that_sounds_like_a_boast_is_a_name_and_proves_none(
    locale: Locale, named: str, boast: str, evidence: str
) -> None:
    assert findings(copy(named, evidence, locale=locale), "claim.superlative") == []
    assert findings(copy(boast, evidence, locale=locale), "claim.superlative")


@pytest.mark.parametrize("boast", ["nº 1 de Diamantina", "mais rápida de Minas Gerais", "melhor doceria de Diamantina"])
def test_the_name_of_a_place_makes_no_name_of_the_boast_before_it(boast: str) -> None:
    told = copy(f"A doceria {boast}.", "Doceria Tupã, em Diamantina, Minas Gerais.")
    assert [one.code for one in findings(told, "claim.superlative")] == ["claim.superlative"]
