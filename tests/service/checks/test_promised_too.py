"""Promises, haste and boasts that evidence makes in other words, beside twins that it does not make."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.copies import copy, findings

FAMILIES = ("claim.guarantee", "claim.scarcity", "claim.superlative", "style.spam")

REFUNDS: tuple[tuple[Locale, str, str, str], ...] = (
    # locale, copy, evidence that gives it back, evidence that does not
    ("pt-BR", "Quem desiste em 20 dias recebe de volta tudo o que pagou.",
     "Desistência em até 20 dias: a Escola Ipê devolve integralmente o valor pago.",
     "Desistência em até 20 dias: a Escola Ipê devolve 60% do valor pago."),
    ("pt-BR", "Se não for para você, o dinheiro volta inteiro.",
     "Em até 10 dias, a Escola Ipê devolve 100% do que o aluno pagou.", "A Escola Ipê não devolve mensalidades."),
    ("pt-BR", "Se não ficar afinado, você recebe tudo de volta.",
     "Se o aluno não ficar afinado, a Escola Ipê devolve o valor do curso.",
     "A Escola Ipê devolve o valor do curso em até 7 dias."),
    ("pt-BR", "Não gostou? Devolvemos o seu dinheiro.",
     "Reembolso do valor em até 30 dias.", "Reembolso do valor quando a escola cancela a turma."),
    ("en", "Changed your mind? Get everything you paid back.",
     "Refunds of the full price within 14 days.", "Refunds of half the price within 14 days."),
    ("en", "If you don't speak Welsh by June, we refund every penny.",
     "Pupils who do not speak Welsh by June are refunded the full fee.", "The fee is refunded within 14 days."),
    ("es", "Si no te gusta, recuperas todo.",
     "Devolución de todo el importe en 15 días.", "Devolución de la mitad del importe en 15 días."),
)  # fmt: skip


@pytest.mark.parametrize(("locale", "body", "gives", "gives_not"), REFUNDS)
def test_money_back_in_other_words(locale: Locale, body: str, gives: str, gives_not: str) -> None:
    assert findings(copy(body, gives, locale=locale), "claim.guarantee") == []
    assert findings(copy(body, gives_not, locale=locale), "claim.guarantee")


SHOPS: dict[Locale, str] = {
    "pt-BR": "Grupo de corrida e loja de facas da Casa Norte, com crédito sujeito a análise. Taxa de R$ 9,00.",
    "en": "Running club and knife shop at North House, with loans subject to approval. Ballast crews. $90 a pair.",
    "es": "Club de carrera y tienda de cuchillos en Casa Norte, con crédito sujeto a análisis.",
}


@pytest.mark.parametrize(
    ("code", "locale", "body"),
    [
        ("claim.guarantee", "pt-BR", "Aqui ninguém tem o cadastro recusado."),
        ("claim.guarantee", "pt-BR", "Nenhuma proposta de crédito é negada."),
        ("claim.guarantee", "pt-BR", "Em um ano você estará contratado."),
        ("claim.guarantee", "pt-BR", "A Casa Norte garante que o nome sai limpo."),
        ("claim.guarantee", "pt-BR", "Nada vai estragar no caminho."),
        ("claim.guarantee", "pt-BR", "A faca que nunca perde o fio."),
        ("claim.guarantee", "pt-BR", "As olheiras têm os dias contados."),
        ("claim.guarantee", "en", "Your loan is certain to be approved."),
        ("claim.guarantee", "en", "Nobody is turned down."),
        ("claim.guarantee", "en", "Nothing will break on the way."),
        ("claim.guarantee", "en", "A knife that never goes blunt."),
        ("claim.guarantee", "es", "Ninguna solicitud de crédito es rechazada."),
        ("claim.guarantee", "es", "Un cuchillo que nunca pierde el filo."),
        ("claim.guarantee", "pt-BR", "Uma lâmina que não enferruja mais."),
        ("claim.guarantee", "en", "Your pupil will get straight A's."),
        ("claim.guarantee", "es", "Tu hija sacará las mejores notas."),
        ("claim.scarcity", "pt-BR", "Só não leva quem demorar."),
        ("claim.scarcity", "en", "We are down to the last dozen."),
        ("claim.superlative", "pt-BR", "Mais barato que no supermercado."),
        ("claim.superlative", "en", "Other shops can't keep up with us."),
        ("claim.superlative", "en", "The finest knife in Leeds."),
        ("claim.superlative", "es", "La tienda que todo el mundo copia."),
        ("claim.scarcity", "pt-BR", "São as derradeiras peças."),
        ("claim.scarcity", "pt-BR", "O estoque está por um fio."),
        ("claim.scarcity", "pt-BR", "Corra, garanta a sua."),
        ("claim.scarcity", "en", "Nearly all our knives are gone."),
        ("claim.scarcity", "es", "Casi todos los cuchillos ya se vendieron."),
        ("claim.superlative", "pt-BR", "Taxas menores que as de qualquer banco."),
        ("claim.superlative", "pt-BR", "Nenhuma faca do Sul chega aos pés da nossa."),
        ("claim.superlative", "en", "No knife in the country comes close."),
        ("style.spam", "es", "Hacé clic acá"),
        ("style.spam", "es", "No te pierdas esta oportunidad"),
        ("style.spam", "en", "Make $900 a day from home"),
    ],
)
def test_promises_haste_and_boasts_are_found(code: str, locale: Locale, body: str) -> None:
    assert {one.code for one in findings(copy(body, SHOPS[locale], locale=locale), *FAMILIES)} == {code}


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "São 60 dias contados da compra."),
        ("pt-BR", "Corra, mas no seu ritmo."),
        ("pt-BR", "Com mais um item, os R$ 9 da taxa somem"),
        ("pt-BR", "As facas ficam melhor fora da gaveta."),
        ("pt-BR", "Nunca perca o fio da conversa."),
        ("en", "Ballast crews call ahead."),
        ("en", "Two pairs make $180."),
        ("en", "Meet at the nearest gate."),
        ("en", "The longest run we do is 30 km."),
        ("en", "You can't go wrong with a plain knife."),
        ("pt-BR", "A maior faca que vendemos mede 40 cm."),
        ("pt-BR", "A faca mais barata custa R$ 9."),
        ("en", "Don't hurry."),
        ("es", "El cuchillo más barato cuesta $ 9."),
        ("es", "Corre a tu ritmo."),
        ("es", "Son 60 días contados desde la compra."),
        ("es", "No te pierdas la charla de cuchillos."),
    ],
)
def test_the_same_words_in_another_sense_pass(locale: Locale, body: str) -> None:
    assert findings(copy(body, SHOPS[locale], locale=locale), *FAMILIES) == []


@pytest.mark.parametrize("evidence", ["Faca mais vendida na Casa Norte em 2025: Fio Azul.", "Faca nova: Fio Azul."])
def test_what_sells_most_is_the_champion_of_sales(evidence: str) -> None:
    body = "Campeã de vendas do ano passado. A faca Fio Azul espera por você na Casa Norte."
    assert bool(findings(copy(body, evidence), "claim.superlative")) == ("vendida" not in evidence)
