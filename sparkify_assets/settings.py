"""The environment (or ``.env``), read once and validated; a wrong word is answered with the right ones."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from sparkify_assets.errors import SettingsError

PREFIX = "SPARKIFY_"


def _here(path: Path) -> Path:
    if "://" in str(path) or str(path).startswith("s3:"):
        raise ValueError("a URL")
    return path.expanduser().absolute()


Place = Annotated[Path, AfterValidator(_here)]


class Settings(BaseSettings):
    """Every setting of the platform; the defaults make the laptop work with none set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    lake: Place = Field(default=Path("data/lake"), description="the lake: a directory with log_data/ and song_data/")
    warehouse: Literal["duckdb"] = Field(default="duckdb", description="the engine that holds the tables")
    duckdb_path: Place = Field(default=Path("data/sparkify.duckdb"), description="the file of the DuckDB warehouse")
    log_start: date = Field(default=date(2018, 11, 1), description="first day of the logs, as 2018-11-01")
    log_end: date | None = Field(default=None, description="the day after the last one, as 2018-12-01; none: until today")
    max_rejected: int = Field(default=0, ge=0, description="rejected records a partition may have and still load: 0 or more")

    def names(self) -> list[str]:
        return [PREFIX + name.upper() for name in type(self).model_fields]


def read_settings(**overrides: Any) -> Settings:
    """The settings of this process.  Raises SettingsError naming the setting, what was found and what was expected."""
    try:
        settings = Settings(**overrides)
    except ValidationError as e:
        raise SettingsError("; ".join(_told(error) for error in e.errors())) from None
    if settings.log_end and settings.log_end <= settings.log_start:
        raise SettingsError(
            f"{PREFIX}LOG_END is {settings.log_end}; expected a day after {PREFIX}LOG_START, which is {settings.log_start} "
            "(the end is the day after the last one)"
        )
    return settings


def _told(error: Any) -> str:
    name = str(error["loc"][0])
    setting = PREFIX + name.upper() if not name.upper().startswith(PREFIX) else name.upper()
    field = Settings.model_fields.get(setting.removeprefix(PREFIX).lower())
    expected = {"literal_error": "duckdb"}.get(error["type"], field.description if field and field.description else error["msg"])
    return f"{setting} is {error['input']!r}; expected {expected}"
