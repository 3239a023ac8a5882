"""What models cost, by workspace, day and model, and where a budget ends; on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import workspaces
from service.errors import BudgetSpent
from service.generation.client import Price
from service.generation.endpoint import Around, Endpoint
from service.generation.retrying import Retries
from service.generation.spending import Ledger
from service.generation.spending_store import by_day
from tests.service.generation.endpoints import ANSWER, FakeAsker, call, prompt
from tests.support import Running

CENT = ANSWER._replace(input_tokens=0, output_tokens=0, cost=Decimal("0.01"))
TODAY = date(2026, 11, 22)


class Day:
    """A clock that can be moved on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def spend(ledger: Ledger, workspace: UUID, cost: str = "0.01", model: str = "m") -> None:
    (await ledger.reserve(workspace, Decimal(0))).settle(ANSWER._replace(cost=Decimal(cost)), model)


async def set_budget(database: Database, workspace: UUID, budget: str | None) -> None:
    async with database.write() as connection:
        change = sa.update(workspaces).where(workspaces.c.id == workspace)
        await connection.execute(change.values(daily_budget=None if budget is None else Decimal(budget)))


async def test_calls_are_added_up_by_day_and_model(database: Database, workspace: UUID) -> None:
    day = Day()
    ledger = Ledger(database, day)
    for model in ("a", "b", "a"):
        await spend(ledger, workspace, model=model)
    await ledger.flush()
    await spend(ledger, workspace, model="a")
    day.now = datetime(2026, 11, 23, 2, 59, tzinfo=UTC)  # still the 22nd in São Paulo
    await spend(ledger, workspace, model="b")
    day.now = datetime(2026, 11, 23, 3, 1, tzinfo=UTC)
    await spend(ledger, workspace, model="a")
    await ledger.close()
    async with database.read() as connection:
        rows = await by_day(connection, workspace, TODAY)
        none = await by_day(connection, workspace, date(2026, 11, 24))
    assert [(row.day.day, row.model, row.calls, row.input_tokens, row.output_tokens, row.cost) for row in rows] == [
        (23, "a", 1, 100, 20, Decimal("0.01")),
        (22, "a", 3, 300, 60, Decimal("0.03")),
        (22, "b", 2, 200, 40, Decimal("0.02")),
    ]
    assert none == []


async def test_a_budget_warns_at_80_percent_stops_before_it_is_passed_and_starts_anew(
    database: Database, workspace: UUID
) -> None:
    await set_budget(database, workspace, "1")
    day = Day()
    ledger = Ledger(database, day)
    await spend(ledger, workspace, "0.79")
    assert (await ledger.state(workspace)).notice() is None
    await spend(ledger, workspace, "0.01")
    notice = (await ledger.state(workspace)).notice()
    assert notice and notice.code == "budget.soft" and "0.80" in notice.detail
    assert await ledger.reserve(workspace, Decimal("0.2"))
    with pytest.raises(BudgetSpent) as caught:
        await ledger.reserve(workspace, Decimal("0.01"))
    assert (caught.value.code, caught.value.retry_after) == ("model.budget", 15 * 3600)
    day.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert await ledger.reserve(workspace, Decimal("0.5"))
    await ledger.close()


async def test_callers_at_once_cannot_overshoot_together(database: Database, workspace: UUID) -> None:
    await set_budget(database, workspace, "0.05")
    ledger = Ledger(database, Day())
    asker = FakeAsker([ANSWER._replace(output_tokens=900, input_tokens=0)], gate=asyncio.Event())
    one = Endpoint(asker, Around(ledger=ledger), retries=Retries(1), price=Price(Decimal(0), Decimal(10)))
    asking = [
        asyncio.create_task(one.complete(replace(call(str(n)), workspace=workspace), fresh=False)) for n in range(50)
    ]
    while asker.busy < 5:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    assert asker.gate is not None
    asker.gate.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(isinstance(answer, BudgetSpent) for answer in answers) == 45 and asker.asked == 5
    assert (await ledger.state(workspace)).spent == Decimal("0.045")
    await ledger.close()


async def test_what_others_spent_counts_and_a_default_budget_yields_to_the_workspaces(
    database: Database, workspace: UUID
) -> None:
    other = Ledger(database, Day())
    await spend(other, workspace, "0.9")
    await other.close()
    state = await Ledger(database, Day(), Decimal(1)).state(workspace)
    assert (state.spent, state.budget, state.day) == (Decimal("0.9"), Decimal(1), TODAY)
    await set_budget(database, workspace, "7.5")
    assert (await Ledger(database, Day(), Decimal(1)).state(workspace)).budget == Decimal("7.5")


async def test_a_free_model_is_never_stopped_and_a_budget_of_nothing_stops_any_other(
    sqlite_database: Database, service: Running
) -> None:
    workspace = (await service.workspace("barato")).id
    await set_budget(sqlite_database, workspace, "0")
    ledger = Ledger(sqlite_database, Day())
    assert await ledger.reserve(workspace, Price().expected(prompt()))
    with pytest.raises(BudgetSpent):
        await ledger.reserve(workspace, Price(Decimal(1), Decimal(1)).expected(prompt()))


async def test_without_storage_copy_is_written_and_totals_go_on(tmp_path: Path) -> None:
    broken = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")  # has no tables
    ledger, workspace = Ledger(broken, Day(), Decimal("0.03")), UUID(int=1)
    for _ in range(3):
        await spend(ledger, workspace)
    await ledger.flush()
    with pytest.raises(BudgetSpent):
        await ledger.reserve(workspace, Decimal("0.01"))
    assert (await ledger.state(workspace)).spent == Decimal("0.03")
    await ledger.close()
    await broken.close()


async def test_what_could_not_be_judged_is_paid_for_and_what_never_came_is_not(sqlite_database: Database) -> None:
    ledger, workspace = Ledger(sqlite_database, Day()), call().workspace
    price = Price(Decimal(1000), Decimal(0))
    for script in ([ANSWER._replace(text="")], [RuntimeError("bug")]):
        one = Endpoint(FakeAsker(list(script)), Around(ledger=ledger), retries=Retries(1), price=price)
        await asyncio.gather(one.complete(call(), fresh=False), return_exceptions=True)
    assert (await ledger.state(workspace)).spent == Decimal("0.1")
    await asyncio.gather(ledger.close(), return_exceptions=True)


async def test_spending_is_told_to_admins_only(service: Running) -> None:
    workspace = await service.workspace("loja", ("generate",))
    await set_budget(service.services.database, workspace.id, "1")
    await spend(service.services.ledger, workspace.id, "0.85")
    async with service.client("loja") as http:
        assert (await http.get("/v1/spending")).status_code == 403
    async with service.client(key=await service.key(workspace, "admin")) as http:
        told = (await http.get("/v1/spending")).json()
        assert (await http.get("/v1/spending", params={"days": 0})).status_code == 422
    assert Decimal(told["spent_today"]) == Decimal("0.85") and Decimal(told["budget"]) == 1
    assert told["notices"][0]["code"] == "budget.soft" and told["items"][0]["model"] == "m"
    async with service.client() as http:
        assert (await http.get("/v1/spending")).json()["items"] == []
    await service.services.ledger.close()
