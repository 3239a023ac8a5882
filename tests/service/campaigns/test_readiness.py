"""How many leads stand on which rung, and what is missing."""

from __future__ import annotations

from uuid import uuid4

from service.campaigns.readiness import alike
from service.delivery.models import LeadView
from tests.service.campaigns.shop import BODY, approve, campaign, people, variants, written
from tests.support import Running

NOBODY = {"audience": 0, "parent": 0, "control": 0, "none": 0, "reasons": {}, "audiences": {}}


async def test_leads_stand_on_the_rungs_that_they_would_be_served_from(shop: Running) -> None:
    async with shop.client() as http:
        await people(http)
        await campaign(http)
        await shop.services.audiences.catch_up()
        empty = (await http.get("/v1/campaigns/semana/readiness")).json()
        assert (empty["ready"], empty["leads"], empty["complete"]) == (False, 3, True)
        email, banner = empty["channels"]
        assert email["rungs"] == NOBODY | {"none": 3, "reasons": {"nothing_approved": 2, "no_consent": 1}}
        assert (email["control"], email["without_variant"], email["drafts"]) == (False, ["coffee"], 0)
        await written(http)
        waiting = (await http.get("/v1/campaigns/semana/readiness")).json()["channels"][0]
        assert (waiting["in_review"], waiting["rungs"]["none"]) == (2, 3)
        await approve(shop, "email", "banner")
        await approve(shop, "email", control=False)
        ready = (await http.get("/v1/campaigns/semana/readiness")).json()
    email, banner = ready["channels"]
    assert (ready["ready"], ready["status"], ready["unknown_audiences"]) == (True, "draft", [])
    assert email["rungs"] == NOBODY | {
        "audience": 1, "control": 1, "none": 1, "reasons": {"no_consent": 1}, "audiences": {"coffee": 1},
    }  # fmt: skip
    assert (email["control"], email["without_variant"], email["in_review"]) == (True, [], 0)
    assert banner["rungs"] == NOBODY | {"control": 3} and banner["without_variant"] == ["coffee"]


async def test_copy_whose_facts_have_changed_counts_no_longer(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["banner"], audiences=[], brief=BODY["brief"] | {"content_ids": ["kit"]})
        await written(http)
        await approve(shop, "banner")
        before = (await http.get("/v1/campaigns/semana/readiness")).json()["channels"][0]["rungs"]
        await http.delete("/v1/content/kit")
        after = (await http.get("/v1/campaigns/semana/readiness")).json()["channels"][0]["rungs"]
    assert before == NOBODY | {"control": 1}, await variants(shop)
    assert (after["control"], after["none"]) == (0, 1)


async def test_an_audience_that_is_gone_is_named(service: Running) -> None:
    async with service.client() as http:
        await campaign(http)
        await http.delete("/v1/audiences/coffee")
        assert (await http.get("/v1/campaigns/semana/readiness")).json()["unknown_audiences"] == ["coffee"]


def test_leads_for_whom_deciding_is_the_same_are_counted_together() -> None:
    views = [
        LeadView(uuid4(), uuid4(), b"", str(number), "pt-BR" if number % 2 else "es", frozenset(), {}, frozenset())
        for number in range(10)
    ]
    assert [(one.view.locale, one.leads) for one in alike(views)] == [("es", 5), ("pt-BR", 5)]
