"""What waits in the studio of the sample shop: drafts of the composer, and one that somebody wrote with a mistake."""

from __future__ import annotations

import asyncio
from typing import Any

from service.commands.api import Api
from service.errors import SobMedidaError

CAMPAIGN: dict[str, Any] = {
    "slug": "cafe-do-fim-de-semana",
    "name": "Café do fim de semana",
    "brief": {"objective": "Convidar para preparar um café melhor em casa, com o Kit Café Coado"},
    "channels": ["email", "push", "sms"],
    "audiences": ["coffee-lovers", "plant-lovers"],
}
MISTAKEN: dict[str, Any] = {
    "channel": "email",
    "campaign": CAMPAIGN["slug"],
    "audience": "coffee-lovers",
    "fields": {
        "subject": "O café do fim de semana pode ser melhor",
        "preheader": "Coador, jarra e filtros numa caixa só",
        "headline": "Café coado, sem pressa",
        "body": "O Kit Café Coado Jatobá reúne coador de cerâmica, jarra de vidro e 40 filtros de papel. "
        "Sai por R$ 149,90.",
        "cta": "Ver o kit",
        "cta_content_id": "oferta-kit-cafe-coado",
    },
}


async def write_drafts(api: Api) -> None:
    """Write them, unless the campaign is there already."""
    try:
        await api.call("POST", "/v1/campaigns", json=CAMPAIGN)
    except SobMedidaError as error:
        if error.code != "campaign.exists":
            raise
        return
    job = await api.call("POST", f"/v1/campaigns/{CAMPAIGN['slug']}/generate", json={})
    while job["status"] not in ("done", "failed"):
        await asyncio.sleep(0.1)
        job = await api.call("GET", f"/v1/jobs/{job['id']}")
    if job["status"] == "failed":
        raise SobMedidaError(f"The sample's drafts were not written: {job['problem']}", code="sample.broken")
    made = await api.call("POST", "/v1/variants", json=MISTAKEN)
    await api.call("POST", f"/v1/variants/{made['id']}/decisions", json={"decision": "submit"})
