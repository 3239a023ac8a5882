"""The script as it is sent: small, and kept by caches."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, cast

import httpx

from service.app import create_app
from service.delivery.embed_routes import script


async def test_the_script_is_small_and_caches_keep_it() -> None:
    assert len(script().packed) < 4_096
    transport = httpx.ASGITransport(create_app(nullcontext(cast("Any", None))))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        for path in ("/embed.js", f"/embed/{script().version}.js"):
            answer = await http.get(path)
            assert answer.content == script().plain
            assert answer.headers["content-encoding"] == "gzip"
            assert answer.headers["access-control-allow-origin"] == "*"
            assert (await http.get(path, headers={"If-None-Match": answer.headers["etag"]})).status_code == 304
        assert "immutable" in answer.headers["cache-control"]
        assert (await http.get("/embed/0000.js")).json()["code"] == "embed.unknown"
