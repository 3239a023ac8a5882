"""Claims that follow from evidence in another form, and claims that look as if they did."""

from __future__ import annotations

from datetime import datetime

import pytest

from service.checks.copy import Copy
from service.checks.models import Claim, Finding
from service.checks.run import examine
from service.types import Locale
from tests.service.checks.test_checks import SAO_PAULO, Source

NOW = datetime(2026, 10, 14, 10, tzinfo=SAO_PAULO)  # a Wednesday
FACTUAL = ("claim.price", "claim.percent", "claim.date", "claim.quantity", "claim.entity", "claim.expired")


def ending(text: str, month: int, day: int) -> Source:
    return Source(text, valid_until=datetime(2026, month, day, 23, 59, 59, tzinfo=SAO_PAULO))


CLEAN: tuple[tuple[Locale, str, Source | str], ...] = (
    ("pt-BR", "Leve dois por R$ 90 e economize R$ 9,80.", "Vela de cera: R$ 49,90 a unidade; duas por R$ 90,00."),
    ("pt-BR", "Faltam 5 dias para o fim da oferta.", ending("Oferta até 19/10/2026.", 10, 19)),
    ("pt-BR", "Há 31 anos fazendo pão na serra.", "Padaria fundada em 1995 na serra."),
    ("pt-BR", "Pedidos de hoje chegam até 21 de outubro.", "Entrega em até 5 dias úteis."),
    ("pt-BR", "Meio quilo de café por R$ 40.", "Café, 500 g, R$ 40,00."),
    ("pt-BR", "Um trimestre de aulas por R$ 300, ou R$ 100 por mês.", "Plano de 3 meses: R$ 300,00."),
    ("pt-BR", "São R$ 600 no ano, ou R$ 50 por mês.", "Mensalidade de R$ 50,00."),
    ("pt-BR", "A feira é daqui a três dias.", "Feira no dia 17/10/2026."),
    ("pt-BR", "A oficina vai das 14h às 15h30.", "Oficina às 14h, com 90 minutos de duração."),
    ("pt-BR", "Mais de 1.200 famílias atendidas.", "Já atendemos 1.248 famílias."),
    ("pt-BR", "São dez mil metros quadrados de horta.", "Horta de 10.000 m²."),
    ("pt-BR", "O pagamento sai em três vezes de R$ 33,30.", "R$ 99,90 em até 3x sem juros."),
    ("pt-BR", "Domingos preguiçosos pedem bolo.", "Bolo de fubá."),
    ("pt-BR", "As Paineiras recebem você para um chá.", "Pousada Paineira: chá da tarde."),
    ("en", "That's 25 cents a wipe: 80 wipes for $20.", "Pack of 80 wipes, $20.00."),
    ("en", "A nickel-free chain with a three-year warranty.", "Nickel-free chain, 36-month warranty."),
    ("en", "Five days left: the sale ends Monday.", ending("Sale through October 19, 2026.", 10, 19)),
    ("en", "The topic of today is sleep.", "Pillow."),
    ("en", "Baking in Bristol for more than 20 years.", "Bakery in Bristol since 2004."),
    ("en", "A dozen eggs for $6, or 50 cents each.", "12 eggs, $6.00."),
    ("en", "The 2-litre bottle holds eight 250 ml glasses.", "Bottle, 2 L, fills 250 ml glasses."),
    ("en", "Back in two weeks: the workshop is on October 28.", "Workshop on 28 October 2026."),
    ("en", "A fortnight of classes for £30.", "14 days of classes, £30.00."),
    ("en", "The Maple Row team will be there this Saturday.", "Maple Row open day, 17 October 2026."),
    ("en", "Nine out of ten customers come back.", "90% of customers come back."),
    ("es", "Mañana será otro día, pero el café es hoy.", "Café."),
    ("es", "Los domingos saben mejor con churros.", "Churros."),
    ("es", "Pides hoy y llega el viernes 16 de octubre.", "Entrega en 2 días hábiles."),
    ("es", "Los lunes descansamos.", "Abierto de martes a domingo. Lunes cerrado."),
    ("es", "Son 30 céntimos por cápsula.", "Caja de 50 cápsulas, 15,00 €."),
    ("es", "Tu paquete sale a Cra. 45 # 12-30.", "Envíos."),
    ("es", "Un cuarto de siglo en Rosario.", "En Rosario desde 2001."),
    ("es", "Son 24 clases: dos por semana durante doce semanas.", "12 semanas, 2 clases por semana."),
    ("es", "Pagas en 6 cuotas de $ 200.", "$ 1.200 en hasta 6 cuotas sin interés."),
    ("es", "Pasado mañana, viernes, hay concierto.", "Concierto el 16/10/2026."),
    ("pt-BR", "Menos de R$ 2 por dia: plano de R$ 59,90 por mês.", "Plano mensal R$ 59,90."),
    ("pt-BR", "O terceiro sai de graça: três por R$ 60.", "Sabonete R$ 30,00. Leve 3, pague 2."),
    ("pt-BR", "Restam 2 dias: a promoção vai até sexta.", ending("Promoção até 16/10/2026.", 10, 16)),
    ("pt-BR", "Semana que vem começa a turma nova.", "Turma nova a partir de 19/10/2026."),
    ("pt-BR", "A casa faz dez anos.", "Inaugurada em 2016."),
    ("pt-BR", "Aberto de domingo a domingo.", "Aberto todos os dias."),
    ("pt-BR", "Bateria para 30 horas, mais de um dia inteiro.", "Bateria de até 30 horas."),
    ("pt-BR", "Pesa 1,2 kg.", "Peso: 1.200 g."),
    ("pt-BR", "São 90 m², dois quartos e uma suíte.", "Apartamento de 90 metros quadrados, 2 dormitórios, 1 suíte."),
    ("pt-BR", "No segundo semestre, a turma muda.", "Turma nova em agosto."),
    ("pt-BR", "Três em cada quatro alunos passam de primeira.", "75% dos alunos passam na primeira tentativa."),
    ("pt-BR", "Todo santo dia é dia de café.", "Café."),
    ("pt-BR", "Ontem era planta, hoje é chá.", "Chá de hortelã."),
    ("pt-BR", "Sexta à noite pede pizza.", "Pizza de forno a lenha."),
    ("en", "That Friday feeling, bottled.", "Gin."),
    ("en", "Less than a dollar a day, at $29 a month.", "Plan: $29.00 per month."),
    ("en", "Your second pair is 50% off, so two pairs come to $150.", "Shoes $100.00. Second pair half price."),
    ("en", "48 hours only: today and tomorrow.", ending("Offer valid 14 and 15 October 2026.", 10, 15)),
    ("en", "A month of free practice, 30 days in all.", "30-day free trial."),
    ("en", "It runs 26 miles, about 42 km.", "Range: 42 km."),
    ("en", "25% more data: 25 GB instead of 20 GB.", "20 GB plan now gets 25 GB."),
    ("en", "Half a century of cheese.", "Dairy founded in 1976."),
    ("en", "Ready in under an hour.", "Ready in 45 minutes."),
    ("en", "Thousands of miles, one suitcase.", "Suitcase."),
    ("en", "Half term, half price: kids eat for $5.", "Kids' meals $5.00, normally $10.00."),
    ("es", "El segundo va a mitad de precio: dos por $ 150.", "Remera $ 100. Segunda unidad al 50%."),
    ("es", "Son $ 2.400 al año, $ 200 al mes.", "Suscripción: $ 200 mensuales."),
    ("es", "Mañana jueves abrimos a las 9.", "Abierto de lunes a viernes desde las 9:00."),
    ("es", "Domingo de sofá y manta.", "Mantas."),
    ("es", "Las mil y una noches caben en un libro.", "Libro."),
    ("es", "Hoy es un buen día para empezar.", "Curso."),
    ("es", "Dos de cada tres alumnos repiten.", "El 66,7% de los alumnos repite. Dos de cada tres."),
    ("es", "Ahorras 20 € al llevarte los dos.", "Uno 60 €, dos por 100 €."),
    ("es", "Recorrido de 5 km, poco más de 3 millas.", "Recorrido: 5 km."),
    ("es", "Tu pedido de hoy llega el lunes 19.", "Entrega en 3 días hábiles."),
    ("es", "Faltan dos semanas para el concierto.", "Concierto el 28/10/2026."),
    ("pt-BR", "Nada como um sábado sem relógio.", "Chinelos."),
    ("pt-BR", "Comece a semana com pé direito.", "Tênis."),
    ("pt-BR", "Quinta-feira é dia de faxina, e a gente ajuda.", "Aspirador."),
    ("pt-BR", "De 2ª a 6ª, das 9h às 18h.", "Segunda a sexta, das 9h às 18h."),
    ("pt-BR", "Até o fim de outubro.", ending("Até 31/10/2026.", 10, 31)),
    ("pt-BR", "Última semana da promoção: vai até 18/10.", ending("Até 18/10/2026.", 10, 18)),
    ("pt-BR", "Quase R$ 100 de desconto.", "De R$ 399,00 por R$ 300,00."),
    ("pt-BR", "Um ano de acesso.", "Acesso por 12 meses."),
    ("pt-BR", "Seis meses de garantia, meio ano de sossego.", "Garantia de 180 dias."),
    ("pt-BR", "Em 15 minutos está pronto, um quarto de hora.", "Pronto em 15 min."),
    ("pt-BR", "São vinte e quatro bombons, duas caixas de doze.", "Caixa com 12 bombons."),
    ("en", "Tomorrow is another day; tea is now.", "Tea."),
    ("en", "What's on your mind this week?", "Journal."),
    ("en", "A thousand reasons to smile.", "Cards."),
    ("en", "24/7 help from real people.", "Support 24 hours a day, 7 days a week."),
    ("en", "Pay $100 a year and save $20.", "$10.00 a month or $100.00 a year."),
    ("en", "Doors at half past seven.", "Doors 7:30 pm."),
    ("en", "Good for 90 days, about three months.", "Valid for 90 days."),
    ("en", "A 12-pack for $18 is $1.50 a can.", "12-pack, $18.00."),
    ("en", "It weighs under a kilo.", "Weight: 950 g."),
    ("es", "Nuestros lunes son de lentejas.", "Lentejas."),
    ("es", "Ayer semilla, hoy pan.", "Pan."),
    ("es", "Mil gracias por estar ahí.", "Club."),
    ("es", "A las ocho y media de la tarde.", "20:30 h."),
    ("es", "Tres noches por 240 €, 80 € por noche.", "3 noches, 240,00 €."),
    ("es", "Quedan menos de dos días.", ending("Hasta el 15/10/2026 a las 23:59.", 10, 15)),
    ("es", "Cumplimos 25 años.", "Desde 2001."),
    ("es", "Desde Oaxaqueña la receta viaja a tu mesa.", "Receta oaxaqueña."),
    ("es", "Casi 40 recetas.", "38 recetas."),
    ("pt-BR", "Quinze centavos cada um.", "500 cartões por R$ 75,00."),
    ("en", "At 24p, 200 kWh are £48; 30 days at 50p are £15: £63.", "24p per kWh, 50p per day; 200 kWh in 30 days."),
    ("en", "200 units a month.", "A household using 200 kWh a month."),
    ("en", "Two pairs for £99, 49.50 a pair.", "2 pairs of glasses, £99.00."),
    ("pt-BR", "Faltam 40 minutos para a fornada.", "Fornadas todos os dias às 10h40."),
    ("pt-BR", "Na quinta-feira, 15, a entrada é livre.", "Até 18/10/2026. Entrada gratuita às quintas-feiras."),
    ("pt-BR", "Pronto em 72 horas.", "Pronto em três dias."),
    ("es", "El jueves, de 20 a 23 h.", "Jueves 15/10/2026, de 20:00 a 23:00."),
)  # fmt: skip

