"""How a cost grows with a text: ratios of processor time inside one run, never seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

Run = Callable[[Any], Any]

MOST = 15  # times as long for ten times as much
TRIES = 5  # pairs; the best counts
HOPELESS = 3  # times as long as allowed: no further pair would be short enough
NOTHING = 0.02  # seconds; below it no ratio means anything


def worst_ratio(run: Run, repeated: str, sizes: tuple[int, ...], prepare: Run = str) -> float:
    """The ratio of the first tenfold that is too slow, 0 where none is; what follows a slow one is not tried."""

    def ready(size: int) -> Any:
        return prepare((repeated * (size // len(repeated) + 1))[:size])

    shorter = ready(sizes[0])
    for size, tenfold in pairwise(sizes):
        # Not even the square of its length would show: longer texts, slow to make ready, are not needed.
        if seconds(run, shorter) * (sizes[-1] / size) ** 2 < MOST * NOTHING:
            return 0.0
        longer = ready(tenfold)
        if (ratio := _least_ratio(run, shorter, longer)) > MOST:
            return ratio
        shorter = longer
    return 0.0


def _least_ratio(run: Run, shorter: Any, longer: Any) -> float:
    """The least ratio of a few pairs, each measured at one go: a machine that slows down slows both down."""
    least = float("inf")
    for attempt in range(TRIES):
        if attempt:
            gc.collect()  # what earlier runs left is not paid for by this pair
        before = seconds(run, shorter)
        least = min(least, seconds(run, longer) / max(before, NOTHING))
        if not MOST < least < HOPELESS * MOST:
            break
    return least


def seconds(run: Run, ready: Any) -> float:
    """Of this process alone, whatever else the machine does; as timeit, without the garbage collector."""
    gc.disable()
    try:
        start = time.process_time()
        run(ready)
        return time.process_time() - start
    finally:
        gc.enable()
