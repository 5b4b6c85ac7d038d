"""Alert sensor: turns check failures, run failures, missing days and changed SQL into incidents.

Put here what reads Dagster's events and the lake. Do not put here messages and channels (sparkify_assets/notifications/).
"""