FAULTY: tuple[tuple[Locale, str, Source | str, str], ...] = (
    ("pt-BR", "Faltam 8 dias para o fim da oferta.", ending("Oferta até 19/10/2026.", 10, 19), "date"),
    ("pt-BR", "Acaba na terça, dia 20.", ending("Oferta até 19/10/2026.", 10, 19), "date"),
    ("pt-BR", "Há 40 anos fazendo pão na serra.", "Padaria fundada em 1995 na serra.", "quantity|date"),
    ("pt-BR", "Pediu hoje, chega amanhã.", "Entrega em 2 dias úteis.", "date"),
    ("pt-BR", "Às segundas, abre às 9h.", "Abre às 9h. Não abre às segundas.", "date"),
    ("pt-BR", "Abrimos de segunda a domingo.", "Aberto de segunda a sábado.", "date"),
    ("pt-BR", "A oficina dura duas horas.", "Oficina de 90 minutos.", "date|quantity"),
    ("pt-BR", "Mais de 8 mil lares conectados.", "Internet a R$ 84,90.", "quantity"),
    ("pt-BR", "Em 5x de R$ 33,30.", "R$ 99,90 em até 3x sem juros.", "price"),
    ("pt-BR", "A Casa Ipanema espera você.", "Casa Paina, colchões.", "entity"),
    ("pt-BR", "São R$ 3 por cápsula.", "Caixa com 10 cápsulas, R$ 25,00.", "price"),
    ("pt-BR", "Assinatura por R$ 25 por mês.", "Plano anual: R$ 240,00.", "price"),
    ("pt-BR", "Uma duzia e meia, 18 brigadeiros na caixa de R$ 36.", "12 brigadeiros, R$ 36,00.", "quantity"),
    ("en", "Save $35 when you buy two.", "Lamp, $50.00 each, two for $80.00.", "price"),
    ("en", "That's 40 cents a wipe.", "Pack of 80 wipes, $20.00.", "price"),
    ("en", "With a five-year warranty.", "36-month warranty.", "date"),
    ("en", "Ten days left.", ending("Sale through October 19, 2026.", 10, 19), "date"),
    ("en", "Trusted by 15,000 cooks.", "Pans for cooks.", "quantity"),
    ("en", "Baking in Bristol for more than 50 years.", "Bakery in Bristol since 2004.", "quantity|date"),
    ("en", "Now in Hoboken.", "Shops in Trenton.", "entity"),
    ("en", "Four nights in Lisbon.", "Lisbon, 3 nights.", "quantity|date"),
    ("en", "The workshop is on Friday, October 30.", "Workshop on 28 October 2026.", "date"),
    ("en", "Open until 8 pm.", "Open 9am to 5pm.", "date"),
    ("en", "Just 79p a bar.", "Oat bar, £0.99.", "price"),
    ("en", "Get 40% more.", "20 GB becomes 25 GB.", "percent"),
    ("en", "Join 3,000 gardeners.", "Garden tools. 300 gardeners joined.", "quantity"),
    ("es", "Quedan diez días.", ending("Oferta hasta el 19/10/2026.", 10, 19), "date"),
    ("es", "Abrimos de martes a domingo.", "Abierto de martes a sábado.", "date"),
    ("es", "Los lunes abrimos a las 9.", "Abierto de martes a domingo desde las 9. Lunes cerrado.", "date"),
    ("es", "Aumenta hasta 800 veces.", "Aumento de 400x.", "quantity"),
    ("es", "Llevamos 40 años en Rosario.", "En Rosario desde el año 2000.", "quantity|date"),
    ("es", "El curso dura seis meses.", "Curso de 12 semanas.", "date"),
    ("es", "Es este domingo a las 18.", "Concierto el 17 de octubre de 2026, 18:00 h.", "date"),
    ("es", "Pasado mañana hay concierto.", "Concierto el 17/10/2026.", "date"),
    ("es", "La cuarta va gratis.", ending("Compra tres y la cuarta es gratis.", 9, 30), "expired"),
    ("pt-BR", "Entrega em 3 dias.", "Entrega em até 7 dias.", "date"),
    ("es", "Visítanos en Barranquilla.", "Tienda en Medellín.", "entity"),
    ("pt-BR", "A turma começa na semana que vem.", "Turma nova a partir de 09/11/2026.", "date"),
    ("pt-BR", "São 12 latas.", "Pack com 6 latas de 350 ml.", "quantity"),
    ("pt-BR", "Pesa 2,4 kg.", "Peso: 1.200 g.", "quantity"),
    ("pt-BR", "A casa faz vinte anos.", "Inaugurada em 2016.", "quantity|date"),
    ("pt-BR", "Aberto das 7h às 22h.", "Aberto das 7h às 20h.", "date"),
    ("pt-BR", "Direto da Canastra.", "Queijo da Serra da Mantiqueira.", "entity"),
    ("en", "40% more data.", "20 GB plan now gets 25 GB.", "percent"),
    ("en", "Next Thursday at 6pm.", "Class on 20 October 2026, 18:00.", "date"),
    ("en", "A century of cheese: 100 years.", "Dairy founded in 1976.", "quantity|date"),
    ("en", "Range of 80 miles.", "Range: 42 km.", "quantity"),
    ("en", "Six courses for all.", "Tasting menu: 4 courses with 2 drinks.", "quantity"),
    ("en", "With a 60-day free trial.", "30-day free trial.", "date"),
    ("en", "Open until midnight.", "Open until 10pm.", "date"),
    ("es", "Faltan tres semanas para el concierto.", "Concierto el 28/10/2026.", "date"),
    ("es", "Ahorras 35 € al llevarte los dos.", "Uno 60 €, dos por 100 €.", "price"),
    ("es", "Llega el viernes 16 de octubre.", "Entrega en 4 días hábiles.", "date"),
    ("es", "Más de 5.000 familias.", "1.030 familias confían en Fibra Sur.", "quantity"),
    ("es", "El sábado abrimos a las 9.", "Abierto de lunes a viernes desde las 9:00.", "date"),
    ("pt-BR", "Mais de 500 receitas no livro.", "Livro com 320 receitas.", "quantity"),
    ("pt-BR", "Garantia de dois anos.", "Garantia de 180 dias.", "date"),
    ("pt-BR", "Atendemos aos domingos.", "Segunda a sexta, das 9h às 18h.", "date"),
    ("pt-BR", "Somos 80 artesãos.", "Ateliê de artesãos.", "quantity"),
    ("en", "50% less sugar.", "7 g of sugar instead of 10 g.", "percent"),
    ("en", "Ends tomorrow.", ending("Through October 31, 2026.", 10, 31), "date"),
    ("en", "Over 5 hours of music.", "200 minutes of music.", "quantity|date"),
    ("en", "Class on the 22nd.", "Class on 20 October 2026.", "date"),
    ("es", "Más de doscientos sabores.", "104 sabores.", "quantity"),
    ("es", "Quedan tres días.", ending("Hasta el 15/10/2026 a las 23:59.", 10, 15), "date"),
    ("es", "Este domingo abrimos.", "Abierto de lunes a viernes.", "date"),
    ("pt-BR", "Doze centavos cada um.", "500 cartões por R$ 75,00.", "price"),
    ("en", "At 24p, 200 kWh are £48; 30 days at 50p, £15: £65.", "24p per kWh, 50p a day; 200 kWh, 30 days", "price"),
    ("pt-BR", "Faltam 55 minutos para a fornada.", "Fornadas todos os dias às 10h40.", "date"),
    ("pt-BR", "Na quinta-feira, 16, a entrada é livre.", "Até 18/10/2026. Gratuita às quintas-feiras.", "date"),
    ("pt-BR", "Na quinta, a estreia.", "Estreia em 17/10/2026. Ingressos às quintas-feiras.", "date"),
    ("es", "El jueves, de 19 a 23 h.", "Jueves 15/10/2026, de 20:00 a 23:00.", "date"),
)  # fmt: skip


