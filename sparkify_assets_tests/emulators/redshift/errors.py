"""Redshift's errors: its codes and messages, and the translation of PostgreSQL's errors (docs/design/redshift-facts.md).

Put here errors that several modules raise. Do not put here messages of one statement (the module that raises them).
"""

import re

from sparkify_assets_tests.emulators.redshift.wire import ERROR, fields, frame, from_fields

RULE = "  -----------------------------------------------\n"


class ServerError(Exception):
    """An error for the client, sent as an ErrorResponse."""

    def __init__(self, message: str, code: str = "XX000", detail: str = "", **more: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.detail = detail
        self.more = more
        """Further fields by their letter."""

    def frame(self, severity: str = "ERROR") -> bytes:
        told = {"S": severity, "C": self.code, "M": self.message, **self.more}
        if self.detail:
            told["D"] = self.detail
        return frame(ERROR, from_fields(told))


def detail(error: str, code: int, query: int, location: str, process: str, context: str = "") -> str:
    """The block that errors of the compute nodes carry."""
    said = {"error": error, "code": code, "context": context, "query": query, "location": location, "process": process}
    lines = "".join(f"  {name + ':':<11}{value}\n" for name, value in said.items())
    return f"\n{RULE}{lines}{RULE}"


def aborted() -> ServerError:
    return ServerError("current transaction is aborted, commands ignored until end of transaction block", "25P02")


def cancelled(query: int) -> ServerError:
    """The error of both statement_timeout and a cancel request."""
    return ServerError(f"Query ({query}) canceled on user's request", "57014")


def syntax(near: str) -> ServerError:
    return ServerError(f'syntax error at or near "{near}"', "42601")


def not_emulated(what: str) -> ServerError:
    """For what Redshift has and this server has not."""
    return ServerError(f"this test server does not emulate {what}", "0A000")


def serialization(told: str) -> ServerError:
    """The error of a transaction that lost a conflict.

    In a SERIALIZABLE database its message is only the number (docs/design/redshift-facts.md).
    """
    if "read/write dependencies" in told:
        return ServerError(
            "1023", detail="Serializable isolation violation on table - 100123, transactions forming the cycle are: 1, 2 (pid:1)"
        )
    return ServerError("could not complete because of conflict with concurrent transaction")


def translated(body: bytes) -> bytes:
    """Translate the body of PostgreSQL's ErrorResponse: Redshift's messages where they are known to differ, and no field V."""
    told = fields(body)
    told.pop("V", None)
    code, message = told.get("C", ""), told.get("M", "")
    other: ServerError | None = None
    if code == "23502":  # code and block from memory: errors of the compute nodes look like this
        name = told.get("c") or (re.search(r'column "([^"]*)"', message) or ["", "?"])[1]
        text = f"Cannot insert a NULL value into column {name}"
        other = ServerError(text, detail=detail(text, 8007, 1, "column:1", "query1_100_1 [pid=1]", "query execution"))
    elif code == "22001" or (code == "23514" and told.get("n", "").startswith("bytes of ")):
        text = "Value too long for character type"
        other = ServerError(text, detail=detail(text, 8001, 1, "string.cpp:1", "query1_100_1 [pid=1]", text))
    elif code == "40001":
        other = serialization(message)
    elif code == "21000" and "MERGE" in message:
        other = ServerError("Found multiple matches to update the same tuple.")
    elif code == "57014":
        other = cancelled(150)
    elif code == "25006":
        other = ServerError("transaction is read-only", code)
    if other is None:
        return from_fields(told)
    return from_fields({"S": "ERROR", "C": other.code, "M": other.message, **({"D": other.detail} if other.detail else {})})
