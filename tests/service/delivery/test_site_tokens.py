"""A browser names a lead only by what the site's own server signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from service.delivery.site_tokens import LONGEST_LIFE, lead_of, make_token, refuse_emails
from service.errors import Invalid, Unauthorized

NOW = 1_800_000_000.0
SECRET = "ab" * 32
HELPERS = Path(__file__).parents[3] / "examples" / "server-helpers"


def token(payload: object, header: object = None, secret: str = SECRET) -> str:
    parts = [header or {"alg": "HS256", "typ": "JWT"}, payload]
    signed = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def code_of(given: str) -> str:
    with pytest.raises((Unauthorized, Invalid)) as caught:
        lead_of(given, SECRET, NOW)
    return caught.value.code


@pytest.mark.parametrize("lead", ["c-1", "José 🌱", "ا" * 60, "../x", "'; drop table leads; --"])
def test_a_token_names_its_lead_until_it_ends(lead: str) -> None:
    made = make_token(SECRET, lead, int(NOW) + 600)
    assert lead_of(made, SECRET, NOW) == lead_of(made, SECRET, NOW + 599) == lead
    with pytest.raises(Unauthorized) as caught:
        lead_of(made, SECRET, NOW + 600)
    assert caught.value.code == "token.expired"


def test_every_letter_counts() -> None:
    made = make_token(SECRET, "c-1", int(NOW) + 600)
    for place in range(len(made) - 1):  # the last letter has bits to spare
        other = made[:place] + ("A" if made[place] != "A" else "B") + made[place + 1 :]
        assert code_of(other) == "token.invalid"


@pytest.mark.parametrize(
    ("payload", "header", "secret"),
    [
        ({"sub": "c-1", "exp": int(NOW) + 60}, None, "cd" * 32),
        ({"sub": "c-1", "exp": int(NOW) + 60}, {"alg": "none"}, SECRET),
        ({"sub": "c-1", "exp": int(NOW) + 60}, {"alg": "HS512"}, SECRET),
        ({"sub": "c-1", "exp": int(NOW) + 60}, {"alg": "HS256", "crit": ["b64"], "b64": False}, SECRET),
        ({"sub": "c-1", "exp": int(NOW) + 2 * LONGEST_LIFE}, None, SECRET),
        ({"sub": "c-1"}, None, SECRET),
        ({"sub": "c-1", "exp": "2030-01-01"}, None, SECRET),
        ({"sub": "c-1", "exp": True}, None, SECRET),
        ({"sub": "c-1", "exp": int(NOW) + 60, "nbf": int(NOW) + 3_000}, None, SECRET),
        ({"sub": 7, "exp": int(NOW) + 60}, None, SECRET),
        ({"sub": "", "exp": int(NOW) + 60}, None, SECRET),
        ({"sub": "x" * 201, "exp": int(NOW) + 60}, None, SECRET),
        (["c-1"], None, SECRET),
    ],
)
def test_other_forms_are_refused(payload: object, header: object, secret: str) -> None:
    assert code_of(token(payload, header, secret)) == "token.invalid"


@pytest.mark.parametrize("given", ["", "a.b", "a.b.c.d", "é.é.é", "a" * 3_000, "..", "e30.e30."])
def test_what_is_no_token_is_refused(given: str) -> None:
    assert code_of(given) == "token.invalid"


def test_an_e_mail_address_names_nobody_in_a_browser() -> None:
    assert code_of(make_token(SECRET, "ana@correio.example", int(NOW) + 60)) == "recipient.email_in_url"


@pytest.mark.parametrize(
    "text",
    [
        "ana@correio.example",
        "https://loja.example/?e=ana@correio.example",
        "ana%40correio.example",
        "ana%2540correio.example",
    ],
)
def test_addresses_are_found_however_they_are_encoded(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        refuse_emails(["home", text])
    assert caught.value.code == "recipient.email_in_url"


@pytest.mark.parametrize("text", ["c-1", "https://loja.example/@ana", "@ana", "50%", "a@b", "2 @ R$ 9.90"])
def test_what_is_no_address_is_let_through(text: str) -> None:
    refuse_emails([text])


@pytest.mark.parametrize(("name", "program"), [("site_token.py", sys.executable), ("site_token.php", which("php"))])
def test_the_helpers_for_servers_make_tokens_that_are_read(name: str, program: str | None) -> None:
    if program is None:
        pytest.skip("php is not installed, so the PHP helper is not run")
    for lead in ("c-1", "José/🌱"):
        done = subprocess.run(
            [program, str(HELPERS / name), SECRET, lead, str(int(NOW))], capture_output=True, check=True
        )
        assert lead_of(done.stdout.decode().strip(), SECRET, NOW + 1) == lead


@pytest.mark.parametrize(("name", "language"), [("site_token.py", "python"), ("site_token.php", "php")])
def test_the_page_on_sites_shows_the_helpers_as_they_are(name: str, language: str) -> None:
    page = (HELPERS.parents[1] / "docs" / "sites.md").read_text(encoding="utf-8")
    block = page.split(f"```{language}\n")[1].split("```")[0]
    assert set(block.splitlines()) <= set((HELPERS / name).read_text(encoding="utf-8").splitlines())