def read(locale: Locale, body: str, evidence: Source | str) -> tuple[list[Claim], list[Finding]]:
    source = evidence if isinstance(evidence, Source) else Source(evidence)
    found = examine(Copy("chat", locale, {"body": body}, [source], {}, NOW))
    return found.claims, [one for one in found.findings if one.code in FACTUAL]


@pytest.mark.parametrize(("locale", "body", "evidence"), CLEAN)
def test_what_evidence_says_in_another_form_passes(locale: Locale, body: str, evidence: Source | str) -> None:
    claims, findings = read(locale, body, evidence)
    assert not findings
    assert all(any(one.quote for one in claim.support) for claim in claims if claim.kind == "date" and claim.support)


@pytest.mark.parametrize(("locale", "body", "evidence", "kinds"), FAULTY)
def test_what_evidence_does_not_come_to_is_found(locale: Locale, body: str, evidence: Source | str, kinds: str) -> None:
    _, findings = read(locale, body, evidence)
    assert {one.code.removeprefix("claim.") for one in findings} & set(kinds.split("|"))


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Hoje queremos apresentar a linha Casa Paina."),
        ("en", "The topic of today is sleep."),
        ("es", "El tema de hoy es el descanso."),
        ("es", "Esta semana hablamos de descanso."),
        ("en", "Lazy Sundays taste better with syrup."),
    ],
)
def test_a_day_on_which_nothing_happens_is_no_claim(locale: Locale, body: str) -> None:
    claims, findings = read(locale, body, "Casa Paina.")
    assert not findings
    assert not [claim for claim in claims if claim.kind == "date"]


