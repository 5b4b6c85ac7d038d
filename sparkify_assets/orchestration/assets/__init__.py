"""Software-defined assets: sources, staging tables, lookup tables, derived tables (dimensions, facts, reports) and the dashboard.

Put here what an asset is and what its step does. Do not put here checks (checks/), sensors (sensors.py) or partitions (partitions.py).
"""
