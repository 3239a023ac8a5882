"""Amounts and percentages that follow from evidence in two or three steps, each beside a figure that does not."""

from __future__ import annotations

import re

import pytest

from service.types import Locale
from tests.service.checks.copies import Evidence
from tests.service.checks.test_following import blocked

FIGURES: tuple[tuple[Locale, str, str], ...] = (
    # locale, copy with [the right figure|a wrong one], pieces of evidence with `;;` between them
    ("en", "Winter storage is $15 a month, $[45|55] for Dec through Feb.",
     "Storage: $15.00 per month, December 2026 through February 2027."),
    ("pt-BR", "De segunda a sexta, o almoço sai por R$ [125|150].", "Almoço R$ 25,00 por dia, de segunda a sexta."),
    ("en", "The large one costs $[30|40] more.", "Small tent $189.00. ;; Large tent $219.00."),
    ("en", "For $[30|35] more you get the large tent.", "Small tent $189.00. ;; Large tent $219.00."),
    ("pt-BR", "A grande custa só R$ [20|30] a mais.", "Mochila pequena R$ 99,00. ;; Mochila grande R$ 119,00."),
    ("pt-BR", "Por mais R$ [20|30], leve a grande.", "Mochila pequena R$ 99,00. ;; Mochila grande R$ 119,00."),
    ("pt-BR", "Com mais R$ [20|30] você leva a grande.", "Mochila pequena R$ 99,00; grande R$ 119,00."),
    ("es", "Por [20|30] € más te llevas la grande.", "Mochila pequeña 99,00 €; grande 119,00 €."),
    ("en", "Upgrade for just £[20|25].", "Small bag £99.00, large bag £119.00."),
    ("pt-BR", "O upgrade sai por R$ [20|25].", "Quarto simples R$ 99,00. Quarto com varanda R$ 119,00."),
    ("pt-BR", "Você deixa de gastar R$ [78|68].", "Plano Solo: R$ 39,00 por mês ou R$ 390,00 por ano."),
    ("pt-BR", "Mês a mês, o ano custaria R$ 468; no anual, sobram R$ [78|98].",
     "Plano Solo: R$ 39,00 por mês ou R$ 390,00 por ano."),
    ("en", "Go yearly and you're $[20|30] better off.", "$10.00 a month or $100.00 a year."),
    ("en", "That's $[20|30] you don't spend.", "$10.00 a month or $100.00 a year."),
    ("es", "El anual te evita pagar [20|30] €.", "10,00 € al mes o 100,00 € al año."),
    ("pt-BR", "Assinando por um ano, são R$ [78|88] no seu bolso.",
     "Plano Solo: R$ 39,00 por mês ou R$ 390,00 por ano."),
    ("es", "La bici en 6 de $ [145|155].000.", "Bicicleta $ 870.000. 6 cuotas sin interés."),
    ("pt-BR", "O sofá sai em 10 de R$ [120|130].", "Sofá R$ 1.200,00 em até 10x sem juros."),
    ("pt-BR", "Parcele em 10 de R$ [120|150].", "Sofá R$ 1.200,00 em até 10x sem juros."),
    ("pt-BR", "Dez parcelinhas de R$ [120|140].", "Sofá R$ 1.200,00 em até 10x sem juros."),
    ("en", "Four easy payments, £[45|40] apiece.", "Cot £180.00 in up to 4 interest-free payments."),
    ("en", "£[45 today and three more of £45|55 today and three more of £55].",
     "Cot £180.00 in up to 4 interest-free payments."),
    ("en", "Two adults and two children pay $[34|36].", "Museum: adults $12.00, children $5.00."),
    ("en", "A family of two adults and three kids gets in for $[39|49].", "Museum: adults $12.00, children $5.00."),
    ("pt-BR", "Dois adultos e uma criança entram por R$ [55|65].", "Adulto R$ 20,00; criança R$ 15,00."),
    ("pt-BR", "Um casal com dois filhos gasta R$ [70|80].", "Adulto R$ 20,00; criança R$ 15,00."),
    ("es", "Dos adultos y un niño pagan [31|33] €.", "Adultos 12,00 €, niños 7,00 €."),
    ("pt-BR", "Três pães e um café por R$ [14|16].", "Pão de queijo R$ 3,00. Café R$ 5,00."),
    ("pt-BR", "Pizza e refrigerante: R$ [58|68].", "Pizza R$ 48,00. Refrigerante R$ 10,00."),
    ("pt-BR", "A pizza com o refrigerante fica em R$ [58|62].", "Pizza R$ 48,00. Refrigerante R$ 10,00."),
    ("es", "La pizza más la bebida, $ [58|68].", "Pizza $ 48. Bebida $ 10."),
    ("en", "Tea plus scone, £[7|8].", "Tea £3.00. Scone £4.00."),
    ("en", "Tea and a scone for £[7|8].", "Tea £3.00. Scone £4.00."),
    ("en", "Two teas and a scone come to £[10|12].", "Tea £3.00. Scone £4.00."),
    ("en", "With shipping, it's $[55|58].", "Mug $49.00, shipping $6.00."),
    ("pt-BR", "Com o frete, fica R$ [65|70].", "Caneca R$ 50,00. Frete R$ 15,00."),
    ("pt-BR", "Frete incluso, R$ [65|70].", "Caneca R$ 50,00. Frete R$ 15,00."),
    ("es", "Con envío, [65|75] €.", "Taza 50,00 €. Envío 15,00 €."),
    ("es", "Envío incluido, pagas [65|75] €.", "Taza 50,00 €. Envío 15,00 €."),
    ("pt-BR", "Pague com uma nota de R$ 50 e receba R$ [12|15] de troco.", "Livro R$ 38,00."),
    ("en", "You get $[2|3] back from a twenty.", "Book $18.00."),
    ("en", "You'll have £[2|3] change from £10.", "Pie £8.00."),
    ("es", "Con un billete de 20 € te sobran [2|4] €.", "Libro 18,00 €."),
    ("pt-BR", "Com R$ 50 você compra e ainda sobram R$ [12|22].", "Livro R$ 38,00."),
    ("en", "$16 a pound, $[4|5] for a quarter pound.", "Coffee $16.00 per lb."),
    ("es", "Cuarto de kilo, [5|6] €.", "Queso a 20,00 €/kg."),
    ("en", "Forty cups at [50|70] cents.", "Coffee $20.00, makes 40 cups."),
    ("pt-BR", "Dividindo entre quatro amigos, R$ [12|15] para cada um.", "Pizza R$ 48,00."),
    ("pt-BR", "Menos de R$ [3|2] por dia.", "Plano R$ 79,90 por mês."),
    ("pt-BR", "Não chega a R$ [3|2] por dia.", "Plano R$ 79,90 por mês."),
    ("en", "Just over $[2|3] a day.", "Plan $65.00 a month."),
    ("en", "Under £[1|0.50] a day.", "Plan £29.00 a month."),
    ("es", "Menos de [1|0,50] € al día.", "Plan 29,00 € al mes."),
    ("en", "£[240|250] a week.", "Flat £1,040 per month. Weekly rent = monthly rent x 12 / 52."),
    ("en", "The deposit is five weeks of rent: £1,[200|300].",
     "Flat £1,040 per month. Weekly rent = monthly rent x 12 / 52. Deposit = five weeks' rent."),
    ("en", "[A third|Half] off everything in store.", "33% off everything."),
    ("pt-BR", "No anual, [17|27]% de economia.", "R$ 30,00 por mês ou R$ 300,00 por ano."),
    ("en", "Pay yearly and save [17|27]%.", "$30.00 a month or $300.00 a year."),
    ("es", "Con el plan anual ahorras un [17|27] %.", "30,00 € al mes o 300,00 € al año."),
    ("pt-BR", "O kit sai [20|30]% mais barato que os itens separados.",
     "Kit R$ 80,00. Separados: creme R$ 60,00 e sabonete R$ 40,00."),
    ("en", "The bundle is [20|30]% cheaper than buying both.", "Bundle $80.00. Cream $60.00, soap $40.00."),
    ("en", "1,000 points are worth $[10|15].", "100 points = $1.00."),
    ("pt-BR", "500 pontos viram R$ [10|15].", "Cada 50 pontos valem R$ 1,00."),
    ("es", "Con 300 puntos tienes [3|5] €.", "100 puntos = 1,00 €."),
    ("en", "Nothing over $[60|30].", "Bag $29.00. Case $59.00."),
    ("pt-BR", "Nada passa de R$ [60|40].", "Bolsa R$ 29,00. Mala R$ 59,00."),
    ("pt-BR", "Tudo até R$ [60|40].", "Bolsa R$ 29,00. Mala R$ 59,00."),
    ("es", "Ningún plan pasa de [60|40] €.", "Plan A 29,00 €. Plan B 59,00 €."),
    ("pt-BR", "Pouco mais de R$ [29|39].", "Bolsa R$ 29,90."),
    ("en", "A little over £[29|39].", "Bag £29.50."),
    ("en", "Just shy of $[30|40].", "Bag $29.00."),
    ("es", "Por poco más de [29|39] €.", "Bolso 29,50 €."),
    ("en", "Buy three and pay £[20|25] for each.", "Soap £30.00. 3 for 2."),
    ("en", "Five for the price of four is £40, so £[8|9] apiece.", "Soap £10.00. 5 for 4."),
    ("pt-BR", "Nos três primeiros meses você paga R$ [75|85] no total.",
     "Plano R$ 50,00 por mês. 50% de desconto nos 3 primeiros meses."),
    ("en", "Add $[20|30] to the $80 kit for free shipping.", "Free shipping from $100.00. Kit $80.00."),
    ("en", "Two nights at $90 plus the $30 cleaning fee: $[210|220].", "Cabin $90.00 a night. Cleaning fee $30.00."),
    ("pt-BR", "Duas diárias com a taxa de limpeza ficam em R$ [210|230].",
     "Chalé R$ 90,00 a diária. Taxa de limpeza R$ 30,00."),
    ("es", "Dos noches con la tasa de limpieza, [210|230] €.", "Cabaña 90,00 € por noche. Tasa de limpieza 30,00 €."),
    ("en", "There and back for £[28|38].", "£14.00 each way."),
    ("en", "$[80|85] with the $20 coupon.", "Bag $100.00. $20.00 coupon."),
    ("pt-BR", "Na troca pela usada, R$ 50 de crédito: a nova fica por R$ [150|170].",
     "Bicicleta R$ 200,00. R$ 50,00 de crédito pela usada."),
)  # fmt: skip
_EITHER = re.compile(r"\[(.*?)\|(.*?)\]")


def found(locale: Locale, body: str, evidence: str) -> list[str]:
    pieces = [Evidence(text.strip(), id=f"e{place}") for place, text in enumerate(evidence.split(";;"))]
    return [one.code for one in blocked(locale, body, *pieces)]


@pytest.mark.parametrize(("locale", "body", "evidence"), FIGURES)
def test_a_figure_passes_if_it_can_be_worked_out_as_told(locale: Locale, body: str, evidence: str) -> None:
    assert found(locale, _EITHER.sub(r"\1", body), evidence) == []
    assert {"claim.price", "claim.percent"}.intersection(found(locale, _EITHER.sub(r"\2", body), evidence))
