"""Everything that imports dagster: assets and checks built from the table folders, and when and how they run.

Put here code that needs Dagster. Do not put here SQL, loading or messages: they work without Dagster (warehouse/, ingest/, notifications/).
"""
