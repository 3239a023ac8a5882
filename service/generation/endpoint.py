"""One endpoint with everything around it. A call goes through, top to bottom:

memory -> time-out -> budget -> retries -> a free slot -> breaker -> the request
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Protocol

from service.errors import ModelError, ModelNonsense, ModelUnreachable, Taken
from service.generation.breaker import Breaker
from service.generation.client import Asker, Call, Completion, Listener, Price
from service.generation.remembering import Shared, key_of
from service.generation.retrying import Retries
from service.generation.spending import Ledger
from service.metrics import Metrics


class Use(Protocol):
    """Tells whether an answer is of any use."""

    def __call__(self, text: str) -> object:
        """Raises `ModelNonsense` where it is not."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What all endpoints share; None leaves that step out."""

    shared: Shared | None = None
    ledger: Ledger | None = None
    metrics: Metrics | None = None
    use: Use | None = None


class Endpoint:
    """One model, asked with care."""

    def __init__(
        self,
        asker: Asker,
        around: Around,
        *,
        retries: Retries | None = None,
        breaker: Breaker | None = None,
        price: Price | None = None,
        concurrency: int = 256,
    ) -> None:
        self._asker = asker
        self._around = around
        self._retries = retries or Retries()
        self._breaker = breaker or Breaker()
        self._price = price or Price()
        self._slots = asyncio.Semaphore(concurrency)

    async def complete(self, call: Call, *, fresh: bool) -> Completion:
        """See `ModelClient`."""
        shared = self._around.shared
        if shared is None:
            return await self._in_time(call)

        async def make(listener: Listener | None) -> Completion:
            return await self._in_time(replace(call, listener=listener))

        return await shared.get(key_of(self._asker.shape(), call), call, make, fresh=fresh)

    async def close(self) -> None:
        """Let go of connections."""
        await self._asker.close()

    async def _in_time(self, call: Call) -> Completion:
        """Within the time-out, whatever happens; and counted."""
        seconds, started, outcome = call.left(), time.perf_counter(), "left"
        try:
            async with asyncio.timeout(seconds):
                completion = await self._paid(call)
            outcome = "ok"
        except TimeoutError:
            outcome = "late"
            raise ModelUnreachable(f"The model did not answer within {seconds:.3g} s.") from None
        except ModelError as error:
            outcome = error.code.removeprefix("model.")
            raise
        finally:
            if self._around.metrics:
                self._around.metrics.model_seconds.labels(outcome).observe(time.perf_counter() - started)
        return completion

    async def _paid(self, call: Call) -> Completion:
        """Only where the budget allows it. What an answer cost is counted before it is judged."""
        ledger = self._around.ledger
        if ledger is None:
            return self._judged(await self._repeated(call))
        reservation = await ledger.reserve(call.workspace, self._price.expected(call.prompt))
        try:
            completion = await self._repeated(call)
            reservation.settle(completion, completion.model or self._asker.model)
        finally:
            reservation.release()
        return self._judged(completion)

    def _judged(self, completion: Completion) -> Completion:
        try:
            self._judge(completion.text)
        except ModelNonsense as error:
            error.taken = Taken(completion.input_tokens, completion.output_tokens, completion.cost)
            raise
        return completion

    def _judge(self, text: str) -> None:
        if not text:
            raise ModelNonsense("The model refused or answered nothing.")
        if self._around.use is not None:
            self._around.use(text)

    async def _repeated(self, call: Call) -> Completion:
        completion = await self._retries.run(
            call, lambda: self._once(call), hopeless=lambda: self._breaker.state == "open"
        )
        if metrics := self._around.metrics:
            metrics.model_tokens.labels("input").inc(completion.input_tokens)
            metrics.model_tokens.labels("output").inc(completion.output_tokens)
        return completion._replace(cost=self._price.of(completion))

    async def _once(self, call: Call) -> Completion:
        async with self._slots:
            with self._breaker.guard(call, self._asker.host):
                return await self._asker.ask(call)
