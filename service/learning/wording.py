"""Attributes and their values in words, in the workspace's language: for reasons of scores and names of groups."""

from __future__ import annotations

from collections.abc import Mapping

from service.audiences.wordings import WORDINGS
from service.leads.contract import Contract
from service.leads.domains import Enumeration
from service.learning.features import Fact
from service.types import Locale

_OWN: Mapping[str, Mapping[Locale, str]] = {
    "known": {"pt-BR": "atributos conhecidos", "en": "attributes known", "es": "atributos conocidos"},
    "channels": {"pt-BR": "canais permitidos", "en": "channels allowed", "es": "canales permitidos"},
}
_TRUTH: Mapping[bool, Mapping[Locale, str]] = {
    True: {"pt-BR": "sim", "en": "yes", "es": "sí"},
    False: {"pt-BR": "não", "en": "no", "es": "no"},
}
_ABSENT: Mapping[Locale, str] = {"pt-BR": "sem valor", "en": "no value", "es": "sin valor"}


def label(attribute: str, locale: Locale) -> str:
    """What an attribute is called; one that we do not know by its own name."""
    return _OWN[attribute][locale] if attribute in _OWN else WORDINGS[locale].label(attribute)


def value_in_words(attribute: str, value: Fact | None, locale: Locale, contract: Contract) -> str:
    """The value as a person reads it, in the contract's own words where it has some."""
    if value is None:
        return _ABSENT[locale]
    if isinstance(value, bool):
        return _TRUTH[value][locale]
    if isinstance(value, float):
        return number_in_words(value, locale)
    named = contract.attributes.get(attribute)
    return named.domain.labels.get(value, value) if named and isinstance(named.domain, Enumeration) else value


def number_in_words(value: float, locale: Locale) -> str:
    """Whole, or with one decimal, as the language writes it."""
    text = f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.1f}"
    return text if locale == "en" else text.translate(str.maketrans(",.", ".,"))


def fact_in_words(attribute: str, value: Fact | None, locale: Locale, contract: Contract) -> str:
    """Both together: `pedidos em um ano: 4`."""
    return f"{label(attribute, locale)}: {value_in_words(attribute, value, locale, contract)}"
