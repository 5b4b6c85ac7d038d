"""What `sparkify doctor` prints, line by line: a state, a subject, a text."""

import re

from sparkify_assets_tests.cli.conftest import Said


def findings(said: Said) -> dict[str, tuple[str, str]]:
    """Subject → ok or FAIL, and the text beside it; of a subject with several lines, the last."""
    lines = [re.split(r"  +", line, maxsplit=2) for line in said.out.splitlines()]
    return {subject: (state, text) for state, subject, text in (line for line in lines if len(line) == 3)}
