"""What readers of a report see of a scenario: its copy with claims, sources, findings, and what the other lead got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from evaluation.datasets.scenarios import Scenario
from evaluation.suites.again import Piece
from service.checks.models import Claim, Finding


def shown(
    scenario: Scenario, writer: Literal["composer", "model"], pieces: Sequence[Piece], swapped: Sequence[Piece],
    refused: str, dropped: Sequence[Mapping[str, Any]], *, private: bool,
) -> dict[str, Any]:  # fmt: skip
    """All of it. Where leads are `private` their values do not stand in it, and fallbacks do."""
    told: dict[str, Any] = {
        "channel": scenario.channel, "writer": writer, "lead": scenario.lead, "why": scenario.why,
        "audience": scenario.audience.attributes if scenario.audience else None, "context": scenario.context,
        "must": scenario.must, "must_not": scenario.must_not, "silent": scenario.silent, "refused": refused,
        "variants": [_variant(one, private) for one in pieces],
        "evidence": _evidence(pieces),
        "dropped": [_dropped(one) for one in dropped],
    }  # fmt: skip
    if swapped:
        told["swap"] = {
            "lead": scenario.swap, "variants": [_variant(swapped[0], private)], "evidence": _evidence(swapped)
        }  # fmt: skip
    return {name: value for name, value in told.items() if value not in (None, "", [], {}, False)}


def _variant(one: Piece, private: bool) -> dict[str, Any]:
    read = one.plain if private else {name: str(one.preview.get(name) or "") for name in one.texts}
    return {
        "angle": one.told["angle"], "fields": dict(one.texts), "preview": dict(read),
        "claims": [_claim(claim) for claim in one.claims],
        "findings": [_finding(found) for found in one.found.findings],
    }  # fmt: skip


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "field": claim.field, "text": claim.text, "kind": claim.kind, "value": claim.value,
        "support": [
            {"evidence": one.evidence, "content_id": one.content_id, "quote": one.quote, "fact": one.fact}
            for one in claim.support[:1]
        ],
    }  # fmt: skip


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "code": found.code, "severity": found.severity, "field": found.field, "quote": found.quote,
        "message": found.message,
    }  # fmt: skip


def _evidence(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    found = {item.id: item for one in pieces for item in one.evidence}
    return [{"id": item.id, "content_id": item.content_id, "title": item.title} for item in found.values()]


def _dropped(one: Mapping[str, Any]) -> dict[str, Any]:
    codes = [found["code"] for found in one.get("findings", ())]
    return {"reason": one["reason"], "angle": one["angle"], "codes": codes}
