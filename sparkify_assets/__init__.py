"""The Sparkify data platform: loads the JSON files of a lake into a star schema, orchestrated by Dagster.

``tables``         what the data are: one folder a table, SQL only
``model``          table folders parsed into Table objects; Redshift SQL transpiled to DuckDB; data tests
``lake``           listing, reading and writing object storage
``ingest``         validation of the files' records
``warehouse``      loading, refreshing and querying tables
``orchestration``  everything that imports Dagster

Put here modules that several packages share (errors, limits, text, factories) and Dagster's entry point (definitions).  Do not put here
what one package alone uses.
"""
