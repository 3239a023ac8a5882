"""A brand voice read from past e-mails, and what of the people in them goes nowhere."""

from __future__ import annotations

import pytest

from service.workspaces.voice import propose_voice, without_people
from tests.support import Running

EMAILS = [
    "Prezada Marina Souza,\n\nChegou o café da serra. Você vai gostar do aroma, e o frete é por nossa conta.\n\n"
    "Um abraço,\nTiago Nunes",
    "Olá, Otávio!\n\nO seu pedido 4471902 saiu hoje. Para comprar de novo, é só responder. Você tem dúvidas?\n\n"
    "Abraços,\nTiago",
    "Olá, Beatriz Lima!\n\nUm café suave. Quem quiser comprar recebe em casa. Fale com marina@correio.example.",
    "Olá!\n\nMarina, seu café chegou. Escreva para (11) 98765-4321 ou CPF 529.982.247-25. Você escolhe a moagem.",
    "<p>Olá, {{ first_name }},</p><p>O frete é grátis, e o café é da serra.</p><script>alert(1)</script>",
]
PEOPLE = ("Marina", "Souza", "Otávio", "Beatriz", "Lima", "Tiago", "Nunes", "98765", "529.982", "correio", "4471902")


def test_what_tells_of_a_person_is_gone_before_anything_is_read() -> None:
    whole = "\n".join(one.text for one in without_people(EMAILS))
    assert [name for name in PEOPLE if name in whole] == []
    assert "alert" not in whole and "first_name" not in whole
    assert "café da serra" in whole
    answer = propose_voice(EMAILS, "pt-BR").model_dump_json()
    assert [name for name in PEOPLE if name in answer] == []


def test_the_habits_of_five_emails_become_rules_with_what_they_come_of() -> None:
    proposal = propose_voice(EMAILS, "pt-BR")
    style, told = proposal.style, {one.of: one for one in proposal.evidence}
    assert (style.address, style.greeting, style.emoji) == ("voce", "Olá", "never")
    assert told["address"].counts == {"voce": 3, "tu": 0}
    assert told["address"].quotes[0] == "Chegou o café da serra. Você vai gostar do aroma, e o frete é por"
    assert told["greeting"].counts == {"Olá": 4, "Prezada": 1}
    assert {(one.instead_of, one.say) for one in style.preferred} == {("envio", "frete"), ("adquirir", "comprar")}
    assert "words" not in told  # no word of five letters stands in two of them
    assert proposal.voice.startswith("Frases curtas, de ") and proposal.masked >= 9


def test_words_that_come_again_are_told_but_not_those_that_every_text_has() -> None:
    emails = [f"Temos muitas torras, e outras chegam {day}. A torra suave tem aroma doce." for day in ("já", "depois")]
    found = propose_voice([*emails, "Com muitas torras de aroma suave, e outras não."], "pt-BR")
    told = {one.of: one.counts for one in found.evidence}
    assert set(told["words"]) == {"torras", "suave", "aroma"}


def test_a_gendered_greeting_becomes_one_for_anybody_and_tu_stays_tu() -> None:
    proposal = propose_voice(
        ["Prezado cliente,\n\nTu vais gostar do teu café! 🎉🎉", "Prezada,\nO teu pedido vem!"], "pt-BR"
    )
    assert (proposal.style.greeting, proposal.style.address, proposal.style.emoji) == ("Olá", "tu", "free")


@pytest.mark.parametrize(
    ("locale", "text", "address"),
    [
        ("es", "Hola, Lucía:\nTu pedido llegó y te espera contigo.", "tu"),
        ("en", "Hi Mary,\nYour coffee is here.", "any"),
    ],
)
def test_other_languages_are_read_sensibly(locale: str, text: str, address: str) -> None:
    proposal = propose_voice([text], locale)  # type: ignore[arg-type]
    assert proposal.style.address == address
    assert "Lucía" not in proposal.model_dump_json() and "Mary" not in proposal.model_dump_json()
    assert proposal.style.greeting in ("Hola", "Hi")


async def test_the_route_proposes_and_keeps_nothing(shop: Running) -> None:
    async with shop.client() as http:
        before = (await http.get("/v1/workspace")).json()
        answer = await http.post("/v1/voice:propose", json={"texts": EMAILS})
        assert answer.status_code == 200, answer.text
        saved = await http.patch("/v1/workspace", json={key: answer.json()[key] for key in ("voice", "style")})
        assert saved.json()["style"] == answer.json()["style"] and before["style"] != saved.json()["style"]
    assert all(name not in answer.text for name in PEOPLE)


@pytest.mark.parametrize(
    "body",
    [{}, {"texts": []}, {"texts": [""]}, {"texts": ["a" * 20_001]}, {"texts": ["a"] * 21}, {"texts": ["a\u0000b"]},
     {"texts": ["a"], "locale": "fr"}, {"texts": "a"}],
)  # fmt: skip
async def test_what_is_no_email_is_refused(service: Running, body: dict[str, object]) -> None:
    async with service.client() as http:
        answer = await http.post("/v1/voice:propose", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
