"""What people decide on variants: edit, submit, approve, reject, reopen, ask for a change, retire.

Copy is checked and written before the transaction, which is short. Where somebody else was faster meanwhile, nothing of
it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.search import Search
from service.channels.registry import channel as channel_named
from service.db.engine import Database
from service.errors import Conflict, PreconditionFailed, SobMedidaError
from service.etags import check_match
from service.generation.models import Brief, GenerateRequest, Notice, Variant
from service.generation.pipeline import Change, Pipeline
from service.review.handwork import Checking, reader_of_stored, written_of
from service.review.models import DecisionBody, Left
from service.review.noticing import traces
from service.review.routing import routed
from service.review.ruling import Noticing, texts_of
from service.types import Clock
from service.variants.history import HistoryStore
from service.variants.living import act
from service.variants.models import Entry, StoredVariant, Written
from service.variants.states import Action, after
from service.variants.store import VariantStore, claimed
from service.workspaces.models import Workspace

CLAIM = timedelta(minutes=30)
_HANDS_OFF = frozenset(("draft", "in_review", "approved", "live"))


@dataclass(frozen=True, slots=True)
class Deciding:
    """One person at work on a workspace's variants."""

    database: Database
    search: Search
    pipeline: Pipeline
    clock: Clock
    workspace: Workspace
    actor: str

    async def decide(
        self, variant: UUID, body: DecisionBody, if_match: str | None
    ) -> tuple[StoredVariant, list[Notice]]:
        """Do as was decided. Raises `NotFound`, `Conflict`, `Forbidden`, `Invalid` or `PreconditionFailed`."""
        if body.decision == "edit":
            return await self.edit(variant, body.fields or {}, if_match, body.said), []
        async with self.database.write() as connection:
            stored = await self._mine(connection, variant, if_match)
            done = await self._act(connection, stored, body.decision, body.said)
            if body.decision == "submit":
                done = await routed(connection, self.workspace, done, self.clock())
        if body.decision in ("reject", "request_change"):
            await self._noticing.refused(stored, body.said)
        if body.decision == "request_change":
            return await self._rewritten(done, body.said)
        return done, []

    async def edit(
        self, variant: UUID, fields: Mapping[str, object], if_match: str | None, note: str = ""
    ) -> StoredVariant:
        """Change fields and check the copy anew. What comes to the very same revision changes no state."""
        async with self.database.read() as connection:
            stored = await self._mine(connection, variant, if_match)
        after(stored.status, "edit")
        now = self.clock()
        checked = await Checking(self.database, self.search, self.workspace, now).again(stored, fields)
        written = written_of(self.workspace.id, stored, checked, self.actor)
        if written.revision == stored.revision and stored.status in _HANDS_OFF:
            return await self._judged_anew(stored, written)
        changed = sorted(name for name, text in written.fields.items() if stored.fields.get(name) != text)
        details = {
            "fields": changed,
            **traces(texts_of(stored), texts_of(stored._replace(fields=written.fields)))._asdict(),
        }
        done = await self._kept(stored, checked, written, self.actor, note, details)
        await self._noticing.edited(stored, done, note)
        return done

    async def _judged_anew(self, stored: StoredVariant, written: Written) -> StoredVariant:
        """The same words and facts with what is found today, where nobody has approved them yet: the workspace's terms
        may have changed since."""
        if stored.status not in ("draft", "in_review") or written.findings == stored.findings:
            return stored
        found = {name: getattr(written, name) for name in ("claims", "findings", "evidence", "rests_on")}
        now, status = self.clock(), stored.status
        async with self.database.write() as connection:
            done = await VariantStore(connection, self.workspace.id).update(stored, now, found)
            entry = Entry(stored.revision, "recheck", status, status, self.actor, "", {}, now)
            await HistoryStore(connection, self.workspace.id).add(stored.id, entry)
        return done

    async def approve_all(self, ids: Sequence[UUID], note: str) -> tuple[list[StoredVariant], list[Left]]:
        """Approve those that have no finding at all, each by itself; the others are left, with the reason."""
        approved, left = [], []
        for variant in dict.fromkeys(ids):
            try:
                async with self.database.write() as connection:
                    stored = await self._mine(connection, variant, None)
                    _clean(stored)
                    approved.append(await self._act(connection, stored, "approve", note))
            except SobMedidaError as error:
                if error.status >= 500:
                    raise
                left.append(Left(variant=variant, code=error.code, detail=error.detail))
        return approved, left

    async def claim(self, variant: UUID) -> StoredVariant:
        """Say for half an hour that this one is at work on it. Raises `Conflict` while somebody else is."""
        now = self.clock()
        async with self.database.write() as connection:
            store = VariantStore(connection, self.workspace.id)
            return await store.claim(await store.get(variant), self.actor, now + CLAIM, now)

    async def release(self, variant: UUID) -> StoredVariant:
        """Leave it to others. Raises `Conflict` where it is somebody else's."""
        now = self.clock()
        async with self.database.write() as connection:
            store = VariantStore(connection, self.workspace.id)
            return await store.claim(await store.get(variant), self.actor, now, now)

    @property
    def _noticing(self) -> Noticing:
        return Noticing(self.database, self.clock, self.workspace, self.actor)

    async def _mine(self, connection: AsyncConnection, variant: UUID, if_match: str | None) -> StoredVariant:
        """That variant, where it is as the caller knows it and nobody else is at work on it."""
        stored = await VariantStore(connection, self.workspace.id).get(variant)
        check_match(if_match, stored.version, "variant.version")
        if stored.claimed_by_another(self.actor, self.clock()):
            raise claimed(stored)
        return stored

    async def _act(
        self, connection: AsyncConnection, stored: StoredVariant, action: Action, note: str
    ) -> StoredVariant:
        return await act(
            connection, self.workspace.id, stored, action, self.actor, self.clock(), note=note,
            policy=self.workspace.review,
        )  # fmt: skip

    async def _kept(
        self, stored: StoredVariant, variant: Variant, written: Written, actor: str, note: str, details: dict[str, Any]
    ) -> StoredVariant:
        async with self.database.write() as connection:
            done = await act(
                connection, self.workspace.id, stored, "edit", actor, self.clock(), note=note, details=details,
                written=written,
            )  # fmt: skip
            await VariantStore(connection, self.workspace.id).cite(stored.id, variant.evidence, variant.claims)
        return done

    async def _rewritten(self, stored: StoredVariant, note: str) -> tuple[StoredVariant, list[Notice]]:
        """The variant written again with the note. Where that fails, it stays the draft that it is by now."""
        try:
            variant, notices = await self._written_again(stored, note)
            if variant is None:
                return stored, [*notices, Notice(code="generation.nothing", detail="Nothing that was written passed.")]
            made = variant.provenance
            written = written_of(self.workspace.id, stored, variant, made.model or made.generator)
            details = {"generator": made.generator, "prompt": made.prompt}
            return await self._kept(stored, variant, written, written.author, note, details), notices
        except PreconditionFailed as error:
            async with self.database.read() as connection:
                now = await VariantStore(connection, self.workspace.id).get(stored.id)
            return now, [Notice(code=error.code, detail="Somebody edited it meanwhile; their words stand.")]
        except SobMedidaError as error:
            return stored, [Notice(code=error.code, detail=error.detail)]

    async def _written_again(self, stored: StoredVariant, note: str) -> tuple[Variant | None, list[Notice]]:
        """In its own angle; where that gives the same words again, as the composer does, in the next one."""
        local = self.clock().astimezone(ZoneInfo(self.workspace.timezone))
        reader = await reader_of_stored(self.database, self.workspace, stored, local)
        request = GenerateRequest(
            audience={}, brief=Brief.model_validate(stored.brief), channel=stored.channel, locale=stored.locale,
            variants=1, fresh=True,
        )  # fmt: skip
        angles = channel_named(stored.channel).angles
        first = next((place for place, one in enumerate(angles) if one == stored.angle), 0)
        notices: list[Notice] = []
        for step in range(2):
            change = Change(note, angles[(first + step) % len(angles)])
            _, answer = await self.pipeline.draft(self.workspace, request, known=reader, change=change)
            notices = answer.notices
            if answer.variants and answer.variants[0].fields != stored.fields:
                return answer.variants[0].model_copy(update={"id": stored.id}), notices
        return None, notices


def _clean(stored: StoredVariant) -> None:
    if stored.findings:
        codes = ", ".join(sorted({one["code"] for one in stored.findings}))
        raise Conflict(f"It has findings, which somebody should look at: {codes}.", code="variant.findings")
