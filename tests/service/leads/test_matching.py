"""How many leads an audience's description fits, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from service.db.engine import Database
from service.leads.arrivals import Arrival
from service.leads.contract import Contract
from service.leads.matching import count_matching
from service.leads.models import LeadInput
from service.leads.store import LeadStore
from tests.conftest import new_workspace

NOW = datetime(2028, 2, 29, 12, tzinfo=UTC)  # a day that most years have not
RULES = Contract.model_validate(
    {
        "attributes": {
            "city": {
                "use": "select",
                "domain": {"kind": "enumeration", "values": ["Natal", "d'Ávila"]},
            },
            "vip": {"use": "select", "domain": {"kind": "enumeration", "values": ["true", "false"]}},
            "total_gasto": {"use": "select", "domain": {"kind": "bands", "edges": [100, 200.5]}},
            "birthday": {"use": "select", "domain": {"kind": "bands", "edges": [18, 28.5]}},
            "score": {"use": "imply", "domain": {"kind": "number_range", "min": 0, "max": 100}},
        }
    }
)
LEADS: list[dict[str, Any]] = [
    {"city": "Natal", "vip": True, "totalGasto": 150, "birthday": "2010-02-28", "score": 7},
    {"city": "Natal", "vip": "true", "totalGasto": 200.4, "birthday": "2010-03-01", "score": 7.0},
    {"city": "Natal", "vip": False, "totalGasto": "150", "birthday": "not a day", "score": "7"},
    {"city": "d'Ávila", "vip": 1, "total_gasto": 100, "birthday": 20, "score": True},
    {"city": ["Natal"], "totalGasto": 99.9, "birthday": "1999-02-28"},
    {"city": 5, "totalGasto": True, "birthday": "1999-03-01"},
    {},
]


@pytest.fixture
async def stored(database: Database, now: datetime) -> UUID:
    ours, theirs = await new_workspace(database, now), await new_workspace(database, now, "other")
    for workspace, copies in ((ours, 1), (theirs, 3)):
        arrivals = [
            Arrival(LeadInput(external_id=f"{number}-{copy}", traits=traits), number)
            for number, traits in enumerate(LEADS, 1)
            for copy in range(copies)
        ]
        async with database.write() as connection:
            await LeadStore(connection, workspace).put_many(arrivals, now, default_locale="pt-BR")
    return ours


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"city": "Natal"}, 3),
        ({"city": "d'Ávila"}, 1),
        ({"vip": "true"}, 2),
        ({"vip": "false"}, 1),
        ({"total_gasto": 120}, 3),  # 100, 150 and 200.4, under either spelling; "150" is a text and true no number
        ({"total_gasto": 1}, 1),
        ({"total_gasto": 500}, 0),
        ({"birthday": 20}, 3),  # 18 today, 28 still, and the number; who is born a day later than the first is 17
        ({"birthday": "2011-01-01"}, 1),
        ({"birthday": 29}, 1),
        ({"score": 7}, 2),
        ({"score": 8}, 0),
        ({"city": "Natal", "total_gasto": 150, "vip": "true", "score": 7}, 2),
        ({}, 7),
    ],
)
async def test_only_leads_with_all_of_the_values_count(
    database: Database, stored: UUID, attributes: dict[str, Any], expected: int
) -> None:
    async with database.read() as connection:
        assert await count_matching(connection, stored, RULES, attributes, NOW, 100) == expected
        assert await count_matching(connection, stored, RULES, attributes, NOW, 1) == min(1, expected)
