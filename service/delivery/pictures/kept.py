"""Pictures in memory: one that was drawn is not drawn again for whoever asks next."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from service.delivery.pictures.drawing import Canvas, nothing, png, svg
from service.types import Locale

Form = Literal["png", "svg"]

MOST_BYTES = 64 << 20
BOUND_SECONDS = 60.0
AT_ONCE = 2
"""Drawn at the same time; more would only take the processor from each other."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture of that revision's words; `bound` where a lead's values are in them."""

    revision: str
    texts: Mapping[str, str]
    locale: Locale
    canvas: Canvas
    form: Form
    bound: bool = False

    @property
    def name(self) -> tuple[str, Canvas, Form, bytes]:
        """The same name, the same bytes."""
        words = "\0".join((self.locale, *(self.texts.get(role, "") for role in ("headline", "body", "cta"))))
        return self.revision, self.canvas, self.form, hashlib.sha256(words.encode()).digest()


class Pictures:
    """The pictures of this process, those asked for last, up to so many bytes. One with a lead's values in it is let go
    after a minute, so that erasing the lead reaches it."""

    def __init__(self, most: int = MOST_BYTES, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._monotonic = monotonic
        self._shared: OrderedDict[object, bytes] = OrderedDict()
        self._bound: OrderedDict[object, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.drawn = 0

    async def picture(self, wanted: Wanted) -> bytes:
        """Drawn in a thread, unless it is there already. Raises `Invalid` for words that do not fit."""
        name = wanted.name
        self._let_go()
        if name in self._shared:
            self._shared.move_to_end(name)
            return self._shared[name]
        if name in self._bound:
            return self._bound[name][1]
        async with self._turns:
            drawn = await asyncio.to_thread(draw, wanted)
        self.drawn += 1
        self._keep(name, drawn, bound=wanted.bound)
        return drawn

    def _keep(self, name: object, drawn: bytes, *, bound: bool) -> None:
        if name in self._shared or name in self._bound:  # two asked at once
            return
        self._bytes += len(drawn)
        if bound:
            self._bound[name] = (self._monotonic() + BOUND_SECONDS, drawn)
        else:
            self._shared[name] = drawn
        while self._bytes > self._most and (self._bound or self._shared):
            self._bytes -= len(
                self._bound.popitem(last=False)[1][1] if self._bound else self._shared.popitem(last=False)[1]
            )

    def _let_go(self) -> None:
        now = self._monotonic()
        while self._bound and next(iter(self._bound.values()))[0] <= now:
            self._bytes -= len(self._bound.popitem(last=False)[1][1])


def draw(wanted: Wanted) -> bytes:
    """The picture's bytes."""
    shown = svg(wanted.texts, wanted.canvas, wanted.locale) if any(wanted.texts.values()) else nothing(wanted.canvas)
    return png(shown, wanted.canvas.scale) if wanted.form == "png" else shown.encode()
