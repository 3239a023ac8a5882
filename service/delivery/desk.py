"""The one way to an answer: who asks, what stands, which of it, bound and written down before it leaves.

Nothing here waits for a model or for the database: shelf and crowd are in memory, and the log is a file. Only a
recipient whom this process has not read yet is looked up, and then no longer than there is time for.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from service.channels.registry import CHANNELS
from service.delivery.crowd import Crowd
from service.delivery.decide import REFUSED, decide
from service.delivery.log import DecisionLog
from service.delivery.models import Ask, Candidate, Choice, LeadView, Shelved
from service.delivery.platforms.registry import bound_for, emit, platform_named
from service.delivery.prepared import Prepared
from service.delivery.receipts import Decided, masked, receipt
from service.delivery.sealing import NONCE_BYTES
from service.delivery.shelf import Shelf
from service.errors import Invalid, SobMedidaError
from service.types import Clock

NOTHING: Mapping[str, str] = {}
MOST_EMITTED = 5_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided and what is said; `outputs` are empty where nothing is."""

    decision: UUID
    choice: Choice
    shelved: Shelved
    outputs: Mapping[str, str]
    lead: LeadView | None
    at: datetime


class Desk:
    """Decides, binds, and writes down what was decided."""

    def __init__(
        self,
        shelf: Shelf,
        crowd: Crowd,
        log: DecisionLog,
        key: bytes,
        clock: Clock,
        ids: Callable[[], UUID] = uuid4,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._shelf = shelf
        self._crowd = crowd
        self._log = log
        self._key = key
        self._clock = clock
        self._ids = ids
        self._random = random
        self._emitted: dict[tuple[str, str], tuple[Prepared, Mapping[str, str]]] = {}

    async def answer(
        self,
        workspace: UUID,
        campaigns: Sequence[str],
        ask: Ask,
        *,
        platform: str | None = None,
        within: float | None = None,
    ) -> Answer | None:
        """The first of those campaigns that has something to say, or why none has; None where all are unknown.

        `platform` gets its merge tags in the place of values. `within` is how many seconds there are for a look-up.
        Raises `StorageFull` where the decision cannot be written down.
        """
        now = self._clock()
        at, fresh = now.timestamp(), self._shelf.fresh() and self._crowd.fresh()
        lead = await self._lead(workspace, ask, at, within)
        ask = ask if lead else masked(ask)
        found: tuple[Shelved, Choice] | None = None
        for slug in campaigns:
            shelved = self._shelf.campaign(workspace, slug)
            if shelved is not None:
                choice = decide(shelved, lead, ask, at, fresh=fresh)
                last = choice.candidate is not None or choice.reason == "holdout"  # no other takes its place
                if found is None or last:
                    found = (shelved, choice)
                if last:
                    break
        if found is None:
            return None
        shelved, choice = found
        outputs, values = NOTHING, NOTHING
        if choice.candidate is not None:
            try:
                outputs, values = self._said(choice.candidate, lead, platform)
            except Invalid:
                choice = REFUSED
        decided = Decided(self._ids(), now, shelved, ask, lead, choice, outputs, values, fresh, platform)
        await self._log.decided(receipt(decided, self._key, self._random(NONCE_BYTES)), shelved)
        return Answer(decided.id, choice, shelved, outputs, lead, now)

    async def _lead(self, workspace: UUID, ask: Ask, at: float, within: float | None) -> LeadView | None:
        if ask.recipient is None:
            return None
        lead = self._crowd.now(workspace, ask.recipient, at)
        if lead is None and not self._crowd.knows_nobody(workspace, ask.recipient):
            with suppress(TimeoutError, SobMedidaError):  # then it is nobody we know: the control, or nothing
                async with asyncio.timeout(within):
                    lead = await self._crowd.find(workspace, ask.recipient, at)
        return lead

    def _said(
        self, candidate: Candidate, lead: LeadView | None, platform: str | None
    ) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The outputs and the values bound in them; a platform's tags are the same for everybody."""
        target = platform_named(platform) if platform is not None else None
        if target is None or target.merge is None:
            outputs, values = bound(candidate, lead)
            return (outputs if target is None else bound_for(candidate.prepared, target, values)), values
        same = (candidate.revision, target.name)
        prepared, outputs = self._emitted.get(same, (None, NOTHING))
        if prepared is not candidate.prepared:  # with other settings the same revision is made ready anew
            if len(self._emitted) >= MOST_EMITTED:
                self._emitted.clear()
            outputs = emit(candidate.prepared, target.name)
            self._emitted[same] = (candidate.prepared, outputs)
        return outputs, NOTHING


def bound(candidate: Candidate, lead: LeadView | None) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The copy as this reader gets it, and the values bound: none of them where one would make it too long."""
    values = lead.values.get(candidate.channel, NOTHING) if lead else NOTHING
    outputs = candidate.prepared.bind(values)
    if values and candidate.prepared.tokens and _too_long(candidate.channel, outputs):
        return candidate.prepared.bind(NOTHING), NOTHING
    return outputs, values


def _too_long(channel: str, bound: Mapping[str, str]) -> bool:
    return any(limit.measure(bound.get(name, "")) > limit.hard for name, limit in CHANNELS[channel].limits.items())
