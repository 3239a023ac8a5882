"""Every use asks the ledger, at the moment of use."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.db.engine import Database
from service.leads.models import Consent, ConsentStatus
from service.leads.store import LeadStore
from service.privacy.choices import Notice, choices, chosen, stopped
from service.privacy.policy import Policy, Purpose
from service.privacy.uses import allowed, still_allowed
from service.workspaces.store import WorkspaceStore
from tests.support import NOW, fill, running

EMAIL, PROFILING = "marketing.communications.email", "personalize.content.profiling"


def row(purpose: str, status: ConsentStatus = "granted", **other: object) -> Consent:
    return Consent.model_validate(
        {"purpose": purpose, "basis": "consent", "source": "x", "status": status, "collected_at": NOW} | other
    )


@pytest.mark.parametrize(
    ("consents", "contact", "profile"),
    [
        ([], False, False),
        ([row(EMAIL, channel="email")], True, False),
        ([row(PROFILING)], False, True),
        ([row(EMAIL, "denied"), row(PROFILING, "revoked")], False, False),
        ([row(EMAIL, expires_at=NOW)], False, False),
        ([row(EMAIL, expires_at=NOW + timedelta(seconds=1))], True, False),
        ([row(EMAIL, basis="legitimate_interest")], True, False),
    ],
)
def test_a_use_needs_a_row_that_allows_it(consents: list[Consent], contact: bool, profile: bool) -> None:
    assert allowed(consents, Policy(), "contact", "email", NOW) is contact
    assert allowed(consents, Policy(), "contact", "sms", NOW) is False
    assert allowed(consents, Policy(), "profile", None, NOW) is profile
    assert allowed(consents, Policy(), "train", None, NOW) is False


def test_a_policy_that_takes_no_other_basis_is_kept_to() -> None:
    consents = [row(EMAIL, basis="legitimate_interest")]
    strict = Policy(purposes={EMAIL: Purpose(bases=["consent"])})
    assert not allowed(consents, strict, "contact", "email", NOW)
    assert not allowed([row(PROFILING)], strict, "profile", None, NOW)


async def test_consent_revoked_between_generation_and_serving(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service, service.client() as http:
        await fill(service)
        body = {"lead": "c-1", "brief": {"objective": "Um café melhor"}, "channel": "email"}
        made = (await http.post("/v1/generate", json=body)).json()["variants"][0]

        async with database.read() as connection:
            workspace = await WorkspaceStore(connection).get("casa")
            lead = (await LeadStore(connection, workspace.id).get("c-1")).id

        async def serve(now: datetime = NOW) -> bool:
            async with database.read() as connection:
                return await still_allowed(connection, workspace, lead, "email", now)

        assert await serve()
        revoked = {"purpose": PROFILING, "basis": "consent", "status": "revoked", "source": "call"}
        await http.post("/v1/leads/c-1/consents", json=revoked)
        assert not await serve()
        assert (await http.get(f"/v1/variants/{made['id']}")).status_code == 200
        granted = {"purpose": PROFILING, "basis": "consent", "source": "call", "expires_at": "2026-12-01T00:00:00Z"}
        await http.post("/v1/leads/c-1/consents", json=granted | {"collected_at": "2026-11-22T12:00:01Z"})
        assert await serve() and not await serve(NOW + timedelta(days=30))
        await http.delete("/v1/leads/c-1")
        assert not await serve()


PURPOSES = st.sampled_from(sorted(Policy().purposes))
LEDGERS = st.lists(
    st.builds(
        row, PURPOSES, st.sampled_from(["granted", "denied", "revoked"]), channel=st.sampled_from(["*", "email"])
    ),
    unique_by=lambda consent: (consent.purpose, consent.channel),
)


@given(LEDGERS, st.sets(PURPOSES), st.booleans())
def test_what_is_chosen_holds_and_choosing_it_again_adds_nothing(
    consents: list[Consent], wanted: set[str], gpc: bool
) -> None:
    policy, notice = Policy(), Notice("preference_page", "v", NOW + timedelta(hours=1))
    added = chosen(policy, consents, wanted, notice, gpc=gpc)
    ruling = list({(consent.purpose, consent.channel): consent for consent in [*consents, *added]}.values())
    held = {choice.purpose for choice in choices(policy, ruling, notice.at) if choice.on}
    assert held == (wanted - {PROFILING} if gpc else wanted)
    assert chosen(policy, ruling, wanted, notice, gpc=gpc) == []


@given(LEDGERS)
def test_stopping_everything_leaves_nothing_that_allows(consents: list[Consent]) -> None:
    policy, notice = Policy(), Notice("preference_page", "v", NOW + timedelta(hours=1))
    ruling = list({(one.purpose, one.channel): one for one in [*consents, *stopped(policy, consents, notice)]}.values())
    assert not any(choice.on for choice in choices(policy, ruling, notice.at))
    assert stopped(policy, ruling, notice) == []
