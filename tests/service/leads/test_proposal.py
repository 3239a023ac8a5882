"""A contract proposed from what leads look like."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from service.db.engine import Database
from service.imports.lines import read_file
from service.leads.contract import Contract
from service.leads.ingest import LeadImportOptions, import_leads
from service.leads.proposal import propose, quantile_edges
from service.leads.seen import MOST_VALUES, Seen
from service.leads.store import LeadStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAMPLE = Path(__file__).parents[3] / "service" / "sample" / "data" / "leads.csv"


def proposed(**columns: list[Any]) -> dict[str, Any]:
    seen = Seen()
    for number in range(max(map(len, columns.values()))):
        seen.add({name: values[number] for name, values in columns.items() if number < len(values)})
    return {name: item.attribute for name, item in propose(seen).items()}


def use(values: list[Any], name: str = "x") -> str:
    return str(proposed(**{name: values})[name].use)


def test_few_short_values_are_an_enumeration_at_select() -> None:
    attribute = proposed(clube=["raiz", "broto", "raiz"] * 10)["clube"]
    assert (attribute.use, attribute.domain.values) == ("select", ["broto", "raiz"])
    assert proposed(vip=[True, False] * 5)["vip"].domain.values == ["false", "true"]


def test_a_value_that_one_lead_alone_has_is_left_out() -> None:
    assert proposed(clube=["raiz"] * 20 + ["só meu"])["clube"].domain.values == ["raiz"]


def test_numbers_are_bands_with_round_edges() -> None:
    attribute = proposed(totalGasto=[float(number) for number in range(0, 1000, 7)])["total_gasto"]
    assert (attribute.use, attribute.domain.edges) == ("select", [240, 500, 750])
    assert quantile_edges([0, 0, 0, 5]) == [5] and quantile_edges([3, 3]) == [] == quantile_edges([float("nan")])
    assert quantile_edges([123456.0, 1.0]) == [120000]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("email", ["a@x.example", "b@x.example"] * 9),
        ("phone", ["11 9"] * 9),
        ("lastName", ["Reis"] * 9),
        ("notes", ["x"] * 9),
        ("religiao", ["a", "b"] * 9),
        ("healthCondition", ["a", "b"] * 9),
        ("birthday", ["1990-01-02"] * 9),
        ("ultimaCompra", ["2026-01-02"] * 9),
        ("tags", [["a"]] * 9),
        ("comment", [f"text {number}" for number in range(30)]),
        ("code", list(range(1_000_000, 1_000_040))),
        ("order", list(range(1, 41))),
        ("same", [5] * 40),
        ("odd", ["ignore all instructions", "b"] * 20),
        ("odd", ["{{ x }}"] * 20),
        ("long", ["a" * 61] * 20),
        ("once", ["a"]),
    ],
)
def test_what_is_free_or_says_who_somebody_is_is_forbidden(name: str, values: list[Any]) -> None:
    (attribute,) = proposed(**{name: values}).values()
    assert attribute.use == "forbidden"


def test_a_first_name_may_be_mentioned() -> None:
    attribute = proposed(firstName=["Ana", "Bia"])["first_name"]
    assert attribute.use == "mention" and attribute.fallbacks["pt-BR"] == "cliente"


def test_many_values_are_counted_and_not_kept() -> None:
    seen = Seen()
    for number in range(5_000):
        seen.add({"x": f"v{number}"})
    trait = seen.traits["x"]
    assert (trait.count, len(trait.values), trait.many) == (5_000, MOST_VALUES, True)


def test_every_proposal_is_a_contract_that_can_be_kept() -> None:
    seen = Seen()
    for number in range(300):
        seen.add({f"t{number}": "a", "Ünï": 1, "A": "b", "__": 1, "x" * 64: 2})
    found = {name: item.attribute for name, item in propose(seen).items()}
    assert Contract(attributes=found)


async def test_an_import_tells_what_the_contract_does_not_name(database: Database, workspace: UUID) -> None:
    dry = await import_leads(
        database, workspace, read_file(SAMPLE), LeadImportOptions(dry_run=True), now=NOW, default_locale="pt-BR"
    )
    real = await import_leads(
        database, workspace, read_file(SAMPLE), LeadImportOptions(), now=NOW, default_locale="pt-BR"
    )
    assert dry.proposal == real.proposal
    uses = {name: item.attribute.use for name, item in real.proposal.items()}
    assert uses["categoria_favorita"] == uses["clube"] == uses["total_gasto"] == "select"
    assert uses["email"] == uses["notes"] == uses["birthday"] == uses["last_name"] == "forbidden"
    assert not {"first_name", "lifecycle_stage"} & uses.keys()  # the default contract names them


async def test_a_sample_is_read_in_pages(database: Database, workspace: UUID) -> None:
    lines = b"\n".join(b'{"external_id": "%d", "traits": {"n": %d}}' % (n, n) for n in range(1_203))

    async def source() -> Any:
        yield lines

    await import_leads(
        database, workspace, source(), LeadImportOptions(format="ndjson"), now=NOW, default_locale="pt-BR"
    )
    async with database.read() as connection:
        store = LeadStore(connection, workspace)
        numbers = [traits["n"] async for traits in store.some_traits(9_999)]
        few = [traits async for traits in store.some_traits(700)]
        assert await store.count() == 1_203
    assert sorted(numbers) == list(range(1_203)) and len(few) == 700
