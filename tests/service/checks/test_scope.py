"""Benefits of some told as those of all, beside what keeps within their terms or is given to all indeed."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.copies import Evidence, copy, findings

BENEFITS: tuple[tuple[Locale, str, str, str, str], ...] = (
    # locale, told of all, told within its terms, evidence with terms, evidence for all
    ("pt-BR", "O estacionamento é gratuito a qualquer hora.", "O estacionamento é gratuito à noite.",
     "Estacionamento gratuito nas aulas da noite; de manhã, custa R$ 10,00.", "Estacionamento gratuito 24 horas."),
    ("pt-BR", "Locação sem caução em todas as salas.", "Locação sem caução na Torre Sul.",
     "Locação sem caução apenas nas salas da Torre Sul; nas outras, um mês.", "Locação sem caução em todas as salas."),
    ("pt-BR", "Ganhe um suco em cada visita.", "Ganhe um suco na primeira visita.",
     "Suco grátis na primeira visita.", "Suco grátis em cada visita."),
    ("pt-BR", "Nenhum pedido paga entrega.", "A entrega é grátis no Derby.",
     "Entrega grátis só no Derby; outros bairros, R$ 9,00.", "Entrega grátis em todos os pedidos."),
    ("pt-BR", "Montagem grátis em toda a loja.", "Montagem grátis nas mesas.",
     "Montagem grátis nas mesas.", "Montagem grátis em toda a loja."),
    ("pt-BR", "Parcele tudo em 6x sem juros.", "Parcele os tapetes em 6x sem juros.",
     "Tapetes em até 6x sem juros. Demais peças, em até 2x.", "Toda a loja em até 6x sem juros."),
    ("pt-BR", "Entrega grátis em todos os bairros.", "Entrega grátis em todos os pedidos acima de R$ 80.",
     "Entrega grátis em compras acima de R$ 80,00.", "Entrega grátis em todos os bairros."),
    ("pt-BR", "Todas as casas aceitam pets.", "A casa do lago aceita pets.",
     "Pets aceitos somente na casa do lago.", "Todas as casas aceitam pets."),
    ("en", "We deliver to every postcode.", "We deliver to BS9.",
     "We deliver to BS8 and BS9 only.", "We deliver to every postcode."),
    ("es", "Lo cambias sin costo, elijas la tarifa que quieras.", "Lo cambias sin costo con la tarifa Luna.",
     "Cambios sin costo con la tarifa Luna.", "Cambios sin costo con cualquier tarifa."),
    ("en", "No deposit is asked on any of our vans.", "No deposit is asked for the Mini van.",
     "No deposit for the Mini van only. All other vans need a deposit of £200.", "No deposit on any van."),
    ("en", "Free soup with every meal.", "Free soup with the Family Box.",
     "Free soup with the Family Box, until 31 December 2026.", "Free soup with every meal."),
    ("en", "Breakfast is included in every cabin.", "Breakfast is included in the lake cabin.",
     "Breakfast is included in the lake cabin; in other cabins it is £9.", "Breakfast is included in every cabin."),
    ("en", "None of our pupils pays a joining fee.", "Under-16s pay no joining fee.",
     "No joining fee for under-16s; £15 for everyone else.", "No joining fee for any pupil."),
    ("en", "Every lesson is half price.", "Morning lessons are half price.",
     "Half price on morning lessons.", "Half price on every lesson."),
    ("en", "Coffee is always free.", "Coffee is free for Plus members.",
     "Free coffee for Plus members.", "Coffee is always free."),
    ("es", "La salsa es gratis en todas las porciones.", "La salsa es gratis en la de 2 kg.",
     "Salsa sin coste en la de 2 kg; en la de 1 kg se pagan 1,50 €.", "Salsa sin coste en todas las porciones."),
    ("es", "Ninguno de nuestros locales pide aval.", "El local de Chueca no pide aval.",
     "Sin aval en el local de Chueca; en los otros, dos meses.", "Sin aval en todos los locales."),
    ("es", "Entrada sin costo todos los días.", "Entrada sin costo los jueves.",
     "Entrada sin costo los jueves; otros días, $ 900.", "Entrada sin costo todos los días."),
    ("pt-BR", "A sauna é gratuita em todos os hotéis da rede.", "A sauna é gratuita no hotel de Olinda.",
     "Hóspedes: 3 entradas gratuitas à sauna do hotel de Olinda.", "Sauna gratuita em todos os hotéis da rede."),
    ("pt-BR", "No Ipê Casa, todos os planos cobrem granizo.", "No Ipê Casa, o Casa Plena cobre granizo.",
     "Ipê Casa, seguro de casas. Só o Casa Plena cobre granizo.", "No Ipê Casa, todos os planos cobrem granizo."),
    ("pt-BR", "Aula de canto gratuita para todos os alunos.", "Aula de canto gratuita para alunos do plano semestral.",
     "Aula de canto. Gratuita para alunos do plano semestral; R$ 50,00 nos demais planos.",
     "Aula de canto gratuita para todos os alunos."),
    ("pt-BR", "Comprando qualquer colchão, o travesseiro sai de graça.",
     "Comprando um colchão de molas, o travesseiro sai de graça.",
     "Travesseiro grátis na compra de colchões de molas.", "Travesseiro grátis na compra de qualquer colchão."),
    ("es", "Sauna incluida en toda la red Arrayán.", "Sauna incluida en Termas Arrayán Pucón.",
     "La sauna está incluida solo en Termas Arrayán Pucón; en las demás termas cuesta $3.000.",
     "Sauna incluida en toda la red Arrayán."),
    ("en", "Delivery is free wherever you live.", "Delivery is free in Leeds.",
     "Free delivery within Leeds.", "Free delivery across the UK, wherever you live."),
    ("en", "20% off the whole store.", "20% off candles.", "20% off candles.", "20% off the whole store."),
    ("en", "All members swim in the pool.", "Gold members swim in the pool.",
     "Only Gold members swim in the pool.", "All members swim in the pool."),
)  # fmt: skip


@pytest.mark.parametrize(("locale", "whole", "part", "bounded", "for_all"), BENEFITS)
def test_a_benefit_is_stretched_only_beyond_its_terms(
    locale: Locale, whole: str, part: str, bounded: str, for_all: str
) -> None:
    assert [one.quote for one in findings(copy(whole, bounded, locale=locale), "claim.scope")] == [whole.rstrip(".")]
    assert findings(copy(part, bounded, locale=locale), "claim.scope") == []
    assert findings(copy(whole, for_all, locale=locale), "claim.scope") == []


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        # whom or what "all" is of is the very limit
        ("pt-BR", "Toda terça tem chá grátis.", "Chá grátis às terças."),
        ("pt-BR", "Todo aluno novo ganha a avaliação.", "Avaliação gratuita para novos alunos."),
        ("pt-BR", "Toda criança de até 5 anos entra de graça.", "Crianças de até 5 anos não pagam."),
        ("en", "All students get 10% off.", "10% off for students."),
        ("en", "Every Family Box comes with free soup.", "Free soup with the Family Box."),
        ("en", "Free entry for everyone under 16.", "Free entry for under-16s."),
        ("es", "Cada porción de 2 kg lleva la salsa gratis.", "Salsa sin coste en la porción de 2 kg."),
        # evidence says so in the same words
        (
            "en",
            "Friends swim free every Monday in June.",
            "Members may bring a friend at no charge every Monday in June.",
        ),
        ("en", "No contract, leave any month.", "Gym: £30 a month, no contract, leave any month. No £20 joining fee."),
        (
            "en",
            "Filters ship every 30 days with free delivery.",
            "Filters every 30 days, free delivery with Auto-fill.",
        ),
        ("pt-BR", "Sem glúten em nenhum dos cinco lanches.", "A cozinha não usa glúten em nenhuma receita."),
        # hours bound a day, and not which day
        ("en", "Soup is free every day.", "Soup is free, from 7 to 10 am."),
        # it is the limit of something else
        ("en", "Free returns on every order.", "Free returns. Free gift wrap with the Family Box only."),
        ("pt-BR", "Todas as turmas têm material incluído.", "Material incluído. Estacionamento grátis só à noite."),
        ("en", "Every day has its own soup, and bread is free.", "Soup of the day, with free bread at lunch."),
        ("pt-BR", "Café da manhã incluído em toda diária.", "Diária R$ 300,00 com café da manhã incluído para dois."),
        ("pt-BR", "A aula de teste é grátis em qualquer curso.", "Cursos com material incluído. Aula de teste grátis."),
        (
            "es",
            "Los menores de 6 años no pagan en ningún paseo.",
            "Paseo en bote, 25,00 €. Menores de 6 años no pagan.",
        ),
        ("pt-BR", "Qualquer pessoa pode visitar o ateliê.", "Visitas ao ateliê somente aos sábados."),
        ("en", "Every order is packed by hand.", "Orders are packed by hand, only in paper."),
        # where it is served is no limit
        ("pt-BR", "O café é cortesia o dia todo.", "Café cortesia na recepção."),
        ("en", "Wherever you sit, the wifi is free.", "Free wifi on board."),
        ("es", "Cualquier duda sobre la devolución, escribinos.", "Devolución gratis en 30 días."),
    ],
)
def test_what_evidence_gives_to_just_these_is_not_stretched(locale: Locale, body: str, evidence: str) -> None:
    assert findings(copy(body, evidence, locale=locale), "claim.scope") == []


def test_the_least_sum_may_stand_in_another_sentence() -> None:
    evidence = "Frete grátis em compras acima de R$ 90,00."
    assert findings(copy("Frete grátis em todo pedido. Vale acima de R$ 90.", evidence), "claim.scope") == []
    assert findings(copy("Frete grátis em todo pedido. Vale hoje.", evidence), "claim.scope")


@pytest.mark.parametrize(
    ("body", "stretched"),
    [
        ("Armário com chave em todos os planos.", True),
        ("Armário com chave no Plano Ouro.", False),
        ("Café e internet em todos os planos.", False),
        ("Acesso das 8h às 20h em todos os planos.", False),
    ],
)
def test_what_one_of_several_has_they_do_not_all_have(body: str, stretched: bool) -> None:
    gold = Evidence("Plano Ouro: acesso das 8h às 20h, armário com chave.", id="ouro")
    blue = Evidence("Plano Azul: acesso das 8h às 20h.", id="azul")
    everything = Evidence("Café incluído e internet em todos os planos.", id="casa")
    assert bool(findings(copy(body, gold, blue, everything), "claim.scope")) == stretched
