"""deploy/compose.yaml and the Dockerfile as Docker reads them: variables filled in, files of variables read, services as data.

Put here reading. Do not put here running (deployed.py) or what is asserted of the files (test_files.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from dotenv import dotenv_values

from sparkify_assets_tests.cli.conftest import PROJECT

DEPLOY = PROJECT / "deploy"
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


@dataclass(frozen=True)
class ComposedService:
    """A service of compose.yaml, with the variables that it gets."""

    name: str
    definition: Mapping[str, Any]
    environment: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        return self.definition["command"]

    @property
    def health_command(self) -> list[str]:
        first, *others = self.definition["healthcheck"]["test"]
        assert first == "CMD", "without a shell"
        return others

    @property
    def is_ours(self) -> bool:
        """Whether it runs the platform's image."""
        return self.definition["image"].startswith("sparkify:")


def compose_file(**variables: str) -> dict[str, Any]:
    """The whole file; ``variables`` are those of the shell or of deploy/.env."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    code = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    assert not re.search(r"\$(?!\{\w+:-)", code), "each variable has a default: ${NAME:-default}"
    return yaml.safe_load(VARIABLE.sub(lambda found: variables.get(found[1]) or found[2], text))


def composed(**variables: str) -> dict[str, ComposedService]:
    """The services, in the order of the file."""
    services = compose_file(**variables)["services"]
    return {name: ComposedService(name, definition, _environment(definition)) for name, definition in services.items()}


def _environment(definition: Mapping[str, Any]) -> dict[str, str]:
    of_files = {k: v or "" for file in definition.get("env_file", ()) for k, v in dotenv_values(DEPLOY / file, interpolate=False).items()}
    assert all(isinstance(value, str) for value in definition.get("environment", {}).values()), "numbers are quoted"
    return {**of_files, **definition.get("environment", {})}


def dockerfile() -> list[tuple[str, str]]:
    """Instructions and their arguments, in order; a continued line is one."""
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line.strip())]


def image_environment(commit: str) -> dict[str, str]:
    """The variables of the Dockerfile's last stage, for a build of this commit."""
    found: dict[str, str] = {}
    for instruction, rest in dockerfile():
        if instruction == "FROM":
            found = {}
        elif instruction == "ENV":
            found |= dict(re.findall(r"(\w+)=(\S+)", rest))
    return {name: value.replace("${COMMIT}", commit) for name, value in found.items()}
