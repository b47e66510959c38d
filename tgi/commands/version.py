"""The version that is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """Return it; a source tree that is not installed has none."""
    try:
        return version("storyroom")
    except PackageNotFoundError:
        return "0+source"
