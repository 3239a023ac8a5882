"""Who copy is for: what a writer may know of one lead, of a few and of many, and what changes nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.library import PromptLibrary
from service.channels.registry import CHANNELS
from service.db.engine import Database
from service.generation.composer import Composer
from service.generation.model_writer import ModelWriter
from service.generation.models import GenerateRequest, Task
from service.generation.pipeline import _task
from service.generation.reader import Reader, reader_of, reader_of_lead
from service.generation.relevance import nearest
from service.leads.arrivals import Arrival
from service.leads.contract import Contract, Word, known, profile_text
from service.leads.contract_store import ContractStore
from service.leads.models import Consent, Lead, LeadInput
from service.leads.store import LeadStore
from service.privacy.policy import Policy
from service.profile.history import History
from service.profile.store import Subject
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore
from tests.service.generation.shop import evidence, shop

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def choice(use: str, *values: str, purpose: str = "personalize.content.profiling") -> dict[str, Any]:
    return {"use": use, "purpose": purpose, "domain": {"kind": "enumeration", "values": list(values)}}


RULES = Contract.model_validate(
    {
        "attributes": {
            "clube": choice("select", "raiz", "broto"),
            "categoria": choice("imply", "cafe", "plantas"),
            "regiao": choice("imply", "norte", "sul"),
            "fase": choice("select", "novo", "antigo"),
            "idade": {"use": "imply", "domain": {"kind": "number_range", "min": 0, "max": 100, "unit": "anos"}},
            "first_name": {
                "use": "mention",
                "purpose": "marketing.communications",
                "domain": {"kind": "name"},
                "fallbacks": {"pt-BR": "cliente"},
            },
            "apelido": {
                "use": "mention",
                "purpose": "other",
                "domain": {"kind": "name"},
                "fallbacks": {"pt-BR": "você"},
            },
            "plano": choice("imply", "ouro", "prata", purpose="personalize.content.plans"),
            "faixa": choice("select", "a", "b", purpose="personalize.content.ranges"),
            "notes": {"use": "forbidden"},
            "cidade": {"use": "forbidden", "domain": {"kind": "enumeration", "values": ["Natal"]}},
        }
    }
)
TRAITS = {"clube": "raiz", "categoria": "cafe", "regiao": "sul", "fase": "novo", "idade": 37, "firstName": "Ana"}


def consent(purpose: str, **other: Any) -> Consent:
    return Consent.model_validate(
        {"purpose": purpose, "basis": "consent", "source": "t", "collected_at": NOW - timedelta(days=9)} | other
    )


CONSENTS = [
    consent("personalize.content.profiling"),
    consent("marketing.communications.email", channel="email"),
    consent("personalize.content.plans", status="denied"),
    consent("personalize.content.ranges", expires_at=NOW),
]


def request(objective: str = "Convidar para o clube", **other: Any) -> GenerateRequest:
    body = {"lead": "a", "brief": {"objective": objective}, "channel": "email", "variants": 4} | other
    return GenerateRequest.model_validate({key: value for key, value in body.items() if value is not None})


def subject(traits: Mapping[str, Any], consents: list[Consent] = CONSENTS) -> Subject:
    lead = Lead(
        id=UUID(int=1), external_id="a", traits=dict(traits), locale="pt-BR", created_at=NOW, updated_at=NOW,
        consents=consents,
    )  # fmt: skip
    return Subject(lead, History.of(None))


def read(traits: Mapping[str, Any], objective: str = "Convidar para o clube") -> Reader:
    return reader_of_lead(RULES, subject(traits), request(objective), "pt-BR", NOW, Policy())


def test_of_one_lead_three_attributes_are_known_those_nearest_to_the_brief() -> None:
    assert read(TRAITS, "Algo sem relação").known.closed == {"clube": "raiz", "categoria": "cafe", "regiao": "sul"}
    assert read(TRAITS, "Um café na região Sul").known.imply == {"categoria": "cafe", "regiao": "sul"}
    assert read(TRAITS, "Boas-vindas à nova fase, com 37 anos de idade").known.closed == {
        "clube": "raiz", "fase": "novo", "idade": "20-40 anos",
    }  # fmt: skip


def test_a_value_is_nearer_than_a_name_and_the_first_wins_a_tie() -> None:
    words = [Word("clube", "select", "raiz"), Word("tipo", "imply", "plantas"), Word("outro", "imply", "nada")]
    assert [word.attribute for word in nearest(words, "Plantas para o clube", 1)] == ["tipo"]
    assert [word.attribute for word in nearest(words, "", 2)] == ["clube", "tipo"]


def test_what_is_private_is_every_trait_with_what_the_contract_says() -> None:
    private = read(TRAITS | {"lastName": "Reis", "notes": "x"}).private
    assert private.traits["first_name"] == "Ana" and private.traits["last_name"] == "Reis"
    assert private.uses["notes"] == "forbidden" and "last_name" not in private.uses


def outcome(reader: Reader, objective: str = "Convidar para o clube") -> dict[str, Any]:
    """All that a writer, the search and the index get of a reader, and the copy that is stored."""
    workspace = Workspace(UUID(int=2), "casa", "Casa", "pt-BR", "America/Sao_Paulo", "Frases curtas.")
    task: Task = _task(workspace, CHANNELS["email"], request(objective), reader, EVIDENCE, None, NOW)
    return {
        "prompt": prompt_of(task),
        "query": " ".join([objective, *reader.known.closed.values()]),
        "seed": task.seed,
        "copy": [draft.fields for draft in COMPOSER.compose(task)],
        "audience": reader.audience(),
    }


LIBRARY = PromptLibrary.released()
COMPOSER = Composer()
EVIDENCE = evidence([item for item in shop().values() if item.locale == "pt-BR"][:3])


def prompt_of(task: Task) -> Any:
    return ModelWriter(None, LIBRARY)._prompt(task, task.angles)  # type: ignore[arg-type]


PLAIN = outcome(read(TRAITS))
VALUES = st.one_of(st.text(max_size=30), st.sampled_from(["ouro", "a", "Natal", "cafe"]), st.integers(), st.booleans())
UNUSED = st.dictionaries(
    st.one_of(
        st.sampled_from(["notes", "cidade", "plano", "faixa", "apelido", "lastName", "email", "saude", "religiao"]),
        st.from_regex(r"x[a-zA-Z0-9]{0,8}", fullmatch=True),
    ),
    VALUES,
    max_size=6,
)


@given(UNUSED)
def test_what_may_not_be_used_changes_not_one_byte(unused: dict[str, Any]) -> None:
    assert outcome(read(TRAITS | unused)) == PLAIN
    profile = profile_text(known(RULES, TRAITS | unused, CONSENTS, NOW))
    assert profile == profile_text(known(RULES, TRAITS, CONSENTS, NOW))


@given(st.text(max_size=60))
def test_who_somebody_is_changes_not_one_byte(name: str) -> None:
    assert outcome(read(TRAITS | {"firstName": name})) == PLAIN


@given(st.sampled_from(["cafe", "plantas"]), st.sampled_from(["denied", "revoked", "expired", "late", "none"]))
def test_without_consent_nothing_is_known(category: str, state: str) -> None:
    change = {"expires_at": NOW} if state == "late" else {"status": state}
    consents = [] if state == "none" else [consent("personalize.content.profiling", **change)]
    reader = reader_of_lead(RULES, subject({"categoria": category}, consents), request(), "pt-BR", NOW, Policy())
    assert outcome(reader) == outcome(read({}))


def test_what_may_be_used_does_change_it() -> None:
    other = outcome(read(TRAITS | {"categoria": "plantas"}))
    assert all(other[key] != PLAIN[key] for key in ("prompt", "query", "seed", "audience"))


@pytest.fixture
async def workspace(database: Database, now: datetime) -> Workspace:
    """Five leads in the north, of which four are new and one is 37, and more in the south."""
    async with database.write() as connection:
        made = await WorkspaceStore(connection).create("casa", now)
        await ContractStore(connection, made.id).put(RULES, now)
        given_ = [
            {
                "regiao": "norte",
                "clube": "raiz",
                "categoria": "cafe",
                "fase": "novo" if n else "antigo",
                "idade": 37 + n,
            }
            for n in range(5)
        ] + [{"regiao": "sul", "clube": "raiz", "categoria": "cafe", "fase": "novo", "idade": 50}] * 5
        arrivals = [Arrival(LeadInput(external_id=str(n), traits=traits), n) for n, traits in enumerate(given_)]
        await LeadStore(connection, made.id).put_many(arrivals, now, default_locale="pt-BR")
    return made


NORTH = {"regiao": "norte", "clube": "raiz", "categoria": "cafe", "fase": "novo"}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (NORTH, {"regiao", "clube", "categoria"}),  # four leads, fewer than five
        (NORTH | {"regiao": "sul"}, set(NORTH)),
        ({"regiao": "norte", "fase": "antigo"}, {"regiao", "fase"}),  # one lead, but no more than three attributes
        (NORTH | {"regiao": "sul", "notes": "x", "first_name": "Ana"}, set(NORTH)),
        (NORTH | {"regiao": "sul", "fase": "nunca"}, {"regiao", "clube", "categoria"}),
    ],
)
async def test_a_small_audience_passes_three_attributes(
    database: Database, workspace: Workspace, attributes: dict[str, str], expected: set[str]
) -> None:
    reader = await reader_of(database, workspace, request(lead=None, audience={"attributes": attributes}), NOW)
    assert set(reader.known.closed) == expected
    assert reader.private.traits == attributes and reader.values == {} and reader.lead_id is None


@pytest.mark.parametrize(
    ("age", "said"), [(50, "50 anos"), (37, "20-40 anos"), (99, "80-100 anos"), (50.5, "40-60 anos")]
)
async def test_a_number_is_told_of_many_and_a_band_of_few(
    database: Database, workspace: Workspace, age: float, said: str
) -> None:
    body = request(lead=None, audience={"attributes": {"idade": age}})
    assert (await reader_of(database, workspace, body, NOW)).known.imply == {"idade": said}


async def test_how_few_are_few_is_the_workspaces_to_say(database: Database, workspace: Workspace) -> None:
    async with database.write() as connection:
        changed = await WorkspaceStore(connection).update(workspace, {"smallest_audience": 4})
    body = request(lead=None, audience={"attributes": NORTH})
    assert set((await reader_of(database, changed, body, NOW)).known.closed) == set(NORTH)


async def test_the_profile_of_a_lead_never_has_an_exact_number(database: Database, workspace: Workspace) -> None:
    text = profile_text(known(RULES, {"idade": 37}, CONSENTS, NOW))
    assert text == "idade: 20-40 anos"
