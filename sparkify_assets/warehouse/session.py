"""A Session for any engine that speaks SQL: all the verbs of protocol.Session, said once in SQL trees."""

from sparkify_assets.warehouse.refresher import Refresher
from sparkify_assets.warehouse.staging_loader import StagingLoader


class SqlSession(StagingLoader, Refresher):
    """Every verb; an engine adds what engine.Engine asks for."""
