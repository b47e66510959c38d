"""The base of all errors of the model side."""

from __future__ import annotations


class TgiError(Exception):
    """Base of every error of this package; `str(error)` is one plain sentence or more."""
