"""Where Dagster keeps its history: DAGSTER_HOME from the environment or .env, else data/dagster below the current folder."""

import os
import shutil
from pathlib import Path

from dotenv import dotenv_values

from sparkify_assets.errors import SettingsError
from sparkify_assets.limits import why

DEFAULT = Path("data/dagster")
PROJECT_CONFIG = Path(__file__).parents[2] / "dagster.yaml"


def dagster_home() -> Path:
    """The folder, made if it is not there, with the project's dagster.yaml if it has none.  Raises SettingsError."""
    home = Path(os.environ.get("DAGSTER_HOME") or dotenv_values().get("DAGSTER_HOME") or DEFAULT).expanduser().absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        config = home / "dagster.yaml"
        if not config.exists() and PROJECT_CONFIG.exists():
            shutil.copyfile(PROJECT_CONFIG, config)
    except OSError as e:
        raise SettingsError(f"DAGSTER_HOME is {home}; expected a folder that can be written: {why(e, home)}") from e
    for path in (home, *home.glob("**/*.db")):  # another user's, perhaps: SQLite would only say so in the middle of a run
        if not os.access(path, os.W_OK):
            raise SettingsError(f"DAGSTER_HOME is {home}; expected a folder that can be written: {path} cannot, by this user")
    os.environ["DAGSTER_HOME"] = str(home)
    return home
