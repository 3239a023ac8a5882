"""The checks: what they find, where, and what they leave alone."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.checks import numbers
from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.privacy import is_cnpj, is_cpf
from service.checks.run import check
from service.content.models import Facts
from service.types import LOCALES, Locale

IDENTIFIERS = Path(__file__).parents[4] / "shared" / "data" / "pii" / "br_identifiers.csv"
SAO_PAULO = timezone(timedelta(hours=-3))
NOW = datetime(2026, 11, 22, 10, tzinfo=SAO_PAULO)


@dataclass(frozen=True)
class Source:
    text: str = ""
    facts: Facts | None = None
    valid_until: datetime | None = None
    url: str | None = None
    id: str = "e1"
    content_id: str = "kit"
    title: str = ""
    version: int = 1


KIT = Source(
    "O kit custa de R$ 1.299,90 por R$ 999,90 até 4 de dezembro.",
    Facts(
        price=Decimal("999.90"),
        old_price=Decimal("1299.90"),
        installments=10,
        coupon="CAFE10",
        discount_percent=Decimal(23),
    ),
    datetime(2026, 12, 4, 23, 59, tzinfo=SAO_PAULO),
    "https://www.loja.example/kit",
)


def found(body: str, *evidence: Source, locale: Locale = "pt-BR", **fields: str) -> list[Finding]:
    copy = {"subject": "Um assunto", "headline": "Um título", "body": body, "cta": "Ver"} | fields
    return check(Copy("email", locale, copy, evidence or (KIT,), {"first_name": "cliente"}, NOW))


def codes(body: str, *evidence: Source) -> list[tuple[str, str]]:
    return [(finding.code, finding.quote) for finding in found(body, *evidence)]


@pytest.mark.parametrize(
    "body",
    [
        "De R$ 1.299,90 por R$ 999,90.",
        "São 10x de R$ 99,99, ou R$ 300 a menos.",
        "Dois kits saem por R$ 1.999,80.",
        "Custa 999,90 reais, com 23% de desconto.",
        "Vale até 4 de dezembro, ou 04/12, ou 4/12/2026.",
        "Use o cupom CAFE10. Veja em loja.example ou https://www.loja.example/kit.",
        "Aberto 24/7, com 1/2 xícara de café e 3 < 5.",
        "Oi, {{ first_name | cliente }}! Leve 2 (dois).",
        "O pedido 1234567890 chegou.",
        "Para a família 👩\u200d👧, com β-caroteno e um pão.",
    ],
)
def test_what_the_evidence_supports_is_left_alone(body: str) -> None:
    assert codes(body) == []


@pytest.mark.parametrize(
    ("body", "code", "quote"),
    [
        ("Por R$ 899,90.", "claim.price", "R$ 899,90"),
        ("Por US$ 999,90.", "claim.price", "US$ 999,90"),
        ("Por 20 reais.", "claim.price", "20 reais"),
        ("Com 40% de desconto.", "claim.percent", "40%"),
        ("Sai pela metade do preço.", "claim.percent", "pela metade do preço"),
        ("Vale até 5 de dezembro.", "claim.date", "5 de dezembro"),
        ("Vale até 5/12.", "claim.date", "5/12"),
        ("Use o cupom CAFE20.", "claim.entity", "CAFE20"),
        ("Veja em outra-loja.com.", "claim.link", "outra-loja.com"),
        ("Veja em https://www.loja.example/outro.", "claim.link", "https://www.loja.example/outro"),
        ("Escreva para ana@loja.com.", "privacy.pii", "ana@loja.com"),
        ("Ligue para (31) 98888-0101.", "privacy.pii", "(31) 98888-0101"),
        ("CPF 111.444.777-35.", "privacy.pii", "111.444.777-35"),
        ("Um <b>kit</b> novo.", "injection.markup", "<b>kit</b>"),
        ("Veja [aqui](x).", "injection.markup", "[aqui](x)"),
        ("Um **kit** novo.", "injection.markup", "**kit**"),
        ("Um k\u200bit novo.", "injection.markup", "\u200b"),
        ("Um kit n\u202eovo.", "injection.markup", "\u202e"),
        ("Um dеsconto novo.", "injection.markup", "dеsconto"),
        ("Oi, {{ city | aqui }}.", "token.unknown", "{{ city | aqui }}"),
        ("Oi, {{ first_name }}.", "token.fallback", "{{ first_name }}"),
        ("Oi, {{ first_name | }}.", "token.fallback", "{{ first_name | }}"),
        ("Oi, {{ first_name | cliente }.", "token.malformed", "{{ first_name | cliente }"),
        ("Oi, *|FNAME|*.", "token.malformed", "*|FNAME|*"),
        ("Oi, %%nome%%.", "token.malformed", "%%nome%%"),
        ("Oi, [[nome]].", "token.malformed", "[[nome]]"),
        ("Oi, {nome}.", "token.malformed", "{nome}"),
        ("Oi, ${nome}.", "token.malformed", "${nome}"),
        ("Oi, [Nome].", "token.malformed", "[Nome]"),
        ("Com XX% a menos.", "token.malformed", "XX%"),
    ],
)
def test_what_is_wrong_is_quoted_as_it_stands(body: str, code: str, quote: str) -> None:
    finding = found(body)[0]
    assert (finding.code, finding.quote, finding.severity) == (code, quote, "block")
    assert body[finding.start : finding.end] == quote


def test_a_claim_that_rests_on_expired_evidence_alone_is_told_as_such() -> None:
    old = Source("Kit por R$ 50,00 com 15% até 21/11/2026, cupom VELHO15.", valid_until=NOW - timedelta(days=1))
    body = "R$ 50,00, 15%, até 21/11, cupom VELHO15."
    assert {code for code, _ in codes(body, old)} == {"claim.expired"}
    assert codes(body, old, Source(old.text)) == []


def test_a_day_ends_where_the_readers_are() -> None:
    ends = Source("Kit.", valid_until=datetime(2026, 12, 5, 2, 59, tzinfo=timezone(timedelta(0))))
    assert codes("Vale até 4 de dezembro.", ends) == []
    assert codes("Vale até 5 de dezembro.", ends) == [("claim.date", "5 de dezembro")]


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ("Ingressos a R$ 0.", "Entrada gratuita."),
        ("25% a menos.", "Leve 4 e pague 3."),
        ("90% gostaram.", "9 de cada 10 gostaram."),
        ("R$ 60 cada.", "Custa R$ 180, ou leve 3."),
        ("Sai em 12/02 e volta em 17/02.", "Saída em 12/02/2027, 5 noites."),
        ("November 12-16, from $20.", "From 12 to 16 November 2026: $20.00."),
        ("O CNPJ é 11.444.777/0001-61.", "Loja, CNPJ 11.444.777/0001-61."),
    ],
)
def test_plain_arithmetic_and_other_wordings_are_understood(body: str, evidence: str) -> None:
    assert codes(body, Source(evidence)) == []


def test_lengths_are_those_of_what_is_read() -> None:
    subject = "{{ first_name | cliente }}" + "a" * 54
    assert [finding.code for finding in found("Corpo", subject=subject)] == ["style.long"]
    blocked = found("Corpo", subject="a" * 79)[0]
    assert (blocked.code, blocked.severity, blocked.end) == ("style.too_long", "block", 79)


def test_an_empty_field_blocks() -> None:
    assert [(finding.code, finding.field) for finding in found(" ", cta="")] == [
        ("style.empty", "body"),
        ("style.empty", "cta"),
    ]


def test_a_preheader_that_repeats_the_subject_is_told() -> None:
    assert [finding.code for finding in found("Corpo", preheader="um assunto!")] == ["style.repeats"]


def test_another_fallback_than_the_agreed_one_is_told() -> None:
    finding = found("Oi, {{ first_name | querido }}!")[0]
    assert (finding.code, finding.severity, finding.fix) == (
        "token.fallback",
        "warn",
        "Escreva {{ first_name | cliente }}.",
    )


def test_a_button_may_lead_only_to_evidence_with_an_address() -> None:
    def links(**targets: str) -> list[str]:
        evidence = [KIT, Source(content_id="sem-url")]
        fields = {"subject": "a", "headline": "b", "body": "c", "cta": "d"}
        return [one.quote for one in check(Copy("email", "pt-BR", fields, evidence, {}, NOW, targets))]

    assert links(cta_content_id="kit") == []
    assert links(cta_content_id="sem-url") == ["sem-url"]
    assert links(cta_content_id="other") == ["other"]


@pytest.mark.parametrize("locale", LOCALES)
def test_findings_speak_the_language_of_the_copy(locale: Locale) -> None:
    words = {"pt-BR": "não está", "en": "is in no evidence", "es": "no está en las evidencias"}
    price = next(one for one in found("R$ 12,34", locale=locale) if one.code == "claim.price")
    assert words[locale] in price.message


def test_what_blocks_comes_first_then_the_order_of_fields() -> None:
    order = [(finding.severity, finding.field) for finding in found("R$ 1", subject="a" * 61, cta="R$ 2")]
    assert order == [("block", "body"), ("block", "cta"), ("warn", "subject")]


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 15_000,
        "a" * 15_000,
        "{{" * 7_000,
        "<a" * 7_000,
        "9" * 15_000,
        "R$ " + "1.000" * 3_000,
        "a" * 10**6,
        "R$ 7 " * 3_000,
    ],
)
def test_hostile_text_is_read_in_no_time(hostile: str) -> None:
    assert "style.too_long" in {finding.code for finding in found(hostile)}


@settings(deadline=None)  # whichever text comes first compiles all the patterns
@given(st.text(max_size=300))
def test_findings_stand_where_they_say(body: str) -> None:
    assert all(finding.quote == body[finding.start : finding.end] for finding in found(body) if finding.field == "body")


@pytest.mark.parametrize(
    ("text", "value"),
    [("R$ 1.299,90", "1299.90"), ("US$ 1,299.90", "1299.90"), ("R$ 50", "50"), ("$ 389.000", "389000"),
     ("R$ 350 mil", "350000"), ("20 reais", "20"), ("18 €", "18"), ("$2.5", "2.5"),
     ("R$\u00a01.000", "1000"), ("1 million dollars", "1000000")],
)  # fmt: skip
def test_amounts_are_read_as_they_are_written(text: str, value: str) -> None:
    assert [amount.value for amount in numbers.amounts(text)] == [Decimal(value)]


@pytest.mark.skipif(not IDENTIFIERS.exists(), reason="the shared data is not here")
def test_identifiers_are_told_from_numbers() -> None:
    judge = {"cpf": is_cpf, "cnpj": is_cnpj}
    lines = IDENTIFIERS.read_text(encoding="utf-8").splitlines()
    rows = [row for row in csv.DictReader(lines) if row["type"] in judge]
    assert rows
    assert [row for row in rows if judge[row["type"]](row["value"]) != (row["valid"] == "1")] == []


def test_a_cnpj_may_have_letters() -> None:
    assert is_cnpj("12.ABC.345/01DE-35")
    assert not is_cnpj("12.ABC.345/01DE-36")
