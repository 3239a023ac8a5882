"""A language model's answer, read into drafts. Models wrap, cut off and decorate JSON; what can be read is kept."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.errors import ModelNonsense
from service.generation.models import MAX_VARIANTS, Citation, Draft

MAX_CHARACTERS = 1_000_000
_MOST_STARTS = 50  # braces in the prose around the JSON that are tried as its beginning


class _Variant(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    angle: Annotated[str, Field(min_length=1, max_length=40)]
    fields: Annotated[dict[Annotated[str, Field(max_length=40)], str | None], Field(min_length=1, max_length=20)]
    claims: Annotated[list[Citation], Field(max_length=100)] = Field(default_factory=list)


def drafts(text: str) -> tuple[list[Draft], list[str]]:
    """The drafts in an answer, and a reason for each that could not be read. Raises `ModelNonsense` if none could."""
    variants = _variants(_json(text))
    found: list[Draft] = []
    unread: list[str] = []
    for number, raw in enumerate(variants, start=1):
        try:
            variant = _Variant.model_validate(raw)
        except ValidationError as error:
            unread.append(f"variant {number}: {_reason(error)}")
        else:
            found.append(Draft(variant.angle, variant.fields, tuple(variant.claims)))
    if not found:
        raise ModelNonsense(
            "The model's answer holds no usable variant: " + ("; ".join(unread[:3]) or "the list is empty") + "."
        )
    return found, unread


def _json(text: str) -> Any:
    """The JSON object that holds the variants, wherever it stands in the text."""
    if len(text) > MAX_CHARACTERS:
        raise ModelNonsense(f"The model's answer is longer than {MAX_CHARACTERS:,} characters.")
    decoder = json.JSONDecoder()
    start = text.find("{")
    if start < 0:
        raise ModelNonsense("The model's answer holds no JSON object.")
    for _ in range(_MOST_STARTS):
        try:
            value, _ = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            ends = error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip("`\n ")) - 1
            if ends and '"variants"' in text[start:]:
                raise ModelNonsense("The model's answer is cut off: its JSON has no end.") from None
        except RecursionError:
            raise ModelNonsense("The model's answer is nested too deeply.") from None
        else:
            if isinstance(value, dict) and "variants" in value:
                return value
        start = text.find("{", start + 1)
        if start < 0:
            break
    raise ModelNonsense("The model's answer holds no JSON object with `variants`.")


def _variants(value: dict[str, Any]) -> list[Any]:
    variants = value["variants"]
    if not isinstance(variants, list):
        raise ModelNonsense("`variants` in the model's answer is not a list.")
    if len(variants) > MAX_VARIANTS:
        raise ModelNonsense(
            f"The model's answer has {len(variants)} variants; at most {MAX_VARIANTS} can be asked for."
        )
    return variants


def _reason(error: ValidationError) -> str:
    """The first thing wrong, without the values, which could be anything."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part)[:40] for part in first['loc'])}: {first['msg']}"
