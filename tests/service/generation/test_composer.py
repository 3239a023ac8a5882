"""The composer over the whole sample shop: true, distinct, in the right language, and fit to be sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from retrieval.chunking import chunks
from service.channels.registry import CHANNELS, channel
from service.checks.models import Finding
from service.checks.run import Copy, check
from service.content.models import Facts
from service.errors import Invalid
from service.generation.composer import Composer
from service.generation.models import ANGLES, Draft, Task
from service.generation.sentences import sentences
from service.generation.wording import clause
from tests.service.generation.shop import NOW, Item, articles, shop, task

COMPOSER = Composer()
WRITTEN = [name for name, one in CHANNELS.items() if not one.answers]
ITEMS = [item for item in shop().values() if item.until is None or item.until > NOW]
KIT, COFFEE = shop()["oferta-kit-cafe-coado"], shop()["cafe-coado-em-casa"]
FOREIGN = {
    "pt-BR": re.compile(r"\b(?:the|with|until|el|los|hasta|y|una|con)\b"),
    "en": re.compile(r"\b(?:para|com|até|hasta|por|você|una|uma|não)\b"),
    "es": re.compile(r"\b(?:the|with|até|você|não|com|uma|em|são|pelo)\b"),
}


def texts(draft: Draft) -> list[str]:
    return [str(value) for name, value in draft.fields.items() if not name.endswith("_id")]


def findings(given: Task, draft: Draft) -> list[Finding]:
    where = channel(given.channel)
    return check(Copy.of(where, where.fields.model_validate(dict(draft.fields)), given))


def pools(item: Item) -> list[Sequence[Item]]:
    others = [other for other in ITEMS if other.locale == item.locale and other is not item]
    return [[item], [item, *others[:3]], [item, *others[-2:]]]


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_draft_is_true_distinct_and_in_its_language(item: Item, name: str) -> None:
    where = channel(name)
    for pool in pools(item):
        for tokens in ({"first_name": "cliente"}, {}):
            given = task(pool, name, tokens=tokens)
            drafts = COMPOSER.compose(given)
            assert [draft.angle for draft in drafts] == list(ANGLES)
            assert len({tuple(texts(draft)) for draft in drafts}) == len(ANGLES)
            for draft in drafts:
                assert [one for one in findings(given, draft) if one.severity == "block"] == []
                fields = where.fields.model_validate(dict(draft.fields))
                assert where.over(where.preview(fields, {}, given.evidence)) == []
                assert FOREIGN[item.locale].findall(" ".join(texts(draft))) == []
                assert "None" not in " ".join(texts(draft))


@pytest.mark.parametrize("name", WRITTEN)
def test_marketing_articles_make_sound_copy(name: str) -> None:
    found = articles()
    if not found:
        pytest.skip("the shared data is not here")
    for item in found:
        given = task([item], name, sender="Banco Aurora")
        drafts = COMPOSER.compose(given)
        assert len({tuple(texts(draft)) for draft in drafts}) == len(ANGLES)
        for draft in drafts:
            assert [one for one in findings(given, draft) if one.severity == "block"] == []
            assert all(draft.fields[link] is None for link in channel(name).links)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_an_email_reads_like_one(item: Item) -> None:
    for draft in COMPOSER.compose(task([item])):
        subject, preheader, body = (str(draft.fields[name]) for name in ("subject", "preheader", "body"))
        assert len(subject) <= 60
        assert not re.search(r"\b(?:this|it|they|ele|ela|isso|esto|eso)\?$", subject)
        assert preheader.strip(".") not in (subject, "")
        assert 3 <= len(body.split("\n\n")) <= 6
        assert body.endswith("\nCasa Jatobá")
        assert "{{ first_name | " in body
        assert draft.fields["cta_content_id"] == item.id


def test_the_same_task_gives_the_same_copy_and_another_seed_other_words() -> None:
    given = task([COFFEE, KIT])
    assert COMPOSER.compose(given) == Composer().compose(given)
    assert len({str(COMPOSER.compose(replace(given, seed=str(number)))) for number in range(12)}) > 6


def test_eight_variants_of_four_angles_are_all_different() -> None:
    drafts = COMPOSER.compose(task([COFFEE, KIT], angles=[*ANGLES, *ANGLES]))
    assert len({tuple(texts(draft)) for draft in drafts}) == len(drafts) == 8


def test_an_offer_is_stated_as_it_is() -> None:
    body = " ".join(str(draft.fields["body"]) for draft in COMPOSER.compose(task([KIT])))
    for fact in ("R$ 189,00", "R$ 170,10", "3x de R$ 56,70", "R$ 161,60 no Pix", "CAFE10", "até 4 de dezembro"):
        assert fact in body


def test_time_is_the_point_where_an_offer_ends() -> None:
    draft = COMPOSER.compose(task([COFFEE, KIT], angles=["timeliness"]))[0]
    assert "4 de dezembro" in str(draft.fields["subject"])
    assert draft.fields["cta_content_id"] == KIT.id


def test_without_an_end_nothing_is_hurried() -> None:
    words = " ".join(texts(COMPOSER.compose(task([COFFEE], angles=["timeliness"]))[0])).lower()
    assert not re.search(r"últim|corra|só hoje|agora|por tempo limitado|não perca", words)


def test_a_question_comes_with_its_answer() -> None:
    draft = COMPOSER.compose(task([shop()["faq-clube-jatoba"]], angles=["question"]))[0]
    assert str(draft.fields["subject"]).endswith("?")
    asked = str(draft.fields["subject"])
    passages = chunks(shop()["faq-clube-jatoba"].body)
    answers = [
        one.text for passage in passages for one in sentences(passage.text, passage.heading) if one.heading == asked
    ]
    assert answers[0] in str(draft.fields["body"])


def test_a_question_that_points_back_to_another_is_not_asked() -> None:
    for draft in COMPOSER.compose(task([shop()["faq-plantas-pelo-correio"]], angles=["question"] * 4)):
        assert "quando ela chega" not in str(draft.fields["subject"])


@pytest.mark.parametrize(
    ("id_", "buttons"),
    [
        ("coador-de-ceramica-jatoba", {"Conhecer o coador", "Ver o coador"}),
        ("juego-de-cuencos-serra", {"Conocer el juego", "Ver el juego"}),
        ("cast-iron-casserole", {"See the details", "Take a closer look"}),
        ("faq-clube-jatoba", {"Ver as respostas", "Ver todas as perguntas"}),
        ("como-escolher-lencol", {"Ler o artigo", "Ler o artigo completo"}),
        ("cafe-coado-em-casa", {"Ver o passo a passo"}),
        ("entregas-trocas-e-devolucoes", {"Ver a página"}),
    ],
)
def test_the_button_says_what_is_behind_it(id_: str, buttons: set[str]) -> None:
    for name in ("email", "banner", "popup", "social_ad"):
        assert {str(draft.fields["cta"]) for draft in COMPOSER.compose(task([shop()[id_]], name))} <= buttons


def test_a_page_is_not_sold_and_a_product_without_a_price_is_shown() -> None:
    page, product = (
        " ".join(" ".join(texts(draft)) for draft in COMPOSER.compose(task([shop()[id_]])))
        for id_ in ("entregas-trocas-e-devolucoes", "coador-de-ceramica-jatoba")
    )
    assert not re.search(r"convite|conhec|apresentar|combinar com você", page, re.IGNORECASE)
    assert "o coador de cerâmica Jatobá" in product
    assert not re.search(r"artigo|R\$|essencial", product)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_no_line_of_an_email_says_another_again(item: Item) -> None:
    for draft in COMPOSER.compose(task([item])):
        lines = [str(draft.fields[name]).strip(".?!").casefold() for name in ("subject", "preheader", "headline")]
        assert len(set(lines)) == 3
        assert draft.angle != "benefit" or lines[0] != item.title.casefold()


def test_what_no_longer_holds_is_left_out() -> None:
    gone = replace(KIT, until=NOW - timedelta(days=1))
    assert COMPOSER.compose(task([gone])) == []
    assert "Kit" not in str(COMPOSER.compose(task([COFFEE, gone])))


def test_what_is_sold_out_is_not_offered() -> None:
    sold_out = replace(KIT, facts=Facts(price=Decimal("170.10"), stock=0))
    assert "170,10" not in " ".join(" ".join(texts(draft)) for draft in COMPOSER.compose(task([COFFEE, sold_out])))


def test_claims_name_the_evidence_they_quote() -> None:
    given = task([COFFEE, KIT])
    known = {one.id for one in given.evidence}
    for draft in COMPOSER.compose(given):
        assert draft.citations
        assert all(claim.evidence and set(claim.evidence) <= known for claim in draft.citations)
        assert all(any(claim.text in text for text in texts(draft)) for claim in draft.citations)
        priced = [claim for claim in draft.citations if "R$" in claim.text]
        assert all("o1" in claim.evidence for claim in priced)


def test_what_is_known_or_asked_for_is_never_said() -> None:
    given = task([COFFEE, KIT], objective="Vender o kit para quem tem zzyzx", known={"stage": "zzyzx"})
    assert "zzyzx" not in str([texts(draft) for draft in COMPOSER.compose(given)])


def test_a_fallback_that_names_nobody_is_not_used_to_greet() -> None:
    draft = COMPOSER.compose(task([COFFEE], tokens={"first_name": "tudo bem"}, angles=["benefit"]))[0]
    assert "{{" not in str(draft.fields["body"])


def test_a_banner_has_a_picture_only_with_words_for_it() -> None:
    with_, without = (
        COMPOSER.compose(task([replace(KIT, image_alt=alt)], "banner"))[0].fields for alt in ("Um bule", None)
    )
    assert (with_["image_content_id"], with_["alt"]) == (KIT.id, "Um bule")
    assert (without["image_content_id"], without["alt"]) == (None, "")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "Sem ponto final",
        "# Só um título",
        "- item\n- item",
        "Uma frase " * 400,
        "{{ a | b }} <b>oi</b> [x](y).",
    ],
)
def test_poor_evidence_still_gives_sound_copy(body: str) -> None:
    for name in CHANNELS:
        for title in ("T", "Título " * 60, "Preço {{ nome }} <b>"):
            given = task([Item("odd", "article", title.strip(), "pt-BR", body)], name, CHANNELS[name].angles)
            for draft in COMPOSER.compose(given):
                codes = {one.code for one in findings(given, draft) if one.severity == "block"}
                assert codes <= ({"token.fallback", "injection.markup"} if "{{" in title else set())


async def test_it_writes_as_any_writer_does() -> None:
    given = task([COFFEE, KIT], angles=["benefit", "proof"])
    written = await COMPOSER.write(given)
    assert [draft.angle for draft in written.drafts] == ["benefit", "proof"]
    assert (written.model, written.cost) == (None, Decimal(0))
    assert written.prompt.startswith("composer/v")
    assert await COMPOSER.repair(given, written.drafts[0], []) is None
    with pytest.raises(Invalid, match="email, banner"):
        await COMPOSER.write(replace(given, channel="pigeon"))


@pytest.mark.parametrize(
    ("sentence", "cut"),
    [
        (
            "A argila passa por duas queimas longas, e a segunda chega a 1.220 °C.",
            "A argila passa por duas queimas longas.",
        ),
        ("O frete é grátis para o Sul, e vale só para pedidos grandes.", None),
        ("O frete é grátis para todo o Sul, com pedido mínimo de R$ 150.", None),
        ("Com uma balança e um coador, e água quente, a xícara muda bastante.", None),
        ("Uma frase curta cabe inteira.", "Uma frase curta cabe inteira."),
    ],
)
def test_a_promise_is_never_cut_off_from_its_condition(sentence: str, cut: str | None) -> None:
    assert clause(sentence, 45) == cut


def test_without_an_address_an_offer_asks_for_a_reply() -> None:
    for draft in COMPOSER.compose(task([replace(KIT, url=None)])):
        assert "página" not in str(draft.fields["body"])
        assert str(draft.fields["cta"]).startswith("Responder")
        assert draft.fields["cta_content_id"] is None
