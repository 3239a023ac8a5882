"""Haste and promises in open wording, beside ordinary sentences of the same words."""

from __future__ import annotations

import pytest

from service.types import Locale
from tests.service.checks.copies import copy, findings

SHOP: dict[Locale, str] = {
    "pt-BR": "Oficina de vela às quintas, na Casa Norte. Creme para mãos secas, isca para formigas, curso de canto.",
    "en": "Candle workshop on Thursdays at North House. Cream for dry hands, ant trap, singing course.",
    "es": "Taller de velas los jueves en Casa Norte. Crema para manos secas, trampa para hormigas, curso de canto.",
}


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        # few are left
        ("pt-BR", "Só mais alguns lugares."),
        ("pt-BR", "Restam apenas dois lugares."),
        ("pt-BR", "Metade das vagas já foi ocupada."),
        ("pt-BR", "A oficina está quase lotada."),
        ("pt-BR", "A procura está enorme."),
        ("en", "Just a few more places."),
        ("en", "Only two seats left."),
        ("en", "Half the tickets are gone."),
        ("en", "Demand is huge and stock is small."),
        ("es", "Solo unos pocos lugares más."),
        ("es", "Queda un solo cupo."),
        ("es", "El taller está casi lleno."),
        ("pt-BR", "Não vai ter para todo mundo."),
        ("en", "We only made a few."),
        ("es", "Hicimos muy pocas."),
        # they go
        ("pt-BR", "As vagas voam."),
        ("en", "Spots won't wait."),
        ("es", "Las entradas se esfuman."),
        # others are faster
        ("pt-BR", "Tem gente esperando a sua vaga."),
        ("en", "Someone is waiting for your place."),
        ("es", "No te quedes atrás."),
        # time is short
        ("pt-BR", "Acaba a qualquer momento."),
        ("en", "It ends any minute."),
        ("es", "Termina en cualquier momento."),
    ],
)
def test_haste_in_open_wording_needs_stock_or_a_deadline(locale: Locale, body: str) -> None:
    assert {one.code for one in findings(copy(body, SHOP[locale], locale=locale), "claim")} == {"claim.scarcity"}


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Ninguém fica de fora da roda."),
        ("pt-BR", "Só alguns minutos a pé."),
        ("pt-BR", "A vida voa, a vela queima devagar."),
        ("pt-BR", "Há lugar para todo mundo."),
        ("en", "Bring just a few ideas."),
        ("en", "It is never too late to learn."),
        ("en", "The last one out blows out the candle."),
        ("en", "Time flies and wax melts."),
        ("es", "Los días vuelan en verano."),
        ("es", "Nadie se queda fuera."),
        ("es", "Trae unas pocas ideas."),
        ("pt-BR", "Muita gente está vendo o mar pela primeira vez."),
        ("es", "Solo queda elegir el color."),
    ],
)
def test_time_and_number_spoken_of_without_haste_pass(locale: Locale, body: str) -> None:
    assert findings(copy(body, SHOP[locale], locale=locale), "claim.scarcity") == []


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        # it comes to an end for good
        ("pt-BR", "Acaba de vez com as formigas."),
        ("pt-BR", "Nunca mais tenha mãos secas."),
        ("pt-BR", "Formigas? As formigas não voltam."),
        ("en", "You'll never have dry hands again."),
        ("en", "Dry hands will be things of the past."),
        ("es", "Te olvidarás de las manos secas."),
        ("es", "Hormigas: tienen los días contados."),
        # it works, whatever happens
        ("pt-BR", "É tiro e queda."),
        ("pt-BR", "Você não vai se arrepender."),
        ("en", "Works for everyone."),
        ("en", "It will work for you."),
        ("es", "Funciona en todos los casos."),
        ("es", "Vas a cantar, sí o sí."),
        ("pt-BR", "Cante afinado já no primeiro uso."),
        ("en", "Sleep well from the very first night."),
        ("es", "Canta como quieres: apruebas a la primera."),
        # money back, proof, a job
        ("pt-BR", "Não gostou? O dinheiro volta para você."),
        ("pt-BR", "Resultado comprovado."),
        ("en", "Clinically proven to work."),
        ("en", "With this course the job is yours."),
        ("es", "¿No te gustó? Te lo devolvemos."),
    ],
)
def test_a_promise_in_open_wording_is_one_though_evidence_speaks_of_the_matter(locale: Locale, body: str) -> None:
    assert {one.code for one in findings(copy(body, SHOP[locale], locale=locale), "claim")} == {"claim.guarantee"}


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Diga adeus ao inverno com uma vela."),
        ("pt-BR", "Adeus às filas: peça pelo telefone."),
        ("en", "No more queues at the counter."),
        ("pt-BR", "Esqueça o relógio."),
        ("pt-BR", "Prometemos boa conversa."),
        ("pt-BR", "Nunca perca a hora do chá."),
        ("pt-BR", "Acabou de chegar a cera nova."),
        ("en", "Never forget a birthday again: write it down."),
        ("en", "You'll never guess what is in the wax."),
        ("en", "We promise to be brief."),
        ("en", "Say goodbye to summer with a song."),
        ("en", "No more tea? Put the kettle on."),
        ("es", "Olvídate del reloj."),
        ("pt-BR", "Não tem erro: é a casa da esquina."),
        ("en", "Feel at home from the first night."),
        ("es", "Te aseguramos una buena charla."),
        ("es", "Prometemos ser breves."),
    ],
)
def test_courtesies_and_seasons_are_no_promises(locale: Locale, body: str) -> None:
    assert findings(copy(body, SHOP[locale], locale=locale), "claim.guarantee") == []


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "Acaba de vez com as formigas.", "Isca que acaba de vez com as formigas, segundo o fabricante."),
        ("pt-BR", "Eficácia comprovada.", "Eficácia comprovada em estudo de 2025."),
        ("en", "Your money back if it doesn't fit.", "Money back within 30 days if it doesn't fit."),
        ("es", "Dura toda la vida.", "Sartén que dura toda la vida, con garantía."),
    ],
)
def test_what_evidence_promises_may_be_promised(locale: Locale, body: str, evidence: str) -> None:
    assert findings(copy(body, evidence, locale=locale), "claim.guarantee") == []


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Peça já o seu"),
        ("pt-BR", "Toque aqui para ver as velas"),
        ("pt-BR", "Visite a oficina sem compromisso."),
        ("en", "Order now"),
        ("en", "Apply now!"),
        ("en", "Before you delete your account, talk to us."),
        ("es", "Reserva ya"),
        ("es", "¿Qué esperas? Ven."),
    ],
)
def test_an_ordinary_call_to_action_is_no_spam(locale: Locale, body: str) -> None:
    assert findings(copy(body, SHOP[locale], locale=locale), "style.spam") == []


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Clique aqui"),
        ("pt-BR", "Não apague esta mensagem"),
        ("en", "Order now!!!"),
        ("en", "Don't delete this email"),
        ("en", "Congratulations, you have been selected"),
        ("es", "Actúa ya"),
        ("es", "No borres este correo"),
    ],
)
def test_stock_phrases_of_spam_are_found(locale: Locale, body: str) -> None:
    assert findings(copy(body, SHOP[locale], locale=locale), "style.spam")
