"""`make bench`: how fast the platform is.

make bench SIZES=small                      15,000 songs, 600,000 events
make bench                                  and 100,000 songs, 6 million events; a day into 600,000 and 6 million (9 GB in data/bench)
make bench ARGS='--all --write'             with the slow ways to read tiny files; the results kept as bench/RESULTS.md
make bench SIZES= ARGS=--quick              everything on toy sizes: does the bench itself work?
"""

from dataclasses import replace
from pathlib import Path

import click

from bench.bookkeeping import bookkeeping
from bench.dbt_peer import installed
from bench.findings import Section, as_markdown, facts, show
from bench.lakes import Size, sample
from bench.objects import objects
from bench.one_day import FULL, TOY, one_day
from bench.process import PROJECT, Rounds
from bench.tiny_files import tiny_files
from bench.watching import watching
from bench.whole_lake import Goals, whole_lake

SMALL = Size(15_000, 30, 20_000)
LARGE = Size(100_000, 30, 200_000)
QUICK = Size(400, 2, 300)
PARTS = ("lakes", "bookkeeping", "day", "files", "watching", "objects")
WATCHED = Size(100_000, 30, 100)
RESULTS = Path(__file__).with_name("RESULTS.md")

Folder = click.Path(file_okay=False, path_type=Path, resolve_path=True)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--large", is_flag=True, help="Also 100,000 songs and 6 million events, and a day into 600,000 and 6 million.")
@click.option("--lake", "given", type=Folder, multiple=True, help="Measure this lake, which is there already, instead of samples.")
@click.option("--dir", "below", type=Folder, default=PROJECT / "data" / "bench", show_default="data/bench", help="Where samples are kept.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="How often each is measured.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Only these parts.")
@click.option("--all", "slow", is_flag=True, help="Also the slow ways to read tiny files: minutes, and 8 GB of memory.")
@click.option("--quick", is_flag=True, help="Everything once, on toy sizes: does the bench itself work?")
@click.option("--write", is_flag=True, help="Keep the results as bench/RESULTS.md.")
def main(
    large: bool, given: tuple[Path, ...], below: Path, rounds: int, only: tuple[str, ...], slow: bool, quick: bool, write: bool
) -> None:
    """Measure whole processes, in turn, and say which goals are met.  Fails where a load comes to other rows than plain SQL."""
    turns = Rounds(1, warm=False) if quick else Rounds(rounds, warm=True)
    about = facts(turns.count, turns.warm)
    parts, work, sections = only or PARTS, below / "work", list[Section]()
    sizes = [QUICK] if quick else [SMALL, LARGE] if large else [SMALL]
    lakes = {lake.name: lake for lake in given} or {str(size): sample(size, below) for size in sizes}
    if "lakes" in parts:
        goals = {str(SMALL): Goals(memory=600, dbt=0.6), str(LARGE): Goals(reports=0.2, dbt=0.5)}
        dbt = "on toy sizes" if quick else installed(below / "dbt")
        sections += [whole_lake(f"A whole lake: {name}", lake, work, turns, goals.get(name, Goals()), dbt) for name, lake in lakes.items()]
    if "bookkeeping" in parts:
        sections.append(bookkeeping(next(iter(lakes.values())), work, turns))
    if "day" in parts and (large or quick) and not given:
        sections.append(one_day(TOY if quick else FULL, below, work, turns))
    if "files" in parts:
        sections.append(tiny_files(list(lakes.values())[-1] / "song_data", work / "files", turns, slow or quick))
    if "watching" in parts and (large or quick) and not given:
        sections.append(watching(QUICK if quick else WATCHED, below, work, turns))
    if "objects" in parts and not given:
        sections += objects(QUICK.songs if quick else (LARGE if large else SMALL).songs, work / "objects", turns, slow)
    if quick:  # on a toy no goal means anything but that the rows are the same
        for section in sections:
            section.findings = [replace(f, goal=None) if f.unit else f for f in section.findings]
    show(sections, about)
    if write:
        RESULTS.write_text(as_markdown(sections, about), encoding="utf-8")
    if wrong := [remark for section in sections for remark in section.remarks]:
        raise click.ClickException(f"the rows are not the same: {'; '.join(wrong)}")


if __name__ == "__main__":
    main()
