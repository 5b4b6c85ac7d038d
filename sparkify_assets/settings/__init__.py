"""Settings from the environment and ``.env``, read once and validated; error messages give the accepted values.

Put here settings and their validation.  Do not put here how they are used, or AWS's own variables (lake/aws.py).
"""

import difflib
import os
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from sparkify_assets.errors import SettingsError
from sparkify_assets.notifications import validate_alert_urls
from sparkify_assets.settings.redshift import RedshiftSettings, validate_login

PREFIX = "SPARKIFY_"
SECRET = {f"{PREFIX}ALERT_URLS", f"{PREFIX}HEARTBEAT_URL", f"{PREFIX}REDSHIFT_PASSWORD"}
FILES = tuple(f"{name}_FILE" for name in sorted(SECRET))
"""each names a file that holds the secret, as container platforms mount it"""
OF_TESTS = (f"{PREFIX}REAL_DATA", f"{PREFIX}TEST_ON_REDSHIFT", f"{PREFIX}TEST_ON_POSTGRESQL")
"""read by the platform's tests only"""
SHORTEST_HISTORY_DAYS = 7
"""As long as alerts look back for missing days; retries of runs and requests are over within hours."""
DEFAULT_HISTORY_DAYS = 90
"""Of `sparkify history prune`."""
BUCKET = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def _local_path(path: Path) -> Path:
    if "://" in str(path) or str(path).startswith("s3:"):
        raise ValueError("a URL")
    return path.expanduser().absolute()


def _lake(value: Path | str) -> Path | str:
    """A directory, or s3://bucket/prefix without a trailing /; bucket names follow those of S3's rules that apply to all buckets."""
    if not (isinstance(value, str) and ("://" in value or value.startswith("s3:"))):
        return _local_path(Path(value))
    bucket, _, prefix = value.removeprefix("s3://").removesuffix("/").partition("/")
    if not value.startswith("s3://") or not BUCKET.fullmatch(bucket) or (prefix and not {"", ".", ".."}.isdisjoint(prefix.split("/"))):
        raise ValueError("not a place in S3")
    return f"s3://{bucket}/{prefix}".removesuffix("/")


def _page(value: Path | str) -> Path | str:
    """A file, or s3://bucket/key."""
    place = _lake(value)
    if isinstance(place, str) and "/" not in place.removeprefix("s3://"):
        raise ValueError("a bucket alone")
    return place


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("not an address")
    return url.rstrip("/")


