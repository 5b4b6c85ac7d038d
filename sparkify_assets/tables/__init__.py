"""The tables: a folder each, ``<layer>/<table>/`` (docs/adding-a-table.md says what is in it).

Put here SQL and TOML, and chart.json; the one Python file allowed is lookup.py of a lookup table.  Do not put here machinery.
"""
