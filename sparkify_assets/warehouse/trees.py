"""Statements every engine needs and sqlglot has no builder for."""

from sqlglot import exp


def drop(name: str) -> exp.Drop:
    """DROP TABLE IF EXISTS name."""
    return exp.Drop(tables=[exp.to_table(name)], kind="TABLE", exists=True)


def create_temporary(name: str, query: exp.Query) -> exp.Create:
    """CREATE TEMPORARY TABLE name AS query."""
    temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
    return exp.Create(this=exp.to_table(name), kind="TABLE", expression=query, properties=temporary)


def insert(table: str, columns: tuple[str, ...], query: exp.Query) -> exp.Insert:
    """INSERT INTO table (columns) query."""
    return exp.insert(query, table, columns=[exp.to_identifier(c) for c in columns])
