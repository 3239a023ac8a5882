"""A variant as people read it in a terminal: the copy, then what it rests on."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

LABELS = ("subject", "preheader", "headline", "body", "cta", "alt")


def show_variant(variant: dict[str, Any], title: str | None = None) -> Panel:
    """Copy bound for the lead, its evidence, and where it comes from."""
    origin = variant["provenance"]
    by = origin["model"] or origin["generator"]
    return Panel(
        Group(*_copy(variant["preview"]), Text(), *_evidence(variant)),
        title=title or f"{variant['channel']} · {variant['angle']}",
        subtitle=f"{by} · {origin['prompt']} · {variant['locale']}",
        title_align="left",
        subtitle_align="right",
    )


def _copy(preview: dict[str, Any]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for label in LABELS:
        if text := preview.get(label):
            parts.append(Text(label, style="dim"))
            parts.append(Padding(Text(text, style="bold" if label in ("subject", "headline") else ""), (0, 0, 0, 2)))
    for label in ("cta_url", "image_url"):
        if preview.get(label):
            parts.append(Text(f"{label.removesuffix('_url')}: {preview[label]}", style="dim"))
    return parts


def _evidence(variant: dict[str, Any]) -> list[RenderableType]:
    cited = {id_ for claim in variant["claims"] for id_ in claim["evidence"]}
    lines: list[RenderableType] = [Text("evidence", style="dim")]
    for item in variant["evidence"]:
        if item["id"] in cited:
            source = f"{item['id']} {item['content_id']} v{item['version']}"
            lines.append(
                Padding(
                    Text.assemble((source, "cyan"), f"  {item['score']:.2f}  ", (item["text"], "dim")), (0, 0, 0, 2)
                )
            )
    return lines
