"""Proof that what a workspace forbids, and who somebody is, goes nowhere but into that one person's own copy.

Each of 500 leads has a word of its own, found nowhere else, in every trait that may not be used and in the one that may
only be mentioned. Then copy is made for all of them at once, and everything that came out is searched for those words.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import orjson
from numpy.typing import NDArray

from evaluation.loopback import served
from retrieval.embedding import HashEmbedder
from service.db.engine import Database
from service.generation.endpoint import Around
from service.generation.mock_model import Answer, MockModel, write
from service.generation.remembering import Memory, Shared
from service.logs import configure
from service.settings import LogSettings
from tests.support import ARTICLE, CONSENTS, CONTRACT, OFFER, model_at, running, written

LEADS = 500
MARK = "zqxk"  # begins every such word, in any case
TOKEN = "{{ first_name | cliente }}"
ELSEWHERE = {"leads", "identities", "contracts"}  # tables that are there to keep such words, or the list of them
FORBIDDEN = ("lastName", "phone", "notes", "recado", "bairro", "saude", "apelido", "plano")


def word(number: int, place: int = 0) -> str:
    """Letters alone, so that it is a name: another for each lead and each trait."""
    letters = "".join(chr(97 + number // 26**power % 26) for power in (2, 1, 0))
    return f"{MARK.capitalize()}{letters}{chr(98 + place)}o"


RULES = CONTRACT | {
    "recado": {"use": "forbidden", "domain": {"kind": "free_text"}},
    "saude": {"use": "forbidden"},
    # a closed domain, but nobody consented to what it is for; a closed domain whose consent has run out
    "plano": {
        "use": "imply",
        "purpose": "personalize.content.plans",
        "domain": {"kind": "enumeration", "values": [word(number, 8) for number in range(LEADS)]},
    },
    "apelido": {
        "use": "mention",
        "purpose": "personalize.content.nicknames",
        "domain": {"kind": "name"},
        "fallbacks": {"pt-BR": "você"},
    },
}
EXPIRED = {
    "purpose": "personalize.content.plans", "basis": "consent", "source": "site",
    "collected_at": "2025-01-10T10:00:00Z", "expires_at": "2026-01-10T10:00:00Z",
}  # fmt: skip


def lead(number: int) -> dict[str, Any]:
    traits = {name: word(number, place) for place, name in enumerate(FORBIDDEN, 1)}
    own = {
        "firstName": word(number),
        "email": f"{word(number, 9)}@correio.example",
        "address": {"street": f"Rua {word(number, 10)}"},
        "tags": [word(number, 11)],
        "categoria": ("cafe", "plantas")[number % 2],
        "clube": ("raiz", "broto")[number % 2],
    }
    consents = CONSENTS if number % 10 else CONSENTS[1:]  # every tenth may not be written to by e-mail
    return {"external_id": f"id-{word(number, 12)}", "traits": traits | own, "consents": [*consents, EXPIRED]}


class RecordingEmbedder(HashEmbedder):
    """The embedder that ships for tests, which also remembers what it was given."""

    def __init__(self) -> None:
        super().__init__(64)
        self.texts: set[str] = set()

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.update(texts)
        return await super().embed(texts)


@dataclass
class Everything:
    """All that came out of a service while it wrote for its leads."""

    folder: Path
    database: str
    model: MockModel
    memory: Memory
    embedder: RecordingEmbedder = field(default_factory=RecordingEmbedder)
    answers: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    metrics: str = ""
    logs: str = ""

    def places(self) -> dict[str, str]:
        """Every place that no such word may be in, and all the text that is there."""
        return {
            "prompts": orjson.dumps(self.model.requests).decode(),
            "embedded": "\n".join(self.embedder.texts),
            "cache": "".join(f"{key!r}{entry}" for key, entry in self.memory._entries.items()),
            "logs": self.logs,
            "metrics": self.metrics,
            "index": "".join(_raw(path) for path in self.folder.rglob("*") if path.is_file()),
            **{f"table {name}": text for name, text in _tables(self.database).items() if name not in ELSEWHERE},
            "stored copy in answers": orjson.dumps([made["fields"] for made in self.variants()]).decode(),
        }

    def variants(self) -> list[dict[str, Any]]:
        return [made for answers in self.answers.values() for answer in answers for made in answer["variants"]]


def _raw(path: Path) -> str:
    return written(path).decode("latin-1")


def _tables(path: str) -> dict[str, str]:
    with sqlite3.connect(path) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: repr(connection.execute(f"SELECT * FROM {name}").fetchall()) for name in names}


def answered(request: dict[str, Any]) -> Answer:
    """Copy that greets by name in every text it can."""
    copy = orjson.loads(write(request))
    for variant in copy["variants"]:
        variant["fields"]["headline"] = f"Um café para {TOKEN}"
    return Answer(orjson.dumps(copy).decode())


@asynccontextmanager
async def listening(heard: io.StringIO) -> AsyncIterator[None]:
    """Logs as the service writes them, all of them, into `heard`."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with redirect_stderr(heard):
        configure(LogSettings(LOG_LEVEL="debug"))
        try:
            yield
        finally:
            configure(LogSettings())
            root.handlers = before
            root.setLevel(level)


