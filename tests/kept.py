"""What takes long to start and tells the next test nothing: kept in this process, and given out again.

An index takes a third of a second to make, and an application a tenth to find its routes: that was most of the time of
a test which asks a service three things. A browser and the program that leads it take one together.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path

from fastapi import FastAPI
from playwright.async_api import Browser, Playwright, async_playwright

from retrieval.edge import EdgeIndex
from retrieval.types import COLLECTIONS, Embedder
from service.app import create_app
from service.wiring import Services

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
FULL = 2_000  # points that others left, with which an index is not given out again


class KeptIndex(EdgeIndex):
    """Whose files stay open from one test to the next. Every search names its workspace, and every test makes its own,
    so nobody meets what another left. A test that looks at files, or loses them, opens an index of its own."""

    async def rest(self) -> None:
        """Finish what is under way; the next test has another event loop, and a lock belongs to one."""
        await self._stop_compactions()
        await asyncio.gather(*self._rebuilds.values(), return_exceptions=True)
        self._writing = {collection: asyncio.Lock() for collection in COLLECTIONS}
        self._rebuilding = {collection: asyncio.Lock() for collection in COLLECTIONS}

    def full(self) -> bool:
        """Whether so much is in it that others would notice."""
        return any(self.shard(collection).info().points_count > FULL for collection in COLLECTIONS)


_indexes: defaultdict[tuple[str, int], list[KeptIndex]] = defaultdict(list)
_apps: list[tuple[nullcontext[Services], FastAPI]] = []
_folders: list[Path] = []
_browsers: list[tuple[Playwright, Browser]] = []


@asynccontextmanager
async def kept_index(embedder: Embedder) -> AsyncIterator[EdgeIndex]:
    """An index for that embedder. What was given back last is taken first: a service that is started again finds the
    index it had, and two at the same time have one each."""
    waiting = _indexes[embedder.name, embedder.dimensions]
    if not waiting:
        _folders.append(folder := Path(tempfile.mkdtemp(prefix="sobmedida-index-")))
        waiting.append(await KeptIndex.open(folder, embedder.name, embedder.dimensions))
    index = waiting.pop()
    try:
        yield index
    except BaseException:
        await index.close()
        raise
    if index.full():
        await index.close()
    else:
        await index.rest()
        waiting.append(index)


@contextmanager
def kept_app(services: Services) -> Iterator[FastAPI]:
    """The application over these services. One that a test has changed is not given out again."""
    if not _apps:
        opened = nullcontext(services)
        _apps.append((opened, create_app(opened)))
    opened, app = _apps.pop()
    opened.enter_result, routes = services, len(app.routes)
    yield app
    if len(app.routes) == routes and not app.dependency_overrides:
        _apps.append((opened, app))


async def kept_chromium() -> Browser:
    """A Chromium without a window; whoever takes a context of it closes that. It belongs to the event loop of the
    session, as a test that asks for it has to. Another one is started where the last one has crashed."""
    if _browsers and not _browsers[-1][1].is_connected():
        await close_chromium()
    if not _browsers:
        leading = await async_playwright().start()
        _browsers.append((leading, await leading.chromium.launch(executable_path=CHROMIUM, args=FLAGS)))
    return _browsers[-1][1]


async def close_chromium() -> None:
    """End it, and the program that leads it."""
    while _browsers:
        leading, browser = _browsers.pop()
        await browser.close()
        await leading.stop()


def close_kept() -> None:
    """Close every index that waits, and leave no file."""

    async def close() -> None:
        for index in (one for waiting in _indexes.values() for one in waiting):
            await index.close()

    asyncio.run(close())
    _indexes.clear()
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)
