"""What cells say."""

from __future__ import annotations

import pytest

from service.imports.cells import camel, day, fold, neutralise, scalar, truth


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234,50", ".", 1234.5),
        ("1,234.50", ",", 1234.5),
        ("89,90", ".", 89.9),
        ("89.90", ",", 89.9),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        ("4.857", ".", 4.857),
        ("-36.4", ".", -36.4),
        ("42", ",", 42),
        ("0", ",", 0),
        ("0,5", ",", 0.5),
        ("007", ",", "007"),
        ("01310-100", ",", "01310-100"),
        ("+55 11 90000-0000", ",", "+55 11 90000-0000"),
        ("11900000000", ",", "11900000000"),
        ("123.456.789-09", ",", "123.456.789-09"),
        ("=cmd|'/c calc'!A1", ",", "=cmd|'/c calc'!A1"),
        ("09/11/2026", ",", "2026-11-09"),
        ("31/02/2026", ",", "31/02/2026"),
        ("2026-11-09", ",", "2026-11-09"),
        ("2021-04-01 17:32:47", ",", "2021-04-01 17:32:47"),
        ("R$ 10", ",", "R$ 10"),
        ("1e5", ",", "1e5"),
        ("", ",", ""),
        ("-", ",", "-"),
    ],
)
def test_cells_of_unknown_columns(text: str, mark: str, value: object) -> None:
    found = scalar(text, mark)  # type: ignore[arg-type]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("cell", ["=1+1", "+55", "-1", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_neutralised(cell: str) -> None:
    assert neutralise(cell) == f"'{cell}"
    assert neutralise(f"a{cell}") == f"a{cell}"


def test_headings() -> None:
    assert fold("  Estágio_no  funil ") == "estagio no funil"
    assert [camel(text) for text in ("Última compra", "emp.var.rate", "firstName", "2º telefone", "名前", "Nº")] == [
        "ultimaCompra", "empVarRate", "firstName", "x2oTelefone", "", "no",
    ]  # fmt: skip
    assert len(camel("a" * 99)) == 64


def test_days() -> None:
    assert str(day("1/2/2026")) == str(day("01.02.2026")) == str(day("2026-02-01T10:00")) == "2026-02-01"
    assert day("1/2/26") is None
    for missing in ("31/02/2026", "2026-13-01", "00/01/2026"):
        with pytest.raises(ValueError, match="not a day that exists"):
            day(missing)


def test_yes_and_no() -> None:
    assert [truth(word) for word in ("Sim", "TRUE", "1", "não", "No", "")] == [True, True, True, False, False, False]
    with pytest.raises(ValueError, match="neither yes nor no"):
        truth("talvez")
