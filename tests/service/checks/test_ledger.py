"""The claim ledger: what a writer cites is looked up, and a variant is true as long as all its claims are."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from service.checks.copy import Copy
from service.checks.ledger import holds, statements, window
from service.checks.models import Claim
from service.checks.run import check, examine
from service.content.models import Facts
from service.generation.models import Citation
from tests.service.checks.test_checks import Source

NOW = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=-3)))
COFFEE = Source("A água a 92 °C extrai bem o sabor. Use 60 g de café para cada litro de água.", id="e1", title="Café")


def copy(body: str, *evidence: Source) -> Copy:
    return Copy("email", "pt-BR", {"body": body}, evidence or (COFFEE,), {}, NOW)


def cited(said: str, *ids: str) -> list[Citation]:
    return [Citation(text=said, evidence=list(ids))]


def test_a_quoted_sentence_points_to_its_place_in_the_source() -> None:
    said = "Use 60 g de café para cada litro de água."
    (claim,) = statements(copy(f"Olá! {said}"), cited(said, "e1"))
    assert claim.start == 5 and claim.bound
    support = claim.support[0]
    assert support.start is not None and COFFEE.text[support.start : support.end] == said.rstrip(".")
    assert not support.derived


def test_a_statement_in_other_words_points_to_the_sentence_it_draws_on() -> None:
    said = "Para cada litro de água, use 60 g de café moído."
    (claim,) = statements(copy(said), cited(said, "e1"))
    assert claim.support[0].derived and "60 g" in claim.support[0].quote


def test_a_writer_is_not_taken_at_its_word() -> None:
    said = "Nossos clientes perdem peso em duas semanas."
    (claim,) = statements(copy(said), cited(said, "e1"))
    assert not claim.bound


def test_what_is_cited_but_stands_nowhere_in_the_copy_is_no_claim() -> None:
    assert not list(statements(copy("Olá!"), cited("Use 60 g de café.", "e1")))


def test_evidence_that_is_not_there_or_has_lapsed_supports_nothing() -> None:
    said = "Use 60 g de café para cada litro de água."
    lapsed = Source(COFFEE.text, id="e1", valid_until=NOW - timedelta(minutes=1))
    assert not next(statements(copy(said, lapsed), cited(said, "e1"))).bound
    assert not next(statements(copy(said), cited(said, "e9"))).bound


def test_a_variant_is_true_while_all_its_claims_are() -> None:
    days = [NOW + timedelta(days=number) for number in range(4)]
    claims = [
        Claim(kind="date", field="body", start=0, end=1, text="", value="", true_from=days[0], true_until=days[3]),
        Claim(kind="price", field="body", start=0, end=1, text="", value="", true_from=days[1], true_until=days[2]),
        Claim(kind="entity", field="body", start=0, end=1, text="", value=""),
    ]
    assert window(claims) == (days[1], days[2])
    assert not holds(days[1], days[2], days[0])
    assert holds(days[1], days[2], days[1])  # from the first moment
    assert not holds(days[1], days[2], days[2])  # to just before the last
    assert window([]) == (None, None) and holds(None, None, NOW)


def test_free_delivery_is_an_amount_that_evidence_must_give() -> None:
    said = "Frete grátis no seu pedido."
    assert "claim.price" in {finding.code for finding in check(copy(said))}
    region = Source("O kit custa R$ 100.", Facts(free_shipping_region="Sul"), id="o1")
    told = Source("A entrega do kit é gratuita acima de R$ 200.", id="e2")
    for source in (region, told):
        claims = examine(copy(said, source)).claims
        assert [claim.bound for claim in claims if claim.value == "frete gratis"] == [True]
