"""A Session for any engine that speaks SQL: all the verbs of protocol.Session, said once in SQL trees."""

from sparkify_assets.warehouse.loading import Loading
from sparkify_assets.warehouse.refreshing import Refreshing


class SqlSession(Loading, Refreshing):
    """Every verb; an engine adds what engine.Engine asks for."""
