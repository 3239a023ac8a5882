"""`sobmedida eval ...`"""

from __future__ import annotations

import typer

from evaluation.commands import calibrating, comparing, gating, measuring, pairing, reporting, running

eval_ = typer.Typer(help="Measure how good the service is.", no_args_is_help=True)
for commands in (running, comparing, gating, reporting, pairing, calibrating, measuring):
    commands.register(eval_)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(eval_, name="eval")


@eval_.callback()
def _eval() -> None:
    """Measure how good the service is."""
