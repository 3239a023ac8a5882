"""What a receipt says, what it keeps to itself, and that the same decision writes the same bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery.decide import decide
from service.delivery.models import Ask, LeadView, Shelved
from service.delivery.receipts import (
    Decided,
    asked,
    digest_of,
    masked,
    moment_of,
    opened,
    receipt,
    signature_of,
    verify,
)
from service.delivery.sealing import open_sealed, seal
from service.delivery.snapshot import shelved_from, snapshot_of
from tests.service.delivery.shelves import (
    KEY,
    NONCE,
    NOW,
    SIGNING,
    asks,
    decided,
    prepare,
    reader,
    readers,
    shelf,
    shelves,
)


@given(shelves(), st.one_of(st.none(), readers()), asks(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whoever_decides_on_a_snapshot_chooses_the_same(
    shelved: Shelved, lead: LeadView | None, ask: Ask, fresh: bool
) -> None:
    name, data = snapshot_of(shelved)
    again = shelved_from(orjson.loads(orjson.dumps(data)), prepare)
    assert snapshot_of(again)[0] == name
    now = NOW.timestamp()
    assert decide(again, lead, ask, now, fresh=fresh) == decide(shelved, lead, ask, now, fresh=fresh)


def test_whatever_changes_on_a_shelf_changes_its_name() -> None:
    was = shelf()
    by_audience = was.candidates["email", "pt-BR"]
    dearer = [replace(one, revision="f" * 64) for one in by_audience["cafe"]]
    changes: list[dict[str, Any]] = [
        {"live": False}, {"closes": 4e9}, {"audiences": ("cafe", "raiz")}, {"parents": {"cafe": None}},
        {"unknown_recipient": "skip"}, {"candidates": {("email", "pt-BR"): {**by_audience, "cafe": dearer}}},
        {"holdout": 0.1},
    ]  # fmt: skip
    names = {snapshot_of(replace(was, **change))[0] for change in changes}
    assert len(names) == len(changes) and was.snapshot not in names
    assert snapshot_of(replace(was, snapshot="anything"))[0] == was.snapshot


@given(shelves(), st.one_of(st.none(), readers()), asks(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_receipt_holds_all_that_deciding_again_needs(
    shelved: Shelved, lead: LeadView | None, ask: Ask, fresh: bool
) -> None:
    ask = ask if lead else masked(ask)
    now = NOW.timestamp()
    choice = decide(shelved, lead, ask, now, fresh=fresh)
    values = lead.values.get(ask.channel, {}) if lead else {}
    outputs = choice.candidate.prepared.bind(values) if choice.candidate else {}
    made = Decided(shelved.id, NOW, shelved, ask, lead, choice, outputs, values, fresh)
    kept = receipt(made, SIGNING, NONCE)
    told = orjson.loads(kept.body)
    inside = opened(told, KEY) if lead else None
    who, what = (inside.lead, inside.ask) if inside else (None, asked(told))
    again = decide(shelved, who, what, moment_of(told).timestamp(), fresh=told["fresh"])
    bound = inside.values if inside else {}
    said = again.candidate.prepared.bind(bound) if again.candidate else {}
    same = Decided(shelved.id, moment_of(told), shelved, what, who, again, said, bound, told["fresh"])
    assert receipt(same, SIGNING, NONCE) == kept


def test_a_receipt_says_what_was_decided_and_why() -> None:
    told = orjson.loads(receipt(decided(lead=reader()), SIGNING, NONCE).body)
    assert (told["campaign"], told["rung"], told["audience"], told["fresh"]) == ("natal", "audience", "cafe", True)
    assert (told["at"], told["at_micro"]) == ("2026-11-22T12:00:00.123457+00:00", 1_795_348_800_123_457)
    assert told["propensity"] == 0.5 and told["alternative"] != told["variant"]
    assert told["evidence"] == [["kit", int(told["revision"][0])]] and told["snapshot"] == shelf().snapshot
    outputs = {"headline": "Café coado, Helena", "html": "<p>Helena</p>", "cta": "Ver o kit"}
    assert told["digest"] == digest_of(outputs) != digest_of(outputs | {"cta": "Ver"})


def test_what_a_receipt_holds_of_a_lead_is_read_with_its_key_only() -> None:
    body = receipt(decided(lead=reader()), SIGNING, NONCE).body
    for word in (b"Helena", b"helena", b"salt", b"envio-9", b"marketing", str(reader().id).encode()):
        assert word not in body
    told = orjson.loads(body)
    inside = opened(told, KEY)
    assert inside is not None
    assert inside.ask.recipient == "helena@correio.example" and inside.values == {"first_name": "Helena"}
    assert inside.lead.consents == ("marketing.communications.email", "personalize.content.profiling")
    assert opened(told, b"x" * 32) is None
    assert opened(told | {"id": str(reader().id)}, KEY) is None  # sealed for that decision and no other


def test_an_address_that_nobody_knows_is_not_kept() -> None:
    made = decided(ask=Ask("email", "home", "envio-9", "ninguem@correio.example", ("cafe",)))
    body = receipt(made, SIGNING, NONCE).body
    assert b"ninguem" not in body and b"envio-9" not in body
    told = orjson.loads(body)
    assert told["sealed"] is told["key"] is None and len(told["recipient"]) == 5 and told["context"] == ["cafe"]


def test_a_signature_tells_a_receipt_from_a_changed_one() -> None:
    kept = receipt(decided(lead=reader()), SIGNING, NONCE)
    assert verify(*kept, SIGNING)
    assert not verify(kept.body.replace(b"natal", b"pascoa"), kept.signature, SIGNING)
    assert not verify(kept.body, signature_of(kept.body, b"other"), SIGNING)
    assert not verify(kept.body, "", SIGNING)


@given(st.binary(max_size=300), st.binary(min_size=32, max_size=32), st.binary(min_size=12, max_size=12), st.data())
def test_what_is_sealed_opens_whole_or_not_at_all(plain: bytes, key: bytes, nonce: bytes, data: st.DataObject) -> None:
    sealed = seal(key, plain, nonce, b"one")
    assert open_sealed(key, sealed, b"one") == plain
    assert open_sealed(key, sealed, b"two") is None
    place = data.draw(st.integers(0, len(sealed) - 1))
    assert open_sealed(key, sealed[:place], b"one") is None
    assert open_sealed(key, sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], b"one") is None
