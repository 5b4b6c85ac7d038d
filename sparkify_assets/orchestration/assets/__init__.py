"""Software-defined assets: sources, staging tables, lookups, derived tables (dimensions, facts, reports) and the dashboard.

Put here what an asset is and what its step does.  Do not put here checks (checks/), what starts runs (sensors.py) or which partitions
there are (partitions.py).
"""
