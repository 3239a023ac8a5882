"""How attributes and operators are said in the three languages, from `wordings.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from service.types import LOCALES, Locale


class Wording(NamedTuple):
    """One language: labels of attributes, forms of operators with `{}` for the operand, and small words."""

    labels: Mapping[str, str]
    operators: Mapping[str, str]
    words: Mapping[str, str]
    audiences: Mapping[str, str]

    @property
    def stages(self) -> Mapping[str, str]:
        """What each funnel stage is called, by its name: as the ready-made audience of it is."""
        found = {slug.removeprefix("stage-"): name for slug, name in self.audiences.items() if slug[:6] == "stage-"}
        return {stage: name.partition(": ")[2] for stage, name in found.items()}

    def label(self, attribute: str) -> str:
        """What an attribute is called; a trait by its own name."""
        return self.labels.get(attribute, attribute.replace("_", " "))


def _read(texts: Mapping[str, Any], locale: Locale) -> Wording:
    parts = {part: {key: said[locale] for key, said in texts[part].items()} for part in Wording._fields}
    return Wording(**parts)


_TEXTS = tomllib.loads((Path(__file__).parent / "wordings.toml").read_text(encoding="utf-8"))
WORDINGS: Mapping[Locale, Wording] = {locale: _read(_TEXTS, locale) for locale in LOCALES}
