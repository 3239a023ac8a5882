"""What a language model is to the rest: something that completes a prompt, and what that counted and cost."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol
from uuid import UUID

from prompts.library import Prompt

_MILLION = Decimal(1_000_000)
EXPECTED_OUTPUT = 1_000  # tokens of an answer of three e-mail variants, as reserved before it is known


class Completion(NamedTuple):
    """A model's answer, what it counted and cost. `remembered` says it came from memory, which costs nothing."""

    text: str
    model: str
    input_tokens: int
    output_tokens: int
    cost: Decimal = Decimal(0)
    remembered: bool = False


class ModelClient(Protocol):
    """Completes prompts."""

    async def complete(
        self, prompt: Prompt, *, workspace: UUID, fresh: bool = False, heard: Callable[[str], None] | None = None
    ) -> Completion:
        """The model's answer, remembered from before unless `fresh`; `heard` gets its text piece by piece.

        Raises `ModelError`.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars a million tokens."""

    input: Decimal = Decimal(0)
    output: Decimal = Decimal(0)

    def of(self, completion: Completion) -> Decimal:
        """What that completion cost."""
        return (completion.input_tokens * self.input + completion.output_tokens * self.output) / _MILLION

    def expected(self, prompt: Prompt) -> Decimal:
        """About what that prompt will cost: a token is some four characters."""
        tokens = (len(prompt.system) + len(prompt.user)) // 4
        return (tokens * self.input + EXPECTED_OUTPUT * self.output) / _MILLION


class Listener:
    """Hands pieces of an answer on, and remembers whether it did: what was heard cannot be taken back by a retry."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self._heard = heard
        self.said = False

    def __call__(self, piece: str) -> None:
        """One more piece."""
        self.said = True
        self._heard(piece)


@dataclass(frozen=True, slots=True)
class Call:
    """One prompt on its way to an endpoint. `deadline` is a reading of the monotonic clock."""

    prompt: Prompt
    workspace: UUID
    deadline: float
    listener: Listener | None = None

    @property
    def said(self) -> bool:
        """Whether somebody has already heard a part of the answer."""
        return self.listener is not None and self.listener.said

    def left(self) -> float:
        """Seconds that are left, never less than 0."""
        return max(self.deadline - time.monotonic(), 0.0)


class Asker(Protocol):
    """One endpoint and model, asked once: no retries, no memory."""

    model: str
    host: str

    async def ask(self, call: Call) -> Completion:
        """Its answer, perhaps empty. Raises `ModelUnreachable` where asking again could help, else `ModelError`."""
        ...

    def shape(self) -> str:
        """Whatever besides the prompt shapes an answer: endpoint, model, form and parameters."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def whole_seconds(seconds: float) -> int:
    """For `Retry-After`, which knows no fractions: at least one."""
    return max(math.ceil(seconds), 1)
