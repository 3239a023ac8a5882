"""Hours, lengths of time, counts of days, ages and measures as people tell them, beside twins of which one figure is
wrong. All days are told from 15 September 2026, a Tuesday."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.test_following import blocked

HOURS: tuple[tuple[Locale, str, str, str], ...] = (
    # locale, what is right, the same with a fault, evidence
    ("es", "Empieza a las 20:30 h y a las diez estarás en casa.", "Empieza a las 20:30 h y a las once estarás en casa.",
     "Función a las 20:30 h. Duración: 90 minutos."),
    ("es", "A las nueve y media termina todo.", "A las diez y media termina todo.", "Empieza a las 20 h. 90 minutos."),
    ("es", "Acaba a las diez menos cuarto.", "Acaba a las once menos cuarto.", "Función de 20:15 a 21:45 h."),
    ("pt-BR", "Sai às 8h20 e chega às onze da manhã.", "Sai às 8h20 e chega às dez da manhã.",
     "Partida às 8h20, viagem de 2h40."),
    ("pt-BR", "Às quinze para as oito.", "Às quinze para as nove.", "Sessão às 19h45."),
    ("pt-BR", "Ao meio-dia e meia, almoço.", "Ao meio-dia, almoço.", "Almoço às 12h30."),
    ("pt-BR", "Às oito em ponto.", "Às nove em ponto.", "Sessão às 20h."),
    ("en", "Leaves at 9.15.", "Leaves at 8.15.", "Departs 09:15."),
    ("en", "Ends by half past eleven.", "Ends by half past ten.", "Starts at 9:15, takes 2 h 15 min."),
    ("en", "Set off at five past nine.", "Set off at ten past nine.", "Departs 9:05, arrives 12:00."),
    ("pt-BR", "Saímos às seis e quarenta.", "Saímos às seis e cinquenta.", "Partida às 6h40."),
    ("en", "You'll be home by ten.", "You'll be home by eleven.", "Show at 8.30pm, 90 minutes."),
    ("en", "Open nine to five.", "Open nine to six.", "Open 9am-5pm."),
)  # fmt: skip


DAYS: tuple[tuple[Locale, str, str, str], ...] = (
    ("pt-BR", "Quem deixa o relógio na segunda busca na quinta.", "Quem deixa o relógio na segunda busca na sexta.",
     "O conserto fica pronto em 3 dias úteis."),
    ("pt-BR", "Deixou na quarta, fica pronto na sexta.", "Deixou na quarta, fica pronto no sábado.",
     "Em 2 dias úteis."),
    ("pt-BR", "Peça na quinta e receba na segunda.", "Peça na quinta e receba no sábado.", "Entrega: dois dias úteis."),
    ("pt-BR", "Entregue na terça e retire na quarta.", "Entregue na terça e retire na quinta.",
     "Pronto no dia seguinte."),
    ("en", "Drop it off on Monday and pick it up on Thursday.", "Drop it off on Monday and pick it up on Friday.",
     "Repairs take three working days."),
    ("en", "Bring it in on Friday, collect it on Tuesday.", "Bring it in on Friday, collect it on Wednesday.",
     "Ready in 2 business days."),
    ("es", "Si la dejas el lunes, la recoges el jueves.", "Si la dejas el lunes, la recoges el miércoles.",
     "La reparación tarda tres días hábiles."),
    ("es", "Lo que pides el lunes llega el miércoles.", "Lo que pides el lunes llega el jueves.",
     "Entrega en 48 horas."),
    ("en", "Only five days left.", "Only five days left, five units left.", "Ends 20 September 2026."),
    ("es", "El viernes, de nueve a dos.", "El viernes, de nueve a tres.", "Viernes, de 9 a 14 h."),
    ("pt-BR", "De hoje a sábado.", "De hoje a domingo.", "Até 19/09/2026."),
    ("en", "The last class is on 8 December.", "Last classes: hurry.",
     "Weekly classes from 6 October to 8 December 2026."),
    ("pt-BR", "O último encontro será no dia 8 de dezembro.", "O último encontro será no dia 7 de dezembro.",
     "Encontros às terças, de 6 de outubro a 8 de dezembro de 2026."),
    ("es", "Las últimas funciones son el 9 de octubre.", "Las últimas funciones son el 10 de octubre.",
     "Funciones del 1 al 9 de octubre de 2026."),
    ("pt-BR", "Última entrada às 17h.", "Última entrada às 16h.", "Das 10h às 18h, última entrada às 17h."),
    ("pt-BR", "Segunda com cara de sábado.", "Aberto aos sábados.", "Pizza às segundas-feiras."),
    ("pt-BR", "Almoço com sabor de domingo.", "Almoço aos domingos.", "Almoço às quartas-feiras."),
    ("en", "A Monday that feels like a Friday.", "Open on Friday.", "Pizza on Mondays."),
    ("es", "Un lunes con cara de viernes.", "Abierto el viernes.", "Pizza los lunes."),
)  # fmt: skip


STRETCHES: tuple[tuple[Locale, str, str, str], ...] = (
    ("pt-BR", "Cinco semanas de aquarela.", "Sete semanas de aquarela.",
     "De 5 de outubro a 6 de novembro de 2026, de segunda a sexta, das 9h às 11h."),
    ("en", "Three weeks of pottery.", "Four weeks of pottery.", "October 5 to 23, 2026, Monday to Friday."),
    ("es", "Cuatro semanas de natación.", "Cinco semanas de natación.", "Del 5 al 30 de octubre, de lunes a viernes."),
    ("es", "Un mes de teatro.", "Dos meses de teatro.", "Teatro del 5 de octubre al 4 de noviembre de 2026."),
    ("pt-BR", "O curso dura dois meses.", "O curso dura três meses.", "De 5 de outubro a 4 de dezembro de 2026."),
    ("pt-BR", "Três noites em outubro.", "Quatro noites em outubro.", "Dias 8, 9 e 10 de outubro de 2026, às 20h."),
    ("pt-BR", "Três dias de feira.", "Cinco dias de feira.", "Feira nos dias 8, 9 e 10 de outubro de 2026."),
    ("en", "Three shows, three nights.", "Four shows, four nights.", "On 8, 9, and 10 October 2026."),
    ("en", "Three evenings in October.", "Four evenings in October.", "October 8, 9 and 10, 2026, at 8pm."),
    ("en", "Six months of lessons.", "Eight months of lessons.", "From 2 March to 31 August 2027."),
    ("en", "On the second Saturday of October.", "On the third Saturday of October.", "October 10, 2026."),
    ("pt-BR", "No último domingo de setembro.", "No último domingo de outubro.", "Dia 27 de setembro de 2026."),
    ("pt-BR", "Todo primeiro domingo do mês.", "Todo segundo domingo do mês.", "No primeiro domingo de cada mês."),
    ("es", "Cuatro domingos de música.", "Cinco domingos de música.", "Domingos 4, 11, 18 y 25 de octubre de 2026."),
    ("en", "Eight Saturdays of yoga.", "Nine Saturdays of yoga.", "Saturdays, 3 October to 21 November 2026."),
    ("pt-BR", "Oito aulas de ioga.", "Nove aulas de ioga.", "Aos sábados, de 3 de outubro a 21 de novembro de 2026."),
)  # fmt: skip


MEASURES: tuple[tuple[Locale, str, str, str], ...] = (
    ("en", "Two and a quarter hours.", "Two and a half hours.", "Takes 135 minutes."),
    ("pt-BR", "Três horas e quarenta de viagem.", "Três horas e vinte de viagem.", "Viagem de 3h40."),
    ("pt-BR", "A peça tem uma hora e dez.", "A peça tem uma hora e vinte.", "Duração: 70 minutos."),
    ("es", "Tres cuartos de hora.", "Hora y media.", "Duración: 45 minutos."),
    ("en", "Ready in a quarter of an hour.", "Ready in half an hour.", "Ready in 15 minutes."),
    ("pt-BR", "Pronto em menos de uma hora.", "Pronto em menos de meia hora.", "Pronto em 45 minutos."),
    ("pt-BR", "Meio quilo de café.", "Um quilo e meio de café.", "Pacote de 500 g."),
    ("es", "Cuarto de kilo de jamón.", "Kilo y medio de jamón.", "Jamón, 250 g."),
    ("en", "Eight pints of ale.", "Nine pints of ale.", "A gallon of ale."),
    ("en", "Half a pint of cream.", "A pint and a half of cream.", "Cream, 1/2 pint."),
    ("en", "A six-yard roll.", "A seven-yard roll.", "A roll of 18 feet."),
    ("pt-BR", "Garantia de um ano.", "Garantia de dois anos.", "Garantia: 12 meses."),
    ("en", "It has a three-year guarantee.", "It has a five-year guarantee.", "Guarantee: 36 months."),
    ("es", "Dos años de garantía.", "Tres años de garantía.", "Garantía: 24 meses."),
    ("en", "Under 12s eat free.", "Under 14s eat free.", "Children under 12 eat free."),
    ("en", "Ages 4 to 8.", "Ages 4 to 9.", "For children aged 4 to 8."),
    ("es", "Mayores de 65 pagan la mitad.", "Mayores de 60 pagan la mitad.", "Mayores de 65 años pagan la mitad."),
    ("pt-BR", "De 3 a 6 anos.", "De 3 a 8 anos.", "Para crianças de 3 a 6 anos."),
)  # fmt: skip


COUNTS: tuple[tuple[Locale, str, str, str], ...] = (
    ("en", "Half a dozen bagels.", "A dozen bagels.", "6 bagels."),
    ("es", "Docena y media de alfajores.", "Dos docenas de alfajores.", "18 alfajores."),
    ("pt-BR", "Tapete de 3 m².", "Tapete de 4 m².", "Tapete de 2 m x 1,5 m."),
    ("es", "Doce metros cuadrados.", "Catorce metros cuadrados.", "Habitación de 4 x 3 m."),
    ("pt-BR", "15 alunos, metade da turma.", "20 alunos, metade da turma.", "Turma de 30 alunos."),
    ("en", "Two in three members cycle.", "One in three members cycle.", "Of 30 members, 20 cycle."),
    ("pt-BR", "Um em cada quatro ingressos é grátis.", "Um em cada três ingressos é grátis.",
     "Grátis: 25% dos ingressos."),
    ("pt-BR", "Seis pessoas ao todo.", "Oito pessoas ao todo.", "Para 4 adultos e 2 crianças."),
    ("pt-BR", "Dez noites de quatro horas.", "Doze noites de quatro horas.", "Vela com 40 horas de queima."),
    ("en", "Thirty-six hours in all.", "Forty hours in all.", "18 sessions, 7pm to 9pm."),
    ("pt-BR", "Com três colheres por dia, dura 15 dias.", "Com três colheres por dia, dura 20 dias.",
     "Pote: 450 g. Colher: 10 g."),
    ("pt-BR", "Serve seis.", "Serve oito.", "Serve 6 pessoas."),
    ("en", "For dogs of 10 to 25 kg.", "For dogs of 10 to 30 kg.", "Dogs 10-25 kg."),
    ("en", "A 14-inch wheel.", "A 16-inch wheel.", '14" wheels.'),
    ("pt-BR", "Em 90 segundos.", "Em 60 segundos.", "Pronto em um minuto e meio."),
    ("en", "Bake at 350°F.", "Bake at 450°F.", "Bake at 180 °C."),
)  # fmt: skip
OFTEN: tuple[tuple[Locale, str, str, str], ...] = (
    ("pt-BR", "Duas revistas por trimestre.", "Quatro revistas por trimestre.", "Oito revistas por ano."),
    ("en", "Four issues a year.", "Six issues a year.", "A quarterly magazine."),
    ("es", "Seis números al año.", "Ocho números al año.", "Revista bimestral."),
    ("pt-BR", "De dois em dois meses.", "De três em três meses.", "Publicação bimestral."),
    ("en", "24 hours a day.", "18 hours a day.", "Open 24/7."),
    ("pt-BR", "A cada 15 dias.", "A cada 30 dias.", "Entrega quinzenal."),
    ("en", "26 boxes a year.", "52 boxes a year.", "A box every other week."),
    ("pt-BR", "Oito aulas por mês.", "Doze aulas por mês.", "Duas aulas por semana."),
    ("en", "Four trains an hour.", "Six trains an hour.", "A train every 15 minutes."),
    ("pt-BR", "Regue duas vezes por semana.", "Regue três vezes por semana.", "Regue 2 vezes por semana."),
    ("es", "Dos veces por semana.", "Tres veces por semana.", "Clases los lunes y jueves."),
    ("en", "Lasts two months.", "Lasts three months.", "60 tablets, one a day."),
)  # fmt: skip


@pytest.mark.parametrize(("locale", "right", "wrong", "evidence"), HOURS + DAYS + STRETCHES + MEASURES + COUNTS + OFTEN)
def test_what_follows_passes_and_its_faulty_twin_does_not(
    locale: Locale, right: str, wrong: str, evidence: str
) -> None:
    assert blocked(locale, right, evidence) == []
    assert blocked(locale, wrong, evidence) != []


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("es", "Más de 80 modelos.", "La tienda prestó 80 herramientas en su último taller."),
        ("pt-BR", "Escolha entre 35 sabores.", "A sorveteria tem 35 lugares."),
        ("en", "60 recipes inside.", "The club has 60 members."),
        ("en", "Four showings a day.", "Showings at 4pm, 6.30pm and 9pm."),
    ],
)
def test_a_number_that_counts_another_thing_supports_nothing(locale: Locale, body: str, evidence: str) -> None:
    assert [one.code for one in blocked(locale, body, evidence)] == ["claim.quantity"]


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "As duas, R$ 270.", "Armação R$ 180,00. Na compra de duas, a segunda tem 50% de desconto."),
        ("pt-BR", "Qual das duas?", "Caneca azul e caneca verde."),
        ("es", "Las dos cuestan $60.", "Taza, $30.00 cada una."),
        ("en", "Two children aged 6 and 8 would pay $10.", "Children 5 to 12: $5.00 each."),
        ("pt-BR", "Crianças de 6 e 8 anos pagam R$ 10 cada.", "Crianças de 5 a 12 anos: R$ 10,00."),
        ("pt-BR", "Dos 60 alunos, 12 pagam menos.", "Turma de 60 alunos. Bolsa para 12."),
        ("es", "Tienes 31 y empiezas con 8.", "Ficha 8 y ficha 31."),
        ("en", "Taste them one by one.", "Six truffles, 12 g each."),
    ],
)
def test_what_counts_things_is_no_hour_and_an_example_no_band(locale: Locale, body: str, evidence: str) -> None:
    assert blocked(locale, body, evidence) == []
