"""The small model's copy: of the shape asked for, and pointing only where there is something."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prompts.library import PromptLibrary
from service.channels.registry import CHANNELS
from service.generation.mock_model import write
from service.generation.model_writer import variables
from tests.service.generation.shop import shop, task


def request(*links: str) -> dict[str, Any]:
    evidence = "\n".join(
        f'<evidence id="e{n}" kind="passage" content_id="a&amp;b-{n}" link="{link}" image="no">\nA água a 92 °C extrai '
        "bem o sabor.\n</evidence>"
        for n, link in enumerate(links)
    )
    fields: dict[str, Any] = {"properties": {"subject": {}, "cta_content_id": {}}}
    variant = {"properties": {"variants": {"items": {"properties": {"fields": fields}}}}}
    return {
        "messages": [{"role": "user", "content": f"{evidence}\nin this order: benefit."}],
        "response_format": {"json_schema": {"schema": variant}},
    }


@pytest.mark.parametrize(
    ("links", "target"),
    [(("yes", "no"), "a&b-0"), (("no", "yes", "yes"), "a&b-1"), (("no", "no"), None), ((), None)],
)
def test_the_button_leads_only_to_what_has_an_address(links: tuple[str, ...], target: str | None) -> None:
    fields = json.loads(write(request(*links)))["variants"][0]["fields"]
    assert fields["cta_content_id"] == target
    assert fields["subject"]


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_gets_copy_of_its_form_within_its_limits(name: str) -> None:
    where, library = CHANNELS[name], PromptLibrary.released()
    given = task([shop()["oferta-kit-cafe-coado"], shop()["cafe-coado-em-casa"]], name, angles=where.angles)
    wanted = library.get(where.prompt).variables
    values = variables(given, given.angles) | {"draft": {}, "faulty": []}
    prompt = library.render(where.prompt, {key: values[key] for key in wanted})
    asked = {
        "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
        "response_format": {"json_schema": {"schema": prompt.schema}},
    }
    variants = json.loads(write(asked))["variants"]
    assert [variant["angle"] for variant in variants] == list(where.angles)
    for variant in variants:
        fields = where.fields.model_validate(variant["fields"])
        assert where.over(where.preview(fields, {}, given.evidence)) == []