async def everything(database: Database, folder: Path) -> Everything:
    model, memory, heard = MockModel(respond=answered), Memory(64 << 20, 600), io.StringIO()
    found = Everything(folder / "index", str(database.url.database), model, memory)
    async with (
        listening(heard),
        served(model) as url,
        model_at(url, around=Around(shared=Shared(memory))) as client,
        running(database, folder, client=client, embedder=found.embedder, own_index=True) as service,
        service.client() as http,
    ):
        await http.put("/v1/contract", json={"attributes": RULES})
        await http.put("/v1/content/cafe", json=ARTICLE)
        await http.put("/v1/content/kit", json=OFFER)
        lines = b"\n".join(orjson.dumps(lead(number)) for number in range(LEADS))
        report = await http.post(
            "/v1/leads:import", content=lines, headers={"Content-Type": "application/x-ndjson"}, timeout=60
        )
        assert report.json()["created"] == LEADS, report.text
        await service.indexed()
        slots = asyncio.Semaphore(40)
        await asyncio.gather(*(_written(http, slots, found, number) for number in range(LEADS)))
        await service.indexed()
        found.metrics = (await http.get("/metrics")).text
    found.logs = heard.getvalue()
    return found


async def _written(http: httpx.AsyncClient, slots: asyncio.Semaphore, found: Everything, number: int) -> None:
    body = {
        "lead": lead(number)["external_id"], "channel": "email", "variants": 1, "fresh": number % 5 == 0,
        "brief": {"objective": "Convidar para um café melhor"},
    }  # fmt: skip
    async with slots:
        for writer in ("model", "composer") if number % 5 == 0 else ("model",):
            answer = await http.post("/v1/generate", json=body | {"writer": writer}, timeout=60)
            assert answer.status_code == 200, answer.text
            found.answers.setdefault(number, []).append(answer.json())


async def test_nobodys_words_are_anywhere_but_in_their_own_preview(sqlite_database: Database, tmp_path: Path) -> None:
    found = await everything(sqlite_database, tmp_path)
    assert len(found.answers) == LEADS and len(found.variants()) >= LEADS
    assert len(found.model.requests) > LEADS / 10 and len(found.memory._entries) >= 2
    assert MARK in _tables(found.database)["leads"].lower()  # they are there to be found
    for place, text in found.places().items():
        assert text, place
        assert MARK not in text.lower(), f"{place}: {_around(text)}"
    named = 0
    for number, answers in found.answers.items():
        for answer in answers:
            told = set(re.findall(rf"{MARK}\w+", orjson.dumps(answer).decode(), re.IGNORECASE))
            shown = orjson.dumps([made["preview"] for made in answer["variants"]]).decode()
            assert told <= {word(number)}, number
            outside = answer | {"variants": [made | {"preview": None} for made in answer["variants"]]}
            assert MARK not in orjson.dumps(outside).decode().lower(), number
            if number % 10 == 0:
                assert not told, number
            named += word(number) in shown
    assert named >= LEADS * 0.8


def _around(text: str) -> str:
    at = text.lower().find(MARK)
    return text[max(0, at - 200) : at + 200]
