"""Which variants rest on a content item, and what a change of it would take out of service."""

from __future__ import annotations

from tests.service.delivery.support import selling
from tests.support import OFFER, Running


async def test_what_rests_on_an_offer_is_told_before_and_after_it_changes(shop: Running) -> None:
    sold = await selling(shop)
    await shop.workspace("vizinha")
    async with shop.client() as http:
        before = (await http.get("/v1/content/kit/variants")).json()
        offer = OFFER | {"facts": OFFER["facts"] | {"price": 99.0}}  # type: ignore[operator]
        (await http.put("/v1/content/kit", json=offer)).raise_for_status()
        await shop.services.keeper.catch_up()
        after = (await http.get("/v1/content/kit/variants")).json()
        first = (await http.get("/v1/content/kit/variants", params={"limit": 1})).json()
        second = (await http.get("/v1/content/kit/variants", params={"cursor": first["next_cursor"]})).json()
    names = {str(id_): audience for audience, ids in sold.variants.items() for id_ in ids}
    assert {one["variant"]: one["audience"] for one in before["items"]} == names
    assert before["total"] == 2 and before["next_cursor"] is None
    for one in before["items"]:
        assert (one["served"], one["campaign"], one["version"], one["reasons"]) == (True, "cafe", 1, [])
        assert "price" in one["facts"] and not one["also_elsewhere"] and one["until"] == "2026-12-05T02:59:59Z"
    for one in after["items"]:
        assert (one["status"], one["served"]) == ("quarantined", False)
        assert {"kind": "content", "content_id": "kit", "what": "price", "was": "170.1", "now": "99.0"} in one[
            "reasons"
        ]
    assert [one["variant"] for one in first["items"] + second["items"]] == sorted(names)


async def test_nothing_rests_on_what_nobody_cites_nor_on_another_s_content(shop: Running) -> None:
    await selling(shop)
    workspace = await shop.workspace("vizinha")
    async with shop.client() as http:
        (await http.put("/v1/content/quiet", json=OFFER | {"title": "Outro kit"})).raise_for_status()
        assert (await http.get("/v1/content/quiet/variants")).json() == {"items": [], "total": 0, "next_cursor": None}
        assert (await http.get("/v1/content/nothing/variants")).json()["code"] == "content.unknown"
        assert (await http.get("/v1/content/kit/variants", params={"cursor": "x"})).status_code == 422
    async with shop.client("vizinha") as http:
        assert (await http.get("/v1/content/kit/variants")).json()["code"] == "content.unknown"
        (await http.put("/v1/content/kit", json=OFFER)).raise_for_status()
        assert (await http.get("/v1/content/kit/variants")).json()["items"] == []
    async with shop.client(key=await shop.key(workspace, "read")) as http:
        assert (await http.get("/v1/content/kit/variants")).status_code == 403


async def test_content_is_searched_and_narrowed(shop: Running) -> None:
    async with shop.client() as http:
        for name, told in (
            ("later", {"valid_from": "2026-12-01T00:00:00Z"}),
            ("over", {"valid_until": "2026-11-22T12:00:00Z"}),
            ("ends", {"valid_until": "2026-11-22T12:00:01Z"}),
        ):
            body = {**OFFER, "valid_until": None, "body": "ÁGUA fria", **told}
            (await http.put(f"/v1/content/{name}", json=body)).raise_for_status()
        for wanted, expected in (
            ({"valid": "now"}, "cafe ends kit"),
            ({"valid": "later"}, "later"),
            ({"valid": "over"}, "over"),
            ({"kind": "article"}, "cafe"),
            ({"search": "água"}, "cafe ends later over"),
            ({"search": "FRIA", "valid": "later"}, "later"),
            ({"search": "KIT café"}, "ends kit later over"),
            ({"search": "ove"}, "over"),
            ({"search": "%"}, ""),
        ):
            found = (await http.get("/v1/content", params=wanted)).json()["items"]
            assert " ".join(one["external_id"] for one in found) == expected, wanted
        for bad in ({"valid": "sometimes"}, {"kind": "song"}, {"search": "x" * 201}):
            assert (await http.get("/v1/content", params=bad)).status_code == 422, bad
