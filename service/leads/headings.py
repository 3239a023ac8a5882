"""What columns of lead files are called in Portuguese, English and Spanish."""

from __future__ import annotations

from service.imports.cells import fold

EXTERNAL_ID = "external_id"
LOCALE = "locale"
NAME = "name"
BASIS, CHANNELS, SOURCE, DATE, PROFILING = (
    "legal_basis",
    "consent_channels",
    "consent_source",
    "consent_date",
    "profiling",
)
CONSENT_COLUMNS = frozenset((BASIS, CHANNELS, SOURCE, DATE, PROFILING))
SPECIAL = CONSENT_COLUMNS | {EXTERNAL_ID, LOCALE}

_HEADINGS = {
    EXTERNAL_ID: "id, código, codigo do cliente, id do cliente, id do contato, external id, user id, userid, lead id"
    ", contact id, customer id, record id, código de cliente, id de contacto, código del cliente",
    "firstName": "nome, primeiro nome, first name, firstname, given name, nombre, primer nombre",
    NAME: "nome completo, full name, name, nombre completo, nome e sobrenome, nombre y apellido",
    "lastName": "sobrenome, último nome, last name, lastname, surname, family name, apellido, apellidos",
    "email": "e-mail, email, e-mail address, email address, endereço de e-mail, correo, correo electrónico",
    "phone": "celular, telefone, telefone celular, fone, whatsapp, phone, phone number, mobile, mobile phone"
    ", teléfono, móvil",
    "company": "empresa, nome da empresa, company, company name, compañía",
    "title": "cargo, job title, jobtitle, title, position, puesto",
    "city": "cidade, city, ciudad, município",
    "state": "uf, estado, state, region, província, provincia",
    "country": "país, country",
    "postalCode": "cep, código postal, postal code, zip, zip code",
    "birthday": "data de nascimento, nascimento, aniversário, birthday, birth date, birthdate, date of birth"
    ", fecha de nacimiento, cumpleaños",
    "gender": "gênero, sexo, gender, sex",
    "lifecycleStage": "estágio no funil, estágio do funil, estágio, etapa do funil, lifecycle stage, lifecyclestage"
    ", etapa del ciclo de vida, etapa del embudo",
    LOCALE: "idioma, língua, language, locale, lengua",
    "createdAt": "data de cadastro, data de criação, created at, createdat, createdate, create date, fecha de creación",
    "notes": "observações, observação, notas, anotações, notes, observaciones",
    BASIS: "legal_basis, base legal, basis",
    CHANNELS: "consent_channels, canais, canais de consentimento, canais consentidos, channels, canales",
    SOURCE: "consent_source, origem do consentimento, fonte do consentimento, origen del consentimiento",
    DATE: "consent_date, data do consentimento, fecha del consentimiento",
    PROFILING: "profiling, perfil, consentimento de perfil",
}
_TARGETS = {fold(heading): target for target, headings in _HEADINGS.items() for heading in headings.split(",")}

_STAGES = {
    "subscriber": "subscriber, assinante, suscriptor",
    "lead": "lead, visitante, contato",
    "mql": "mql, lead qualificado, marketing qualified lead, marketingqualifiedlead, lead calificado"
    ", lead qualificado por marketing",
    "sql": "sql, sales qualified lead, salesqualifiedlead, lead qualificado por vendas, lead calificado por ventas",
    "opportunity": "opportunity, oportunidade, oportunidad",
    "customer": "customer, client, cliente",
    "evangelist": "evangelist, evangelista, promotor, embaixador",
}
STAGES = {fold(word): stage for stage, words in _STAGES.items() for word in words.split(",")}

_BASES = {
    "consent": "consent, consentimento, consentimiento",
    "legitimate_interest": "legitimate interest, legítimo interesse, interesse legítimo, interés legítimo",
    "pre_existent_contract": "pre existent contract, contract, contrato, contrato pré-existente, execução de contrato"
    ", relación contractual",
    "judicial_process": "judicial process, processo judicial, proceso judicial",
    "vital_interest": "vital interest, interesse vital, interés vital",
    "public_interest": "public interest, interesse público, interés público",
}
BASES = {fold(word): basis for basis, words in _BASES.items() for word in words.split(",")}


def target_of(heading: str) -> str | None:
    """The trait or special column that a heading names, None where it is the workspace's own.

    HubSpot's exports put `property_` before each name.
    """
    return _TARGETS.get(fold(heading).removeprefix("property "))
