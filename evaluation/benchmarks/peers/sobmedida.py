"""Sob Medida itself: what `sobmedida serve` runs, background work included, asked in its process and not over HTTP.

Generation is the whole pipeline (reader and contract, search, the records' passages, prompt, model, checks, keeping the
variant in the records), which is more than the others do; indexing goes through the records too.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import orjson

from evaluation.benchmarks.peers.child import main
from evaluation.benchmarks.peers.work import Mode, Passage, Where, Work
from retrieval.chunking import chunks
from retrieval.types import Filter
from service.app import create_app
from service.collector import settle
from service.content.ingest import ContentImportOptions, import_content
from service.errors import SobMedidaError
from service.generation.models import GenerateRequest
from service.settings import Settings
from service.types import Locale, language_of
from service.wiring import Services, open_services
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

Opened = Callable[[Settings], AbstractAsyncContextManager[Services]]

LOCALES: Mapping[str, Locale] = {"pt": "pt-BR", "en": "en", "es": "es"}
INDEXING_SECONDS = 600


class SobMedida:
    """The service with one workspace. Languages are locales there, and stages tags."""

    def __init__(self, services: Services, workspace: Workspace, held: AsyncExitStack) -> None:
        self._services = services
        self._workspace = workspace
        self._held = held

    @classmethod
    async def open(cls, work: Work, folder: Path, opened: Opened = open_services) -> Self:
        """See `Opener`; `opened` says which parts the service has."""
        environment = {
            "SOBMEDIDA_DATA_DIR": str(folder), "OPENAI_BASE_URL": work.model_url, "OPENAI_MODEL": "mock",
            "SOBMEDIDA_EMBEDDING_DTYPE": work.dtype,
        }  # fmt: skip
        with _set(environment):
            settings = Settings()
        app = create_app(opened(settings))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.router.lifespan_context(app))
            services: Services = app.state.services
            async with services.database.write() as connection:
                workspace = await WorkspaceStore(connection).create("peers", services.clock(), name="Casa Jatobá")
            await services.search.search("café", Filter(str(workspace.id)))
            settle()  # as `sobmedida serve` does
            return cls(services, workspace, stack.pop_all())

    async def fill(self, passages: Sequence[Passage]) -> None:
        """An import, as `POST /v1/content:import` does it; the index follows the records."""
        lines = b"\n".join(orjson.dumps(_item(passage)) for passage in passages)
        report = await import_content(
            self._services.database, self._workspace.id, _once(lines), ContentImportOptions(format="ndjson"),
            now=self._services.clock(), default_locale="pt-BR", tz=ZoneInfo("America/Sao_Paulo"), chunker=chunks,
        )  # fmt: skip
        if report.created != len(passages) or not await self._services.follower.wait(INDEXING_SECONDS):
            raise SobMedidaError("The passages were not all imported and indexed.", code="bench.failed")

    async def retrieve(self, text: str, mode: Mode, where: Where | None, limit: int) -> list[str]:
        """Hits that are valid now, as generation searches for them."""
        wanted = Filter(
            str(self._workspace.id), language_of(LOCALES[where.language]) if where else None,
            tags=[where.stage] if where else (), valid_at=self._services.clock(),
        )  # fmt: skip
        hits = await self._services.search.search(text, wanted, limit, mode, "pt")
        return list(dict.fromkeys(str(hit.payload["content_id"]) for hit in hits))

    async def generate(self, objective: str, where: Where) -> None:
        """`POST /v1/generate` behind its route: one variant by the model, anew."""
        asked = {
            "audience": {}, "brief": {"objective": objective, "tags": [where.stage]}, "channel": "email",
            "locale": LOCALES[where.language], "variants": 1, "writer": "model", "fresh": True,
        }  # fmt: skip
        answer = await self._services.pipeline.generate(self._workspace, GenerateRequest.model_validate(asked))
        if not answer.variants:
            raise SobMedidaError(f"Nothing was kept: {answer.dropped[:1]}", code="bench.failed")

    async def close(self) -> None:
        """Stop the service."""
        await self._held.aclose()


def _item(passage: Passage) -> dict[str, object]:
    return {
        "external_id": passage.id, "kind": "article", "title": passage.title or passage.id, "body": passage.text,
        "locale": LOCALES[passage.language], "tags": [passage.stage], "url": f"https://bench.example/{passage.id}",
    }  # fmt: skip


async def _once(lines: bytes) -> AsyncIterator[bytes]:
    yield lines


@contextmanager
def _set(values: Mapping[str, str]) -> Iterator[None]:
    """The environment with those values, for as long as settings are read."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


if __name__ == "__main__":
    main(SobMedida.open)
