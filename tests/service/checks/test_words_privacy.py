"""What is known of a lead stays out of copy, said or implied, and so does everybody's personal data."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from service.checks import identifiers
from service.types import Locale
from tests.service.checks.copies import copy, findings, quotes

IDENTIFIERS = Path(__file__).parents[4] / "shared" / "data" / "pii" / "br_identifiers.csv"


@pytest.mark.parametrize(
    ("locale", "traits", "body"),
    [
        ("pt-BR", {"age": 52}, "Aos 52, a pele pede mais cuidado."),
        ("pt-BR", {"age": 52}, "Para os cinquentões de plantão."),
        ("en", {"age": 34}, "At your age, skin needs care."),
        ("es", {"edad": 50}, "¿Rondas ya los 50?"),
        ("pt-BR", {"health": "hipertensão"}, "Cuide da sua pressão alta."),
        ("en", {"condition": "asthma"}, "Because you have asthma, breathe easier."),
        ("es", {"salud": "migraña"}, "¿Cansada de la migraña?"),
        ("pt-BR", {"religion": "católica"}, "Você, que é católico, vai gostar."),
        ("pt-BR", {"children": 2}, "Seus dois filhos vão adorar."),
        ("pt-BR", {"profissao": "enfermeira"}, "Você, enfermeira, merece descanso."),
        ("en", {"marital_status": "divorced"}, "Now that you're divorced, treat yourself."),
        ("en", {"income": "low"}, "We know money is tight."),
        ("pt-BR", {"debt": True}, "Saia das dívidas com a gente."),
        ("es", {"ciudad": "Puebla"}, "Para ti, que vives en Puebla."),
        ("en", {"pregnant": True}, "Your baby bump deserves care."),
        ("es", {"genero": "hombre"}, "Para hombres como tú."),
        ("pt-BR", {"cart": "bota"}, "Você deixou uma bota no carrinho."),
        ("en", {"days_since_visit": 40}, "We haven't seen you in a while."),
        ("en", {"pet_species": "cat"}, "We know you have a cat."),
    ],
)
def test_what_the_contract_does_not_name_is_never_told(locale: Locale, traits: dict[str, object], body: str) -> None:
    assert [one.code for one in findings(copy(body, locale=locale, traits=traits), "privacy")] == ["privacy.forbidden"]


def test_the_code_tells_what_the_attribute_is_for() -> None:
    body, traits = "Já que você mora em Canoas, o frete é rápido.", {"city": "Canoas"}
    assert quotes(copy(body, traits=traits, uses={"city": "select"}), "privacy") == [("privacy.select_only", body)]
    assert quotes(copy(body, traits=traits, uses={"city": "forbidden"}), "privacy") == [("privacy.forbidden", body)]
    assert quotes(copy(body, traits=traits, uses={"city": "imply"}), "privacy") == []
    assert quotes(copy(body), "privacy") == []


@pytest.mark.parametrize(
    ("traits", "body", "evidence"),
    [
        ({"age": 52}, "Base com FPS 52 para o verão.", "Base FPS 52."),
        ({"age": 50}, "Com 50 anos de história, a loja cresce com você.", "50 anos de história."),
        ({"city": "Natal"}, "Um Natal com mais luz.", "Oferta de Natal."),
        ({"city": "Campinas"}, "Nova loja em Campinas: visite.", "Loja em Campinas."),
        ({"has_children": True}, "Livros infantis com desconto.", "Livros infantis com desconto."),
        ({"gender": "feminino"}, "Moda feminina de verão.", "Moda feminina."),
        ({"income_band": "alta"}, "Alta qualidade em cada fio.", "Lençol."),
        ({"marital_status": "solteira"}, "Colchão de casal com molas.", "Colchão de casal."),
        ({"orders_count": 3}, "Leve 3 livros e escolha a capa.", "Leve 3 livros."),
        ({"pregnant": False}, "Para quem está grávida.", "Óleo para gestantes."),
    ],
)
def test_a_word_that_only_happens_to_be_the_leads_is_left_alone(
    traits: dict[str, object], body: str, evidence: str
) -> None:
    assert quotes(copy(body, evidence, traits=traits), "privacy") == []


@pytest.mark.parametrize(
    ("locale", "name", "body"),
    [
        ("pt-BR", "Mariana", "Mariana, o box chegou."),
        ("en", "Winifred", "Good morning, Winifred. The list is open."),
        ("es", "Sol", "Hola, Sol. El café está listo."),
        ("en", "Mark", "Hi Mark, the shelves are back."),
    ],
)
def test_a_name_written_out_is_replaced_by_its_token(locale: Locale, name: str, body: str) -> None:
    told = copy(body, locale=locale, traits={"first_name": name}, uses={"first_name": "mention"})
    found = findings(told, "privacy.pii")
    assert [(one.quote, one.replacement) for one in found] == [(name, "{{ first_name | ... }}")]


@pytest.mark.parametrize(
    ("locale", "name", "body", "evidence"),
    [
        ("en", "Mark", "Mark 31 May in your diary.", ""),
        ("pt-BR", "Rosa", "O tom rosa vai do trabalho ao jantar.", "Batom rosa."),
        ("pt-BR", "Clarice", "Clarice Lispector em nova edição.", "A hora da estrela, de Clarice Lispector."),
        ("es", "Sol", "Úsalo para salir al sol.", ""),
        ("en", "Grace", "A grace period of five days.", ""),
        ("pt-BR", "Rosa", "Olá, {{ first_name | Rosa }}.", ""),
    ],
)
def test_a_word_or_a_namesake_is_not_the_lead(locale: Locale, name: str, body: str, evidence: str) -> None:
    told = copy(body, evidence, locale=locale, traits={"first_name": name}, uses={"first_name": "mention"})
    assert quotes(told, "privacy") == []


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("Escreva para ana.lima@example.com.", "ana.lima@example.com"),
        ("O CPF 111.444.777-35 foi aceito.", "111.444.777-35"),
        ("Boleto do RG 12.345.678-9 emitido.", "12.345.678-9"),
        ("PIS 120.38619.49-4 atualizado.", "120.38619.49-4"),
        ("Vamos ligar no (43) 90000-0137.", "(43) 90000-0137"),
        ("Call +1 415 555 0137 today.", "+1 415 555 0137"),
        ("Llama al +34 612 345 678.", "+34 612 345 678"),
        ("O carro de placa ABC1D23 está pronto.", "abc1d23"),
        ("Entregue no CEP 88390-000.", "88390-000"),
        ("Entregamos na Rua das Acácias, 48, apto 301.", "Rua das Acácias, 48, apto 301"),
        ("We will mail it to 14 Maple Lane.", "14 Maple Lane"),
        ("Lo llevamos a la Calle de Alcalá 45.", "Calle de Alcalá 45"),
        ("Cartão 4111 1111 1111 1111 aprovado.", "4111 1111 1111 1111"),
        ("Cai na agência 0412, conta 77810-3.", "agência 0412, conta 77810-3"),
        ("Para quem nasceu em 12/03/1985.", "12/03/1985"),
    ],
)
def test_personal_data_is_found_where_it_stands(body: str, quote: str) -> None:
    assert quote.lower() in [one.quote.lower() for one in findings(copy(body), "privacy.pii")]


def test_the_senders_own_address_may_be_told() -> None:
    evidence = "Loja: Rua das Acácias, 48. Telefone (43) 90000-0137, contato@loja.example."
    body = "Passe na Rua das Acácias, 48, ou ligue (43) 90000-0137. Escreva a contato@loja.example."
    assert quotes(copy(body, evidence), "privacy") == []


@pytest.mark.parametrize(
    "body", ["O pedido 1234567890 chegou.", "Abre das 9 às 18 e tem 120 lugares na rua.", "R$ 1.299,90"]
)
def test_other_numbers_are_no_personal_data(body: str) -> None:
    assert quotes(copy(body), "privacy") == []


VALID: dict[str, Callable[[str], bool]] = {
    "cpf": identifiers.is_cpf,
    "cnpj": identifiers.is_cnpj,
    "pis": identifiers.is_pis,
    "legal_process": identifiers.is_legal_process,
}


@pytest.mark.skipif(not IDENTIFIERS.exists(), reason="the shared data is not here")
def test_check_digits_agree_with_the_labelled_identifiers() -> None:
    rows = list(csv.DictReader(IDENTIFIERS.read_text(encoding="utf-8").splitlines()))
    judged = [row for row in rows if row["type"] in VALID]
    wrong = [row for row in judged if VALID[row["type"]](row["value"]) != (row["valid"] == "1")]
    assert len(judged) > 20
    assert wrong == []


def test_voters_and_cards_have_check_digits_too() -> None:
    assert identifiers.is_voter_id("217633460930")
    assert not identifiers.is_voter_id("427503840223")
    assert identifiers.is_card("4111 1111 1111 1111")
    assert not identifiers.is_card("4111 1111 1111 1112")
