"""Prompts by name and version. A released version never changes: `released.toml` holds the hash of each."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prompts.spec import PromptError, PromptSpec, read_spec

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt ready to be sent. `hash` names the text of its version, not what was filled in."""

    name: str
    version: int
    system: str
    user: str
    schema: Mapping[str, Any]
    hash: str


class PromptLibrary:
    """The prompts of a folder: `<name>/v<version>/{prompt.j2, spec.toml, schema.json}`, and `partials/` they share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["data"] = as_data
        self._loaded: dict[tuple[str, int], _Version] = {}

    @classmethod
    def released(cls) -> Self:
        """The prompts that ship with the service."""
        return cls(_HERE)

    @cached_property
    def versions(self) -> Mapping[str, tuple[int, ...]]:
        """The names there are, each with its versions, oldest first."""
        found: dict[str, list[int]] = {}
        for spec in self._folder.glob("*/v*/spec.toml"):
            if spec.parent.name[1:].isdecimal():
                found.setdefault(spec.parent.parent.name, []).append(int(spec.parent.name[1:]))
        return {name: tuple(sorted(versions)) for name, versions in sorted(found.items())}

    def get(self, name: str, version: int | None = None) -> PromptSpec:
        """The spec of a prompt, the newest version by default. Raises `PromptError`, naming those there are."""
        return self._version(name, version).spec

    def render(self, name: str, variables: Mapping[str, object], version: int | None = None) -> Prompt:
        """The prompt with its variables filled in. Raises `PromptError` naming every missing and every unknown one."""
        found = self._version(name, version)
        wanted = found.spec.variables.keys()
        faults = [f"missing: {', '.join(missing)}"] if (missing := sorted(wanted - variables.keys())) else []
        faults += [f"unknown: {', '.join(unknown)}"] if (unknown := sorted(variables.keys() - wanted)) else []
        if faults:
            raise PromptError(f"Prompt {name!r} v{found.spec.version}: variables {'; '.join(faults)}.")
        try:
            context = found.template.new_context(dict(variables))
            system, user = ("".join(found.template.blocks[part](context)).strip() for part in ("system", "user"))
        except TemplateError as error:
            raise PromptError(f"Prompt {name!r} v{found.spec.version}: {error}.") from error
        return Prompt(name, found.spec.version, system, user, found.schema, found.hash)

    def hash_of(self, name: str, version: int) -> str:
        """Names the version's text, its partials included."""
        return self._version(name, version).hash

    def changed(self) -> list[str]:
        """The released versions whose text is no longer the one that was released, or that are gone."""
        released = tomllib.loads((self._folder / "released.toml").read_text(encoding="utf-8"))
        return [
            f"{name}/v{version}"
            for name, hashes in released.items()
            for version, hash_ in hashes.items()
            if int(version) not in self.versions.get(name, ()) or self.hash_of(name, int(version)) != hash_
        ]

    def _version(self, name: str, version: int | None) -> _Version:
        versions = self.versions.get(name)
        if versions is None:
            raise PromptError(f"There is no prompt {name!r}; there are: {', '.join(self.versions) or 'none'}.")
        wanted = versions[-1] if version is None else version
        if wanted not in versions:
            raise PromptError(f"Prompt {name!r} has no version {wanted}; it has: {', '.join(map(str, versions))}.")
        if (name, wanted) not in self._loaded:
            self._loaded[name, wanted] = self._load(name, wanted)
        return self._loaded[name, wanted]

    def _load(self, name: str, version: int) -> _Version:
        folder = self._folder / name / f"v{version}"
        spec = read_spec(folder / "spec.toml")
        if (spec.name, spec.version) != (name, version):
            raise PromptError(f"{folder / 'spec.toml'}: says it is {spec.name} v{spec.version}.")
        try:
            template = self._environment.get_template(f"{name}/v{version}/prompt.j2")
            schema = json.loads((folder / spec.schema).read_text(encoding="utf-8"))
        except (OSError, TemplateError, json.JSONDecodeError) as error:
            raise PromptError(f"Prompt {name!r} v{version}: {error}") from None
        if {"system", "user"} - template.blocks.keys():
            raise PromptError(f"Prompt {name!r} v{version}: prompt.j2 needs the blocks `system` and `user`.")
        partials = sorted((self._folder / "partials" / f"v{spec.partials}").glob("*.j2"))
        return _Version(
            spec, template, schema, _hash([folder / "prompt.j2", folder / "spec.toml", folder / spec.schema, *partials])
        )


@dataclass(frozen=True, slots=True)
class _Version:
    spec: PromptSpec
    template: Template
    schema: Mapping[str, Any]
    hash: str


def as_data(text: object) -> str:
    """Text that cannot open or close a fence: what is quoted to a model stays data."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _hash(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:  # line ends differ between checkouts and change nothing for the model
        digest.update(f"{file.name}\0".encode() + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
