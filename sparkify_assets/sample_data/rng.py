"""Random numbers that are the same everywhere; the only source of randomness.

Python guarantees one thing about `random` across versions: `Random(seed).random()` keeps its sequence. Everything is built on that method,
with a separate seed for each piece of work (a day, the catalogue), so that the pieces are independent of each other.

For the same reason, arithmetic on draws uses only + - * / and int(), which IEEE 754 defines to the last bit: no `log`, `exp` or `**` (they
come from the C library and differ in the last digit from machine to machine), and no `sum()` of floats (Python 3.12 changed its rounding).

Put here distributions. Do not put here what is drawn from them.
"""

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

Draw = Callable[[], float]  # each call: the next number in [0, 1)
Item = TypeVar("Item")


def draws(seed: int, *piece: object) -> Draw:
    """The stream of numbers for one piece of work, e.g. draws(1, "day", 7)."""
    return random.Random("/".join(map(str, ("sparkify", seed, *piece)))).random


def pick(draw: Draw, items: Sequence[Item]) -> Item:
    return items[int(draw() * len(items))]


def below(draw: Draw, limit: int) -> int:
    """An integer from 0 to limit - 1."""
    return int(draw() * limit)


def ranked(draw: Draw, count: int, floor: float) -> int:
    """A rank from 0 to count - 1, low ranks more often; rank 0 occurs at most 1 / floor times as often as the average."""
    r = draw()
    return int(count * r * (floor + (1 - floor) * r * r))


class Weighted:
    """Words with integer weights (usually the counts in the real logs)."""

    def __init__(self, weights: dict[str, int]) -> None:
        self._words = list(weights)
        self._bounds = list(accumulate(weights.values()))

    def pick(self, draw: Draw) -> str:
        return self._words[bisect_right(self._bounds, int(draw() * self._bounds[-1]))]
