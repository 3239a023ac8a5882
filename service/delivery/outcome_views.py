"""The decisions of page views: an answer that many share names none, so each view that tells of itself gets its own.

It is the decision that gives just that copy to somebody of whom nothing else is known, written from the shelf as it
stands, with a receipt that replays like any other. Nothing here waits for the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from service.delivery.decide import decide
from service.delivery.log import DecisionLog
from service.delivery.models import Ask, Candidate, Choice, Shelved
from service.delivery.outcome_models import Beacon, outcome_row
from service.delivery.receipts import Decided, receipt
from service.delivery.segments import LOTS
from service.delivery.shelf import Shelf
from service.events.models import Robot

MOST_KEPT = 2_000


class Views:
    """Takes what pages tell into the log."""

    def __init__(self, shelf: Shelf, log: DecisionLog, key: bytes) -> None:
        self._shelf = shelf
        self._log = log
        self._key = key
        self._known: dict[tuple[str, UUID | None, str | None, str | None], Ask] = {}

    async def take(self, workspace: UUID, beacons: Sequence[Beacon], robot: Robot | None, now: datetime) -> None:
        """Returns when all of it is kept. Raises `StorageFull` or `StorageUnavailable`."""
        await asyncio.gather(*(self._one(workspace, beacon, robot, now) for beacon in beacons))

    async def _one(self, workspace: UUID, beacon: Beacon, robot: Robot | None, now: datetime) -> None:
        told = {"placement": beacon.placement} if beacon.placement else {}
        if beacon.decision is not None:
            row = outcome_row(
                workspace, beacon.decision, beacon.kind, beacon.id, "beacon", now, now, robot=robot, properties=told
            )
            await self._log.shown(row)
            return
        mine = uuid5(workspace, beacon.id)
        row = outcome_row(workspace, mine, beacon.kind, beacon.id, "view", now, now, robot=robot, properties=told)
        await asyncio.gather(self._decided(workspace, mine, beacon, now), self._log.shown(row))

    async def _decided(self, workspace: UUID, id_: UUID, beacon: Beacon, now: datetime) -> None:
        """Write the view's decision, where that copy still stands; told again, it is the same one."""
        shelved = self._shelf.campaign(workspace, beacon.campaign or "")
        found = self._found(shelved, beacon, now) if shelved else None
        if shelved is None or found is None:
            return
        ask, choice = found
        outputs = choice.candidate.prepared.bind({}) if choice.candidate else {}
        decided = Decided(id_, now, shelved, ask, None, choice, outputs, {}, self._shelf.fresh())
        await self._log.decided(receipt(decided, self._key, b""), shelved)

    def _found(self, shelved: Shelved, beacon: Beacon, now: datetime) -> tuple[Ask, Choice] | None:
        """How that copy comes to be chosen."""
        name = (shelved.snapshot, beacon.variant, beacon.revision, beacon.placement)
        held = self._known.get(name)
        for ask in [held] if held else _ways(shelved, beacon, now.timestamp()):
            choice = decide(shelved, None, ask, now.timestamp(), fresh=self._shelf.fresh())
            if choice.candidate is not None and _is(choice.candidate, beacon):
                if len(self._known) >= MOST_KEPT:
                    self._known.clear()
                self._known[name] = ask
                return ask, choice
        return None


def _ways(shelved: Shelved, beacon: Beacon, now: float) -> Iterator[Ask]:
    """What could have been asked to get that copy, the likeliest first: by somebody of its own audience."""
    for (channel, _), by_audience in shelved.candidates.items():
        for audience, offered in by_audience.items():
            if any(_is(one, beacon) and one.opens <= now < one.closes for one in offered):
                for slug in dict.fromkeys((audience, *shelved.audiences)):
                    mine = (slug,) if slug else ()
                    for lot in ((), *((f"~{lot}",) for lot in range(LOTS))):
                        yield Ask(channel, beacon.placement, context=(*lot, *mine))


def _is(one: Candidate, beacon: Beacon) -> bool:
    return one.variant == beacon.variant and one.revision == beacon.revision
