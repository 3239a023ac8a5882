"""The studio's texts in the reader's language, from gettext catalogues: English in the code, the others beside it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from service.types import LOCALES, Locale

CATALOGUES = Path(__file__).parent / "locales"
LANGUAGES: Mapping[Locale, str] = {"pt-BR": "Português", "en": "English", "es": "Español"}


@cache
def translations(locale: Locale) -> NullTranslations:
    """What that language has for each text: one catalogue a part of the studio, read as one."""
    folder = CATALOGUES / locale.replace("-", "_")
    merged = Catalog(locale.replace("-", "_"))
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=merged.locale):
                if message.id:
                    merged.add(message.id, message.string, flags=message.flags, context=message.context)
    if not len(merged):
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled, domain="studio")


def locale_of(wanted: Locale | None, accept: str) -> Locale:
    """The reader's own choice, or else what the browser asks for, or else Portuguese."""
    if wanted is not None:
        return wanted
    asked = [part.partition(";")[0].strip().replace("-", "_") for part in accept.split(",")]
    asked = ["pt_BR" if one.split("_")[0] == "pt" else one.split("_")[0] for one in asked]
    found = negotiate_locale([one for one in asked if one], [locale.replace("-", "_") for locale in LOCALES])
    return next((locale for locale in LOCALES if locale.replace("-", "_") == found), "pt-BR")
