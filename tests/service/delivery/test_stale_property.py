"""Whatever happens and in whatever order: no answer rests on evidence that is stale at that moment.

The oracle reads the records by itself and knows for each text in words what it needs; it shares no code with what
serves.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Collection, Coroutine
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import combinations, count
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from service.db import changes
from service.db.engine import Database
from service.db.tables import campaigns, consents, content_items, content_versions, contracts, workspaces
from service.delivery.crowd import Crowd
from service.delivery.decide import decide
from service.delivery.models import Ask, Candidate
from service.delivery.shelf import Shelf
from service.errors import Conflict, NotFound
from tests.service.variants.world import AUDIENCE, GRAMS, GUIDE, KIT, PRICE, PURPOSES, World, consent
from tests.support import NOW

DEALS = ((170, 200, 15), (160, 200, 20), (170, 250, 32))
PERCENT = "O Kit Café Coado está com 15% de desconto."
STOCK = "Restam 40 unidades do Kit Café Coado."
UNTIL = "O Kit Café Coado vale até 4 de dezembro."
TOKEN = "{{ first_name | cliente }}, conheça o Kit Café Coado."
LINK = "Um bom café começa pela água."
TEXTS = (PRICE, PERCENT, STOCK, UNTIL, TOKEN, GRAMS, LINK)
MET = ("audience", "control", "no_consent", "paused", "stands", "fell", "deleted", "forbidden", "banned", "not now")
_STARTS = count(1_000, 1_000)
LAST_DAY = date(2026, 12, 4)
TERMS = ("coado", "bom", "litro")


class Item(NamedTuple):
    """A content item that is there, as the records have it."""

    title: str
    body: str
    facts: dict[str, Any]
    since: datetime | None
    until: datetime | None
    url: str | None


class Records(NamedTuple):
    """What is so at a moment."""

    items: dict[str, Item]
    uses: dict[str, str]
    banned: list[str]
    consents: dict[str, str]
    live: bool


def wrong(records: Records, body: str, shown: dict[str, Any], now: datetime) -> str | None:
    """Why that text may not be said now, None where it may."""
    kit, guide = (_valid(records.items.get(name), now) for name in ("kit", "guia"))
    facts = kit.facts if kit else {}
    named = kit is not None and "Kit Café Coado" in f"{kit.title} {kit.body}"
    holds: dict[str, bool] = {
        PRICE: named and facts.get("price") == 170 and facts.get("currency") == "BRL",
        PERCENT: named and facts.get("discount_percent") == 15,
        STOCK: named and facts.get("stock") == 40,
        UNTIL: named and kit is not None and kit.until is not None and kit.until.date() == LAST_DAY,
        TOKEN: named and records.uses.get("first_name") == "mention" and records.uses.get("categoria") == "imply",
        GRAMS: guide is not None and "Use 60 g de café para cada litro de água." in guide.body,
        LINK: kit is not None and kit.url is not None and kit.url in str(shown),
    }
    if not holds[body]:
        return "its facts are not so"
    return "a term is banned" if any(term in body.lower() for term in records.banned) else None


def _valid(item: Item | None, now: datetime) -> Item | None:
    if item is None or (item.since and now < item.since) or (item.until and now >= item.until):
        return None
    return item


async def records_of(database: Database, workspace: UUID) -> Records:
    """Read the records, with nothing of ours between."""
    item, version = content_items.c, content_versions.c
    async with database.read() as connection:
        content = await connection.execute(
            sa.select(item.external_id, version.title, version.body, version.facts, version.valid_from,
                      version.valid_until, version.url)
            .join(content_versions, sa.and_(version.item_id == item.id, version.version == item.version))
            .where(item.workspace_id == workspace, item.deleted_at.is_(None))
        )  # fmt: skip
        contract = await connection.scalar(
            sa.select(contracts.c.attributes)
            .where(contracts.c.workspace_id == workspace)
            .order_by(contracts.c.version.desc())
            .limit(1)
        )
        terms = await connection.scalar(sa.select(workspaces.c.terms).where(workspaces.c.id == workspace))
        ledger = await connection.execute(
            sa.select(consents.c.purpose, consents.c.status)
            .where(consents.c.workspace_id == workspace)
            .order_by(consents.c.collected_at, consents.c.id)
        )
        status = await connection.scalar(sa.select(campaigns.c.status).where(campaigns.c.workspace_id == workspace))
        return Records(
            {row[0]: Item(*row[1:]) for row in content},
            {name: attribute["use"] for name, attribute in contract or ()},
            (terms or {}).get("banned", []),
            {row[0]: row[1] for row in ledger},
            status == "live",
        )


class Began(NamedTuple):
    """A workspace in which all texts are approved, to copy."""

    path: Path
    workspace: UUID
    campaign: UUID
    approved: dict[UUID, str]


async def begin(path: Path) -> Began:
    """Make it."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    world = World(database)
    await world.begin()
    approved = dict[UUID, str]()
    for text in TEXTS:
        for audience in (AUDIENCE, None):
            made = await approve(world, text, audience)
            assert made is not None, text
            approved[made] = text
    await database.close()
    return Began(path, world.id, world.campaign, approved)


