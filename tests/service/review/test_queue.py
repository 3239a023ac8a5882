"""What waits, narrowed and searched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import variants
from service.review.queue import CONTROL, Asked, Facets, Waiting, has_words, narrowed
from service.review.queue_store import QueueStore
from service.variants.states import Status
from service.variants.store import Wanted, counts_of
from tests.conftest import new_workspace
from tests.service.review.test_life import BAD, campaign, decide, written
from tests.service.variants.test_living import new_campaign, new_variant
from tests.support import Running

WARN, BLOCK = {"severity": "warn"}, {"severity": "block"}
WAITING: Sequence[Status] = ("in_review", "draft")


async def kept(database: Database, workspace: UUID, campaign: UUID, now: datetime, **known: Any) -> UUID:
    """A draft of that campaign, clean and of now unless told otherwise, for the audience `loyal`."""
    told = {"audience_slug": "loyal", "findings": [], **known}
    variant = await new_variant(database, workspace, campaign, now)
    async with database.write() as connection:
        changed = told | counts_of(told["findings"])
        await connection.execute(sa.update(variants).where(variants.c.id == variant).values(changed))
    return variant


async def queue(database: Database, workspace: UUID, now: datetime, asked: Asked) -> tuple[Sequence[Waiting], Facets]:
    async with database.read() as connection:
        return narrowed(await QueueStore(connection, workspace).waiting(Wanted(WAITING), "ana", now), asked)


def ids(found: Sequence[Waiting]) -> list[UUID]:
    return [one.id for one in found]


async def test_the_worst_come_first_and_each_filter_tells_what_the_others_would_let_through(
    database: Database, workspace: UUID, now: datetime
) -> None:
    cafe, plants = [await new_campaign(database, workspace, now) for _ in range(2)]

    async def one(campaign: UUID = cafe, **known: Any) -> UUID:
        return await kept(database, workspace, campaign, now, **known)

    clean, old = await one(channel="email"), await one(created_at=now - timedelta(days=1))
    soon = now + timedelta(minutes=1)
    control = await one(audience_slug=None, claimed_by="ana", claimed_until=soon)
    warned = await one(findings=[WARN, WARN], claimed_by="rui", claimed_until=soon)
    blocked = await one(plants, findings=[WARN, BLOCK], claimed_by="rui", claimed_until=now)
    there = await one(plants, audience_slug=None, created_at=now + timedelta(seconds=1))
    await one(plants, audience_slug=None, status="approved", serving="r")
    alone = await one(campaign_id=None, created_at=now + timedelta(seconds=2))
    everything, _ = await queue(database, workspace, now, Asked())
    assert ids(everything) == [blocked, warned, control, old, clean, there]
    assert [one.rank for one in everything] == sorted(one.rank for one in everything)
    assert [one.claimed for one in everything[:3]] == ["unclaimed", "others", "mine"]
    shown, facets = await queue(database, workspace, now, Asked(campaign=cafe, findings="none"))
    assert ids(shown) == [control, old, clean]
    assert dict(facets["findings"]) == {"warned": 1, "none": 3}
    assert dict(facets["channel"]) == {"push": 2, "email": 1}
    assert dict(facets["campaign"]) == {cafe: 3, plants: 1}
    assert dict(facets["audience"]) == {"loyal": 2, CONTROL: 1}
    assert dict(facets["claimed"]) == {"mine": 1, "unclaimed": 2}
    assert facets["missing_control"] == {True: 1, False: 2}
    async with database.write() as connection:
        await connection.execute(sa.update(variants).where(variants.c.id == alone).values(status="in_review"))
    handed_in = (await queue(database, workspace, now, Asked()))[0][-1]
    assert (handed_in.id, handed_in.campaign, handed_in.audience) == (alone, None, None)


async def test_what_the_queue_does_not_show_is_read_from_an_index_alone(
    sqlite_database: Database, now: datetime
) -> None:  # fmt: skip
    workspace = await new_workspace(sqlite_database, now)
    asked: list[Any] = []

    def note(*executed: Any) -> None:
        asked.append(executed[2:4])

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        await queue(sqlite_database, workspace, now, Asked())
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    async with sqlite_database.read() as connection:
        plans = [
            line[-1]
            for statement, parameters in asked
            for line in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    searches = [line for line in plans if "variants" in line]
    assert searches and all("COVERING INDEX" in line for line in searches), plans


@pytest.mark.parametrize(
    ("words", "there"),
    [(["cafe", "agua"], True), (["coa"], True), (["agua", "chá"], False), (["link"], False), ([], True)],
)
def test_words_are_found_whatever_their_case_and_accents(words: list[str], there: bool) -> None:
    fields = {"title": "CAFÉ Coado", "body": "A água a 92 °C", "link_content_id": None}
    assert has_words(fields, words) is there


async def test_the_queue_is_searched_and_told_apart_by_who_wrote_and_by_what_is_missing(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        kit, cheap = await written(http), await written(http, {**BAD, "body": "Água a 92 °C e um coador de cerâmica."})
        asked: dict[str, dict[str, str | bool]] = {
            "water": {"search": "AGUA ceramica"}, "jar": {"search": "jarra 170,10"}, "nothing": {"search": "chá\0"},
            "human": {"generator": "human"}, "model": {"generator": "model"}, "missing": {"missing_control": True},
        }  # fmt: skip
        found = {name: (await http.get("/v1/reviews", params=one)).json() for name, one in asked.items()}
        (await decide(http, kit["id"], "approve")).raise_for_status()
        still = (await http.get("/v1/reviews", params={"missing_control": True})).json()
    told = {name: {one["id"] for one in answer["items"]} for name, answer in found.items()}
    both = {kit["id"], cheap["id"]}
    assert told == {
        "water": {cheap["id"]}, "jar": {kit["id"]}, "nothing": set(), "human": both, "model": set(), "missing": both
    }  # fmt: skip
    assert found["jar"]["counts"]["total"] == 1
    assert still["items"] == []
