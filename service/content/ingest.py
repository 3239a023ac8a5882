"""Content from files into the records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.content.arrivals import Arrival, Read
from service.content.catalogue import read_catalogue
from service.content.markdown import read_markdown
from service.content.merchant import read_merchant
from service.content.models import ContentInput
from service.content.store import ContentStore
from service.content.writing import Chunker
from service.db.engine import Database
from service.errors import CannotRead
from service.imports.commits import Begin, in_chunks, transactions
from service.imports.faults import faults_of
from service.imports.lines import read_file, whole
from service.imports.models import ImportReport, LineError
from service.imports.ndjson import objects
from service.types import Locale

CHUNK = 50  # items a transaction: a body may be long, and others write in between
DOCUMENT_LIMIT = 8 * 2**20
LINE_LIMIT = 8 * 2**20

Format = Literal["markdown", "ndjson", "csv", "merchant"]

SUFFIXES: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".tsv": "csv",
    ".xml": "merchant",
}


class ContentImportOptions(BaseModel):
    """How content is to be read. `name` is a Markdown document's file name: its stem is the id where none is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Format = "markdown"
    name: Annotated[str, Field(max_length=300)] = ""
    dry_run: bool = False


async def import_content(
    db: Database,
    workspace: UUID,
    source: AsyncIterator[bytes],
    options: ContentImportOptions,
    *,
    now: datetime,
    default_locale: Locale,
    tz: ZoneInfo,
    chunker: Chunker,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Keep the items of a stream: unchanged ones stay as they are, bad ones are reported and left out whole.

    Days without a time are whole days in `tz`. `progress` is told how many items have been read. Raises CannotRead for
    what cannot be understood at all.
    """
    reading = _reading(source, options, now, tz)
    return await _import(db, workspace, reading, options, now, default_locale, chunker, progress)


async def import_content_path(
    db: Database,
    workspace: UUID,
    path: Path,
    *,
    now: datetime,
    default_locale: Locale,
    tz: ZoneInfo,
    chunker: Chunker,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Keep the content of a file, by its suffix, or of all Markdown files below a folder, in order of their names."""
    if await asyncio.to_thread(path.is_dir):
        options = ContentImportOptions(format="markdown", dry_run=dry_run)
        reading = _folder(path, tz)
    else:
        if (format_ := SUFFIXES.get(path.suffix.lower())) is None:
            raise CannotRead(f"{path.name}: the suffix is none of {', '.join(SUFFIXES)}.")
        options = ContentImportOptions(format=format_, name=path.name, dry_run=dry_run)
        reading = _reading(read_file(path), options, now, tz)
    return await _import(db, workspace, reading, options, now, default_locale, chunker, progress)


async def _import(
    db: Database,
    workspace: UUID,
    reading: AsyncIterator[Read],
    options: ContentImportOptions,
    now: datetime,
    default_locale: Locale,
    chunker: Chunker,
    progress: Callable[[int], None] | None,
) -> ImportReport:
    report = ImportReport(format=options.format, dry_run=options.dry_run)
    put: dict[str, Any] = {"default_locale": default_locale, "chunker": chunker, "announce": not options.dry_run}
    async with transactions(db, options.dry_run) as begin:
        async for chunk in in_chunks(reading, CHUNK):
            await _keep(begin, workspace, chunk, report, now, **put)
            if progress:
                progress(report.read)
    return report


async def _keep(
    begin: Begin, workspace: UUID, chunk: Sequence[Read], report: ImportReport, now: datetime, **put: Any
) -> None:
    arrivals = [read for read in chunk if isinstance(read, Arrival)]
    async with begin() as connection:
        outcomes = await ContentStore(connection, workspace).put_many([one.item for one in arrivals], now, **put)
    report.read += len(chunk)
    for outcome in outcomes:
        report.count(outcome)
    for read in chunk:
        if not isinstance(read, Arrival):
            report.skip(read)
        else:
            for warning in read.warnings:
                report.warn(warning)


def _reading(
    source: AsyncIterator[bytes], options: ContentImportOptions, now: datetime, tz: ZoneInfo
) -> AsyncIterator[Read]:
    match options.format:
        case "markdown":
            return _document(source, options.name or "document.md", tz)
        case "csv":
            return read_catalogue(source, tz)
        case "merchant":
            return read_merchant(source, tz, now)
        case "ndjson":
            return _lines(source)


async def _document(source: AsyncIterator[bytes], name: str, tz: ZoneInfo) -> AsyncIterator[Read]:
    data = await whole(source, DOCUMENT_LIMIT)
    if data is None:
        detail = f"{name}: the document is larger than {DOCUMENT_LIMIT >> 20} MiB"
        yield [LineError(1, name, "document.too_large", detail)]
    else:
        yield await asyncio.to_thread(read_markdown, data, name, tz)  # a long one would hold up every request


async def _folder(folder: Path, tz: ZoneInfo) -> AsyncIterator[Read]:
    paths = await asyncio.to_thread(lambda: sorted(_markdown_files(folder)))
    if not paths:
        raise CannotRead(f"There are no Markdown files (.md, .markdown) below {folder}.")
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            async for read in _document(read_file(path), name, tz):
                yield read
        except OSError as error:
            yield [LineError(0, name, "document.unreadable", f"{name}: {error.strerror}")]


def _markdown_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if SUFFIXES.get(path.suffix.lower()) == "markdown" and path.is_file())


async def _lines(source: AsyncIterator[bytes]) -> AsyncIterator[Read]:
    async for line in objects(source, LINE_LIMIT):
        if isinstance(line, LineError):
            yield [line]
            continue
        try:
            yield Arrival(ContentInput.model_validate(line.value))
        except ValidationError as error:
            yield faults_of(error, line.line, "line.invalid")
