"""The AWS side: a CloudFormation template (stack.yaml), and the requests that create, follow, describe and delete its resources.

The platform does not use this package when it runs, so it needs no permission to create anything.

Put here requests to AWS for ``sparkify cluster``. Do not put here output or questions to the user (cli/cluster.py and its steps).
"""

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import CloudError
from sparkify_assets.aws.events import Event
from sparkify_assets.aws.stack import Stack
from sparkify_assets.aws.warehouse import PROVISIONED, SERVERLESS, WarehouseState

__all__ = ["PROVISIONED", "SERVERLESS", "Account", "CloudError", "Event", "Stack", "WarehouseState"]
