"""Where in the funnel somebody stands, whatever a CRM calls it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Literal

from service.events.models import Event

Stage = Literal["subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist", "other"]

_STAGES: dict[str, Stage] = {
    "subscriber": "subscriber", "assinante": "subscriber", "inscrito": "subscriber", "visitante": "subscriber",
    "suscriptor": "subscriber", "visitor": "subscriber",
    "lead": "lead", "contato": "lead", "prospect": "lead", "prospecto": "lead", "novo lead": "lead",
    "cliente potencial": "lead",
    "mql": "mql", "marketing qualified lead": "mql", "lead qualificado": "mql", "qualified lead": "mql",
    "lead qualificado pelo marketing": "mql", "lead qualificado por marketing": "mql", "lead calificado": "mql",
    "sql": "sql", "sales qualified lead": "sql", "lead qualificado por vendas": "sql",
    "lead qualificado pelas vendas": "sql", "lead aceito por vendas": "sql", "sal": "sql",
    "opportunity": "opportunity", "oportunidade": "opportunity", "oportunidad": "opportunity",
    "customer": "customer", "client": "customer", "cliente": "customer", "venda": "customer", "vendido": "customer",
    "won": "customer", "closed won": "customer",
    "evangelist": "evangelist", "evangelista": "evangelist", "promotor": "evangelist", "promoter": "evangelist",
    "embaixador": "evangelist",
}  # fmt: skip


def stage_of(raw: str) -> Stage:
    """The canonical stage of a name in Portuguese, English or Spanish, `other` where it is none we know."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", raw) if not unicodedata.combining(mark))
    words = " ".join(re.sub(r"[\W_]+", " ", plain).lower().split())
    return _STAGES.get(words) or _RUN_TOGETHER.get(words, "other")


def stage_changed(id_: str, raw: str, at: datetime, source: str, stage: Stage | None = None) -> Event:
    """The event for somebody's having reached a stage."""
    told = {"stage": stage or stage_of(raw), "raw": raw, "source": source}
    return Event(id_, "track", "Funnel Stage Changed", at, source, told)


# HubSpot's own names have no spaces: marketingqualifiedlead
_RUN_TOGETHER: dict[str, Stage] = {name.replace(" ", ""): stage for name, stage in _STAGES.items()}
