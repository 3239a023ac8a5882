"""The model, and the other one that is asked when it fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from prompts.library import Prompt
from service.errors import BudgetSpent, ModelError, ModelNonsense, ModelUnreachable, Taken
from service.generation.client import Call, Completion, Listener
from service.generation.endpoint import Endpoint

FIRST_SHARE = 2 / 3  # of the time-out for the first of two: a hung one leaves the other time to answer
COME_BACK = 5  # seconds, told to callers where nobody knows better


class Models:
    """The `ModelClient` of the service: one endpoint, or two."""

    def __init__(
        self,
        first: Endpoint,
        fallback: Endpoint | None = None,
        *,
        timeout: float = 30.0,
        fell_back: Callable[[], None] = lambda: None,
    ) -> None:
        self._first = first
        self._fallback = fallback
        self._timeout = timeout
        self._fell_back = fell_back

    async def complete(
        self, prompt: Prompt, *, workspace: UUID, fresh: bool = False, heard: Callable[[str], None] | None = None
    ) -> Completion:
        """See `ModelClient`."""
        listener = None if heard is None else Listener(heard)
        started = time.monotonic()
        share, taken = FIRST_SHARE if self._fallback else 1.0, None
        try:
            call = Call(prompt, workspace, started + self._timeout * share, listener)
            return await self._first.complete(call, fresh=fresh)
        except BudgetSpent:
            raise
        except ModelError as error:
            if self._fallback is None or call.said:
                raise _told(error) from None
            taken = error.taken if isinstance(error, ModelNonsense) else None
        self._fell_back()
        try:
            call = Call(prompt, workspace, started + self._timeout, listener)
            return _with(taken, await self._fallback.complete(call, fresh=fresh))
        except ModelError as error:
            raise _told(error) from None

    async def close(self) -> None:
        """See `ModelClient`."""
        await self._first.close()
        if self._fallback is not None:
            await self._fallback.close()


def _with(taken: Taken | None, completion: Completion) -> Completion:
    """The answer with what one before it took that could not be read."""
    if taken is None:
        return completion
    return completion._replace(
        input_tokens=completion.input_tokens + taken.input_tokens,
        output_tokens=completion.output_tokens + taken.output_tokens, cost=completion.cost + taken.cost,
    )  # fmt: skip


def _told(error: ModelError) -> ModelError:
    if isinstance(error, ModelUnreachable) and error.retry_after is None:
        error.retry_after = COME_BACK
    return error
