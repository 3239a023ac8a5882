"""What is asked again and when; slots; the breaker; the fallback. No test waits: sleep, chance and clock are given."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

import pytest

from service.errors import BudgetSpent, ModelBreakerOpen, ModelError, ModelNonsense, ModelRefusedKey, ModelUnreachable
from service.generation.breaker import PATIENCE, Breaker
from service.generation.endpoint import Around, Endpoint
from service.generation.fallback import Models
from service.generation.parsing import drafts
from service.generation.retrying import FIRST_PAUSE, Retries
from service.metrics import Metrics
from tests.service.generation.endpoints import ANSWER, SHOP, FakeAsker, call, prompt

DOWN = ModelUnreachable("down")


@dataclass
class Waits:
    """Notes how long it would have slept, and moves the clock on."""

    slept: list[float] = field(default_factory=list)
    now: float = 100.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def clock(self) -> float:
        return self.now


def endpoint(asker: FakeAsker, waits: Waits, attempts: int = 3, **options: Breaker | int) -> Endpoint:
    retries = Retries(attempts, rng=random.Random(7), sleep=waits.sleep)  # noqa: S311 - the same each time
    return Endpoint(asker, Around(), retries=retries, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "asked"),
    [(DOWN, 3), (ModelRefusedKey("no"), 1), (ModelError("404"), 1), (ModelNonsense("<html>"), 1)],
)
async def test_only_what_can_pass_by_itself_is_asked_again(error: ModelError, asked: int) -> None:
    asker, waits = FakeAsker([error]), Waits()
    with pytest.raises(type(error)):
        await endpoint(asker, waits).complete(call(), fresh=False)
    assert (asker.asked, len(waits.slept)) == (asked, asked - 1)


async def test_an_answer_at_the_second_attempt_is_an_answer() -> None:
    asker = FakeAsker([DOWN, ANSWER])
    assert (await endpoint(asker, Waits()).complete(call(), fresh=False)).text == ANSWER.text


async def test_a_request_of_which_a_part_was_heard_is_not_repeated() -> None:
    asker, heard = FakeAsker([DOWN], pieces=("Olá",)), list[str]()
    with pytest.raises(ModelUnreachable):
        await endpoint(asker, Waits()).complete(call(heard=heard.append), fresh=False)
    assert (asker.asked, heard) == (1, ["Olá"])


def test_pauses_have_full_jitter_and_honour_the_server() -> None:
    retries = Retries(5, rng=random.Random(1))  # noqa: S311
    for attempt in range(1, 12):
        drawn = [retries.pause(attempt, None) for _ in range(200)]
        ceiling = min(FIRST_PAUSE * 2**attempt, 8.0)
        assert min(drawn) < ceiling * 0.1 and ceiling * 0.9 < max(drawn) <= ceiling
    assert all(7 <= retries.pause(1, 7) <= 7 + FIRST_PAUSE for _ in range(50))


async def test_nobody_sleeps_past_the_time_out() -> None:
    asker, waits = FakeAsker([ModelUnreachable("later", retry_after=60)]), Waits()
    with pytest.raises(ModelUnreachable) as caught:
        await endpoint(asker, waits).complete(call(seconds=5), fresh=False)
    assert (asker.asked, waits.slept, caught.value.retry_after) == (1, [], 60)


async def test_waiting_for_a_slot_counts_against_the_time_out() -> None:
    asker = FakeAsker(gate=asyncio.Event())
    one = endpoint(asker, Waits(), concurrency=2)
    results = await asyncio.gather(
        *(one.complete(call(str(number), seconds=1), fresh=False) for number in range(6)), return_exceptions=True
    )
    assert all(isinstance(result, ModelUnreachable) for result in results)
    assert (asker.most, asker.asked, asker.busy) == (2, 2, 0)


async def test_the_breaker_opens_tries_one_and_closes() -> None:
    asker, waits, seen = FakeAsker([DOWN] * 4 + [ANSWER]), Waits(), list[str]()
    breaker = Breaker(3, 15.0, clock=waits.clock, changed=seen.append)
    one = endpoint(asker, waits, attempts=1, breaker=breaker)
    for _ in range(3):
        with pytest.raises(ModelUnreachable):
            await one.complete(call(), fresh=False)
    waits.now += 5
    with pytest.raises(ModelBreakerOpen) as caught:
        await one.complete(call(), fresh=False)
    assert (asker.asked, caught.value.retry_after, caught.value.code) == (3, 10, "model.breaker")
    waits.now += 10
    with pytest.raises(ModelUnreachable):
        await one.complete(call(), fresh=False)  # the one that is let through fails
    with pytest.raises(ModelBreakerOpen):
        await one.complete(call(), fresh=False)
    waits.now += 15
    await one.complete(call(), fresh=False)
    assert (breaker.state, asker.asked) == ("closed", 5)
    assert seen == ["open", "half_open", "open", "half_open", "closed"]


async def test_half_open_lets_one_through_at_a_time() -> None:
    asker, waits = FakeAsker([DOWN, ANSWER]), Waits()
    one = endpoint(asker, waits, attempts=1, breaker=Breaker(1, 15.0, clock=waits.clock))
    with pytest.raises(ModelUnreachable):
        await one.complete(call(), fresh=False)
    waits.now += 20
    asker.gate = asyncio.Event()
    probing = asyncio.create_task(one.complete(call(), fresh=False))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(ModelBreakerOpen):
        await one.complete(call(), fresh=False)
    probing.cancel()
    await asyncio.gather(probing, return_exceptions=True)
    asker.gate.set()
    assert (await one.complete(call(), fresh=False)).text == ANSWER.text


@pytest.mark.parametrize(("waited", "state"), [(1.0, "closed"), (PATIENCE, "open")])
async def test_callers_who_give_up_late_open_the_breaker(waited: float, state: str) -> None:
    asker, waits = FakeAsker(gate=asyncio.Event()), Waits()
    breaker = Breaker(1, 15.0, clock=waits.clock)
    asking = asyncio.create_task(endpoint(asker, waits, breaker=breaker).complete(call(seconds=60), fresh=False))
    while not asker.busy:  # noqa: ASYNC110
        await asyncio.sleep(0)
    waits.now += waited
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert breaker.state == state


async def test_a_time_out_counts_as_a_failure_and_an_open_breaker_ends_the_attempts() -> None:
    waits = Waits()
    breaker = Breaker(1, 15.0, clock=waits.clock)
    with pytest.raises(ModelUnreachable):
        await endpoint(FakeAsker(gate=asyncio.Event()), waits, breaker=breaker).complete(call(seconds=0.5), fresh=False)
    assert breaker.state == "open"
    asker = FakeAsker([DOWN])
    with pytest.raises(ModelUnreachable, match="down"):
        await endpoint(asker, waits, breaker=Breaker(1, clock=waits.clock)).complete(call(), fresh=False)
    assert (asker.asked, waits.slept) == (1, [])


@pytest.mark.parametrize("error", [DOWN, ModelRefusedKey("no"), ModelNonsense("prosa")])
async def test_the_fallback_is_asked_when_the_first_fails(error: ModelError) -> None:
    second, fell = FakeAsker([ANSWER._replace(model="b")]), list[int]()
    models = Models(endpoint(FakeAsker([error]), Waits()), endpoint(second, Waits()), fell_back=lambda: fell.append(1))
    assert (await models.complete(prompt(), workspace=SHOP)).model == "b" and fell == [1]


async def test_the_fallbacks_answer_counts_what_the_first_took_for_nothing() -> None:
    first = Endpoint(FakeAsker([ANSWER._replace(text="prosa")]), Around(use=drafts))
    models = Models(first, endpoint(FakeAsker([ANSWER._replace(input_tokens=7, output_tokens=1)]), Waits()))
    answer = await models.complete(prompt(), workspace=SHOP)
    assert (answer.input_tokens, answer.output_tokens) == (107, 21)


async def test_a_hung_first_leaves_the_fallback_time() -> None:
    models = Models(endpoint(FakeAsker(gate=asyncio.Event()), Waits()), endpoint(FakeAsker(), Waits()), timeout=6)
    assert await models.complete(prompt(), workspace=SHOP)


async def test_the_fallback_is_not_asked_past_a_budget_or_after_a_part_was_heard() -> None:
    second = FakeAsker()
    for first, heard in ((FakeAsker([BudgetSpent("spent")]), False), (FakeAsker([DOWN], pieces=("a",)), True)):
        models = Models(endpoint(first, Waits(), attempts=1), endpoint(second, Waits()))
        with pytest.raises(ModelError):
            await models.complete(prompt(), workspace=SHOP, heard=(lambda _: None) if heard else None)
    assert second.asked == 0


async def test_callers_are_told_when_to_come_back() -> None:
    with pytest.raises(ModelUnreachable) as caught:
        await Models(endpoint(FakeAsker([DOWN]), Waits(), attempts=1)).complete(prompt(), workspace=SHOP)
    assert caught.value.retry_after == 5


async def test_calls_are_measured_by_their_outcome() -> None:
    metrics = Metrics()
    for script in ([ANSWER], [DOWN], [ANSWER._replace(text="")]):
        one = Endpoint(FakeAsker(list(script)), Around(metrics=metrics), retries=Retries(1))
        await asyncio.gather(one.complete(call(), fresh=False), return_exceptions=True)
    for outcome in ("ok", "unreachable", "nonsense"):
        assert metrics.registry.get_sample_value("sobmedida_model_seconds_count", {"outcome": outcome}) == 1
    assert metrics.registry.get_sample_value("sobmedida_model_tokens_total", {"direction": "input"}) == 200
