"""A session: an open connection with the objects that work through it.  A read session reads; a write session also loads and refreshes.

    session.queries     row counts, failing rows, sample rows           queries.py
    session.metadata    what was loaded, what is stale                  load_metadata.py
    session.loader      files into staging tables (write sessions)      staging_loader.py
    session.refresher   derived tables recomputed (write sessions)      refresher.py
    session.sql         the connection itself                           connection.py
    session.row_values  whether people may see values of rows           row_values.py

Put here how the objects are put together.  Do not put here what they do.
"""

from sparkify_assets.model import Catalog
from sparkify_assets.warehouse.bulk_loader import BulkLoader
from sparkify_assets.warehouse.connection import SqlConnection
from sparkify_assets.warehouse.load_metadata import LoadMetadata
from sparkify_assets.warehouse.lookup_sync import LookupSync
from sparkify_assets.warehouse.queries import Queries
from sparkify_assets.warehouse.refresher import Refresher
from sparkify_assets.warehouse.row_values import SHOWN, RowValues
from sparkify_assets.warehouse.schema_state import SchemaState
from sparkify_assets.warehouse.staging_loader import StagingLoader


class ReadSession:
    """Reads the tables and the load metadata."""

    def __init__(self, sql: SqlConnection, catalog: Catalog, bulk: BulkLoader, schema: SchemaState, row_values: RowValues = SHOWN) -> None:
        self.sql, self.schema, self.row_values = sql, schema, row_values
        self.metadata = LoadMetadata(sql, catalog, bulk.insert_rows, row_values)
        self.queries = Queries(sql, catalog, self.metadata, schema, row_values)


class Session(ReadSession):
    """Also loads staging tables and refreshes derived ones.  Each verb is one transaction: it happens entirely or not at all."""

    def __init__(self, sql: SqlConnection, catalog: Catalog, bulk: BulkLoader, schema: SchemaState, row_values: RowValues = SHOWN) -> None:
        super().__init__(sql, catalog, bulk, schema, row_values)
        lookups = LookupSync(sql, catalog, self.metadata, bulk.insert_rows)
        self.refresher = Refresher(sql, catalog, self.metadata, self.queries, lookups, schema)
        self.loader = StagingLoader(sql, catalog, bulk, self.metadata, self.queries, lookups, schema, row_values)
