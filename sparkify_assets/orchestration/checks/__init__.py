"""Checks: their definitions, their evaluation by partition, and their results in Dagster.

Put here the kinds of checks and how they run. Do not put here SQL (checks/ in a table's folder) or alerts (alerts/checks.py).
"""
