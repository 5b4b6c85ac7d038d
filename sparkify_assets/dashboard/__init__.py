"""The dashboard: the reports' rows → one HTML page that needs nothing else.

No Dagster, no connection, no clock: the same rows give the same bytes.
"""

from sparkify_assets.dashboard.data import CheckResult, DashboardData, Quality
from sparkify_assets.dashboard.drawing import picture
from sparkify_assets.dashboard.page import page

__all__ = ["CheckResult", "DashboardData", "Quality", "page", "picture"]
