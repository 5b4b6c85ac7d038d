"""Dagster's home folder: DAGSTER_HOME from the environment or .env, otherwise data/dagster below the current folder.

It holds a copy of the package's dagster.yaml, which users may edit; ``config_differs`` compares the two.

Put here what concerns this folder. Do not put here what reads or writes Dagster's history (orchestration/).
"""

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values

from sparkify_assets.errors import SettingsError
from sparkify_assets.limits import reason_of

DEFAULT = Path("data/dagster")
PACKAGED = Path(__file__).parents[1] / "orchestration" / "dagster.yaml"
SHOWN = 5


def home_folder() -> Path:
    """The folder's path; the folder may not exist."""
    return Path(os.environ.get("DAGSTER_HOME") or dotenv_values().get("DAGSTER_HOME") or DEFAULT).expanduser().absolute()


def dagster_home() -> Path:
    """Create the folder if it does not exist, copy the package's dagster.yaml into it if it has none, and set DAGSTER_HOME.

    Raises SettingsError.
    """
    home = home_folder()
    try:
        home.mkdir(parents=True, exist_ok=True)
        config = home / PACKAGED.name
        if not config.exists():
            shutil.copyfile(PACKAGED, config)
    except OSError as e:
        raise SettingsError(f"DAGSTER_HOME is {home}; expected a folder that can be written: {reason_of(e, home)}") from e
    for path in (home, *home.glob("**/*.db")):  # it may be another user's: SQLite would fail only in the middle of a run
        if not os.access(path, os.W_OK):
            raise SettingsError(f"DAGSTER_HOME is {home}; expected a folder that can be written: {path} cannot, by this user")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def existing_home() -> Path:
    """As dagster_home(), for a command that reads the history: a folder without one is not made. Raises SettingsError."""
    if not (home_folder() / PACKAGED.name).exists():
        raise SettingsError(f"{home_folder()} holds no history of Dagster; `sparkify dev` or `sparkify load` makes one")
    return dagster_home()


def config_differs(home: Path) -> str | None:
    """Describe where the folder's dagster.yaml differs in content from the package's, and how to adopt that; None if they agree.

    Raises SettingsError if it cannot be read.
    """
    config = home / PACKAGED.name
    ours, theirs = _read(PACKAGED), _read(config)
    different = [
        f"{name} is {_difference_text(theirs, name)}, there {_difference_text(ours, name)}"
        for name in dict.fromkeys([*ours, *theirs])
        if ours.get(name) != theirs.get(name)
    ]
    if not different:
        return None
    more = f"; and {len(different) - SHOWN:,} more" if len(different) > SHOWN else ""
    old = shlex.quote(f"{config}.old")
    return (
        f"{config} differs from the one of this version of Sparkify: {'; '.join(different[:SHOWN])}{more}. Keep what you have changed "
        f"on purpose; to take over the one of this version: mv {shlex.quote(str(config))} {old}, and the next command writes it"
    )


def _read(path: Path) -> dict[str, Any]:
    """Each setting by its dotted name. Raises SettingsError."""
    try:
        return dict(_flat(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, ""))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as e:
        raise SettingsError(f"{path} cannot be read as YAML: {' '.join(str(e).split())}") from e


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    else:
        yield name, value


def _difference_text(settings: Mapping[str, Any], name: str) -> str:
    return str(settings[name]) if name in settings else "not set"
