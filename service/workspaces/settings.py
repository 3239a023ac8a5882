"""What of a workspace may be changed from outside, and to what."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from service.checks.models import Terms
from service.delivery.policy import DeliveryPolicy
from service.leads.models import CleanText
from service.leads.wordings import one_line, stripped
from service.privacy.policy import Policy
from service.review.policy import ReviewPolicy
from service.types import Locale
from service.workspaces.style import Style

RULES = frozenset(("name", "terms", "review", "delivery"))
"""What serving and checks go by: whoever keeps it in memory is told of a change."""

MOST_BUDGET = Decimal(1_000_000)
_MAY_BE_NULL = frozenset(("daily_budget",))


@lru_cache(1)
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _timezone(name: str) -> str:
    if name not in _timezones():
        raise ValueError(f"{name[:60]!r} is no time zone; write one such as America/Sao_Paulo")
    return name


Money = Annotated[Decimal, PlainSerializer(lambda amount: f"{amount.normalize():f}", return_type=str)]


class WorkspacePatch(BaseModel):
    """What is given changes, the rest stays. `name` signs the copy, `voice` says in a few sentences how it sounds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"voice": "Frases curtas, sem exagero.", "terms": {"banned": ["imperdível"]}}]},
    )

    name: (
        Annotated[str, BeforeValidator(stripped), Field(min_length=1, max_length=200), AfterValidator(one_line)] | None
    ) = None
    voice: Annotated[CleanText, BeforeValidator(stripped), Field(max_length=4_000)] | None = None
    timezone: Annotated[str, AfterValidator(_timezone)] | None = None
    default_locale: Locale | None = None
    terms: Terms | None = None
    style: Style | None = Field(default=None, description="How the brand speaks. Replaced as a whole.")
    daily_budget: Annotated[Money, Field(ge=0, le=MOST_BUDGET, decimal_places=4, allow_inf_nan=False)] | None = Field(
        default=None, description="US dollars a day for language models; null for no limit."
    )
    smallest_audience: Annotated[int, Field(ge=2, le=10_000)] | None = Field(
        default=None, description="An audience of fewer leads passes at most three attributes, and numbers as bands."
    )

    policy: Policy | None = Field(
        default=None,
        description="Purposes with their legal bases, quiet hours, caps, retention. What is left out is as at first.",
    )
    review: ReviewPolicy | None = Field(
        default=None, description="Who may approve copy, and where drafts go. Replaced as a whole."
    )
    delivery: DeliveryPolicy | None = Field(
        default=None,
        description="Own domains, how links there are marked, who is served. Replaced as a whole.",
    )

    @model_validator(mode="after")
    def _no_nulls(self) -> Self:
        for name in sorted(self.model_fields_set - _MAY_BE_NULL):
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null; leave it out to keep it as it is")
        return self

    @property
    def given(self) -> dict[str, Any]:
        """The values to change, by their names."""
        return {name: getattr(self, name) for name in self.model_fields_set}
