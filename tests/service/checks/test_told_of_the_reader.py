"""What a sentence gives away of the reader, however it is put, and what only sounds like it."""

from __future__ import annotations

import pytest

from service.leads.contract import Use
from service.types import Locale
from tests.service.checks.copies import copy, quotes

TOLD: tuple[tuple[Locale, str, str, str, object], ...] = (
    # locale, copy, evidence, attribute, value
    ("pt-BR", "Vimos que você usa lentes tropicais.", "Lentes de todo tipo.", "lens_type", "tropical"),
    ("pt-BR", "Seu lanche de sempre é o beirute, certo?", "Beirute da casa.", "favorite_product", "beirute"),
    ("pt-BR", "Quem rema como você conhece o rio.", "Aulas de remo.", "sport", "remo"),
    ("pt-BR", "Você sempre toma mate, então veio a cuia nova.", "Cuia para mate.", "favorite_drink", "mate"),
    ("pt-BR", "O que você gasta com cinema cabe num passe.", "Passe de cinema.", "cinema_spend", "alto"),
    ("en", "You ride horses, so we saved you a saddle.", "Saddles for horses.", "rides_horses", True),
    ("en", "Your usual rye loaf is out of the oven.", "Rye loaf.", "favorite_product", "rye loaf"),
    ("en", "What you spend on records adds up.", "Records.", "records_purchases", "high"),
    ("es", "Tu té de siempre, el earl grey, volvió.", "Té earl grey.", "producto_favorito", "earl grey"),
    ("es", "Bailas tango y se nota en tus zapatos.", "Zapatos de tango.", "interes", "tango"),
    ("pt-BR", "Sua moto já passou dos 20 mil km.", "Revisão a partir de 20 mil km.", "vehicle_km", 21_300),
    ("en", "As a size 44, you have three boots to try.", "Boots in sizes 36 to 46.", "shoe_size", 44),
    ("pt-BR", "Esta é a sua quarta mudança conosco.", "Mudanças.", "moves_count", 4),
    ("es", "Tus siete pedidos merecen un regalo.", "Regalos.", "pedidos", 7),
    (
        "pt-BR",
        "Como a sua firma fatura até R$ 40 mil, veja.",
        "Para quem fatura até R$ 40 mil.",
        "revenue",
        "até 40 mil",
    ),
    ("es", "Ahora que buscas piso, mira estas lámparas.", "Lámparas.", "vivienda", "busca piso"),
    ("es", "Se acerca tu aniversario de boda.", "Anillos.", "aniversario_boda", "2026-12-21"),
)
UNTOLD: tuple[tuple[Locale, str, str, str, object], ...] = (
    ("pt-BR", "Se você gosta de mate, prove este.", "Erva-mate moída na hora.", "favorite_drink", "mate"),
    ("pt-BR", "Você adora um bom mate? Nós também.", "Erva-mate moída na hora.", "favorite_drink", "mate"),
    ("pt-BR", "Você encontra remos na loja do cais.", "Remos na loja do cais.", "sport", "remo"),
    ("en", "Do you ride horses? Lessons start in May.", "Riding lessons on horses start in May.", "rides_horses", True),
    ("en", "Saddles for whoever rides horses.", "Saddles for horses.", "rides_horses", True),
    ("pt-BR", "Revise a moto aos 20 mil km.", "Revisão aos 20 mil km.", "vehicle_km", 21_300),
    ("pt-BR", "Para quem fatura até R$ 40 mil.", "Para quem fatura até R$ 40 mil.", "revenue", "até 40 mil"),
    ("es", "¿Te gusta el tango? Hay clase en mayo.", "Clase de tango en mayo.", "interes", "tango"),
)


@pytest.mark.parametrize(("locale", "body", "evidence", "attribute", "value"), TOLD)
def test_what_may_only_select_is_not_told_of_the_reader(
    locale: Locale, body: str, evidence: str, attribute: str, value: object
) -> None:
    told = copy(body, evidence, locale=locale, traits={attribute: value}, uses={attribute: "select"})
    assert [code for code, _ in quotes(told, "privacy")] == ["privacy.select_only"]


@pytest.mark.parametrize(("locale", "body", "evidence", "attribute", "value"), UNTOLD)
def test_a_condition_or_a_question_tells_nothing_of_the_reader(
    locale: Locale, body: str, evidence: str, attribute: str, value: object
) -> None:
    told = copy(body, evidence, locale=locale, traits={attribute: value}, uses={attribute: "select"})
    assert quotes(told, "privacy") == []


@pytest.mark.parametrize(
    ("body", "evidence", "attribute", "value", "blocked"),
    [
        ("Still scared of the dentist?", "Sedation for anxious patients.", "dental_anxiety", "severe", True),
        ("Medo de agulha?", "Coleta sem dor.", "health_notes", "fobia", True),
        ("¿Tienes adeudos con el fisco?", "Plan para adeudos con el fisco.", "adeudo_fiscal", "sí", True),
        ("Um seguro de até R$ 30 mil.", "Seguro de até R$ 30.000,00.", "income_band", "até R$ 30 mil", False),
        ("Aposentado e com tempo de sobra?", "Aulas de xadrez.", "employment", "aposentado", True),
        ("Lascou um dente? Abrimos aos domingos.", "Dentes lascados: abrimos aos domingos.", "health", "asma", False),
        ("Lascou um dente? Abrimos aos domingos.", "Clínica aberta aos domingos.", "health", "asma", True),
    ],
)
def test_a_question_asks_for_what_is_offered_or_gives_a_condition_away(
    body: str, evidence: str, attribute: str, value: str, blocked: bool
) -> None:
    use: dict[str, Use] = {attribute: "forbidden"}
    told = copy(
        body,
        evidence,
        locale="en" if "dentist" in body else "es" if "¿" in body else "pt-BR",
        traits={attribute: value},
        uses=use,
    )
    assert bool(quotes(told, "privacy")) is blocked


def test_an_age_that_must_not_show_is_one_finding() -> None:
    told = copy("Aos 67 anos, você pode começar a pintar.", "Aulas de pintura.", traits={"age": 67})
    assert [code for code, _ in quotes(told, "privacy", "claim")] == ["privacy.forbidden"]


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("Saída do Largo da Matriz, 12 km de trilha.", None),
        ("Encontro na Praça do Chafariz, 19h.", None),
        ("Feira na Rua das Figueiras, 8 de novembro.", None),
        ("Serve do nascimento aos 36 meses.", None),
        ("Entregamos na Rua das Figueiras, 88.", "Rua das Figueiras, 88"),
        ("Nascida em 8 de novembro, você ganha um bolo.", "8 de novembro"),
    ],
)
def test_a_number_beside_a_street_or_a_birth_need_be_nobodys(body: str, quote: str | None) -> None:
    assert quotes(copy(body, ""), "privacy.pii") == ([("privacy.pii", quote)] if quote else [])


@pytest.mark.parametrize(
    ("name", "body", "evidence"),
    [
        ("August", "Collect it on Friday 7 August.", "From 07/08/2026."),
        ("Sage", "Sage and rosemary: six pots.", "Six pots of sage or rosemary."),
    ],
)
def test_what_is_spoken_of_is_not_the_lead_of_that_name(name: str, body: str, evidence: str) -> None:
    told = copy(body, evidence, locale="en", traits={"first_name": name}, uses={"first_name": "mention"})
    assert quotes(told, "privacy.pii") == []
