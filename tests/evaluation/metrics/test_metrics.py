"""Each metric with its arithmetic written out."""

from __future__ import annotations

import pytest

from evaluation.metrics.brand_terms import brand_terms
from evaluation.metrics.claim_precision import claim_precision
from evaluation.metrics.diversity import diversity
from evaluation.metrics.evidence_coverage import evidence_coverage
from evaluation.metrics.lead_dependence import lead_dependence, right_dependence
from evaluation.metrics.length_fit import length_fit
from evaluation.metrics.readability import readability, syllables
from evaluation.metrics.specificity import specificity
from service.channels.base import Limit
from service.checks.models import Claim, Support, Terms


def test_evidence_coverage_counts_content_words_that_stand_in_the_evidence() -> None:
    # said: cafe, coado, jarra, foguete; all but foguete stand there, jarras by its first letters
    found = evidence_coverage("O café coado na jarra e um foguete", ["Café coado em jarras"], "pt")
    assert found.value == 3 / 4 and "foguete" in found.explanation
    assert evidence_coverage("O café", [], "pt").value == 0
    assert evidence_coverage("e o de", ["Café"], "pt").value is None


def test_claim_precision_is_the_share_of_claims_with_a_source() -> None:
    claim = Claim(kind="price", field="body", start=0, end=5, text="R$ 10", value="BRL 10")
    held = claim.model_copy(update={"support": [Support(evidence="e1", content_id="kit", version=1)]})
    assert claim_precision([held, held, claim]).value == 2 / 3
    assert claim_precision([]).value is None


def test_specificity_counts_sentences_with_a_number_or_a_name_of_their_own() -> None:
    copy = "Um jeito novo de viver. O Kit Coado chegou. São 40 filtros. Aproveite!"
    assert specificity(copy, ["Kit Café Coado"], "pt").value == 2 / 4
    assert specificity("", ["Kit"], "pt").value is None


def test_diversity_is_one_less_the_word_pairs_in_common() -> None:
    # pairs: {a b, b c} and {b c, c d}: one of three in common
    assert diversity(["a b c", "b c d"]).value == pytest.approx(1 - 1 / 3)
    assert diversity(["a b c", "a b c"]).value == 0
    assert diversity(["a b c", "d e f", "a b c"]).value == pytest.approx(1 - (0 + 1 + 0) / 3)
    assert diversity(["a b c"]).value is None


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("café", "pt", 2),
        ("coador", "pt", 3),
        ("pão", "pt", 1),
        ("coffee", "en", 2),
        ("ventana", "es", 3),
        ("sol", "es", 1),
    ],
)
def test_syllables_are_where_a_word_can_be_broken(word: str, language: str, count: int) -> None:
    assert syllables(word, language) == count  # type: ignore[arg-type]


def test_readability_is_each_language_s_own_formula() -> None:
    # "O café é bom." 4 words, 1 sentence, 1 + 2 + 1 + 1 = 5 syllables: 248.835 - 1.015 * 4 - 84.6 * 5 / 4
    assert readability("O café é bom.", "pt").answer == f"reading ease {248.835 - 1.015 * 4 - 84.6 * 1.25:.1f}"
    # "The sun is up." 4 words, 4 syllables: 206.835 - 1.015 * 4 - 84.6
    assert readability("The sun is up.", "en").answer == f"reading ease {206.835 - 1.015 * 4 - 84.6:.1f}"
    # "El sol sale." 3 words, 4 syllables: 206.84 - 1.02 * 3 - 60 * 4 / 3
    assert readability("El sol sale.", "es").answer == f"reading ease {206.84 - 1.02 * 3 - 60 * 4 / 3:.1f}"
    assert readability("…", "pt").value is None


def test_length_fit_counts_fields_within_what_is_advised() -> None:
    limits = {"subject": Limit(78, advised=10), "body": Limit(20), "cta": Limit(30)}
    found = length_fit({"subject": "onze letras", "body": "curto", "cta": "", "angle": "x" * 99}, limits)
    assert found.value == 1 / 2 and found.explanation == "too long: subject 11/10"


def test_brand_terms_counts_required_and_banned_words() -> None:
    terms = Terms(required=("Casa Jatobá",), banned=("imperdível", "grátis"))
    assert brand_terms("Na casa jatoba, GRÁTIS hoje", terms).value == 2 / 3
    assert brand_terms("Olá", Terms()).value is None


def test_lead_dependence_is_the_share_of_words_that_change() -> None:
    # kit cafe coado chegou / kit jardim verde chegou: 2 of 4 + 4 words stay, in both
    assert lead_dependence("Kit café coado chegou", "Kit jardim verde chegou", "pt").value == 1 - 2 * 2 / 8
    assert lead_dependence("Kit café", "Kit café", "pt").value == 0
    assert lead_dependence("", "", "pt").value is None


def test_right_dependence_asks_whether_what_changed_is_about_the_lead() -> None:
    found = right_dependence("Kit café coado chegou ontem", "Kit jardim chegou", ["gosta de café", "Café coado"], "pt")
    assert found.value == 2 / 3 and "ontem" in found.explanation
    assert right_dependence("Kit", "Kit", ["café"], "pt").value is None
