"""The HTML and the plain text of previews. Everything is escaped: a preview holds text, never markup."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader

from service.channels.base import Preview
from service.types import Locale

_ENVIRONMENT = Environment(
    loader=PackageLoader("service.channels", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def paragraphs(body: str) -> list[list[str]]:
    """The blocks of a body, which a blank line parts, each as its lines."""
    return [block.strip().split("\n") for block in body.split("\n\n") if block.strip()]


def lines(*parts: str | None) -> str:
    """The parts that there are, one a line."""
    return "\n".join(part for part in parts if part) + "\n"


def html(template: str, preview: Preview, locale: Locale) -> str:
    """The preview in that template of `templates/`."""
    blocks = paragraphs(preview.get("body") or "")
    return _ENVIRONMENT.get_template(template).render(preview=preview, blocks=blocks, locale=locale)
