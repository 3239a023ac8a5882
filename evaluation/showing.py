"""What cases have to show, as plain lines: their copy, and how a figure is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.figures import Better


def copies(shown: Mapping[str, Any]) -> list[dict[str, str]]:
    """The copy that a case shows, field by field, as it is read: one entry a variant."""
    found = []
    for variant in _list(shown.get("variants")):
        fields = variant.get("preview") or variant.get("fields") or {}
        found.append({str(name): str(text) for name, text in fields.items() if text and not str(name).endswith("_id")})
    if not found and isinstance(copy := shown.get("copy"), str | Mapping):
        found = [{"copy": copy} if isinstance(copy, str) else {str(name): str(text) for name, text in copy.items()}]
    return found


def number(value: float | None) -> str:
    """A value with the digits that tell."""
    return "–" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def gain(value: float | None) -> str:
    """A difference, with its sign."""
    return "–" if value is None else f"{value:+,.0f}" if abs(value) >= 1000 else f"{value:+.4g}"


def arrow(better: Better) -> str:
    """Which way is good."""
    return "↑" if better == "higher" else "↓"


def _list(value: Any) -> Sequence[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []
