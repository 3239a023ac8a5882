"""What is remembered, for whom, how long and how much; and that many who ask the same make one call."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from service.errors import ModelNonsense, ModelUnreachable, Taken
from service.generation.client import Price
from service.generation.endpoint import Around, Endpoint
from service.generation.parsing import drafts
from service.generation.remembering import Memory, Shared, key_of
from service.generation.retrying import Retries
from tests.service.generation.endpoints import ANSWER, FakeAsker, call

DEAR = Price(Decimal(1000), Decimal(1000))


def endpoint(asker: FakeAsker, memory: Memory | None = None, **around: object) -> Endpoint:
    shared = Shared(memory or Memory(1 << 20, 60))
    return Endpoint(asker, Around(shared=shared, **around), retries=Retries(1), price=DEAR)  # type: ignore[arg-type]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_same_prompt_is_asked_once_and_costs_nothing_the_second_time() -> None:
    asker, heard = FakeAsker(), list[str]()
    one = endpoint(asker)
    first = await one.complete(call(), fresh=False)
    again = await one.complete(call(heard=heard.append), fresh=False)
    assert (first.cost, first.remembered) == (Decimal("0.12"), False)
    assert again == (ANSWER.text, "fake-1", 0, 0, Decimal(0), True)
    assert (asker.asked, heard) == (1, [ANSWER.text])


async def test_fresh_asks_anew_and_replaces_what_was_remembered() -> None:
    asker = FakeAsker([ANSWER, ANSWER._replace(text="novo")])
    one = endpoint(asker)
    await one.complete(call(), fresh=False)
    assert (await one.complete(call(), fresh=True)).text == "novo"
    assert (await one.complete(call(), fresh=False)).text == "novo" and asker.asked == 2


def test_everything_that_shapes_an_answer_is_in_its_key() -> None:
    base = call()
    others = [
        replace(base, workspace=UUID(int=2)),
        *(replace(base, prompt=replace(base.prompt, **{name: "x"})) for name in ("system", "user")),  # type: ignore[arg-type]
        replace(base, prompt=replace(base.prompt, schema={"type": "array"})),
    ]
    keys = {key_of("a", base), key_of("b", base), *(key_of("a", other) for other in others)}
    assert len(keys) == 6 and key_of("a", replace(base, deadline=0.0)) in keys


@pytest.mark.parametrize("bad", [ModelUnreachable("down"), ANSWER._replace(text=""), ANSWER._replace(text="prosa")])
async def test_failures_are_not_remembered(bad: ModelUnreachable) -> None:
    asker = FakeAsker([bad, ANSWER._replace(text='{"variants": [{"angle": "a", "fields": {"s": "x"}}]}')])
    one = endpoint(asker, use=drafts)
    with pytest.raises((ModelUnreachable, ModelNonsense)):
        await one.complete(call(), fresh=False)
    assert not (await one.complete(call(), fresh=False)).remembered


async def test_memory_is_bounded_in_bytes_and_time() -> None:
    now = [0.0]
    memory = Memory(10_000, 60, clock=lambda: now[0])
    for number in range(100):
        memory.put(bytes([number]), ANSWER._replace(text="x" * 100))
        memory.get(b"\x00")  # what is used stays
    assert memory.size <= 10_000 and memory.get(b"\x00") and memory.get(b"\x63") and not memory.get(b"\x01")
    memory.put(b"big", ANSWER._replace(text="x" * 10_000))
    assert memory.get(b"big") is None
    now[0] = 60
    assert memory.get(b"\x63") is None and memory.get(b"\x00") is None


async def test_a_hundred_at_once_make_one_call_and_one_pays() -> None:
    asker = FakeAsker(gate=asyncio.Event())
    one = endpoint(asker)
    asking = [asyncio.create_task(one.complete(call(), fresh=False)) for _ in range(100)]
    await settle()
    assert asker.gate is not None
    asker.gate.set()
    answers = await asyncio.gather(*asking)
    assert asker.asked == 1 and {answer.text for answer in answers} == {ANSWER.text}
    assert sum(answer.cost for answer in answers) == Decimal("0.12")


async def test_of_those_who_wait_for_nonsense_one_pays() -> None:
    asker = FakeAsker([ANSWER._replace(text="prosa")], gate=asyncio.Event())
    one = endpoint(asker, use=drafts)
    asking = [asyncio.create_task(one.complete(call(), fresh=False)) for _ in range(5)]
    await settle()
    assert asker.gate is not None
    asker.gate.set()
    told = [
        error for error in await asyncio.gather(*asking, return_exceptions=True) if isinstance(error, ModelNonsense)
    ]
    assert len(told) == 5 and [error.taken for error in told if error.taken] == [Taken(100, 20, Decimal("0.12"))]


async def test_who_leaves_does_not_take_the_call_along_unless_last() -> None:
    asker = FakeAsker(gate=asyncio.Event())
    one = endpoint(asker)
    asking = [asyncio.create_task(one.complete(call(), fresh=False)) for _ in range(3)]
    await settle()
    asking[0].cancel()  # the one that made the call
    await settle()
    assert asker.busy == 1
    asking[1].cancel()
    asking[2].cancel()
    await settle()
    assert asker.busy == 0
    assert asker.gate is not None
    asker.gate.set()
    assert (await one.complete(call(), fresh=False)).text == ANSWER.text and asker.asked == 2


async def test_who_joins_late_hears_what_was_said_and_a_broken_listener_is_alone() -> None:
    asker, early, late, quiet = FakeAsker(gate=asyncio.Event(), pieces=("a", "b")), list[str](), list[str](), call()
    one = endpoint(asker)

    def broken(_: str) -> None:
        raise RuntimeError("gone")

    asking = [
        asyncio.create_task(one.complete(made, fresh=False))
        for made in (call(heard=early.append), quiet, call(heard=late.append))
    ]
    await settle()
    assert (early, late) == (["a", "b"], ["a", "b"])
    assert asker.gate is not None
    asker.gate.set()
    await asyncio.gather(*asking)
    asker.gate.clear()
    wrong = asyncio.create_task(one.complete(call("outro", heard=broken), fresh=False))
    await settle()
    asker.gate.set()
    assert (await wrong).text == ANSWER.text
