"""Loads the sample shop: a workspace with its contract, leads and content, through the API like anyone else."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from service.commands.api import Api
from service.db.engine import Database
from service.errors import SobMedidaError
from service.sample.events import events, moment
from service.types import Clock
from service.workspaces.models import SCOPES, Workspace
from service.workspaces.store import KeyStore, WorkspaceStore, principal_of

DATA = Path(__file__).parent / "data"
TRIGGERS = {"cart-abandoned": "cart_abandoned", "birthday": "birthday"}


@dataclass(frozen=True, slots=True)
class Showcase:
    """A lead and what to say to them."""

    lead: str
    objective: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A consent that a lead took back."""

    lead: str
    purpose: str
    channel: str
    when: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What `workspace.toml` says of the shop. `acting` are leads whose next action is worth a look."""

    slug: str
    name: str
    timezone: str
    voice: str
    showcases: tuple[Showcase, ...]
    withdrawn: tuple[Withdrawn, ...]
    acting: tuple[str, ...]


def read_sample() -> Sample:
    """The shop as it is described in the package."""
    given = tomllib.loads((DATA / "workspace.toml").read_text())
    showcases = tuple(Showcase(**item) for item in given["showcase"])
    withdrawn = tuple(Withdrawn(**item) for item in given["withdrawn"])
    return Sample(
        given["slug"], given["name"], given["timezone"], given["brand"]["voice"].strip(), showcases, withdrawn,
        tuple(given["acting"]),
    )  # fmt: skip


async def make_workspace(database: Database, sample: Sample, clock: Clock) -> Workspace:
    """The sample's workspace, made when it is not there yet."""
    async with database.write() as connection:
        store = WorkspaceStore(connection)
        return await store.find(sample.slug) or await store.create(
            sample.slug, clock(), name=sample.name, timezone=sample.timezone, voice=sample.voice
        )


async def development_key(database: Database, workspace: Workspace, folder: Path, clock: Clock) -> str:
    """A key for trying things out, kept in the data folder so that it stays the same from start to start."""
    path = folder / "development-key"
    secret = path.read_text().strip() if path.is_file() else ""
    async with database.write() as connection:
        holder = await principal_of(connection, secret, clock()) if secret else None
        if holder and holder.workspace.id == workspace.id:
            return secret
        secret, _ = await KeyStore(connection, workspace.id).create("development", SCOPES, clock())
    path.touch(mode=0o600)
    path.write_text(secret)
    return secret


async def load(api: Api, sample: Sample, now: datetime) -> dict[str, int]:
    """Contract, leads, content, what the leads did and what they no longer allow; what is there already is left as it
    is. Gives counts of leads, content items and events."""
    today = now.astimezone(ZoneInfo(sample.timezone)).date()
    wanted = tomllib.loads((DATA / "contract.toml").read_text())["attributes"]
    if _names(await api.call("GET", "/v1/contract")) != set(wanted):
        await api.call("PUT", "/v1/contract", json={"attributes": wanted})
    leads = await _send(api, "leads", "text/csv", "leads.csv", (DATA / "leads.csv").read_bytes())
    catalogue = await _send(api, "content", "text/csv", "offers.csv", dated(DATA / "offers.csv", today))
    content = catalogue["read"]
    for path in sorted((DATA / "content").glob("*.md")):
        content += (await _send(api, "content", "text/markdown", path.name, path.read_bytes()))["read"]
    happened = await _behave(api, sample, today)
    return {"leads": leads["read"], "content": content, "events": happened}


async def _behave(api: Api, sample: Sample, today: date) -> int:
    """What the leads did, who took a consent back, and the audiences and triggers of a shop like this. How many
    events."""
    tz = ZoneInfo(sample.timezone)
    for slug, kind in TRIGGERS.items():
        await api.call("PUT", f"/v1/triggers/{slug}", json={"kind": kind})
    await api.call("POST", "/v1/audiences:ready", json={})
    # triggers are told of who enters an audience, not of who is in it when it is made
    await api.call("GET", "/v1/audiences", params={"wait": 60})
    happened = events(DATA / "events.jsonl", today, tz)
    await api.call("POST", "/v1/batch", json={"batch": happened})
    for one in sample.withdrawn:
        row = {
            "purpose": one.purpose, "channel": one.channel, "basis": "consent", "status": "revoked",
            "source": "preference_page", "collected_at": moment(one.when, today, tz).isoformat(),
        }  # fmt: skip
        await api.call("POST", f"/v1/leads/{one.lead}/consents", json=row)
    return len(happened)


def dated(path: Path, today: date) -> bytes:
    """A catalogue with its relative days (`+12d`) as dates, counted from this week's Monday: the same all week long, so
    that a second start finds nothing changed."""
    monday = today - timedelta(days=today.weekday())
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [
            {name: _date(value, monday) if name.startswith("valid_") else value for name, value in row.items()}
            for row in reader
        ]
        out = io.StringIO()
        writer = csv.DictWriter(out, reader.fieldnames or ())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _date(value: str, monday: date) -> str:
    return (monday + timedelta(days=int(value.removesuffix("d")))).isoformat() if value else ""


def _names(contract: dict[str, Any]) -> set[str]:
    return set(contract["attributes"])


async def _send(api: Api, what: str, kind: str, name: str, body: bytes) -> dict[str, Any]:
    params = {"name": name} if what == "content" else {}
    report: dict[str, Any] = await api.call(
        "POST", f"/v1/{what}:import", params=params, headers={"Content-Type": kind}, content=_once(body)
    )
    if report["error_count"]:
        first = report["errors"][0]
        raise SobMedidaError(f"The sample file {name}, line {first['line']}: {first['detail']}", code="sample.broken")
    return report


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
