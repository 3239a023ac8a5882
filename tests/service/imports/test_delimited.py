"""Delimited text: found out, read back as written, and one bad line never more than itself."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import CannotRead
from service.imports.delimited import BadRow, Row, open_table
from tests.service.imports.streams import collected, stream

HEADER = ["nome", "e-mail", "cidade"]


async def read(data: bytes | str, size: int = 7) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """The rows, and line and code of what could not be read."""
    table = await open_table(stream(data, size))
    items = await collected(table.rows())
    good = [item.cells for item in items if isinstance(item, Row)]
    return good, [(item.error.line, item.error.code) for item in items if isinstance(item, BadRow)]


def written(rows: list[list[str]], **dialect: Any) -> str:
    out = io.StringIO()
    csv.writer(out, **dialect).writerows([HEADER, *rows])
    return out.getvalue()


utf_8 = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
# without the bytes that continue a character in UTF-8: a line that makes sense in both encodings is refused
ansi = st.text(st.sampled_from([chr(code) for code in (*range(1, 128), *range(0xC0, 0x100))]), max_size=12)


def rows_of(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(cells, min_size=3, max_size=3).filter(any), max_size=8)


@given(
    rows=rows_of(utf_8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\r\n", "\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
    size=st.integers(1, 64),
)
async def test_what_was_written_is_read(
    *, rows: list[list[str]], delimiter: str, end: str, quoting: Any, encoding: str, size: int
) -> None:
    if quoting == csv.QUOTE_MINIMAL:  # then Python's writer leaves a lone CR bare
        rows = [[cell.replace("\r", " ") for cell in row] for row in rows]
        rows = [row for row in rows if any(cell.strip() for cell in row)]
    data = written(rows, delimiter=delimiter, lineterminator=end, quoting=quoting).encode(encoding)
    assert await read(data, size) == (rows, [])


@given(rows_of(ansi), st.sampled_from([";", "\t"]))
async def test_windows_1252_is_read_as_such(rows: list[list[str]], delimiter: str) -> None:
    rows = [["São Tomé", "x", "É"], *rows]
    data = written(rows, delimiter=delimiter, quoting=csv.QUOTE_ALL).encode("cp1252")
    assert await read(data) == (rows, [])


async def test_one_windows_1252_line_in_a_utf_8_file_is_refused() -> None:
    lines = ["nome;cidade", "Ana;São Paulo", "Zé;Belém", "João;Maceió"]
    data = "\n".join(lines).encode().replace("Zé;Belém".encode(), "Zé;Belém".encode("cp1252"))
    assert await read(data) == ([["Ana", "São Paulo"], ["João", "Maceió"]], [(3, "row.encoding")])


async def test_one_utf_8_line_in_a_windows_1252_file_is_refused() -> None:
    lines = ["nome;cidade", "Ana;São Paulo", "Zé;Belém", "João;Maceió"]
    data = "\n".join(lines).encode("cp1252").replace("Zé;Belém".encode("cp1252"), "Zé;Belém".encode())
    assert await read(data) == ([["Ana", "São Paulo"], ["João", "Maceió"]], [(3, "row.encoding")])


async def test_an_encoding_that_shows_late_is_still_found() -> None:
    data = b"nome;cidade\n" + b"Ana;Recife\n" * 9_000 + "Zé;Belém\n".encode("cp1252")
    good, bad = await read(data, 65_536)
    assert (good[-1], bad) == (["Zé", "Belém"], [])


async def test_utf_16_is_told() -> None:
    with pytest.raises(CannotRead, match="UTF-16"):
        await read("nome;cidade\nAna;Recife".encode("utf-16"))


async def test_a_quoted_cell_may_hold_line_breaks_and_quotes() -> None:
    good, bad = await read('nome;nota\r\nAna;"disse ""oi""\r\n\r\ne saiu"\r\nZé;5" de altura\r\n')
    assert good == [["Ana", 'disse "oi"\r\n\r\ne saiu'], ["Zé", '5" de altura']]
    assert bad == []


async def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    rows = "\n".join(f"l{n};ok" for n in range(3, 600))
    good, bad = await read(f'nome;nota\nAna;"aberta\n{rows}\nZé;"fechada"')
    assert bad == [(2, "row.quotes")]
    assert len(good) == 598


async def test_a_quote_that_the_next_quoted_cell_closes_costs_its_own_line_only() -> None:
    good, bad = await read('nome;nota\nAna;"aberta\nBia;"x"\nCaio;"y"\n')
    assert (good, bad) == ([["Bia", "x"], ["Caio", "y"]], [(2, "row.quotes")])
    good, bad = await read('nome;nota\nAna;"aberta\nBia;"\nCaio;z\n')
    assert (good, bad) == ([["Caio", "z"]], [(2, "row.quotes"), (3, "row.quotes")]) or good[-1] == ["Caio", "z"]


async def test_text_after_a_closing_quote_is_an_error() -> None:
    assert await read('nome;nota\nAna;"a" b\nBia;c') == ([["Bia", "c"]], [(2, "row.quotes")])


async def test_too_many_and_too_few_columns_are_told_with_their_line() -> None:
    table = await open_table(stream("a,b\n1\n1,2,3\n1,2\n"))
    items = await collected(table.rows())
    assert [(item.number, item.error.line, item.error.detail) for item in items if isinstance(item, BadRow)] == [
        (1, 2, "the row has too few columns: 1, but the header has 2"),
        (2, 3, "the row has too many columns: 3, but the header has 2"),
    ]
    assert items[2] == Row(4, 3, ["1", "2"])


async def test_a_nul_byte_is_told_with_its_line() -> None:
    assert await read(b"a,b\n1,\0\n1,2") == ([["1", "2"]], [(2, "row.nul")])


async def test_a_row_that_is_too_long_is_told_with_its_line() -> None:
    assert await read(b"a,b\n1," + b"x" * 2**20 + b"\n1,2", 65_536) == ([["1", "2"]], [(2, "row.too_long")])


async def test_an_empty_file_is_told() -> None:
    for data in ("", "\n\n  \n", b"\xef\xbb\xbf"):
        with pytest.raises(CannotRead, match="empty"):
            await read(data)


async def test_a_header_alone_has_no_rows() -> None:
    assert await read("a,b\n") == ([], [])


async def test_blank_rows_are_no_rows() -> None:
    assert await read("a;b\n\n;\n1;2\n ;\n") == ([["1", "2"], [" ", ""]], [])


async def test_doubled_headings_are_named() -> None:
    with pytest.raises(CannotRead, match="'E-mail' and 'e_mail'"):
        await read("E-mail;Nome; e_mail\n")


async def test_a_header_of_one_column_is_fine() -> None:
    assert await read("email\na@b.example\n") == ([["a@b.example"]], [])
