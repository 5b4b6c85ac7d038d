"""How fast the platform is, against the limit (plain DuckDB) and against what Dagster costs with nothing to do.  `make bench`."""
