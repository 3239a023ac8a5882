"""One writer at work: findings go back once, what repeats is replaced, what still fails is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import pytest

from service.channels.registry import channel
from service.checks.models import Finding
from service.errors import ModelError, ModelNonsense, ModelUnreachable, Taken
from service.generation.authoring import Author, Checked, Made
from service.generation.models import ANGLES, Draft, Task, Written
from tests.service.generation.shop import shop, task

GOOD = {
    "subject": "Café coado em casa",
    "preheader": "Um caminho simples para uma xícara limpa",
    "headline": "Um café para começar bem",
    "body": "Olá! Separamos um passo a passo simples. Se quiser, leia com calma.",
    "cta": "Ler o artigo",
    "cta_content_id": None,
}
OTHER = GOOD | {
    "subject": "O filtro molhado muda a xícara",
    "preheader": "Um detalhe pequeno que vale a pena conhecer",
    "headline": "Comece pelo filtro",
    "body": "Oi! Hoje a conversa é sobre o filtro de papel. Quando puder, veja como fazemos por aqui.",
}
BAD = GOOD | {"subject": "Café coado por R$ 1.234,56"}


def drafts(*fields: dict[str, str | None]) -> Written:
    angles = ("benefit", "question", "proof", "timeliness")
    made = [Draft(angle, one) for angle, one in zip(angles, fields, strict=False)]
    return Written(drafts=made, prompt="email/v2", model="m", input_tokens=10, output_tokens=5, cost=Decimal("0.1"))


@dataclass
class Scripted:
    """A writer that gives prepared answers, and remembers what it was asked."""

    answers: list[Written | Exception]
    mended: list[Written | Exception] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    faulty: list[set[str]] = field(default_factory=list)
    generator: Literal["model", "composer"] = "model"

    async def write(self, task: Task, heard: Callable[[Draft], None] | None = None) -> Written:
        self.tasks.append(task)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        for draft in answer.drafts if heard else ():
            heard(draft) if heard else None
        return answer

    async def repair(self, task: Task, draft: Draft, findings: Sequence[Finding]) -> Written | None:
        self.faulty.append({finding.field for finding in findings if finding.severity == "block"})
        answer = self.mended.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def rewrite(
        self, task: Task, draft: Draft, field: str, note: str, heard: Callable[[str], None] | None = None
    ) -> Written:
        raise NotImplementedError


def author(writer: Scripted, variants: int = 1) -> Author:
    asked = task(list(shop().values())[:2], angles=ANGLES[:variants])
    return Author(writer, channel("email"), asked, None, None)


async def test_a_faulty_draft_is_repaired_once_and_counted() -> None:
    writer = Scripted([drafts(BAD)], [drafts(GOOD)])
    made = await author(writer).make(5)
    assert [one.draft.fields["subject"] for one in made.kept] == [GOOD["subject"]] and not made.dropped
    assert writer.faulty == [{"subject"}]
    assert (made.input_tokens, made.output_tokens, made.cost) == (20, 10, Decimal("0.2"))


async def test_what_still_fails_is_dropped_with_the_reason() -> None:
    made = await author(Scripted([drafts(BAD)], [drafts(BAD)])).make(5)
    assert not made.kept
    assert made.dropped[0].angle == "benefit" and made.dropped[0].findings[0].code == "claim.price"


@pytest.mark.parametrize("fault", [ModelUnreachable("gone"), ModelError("odd")])
async def test_a_repair_that_does_not_come_costs_one_draft_only(fault: Exception) -> None:
    made = await author(Scripted([drafts(GOOD, BAD), drafts(OTHER)], [fault]), 2).make(5)
    assert len(made.kept) == 2 and len(made.dropped) == 1  # and its place was filled


async def test_what_could_not_be_read_is_counted_all_the_same() -> None:
    nonsense = ModelNonsense("prosa")
    nonsense.taken = Taken(7, 3, Decimal("0.05"))
    made = await author(Scripted([drafts(GOOD, BAD), nonsense], [nonsense]), 2).make(5)
    assert (made.input_tokens, made.output_tokens, made.cost) == (10 + 7 + 7, 5 + 3 + 3, Decimal("0.2"))
    lost = Made()
    with pytest.raises(ModelNonsense):
        await author(Scripted([nonsense])).make(5, made=lost)
    assert (lost.input_tokens, lost.output_tokens, lost.cost) == nonsense.taken


async def test_a_repeat_is_dropped_and_replaced_in_another_angle() -> None:
    writer = Scripted([drafts(GOOD, GOOD | {"cta": "Ler agora"}), drafts(OTHER)])
    made = await author(writer, 2).make(5)
    assert [one.draft.fields["subject"] for one in made.kept] == [GOOD["subject"], OTHER["subject"]]
    assert made.dropped[0].reason == "repeats the variant “benefit”"
    again = writer.tasks[1]
    assert again.taken == [GOOD["subject"]] and "benefit" not in again.angles and len(again.angles) == 1


async def test_fewer_good_variants_beat_more() -> None:
    writer = Scripted([drafts(GOOD, GOOD), drafts(GOOD)])
    made = await author(writer, 2).make(5)
    assert len(made.kept) == 1 and len(made.dropped) == 2 and len(writer.tasks) == 2


async def test_a_writer_that_is_too_slow_is_told_as_such() -> None:
    class Slow(Scripted):
        async def write(self, task: Task, heard: Callable[[Draft], None] | None = None) -> Written:
            await asyncio.Event().wait()
            raise AssertionError

    with pytest.raises(ModelUnreachable) as told:
        await author(Slow([])).make(0.01)
    assert told.value.code == "model.late"


async def test_only_drafts_that_pass_are_heard() -> None:
    heard: list[Checked] = []
    await author(Scripted([drafts(GOOD, BAD), drafts(OTHER)], [ModelError("odd")]), 2).make(5, heard.append)
    assert [one.draft.fields["subject"] for one in heard] == [GOOD["subject"]]


async def test_a_draft_without_the_channels_form_says_which_field() -> None:
    made = await author(Scripted([drafts({"subject": "Olá"})], [ModelError("odd")])).make(5)
    assert {finding.field for finding in made.dropped[0].findings} == {"headline", "body", "cta"}
