"""Lead files into the records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.db.engine import Database
from service.imports.commits import Begin, in_chunks, transactions
from service.imports.delimited import BadRow, open_table
from service.imports.models import ImportReport, LineError
from service.imports.ndjson import objects
from service.leads import objects as lead_objects
from service.leads.arrivals import Arrival, Refused
from service.leads.columns import RowReader, plan
from service.leads.contract_store import ContractStore
from service.leads.options import LeadImportOptions
from service.leads.proposal import Proposed, propose
from service.leads.seen import Seen
from service.leads.store import LeadStore
from service.leads.writing import email_of
from service.types import Locale

__all__ = ["CHUNK", "LeadImportOptions", "LeadImportReport", "import_leads"]

CHUNK = 500  # leads a transaction: others write in between, and a killed import loses no more than these

LOOKED_AT = 5_000  # leads that a proposal rests on

Item = Arrival | list[LineError]


class LeadImportReport(ImportReport):
    """`proposal` has the attributes that the contract does not name, which are stored and used for nothing until it
    does, and what each might be used for."""

    proposal: dict[str, Proposed] = Field(default_factory=dict)


async def import_leads(
    db: Database,
    workspace: UUID,
    source: AsyncIterator[bytes],
    options: LeadImportOptions,
    *,
    now: datetime,
    default_locale: Locale,
    progress: Callable[[int], None] | None = None,
) -> LeadImportReport:
    """Lay the leads of a file over those that are there, a short transaction a chunk.

    Bad lines are reported and left out whole. Killed at any moment and begun again, it ends where it would have ended.
    `progress` is told how many rows have been read. Raises CannotRead for a file that cannot be understood at all.
    """
    report, seen = LeadImportReport(format=options.format, dry_run=options.dry_run), Seen()
    items = _rows(source, options, now) if options.format == "csv" else _lines(source, options, now)
    async with transactions(db, options.dry_run) as begin:
        async for chunk in in_chunks(items, CHUNK):
            await _keep(begin, workspace, chunk, report, now=now, default=default_locale)
            if progress:
                progress(report.read)
            for item in chunk:
                if isinstance(item, Arrival) and seen.leads < LOOKED_AT:
                    seen.add(item.lead.traits)
    async with db.read() as connection:
        contract = await ContractStore(connection, workspace).current()
    report.proposal = propose(seen, contract.attributes)
    return report


async def _rows(source: AsyncIterator[bytes], options: LeadImportOptions, now: datetime) -> AsyncIterator[Item]:
    table = await open_table(source)
    columns = plan(table.header, table.decimal_mark, options.mapping, options.id_from)
    reader = RowReader(columns, options.id_from, options.id_prefix, options.basis, now)
    async for row in table.rows():
        if isinstance(row, BadRow):
            yield [row.error]
            continue
        try:
            yield reader.arrival(row)
        except Refused as refused:
            yield refused.errors


async def _lines(source: AsyncIterator[bytes], options: LeadImportOptions, now: datetime) -> AsyncIterator[Item]:
    async for line in objects(source):
        if isinstance(line, LineError):
            yield [line]
            continue
        try:
            yield lead_objects.arrival(line, options.basis, now)
        except Refused as refused:
            yield refused.errors


async def _keep(
    begin: Begin, workspace: UUID, chunk: Sequence[Item], report: ImportReport, *, now: datetime, default: Locale
) -> None:
    arrivals = [item for item in chunk if isinstance(item, Arrival)]
    async with begin() as connection:
        store = LeadStore(connection, workspace)
        written = await store.put_many(arrivals, now, default_locale=default, announce=not report.dry_run)
    report.read += len(chunk)
    for outcome in written.outcomes:
        report.count(outcome)
    for item in chunk:
        if isinstance(item, Arrival):
            _look(item, report)
        else:
            report.skip(item)
    for warning in written.warnings:
        report.warn(warning)


def _look(arrival: Arrival, report: ImportReport) -> None:
    report.without_basis += not (arrival.lead.consents or arrival.assumed)
    for warning in arrival.warnings:
        report.warn(warning)
    if arrival.lead.traits.get("email") and email_of(arrival.lead.traits) is None:
        report.warn(LineError(arrival.line, "email", "lead.email", "the e-mail is not an address; it names nobody"))
