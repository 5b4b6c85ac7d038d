"""The same tables and data tests, built by dbt on DuckDB: what a team would write instead of this platform.

    python -m bench.dbt_peer write FOLDER               a dbt project from the platform's own catalog
    python -m bench.dbt_peer build LAKE FOLDER DBT      from nothing: song files joined, `dbt build`

NOT NULL, which our engines enforce, is dbt's test not_null.  Left out: lengths of texts, what a library says of a text (lookup tables hold
the texts alone), rejected records, load metadata, Dagster's history, pictures and the dashboard; and the data test that finds names that
cannot be repaired, since it would fail.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from bench.reading import EVENTS, SONGS, files_below, join

REQUIREMENTS = ("dbt-core<1.11", "dbt-duckdb<1.11")
"""newer ones fetch a parser while they are installed"""
PROJECT = """name: peer
version: '1.0'
profile: peer
models: {peer: {+materialized: table}}
flags: {send_anonymous_usage_stats: false}
"""
PROFILES = "peer: {target: bench, outputs: {bench: {type: duckdb, path: '{{ env_var(\"DB\") }}', threads: 2}}}\n"
STAGING = {
    "staging_events": f"""
select artist, auth, firstName as first_name, gender, itemInSession as item_in_session, lastName as last_name, length, level, location,
    method, page, registration, sessionId as session_id, song, status, ts, userAgent as user_agent,
    try_cast(nullif(userId, '') as integer) as user_id,
    cast(regexp_extract(filename, '(\\d{{4}}-\\d\\d-\\d\\d)-events', 1) as date) as log_date
from read_json('{{{{ env_var("LAKE") }}}}/log_data/*/*/*.json', format = 'newline_delimited', columns = {EVENTS}, filename = true)""",
    "staging_songs": f"""
select *, 'A' as song_prefix from read_json('{{{{ env_var("SONGS") }}}}', format = 'newline_delimited', columns = {SONGS})""",
}
FAILING = "no_unrepairable_names"


def installed(folder: Path) -> Path | str:
    """The dbt command, in a virtual environment of its own in the folder; or why there is none."""
    dbt = folder / "bin" / "dbt"
    if not dbt.exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *REQUIREMENTS]
        answer = subprocess.run(pip, check=False, capture_output=True, text=True)
        if answer.returncode:
            return f"dbt cannot be installed: {(answer.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    return dbt


def write(folder: Path) -> None:
    """The project, as the catalog is now."""
    from sqlglot import exp

    from sparkify_assets.model import load_catalog
    from sparkify_assets.model.transpile import to_sql

    catalog = load_catalog()

    def ref(query: exp.Expr) -> str:
        """The query in DuckDB's dialect, each table as {{ ref('…') }}."""
        query = query.copy()
        for table in list(query.find_all(exp.Table)):
            if table.name in catalog.tables:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.alias_or_name, quoted=True)))
                table.set("this", exp.to_identifier(f"ref {table.name}", quoted=True))
        text = to_sql(query, "duckdb")
        for name in catalog.tables:
            text = text.replace(f'"ref {name}"', f"{{{{ ref('{name}') }}}}")
        return text

    shutil.rmtree(folder, ignore_errors=True)
    models = STAGING | {name: ref(transform.select) for name, transform in catalog.transforms.items() if name not in STAGING}
    for name, lookup in catalog.lookups.items():
        key, *others = lookup.table.columns
        rest = "".join(f', CAST({"NULL" if column.nullable else repr("other")} AS VARCHAR) AS "{column.name}"' for column in others)
        models[name] = f'SELECT DISTINCT "{key.name}"{rest} FROM ({ref(lookup.texts)}) AS texts'
    tests = {
        f"{name}__{check.name}": ref(check.select) for name, checks in catalog.checks.items() for check in checks if check.name != FAILING
    }
    for kind, queries in (("models", models), ("tests", tests)):
        (folder / kind).mkdir(parents=True)
        for name, query in queries.items():
            (folder / kind / f"{name}.sql").write_text(query, encoding="utf-8")
    required = {t.name: [c.name for c in t.columns if not c.nullable] for t in catalog if t.name in models}
    listed = [{"name": name, "columns": [{"name": c, "data_tests": ["not_null"]} for c in columns]} for name, columns in required.items()]
    (folder / "models" / "schema.yml").write_text(json.dumps({"version": 2, "models": listed}), encoding="utf-8")
    (folder / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (folder / "profiles.yml").write_text(PROFILES, encoding="utf-8")


def build(lake: Path, folder: Path, dbt: Path) -> None:
    for left in (folder / "warehouse.duckdb", folder / "target"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    songs = join(files_below(lake / "song_data"), folder / "songs.ndjson")
    settings = {"LAKE": str(lake), "SONGS": str(songs), "DB": str(folder / "warehouse.duckdb")}
    subprocess.run([dbt, "--quiet", "build", "--profiles-dir", "."], cwd=folder, env=os.environ | settings, check=True)


if __name__ == "__main__":
    verb, *paths = sys.argv[1:]
    {"write": write, "build": build}[verb](*map(Path, paths))
