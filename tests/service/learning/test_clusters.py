"""Groups of leads: found where there are some, named, marked off by a condition, and adopted."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from service.errors import Invalid
from service.leads.models import LeadInput
from service.learning.adopt import slug_of
from service.learning.cluster_models import FindClusters
from service.learning.clusters import group
from service.learning.finding import Known, groups_of
from service.learning.naming import name_of
from service.profile.models import Value
from tests.service.learning.people import CONTRACT, PROFILING, consents, order, page, settle
from tests.service.learning.test_training import anywhere, finished, workspace_of
from tests.support import NOW, Running

__all__ = ["anywhere"]


def shoppers(count: int, seed: int = 1) -> Known:
    """A third buys coffee often, a third visits for plants and never buys, a third does nothing."""
    draw, known = random.Random(seed), Known()  # noqa: S311
    for number in range(count):
        values: dict[str, Value] = {"income": draw.randrange(10_000)}
        if number % 3 == 0:
            values |= {"orders_365d": draw.randint(4, 9), "visits_30d": draw.randint(3, 5), "top_category": "cafe"}
        elif number % 3 == 1:
            values |= {"orders_365d": 0, "visits_30d": draw.randint(8, 15), "top_category": "plantas"}
        else:
            values |= {"orders_365d": 0, "visits_30d": 0}
        id_ = UUID(int=draw.getrandbits(128))
        known.values[id_] = values
        known.rows[id_] = {name: value if isinstance(value, str) else float(value) for name, value in values.items()}  # type: ignore[arg-type]
    return known


def test_groups_are_found_named_and_marked_off() -> None:
    known = shoppers(120)
    groups, members = groups_of(known, CONTRACT, "pt-BR", FindClusters(most=5))
    assert [one.size for one in groups.clusters] == [40, 40, 40]
    assert "Compradores frequentes de cafe" in {one.name for one in groups.clusters}
    assert all(one.proposal.f1 == 1 for one in groups.clusters)
    assert groups.quality.stability > 0.95
    buyers = next(one for one in groups.clusters if one.name.startswith("Compradores"))
    assert {trait.attribute for trait in buyers.sets_apart[:2]} == {"orders_365d", "top_category"}
    coffee = next(trait for trait in buyers.sets_apart if trait.value == "cafe")
    assert (coffee.inside, coffee.outside, coffee.lift) == (1, 0, None)
    inside = {id_ for id_, (number, _) in members.items() if number == buyers.number}
    assert {known.values[id_].get("top_category") for id_ in inside} == {"cafe"}


def test_the_order_of_leads_makes_no_difference() -> None:
    known = shoppers(90)
    backwards = Known(dict(reversed(known.rows.items())), dict(reversed(known.values.items())))
    one = groups_of(known, CONTRACT, "en", FindClusters(most=4))
    assert groups_of(backwards, CONTRACT, "en", FindClusters(most=4)) == one


def test_too_few_leads_have_no_groups() -> None:
    with pytest.raises(Invalid) as error:
        groups_of(shoppers(49), CONTRACT, "en", FindClusters())
    assert error.value.code == "clusters.too_few"


def test_what_hangs_together_in_nothing_has_no_groups() -> None:
    cloud = np.random.default_rng(0).normal(size=(150, 6))
    with pytest.raises(Invalid) as error:
        group(cloud, most=4, seed=0)
    assert error.value.code == "clusters.none"


def test_a_group_with_nothing_of_its_own_has_a_name_too() -> None:
    assert [name_of([], locale) for locale in ("pt-BR", "en", "es")] == ["Os demais", "Everyone else", "Los demás"]
    assert slug_of("Compradores frequentes de café!") == "compradores-frequentes-de-cafe"
    assert slug_of("¡!") == "cluster"


async def test_a_group_is_adopted_as_an_audience_with_one_call(anywhere: Running) -> None:
    await fill(anywhere, 60)
    async with anywhere.client() as http:
        missing = await http.get("/v1/clusters")
        assert (missing.status_code, missing.json()["code"]) == (404, "clusters.unknown")
        job = await finished(http, await http.post("/v1/clusters", json={"most": 3}))
        assert job["status"] == "done", job
        found = (await http.get("/v1/clusters")).json()
        assert found["id"] == job["result"]["clustering"]
        assert (found["leads"], found["without_consent"]) == (60, 5)
        names = {example for one in found["clusters"] for example in one["examples"]}
        assert names
        assert not any(name.startswith("silent") for name in names)
        number = next(one["number"] for one in found["clusters"] if "buy-0" in members_like(one, "buy"))
        path = f"/v1/clusters/{found['id']}/{number}:adopt"
        made = await http.post(path, json={"slug": "coffee-buyers"})
        assert made.status_code == 201, made.text
        assert (made.json()["origin"], made.json()["slug"]) == ("cluster", "coffee-buyers")
        again = await http.post(path, json={"slug": "coffee-buyers"})
        assert (again.status_code, again.json()["code"]) == (409, "audience.exists")
        nowhere = await http.post(f"/v1/clusters/{found['id']}/99:adopt", json={})
        assert (nowhere.status_code, nowhere.json()["code"]) == (404, "clusters.unknown")


def members_like(one: dict[str, Any], prefix: str) -> list[str]:
    """`buy-0` stands for any of the buyers among a group's examples."""
    return ["buy-0" for name in one["examples"] if name.startswith(prefix)]


async def fill(shop: Running, count: int) -> None:
    """Buyers of coffee and idle ones, and some who gave no consent to profiling."""
    draw, leads, done = random.Random(3), [], {}  # noqa: S311
    for number in range(count + 5):
        silent, buys = number >= count, number % 2 == 0
        name = f"silent-{number}" if silent else f"buy-{number}" if buys else f"idle-{number}"
        given = consents() if silent else consents(PROFILING)
        traits = {"club": "root" if buys else "leaf", "income": draw.randrange(10_000)}
        leads.append(LeadInput.model_validate({"external_id": name, "traits": traits, "consents": given}))
        orders = [order(NOW - timedelta(days=draw.uniform(1, 60))) for _ in range(draw.randint(3, 6))]
        done[name] = [*orders, page(NOW - timedelta(days=1))] if buys else []
    await settle(shop.services.database, await workspace_of(shop), leads, done, NOW)