async def approve(world: World, text: str, audience: str | None) -> UUID | None:
    """That text, if the checks let it through."""
    known = {"imply": {"categoria": "café"}} if text == TOKEN else {}
    return await world.approve(text, audience=audience, link="kit" if text == LINK else None, known=known)


class Machine(RuleBasedStateMachine):
    """One workspace in which anything happens, and what readers are told after each step."""

    began: ClassVar[Began]
    folder: ClassVar[Path]
    shelf_class: ClassVar[type[Shelf]] = Shelf
    told: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        path = self.folder / f"{uuid4().hex}.db"
        shutil.copy(self.began.path, path)
        self.database = Database(f"sqlite+aiosqlite:///{path}")
        self.world = World(self.database, self.began.workspace, self.began.campaign)
        self.kit, self.guide = dict(KIT), dict(GUIDE)
        self.approved = dict(self.began.approved)
        self.work(self._own_contract(next(_STARTS)))
        self.shelf = self.shelf_class(self.database, _nothing)
        self.crowd = Crowd(self.database, lambda: self.world.now)

    def teardown(self) -> None:
        self.work(self.database.close())
        self.work(self.loop.shutdown_default_executor())
        self.loop.close()

    def work(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do it, in this machine's own loop."""
        return self.loop.run_until_complete(work)

    @rule(text=st.sampled_from(TEXTS), control=st.booleans())
    def approve(self, text: str, control: bool) -> None:
        """Nobody approves what is not so, and the checks let less through than they could."""
        records = self.work(records_of(self.database, self.world.id))
        if wrong(records, text, {"url": self.kit["url"]}, self.world.now):
            return
        with suppress(Conflict):
            made = self.work(approve(self.world, text, None if control else AUDIENCE))
            if made is not None:
                self.approved[made] = text

    @rule(deal=st.sampled_from(DEALS), stock=st.sampled_from((40, 39)))
    def sell(self, deal: tuple[int, int, int], stock: int) -> None:
        """A price, and how many are left."""
        names = ("price", "old_price", "discount_percent")
        self.kit["facts"] = {**self.kit["facts"], **dict(zip(names, deal, strict=True)), "stock": stock}
        self.work(self.world.put(self.kit))

    @rule(grams=st.sampled_from(("Use 60 g de café", "Use 60 g de açúcar e 80 g de café")), seen=st.booleans())
    def rewrite(self, grams: str, seen: bool) -> None:
        """An article that says something else, with much the same words."""
        self.guide["body"] = GUIDE["body"].replace("Use 60 g de café", grams)
        self.work(self.world.put(self.guide))
        if seen:
            self.keep()

    @rule(since=st.sampled_from((None, None, 5)), until=st.sampled_from((12, 12, 2, None)))
    def limit(self, since: int | None, until: int | None) -> None:
        """From when until when the offer is one, in days."""
        if since is None or until != 2:
            self.kit["valid_from"] = NOW + timedelta(days=since) if since is not None else None
            self.kit["valid_until"] = NOW + timedelta(days=until) if until is not None else None
            self.work(self.world.put(self.kit))

    @rule(
        typo=st.booleans(),
        title=st.sampled_from((KIT["title"], "Kit Chá Verde")),
        url=st.sampled_from((KIT["url"], None)),
    )
    def edit(self, typo: bool, title: str, url: str | None) -> None:
        """A typo, another product under the same name, or a page that is gone."""
        body = KIT["body"].replace("coador", "cuador") if typo else KIT["body"]
        self.kit |= {"body": body, "title": title, "url": url}
        self.work(self.world.put(self.kit))

    @rule(item=st.sampled_from(("kit", "guia")))
    def delete(self, item: str) -> None:
        with suppress(NotFound):
            self.work(self.world.delete(item))

    @rule()
    def put_back(self) -> None:
        """Everything as it was in the beginning."""
        self.kit, self.guide = dict(KIT), dict(GUIDE)
        self.work(self.world.put(self.kit, self.guide))

    @rule(
        forbidden=st.sampled_from(((), ("first_name",), ("categoria",))),
        banned=st.sampled_from(((), *combinations(TERMS, 1))),
    )
    def forbid(self, forbidden: tuple[str, ...], banned: tuple[str, ...]) -> None:
        """Attributes by the contract, terms by the workspace."""
        self.work(self.world.contract(**dict.fromkeys(forbidden, "forbidden")))
        self.work(self.world.terms(*banned))

    @rule(status=st.sampled_from(("granted", "revoked")))
    def agree(self, status: str) -> None:
        """The lead lets itself be written to, or does not."""
        self.world.now += timedelta(seconds=1)
        self.work(self.world.consents(consent(PURPOSES[0], status, self.world.now)))

    @rule(status=st.sampled_from(("live", "live", "paused")))
    def pause(self, status: str) -> None:
        self.work(self._pause(status))

    @rule(hours=st.sampled_from((1, 30, 120)))
    def wait(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)

    @rule()
    def keep(self) -> None:
        """The keeper comes by."""
        self.work(self.world.keeper.catch_up())
        self.work(self.world.keeper.tick())

    @invariant()
    def nothing_stale_is_said(self) -> None:
        self.work(self._ask())

    async def _ask(self) -> None:
        await self.shelf.catch_up()
        await self.crowd.catch_up()
        await self.crowd.loaded()
        records, now = await records_of(self.database, self.world.id), self.world.now
        shelved = self.shelf.campaign(self.world.id, "coado")
        lead = self.crowd.now(self.world.id, "c-1", now.timestamp())
        assert shelved is not None and lead is not None
        moment = now.timestamp()
        for who in (lead, None):
            ask = Ask("push", None, None, "c-1" if who else "nobody")
            choice = decide(shelved, who, ask, moment, fresh=True)
            self.told[choice.reason or choice.rung] += 1
            if choice.candidate is not None:
                self._may_be_said(choice.candidate, records)
                assert records.live
                assert who is None or records.consents[PURPOSES[0]] == "granted"
        # and whichever of the others another reader would get
        standing = {
            one.variant: one
            for by_audience in shelved.candidates.values()
            for candidates in by_audience.values()
            for one in candidates
            if one.opens <= moment < one.closes
        }
        for one in standing.values():
            self._may_be_said(one, records)
        self._note(records)
        self.told["stands"] += len(standing)
        self.told["fell"] += len(self.approved) - len(standing)

    def _note(self, records: Records) -> None:
        """What this test has met, so that it does not come to meet nothing."""
        self.told["deleted"] += len(records.items) < 2
        self.told["forbidden"] += "forbidden" in (records.uses["first_name"], records.uses["categoria"])
        self.told["banned"] += bool(records.banned)
        self.told["not now"] += any(_valid(item, self.world.now) is None for item in records.items.values())

    def _may_be_said(self, candidate: Candidate, records: Records) -> None:
        body = self.approved[candidate.variant]
        why = wrong(records, body, candidate.prepared.bind({}), self.world.now)
        assert why is None, f"{body} {why}"

    async def _own_contract(self, version: int) -> None:
        """Contracts are remembered by workspace and version, and the machines are copies of one workspace."""
        async with self.database.write() as connection:
            await connection.execute(sa.update(contracts).values(version=version))

    async def _pause(self, status: str) -> None:
        async with self.database.write() as connection:
            mine = sa.update(campaigns).where(campaigns.c.workspace_id == self.world.id)
            await connection.execute(mine.values(status=status))
            await changes.append(connection, self.world.id, "campaign", [self.world.campaign], self.world.now)


class Forgetful(Shelf):
    """A shelf with a fault: what is deleted stays on it."""

    async def _read_items(self, room: Any, items: Collection[UUID]) -> None:
        before = dict(room.items)
        await super()._read_items(room, items)
        room.items = before | room.items


async def _nothing() -> None:
    """For whoever has no keys."""


@pytest.fixture(scope="module")
def began(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Began:
    """What every machine begins with."""
    path = tmp_path_factory.mktemp("stale") / "began.db"
    shutil.copy(sqlite_template, path)
    return asyncio.run(begin(path))


def run(began: Began, folder: Path, shelf_class: type[Shelf]) -> Counter[str]:
    """Let things happen; how often readers were told what."""
    told = Counter[str]()
    members = {"began": began, "folder": folder, "shelf_class": shelf_class, "told": told}
    run_state_machine_as_test(
        type("Machine", (Machine,), members),
        settings=settings(
            max_examples=14, stateful_step_count=25, deadline=None, database=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
        ),
    )  # fmt: skip
    return told


def test_no_answer_ever_rests_on_stale_evidence(began: Began, tmp_path: Path) -> None:
    told = run(began, tmp_path, Shelf)
    assert min(told[said] for said in MET) > 10, told


def test_a_shelf_that_forgets_deletions_is_seen_through(began: Began, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="its facts are not so"):
        run(began, tmp_path, Forgetful)
