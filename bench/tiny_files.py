"""The ways of reading.py compared, on a catalogue of one file a song."""

import shutil
from pathlib import Path

from bench.findings import Finding, Section
from bench.process import Rounds, Usage, run, script
from bench.reading import SLOW, WAYS, files_below


def tiny_files(songs: Path, work: Path, rounds: Rounds, slow: bool) -> Section:
    """Each way in turn; those that take minutes only if asked for."""
    section = Section(f"{len(files_below(songs)):,} files of one record each")
    ways = [way for way in WAYS if slow or way not in SLOW]
    for way, usages in rounds.of(section.title, {way: lambda way=way: _read(way, songs, work) for way in ways}).items():
        section.findings.append(Finding(f"{way}: wall", "s", [u.wall for u in usages]))
        section.findings.append(Finding(f"{way}: most memory", "MB", [u.peak_mb for u in usages]))
    return section


def _read(way: str, songs: Path, work: Path) -> Usage:
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    return run(script("reading", way, songs, work), work)
