"""Full garbage collections kept rare: each stops every answer while all that is in memory is walked.

Python's defaults are for short programs. A process that answers a thousand rooms walked all of them every few
seconds, 165 ms at a time, to find two thousand objects (docs/benchmarks.md, "What a profile showed").
"""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 2_000  # objects more than at the last collection of the young: some 15 interactions
MIDDLE: Final = 10  # such collections to one of the middle-aged, which takes about 10 ms
FULL: Final = 50  # such to a full one: some 7,000 interactions, whose leavings are 25 MB at most


def pause_seldom() -> None:
    """Collect once, leave out what is there by now for good, and look at the rest less often.

    Call it when all is imported and built, and before anything comes that will go again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, FULL)
