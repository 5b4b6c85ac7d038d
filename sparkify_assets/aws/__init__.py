"""The AWS side: a CloudFormation template (stack.yaml) and what is asked of AWS to make, follow, describe and delete what it says.

Nothing here talks to people: cli/cluster.py does.  Nothing here runs when the platform runs: that needs no permission to make anything.
"""

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import CloudError
from sparkify_assets.aws.events import Event
from sparkify_assets.aws.stack import Stack
from sparkify_assets.aws.warehouse import PROVISIONED, SERVERLESS, WarehouseState

__all__ = ["PROVISIONED", "SERVERLESS", "Account", "CloudError", "Event", "Stack", "WarehouseState"]
