"""The small model's copy: of the shape asked for, and pointing only where there is something."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.generation.mock_model import write


def request(*links: str) -> dict[str, Any]:
    evidence = "\n".join(
        f'<evidence id="e{n}" kind="passage" content_id="a&amp;b-{n}" link="{link}" image="no">\nA água a 92 °C extrai '
        "bem o sabor.\n</evidence>"
        for n, link in enumerate(links)
    )
    fields: dict[str, Any] = {"properties": {"subject": {}, "cta_content_id": {}}}
    variant = {"properties": {"variants": {"items": {"properties": {"fields": fields}}}}}
    return {
        "messages": [{"role": "user", "content": f"{evidence}\nangles: benefit"}],
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
