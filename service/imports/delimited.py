"""Tables in text files: delimiter and encoding found out, quotes understood, one bad line never more than itself."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import NamedTuple

from service.errors import CannotRead
from service.imports.cells import DecimalMark, fold
from service.imports.encoding import SAMPLE, UTF_8_MARK, Decoder
from service.imports.lines import MEBIBYTE, Line, split
from service.imports.models import LineError

MOST_LINES = 200  # of one quoted row: a quote that is still open then was never closed
DELIMITERS = (",", ";", "\t", "|")

_QUOTED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"')


class Row(NamedTuple):
    """A row of data: the line it begins on, its number among all rows of data from 1, and its cells."""

    line: int
    number: int
    cells: list[str]


class BadRow(NamedTuple):
    """A row that could not be read, and why."""

    number: int
    error: LineError


class Table:
    """A delimited file whose header has been read. `rows` can be gone through once."""

    def __init__(self, header: Sequence[str], delimiter: str, reader: _Reader) -> None:
        self.header = list(header)
        self.delimiter = delimiter
        self._reader = reader

    @property
    def decimal_mark(self) -> DecimalMark:
        """Spreadsheets separate by semicolon exactly where the comma is the decimal mark."""
        return "," if self.delimiter == ";" else "."

    async def rows(self) -> AsyncIterator[Row | BadRow]:
        """Every row that is not blank, in order."""
        number = 0
        async for line, cells in self._reader.records():
            if not isinstance(cells, LineError) and not any(cells):
                continue
            number += 1
            if isinstance(cells, LineError):
                yield BadRow(number, cells)
            elif len(cells) != len(self.header):
                yield BadRow(number, _wrong_width(line, len(cells), len(self.header)))
            else:
                yield Row(line, number, cells)


async def open_table(source: AsyncIterable[bytes], limit: int = MEBIBYTE) -> Table:
    """Find out encoding and delimiter from the first 64 KiB and read the header.

    Raises CannotRead when the file is empty, its header is unreadable, or two columns have the same heading.
    """
    head, rest = await _peek(source)
    decoder = Decoder(head)
    head = head.removeprefix(UTF_8_MARK)
    delimiter = _sniff(head, decoder)
    reader = _Reader(split(_chain(head, rest), limit), delimiter, decoder)
    async for line, cells in reader.records():
        if isinstance(cells, LineError):
            raise CannotRead(f"Line {line}: the header cannot be read: {cells.detail}.")
        header = [cell.strip() for cell in cells]
        _refuse_doubles(header)
        reader.width = len(header)
        return Table(header, delimiter, reader)
    raise CannotRead("The file is empty: its first line must name the columns.")


class _Reader:
    """Physical lines to records. Lines that a bad quote swallowed are given back and read again one by one."""

    def __init__(self, lines: AsyncIterator[Line], delimiter: str, decoder: Decoder) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self._delimiter = delimiter
        self._decoder = decoder
        self.width: int | None = None

    async def records(self) -> AsyncIterator[tuple[int, list[str] | LineError]]:
        while (line := await self._next()) is not None:
            if line.data.strip() or line.too_long:
                yield line.number, await self._record(line)

    async def _next(self) -> Line | None:
        return self._again.popleft() if self._again else await anext(self._lines, None)

    async def _record(self, first: Line) -> list[str] | LineError:
        text = self._text(first)
        if isinstance(text, LineError):
            return text
        try:
            cells = parse(text, self._delimiter)
        except ValueError as error:
            return LineError(first.number, "", "row.quotes", str(error))
        return cells if cells is not None else await self._continue(first, text)

    async def _continue(self, first: Line, text: str) -> list[str] | LineError:
        taken: list[Line] = []
        end, size = _ending(first), len(text)
        while len(taken) < MOST_LINES and size <= MEBIBYTE and (line := await self._next()) is not None:
            taken.append(line)
            more = self._text(line)
            if isinstance(more, LineError):
                break
            text, end, size = text + end + more, _ending(line), size + len(more)
            if '"' not in more:
                continue
            try:
                cells = parse(text, self._delimiter)
            except ValueError:
                break
            if cells is not None:
                if self.width is None or len(cells) == self.width:
                    return cells
                break
        self._again.extendleft(reversed(taken))
        detail = "a quotation mark is opened and not closed properly; write a quotation mark within a cell twice"
        return LineError(first.number, "", "row.quotes", detail)

    def _text(self, line: Line) -> str | LineError:
        if line.too_long:
            return LineError(line.number, "", "row.too_long", "the line is longer than 1 MiB")
        if b"\0" in line.data:
            return LineError(line.number, "", "row.nul", "the line holds a NUL byte; the file may be damaged")
        try:
            return self._decoder.decode(line.data)
        except ValueError as error:
            return LineError(line.number, "", "row.encoding", str(error))


def parse(text: str, delimiter: str) -> list[str] | None:
    """The cells of a record, None while a quoted cell is open. Raises ValueError for text after a closing quote."""
    if '"' not in text:
        return text.split(delimiter)
    cells, at = [], 0
    while True:
        if text.startswith('"', at):
            match = _QUOTED.match(text, at)
            if match is None:
                return None
            cells.append(match[1].replace('""', '"'))
            at = match.end()
            if at < len(text) and text[at] != delimiter:
                raise ValueError(f"text follows a closing quotation mark at column {at + 1}; write the mark twice")
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            cells.append(text[at:end])
            at = end
        if at >= len(text):
            return cells
        at += 1


def _ending(line: Line) -> str:
    return line.end.decode("ascii")


def _sniff(head: bytes, decoder: Decoder) -> str:
    lines = [line for line in head.splitlines() if line.strip()][:50]
    texts = [line.decode(decoder.encoding or "ascii", errors="replace") for line in lines]
    return max(DELIMITERS, key=lambda delimiter: _fitness(texts, delimiter))


def _fitness(texts: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How many columns the header has, if any line agrees with it; the more the better."""
    widths = [width for text in texts if (width := _width(text, delimiter))]
    if not widths or widths[0] == 1:
        return (0, 0)
    agreeing = sum(width == widths[0] for width in widths)
    return (agreeing, widths[0])


def _width(text: str, delimiter: str) -> int:
    try:
        return len(parse(text, delimiter) or ())
    except ValueError:
        return 0


def _refuse_doubles(header: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    doubles = []
    for heading in header:
        if (key := fold(heading)) and key in seen:
            doubles.append(f"{seen[key]!r} and {heading!r}")
        seen.setdefault(key, heading)
    if doubles:
        raise CannotRead(f"Two columns have the same heading: {'; '.join(doubles)}. Rename or remove one of each.")


def _wrong_width(line: int, found: int, wanted: int) -> LineError:
    how = "too many" if found > wanted else "too few"
    detail = f"the row has {how} columns: {found}, but the header has {wanted}"
    return LineError(line, "", "row.columns", detail)


async def _peek(source: AsyncIterable[bytes]) -> tuple[bytes, AsyncIterator[bytes]]:
    rest = aiter(source)
    head = bytearray()
    while len(head) < SAMPLE and (chunk := await anext(rest, None)) is not None:
        head += chunk
    return bytes(head), rest


async def _chain(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in rest:
        yield chunk
