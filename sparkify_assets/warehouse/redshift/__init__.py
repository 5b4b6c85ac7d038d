"""Amazon Redshift as the warehouse: login, COPY, and what the driver's errors mean.

COPY reads S3 only, keys are not enforced, every statement has a price, and a transaction can fail by a conflict.
"""

from sparkify_assets.warehouse.redshift.login import ConnectionConfig
from sparkify_assets.warehouse.redshift.warehouse import RedshiftWarehouse

__all__ = ["ConnectionConfig", "RedshiftWarehouse"]
