"""Who looks at a page, as far as copy may know: a lead that the site's server vouched for, or nobody in particular.

Of a lead come the audiences that live campaigns speak to. Of anybody else come those whose whole condition is about
what the page says of itself (`context`): what nobody knows of a visitor puts it into no audience.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.audiences.judging import Judge
from service.audiences.store import AudienceStore
from service.db.engine import Database
from service.delivery.crowd import Crowd
from service.delivery.models import LeadView
from service.delivery.segments import LOTS, Segment, Segments
from service.delivery.shelf import Shelf
from service.delivery.site_tokens import lead_of
from service.errors import Fault, Invalid
from service.leads.contract_store import ContractStore
from service.privacy.signing import Signer
from service.profile.attributes import selectable
from service.profile.models import Value

SITE_TOKENS = "site-tokens"
_SEGMENTS = "segments"
_LATELY = 5.0  # seconds for which conditions are kept in memory
_DAY = 24


@dataclass(frozen=True, slots=True)
class _Conditions:
    read_at: float
    judges: Sequence[tuple[str, Judge]]
    names: frozenset[str]


class Visitors:
    """Visitors of the sites of all workspaces. `random` gives a number from 0 to 1, not 1 itself."""

    def __init__(
        self,
        database: Database,
        shelf: Shelf,
        crowd: Crowd,
        signer: Signer,
        random: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._shelf = shelf
        self._crowd = crowd
        self._signer = signer
        self._random = random
        self._monotonic = monotonic
        self._segments: dict[UUID, Segments] = {}
        self._conditions: dict[UUID, _Conditions] = {}

    def segments(self, workspace: UUID) -> Segments:
        """What writes and reads that workspace's segments."""
        if workspace not in self._segments:
            self._segments[workspace] = Segments(self._signer.digest(_SEGMENTS, str(workspace)))
        return self._segments[workspace]

    def lead_named(self, workspace: UUID, token: str, now: float, *, picture: bool = False) -> str:
        """The external id in a site's token. Raises `Unauthorized`, or `Invalid` for an e-mail address."""
        return lead_of(token, self._signer.digest(SITE_TOKENS, str(workspace)), now, picture=picture)

    async def segment(
        self, workspace: UUID, lead: str | None, context: Mapping[str, Value], before: str | None, now: float
    ) -> Segment:
        """A visitor's segment. Somebody unknown keeps the lot of the segment it had `before`, up to a day ago. Raises
        `Invalid` for a context that the contract does not let choose."""
        view = await self._crowd.find(workspace, lead, now) if lead else None
        told = await self._told(workspace, context) if context else ()
        audiences = self._wanted(workspace, {*told, *(view.audiences if view else ())})
        had = self.segments(workspace).read(before, now, ago=_DAY) if before else None
        return Segment(audiences, self._lot(view, had), view is not None)

    def _lot(self, view: LeadView | None, had: Segment | None) -> int:
        if view is not None:
            return view.key_id.int % LOTS
        return had.lot if had else int(self._random() * LOTS)

    def _wanted(self, workspace: UUID, mine: set[str]) -> tuple[str, ...]:
        """Those of the audiences that a campaign asks for, each once, in the order in which campaigns want them."""
        campaigns = self._shelf.campaigns(workspace)
        return tuple(dict.fromkeys(slug for one in campaigns if one.live for slug in one.audiences if slug in mine))

    async def _told(self, workspace: UUID, context: Mapping[str, Value]) -> Iterable[str]:
        known = await self._read(workspace)
        unknown = sorted(context.keys() - known.names)
        if unknown:
            faults = [
                Fault(f"/context/{name[:80]}", "is no attribute that the contract lets choose") for name in unknown
            ]
            raise Invalid(
                f"The contract does not let these choose: {', '.join(name[:40] for name in unknown[:5])}.",
                code="context.attribute",
                faults=faults,
            )
        return (slug for slug, judge in known.judges if judge.attributes <= context.keys() and judge.holds_for(context))

    async def _read(self, workspace: UUID) -> _Conditions:
        """Audiences and contract; kept for a moment, since anybody with the page's key may ask."""
        held = self._conditions.get(workspace)
        if held is None or self._monotonic() - held.read_at > _LATELY:
            async with self._database.read() as connection:
                audiences = await AudienceStore(connection, workspace).all()
                contract = await ContractStore(connection, workspace).current()
            judges = [(one.slug, Judge(one.condition, contract)) for one in audiences]
            held = _Conditions(self._monotonic(), judges, frozenset(selectable(contract)))
            self._conditions[workspace] = held
        return held
