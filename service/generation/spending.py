"""What language models cost each workspace a day, and where its budget ends.

Totals are kept in memory, so that callers at the same time cannot overshoot together, and written behind the calls: a
commit of its own would cost each call as much CPU as the call. A killed process loses what it had not written yet.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from service.db.engine import Database
from service.errors import BudgetSpent
from service.generation.client import Completion, whole_seconds
from service.generation.models import Notice
from service.generation.spending_store import Spent, add, spending_of
from service.types import Clock

log = structlog.get_logger("service.spending")

SOFT = Decimal("0.8")  # of the budget, from where callers are warned
FRESH_FOR = 10.0  # seconds until budget and total are read again: other processes spend too
_GATHER = 0.2  # seconds in which calls share a commit
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class BudgetState:
    """A workspace's day so far, in US dollars; `budget` is None where there is no limit."""

    day: date
    spent: Decimal
    budget: Decimal | None

    def notice(self) -> Notice | None:
        """A warning for the caller once 80% is spent."""
        if self.budget is None or self.spent < self.budget * SOFT or not self.spent:
            return None
        told = f"US$ {self.spent.quantize(_CENT)} of today's US$ {self.budget.quantize(_CENT)} for models are spent."
        return Notice(code="budget.soft", detail=told)


@dataclass(slots=True)
class _Account:
    """One workspace's day. `unread` was spent here since `stored` was read, `reserved` is under way."""

    zone: ZoneInfo
    day: date
    budget: Decimal | None
    stored: Decimal = Decimal(0)
    unread: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    read_at: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> Decimal:
        return self.stored + self.unread


class Ledger:
    """Counts what models cost, and stops a call that its workspace's budget does not allow."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        default_budget: Decimal | None = None,
        counted: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._default = default_budget
        self._counted = counted
        self._accounts: dict[UUID, _Account] = {}
        self._reading: dict[UUID, asyncio.Task[_Account]] = {}
        self._waiting: dict[tuple[UUID, date, str], Spent] = {}
        self._writing: asyncio.Task[None] | None = None
        self._storing = asyncio.Lock()  # what is being written is neither in the records yet nor waiting any more

    async def state(self, workspace: UUID) -> BudgetState:
        """How far the workspace's day has gone."""
        account = await self._account(workspace)
        return BudgetState(account.day, account.spent, account.budget)

    async def reserve(self, workspace: UUID, expected: Decimal) -> Reservation:
        """Room for one call. Raises `BudgetSpent` where it would go past the budget."""
        account = await self._account(workspace)
        if account.budget is not None and account.spent + account.reserved + expected > account.budget:
            until = self._midnight(account) - self._clock()
            raise BudgetSpent(
                f"Today's budget of US$ {account.budget.quantize(_CENT)} for language models has no room for another "
                f"call: US$ {account.spent.quantize(_CENT)} are spent. It starts anew at midnight, {account.zone.key}.",
                retry_after=whole_seconds(until.total_seconds()),
            )
        account.reserved += expected
        return Reservation(self, workspace, account, expected)

    async def flush(self) -> None:
        """Write what is not written yet. A storage error is logged, and the rest stays for the next time."""
        async with self._storing:
            await self._flush()

    async def _flush(self) -> None:
        writing, self._waiting = self._waiting, {}
        if not writing:
            return
        try:
            async with self._database.write() as connection:
                await add(connection, writing)
        except Exception:
            log.exception("spending_not_stored", rows=len(writing))
            for key, spent in writing.items():
                self._waiting[key] = self._waiting.get(key, Spent()) + spent

    async def close(self) -> None:
        """Write what is left."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        await self.flush()

    def note(self, workspace: UUID, account: _Account, completion: Completion, model: str) -> None:
        """Count a call that was made."""
        account.unread += completion.cost
        self._counted(float(completion.cost))
        key = (workspace, account.day, model[:200])
        one = Spent(1, completion.input_tokens, completion.output_tokens, completion.cost)
        self._waiting[key] = self._waiting.get(key, Spent()) + one
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_soon())

    async def _write_soon(self) -> None:
        await asyncio.sleep(_GATHER)
        # not cut off half-way by `close`, which would leave open whether the rows are in
        await asyncio.shield(asyncio.create_task(self.flush()))

    async def _account(self, workspace: UUID) -> _Account:
        account = self._accounts.get(workspace)
        if account is not None and time.monotonic() - account.read_at < FRESH_FOR and not self._over(account):
            return account
        if (task := self._reading.get(workspace)) is None:
            task = self._reading[workspace] = asyncio.create_task(self._read(workspace))
            task.add_done_callback(lambda _: self._reading.pop(workspace, None))
        return await asyncio.shield(task)

    async def _read(self, workspace: UUID) -> _Account:
        known = self._accounts.get(workspace)
        async with self._storing:
            await self._flush()  # so that what is read holds what was spent here
            try:
                async with self._database.read() as connection:
                    found = await spending_of(connection, workspace, self._clock())
            except Exception:
                log.exception("budget_not_read")
                return self._unread(workspace, known)
            account = self._kept(workspace, known, found.zone, found.day)
            account.budget = self._default if found.budget is None else found.budget
            account.stored, account.read_at = found.cost, time.monotonic()
            account.unread = sum(
                (spent.cost for key, spent in self._waiting.items() if key[:2] == (workspace, found.day)), Decimal(0)
            )
        return account

    def _unread(self, workspace: UUID, known: _Account | None) -> _Account:
        """Without storage the totals in memory go on, and copy is written all the same."""
        zone = known.zone if known else ZoneInfo("UTC")
        account = self._kept(workspace, known, zone, self._clock().astimezone(zone).date())
        account.read_at = time.monotonic()
        return account

    def _kept(self, workspace: UUID, known: _Account | None, zone: ZoneInfo, day: date) -> _Account:
        """The account, or a new one where the day is over; what is under way stays with the one it began in."""
        if known is not None and known.day == day:
            known.zone = zone
            return known
        account = _Account(zone, day, known.budget if known else self._default)
        self._accounts[workspace] = account
        return account

    def _over(self, account: _Account) -> bool:
        return self._clock().astimezone(account.zone).date() != account.day

    def _midnight(self, account: _Account) -> datetime:
        return datetime.combine(account.day + timedelta(days=1), datetime.min.time(), account.zone)


class Reservation:
    """Room that one call holds until it is known what it cost."""

    def __init__(self, ledger: Ledger, workspace: UUID, account: _Account, expected: Decimal) -> None:
        self._ledger = ledger
        self._workspace = workspace
        self._account = account
        self._expected = expected

    def release(self) -> None:
        """Give the room back; once."""
        self._account.reserved -= self._expected
        self._expected = Decimal(0)

    def settle(self, completion: Completion, model: str) -> None:
        """Count what it cost in place of what was expected."""
        self.release()
        self._ledger.note(self._workspace, self._account, completion, model)
