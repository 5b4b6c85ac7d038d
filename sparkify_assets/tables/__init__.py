"""The rooms: one folder a table, in the order data walks through them.  Only SQL and TOML live here.

``<layer>/<table>/table.sql``       columns, types, keys and comments, in Redshift's dialect, stated once
``<layer>/<table>/transform.sql``   the one SELECT that says which rows the table holds
``<layer>/<table>/checks/*.sql``    claims about the data: each a SELECT of the rows that break it
``<layer>/<table>/source.toml``     staging only: which files feed it and how a record's keys become columns
"""
