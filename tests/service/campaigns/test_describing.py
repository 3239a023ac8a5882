"""What a writer may know of a named audience."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from service.audiences.models import Audience
from service.campaigns.describing import described
from service.leads.contract import Contract
from tests.support import CONTRACT, NOW

GIVEN = Contract.model_validate(
    {
        "attributes": CONTRACT
        | {"orders": {"use": "imply", "domain": {"kind": "number_range", "min": 0, "max": 100}}}
        | {"vip": {"use": "imply", "domain": {"kind": "enumeration", "values": ["true", "1"]}}}
    }
)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({}, {}),
        ({"categoria": "cafe"}, {"categoria": "cafe"}),
        ({"categoria": {"$eq": "cafe"}, "orders": 3}, {"categoria": "cafe", "orders": 3}),
        ({"categoria": {"$in": ["cafe"]}}, {"categoria": "cafe"}),
        ({"$and": [{"categoria": "cafe"}, {"$and": [{"clube": "raiz"}]}]}, {"categoria": "cafe", "clube": "raiz"}),
        # what is not the same for everyone in it
        ({"categoria": {"$in": ["cafe", "plantas"]}}, {}),
        ({"categoria": {"$ne": "cafe"}, "orders": {"$gte": 3}}, {}),
        ({"$or": [{"categoria": "cafe"}, {"clube": "raiz"}]}, {}),
        ({"$not": {"categoria": "cafe"}, "$nor": [{"clube": "raiz"}]}, {}),
        ({"categoria": {"$not": {"$eq": "cafe"}}}, {}),
        # what the contract does not let be used, or does not name
        ({"first_name": "Ana", "notes": "x", "city": "Recife"}, {}),
        # what nobody has, and what is no word
        ({"categoria": "cafe", "$and": [{"categoria": "plantas"}]}, {}),
        ({"vip": True, "categoria": None}, {}),
    ],
)
def test_only_what_all_its_members_share_is_told(condition: dict[str, Any], told: dict[str, Any]) -> None:
    audience = Audience(
        id=uuid4(), slug="a", name="A" * 150, condition=condition, parent=None,
        origin="custom", created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    found = described(audience, GIVEN)
    assert (found.attributes, found.name) == (told, "A" * 100)
