"""The test client of the emulator's own tests: a connection, a bucket, and short methods.

Put here what these tests share. Do not put here what tests of the platform need (warehouses.py).
"""

import gzip
import json
from collections.abc import Sequence
from typing import Any

import pytest
import redshift_connector

from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase
from sparkify_assets_tests.emulators.s3.server import REGION, S3Server

ROLE = "IAM_ROLE DEFAULT"


class Trial:
    """One client of one database."""

    def __init__(self, database: RedshiftDatabase, s3: S3Server, bucket: str) -> None:
        self.database = database
        self.bucket = bucket
        self._s3 = s3.client()
        self.connection = database.connect()
        self.cursor = self.connection.cursor()

    def run(self, sql: str, *parameters: Any) -> int:
        """Execute the SQL; returns the driver's rowcount."""
        self.cursor.execute(sql, parameters)
        return self.cursor.rowcount

    def rows(self, sql: str, *parameters: Any) -> list[list[Any]]:
        self.cursor.execute(sql, parameters)
        return [list(row) for row in self.cursor.fetchall()]

    def one(self, sql: str, *parameters: Any) -> Any:
        """The only value of the result."""
        ((value,),) = self.rows(sql, *parameters)
        return value

    def refused(self, sql: str, *parameters: Any) -> tuple[str, str]:
        """The code and message of the expected error; the transaction is then rolled back."""
        with pytest.raises(redshift_connector.ProgrammingError) as error:
            self.run(sql, *parameters)
        self.connection.rollback()
        told = error.value.args[0]
        return told["C"], told["M"]

    def put(self, key: str, content: str | bytes, zipped: bool = False) -> str:
        """Store an object; returns its address."""
        data = content.encode() if isinstance(content, str) else content
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=gzip.compress(data) if zipped else data)
        return f"s3://{self.bucket}/{key}"

    def manifest(self, key: str, *addresses: str, **more: Any) -> str:
        return self.put(key, json.dumps({"entries": [{"url": a, **more} for a in addresses]}))

    def paths(self, *paths: str, key: str = "jsonpaths") -> str:
        return self.put("paths.json", json.dumps({key: paths}))

    def copy_sql(self, table: str, source: str, how: str = "auto", options: str = "", role: str = ROLE) -> str:
        return f"COPY {table} FROM '{source}' {role} FORMAT JSON '{how}' REGION '{REGION}' {options}"

    def copy(self, table: str, source: str, how: str = "auto", options: str = "") -> int:
        """Run COPY; returns the number of rows that it reports."""
        self.run(self.copy_sql(table, source, how, options))
        return self.one("SELECT pg_last_copy_count()")

    def not_copied(self, table: str, source: str, how: str = "auto", options: str = "", role: str = ROLE) -> tuple[str, str]:
        """The code and message of the expected error of COPY."""
        return self.refused(self.copy_sql(table, source, how, options, role))

    def errors(self) -> list[list[Any]]:
        """This session's rows of the error table: line, column, code, reason."""
        columns = "line_number, TRIM(colname), err_code, TRIM(err_reason)"
        return self.rows(f"SELECT {columns} FROM stl_load_errors WHERE session = pg_backend_pid() ORDER BY query, line_number")

    @staticmethod
    def json(**record: Any) -> str:
        return json.dumps(record)

    def loaded_as(self, kind: str, *values: Any) -> Sequence[Any]:
        """Load JSON values into a column of this type; returns the column's values in order."""
        self.run(f"CREATE TEMPORARY TABLE one (n INTEGER, v {kind})")
        self.copy("one", self.put("one.json", "".join(json.dumps({"n": n, "v": v}) + "\n" for n, v in enumerate(values))))
        found = [row[0] for row in self.rows("SELECT v FROM one ORDER BY n")]
        self.connection.rollback()
        return found

    def not_loaded_as(self, kind: str, value: Any) -> tuple[int, str]:
        """The code and reason of the expected rejection."""
        self.run(f"CREATE TEMPORARY TABLE one (v {kind})")
        source = self.put("one.json", value if isinstance(value, bytes) else json.dumps({"v": value}))
        self.refused(self.copy_sql("one", source))
        _, _, code, reason = self.errors()[-1]
        self.connection.rollback()
        return code, reason
