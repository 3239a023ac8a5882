"""Variants in the records, on either database."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.db.engine import Database
from service.errors import Conflict
from service.leads.models import LeadInput
from service.leads.store import LeadStore
from service.review.covering import covered
from service.variants.living import act
from service.variants.store import VariantStore, Wanted
from tests.conftest import new_workspace
from tests.service.variants.test_living import new_campaign, new_variant, written


async def test_variants_are_found_by_what_they_are(database: Database, workspace: UUID, now: datetime) -> None:
    other, campaign = await new_workspace(database, now, "outra"), await new_campaign(database, workspace, now)
    alone = await new_variant(database, workspace, None, now)
    control = await new_variant(database, workspace, campaign, now)
    async with database.write() as connection:
        store = VariantStore(connection, workspace)
        stored = await store.get(alone)
        await act(connection, workspace, stored, "edit", "rui", now, written=written(stored, 1, blocked=True))
        await act(connection, workspace, await store.get(control), "approve", "ana", now)
        for wanted, ids in (
            (Wanted(findings=True), {alone}),
            (Wanted(findings=False), {control}),
            (Wanted(statuses=("approved",)), {control}),
            (Wanted(campaign=campaign, control=True, channel="push", locale="pt-BR"), {control}),
            (Wanted(placed=True, audience="nobody"), set()),
        ):
            assert {one.id for one in await store.all(wanted)} == ids
            assert {one.id for one in await store.glances(wanted)} == ids
            assert {one.id for one in (await store.page(10, None, wanted))[0]} == ids
        assert [one.id for one in await store.by_ids([control, alone])] == [control, alone]
        assert (await store.listed([control]))[control].fields["title"] == "Café"
    async with database.read() as connection:
        theirs = VariantStore(connection, other)
        assert await theirs.by_ids([control]) == [] and await theirs.listed([control]) == {}


async def test_a_claim_runs_out(database: Database, workspace: UUID, now: datetime) -> None:
    variant, later = await new_variant(database, workspace, None, now), now + timedelta(minutes=30)
    async with database.write() as connection:
        store = VariantStore(connection, workspace)
        held = await store.claim(await store.get(variant), "ana", later, now)
        assert held.version == 1
        with pytest.raises(Conflict):
            await store.claim(held, "rui", later + timedelta(minutes=30), later - timedelta(seconds=1))
        assert (await store.claim(held, "rui", later + timedelta(minutes=30), later)).claimed_by == "rui"


async def test_coverage_knows_how_long_the_longest_name_is(database: Database, workspace: UUID, now: datetime) -> None:
    variant = await new_variant(database, workspace, None, now)
    names = ("Bia", "Maria Aparecida", "Visite evil.com e ganhe um prêmio")  # the last is no name, and is never shown
    people = [LeadInput(external_id=str(place), traits={"firstName": name}) for place, name in enumerate(names)]
    async with database.write() as connection:
        for lead in people:
            await LeadStore(connection, workspace).put(lead, now, default_locale="pt-BR")
        stored = await VariantStore(connection, workspace).get(variant)
        title = {**stored.fields, "title": "Olá, {{ first_name | cliente }}"}
        found = await covered(connection, workspace, stored._replace(fields=title), now)
    assert [(one.name, one.longest, one.longest_seen) for one in found.tokens] == [("first_name", 40, 15)]
