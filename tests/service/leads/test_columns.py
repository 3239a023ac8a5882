"""Headings to traits and cells to values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.errors import CannotRead
from service.imports.delimited import Row
from service.leads.arrivals import Arrival, Refused
from service.leads.basis import Basis
from service.leads.columns import RowReader, id_of, plan

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def arrival(header: str, cells: str, **options: Any) -> Arrival:
    mapping, id_from = options.pop("mapping", {}), options.pop("id_from", None)
    columns = plan(header.split(";"), ",", mapping, id_from)
    reader = RowReader(columns, id_from, "line-", options.pop("basis", Basis()), NOW)
    return reader.arrival(Row(2, 1, cells.split(";")))


def traits(header: str, cells: str, **options: Any) -> dict[str, Any]:
    return arrival(f"ID;{header}", f"1;{cells}", **options).lead.traits


def faults(header: str, cells: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        arrival(f"ID;{header}", f"1;{cells}")
    assert all(error.line == 2 for error in refused.value.errors)
    return [(error.pointer, error.code) for error in refused.value.errors]


def test_brazilian_headings() -> None:
    header = "Nome;Sobrenome;E-mail;Celular;Empresa;Cargo;Cidade;UF;País;CEP;Gênero;Observações"
    cells = "Ana;Lima;a@b.example;+55 31 90000-0101;Ateliê;Sócia;Natal;RN;BR;01310-100;F;=1+1"
    assert traits(header, cells) == {
        "firstName": "Ana",
        "lastName": "Lima",
        "email": "a@b.example",
        "phone": "+55 31 90000-0101",
        "company": "Ateliê",
        "title": "Sócia",
        "city": "Natal",
        "state": "RN",
        "country": "BR",
        "postalCode": "01310-100",
        "gender": "F",
        "notes": "=1+1",
    }


@pytest.mark.parametrize(
    ("header", "trait"),
    [("Correo electrónico", "email"), ("Apellido", "lastName"), ("Full Name", "name"), ("Job title", "title"),
     ("property_jobtitle", "title"), ("MUNICÍPIO", "city"), ("Fecha de nacimiento", "birthday")],
)  # fmt: skip
def test_spanish_english_and_hubspot_headings(header: str, trait: str) -> None:
    assert list(traits(header, "01/02/1990" if trait == "birthday" else "a b")) == [trait]


def test_a_name_without_a_column_for_surnames() -> None:
    assert traits("Nome", "Ana") == {"firstName": "Ana"}
    assert traits("Nome", "Ana Lima") == {"name": "Ana Lima"}
    assert traits("Nome completo", "Ana Lima") == {"name": "Ana Lima"}


def test_stages_are_canonical_and_keep_what_was_said() -> None:
    assert traits("Estágio no funil", "Lead Qualificado") == {
        "lifecycleStage": "mql",
        "lifecycleStageRaw": "Lead Qualificado",
    }
    stages = {"Cliente": "customer", "Assinante": "subscriber", "marketingqualifiedlead": "mql", "Perdido": "other"}
    assert {raw: traits("Estágio", raw)["lifecycleStage"] for raw in stages} == stages


def test_unknown_headings_become_traits_of_their_own() -> None:
    assert traits("Última compra;Total gasto;Código promo", "09/11/2026;2.348,60;007") == {
        "ultimaCompra": "2026-11-09",
        "totalGasto": 2348.6,
        "codigoPromo": "007",
    }


def test_a_second_telephone_keeps_its_own_name() -> None:
    assert traits("Celular;Telefone", "1;2") == {"phone": "1", "telefone": 2}


def test_languages() -> None:
    assert arrival("ID;Idioma", "1;Español").lead.locale == "es"
    assert arrival("ID;Idioma", "1;pt_PT").lead.locale == "pt-BR"
    other = arrival("ID;Idioma", "1;fr")
    assert (other.lead.locale, [warning.code for warning in other.warnings]) == (None, ["row.locale"])


def test_days_that_do_not_exist_are_errors_in_columns_of_days() -> None:
    assert traits("Data de nascimento", "29/02/2024") == {"birthday": "2024-02-29"}
    assert faults("Data de nascimento", "31/02/2026") == [("Data de nascimento", "row.date")]
    assert faults("Aniversário", "em março") == [("Aniversário", "row.date")]
    assert traits("Última visita", "31/02/2026") == {"ultimaVisita": "31/02/2026"}


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    found = faults("Nascimento;base legal;canais;perfil", "31/02/2026;fé;fax;talvez")
    assert found == [
        ("Nascimento", "row.date"),
        ("base legal", "consent.basis"),
        ("canais", "consent.channel"),
        ("perfil", "consent.profiling"),
    ]


def test_a_mapping_goes_before_what_headings_say() -> None:
    mapping = {"cliente desde": "customerSince", "Obs": "-", "Chave": "external_id"}
    found = arrival("Chave;Cliente desde;Obs;ID", "k;01/02/2020;x;9", mapping=mapping).lead
    assert (found.external_id, found.traits) == ("k", {"customerSince": "2020-02-01", "id": 9})


@pytest.mark.parametrize(
    ("header", "mapping", "message"),
    [
        ("ID;Nome", {"Fone": "phone"}, r"not: \['Fone'\]. Its columns are \['ID', 'Nome'\]"),
        ("ID;Nome", {"Nome": "1º nome"}, "cannot become"),
        ("ID;Nome;Apelido", {"Apelido": "city", "Nome": "city"}, "'Nome' and 'Apelido' both become 'city'"),
        ("ID;E-mail;Email", {}, "'E-mail' and 'Email' both become 'email'"),
        ("Nome;Cidade", {}, "--id-from line"),
    ],
)
def test_plans_that_cannot_be_carried_out(header: str, mapping: dict[str, str], message: str) -> None:
    with pytest.raises(CannotRead, match=message):
        plan(header.split(";"), ",", mapping, None)


def test_external_ids() -> None:
    assert arrival("ID;E-mail", "7;a@b.example").lead.external_id == "7"
    by_email = arrival("ID;E-mail", "; A@b.example").lead.external_id
    assert by_email == id_of("a@B.example") and by_email.startswith("e-") and len(by_email) == 22
    assert arrival("Nome", "Ana", id_from="line").lead.external_id == "line-1"
    with pytest.raises(Refused):
        arrival("ID;E-mail", ";")


def consents(header: str, cells: str, **options: Any) -> list[tuple[str, str, str, str, str]]:
    found = arrival(f"ID;{header}", f"1;{cells}", **options)
    rows = [*found.lead.consents, *found.assumed]
    return [(c.purpose, c.channel, c.basis, c.source, c.collected_at.isoformat()) for c in rows]


def test_consent_columns_become_rows_of_the_ledger() -> None:
    english = "legal_basis;consent_channels;consent_source;consent_date;profiling"
    portuguese = "base legal;canais;origem do consentimento;data do consentimento;perfil"
    for header in (english, portuguese):
        assert consents(header, "consentimento;E-mail, whatsapp;site;12/02/2024;sim") == [
            ("marketing.communications.email", "email", "consent", "site", "2024-02-12T00:00:00+00:00"),
            ("marketing.communications.whatsapp", "whatsapp", "consent", "site", "2024-02-12T00:00:00+00:00"),
            ("personalize.content.profiling", "*", "consent", "site", "2024-02-12T00:00:00+00:00"),
        ]
    assert consents(english, "legítimo interesse;email;site;12/02/2024;não")[0][2] == "legitimate_interest"


def test_an_empty_basis_is_none_even_with_a_default() -> None:
    basis = Basis(legal_basis="consent", channels=["email"], collected_on=date(2026, 1, 1))
    assert consents("legal_basis", "", basis=basis) == []
    assert len(consents("Nome", "Ana", basis=basis)) == 1


def test_consents_without_a_date_are_only_assumed() -> None:
    found = arrival("ID;Nome", "1;Ana", basis=Basis(legal_basis="consent", channels=["email"], profiling=True))
    assert (found.lead.consents, [row.collected_at for row in found.assumed]) == ([], [NOW, NOW])


def test_dates_of_consents_that_cannot_be() -> None:
    for cell in ("31/02/2026", "ontem", "25/12/2026"):
        assert faults("legal_basis;consent_date", f"consent;{cell}") == [("consent_date", "consent.date")]
