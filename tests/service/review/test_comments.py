"""What people say about a variant, and checks of words that are not kept yet."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from service.db.tables import comments
from service.review.differences import Piece, changed, differences
from tests.service.review.test_life import BAD, GOOD, campaign, named, written
from tests.support import ARTICLE, Running


async def said(http: httpx.AsyncClient, variant: str, text: str = "E o preço?", **more: Any) -> dict[str, Any]:
    answer = await http.post(f"/v1/variants/{variant}/comments", json={"text": text, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_comment_is_open_until_somebody_resolves_it(shop: Running) -> None:
    async with shop.client() as http, await named(shop, "ana") as ana:
        await campaign(http)
        made = await written(http)
        first = await said(http, made["id"], "  O título promete demais.\nVeja.  ", field="title")
        second = await said(ana, made["id"], "Concordo <b>muito</b>.")
        done = (await ana.post(f"/v1/comments/{first['id']}/resolve")).json()
        again = (await http.post(f"/v1/comments/{first['id']}/resolve")).json()
        listed = (await http.get(f"/v1/variants/{made['id']}/comments")).json()["items"]
        reopened = (await http.post(f"/v1/comments/{first['id']}/reopen")).json()
        after = (await http.get(f"/v1/variants/{made['id']}")).json()
    assert (first["text"], first["field"], first["author"]) == ("O título promete demais.\nVeja.", "title", "test")
    assert first["revision"] == made["revision"]
    assert (done["resolved_by"], again["resolved_by"]) == ("ana", "ana")
    by_id = {one["id"]: one for one in listed}
    assert set(by_id) == {first["id"], second["id"]}
    assert by_id[second["id"]] == {**second, "text": "Concordo <b>muito</b>.", "field": None, "resolved_at": None}
    assert reopened["resolved_at"] is None
    assert after["version"] == made["version"], "a comment is no change"


async def test_bad_comments_are_told_and_another_workspace_reads_and_settles_none(shop: Running) -> None:
    outra = await shop.workspace("outra")
    async with shop.client() as http, shop.client("outra") as other:
        await campaign(http)
        made = await written(http)
        mine = await said(http, made["id"])
        where = f"/v1/variants/{made['id']}/comments"
        wrong = [{"text": " "}, {"text": "x" * 2_001}, {"text": "a\u0000b"}, {"text": "x", "field": "subject"}, {}]
        bad = [await http.post(where, json=one) for one in wrong]
        foreign = [
            await other.get(where),
            await other.post(where, json={"text": "oi"}),
            await other.post(f"/v1/comments/{mine['id']}/resolve"),
            await other.post(f"/v1/comments/{mine['id']}/reopen"),
            await other.post(f"/v1/variants/{made['id']}/checks", json={"fields": GOOD}),
            await http.post(f"/v1/comments/{made['id']}/resolve"),
        ]
        async with shop.client(key=await shop.key(outra, "read")) as reader:
            narrow = await reader.post(where, json={"text": "oi"})
        still = (await http.get(where)).json()["items"]
    assert [one.status_code for one in bad] == [422] * 5
    assert bad[3].json()["code"] == "comment.field"
    assert [(one.status_code, one.json()["code"]) for one in foreign] == [
        (404, "variant.unknown"), (404, "variant.unknown"), (404, "comment.unknown"), (404, "comment.unknown"),
        (404, "variant.unknown"), (404, "comment.unknown"),
    ]  # fmt: skip
    assert narrow.status_code == 403
    assert [one["resolved_at"] for one in still] == [None]


async def test_comments_stop_at_a_number(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        first = await said(http, made["id"])
        async with shop.services.database.write() as connection:
            row = dict((await connection.execute(sa.select(comments))).mappings().one())
            await connection.execute(sa.insert(comments), [{**row, "id": uuid4()} for _ in range(498)])
        last = await said(http, made["id"], "o último")
        refused = await http.post(f"/v1/variants/{made['id']}/comments", json={"text": "mais um"})
    assert first["id"] != last["id"]
    assert (refused.status_code, refused.json()["code"]) == (409, "comment.too_many")


async def test_words_that_are_not_kept_are_checked_as_an_edit_would_be(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http, BAD)
        where = f"/v1/variants/{made['id']}"
        good = (await http.post(f"{where}/checks", json={"fields": {"title": GOOD["title"]}})).json()
        bad = (await http.post(f"{where}/checks", json={"fields": {"title": "Kit Café Coado por R$ 1,99"}})).json()
        wrong = await http.post(f"{where}/checks", json={"fields": {"subject": "x"}})
        long = await http.post(f"{where}/checks", json={"fields": {"body": "a" * 100_000}})
        untouched = (await http.get(where)).json()
        edited = (await http.patch(where, json={"fields": {"title": GOOD["title"]}})).json()
    assert (good["blocked"], good["findings"], good["claims"]) == (False, [], edited["claims"])
    assert good["lengths"] == {"title": len(GOOD["title"]), "body": len(GOOD["body"])}
    assert good["preview"]["title"] == GOOD["title"]
    assert [(one["code"], one["quote"]) for one in bad["findings"]] == [("claim.price", "R$ 1,99")]
    assert wrong.status_code == 422
    assert [one["code"] for one in long.json()["findings"]] == ["style.too_long"]
    assert (untouched["version"], untouched["fields"]) == (made["version"], made["fields"])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("igual", "igual", [("same", "igual")]),
        ("", "novo", [("new", "novo")]),
        ("Kit por R$ 99,00 hoje", "Kit por R$ 170,10 hoje",
         [("same", "Kit por R$ "), ("gone", "99,00"), ("new", "170,10"), ("same", " hoje")]),
        ("um dois três", "uma duas três", [("gone", "um dois"), ("new", "uma duas"), ("same", " três")]),
        ("Oi, {{ first_name | cliente }}!", "Oi, {{ first_name | amigo }}!",
         [("same", "Oi, "), ("gone", "{{ first_name | cliente }}"), ("new", "{{ first_name | amigo }}"),
          ("same", "!")]),
    ],
)  # fmt: skip
def test_differences_are_told_word_by_word(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    found = differences(before, after)
    assert found == [Piece(*one) for one in expected]  # type: ignore[arg-type]


def test_differences_hold_both_texts_however_long() -> None:
    before = "Água a 92 °C.\n\nUse 60 g — para cada litro 🌻 <b>já</b>. " * 3
    after = before.replace("60 g", "65 g").replace("litro", "jarra cheia") + "Fim"
    for old, new in ((before, after), (before * 200, after * 200)):
        found = differences(old, new)
        assert "".join(text for kind, text in found if kind != "new") == old
        assert "".join(text for kind, text in found if kind != "gone") == new
    assert changed({"a": "1", "b": None}, {"a": "2", "b": ""}) == {"a": [Piece("gone", "1"), Piece("new", "2")]}


async def test_an_edit_takes_no_source_away_however_much_else_is_found(shop: Running) -> None:
    stores = "Fale com a loja sobre entrega e troca. Na loja há quem responda sobre troca e entrega do kit. "
    parts = [f"## Loja {number}\n\n{stores * 4}" for number in range(20)]
    manual = {**ARTICLE, "title": "Manual", "body": "\n\n".join([*parts, "## Preparo\n\nMoa 17 g por 25 segundos."])}
    async with shop.client() as http:
        (await http.put("/v1/content/manual", json=manual)).raise_for_status()
        await shop.indexed()
        brief = {"objective": "Convidar para preparar um café melhor"}
        said = {"title": "Café moído na hora", "body": "Moa 17 g por 25 segundos."}
        made = (await http.post("/v1/variants", json={"channel": "push", "brief": brief, "fields": said})).json()
        fields = {"body": f"{stores * 6}Moa 17 g por 25 segundos."}
        checked = (await http.post(f"/v1/variants/{made['id']}/checks", json={"fields": fields})).json()
        edited = (await http.patch(f"/v1/variants/{made['id']}", json={"fields": fields})).json()
    for answer in (made, checked, edited):
        assert {"17 g", "25 segundos"} <= {one["text"] for one in answer["claims"] if one["support"]}
