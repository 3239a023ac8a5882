"""A variant as people read it in a terminal: the copy, then every claim beside its source."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

LABELS = ("subject", "preheader", "header", "title", "headline", "text", "body", "footer", "cta", "button", "alt")
_LOUD = ("subject", "title", "headline")
_LONGEST = 160  # characters of a source that stand beside a claim


def show_variant(variant: dict[str, Any], title: str | None = None) -> Panel:
    """Copy bound for the lead, what it claims and rests on, and where it comes from."""
    origin = variant["provenance"]
    by = origin["model"] or origin["generator"]
    if origin.get("stood_in_for"):
        by = f"{by}, standing in ({origin['stood_in_for']})"
    return Panel(
        Group(*_copy(variant["preview"]), Text(), *show_claims(variant)),
        title=title or f"{variant['channel']} · {variant['angle']}",
        subtitle=f"{by} · {origin['prompt']} · {variant['locale']}",
        title_align="left",
        subtitle_align="right",
    )


def show_claims(examined: dict[str, Any]) -> list[RenderableType]:
    """Every claim beside its source, then what the checks found."""
    return [*_claims(examined), *_findings(examined)]


def _copy(preview: dict[str, Any]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for label in LABELS:
        if text := preview.get(label):
            parts.append(Text(label, style="dim"))
            parts.append(Padding(Text(text, style="bold" if label in _LOUD else ""), (0, 0, 0, 2)))
    for label in ("cta_url", "image_url", "link_url"):
        if preview.get(label):
            parts.append(Text(f"{label.removesuffix('_url')}: {preview[label]}", style="dim"))
    return parts


def _claims(variant: dict[str, Any]) -> list[RenderableType]:
    """Each claim, the kind of it, and the words of the source that say so."""
    if not variant["claims"]:
        return [Text("no claims", style="dim")]
    titles = {item["id"]: f"{item['content_id']} v{item['version']}" for item in variant["evidence"]}
    table = Table("claim", "", "source", box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    seen: set[tuple[str, str]] = set()
    for claim in variant["claims"]:
        if (claim["kind"], claim["text"]) not in seen:
            seen.add((claim["kind"], claim["text"]))
            table.add_row(Text(_short(claim["text"])), Text(claim["kind"], style="dim"), _source(claim, titles))
    parts: list[RenderableType] = [table]
    if until := variant.get("true_until"):
        parts.append(Text(f"true until {until}", style="dim"))
    return parts


def _source(claim: dict[str, Any], titles: dict[str, str]) -> Text:
    if not claim["support"]:
        return Text("no source says so", style="red" if claim["kind"] != "statement" else "yellow")
    support = claim["support"][0]
    how = " (worked out)" if support["derived"] else ""
    said = f"{support['fact']}: {support['quote']}" if support.get("fact") else f"“{_short(support['quote'])}”"
    return Text.assemble((titles.get(support["evidence"], support["content_id"]), "cyan"), f"  {said}", (how, "dim"))


def _findings(variant: dict[str, Any]) -> list[RenderableType]:
    return [
        Text.assemble(
            (finding["code"], "red" if finding["severity"] == "block" else "yellow"),
            f"  {finding['field']}: {finding['message']} {finding['fix'] or ''}".rstrip(),
        )
        for finding in variant["findings"]
    ]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
