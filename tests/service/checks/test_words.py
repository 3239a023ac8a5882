"""Claims made in words: pressure, ranks, promises and benefits for all, each with the evidence that makes it true."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from service.checks.run import check, examine
from service.content.models import Facts
from service.types import Locale
from tests.service.checks.copies import NOW, Evidence, copy, findings, quotes

HARMLESS = Path(__file__).with_name("harmless.txt")
SOON = Evidence("Oferta do kit.", valid_until=NOW + timedelta(days=3))
FEW = Evidence("Kit de café.", Facts(stock=8))
MINE = ("claim.scarcity", "claim.superlative", "claim.guarantee", "claim.scope", "privacy", "injection", "style")


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Corra, que está acabando!"),
        ("pt-BR", "Vagas limitadas para a próxima turma."),
        ("pt-BR", "Aproveite, é por pouco tempo."),
        ("pt-BR", "Não fique de fora."),
        ("en", "Hurry, this won't last."),
        ("en", "Only a handful of rooms remain."),
        ("en", "Order soon to avoid disappointment."),
        ("es", "Quedan muy pocas plazas."),
        ("es", "Es ahora o nunca."),
        ("es", "Aprovecha antes de que se agote."),
    ],
)
def test_pressure_needs_a_deadline_or_a_stock(locale: Locale, body: str) -> None:
    assert findings(copy(body, "Kit de café.", locale=locale), "claim.scarcity")


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "Últimas unidades do kit.", FEW),
        ("pt-BR", "A oferta acaba em breve.", SOON),
        ("pt-BR", "Por tempo limitado.", SOON),
        ("en", "Only a few left.", FEW),
        ("en", "Last chance to save.", SOON),
        ("es", "Se están agotando.", FEW),
        ("es", "Última oportunidad.", SOON),
        ("es", "Plazas limitadas.", Evidence("Curso de cata, plazas limitadas.")),
    ],
)
def test_pressure_that_evidence_bears_out_is_a_claim_with_its_support(
    locale: Locale, body: str, evidence: Evidence
) -> None:
    examined = examine(copy(body, evidence, locale=locale))
    assert [claim.bound for claim in examined.claims if claim.kind == "scarcity"] == [True]
    assert not [one for one in examined.findings if one.code == "claim.scarcity"]


def test_a_deadline_is_no_stock_and_a_full_warehouse_is_not_the_last_ones() -> None:
    assert findings(copy("Últimas unidades.", SOON), "claim.scarcity")
    assert findings(copy("Últimas unidades.", Evidence("Kit.", Facts(stock=5_000))), "claim.scarcity")
    assert findings(copy("Últimas 3 unidades do kit.", FEW), "claim.scarcity")
    assert not findings(copy("Últimas 8 unidades do kit.", FEW), "claim.scarcity")
    far = Evidence("Kit.", valid_until=NOW + timedelta(days=90))
    assert findings(copy("A oferta acaba em breve.", far), "claim.scarcity")


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "A melhor academia da cidade."),
        ("pt-BR", "O tênis mais confortável do mundo."),
        ("pt-BR", "Nenhum concorrente oferece tanto."),
        ("pt-BR", "Preços imbatíveis."),
        ("en", "America's favorite mattress."),
        ("en", "We're the #1 rated app."),
        ("en", "Cleans deeper than the leading brand."),
        ("en", "You won't find a lower price."),
        ("es", "Somos el número uno en ventas."),
        ("es", "No hay otro igual."),
        ("es", "Más barato que en ningún otro sitio."),
    ],
)
def test_a_rank_needs_evidence_that_ranks_it(locale: Locale, body: str) -> None:
    assert findings(copy(body, "Kit de café.", locale=locale), "claim.superlative")


@pytest.mark.parametrize(
    ("locale", "body", "evidence", "found"),
    [
        ("pt-BR", "O livro mais vendido de outubro.", "Livro mais vendido da loja em outubro de 2026.", False),
        ("en", "The best bakery in Leith.", "Readers' poll 2026, best bakery in Leith: first place.", False),
        ("es", "El mejor cacao de 2025.", "Salón del Cacao 2025, premio al mejor cacao.", False),
        ("pt-BR", "O melhor café do mundo.", "O lote foi o mais bem avaliado na degustação interna de café.", True),
        ("en", "The best bakery in the world.", "Readers' poll, best bakery in Leith: first place.", True),
        ("es", "El mejor cacao del mundo.", "Premio al mejor cacao de Tumaco.", True),
    ],
)
def test_a_rank_is_true_on_the_ground_where_evidence_ranks_it(
    locale: Locale, body: str, evidence: str, found: bool
) -> None:
    assert bool(findings(copy(body, evidence, locale=locale), "claim.superlative")) == found


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Satisfação garantida ou seu dinheiro de volta."),
        ("pt-BR", "Investimento sem risco nenhum."),
        ("pt-BR", "Você nunca mais vai perder um arquivo."),
        ("pt-BR", "Fale inglês fluente em 3 meses."),
        ("en", "Guaranteed results in two weeks."),
        ("en", "Say goodbye to wrinkles."),
        ("en", "Full refund, no questions asked."),
        ("en", "Cures back pain for good."),
        ("es", "Te aseguramos que venderás más."),
        ("es", "Adelgaza 5 kilos en un mes."),
        ("es", "No tienes nada que perder."),
    ],
)
def test_a_promise_needs_evidence_that_makes_it(locale: Locale, body: str) -> None:
    assert findings(copy(body, "Kit de café.", locale=locale), "claim.guarantee")


@pytest.mark.parametrize(
    ("locale", "body", "evidence", "found"),
    [
        ("pt-BR", "Seu dinheiro de volta em 7 dias.", "Devolução do dinheiro em até 7 dias.", False),
        ("en", "The frame is guaranteed for ten years.", "10-year frame warranty.", False),
        ("en", "Never forget a password again.", "It remembers every password for you.", False),
        ("es", "Envío garantizado en dos días.", "Garantizamos el envío en dos días.", False),
        ("pt-BR", "Resultado garantido.", "Garantia de 2 anos contra defeitos.", True),
        ("en", "Approval is guaranteed.", "Approval is not guaranteed.", True),
        ("en", "You'll be fluent by Easter.", "The course ends before Easter.", True),
        ("pt-BR", "Não garantimos resultado.", "Kit de café.", False),
    ],
)
def test_a_promise_is_true_of_what_evidence_promises(locale: Locale, body: str, evidence: str, found: bool) -> None:
    assert bool(findings(copy(body, evidence, locale=locale), "claim.guarantee")) == found


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "Frete grátis em qualquer pedido.", "Frete grátis em pedidos acima de R$ 150."),
        ("pt-BR", "10% de desconto em todo o site.", "10% de desconto em itens selecionados."),
        ("en", "Free breakfast for everyone.", "Free breakfast for stays from Sunday to Thursday."),
        ("en", "Every course includes a free certificate.", "Free certificate only with Data Basics."),
        ("es", "Envío gratis a todo el país.", "Envío gratis solo en Bogotá."),
        ("es", "Descuento en todas tus compras.", "Descuento solo en la primera compra."),
    ],
)
def test_a_benefit_for_some_is_not_for_all(locale: Locale, body: str, evidence: str) -> None:
    assert findings(copy(body, evidence, locale=locale), "claim.scope")


def test_a_region_in_the_facts_bounds_free_shipping() -> None:
    bounded = Evidence("Frete grátis nesta semana.", Facts(free_shipping_region="Sul e Sudeste"))
    assert findings(copy("Frete grátis para todo o Brasil.", bounded), "claim.scope")


@pytest.mark.parametrize(
    ("locale", "body", "evidence"),
    [
        ("pt-BR", "Frete grátis em todos os pedidos acima de R$ 150.", "Frete grátis em pedidos acima de R$ 150."),
        ("pt-BR", "Frete grátis para todo o Brasil.", "Frete grátis para todo o Brasil."),
        ("en", "Every plan includes free support.", "Free support is included in every plan."),
        ("es", "Envío gratis en Bogotá.", "Envío gratis solo en Bogotá."),
    ],
)
def test_a_benefit_told_with_its_terms_is_left_alone(locale: Locale, body: str, evidence: str) -> None:
    assert not findings(copy(body, evidence, locale=locale), "claim.scope")


@pytest.mark.parametrize(
    ("locale", "body"),
    [
        ("pt-BR", "Escolha o melhor horário e dê o seu melhor."),
        ("pt-BR", "Corra mais leve com o novo tênis."),
        ("pt-BR", "Garanta o seu lugar à mesa."),
        ("pt-BR", "O último capítulo já está no ar."),
        ("pt-BR", "Escolha entre três opções de frete."),
        ("en", "Do your best, and pick the best time for you."),
        ("en", "Take your time, there is no hurry."),
        ("en", "The last days of summer call for ice cream."),
        ("en", "Reply to this email whenever you like."),
        ("es", "Da lo mejor de ti esta semana."),
        ("es", "Corre más ligero con las nuevas zapatillas."),
        ("es", "Nunca es tarde para empezar."),
    ],
)
def test_ways_of_speaking_are_no_claims(locale: Locale, body: str) -> None:
    assert quotes(copy(body, locale=locale), *MINE) == []


def test_harmless_sentences_pass_without_any_evidence() -> None:
    wrong = []
    for line in HARMLESS.read_text(encoding="utf-8").splitlines():
        locale, body = line.split("\t")
        found = check(copy(body, locale=locale))  # type: ignore[arg-type]
        wrong += [(one.code, body) for one in found if one.severity == "block" and one.code.startswith(MINE)]
    assert wrong == []


@pytest.mark.parametrize(
    ("locale", "body", "evidence", "code"),
    [
        ("pt-BR", "O travesseiro campeão do Brasil.", "Travesseiro.", "claim.superlative"),
        ("pt-BR", "A pizza que põe as outras no chinelo.", "Pizza.", "claim.superlative"),
        ("en", "A pie that puts the others to shame.", "Pie.", "claim.superlative"),
        ("es", "Una pizza que da mil vueltas a las otras.", "Pizza.", "claim.superlative"),
        ("pt-BR", "Troca sem custo em qualquer plano.", "Troca gratuita no plano anual.", "claim.scope"),
    ],
)
def test_another_way_to_outdo_rivals_or_to_stretch_a_benefit(
    locale: Locale, body: str, evidence: str, code: str
) -> None:
    assert findings(copy(body, evidence, locale=locale), code)


def test_paying_nothing_and_each_sum_are_no_such_claims() -> None:
    evidence = "Gratuito às quintas; 8% de desconto no plano anual acima de R$ 1.500."
    assert not findings(copy("Na quinta ninguém paga; nos outros dias, sim.", evidence), "claim.superlative")
    assert not findings(copy("A cada R$ 1.500, são R$ 120 de desconto.", evidence), "claim.scope")
