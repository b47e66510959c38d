"""The English words by which a name is told from a description, an order or the rest of a sentence.

They stand in `english.toml`, each list with what it is for.
"""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Final

_LISTS: Final[dict[str, list[str]]] = tomllib.loads(
    (resources.files("tgi.prose") / "english.toml").read_text(encoding="utf-8")
)

TITLES: Final = "|".join(map(re.escape, _LISTS["titles"]))
CLAUSE: Final = "|".join(map(re.escape, _LISTS["clause"]))
LINKS: Final = frozenset(_LISTS["links"])
PARTICLES: Final = frozenset(_LISTS["particles"])
ORDERS: Final = frozenset(_LISTS["orders"])
NOUNS: Final = frozenset(_LISTS["nouns"])
