"""Which licence binds a text, by the model that its receipt names; an export says so for each model.

The rule knows models by name alone: a room outlives the server that wrote it.
"""

from __future__ import annotations

import re
from enum import StrEnum

_MARKS = r"(?:[\s._/-]*(?:iml|max|instruct))*[\s._-]*"
_OPT_175B = re.compile(rf"(?<![a-z0-9])opt{_MARKS}175[\s._-]*b(?![a-z])", re.IGNORECASE)
_SMALLER_OPT = re.compile(
    rf"(?<![a-z0-9])opt{_MARKS}(?:(?:125|350)[\s._-]*m|(?:1\.3|2\.7|6\.7|13|30|66)[\s._-]*b)(?![a-z])",
    re.IGNORECASE,
)
_APACHE = re.compile(r"(?<![a-z0-9])smollm2(?![a-z0-9])", re.IGNORECASE)


class Licence(StrEnum):
    """A licence that the catalogue has words for."""

    OPT_175B = "opt_175b"  # non-commercial research only, the texts included
    OPT = "opt"  # the same, for the smaller sizes
    APACHE = "apache"
    UNKNOWN = "unknown"


_KNOWN = ((_OPT_175B, Licence.OPT_175B), (_SMALLER_OPT, Licence.OPT), (_APACHE, Licence.APACHE))


def licence_of(model: str) -> Licence:
    """The licence of a model by its id, as a hub or a folder spells it."""
    return next((licence for pattern, licence in _KNOWN if pattern.search(model)), Licence.UNKNOWN)