def _secret_address(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if url and (not url.isascii() or re.search(r"\s", url) or not re.match(r"https?://[^/?#@\s]", _address(url))):
        raise ValueError("not an address")
    return value


LocalPath = Annotated[Path, AfterValidator(_local_path)]
Address = Annotated[str, AfterValidator(_address)]


class Settings(RedshiftSettings):
    """All settings of the platform; the defaults suffice on a laptop."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    lake: Annotated[Path | str, BeforeValidator(_lake)] = Field(
        default=Path("data/lake"),
        description="the lake: a directory with log_data/ and song_data/, or s3://bucket/prefix (a bucket's name has 3 to 63 "
        "of a-z, 0-9, . and -; a prefix no empty parts, . or ..)",
    )
    s3_encryption: Literal["AES256", "aws:kms"] | None = Field(
        default=None, description="how what is written into the lake's bucket is encrypted: AES256 or aws:kms; none: as the bucket does"
    )
    s3_kms_key_id: str | None = Field(default=None, description="id or ARN of the KMS key, with aws:kms; none: the account's own for S3")
    s3_requester_pays: bool = Field(default=False, description="true where the lake's bucket lets whoever reads it pay, else false")
    warehouse: Literal["duckdb", "redshift"] = Field(default="duckdb", description="the engine that holds the tables")
    duckdb_path: LocalPath = Field(default=Path("data/sparkify.duckdb"), description="the file of the DuckDB warehouse")
    duckdb_memory: str = Field(
        default="1GB",
        pattern=r"^[1-9]\d*[MG]B$",
        description="the most memory that DuckDB takes for its work, as 500MB or 4GB; most of what does not fit is written beside the file",
    )
    dashboard: Annotated[Path | str, BeforeValidator(_page)] = Field(
        default=Path("data/dashboard.html"), description="where the dashboard is written: a file, or s3://bucket/key"
    )
    dashboard_url: Address | None = Field(
        default=None, description="where people open the dashboard, for links, as https://reports.example.com/sparkify"
    )
    log_start: date = Field(default=date(2018, 11, 1), description="first day of the logs, as 2018-11-01")
    log_end: date | None = Field(default=None, description="the day after the last one, as 2018-12-01; none: until today")
    partitions_a_run: int = Field(
        default=31,
        ge=1,
        description="partitions that one run of a backfill takes at most, as 1 for a run a day: 1 or more; new files wait for its end",
    )
    sensor_seconds: int = Field(default=30, ge=5, description="seconds between two looks of a sensor: 5 or more")
    staging_days: int | None = Field(
        default=None,
        ge=7,
        le=36_500,
        description="days of events that staging keeps, counted back from the newest loaded one, as 400: 7 or more; what is derived from "
        "older ones stays; none: all",
    )
    history_days: int | None = Field(
        default=None,
        ge=SHORTEST_HISTORY_DAYS,
        description="days of Dagster's history that the schedule prune_history keeps each night, as 90: 7 or more; none: all, and the "
        "schedule is off",
    )
    due_hours: int | None = Field(
        default=None, ge=0, description="hours after a day's end (UTC) by which its log should be there, as 24; none: no expectation"
    )
    max_rejected: int = Field(default=0, ge=0, description="rejected records a partition may have and still load: 0 or more")
    show_rows: bool = Field(
        default=True,
        description="true (or on): Dagster's history, logs, alerts and messages show some rows and values of rejected records; "
        "false (or off): only files, lines, columns, kinds of faults and counts",
    )
    refresh_changed: bool | None = Field(
        default=None,
        description="true: a table whose SQL has changed is refreshed by the next run, with what follows from it; false: by "
        "`sparkify rebuild`; none: true on DuckDB, false on Redshift, where it may be years of data",
    )
    look_hours: int | None = Field(
        default=None,
        ge=0,
        description="hours after which a sensor looks at a warehouse that no run has touched, to see that it was not reset or restored; "
        "none: 24 on Redshift, which a look may wake, 0 (every time) on DuckDB",
    )
    run_minutes: int | None = Field(
        default=None,
        ge=0,
        le=10_080,
        description="minutes between the starts of two runs that a file sensor requests, so that files that keep arriving are loaded "
        "together; none: 15 on Redshift, which each run keeps busy for minutes, 0 on DuckDB",
    )
    alert_urls: SecretStr = Field(default=SecretStr(""), description="where alerts go: Apprise URLs, comma-separated; none: the log")
    heartbeat_url: Annotated[SecretStr, AfterValidator(_secret_address)] = Field(
        default=SecretStr(""),
        description="an http or https URL, as https://hc-ping.com/uuid, that is requested (GET) after ticks of the sensor alerts, at most "
        "once a minute, so that a service outside notices when they end; none: nothing",
    )
    digest_hour: int | None = Field(
        default=None,
        ge=0,
        le=23,
        description="hour of the day (UTC) from which one message a day lists what is open, as 7: 0 to 23; none: no digest",
    )
    ui_url: Address = Field(default="http://localhost:3000", description="Dagster's UI, for links, as http://localhost:3000")

    def fields(self) -> list[str]:
        """Names of the settings in use: Redshift's only if it is the warehouse."""
        others = [name for name in type(self).model_fields if name not in RedshiftSettings.model_fields]
        return others + list(RedshiftSettings.model_fields if self.warehouse == "redshift" else [])

    def outside(self, days: Iterable[str]) -> list[str]:
        """The days, as 2018-11-01, that SPARKIFY_LOG_START and SPARKIFY_LOG_END exclude."""
        end = self.log_end or date.max
        return [day for day in days if not self.log_start <= date.fromisoformat(day) < end]

    @property
    def refreshes_changed(self) -> bool:
        """SPARKIFY_REFRESH_CHANGED, or the engine's default."""
        return self.warehouse == "duckdb" if self.refresh_changed is None else self.refresh_changed

    @property
    def look_seconds(self) -> int:
        """SPARKIFY_LOOK_HOURS, or the engine's default, in seconds."""
        return 3600 * ((0 if self.warehouse == "duckdb" else 24) if self.look_hours is None else self.look_hours)

    @property
    def run_distance_seconds(self) -> int:
        """SPARKIFY_RUN_MINUTES, or the engine's default, in seconds."""
        return 60 * ((0 if self.warehouse == "duckdb" else 15) if self.run_minutes is None else self.run_minutes)


def read_settings(**overrides: Any) -> Settings:
    """The settings of this process.  Raises SettingsError naming the setting, what was found and what was expected."""
    try:
        settings = Settings(**{**_secrets_in_files(), **overrides})
    except ValidationError as e:
        raise SettingsError("; ".join(_validation_message(error) for error in e.errors())) from None
    validate_alert_urls(settings.alert_urls.get_secret_value())
    if settings.log_end and settings.log_end <= settings.log_start:
        raise SettingsError(
            f"{PREFIX}LOG_END is {settings.log_end}; expected a day after {PREFIX}LOG_START, which is {settings.log_start} "
            "(the end is the day after the last one)"
        )
    if settings.s3_kms_key_id and settings.s3_encryption != "aws:kms":
        raise SettingsError(f"{PREFIX}S3_ENCRYPTION is {settings.s3_encryption}; expected aws:kms, since {PREFIX}S3_KMS_KEY_ID is set")
    if settings.warehouse == "redshift":
        validate_login(settings)
        if isinstance(settings.lake, Path):
            raise SettingsError(f"{PREFIX}LAKE is {settings.lake}; expected s3://bucket/prefix, since Redshift reads S3 only")
    return settings


def _secrets_in_files() -> dict[str, str]:
    """Secrets whose files are named by SPARKIFY_…_FILE; an empty file counts as not set.  Raises SettingsError, without a content."""
    environment = {**(dotenv_values(".env") if Settings.model_config.get("env_file") else {}), **os.environ}
    found: dict[str, str] = {}
    for variable in FILES:
        path, name = environment.get(variable), variable.removesuffix("_FILE")
        if not path:
            continue
        if environment.get(name):
            raise SettingsError(f"{variable} is {path}, and {name} is set, too; expected one of them")
        try:
            content = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as e:
            why = e.strerror if isinstance(e, OSError) else "no UTF-8"
            raise SettingsError(
                f"{variable} is {path}; expected a file with the secret that this user (uid {os.getuid()}) can read: {why}"
            ) from None
        if content:
            found[name.removeprefix(PREFIX).lower()] = content
    return found


def setting_names() -> list[str]:
    return [PREFIX + name.upper() for name in Settings.model_fields]


def unknown_settings() -> dict[str, str]:
    """Variables in the environment or .env that look like settings and are none: name → what is wrong and which setting may be meant."""
    known = setting_names()
    told: dict[str, str] = {}
    for name in sorted({*os.environ, *dotenv_values()}):
        if name.upper().startswith(PREFIX) and name.upper() not in (*known, *FILES, *OF_TESTS):
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.7)
            told[name] = "is not a setting; " + (f"is {near[0]} meant?" if near else "`sparkify doctor` lists them")
    return told


def _validation_message(error: Any) -> str:
    name = str(error["loc"][0])
    setting = PREFIX + name.upper() if not name.upper().startswith(PREFIX) else name.upper()
    field = Settings.model_fields.get(setting.removeprefix(PREFIX).lower())
    words = str(error.get("ctx", {}).get("expected", "")).replace("'", "") if error["type"] == "literal_error" else ""
    expected = words or (field.description if field and field.description else error["msg"])
    found = "a value that is not shown, since it is a secret" if setting in SECRET else repr(error["input"])
    return f"{setting} is {found}; expected {expected}"
