"""The `sobmedida` command.

Each command lives in a module of its own that is imported only when it is asked for: `sobmedida keys list` must not
wait for FastAPI, and `sobmedida --help` for nothing at all.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

import typer

from service.commands.output import fail
from service.errors import SettingError, SobMedidaError

Register = Callable[[typer.Typer], None]


class Command(NamedTuple):
    """Where a command lives and what it is for; the module has `register(app)`. `extra` brings the packages that it
    needs and the service does not."""

    module: str
    help: str
    extra: str | None = None


COMMANDS = {
    "serve": Command("service.commands.serve", "Run the HTTP service."),
    "demo": Command("service.commands.demo", "Load the sample shop and show what three of its leads would get."),
    "import": Command("service.commands.imports", "Import leads or content."),
    "reindex": Command("service.commands.reindex", "Build the search index anew from the records."),
    "search": Command("service.commands.search", "Find passages in the content."),
    "generate": Command("service.commands.generate", "Write copy for a lead or an audience."),
    "check": Command("service.commands.check", "Check your own words: every claim beside its source."),
    "spending": Command("service.commands.spending", "Show what language models cost, by day and model."),
    "contract": Command(
        "service.commands.contracts", "See, propose and change what each attribute of a lead may be used for."
    ),
    "workspace": Command("service.commands.workspace", "See and change how a workspace writes, and its limits."),
    "leads": Command("service.commands.leads", "List leads, and show what is known of one."),
    "audiences": Command("service.commands.audiences", "Name micro-segments, and see who is in them and why."),
    "clusters": Command("service.commands.clusters", "Find groups of leads that nobody named yet."),
    "scores": Command("service.commands.scores", "Score leads by fit and intent, and train a model of your own."),
    "actions": Command("service.commands.actions", "Show what to do next for a lead, and what triggers emitted."),
    "triggers": Command(
        "service.commands.triggers", "Make standing rules that emit actions, and turn them on and off."
    ),
    "campaigns": Command(
        "service.commands.campaigns", "Write campaigns, see how ready they are, launch and pause them."
    ),
    "placements": Command("service.commands.placements", "Set up the places where sites show banners and popups."),
    "variants": Command("service.commands.variants", "List variants, show them, and decide on them."),
    "reviews": Command("service.commands.reviews", "See what waits for a reviewer, worst first."),
    "quarantine": Command("service.commands.quarantine", "See which copy is out of service, why, and where it went."),
    "privacy": Command("service.commands.privacy", "Export and erase leads, check receipts, apply retention."),
    "hooks": Command("service.commands.hooks", "Let CRMs and e-mail providers tell what happened."),
    "subscriptions": Command("service.commands.subscriptions", "Tell other systems what happens here."),
    "users": Command("service.commands.users", "Add people to the studio, and change what they may do."),
    "keys": Command("service.commands.keys", "Create, list and revoke API keys."),
    "eval": Command("evaluation.commands.eval", "Measure how good the service is.", extra="eval"),
    "bench": Command(
        "evaluation.commands.bench",
        "Measure how fast the service is, against a baseline in the same run.",
        extra="eval",
    ),
    "mock-model": Command(
        "service.commands.mock_model", "Run a small OpenAI-compatible model for tests and benchmarks."
    ),
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """The command line for these arguments: the named command in full, of the others the name and one line."""
    app = typer.Typer(
        name="sobmedida",
        help="Copy made to measure, with every claim tied to its source.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    wanted = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name, command in COMMANDS.items():
        if name == wanted:
            _register_of(name, command)(app)
        else:
            app.command(name, help=command.help)(_not_asked_for)
    return app


def _register_of(name: str, command: Command) -> Register:
    """What adds the command. Raises `SobMedidaError` where the extra that it needs is not installed."""
    try:
        register: Register = import_module(command.module).register
    except ModuleNotFoundError as error:
        if command.extra is None:
            raise
        raise SobMedidaError(
            f"`sobmedida {name}` needs packages that are not installed ({error.name}): "
            f"pip install 'sobmedida[{command.extra}]'",
            code="extra.missing",
        ) from None
    return register


def _root() -> None:
    pass


def _not_asked_for() -> None:
    pass


def main() -> None:
    """Run the command line; whatever goes wrong is told in one line."""
    try:
        build(sys.argv[1:])()
    except KeyboardInterrupt:
        sys.exit(130)
    except SettingError as error:
        fail(error, status=2)
    except SobMedidaError as error:
        fail(error)


if __name__ == "__main__":
    main()
