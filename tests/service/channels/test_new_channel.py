"""A channel is one module, one line of the registry, its templates and its prompt; nothing else knows its name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from service.channels.base import Channel, Fields, Limit, Preview
from service.channels.registry import CHANNELS
from service.channels.rendering import lines
from service.checks.run import Copy, check
from service.generation.brief import words
from service.generation.material import items
from service.generation.mock_model import write
from service.types import Locale
from tests.service.generation.shop import shop, task

ROOT = Path(__file__).parents[3]


class ShelfFields(Fields):
    headline: str
    body: str
    shelf_content_id: str | None = None


def plain(preview: Preview) -> str:
    return lines(preview["headline"], preview["body"], preview["shelf_url"])


def rich(preview: Preview, locale: Locale) -> str:
    return f'<p lang="{locale}"></p>'


SHELF = Channel(
    name="shelf",
    fields=ShelfFields,
    limits={"headline": Limit(30), "body": Limit(70)},
    prompt="banner",
    plain=plain,
    html=rich,
    links={"shelf_content_id": "url"},
)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Channel:
    monkeypatch.setitem(CHANNELS, SHELF.name, SHELF)
    return SHELF


def test_a_new_channel_is_written_for_checked_and_shown(shelf: Channel) -> None:
    given = task([shop()["oferta-kit-cafe-coado"]], shelf.name)
    chosen = words(shelf, given, items(given), "benefit", set(), 0)
    fields = shelf.fields.model_validate(
        {"headline": chosen.values["short_name"], "body": f"Por {chosen.values['price']}."} | chosen.references
    )
    assert [one for one in check(Copy.of(shelf, fields, given)) if one.severity == "block"] == []
    preview = shelf.preview(fields, {}, given.evidence)
    assert shelf.plain(preview).endswith("https://casajatoba.example/ofertas/kit-cafe-coado\n")
    assert shelf.over(preview) == []


def test_the_checks_hold_a_new_channel_to_its_limits(shelf: Channel) -> None:
    given = task([shop()["oferta-kit-cafe-coado"]], shelf.name)
    fields = shelf.fields.model_validate({"headline": "a" * 31, "body": "b"})
    assert ("style.too_long", "headline") in {
        (one.code, one.field) for one in check(Copy.of(shelf, fields, given)) if one.severity == "block"
    }


def test_the_small_model_writes_for_a_new_channel(shelf: Channel) -> None:
    schema: dict[str, Any] = {"properties": {name: {} for name in ("headline", "body", "shelf_content_id")}}
    variant = {"properties": {"variants": {"items": {"properties": {"fields": schema}}}}}
    asked = {
        "messages": [{"role": "user", "content": '<evidence id="e1" content_id="a">\n' + "Uma frase longa. " * 9}],
        "response_format": {"json_schema": {"schema": variant}},
    }
    assert "Saiba" not in write(asked)


def test_writing_knows_no_channel_by_its_name() -> None:
    known = re.compile(rf'(?:==|!=|\bin) \(?"(?:{"|".join(CHANNELS)})"')
    found = [
        path.relative_to(ROOT)
        for path in (ROOT / "service" / "generation").rglob("*.py")
        if known.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_words_in_every_language_and_a_prompt(name: str) -> None:
    folder = ROOT / "service" / "generation" / "templates" / name
    assert {path.stem for path in folder.glob("*.j2")} == {"pt-BR", "en", "es"}
    assert (ROOT / "prompts" / CHANNELS[name].prompt).is_dir()
