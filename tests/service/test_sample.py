"""The sample shop is lively on whatever day it is loaded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from service.commands.api import Api
from service.db.engine import Database
from service.sample.events import moment
from service.sample.loader import load, read_sample
from tests.support import Running, running

SAMPLE = read_sample()
ZONE = ZoneInfo(SAMPLE.timezone)


async def state(http: httpx.AsyncClient, service: Running) -> dict[str, Any]:
    """Who is in the audiences that the sample is there to show, what triggers emitted, and how much there is."""
    await service.services.audiences.catch_up()
    found: dict[str, Any] = {}
    for slug in ("abandoned-cart", "birthday-week", "loyal"):
        page = (await http.get(f"/v1/audiences/{slug}/members")).json()
        found[slug] = sorted(one["external_id"] for one in page["items"])
    found["emitted"] = sorted((one["trigger"], one["lead"]) for one in (await http.get("/v1/actions")).json()["items"])
    found["events"] = len((await http.get("/v1/leads/c-02/events")).json()["items"])
    for one in SAMPLE.withdrawn:
        ruling = (await http.get(f"/v1/leads/{one.lead}/consents")).json()["ruling"]
        found[one.lead] = {(row["purpose"], row["status"]) for row in ruling}
    return found


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 24, 15, tzinfo=UTC),  # a Tuesday
        datetime(2027, 2, 28, 23, tzinfo=UTC),  # a Sunday, evening in São Paulo
        datetime(2028, 2, 28, 12, tzinfo=UTC),  # a Monday of a leap year
    ],
)
async def test_carts_birthdays_and_withdrawals_are_there_and_a_second_start_finds_nothing_new(
    sqlite_database: Database, tmp_path: Path, now: datetime
) -> None:
    async with running(sqlite_database, tmp_path, clock=lambda: now) as service, service.client() as http:
        counts = await load(Api(http), SAMPLE, now)
        first = await state(http, service)
        assert counts == {"leads": 40, "content": 30, "events": 160}
        assert {"c-02", "c-29"} <= set(first["abandoned-cart"])
        assert "c-25" in first["birthday-week"]
        assert {"c-01", "c-05", "c-17", "c-40"} <= set(first["loyal"])
        assert {("cart-abandoned", "c-02"), ("birthday", "c-25")} <= set(first["emitted"])
        for one in SAMPLE.withdrawn:
            assert (one.purpose, "revoked") in first[one.lead]
        await load(Api(http), SAMPLE, now + timedelta(seconds=1))
        assert await state(http, service) == first


def test_a_moment_is_counted_from_today_or_from_this_weeks_monday() -> None:
    tuesday = date(2026, 11, 24)
    assert moment("d-1 19:40", tuesday, ZONE).isoformat() == "2026-11-23T19:40:00-03:00"
    assert moment("w-3 10:00", tuesday, ZONE).isoformat() == "2026-11-20T10:00:00-03:00"
    with pytest.raises(ValueError, match="write it like"):
        moment("yesterday", tuesday, ZONE)