def test_what_follows_from_today_is_true_today_only() -> None:
    claims, _ = read("pt-BR", "Pediu agora, chega na sexta.", "Entrega em 2 dias úteis.")
    (claim,) = [one for one in claims if one.kind == "date"]
    assert claim.support[0].quote == "2 dias úteis"
    assert claim.true_until == datetime(2026, 10, 15, tzinfo=SAO_PAULO)


def test_the_days_that_are_left_are_fewer_tomorrow() -> None:
    claims, _ = read("en", "Five days left.", ending("Sale through October 19, 2026.", 10, 19))
    assert [claim.true_until for claim in claims if claim.kind == "date"] == [datetime(2026, 10, 15, tzinfo=SAO_PAULO)]


@pytest.mark.parametrize(
    ("body", "about", "found"),
    [
        ("Com 8%, a cada R$ 1.500 são R$ 120 a menos.", "seguro auto Baluarte", False),
        ("Com 8%, a cada R$ 1.500 são R$ 130 a menos.", "seguro auto Baluarte", True),
        ("Com 8%, a cada R$ 1.500 são R$ 120 a menos.", "mochila", True),
    ],
)
def test_a_percentage_of_a_price_that_other_evidence_on_the_thing_tells(body: str, about: str, found: bool) -> None:
    sources = [Source("Seguro auto Baluarte: 8% de desconto."), Source(f"Exemplo: {about}, R$ 1.500,00.")]
    seen = examine(Copy("chat", "pt-BR", {"body": body}, sources, {}, NOW))
    assert ("claim.price" in {one.code for one in seen.findings}) == found


def test_what_happens_every_day_is_not_for_today_only() -> None:
    body = "Só hoje: entregamos na sua casa."
    for said, bound in (("Entregamos todos os dias.", False), ("Entregamos em 14 de outubro de 2026.", True)):
        copy = Copy("push", "pt-BR", {"title": "Entrega", "body": body}, [Source(said)], {}, NOW)
        assert [claim.bound for claim in examine(copy).claims if claim.kind == "date"] == [bound]


def test_a_weekday_that_evidence_names_without_a_date_has_no_end() -> None:
    copy = Copy(
        "push",
        "pt-BR",
        {"title": "Mesa", "body": "A mesa do domingo."},
        [Source("A mesa do domingo é calma.")],
        {},
        NOW,
    )
    claims = [claim for claim in examine(copy).claims if claim.kind == "date"]
    assert claims and all(claim.bound and claim.true_until is None for claim in claims)
