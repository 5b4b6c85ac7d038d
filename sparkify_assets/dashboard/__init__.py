"""The dashboard: the reports' rows → one self-contained HTML page. The same rows give the same bytes.

Put here what builds and publishes the page. Do not put here Dagster, a connection to the warehouse or the current time.
"""

from sparkify_assets.dashboard.data import CheckResult, DashboardData, Quality
from sparkify_assets.dashboard.page import in_report_order, page
from sparkify_assets.dashboard.preview import as_image, preview
from sparkify_assets.dashboard.svg import chart_svg

__all__ = ["CheckResult", "DashboardData", "Quality", "as_image", "chart_svg", "in_report_order", "page", "preview"]
