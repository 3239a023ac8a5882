"""The client that the settings describe: fallback, keys, prices, books and memory together, over real HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from evaluation.loopback import served
from service.db.engine import Database
from service.generation.mock_model import Answer, MockModel, write
from service.generation.spending import Ledger
from service.metrics import Metrics
from service.settings import Settings
from service.wiring import model_client
from tests.service.generation.endpoints import SHOP, prompt
from tests.support import NOW


class Heard:
    """Notes the keys that a model is sent."""

    def __init__(self, model: MockModel) -> None:
        self.keys: list[str] = []
        self._model = model

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One ASGI request."""
        self.keys.append(dict(scope["headers"]).get(b"authorization", b"").decode())
        await self._model(scope, receive, send)


@pytest.mark.parametrize(("own_host", "key"), [(True, "Bearer none"), (False, "Bearer first-key")])
async def test_a_fallback_answers_for_its_price_and_only_the_same_host_is_sent_the_key(
    monkeypatch: pytest.MonkeyPatch, sqlite_database: Database, own_host: bool, key: str
) -> None:
    def respond(request: dict[str, Any]) -> Answer:
        return Answer(write(request)) if request["model"] == "second" else Answer(status=500)

    app, metrics = Heard(MockModel(respond=respond)), Metrics()
    async with served(app) as url:
        for name, value in {
            "OPENAI_MODEL": "first", "OPENAI_API_KEY": "first-key", "OPENAI_BASE_URL": f"{url}/v1",
            "OPENAI_FALLBACK_MODEL": "second", "OPENAI_FALLBACK_BASE_URL": f"{url}/v1" if own_host else "",
            "SOBMEDIDA_MODEL_ATTEMPTS": "1", "SOBMEDIDA_MODEL_PRICE_INPUT": "1",
            "SOBMEDIDA_FALLBACK_PRICE_OUTPUT": "1000",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        ledger = Ledger(sqlite_database, lambda: NOW, counted=metrics.model_cost.inc)
        client = model_client(Settings(), ledger, metrics)
        assert client is not None
        first = await client.complete(prompt(), workspace=SHOP)
        again = await client.complete(prompt(), workspace=SHOP)
        await client.close()
    assert app.keys == ["Bearer first-key", key, "Bearer first-key"]
    assert (first.model, first.remembered, again.remembered, again.cost) == ("second", False, True, Decimal(0))
    assert first.cost == (first.input_tokens + 1000 * first.output_tokens) / Decimal(1_000_000)
    assert (await ledger.state(SHOP)).spent == first.cost
    assert metrics.registry.get_sample_value("sobmedida_model_memory_total", {"outcome": "miss"}) == 3
    assert metrics.registry.get_sample_value("sobmedida_model_fallbacks_total") == 2


def test_no_model_is_no_client(monkeypatch: pytest.MonkeyPatch, sqlite_database: Database) -> None:
    monkeypatch.delenv("OPENAI_MODEL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert model_client(Settings(), Ledger(sqlite_database, lambda: NOW), Metrics()) is None
