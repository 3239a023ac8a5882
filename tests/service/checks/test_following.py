"""What follows from evidence by the grammar of dates, prices and lists, beside twins of which one thing is wrong.

All days are told from 15 September 2026, a Tuesday.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

import pytest

from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.run import check
from service.leads.contract import Use
from service.types import Locale
from tests.service.checks.copies import Evidence

NOW = datetime(2026, 9, 15, 9, tzinfo=timezone(timedelta(hours=-3)))


def blocked(
    locale: Locale, body: str, *evidence: str | Evidence, traits: Mapping[str, object] | None = None,
    uses: Mapping[str, Use] | None = None, channel: str = "note",
) -> list[Finding]:  # fmt: skip
    """What would keep a text from being used."""
    sources = [Evidence(one) if isinstance(one, str) else one for one in evidence]
    copy = Copy(
        channel=channel, locale=locale, fields={"body": body}, evidence=sources, tokens={}, now=NOW,
        traits=traits or {}, uses=uses or {},
    )  # fmt: skip
    return [one for one in check(copy) if one.severity == "block"]


def ending(text: str, day: int) -> Evidence:
    return Evidence(text, valid_until=datetime(2026, 9, day, 23, 59, 59, tzinfo=NOW.tzinfo))


TWINS: tuple[tuple[Locale, str, str, str, Evidence | str], ...] = (
    # locale, what follows, the same with a fault, what is wrong in it, evidence
    ("pt-BR", "Vai de 5 a 9 de outubro.", "Vai de 6 a 9 de outubro.", "6 a 9 de outubro", "Curso: 5 a 9/10/2026."),
    ("pt-BR", "Nos dias 3, 10 e 17 de outubro.", "Nos dias 3, 10 e 18 de outubro.", "18", "Datas: 3, 10 e 17/10/2026."),
    ("en", "September 25 & 26.", "September 25 & 27.", "September 25 & 27", "Dates: September 25 and 26, 2026."),
    ("pt-BR", "Às quartas e sextas, às 19h.", "Às terças e sextas, às 19h.", "terças", "Quartas e sextas, 19h."),
    ("pt-BR", "Atende das 8h às 18h.", "Atende das 2h às 18h.", "2h", "Atende das 8 às 18 horas."),
    ("pt-BR", "Quatro horas por semana.", "Cinco horas por semana.", "Cinco horas", "Quartas e sextas, 19h às 21h."),
    ("en", "A week by the sea.", "Two weeks by the sea.", "Two weeks", "7 nights by the sea."),
    ("es", "Tres meses para probarlo.", "Cuatro meses para probarlo.", "Cuatro meses", "90 noches de prueba."),
    ("en", "Six weeks of drawing.", "Seven weeks of drawing.", "Seven weeks", "Drawing: six weekly sessions."),
    ("pt-BR", "Leva doze meses.", "Leva treze meses.", "treze meses", "No plano anual, pague 10 meses e use 12."),
    ("en", "Paid 9 days sooner.", "Paid 11 days sooner.", "11 days", "Days to payment fell from 31 to 22."),
    ("en", "A drop of 25%.", "A drop of 35%.", "35%", "Water use fell from 40 to 30 litres."),
    ("pt-BR", "Uma queda de 25%.", "Uma queda de 30%.", "30%", "O consumo caiu de 40 para 30 litros."),
    ("en", "Reserve by Thursday.", "Reserve by Friday.", "Friday", ending("Book until September 17.", 17)),
    ("pt-BR", "Custa R$ 480, R$ 96 por dia.", "Custa R$ 480, R$ 90 por dia.", "R$ 90", "5 a 9/10/2026, R$ 480,00."),
    ("es", "Pagarías 21 € en lugar de 29 €.", "Pagarías 20 € en lugar de 29 €.", "20 €",
     "Cuota 29,00 €. Clase suelta 8,00 €, que se descuenta de la cuota."),
    ("en", "$40 now, the remaining $160 later.", "$40 now, the remaining $150 later.", "$150",
     "Cabin $200.00, deposit $40.00."),
    ("pt-BR", "Num reparo de R$ 1.000, você recebe R$ 600.", "Num reparo de R$ 1.000, você recebe R$ 700.", "R$ 700",
     "Seguro com franquia de R$ 400,00."),
    ("en", "Save 20%, or $18.", "Save 20%, or $20.", "$20", "Jacket $90.00, now 20% off."),
    ("es", "9 € por clase, 3 € menos.", "9 € por clase, 4 € menos.", "4 €", "Suelta 12,00 €. Bono de 10, 90,00 €."),
    ("pt-BR", "No total, R$ 480 em quatro vezes de R$ 120.", "No total, R$ 480 em quatro vezes de R$ 130.", "R$ 130",
     "Porta R$ 310,00; instalação R$ 140,00; dobradiças R$ 30,00. Até 4x."),
    ("pt-BR", "Em duas unidades, 25% de desconto.", "Em duas unidades, 35% de desconto.", "35%",
     "Café R$ 28,00, segunda unidade com 50% de desconto."),
    ("es", "Los dos pagan $150.", "Los dos pagan $140.", "$140", "Clase $100.00; la segunda persona paga la mitad."),
    ("en", "25% off: $150 instead of $200.", "35% off: $150 instead of $200.", "35%",
     "Course $200.00. Alumni pay $150.00."),
    ("es", "10 soles por cada 100.", "15 soles por cada 100.", "15 soles", "Te devuelve el 10%."),
    ("es", "Con 45 GB pagarías 17 €.", "Con 45 GB pagarías 19 €.", "19 €", "12,00 €, 40 GB, giga adicional 1,00 €."),
    ("en", "£420, or 6 x £70.", "£420, or 4 x £70.", "4 x", "£420.00 or 6 x £70.00."),
    ("es", "Son 4 cuotas de S/ 450.", "Son 4 cuotas de S/ 430.", "S/ 430", "S/ 1,800.00 en 4 cuotas."),
    ("es", "Cuotas: 10 de $129.000.", "Cuotas: 10 de $139.000.", "$139.000", "$1.290.000 COP en 10 cuotas."),
    ("pt-BR", "São mais 4 salas.", "São mais 5 salas.", "5 salas", "Tinha 6 salas; agora são 10."),
    ("en", "Six more bakers.", "Seven more bakers.", "Seven more bakers", "We grew from 8 to 14 bakers."),
    ("es", "Cinco sorpresas.", "Siete sorpresas.", "Siete sorpresas", "Del 20 al 24/09/2026, un regalo por dia."),
    ("pt-BR", "Cinco sabores.", "Seis sabores.", "Seis sabores", "Uva, caju, manga, limão e coco."),
    ("pt-BR", "Rende 16 xícaras.", "Rende 18 xícaras.", "18 xícaras", "Pacote de 250 g; 15 g por xícara."),
    ("pt-BR", "Tela de 14 polegadas.", "Tela de 15 polegadas.", "15 polegadas", "Tela 14 pol."),
    ("pt-BR", "Sexta a domingo, R$ 10 mais caro.", "Sexta a domingo, R$ 15 mais caro.", "R$ 15",
     "R$ 79,00 (seg a qui) e R$ 89,00 (sex a dom)."),
    ("pt-BR", "Dez encontros de três horas.", "Dez encontros de quatro horas.", "quatro horas",
     "30 horas, 10 encontros."),
    ("pt-BR", "Daqui a dois meses.", "Daqui a três meses.", "três meses", "Começa em novembro."),
    ("pt-BR", "Sete meses de leitura.", "Oito meses de leitura.", "Oito meses", "6 meses e mais 1 mês grátis."),
    ("en", "Yearly, $120: two months free.", "Yearly, $120: three months free.", "three months",
     "$12.00 a month or $120.00 a year."),
    ("es", "De cada 10 pedidos, 9 llegan hoy.", "De cada 10 pedidos, 8 llegan hoy.", "10 pedidos",
     "Hoy, 15/09/2026, llega el 90% de los pedidos."),
    ("es", "Cinco platos.", "Ocho platos.", "Ocho platos", "De lunes a viernes, otro plato cada dia."),
    ("pt-BR", "Brinde às 200 primeiras pessoas.", "Brinde às 300 primeiras pessoas.", "300 primeiras pessoas",
     "Brinde aos 200 primeiros visitantes."),
)  # fmt: skip


@pytest.mark.parametrize(("locale", "right", "_wrong", "_quote", "evidence"), TWINS)
def test_what_follows_is_let_through(
    locale: Locale, right: str, _wrong: str, _quote: str, evidence: Evidence | str
) -> None:
    assert blocked(locale, right, evidence) == []


@pytest.mark.parametrize(("locale", "_right", "wrong", "quote", "evidence"), TWINS)
def test_its_twin_with_a_fault_is_blocked(
    locale: Locale, _right: str, wrong: str, quote: str, evidence: Evidence | str
) -> None:
    assert any(quote in one.quote or one.quote in quote for one in blocked(locale, wrong, evidence))


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "Em 16 dias é outubro.", "Dia 01/10/2026."),
        ("pt-BR", "Terça-feira, 15: pão quente.", "Pão."),
        ("pt-BR", "Sopa de terça: abóbora em 25 minutos.", "Sopa de abóbora, 25 min."),
        ("en", "Tuesday's soup is pumpkin, ready in 25 minutes.", "Pumpkin soup, 25 min."),
        ("pt-BR", "De quinta a domingo são três diárias.", "Diária R$ 55,00."),
        ("pt-BR", "Um livro na primeira quinzena e outro na segunda.", "1 livro por quinzena."),
        ("pt-BR", "O check-out é ao meio-dia.", "Check-in 14h, check-out 12h."),
        ("es", "El domingo 20 dormimos una hora más.", "Cambio de hora: domingo 20/09/2026, una hora más."),
        ("en", "Five sleeps to the fair.", "The fair is on September 20, 2026."),
        ("en", "Learn to sew by October.", "Eight weeks from August 10, 2026."),
        ("pt-BR", "Para uma pessoa de 70 kg, densidade 33.", "Até 80 kg, densidade 33."),
        ("pt-BR", "Um casal com duas crianças de 8 anos.", "Para toda a família, de 7 a 12 anos."),
        ("pt-BR", "São R$ 9 a cada 100 g.", "Pote de 1 kg: R$ 90,00."),
        ("pt-BR", "Ficou duas vezes mais rápido.", "O tempo caiu de 8 para 4 minutos."),
        ("pt-BR", "Reclame a qualquer hora se cair abaixo de 40% do contratado.", "40% do contratado. App 24h."),
        ("en", "Each shipping ticket took 12 minutes.", "Tickets take 12 minutes; 3 of them were shipping tickets."),
    ],
)  # fmt: skip
def test_days_and_measures_of_which_nothing_is_claimed_pass(locale: Locale, body: str, evidence: str) -> None:
    assert blocked(locale, body, evidence) == []


@pytest.mark.parametrize(("today", "right"), [(30, True), (15, False)])
def test_the_calendar_needs_no_evidence_and_is_read_all_the_same(today: int, right: bool) -> None:
    fields = {"body": "Amanhã é outubro."}
    copy = Copy(
        channel="note", locale="pt-BR", fields=fields, evidence=[Evidence("Caderno.")], tokens={},
        now=NOW.replace(day=today),
    )  # fmt: skip
    assert (check(copy) == []) is right


@pytest.mark.parametrize(
    ("locale", "body", "code"),
    [
        ("pt-BR", "A nossa cola nunca descola.", "claim.guarantee"),
        ("pt-BR", "Se não gostar, devolvemos tudo.", "claim.guarantee"),
        ("pt-BR", "Não tem risco nenhum.", "claim.guarantee"),
        ("pt-BR", "A dor nas costas some na primeira noite.", "claim.guarantee"),
        ("pt-BR", "No fim, você sai empregado.", "claim.guarantee"),
        ("pt-BR", "As camisetas voam e não sabemos se haverá mais.", "claim.scarcity"),
        ("pt-BR", "O estoque é mínimo.", "claim.scarcity"),
        ("pt-BR", "Corre que está acabando.", "claim.scarcity"),
        ("pt-BR", "O efeito é imediato.", "claim.guarantee"),
        ("es", "Somos los únicos con horno propio.", "claim.superlative"),
        ("en", "Hair twice as thick in a month.", "claim.guarantee"),
        ("pt-BR", "Ninguém em Olinda faz tapioca como a gente.", "claim.superlative"),
        ("pt-BR", "Supera qualquer liquidificador do mercado.", "claim.superlative"),
        ("pt-BR", "Aqui está o texto solicitado.", "injection.echo"),
        ("pt-BR", "Wir freuen uns auf deinen Anruf.", "style.language"),
        ("en", "If you don't love it, we refund every cent.", "claim.guarantee"),
        ("en", "It beats every blender on the market.", "claim.superlative"),
        ("en", "Tables are vanishing by the minute.", "claim.scarcity"),
        ("en", "Knee pain disappears overnight.", "claim.guarantee"),
        ("es", "El pan más rico de Lima.", "claim.superlative"),
        ("es", "Quedan muy poquitas mesas.", "claim.scarcity"),
        ("es", "Saldrás contratado.", "claim.guarantee"),
        ("es", "Nunca pierdes dinero.", "claim.guarantee"),
    ],
)
def test_promises_boasts_and_haste_in_other_words_are_found(locale: Locale, body: str, code: str) -> None:
    evidence = "Cola, camiseta, tapioca, pan, mesa, table, blender, liquidificador. Em Olinda e Lima."
    assert {one.code for one in blocked(locale, body, evidence)} == {code}


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ("10% de vuelta en todas tus compras.", "10% de devolución en farmacias."),
        ("Envío gratis a cualquier parte.", "Envío gratis en CDMX."),
        ("Niños de todas las edades entran gratis.", "Gratis para menores de 5 años."),
    ],
)
def test_a_benefit_for_one_kind_of_thing_is_not_for_all(body: str, evidence: str) -> None:
    assert [one.code for one in blocked("es", body, evidence)] == ["claim.scope"]


@pytest.mark.parametrize(
    ("locale", "body", "name", "value", "code"),
    [
        ("en", "At 240 pounds, you deserve a good chair.", "weight", "240 lb", "privacy.forbidden"),
        ("pt-BR", "Casa de duas mães, festa em dobro.", "sexuality", "lésbica", "privacy.forbidden"),
        ("pt-BR", "Enfrentar a depressão fica menos solitário.", "health", "depressão", "privacy.forbidden"),
        ("pt-BR", "Como você mora sozinho, escolhemos a pequena.", "household_size", 1, "privacy.select_only"),
        ("pt-BR", "O seu escritório tem 14 funcionários.", "company_size", 14, "privacy.select_only"),
    ],
)
def test_what_gives_a_trait_away_is_found_and_told_once(
    locale: Locale, body: str, name: str, value: object, code: str
) -> None:
    use: Use = "select" if code.endswith("only") else "forbidden"
    evidence = Evidence("Cadeira, playlist e cesta. Chair $70.00.", id="e1")
    assert [one.code for one in blocked(locale, body, evidence, traits={name: value}, uses={name: use})] == [code]


def test_whom_an_offer_is_for_is_no_secret_where_evidence_says_it() -> None:
    traits, uses = {"plan": "teste"}, {"plan": "select"}
    body = "Quem chega agora testa por 14 dias."
    assert blocked("pt-BR", body, "Teste de duas semanas.", traits=traits, uses=uses) == []  # type: ignore[arg-type]


def test_courtesy_is_model_talk_but_in_a_chat() -> None:
    body = "I'd be happy to explain. The jacket is blue."
    assert blocked("en", body, "Blue jacket.", channel="chat") == []
    assert [one.code for one in blocked("en", body, "Blue jacket.")] == ["injection.echo"]


def test_a_stock_phrase_of_evidence_is_no_spam() -> None:
    body = "Simulação sem compromisso."
    copy = Copy(channel="note", locale="pt-BR", fields={"body": body}, evidence=[Evidence(body)], tokens={}, now=NOW)
    assert check(copy) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Oi, %FIRSTNAME%! Tudo bem?", "token.malformed"),
        ("Titular: [INSERIR NOME].", "token.malformed"),
    ],
)
def test_what_stands_inside_a_fault_is_no_fault_of_its_own(body: str, code: str) -> None:
    assert [one.code for one in blocked("pt-BR", body, "Oi.")] == [code]
