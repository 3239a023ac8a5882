"""Pages as HTML: one template environment a language, and headers that let nothing in from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from service.studio.visiting import Reader, Visit
from service.studio.words import LANGUAGES, translations
from service.types import Locale

_HERE = Path(__file__).parent
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def page(visit: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """That page for whoever is signed in. Templates see `visit`, `reader`, `now` and the workspace's `timezone`."""
    return _answer(
        visit.reader, template, status, visit=visit, now=visit.services.clock(),
        timezone=ZoneInfo(visit.workspace.timezone), **values,
    )  # fmt: skip


def open_page(reader: Reader, template: str, now: datetime, status: int = 200, **values: Any) -> HTMLResponse:
    """That page for somebody who is not signed in; times are told in UTC unless a `timezone` is given."""
    return _answer(reader, template, status, visit=None, now=now, **({"timezone": ZoneInfo("UTC")} | values))


def _answer(reader: Reader, template: str, status: int, **values: Any) -> HTMLResponse:
    html = environment(reader.locale).get_template(template).render(reader=reader, languages=LANGUAGES, **values)
    return HTMLResponse(html, status, {**HEADERS, "Content-Language": reader.locale})


@cache
def environment(locale: Locale) -> Environment:
    """Templates in that language: `_()` and `ngettext()` translate, filters write numbers, money and times as there."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    babel = locale.replace("-", "_")

    def number(value: float | Decimal, pattern: str | None = None) -> str:
        return str(format_decimal(value, pattern, locale=babel))

    def percent(value: float, digits: int = 1) -> str:
        return str(format_percent(value, "#,##0." + "#" * digits + "%" if digits else "#,##0%", locale=babel))

    def money(value: float | Decimal, currency: str = "BRL") -> str:
        return str(format_currency(value, currency, locale=babel))

    @pass_context
    def moment(context: Context, value: datetime, pattern: str = "d MMM y, HH:mm") -> str:
        return str(format_datetime(value, pattern, tzinfo=context["timezone"], locale=babel))

    @pass_context
    def day(context: Context, value: datetime) -> str:
        return str(format_datetime(value, "d MMM y", tzinfo=context["timezone"], locale=babel))

    @pass_context
    def ago(context: Context, value: datetime) -> str:
        gone: timedelta = value - context["now"]
        return str(format_timedelta(gone, add_direction=True, locale=babel))

    made.filters |= {
        "number": number, "percent": percent, "money": money, "moment": moment, "day": day, "ago": ago,
    }  # fmt: skip
    return made
