"""Cost estimates: a hint before `sparkify cluster up`, not a bill.

The numbers are Amazon's on-demand list prices for one region, as the authors knew them on the given date. Other regions differ, mostly
upward by a tenth or a third. The bill is Amazon's: https://aws.amazon.com/redshift/pricing/

Put here prices and their text. Do not put here what AWS reports about usage.
"""

from sparkify_assets.aws.warehouse import SERVERLESS

REGION = "us-east-1"
DAY = "November 2026"
NODE_HOUR = {"ra3.large": 0.543, "ra3.xlplus": 1.086}
"""USD per hour of a provisioned node, busy or idle, until it is paused."""
RPU_HOUR = 0.375
"""USD per hour of one Redshift processing unit; charged by the second while queries run, for at least a minute."""
AUDIT_LOG_GB = 0.50
"""USD per GB that CloudWatch Logs takes in: the audit logs."""
STORED_GB_MONTH = 0.024
"""USD per GB and month in the warehouse (managed storage), paused or not."""
LAKE_GB_MONTH = 0.023
"""USD per GB and month in the lake (S3 Standard); every version counts."""
SECRET_MONTH = 0.40
"""USD per month of a secret: the loader's."""
HOURS_A_MONTH = 730


def hint(kind: str, node_type: str, capacity: int, most: int, daily_rpu_hours: int | None) -> list[str]:
    """Lines for people: the cost per hour and per month, and the cost while idle.

    ``capacity``, ``most``: RPU at the base, and that serverless may scale to.
    """
    source = f"(estimate: list prices of {REGION}, {DAY}; what you pay is on Amazon's bill)"
    storage = f"stored data: {_usd(STORED_GB_MONTH)} a GB and month in the warehouse, {_usd(LAKE_GB_MONTH)} in the lake"
    if kind != SERVERLESS:
        hour = NODE_HOUR[node_type]
        return [f"{_usd(hour)} an hour, {_usd(hour * HOURS_A_MONTH)} a month, used or not, until it is paused or deleted", storage, source]
    hour = RPU_HOUR * capacity
    base = "" if most == capacity else f" at the base of {capacity} RPU, {_usd(RPU_HOUR * most)} at the most of {most}"
    lines = [
        f"{_usd(hour)} an hour{base} while queries run, nothing while none does; "
        f"{_usd(hour * HOURS_A_MONTH)} a month if one always runs{' at the base' if base else ''}"
    ]
    if daily_rpu_hours:
        day = RPU_HOUR * daily_rpu_hours
        lines.append(
            f"at most {daily_rpu_hours} RPU hours a day, {_usd(day)} a day, {_usd(day * HOURS_A_MONTH / 24)} a month; then no query runs"
        )
    return [*lines, storage, source]


def _usd(amount: float) -> str:
    return f"{amount:,.3f} USD" if amount < 1 else f"{amount:,.2f} USD"
