"""What a brief hands to a writer."""

from __future__ import annotations

from service.generation.models import Brief


def test_what_a_reader_is_to_do_reaches_the_writer_with_the_tone() -> None:
    said = {"objective": "Convidar", "tone": "calmo", "call_to_action": "Reservar uma vaga"}
    assert Brief.model_validate(said).manner == "calmo | call to action: Reservar uma vaga"
    assert Brief.model_validate(said | {"tone": None}).manner == "call to action: Reservar uma vaga"
    assert Brief(objective="Convidar", tone="calmo").manner == "calmo"
    assert Brief(objective="Convidar").manner is None
