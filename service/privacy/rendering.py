"""HTML for leads: three languages, no script, and headers that let nobody frame, keep or index the page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.types import LOCALES, Locale

LANGUAGES: dict[Locale, str] = {"pt-BR": "Português", "en": "English", "es": "Español"}

_HERE = Path(__file__).parent
_TOLD = tomllib.loads((_HERE / "wordings.toml").read_text(encoding="utf-8"))
NOTICE_VERSION: str = _TOLD["version"]
WORDINGS: Mapping[Locale, Mapping[str, Any]] = {locale: _TOLD[locale] for locale in LOCALES}

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}


def page(template: str, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    """That template in that language."""
    html = _ENVIRONMENT.get_template(template).render(
        locale=locale, words=WORDINGS[locale], wordings=WORDINGS, languages=LANGUAGES, **values
    )
    return HTMLResponse(html, status, {**_HEADERS, "Content-Language": locale})


def stylesheet() -> Response:
    """The one style sheet of these pages."""
    css = _ENVIRONMENT.get_template("style.css.j2").render()
    return Response(css, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


def locale_of(wanted: str | None, otherwise: Locale) -> Locale:
    """The language asked for, if it is one of ours."""
    return next((locale for locale in LOCALES if locale == wanted), otherwise)
