"""Browser, operating system and device of a user agent, by ua-parser's list of patterns.

Put here which of the results are stored.  Do not put here patterns: they come with the package.
"""

from ua_parser import parse

PACKAGE = "ua-parser-builtins"
"""the list of patterns, which is what changes"""
UNKNOWN = "Other"
"""ua-parser's value for what no pattern matches"""


def read(text: str) -> tuple[str | None, ...] | None:
    """Families of browser, operating system and device."""
    found = parse(text)
    return tuple(part.family if part and part.family.strip() else UNKNOWN for part in (found.user_agent, found.os, found.device))
