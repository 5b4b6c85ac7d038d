"""The dashboard asset: draws the reports' rows and the outcomes of the checks, and publishes the page to SPARKIFY_DASHBOARD.

Put here the collection of the page's data. Do not put here its layout or publication (sparkify_assets/dashboard/).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import dagster as dg

from sparkify_assets.dashboard import CheckResult, DashboardData, Quality, page, preview
from sparkify_assets.dashboard.publish import publish
from sparkify_assets.model import DIMENSIONS, FACTS, LOOKUPS, REPORTS, STAGING, Catalog
from sparkify_assets.orchestration.assets.derived import AFTER_DEPENDENCIES
from sparkify_assets.orchestration.errors import RETRIES, user_errors_as_failures
from sparkify_assets.orchestration.instance import CheckState, latest_check_states
from sparkify_assets.orchestration.metadata import duration_metadata, owners
from sparkify_assets.orchestration.partitions import backfill_policy
from sparkify_assets.orchestration.progress import report_step
from sparkify_assets.orchestration.query_tag import query_tag
from sparkify_assets.orchestration.resources import ReportRows
from sparkify_assets.settings import Settings
from sparkify_assets.text import listed
from sparkify_assets.warehouse import ReadSession, Warehouse

DASHBOARD = "dashboard"
SHOWN = 3
DESCRIPTION = (
    "One page for people who want answers: figures, charts with the data behind them, and how good the data is. "
    "It needs no network and no server."
)
NO_LINK = "a file of the machine that draws it; `sparkify dev` serves it, and SPARKIFY_DASHBOARD_URL says where else people open it"


def dashboard_asset(catalog: Catalog, settings: Settings, platform: Callable[[], dg.Definitions]) -> dg.AssetsDefinition:
    link = _link(settings)

    @dg.asset(
        name=DASHBOARD,
        deps=[t.name for t in catalog.layer(REPORTS)],
        group_name=REPORTS,
        description=DESCRIPTION + (f"\n\n[Open the dashboard]({link})" if link else ""),
        kinds={"html", "vega"},
        owners=owners(REPORTS),
        tags={"layer": REPORTS, "partitioned_by": "nothing"},
        automation_condition=AFTER_DEPENDENCIES,
        backfill_policy=backfill_policy(settings, None),
        retry_policy=RETRIES,
        metadata={"dagster/uri": str(settings.dashboard), "page": dg.MetadataValue.url(link) if link else NO_LINK},
    )
    def drawn(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse], report_rows: dg.ResourceParam[ReportRows]
    ) -> dg.MaterializeResult:
        begun = time.monotonic()
        with user_errors_as_failures():
            with warehouse.read_session(query_tag(context, DASHBOARD, [])) as session:
                unread = [t for t in catalog.layer(REPORTS) if t.name not in report_rows]
                reports = report_rows | {t.name: session.queries.fetch_all(t) for t in unread}
                quality = _quality(session, catalog, list(_checks(context.instance, platform())), settings)
            data = DashboardData(catalog.layer(REPORTS), reports, quality)
            html = page(data)
            place = publish(html, settings)
        report_step(DASHBOARD, "")
        shown = {
            "dagster/uri": place,
            "dagster/size_bytes": len(html.encode()),
            "preview": dg.MetadataValue.md(preview(data, settings.show_rows)),
        }
        return dg.MaterializeResult(metadata={**shown, **duration_metadata(begun)})

    return drawn


def _link(settings: Settings) -> str | None:
    """URL that opens the page in a browser, which follows no link from the UI to a file; an object of S3 is seldom public."""
    if settings.dashboard_url or isinstance(settings.dashboard, Path):
        return settings.dashboard_url
    bucket, _, key = settings.dashboard.removeprefix("s3://").partition("/")
    return f"https://console.aws.amazon.com/s3/object/{bucket}?prefix={quote(key)}"


def _quality(session: ReadSession, catalog: Catalog, checks: list[CheckResult], settings: Settings) -> Quality:
    staging = catalog.layer(STAGING)
    loaded = session.metadata.all_load_stats()
    histories = {t.source.asset: loaded[t.name].values() for t in staging if t.source}
    kinds = Counter(repair["kind"] for repair in session.queries.fetch_all(catalog["text_repairs"]))
    return Quality(
        rows=session.queries.row_counts_of(catalog.layer(STAGING, LOOKUPS, DIMENSIONS, FACTS)),
        rejected_records=sum(h.rejected for history in histories.values() for h in history),
        checks=checks,
        newest_play=session.queries.max_value(catalog["songplays"], "start_time"),
        kept_days=[day for table in staging if table.is_by_day for day in settings.outside(loaded[table.name])],
        files={asset.replace("_", " "): sum(h.files for h in history) for asset, history in histories.items()},
        repaired_names=kinds["repaired"],
        uncertain_names=kinds["broken"],
    )


def _checks(instance: dg.DagsterInstance, defs: dg.Definitions) -> Iterator[CheckResult]:
    """The last outcome of each check over its partitions; checks that were never evaluated are omitted."""
    graph = defs.resolve_asset_graph()
    keys = sorted(graph.asset_check_keys)
    states: dict[dg.AssetCheckKey, list[CheckState]] = {}
    for state in latest_check_states(instance, keys):
        states.setdefault(state.key, []).append(state)
    for key in (k for k in keys if k in states):
        bad = sorted(state.partition or "" for state in states[key] if not state.passed)
        severe = graph.get_check_spec(key).metadata["severity"] != "warning"
        outcome = ("failed" if severe else "warned") if bad else "passed"
        yield CheckResult(key.asset_key.to_user_string(), key.name, outcome, listed([b for b in bad if b], SHOWN))
