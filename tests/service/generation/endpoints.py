"""What tests of the way to a model share: a prompt, and an endpoint that does as it is told, without HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from prompts.library import Prompt
from service.generation.client import Call, Completion, Listener
from tests.support import PATIENCE

SHOP = UUID(int=1)
ANSWER = Completion('{"variants": []}', "fake-1", 100, 20)


def prompt(user: str = "Escreva.") -> Prompt:
    """A small prompt."""
    return Prompt("email", 1, "Seja breve.", user, {"type": "object"}, "hash")


def call(user: str = "Escreva.", *, seconds: float = PATIENCE, heard: Callable[[str], None] | None = None) -> Call:
    """A call that has so many seconds."""
    return Call(prompt(user), SHOP, time.monotonic() + seconds, Listener(heard) if heard else None)


@dataclass
class FakeAsker:
    """Gives or raises what `script` says, one after another, the last for ever; `gate` holds answers back."""

    script: Sequence[Completion | Exception] = (ANSWER,)
    gate: asyncio.Event | None = None
    pieces: tuple[str, ...] = ()
    model: str = "fake"
    host: str = "fake.example"
    asked: int = 0
    busy: int = 0
    most: int = 0

    async def ask(self, call: Call) -> Completion:
        """See `Asker`."""
        answer = self.script[min(self.asked, len(self.script) - 1)]
        self.asked += 1
        self.busy += 1
        self.most = max(self.most, self.busy)
        try:
            for piece in self.pieces if call.listener else ():
                assert call.listener is not None
                call.listener(piece)
            if self.gate is not None:
                await self.gate.wait()
        finally:
            self.busy -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    def shape(self) -> str:
        """See `Asker`."""
        return self.model

    async def close(self) -> None:
        """See `Asker`."""
