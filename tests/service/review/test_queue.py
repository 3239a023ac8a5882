"""What waits, narrowed and searched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.review.queue import CONTROL, Asked, Waiting, has_words, narrowed, waiting
from service.variants.models import Glance
from tests.service.review.test_life import BAD, campaign, decide, written
from tests.support import NOW, Running

WARN, BLOCK = {"severity": "warn"}, {"severity": "block"}
CAFE, PLANTS = uuid4(), uuid4()


def glance(**known: Any) -> Glance:
    base = Glance(uuid4(), "draft", "push", "pt-BR", [], NOW, CAFE, "loyal", None, None, "model")
    return base._replace(**known)


def ids(found: Sequence[Waiting]) -> list[UUID]:
    return [one.id for one in found]


def test_the_worst_come_first_and_each_filter_tells_what_the_others_would_let_through() -> None:
    old, clean = glance(created_at=NOW - timedelta(days=1)), glance(channel="email")
    warned, blocked = glance(findings=[WARN, WARN]), glance(findings=[WARN, BLOCK], campaign_id=PLANTS)
    control = glance(audience_slug=None, claimed_by="ana", claimed_until=NOW + timedelta(minutes=1))
    found = waiting([clean, old, control, warned, blocked], {(PLANTS, "push", "pt-BR")}, "ana", NOW)
    assert ids(found) == [one.id for one in (blocked, warned, control, old, clean)]
    shown, facets = narrowed(found, Asked(campaign=CAFE, findings="none"))
    assert ids(shown) == [control.id, old.id, clean.id]
    assert dict(facets["findings"]) == {"warned": 1, "none": 3}
    assert dict(facets["channel"]) == {"push": 2, "email": 1}
    assert dict(facets["campaign"]) == {CAFE: 3}
    assert dict(facets["audience"]) == {"loyal": 2, CONTROL: 1}
    assert dict(facets["claimed"]) == {"mine": 1, "unclaimed": 2}
    assert facets["missing_control"][True] == 1


@pytest.mark.parametrize(
    ("words", "there"),
    [(["cafe", "agua"], True), (["coa"], True), (["agua", "chá"], False), (["link"], False), ([], True)],
)
def test_words_are_found_whatever_their_case_and_accents(words: list[str], there: bool) -> None:
    fields = {"title": "CAFÉ Coado", "body": "A água a 92 °C", "link_content_id": None}
    assert has_words(fields, words) is there


async def test_the_queue_is_searched_and_told_apart_by_who_wrote_and_by_what_is_missing(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        kit, cheap = await written(http), await written(http, {**BAD, "body": "Água a 92 °C e um coador de cerâmica."})
        asked: dict[str, dict[str, str | bool]] = {
            "water": {"search": "AGUA ceramica"}, "jar": {"search": "jarra 170,10"}, "nothing": {"search": "chá\0"},
            "human": {"generator": "human"}, "model": {"generator": "model"}, "missing": {"missing_control": True},
        }  # fmt: skip
        found = {name: (await http.get("/v1/reviews", params=one)).json() for name, one in asked.items()}
        (await decide(http, kit["id"], "approve")).raise_for_status()
        still = (await http.get("/v1/reviews", params={"missing_control": True})).json()
    told = {name: {one["id"] for one in answer["items"]} for name, answer in found.items()}
    both = {kit["id"], cheap["id"]}
    assert told == {
        "water": {cheap["id"]}, "jar": {kit["id"]}, "nothing": set(), "human": both, "model": set(), "missing": both
    }  # fmt: skip
    assert found["jar"]["counts"]["total"] == 1
    assert still["items"] == []
