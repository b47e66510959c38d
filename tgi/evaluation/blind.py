"""A sheet on which people choose between two texts without knowing whose they are, and its key, apart.

CSV, because every spreadsheet reads it. Which side stands left is drawn pair by pair, each time anew: the key
tells, and nobody can guess it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random
import secrets
from collections.abc import Sequence
from typing import Any

from tgi.evaluation.running import Take

KEY_FORMAT, KEY_VERSION = "storyroom.blind-key", 1
COLUMNS = ("sheet", "pair", "brief", "A", "B", "choice", "why")
CHOICES = ("A", "B", "both", "neither")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def blind(
    left: Sequence[Take], right: Sequence[Take], *, seed: int | None = None
) -> tuple[str, dict[str, Any]]:
    """Return the sheet as CSV and the key as JSON, for takes of two sides in the same order.

    The same `seed` hides the same way; without one it is drawn.
    """
    chance = random.Random(secrets.randbits(128) if seed is None else seed)  # noqa: S311 - to shuffle
    pairs = list(zip(left, right, strict=True))
    chance.shuffle(pairs)
    digest = hashlib.sha256(
        "\0".join(take.written.text for pair in pairs for take in pair).encode()
    ).hexdigest()
    token = f"s{digest[:12]}"  # a spreadsheet would make a number of 1234e5
    rows: list[tuple[str, ...]] = []
    key: dict[str, dict[str, Any]] = {}
    for number, (ours, theirs) in enumerate(pairs, start=1):
        turned = chance.random() < 0.5  # noqa: PLR2004 - a coin
        first, second = (theirs, ours) if turned else (ours, theirs)
        key[str(number)] = {
            "id": ours.brief.id,
            "seed": ours.seed,
            "A": "seed_prompt" if turned else "programs",
            "B": "programs" if turned else "seed_prompt",
        }
        told = [f"{ours.brief.title} ({ours.brief.form}, {ours.brief.words})"]
        told += [f"{premise.kind}: {premise.text}" for premise in ours.brief.premises]
        rows.append((token, str(number), "\n".join(told), first.written.text, second.written.text, "", ""))
    whole = io.StringIO()
    writer = csv.writer(whole)
    writer.writerow(COLUMNS)
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return whole.getvalue(), {"format": KEY_FORMAT, "version": KEY_VERSION, "sheet": token, "pairs": key}


def _plain(cell: str) -> str:
    """A spreadsheet computes what begins like a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
