"""The Redshift Data API over HTTP, on a database of the test server: each statement runs there as the administrator, by the real driver.

It refuses what the API's model and AWS's documentation refuse: other secrets, more than one statement in ExecuteStatement, a batch of more
than 40. A batch is one transaction; a statement is STARTED when it is first asked about.

Put here the API. Do not put here fixtures of the commands that use it (aws/conftest.py).
"""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import redshift_connector

from sparkify_assets_tests.emulators.redshift.running import RedshiftDatabase

BATCH = 40


@dataclass
class DataApi:
    """The server, on a free port of this process. ``close()`` ends it."""

    secret: str
    """The administrator's: the only one that it accepts."""
    database: RedshiftDatabase | None = None
    """Where statements run; a test sets it."""
    statements: list[str] = field(default_factory=list)
    """All that were sent, also those that failed."""
    forbidden: set[str] = field(default_factory=set)
    """Operations that are answered with AccessDeniedException."""
    _done: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                operation = self.headers["X-Amz-Target"].partition(".")[2]
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = api.answer(operation, asked)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
                """Nothing: statements are no output."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, operation: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if operation in self.forbidden:
            message = f"User: arn:aws:iam::123456789012:user/a is not authorized to perform: redshift-data:{operation}"
            return 400, {"__type": "AccessDeniedException", "message": message}
        match operation:
            case "ExecuteStatement":
                return self._execute(asked, [asked["Sql"]])
            case "BatchExecuteStatement" if 0 < len(asked["Sqls"]) <= BATCH:
                return self._execute(asked, asked["Sqls"])
            case "DescribeStatement":
                done = self._done[asked["Id"]]
                shown = dict(done["shown"]) if done["asked"] else {"Status": "STARTED"}
                done["asked"] = True
                return 200, {"Id": asked["Id"], **shown}
            case "GetStatementResult":
                records = [[{"stringValue": value} for value in row] for row in self._done[asked["Id"]]["rows"]]
                return 200, {"Records": records, "TotalNumRows": len(records)}
            case _:
                return 400, {"__type": "ValidationException", "message": f"{operation}: {sorted(asked)}"}

    def _execute(self, asked: dict[str, Any], statements: list[str]) -> tuple[int, dict[str, Any]]:
        if asked.get("SecretArn") != self.secret or ("WorkgroupName" in asked) == ("ClusterIdentifier" in asked):
            return 400, {"__type": "ValidationException", "message": "expected a warehouse and its administrator's secret"}
        if any(";" in s.strip().rstrip(";") for s in statements):
            return 400, {"__type": "ValidationException", "message": "Multiple queries are not allowed"}
        number = f"statement-{len(self._done)}"
        self.statements += statements
        shown: dict[str, Any] = {"Status": "FINISHED"}
        rows: list[list[str]] = []
        assert self.database is not None
        assert asked["Database"] == self.database.name
        with self.database.connect() as connection, connection.cursor() as cursor:
            try:
                for statement in statements:
                    cursor.execute(statement)
                rows = [list(row) for row in cursor.fetchall()] if cursor.description else []
                connection.commit()
            except redshift_connector.ProgrammingError as e:
                connection.rollback()
                shown = {"Status": "FAILED", "Error": f"ERROR: {e.args[0]['M']}"}
        self._done[number] = {"shown": shown, "rows": rows, "asked": False}
        return 200, {"Id": number}
