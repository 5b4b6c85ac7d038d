"""The lake in S3: how many small objects a second are listed and read, from a server on this machine that is no bottleneck."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.findings import Finding, Section
from bench.process import PROJECT, Rounds, Usage, run, script

GOAL = 5000
"""objects a second"""
DISTANT = 20
"""milliseconds that S3 takes for a small object, within its region"""
LAKES = "obstore, 128 threads, 8 objects a task (the lake's)"
COMPACTED = "read, joined into gzip parts and written"
OTHERS = ["obstore, 128 threads, an object a task", "obstore, asyncio, 128 at a time"]
SLOW = ["boto3, 8 threads", "boto3, 64 threads"]


def objects(count: int, work: Path, rounds: Rounds, slow: bool) -> list[Section]:
    """Listing and each way of reading, from a server that answers at once; and the lake's own from one as far away as S3."""
    ways = ["list", LAKES, COMPACTED, *OTHERS, *(SLOW if slow else [])]
    near = _measured(f"{count:,} objects of 250 bytes in S3", 0, ways, count, work, rounds)
    few = min(count, 20_000)
    far = _measured(f"{few:,} objects in S3, each answer {DISTANT} ms late", DISTANT, [LAKES], few, work, rounds)
    return [near, far]


def _measured(title: str, wait: int, ways: list[str], count: int, work: Path, rounds: Rounds) -> Section:
    section = Section(title)
    with _server(wait) as settings:
        run(script("objects_ways", "fill", count), work, settings)
        measured = rounds.of(title, {way: lambda way=way: run(script("objects_ways", way, count), work, settings) for way in ways})
    for way, usages in measured.items():
        goal = count / GOAL if way in (LAKES, COMPACTED) and not wait else None
        told = {"list": "listed", COMPACTED: COMPACTED}.get(way, f"read by {way}")
        section.findings.append(Finding(f"{told}: once started", "s", _seconds(usages), goal))
        if way in (LAKES, COMPACTED):
            section.findings.append(Finding(f"{told}: CPU seconds of the process", "s", [u.cpu for u in usages]))
            section.findings.append(Finding(f"{told}: most memory", "MB", [u.peak_mb for u in usages]))
    return section


def _seconds(usages: list[Usage]) -> list[float]:
    return [float(u.output.splitlines()[-1]) for u in usages]


@contextmanager
def _server(wait: int) -> Iterator[dict[str, str]]:
    """A server of its own process; the settings that lead to it."""
    command = [sys.executable, "-m", "bench.s3_server", str(wait)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{int(process.stdout.readline())}",
            "AWS_REGION": "us-west-2",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
        }
        process.kill()
