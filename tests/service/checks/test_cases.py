"""The labelled pieces of copy: none that is clean may be blocked."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service.checks.copy import Copy
from service.checks.run import check
from service.content.models import Facts

CASES = Path(__file__).parents[4] / "shared" / "data" / "copy_cases_dev.jsonl"
JUDGED = {
    "claim.price", "claim.percent", "claim.date", "claim.quantity", "claim.entity", "claim.expired", "claim.link",
    "token.unknown", "token.fallback", "token.malformed",
    "injection.markup",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    id: str
    content_id: str
    title: str
    text: str
    url: str | None
    facts: Facts | None
    valid_until: datetime | None
    version: int = 1


def source(raw: dict[str, Any]) -> Source:
    until = datetime.fromisoformat(raw["valid_until"]) if raw.get("valid_until") else None
    facts = Facts(**raw["facts"]) if raw.get("facts") else None
    return Source(raw["id"], raw["id"], "", raw["text"], raw.get("url"), facts, until)


def copy_of(case: dict[str, Any]) -> Copy:
    tokens = {name: "" for name, use in case["contract"].items() if use == "mention"}
    evidence = [source(raw) for raw in case["evidence"]]
    return Copy(case["channel"], case["locale"], case["fields"], evidence, tokens, datetime.fromisoformat(case["now"]))


@pytest.mark.skipif(not CASES.exists(), reason="the shared data is not here")
def test_labelled_copy_is_judged_as_it_was_labelled() -> None:
    wrong: Counter[str] = Counter()
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        found = {(one.code, one.field) for one in check(copy_of(case)) if one.severity == "block"}
        expected = {(one["code"], one["field"]) for one in case["expect"]}
        wrong.update(f"{case['id']} blocked for {code}" for code, _ in found - expected)
        wrong.update(f"{case['id']} missed {code}" for code, _ in expected - found if code in JUDGED)
    assert not wrong
