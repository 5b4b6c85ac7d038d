"""How numbers of things are said to people."""


def counted(number: int, noun: str) -> str:
    """``counted(1, "record")`` is "1 record", ``counted(1200, "record")`` "1,200 records"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
