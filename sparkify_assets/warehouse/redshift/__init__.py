"""Amazon Redshift as the warehouse: how one connects, how files get in by COPY, what its errors mean to us.

COPY reads S3 only, keys are not enforced, every statement has its price, and a transaction may fail by no fault of its own.  The verbs
are those of every engine (warehouse/session.py).
"""

from sparkify_assets.warehouse.redshift.connection import ConnectionConfig
from sparkify_assets.warehouse.redshift.session import RedshiftSession
from sparkify_assets.warehouse.redshift.warehouse import RedshiftWarehouse

__all__ = ["ConnectionConfig", "RedshiftSession", "RedshiftWarehouse"]
