"""Days, sayings and counts read for what they are, beside twins of which one thing is wrong. All days are told from
15 September 2026, a Tuesday."""

from __future__ import annotations

import pytest

from service.content.models import Facts
from service.types import Locale
from tests.service.checks.copies import Evidence
from tests.service.checks.test_following import blocked, ending

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
    ("es", "Mañana te lo vas a agradecer.", "Mañana te lo vas a llevar.", "Colchón de resortes."),
    ("pt-BR", "Dormir oito horas virou meta?", "Um cochilo de oito horas?", "Colchão de molas."),
    ("en", "Give it five minutes.", "Ready in five minutes.", "Green tea."),
    ("en", "Four weekends of carving.", "Five weekends of carving.", "Saturdays and Sundays, October 3-25, 2026."),
    ("en", "Friday calls for pizza.", "Friday has pizza at half price.", "Pizza on Mondays, 50% off."),
)  # fmt: skip


SUMS: tuple[tuple[Locale, str, str, str], ...] = (
    ("pt-BR", "São 31 cidades.", "São 33 cidades.", "Entrega em 19 cidades de Goiás e 12 do Tocantins."),
    ("en", "Now 31 towns.", "Now 32 towns.", "Serves 19 towns in Kent and 12 in Sussex."),
    ("es", "Nueve semanas de curso.", "Diez semanas de curso.", "5 semanas de HTML y 4 semanas de CSS."),
    ("pt-BR", "Para oito, 500 g cada um.", "Para oito, 600 g cada um.",
     "2,5 kg de costela e 1,5 kg de linguiça, para 8 pessoas."),
    ("en", "Twelve hours in all.", "Thirteen hours in all.", "8 evening classes, 6:30-8:00 p.m."),
    ("es", "Son seis horas.", "Son siete horas.", "Sábados 3, 10 y 17 de octubre de 2026, de 18 a 20 h."),
    ("pt-BR", "300 horas de aula.", "320 horas de aula.", "20 semanas, 15 horas por semana."),
    ("en", "It takes 45 minutes.", "It takes 48 minutes.", "A 9 km run at 5 min/km."),
    ("pt-BR", "Três horas por semana.", "Quatro horas por semana.", "36 horas de aula em 12 semanas."),
    ("pt-BR", "Dois anos para pagar.", "Três anos para pagar.", "R$ 4.800,00 em até 24 parcelas sem juros."),
    ("en", "£4,800 over two years.", "£4,800 over three years.", "£4,800, 24 monthly payments."),
    ("pt-BR", "Doze meses pelo preço de dez.",
     "Doze meses pelo preço de nove.", "Mensal: R$ 80,00. Anual: R$ 800,00."),
    ("pt-BR", "Dez semanas, cinco noites cada.",
     "Dez semanas, seis noites cada.", "10 semanas, de segunda a sexta, 19h."),
    ("pt-BR", "Um monitor para cada cinco crianças.",
     "Um monitor para cada quatro crianças.", "40 crianças e 8 monitores."),
    ("pt-BR", "Dos 80 formados, veja um.", "Dos 90 formados, veja um.", "80 pessoas se formaram em 2025."),
    ("pt-BR", "Entram seis pratos.", "Entram sete pratos.", "O cardápio tem 22 pratos; saem 4 e entram 6."),
    ("pt-BR", "Boné em cinco cores.", "Boné em seis cores.", "Boné, nas cores azul, verde, preto, vinho e areia."),
    ("pt-BR", "Aliança de ouro 18 quilates.", "Aliança de ouro 14 quilates.", "Aliança em ouro 18k."),
    ("en", "Our Couch to 5K club.", "Our Couch to 9K club.", "Meadow club, Couch to 5K."),
    ("pt-BR", "Chegue 20 minutos antes, às 18h40.", "Chegue 20 minutos antes, às 18h30.",
     "Sessão às 19h. Chegue 20 minutos antes."),
    ("pt-BR", "Turmas de 14 alunos, sete duplas.", "Turmas de 14 alunos, seis duplas.", "Turmas de até 14 alunos."),
    ("en", "100 days to Christmas Eve.", "101 days to Christmas Eve.", "Advent calendar."),
    ("en", "Join us on October 9.", "Join us on October 8.", "Open studio every Friday in October 2026."),
    ("pt-BR", "Venha na sexta, 30 de outubro.", "Venha na sexta, 6 de novembro.",
     "Oficina toda sexta-feira de outubro de 2026."),
    ("pt-BR", "Troque até hoje.", "Troque até sábado.", "Entrega em 16/09/2026. Trocas até as 20h da véspera."),
    ("pt-BR", "Pedindo até amanhã, chega na sexta.", "Pedindo até hoje, chega na sexta.",
     "Pedidos até quarta-feira são entregues às sextas."),
    ("es", "Tres noches en la montaña.", "Cuatro noches en la montaña.",
     "Se retira el viernes y se devuelve el lunes."),
    ("en", "The kiln runs 200 degrees hotter.", "The kiln runs 300 degrees hotter.",
     "First at 900 °C, then at 1100 °C."),
    ("pt-BR", "Vinte travessias dão um quilômetro.", "Trinta travessias dão um quilômetro.",
     "Piscina de 50 m, 6 raias."),
    ("pt-BR", "Faltam 101 dias para o Natal.", "Faltam 102 dias para o Natal.", "Feira na praça."),
)  # fmt: skip


@pytest.mark.parametrize(("locale", "right", "wrong", "evidence"), SUMS)
def test_what_evidence_never_adds_up_is_reckoned(locale: Locale, right: str, wrong: str, evidence: str) -> None:
    assert blocked(locale, right, evidence) == []
    assert blocked(locale, wrong, evidence)


def test_two_sources_and_what_is_known_of_one_are_reckoned_with() -> None:
    baskets = ("Cesta pequena, 8 itens.", Evidence("Cesta grande, 13 itens.", id="e2", content_id="other"))
    assert blocked("pt-BR", "São cinco itens a mais.", *baskets) == []
    assert blocked("pt-BR", "São seis itens a mais.", *baskets)
    yoga = ending("Free sign-up until September 30.", 30)
    assert blocked("en", "Sign up in the next two weeks.", yoga) == []
    assert blocked("en", "Sign up in the next three weeks.", yoga)
    sale = ending("Sale until 20 September.", 20)
    assert blocked("en", "Until 11:59 p.m. on Sunday.", sale) == []
    assert blocked("en", "Until 10:59 p.m. on Sunday.", sale)
    tables = Evidence("Mesas de 6 lugares.", facts=Facts(stock=7))
    assert blocked("pt-BR", "Cabem 42 pessoas.", tables) == []
    assert blocked("pt-BR", "Cabem 48 pessoas.", tables)


@pytest.mark.parametrize(("locale", "right", "wrong", "evidence"), TWINS)
def test_what_people_say_is_read_for_what_it_is(locale: Locale, right: str, wrong: str, evidence: str) -> None:
    assert blocked(locale, right, evidence) == []
    assert blocked(locale, wrong, evidence)
