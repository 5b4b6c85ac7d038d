"""Settings of the Redshift warehouse: endpoint, login, and which settings must be combined.

Put here SPARKIFY_REDSHIFT_… settings.  Do not put here connecting (warehouse/redshift/).
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from sparkify_assets.errors import SettingsError

ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
READERS = re.compile(r"(group|role) [^\s\"]{1,127}", re.IGNORECASE)
NAME = re.compile(r"[a-z_][a-z0-9_$]{0,126}")


def _role(text: str) -> str:
    if text != "default" and not ROLE.fullmatch(text):
        raise ValueError("no role")
    return text


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError("no plain name")
    return text


def _readers(text: str | None) -> str | None:
    if text is not None and not READERS.fullmatch(text):
        raise ValueError("neither a group nor a role")
    return text


class RedshiftSettings(BaseSettings):
    """SPARKIFY_REDSHIFT_…; unused with DuckDB."""

    redshift_host: str | None = Field(default=None, description="the endpoint's name, as sparkify.abc.us-west-2.redshift.amazonaws.com")
    redshift_port: int = Field(default=5439, ge=1, le=65535, description="the endpoint's port: 1 to 65535")
    redshift_database: str = Field(default="dev", description="the database")
    redshift_schema: Annotated[str, AfterValidator(_name)] = Field(
        default="sparkify", description="the schema that holds the tables, which others may share: a name of a-z, 0-9 and _"
    )
    redshift_readers: Annotated[str | None, AfterValidator(_readers)] = Field(
        default=None,
        description="who may read the tables, also tables created later, as `group analysts` or `role analysts`; none: nobody else",
    )
    redshift_user: str | None = Field(default=None, description="the database user")
    redshift_password: SecretStr | None = Field(default=None, description="the user's password")
    redshift_secret: str | None = Field(
        default=None, description="name or ARN of a secret in Secrets Manager with username and password, in place of both"
    )
    redshift_cluster_identifier: str | None = Field(default=None, description="the cluster to log in to by IAM, with no password")
    redshift_workgroup: str | None = Field(default=None, description="the serverless workgroup to log in to by IAM, with no password")
    redshift_iam_role: Annotated[str, AfterValidator(_role)] = Field(
        default="default", description="the role by which COPY reads the lake: its ARN, or default for the cluster's default role"
    )
    redshift_statement_timeout: int = Field(default=3600, ge=1, description="seconds that one statement may take: 1 or more")
    redshift_sslmode: Literal["verify-full", "verify-ca"] = Field(
        default="verify-full", description="what is verified of the server's certificate: verify-full or verify-ca (not the name)"
    )


def validate_login(settings: RedshiftSettings) -> None:
    """Raise SettingsError unless the settings give exactly one way to log in, with all that it needs."""
    ways = {
        "SPARKIFY_REDSHIFT_WORKGROUP": settings.redshift_workgroup,
        "SPARKIFY_REDSHIFT_CLUSTER_IDENTIFIER": settings.redshift_cluster_identifier,
        "SPARKIFY_REDSHIFT_SECRET": settings.redshift_secret,
        "SPARKIFY_REDSHIFT_PASSWORD": settings.redshift_password,
    }
    chosen = [name for name, value in ways.items() if value]
    if len(chosen) != 1:
        found = " and ".join(chosen) + " are set" if chosen else "none of them is set"
        raise SettingsError(f"SPARKIFY_WAREHOUSE is redshift; expected one of {', '.join(ways)}; {found}")
    needed = {"SPARKIFY_REDSHIFT_PASSWORD": ("host", "user"), "SPARKIFY_REDSHIFT_SECRET": ("host",)}.get(chosen[0], ())
    for name in needed:
        if not getattr(settings, f"redshift_{name}"):
            raise SettingsError(f"{chosen[0]} is set; expected SPARKIFY_REDSHIFT_{name.upper()} besides")
